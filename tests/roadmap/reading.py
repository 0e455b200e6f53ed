"""Damaged inputs read by the command line, many in one process, which has little memory and little time.

`python -m tests.roadmap.reading FOLDER FIRST END STEP` tries the cases of these numbers and prints a line for each
fault, and at the end how many had which exit code.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 2**30
"""Bytes of address space for a whole process: Python, its libraries and what is read."""

LONGEST = 20
"""Seconds for one case: a hang is a fault, a busy machine is not. The system then ends the process."""

ONE_COMMAND = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY},) * 2); from ripple.cli import main; main()"
PROGRESS = "progress"
IN_FULL = 20
"""Every so many cases one passes the parser of arguments too, which takes longer than to read a small folder."""


def faults(numbers: range, folder: Path, processes: int = 1) -> tuple[list[str], Counter[str]]:
    """Try the cases of these numbers in processes of their own: what went wrong, and how often which exit code.

    Args:
        numbers: The numbers of the cases.
        folder: Where to write them.
        processes: How many processes share them.
    """
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    started = []
    for first in range(processes):
        share, place = numbers[first::processes], folder / str(first)
        words = [str(word) for word in (place, share.start, share.stop, share.step)]
        command = [sys.executable, "-m", "tests.roadmap.reading", *words]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append((place, subprocess.Popen(command, cwd=ROOT, env=variables, **pipes)))
    found, codes = list[str](), Counter[str]()
    for place, process in started:
        output, errors = process.communicate()
        lines = output.splitlines()
        if process.returncode == 0:
            codes += Counter(json.loads(lines.pop()))
        else:
            number = (place / PROGRESS).read_text(encoding="utf-8") if (place / PROGRESS).exists() else "none"
            lines.append(f"case {number}: the process ended with {process.returncode}. {errors[-2000:]}")
        found += lines
    return found, codes


def in_process(arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code of one command in a process of its own, with the same memory, and what it said or printed."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", ONE_COMMAND, *arguments], env=variables, capture_output=True, text=True, timeout=300
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr or done.stdout


def main(words: Sequence[str]) -> None:
    """Try cases one by one in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from tests.roadmap.damage import bases

    folder, numbers = Path(words[0]), range(*map(int, words[1:]))
    for name, files in bases().items():
        (folder / name).mkdir(parents=True)
        for file, content in files.items():
            (folder / name / file).write_bytes(content)
    codes: Counter[str] = Counter()
    for number in numbers:
        (folder / PROGRESS).write_text(str(number), encoding="utf-8")
        for line in tried(number, folder, codes):
            print(line, flush=True)
    print(json.dumps(codes))


def tried(number: int, folder: Path, codes: Counter[str]) -> Iterator[str]:
    """Try one case; each fault is a line."""
    from tests.roadmap.damage import bases, case

    what = case(number)
    place = folder / what.base
    for name, content in what.files.items():
        (place / name).unlink() if content is None else (place / name).write_bytes(content)
    arguments = [argument.replace("{}", str(place)) for argument in what.arguments]
    code, said, errors = told(arguments, in_full=number % IN_FULL == 0)
    for name in what.files:
        (place / name).write_bytes(bases()[what.base][name])
    codes[str(code)] += 1
    for fault in judged(code, said, errors):
        yield f"case {number}, {' '.join(arguments)}, {', '.join(what.files)}: {fault}"


def told(arguments: Sequence[str], in_full: bool) -> tuple[int | str | None, str, str]:
    """The exit code of a command, what it printed, and what it said on standard error."""
    from ripple import cli

    printed, said = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    signal.alarm(LONGEST)
    try:
        with redirect_stdout(printed), redirect_stderr(said):
            if in_full or arguments[0] != "check":
                sys.argv = ["ripple", *arguments]
                cli.main()
            else:
                sys.exit(cli._told(lambda **_: cli.check(Path(arguments[1]))))
    except SystemExit as ended:
        code = ended.code
    finally:
        signal.alarm(0)
    return code, *(stream.buffer.getvalue().decode() for stream in (printed, said))


def judged(code: int | str | None, printed: str, said: str) -> Iterator[str]:
    """What is wrong with an answer."""
    if code not in (0, 2):
        yield f"exit code {code}: {said[:500]}"
    if "Traceback" in printed + said:
        yield f"a traceback: {said[-500:]}"
    if code == 2 and not said.strip():
        yield "refused without a word"
    if code == 2 and not said.startswith("Usage:") and not all(map(is_sentence, said.rstrip("\n").split("\n"))):
        yield f"refused, but not in sentences: {said[:500]!r}"


def is_sentence(line: str) -> bool:
    """Whether a line can be printed, and ends as a sentence does."""
    return line.isprintable() and line.endswith((".", "?"))


if __name__ == "__main__":
    main(sys.argv[1:])
