"""Runs every command of README.md and docs/*.md in a copy of the sources, page by page in the order of reading,
with the settings of SMALL. What cannot run here is in NOT_RUN, with the reason. What the tutorial says exactly of a
command's output is in CLAIMS; the pictures of PICTURES are drawn by its commands as they are in docs/images."""
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
    (r"scripts/pictures\.sh", "is for those who have Chromium; changes docs/images"),
    (r"scripts/format\.sh", "is for those who have clang-format; changes sources"),
    (r"nnmpi /usr/(local/)?share/", "is there only when it is installed by root"),
]
SMALL = [  # (pattern, what is added)
    (r"nnmpi configs/tutorial/cnn", "--set training.epochs=2"),
    (r"nnmpi configs/tutorial/letters", "--set training.max_steps=20"),
    (r"nnmpi sweep", "--set training.epochs=2"),
    (r"nnmpi configs/bible_transformer", "--set training.max_steps=2"),
]
# (a command of the tutorial, what the tutorial says of it, what its output has to have): patterns of text with one
# blank between words. Commands in SMALL are not for this.
CLAIMS = [
    (r"nnmpi configs/tutorial/line\.yaml$", r"loss falls from 28,966 to 2,870\.8 in 200 steps",
     r"epoch 1/200 train_loss 28965\.7 .*epoch 200/200 train_loss 2870\.8"),
    (r"check configs/tutorial/line.* --gradients$", r"dense/kernel 10 6 0 \S+ dense/bias 1 1 0 ",
     r"dense/kernel 10 6 0 \S+ dense/bias 1 1 0 "),
    (r"nnmpi configs/diabetes\.yaml$", r"normal equations, 2859\.696", r"train_loss 2859\.696"),
    (r"nnmpi configs/tutorial/spirals.*runs/alone", r"right for about half",
     r"epoch 300/300 .*? validation_accuracy 0\.[3-6]"),
    (r"nnmpi configs/tutorial/spirals\.yaml$", r"class of every sample is right",
     r"epoch 300/300 .* train_accuracy 1\.0000 .* validation_accuracy 1\.0000"),
    (r"inspect runs/spirals runs/spirals2$", r"6 of 6 are equal in all bits", r"6 of 6 are equal in all bits"),
    (r"nnmpi configs/digits\.yaml .*digits_again", r"trains on 1,293 images .*on 144 others", r"1,293\b.*\b144\b"),
    (r"eval runs/digits_again$", r"more than 97 % of 360 images", r"360 samples.* accuracy 0\.9[789]"),
    (r"check configs/tutorial/cnn.* --graph", r"6,090 weights", r"\b6,090\b"),
    (r"check configs/bible_transformer.* --ranks 8$", r"630,217 weights", r"\b630,217\b"),
]
PICTURES = ["branches.svg", "cnn.svg"]
# What the reader has when a page begins.
WORDS = ("In the beginning God said and created heaven earth light Day "
         "ABCDEFGHJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz.").split()
BEFORE = {
    "README.md": """sed 's,\\.\\./,,g' configs/digits.yaml | sed 's/epochs: 30/epochs: 2/' > CONFIG.yaml
        build/nnmpi -q configs/digits.yaml --set training.epochs=3""",
    "tutorial.md": "build/nnmpi -q import text letters.txt --out data/bible.h5 --test 0.05 --force",
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


def not_as_said(page, text, command, output, used):
    """Claims of the tutorial about this command that its output does not bear out."""
    if page.name != "tutorial.md":
        return
    for pattern, said, shown in CLAIMS:
        if not re.search(pattern, command):
            continue
        used.add(pattern)
        if not re.search(said, " ".join(text.split())):
            yield f"the tutorial no longer says {said!r}: CLAIMS"
        if not re.search(shown, " ".join(output.split())):
            yield f"{command}: the tutorial says {said!r}, but this is shown:\n{output[-1500:]}"


def other_pictures(scratch):
    for name in PICTURES:
        drawn, shown = scratch / name, root / "docs/images" / name
        if not drawn.exists() or drawn.read_bytes() != shown.read_bytes():
            yield f"{name} is not drawn as it is in docs/images: draw it again (docs/tutorial.md)"


def main():
    failed = run = left = 0
    used = set()
    with tempfile.TemporaryDirectory(prefix="nnmpi-docs.") as folder:
        scratch = Path(folder)
        env = prepare(scratch)
        for page in extract.pages(root):
            before, text = BEFORE.get(page.name), page.read_text()
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
                for why in not_as_said(page, text, command, done.stdout, used):
                    failed += 1
                    print(f"FAILED: {page.name}:{line}: {why}")
            for why in other_pictures(scratch) if page.name == "tutorial.md" else []:
                failed += 1
                print(f"FAILED: {why}")
    for pattern, *_ in NOT_RUN + SMALL + CLAIMS:
        if pattern not in used:
            failed += 1
            print(f"FAILED: nothing in the docs is like {pattern}")
    print(f"{run} commands were run, {failed} failed, {left} cannot run here")
    return failed > 0 or run < 40


sys.exit(main())
