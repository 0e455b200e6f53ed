"""Estimates to engineer-weeks: points, seconds, hours or sizes, with the evidence for the unit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from ripple.importers.amounts import parse_hours, parse_plain
from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue
from ripple.roadmap.cells import MOST_EFFORT, shortest
from ripple.roadmap.spelling import listed, shown

ORIGINAL, REMAINING, SPENT = "original", "remaining", "spent"
SECONDS_IN_HOUR = 3600
MOST_HOURS_WRITTEN = 400.0
"""Where a time is above this, times are seconds: nobody estimates one issue at ten weeks in hours."""


@dataclass(frozen=True)
class Estimate:
    """What an issue was estimated at, and what it took, in engineer-weeks.

    Attributes:
        weeks: The estimate, or None.
        done: The share of it that is done already.
        spent: What was spent, or None.
        size: The size, if it is one.
    """

    weeks: float | None = None
    done: float = 0.0
    spent: float | None = None
    size: str = ""


def read_estimates(issues: Iterable[Issue], choices: Choices, findings: Findings) -> dict[str, Estimate]:
    """By issue, its estimate; how the columns were understood is said."""
    every = list(issues)
    units = units_of(every, choices)
    unread: list[str] = []
    found = {issue.key: _estimate(issue, units, choices, unread) for issue in every}
    n_estimated = sum(estimate.weeks is not None for estimate in found.values())
    findings.say("Units", *(_told(column, unit, every, choices) for column, unit in units.items()))
    if unread:
        findings.say("Units", f"{counted(len(unread), 'estimate')} not understood, taken as blank: {listed(unread)}.")
    if every and not n_estimated:
        findings.say("Units", "No issue has an estimate.")
    elif n_estimated:
        findings.say("Units", f"{n_estimated:,} of {counted(len(every), 'issue')} have an estimate.")
    return found


def units_of(issues: Sequence[Issue], choices: Choices) -> dict[str, str]:
    """The columns with estimates, the one that is filled most often first, and the unit of each."""
    columns = _columns(issues, choices)
    in_seconds = _in_seconds(issues, columns)
    return {
        column: _unit(column, [i.estimates.get(column, "") for i in issues], choices, in_seconds=in_seconds)
        for column in columns
    }


def _columns(issues: Sequence[Issue], choices: Choices) -> list[str]:
    """The columns with estimates, the one that is filled most often first; only the one that a person chose."""
    counts: dict[str, int] = {}
    for issue in issues:
        for column in issue.estimates:
            counts[column] = counts.get(column, 0) + 1
    if choices.effort:
        counts = {column: count for column, count in counts.items() if normal(column) == choices.effort}
    return sorted(counts, key=lambda column: -counts[column])


def _in_seconds(issues: Sequence[Issue], columns: list[str]) -> bool:
    """Whether times without a unit are seconds: all columns of times are written by the same tool."""
    times = [column for column in columns if _time(normal(column))]
    numbers = [parse_plain(issue.estimates.get(column, "")) for issue in issues for column in times]
    return max(filter(None, numbers), default=0.0) > MOST_HOURS_WRITTEN


def _unit(column: str, texts: list[str], choices: Choices, *, in_seconds: bool) -> str:
    """The unit of a column: what a person said, what its heading says, what its numbers say."""
    name = normal(column)
    if choices.unit and (choices.effort in ("", name)):
        return choices.unit
    if not _time(name):
        return "sizes" if any(text.upper() in choices.sizes for text in texts) else "points"
    return "seconds" if in_seconds else "hours"


def _time(name: str) -> str:
    """Which time a heading means, or blank.

    >>> _time("original estimate"), _time("time spent"), _time("story points")
    ('original', 'spent', '')
    """
    words = name.split()
    if "spent" in words:
        return SPENT
    if "estimate" in words and ("original" in words or "remaining" in words):
        return ORIGINAL if "original" in words else REMAINING
    return ""


def _estimate(issue: Issue, units: Mapping[str, str], choices: Choices, unread: list[str]) -> Estimate:
    times: dict[str, float] = {}
    own: float | None = None
    size = ""
    for column, unit in units.items():
        text, kind = issue.estimates.get(column, ""), _time(normal(column))
        if not text:
            continue
        weeks = _weeks(text, unit, choices)
        if weeks is None or weeks > MOST_EFFORT:
            unread.append(f"{issue.key} {shown(text)}")
        elif kind:
            times.setdefault(kind, weeks)
        elif own is None:
            own, size = weeks, text.upper() if text.upper() in choices.sizes else ""
    spent, left = times.get(SPENT) or None, times.get(REMAINING)
    planned = times.get(ORIGINAL) or (left + (spent or 0.0) if left else None)
    total = (spent or 0.0) + left if left is not None and spent else None
    done = spent / total if total and spent and left is not None else 0.0
    return Estimate(planned if own is None else own, done, spent, size)


def _weeks(text: str, unit: str, choices: Choices) -> float | None:
    if text.upper() in choices.sizes:
        return choices.sizes[text.upper()].likely
    hours = parse_hours(text)
    if hours is not None:
        return hours / choices.hours_per_week
    number = parse_plain(text)
    if number is None:
        return None
    return number / _per_week(unit, choices)


def _per_week(unit: str, choices: Choices) -> float:
    return {
        "seconds": choices.hours_per_week * SECONDS_IN_HOUR,
        "hours": choices.hours_per_week,
        "days": 5.0,
        "weeks": 1.0,
    }.get(unit, choices.points_per_week)


def _told(column: str, unit: str, issues: list[Issue], choices: Choices) -> str:
    texts = [issue.estimates[column] for issue in issues if column in issue.estimates]
    numbers = [number for text in texts if (number := parse_plain(text)) is not None]
    if unit == "sizes":
        example = next(text for text in texts if text.upper() in choices.sizes)
        also = (
            f"; numbers among them are points, {shortest(choices.points_per_week)} to an engineer-week"
            if numbers
            else ""
        )
        return f"{column}: sizes, such as {shown(example)}, in {counted(len(texts), 'row')}{also}."
    if not numbers:
        return f"{column}: times, such as {shown(texts[0])}, in {counted(len(texts), 'row')}."
    middle = median(numbers)
    weeks = shortest(float(f"{middle / _per_week(unit, choices):.3g}"))
    why = {
        "seconds": "since the largest time would be over ten weeks in hours",
        "hours": "since no time is above 400",
    }.get(unit, f"{shortest(choices.points_per_week)} points are taken as one engineer-week")
    if choices.was_said("unit"):
        why = "as the mapping says"
    elif unit == "points" and choices.was_said("points_per_week"):
        why = f"{shortest(choices.points_per_week)} points are one engineer-week, as the mapping says"
    rows = f"{unit} in {counted(len(texts), 'row')}"
    return (
        f"{column}: {rows}, {why}; the median {shortest(middle)} is {weeks} engineer-week{'' if weeks == '1' else 's'}."
    )
