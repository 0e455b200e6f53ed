"""Tables and sentences as people read them: few columns, plain headings, rounded to what is known, names harmless."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from math import isnan
from typing import Any

from IPython.display import Markdown

from ripple.analysis.capacity import ROADMAP_USES
from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import subject as headline_subject
from ripple.analysis.replications import Replications, calendar_of
from ripple.analysis.review import warnings
from ripple.analysis.statistics import detectable, mean_interval, quantile, quantile_interval, wilson
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, number, percent, signed, weeks
from ripple.engine.plan import Floats
from ripple.reports.escape import html_text, markdown_text, visible
from ripple.roadmap.graph import unlocks
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import MODELED, resolve
from ripple.roadmap.scenarios import not_modeled

MOST_ROWS = 30
ONE_LINE = 13


@dataclass(frozen=True)
class Table:
    """Rows of text under headings; in a notebook an HTML table whose cells are only ever text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: int = 0

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{_cell(text)}</th>" for text in self.headings)
        body = "".join(
            f"<tr>{''.join(f'<td{_width(text)}>{_cell(text)}</td>' for text in row)}</tr>" for row in self.rows
        )
        more = f"<p>... and {self.left_out} more rows, in the report's tables.</p>" if self.left_out else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def __repr__(self) -> str:
        lines = [" | ".join(self.headings), *(" | ".join(visible(text) for text in row) for row in self.rows)]
        return "\n".join([*lines, f"... and {self.left_out} more rows"] if self.left_out else lines)


def _width(text: str) -> str:
    """Short cells, such as dates, stay on one line."""
    return ' style="white-space: nowrap"' if len(text) <= ONE_LINE else ""


def _cell(text: str) -> str:
    """Escaped, and with every dollar in an element of its own, so that nothing is taken for a formula."""
    return html_text(text).replace("$", "<span>$</span>")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], most: int = MOST_ROWS) -> Table:
    """A table of at most `most` rows that says how many it leaves out.

    >>> table(["feature", "weeks"], [["sso", "1.0"]])
    feature | weeks
    sso | 1.0
    """
    all_rows = [tuple(row) for row in rows]
    return Table(tuple(headings), tuple(all_rows[:most]), max(0, len(all_rows) - most))


def say(*sentences: str) -> Markdown:
    """Sentences from the numbers as a paragraph each; names in them are only ever text."""
    return Markdown("\n\n".join(markdown_text(sentence) for sentence in sentences if sentence))


def promises(comparison: Comparison) -> Table:
    """Every promise: due date, probability of being kept on time in both worlds, and what changes."""
    calendar = calendar_of(comparison.base.roadmap)
    rows = [
        (
            row.customer,
            row.title,
            calendar.day(row.due).isoformat(),
            _share(row.base, row.base_lower, row.base_upper),
            _share(row.alternative, row.alternative_lower, row.alternative_upper),
            _points(row) if not row.new else "new",
            _day(comparison.alternative, row.kept_p50),
            _day(comparison.alternative, row.kept_p85),
        )
        for row in comparison.promises.itertuples()
    ]
    headings = ["customer", "promise", "due", "on time without", "with the deal", "change", "kept by (50%)", "by (85%)"]
    return table(headings, rows)


def slips(comparison: Comparison, most: int = MOST_ROWS) -> Table:
    """The features that slip, the worst first: dates in both worlds, weeks and quarters."""
    rows = [
        (
            row.title,
            _day(comparison.base, row.base_p50),
            _day(comparison.base, row.alternative_p50),
            weeks(row.slip_mean, row.slip_lower, row.slip_upper) + (" at least" if row.at_least else ""),
            percent(row.p_slip),
            row.base_quarter if row.base_quarter == row.alternative_quarter else _move(row),
        )
        for row in comparison.slipping.itertuples()
    ]
    return table(
        ["feature", "ships (P50) without", "with the deal", "later by (95% interval)", "chance to slip", "quarter"],
        rows,
        most,
    )


