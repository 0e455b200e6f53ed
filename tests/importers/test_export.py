"""`ripple export` and `ripple new`: round trips to the byte, safe cells, templates that pass the check."""

import zipfile
from dataclasses import replace
from itertools import pairwise

import openpyxl
import pytest

from ripple.errors import InputError
from ripple.importers.export import export_roadmap
from ripple.importers.folder import import_files
from ripple.importers.templates import new_roadmap
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import ATTACKS, ROOT, SAMPLES


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def plain(roadmap):
    return replace(roadmap, fingerprint="", notices=())


@pytest.mark.parametrize("source", ["data/example", "data/rust-2026", "imported", "new"])
def test_export_read_export_gives_the_same_bytes(tmp_path, source):
    """Folder, workbook and folder again, in any order: the same bytes, and the same roadmap."""
    folder = ROOT / source if source.startswith("data") else tmp_path / source
    if source == "imported":
        import_files("jira", [SAMPLES / "jira-cloud.csv"], folder)
        import_files("salesforce", [SAMPLES / "salesforce-report.csv"], folder)
    if source == "new":
        new_roadmap(folder)
    steps = [folder, *(tmp_path / name for name in ("a.xlsx", "b.xlsx", "c", "d", "e.xlsx", "f"))]
    for one, other in pairwise(steps):
        export_roadmap(one, other)
    books = [(tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx", "e.xlsx")]
    assert books[0] == books[1] == books[2]
    assert files(tmp_path / "c") == files(tmp_path / "d") == files(tmp_path / "f")
    export_roadmap(folder, tmp_path / "g")
    export_roadmap(tmp_path / "g", tmp_path / "h")
    assert files(tmp_path / "g") == files(tmp_path / "h")
    assert (
        plain(load_roadmap(tmp_path / "a.xlsx"))
        == plain(load_roadmap(tmp_path / "c"))
        == plain(load_roadmap(tmp_path / "g"))
    )


def test_formulas_become_text_and_are_named(tmp_path):
    """What a spreadsheet would run gets a leading quote, in every table alike, and the exporter says so."""
    folder = tmp_path / "r"
    new_roadmap(folder)
    (folder / "teams.csv").write_text("team,engineers,focus\n=1+1,3,0.65\n", encoding="utf-8")
    (folder / "features.csv").write_text(
        "feature,team,effort,title\n@x,=1+1,-0,＝2\n#N/A,=1+1,3,007\n", encoding="utf-8"
    )
    for name in ("deals", "promises", "gaps", "dependencies"):
        (folder / f"{name}.csv").unlink()
    said = export_roadmap(folder, tmp_path / "r.xlsx")
    assert any("4 texts got a leading quote" in line or "5 texts got a leading quote" in line for line in said)
    cells = [
        c
        for sheet in openpyxl.load_workbook(tmp_path / "r.xlsx")
        for row in sheet.iter_rows()
        for c in row
        if c.value is not None
    ]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    roadmap = load_roadmap(tmp_path / "r.xlsx")
    assert [feature.name for feature in roadmap.features] == ["'@x", "#N/A"]
    assert roadmap.features[1].title == "007"
    export_roadmap(tmp_path / "r.xlsx", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / "r.xlsx").read_bytes()


def test_names_that_would_become_the_same_are_refused(tmp_path):
    """A quote in front must not make two teams one."""
    folder = tmp_path / "r"
    new_roadmap(folder)
    (folder / "teams.csv").write_text("team,engineers\nidentity,3\ndata,4\n=x,1\n'=x,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="are the same once they are safe to open in a spreadsheet"):
        export_roadmap(folder, tmp_path / "r.xlsx")


def test_the_corpus_survives_a_workbook(tmp_path):
    """Titles of strangers come back from a workbook as they went in, but for the leading quote."""
    folder = tmp_path / "r"
    new_roadmap(folder)
    import csv

    titles = [text for text in ATTACKS if text.isprintable() or "\u200d" in text]
    with (folder / "features.csv").open("w", encoding="utf-8", newline="") as file:
        rows = [[f"f{n}", title, "data", "1"] for n, title in enumerate(titles)]
        csv.writer(file).writerows([["feature", "title", "team", "effort"], *rows])
    for name in ("promises", "gaps", "dependencies"):
        (folder / f"{name}.csv").unlink()
    export_roadmap(folder, tmp_path / "r.xlsx")
    before, after = load_roadmap(folder), load_roadmap(tmp_path / "r.xlsx")
    assert [f.title for f in before.features] == [f.title.removeprefix("'") for f in after.features]


def by_hand(folder, dates="dmy"):
    """A roadmap as somebody wrote it: semicolons, and the days of a site that writes the day first."""
    folder.mkdir()
    texts = {
        "roadmap.yml": f"start: 2027-01-04\ndates: {dates}\n",
        "teams.csv": "team;engineers;cost_per_week\ncore;3;1234.5670\n",
        "features.csv": "feature;team;effort;target\na;core;2.125;30/04/2027\nb;core;1;2027-Q2\n",
        "deals.csv": "deal;signs;opened;arr\nx;11/01/2027;02/11/2026;240000\ny;2027-02-01;;123.4560\n",
        "promises.csv": "deal;feature;due\nx;a;31/05/2027\ny;b;01/12/2027\n",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_dates_of_a_site_become_days_that_sort(tmp_path):
    """Days that are written `31/05/2027` are days in the workbook, and it reads as the same roadmap."""
    folder = by_hand(tmp_path / "r")
    export_roadmap(folder, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    days = [cell.value for name, column in (("deals", "B"), ("promises", "C")) for cell in book[name][column][1:]]
    assert [f"{day:%Y-%m-%d}" for day in days] == ["2027-01-11", "2027-02-01", "2027-05-31", "2027-12-01"]
    assert {cell.data_type for cell in book["promises"]["C"][1:]} == {"d"}
    assert [cell.value for cell in book["features"]["D"]][2] == "2027-Q2"
    assert plain(load_roadmap(tmp_path / "r.xlsx")) == plain(load_roadmap(folder))
    export_roadmap(tmp_path / "r.xlsx", tmp_path / "back")
    assert plain(load_roadmap(tmp_path / "back")) == plain(load_roadmap(folder))


def test_thousands_with_points_are_asked_for(tmp_path):
    """`240.000` in a hand-written table is read in no way."""
    folder = by_hand(tmp_path / "r")
    text = (folder / "deals.csv").read_text(encoding="utf-8")
    (folder / "deals.csv").write_text(text.replace("240000", "240.000"), encoding="utf-8")
    said = r"deals.csv, row 2, arr: '240.000' can be thousands or a fraction. Write 240000 or 240.0."
    with pytest.raises(InputError, match=said):
        export_roadmap(folder, tmp_path / "r.xlsx")


def test_no_clock_in_a_workbook(tmp_path):
    """The parts of the archive have no time of their own."""
    new_roadmap(tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize(("name", "workbook"), [("r", False), ("r", True), ("r.xlsx", False)])
def test_a_new_roadmap_passes_the_check(tmp_path, name, workbook):
    """Templates are a roadmap: focus 0.65, crew 3, and no warnings of either."""
    from ripple.analysis.review import review

    new_roadmap(tmp_path / name, workbook=workbook)
    roadmap = load_roadmap(tmp_path / name)
    assert {team.focus for team in roadmap.teams} == {0.65}
    assert {work.crew for feature in roadmap.features for work in feature.works} == {3}
    said = review(roadmap)
    assert "Cannot be kept" not in said
    assert "focus" not in said


def test_new_overwrites_nothing(tmp_path):
    """A folder with something in it is refused."""
    (tmp_path / "x").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="there already"):
        new_roadmap(tmp_path)
    with pytest.raises(InputError, match="there already"):
        export_roadmap(ROOT / "data" / "example", tmp_path)


def test_scenarios_go_along_or_are_named(tmp_path):
    """A folder keeps its scenarios; a workbook cannot, and the exporter says so."""
    example = ROOT / "data" / "example"
    export_roadmap(example, tmp_path / "r")
    names = {path.name for path in (example / "scenarios").glob("*.yml")}
    assert {path.name for path in (tmp_path / "r" / "scenarios").iterdir()} == names
    assert any("scenarios/" in line for line in export_roadmap(example, tmp_path / "r.xlsx"))
