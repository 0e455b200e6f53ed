"""A first mapping file, made from an export, with the evidence for each choice as a comment.

Imported unchanged it makes the same tables as no mapping at all: a line that would change something is off.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ripple.importers.amounts import most_common
from ripple.importers.cleaning import normal, visible
from ripple.importers.estimates import units_of
from ripple.importers.evidence import outward
from ripple.importers.findings import Findings
from ripple.importers.linkwords import Reading
from ripple.importers.mapping import UNITS, Choices
from ripple.importers.plan import Plan
from ripple.importers.records import Issue
from ripple.importers.salesforce import Sales
from ripple.importers.teams import FEW, NOBODY
from ripple.importers.vocabulary import is_epic, kind_of, status_of
from ripple.importers.yaml_writing import flow
from ripple.roadmap.cells import shortest
from ripple.roadmap.settings import Yaml
from ripple.roadmap.spelling import printable

MOST_NAMES = 1_000
WIDTH = 25


def suggest_tracker(
    kind: str, issues: Sequence[Issue], plan: Plan, choices: Choices, findings: Findings
) -> Iterator[str]:
    """The lines of a mapping file for a tracker's export: what the import does by itself.

    A line that begins with `#` is off, and says what was used.

    Args:
        kind: Whose export it is.
        issues: All that was read.
        plan: What the import makes of them.
        choices: What a person decided before.
        findings: What the import found.
    """
    first: dict[str, Issue] = {}
    for issue in issues:
        first.setdefault(issue.key.casefold(), issue)
    issues = list(first.values())
    yield from _head(kind, findings)
    yield from _features(issues, choices)
    yield from _teams(issues, plan, choices)
    yield from _efforts(issues, plan, choices, findings)
    yield from _words_of(issues, choices)
    yield from _links(issues, findings)
    yield from _dates(plan, choices, findings)


def _head(kind: str, findings: Findings) -> Iterator[str]:
    yield f"# What `ripple import {kind}` understood, from {findings.n_rows:,} rows. Change what is wrong."
    yield "# A line that begins with # is off: it says what was used."
    yield ""


def _features(issues: Sequence[Issue], choices: Choices) -> Iterator[str]:
    types = Counter(issue.type for issue in issues if issue.type)
    chosen = [name for name in types if normal(name) in choices.features] or list(choices.features)
    epics = chosen or list(dict.fromkeys(issue.type for issue in issues if is_epic(issue)))
    yield f"# Types here: {_counts(types)}."
    without = "without this" if epics else "without it"
    yield _line(
        "features", list(map(_heading, epics)), f"their parts are their stories; {without}, issues without a parent"
    )
    other = "leave out" if choices.alone == "feature" else "feature"
    yield _line("alone", choices.alone, f"an issue that belongs to no feature is one itself, or left out; or: {other}")
    yield ""


def _teams(issues: Sequence[Issue], plan: Plan, choices: Choices) -> Iterator[str]:
    counts = Counter(column for issue in issues for column in issue.teams)
    column, number = next(iter(counts.most_common(1)), ("", 0))
    enough = number >= FEW * len(issues)
    yield f"# Columns that may name the team: {_counts(counts) or 'none'}."
    if choices.team:
        yield _line("team", choices.written.get(choices.team, choices.team), "the column that names the team")
    elif column and not enough:
        yield _off("team", _heading(column), f"filled in {number:,} of {len(issues):,} rows: too few, so not used")
    else:
        yield _line("team", _heading(column), "the column that names the team")
    if choices.teams:
        yield _line("teams", dict(choices.teams), "other names for teams")
    said = _line if choices.default_team else _off
    default = choices.default_team or most_common(issue.project for issue in issues if issue.project) or NOBODY
    yield said("default_team", default, "the team of issues without one")
    rows = plan.tables["teams"].rows
    engineers = {row[0]: row[1] for row in rows if normal(row[0]) in choices.engineers} or {r[0]: r[1] for r in rows}
    yield (_line if choices.engineers else _off)("engineers", dict(engineers), "how many people each team has")
    for key in ("focus", "crew"):
        yield (_line if choices.was_said(key) else _off)(key, shortest(getattr(choices, key)), "")
    yield ""


def _efforts(issues: Sequence[Issue], plan: Plan, choices: Choices, findings: Findings) -> Iterator[str]:
    counts = Counter(column for issue in issues for column in issue.estimates)
    column = next((name for name, _ in counts.most_common(1)), "")
    yield f"# Columns with estimates: {_counts(counts) or 'none'}."
    yield from (f"#   {sentence}" for sentence in findings.lines.get("Units", ()))
    if choices.effort:
        yield _line("effort", choices.written.get(choices.effort, choices.effort), "the column with the estimate")
    elif len(set(map(normal, counts))) > 1:
        yield _off("effort", _heading(column), "all of these are used; name one to use it alone")
    else:
        yield _line("effort", _heading(column), "the column with the estimate")
    unit = next((unit for unit in units_of(issues, choices).values() if unit in UNITS), "points")
    yield (_line if choices.unit else _off)("unit", unit, f"or {', '.join(other for other in UNITS if other != unit)}")
    yield _line("points_per_week", repr(choices.points_per_week).removesuffix(".0"), "story points in an engineer-week")
    yield _line("hours_per_week", repr(choices.hours_per_week).removesuffix(".0"), "")
    sizes: dict[str, Yaml] = {
        name: [shortest(n) for n in (e.low or e.likely, e.likely, e.high or e.likely)]
        for name, e in choices.sizes.items()
    }
    yield _line("sizes", sizes, "")
    children: dict[str, Yaml] = {name: str(most) for name, most in choices.children.items()}
    yield _line("children", children, "at most so many stories make a feature of this size")
    said = _line if choices.default_size else _off
    yield said("default_size", plan.settings.get("default_size", ""), "for features without estimate and stories")
    yield ""


def _words_of(issues: Sequence[Issue], choices: Choices) -> Iterator[str]:
    """What statuses and types mean; a word that does not always mean the same is off."""

    def status(issue: Issue, choices: Choices) -> str:
        return status_of(issue, choices)[0]

    remarks = {
        "statuses": "planned, started, done, unplanned, or canceled: not in the plan",
        "kinds": "innovation, platform or maintenance",
    }
    readers: Mapping[str, _Reader] = {
        "statuses": _Reader(
            status, lambda issue: (issue.status, issue.resolution), lambda choices, on: replace(choices, statuses=on)
        ),
        "kinds": _Reader(
            kind_of, lambda issue: (issue.type, *issue.labels), lambda choices, on: replace(choices, kinds=on)
        ),
    }
    for key, reader in readers.items():
        said: Mapping[str, str] = getattr(choices, key)
        words = _usual((reader.names(issue)[0], reader.meaning(issue, choices)) for issue in issues)
        words |= {choices.written.get(name, name): meant for name, meant in said.items() if name not in _normal(words)}
        yield from _words(key, words, _harmless(key, words, issues, reader, choices), remarks[key])


@dataclass(frozen=True)
class _Reader:
    """What an issue means, by which of its names, and how other words are chosen."""

    meaning: Callable[[Issue, Choices], str]
    names: Callable[[Issue], Sequence[str]]
    chosen: Callable[[Choices, Mapping[str, str]], Choices]


def _normal(names: Iterable[str]) -> set[str]:
    return set(map(normal, names))


def _usual(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What each name mostly means; of spellings that are alike the first."""
    found: dict[str, Counter[str]] = {}
    first: dict[str, str] = {}
    for name, meaning in pairs:
        if normal(name):
            found.setdefault(first.setdefault(normal(name), name), Counter())[meaning] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in list(found.items())[:MOST_NAMES]}


