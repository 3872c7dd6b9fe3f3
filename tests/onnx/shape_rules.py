"""Operators on shapes, and of several inputs.

Where an operator leaves axis 0 alone it is the axis of the samples; else the whole array is one
sample."""
import numpy as np

from package import NotHere
from runs import model, one_sample, rule, thing


def refuse_empty(*arrays):
    if any(array.size == 0 for array in arrays):
        raise NotHere("arrays without numbers")


@rule(Reshape="reshape", Squeeze="reshape", Unsqueeze="reshape")
def reshape(case):
    x, y = case.input(0), case.output(0)
    case.take("axes"), case.take("allowzero")  # y has the shape that they say
    refuse_empty(x, y)
    if x.ndim < 2 or y.ndim < 2 or x.shape[0] != y.shape[0]:
        x, y = one_sample(case, x, y)
    return model(thing("reshape", target_shape=list(y.shape[1:])), x, y)


@rule(Flatten="flatten, reshape")
def flatten(case):
    x, axis = case.input(0), case.take("axis", 1)
    if axis % x.ndim == 1:
        return model("flatten", x, case.output(0))
    return reshape(case)


@rule(Transpose="permute")
def transpose(case):
    x, y = case.input(0), case.output(0)
    dims = case.take("perm", list(range(x.ndim))[::-1])
    if dims[0] != 0:
        x, y = one_sample(case, x, y)
        dims = [0] + [d + 1 for d in dims]
    return model(thing("permute", dims=dims[1:]), x, y)


@rule(Slice="slice")
def cut(case):
    x, y = case.input(0), case.output(0)
    starts, ends = case.input(1), case.input(2)
    axes = case.input(3, np.arange(len(starts))) % x.ndim
    steps = case.input(4, np.ones(len(starts), int))
    refuse_empty(y)
    if (steps != 1).any():
        raise NotHere("steps other than 1")
    spans = [range(x.shape[a])[start:end] for a, start, end in zip(axes, starts, ends)]
    cuts = [(int(a), span) for a, span in zip(axes, spans) if len(span) < x.shape[a]]
    if any(a == 0 for a, _ in cuts):
        x, y = one_sample(case, x, y)
        cuts = [(a + 1, span) for a, span in cuts]
    return model([thing("slice", axis=a, start=span[0], size=len(span)) for a, span in cuts], x, y)


@rule(Split="slice")
def split(case):
    """A run for each part."""
    x, parts = case.input(0), case.outputs
    axis = case.take("axis", 0) % x.ndim
    case.take("split"), case.take("num_outputs")  # the parts have the sizes that they say
    refuse_empty(*parts)
    if axis == 0:
        x, *parts = one_sample(case, x, *parts)
        axis = 1
    runs, start = [], 0
    for part in parts:
        size = part.shape[axis]
        runs.append(model(thing("slice", axis=axis, start=start, size=size), x, part))
        start += size
    return runs


def branches(kind, arrays, y, **options):
    """A model has one input: the arrays side by side, which the branches take apart again."""
    x = np.concatenate([a.reshape(len(a), -1) for a in arrays], axis=1)
    lists, at = [], 0
    for a in arrays:
        size = a[0].size
        lists.append([thing("slice", start=at, size=size),
                      thing("reshape", target_shape=list(a.shape[1:]))])
        at += size
    text = "[" + ", ".join("[" + ", ".join(part) + "]" for part in lists) + "]"
    layer = thing(kind, **options, branches=text)
    return model(layer, x, y), thing(kind, **options)


def merged(case, kind, arrays, y, **options):
    run, shown = branches(kind, arrays, y, **options)
    case.shown = shown
    return run


@rule(Add="add", Sum="add", Mul="multiply")
def combine(case):
    arrays, y = case.inputs, case.output(0)
    if len(arrays) < 2:
        raise NotHere("one input: nothing to add")
    if any(a.shape != y.shape for a in arrays):
        raise NotHere("inputs of different shapes")
    if y.dtype.kind != "f":
        raise NotHere(f"arithmetic of {y.dtype}, which wraps round")
    if y.ndim < 2:
        y, *arrays = one_sample(case, y, *arrays)
    return merged(case, case.counterpart, arrays, y)


@rule(Concat="concat")
def concat(case):
    arrays, y = case.inputs, case.output(0)
    axis = case.take("axis") % y.ndim
    if axis == 0:
        y, *arrays = one_sample(case, y, *arrays)
        axis = 1
    return merged(case, "concat", arrays, y, axis=axis)


@rule(Gather="embedding")
def gather(case):
    table, ids, y = case.input(0), case.input(1), case.output(0)
    axis = case.take("axis", 0) % table.ndim
    if (ids < 0).any():
        raise NotHere("ids are not counted from the end")
    rows = np.moveaxis(table, axis, 0).reshape(table.shape[axis], -1)
    places = range(axis, axis + ids.ndim)
    out = np.moveaxis(y, places, range(ids.ndim)).reshape(ids.shape + (-1,))
    if axis:
        case.note = f"axis {axis} of the table first"
    if ids.ndim < 2:
        ids, out = ids[None], out[None]
    layer = thing("embedding", input_dim=rows.shape[0], output_dim=rows.shape[1])
    return model(layer, ids, out, {"embeddings": rows})
