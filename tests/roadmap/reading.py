"""Damaged inputs read by the command line, many in one process, which has little memory and little time.

`python -m tests.roadmap.reading FOLDER FIRST END STEP` tries the cases of these numbers in a folder that is there and
empty. It prints a line for each fault, and at the end how many had which exit code. To see what a case is:
`python -c "from tests.roadmap.damage import case; print(case(7))"`.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 2**30
"""Bytes of address space for a whole process: Python, its libraries and what is read."""

LONGEST = 60
"""Seconds for one case: a hang is a fault, a busy machine is not. The system then ends the process."""

HEAVY = "heavy"
PROGRESS = "progress"
IN_MEMORY = Path("/dev/shm")
"""Where files cost the least; a disk takes longer for them than the reader does."""

IN_FULL = 40
"""Every so many cases one passes the parser of arguments too, which takes longer than to read a small folder."""


def faults(numbers: range, processes: int = 1) -> tuple[list[str], Counter[str]]:
    """Try the cases of these numbers in processes of their own: what went wrong, and how often which exit code.

    Args:
        numbers: The numbers of the cases.
        processes: How many processes share them.
    """
    shares = [numbers[first::processes] for first in range(processes)]
    words = [[str(word) for word in (share.start, share.stop, share.step)] for share in shares]
    return _in_processes(words)


def heavy_faults(n: int) -> tuple[list[str], Counter[str]]:
    """The same for the heavy inputs, with `n` rows where they have many."""
    return _in_processes([[HEAVY, str(n)]])


def _in_processes(words: Sequence[Sequence[str]]) -> tuple[list[str], Counter[str]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        return _awaited(_started(words, Path(folder)))


def _started(words: Sequence[Sequence[str]], folder: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    for number, these in enumerate(words):
        place = folder / str(number)
        place.mkdir()
        command = [sys.executable, "-m", "tests.roadmap.reading", str(place), *these]
        yield place, subprocess.Popen(command, cwd=ROOT, env=variables, **pipes)


def _awaited(started: Iterable[tuple[Path, subprocess.Popen[str]]]) -> tuple[list[str], Counter[str]]:
    found, codes = list[str](), Counter[str]()
    for place, process in list(started):
        output, errors = process.communicate()
        lines = output.splitlines()
        if process.returncode == 0:
            codes += Counter(json.loads(lines.pop()))
        else:
            name = (
                (place / PROGRESS).read_text(encoding="utf-8").strip() if (place / PROGRESS).exists() else "the start"
            )
            lines.append(f"{name}: the process ended with {process.returncode}. {errors[-2000:]}")
        found += lines
    return found, codes


def main(words: Sequence[str]) -> None:
    """Try cases one by one in this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder, codes = Path(words[0]), Counter[str]()
    heavy = words[1] == HEAVY
    tries = heavy_tries(folder, int(words[2])) if heavy else damaged_tries(folder, range(*map(int, words[1:])))
    progress = os.open(folder / PROGRESS, os.O_WRONLY | os.O_CREAT)
    for name, number, arguments, answer in tries:
        os.pwrite(progress, f"{name:<80}".encode(), 0)
        code, printed, said = told(arguments, in_full=number % IN_FULL == 0)
        codes[str(code)] += 1
        for fault in judged(code, printed, said, answer):
            print(f"{name}: {fault}", flush=True)
    print(json.dumps(codes))


Try = tuple[str, int, Sequence[str], str]
"""What is tried: its name and number, the arguments, and how the answer begins."""


def damaged_tries(folder: Path, numbers: range) -> Iterator[Try]:
    """Damaged inputs by number; what was damaged is whole again before the next."""
    from tests.roadmap.damage import bases, case

    for name, files in bases().items():
        _write(folder / name, files)
    for number in numbers:
        what = case(number)
        place = folder / what.base
        _write(place, what.files)
        yield f"case {number}", number, [argument.replace("{}", str(place)) for argument in what.arguments], ""
        _write(place, {name: bases()[what.base][name] for name in what.files})


def heavy_tries(folder: Path, n: int) -> Iterator[Try]:
    """The heavy inputs, one after another."""
    from tests.roadmap.heavy import folders

    for name, files, answer in folders(n):
        place = folder / name.replace(" ", "-")
        _write(place, files)
        yield name, 1, ["check", str(place)], answer
        shutil.rmtree(place)


def _write(place: Path, files: Mapping[str, bytes | None]) -> None:
    place.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (place / name).unlink() if content is None else (place / name).write_bytes(content)


def told(arguments: Sequence[str], in_full: bool) -> tuple[int | str | None, str, str]:
    """The exit code of a command, what it printed, and what it said on standard error."""
    from ripple import cli

    printed, said = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    signal.alarm(LONGEST)
    try:
        with redirect_stdout(printed), redirect_stderr(said):
            if not in_full and arguments[0] == "check":
                sys.exit(cli._told(lambda **_: cli.worlds.check(Path(arguments[1]))))
            if not in_full and arguments[2] == "--scenario":
                folder, scenario = Path(arguments[1]), Path(arguments[3])
                run = cli.worlds.simulate
                sys.exit(cli._told(lambda **_: run(folder, scenario, no_luck=True, output=Path("-"))))
            sys.argv = ["ripple", *arguments]
            cli.main()
    except SystemExit as ended:
        code = ended.code
    finally:
        signal.alarm(0)
    return code, *(stream.buffer.getvalue().decode() for stream in (printed, said))


def judged(code: int | str | None, printed: str, said: str, answer: str) -> Iterator[str]:
    """What is wrong with an answer."""
    if code not in (0, 2):
        yield f"exit code {code}: {said[:500]}"
    if not (said or printed).startswith(answer):
        yield f"answers {(said or printed)[:500]!r}"
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
