"""Called by scripts/bench.sh, which has its help text."""
import argparse
import json
import os
import sys
import time

import table
from measure import Bench, Failed, ROOT, cores, has_pytorch, machine
from workloads import WORKLOADS, make_data

BATCH = 64  # of a rank


def say(text):
    print(f'== {text}', file=sys.stderr, flush=True)


def measure(bench, name, ranks, peer, peer_first):
    """Everything about a workload on so many ranks, as near in time as it can be."""
    batch = BATCH * ranks
    measured = {'roof': bench.roof(ranks)}
    if peer and peer_first:
        measured['pytorch'] = bench.pytorch(name, ranks, batch)
    measured['nnmpi'] = bench.nnmpi_rate(name, ranks, batch)
    if peer and not peer_first:
        measured['pytorch'] = bench.pytorch(name, ranks, batch)
    measured['profile'] = bench.nnmpi_profile(name, ranks, batch)
    beside = f', PyTorch {measured["pytorch"]["rate"]:,.0f}' if peer else ''
    say(f'{name}, {ranks} rank{"s" * (ranks > 1)}: {measured["nnmpi"]:,.0f} samples/s{beside}')
    return measured


def save(rounds, facts, path):
    flat = [{f'{name}, {ranks}': m for (name, ranks), m in r.items()} for r in rounds]
    with open(path, 'w') as file:
        json.dump({'machine': facts, 'rounds': flat}, file, indent=1)


def options():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument('--program', required=True)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--workloads', default=','.join(WORKLOADS))
    parser.add_argument('--seconds', type=float, default=4)
    parser.add_argument('--out')
    parser.add_argument('--no-pytorch', action='store_true')
    parser.add_argument('--smoke', action='store_true')
    chosen = parser.parse_args()
    if chosen.smoke:
        chosen.rounds, chosen.workloads, chosen.seconds, chosen.no_pytorch = 1, 'mlp', 0.5, True
    chosen.workloads = [name for name in chosen.workloads.replace(',', ' ').split()]
    for name in chosen.workloads:
        if name not in WORKLOADS:
            sys.exit(f'bench.sh: there is no workload "{name}": {", ".join(WORKLOADS)}')
    if chosen.rounds < 1 or chosen.seconds <= 0:
        sys.exit('bench.sh: --rounds and --seconds are positive')
    return chosen


def main():
    chosen = options()
    folder = os.path.join(os.path.dirname(chosen.program), 'bench-smoke' if chosen.smoke else 'bench')
    os.makedirs(folder, exist_ok=True)
    for name in chosen.workloads:
        make_data(WORKLOADS[name], os.path.join(folder, name + '.h5'))
    peer, notes = not chosen.no_pytorch and has_pytorch(), []
    if not peer:
        notes.append('PyTorch was not measured' + ('.' if chosen.no_pytorch else
                                                   ': there is no python3-torch here (apt-get install python3-torch).'))
        say(notes[0])
    if len(cores()) < 2:
        notes.append('There is one core here: two ranks share it, and 2 ranks say nothing.')
    facts = machine(chosen.program)
    bench, rounds, started = Bench(chosen.program, folder, chosen.seconds), [], time.time()
    for i in range(chosen.rounds):
        say(f'round {i + 1} of {chosen.rounds}' + (f', {(time.time() - started) / i * (chosen.rounds - i) / 60:.0f} '
                                                   'minutes left' if i else ''))
        rounds.append({(name, ranks): measure(bench, name, ranks, peer, i % 2 == 1)
                       for name in chosen.workloads for ranks in (1, 2)})
        save(rounds, facts, os.path.join(folder, 'results.json'))
    page = table.document(rounds, facts, chosen.seconds, BATCH, notes)
    print(page)
    if not chosen.smoke:
        out = chosen.out or os.path.join(ROOT, 'docs', 'bench.md')
        with open(out, 'w') as file:
            file.write(page)
        say(f'written: {out}')


if __name__ == '__main__':
    try:
        main()
    except Failed as reason:
        sys.exit(f'bench.sh: {reason}')
