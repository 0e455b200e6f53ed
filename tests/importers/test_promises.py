"""Promises: from which column they come, what names a feature, and what is said of the rest."""

import shlex

import pytest

from ripple.importers.folder import import_files
from ripple.importers.templates import new_roadmap
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import SAMPLES, bring, csv_bytes, jira, mapping, table

HEADER = ["Opportunity Name", "Stage", "Close Date", "Amount", "Promises to keep", "Notes"]
FEATURES = (("NW-1", "Keys"), ("NW-2", "Search, new look"), ("NW-3", "Doors and windows"), ("NW-4", "Doors"))


def deals(tmp_path, *rows, header=HEADER, features=FEATURES, **options):
    """Import a tracker with some features, then deals; the report of the deals, and the promises."""
    if features:
        bring(tmp_path, "jira", jira(*features), "tracker.csv")
    body = [header, *([f"d{n}", "Open", "2027-01-31", "5", *cells] for n, cells in enumerate(rows))]
    report, out, _ = bring(tmp_path, "salesforce", body, "deals.csv", **options)
    return report, [(row["deal"], row["feature"]) for row in table(out, "promises")]


def test_the_column_and_the_keys_are_counted(tmp_path):
    """The report says where promises came from and how many; a key of the tracker's that is nowhere is named."""
    report, promises = deals(tmp_path, ("nw-1; NW-999", "UTF-8"), ("see browse/NW-2.", "call NW-998"))
    assert promises == [("d0", "NW-1"), ("d1", "NW-2")]
    assert "Promises from 'Promises to keep': 2 of 3 keys." in report.lines("Plan")
    said = "2 keys that no feature has, so no promise (NW-999 for d0, NW-998 for d1)."
    assert report.lines("Not in the plan") == (f"{said} Correct the key, or export the issue too.",)


def test_whole_titles_are_promises(tmp_path):
    """In a column of promises a whole title is one, in any letters, also with a comma or an `and` in it."""
    cells = ("NW-1 and search, NEW look; - Doors and Windows\nDoors", "Keys")
    report, promises = deals(tmp_path, cells)
    assert promises == [("d0", "NW-1"), ("d0", "NW-2"), ("d0", "NW-3"), ("d0", "NW-4")]
    assert "Promises from 'Promises to keep': 1 of 1 key, 3 of 3 titles." in report.lines("Plan")


def test_a_part_of_a_title_is_none(tmp_path):
    """`New doors and more` names neither of the features that have such a word."""
    assert deals(tmp_path, ("NW-1; New doors and more", ""))[1] == [("d0", "NW-1")]


def test_a_mapping_names_the_column(tmp_path):
    """Only that column counts then, and each of its texts that fits nothing is named."""
    said = mapping(tmp_path, "promises: notes\n")
    report, promises = deals(tmp_path, ("NW-2", "Keys; a pony"), mapping=said)
    assert promises == [("d0", "NW-1")]
    assert "Promises from 'Notes': 1 of 1 title, 1 text not read." in report.lines("Plan")
    assert report.lines("Not in the plan") == (
        "1 text that is no key and no title of a feature, so no promise (a pony for d0). Write the feature's key.",
    )


def test_two_features_of_one_title_are_not_guessed(tmp_path):
    """A title that several features have is named, with the remedy."""
    features = (("NW-1", "Keys"), ("NW-2", "Keys"), ("NW-3", "Locks"))
    report, promises = deals(tmp_path, ("NW-3, keys", ""), features=features)
    assert promises == [("d0", "NW-3")]
    assert "1 title that several features have, so no promise (keys for d0)" in report.lines("Not in the plan")[0]


def test_a_story_and_a_lost_deal_are_named(tmp_path):
    """The key of a story says whose part it is; what a lost deal names is no promise."""
    import_files("jira", [SAMPLES / "jira-cloud.csv"], tmp_path / "out")
    rows = [HEADER, ["x", "Open", "2027-01-31", "", "APP-2, APP-20", ""], ["y", "Lost", "2027-01-31", "", "APP-3", ""]]
    report, out, _ = bring(tmp_path, "salesforce", rows)
    assert [row["feature"] for row in table(out, "promises")] == ["APP-2"]
    assert report.lines("Not in the plan") == (
        "1 key of a part of a feature, so no promise (APP-20, part of APP-2 for x). Name the feature itself.",
        "1 feature named by a deal that is lost, so no promise (APP-3 for y).",
    )


def test_a_column_of_titles_alone_is_pointed_out(tmp_path):
    """Without a key nothing is guessed, but the report shows the line to write."""
    report, promises = deals(tmp_path, ("keys", ""))
    assert promises == []
    assert any(
        "'Promises to keep' names features by their titles, such as 'keys', but no promise was read. "
        "If these are promises, write `promises: Promises to keep` into the mapping." in line
        for line in report.lines("Plan")
    )
    assert "No column names features by their keys" in str(deals(tmp_path, ("x", ""), features=(), replace=True)[0])


def test_a_heading_may_say_it_by_itself(tmp_path):
    """In `Roadmap items` titles are promises without a key beside them."""
    header = [*HEADER[:4], "Roadmap items", "Notes"]
    assert deals(tmp_path, ("keys", ""), header=header)[1] == [("d0", "NW-1")]


