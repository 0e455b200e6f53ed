"""Jira's exports: links the right way round, nothing lost, units and dates with their evidence."""

import json

import pytest

from ripple.errors import InputError
from tests.importers.bringing import SAMPLES, bring, csv_bytes, everything_in, jira, mapping, table

BLOCKS = "Outward issue link (Blocks)"


def needs(roadmap):
    return {(edge.feature, edge.needs) for edge in roadmap.dependencies}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Outward issue link (Blocks)", ("B-2", "A-1")),
        ("Inward issue link (Blocks)", ("A-1", "B-2")),
        ("outward  Issue Link (blocks)", ("B-2", "A-1")),
        ("Outward issue link (Blocker)", ("B-2", "A-1")),
        ("INWARD ISSUE LINK (6 - Blocks)", ("A-1", "B-2")),
        ("Outward issue link (dependent)", ("A-1", "B-2")),
        ("Inward issue link (Depends)", ("B-2", "A-1")),
        ("Outward issue link (Required)", ("A-1", "B-2")),
        ("Outward issue link (Gantt End to Start)", ("B-2", "A-1")),
    ],
)
def test_a_link_points_the_right_way(tmp_path, heading, expected):
    """`Outward issue link (Blocks)` = B in row A means that A blocks B, so B needs A; and so on for each spelling."""
    report, _, roadmap = bring(tmp_path, "jira", jira(("A-1", "Keys", "B-2"), ("B-2", "Doors", ""), extra=[heading]))
    assert needs(roadmap) == {expected}
    waits, first = expected
    titles = {"A-1": "Keys", "B-2": "Doors"}
    words = f"{first} ({titles[first]}) ships first, then {waits} ({titles[waits]}) can start"
    assert any(words in line and "row 2" in line for line in report.lines("Needs"))


def test_a_mapping_turns_a_link_round(tmp_path):
    """What a person says of a type of link comes before what its name suggests."""
    said = mapping(tmp_path, "links: {dependent: blocks}")
    rows = jira(("A-1", "Keys", "B-2"), ("B-2", "Doors", ""), extra=["Outward issue link (dependent)"])
    _, _, roadmap = bring(tmp_path, "jira", rows, mapping=said)
    assert needs(roadmap) == {("B-2", "A-1")}


def test_links_that_what_happened_contradicts_are_shouted(tmp_path):
    """If what is needed was mostly done later, the report says that the links point the other way."""
    rows = jira(
        *((f"A-{n}", "x", "Done", f"{n}/Mar/26 1:00 PM", f"A-{n + 1}" if n % 2 else "") for n in range(1, 9)),
        extra=["Resolution", "Resolved", "Inward issue link (Blocks)"],
    )
    report, _, _ = bring(tmp_path, "jira", rows)
    assert any("MOST POINT THE OTHER WAY" in line for line in report.lines("Needs"))


