"""A first mapping file, made from an export, with the evidence for each choice as a comment."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings
from ripple.importers.linkwords import Reading
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue
from ripple.importers.vocabulary import is_epic, kind_of, status_of
from ripple.importers.writing import flow
from ripple.roadmap.spelling import printable

MOST_NAMES = 40


def suggestion(kind: str, issues: Sequence[Issue], choices: Choices, findings: Findings) -> str:
    """The text of a mapping file: what the import does by itself, so that a person can see and change it.

    A line that begins with `#` is off.
    """
    lines = [
        f"# What `ripple import {kind}` understood, from {findings.n_rows:,} rows. Change what is wrong.",
        "",
    ]
    lines += _sales_lines(choices, findings) if kind == "salesforce" else _tracker_lines(issues, choices, findings)
    return "\n".join(lines) + "\n"


def _tracker_lines(issues: Sequence[Issue], choices: Choices, findings: Findings) -> Iterator[str]:
    types = Counter(issue.type for issue in issues if issue.type)
    epics = list(dict.fromkeys(issue.type for issue in issues if is_epic(issue)))
    yield f"# Types here: {_counts(types)}."
    yield _line(
        "features",
        epics,
        f"their parts are their stories; without {'this' if epics else 'it'}, issues without a parent",
    )
    yield _line("alone", "feature", "an issue that belongs to no feature is one itself; or: leave out")
    yield ""
    yield f"# Columns that may name the team: {_columns(issues, 'teams')}."
    yield _line("team", _fullest(issues, "teams"), "the column that names the team")
    yield _line(
        "default_team", choices.default_team, "the team of issues without one; without this, the project's name"
    )
    yield "# engineers: {everyone: 5}"
    yield ""
    yield f"# Columns with estimates: {_columns(issues, 'estimates')}."
    yield from (f"#   {sentence}" for sentence in findings.lines.get("Units", ()))
    yield _line("effort", _fullest(issues, "estimates"), "the column with the estimate")
    yield "# unit: points            # or hours, seconds, days, weeks"
    yield f"points_per_week: {choices.points_per_week:g}        # story points that are one engineer-week: assumed"
    yield f"hours_per_week: {choices.hours_per_week:g}"
    sizes = {name: [f"{e.low:g}", f"{e.likely:g}", f"{e.high:g}"] for name, e in choices.sizes.items()}
    yield f"sizes: {flow({name: list(numbers) for name, numbers in sizes.items()})}"
    children = {name: str(most) for name, most in choices.children.items()}
    yield f"children: {flow(dict(children))}   # at most so many stories make a feature of this size"
    yield "# default_size: M         # for features without estimate and stories"
    yield ""
    yield from _words(
        "statuses", _statuses(issues, choices), "planned, started, done, unplanned, or canceled: not in the plan"
    )
    yield from _words(
        "kinds", {i.type: kind_of(i, choices) for i in issues if i.type}, "innovation, platform or maintenance"
    )
    yield from _words("links", _meanings(issues), "the row `blocks` the cell of an outward link, `needs` it, or none")
    yield from _dates(choices, findings)


def _sales_lines(choices: Choices, findings: Findings) -> Iterator[str]:
    for section in ("Plan", "Units", "Assumed"):
        yield from (f"# {sentence}" for sentence in findings.lines.get(section, ()))
    yield ""
    yield "# stages: {Closed Won: signed, Closed Lost: lost}   # every other stage is open"
    yield "# arr: Amount             # the column with what a deal pays a year"
    yield "# probability: percent    # or share"
    yield "# promise_due: Needed by  # the column with the day by which promised features are due"
    yield "# currency: USD"
    yield "# rates: {EUR: 1.1}       # what one unit of another currency is worth in the roadmap's"
    yield "# decimal: point          # or comma"
    yield from _dates(choices, findings)


def _dates(choices: Choices, findings: Findings) -> Iterator[str]:
    yield ""
    yield f"# {findings.dates.sentence or 'No date is written in numbers that could be read in two ways.'}"
    yield f"dates: {findings.dates.order}" if findings.dates.order else "# dates: dmy              # or mdy, ymd"
    yield (
        f"start: {choices.start}"
        if choices.start
        else "# start: 2027-01-04       # the Monday from which remaining work is simulated"
    )


def _line(key: str, value: str | list[str], remark: str) -> str:
    text = f"{key}: {flow(list(value) if isinstance(value, list) else value)}" if value else f"# {key}:"
    return f"{text:<25} # {remark}"


def _words(key: str, words: dict[str, str], remark: str) -> Iterator[str]:
    """Names and what each means; of spellings that are alike the first."""
    unlike = {normal(name): (name, meaning) for name, meaning in reversed(words.items()) if normal(name)}
    if unlike:
        yield f"{key}:                 # {remark}"
        yield from (f"  {flow(name)}: {meaning}" for name, meaning in list(unlike.values())[::-1][:MOST_NAMES])


def _statuses(issues: Sequence[Issue], choices: Choices) -> dict[str, str]:
    found: dict[str, Counter[str]] = {}
    for issue in issues:
        if issue.status and not issue.resolution:
            found.setdefault(issue.status, Counter())[status_of(issue, choices)[0]] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in found.items()}


def _meanings(issues: Sequence[Issue]) -> dict[str, str]:
    """What each type of link was taken to mean, seen from the end that points outward."""
    found: dict[str, str] = {}
    for link in (link for issue in issues for link in issue.links):
        inward = link.said.casefold().startswith("inward")
        found.setdefault(link.kind, Reading(link.meaning).turned.meaning if inward else link.meaning)
    return {kind: meaning or "none" for kind, meaning in found.items()}


def _fullest(issues: Sequence[Issue], role: str) -> str:
    counts = Counter(column for issue in issues for column in getattr(issue, role))
    return counts.most_common(1)[0][0] if counts else ""


def _columns(issues: Sequence[Issue], role: str) -> str:
    return _counts(Counter(column for issue in issues for column in getattr(issue, role))) or "none"


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{printable(name)} ({number:,})" for name, number in counts.most_common(12))
