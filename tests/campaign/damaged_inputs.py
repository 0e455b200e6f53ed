"""Damaged folders of every kind: read, or refused with sentences; never anything else."""

import time
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from ripple.engine.plan import compile_plan
from ripple.errors import InputError
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import apply, load_scenario
from tests.engine import generator
from tests.roadmap.test_workbook import WORKBOOK

LONGEST = 10.0
"""Seconds: a hang is a fault, a busy machine is not."""

# What damages most where it lands: ends of cells and rows, quotes, numbers out of range, other alphabets, YAML.
PIECES = [
    *(b",", b";", b"\t", b"\n", b"\r\n", b"\r", b'"', b'""', b"'", b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\x28"),
    *(b"-1", b"1e308", b"1e999", b"nan", b"inf", b"0x10", b"9" * 400, b"1_0", b"2027-02-30", b"2027-Q9", b"S", b"yes"),
    *(
        b": ",
        b"- ",
        b"&a ",
        b"*a",
        b"!!python/object:os.system ",
        b"{",
        b"[",
        b"#",
        b"|",
        b"=1+1",
        b"../",
        b"%s",
        b"\xe2\x80\xae",
    ),
]


def damaged(random: Random, content: bytes) -> bytes:
    """The content with a few pieces replaced, inserted, repeated, or cut off."""
    data = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5, 30))):
        place = random.randint(0, len(data))
        length = random.choice((0, 0, 1, 1, 4, 40))
        kind = random.random()
        piece = random.choice(PIECES) if kind < 0.6 else random.randbytes(random.randint(1, 8))
        data[place : place + length] = bytes(data[place : place + 60]) * 2 if kind > 0.9 else piece
    return bytes(data[: random.randint(0, len(data))] if random.random() < 0.05 else data)


def outcome(read: Callable[[], object]) -> str:
    """Whether something was read or refused, in reasonable time; anything but an InputError comes through."""
    problems: tuple[str, ...] = ()
    started = time.perf_counter()
    try:
        read()
    except InputError as error:
        problems = error.problems or ("",)
    assert time.perf_counter() - started < LONGEST
    assert all(problem.strip() for problem in problems)
    return "refused" if problems else "read"


def hurt(path: Path, random: Random) -> None:
    """Damage a file: mostly a few bytes of it, now and then all of them, rarely it goes."""
    fate, content = random.random(), path.read_bytes()
    if fate < 0.01:
        path.unlink()
    else:
        path.write_bytes(random.randbytes(random.randint(0, 2000)) if fate < 0.03 else damaged(random, content))


@pytest.mark.parametrize("part", range(8))
def test_a_damaged_folder_is_read_or_refused(part: int, n_damaged: int, tmp_path: Path) -> None:
    """Bytes changed anywhere in any table, or a file missing, give a plan or an InputError."""
    random, told = Random(part), Counter[str]()
    generator.write_folder(generator.roadmap(part, in_tables=True), tmp_path)
    contents = {path: path.read_bytes() for path in sorted(tmp_path.iterdir()) if path.is_file()}
    for _ in range(n_damaged // 10):
        path = random.choice(list(contents))
        hurt(path, random)
        told[outcome(lambda: compile_plan(load_roadmap(tmp_path)))] += 1
        path.write_bytes(contents[path])
    assert outcome(lambda: compile_plan(load_roadmap(tmp_path))) == "read"
    assert set(told) == {"read", "refused"}


def test_a_damaged_scenario_is_read_or_refused(n_damaged: int, tmp_path: Path) -> None:
    """The same in a scenario, which is applied where it can be read."""
    random, told = Random(8), Counter[str]()
    made = ((generator.write_folder(generator.roadmap(n, in_tables=True), tmp_path / str(n)), n) for n in range(50))
    scenario, number = next((path, n) for path, n in made if path is not None)
    roadmap, content = load_roadmap(tmp_path / str(number)), scenario.read_bytes()
    for _ in range(n_damaged // 10):
        hurt(scenario, random)
        told[outcome(lambda: compile_plan(apply(roadmap, load_scenario(scenario))))] += 1
        scenario.write_bytes(content)
    assert set(told) == {"read", "refused"}


def test_a_damaged_workbook_is_read_or_refused(n_damaged: int, tmp_path: Path) -> None:
    """The same in a workbook: in the archive, or in a part of it, where the checksums hold."""
    random, told = Random(9), Counter[str]()
    with zipfile.ZipFile(BytesIO(WORKBOOK)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    path = tmp_path / "plan.xlsx"
    for _ in range(n_damaged // 10):
        if random.random() < 0.5:
            path.write_bytes(damaged(random, WORKBOOK))
        else:
            name = random.choice(list(parts))
            with zipfile.ZipFile(path, "w") as archive:
                for part, content in parts.items():
                    archive.writestr(part, damaged(random, content) if part == name else content)
        told[outcome(lambda: compile_plan(load_roadmap(path)))] += 1
    assert set(told) == {"read", "refused"}
