#!/usr/bin/python3
"""What PyTorch says the layers of sequences give: writes sequence.h5, as make_layer_oracle.py does.

    /usr/bin/python3 tests/oracle/make_sequence_oracle.py [FILE.h5]   (torch 1.13, h5py)

PyTorch keeps the transpose of Keras's weights and other orders of gates: lstm i f g o (as Keras),
gru r z n where Keras has z r h. Its two biases are added; the second one is 0 where Keras has
one."""
import torch
import torch.nn.functional as F

from layer_cases import Cases

case = Cases("sequence.h5")


# ---- embedding ----

case("embedding", "{type: embedding, input_dim: 7, output_dim: 3}", [(4, 5)],
     {"embeddings": (7, 3)}, lambda x, embeddings: F.embedding(x.long(), embeddings), ids=[7])


# ---- recurrent ----

def one_way(function, convert, x, weights, options):
    """function: torch.lstm and so on, what nn.LSTM calls; it takes the weights as a list"""
    state = torch.zeros(1, x.shape[0], weights["recurrent_kernel"].shape[0], dtype=x.dtype)
    if function is torch.lstm:
        state = (state, state)
    if options.get("go_backwards"):
        x = x.flip(1)
    z = function(x, state, convert(**weights), True, 1, 0.0, False, False, True)[0]
    return z if options.get("return_sequences") else z[:, -1]


def as_keras(kernel, recurrent_kernel, bias=None):
    """where gates have Keras's order"""
    bias = torch.zeros_like(kernel[0]) if bias is None else bias
    return [kernel.T, recurrent_kernel.T, bias, torch.zeros_like(bias)]


def written(kind, units, options):
    words = "".join(f", {k}: {str(v).lower()}" for k, v in options.items())
    return "{type: %s, units: %d%s}" % (kind, units, words)


def recurrent(name, kind, function, convert, gates, shape, units, bias=None, **options):
    weights = {"kernel": (shape[-1], gates * units), "recurrent_kernel": (units, gates * units)}
    if options.get("use_bias", True):
        weights["bias"] = bias or (gates * units,)
    case(name, written(kind, units, options), [shape], weights,
         lambda x, **w: one_way(function, convert, x, w, options), 1.0)


def gru_weights(kernel, recurrent_kernel, bias=None):
    """z r h -> r z n; PyTorch's GRU is the one with reset_after"""
    u = recurrent_kernel.shape[0]
    bias = torch.zeros(2, 3 * u, dtype=kernel.dtype) if bias is None else bias
    order = torch.cat([torch.arange(u, 2 * u), torch.arange(u), torch.arange(2 * u, 3 * u)])
    return [kernel.T[order], recurrent_kernel.T[order], bias[0][order], bias[1][order]]


rnn = ("simple_rnn", torch.rnn_tanh, as_keras, 1)
recurrent("simple_rnn", *rnn, (3, 5, 4), 3)
recurrent("simple_rnn_sequences", *rnn, (2, 6, 3), 4, return_sequences=True)
recurrent("simple_rnn_backwards", *rnn, (2, 4, 2), 3, go_backwards=True, use_bias=False)
recurrent("simple_rnn_relu", "simple_rnn", torch.rnn_relu, as_keras, 1, (2, 4, 2), 3,
          activation="relu")

gru = ("gru", torch.gru, gru_weights, 3)
recurrent("gru", *gru, (3, 5, 4), 3, bias=(2, 9))
recurrent("gru_sequences", *gru, (2, 6, 3), 4, bias=(2, 12), return_sequences=True)
recurrent("gru_backwards", *gru, (2, 4, 2), 5, bias=(2, 15), return_sequences=True,
          go_backwards=True)
recurrent("gru_no_bias", *gru, (2, 3, 3), 2, use_bias=False)


