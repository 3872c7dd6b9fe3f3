"""Every `nnmpi ...` in the docs is one that the program takes: its command and options exist (--help is added, so
that nothing runs), so do the keys after --set and the topics of help, and files of the repository are there."""
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(__file__))
import extract

root, nnmpi = Path(os.environ["NNMPI_SOURCE"]), os.environ["NNMPI"]
seen, failed = {}, 0


def run(*words):
    if words not in seen:
        done = subprocess.run([nnmpi, *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
        seen[words] = (done.returncode, done.stderr.strip())
    return seen[words]


def words_of(command):
    """What follows nnmpi, redirections left out; None: it is not nnmpi that is run."""
    words = shlex.split(re.sub(r"<\(|\)$", " ", command), comments=False)
    for i, word in enumerate(words):
        if word in ("nnmpi", "build/nnmpi"):
            rest = words[i + 1 :]
            return rest[: next((k for k, w in enumerate(rest) if w in (">", ">>", "2>")), len(rest))]
    return None


def complain(page, line, command, why):
    global failed
    failed += 1
    print(f"FAILED: {page.relative_to(root)}:{line}: {command}\n  {why}")


def check_keys(words):
    """Keys after --set; a key of a layer in the list is found by its last word."""
    for at, word in enumerate(words[:-1]):
        if word != "--set":
            continue
        key = re.sub(r"\[\d+\]", "", words[at + 1].split("=")[0])
        if key in ("KEY", "training.KEY") or key.startswith("model.layers."):
            key = key.rsplit(".", 1)[-1] if "." in key and "KEY" not in key else "config"
        code, why = run("help", key)
        if code and not key_of_a_kind(key):
            return why
    return None


def key_of_a_kind(word):
    """An option of a layer: one of the tables of docs/blocks.md has it."""
    return re.search(rf"^\| `{re.escape(word)}` \|", (root / "docs/blocks.md").read_text(), re.M)


def check(page, line, command):
    words = words_of(command)
    if words is None:
        return
    if words[:1] == ["help"] and "--man" not in words:
        code, why = run(*[w for w in words if not re.fullmatch(r"[A-Z]+(\.[A-Z]+)?", w)])
    else:
        code, why = run(*words, "--help")
    why = why if code else check_keys(words)
    if why:
        complain(page, line, command, why)


count = 0
for page in extract.pages(root):
    for line, command in extract.commands(page):
        for part in extract.parts(command) if "'" not in command else [command]:
            if re.match(r"(\./)?scripts/\S+", part) and not (root / part.split()[0]).exists():
                complain(page, line, command, "there is no such script")
            for file in re.findall(r"(?<![\w/.~$-])(?:configs|docs|packaging)/[\w./-]+\.\w+", part):
                if not (root / file).exists() and not re.search(rf"(--out|>) *{re.escape(file)}", part):
                    complain(page, line, command, f"there is no {file}")
            if "nnmpi" in part:
                check(page, line, part)
                count += 1
    for line, command in extract.inline(page):
        check(page, line, command.replace("nnmpi --", "nnmpi train --"))
        count += 1
print(f"{count} commands of nnmpi in the docs, {failed} wrong")
sys.exit(failed > 0 or count < 50)
