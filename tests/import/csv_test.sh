#!/bin/bash
# import csv: what Python's csv module wrote comes back as numbers, classes and categories; splits are
# parts of the rows; what is wrong is said with file, line and column.
. "$NNMPI_SOURCE/tests/import/common.sh"

$python - <<'P'
import csv, gzip, json, random
random.seed(1)
rows = [[random.gauss(0, 1) * 10 ** random.randint(-9, 9), random.randint(0, 5), random.choice(["a", "b b", "c,\"d\"\nx"]),
         random.choice(["red", "gr\u00fcn", "10", "9"])] for _ in range(997)]
head = ["x", "whole", "kind, of", "class"]
json.dump(rows, open("rows.json", "w"))
def write(name, rows, head=head, **how):
    with open(name, "w", newline="", encoding="utf-8") as f:
        w = csv.writer(f, **how)
        if head: w.writerow(head)
        w.writerows(rows)
write("plain.csv", rows)
write("quoted.csv", rows, quoting=csv.QUOTE_ALL, lineterminator="\n")
write("tabs.csv", rows, delimiter="\t")
write("german.csv", [[repr(r[0]).replace(".", ",")] + r[1:] for r in rows], delimiter=";")
write("bare.csv", rows, None)
write("first.csv", rows[:500]); write("second.csv", rows[500:])
open("bom.csv", "w", encoding="utf-8-sig", newline="").write(open("plain.csv", encoding="utf-8", newline="").read())
open("packed.csv.gz", "wb").write(gzip.compress(open("plain.csv", "rb").read()))
holes = [["" if random.random() < .1 else "NA" if random.random() < .1 else r[0], r[1], r[2], r[3]] for r in rows]
json.dump(holes, open("holes.json", "w"))
write("holes.csv", holes)
write("wide.csv", [[i + k / 8 for k in range(6)] for i in range(40)], ["c%d" % k for k in range(6)])
P

checks=0
keep() { # EXPRESSION of f, rows, holes: to be true of what is in t.h5; looked at at the end
    checks=$((checks + 1))
    mv t.h5 $checks.h5
    printf '%s\t%s\n' $checks.h5 "$*" >>checks
}
x="(f['inputs'][:, 0] == [r[0] for r in rows]).all()"
ids="(f['labels'][:] == [names.index(r[3]) for r in rows]).all() and f['labels'].dtype == 'u1'"
names="words('class_names') == names"

# ---- every way to write the same table ----
for file in plain quoted bom; do
    says 0 '4 classes' csv $file.csv --inputs x,whole --targets class --out t.h5
    keep "$x and $ids and $names and f['inputs'].shape == (997, 2) and words('input_names') == ['x', 'whole']"
done
says 0 'float64' csv packed.csv.gz --inputs x --targets class --out t.h5
keep "$x and $ids"
says 0 'float64' csv tabs.csv --separator tab --inputs x --targets class --out t.h5
keep "$x and $ids"
says 0 'float64' csv german.csv --separator ';' --decimal , --inputs x --targets 4 --out t.h5
keep "$x and $ids"
says 0 'float64' csv bare.csv --no-header --inputs 1 --targets 4 --out t.h5
keep "$x and $ids and words('input_names') == ['1']"
says 0 'float64' csv first.csv second.csv --inputs x --targets class --out t.h5
keep "$x and $ids"
says 0 'float32' csv plain.csv --inputs x --type float32 --out t.h5
keep "(f['inputs'][:, 0] == np.array([r[0] for r in rows], 'f4')).all() and f['inputs'].dtype == 'f4' and len(f) == 2"

