"""Operators with weights, normalisation, recurrence and activations."""
import numpy as np

from package import NotHere
from runs import (as_samples, channels_last, model, one_sample, rule, softmax_axis_last, thing)


def no_bias(bias):
    return None if bias is not None else False


def weights(**arrays):
    return {name: array for name, array in arrays.items() if array is not None}


@rule(Gemm="dense")
def gemm(case):
    a, b, c = case.input(0), case.input(1), case.input(2)
    a = a.T if case.take("transA", 0) else a
    b = b.T if case.take("transB", 0) else b
    alpha, beta = case.take("alpha", 1.0), case.take("beta", 1.0)
    case.take("broadcast")  # before version 7
    if c is not None and c.ndim == 2 and c.shape[0] != 1:
        raise NotHere("the bias differs from sample to sample")
    bias = None if c is None else np.broadcast_to(beta * c.reshape(-1), b.shape[1:])
    if (alpha, beta) != (1, 1):
        case.note = "alpha, beta: in the weights"
    return model(thing("dense", units=b.shape[1], use_bias=no_bias(bias)), a, case.output(0),
                 weights(kernel=alpha * b, bias=bias))


@rule(MatMul="dense")
def matmul(case):
    a, b = case.input(0), case.input(1)
    if b.ndim != 2:
        raise NotHere("a matrix for each sample, not one for all")
    return model(thing("dense", units=b.shape[1], use_bias=False), a, case.output(0),
                 weights(kernel=b))


@rule(BatchNormalization="batch_norm")
def batch_norm(case):
    x, gamma, beta, mean, variance = case.inputs
    training = case.take("training_mode", 0)
    if case.version < 7 and not case.take("is_test", 0):
        raise NotHere("training as before version 7")
    layer = thing("batch_norm", momentum=case.take("momentum", 0.9),
                  epsilon=case.take("epsilon", 1e-5))
    given = weights(gamma=gamma, beta=beta, moving_mean=mean, moving_variance=variance)
    after = {"moving_mean": case.output(1), "moving_variance": case.output(2)} if training else None
    return model(layer, channels_last(x), channels_last(case.output(0)), given, training, after)


@rule(MeanVarianceNormalization="batch_norm")
def mean_variance(case):
    x, axes = case.input(0), case.take("axes", [0, 2, 3])
    if axes != [i for i in range(x.ndim) if i != 1]:
        raise NotHere("statistics of other axes than all but the channels")
    layer = thing("batch_norm", center=False, scale=False, epsilon=1e-12)
    case.note = "in training; adds 1e-9 to the deviation, nnmpi 1e-12 to the variance"
    count, ones = x.shape[1], weights(moving_mean=np.zeros(x.shape[1]))
    return model(layer, channels_last(x), channels_last(case.output(0)),
                 ones | {"moving_variance": np.ones(count)}, training=True)


@rule(InstanceNormalization="group_norm")
def instance_norm(case):
    x, gamma, beta = case.inputs
    layer = thing("group_norm", groups=-1, epsilon=case.take("epsilon", 1e-5))
    return model(layer, channels_last(x), channels_last(case.output(0)),
                 weights(gamma=gamma, beta=beta))