def gru_cells(x, kernel, recurrent_kernel, bias):
    """reset before the product, as PyTorch's GRU is not: by autograd over the cells"""
    u = recurrent_kernel.shape[0]
    h, steps = torch.zeros(x.shape[0], u, dtype=x.dtype), []
    for t in range(x.shape[1]):
        a = x[:, t] @ kernel + bias
        z = torch.sigmoid(a[:, :u] + h @ recurrent_kernel[:, :u])
        r = torch.sigmoid(a[:, u:2 * u] + h @ recurrent_kernel[:, u:2 * u])
        g = torch.tanh(a[:, 2 * u:] + (r * h) @ recurrent_kernel[:, 2 * u:])
        h = z * h + (1 - z) * g
        steps.append(h)
    return torch.stack(steps, 1)


case("gru_reset_before", "{type: gru, units: 3, reset_after: false, return_sequences: true}",
     [(3, 5, 4)], {"kernel": (4, 9), "recurrent_kernel": (3, 9), "bias": (9,)}, gru_cells, 1.0)

lstm = ("lstm", torch.lstm, as_keras, 4)
recurrent("lstm", *lstm, (3, 5, 4), 3)
recurrent("lstm_sequences", *lstm, (3, 5, 4), 3, return_sequences=True)
recurrent("lstm_backwards", *lstm, (2, 4, 2), 5, return_sequences=True, go_backwards=True)
recurrent("lstm_no_bias", *lstm, (2, 1, 3), 2, use_bias=False)


# ---- both directions ----

def two_ways(function, convert, x, weights, mode, sequences):
    """PyTorch puts both side by side; the other direction's last step is its place 0"""
    ways = [{k[len(way):]: t for k, t in weights.items() if k.startswith(way)}
            for way in ("forward_", "backward_")]
    u = ways[0]["recurrent_kernel"].shape[0]
    state = torch.zeros(2, x.shape[0], u, dtype=x.dtype)
    z = function(x, (state, state) if function is torch.lstm else state,
                 convert(**ways[0]) + convert(**ways[1]), True, 1, 0.0, False, True, True)[0]
    f, b = z[..., :u], z[..., u:]
    if not sequences:
        f, b = f[:, -1], b[:, 0]
    return {"concat": torch.cat([f, b], -1), "sum": f + b, "mul": f * b, "ave": (f + b) / 2}[mode]


def bidirectional(kind, function, convert, gates, shape, units, mode, sequences, bias=None):
    one = {"kernel": (shape[-1], gates * units), "recurrent_kernel": (units, gates * units),
           "bias": bias or (gates * units,)}
    weights = {f"{way}_{k}": s for way in ("forward", "backward") for k, s in one.items()}
    layer = written(kind, units, {"return_sequences": sequences})
    case(f"bidirectional_{kind}_{mode}", "{type: bidirectional, merge_mode: %s, layer: %s}"
         % (mode, layer), [shape], weights,
         lambda x, **w: two_ways(function, convert, x, w, mode, sequences), 1.0)


bidirectional(*lstm, (2, 5, 3), 2, "concat", True)
bidirectional(*lstm, (2, 4, 3), 2, "mul", False)
bidirectional(*gru, (2, 5, 2), 3, "sum", True, bias=(2, 9))
bidirectional(*gru, (2, 3, 2), 3, "concat", False, bias=(2, 9))
bidirectional(*rnn, (3, 4, 2), 2, "ave", True)


# ---- normalisation over one sample ----

def group_norm(groups):
    """channels last, where PyTorch has them first"""
    def function(x, gamma, beta):
        return F.group_norm(x.movedim(-1, 1), groups, gamma, beta, 1e-3).movedim(1, -1)
    return function


def rms_norm(x, scale):
    return x * torch.rsqrt((x * x).mean(-1, keepdim=True) + 1e-6) * scale


affine = {"gamma": (6,), "beta": (6,)}
case("layer_norm", "layer_norm", [(3, 4, 6)], affine,
     lambda x, gamma, beta: F.layer_norm(x, (6,), gamma, beta, 1e-3))
case("layer_norm_plain", "{type: layer_norm, center: false, scale: false, epsilon: 0.1}", [(3, 5)],
     {}, lambda x: F.layer_norm(x, (5,), eps=0.1))
case("rms_norm", "rms_norm", [(3, 4, 6)], {"scale": (6,)}, rms_norm)
for groups in (1, 2, 3, 6):
    case(f"group_norm_{groups}", "{type: group_norm, groups: %d}" % groups, [(2, 3, 2, 6)], affine,
         group_norm(groups))
