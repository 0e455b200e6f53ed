"""Mapping files: what `--suggest` writes changes nothing until it is changed, and what fits nothing is told."""

import re

import pytest

from ripple.importers.folder import import_files
from ripple.importers.mapping import load_choices
from tests.importers.bringing import ATTACKS, SAMPLES, SHARED, bring, csv_bytes, jira, mapping

SECTION = "In the mapping, but not in the files"
FILES = [path for folder in (SAMPLES, SHARED) if folder.is_dir() for path in sorted(folder.iterdir())
         if path.suffix in (".csv", ".json")]  # fmt: skip
HEADER = ["Issue key", "Summary", "Issue Type", "Status", "Resolution", "Labels", "Team", "Project name",
          "Original Estimate", "Story Points", "Outward issue link (Blocks)", "Inward issue link (Blocks)"]  # fmt: skip
TRAPS = [
    HEADER,
    ["A-1", "a", "Task", "Closed", "Won't Do", "bug", "", "P", "2h", "3", "A-2", ""],
    ["A-2", "b", "Task", "Closed", "Fixed", "", "", "P", "", "", "", ""],
    ["A-3", "c", "Bug", "To Do", "Closed", "", "", "P", "", "5", "", ""],
    ["A-4", "d", "", "To Do", "Done", "task", "", "Q", "", "", "", "A-3"],
    ["A-5", "e", "", "NO", "", "bug", "", "", "", "", "", ""],
    ["A-6", "f", "null", "Done", "Duplicate", "tech debt", "x: y # z", "", "3h", "L", "A-1", ""],
    ["A-6", "again", "null", "~", "", "", "", "", "", "", "", ""],
]