def quarters(comparison: Comparison) -> Table:
    """The ripple by the quarter in which features were to ship."""
    rows = [
        (
            row.quarter or "after the horizon",
            f"{row.n_slipping} of {row.n_features}",
            number(row.weeks),
            f"{row.worst}, {weeks(row.worst_slip)}" if row.n_slipping else NO_DIFFERENCE,
        )
        for row in comparison.quarters.itertuples()
    ]
    return table(["quarter", "features that slip", "weeks in all", "worst"], rows)


def plan(replications: Replications, most: int = 60) -> Table:
    """When each feature ships in one world, by P50, with what waits for it."""
    roadmap = replications.roadmap
    rows = []
    for name, ships in zip(replications.features, replications.ships.T, strict=True):
        feature, p50 = roadmap.feature_named[name], quantile(ships, 0.5)
        low, high = quantile_interval(ships, 0.5)
        rows.append(
            (
                p50 if not isnan(p50) else replications.plan.horizon,
                feature.label,
                ", ".join(sorted({work.team for work in feature.works})),
                _range(replications, p50, low, high),
                _day(replications, quantile(ships, 0.85)),
                counted(len(unlocks(roadmap, name)), "feature"),
            )
        )
    ordered = [row[1:] for row in sorted(rows, key=lambda row: row[0])]
    return table(
        ["feature", "teams", "ships by, met with 50% (95% interval)", "met with 85%", "what waits for it"],
        ordered,
        most,
    )


def kept(replications: Replications) -> Table:
    """The signed deals' promises in one world: due date, and the probability of being kept on time."""
    roadmap, calendar = replications.roadmap, calendar_of(replications.roadmap)
    rows = []
    for (deal, feature), on_time in zip(replications.promises, replications.on_time.T, strict=True):
        promise = next(p for p in roadmap.promises if (p.deal, p.feature) == (deal, feature))
        name = roadmap.feature_named[feature].label if feature in roadmap.feature_named else feature
        p, lower, upper = wilson(int(on_time.sum()), len(on_time))
        rows.append(
            (roadmap.deal_named[deal].label, name, calendar.day(promise.due).isoformat(), _share(p, lower, upper))
        )
    return table(["customer", "promise", "due", "on time (95% interval)"], rows)


def parameters(roadmap: Roadmap) -> Table:
    """The parameters that the engine uses: value, range worth trying, source, and how sure it is."""
    used = [parameter for name, parameter in resolve(roadmap.parameters).items() if name in MODELED]
    rows = [
        (p.name, f"{p.value:g} {p.unit}", f"{p.low:g} to {p.high:g}", p.sureness, f"{p.meaning}. Source: {p.source}")
        for p in used
    ]
    return table(["parameter", "value", "range", "sure", "what it is and where it comes from"], rows)


def assumptions(roadmap: Roadmap) -> Markdown:
    """What is assumed rather than known, and what is not modeled, as sentences."""
    effort = (
        f"The effort of {counted(len(roadmap.assumed), 'feature')} was blank and taken as the default size."
        if roadmap.assumed
        else "Every effort was given."
    )
    return say(effort, *not_modeled(roadmap))


def cautions(roadmap: Roadmap) -> Markdown:
    """What would make the dates look better than they are: assumptions and oddities of the tables themselves."""
    found = warnings(roadmap)
    return bullets(found) if found else say("Nothing in the tables looks odd.")


def bullets(sentences: Sequence[str]) -> Markdown:
    """Sentences as a list; names in them are only ever text."""
    return Markdown("\n".join(f"- {markdown_text(sentence)}" for sentence in sentences))


