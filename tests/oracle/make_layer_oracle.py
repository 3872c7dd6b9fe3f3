#!/usr/bin/python3
"""What PyTorch says a layer gives: writes layers.h5, which tests/layer/oracle_test.c compares with;
the format is told in layer_cases.py.

    /usr/bin/python3 tests/oracle/make_layer_oracle.py [FILE.h5]      (torch 1.13, h5py)

A new layer is one more line that calls `case`: name, YAML, shapes of the inputs (n first), shapes of
the weights, and the function by PyTorch."""
import torch
import torch.nn.functional as F

from layer_cases import Cases

case = Cases("layers.h5")


activations = {
    "linear": ("linear", lambda x: x * 1),
    "relu": ("relu", torch.relu),
    "leaky_relu": ("leaky_relu", lambda x: F.leaky_relu(x, 0.3)),
    "leaky_relu_01": ("{type: leaky_relu, negative_slope: 0.1}", lambda x: F.leaky_relu(x, 0.1)),
    "elu": ("elu", F.elu),
    "elu_05": ("{type: elu, alpha: 0.5}", lambda x: F.elu(x, 0.5)),
    "selu": ("selu", torch.selu),
    "gelu": ("gelu", F.gelu),
    "gelu_tanh": ("{type: gelu, approximate: true}", lambda x: F.gelu(x, approximate="tanh")),
    "silu": ("silu", F.silu),
    "softplus": ("softplus", F.softplus),
    "sigmoid": ("sigmoid", torch.sigmoid),
    "tanh": ("tanh", torch.tanh),
    "softmax": ("softmax", lambda x: torch.softmax(x, -1)),
}


def dense(x, kernel, bias=None):
    return F.linear(x, kernel.T, bias)


for name, (layer, f) in activations.items():
    case(name, layer, [(4, 6)], {}, f)
    case("dense_" + name, "{type: dense, units: 5, activation: %s}" % layer, [(3, 4)],
         {"kernel": (4, 5), "bias": (5,)}, lambda x, kernel, bias: f(dense(x, kernel, bias)), 0.5)

case("softmax_axes", "softmax", [(2, 3, 4)], {}, lambda x: torch.softmax(x, -1))
case("softmax_large", "softmax", [(3, 5)], {}, lambda x: torch.softmax(x, -1), 300.0)
case("dense_plain", "{type: dense, units: 7}", [(5, 3)], {"kernel": (3, 7), "bias": (7,)}, dense)
case("dense_no_bias", "{type: dense, units: 2, use_bias: false}", [(5, 3)], {"kernel": (3, 2)}, dense)
case("dense_axes", "{type: dense, units: 3, activation: tanh}", [(2, 3, 2, 4)],
     {"kernel": (4, 3), "bias": (3,)}, lambda x, kernel, bias: torch.tanh(dense(x, kernel, bias)))
case("flatten", "flatten", [(2, 3, 2)], {}, lambda x: torch.flatten(x, 1))
case("reshape", "{type: reshape, target_shape: [2, -1]}", [(2, 3, 4)], {},
     lambda x: x.reshape(2, 2, 6))
case("concat", "concat", [(3, 2, 2), (3, 2, 1), (3, 2, 3)], {}, lambda *x: torch.cat(x, -1))
case("concat_axis", "{type: concat, axis: 1}", [(2, 2, 3), (2, 1, 3)], {},
     lambda *x: torch.cat(x, 1))
case("add", "add", [(3, 4), (3, 4), (3, 4)], {}, lambda a, b, c: a + b + c)
case("multiply", "multiply", [(3, 4), (3, 4), (3, 4)], {}, lambda a, b, c: a * b * c)


def prelu(x, alpha):
    """PyTorch has one alpha a channel, which it wants second"""
    return F.prelu(x.movedim(-1, 1), alpha.flatten()).movedim(1, -1)


case("prelu", "prelu", [(5, 4)], {"alpha": (4,)},
     lambda x, alpha: F.prelu(x, alpha))
case("prelu_channels", "{type: prelu, shared_axes: [1, 2]}", [(3, 2, 4, 3)], {"alpha": (1, 1, 3)},
     prelu)
case("prelu_one", "{type: prelu, shared_axes: [1, 2, 3]}", [(3, 2, 2, 3)], {"alpha": (1, 1, 1)},
     lambda x, alpha: F.prelu(x, alpha.flatten()))
case("prelu_positions", "{type: prelu, shared_axes: 2}", [(3, 4, 5)], {"alpha": (4, 1)},
     lambda x, alpha: F.prelu(x, alpha.flatten()))


# ---- batch_norm ----

def batch_norm(training, momentum, epsilon):
    """Channels last, where PyTorch has them second. Keras's momentum is the part of the old average
    that stays, PyTorch's the part of the new one that comes; and PyTorch's running variance is of
    the variance over n - 1, Keras's and ours of that over n."""
    def function(x, gamma=None, beta=None, *, moving_mean, moving_variance):
        mean, variance, n = moving_mean.clone(), moving_variance.clone(), x[..., 0].numel()
        z = F.batch_norm(x.movedim(-1, 1), mean, variance, gamma, beta, training, 1 - momentum,
                         epsilon).movedim(1, -1)
        kept = momentum * moving_variance if training else variance
        return z, {"moving_mean": mean, "moving_variance": kept + (variance - kept) * (n - 1) / n}
    return function


both = {"gamma": (3,), "beta": (3,)}
moving = {"moving_mean": (3,), "moving_variance": (3,)}
for training in (True, False):
    end = "" if training else "_evaluation"
    case("batch_norm" + end, "batch_norm", [(7, 3)], both, batch_norm(training, 0.99, 1e-3),
         state=moving, evaluation=not training)
    case("batch_norm_image" + end, "{type: batch_norm, momentum: 0.9, epsilon: 1e-5}",
         [(4, 3, 2, 3)], both, batch_norm(training, 0.9, 1e-5), state=moving,
         evaluation=not training)
    case("batch_norm_gamma" + end, "{type: batch_norm, center: false, momentum: 0}", [(3, 4, 3)],
         {"gamma": (3,)}, batch_norm(training, 0, 1e-3), state=moving, evaluation=not training)
    case("batch_norm_plain" + end,
         "{type: batch_norm, center: false, scale: false, epsilon: 0.1}", [(5, 3)], {},
         batch_norm(training, 0.99, 0.1), state=moving, evaluation=not training)

case.close()
