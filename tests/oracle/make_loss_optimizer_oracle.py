#!/usr/bin/python3
"""What PyTorch, scikit-learn and numpy say of losses, metrics and optimizers, as one HDF5 file.

    /usr/bin/python3 make_loss_optimizer_oracle.py [loss_optimizer.h5]

/loss/CASE, /metric/CASE   one line a row: outputs z, target y (or one class id), weight, and for
                           losses dz; attributes config (YAML), width, labels, fused, by_row, value
/optimizer/CASE            the weights after each step; attribute config; from the weights
                           /optimizer_W0 with the gradients /optimizer_dW
Everything in float64. Read by tests/{loss,metric,optimizer}/oracle_test*.c.
"""
import os
import sys

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from sklearn import metrics as sk

torch.set_default_dtype(torch.float64)
STEPS, N = 10, 12


def put(group, name, config, columns, **attributes):
    case = group.create_dataset(name, data=np.column_stack(columns))
    case.attrs["config"] = np.bytes_(config)
    for key, value in attributes.items():
        case.attrs[key] = np.float64(value) if key == "value" else np.int64(value)


# ---- losses: per-row expressions; the sum over rows of weight times row, and its gradient --------

def softened(y, s, share):
    return (1 - s) * y + s * share


def log_p(z, fused):
    return F.log_softmax(z, 1) if fused else torch.log(z)


def focal(z, y, fused, gamma, alpha):
    log = log_p(z, fused)
    return -(alpha * y * (1 - log.exp()) ** gamma * log).sum(1)


def binary_focal(z, y, fused, gamma, alpha):
    p = torch.sigmoid(z) if fused else z
    cross = -(y * torch.log(p) + (1 - y) * torch.log(1 - p))
    p_t = y * p + (1 - y) * (1 - p)
    return ((alpha * y + (1 - alpha) * (1 - y)) * (1 - p_t) ** gamma * cross).mean(1)


def cross_entropy(z, y, fused, s=0.0, ignore=-100):
    if fused:
        return F.cross_entropy(z, y, label_smoothing=s, ignore_index=ignore, reduction="none")
    rows = y if y.dim() == 2 else F.one_hot(y, z.shape[1])
    return -(softened(rows, s, 1 / z.shape[1]) * torch.log(z)).sum(1)


def binary(z, y, fused, s=0.0):
    f = F.binary_cross_entropy_with_logits if fused else F.binary_cross_entropy
    return f(z, softened(y, s, 0.5), reduction="none").mean(1)


def hinge(z, y):
    return F.relu(1 - torch.where(y == 0, -torch.ones_like(y), y) * z)


def categorical_hinge(z, y):
    return F.relu(1 + ((1 - y) * z).max(1).values - (y * z).sum(1))