def tables(folder):
    """The bytes of every table and of the settings."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".csv"} | {
        "roadmap.yml": (folder / "roadmap.yml").read_bytes()
    }


def changes_nothing(tmp_path, kind, file, said=None):
    """Import with and without the suggested mapping: the same bytes, and nothing in it that fits nothing."""
    import_files(kind, [file], tmp_path / "s", said, suggest=True)
    import_files(kind, [file], tmp_path / "a", said)
    suggested = tmp_path / "s" / f"import-{kind}.yml"
    report = import_files(kind, [file], tmp_path / "b", suggested)
    assert tables(tmp_path / "a") == tables(tmp_path / "b")
    assert report.lines(SECTION) == ()
    return suggested.read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_suggestion_that_nobody_changed_changes_nothing(tmp_path, file):
    """Of every sample and every export: all tables have the same bytes with it as without any mapping."""
    changes_nothing(tmp_path, re.split("[-_.]", file.name)[0], file)


def test_a_suggestion_resists_traps(tmp_path):
    """Words that are a status here and a resolution there, labels that are types, several columns of estimates."""
    file = tmp_path / "x.csv"
    file.write_bytes(csv_bytes(TRAPS))
    text = changes_nothing(tmp_path, "jira", file)
    assert "#   Closed: canceled" in text or "#   Closed: done" in text
    assert "# effort: " in text


def test_a_suggestion_of_strangers_names(tmp_path):
    """The corpus as types, statuses, teams and kinds of links makes a mapping that can be read."""
    header = ["Issue key", "Summary", "Issue Type", "Status", "Team", "Labels"]
    links = [f"Outward issue link ({text[:99]})" for text in ATTACKS if text.isprintable()]
    body = [[f"A-{n}", "x", text, text, text, text, *["A-1"] * len(links)] for n, text in enumerate(ATTACKS)]
    file = tmp_path / "x.csv"
    file.write_bytes(csv_bytes([[*header, *links], *body]))
    changes_nothing(tmp_path, "jira", file)


def test_a_suggestion_keeps_what_a_person_said(tmp_path):
    """Suggested from a mapping, it says the same again."""
    said = mapping(
        tmp_path,
        "features: [Epic, Story]\nalone: leave out\nteam: Team Name\nteams: {Data: Store}\nengineers: {Store: 4}\n"
        "default_team: Store\ncrew: 2\nfocus: 0.5\nunit: hours\ndefault_size: M\nsizes: {M: [1, 2, 3.25]}\n"
        "statuses: {To Do: unplanned}\nkinds: {web: platform}\nlinks: {Blocks: none}\nstart: 2027-03-01\n",
    )
    changes_nothing(tmp_path, "jira", SAMPLES / "jira-cloud.csv", said)
    text = "stages: {Proposal: signed}\nrates: {EUR: 1.1}\npromises: Roadmap items\narr: Amount\ncurrency: USD\n"
    said = mapping(tmp_path, text + "decimal: point\ndates: dmy\n")
    suggested = changes_nothing(tmp_path / "deals", "salesforce", SAMPLES / "salesforce-report.csv", said)
    assert "\npromises: Roadmap items" in suggested


def test_a_column_that_is_too_rarely_filled_is_off(tmp_path):
    """It was not used, so the line begins with `#`, and gives the reason."""
    rows = jira(*((f"A-{n}", "x", "core" if n == 0 else "") for n in range(9)), extra=["Team"])
    file = tmp_path / "x.csv"
    file.write_bytes(csv_bytes(rows))
    text = changes_nothing(tmp_path, "jira", file)
    assert "# team: Team              # filled in 1 of 9 rows: too few, so not used" in text


def test_what_is_off_says_what_was_used(tmp_path):
    """Every status is there; team, engineers, size and start are those of the import itself."""
    text = changes_nothing(tmp_path, "jira", SAMPLES / "jira-cloud.csv")
    for line in ("  In Progress: started", "  To Do: planned", "  Done: done", "# default_team: Harbor App",
                 "# engineers: {Identity: 2, Data: 2, Mobile: 1, Harbor App: 5}", "# default_size: XS",
                 "# start: 2027-02-01"):  # fmt: skip
        assert line in text
    import_files("jira", [SAMPLES / "jira-cloud.csv"], tmp_path / "r")
    text = changes_nothing(tmp_path / "r2", "salesforce", SAMPLES / "salesforce-report.csv")
    for line in ("# stages: {Negotiation: open, Closed Won: signed, ", "# promise_due: Needed by", "# decimal: point",
                 "# currency: USD", "dates: dmy"):  # fmt: skip
        assert line in text


def test_a_doubtful_link_is_off(tmp_path):
    """What happened contradicts it: the line gives the other meaning, and stays off until a person decides."""
    columns = ["Resolution", "Resolved", "Inward issue link (Blocks)"]
    rows = jira(*((f"A-{n}", "x", "Done", f"{n}/Mar/26 1:00 PM", f"A-{n + 1}" if n % 2 else "") for n in range(1, 9)),
                extra=columns)  # fmt: skip
    file = tmp_path / "x.csv"
    file.write_bytes(csv_bytes(rows))
    assert "#   Blocks: blocks        # when they were done says needs" in changes_nothing(tmp_path, "jira", file)


def test_what_fits_nothing_is_told(tmp_path):
    """One sentence for each name, with the nearest that is there, or with what there is."""
    said = mapping(
        tmp_path,
        "features: [Initiative]\nteam: Team Nam\neffort: Points\nteams: {Dta: x}\nengineers: {Mobil: 3}\n"
        "kinds: {Taskk: platform}\nstatuses: {In Progres: started}\nlinks: {Blokcs: needs}\n",
    )
    report = import_files("jira", [SAMPLES / "jira-cloud.csv"], tmp_path / "r", said)
    assert report.lines(SECTION) == (
        "mapping.yml, team: 'Team Nam' is no column of these files. Did you mean 'Team Name'?",
        "mapping.yml, effort: 'Points' is no column of these files. Did you mean 'Custom field (Story Points)'?",
        "mapping.yml, features: 'Initiative' is no type of these issues. Known are Bug, Epic, Story, Sub-task, Task.",
        "mapping.yml, teams: 'Dta' is no team that these issues name. Did you mean 'Data'?",
        "mapping.yml, engineers: 'Mobil' is no team of this plan. Known are Harbor App.",
        "mapping.yml, kinds: 'Taskk' is no type and no label of these issues. Did you mean 'Task'?",
        "mapping.yml, statuses: 'In Progres' is no status of these issues. Did you mean 'In Progress'?",
        "mapping.yml, links: 'Blokcs' is no type of link in these files. Did you mean 'Blocks'?",
    )
    said = mapping(tmp_path, "effort: Custom field (Story Points)\n")
    empty = import_files("jira", [SAMPLES / "jira-cloud.csv"], tmp_path / "e", said)
    assert empty.lines(SECTION) == ("mapping.yml, effort: the column 'Custom field (Story Points)' is empty.",)


def test_what_fits_no_deal_is_told(tmp_path):
    """The same for columns and stages of a sales tool; what belongs to trackers is passed over."""
    said = mapping(tmp_path, "arr: Amont\npromises: Roadmap item\nstages: {Closd Won: signed}\nlinks: {x: needs}\n")
    report = import_files("salesforce", [SAMPLES / "salesforce-report.csv"], tmp_path / "r", said)
    assert report.lines(SECTION) == (
        "mapping.yml, arr: 'Amont' is no column of these files. Did you mean 'Amount'?",
        "mapping.yml, promises: 'Roadmap item' is no column of these files. Did you mean 'Roadmap items'?",
        "mapping.yml, stages: 'Closd Won' is no stage of these deals. Did you mean 'Closed Won'?",
    )


@pytest.mark.parametrize("kind", ["linear", "github"])
def test_links_of_other_trackers_can_be_turned(tmp_path, kind):
    """`links` in a mapping holds for Linear and GitHub too."""
    name = {"linear": "linear.csv", "github": "github-issues.json"}[kind]
    said = mapping(tmp_path, "links: {Blocked by: none}\n")
    _, _, roadmap = bring(tmp_path, kind, (SAMPLES / name).read_bytes(), name, mapping=said)
    assert roadmap.dependencies == ()


def test_loose_bugs_and_tasks_are_pointed_out(tmp_path):
    """Where most features belong to no epic, the report shows the line that leaves them out."""
    header = ["Issue key", "Summary", "Issue Type", "Status"]
    rows = [header, ["E-1", "x", "Epic", "To Do"], *([f"B-{n}", "x", "Bug", "To Do"] for n in range(3))]
    report, *_ = bring(tmp_path, "jira", rows)
    said = "Most features are issues that belong to none: Bug (3)."
    assert any(line.startswith(said) and "`alone: leave out`" in line for line in report.lines("Assumed"))
    assert any("none of them has stories" in line for line in report.lines("Plan"))
    assert load_choices(mapping(tmp_path, "alone: leave out")).alone == "leave out"
