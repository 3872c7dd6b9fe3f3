#!/bin/bash
# The schema for editors: every configuration of the project is valid by it, and what the program refuses for its
# words, types and ranges is not.
set -u
/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$NNMPI" schema >"$work/schema.json" || exit 1
/usr/bin/python3 - "$work/schema.json" "$NNMPI_SOURCE/configs" <<'P'
import copy, glob, json, re, sys
import jsonschema, yaml

class Loader(yaml.SafeLoader):  # YAML 1.2, as editors read it: off is a word
    yaml_implicit_resolvers = {
        first: [(tag, what) for tag, what in ways if tag != 'tag:yaml.org,2002:bool' or first in 'tTfF']
        for first, ways in yaml.SafeLoader.yaml_implicit_resolvers.items()}

Loader.add_implicit_resolver('tag:yaml.org,2002:float',  # 1e-5
                             re.compile(r'^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$'), list('-+.0123456789'))

schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
files = sorted(glob.glob(sys.argv[2] + '/**/*.yaml', recursive=True))
assert len(files) > 10, files
for file in files:
    errors = [f'{list(e.path)}: {e.message[:200]}' for e in validator.iter_errors(yaml.load(open(file), Loader))]
    assert not errors, (file, errors)

good = yaml.load(open(sys.argv[2] + '/digits.yaml'), Loader)
absent = copy.deepcopy(good)
absent['training'].update(max_steps=None, early_stopping=None, learning_rate_schedule=None, target=None)
absent['data'].update(test=None)
assert validator.is_valid(absent), list(validator.iter_errors(absent))[:1]
defaults = schema['properties']['training']['properties']
assert defaults['clip_norm']['default'] == 0 and defaults['batch_size']['default'] == 32, defaults['batch_size']

def bad(what, change):
    config = copy.deepcopy(good)
    change(config)
    assert not validator.is_valid(config), f'{what} is valid'
bad('an unknown section', lambda c: c.update(trainning={}))
bad('an unknown key', lambda c: c['training'].update(epoch=3))
bad('a number of another type', lambda c: c['training'].update(epochs='many'))
bad('a number out of range', lambda c: c['training'].update(epochs=-1))
bad('an unknown layer', lambda c: c['model']['layers'].append('dens'))
bad('a layer with an unknown option', lambda c: c['model']['layers'].append({'type': 'dense', 'units': 3, 'unit': 4}))
bad('a layer without what it needs', lambda c: c['model']['layers'].append('dense'))
bad('an unknown optimizer', lambda c: c['training'].update(optimizer='sdg'))
bad('no model', lambda c: c.pop('model'))
print(len(files), 'configurations are valid')
P
