"""Runs every command of README.md and docs/*.md in a copy of the sources, page by page in the order of reading,
with the settings of SMALL. What cannot run here is in NOT_RUN, with the reason."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))
import extract

root, build = Path(os.environ["NNMPI_SOURCE"]), Path(os.environ["NNMPI"]).parent

NOT_RUN = [  # (pattern, why)
    (r"^sudo|^apt-get", "changes the machine"),
    (r"^sbatch|^squeue", "needs a Slurm: scripts/test.sh --label slurm has one"),
    (r"scripts/quickstart\.sh", "builds everything anew; its training is in the tutorial"),
    (r"scripts/test\.sh", "is what runs this"),
    (r"cmake --preset", "has made what is run here"),
    (r"scripts/package\.sh", "has a test of its own: package/deb"),
    (r"scripts/data/", "fetches data over the network"),
    (r"scripts/(bench|fuzz|coverage)\.sh", "takes many minutes"),
    (r"scripts/format\.sh", "is for those who have clang-format; changes sources"),
    (r"nnmpi /usr/(local/)?share/", "is there only when it is installed by root"),
]
SMALL = [  # (pattern, what is added)
    (r"nnmpi configs/tutorial/cnn", "--set training.epochs=2"),
    (r"nnmpi configs/tutorial/letters", "--set training.max_steps=20"),
    (r"nnmpi sweep", "--set training.epochs=2"),
    (r"nnmpi configs/bible_transformer", "--set training.max_steps=2"),
]
# What the reader has when a page begins.
WORDS = ("In the beginning God said and created heaven earth light Day "
         "ABCDEFGHJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz.").split()
BEFORE = {
    "README.md": """sed 's,\\.\\./,,g' configs/digits.yaml | sed 's/epochs: 30/epochs: 2/' > CONFIG.yaml
        build/nnmpi -q configs/digits.yaml --set training.epochs=3""",
    "tutorial.md": "build/nnmpi -q import text letters.txt --out data/bible.h5 --test 0.05",
    "cluster.md": "cp CONFIG.yaml digits.yaml",
    "data.md": "cp letters.txt book.txt",
    "library.md": "cp docs/examples/train_from_memory.c program.c",
    "report.md": "cp -r runs/digits runs/lr_1; cp -r runs/digits runs/lr_2",
    "sweep.md": "rm -rf runs/digits_sweep",
    "use.md": """cp data/digits.h5 new.h5; cp -r runs/digits runs/a; cp -r runs/digits runs/b
        cp -r runs/letters runs/bible_lstm""",
}


def prepare(scratch):
    for name in ("README.md", "CHANGELOG.md", "configs", "data", "docs", "scripts", "src", "include", "packaging"):
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, scratch / name)
    (scratch / "build").symlink_to(build)
    draw = random.Random(1)
    (scratch / "letters.txt").write_text(" ".join(draw.choice(WORDS) for _ in range(9000)))
    home = scratch / "home"
    home.mkdir()
    lib = home / "nnmpi/lib"
    return dict(os.environ, HOME=str(home), PATH=f"{build}:{os.environ['PATH']}", PKG_CONFIG_PATH=f"{lib}/pkgconfig")


def sh(command, scratch, env):
    return subprocess.run(["bash", "-c", command], cwd=scratch, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)


def as_run(command, used):
    command = re.sub(r"-np N\b", "-np 2", command)
    for pattern, more in SMALL:
        if re.search(pattern, command):
            used.add(pattern)
            command += " " + more
    return command


def why_not(command, used):
    for pattern, why in NOT_RUN:
        if re.search(pattern, command):
            used.add(pattern)
            return why
    return None


def main():
    failed = run = left = 0
    used = set()
    with tempfile.TemporaryDirectory(prefix="nnmpi-docs.") as folder:
        scratch = Path(folder)
        env = prepare(scratch)
        for page in extract.pages(root):
            before = BEFORE.get(page.name)
            for made in [*scratch.glob("*.h5"), *scratch.glob("*.onnx")]:
                made.unlink()
            if before and (done := sh(before, scratch, env)).returncode:
                print(f"FAILED: before {page.name}: {done.stdout}")
                failed += 1
            for line, command in extract.commands(page):
                why = why_not(command, used)
                if why:
                    left += 1
                    print(f"not run: {page.name}:{line}: {command}\n    {why}")
                    continue
                run += 1
                done = sh(as_run(command, used), scratch, env)
                if done.returncode:
                    failed += 1
                    print(f"FAILED: {page.name}:{line}: {command}: exit code {done.returncode}\n{done.stdout[-1500:]}")
    for pattern, _ in NOT_RUN + SMALL:
        if pattern not in used:
            failed += 1
            print(f"FAILED: nothing in the docs is like {pattern}")
    print(f"{run} commands were run, {failed} failed, {left} cannot run here")
    return failed > 0 or run < 40


sys.exit(main())