def loss_cases(rng):
    """name, config, kind of outputs, kind of targets, row expression (z, y)"""
    one_hot = lambda f: lambda z, y: f(z, F.one_hot(y, z.shape[1]).double() if y.dim() == 1 else y)
    for name, f in (
            ("mean_squared_error", lambda z, y: F.mse_loss(z, y, reduction="none").mean(1)),
            ("mean_absolute_error", lambda z, y: F.l1_loss(z, y, reduction="none").mean(1)),
            ("log_cosh", lambda z, y: torch.log(torch.cosh(z - y)).mean(1)),
            ("cosine_similarity", lambda z, y: -F.cosine_similarity(z, y, dim=1, eps=1e-14))):
        yield name, name, "real", "real", f
    for delta in (1.0, 0.3):
        yield (f"huber_{delta}", f"{{type: huber, delta: {delta}}}", "real", "real",
               lambda z, y, d=delta: F.huber_loss(z, y, delta=d, reduction="none").mean(1))
    yield ("poisson", "poisson", "positive", "count", lambda z, y: F.poisson_nll_loss(
        z, y, log_input=False, eps=1e-7, reduction="none").mean(1))
    for targets in ("sign", "bit"):
        yield f"hinge_{targets}", "hinge", "real", targets, lambda z, y: hinge(z, y).mean(1)
        yield (f"squared_hinge_{targets}", "squared_hinge", "real", targets,
               lambda z, y: (hinge(z, y) ** 2).mean(1))
    for targets in ("label", "one_hot"):
        yield (f"categorical_hinge_{targets}", "categorical_hinge", "real", targets,
               one_hot(categorical_hinge))
    for fused in (True, False):
        outputs = "logits" if fused else "distribution"
        tag = "fused" if fused else "plain"
        for targets in ("label", "distribution"):
            for s in (0.0, 0.1):
                yield (f"categorical_crossentropy_{tag}_{targets}_{s}",
                       f"{{type: categorical_crossentropy, label_smoothing: {s}}}", outputs, targets,
                       lambda z, y, q=fused, s=s: cross_entropy(z, y, q, s))
            for gamma, alpha in ((2.0, 0.25), (0.5, 1.0)):
                yield (f"focal_{tag}_{targets}_{gamma}",
                       f"{{type: focal, gamma: {gamma}, alpha: {alpha}}}", outputs, targets,
                       one_hot(lambda z, y, q=fused, g=gamma, a=alpha: focal(z, y, q, g, a)))
        yield (f"kl_divergence_{tag}", "kl_divergence", outputs, "distribution",
               lambda z, y, q=fused: F.kl_div(log_p(z, q), y, reduction="none").sum(1))
        outputs = "logits" if fused else "probability"
        for s in (0.0, 0.2):
            yield (f"binary_crossentropy_{tag}_{s}",
                   f"{{type: binary_crossentropy, label_smoothing: {s}}}", outputs, "probability",
                   lambda z, y, q=fused, s=s: binary(z, y, q, s))
        for gamma, alpha in ((2.0, 0.25), (1.5, 0.6)):
            yield (f"binary_focal_{tag}_{gamma}",
                   f"{{type: binary_focal, gamma: {gamma}, alpha: {alpha}}}", outputs, "probability",
                   lambda z, y, q=fused, g=gamma, a=alpha: binary_focal(z, y, q, g, a))
    yield ("categorical_crossentropy_ignore", "{type: categorical_crossentropy, ignore_index: 2}",
           "logits", "label", lambda z, y: cross_entropy(z, y, True, 0.0, 2))


def numbers(rng, kind, n, k):
    uniform = rng.uniform(0.05, 0.95, (n, k))
    return {"real": lambda: rng.normal(0, 1.5, (n, k)),
            "logits": lambda: rng.normal(0, 2, (n, k)),
            "positive": lambda: uniform * 3,
            "probability": lambda: uniform,
            "distribution": lambda: uniform / uniform.sum(1, keepdims=True),
            "count": lambda: rng.integers(0, 6, (n, k)).astype(float),
            "sign": lambda: rng.integers(0, 2, (n, k)) * 2.0 - 1,
            "bit": lambda: rng.integers(0, 2, (n, k)).astype(float),
            "one_hot": lambda: np.eye(k)[rng.integers(0, k, n)],
            "label": lambda: rng.integers(0, k, n)}[kind]()


def losses(file):
    rng = np.random.default_rng(20240501)
    group = file.create_group("loss")
    for name, config, outputs, targets, row in loss_cases(rng):
        z = torch.tensor(numbers(rng, outputs, 5, 4), requires_grad=True)
        target = numbers(rng, targets, 5, 4)
        weight = np.array([1, 0.5, 2, 1.25, 3])
        value = (torch.tensor(weight) * row(z, torch.tensor(target))).sum()
        value.backward()
        put(group, name, config, [z.detach().numpy(), target, weight, z.grad.numpy()],
            value=value.item(), width=4, labels=targets == "label", fused=outputs == "logits")


# ---- metrics ------------------------------------------------------------------------------------