def test_names_of_a_roadmap_by_hand(tmp_path):
    """Features without a tracker are promised by their names, in the column that the mapping gives."""
    new_roadmap(tmp_path / "out")
    for name in ("deals", "promises", "gaps"):
        (tmp_path / "out" / f"{name}.csv").unlink()
    said = mapping(tmp_path, "promises: Promises to keep")
    _, promises = deals(tmp_path, ("SSO; directory sync", ""), features=(), mapping=said)
    assert promises == [("d0", "sso"), ("d0", "sync")]


def test_deals_before_the_tracker_are_told_what_is_missing(tmp_path):
    """Either import says that promises wait for features, and importing the deals once more brings them."""
    rows = csv_bytes([HEADER, ["x", "Open", "2027-01-31", "5", "NW-1", ""]])
    report, *_ = bring(tmp_path, "salesforce", rows, "deals.csv")
    said = (
        "No features are in out yet, so no promise was read: import the tracker first, then this again with --replace."
    )
    assert said in report.lines("Plan")
    report, *_ = bring(tmp_path, "jira", jira(*FEATURES), "tracker.csv")
    assert "--replace    (deals.csv has 1 deal but no promise: the features were missing)" in report.lines("Next")[0]
    _, _, roadmap = bring(tmp_path, "salesforce", rows, "deals.csv", replace=True)
    assert [(promise.deal, promise.feature) for promise in roadmap.promises] == [("x", "NW-1")]
    report, *_ = bring(tmp_path, "jira", jira(*FEATURES), "tracker.csv", replace=True)
    assert "salesforce" not in str(report.lines("Next"))


def test_what_is_assumed_of_amounts_is_in_the_table(tmp_path):
    """`Amount` read as yearly and a currency that nobody wrote are in deals.csv, and so in `check` and reports."""
    rows = [HEADER[:4], ["x", "Open", "2027-01-31", "5"], ["y", "Open", "2027-01-31", ""],
            ["z", "Lost", "2027-01-31", "7"]]  # fmt: skip
    report, out, roadmap = bring(tmp_path, "salesforce", rows)
    what = "Amount is read as what it pays a year; no currency is written, so USD is assumed"
    assert [row["assumed"] for row in table(out, "deals")] == [what, "", ""]
    assert roadmap.assumptions == (f"deals.csv: {what} (x).",)
    assert any("Amounts without a currency are taken as USD" in line for line in report.lines("Assumed"))


def test_what_a_person_said_of_amounts_is_not_assumed(tmp_path):
    """With `arr` and `currency` in the mapping the cells are blank."""
    said = mapping(tmp_path, "arr: Amount\ncurrency: EUR\n")
    _, out, roadmap = bring(tmp_path, "salesforce", [HEADER[:4], ["x", "Open", "2027-01-31", "5"]], mapping=said)
    assert (table(out, "deals")[0]["assumed"], roadmap.assumptions, roadmap.currency) == ("", (), "EUR")


def test_an_amount_without_a_currency_among_others(tmp_path):
    """It is taken to be in the currency of the others, and named."""
    rows = [HEADER[:4], ["x", "Open", "2027-01-31", "EUR 5"], ["y", "Open", "2027-01-31", "6"]]
    report, out, _ = bring(tmp_path, "salesforce", rows)
    assert "no currency is written, so EUR is assumed" in table(out, "deals")[1]["assumed"]
    assert "no currency" not in table(out, "deals")[0]["assumed"]
    assert any("taken as EUR (y)" in line for line in report.lines("Assumed"))


def test_a_blank_assumed_cell_is_a_persons_own(tmp_path):
    """Who blanks the cell of a corrected row is no longer told that it is assumed, as the report says."""
    report, out, roadmap = bring(tmp_path, "salesforce", [HEADER[:4], ["x", "Open", "2027-01-31", "5"]])
    bring(tmp_path, "jira", jira(*FEATURES), "tracker.csv")
    report, *_ = bring(tmp_path, "salesforce", [HEADER[:4], ["x", "Open", "2027-01-31", "5"]], replace=True)
    assert "Blank `assumed` in a row that you have corrected" in report.lines("Next")[-1]
    text = (out / "deals.csv").read_text(encoding="utf-8")
    what = table(out, "deals")[0]["assumed"]
    (out / "deals.csv").write_text(text.replace(f'"{what}"', "").replace(what, ""), encoding="utf-8")
    assert not [line for line in load_roadmap(out).assumptions if "deals.csv" in line]
    assert roadmap.assumptions


@pytest.mark.parametrize("deal", ["it's", "$(touch x)", 'a "b"', "x" * 150])
def test_a_deals_name_in_a_command_runs_nothing(tmp_path, deal):
    """The command that the report prints names the deal whole, as one word of a shell."""
    bring(tmp_path, "jira", jira(*FEATURES), "tracker.csv")
    report, *_ = bring(tmp_path, "salesforce", [HEADER[:4], [deal, "Open", "2027-01-31", "5"]])
    line = next(line for line in report.lines("Next") if "02_deal_impact" in line)
    assert shlex.split(line)[-1] == deal
    assert '"$' not in line
