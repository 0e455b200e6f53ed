"""Linear and GitHub: both shapes, short rows, pages, sub-issues, blocked-by, sizes on labels."""

import json

import pytest

from ripple.errors import InputError
from tests.importers.bringing import SAMPLES, bring, table


def sample(tmp_path, kind, name, **options):
    return bring(tmp_path, kind, (SAMPLES / name).read_bytes(), name, **options)


def test_linear_with_links(tmp_path):
    """`Blocked by` makes the row wait; parents, cycles, milestones and cancellations are read."""
    report, out, roadmap = sample(tmp_path, "linear", "linear.csv")
    assert {(e.feature, e.needs) for e in roadmap.dependencies} == {("ENG-1", "ENG-10"), ("ENG-20", "ENG-10")}
    assert [feature.name for feature in roadmap.features] == ["ENG-1", "ENG-10", "ENG-20"]
    assert table(out, "features")[0]["sprints"] == "Cycle 4; Cycle 5"
    assert "ENG-20 waits for ENG-404" in report.lines("Links that point outside")[0]
    assert {row["issue"] for row in table(out, "imported-all-issues")} >= {"ENG-21", "ENG-22"}


def test_linear_rows_may_end_early(tmp_path):
    """The other shape has no links, and its rows miss their last cells: they are blank."""
    _, _, roadmap = sample(tmp_path, "linear", "linear-short-rows.csv")
    assert [feature.name for feature in roadmap.features] == ["ENG-31", "ENG-32", "ENG-34"]
    assert roadmap.feature_named["ENG-31"].status == "done"


def test_github_pages(tmp_path):
    """Recorded answers: sub-issues and blocked-by by their address, task lists, size labels, milestones."""
    report, out, roadmap = sample(tmp_path, "github", "github-issues.json")
    assert [feature.name for feature in roadmap.features] == ["app-10", "app-5", "app-4", "app-1"]
    assert {(e.feature, e.needs) for e in roadmap.dependencies} == {("app-4", "app-5")}
    assert {work.team: work.effort for work in roadmap.feature_named["app-1"].works} == {"mobile": 21.0}
    assert roadmap.feature_named["app-4"].effort == 30.0
    rows = {row["feature"]: row for row in table(out, "features")}
    assert rows["app-1"]["target"] == "2027-06-30"
    assert rows["app-1"]["fix_versions"] == "v2"
    said = str(report)
    assert "a pull request, not an issue (app-9)" in said
    assert "not planned (app-8)" in said
    assert "app-4 waits for harbor/infra#88" in said


def test_github_lists_and_graphql(tmp_path):
    """A plain list as `gh issue list --json` prints it, and nodes of a GraphQL answer."""
    issue = {"number": 3, "title": "x", "state": "OPEN", "labels": [{"name": "size/S"}],
             "createdAt": "2027-01-04T00:00:00Z",
             "blockedBy": {"nodes": [{"number": 4}]}}  # fmt: skip
    other = {
        "number": 4,
        "title": "y",
        "state": "CLOSED",
        "stateReason": "COMPLETED",
        "closedAt": "2027-01-05T00:00:00Z",
    }
    plain = bring(tmp_path, "github", json.dumps([issue, other]).encode(), "a.json")[2]
    nested = {"data": {"repository": {"issues": {"nodes": [issue, other]}}}}
    graph = bring(
        tmp_path / "b" if (tmp_path / "b").mkdir() is None else tmp_path, "github", json.dumps(nested).encode()
    )[2]
    for roadmap in (plain, graph):
        assert [(f.name, f.status) for f in roadmap.features] == [("issue-3", "planned"), ("issue-4", "done")]
        assert [(e.feature, e.needs) for e in roadmap.dependencies] == [("issue-3", "issue-4")]


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', '[{"title": "x"}]', "{", "[NaN]", '"x"', "[" * 5000 + "]" * 5000])
def test_what_is_no_issue_is_a_sentence(tmp_path, text):
    """Other JSON is refused with the place."""
    with pytest.raises(InputError, match=r"x.json"):
        bring(tmp_path, "github", text.encode(), "x.json")


def test_a_recorded_failure_is_a_sentence(tmp_path):
    """An answer that is an error is no page of issues."""
    answer = [{"path": "/repos/a/b/issues", "status": 403, "response": {"message": "rate limit"}}]
    with pytest.raises(InputError, match="the answer has the status 403"):
        bring(tmp_path, "github", json.dumps(answer).encode(), "x.json")
