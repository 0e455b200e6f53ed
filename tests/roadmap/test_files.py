"""Files: what is accepted becomes the same text, and everything else one clear sentence."""

import os
import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ripple.errors import InputError
from ripple.roadmap.files import decode, read_bytes, read_contents
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.tables import table_from_csv
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


RAGGED = "Write one for each column; quote a text with a delimiter in it."
WORKBOOK = workbook(SHEETS)


def outcome(data):
    """The sentence about a workbook, or its name where it can be read."""
    try:
        read_workbook(data, "plan.xlsx", ["roadmap", "teams", "features"])
    except InputError as error:
        return str(error)
    return "plan.xlsx"


def cells(text, known=()):
    """The cells of a delimited text that has no problem."""
    table = table_from_csv(text, "t.csv", known)
    assert not table.problems
    return [dict(record.cells) for record in table.records]


def faults(text):
    """The sentences about a delimited text."""
    return [sentence for _, sentence in table_from_csv(text, "t.csv").problems]


def workbook_faults(sheets):
    """The sentences about a sheet of teams."""
    return [
        sentence for _, sentence in read_workbook(workbook(sheets), "plan.xlsx", ["teams"]).tables["teams"].problems
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_accepted_form_gives_the_same_roadmap(read, encoding, delimiter, line_end):
    """Encodings, delimiters and line ends of spreadsheets are no part of a roadmap."""
    text = "feature,title,team,effort\nsso,Größe 🙂,core,3\naudit,,core,2\n".replace(",", delimiter).replace(
        "\n", line_end
    )
    marks = {"utf-16-le-bom": ("utf-16-le", b"\xff\xfe"), "utf-16-be-bom": ("utf-16-be", b"\xfe\xff")}
    name, mark = marks.get(encoding, (encoding, b""))
    features = read(features=mark + text.encode(name)).features
    assert [(feature.name, feature.title, feature.effort) for feature in features] == [
        ("sso", "Größe 🙂", 3.0), ("audit", "", 2.0),
    ]  # fmt: skip


def test_the_header_settles_the_delimiter():
    """Known names count before the number of fields; quoted delimiters are text."""
    assert cells('a;b\n"1,2,3";4\n') == [{"a": "1,2,3", "b": "4"}]
    assert cells('a,"x;y;z"\n1,2\n') == [{"a": "1", "x;y;z": "2"}]
    assert cells("team;plan, old, new\n1;2\n", {"team"}) == [{"team": "1", "plan, old, new": "2"}]


def test_headers_are_trimmed_and_in_any_case_and_cells_are_kept():
    """`Feature ` is feature; a quoted cell keeps its lines; blank rows are skipped but counted."""
    assert cells(' Feature ,TEAM\n"a\nb", x\n\n,\nc,d\n') == [
        {"feature": "a\nb", "team": " x"},
        {"feature": "c", "team": "d"},
    ]
    table = table_from_csv('a,b\n"1\n1",2\n\n3,4\n', "t.csv")
    assert [record.row for record in table.records] == [2, 4]


def test_a_table_without_rows_is_empty():
    """No bytes, only a mark, only a header: no rows and no problem."""
    for text in ("", "\n\n", "a,b", "a,b\r\n"):
        assert cells(text) == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("a,b\n1,2,3\n4\n", [
            f"t.csv, row 2: 3 fields, but the header has 2. {RAGGED}",
            f"t.csv, row 3: 1 field, but the header has 2. {RAGGED}",
        ]),
        ("effort,a,Effort \n1,2,3\n", ["t.csv, row 1: the column 'effort' is there twice. Rename or remove one."]),
        ("a,\n1,\n2,x\n", ["t.csv, row 3: 'x' is in column 2, which has no name. Name it in the header, or clear it."]),
        ("a,b\n1,x\x00y\n", [r"t.csv, row 2, b: 'x\x00y' holds a NUL character. Remove it."]),
        ("a,b\n\u202e1,2\n", [r"t.csv, row 2, a: '\u202e1' holds the character U+202E. Remove it."]),
        ("a\x07,b\n1,2\n", [r"t.csv, row 1: the header 'a\x07' holds the character U+0007. Remove it."]),
        ('a,b\n1,"2\n', ["t.csv, row 2: a quoted cell is not closed. Add the closing quote."]),
        ('a,b\n1,"2"3\n', [
            "t.csv, row 2: text follows a closing quote. Double the quotes that belong to the text."
        ]),
        ("a\n" + "x" * 10_001, [
            "t.csv, row 2, a: '" + "x" * 77 + "...' has more than 10,000 characters. Shorten it."
        ]),
        ('a\n"' + "x" * 200_000 + '"', ["t.csv, row 2: a cell has more than 10,000 characters. Shorten it."]),
        (",".join(map(str, range(201))), ["t.csv, row 1: 201 columns. A table has at most 200."]),
        ("a\n" + "1\n" * 100_001, ["t.csv: more than 100,000 rows. Split or shorten it."]),
    ],
)  # fmt: skip
def test_a_table_of_the_wrong_shape_is_told_by_row(text, sentences):
    """Ragged rows, doubled headers, controls, open quotes and sizes have a sentence each."""
    assert faults(text) == sentences