def metric_cases(rng):
    """name, config, z, target, fused, by_row, value (weight w given)"""
    n, k = 30, 4
    soft = lambda z: np.exp(z) / np.exp(z).sum(1, keepdims=True)
    z, label = rng.normal(0, 2, (n, k)), rng.integers(0, k, n)
    label[label == 3] = 1  # a class that occurs in decisions only
    best = z.argmax(1)
    w = rng.integers(1, 5, n) / 2
    cross = sk.log_loss(label, soft(z), sample_weight=w, labels=range(k), eps=1e-15)
    yield "accuracy", "accuracy", z, label, 1, 1, w, sk.accuracy_score(label, best, sample_weight=w)
    yield "accuracy_one_hot", "accuracy", z, np.eye(k)[label], 1, 1, w, sk.accuracy_score(
        label, best, sample_weight=w)
    yield "top_k", "{type: top_k, k: 2}", z, label, 1, 1, w, sk.top_k_accuracy_score(
        label, z, k=2, sample_weight=w, labels=range(k))
    yield "perplexity", "perplexity", z, label, 1, 1, w, np.exp(cross)
    yield "perplexity_plain", "perplexity", soft(z), np.eye(k)[label], 0, 0, w, np.exp(cross)
    yield "bits_per_character", "bits_per_character", z, label, 1, 1, w, cross / np.log(2)
    keep = label != 2
    yield ("accuracy_ignore", "{type: accuracy, ignore_index: 2}", z, label, 1, 1, w,
           sk.accuracy_score(label[keep], best[keep], sample_weight=w[keep]))
    for name, f in (("precision", sk.precision_score), ("recall", sk.recall_score),
                    ("f1", sk.f1_score)):
        for average in ("macro", "micro", "weighted"):
            yield (f"{name}_{average}", f"{{type: {name}, average: {average}}}", z, label, 1, 1, w,
                   f(label, best, average=average, sample_weight=w, zero_division=0))
        yield (f"{name}_class", f"{{type: {name}, class_id: 1}}", z, label, 1, 1, w,
               f(label, best, average=None, labels=range(k), sample_weight=w, zero_division=0)[1])
        bits = rng.integers(0, 2, (n, k))
        yield (f"{name}_multi_label", f"{{type: {name}, multi_label: true}}", z, bits.astype(float),
               1, 0, w, f(bits, (z > 0).astype(int), average="macro", sample_weight=w))
        one = bits[:, :1]
        yield (f"{name}_binary", f"{{type: {name}, threshold: 0.3}}",
               rng.uniform(0, 1, (n, 1)), one.astype(float), 0, 0, w, None)
    yield "confusion_matrix", "confusion_matrix", z, label, 1, 1, w, sk.accuracy_score(
        label, best, sample_weight=w)
    y = 10 + rng.normal(0, 1, (n, k))
    guess = y + rng.normal(0, 0.5, (n, k))
    yield "mean_absolute_error", "mean_absolute_error", guess, y, 0, 0, w, sk.mean_absolute_error(
        y, guess, sample_weight=w)
    mse = sk.mean_squared_error(y, guess, sample_weight=w)
    yield "mean_squared_error", "mean_squared_error", guess, y, 0, 0, w, mse
    yield "root_mean_squared_error", "root_mean_squared_error", guess, y, 0, 0, w, np.sqrt(mse)
    yield "r2", "r2", guess, y, 0, 0, w, sk.r2_score(y, guess, sample_weight=w)
    yield ("mean_squared_error_softmax", "mean_squared_error", z, label, 1, 1, w,
           sk.mean_squared_error(np.eye(k)[label], soft(z), sample_weight=w))
    yield ("mean_absolute_error_sigmoid", "mean_absolute_error", z, bits.astype(float), 1, 0, w,
           sk.mean_absolute_error(bits, 1 / (1 + np.exp(-z)), sample_weight=w))
    yield ("binary_accuracy", "{type: binary_accuracy, threshold: 0.7}", z, bits.astype(float), 1, 0,
           w, np.average((1 / (1 + np.exp(-z)) > 0.7) == bits, weights=np.repeat(w, k).reshape(n, k)))
    # scores in the middle of the bins: then equal scores and equal bins are the same
    score = (rng.integers(0, 20, (n, 1)) + 0.5) / 20
    yield "auc_roc", "{type: auc, bins: 20}", score, one.astype(float), 0, 0, w, sk.roc_auc_score(
        one[:, 0], score[:, 0], sample_weight=w)
    yield ("auc_pr", "{type: auc, bins: 20, curve: PR}", score, one.astype(float), 0, 0, w,
           sk.average_precision_score(one[:, 0], score[:, 0], sample_weight=w))
    scores = (rng.integers(0, 50, (n, 3)) + 0.5) / 50
    three = rng.integers(0, 3, n)
    each = [sk.roc_auc_score(three == c, scores[:, c], sample_weight=w) for c in range(3)]
    yield "auc_classes", "{type: auc, bins: 50}", scores, three, 0, 0, w, np.mean(each)
    logit = rng.normal(0, 1, (n, 1))
    yield "accuracy_binary", "accuracy", logit, one.astype(float), 1, 0, w, sk.accuracy_score(
        one[:, 0], logit[:, 0] > 0, sample_weight=w)


