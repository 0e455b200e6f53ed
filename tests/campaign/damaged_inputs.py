"""Damaged folders of every kind: read, or refused with sentences; never anything else."""

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from ripple.errors import InputError
from ripple.roadmap.reader import load_roadmap
from tests.engine import generator

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
    """Whether something was read or refused; anything but an InputError with sentences comes through."""
    problems: tuple[str, ...] = ()
    try:
        read()
    except InputError as error:
        problems = error.problems or ("",)
    assert all(problem.strip() for problem in problems)
    return "refused" if problems else "read"


@pytest.mark.parametrize("part", range(10))
def test_a_damaged_folder_is_read_or_refused(part: int, n_damaged: int, tmp_path: Path) -> None:
    """Bytes changed anywhere in any table, or a file missing, give a roadmap or an InputError."""
    random, told = Random(part), {"read": 0, "refused": 0}
    generator.write_folder(generator.roadmap(part, in_tables=True), tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.suffix in (".csv", ".yml") and path.parent == tmp_path)
    contents = {path: path.read_bytes() for path in files}
    for _ in range(n_damaged // 10):
        path = random.choice(files)
        if random.random() < 0.01:
            path.unlink()
        elif random.random() < 0.02:
            path.write_bytes(random.randbytes(random.randint(0, 2000)))
        else:
            path.write_bytes(damaged(random, contents[path]))
        told[outcome(lambda: load_roadmap(tmp_path))] += 1
        path.write_bytes(contents[path])
    assert outcome(lambda: load_roadmap(tmp_path)) == "read"
    assert min(told.values()) > 0
    shutil.rmtree(tmp_path)
