"""What onnx_tool is to run, and the YAML in which it is said.

A case of ONNX becomes one run or more. A run holds arrays in the layout of nnmpi: samples first,
channels last, weights in Keras shapes."""
import dataclasses

import numpy as np

RULES = {}  # operator -> (its counterpart here, the function from a case to its runs)


def rule(**counterparts):
    """@rule(Gemm="dense"): the function says Gemm in terms of dense."""
    def register(function):
        RULES.update((operator, (counterpart, function))
                     for operator, counterpart in counterparts.items())
        return function
    return register


@dataclasses.dataclass
class Run:
    kind: str  # "model", "loss" or "optimizer": what of onnx_tool runs it
    yaml: str
    arrays: dict
    attributes: dict = dataclasses.field(default_factory=dict)

    @property
    def shown(self):
        return self.yaml.removeprefix("[").removesuffix("]") if self.kind == "model" else self.yaml


def word(value):
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(word(v) for v in value) + "]"
    if isinstance(value, float):
        return str(np.float32(value))  # attributes are float32: 0.1, not 0.10000000149011612
    return str(value)


def thing(kind, **options):
    """{type: conv2d, filters: 8}; an option that is None is left out."""
    given = [f"{key}: {word(value)}" for key, value in options.items() if value is not None]
    return "{" + ", ".join([f"type: {kind}"] + given) + "}" if given else kind


def model(layers, x, y, weights=None, training=False, after=None):
    """Layers, a YAML or a list of them; the last has the weights, by name. x: [n, in]; y: [n, out].
    after: what its running averages are afterwards."""
    layers = [layers] if isinstance(layers, str) else layers
    arrays = {"input": x, "output": y}
    arrays |= {f"weight/{name}": value for name, value in (weights or {}).items()}
    arrays |= {f"after/{name}": value for name, value in (after or {}).items()}
    return Run("model", "[" + ", ".join(layers) + "]", arrays, {"training": int(training)})


def as_samples(x):
    """A vector is one sample of one axis, a scalar one sample of one number."""
    return x.reshape(1, -1) if x.ndim < 2 else x


def channels_last(x):
    return np.moveaxis(x, 1, -1)


def one_sample(case, *arrays):
    case.note = "the whole array as one sample"
    return [array[None] for array in arrays]


def softmax_axis_last(case, *arrays):
    """Before version 13 an array was cut into rows at the axis."""
    axis, rank = case.take("axis", -1 if case.version >= 13 else 1), arrays[0].ndim
    if case.version < 13:
        rows = arrays[0].shape[:axis % rank]
        return [array.reshape(rows + (-1,)) for array in arrays]
    if axis % rank != rank - 1:
        case.note = f"axis {axis} last"
    return [np.moveaxis(array, axis, -1) for array in arrays]