# ---- targets ----
says 0 '/labels  *997 x uint8' csv plain.csv --inputs x --targets whole --out t.h5
keep "(f['labels'][:] == [r[1] for r in rows]).all() and 'class_names' not in f"
says 0 '6 classes' csv plain.csv --inputs x --targets whole --classes --out t.h5
keep "(f['labels'][:] == [r[1] for r in rows]).all() and words('class_names') == list('012345')"
says 0 '/targets' csv plain.csv --inputs whole --targets x --out t.h5
keep "(f['targets'][:] == [r[0] for r in rows]).all() and f['targets'].shape == (997,)"
says 0 '/targets  *40 x float64 (2)' csv wide.csv --targets 2,c4 --out t.h5
keep "(f['targets'][:] == wide[:, [1, 4]]).all() and (f['inputs'][:] == wide[:, [0, 2, 3, 5]]).all()"
says 0 '(3)' csv wide.csv --inputs 3-5 --targets c2 --out t.h5
keep "(f['inputs'][:] == wide[:, 2:5]).all() and (f['targets'][:] == wide[:, 2]).all()"

# ---- categories ----
says 0 'float64 (4)' csv plain.csv --inputs 'x,3' --one-hot 3 --targets class --out t.h5
keep "(f['inputs'][:, 1:] == [[r[2] == k for k in kinds] for r in rows]).all() and words('input_names') == ['x'] + ['kind, of=' + k for k in kinds]"

# ---- missing values ----
says 65 'holes.csv: line [0-9]*, column 1 (x): the value is missing (`.*`); --missing drop' csv holes.csv --inputs x --out t.h5
says 0 'rows with missing values were left out' csv holes.csv --inputs x --targets class --missing drop --out t.h5
keep "(f['inputs'][:, 0] == [r[0] for r in holes if r[0] not in ('', 'NA')]).all()"
printf 'a\n1\n?\n' >hole.csv
says 0 '1 row with a missing value was left out$' csv hole.csv --missing drop --out t.h5
rm t.h5
says 0 997 csv holes.csv --inputs x --missing zero --out t.h5
keep "(f['inputs'][:, 0] == [0 if r[0] in ('', 'NA') else r[0] for r in holes]).all()"
says 0 798 csv holes.csv --inputs x --missing mean --test 0.2 --split last --out t.h5
keep "close(f['train/inputs'][:, 0], filled[:798]) and close(f['test/inputs'][:, 0], filled[798:])"
says 65 'a target cannot be filled: --missing drop' csv holes.csv --targets x --inputs whole --missing zero --out t.h5
says 0 '997' csv holes.csv --inputs whole --out t.h5 # a hole in a column that is not asked for
rm t.h5

# ---- splits: parts of the rows, in their order; so much of each class ----
says 0 '/test/labels' csv plain.csv --inputs x --targets class --validation 0.1 --test 0.25 --out t.h5
cp t.h5 again.h5
keep "parts(f, 'inputs', x) == [648, 100, 249] and stratified(f)"
says 0 '/test/labels' csv plain.csv --inputs x --targets class --validation 0.1 --test 0.25 --out t.h5
cmp t.h5 again.h5 || fail "another split with the same seed"
rm t.h5
says 0 '/test/labels' csv plain.csv --inputs x --targets class --validation 0.1 --test 0.25 --seed 2 --out t.h5
cmp -s t.h5 again.h5 && fail "the same split with another seed"
keep "parts(f, 'inputs', x) == [648, 100, 249] and stratified(f)"
says 0 '/test/labels' csv plain.csv --inputs x --targets class --test 0.25 --split random --out t.h5
keep "parts(f, 'inputs', x) == [748, 249]"
says 0 '/test/labels' csv first.csv --test-file second.csv --inputs x --targets class --out t.h5
keep "close(f['train/inputs'][:, 0], x[:500]) and close(f['test/inputs'][:, 0], x[500:]) and parts(f, 'inputs', x) == [500, 497]"
says 2 'wants a target that is a class' csv plain.csv --inputs x --targets whole --test 0.25 --split stratified --out t.h5

