"""Workbooks: sheets become the same tables as files do, and what only looks small is refused."""

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ripple.errors import InputError
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.workbook import read_workbook

SHEETS = {
    "roadmap": [
        ("key", "value"),
        ("start", date(2027, 1, 4)),
        ("sizes.S", "[1, 2, 4]"),
        ("parameters.rework_share", 0.3),
    ],
    "teams": [("Team ", "engineers"), ("core", 4.0), ("web", 2)],
    "features": [
        ("feature", "team", "effort", "not_before"),
        ("sso", "core", "S", None),
        (7, "web", 0.5, date(2027, 2, 1)),
    ],
}


def workbook(sheets):
    """The bytes of a workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


WORKBOOK = workbook(SHEETS)


def outcome(data):
    """The sentence about a workbook, or its name where it can be read."""
    try:
        read_workbook(data, "plan.xlsx", ["roadmap", "teams", "features"])
    except InputError as error:
        return str(error)
    return "plan.xlsx"


def workbook_faults(sheets):
    """The sentences about a sheet of teams."""
    return [
        sentence for _, sentence in read_workbook(workbook(sheets), "plan.xlsx", ["teams"]).tables["teams"].problems
    ]


def test_a_workbook_is_a_roadmap(tmp_path):
    """Sheets become tables; dates, numbers and dotted settings become the text that a person sees."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(SHEETS))
    roadmap = load_roadmap(path)
    assert roadmap == load_roadmap(tmp_path)
    assert roadmap.start == date(2027, 1, 4)
    assert [(feature.name, feature.effort, feature.not_before) for feature in roadmap.features] == [
        ("sso", 2.0, None), ("7", 0.5, 4.0),
    ]  # fmt: skip
    assert (roadmap.features[0].works[0].low, roadmap.parameters) == (1.0, {"rework_share": 0.3})


def test_a_cell_is_what_a_person_sees():
    """Whole floats, sums, switches, dates with a time and padded numbers keep their looks."""
    day = datetime.fromisoformat("2027-01-04")
    values = [3.0, 0.1 + 0.2, True, day.replace(hour=9, minute=30), day, " x ", 1e22]
    table = read_workbook(workbook({"teams": [list("abcdefg"), values]}), "p.xlsx", ["teams"]).tables["teams"]
    assert list(table.records[0].cells.values()) == [
        "3", "0.3", "TRUE", "2027-01-04T09:30:00", "2027-01-04", " x ", "1e+22",
    ]  # fmt: skip
    book = Workbook()
    book.active.title = "Teams "
    book.active.append(["team"])
    book.active["A3"] = 7
    book.active["A3"].number_format = "000"
    stream = BytesIO()
    book.save(stream)
    (record,) = read_workbook(stream.getvalue(), "p.xlsx", ["teams"]).tables["teams"].records
    assert (record.row, record.cells) == (3, {"team": "007"})


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [["a"], ["=1+1"]],
            "plan.xlsx, sheet teams, row 2: a formula without a saved value. Open and save the workbook,",
        ),
        ([["a"], ["#REF!"]], "plan.xlsx, sheet teams, row 2: the cell shows the error '#REF!'. Correct it."),
        ([["a"], [1, 2]], "plan.xlsx, sheet teams, row 2: 2 fields, but the header has 1."),
        ([["a"], ["x\u202ey"]], r"plan.xlsx, sheet teams, row 2, a: 'x\u202ey' holds the character U+202E. Remove it."),
        ([["a", "A"]], "plan.xlsx, sheet teams, row 1: the column 'a' is there twice."),
    ],
)
def test_a_sheet_is_told_like_a_table(rows, sentence):
    """Formulas without a value, error cells and wrong shapes are told with sheet and row."""
    (problem,) = workbook_faults({"teams": rows})
    assert problem.startswith(sentence)


