"""Losses and optimizers."""
import numpy as np

from package import NotHere
from runs import Run, rule, softmax_axis_last, thing


def rows_of(z):
    """(n, classes, ...) -> (rows, classes)"""
    return np.moveaxis(z, 1, -1).reshape(-1, z.shape[1])


def loss(case, z, label, fused, expected, reduction="none"):
    ignored, class_weight = case.take("ignore_index"), case.input(2)
    known = np.where((label >= 0) & (label < z.shape[1]), label, 0)
    weight = np.ones(len(z)) if class_weight is None else class_weight[known]
    arrays = {"z": z, "label": label.astype(np.int32), "weight": weight, "output": expected}
    return Run("loss", thing("categorical_crossentropy", ignore_index=ignored), arrays,
               {"fused": int(fused), "reduction": reduction})


def log_softmax(z, expected):
    """log softmax(z)_j = -L(z, class j): a row for each number."""
    width = z.shape[1]
    arrays = {"z": np.repeat(z, width, axis=0),
              "label": np.tile(np.arange(width, dtype=np.int32), len(z)),
              "weight": np.ones(z.size), "output": -expected.reshape(-1)}
    return Run("loss", "categorical_crossentropy", arrays, {"fused": 1, "reduction": "none"})


@rule(SoftmaxCrossEntropyLoss="categorical_crossentropy")
def softmax_crossentropy(case):
    """The weights of the classes are given row by row."""
    z, label = rows_of(case.input(0)), case.input(1).reshape(-1)
    reduction = case.take("reduction", "mean")
    runs = [loss(case, z, label, True, case.output(0).reshape(-1), reduction)]
    if case.output(1) is not None:
        runs.append(log_softmax(z, rows_of(case.output(1))))
    return runs


@rule(NegativeLogLikelihoodLoss="categorical_crossentropy")
def negative_log_likelihood(case):
    """Its input is log p; the loss here takes p."""
    p, label = np.exp(rows_of(case.input(0)).astype(float)), case.input(1).reshape(-1)
    reduction = case.take("reduction", "mean")
    case.note = "of p = exp(input)"
    return loss(case, p, label, False, case.output(0).reshape(-1), reduction)


@rule(LogSoftmax="categorical_crossentropy")
def log_softmax_layer(case):
    x, y = softmax_axis_last(case, case.input(0), case.output(0))
    case.note = "log softmax(z)_j = -L(z, class j)"
    return log_softmax(x.reshape(-1, x.shape[-1]), y)


# ---- optimizers: inputs are R, T, then W of all tensors, their gradients, their slots ----

def steps(case, yaml, slots, rate, t, scale=1.0):
    groups = (len(case.inputs) - 2) // (2 + slots)
    given, left = case.inputs[2:], case.outputs
    runs = []
    for k in range(groups):
        arrays = {"weights": given[k], "gradient": given[groups + k], "output": left[k]}
        for s in range(slots):
            arrays[f"slot.{s}"] = given[(2 + s) * groups + k]
            arrays[f"after.{s}"] = left[(1 + s) * groups + k]
        runs.append(Run("optimizer", yaml, arrays, {"learning_rate": float(rate), "t": t,
                                                    "scale": scale}))
    return runs


def rate_and_time(case):
    return float(case.input(0)), int(case.input(1))


@rule(Adagrad="adagrad")
def adagrad(case):
    rate, t = rate_and_time(case)
    yaml = thing("adagrad", epsilon=case.take("epsilon", 1e-6), initial_accumulator_value=0,
                 weight_decay=case.take("norm_coefficient", 0.0))
    return steps(case, yaml, 1, rate / (1 + t * case.take("decay_factor", 0.0)), t + 1)


@rule(Adam="adam")
def adam(case):
    """At T = 0 ONNX does not correct the bias, so the step here is one so late that beta^t = 0.
    Else epsilon is added before the correction there, behind it here."""
    rate, t = rate_and_time(case)
    alpha, beta = case.take("alpha", 0.9), case.take("beta", 0.999)
    epsilon = case.take("epsilon", 1e-6)
    if case.take("norm_coefficient_post", 0.0) != 0:
        raise NotHere("weight decay after the step")
    if t == 0:
        case.note = "without correction of the bias: a late step"
    if case.name == "adam_multiple":  # a fault of the case: its model has no epsilon
        epsilon = 0.01
        case.note += "; epsilon as its outputs were made, its node does not say it"
    yaml = thing("adam", beta_1=alpha, beta_2=beta,
                 epsilon=epsilon / (1 - beta**t)**0.5 if t else epsilon,
                 weight_decay=case.take("norm_coefficient", 0.0))
    return steps(case, yaml, 2, rate, t or 10**6)


@rule(Momentum="sgd")
def momentum(case):
    """v = alpha v + beta (g + c W) there, v = momentum v + (g + decay W) here."""
    rate, t = rate_and_time(case)
    beta = case.take("beta") if t else 1.0
    case.take("beta")
    nesterov = case.take("mode") == "nesterov"
    if nesterov and beta != 1:
        raise NotHere("nesterov's look ahead with a factor beta")
    yaml = thing("sgd", momentum=case.take("alpha"), nesterov=nesterov or None,
                 weight_decay=beta * case.take("norm_coefficient"))
    return steps(case, yaml, 1, rate, t + 1, beta)
