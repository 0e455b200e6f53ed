"""What a deal does: promises, slips, quarters, time, and what is to be decided."""

from math import isnan
from typing import Any

from IPython.display import Markdown

from ripple.analysis.comparison import Comparison
from ripple.analysis.headline import subject as headline_subject
from ripple.analysis.replications import calendar_of
from ripple.analysis.why.typical import gap_words
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, number, percent, signed, weeks
from ripple.reports.tables.text import MOST_ROWS, Table, day, say, share, table
from ripple.roadmap.model import Roadmap


def promises(comparison: Comparison) -> Table:
    """Every promise: due date, probability of being kept on time in both worlds, and what changes."""
    calendar = calendar_of(comparison.base.roadmap)
    rows = [
        (
            row.customer,
            row.title,
            calendar.day(row.due).isoformat(),
            share(row.base, row.base_lower, row.base_upper),
            share(row.alternative, row.alternative_lower, row.alternative_upper),
            _points(row) if not row.new else "new",
            day(comparison.alternative, row.kept_p50),
            day(comparison.alternative, row.kept_p85),
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
            day(comparison.base, row.base_p50),
            day(comparison.base, row.alternative_p50),
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
            weeks(row.weeks),
            f"{row.worst}, {weeks(row.worst_slip)}" if row.n_slipping else NO_DIFFERENCE,
        )
        for row in comparison.quarters.itertuples()
    ]
    return table(["quarter", "features that slip", "by, in all", "worst"], rows)


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


def gaps(roadmap: Roadmap, deal: str) -> Table | Markdown:
    """What a deal's promises silently assume and is not there: the gaps, who would close them, and the work."""
    rows = [
        (
            gap_words(roadmap, gap.name),
            roadmap.feature_named[gap.feature].label if gap.feature in roadmap.feature_named else gap.feature,
            roadmap.team_named[gap.work.team].title or gap.work.team,
            number(gap.work.effort),
            gap.kind,
        )
        for gap in roadmap.gaps_of(deal)
    ]
    headings = ["gap", "of the promise", "closed by", "engineer-weeks", "kind"]
    return table(headings, rows) if rows else say("No gap is written down for this deal, so there is none to find.")


def _points(row: Any) -> str:
    if isnan(row.difference):
        return ""
    if not row.detectable:
        return NO_DIFFERENCE
    half = (row.difference_upper - row.difference_lower) / 2 * 100
    return f"{signed(row.difference * 100, most=0)} ± {number(half, most=0)} points"


def _move(row: Any) -> str:
    return f"{row.base_quarter or 'after the horizon'} to {row.alternative_quarter or 'after the horizon'}"
