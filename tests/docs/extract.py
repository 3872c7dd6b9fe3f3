"""The commands of README.md and docs/*.md, as a reader sees them: lines indented by four blanks, outside of
fences, and lines of fences of a shell, that begin with a program; what stands after two blanks is a remark."""
import re
import shlex
from pathlib import Path

PROGRAM = re.compile(
    r"(nnmpi|build/nnmpi|mkdir|mpirun|cmake|ctest|mpicc|sudo|apt-get|sbatch|srun|squeue|source|ls|awk|\./scripts/\S+|scripts/\S+)\s")
SHELL = {"sh", "bash", "shell", "console"}
GENERATED = {"blocks.md", "bench.md"}


def pages(root):
    """In the order in which they are read: README.md, the tutorial, then by name."""
    docs = sorted(p for p in (root / "docs").glob("*.md") if p.name not in GENERATED)
    docs.sort(key=lambda p: p.name != "tutorial.md")
    return [root / "README.md"] + docs


def command_of(line):
    """The command in a line of code, or None."""
    text = line.strip()
    if text.startswith("$ "):
        text = text[2:]
    if not PROGRAM.match(text + " "):
        return None
    quoted = re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: "q" * len(m.group()), text)
    remark = re.search(r"\s{2,}|\s#\s", quoted)
    text = text[: remark.start()] if remark else text
    return text


def commands(page):
    """(line, command) of the page; a line that ends with a backslash goes on in the next."""
    fence, started, found = None, None, []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            fence = None if fence is not None else line.strip()[3:].strip()
            continue
        code = re.match("    (?! )" if started is None else "    ", line) if fence is None else fence in SHELL
        if not code:
            started = None
        elif started is not None:
            so_far = found[-1][1]
            so_far = so_far[:-1] if so_far.endswith("\\") else so_far + "\n"
            found[-1] = (found[-1][0], so_far + line[4:].rstrip())
            started = None if balanced(found[-1][1]) else started
        else:
            command = command_of(line)
            if command is None:
                continue
            if not balanced(command):  # a script of several lines in quotes
                command, started = line.strip(), number
            found.append((number, command))
    return found


def balanced(text):
    if text.endswith("\\"):
        return False
    try:
        shlex.split(text)
        return True
    except ValueError:
        return False


def inline(page):
    """(line, command) of what is called `nnmpi ...` in running text."""
    found, fence = [], False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if line.lstrip().startswith("```"):
            fence = not fence
        if fence or line.startswith("    "):
            continue
        for code in re.findall(r"`([^`]+)`", line):
            if re.match(r"(build/)?nnmpi [a-z-]", code) and "..." not in code:
                found.append((number, code))
    return found


def parts(command):
    """The simple commands of a line."""
    return [p.strip() for p in re.split(r"&&|\||;", command) if p.strip()]