# ---- a first row that seems to be no names, as a warning ----
printf '1,2,0\n3,4,1\n5,6,0\n7,8,1\n' >nohead.csv
says 0 'warning: nohead.csv: the first row (1, 2, 0) was taken for names; --no-header if it is data$' csv nohead.csv --targets 3 --classes --out t.h5
keep "len(f['inputs']) == 3"
printf '5.1,3.5,setosa\n4.9,3,setosa\n7,3.2,versicolor\n' >iris.csv
says 0 'warning: iris.csv: the first row (5.1, 3.5, setosa) was' csv iris.csv --targets 3 --out t.h5
keep "len(f['inputs']) == 2"
says 0 '/inputs *4 x' csv nohead.csv --no-header --targets 3 --classes --out t.h5
grep -q warning out && fail "a warning of what is said: $(cat out)"
keep "len(f['inputs']) == 4"
printf 'country,2019,1.5x\n1,2,3\n' >years.csv
says 0 '/inputs' csv years.csv --out t.h5
grep -q warning out && fail "years are doubted as names: $(cat out)"
for header in 0,1,2 1,2,3; do # the numbers of the columns
  printf '%s\n1,2,3\n' $header >numbered.csv
  says 0 '/inputs' csv numbered.csv --out t.h5 --force
  grep -q warning out && fail "$header are doubted as names: $(cat out)"
done
rm t.h5

# ---- another separator ----
printf 'a,b\n1,2\n' >ab.csv
printf 'a;b;label\n1;2;x\n' >semicolons.csv
says 2 "targets: there is no column .label.; there is a;b;label; is the file separated by .;.? --separator ';'$" csv semicolons.csv --targets label --out t.h5
says 65 "line 2, column 1 (a;b;label): .1;2;x. is no number; is the file separated by .;.? --separator ';'$" csv semicolons.csv --out t.h5
says 2 "none is left for the inputs; is the file separated by .;.? --separator ';'$" csv semicolons.csv --targets 1 --out t.h5
printf 'a;b\n1,5;2,5\n' >decimals.csv
says 65 "decimals.csv: line 2 has 3 fields, the first row has 1; is the file separated by .;.? --separator ';'$" csv decimals.csv --out t.h5
says 2 'there is a.*b; is the file separated by commas? --separator ,$' csv ab.csv --separator ';' --targets b --out t.h5
printf 'a\tb\tlabel\n1\t2\tx\n' >tabs3.csv
says 2 'there is a.tb.tlabel; is the file separated by tabs? --separator tab$' csv tabs3.csv --targets label --out t.h5
says 0 /class_names csv tabs3.csv --targets label --separator tab --out t.h5
rm t.h5
printf 'a|b\n1|2\n' >bars.csv
says 2 "is the file separated by .|.? --separator '|'$" csv bars.csv --targets b --out t.h5

# ---- wrong ----
says 2 "there is no column .clas.; did you mean .class.? there are x, whole, kind, of, class" csv plain.csv --targets clas --out t.h5
says 2 'there is no column `5`' csv plain.csv --targets 5 --out t.h5
says 2 'there is no column `3-7`' csv plain.csv --inputs 3-7 --out t.h5
says 2 'names the column `x` twice' csv plain.csv --inputs x,1 --out t.h5
says 2 'none is left' csv plain.csv --targets 1-4 --out t.h5
says 2 'is no input' csv plain.csv --inputs x --one-hot class --out t.h5
says 2 'wants one target' csv plain.csv --inputs x --classes --out t.h5
says 2 'wants one character' csv plain.csv --separator ,, --out t.h5
says 2 'are the same' csv plain.csv --decimal , --out t.h5
says 65 'column 3 (kind, of): `.*` is no number; --one-hot .*, --inputs chooses columns$' csv plain.csv --targets class --out t.h5
says 65 'column 3 (kind, of): `.*` is no number; .*, --targets 3 --classes predicts it$' csv plain.csv --out t.h5
says 65 'column 4 (class): `.*` is no number; .*, --targets class --classes predicts it$' csv plain.csv --inputs 4 --out t.h5
printf 'a,b\n1,2\n\n3,4,5\n' >ragged.csv
says 65 'ragged.csv: line 4 has 3 fields, the first row has 2' csv ragged.csv --out t.h5
printf 'a,b\n1,2\n3,"4"x\n' >quote.csv
says 65 'quote.csv: line 3: a quote stands' csv quote.csv --out t.h5
printf 'a,b\n1,2\n3,"4\n5,6\n' >open.csv
says 65 'open.csv: line [45]: a quote stands' csv open.csv --out t.h5
printf 'a,b\n1,\0\n' >zero.csv
says 65 'zero.csv: line 2: the byte 0x00 at offset 6 is zero, so this is no text$' csv zero.csv --out t.h5
printf 'a,b\n1,2\n1e999,2\n' >huge.csv
says 65 'huge.csv: line 3, column 1 (a): `1e999` is no number' csv huge.csv --out t.h5
printf 'a,b\n1,0x10\n' >hex.csv
says 65 'hex.csv: line 2, column 2 (b): `0x10` is no number' csv hex.csv --out t.h5
printf 'a,b\n1,gr\xfcn\n2,x\n' >latin.csv
says 65 'latin.csv: line 2: the byte 0xfc at offset 8 is not UTF-8; `iconv`' csv latin.csv --targets b --out t.h5
{ printf 'a,b\n'; yes '1,text' | head -c 70000; printf '\n1,gr\xfcn\n'; } >late.csv
says 65 'late.csv: line 10003: the byte 0xfc at offset 70009 is not UTF-8' csv late.csv --inputs a --out t.h5
says 65 'digits.h5: this is no text in UTF-8: it seems to be HDF5, which needs no import (see `nnmpi inspect`)$' \
    csv "$NNMPI_SOURCE/data/digits.h5" --targets label --out t.h5