def test_repeated_columns_are_all_read(tmp_path):
    """Columns of one name are one list: links, sprints and versions."""
    extra = [BLOCKS, BLOCKS, "Sprint", "Sprint", "Sprint", "Fix versions", "Fix versions"]
    rows = jira(("A-1", "x", "A-2", "A-3", "S1", "S2", "S3", "1.0", "1.1"), ("A-2", "y", *[""] * 7),
                ("A-3", "z", *[""] * 7), extra=extra)  # fmt: skip
    _, out, roadmap = bring(tmp_path, "jira", rows)
    assert needs(roadmap) == {("A-2", "A-1"), ("A-3", "A-1")}
    first = table(out, "features")[0]
    assert (first["sprints"], first["fix_versions"]) == ("S1; S2; S3", "1.0; 1.1")


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-16", "\t"), ("utf-8", ";")])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    """A byte order mark is no part of the first heading; UTF-16, tabs and semicolons are read."""
    rows = csv_bytes(jira(("A-1", "Zürich, 東京")), delimiter, encoding)
    _, out, _ = bring(tmp_path, "jira", rows)
    assert table(out, "features")[0]["title"] == "Zürich, 東京"


def test_cp1252_is_a_sentence(tmp_path):
    """An encoding that cannot be known is asked for, with the row."""
    with pytest.raises(
        InputError, match=r"export.csv, after row \d: the byte 0xFC is not UTF-8. Save the file as UTF-8."
    ):
        bring(tmp_path, "jira", csv_bytes(jira(("A-1", "Zürich")), encoding="cp1252"))


@pytest.mark.parametrize(
    "rows",
    [
        [["Summary", "Issue key"], ["x", "A-1", "more"]],
        [["Summary", "Issue key"], ["x"]],
    ],
)
def test_a_row_of_another_length_is_an_error(tmp_path, rows):
    """No cell moves into another column."""
    with pytest.raises(InputError, match=r"row 2: .* but the header has 2"):
        bring(tmp_path, "jira", rows)


def test_no_key_column_is_a_sentence(tmp_path):
    """A file that is no export of Jira is told so, with what was found."""
    with pytest.raises(InputError, match=r"export.csv, row 1: no column 'Issue key' among 'a', 'b'"):
        bring(tmp_path, "jira", [["a", "b"], ["1", "2"]])


def test_stories_belong_to_their_epics(tmp_path):
    """Parents by number, by key and by epic link; sub-tasks belong to the epic of their story."""
    header = ["Issue key", "Issue id", "Summary", "Issue Type", "Status", "Parent", "Custom field (Epic Link)"]
    rows = [header, ["E-1", "11", "Epic", "Epic", "To Do", "", ""], ["E-2", "12", "s", "Story", "To Do", "11", ""],
            ["E-3", "13", "t", "Sub-task", "Done", "E-2", ""],
            ["E-4", "14", "u", "Story", "To Do", "", "E-1"]]  # fmt: skip
    _, out, roadmap = bring(tmp_path, "jira", rows)
    assert [feature.name for feature in roadmap.features] == ["E-1"]
    assert roadmap.features[0].works[0].stories == 3
    assert {row["feature"] for row in table(out, "imported-all-issues")} == {"E-1"}


def test_a_mapping_chooses_features_teams_and_units(tmp_path):
    """What `mapping.yml` says is done: types, team column, team names, points, statuses, kinds, engineers."""
    said = mapping(
        tmp_path,
        "features: [Story]\nteam: Squad\nteams: {Blue: core}\nengineers: {core: 7}\neffort: Weight\nunit: points\n"
        "points_per_week: 2\nstatuses: {Cooking: started}\nkinds: {Story: platform}\nstart: 2027-03-01\n",
    )
    header = ["Issue key", "Summary", "Issue Type", "Status", "Squad", "Weight"]
    rows = [header, ["A-1", "x", "Story", "Cooking", "Blue", "5"]]
    _, _, roadmap = bring(tmp_path, "jira", rows, mapping=said)
    feature = roadmap.features[0]
    assert (feature.works[0].team, feature.effort, feature.status, feature.kind) == ("core", 2.5, "started", "platform")
    assert roadmap.team_named["core"].engineers == 7
    assert str(roadmap.start) == "2027-03-01"


@pytest.mark.parametrize(
    ("heading", "cell", "weeks"),
    [
        ("Original Estimate", "288000", 2.0),
        ("Σ Original Estimate", "144000", 1.0),
        ("Original estimate", "2w 2d", 2.4),
        ("Custom field (Story Points)", "5.0", 1.0),
        ("Custom field (Story\u00a0point estimate)", "2,5", 0.5),
        ("Story_Points", "10", 2.0),
        ("Custom field (T-Shirt)", "L", 15.0),
    ],
)
def test_units_and_broken_headings(tmp_path, heading, cell, weeks):
    """Seconds, durations, points and sizes under headings as they are found; the report gives the evidence."""
    report, _, roadmap = bring(tmp_path, "jira", jira(("A-1", "x", cell), extra=[heading]))
    assert roadmap.features[0].effort == pytest.approx(weeks)
    assert any("in 1 row" in line for line in report.lines("Units"))


def test_durations_have_no_median_in_other_units(tmp_path):
    """Times with their units are shown as they are written."""
    report, *_ = bring(tmp_path, "jira", jira(("A-1", "x", "2w 2d"), extra=["Original estimate"]))
    assert "Original estimate: times, such as '2w 2d', in 1 row." in report.lines("Units")


def test_nothing_is_said_in_words_of_nothing(tmp_path):
    """An export without links, stories or rows makes whole sentences."""
    report, *_ = bring(tmp_path, "jira", jira(("A-1", "x", "A-9"), extra=["Outward issue link (Blocks)"]))
    assert not [line for line in str(report).splitlines() if line.strip().startswith("no ") or " 0 " in line]
    report, *_ = bring(tmp_path, "jira", jira()[:1], replace=True)
    assert report.lines("Read")[0] == "No rows from export.csv."
    assert report.lines("Plan") == ("No features.",)


def test_without_estimates_sizes_are_assumed_and_named(tmp_path):
    """The number of stories gives a size, nothing gives the default size, and both are counted and named."""
    header = ["Issue key", "Issue id", "Summary", "Issue Type", "Status", "Parent"]
    stories = [[f"A-{n}", str(n), "s", "Story", "To Do", "1"] for n in range(10, 16)]
    rows = [header, ["A-1", "1", "Big", "Epic", "To Do", ""], *stories, ["A-2", "2", "Lone", "Bug", "To Do", ""]]
    report, _, roadmap = bring(tmp_path, "jira", rows)
    assert [feature.effort for feature in roadmap.features] == [6.0, 0.5]
    assert roadmap.assumed == ("A-1", "A-2")
    assert roadmap.assumptions == ("teams.csv: 5 engineers, since nobody is assigned to its issues (everyone).",)
    assumed = "\n".join(report.lines("Assumed"))
    assert "1 feature (1 open): no estimate, so the size comes from the number of stories (A-1)" in assumed
    assert "default size XS is assumed (A-2)" in assumed
    assert "No feature names a team" in assumed


@pytest.mark.parametrize(
    ("created", "start"),
    [
        ("2/Jan/26 3:04 PM", "2026-01-05"), ("20/Jul/23 15:25", "2023-07-24"),
        ("2027-01-04T09:12:00.000+0100", "2027-01-04"),
        ("31.01.2027 10:00", "2027-02-01"), ("01/31/27 9:00 AM", "2027-02-01"), ("Jan 5, 2027", "2027-01-11"),
        ("2/janv./26 15:04", "2026-01-05"), ("15/Mär/27 10:00", "2027-03-15"), ("2027/01/31 10:00", "2027-02-01"),
    ],
)  # fmt: skip
def test_date_formats_settle_themselves(tmp_path, created, start):
    """The formats of sites, in several languages."""
    _, _, roadmap = bring(tmp_path, "jira", jira(("A-1", "x"), created=created))
    assert str(roadmap.start) == start


def test_dates_that_stay_ambiguous_are_asked_for(tmp_path):
    """Where every date can be read in two ways the import asks, and a mapping answers."""
    rows = jira(("A-1", "x"), created="02/03/27 10:00")
    question = "export.csv, row 2, created: the date '02/03/27 10:00' can be 2027-02-03 or 2027-03-02"
    with pytest.raises(InputError, match=question):
        bring(tmp_path, "jira", rows)
    _, _, roadmap = bring(tmp_path, "jira", rows, mapping=mapping(tmp_path, "dates: dmy"))
    assert str(roadmap.start) == "2027-03-08"


def test_dates_that_contradict_each_other_are_an_error(tmp_path):
    """Month first in one row and day first in another is no format at all."""
    rows = [*jira(("A-1", "x"), created="31/01/27"), *jira(("A-2", "y"), created="01/31/27")[1:]]
    with pytest.raises(InputError, match="'01/31/27' is not a day when read day first, but '31/01/27'"):
        bring(tmp_path, "jira", rows)


def test_what_was_not_built_is_left_out_and_named(tmp_path):
    """Duplicates and what will not be done are no features; the report says which and why."""
    rows = jira(("A-1", "x", "Won't Do"), ("A-2", "y", "Duplicate"), ("A-3", "z", "Fixed"), extra=["Resolution"])
    report, _, roadmap = bring(tmp_path, "jira", [[*r[:4], "Closed", *r[5:]] if n else r for n, r in enumerate(rows)])
    assert [(feature.name, feature.status) for feature in roadmap.features] == [("A-3", "done")]
    assert "Won't Do (A-1)" in report.lines("Not in the plan")[0]


def test_circles_are_cut_and_named(tmp_path):
    """Of a circle of needs one goes, by name, in the report and in imported-links.csv."""
    rows = jira(("A-1", "x", "A-2"), ("A-2", "y", "A-3"), ("A-3", "z", "A-1"), extra=[BLOCKS])
    report, out, roadmap = bring(tmp_path, "jira", rows)
    assert needs(roadmap) == {("A-2", "A-1"), ("A-3", "A-2")}
    assert report.lines("Circles") == (
        "Circle A-2 -> A-1 -> A-3 -> A-2: left out that A-1 needs A-3, which one link says.",
    )
    assert [row["became"] for row in table(out, "imported-links")][-1] == "left out, since it closes a circle"


def test_order_is_the_trackers_rank(tmp_path):
    """Jira's own rank comes before the order of the rows."""
    rows = jira(("A-1", "x", "0|i0002:"), ("A-2", "y", "0|i0001:"), extra=["Custom field (Rank)"])
    assert [feature.name for feature in bring(tmp_path, "jira", rows)[2].features] == ["A-2", "A-1"]


