#!/usr/bin/python3
"""Trains two small networks in PyTorch and stores data, initial weights, losses and final weights.

usage: make_training_oracle.py FOLDER     (Debian: python3-torch, python3-h5py)

Writes training_data.h5 (data and what PyTorch makes of it) and training_init_LOSS.h5 (initial
weights in the layout of Keras). tests/train/pytorch_test.sh trains the same with nnmpi.
"""
import sys

import h5py
import numpy as np
import torch
import torch.nn as nn

SAMPLES, FEATURES, BATCH, STEPS = 64, 6, 16, 20
torch.set_default_dtype(torch.float64)


class Regression(nn.Module):
    """dense 8 tanh; residual of dense 8 tanh; concat of dense 5 sigmoid and the identity; dense 3"""

    def __init__(self):
        super().__init__()
        self.h1, self.h2 = nn.Linear(FEATURES, 8), nn.Linear(8, 8)
        self.h3, self.out = nn.Linear(8, 5), nn.Linear(13, 3)

    def forward(self, x):
        z = torch.tanh(self.h1(x))
        z = torch.tanh(self.h2(z)) + z
        return self.out(torch.cat([torch.sigmoid(self.h3(z)), z], 1))


class Classification(nn.Module):
    """dense 16 relu; dense 4 softmax"""

    def __init__(self):
        super().__init__()
        self.h1, self.out = nn.Linear(FEATURES, 16), nn.Linear(16, 4)

    def forward(self, x):
        return self.out(torch.relu(self.h1(x)))


# options of torch.optim.SGD, what gradients are clipped to before its step, and weights of the rows
CLASS_WEIGHT = [1, 0.5, 2.5, 1]
OPTIMIZERS = {
    'plain': dict(lr=0.1),
    'momentum': dict(lr=0.05, momentum=0.9),
    'nesterov': dict(lr=0.05, momentum=0.9, nesterov=True),
    'weight_decay': dict(lr=0.1, momentum=0.5, weight_decay=0.01),
    'clip_value': dict(lr=0.1, momentum=0.9, clip_value=0.03),
    'clip_norm': dict(lr=0.1, momentum=0.9, clip_norm=0.2),
    'clip_both': dict(lr=0.1, momentum=0.9, clip_value=0.03, clip_norm=0.2),
    'sample_weight': dict(lr=0.1, momentum=0.9, sample_weight=True),
    'class_weight': dict(lr=0.1, momentum=0.9, class_weight=True),
    'both_weights': dict(lr=0.1, momentum=0.9, sample_weight=True, class_weight=True),
}
NETWORKS = {
    'mean_squared_error': (Regression, lambda z, y: ((z - y) ** 2).mean(1), 'y'),
    'categorical_crossentropy': (Classification, nn.CrossEntropyLoss(reduction='none'), 'labels'),
}


def clip(parameters, value, norm):
    """Clips in place (value, then norm; 0: not); whether that changed anything."""
    before = [p.grad.clone() for p in parameters]
    if value:
        torch.nn.utils.clip_grad_value_(parameters, value)
    total = torch.sqrt(sum((p.grad ** 2).sum() for p in parameters))
    if norm and total > norm:  # as clip_grad_norm_, which adds 1e-6 to the norm
        for p in parameters:
            p.grad *= norm / total
    return any(not torch.equal(a, p.grad) for a, p in zip(before, parameters))


def weights(model):
    for name, layer in model.named_children():
        yield name, 'kernel', layer.weight.detach().numpy().T
        yield name, 'bias', layer.bias.detach().numpy()


def keras_file(path, model):
    with h5py.File(path, 'w', track_order=False) as f:
        f.attrs['layer_names'] = np.array([n.encode() for n, _ in model.named_children()])
        for layer, weight, value in weights(model):
            f.create_dataset(f'{layer}/{layer}/{weight}:0', data=np.ascontiguousarray(value), track_times=False)
        for layer, _ in model.named_children():
            f[layer].attrs['weight_names'] = np.array([f'{layer}/{w}:0'.encode() for w in ('kernel', 'bias')])


def main(folder):
    torch.manual_seed(1)
    x = torch.randn(SAMPLES, FEATURES)
    y = torch.stack([x[:, 0] * x[:, 1], torch.sin(x[:, 2]), x[:, 3] - x[:, 4]], 1)
    labels = (x[:, :4] + 0.3 * torch.randn(SAMPLES, 4)).argmax(1)
    targets = {'y': y, 'labels': labels}
    sample_weight = torch.tensor(np.random.default_rng(3).integers(0, 5, SAMPLES) / 2)  # some are 0
    with h5py.File(folder + '/training_data.h5', 'w', track_order=False) as f:
        put = lambda name, value: f.create_dataset(name, data=value, track_times=False)
        put('train/x', x.numpy()), put('train/y', y.numpy()), put('train/labels', labels.numpy().astype('u1'))
        put('train/weights', sample_weight.numpy())
        for loss, (network, criterion, target) in NETWORKS.items():
            torch.manual_seed(2)
            initial = network()
            keras_file(f'{folder}/training_init_{loss}.h5', initial)
            for name, options in OPTIMIZERS.items():
                if options.get('class_weight') and target != 'labels':
                    continue
                model = network()
                model.load_state_dict(initial.state_dict())
                options, clipped = dict(options), 0
                bounds = options.pop('clip_value', 0), options.pop('clip_norm', 0)
                weight = sample_weight.clone() if options.pop('sample_weight', False) else torch.ones(SAMPLES)
                if options.pop('class_weight', False):
                    weight *= torch.tensor(CLASS_WEIGHT)[labels]
                optimizer, losses = torch.optim.SGD(model.parameters(), **options), []
                for step in range(STEPS):
                    rows = slice(step * BATCH % SAMPLES, step * BATCH % SAMPLES + BATCH)
                    optimizer.zero_grad()
                    value = (weight[rows] * criterion(model(x[rows]), targets[target][rows])).mean()
                    value.backward()
                    clipped += clip(list(model.parameters()), *bounds)
                    optimizer.step()
                    losses.append(value.item())
                assert (clipped > 5) == any(bounds), f'{name}: clipped in {clipped} steps'
                put(f'expected/{loss}/{name}/losses', np.array(losses))
                for layer, weight, final in weights(model):
                    put(f'expected/{loss}/{name}/{layer}/{weight}', np.ascontiguousarray(final))


if __name__ == '__main__':
    main(sys.argv[1])
