#!/usr/bin/python3
"""What PyTorch says convolutions, pools and changes of shape give: writes convolution.h5, as
make_layer_oracle.py does.

    /usr/bin/python3 tests/oracle/make_convolution_oracle.py [FILE.h5]   (torch 1.13, h5py)

Channels are last here and second in PyTorch, which also knows no `same` as Keras counts it, nor
another padding before than after: so the input is padded first."""
import torch
import torch.nn.functional as F

from layer_cases import Cases

case = Cases("convolution.h5")


def pads(padding, size, strides, dilation, shape):
    """(before, after) for each axis; `same` as Keras counts it."""
    if padding == "valid":
        return [(0, 0)] * len(size)
    if padding != "same":
        return padding
    result = []
    for n, k, s, d in zip(shape, size, strides, dilation):
        total = max((-(-n // s) - 1) * s + (k - 1) * d + 1 - n, 0)
        result.append((total // 2, total - total // 2))
    return result


def padded(x, p, value=0.0):
    """x with channels second, padded by p."""
    return F.pad(x.movedim(-1, 1), [n for pair in reversed(p) for n in pair], value=value)


def options(text, size_key, size, strides, padding, dilation=None):
    text += f", {size_key}: {list(size)}, strides: {list(strides)}"
    words = isinstance(padding, str)
    text += f", padding: {padding if words else [n for pair in padding for n in pair]}"
    return text + (f", dilation_rate: {list(dilation)}" if dilation and max(dilation) > 1 else "")


def conv_case(name, shape, filters, size, strides=None, padding="valid", dilation=None, groups=1,
              more="", f=lambda x: x, bias=True):
    axes = len(size)
    strides, dilation = strides or (1,) * axes, dilation or (1,) * axes
    text = options(f"{{type: conv{axes}d, filters: {filters}, groups: {groups}{more}", "kernel_size",
                   size, strides, padding, dilation) + "}"
    weights = {"kernel": (*size, shape[-1] // groups, filters)}
    if bias:
        weights["bias"] = (filters,)
    convolve = [F.conv1d, F.conv2d, F.conv3d][axes - 1]

    def function(x, kernel, bias=None):
        x = padded(x, pads(padding, size, strides, dilation, shape[1:-1]))
        w = kernel.movedim((-1, -2), (0, 1))
        return f(convolve(x, w, bias, strides, 0, dilation, groups).movedim(1, -1))

    case(name, text, [shape], weights, function, 1.0)


conv_case("conv1d", (2, 5, 2), 3, (2,))
conv_case("conv1d_same", (2, 7, 2), 2, (4,), (2,), "same", more=", activation: tanh", f=torch.tanh)
conv_case("conv1d_causal", (2, 5, 2), 2, (3,), padding=[(4, 0)], dilation=(2,))
conv_case("conv1d_groups", (2, 5, 4), 6, (3,), padding="same", groups=2)
conv_case("conv2d", (2, 4, 5, 2), 3, (3, 2))
conv_case("conv2d_one", (2, 2, 3, 4), 2, (1, 1), more=", activation: gelu", f=F.gelu)
conv_case("conv2d_one_groups", (2, 2, 2, 4), 6, (1, 1), groups=2)
conv_case("conv2d_same", (2, 5, 4, 2), 2, (2, 4), padding="same", more=", activation: relu",
          f=torch.relu)
conv_case("conv2d_strides", (2, 5, 6, 2), 2, (3, 3), (2, 3), "same")
conv_case("conv2d_strides_over", (2, 5, 7, 2), 2, (2, 1), (3, 2))
conv_case("conv2d_tiles", (2, 4, 6, 2), 2, (2, 3), (2, 3), more=", activation: softmax",
          f=lambda x: torch.softmax(x, -1))
conv_case("conv2d_dilation", (2, 6, 7, 2), 2, (2, 3), dilation=(3, 2), padding="same")
conv_case("conv2d_padding", (1, 3, 3, 2), 2, (3, 2), padding=[(2, 0), (1, 3)], bias=False,
          more=", use_bias: false")
conv_case("conv2d_groups", (2, 4, 4, 6), 3, (3, 3), (2, 2), "same", groups=3)
conv_case("conv2d_each", (2, 3, 4, 3), 6, (3, 2), padding="same", dilation=(2, 1), groups=3)
conv_case("conv3d", (2, 3, 3, 4, 2), 2, (2, 1, 3))
conv_case("conv3d_same", (1, 3, 4, 3, 2), 2, (2, 3, 2), (2, 1, 2), "same")
conv_case("conv3d_groups", (1, 3, 2, 4, 4), 2, (2, 2, 2), dilation=(2, 1, 2), groups=2)


def transpose_case(name, shape, filters, size, strides=(1, 1), padding="valid", dilation=(1, 1),
                   output_padding=None, more="", f=lambda x: x):
    text = options(f"{{type: conv2d_transpose, filters: {filters}{more}", "kernel_size", size,
                   strides, padding, dilation)
    text += (f", output_padding: {list(output_padding)}" if output_padding else "") + "}"
    cut = []  # what Keras takes off at each end; below 0: adds
    for i, (n, k, s, d) in enumerate(zip(shape[1:], size, strides, dilation)):
        reach = (k - 1) * d + 1
        full = (n - 1) * s + reach
        more = output_padding[i] if output_padding else 0
        if isinstance(padding, str) and not output_padding:
            length = n * s if padding == "same" else n * s + max(reach - s, 0)
            before = max(reach - s, 0) // 2 if padding == "same" else 0
        elif padding == "same":
            length = full - 2 * (reach // 2) + more
            before = max(full - length, 0) // 2
        else:
            before, after = (0, 0) if padding == "valid" else padding[i]
            length = full - before - after + more
        cut.append((before, full - before - length))

    def function(x, kernel, bias):
        x = F.conv_transpose2d(x.movedim(-1, 1), kernel.permute(3, 2, 0, 1), None, strides,
                               dilation=dilation)
        x = F.pad(x, [-n for pair in reversed(cut) for n in pair]).movedim(1, -1)
        return f(x + bias)

    case(name, text, [shape], {"kernel": (*size, filters, shape[-1]), "bias": (filters,)}, function,
         1.0)


transpose_case("conv2d_transpose", (2, 2, 3, 2), 3, (3, 2))
transpose_case("conv2d_transpose_same", (2, 3, 2, 2), 2, (3, 4), (2, 2), "same",
               more=", activation: relu", f=torch.relu)
transpose_case("conv2d_transpose_over", (2, 2, 3, 2), 2, (2, 1), (3, 2))
transpose_case("conv2d_transpose_over_same", (2, 2, 3, 2), 2, (2, 1), (3, 2), "same")
transpose_case("conv2d_transpose_dilation", (2, 3, 2, 2), 2, (2, 3), (1, 2), "same", (3, 2))
transpose_case("conv2d_transpose_padding", (1, 3, 3, 2), 2, (3, 3), (2, 2), [(1, 0), (2, 1)])
transpose_case("conv2d_transpose_output", (1, 3, 3, 2), 2, (3, 3), (2, 2), "same", (1, 1), (1, 0))


def depthwise(x, kernel, size, strides, padding, dilation):
    c, q = kernel.shape[-2:]
    x = padded(x, pads(padding, size, strides, dilation, x.shape[1:-1]))
    w = kernel.permute(2, 3, 0, 1).reshape(c * q, 1, *size)
    return F.conv2d(x, w, None, strides, 0, dilation, c)


def depthwise_case(name, shape, q, size, strides=(1, 1), padding="valid", dilation=(1, 1)):
    text = options(f"{{type: depthwise_conv2d, depth_multiplier: {q}", "kernel_size", size, strides,
                   padding, dilation) + "}"
    case(name, text, [shape],
         {"depthwise_kernel": (*size, shape[-1], q), "bias": (shape[-1] * q,)},
         lambda x, depthwise_kernel, bias: bias + depthwise(
             x, depthwise_kernel, size, strides, padding, dilation).movedim(1, -1), 1.0)


depthwise_case("depthwise_conv2d", (2, 4, 4, 3), 1, (3, 2))
depthwise_case("depthwise_conv2d_same", (2, 5, 4, 2), 3, (2, 3), (2, 2), "same")
depthwise_case("depthwise_conv2d_dilation", (1, 5, 5, 3), 2, (2, 3), padding=[(1, 0), (0, 2)],
               dilation=(2, 1))


def separable_case(name, shape, filters, q, size, strides=(1, 1), padding="valid", more="",
                   f=lambda x: x):
    text = options(f"{{type: separable_conv2d, filters: {filters}, depth_multiplier: {q}{more}",
                   "kernel_size", size, strides, padding) + "}"

    def function(x, depthwise_kernel, pointwise_kernel, bias):
        y = depthwise(x, depthwise_kernel, size, strides, padding, (1, 1))
        return f(F.conv2d(y, pointwise_kernel.permute(3, 2, 0, 1), bias).movedim(1, -1))

    case(name, text, [shape],
         {"depthwise_kernel": (*size, shape[-1], q), "pointwise_kernel": (1, 1, shape[-1] * q, filters),
          "bias": (filters,)}, function, 1.0)


separable_case("separable_conv2d", (2, 4, 3, 2), 3, 1, (2, 2))
separable_case("separable_conv2d_same", (2, 4, 5, 2), 2, 2, (3, 2), (2, 1), "same",
               ", activation: gelu", F.gelu)


def pool_case(name, kind, shape, size, strides=None, padding="valid"):
    axes, steps = len(size), strides or size
    text = options(f"{{type: {kind}_pool{axes}d", "pool_size", size, steps, padding) + "}"
    largest = [F.max_pool1d, F.max_pool2d, F.max_pool3d][axes - 1]
    average = [F.avg_pool1d, F.avg_pool2d, F.avg_pool3d][axes - 1]
    p = pads(padding, size, steps, (1,) * axes, shape[1:-1])

    def function(x):
        if kind == "max":
            return largest(padded(x, p, -torch.inf), size, steps).movedim(1, -1)
        inside = average(padded(torch.ones_like(x), p), size, steps)
        return (average(padded(x, p), size, steps) / inside).movedim(1, -1)

    case(name, text, [shape], {}, function)


for kind in ("max", "avg"):
    pool_case(f"{kind}_pool1d", kind, (2, 7, 2), (3,))
    pool_case(f"{kind}_pool1d_same", kind, (2, 7, 2), (4,), (2,), "same")
    pool_case(f"{kind}_pool2d", kind, (2, 4, 6, 2), (2, 3))
    pool_case(f"{kind}_pool2d_same", kind, (2, 5, 4, 2), (2, 3), (2, 1), "same")
    pool_case(f"{kind}_pool2d_padding", kind, (2, 4, 4, 2), (3, 3), (2, 2), [(1, 1), (2, 0)])
    pool_case(f"{kind}_pool2d_over", kind, (2, 5, 7, 2), (2, 1), (3, 2))
    pool_case(f"{kind}_pool3d", kind, (2, 4, 3, 4, 2), (2, 1, 3))
    pool_case(f"{kind}_pool3d_same", kind, (1, 3, 4, 3, 2), (2, 3, 2), (1, 2, 2), "same")
for rank in (2, 3, 4):
    shape = (2, *(3, 2, 4)[:rank - 1], 3)
    axes = tuple(range(1, rank))
    case(f"global_max_pool_{rank}", "global_max_pool", [shape], {}, lambda x: x.amax(axes))
    case(f"global_avg_pool_{rank}", "global_avg_pool", [shape], {}, lambda x: x.mean(axes))
case("global_avg_pool_keepdims", "{type: global_avg_pool, keepdims: true}", [(2, 3, 2, 2)], {},
     lambda x: x.mean((1, 2), keepdim=True))

for mode in ("nearest", "bilinear"):
    corners = {} if mode == "nearest" else {"align_corners": False}
    case(f"upsample2d_{mode}", f"{{type: upsample2d, size: [2, 3], interpolation: {mode}}}",
         [(2, 3, 4, 2)], {}, lambda x: F.interpolate(
             x.movedim(-1, 1), scale_factor=(2.0, 3.0), mode=mode, **corners).movedim(1, -1))
case("zero_pad2d", "{type: zero_pad2d, padding: [1, 0, 2, 3]}", [(2, 2, 3, 2)], {},
     lambda x: F.pad(x, [0, 0, 2, 3, 1, 0]))
case("crop2d", "{type: crop2d, cropping: [1, 0, 2, 1]}", [(2, 3, 5, 2)], {},
     lambda x: x[:, 1:, 2:-1])
case("permute", "{type: permute, dims: [3, 1, 2]}", [(2, 2, 3, 4)], {},
     lambda x: x.permute(0, 3, 1, 2))
case("slice", "{type: slice, axis: 2, start: 1, size: 2}", [(2, 2, 5, 3)], {},
     lambda x: x[:, :, 1:3])
case("slice_end", "{type: slice, axis: -1, start: -2}", [(2, 2, 5)], {}, lambda x: x[..., -2:])
case("repeat_vector", "{type: repeat_vector, n: 3}", [(2, 4)], {},
     lambda x: x.unsqueeze(1).expand(-1, 3, -1))

case.close()