@pytest.mark.parametrize("name", ["jira-cloud.csv", "jira-server.csv"])
def test_no_cell_of_a_sample_is_lost(tmp_path, name):
    """Every cell of the export is in some table of the folder, whole or as part of a list."""
    import csv

    content = (SAMPLES / name).read_bytes()
    _, out, _ = bring(tmp_path, "jira", content, name)
    found = "\0".join(everything_in(out)).replace("'=", "=")
    for row in csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)):
        for cell in row[:0] if row[1] == "Issue key" else row:
            part = cell.partition("name=")[2].partition(",")[0] or cell.replace("\r\n", "\n").strip()
            assert part in found, cell


def test_rest_answers(tmp_path):
    """Pages of JSON: phrases settle the direction, custom fields are found, each need is in words."""
    report, _, roadmap = bring(tmp_path, "jira", (SAMPLES / "jira-rest.json").read_bytes(), "search.json")
    assert needs(roadmap) == {("WEB-2", "WEB-1"), ("WEB-7", "WEB-6")} or needs(roadmap) == {
        ("WEB-2", "WEB-1"),
        ("WEB-7", "WEB-2"),
    }
    assert roadmap.feature_named["WEB-1"].effort == pytest.approx(2.6)
    assert "inward Blocks: is blocked by" in "\n".join(report.lines("Needs"))


def test_concatenated_json_is_read(tmp_path):
    """Two answers one after the other, as command lines print them."""
    page = json.loads((SAMPLES / "jira-rest.json").read_text(encoding="utf-8"))
    text = "\n".join(json.dumps(part) for part in page)
    assert len(bring(tmp_path, "jira", text.encode(), "x.json")[2].features) == 3
