#!/usr/bin/python3
"""The cases of libonnx-testdata as runs for onnx_tool, and what became of them.

    node_cases.py convert FILE.h5                what applies, in the layout of nnmpi
    node_cases.py table FILE.h5 VERSION RESULTS RESULTS
                                                 docs/onnx.md, from FILE.h5 and what the tools said

    /SET/CASE              attributes operator, and why_not or counterpart, shown and note
    /SET/CASE/RUN          attributes kind (model, loss, optimizer), yaml and those of the kind
    /SET/CASE/RUN/ARRAY    model: input, weight/NAME, output, after/NAME; training
                           loss: z, label, weight, output; fused, reduction
                           optimizer: weights, gradient, slot.K, output, after.K;
                           learning_rate, t, scale"""
import sys

import h5py

import layer_rules, shape_rules, training_rules, window_rules  # noqa: F401, E401: they fill RULES
import table
from package import NotHere, cases
from runs import RULES


def runs_of(case):
    case.load()
    case.counterpart, translate = RULES[case.operator]
    runs = translate(case)
    case.finish()
    return runs if isinstance(runs, list) else [runs]


def write(group, case):
    group.attrs["operator"] = case.operator
    if case.is_expanded or case.operator not in RULES:
        group.attrs["is_expanded"] = case.is_expanded
        return
    group.attrs["counterpart"] = RULES[case.operator][0]
    try:
        runs = runs_of(case)
    except NotHere as reason:
        group.attrs["why_not"] = str(reason)
        return
    group.attrs["shown"] = case.shown or ", then ".join(dict.fromkeys(run.shown for run in runs))
    group.attrs["note"] = case.note
    for i, run in enumerate(runs):
        part = group.create_group(str(i))
        part.attrs.update({"kind": run.kind, "yaml": run.yaml} | run.attributes)
        for name, array in run.arrays.items():
            part[name] = array


def convert(path):
    with h5py.File(path, "w") as file:
        for case in cases():
            write(file.create_group(f"{case.set}/{case.name}"), case)


def main(command, path, version=None, *results):
    if command == "convert":
        convert(path)
    else:
        with h5py.File(path) as file:
            print(table.page(file, version, results), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
