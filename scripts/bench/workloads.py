"""The five workloads: configs/bench/NAME.yaml here, build(NAME) in pytorch_ddp.py there."""
import os

TOKENS, VOCABULARY = 64, 64


def dense(inputs, outputs):
    return 2 * inputs * outputs


def conv(side, channels, filters):
    return 2 * side * side * 9 * channels * filters


def lstm(inputs, units):
    return 2 * (inputs + units) * 4 * units


def block(width, hidden):
    projections = dense(width, 3 * width) + dense(width, width)
    attention = 2 * 2 * TOKENS * width  # all pairs, though half of them are masked
    return projections + attention + dense(width, hidden) + dense(hidden, width)


class Workload:
    """forward: operations of the matrix products of one sample, forward. first: those of the first
    layer, which has no gradient by its input to compute where that is the data. samples: of an epoch,
    some steps of it."""

    def __init__(self, name, shape, samples, forward, first=0):
        self.name, self.shape, self.samples = name, shape, samples
        self.work = 3 * forward - first  # forward, and two products backward


WORKLOADS = {w.name: w for w in (
    Workload('mlp', (784,), 4096, dense(784, 512) + dense(512, 512) + dense(512, 10), dense(784, 512)),
    Workload('mlpbig', (784,), 512, dense(784, 2048) + 2 * dense(2048, 2048) + dense(2048, 10), dense(784, 2048)),
    Workload('cnn', (28, 28, 1), 512,
             conv(26, 1, 32) + conv(24, 32, 64) + dense(12 * 12 * 64, 128) + dense(128, 10), conv(26, 1, 32)),
    Workload('lstm', None, 512, TOKENS * (lstm(64, 256) + dense(256, VOCABULARY))),
    Workload('gpt', None, 256, TOKENS * (4 * block(128, 512) + dense(128, VOCABULARY))),
)}


def make_data(workload, path):
    """Random numbers in /train and, a quarter as many, in /validation. shape None: a text."""
    import h5py
    import numpy
    random = numpy.random.default_rng(1)
    with h5py.File(path + '.tmp', 'w') as file:
        for group, samples in ('train', workload.samples), ('validation', workload.samples // 4):
            if workload.shape is None:
                file[group + '/text'] = random.integers(0, VOCABULARY, samples * TOKENS + 1).astype('u1')
            else:
                file[group + '/x'] = random.random((samples,) + workload.shape, dtype='f4')
                file[group + '/y'] = random.integers(0, 10, samples).astype('i4')
    os.replace(path + '.tmp', path)