def metrics(file):
    group = file.create_group("metric")
    for name, config, z, target, fused, by_row, w, value in metric_cases(np.random.default_rng(7)):
        if value is None:  # binary at a threshold of 0.3
            f = {"p": sk.precision_score, "r": sk.recall_score, "f": sk.f1_score}[name[0]]
            value = f(target[:, 0] > 0.5, z[:, 0] > 0.3, sample_weight=w)
        put(group, name, config, [z, target, w], value=value, width=z.shape[1],
            labels=target.ndim == 1, fused=fused, by_row=by_row)


# ---- optimizers: ten steps on given gradients ---------------------------------------------------

def by_torch(make, W0, dW):
    W = torch.tensor(W0, requires_grad=True)
    optimizer, out = make([W]), []
    for g in dW:
        W.grad = torch.tensor(g)
        optimizer.step()
        out.append(W.detach().numpy().copy())
    return out


def lamb(W0, dW, rate, b1, b2, eps, decay):
    """You et al., ICLR 2020, algorithm 2, phi the identity."""
    W, m, v, out = W0.copy(), np.zeros(N), np.zeros(N), []
    for t, g in enumerate(dW, 1):
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        r = (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps) + decay * W
        W = W - rate * np.linalg.norm(W) / np.linalg.norm(r) * r
        out.append(W)
    return out


def lars(W0, dW, rate, momentum, eta, decay):
    """You, Gitman, Ginsburg 2017, algorithm 1."""
    W, v, out = W0.copy(), np.zeros(N), []
    for g in dW:
        local = eta * np.linalg.norm(W) / (np.linalg.norm(g) + decay * np.linalg.norm(W))
        v = momentum * v + rate * local * (g + decay * W)
        W = W - v
        out.append(W)
    return out


def nadam(W0, dW, rate, b1, b2, eps, decay, momentum_decay=0.004):
    """Dozat 2016, algorithm 8. (PyTorch 1.13 multiplies by mu_t twice in the product of the next
    step, which later versions and Keras do not, so it is no oracle here.)"""
    W, m, v, product, out = W0.copy(), np.zeros(N), np.zeros(N), 1.0, []
    mu = lambda t: b1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))
    for t, g in enumerate(dW, 1):
        g = g + decay * W
        product *= mu(t)
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
        mean = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
        W = W - rate * mean / (np.sqrt(v / (1 - b2 ** t)) + eps)
        out.append(W)
    return out