@rule(GroupNormalization="group_norm")
def group_norm(case):
    x, gamma, beta = case.inputs
    groups = case.take("num_groups")
    gamma, beta = (np.repeat(a, x.shape[1] // len(a)) for a in (gamma, beta))  # once: of groups
    layer = thing("group_norm", groups=groups, epsilon=case.take("epsilon", 1e-5))
    return model(layer, channels_last(x), channels_last(case.output(0)),
                 weights(gamma=gamma, beta=beta))


@rule(LayerNormalization="layer_norm")
def layer_norm(case):
    """The axes that are normalised become one, the last."""
    x, gamma, beta = case.input(0), case.input(1), case.input(2)
    axis = case.take("axis", -1) % x.ndim
    layer = thing("layer_norm", epsilon=case.take("epsilon", 1e-5),
                  center=None if beta is not None else False)
    shape = x.shape[:axis] + (-1,) if axis else (1, -1)
    if axis < x.ndim - 1:
        case.note = f"the last {x.ndim - axis} axes as one"
    return model(layer, x.reshape(shape), case.output(0).reshape(shape),
                 weights(gamma=gamma.reshape(-1), beta=None if beta is None else beta.reshape(-1)))


# ---- recurrent layers ----

GATES = {  # of ONNX, in the order of nnmpi
    "simple_rnn": [0],
    "gru": [0, 1, 2],      # z r h
    "lstm": [0, 2, 3, 1],  # i o f c -> i f c o
}


def of_gates(w, order):
    """(gates * units, k) -> (k, gates * units), the gates in another order."""
    units = w.shape[0] // len(order)
    return np.concatenate([w[g * units:(g + 1) * units] for g in order]).T


def refuse_states(case, steps):
    lengths, states = case.input(4), (case.input(5), case.input(6))
    if case.input(7) is not None:
        raise NotHere("peepholes")
    if lengths is not None and (lengths != steps).any():
        raise NotHere("sequences of several lengths")
    if any(state is not None and state.any() for state in states):
        raise NotHere("a first state that is not 0")


@rule(RNN="simple_rnn", GRU="gru", LSTM="lstm")
def recurrent(case):
    name, order = case.counterpart, GATES[case.counterpart]
    x, w, u = case.input(0), case.input(1), case.input(2)
    batch_first = case.take("layout", 0)
    x = x if batch_first else np.swapaxes(x, 0, 1)
    units = case.take("hidden_size")
    if case.take("direction", "forward") != "forward" or w.shape[0] != 1:
        raise NotHere("several directions")
    refuse_states(case, x.shape[1])
    after = bool(case.take("linear_before_reset", 0)) if name == "gru" else None
    bias = case.input(3)
    if bias is not None:
        halves = [of_gates(half[:, None], order).reshape(-1) for half in np.split(bias[0], 2)]
        bias = np.stack(halves) if after else halves[0] + halves[1]
    given = weights(kernel=of_gates(w[0], order), recurrent_kernel=of_gates(u[0], order), bias=bias)
    y, last = case.output(0), case.output(1)
    if case.output(2) is not None:
        raise NotHere("the last memory cell as an output")
    runs = []
    if y is not None:  # (steps, 1, n, units), or (n, steps, 1, units)
        y = y[:, :, 0] if batch_first else np.swapaxes(y[:, 0], 0, 1)
        runs.append((True, y))
    if last is not None:
        runs.append((None, last.reshape(-1, units)))
    return [model(thing(name, units=units, return_sequences=sequences, reset_after=after,
                        use_bias=no_bias(bias)), x, out, given) for sequences, out in runs]


# ---- activations ----

def pointwise(case, kind, **options):
    return model(thing(kind, **options), as_samples(case.input(0)), as_samples(case.output(0)))


@rule(Relu="relu", Sigmoid="sigmoid", Softplus="softplus", Tanh="tanh", Identity="linear")
def without_options(case):
    return pointwise(case, case.counterpart)


@rule(LeakyRelu="leaky_relu")
def leaky_relu(case):
    return pointwise(case, "leaky_relu", negative_slope=case.take("alpha", 0.01))


@rule(Elu="elu")
def elu(case):
    return pointwise(case, "elu", alpha=case.take("alpha", 1.0))


@rule(Gelu="gelu")
def gelu(case):
    return pointwise(case, "gelu", approximate=case.take("approximate", "none") == "tanh" or None)


@rule(Selu="selu")
def selu(case):
    alpha, gamma = case.take("alpha", 1.6732632), case.take("gamma", 1.050701)
    if not np.allclose([alpha, gamma], [1.6732632, 1.050701]):
        raise NotHere("alpha and gamma are constants here, those of the paper")
    return pointwise(case, "selu")


@rule(PRelu="prelu")
def prelu(case):
    x, slope, y = case.input(0), case.input(1), case.output(0)
    if case.version < 7:  # of the channels
        x, y = channels_last(x), channels_last(y)
    slope = slope.reshape((1,) * (x.ndim - slope.ndim) + slope.shape)
    if slope.shape[0] == 1:
        slope = slope[0]
    else:
        x, y = one_sample(case, x, y)
    shared = [i + 1 for i, length in enumerate(slope.shape) if length == 1]
    return model(thing("prelu", shared_axes=shared or None), x, y, weights(alpha=slope))


@rule(Softmax="softmax")
def softmax(case):
    x, y = softmax_axis_last(case, case.input(0), case.output(0))
    return model("softmax", as_samples(x), as_samples(y))


@rule(Dropout="dropout")
def dropout(case):
    ratio, training = float(case.input(1, case.take("ratio", 0.5))), bool(case.input(2, False))
    case.take("seed")
    if training and ratio > 0:
        raise NotHere("its mask is drawn by another generator")
    if case.output(1) is not None:
        case.note = "the mask is no output here"
    return model(thing("dropout", rate=ratio), as_samples(case.input(0)),
                 as_samples(case.output(0)), training=training)