printf 'a,b\n1,2\n' | iconv -t UTF-16 >wide_letters.csv
says 65 'wide_letters.csv: .*UTF-16' csv wide_letters.csv --out t.h5
printf 'b,a\n1,2\n' >other.csv
says 65 'other.csv: line 1: column 1 is `b`' csv ab.csv other.csv --out t.h5
printf 'a,b\n' >head.csv
says 65 'head.csv: there are no rows' csv head.csv --out t.h5
: >empty.csv
says 65 'empty.csv: there are no rows' csv empty.csv --out t.h5
says 66 'nowhere.csv: No such file' csv ab.csv nowhere.csv --out t.h5
{ printf 'a\n"'; yes 'text,text' | head -c 20000000; } >long.csv
says 65 'long.csv: line [0-9]*: a row of more than' csv long.csv --out t.h5

$python - <<'P' || fail "what was imported"
import h5py, json, numpy as np
rows, holes = json.load(open("rows.json")), json.load(open("holes.json"))
names, kinds = ["9", "10", "gr\u00fcn", "red"], ["a", "b b", "c,\"d\"\nx"]
wide = np.array([[i + k / 8 for k in range(6)] for i in range(40)])
x = np.array([r[0] for r in rows])
known = [r[0] for r in holes[:798] if r[0] not in ("", "NA")]
filled = np.array([np.mean(known) if r[0] in ("", "NA") else r[0] for r in holes])
def close(a, b): return len(a) == len(b) and np.allclose(a, b, rtol=1e-12)
def groups(f): return [f[g] for g in ("train", "validation", "test") if g in f]
def parts(f, name, all):
    place = {v: i for i, v in enumerate(all)}
    order = [[place[v] for v in g[name][:, 0]] for g in groups(f)]
    assert all_sorted(order) and sorted(sum(order, [])) == list(range(len(all)))
    return [len(o) for o in order]
def all_sorted(order): return all(o == sorted(o) for o in order)
def stratified(f):
    count = np.array([np.bincount(g["labels"][:], minlength=4) for g in groups(f)])
    share = count / count.sum(0)
    return abs(share[1] - .1).max() < .01 and abs(share[2] - .25).max() < .01
checks = [l.rstrip("\n").split("\t") for l in open("checks")]
assert len(checks) > 20
bad = 0
for file, expression in checks:
    with h5py.File(file) as f:
        words = lambda name: [w.decode() for w in f[name][:]]
        if not eval(expression): print("not true:", file, expression, list(f)); bad = 1
exit(bad)
P
exit $failed
