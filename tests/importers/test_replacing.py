"""`--replace`: what was there is kept aside, what a person had changed is named, what a person wrote stays."""

import csv

import pytest

from ripple.importers.folder import import_files
from ripple.importers.replacing import OLD
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import SAMPLES, bring, csv_bytes, jira, table

CLOUD, REPORT = SAMPLES / "jira-cloud.csv", SAMPLES / "salesforce-report.csv"


@pytest.fixture
def folder(tmp_path):
    """A roadmap of both tools."""
    import_files("jira", [CLOUD], tmp_path / "r")
    import_files("salesforce", [REPORT], tmp_path / "r")
    return tmp_path / "r"


def edit(file, old, new):
    """Change a cell as a person does."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_hand_corrected_table_is_kept_and_its_rows_named(folder):
    """The report names the table and the rows; the old table is in a folder that no reader looks into."""
    edit(folder / "teams.csv", "Data,2", "Data,6")
    corrected = (folder / "teams.csv").read_bytes()
    report = import_files("jira", [CLOUD], folder, replace=True)
    changed = "teams.csv had been changed by hand since it was imported; the rows that now read differently: Data."
    assert report.lines("Replaced") == (
        f"{changed} Correct it again where that was right.",
        f"What was there is kept in {OLD}/, which no report reads: teams.csv.",
    )
    assert (folder / OLD / "teams.csv").read_bytes() == corrected
    assert [path.name for path in (folder / OLD).iterdir()] == ["teams.csv"]
    assert load_roadmap(folder).team_named["Data"].engineers == 2
    assert not [notice for notice in load_roadmap(folder).notices if OLD in notice]


def test_a_second_replacement_keeps_the_first(folder):
    """What was kept before is not replaced itself."""
    for number in (6, 7):
        edit(folder / "teams.csv", "Data,2", f"Data,{number}")
        import_files("jira", [CLOUD], folder, replace=True)
    assert "Data,6" in (folder / OLD / "teams.csv").read_text(encoding="utf-8")
    assert "Data,7" in (folder / f"{OLD}-2" / "teams.csv").read_text(encoding="utf-8")


def test_nothing_is_said_where_nothing_changes(folder):
    """The same export again replaces tables by the same tables, also if a spreadsheet had saved them."""
    with (folder / "teams.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    (folder / "teams.csv").write_bytes(csv_bytes(rows, ";", "utf-8-sig"))
    report = import_files("jira", [CLOUD], folder, replace=True)
    assert report.lines("Replaced") == ()
    assert not (folder / OLD).exists()


def test_another_export_replaces_without_blame(folder):
    """A table that nobody touched is kept aside, and nobody is said to have changed it."""
    report = import_files("jira", [SAMPLES / "jira-server.csv"], folder / ".." / "s")
    report = import_files("jira", [CLOUD], folder / ".." / "s", replace=True)
    assert "changed by hand" not in str(report.lines("Replaced"))
    assert "history.csv" in report.lines("Replaced")[-1]
    assert (folder / ".." / "s" / OLD / "features.csv").is_file()


def test_without_fingerprints_a_change_is_possible(folder):
    """Where an older import left no fingerprints the report says `may`."""
    (folder / "import-jira.txt").unlink()
    edit(folder / "teams.csv", "Data,2", "Data,6")
    report = import_files("jira", [CLOUD], folder, replace=True)
    assert "teams.csv may have been changed by hand" in report.lines("Replaced")[0]


def test_a_table_that_only_the_old_import_had_is_kept_aside(folder):
    """What a new export no longer makes goes, but not without a copy."""
    assert (folder / "work.csv").is_file()
    import_files("jira", [SAMPLES / "jira-server.csv"], folder.parent / "s")
    bring(folder.parent, "jira", jira(("A-1", "x")))
    import_files("jira", [CLOUD], folder.parent / "out", replace=True)
    bring(folder.parent, "jira", jira(("A-1", "x")), replace=True)
    assert not (folder.parent / "out" / "work.csv").exists()
    assert (folder.parent / "out" / f"{OLD}-2" / "work.csv").is_file()


def test_gaps_that_a_person_wrote_stay(folder):
    """No export has gaps: those that are there stay, as long as their deals and promises do."""
    header = (folder / "gaps.csv").read_text(encoding="utf-8")
    row = "g,North Rail - rollout,APP-2,Data,3,auth,,\n"
    (folder / "gaps.csv").write_text(header + row, encoding="utf-8")
    report = import_files("salesforce", [REPORT], folder, replace=True)
    assert [gap.name for gap in load_roadmap(folder).gaps] == ["g"]
    assert "gaps.csv stays as it is: these files have no rows for it." in report.lines("Replaced")
    assert "gaps.csv" not in str(report.lines("Written"))


def test_gaps_that_fit_nothing_any_more_are_kept_aside(folder):
    """If the roadmap could not be read with them, the import wins and the old table is in the folder beside."""
    header = (folder / "gaps.csv").read_text(encoding="utf-8")
    (folder / "gaps.csv").write_text(f"{header}g,South Bank - renewal,APP-1,Data,3,auth,,\n", encoding="utf-8")
    report = import_files("salesforce", [SAMPLES / "salesforce-opportunities.csv"], folder, replace=True)
    assert load_roadmap(folder).gaps == ()
    assert "gaps.csv" in report.lines("Replaced")[-1]
    assert len(list((folder / OLD).iterdir())) == 3


def test_promises_by_hand_stay_where_an_export_has_none(tmp_path):
    """A person wrote promises.csv; an export that names no feature does not empty it."""
    rows = [["Name", "Stage", "Close Date"], ["d", "Open", "2027-01-31"]]
    bring(tmp_path, "jira", jira(("A-1", "x")), "tracker.csv")
    _, out, _ = bring(tmp_path, "salesforce", rows, "deals.csv")
    (out / "promises.csv").write_text("deal,feature,due\nd,A-1,2027-06-30\n", encoding="utf-8")
    report, *_ = bring(tmp_path, "salesforce", rows, "deals.csv", replace=True)
    assert [row["feature"] for row in table(out, "promises")] == ["A-1"]
    assert "No deal promises a feature yet" not in str(report)


def test_promises_that_nobody_touched_go_with_their_export(folder):
    """They came from an export, so a newer one without promises takes them away, and keeps them aside."""
    export = (folder.parent / "x.csv", REPORT.read_text(encoding="utf-8").replace("APP-", "Z"))
    export[0].write_text(export[1], encoding="utf-8")
    report = import_files("salesforce", [export[0]], folder, replace=True)
    assert load_roadmap(folder).promises == ()
    assert report.lines("Replaced")[-1].endswith("promises.csv.")
