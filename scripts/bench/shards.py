#!/usr/bin/python3
"""shards.py --program NNMPI [--rounds N] [--seconds S] [--workloads LIST]: what training.shards costs, called by
scripts/bench.sh --shards. Ratios to the same training without shards on as many ranks, measured in turn in one
run; the median of the rounds."""
import argparse
import json
import os
import statistics
import subprocess
import tempfile

from workloads import WORKLOADS, make_data

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BATCHES, SAMPLES = (128, 1024), 2048


def samples_per_second(options, folder, network, data, batch, ranks, shards):
    run = os.path.join(folder, 'run')
    keys = [f'data.train.file={data}', f'training.batch_size={batch}', f'training.max_time={options.seconds}s',
            f'log.directory={run}'] + ([f'training.shards={shards}'] if shards else [])
    command = ['mpirun', '-np', str(ranks)] if ranks > 1 else []
    command += [options.program, '-q', f'{ROOT}/configs/bench/{network}.yaml']
    for key in keys:
        command += ['--set', key]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 75:  # stopped by its time
        raise SystemExit(f'{" ".join(command)}: exit {done.returncode}\n{done.stderr}')
    with open(os.path.join(run, 'summary.json')) as file:
        return json.load(file)['samples_per_second']


def measure(options, folder, network, data, batch):
    """{(ranks, shards): [samples per second of each round]}; shards 0: none."""
    rates = {(n, s): [] for n in (1, 2) for s in (0, n, 8)}
    for _ in range(options.rounds):
        for (ranks, shards), found in rates.items():
            found.append(samples_per_second(options, folder, network, data, batch, ranks, shards))
    return rates


def ratio(rates, ranks, shards):
    """The time of a step to that without shards: of rounds that were measured in turn."""
    ratios = [fast / slow for fast, slow in zip(rates[ranks, 0], rates[ranks, shards])]
    return f'{statistics.median(ratios):.2f}'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=1)
    parser.add_argument('--workloads', default='mlp,cnn')
    options = parser.parse_args()
    print('Time of a step with shards to that without, on as many ranks\n')
    print('| network | batch | 1 rank: samples/s | S = 1 | S = 8 | 2 ranks: samples/s | S = 2 | S = 8 |')
    print('|---|---|---|---|---|---|---|---|')
    with tempfile.TemporaryDirectory(prefix='nnmpi-shards.') as folder:
        for network in options.workloads.split(','):
            workload, data = WORKLOADS[network], os.path.join(folder, network + '.h5')
            workload.samples = SAMPLES
            make_data(workload, data)
            for batch in BATCHES:
                rates = measure(options, folder, network, data, batch)
                cells = [network, str(batch)]
                for n in (1, 2):
                    cells += [f'{statistics.median(rates[n, 0]):.0f}', ratio(rates, n, n), ratio(rates, n, 8)]
                print('| ' + ' | '.join(cells) + ' |', flush=True)


main()