def optimizer_cases():
    o = torch.optim
    yield "sgd", "{type: sgd, learning_rate: 0.1}", lambda p: o.SGD(p, 0.1)
    yield ("sgd_momentum", "{type: sgd, learning_rate: 0.1, momentum: 0.9}",
           lambda p: o.SGD(p, 0.1, momentum=0.9))
    yield ("sgd_nesterov", "{type: sgd, learning_rate: 0.1, momentum: 0.9, nesterov: true}",
           lambda p: o.SGD(p, 0.1, momentum=0.9, nesterov=True))
    yield ("sgd_decay", "{type: sgd, learning_rate: 0.1, weight_decay: 0.05}",
           lambda p: o.SGD(p, 0.1, weight_decay=0.05))
    yield ("sgd_all",
           "{type: sgd, learning_rate: 0.1, momentum: 0.5, nesterov: true, weight_decay: 0.05}",
           lambda p: o.SGD(p, 0.1, momentum=0.5, nesterov=True, weight_decay=0.05))
    yield ("adagrad", "{type: adagrad, learning_rate: 0.1, initial_accumulator_value: 0, epsilon: "
           "1e-10, weight_decay: 0.01}",
           lambda p: o.Adagrad(p, 0.1, weight_decay=0.01))
    yield ("adagrad_initial", "{type: adagrad, learning_rate: 0.1}",
           lambda p: o.Adagrad(p, 0.1, initial_accumulator_value=0.1, eps=1e-7))
    yield ("adadelta", "{type: adadelta, rho: 0.9, weight_decay: 0.01}",
           lambda p: o.Adadelta(p, 1.0, rho=0.9, eps=1e-6, weight_decay=0.01))
    for momentum in (0.0, 0.5):
        for centered in (False, True):
            yield (f"rmsprop_{momentum}_{int(centered)}",
                   f"{{type: rmsprop, learning_rate: 0.01, momentum: {momentum}, "
                   f"centered: {str(centered).lower()}, weight_decay: 0.01}}",
                   lambda p, m=momentum, c=centered: o.RMSprop(
                       p, 0.01, alpha=0.9, eps=1e-7, momentum=m, centered=c, weight_decay=0.01))
    for name, f, decay in (("adam", o.Adam, 0.02), ("adamw", o.AdamW, 0.3)):
        for amsgrad in (False, True):
            yield (f"{name}_{int(amsgrad)}",
                   f"{{type: {name}, learning_rate: 0.05, beta_2: 0.9, weight_decay: {decay}, "
                   f"amsgrad: {str(amsgrad).lower()}}}",
                   lambda p, f=f, d=decay, a=amsgrad: f(p, 0.05, betas=(0.9, 0.9), eps=1e-7,
                                                         weight_decay=d, amsgrad=a))
    yield "rprop", "{type: rprop, learning_rate: 0.1}", lambda p: o.Rprop(p, 0.1)
    yield ("rprop_bounds",
           "{type: rprop, increase: 3, decrease: 0.1, min_step: 0.005, max_step: 0.05}",
           lambda p: o.Rprop(p, 0.01, etas=(0.1, 3), step_sizes=(0.005, 0.05)))


def optimizers(file):
    rng = np.random.default_rng(11)
    W0, dW = rng.normal(0, 1, N), rng.normal(0.3, 1, (STEPS, N))
    dW[:, 0] = 0  # a weight without gradient
    file["optimizer_W0"], file["optimizer_dW"] = W0, dW
    group = file.create_group("optimizer")
    for name, config, make in optimizer_cases():
        put(group, name, config, [by_torch(make, W0, dW)])
    put(group, "nadam", "{type: nadam, learning_rate: 0.05, weight_decay: 0.02}",
        [nadam(W0, dW, 0.05, 0.9, 0.999, 1e-7, 0.02)])
    put(group, "lamb", "{type: lamb, learning_rate: 0.02, weight_decay: 0.1}",
        [lamb(W0, dW, 0.02, 0.9, 0.999, 1e-7, 0.1)])
    put(group, "lars", "{type: lars, learning_rate: 5, trust_coefficient: 0.01, weight_decay: 0.1}",
        [lars(W0, dW, 5, 0.9, 0.01, 0.1)])


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "loss_optimizer.h5")
    with h5py.File(path, "w", libver="v110") as file:
        file.attrs["made_by"] = f"torch {torch.__version__}, numpy {np.__version__}"
        losses(file)
        metrics(file)
        optimizers(file)
    print(f"{path}: {os.path.getsize(path)} bytes")