def _harmless(
    key: str, words: Mapping[str, str], issues: Sequence[Issue], reader: _Reader, choices: Choices
) -> set[str]:
    """The words, in `normal` form, that may be on: with all of them every issue means what it means without."""
    said: Mapping[str, str] = getattr(choices, key)
    on = {normal(name): meant for name, meant in words.items()} | dict(said)
    without = [reader.meaning(issue, choices) for issue in issues]
    wrong = {""}
    while wrong:
        changed = reader.chosen(choices, on)
        different = [i for i, meant in zip(issues, without, strict=True) if reader.meaning(i, changed) != meant]
        wrong = {normal(name) for issue in different for name in reader.names(issue)} & (on.keys() - said.keys())
        on = {name: meant for name, meant in on.items() if name not in wrong}
    return set(on)


def _links(issues: Sequence[Issue], findings: Findings) -> Iterator[str]:
    """What each type of link was taken to mean, seen from the end that points outward; what is doubtful is off."""
    found: dict[str, dict[str, None]] = {}
    first: dict[str, str] = {}
    for link in (link for issue in issues for link in issue.links):
        if normal(link.kind):
            found.setdefault(first.setdefault(normal(link.kind), link.kind), {})[outward(link) or "none"] = None
    words = {kind: next(iter(meanings)) for kind, meanings in list(found.items())[:MOST_NAMES]}
    on = {normal(kind) for kind, meanings in found.items() if len(meanings) == 1} - findings.contradicted
    remark = "the row `blocks` the cell of an outward link, `needs` it, or none"
    turned = {kind: f"when they were done says {_turned(meaning)}" for kind, meaning in words.items()
              if normal(kind) in findings.contradicted}  # fmt: skip
    yield from _words("links", words, on, remark, turned)


