"""Files: what is accepted becomes the same text, and everything else one clear sentence."""

import os

import pytest

from ripple.errors import InputError
from ripple.roadmap.files import decode, read_bytes, read_contents
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.tables import table_from_csv

RAGGED = "Write one for each column; quote a text with a delimiter in it."


def cells(text, known=()):
    """The cells of a delimited text that has no problem."""
    table = table_from_csv(text, "t.csv", known)
    assert not table.problems
    return [dict(record.cells) for record in table.records]


def faults(text):
    """The sentences about a delimited text."""
    return [sentence for _, sentence in table_from_csv(text, "t.csv").problems]


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
    table = table_from_csv("team;plan, old, new\n1;2\n", "t.csv", {"team"})
    assert table.columns == ("team", "plan, old, new")


def test_only_known_columns_are_kept():
    """What nothing reads takes no memory: cells of unknown columns, and empty ones."""
    assert cells("a,b,c\n1,2,\n", {"a", "c"}) == [{"a": "1"}]
    assert cells("a,b,c\n1,2,\n") == [{"a": "1", "b": "2"}]


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
        (
            "team\n".encode("utf-16-le"),
            "t.csv, row 1: it looks like UTF-16 without a byte order mark. Save the file as UTF-8.",
        ),
        (
            "team\n".encode("utf-16-be"),
            "t.csv, row 1: it looks like UTF-16 without a byte order mark. Save the file as UTF-8.",
        ),
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
