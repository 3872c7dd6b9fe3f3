"""One measurement each: of this program, of PyTorch, of the machine."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

from workloads import WORKLOADS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
STOPPED = 75  # exit code: the time limit


class Failed(Exception):
    pass


def call(command, allowed=(0,), timeout=600):
    started = time.time()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failed(f'{" ".join(command)}\nwas not done after {timeout:g} s') from None
    if done.returncode not in allowed:
        raise Failed(f'{" ".join(command)}\nexit code {done.returncode}\n{done.stdout}{done.stderr}')
    return done.stdout, started


def cores():
    return sorted(os.sched_getaffinity(0))


class Bench:
    def __init__(self, program, folder, seconds):
        self.program, self.folder, self.seconds = program, folder, seconds
        self.roof_program = os.path.join(os.path.dirname(program), 'bench_roof')
        self.peer = os.path.join(HERE, 'pytorch_ddp.py')

    def nnmpi(self, name, ranks, batch, seconds, profile=False):
        """A run of that many seconds in a fresh folder, which it returns with the time of the call."""
        data = os.path.join(self.folder, name + '.h5')
        run = os.path.join(self.folder, 'run')
        inputs = 'text' if WORKLOADS[name].shape is None else 'x'
        settings = [f'training.batch_size={batch}', f'training.max_time={seconds}s', f'log.directory={run}',
                    f'data.train.file={data}', 'training.threads=1']
        if profile:
            settings += [f'data.validation.file={data}', f'data.validation.inputs=/validation/{inputs}']
        command = ['mpirun', '-np', str(ranks), self.program, '-q'] + ['--profile'] * profile
        command += [os.path.join(ROOT, 'configs', 'bench', name + '.yaml')]
        for setting in settings:
            command += ['--set', setting]
        shutil.rmtree(run, ignore_errors=True)
        _, started = call(command, (0, STOPPED), 120 + 10 * seconds)
        return run, started

    def nnmpi_rate(self, name, ranks, batch):
        """Samples a second of training alone: whole epochs, the first fifth of them left out. Of a run
        that did not come to the end of an epoch: all of its steps."""
        run, _ = self.nnmpi(name, ranks, batch, self.seconds)
        with open(os.path.join(run, 'metrics.jsonl')) as lines:
            rates = [json.loads(line)['samples_per_second'] for line in lines]
        if not rates:
            with open(os.path.join(run, 'summary.json')) as file:
                return json.load(file)['samples_per_second']
        rates = rates[len(rates) // 5 + (len(rates) > 1):]
        return statistics.harmonic_mean(rates)  # epochs have the same number of samples

    def nnmpi_profile(self, name, ranks, batch):
        run, started = self.nnmpi(name, ranks, batch, max(0.5, 0.75 * self.seconds), profile=True)
        with open(os.path.join(run, 'profile.json')) as file:
            p = json.load(file)
        phase = {x['name']: x['seconds']['mean'] for x in p['phases']}
        training, memory = p['training_seconds']['mean'], p['memory_bytes']
        rate, evaluation = p['samples'] / training, phase['evaluation']
        return {'reduce': phase['reduce'] / training,
                'data': phase['data'] / training,
                'evaluation': p['samples_evaluated'] / evaluation / rate if evaluation else None,
                'memory': memory['peak']['max'],
                'planned': sum(memory['planned_' + part] for part in ('program', 'weights', 'passes', 'others_gradients')) + memory['data_of_a_node'],
                'start': p['first_step_began'] - started}

    def pytorch(self, name, ranks, batch):
        command = [sys.executable, self.peer, name, str(ranks), str(batch), str(self.seconds)]
        out, started = call(command, timeout=120 + 10 * self.seconds)
        answer = json.loads(out)
        return {'rate': answer['rate'], 'memory': max(answer['memory']), 'start': answer['began'] - started}

    def roof(self, ranks):
        """SGEMM of the BLAS, of nnmpi's own loops, and copy, of `ranks` cores at once, a core each: sums."""
        answers = {way: self.roofs(ranks, {**os.environ, 'NNMPI_GEMM': way}) for way in ('blas', 'auto')}
        total = lambda way, what: sum(a[what] for a in answers[way])
        return {'gflops': total('blas', 'gflops'), 'own': total('auto', 'gflops'), 'copy': total('blas', 'copy')}

    def roofs(self, ranks, environment):
        seconds = min(2, self.seconds / 2)
        available = cores()
        running = [subprocess.Popen([self.roof_program, str(seconds)], stdout=subprocess.PIPE, text=True,
                                    env=environment, preexec_fn=lambda core=available[i % len(available)]:
                                    os.sched_setaffinity(0, [core])) for i in range(ranks)]
        return [json.loads(process.communicate()[0]) for process in running]


def has_pytorch():
    return subprocess.run([sys.executable, '-c', 'import torch.distributed'], stderr=subprocess.DEVNULL,
                          env={**os.environ, 'OPENBLAS_NUM_THREADS': '1'}).returncode == 0


def machine(program):
    """What the numbers were measured on and with, by name."""
    facts = {'date': time.strftime('%Y-%m-%d')}
    with open('/proc/cpuinfo') as file:
        names = [line.split(':', 1)[1].strip() for line in file if line.startswith('model name')]
    with open('/proc/meminfo') as file:
        memory = int(file.readline().split()[1]) / 1e6
    facts['processor'] = f'{names[0] if names else os.uname().machine}, {len(cores())} cores, {memory:.0f} GB'
    facts['system'] = f'{os.uname().sysname} {os.uname().release}'
    commit = subprocess.run(['git', '-C', ROOT, 'describe', '--always', '--dirty'], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, text=True).stdout.strip()
    versions = call([program, '--version'])[0].splitlines()
    facts['nnmpi'] = ', '.join([versions[0] + (f' ({commit})' if commit else '')] + versions[1:4])
    chosen = {k: v for k, v in os.environ.items() if k in ('OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE')}
    if chosen:
        facts['environment'] = ', '.join(f'{k}={v}' for k, v in sorted(chosen.items()))
    if has_pytorch():
        facts['PyTorch'] = call([sys.executable, '-c', 'import torch; print(torch.__version__)'])[0].strip()
        package = subprocess.run(['dpkg-query', '-W', '-f', 'python3-torch ${Version}', 'python3-torch'],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout \
            if shutil.which('dpkg-query') else ''
        facts['PyTorch'] += f' ({package})' if package else ''
    return facts
