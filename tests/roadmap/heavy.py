"""Inputs as heavy as the limits allow, or a little heavier: what is read, and how the answer begins."""

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from tests.roadmap.damage import SETTINGS, Files, bases

LARGE = 9_900_000
FEATURES, CAPACITY = "feature,team,effort\n", "team,from,engineers\n"
WIDE = "feature,team,effort," + ",".join(f"c{number}" for number in range(197)) + "\n"
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
TOO_MUCH = "plan.xlsx: its sheets hold too much."
LONG_CELL = "features.csv, row 1: a cell has more than 10,000 characters."


def heavy(n: int) -> Mapping[str, tuple[Files, str]]:
    """Files that stand in a folder with little else, and how the answer to them begins, by what they are.

    Args:
        n: How many rows are many; the limit is 100,000 of a table.
    """
    features, needs = _rows(FEATURES, "f{0},identity,1\n", n), "".join(f"f{i},f{i + 1}\n" for i in range(n - 1))
    sizes = "".join(f"  s{number}: [1, 2, 3]\n" for number in range(3900))
    people = "".join(f"identity,{1950 + i // 336}-{i % 336 // 28 + 1:02}-{i % 28 + 1:02},4\n" for i in range(n))
    tables = {
        "a cell as large as a file": (b"x" * LARGE, LONG_CELL),
        "quotes": (b'"' * LARGE, LONG_CELL),
        "more than a file may hold": (b"x" * 10_000_001, "features.csv: larger than 10 MB."),
        "blank rows": (bases()["features.csv"]["features.csv"] + b"\n" * LARGE, "Read"),
        "millions of fields": (FEATURES.encode() + b"x," * (LARGE // 2), "features.csv, row 2: 4950001 fields"),
        "ten thousand columns": (b"x," * 10_000, "features.csv, row 1: 10,001 columns. A table has at most 200."),
        "millions of bad cells": (
            (WIDE + ("\1," * 199 + "\1\n") * 25_000)[:LARGE].encode(),
            r"features.csv, row 2, feature: '\x01' holds the character U+0001.",
        ),
        "many bad rows": (_rows(FEATURES, "f{0},x,many\n", n), "features.csv, row 2, effort: 'many' is not a number"),
        "many rows": (features, "Read"),
        "many long names": (_rows(FEATURES, "f{0}" + "x" * 190 + ",identity,1\n", min(n, LARGE // 220)), "Read"),
        "many names of marks": (
            _rows(FEATURES, "f{0}" + "\u0301" * 90 + ",identity,1\n", min(n, LARGE // 220)),
            "Read",
        ),
    }
    settings, sheets = _settings(), _sheets(n)
    return {
        **{name: ({"features.csv": content}, answer) for name, (content, answer) in tables.items()},
        **{name: ({SETTINGS: content}, answer) for name, (content, answer) in settings.items()},
        **{name: ({"plan.xlsx": _with_sheet(content)}, answer) for name, (content, answer) in sheets.items()},
        "a long chain": ({"features.csv": features, "dependencies.csv": ("feature,needs\n" + needs).encode()}, "Read"),
        "a long ring": (
            {"features.csv": features, "dependencies.csv": f"feature,needs\nf{n - 1},f0\n{needs}".encode()},
            f"dependencies.csv, row 2: features need each other in a circle: f{n - 1} -> f0 -> f1 -> ",
        ),
        "many unknown names": (
            {"promises.csv": _rows("deal,feature,due\n", "d{0},f{0},2027-02-01\n", n), "deals.csv": b"deal,signs\n"},
            "promises.csv, row 2, deal: 'd0' is not in deals.csv.",
        ),
        "many sizes": (
            {
                SETTINGS: f"start: 2027-01-04\nsizes:\n{sizes}".encode(),
                "features.csv": _rows(FEATURES, "f{0},identity,z{0}\n", n),
            },
            "roadmap.yml, sizes: 3,900 of them. Write at most 50.",
        ),
        "many rows about one team": (
            {"capacity.csv": (CAPACITY + people).encode()},
            f"capacity.csv, row 202, team: team 'identity' has {n:,} rows. Keep at most 200.",
        ),
        "too many engineers": (
            {"teams.csv": _rows("team,engineers\nidentity,4\ninsights,4\nmobile,4\n", "t{0},10000\n", n)},
            f"teams.csv, row {n + 4}, engineers: the teams have {n * 10_000 + 12:,} engineers, 10,000 of them in this",
        ),
        "more rows than memory is enough for": (
            {f"{name}.csv": _rows("item\n", "x{0}\n", 70_000) for name in ("history", "requests", "demos")},
            "more-rows-than-memory-is-enough-for: more than 200,000 rows in all tables.",
        ),
    }


def _settings() -> Mapping[str, tuple[bytes, str]]:
    """Files of settings, each with the sentence that it must give."""
    return {
        "a million brackets": (b"[" * 999_000, "roadmap.yml, line 1: nested more than 20 deep."),
        "a million hyphens": (b"- " * 499_000, "roadmap.yml, line 1: nested more than 20 deep."),
        "a list without end": (b"- x\n" * 249_000, "roadmap.yml, line 20000: more than 20,000 values."),
        "a long comment": (b"start: 2027-01-04\n" + b"#" * 900_000, "Read"),
    }


def _sheets(n: int) -> Mapping[str, tuple[bytes, str]]:
    """Sheets of a workbook, each with the sentence that it must give."""
    return {
        "a long comment in a sheet": (b"<!--" + b"x" * 48_000_000 + b"-->", TOO_MUCH),
        "many attributes": (SHEET % (b"<row " + b" ".join(b'a%d="1"' % i for i in range(900_000)) + b"/>"), TOO_MUCH),
        "many runs in a cell": (SHEET % (b"<row><c><is>" + b"<r/>" * 900_000 + b"</is></c></row>"), TOO_MUCH),
        "wide rows": (
            SHEET % ((b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row>") * (n // 2_000)),
            "plan.xlsx, sheet features, row 1: 16,000 columns. A table has at most 200.",
        ),
        "a last row": (
            SHEET % (b'<row r="%d"><c><v>1</v></c></row>' % min(10 * n, 1_048_576)),
            "plan.xlsx, sheet features, row 1: the column 'feature' is missing.",
        ),
    }


def folders(n: int) -> Iterator[tuple[str, Files, str]]:
    """Each of them with the other files of its folder, which is named as it is."""
    for name, (files, answer) in heavy(n).items():
        beside = {} if "plan.xlsx" in files else bases()["features.csv"]
        yield name, {**beside, **files}, answer


def _rows(header: str, line: str, n: int) -> bytes:
    return (header + "".join(line.format(number) for number in range(n))).encode()


def _with_sheet(sheet: bytes) -> bytes:
    """The small workbook with another sheet of features, whose XML is given."""
    (old,), stream = bases()["workbook"].values(), BytesIO()
    with zipfile.ZipFile(BytesIO(old)) as whole, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in whole.namelist():
            new.writestr(part, sheet if part == "xl/worksheets/sheet3.xml" else whole.read(part))
    return stream.getvalue()
