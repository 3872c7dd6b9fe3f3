"""Rounds of measurements as tables of Markdown: the median of the rounds, and their spread."""
import math
import statistics

from workloads import WORKLOADS

NONE = '-'


def digits(value, places):
    return f'{value:,.{places}f}'


def spread(values, places=0):
    """'median (least-most)'; one value alone; '-' where nothing was measured."""
    values = [v for v in values if v is not None]
    if not values:
        return NONE
    middle = digits(statistics.median(values), places)
    if len(values) == 1:
        return middle
    return f'{middle} ({digits(min(values), places)}-{digits(max(values), places)})'


def middle(values, places=0, unit=1):
    values = [v / unit for v in values if v is not None]
    return digits(statistics.median(values), places) if values else NONE


def table(headings, rows):
    lines = ['| ' + ' | '.join(headings) + ' |', '|---|' + '---:|' * (len(headings) - 1)]
    return '\n'.join(lines + ['| ' + ' | '.join(row) + ' |' for row in rows]) + '\n'


class Results:
    """rounds: a list of {(workload, ranks): measurement}, as bench.py measures them"""

    def __init__(self, rounds):
        self.rounds = rounds
        self.names = [name for name in WORKLOADS if any((name, 1) in r for r in rounds)]

    def of(self, name, ranks, get):
        """get(measurement) of every round; None where there is nothing to get."""
        found = []
        for measured in self.rounds:
            try:
                found.append(get(measured[name, ranks]))
            except (KeyError, TypeError):
                found.append(None)
        return found

    def flops(self, name, ranks):
        return self.of(name, ranks, lambda m: 1e-9 * m['nnmpi'] * WORKLOADS[name].work)

    def share(self, name, ranks, roof='gflops'):
        return self.of(name, ranks, lambda m: 1e-9 * m['nnmpi'] * WORKLOADS[name].work / m['roof'][roof])

    def ratio(self, name, ranks):
        return self.of(name, ranks, lambda m: m['nnmpi'] / m['pytorch']['rate'])

    def scaling(self, name):
        one, two = (self.of(name, ranks, lambda m: m['nnmpi']) for ranks in (1, 2))
        return [b / a if a and b else None for a, b in zip(one, two)]

    def geometric_mean(self, ranks):
        medians = [statistics.median(r) for name in self.names
                   if (r := [v for v in self.ratio(name, ranks) if v is not None])]
        return math.exp(statistics.mean(map(math.log, medians))) if medians else None

    # ---- the tables ----

    def speed(self, ranks, batch):
        peer = 'PyTorch' if ranks == 1 else 'PyTorch DDP'
        headings = [f'{ranks} rank{"s" * (ranks > 1)}, batch {batch}', 'nnmpi samples/s', f'{peer} samples/s',
                    f'nnmpi / {peer}', 'GFLOP/s', 'of the SGEMM roof',
                    'of the faster product']
        headings += ['in communication', '2 ranks / 1'] if ranks > 1 else ['evaluation / training']
        rows = []
        for name in self.names:
            row = [name, spread(self.of(name, ranks, lambda m: m['nnmpi'])),
                   spread(self.of(name, ranks, lambda m: m['pytorch']['rate'])),
                   spread(self.ratio(name, ranks), 2), middle(self.flops(name, ranks), 1),
                   spread(self.share(name, ranks), 2), middle(self.share(name, ranks, 'own'), 2)]
            if ranks > 1:
                share = middle(self.of(name, ranks, lambda m: 100 * m['profile']['reduce']), 1)
                row += [share + ' %' * (share != NONE), spread(self.scaling(name), 2)]
            else:
                row.append(spread(self.of(name, ranks, lambda m: m['profile']['evaluation']), 2))
            rows.append(row)
        mean = self.geometric_mean(ranks)
        if mean is not None and len(self.names) > 1:
            rows.append(['geometric mean', '', '', digits(mean, 2)] + [''] * (len(headings) - 4))
        return table(headings, rows)

    def memory(self):
        headings = ['', 'nnmpi MB a rank', 'planned', 'PyTorch MB a process', 'nnmpi / PyTorch', 'nnmpi s to first step',
                    'PyTorch s']
        rows = []
        for name in self.names:
            for ranks in 1, 2:
                of = lambda get: self.of(name, ranks, get)
                rows.append([f'{name}, {ranks} rank{"s" * (ranks > 1)}',
                             middle(of(lambda m: m['profile']['memory']), 0, 1e6),
                             middle(of(lambda m: m['profile']['planned']), 0, 1e6),
                             middle(of(lambda m: m['pytorch']['memory']), 0, 1e6),
                             middle(of(lambda m: m['profile']['memory'] / m['pytorch']['memory']), 2),
                             middle(of(lambda m: m['profile']['start']), 2),
                             middle(of(lambda m: m['pytorch']['start']), 2)])
        return table(headings, rows)

    def roofs(self):
        rows = []
        for ranks in 1, 2:
            all_of = lambda what: [m['roof'][what] for r in self.rounds for (_, n), m in r.items() if n == ranks]
            rows.append(['one core' if ranks == 1 else 'two cores at once', spread(all_of('gflops'), 1),
                         spread(all_of('own'), 1), spread(all_of('copy'), 1)])
        return table(['', 'SGEMM GFLOP/s (OpenBLAS: the roof)', "nnmpi's product GFLOP/s", 'copy GB/s'], rows)


def document(rounds, facts, seconds, batch, notes):
    """The whole page."""
    results = Results(rounds)
    count = len(rounds)
    lines = ['# Benchmark', '',
             f'Written by `scripts/bench.sh`: {count} round{"s" * (count > 1)}, in each of them every '
             f'measurement once, {seconds:g} s each, nnmpi and PyTorch in turn. A number is the median of the '
             'rounds; in brackets the least and the most. Ratios are of the same round. '
             '[performance.md](performance.md) says how each is got.', '',
             '| | |\n|---|---|'] + [f'| {k} | {v} |' for k, v in facts.items()] + ['']
    lines += [note + '\n' for note in notes]
    lines += [results.roofs(), results.speed(1, batch), results.speed(2, 2 * batch), results.memory()]
    return '\n'.join(lines)
