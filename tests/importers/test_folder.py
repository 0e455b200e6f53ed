"""`ripple import` as a whole: two tools into one folder, nothing overwritten unasked, whole or not at all."""

import pytest

from ripple.errors import InputError
from ripple.importers.folder import import_files
from ripple.importers.templates import new_roadmap
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import SAMPLES, SHARED, bring, jira, mapping, table

CLOUD, REPORT = SAMPLES / "jira-cloud.csv", SAMPLES / "salesforce-report.csv"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("kinds", [("jira", "salesforce"), ("salesforce", "jira")])
def test_a_tracker_and_a_crm_make_one_roadmap(tmp_path, kinds):
    """In either order: features and teams from the one, deals from the other."""
    for kind in kinds:
        import_files(kind, [CLOUD if kind == "jira" else REPORT], tmp_path / "r")
    roadmap = load_roadmap(tmp_path / "r")
    assert (len(roadmap.features), len(roadmap.deals), len(roadmap.dependencies)) == (8, 6, 3)
    assert {team.focus for team in roadmap.teams} == {0.65}
    assert {work.crew for feature in roadmap.features for work in feature.works} == {3}


def test_what_is_there_is_not_overwritten(tmp_path):
    """A second import of a kind is refused with a sentence and changes nothing; --replace does it."""
    import_files("jira", [CLOUD], tmp_path / "r")
    before = contents(tmp_path / "r")
    with pytest.raises(InputError, match=r"r: teams.csv, features.csv, work.csv, .* there already. Import into a new"):
        import_files("jira", [SAMPLES / "jira-server.csv"], tmp_path / "r")
    assert contents(tmp_path / "r") == before
    import_files("jira", [SAMPLES / "jira-server.csv"], tmp_path / "r", replace=True)
    assert load_roadmap(tmp_path / "r").features[0].name == "CORE-1"
    assert not (tmp_path / "r" / "work.csv").exists()


def test_a_failed_import_leaves_nothing(tmp_path):
    """A wrong file leaves neither a folder nor a draft."""
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError):
        import_files("jira", [CLOUD, tmp_path / "x.csv"], tmp_path / "r")
    assert [path.name for path in tmp_path.iterdir()] == ["x.csv"]


def test_the_same_export_gives_the_same_bytes(tmp_path):
    """No clock, no order of sets: two imports of one file are equal."""
    for name in ("a", "b"):
        import_files("jira", [CLOUD], tmp_path / name / "r")
        import_files("salesforce", [REPORT], tmp_path / name / "r")
    first, second = contents(tmp_path / "a" / "r"), contents(tmp_path / "b" / "r")
    assert {n: b for n, b in first.items() if n[-4:] != ".txt"} == {n: b for n, b in second.items() if n[-4:] != ".txt"}


def test_a_mapping_is_checked(tmp_path):
    """Every mistake in a mapping is a sentence with its key."""
    said = mapping(
        tmp_path, "featurs: [Epic]\nunit: parsecs\nengineers: {core: many}\nstart: 2027-01-05\nsizes: {S: [3, 2, 1]}\n"
    )
    with pytest.raises(InputError) as caught:
        import_files("jira", [CLOUD], tmp_path / "r", said)
    assert len(caught.value.problems) == 5
    assert "Did you mean 'features'?" in caught.value.problems[0]


@pytest.mark.parametrize("kind", ["jra", "", "SALESFORCE"])
def test_an_unknown_kind_is_a_sentence(tmp_path, kind):
    """The kinds are named."""
    with pytest.raises(InputError, match="is not a kind of export"):
        import_files(kind, [CLOUD], tmp_path / "r")


def test_pages_of_one_tool_are_one_roadmap(tmp_path):
    """Several files are read together; an issue that is in two of them is read once and named."""
    report = import_files("jira", [CLOUD, SAMPLES / "jira-server.csv", CLOUD], tmp_path / "r")
    assert len(load_roadmap(tmp_path / "r").features) == 25
    assert any("an issue that was read before" in line for line in report.lines("Not in the plan"))


def test_the_report_is_one_screen(tmp_path):
    """However much there is to say, a section has at most 15 lines."""
    rows = jira(
        *((f"A-{n}", "x", f"B-{n}") for n in range(300)), extra=[f"Outward issue link (Blocks {n})" for n in range(1)]
    )
    report, _, _ = bring(tmp_path, "jira", rows)
    assert len(str(report).splitlines()) < 70


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with real exports is not here")
@pytest.mark.parametrize(
    ("kind", "names", "features", "deals"),
    [
        ("jira", ("jira_cloud_nautilus_wallet.csv",), 168, 0),
        ("jira", ("jira_server_apache_hive.csv",), 24, 0),
        ("github", ("github_issues_pages_octokit.json",), 13, 0),
        ("salesforce", ("salesforce_opportunity_36.csv",), 0, 36),
        ("salesforce", ("salesforce_opportunity_58.csv",), 0, 58),
        ("salesforce", ("salesforce_account.csv",), 0, 0),
        ("salesforce", ("salesforce_opportunity_history.csv",), 0, 36),
        (
            "salesforce",
            ("salesforce_opportunity_36.csv", "salesforce_account.csv", "salesforce_opportunity_history.csv"),
            0,
            36,
        ),
    ],
)
def test_real_exports_can_be_read(tmp_path, kind, names, features, deals):
    """Every export of the shared data makes a roadmap without an error."""
    import_files(kind, [SHARED / name for name in names], tmp_path / "r")
    roadmap = load_roadmap(tmp_path / "r")
    assert (len(roadmap.features), len(roadmap.deals)) == (features, deals)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with real exports is not here")
@pytest.mark.parametrize("name", ["jira_cloud_nautilus_wallet.csv", "jira_server_apache_hive.csv"])
def test_no_link_sprint_or_version_of_a_real_export_is_lost(tmp_path, name):
    """Every key, title, link, sprint and fix version of every row is in the tables."""
    import csv
    import re

    import_files("jira", [SHARED / name], tmp_path / "r")
    issues = {row["issue"]: row for row in table(tmp_path / "r", "imported-all-issues")}
    links = {(row["issue"], row["link"], row["other"]) for row in table(tmp_path / "r", "imported-links")}
    with (SHARED / name).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows:
        cells = list(zip(header, row, strict=True))
        issue = issues[dict(cells)["Issue key"]]
        assert issue["title"].removeprefix("'") == dict(cells)["Summary"].strip()
        for heading, cell in cells:
            if cell and re.match(r"(In|Out)ward issue link", heading):
                assert (issue["issue"], heading, cell) in links
            if cell and heading == "Sprint":
                assert cell in issue["sprints"].split("; ")
            if cell and re.fullmatch(r"Fix [Vv]ersions?(/s)?", heading):
                assert cell.strip() in issue["fix_versions"].split("; ")


def test_a_folder_with_a_workbook_is_refused(tmp_path):
    """Tables beside a workbook would hide it, so the import says what to do instead."""
    new_roadmap(tmp_path / "r", workbook=True)
    with pytest.raises(InputError, match=r"r: roadmap.xlsx is a roadmap of its own. Export it to a folder first"):
        import_files("jira", [CLOUD], tmp_path / "r")