def test_a_workbook_that_is_none_is_refused(tmp_path):
    """No archive, no sheets of a roadmap, two workbooks in a folder: a sentence each."""
    for data, sentence in [
        (b"x", "plan.xlsx: not an XLSX workbook. Save it as XLSX, without a password."),
        (workbook({"Feature": [["a"]]}), "plan.xlsx: no sheet has the name of a table, such as features. Did you mean"),
    ]:
        (tmp_path / "plan.xlsx").write_bytes(data)
        with pytest.raises(InputError) as caught:
            load_roadmap(tmp_path)
        assert str(caught.value).startswith(sentence)
    (tmp_path / "b.xlsx").write_bytes(b"x")
    with pytest.raises(InputError, match=r"b\.xlsx, plan\.xlsx\. Keep one workbook in the folder\."):
        load_roadmap(tmp_path)


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TRAPS = {
    "a bomb": (b" " * 60_000_000, "plan.xlsx: unpacks to more than 50 MB or 1,000 parts. Split or shorten it."),
    "a million cells in a row": (HEAD + b"<row>" + b"<c/>" * 1_000_000, "plan.xlsx: its sheets hold too much."),
    "a million unknown elements": (HEAD + b"<x/>" * 1_000_000, "plan.xlsx: its sheets hold too much."),
    "a million levels": (HEAD + b"<x>" * 1_000_000, "plan.xlsx: its sheets hold too much."),
    "entities": (
        b'<!DOCTYPE x [<!ENTITY a "aa">]>' + HEAD,
        "plan.xlsx: a document type inside. Save it as XLSX again.",
    ),
    "no XML": (b"x", "plan.xlsx: not a workbook that can be read (it is damaged). Save it as XLSX again."),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_workbook_that_is_small_only_when_packed_is_refused(trap):
    """Sizes, elements and depth are counted before anything is understood."""
    sheet, sentence = TRAPS[trap]
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(WORKBOOK)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    assert len(stream.getvalue()) < 100_000
    assert outcome(stream.getvalue()).startswith(sentence)


def test_rows_without_cells_are_counted(tmp_path):
    """A row far below is told by its number; one beyond the limit is too far."""
    book = Workbook()
    book.active.title = "teams"
    book.active["A1"] = "team"
    book.active["A900"] = "web"
    book.active["B900"] = "z"
    book.active["A200000"] = "core"
    stream = BytesIO()
    book.save(stream)
    (ragged, far) = read_workbook(stream.getvalue(), "plan.xlsx", ["teams"]).tables["teams"].problems
    assert ragged[1].startswith("plan.xlsx, sheet teams, row 900: 2 fields")
    assert far[1] == "plan.xlsx, sheet teams: more than 100,000 rows. Split or shorten it."


def test_errors_and_formulas_are_told_with_and_without_the_other():
    """A sheet that shows an error, and a formula that was never computed, each alone and both together."""
    wrong, formula = ("#N/A", 1), ("=A1", 2)
    for rows, n in [([wrong], 1), ([formula], 1), ([wrong, formula], 2)]:
        faults = workbook_faults({"teams": [("team", "engineers"), *rows]})
        assert len(faults) == n
        assert all("shows the error" in fault or "a formula without a saved value" in fault for fault in faults)


def test_an_empty_sheet_is_told(tmp_path):
    """With the header that it should have."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook({**SHEETS, "features": [], "deals": [(None, " ")]}))
    with pytest.raises(InputError) as told:
        load_roadmap(path)
    assert told.value.problems == (
        "plan.xlsx, sheet features: empty. Write the header feature, team, effort.",
        "plan.xlsx, sheet deals: empty. Write the header deal, signs, or remove the table.",
    )


def test_the_settings_of_a_workbook_are_pairs(tmp_path):
    """Keys that are blank, twice or both plain and dotted, and a sheet without pairs, are told by row."""
    path = tmp_path / "plan.xlsx"
    pairs = [("key", "value"), ("start", "2027-01-04"), ("start", "x"), ("sizes", "{S: [1, 2, 4]}"), ("sizes.S", 1)]
    more = [("title", "x"), ("title.y", 1), (None, 3), ("holidays", None), ("parameters", "[")]
    for rows, told in [
        (pairs, ["row 3: 'start' is there twice. Remove one.", "row 5: 'sizes.S' is there twice. Remove one."]),
        (
            [*pairs[:2], *more],
            [
                "row 4: 'title' has a value of its own. Keep one of the two rows.",
                "row 5, key: blank. Write a setting such as start.",
                "row 7, line 1: not valid YAML (",
            ],
        ),
        ([("start", "2027-01-04")], ["row 1: no column key. Name the two columns key and value."]),
    ]:
        path.write_bytes(workbook({**SHEETS, "roadmap": rows}))
        with pytest.raises(InputError) as caught:
            load_roadmap(path)
        found = [problem for problem in caught.value.problems if "start: blank" not in problem]
        for problem, sentence in zip(found, told, strict=True):
            assert problem.startswith(f"plan.xlsx, sheet roadmap, {sentence}")


@settings(deadline=20_000)  # a hang is a fault, a busy machine is not
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data):
    """Bytes changed anywhere give tables or an InputError."""
    damaged = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(damaged)).startswith("plan.xlsx")


@settings(deadline=20_000)  # a hang is a fault, a busy machine is not
@given(st.data())
def test_a_damaged_part_of_a_workbook_is_read_or_refused(data):
    """The same inside the archive, where the checksum holds."""
    with zipfile.ZipFile(BytesIO(WORKBOOK)) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    part = parts[data.draw(st.sampled_from(sorted(parts)))]
    place = data.draw(st.integers(0, len(part)))
    part[place : place + data.draw(st.integers(0, 9))] = data.draw(
        st.binary(max_size=9) | st.sampled_from([b"999999999", b"-1"])
    )
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))
    assert outcome(stream.getvalue()).startswith("plan.xlsx")