def test_the_limits_themselves_are_allowed():
    """200 columns, 100,000 rows and 10,000 characters can be read."""
    assert len(cells(",".join(f"c{i}" for i in range(200)) + "\n" + "," * 199 + "x\n")) == 1
    assert len(cells("a\n" + "1\n" * 100_000)) == 100_000
    assert len(cells("a\n" + "x" * 10_000)[0]["a"]) == 10_000


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("a\ncafé".encode("cp1252"), "t.csv, row 2: the byte 0xE9 is not UTF-8. Save the file as UTF-8."),
        (b'a\n"x\ny"\n\xff', "t.csv, row 3: the byte 0xFF is not UTF-8. Save the file as UTF-8."),
        (b"a\n\xed\xa0\x80", "t.csv, row 2: the byte 0xED is not UTF-8. Save the file as UTF-8."),
        ("a\nb".encode("utf-16") + b"\x00\xd8", "t.csv, row 2: the byte 0x00 is not UTF-16. Save the file as UTF-8."),
    ],
)
def test_another_encoding_is_refused_with_its_row(data, sentence):
    """No encoding is guessed; the row is counted as a spreadsheet counts it."""
    with pytest.raises(InputError) as caught:
        decode(data, "t.csv")
    assert caught.value.problems == (sentence,)


def test_what_is_not_an_ordinary_small_file_is_refused(tmp_path):
    """Folders, pipes, large files and missing ones have a sentence each, and nothing waits."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "large.csv").write_bytes(b"x" * 10_000_001)
    for name, sentence in [
        ("pipe.csv", "pipe.csv: a device or a pipe, not a file. Put a file there."),
        ("folder.csv", "folder.csv: a folder, not a file. Put a file there."),
        ("large.csv", "large.csv: larger than 10 MB. Split or shorten it."),
        ("none.csv", "none.csv: cannot be read (no such file or directory)."),
        ("a\0b.csv", r"a\x00b.csv: cannot be read (embedded null byte)."),
    ]:
        with pytest.raises(InputError) as caught:
            read_bytes(tmp_path / name)
        assert caught.value.problems == (sentence,)


def test_a_file_without_permission_is_told(tmp_path, monkeypatch):
    """What the system says is passed on in a sentence."""
    (tmp_path / "teams.csv").write_text("team")

    def refuse(*_arguments):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(InputError, match=r"teams\.csv: cannot be read \(permission denied\)\."):
        read_bytes(tmp_path / "teams.csv")


def test_links_may_not_leave_the_folder(write_plan, tmp_path):
    """A link to a file inside is read, a link out of the folder and a circle of links are refused."""
    folder = write_plan()
    (folder / "teams.csv").rename(folder / "people.csv")
    (folder / "teams.csv").symlink_to(folder / "people.csv")
    assert load_roadmap(folder).teams[0].name == "core"
    (folder / "people.csv").rename(tmp_path / "people.csv")
    (folder / "teams.csv").unlink()
    (folder / "teams.csv").symlink_to(tmp_path / "people.csv")
    with pytest.raises(InputError, match=r"teams\.csv: a link out of the folder\. Put the file itself there\."):
        load_roadmap(folder)
    (folder / "teams.csv").unlink()
    (folder / "teams.csv").symlink_to(folder / "teams.csv")
    with pytest.raises(InputError, match=r"teams\.csv: cannot be read"):
        load_roadmap(folder)


def test_a_folder_that_is_none_is_told(tmp_path):
    """A missing folder, a file and a name that cannot be are refused."""
    (tmp_path / "plan.txt").write_text("x")
    for name in ("nowhere", "plan.txt", "a\0b"):
        with pytest.raises(InputError, match="not a folder that can be read"):
            load_roadmap(tmp_path / name)


def test_a_table_is_found_in_any_letter_case_but_only_once(write_plan):
    """`Teams.CSV` is teams.csv; both of them are a problem."""
    folder = write_plan()
    (folder / "teams.csv").rename(folder / "Teams.CSV")
    assert load_roadmap(folder).teams[0].name == "core"
    (folder / "teams.csv").write_text("team,engineers\n")
    with pytest.raises(InputError, match=r"there twice, but for letter case"):
        load_roadmap(folder)


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
    book.active["A900"] = "x\0y".replace("\0", "")
    book.active["B900"] = "z"
    book.active["A200000"] = "core"
    stream = BytesIO()
    book.save(stream)
    (ragged, far) = read_workbook(stream.getvalue(), "plan.xlsx", ["teams"]).tables["teams"].problems
    assert ragged[1].startswith("plan.xlsx, sheet teams, row 900: 2 fields")
    assert far[1] == "plan.xlsx, sheet teams: more than 100,000 rows. Split or shorten it."


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


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(data):
    """Bytes changed anywhere give tables or an InputError."""
    damaged = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert outcome(bytes(damaged)).startswith("plan.xlsx")


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


def test_the_fingerprint_knows_names_and_bytes(write_plan):
    """The same files give the same fingerprint; one byte or another table gives another."""
    plans: list[dict] = [{}, {}, {"teams": "team,engineers\ncore,5\n"}, {"deals": None}]
    known = {"teams": (), "features": (), "deals": ()}
    prints = [read_contents(write_plan(**tables), known).fingerprint for tables in plans]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_other_files_are_named_in_one_notice(write_plan):
    """Stray tables are ignored and told once; notes and hidden files are not worth a word."""
    folder = write_plan()
    for name in ("feature.csv", "z.yaml", "notes.txt", ".hidden.csv", "~$plan.xlsx"):
        (folder / name).write_text("x")
    (notice,) = load_roadmap(folder).notices
    assert notice == "Ignored feature.csv, z.yaml: not tables of a roadmap. Did you mean 'features.csv'?"
