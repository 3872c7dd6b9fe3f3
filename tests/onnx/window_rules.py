"""Convolutions, pools, and what changes the size of images."""
import numpy as np

from package import NotHere
from runs import channels_last, model, rule, thing


class Window:
    """The attributes that all windows share, with pads as [[before, after], ...] by axis."""

    def __init__(self, case, shape, kernel):
        axes = len(kernel)
        self.size = list(kernel)
        self.strides = case.take("strides", [1] * axes)
        self.dilations = case.take("dilations", [1] * axes)
        self.auto = case.take("auto_pad", "NOTSET")
        pads = case.take("pads", [0] * 2 * axes)
        self.pads = [[pads[i], pads[axes + i]] for i in range(axes)]
        self.reach = [(k - 1) * d + 1 for k, d in zip(self.size, self.dilations)]
        if self.auto == "SAME_LOWER":
            self.pads = [self.lower(i, shape[2 + i]) for i in range(axes)]

    def lower(self, i, length):
        positions = -(-length // self.strides[i])
        total = max((positions - 1) * self.strides[i] + self.reach[i] - length, 0)
        return [total - total // 2, total // 2]

    def ceil(self, shape):
        """A last window that lies partly outside is one with so much more padding."""
        for i, pair in enumerate(self.pads):
            room, stride = sum(pair) + shape[2 + i] - self.reach[i], self.strides[i]
            more = -room % stride
            if room + more < pair[0] + shape[2 + i]:  # else it would begin outside
                pair[1] += more

    def padding(self):
        if self.auto == "SAME_UPPER":
            return "same"
        return sum(self.pads, []) if any(map(any, self.pads)) else None

    def options(self):
        return {"strides": self.strides if set(self.strides) != {1} else None,
                "padding": self.padding(),
                "dilation_rate": self.dilations if set(self.dilations) != {1} else None}


def last_run(layers, case, given=None):
    return model(layers, channels_last(case.input(0)), channels_last(case.output(0)), given)


@rule(Conv="conv1d, 2d, 3d, depthwise_conv2d")
def conv(case):
    x, w, bias = case.input(0), case.input(1), case.input(2)
    axes, group, channels = x.ndim - 2, case.take("group", 1), x.shape[1]
    window = Window(case, x.shape, case.take("kernel_shape", w.shape[2:]))
    bias_given = {} if bias is None else {"bias": bias}
    options = window.options() | {"use_bias": None if bias_given else False}
    kernel = np.moveaxis(w, (0, 1), (-1, -2))
    runs = [last_run(thing(f"conv{axes}d", filters=w.shape[0], kernel_size=window.size,
                           groups=group if group > 1 else None, **options), case,
                     {"kernel": kernel} | bias_given)]
    if axes == 2 and group == channels > 1:
        several = w.shape[0] // channels
        runs.append(last_run(
            thing("depthwise_conv2d", kernel_size=window.size,
                  depth_multiplier=several if several > 1 else None, **options), case,
            {"depthwise_kernel": kernel.reshape(*window.size, channels, several)} | bias_given))
    return runs


def transposed_padding(case, window, shape):
    """What is cut off, and what is added to the length, given the length that comes out."""
    more = case.take("output_padding", [0] * len(shape))
    lengths = case.take("output_shape")
    if window.auto == "SAME_UPPER":
        lengths = [n * s for n, s in zip(shape, window.strides)]
    elif window.auto != "NOTSET":
        raise NotHere(f"auto_pad {window.auto}")
    if lengths is None:
        return sum(window.pads, []), more
    cut = [(n - 1) * s + r + m - length for n, s, r, m, length in
           zip(shape, window.strides, window.reach, more, lengths)]
    more = [m - min(c, 0) for m, c in zip(more, cut)]
    upper = window.auto == "SAME_UPPER"
    halves = [[c // 2, c - c // 2] if upper else [c - c // 2, c // 2] for c in map(max0, cut)]
    return sum(halves, []), more


def max0(number):
    return max(number, 0)


@rule(ConvTranspose="conv2d_transpose")
def conv_transpose(case):
    x, w, y = case.input(0), case.input(1), case.output(0)
    if x.ndim > 4:
        raise NotHere("there is no conv3d_transpose")
    if case.take("group", 1) != 1:
        raise NotHere("groups in a transposed convolution")
    window = Window(case, x.shape, case.take("kernel_shape", w.shape[2:]))
    padding, more = transposed_padding(case, window, x.shape[2:])
    if x.ndim == 3:  # an image of one row
        case.note = "as an image of one row"
        x, w, y = x[:, :, None], w[:, :, None], y[:, :, None]
        padding, more = [0, 0] + padding, [0] + more
        window.strides, window.dilations = [1] + window.strides, [1] + window.dilations
    bias = case.input(2)
    given = {"kernel": np.moveaxis(w, (0, 1), (-1, -2))} | ({} if bias is None else {"bias": bias})
    options = window.options() | {"padding": padding if any(padding) else None,
                                  "output_padding": more if any(more) else None}
    layer = thing("conv2d_transpose", filters=w.shape[1], kernel_size=list(w.shape[2:]), **options,
                  use_bias=None if bias is not None else False)
    return model(layer, channels_last(x), channels_last(y), given)


@rule(MaxPool="max_pool1d, 2d, 3d", AveragePool="avg_pool1d, 2d, 3d")
def pool(case):
    x = case.input(0)
    axes, kind = x.ndim - 2, case.counterpart.split("1d")[0]
    window = Window(case, x.shape, case.take("kernel_shape"))
    if set(window.dilations) != {1}:
        raise NotHere("pools have no dilation")
    if case.take("ceil_mode", 0):
        window.ceil(x.shape)
    case.take("storage_order")  # of the second output
    if case.output(1) is not None:
        case.note = "the places of the largest are no output here"
    if x.dtype == np.uint8:
        case.note = "whole numbers are read as reals"
    size, strides = window.size, window.strides
    options, before = window.options() | {"strides": strides if strides != size else None}, []
    if case.take("count_include_pad", 0) and options["padding"]:
        if axes != 2 or options["padding"] == "same":
            raise NotHere("padding that counts, but in a layer zero_pad2d")
        before = [thing("zero_pad2d", padding=options.pop("padding"))]
    return last_run(before + [thing(f"{kind}{axes}d", pool_size=size, **options)], case)


@rule(GlobalMaxPool="global_max_pool", GlobalAveragePool="global_avg_pool")
def global_pool(case):
    return last_run(thing(case.counterpart, keepdims=True), case)


@rule(ReduceMax="global_max_pool", ReduceMean="global_avg_pool")
def reduce(case):
    """The axes that go are one axis of places, the others one axis of channels."""
    x = case.input(0)
    axes = case.input(1, case.take("axes", []))  # an input since version 18
    axes = sorted(int(a) % x.ndim for a in axes) or list(range(x.ndim))
    case.take("keepdims")
    if x.size == 0 or x.dtype.kind == "b":
        raise NotHere("no numbers to pool")
    gone = int(np.prod([x.shape[a] for a in axes]))
    places = np.moveaxis(x, axes, range(len(axes))).reshape(1, gone, -1)
    case.note = "those axes as one"
    return model(case.counterpart, places, case.output(0).reshape(1, -1))


@rule(Pad="zero_pad2d")
def pad(case):
    """pads and value were attributes before version 11."""
    x, pads = case.input(0), np.array(case.input(1, case.take("pads", [])))
    value, mode = case.input(2, case.take("value", 0.0)), case.take("mode", "constant")
    if mode != "constant":
        raise NotHere(f"padding by {mode}")
    if value != 0:
        raise NotHere(f"padding by {word_of(value)}, not 0")
    if x.ndim != 4 or pads[[0, 1, 4, 5]].any():
        raise NotHere("padding of other axes than rows and columns")
    return last_run(thing("zero_pad2d", padding=[int(p) for p in pads[[2, 6, 3, 7]]]), case)


def word_of(value):
    return str(np.float32(value))


def enlarge(case, scales, interpolation):
    whole = [int(s) for s in scales]
    if case.input(0).ndim != 4 or list(scales) != whole or whole[:2] != [1, 1] or min(whole) < 1:
        raise NotHere("other than rows and columns a whole number of times")
    kind = interpolation if interpolation != "nearest" else None
    return last_run(thing("upsample2d", size=whole[2:], interpolation=kind), case)


@rule(Upsample="upsample2d")
def upsample(case):
    mode = case.take("mode", "nearest")
    if mode != "nearest":
        raise NotHere(f"mode {mode}")
    return enlarge(case, case.input(1), mode)


@rule(Resize="upsample2d")
def resize(case):
    x, scales, sizes = case.input(0), case.input(2), case.input(3)
    mode = case.take("mode", "nearest")
    place = case.take("coordinate_transformation_mode", "half_pixel")
    rounding = case.take("nearest_mode", "round_prefer_floor")
    if mode not in ("nearest", "linear"):
        raise NotHere(f"mode {mode}")
    if place != "half_pixel":
        raise NotHere(f"places by {place}")
    if mode == "nearest" and not rounding.startswith("round"):
        raise NotHere(f"rounding by {rounding}")
    axes = case.take("axes", list(range(x.ndim)))
    if scales is None or scales.size == 0:
        scales = sizes / np.take(x.shape, axes)
    times = np.ones(x.ndim)
    times[axes] = scales
    return enlarge(case, times, "nearest" if mode == "nearest" else "bilinear")
