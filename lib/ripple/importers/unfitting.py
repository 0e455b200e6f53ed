"""What a mapping names that is not in the files: one sentence each, with the nearest name that is."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue
from ripple.importers.salesforce import Sales
from ripple.roadmap.spelling import did_you_mean, listed, printable, shown

SECTION = "In the mapping, but not in the files"


def unfitting_tracker(
    issues: Sequence[Issue], teams: Iterable[str], choices: Choices, findings: Findings
) -> Iterator[str]:
    """What a mapping says of a tracker's files that fits nothing in them.

    Args:
        issues: All that was read.
        teams: The teams of the plan.
        choices: What a person decided.
        findings: Which columns there are.
    """
    types, statuses, labels = ({t for i in issues for t in of(i)} for of in (_types, _statuses, _labels))
    links = {link.kind for issue in issues for link in issue.links}
    own = {name for issue in issues for name in issue.teams.values()}
    for role, column in (("team", choices.team), ("effort", choices.effort)):
        filled = {name for issue in issues for name in (issue.teams if role == "team" else issue.estimates)}
        if column and column not in map(normal, filled):
            empty = [heading for heading in findings.headings if normal(heading) == column]
            if empty:
                yield f"{role}: the column {shown(empty[0])} is empty."
            else:
                yield from _unknown(role, [column], [*findings.headings, *filled], "no column of these files", choices)
    yield from _unknown("features", choices.features, types, "no type of these issues", choices)
    yield from _unknown("teams", choices.teams, own, "no team that these issues name", choices)
    yield from _unknown("engineers", choices.engineers, teams, "no team of this plan", choices)
    yield from _unknown("kinds", choices.kinds, types | labels, "no type and no label of these issues", choices)
    yield from _unknown("statuses", choices.statuses, statuses, "no status of these issues", choices)
    yield from _unknown("links", choices.links, links, "no type of link in these files", choices)


def _types(issue: Issue) -> Collection[str]:
    return (issue.type,)


def _statuses(issue: Issue) -> Collection[str]:
    return (issue.status, issue.resolution)


def _labels(issue: Issue) -> Collection[str]:
    return issue.labels


def unfitting_sales(sales: Sales, choices: Choices, findings: Findings) -> Iterator[str]:
    """What a mapping says of a sales tool's files that fits nothing in them."""
    rows = [*sales.opportunities.values(), *(row for stages in sales.history.values() for row in stages)]
    columns = (("arr", choices.arr), ("promises", choices.promises), ("promise_due", choices.promise_due))
    for key, column in columns:
        yield from _unknown(key, [column], findings.headings, "no column of these files", choices)
    stages = {row.cells.get("stage", "") for row in rows}
    yield from _unknown("stages", choices.stages, stages, "no stage of these deals", choices)


def _unknown(
    key: str, names: Collection[str] | Mapping[str, object], known: Iterable[str], what: str, choices: Choices
) -> Iterator[str]:
    """A sentence for each name of a key that fits nothing.

    Args:
        key: The key of the mapping.
        names: What it names, in `normal` form; blank ones are left out.
        known: What there is, as written.
        what: What such a name is not.
        choices: How the names were written.
    """
    there = sorted(filter(None, set(known)))
    fitting = set(map(normal, there))
    for name in names:
        if name and name not in fitting:
            written = choices.written.get(name, name)
            yield f"{key}: {shown(written)} is {what}. {_remedy(written, there)}".rstrip()


def _remedy(written: str, there: Sequence[str]) -> str:
    """The nearest name, one that has all its words, or what there is.

    >>> _remedy("story points", ["Sprint", "Custom field (Story Points)"]), _remedy("x", ["Bug", "Task"])
    ("Did you mean 'Custom field (Story Points)'?", 'Known are Bug, Task.')
    """
    words = set(normal(written).split())
    longer = next((name for name in there if words and words <= set(normal(name).split())), "")
    if near := did_you_mean(written, there) or (f"Did you mean {shown(longer)}?" if longer else ""):
        return near
    return f"Known are {listed(map(printable, there))}." if there else ""
