"""Links held against what happened: which way they point, which pairs wait for each other, and what remains of it."""

import pytest

from tests.importers.bringing import bring, jira, mapping, table
from tests.importers.test_jira import BLOCKS, needs

INWARD = "Inward issue link (Blocks)"
COLUMNS = ["Resolution", "Resolved", BLOCKS, INWARD]


def chain(outward=True, inward=False, n=6):
    """Issues of which the odd ones were done first and block the next; and two open ones."""
    rows = [
        (f"A-{k}", f"Thing {k}", "Done", f"{k}/Mar/26 1:00 PM", f"A-{k + 1}" if outward and k % 2 else "",
         f"A-{k - 1}" if inward and k % 2 == 0 else "")
        for k in range(1, n + 1)
    ]  # fmt: skip
    open_ = [("A-98", "Open one", "", "", "A-99" if outward else "", ""),
             ("A-99", "Open two", "", "", "", "A-98" if inward else "")]  # fmt: skip
    return [*rows, *open_]


def export(rows, extra=COLUMNS):
    """Rows as an export in which what is resolved is closed."""
    header, *body = jira(*rows, extra=extra)
    return [header, *([*row[:4], "Closed" if row[7] else "To Do", *row[5:]] for row in body)]


def swapped(rows, outward=INWARD, inward=BLOCKS):
    """The same export with other headings."""
    return export(rows, ["Resolution", "Resolved", outward, inward])


def test_a_pair_counts_once(tmp_path):
    """A link that is told at both of its ends is one link, and its pair is counted once."""
    report, *_ = bring(tmp_path, "jira", export(chain(inward=True)))
    assert "4 needs between features, from 4 links." in report.lines("Needs")
    said = "Of 3 linked pairs with both ends done, what is needed was done first in 3."
    assert said in report.lines("Needs")


def test_the_remedy_is_exact_and_reaches_check(tmp_path):
    """The report ends with the line for the mapping; until it is written the roadmap itself says what is doubtful."""
    report, out, roadmap = bring(tmp_path, "jira", swapped(chain()))
    shout = next(line for line in report.lines("Needs") if "MOST POINT THE OTHER WAY" in line)
    assert "done first in none." in shout
    assert "write `links: {Blocks: needs}` into the mapping file (--suggest writes one)" in shout
    doubt = "the way Blocks links point contradicts when they were done"
    assert {row["assumed"] for row in table(out, "dependencies")} == {doubt}
    assert any(line.startswith(f"dependencies.csv: {doubt} (") for line in roadmap.assumptions)
    said = mapping(tmp_path, "links: {Blocks: needs}\n")
    report, out, roadmap = bring(tmp_path, "jira", swapped(chain()), mapping=said, replace=True)
    assert ("A-2", "A-1") in needs(roadmap)
    assert not [line for line in roadmap.assumptions if "dependencies" in line]
    assert "MOST POINT" not in str(report)


def test_what_a_person_said_is_not_called_assumed(tmp_path):
    """Who chose the direction is told of the contradiction once, in the import report."""
    said = mapping(tmp_path, "links: {Blocks: blocks}\n")
    report, out, _ = bring(tmp_path, "jira", swapped(chain()), mapping=said)
    assert "MOST POINT THE OTHER WAY" in str(report)
    assert {row["assumed"] for row in table(out, "dependencies")} == {""}


def test_two_pairs_prove_nothing(tmp_path):
    """Of fewer than three pairs the count is told, and nothing is shouted."""
    report, out, _ = bring(tmp_path, "jira", swapped(chain(n=4)))
    assert "Of 2 linked pairs with both ends done, what is needed was done first in none." in report.lines("Needs")
    assert {row["assumed"] for row in table(out, "dependencies")} == {""}


