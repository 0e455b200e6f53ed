"""Any bytes in any file, and as much of them as the limits allow: exit code 0 or 2, sentences, a gigabyte, no hang."""

import os
import sys
import zipfile
from io import BytesIO

import pytest

from tests.roadmap.damage import bases

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the memory of a process")

N_CASES = 10_000
LARGE = 9_900_000


def test_ten_thousand_damaged_inputs_are_read_or_refused(tmp_path):
    """Tables, settings, scenarios, workbooks and arguments, damaged in every way, in processes with little memory."""
    from tests.roadmap import reading

    found, codes = reading.faults(range(N_CASES), tmp_path, processes=min(2, os.cpu_count() or 1))
    assert found == []
    assert codes.total() == N_CASES
    assert codes["0"] > N_CASES / 20 and codes["2"] > N_CASES / 2


def rows(header, line, n):
    """A table of n rows that differ in their number."""
    return (header + "".join(line.format(i) for i in range(n))).encode()


def workbook_with(sheet):
    """The small workbook with another sheet of features, whose XML is given."""
    (old,), stream = bases()["workbook"].values(), BytesIO()
    with zipfile.ZipFile(BytesIO(old)) as whole, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in whole.namelist():
            new.writestr(part, sheet if part == "xl/worksheets/sheet3.xml" else whole.read(part))
    return stream.getvalue()


SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
)
HEADER = "feature,team,effort\n"
WIDE = "feature,team,effort," + ",".join(f"c{number}" for number in range(197)) + "\n"

# What is damaged, and how the answer begins; the exit code is 2 where it has a place.
HEAVY = {
    "a cell as large as a file": ({"features.csv": b"x" * LARGE}, "features.csv, row 1: a cell has more than 10,000"),
    "more than a file may hold": ({"features.csv": b"x" * 10_000_001}, "features.csv: larger than 10 MB."),
    "quotes": ({"features.csv": b'"' * LARGE}, "features.csv, row 1: a cell has more than 10,000"),
    "blank rows": ({"features.csv": b",\n" * (LARGE // 2)}, "Read"),
    "millions of fields": ({"features.csv": HEADER.encode() + b"x," * (LARGE // 2)}, "features.csv, row 2: "),
    "ten thousand columns": ({"features.csv": b"x," * 10_000}, "features.csv, row 1: 10,001 columns."),
    "millions of bad cells": (
        {"features.csv": (WIDE + ("\1," * 199 + "\1\n") * 25_000)[:LARGE].encode()},
        "features.csv, row 2, feature: '\\x01' holds the character U+0001.",
    ),
    "a hundred thousand bad rows": (
        {"features.csv": rows(HEADER, "f{0},nobody,many\n", 100_000)},
        "features.csv, row 2, effort: 'many' is not a number",
    ),
    "a hundred thousand unknown names": (
        {"gaps.csv": rows("deal,team,effort\n", "deal-{0},team-{0},1\n", 100_000)},
        "gaps.csv, row 2, deal: 'deal-0' is not in deals.csv.",
    ),
    "thousands of sizes": (
        {
            "roadmap.yml": ("start: 2027-01-04\nsizes:\n" + "".join(f"  s{i}: [1, 2, 3]\n" for i in range(3900))).encode(),
            "features.csv": rows(HEADER, "f{0},identity,z{0}\n", 20_000),
        },
        "features.csv, row 2, effort: 'z0' is not a number of engineer-weeks or a size (s0, s1, s2, s3, s4 and 3895 more)",
    ),
    "a hundred thousand rows about one team": (
        {"capacity.csv": "team,from,engineers\n".encode() + b"".join(
            b"identity,%d-%02d-%02d,4\n" % (1950 + i // 336, i % 336 // 28 + 1, i % 28 + 1) for i in range(100_000))},
        "capacity.csv, row 202, team: team 'identity' has 100,000 rows. Keep at most 200.",
    ),
    "a billion engineers": (
        {"teams.csv": rows("team,engineers\n", "t{0},10000\n", 100_000)},
        "teams.csv, row 100001, engineers: the teams have 1,000,000,000 engineers,",
    ),
    "more rows than memory is enough for": (
        {f"{table}.csv": rows(f"{table[:-1]}\n", "x{0}\n", 90_000) for table in ("practices", "interfaces")}
        | {"history.csv": rows("item\n", "x{0}\n", 90_000)},
        "small: more than 200,000 rows in all tables.",
    ),
    "a ring of a hundred thousand": (
        {
            "features.csv": rows(HEADER, "f{0},identity,1\n", 90_000),
            "dependencies.csv": rows("feature,needs\nf0,f89999\n", "f{0}5,f{0}4\nf{0}6,f{0}5\n", 8_999)
            + b"f4,f3\nf3,f2\nf2,f1\nf1,f0\nf89999,f89998\n",
        },
        "dependencies.csv, row ",
    ),
    "a million brackets": ({"roadmap.yml": b"[" * 999_000}, "roadmap.yml, line 1: nested more than 20 deep."),
    "a million hyphens": ({"roadmap.yml": b"- " * 499_000}, "roadmap.yml, line 1: nested more than 20 deep."),
    "a list without end": ({"roadmap.yml": b"- x\n" * 249_000}, "roadmap.yml, line 20000: more than 20,000 values."),
    "a long comment in a workbook": (
        {"plan.xlsx": workbook_with(b"<!--" + b"x" * 48_000_000 + b"-->")}, "plan.xlsx: its sheets hold too much.",
    ),
    "an element of a million attributes": (
        {"plan.xlsx": workbook_with(SHEET % (b"<row " + b" ".join(b'a%d="1"' % i for i in range(900_000)) + b"/>"))},
        "plan.xlsx: its sheets hold too much.",
    ),
    "a million runs in one cell": (
        {"plan.xlsx": workbook_with(SHEET % (b"<row><c><is>" + b"<r><t>x</t></r>" * 900_000 + b"</is></c></row>"))},
        "plan.xlsx: its sheets hold too much.",
    ),
    "a workbook of wide rows": (
        {"plan.xlsx": workbook_with(SHEET % ((b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>") * 20))},
        "plan.xlsx, sheet features, row 1: 16,000 columns. A table has at most 200.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("weight", HEAVY)
def test_as_much_as_the_limits_allow_is_read_or_refused(weight, tmp_path):
    """Each limit from inside, or just beyond, in a process of its own with a gigabyte of memory."""
    from tests.roadmap import reading

    files, beginning = HEAVY[weight]
    base = "workbook" if "plan.xlsx" in files else "small"
    for name, content in {**bases()[base], **files}.items():
        (tmp_path / base).mkdir(exist_ok=True)
        (tmp_path / base / name).write_bytes(content)
    code, said = reading.in_process(["check", str(tmp_path / base)])
    assert said.startswith(beginning), said[:300]
    assert code == (0 if beginning == "Read" else 2)
