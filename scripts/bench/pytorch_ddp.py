"""pytorch_ddp.py WORKLOAD RANKS BATCH SECONDS: the same training in PyTorch, for comparison.

RANKS processes of one thread each; with more than one, DistributedDataParallel over gloo. A step is
what it is in PyTorch's tutorials: gradients to None, forward, cross-entropy, backward (DDP sums the
gradients meanwhile), SGD with momentum. The batches are in memory, made before the clock starts.
Prints one line of JSON: samples a second, the first fifth of the time left out; when the first step
began (seconds since 1970); the largest resident set of each process in bytes; trained numbers.
"""
import os

# Before torch is loaded: its BLAS has threads of its own, which torch.set_num_threads does not reach.
for variable in ('OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS'):
    os.environ[variable] = '1'

import json
import resource
import socket
import sys
import time

import torch
from torch import nn

from workloads import TOKENS, VOCABULARY, WORKLOADS

BATCHES = 8


def dense_stack(*widths):
    layers = [nn.Linear(widths[0], widths[1])]
    for inputs, outputs in zip(widths[1:], widths[2:]):
        layers += [nn.ReLU(), nn.Linear(inputs, outputs)]
    return nn.Sequential(*layers)


def convolutional():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(64 * 12 * 12, 128), nn.ReLU(), nn.Linear(128, 10))


class Characters(nn.Module):
    """embedding, LSTM, a dense layer at each token"""

    def __init__(self, width=64, units=256):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.lstm = nn.LSTM(width, units, batch_first=True)
        self.output = nn.Linear(units, VOCABULARY)

    def forward(self, tokens):
        states, _ = self.lstm(self.embedding(tokens))
        return self.output(states)


class Attention(nn.Module):
    """causal self-attention, queries, keys and values by one product"""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.inputs, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.future = torch.ones(TOKENS, TOKENS, dtype=torch.bool).triu(1)  # no buffer: DDP would send it

    def forward(self, x):
        n, tokens, width = x.shape
        parts = self.inputs(x).view(n, tokens, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts.unbind(0)
        scores = queries @ keys.transpose(2, 3) / self.size ** 0.5
        weights = scores.masked_fill(self.future, -torch.inf).softmax(3)
        return self.output((weights @ values).transpose(1, 2).reshape(n, tokens, width))


class Residual(nn.Module):
    """x + f(normalised x)"""

    def __init__(self, width, function):
        super().__init__()
        self.norm, self.function = nn.LayerNorm(width), function

    def forward(self, x):
        return x + self.function(self.norm(x))


class Positions(nn.Module):
    """a learned vector for each place, added"""

    def __init__(self, width):
        super().__init__()
        self.embedding = nn.Parameter(0.02 * torch.randn(TOKENS, width))

    def forward(self, x):
        return x + self.embedding


def transformer(width=128, heads=4, hidden=512, blocks=4):
    layers = [nn.Embedding(VOCABULARY, width), Positions(width)]
    for _ in range(blocks):
        feed = nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))
        layers += [Residual(width, Attention(width, heads)), Residual(width, feed)]
    return nn.Sequential(*layers, nn.LayerNorm(width), nn.Linear(width, VOCABULARY))


MODELS = {'mlp': lambda: dense_stack(784, 512, 512, 10),
          'mlpbig': lambda: dense_stack(784, 2048, 2048, 2048, 10),
          'cnn': convolutional,
          'lstm': Characters,
          'gpt': transformer}


def make_batch(workload, n):
    if workload.shape is None:
        tokens = torch.randint(VOCABULARY, (n, TOKENS + 1))
        return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()
    shape = workload.shape if len(workload.shape) == 1 else (workload.shape[2],) + workload.shape[:2]
    return torch.rand((n,) + shape), torch.randint(10, (n,))


def measure(rank, name, ranks, batch, seconds, port):
    torch.set_num_threads(1)
    torch.manual_seed(1 + rank)
    if ranks > 1:
        torch.distributed.init_process_group('gloo', f'tcp://127.0.0.1:{port}', rank=rank, world_size=ranks)
    bare = MODELS[name]()
    model = nn.parallel.DistributedDataParallel(bare) if ranks > 1 else bare
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss = nn.CrossEntropyLoss()
    batches = [make_batch(WORKLOADS[name], batch // ranks) for _ in range(BATCHES)]

    def steps(count):
        for i in range(count):
            inputs, targets = batches[i % BATCHES]
            optimizer.zero_grad(set_to_none=True)
            outputs = model(inputs)
            loss(outputs.flatten(0, -2), targets.flatten()).backward()
            optimizer.step()

    def largest(value):  # over the processes, so that all of them stop at the same step
        value = torch.tensor([float(value)], dtype=torch.float64)
        if ranks > 1:
            torch.distributed.all_reduce(value, torch.distributed.ReduceOp.MAX)
        return value.item()

    def run(limit, chunk):
        done, start = 0, time.monotonic()
        while True:
            steps(chunk)
            done += chunk
            taken = time.monotonic() - start
            if largest(taken) >= limit:
                return done / taken

    began = time.time()
    steps(1)
    chunk = max(1, int(largest(run(0, 2)) * seconds / 40))
    run(seconds / 5, chunk)
    rate = batch * run(0.8 * seconds, chunk)
    memory = [1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
    if ranks > 1:
        gathered = [None] * ranks
        torch.distributed.all_gather_object(gathered, memory[0])
        memory = gathered
    if rank == 0:
        parameters = sum(p.numel() for p in bare.parameters())
        print(json.dumps({'rate': rate, 'began': began, 'memory': memory, 'parameters': parameters}), flush=True)
    if ranks > 1:
        torch.distributed.barrier()
        os._exit(0)  # gloo's threads may abort a process that ends in the usual way


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in MODELS:
        sys.exit(__doc__)
    name, ranks, batch, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    arguments = (name, ranks, batch, seconds, free_port())
    if ranks == 1:
        measure(0, *arguments)
    else:
        torch.multiprocessing.spawn(measure, arguments, nprocs=ranks)


if __name__ == '__main__':
    main()