def crowding(comparison: Comparison) -> Table:
    """What the deal takes and what gives, in engineer-weeks over all quarters to the horizon; unused time left out."""
    hours = [world.hours.sum(axis=1) for world in (comparison.base, comparison.alternative)]
    rows = []
    for index, use in enumerate(ROADMAP_USES):
        base, alternative = (world[:, index] for world in hours)
        rows.append((use, number(base.mean()), number(alternative.mean()), _difference(alternative - base)))
    return table(["engineer-weeks for", "without the deal", "with it", "change (95% interval)"], rows)


def checks(comparison: Comparison) -> Table:
    """What was checked on this very run, and how it ended."""
    words = {True: "held", False: "BROKEN"}
    meaning = {
        "placebo": "A deal that asks for nothing moves every feature by exactly 0.0 weeks",
        "balance": "Work drawn is work done or remaining, and every team's hours sum to the hours it had",
        "closure": "The causes of each slip sum to the slip",
        "identical": "Two engines give the same dates to the last bit",
    }
    made = {name: held for name, held in comparison.checks.items() if held is not None}
    return table(["check", "result"], [(meaning[name], words[held]) for name, held in made.items()])


def subject(comparison: Comparison) -> str:
    """What is looked at, in a line: what is done, for whom, and when it signs."""
    calendar = calendar_of(comparison.base.roadmap)
    dates = [f"{deal.label} signs on {calendar.day(deal.signs).isoformat()}" for deal in comparison.deals]
    return f"{headline_subject(comparison)}. {listed(dates)}." if dates else f"{headline_subject(comparison)}."


def decision(comparison: Comparison) -> Table:
    """What is to be decided: the deals, what they are worth, and what they are promised by when."""
    roadmap = comparison.alternative.roadmap
    calendar, rows = calendar_of(roadmap), []
    for deal in comparison.deals:
        promised = [
            f"{roadmap.feature_named[p.feature].label if p.feature in roadmap.feature_named else p.feature}"
            f" by {calendar.day(p.due).isoformat()}"
            for p in roadmap.promises_of(deal.name)
        ]
        worth = "not priced" if deal.arr is None else f"{deal.arr:,.0f} {roadmap.currency} a year"
        gaps = counted(len(roadmap.gaps_of(deal.name)), "gap")
        rows.append(
            (deal.label, worth, calendar.day(deal.signs).isoformat(), listed(promised, most=6) or "nothing", gaps)
        )
    return table(["customer", "worth", "signs", "is promised", "silently assumed"], rows)


def provenance(world: Replications) -> Markdown:
    """What the numbers were made from: replications, seed, data, versions."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("ripple", "simpy", "numpy"))
    data = f"Data: SHA-256 {world.roadmap.fingerprint[:16]}." if world.roadmap.fingerprint else ""
    return say(f"{world.n:,} replications, seed {world.seed}, engine SimPy. {data} Versions: {versions}.")


def _difference(values: Floats) -> str:
    if not values.any():
        return "0.0"
    mean, lower, upper = mean_interval(values)
    if not detectable(values):
        return NO_DIFFERENCE
    half = (upper - lower) / 2
    return f"{signed(mean, half)} ({signed(lower, half)} to {signed(upper, half)})"


def _share(p: float, lower: float, upper: float) -> str:
    return "" if isnan(p) else f"{percent(p)} ({percent(lower)}-{percent(upper)})"


def _points(row: Any) -> str:
    if isnan(row.difference):
        return ""
    if not row.detectable:
        return NO_DIFFERENCE
    half = (row.difference_upper - row.difference_lower) / 2 * 100
    return f"{signed(row.difference * 100, most=0)} ± {number(half, most=0)} points"


def _move(row: Any) -> str:
    return f"{row.base_quarter or 'after the horizon'} to {row.alternative_quarter or 'after the horizon'}"


def _day(world: Replications, week: float) -> str:
    return "after the horizon" if isnan(week) else calendar_of(world.roadmap).ship_date(week).isoformat()


def _range(world: Replications, week: float, low: float, high: float) -> str:
    return f"{_day(world, week)} ({_day(world, low)} to {_day(world, high)})"