case("group_norm_instance", "{type: group_norm, groups: -1}", [(2, 5, 6)], affine, group_norm(6))
case("group_norm_vector", "{type: group_norm, groups: 2}", [(3, 6)], affine, group_norm(2))


# ---- attention ----

def torch_attention(query, value, key, heads, mask, w):
    """nn.MultiheadAttention with weights of its own for query, key and value, batch first; Keras's
    (features, heads, dim) are PyTorch's (heads dim, features)."""
    d = query.shape[-1]
    flat = {k: t.flatten(1).T for k, t in w.items() if k.endswith("kernel")}
    bias = torch.cat([w[k + "_bias"].flatten() for k in ("query", "key", "value")])
    z, _ = F.multi_head_attention_forward(
        query.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1), d, heads, None, bias,
        None, None, False, 0.0, w["attention_output_kernel"].flatten(0, 1).T,
        w["attention_output_bias"], need_weights=False, use_separate_proj_weight=True,
        q_proj_weight=flat["query_kernel"], k_proj_weight=flat["key_kernel"],
        v_proj_weight=flat["value_kernel"], **mask)
    return z.transpose(0, 1)


def attention_weights(d, dv, dk, heads):
    k = d // heads
    return {"query_kernel": (d, heads, k), "query_bias": (heads, k), "key_kernel": (dk, heads, k),
            "key_bias": (heads, k), "value_kernel": (dv, heads, k), "value_bias": (heads, k),
            "attention_output_kernel": (heads, k, d), "attention_output_bias": (d,)}


def causal(tq, tk):
    return {"attn_mask": torch.ones(tq, tk, dtype=torch.bool).triu(1)}


def attention(name, options, inputs, heads, sources, mask=lambda x: {}):
    """sources: which inputs are the query, the value and the key"""
    q, v, k = (inputs[i] for i in sources)
    case(name, "{type: multi_head_attention, num_heads: %d%s}" % (heads, options), inputs,
         attention_weights(q[-1], v[-1], k[-1], heads),
         lambda *x, **w: torch_attention(*(x[i] for i in sources), heads, mask(x), w), 1.0)


attention("attention", "", [(2, 5, 6)], 2, (0, 0, 0))
attention("attention_causal", ", use_causal_mask: true", [(2, 5, 6)], 3, (0, 0, 0),
          lambda x: causal(5, 5))
attention("attention_cross", "", [(2, 3, 4), (2, 5, 6)], 2, (0, 1, 1))
attention("attention_three", ", key_dim: 2", [(2, 3, 4), (2, 5, 6), (2, 5, 3)], 2, (0, 1, 2))


def plain_attention(x, shown, **w):
    """with padding, by autograd over the formulas"""
    q, k, v = (torch.einsum("btd,dhk->bthk", x, w[n + "_kernel"]) + w[n + "_bias"]
               for n in ("query", "key", "value"))
    s = torch.einsum("bthk,bshk->bhts", q, k) / q.shape[-1] ** 0.5
    s = s.masked_fill((shown == 0)[:, None, None, :], -torch.inf)
    o = torch.einsum("bhts,bshv->bthv", s.softmax(-1), v)
    return (torch.einsum("bthv,hvd->btd", o, w["attention_output_kernel"])
            + w["attention_output_bias"])


case("attention_padding", "{type: multi_head_attention, num_heads: 2, use_padding_mask: true}",
     [(3, 4, 6), (3, 4)], attention_weights(6, 6, 6, 2), plain_attention, 0.5,
     ids=[0, 3])


# ---- positions ----

def sinusoidal(x):
    steps, d = x.shape[1:]
    angle = torch.arange(steps).double()[:, None] / 10000 ** (torch.arange(0, d, 2).double() / d)
    return x + torch.stack([torch.sin(angle), torch.cos(angle)], -1).reshape(steps, d)


case("positional_embedding", "positional_embedding", [(3, 4, 6)], {"embeddings": (4, 6)},
     lambda x, embeddings: x + embeddings)
case("positional_embedding_waves", "{type: positional_embedding, encoding: sinusoidal}",
     [(2, 7, 6)], {}, sinusoidal)

case.close()
