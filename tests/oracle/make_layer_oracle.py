#!/usr/bin/python3
"""What PyTorch says a layer gives: writes layers.h5, which tests/layer/oracle_test.c compares with.

    /usr/bin/python3 tests/oracle/make_layer_oracle.py [FILE.h5]      (torch 1.13, h5py)

One group a case, all numbers float64, samples first:

    /CASE                    attribute layer: the YAML of the layer
    /CASE/input.0 ...        [n, in]
    /CASE/weight.NAME        by the names of nnmpi (kernel, bias), in Keras shapes
    /CASE/upstream           [n, out]: v
    /CASE/output             [n, out]: f(input)
    /CASE/input_gradient.0   v . D f by each input
    /CASE/weight_gradient.NAME

A new layer is one more line that calls `case`: name, YAML, shapes of the inputs (n first), shapes of
the weights, and the function by PyTorch."""
import pathlib
import sys

import h5py
import torch
import torch.nn.functional as F

path = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).with_name("layers.h5")
# The smallest headers, and no times in them: equal content is equal bytes.
access, made = h5py.h5p.create(h5py.h5p.FILE_ACCESS), h5py.h5p.create(h5py.h5p.FILE_CREATE)
access.set_libver_bounds(h5py.h5f.LIBVER_LATEST, h5py.h5f.LIBVER_LATEST)
made.set_obj_track_times(False)
untimed = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
untimed.set_obj_track_times(False)
file = h5py.File(h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, made, access))
torch.manual_seed(1)


def case(name, layer, inputs, weights, function, scale=2.0):
    x = [(scale * torch.randn(shape, dtype=torch.float64)).requires_grad_() for shape in inputs]
    w = {k: torch.randn(shape, dtype=torch.float64).requires_grad_() for k, shape in weights.items()}
    z = function(*x, **w)
    v = torch.randn_like(z)
    gradients = torch.autograd.grad((v * z).sum(), x + list(w.values()))
    group = h5py.Group(h5py.h5g.create(file.id, name.encode(), gcpl=untimed))
    group.attrs["layer"] = layer
    group["upstream"], group["output"] = v.numpy(), z.detach().numpy()
    for i, tensor in enumerate(x):
        group[f"input.{i}"] = tensor.detach().numpy()
        group[f"input_gradient.{i}"] = gradients[i].numpy()
    for i, (k, tensor) in enumerate(w.items()):
        group[f"weight.{k}"] = tensor.detach().numpy()
        group[f"weight_gradient.{k}"] = gradients[len(x) + i].numpy()


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

file.close()
print(f"{path}: {pathlib.Path(path).stat().st_size} bytes")