def _turned(meaning: str) -> str:
    return Reading(meaning).turned.meaning


def _words(
    key: str, words: Mapping[str, str], on: Collection[str], remark: str, why: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Names and what each means; those that are not `on` are off, with the reason."""
    if not words:
        return
    any_on = any(normal(name) in on for name in words)
    yield f"{key + ':' if any_on else '# ' + key + ':':<{WIDTH}} # {remark}"
    for name, meaning in words.items():
        if normal(name) in on:
            yield f"  {flow(_heading(name))}: {meaning}"
        else:
            reason = (why or {}).get(name, "mostly; without #, it would hold for all")
            yield f"{f'#   {flow(_heading(name))}: {meaning}':<{WIDTH}} # {reason}"


def suggest_sales(sales: Sales, plan: Plan, choices: Choices, findings: Findings) -> Iterator[str]:
    """The lines of a mapping file for a sales tool's export.

    Args:
        sales: What its files hold.
        plan: What the import makes of them.
        choices: What a person decided before.
        findings: What the import found.
    """
    yield from _head("salesforce", findings)
    for section in ("Plan", "Units", "Assumed"):
        yield from (f"# {sentence}" for sentence in findings.lines.get(section, ()))
    yield ""
    read = dict.fromkeys((row[4], row[5]) for row in plan.tables["deals"].rows if row[4])
    stages = _usual(read)
    yield _said(choices, "stages", dict(stages), "open, signed or lost")
    heading = sales.headings.get
    yield _said(choices, "arr", heading("arr", ""), "the column with what a deal pays a year")
    yield _said(choices, "probability", "share" if findings.shares else "percent", "or share")
    yield _said(choices, "promises", next(iter(findings.promised), ""), "the column that names promised features")
    yield _said(choices, "promise_due", heading("due", ""), "the column with the day by which these are due")
    yield _said(choices, "currency", plan.settings.get("currency", "USD"), "")
    rates = {name: shortest(rate) for name, rate in choices.rates.items()} or {"EUR": "1.1"}
    yield _said(choices, "rates", dict(rates), "what one unit of another currency is worth in the roadmap's")
    yield _said(choices, "decimal", choices.decimal or findings.decimal or "point", "or comma")
    yield from _dates(plan, choices, findings)


def _said(choices: Choices, key: str, value: Yaml, remark: str) -> str:
    """A line that is on where a person had said it before."""
    if not choices.was_said(key):
        return _off(key, value, remark)
    own = getattr(choices, key)
    if isinstance(own, str):
        return _line(key, choices.written.get(own, own), remark)
    return _line(key, {choices.written.get(name, name): str(member) for name, member in own.items()}, remark)


def _dates(plan: Plan, choices: Choices, findings: Findings) -> Iterator[str]:
    yield ""
    yield f"# {findings.dates.sentence or 'No date is written in numbers that could be read in two ways.'}"
    order = findings.dates.order
    yield _line("dates", order, "") if order else _off("dates", "dmy", "or mdy, ymd")
    remark = "the Monday from which remaining work is simulated"
    start = plan.settings.get("start", "")
    yield _line("start", str(choices.start), remark) if choices.start else _off("start", start, remark)


def _line(key: str, value: Yaml, remark: str) -> str:
    """A line that is on; one without a value is off."""
    if not value:
        return _off(key, value, remark)
    text = f"{key}: {flow(value)}"
    return f"{text:<{WIDTH}} # {remark}" if remark else text


def _off(key: str, value: Yaml, remark: str) -> str:
    text = f"# {key}: {flow(value) if value else ''}".rstrip()
    return f"{text:<{WIDTH}} # {remark}" if remark else text


def _heading(name: str) -> str:
    """A name as a mapping can hold it."""
    return name if name.isprintable() else normal(name)


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{printable(name)} ({number:,})" for name, number in counts.most_common(12))


def text_of(lines: Iterable[str]) -> str:
    """The text of a mapping file, each line on one line."""
    return "".join(f"{' '.join(visible(line).splitlines())}\n" for line in lines)