def test_types_of_links_are_judged_one_by_one(tmp_path):
    """A type that points the wrong way is not excused by another that points the right way."""
    rows = [
        *((f"A-{k}", "x", "Done", f"{k}/Mar/26 1:00 PM", f"A-{k + 1}" if k % 2 else "", "") for k in range(1, 9)),
        *((f"B-{k}", "x", "Done", f"{k}/Mar/26 1:00 PM", "", f"B-{k + 1}" if k % 2 else "") for k in range(1, 7)),
    ]
    extra = ["Resolution", "Resolved", BLOCKS, "Outward issue link (Depends)"]
    report, out, _ = bring(tmp_path, "jira", export(rows, extra))
    shouts = [line for line in report.lines("Needs") if "MOST POINT" in line]
    assert len(shouts) == 1
    assert shouts[0].startswith("Depends: of 3 linked pairs")
    assert "`links: {Depends: blocks}`" in shouts[0]
    assert {row["assumed"] != "" for row in table(out, "dependencies") if row["feature"][0] == "A"} == {False}


def test_the_contradiction_is_seen_outside_the_plan_too(tmp_path):
    """With `alone: leave out` no such issue is a feature, but what happened is evidence all the same."""
    said = mapping(tmp_path, "alone: leave out\n")
    header, *body = swapped(chain())
    epic = ["Big", "E-1", "1", "Epic", *body[0][4:7], "", "", "", ""]
    report, *_ = bring(tmp_path, "jira", [header, epic, *body], mapping=said)
    assert "MOST POINT THE OTHER WAY" in str(report)


def test_pairs_that_wait_for_each_other_are_one_sentence(tmp_path):
    """One of two columns is the wrong way round: said once, and the need that what happened contradicts goes."""
    rows = swapped(chain(inward=True), outward=BLOCKS, inward=BLOCKS)
    report, _, roadmap = bring(tmp_path, "jira", rows)
    assert needs(roadmap) >= {("A-2", "A-1"), ("A-4", "A-3"), ("A-6", "A-5")}
    first, second = report.lines("Circles")
    assert first.startswith("4 pairs wait for each other (A-2 and A-1, A-4 and A-3, A-6 and A-5, A-9")
    assert first.endswith("a column is probably the wrong way round.")
    assert "All is said by columns named 'Outward issue link (Blocks)'" in second
    assert "MOST POINT" not in str(report)


def test_the_wrong_column_is_named(tmp_path):
    """Where two columns say the opposite, the one that what happened contradicts loses, for open issues too."""
    rows = chain()
    rows = [(*row[:4], row[4], row[4]) for row in rows]
    report, _, roadmap = bring(tmp_path, "jira", export(rows))
    assert needs(roadmap) == {("A-2", "A-1"), ("A-4", "A-3"), ("A-6", "A-5"), ("A-99", "A-98")}
    assert "4 of those left out are from 'Inward issue link (Blocks)'" in report.lines("Circles")[1]


def test_of_one_circle_the_need_goes_that_what_happened_contradicts(tmp_path):
    """Even if it was said first and by more links."""
    one, other = ("A-1", "x", "Done", "1/Mar/26 1:00 PM"), ("A-2", "y", "Done", "2/Mar/26 1:00 PM")
    rows = export([(*one, "", "A-2"), (*other, "", "A-1")])
    report, _, roadmap = bring(tmp_path, "jira", rows)
    assert needs(roadmap) == {("A-2", "A-1")}
    said = "Circle A-1 -> A-2 -> A-1: left out that A-1 needs A-2, though A-2 was done later."
    assert report.lines("Circles") in ((said,), (said.replace("A-1 -> A-2 -> A-1", "A-2 -> A-1 -> A-2"),))


@pytest.mark.parametrize("promised", [False, True])
def test_examples_are_those_that_matter(tmp_path, promised):
    """Needs of open issues are shown before those of done ones, and promised ones first of all."""
    rows = export([*chain(n=12), ("A-96", "x", "", "", "A-97", ""), ("A-97", "y", "", "", "", "")])
    report, *_ = bring(tmp_path, "jira", rows)
    if promised:
        deals = [["Name", "Stage", "Close Date", "Issue keys"], ["d", "Open", "2027-01-31", "A-97"]]
        bring(tmp_path, "salesforce", deals, "deals.csv")
        report, *_ = bring(tmp_path, "jira", rows, replace=True)
    examples = [line for line in report.lines("Needs") if "ships first" in line]
    assert len(examples) == 3
    assert ("A-97" if promised else "A-98") in examples[0]
    assert ("A-98" if promised else "A-96") in examples[1]
