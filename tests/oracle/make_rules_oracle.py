#!/usr/bin/python3
"""Trains the regression of make_training_oracle.py with other rules for each layer: parameter groups
of their own rate and weight decay, penalties, a frozen layer.

usage: make_rules_oracle.py FOLDER     (Debian: python3-torch, python3-h5py)

Reads FOLDER/training_data.h5 and training_init_mean_squared_error.h5; writes training_rules.h5, which
tests/model/rules_test.sh compares a run with."""
import sys

import h5py
import numpy as np
import torch

from make_training_oracle import BATCH, SAMPLES, STEPS, Regression, weights

# layer: factor of the rate (None: frozen), factor of the decay, then l1 and l2 of kernel and bias
RULES = {'h1': (0.5, 1, 0, 0, 0, 0), 'h2': (1, 0, 0.002, 0, 0, 0),
         'h3': (2, 3, 0, 0.03, 0, 0), 'out': (1, 1, 0.001, 0.01, 0.004, 0.02)}
FROZEN = {**RULES, 'h2': (None, 1, 0.5, 0.5, 0, 0)}
CASES = {
    'sgd': (torch.optim.SGD, dict(lr=0.1, momentum=0.5, weight_decay=0.02), RULES),
    'adamw': (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1, eps=1e-7), RULES),
    'frozen': (torch.optim.SGD, dict(lr=0.1, momentum=0.5, weight_decay=0.02), FROZEN),
}


def initial(path):
    model = Regression()
    with h5py.File(path) as f:
        for name, layer in model.named_children():
            layer.weight.data = torch.tensor(f[f'{name}/{name}/kernel:0'][()].T.copy())
            layer.bias.data = torch.tensor(f[f'{name}/{name}/bias:0'][()])
    return model


def penalty(model, rules):
    """what is frozen costs nothing"""
    total = torch.zeros(())
    for name, layer in model.named_children():
        rate, _, l1, l2, bias_l1, bias_l2 = rules[name]
        if rate is not None:
            total = total + l1 * layer.weight.abs().sum() + l2 * layer.weight.square().sum()
            total = total + bias_l1 * layer.bias.abs().sum() + bias_l2 * layer.bias.square().sum()
    return total


def groups(model, rules, lr, weight_decay):
    for name, layer in model.named_children():
        rate, decay = rules[name][:2]
        if rate is None:
            layer.requires_grad_(False)
        else:
            yield dict(params=layer.parameters(), lr=lr * rate, weight_decay=weight_decay * decay)


def main(folder):
    torch.manual_seed(1)
    with h5py.File(folder + '/training_data.h5') as f:
        x, y = torch.tensor(f['train/x'][()]), torch.tensor(f['train/y'][()])
    with h5py.File(folder + '/training_rules.h5', 'w', track_order=False) as f:
        put = lambda name, value: f.create_dataset(name, data=value, track_times=False)
        for case, (optimizer, options, rules) in CASES.items():
            model, losses = initial(folder + '/training_init_mean_squared_error.h5'), []
            options = dict(options)
            lr, decay = options.pop('lr'), options.pop('weight_decay')
            optimizer = optimizer(groups(model, rules, lr, decay), lr=lr, **options)
            for step in range(STEPS):
                rows = slice(step * BATCH % SAMPLES, step * BATCH % SAMPLES + BATCH)
                optimizer.zero_grad()
                loss = torch.nn.functional.mse_loss(model(x[rows]), y[rows]) + penalty(model, rules)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            put(f'expected/rules/{case}/losses', np.array(losses))
            for layer, weight, final in weights(model):
                put(f'expected/rules/{case}/{layer}/{weight}', np.ascontiguousarray(final))


if __name__ == '__main__':
    main(sys.argv[1])
