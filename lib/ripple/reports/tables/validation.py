"""What each deal needs of interfaces against what there is, in tables and words."""

from math import inf, isnan
from typing import Any

import pandas as pd
from IPython.display import Markdown

from ripple.alignment.validation.day import left_out
from ripple.alignment.validation.raising import CONFIDENCE
from ripple.alignment.validation.study import Validation
from ripple.alignment.validation.throughput import Flow, customers_a_day, days_for_all, hours, minutes
from ripple.alignment.validation.verdicts import Verdict
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.statistics import wilson
from ripple.analysis.words import NO_DIFFERENCE, counted, listed, number, percent, weeks
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, say, share, table
from ripple.roadmap.model import Roadmap

LONGEST = 600
NOT_KNOWN = "not known"
EFFORT_BLANK = "The effort is blank because nobody has estimated it: ask the team, and write it in."
BLANKS = {
    "feature": "Where the feature is blank, the deal promises several: write the one to which the gap belongs.",
    "team": "Where the team is blank, interfaces.csv names no owner: write who would close the gap.",
}
ALL_WRITTEN = "Every gap that was found is in gaps.csv already, so there is nothing to paste."


def validated(found: Validation) -> Markdown:
    """What was found, in a few sentences."""
    return bullets([label(sentence, LONGEST) for sentence in found.headline])


def verdicts(found: Validation) -> Table | Markdown:
    """Every requirement: what is sent, what it takes, how much more would fit, and the verdict."""
    rows = [
        (
            _customer(found.roadmap, verdict.requirement.deal),
            verdict.requirement.interface,
            _sent(verdict),
            _takes(verdict),
            _room(verdict.flow),
            _such(verdict.flow),
            verdict.verdict,
        )
        for verdict in found.verdicts
    ]
    headings = ["customer", "interface", "sends", "takes", "would fit", "such customers a day, at most", "verdict"]
    return table(headings, rows) if rows else say("Nothing is written down about what an open deal needs.")


def verdict_reasons(found: Validation) -> Markdown:
    """Why what does not simply fit does not, and what it would take: a sentence or two each."""
    told = [
        f"{_customer(found.roadmap, verdict.requirement.deal)}, {verdict.requirement.interface}. {sentence}"
        for verdict in found.verdicts
        for sentence in verdict.sentences
    ]
    return bullets([label(sentence, LONGEST) for sentence in told]) if told else say("")


def _sent(verdict: Verdict) -> str:
    needed = verdict.requirement
    records = NOT_KNOWN if needed.records is None else f"{number(needed.records, most=0)} records a day"
    within = ", window not known" if needed.window is None else f" within {hours(needed.window)}"
    busy = f", busiest hour {needed.peak:g} times the average" if needed.peak and needed.peak > 1 else ""
    return f"{records}{within}{busy}"


def _takes(verdict: Verdict) -> str:
    """Hours of work at what others leave of the limit."""
    flow = verdict.flow
    if flow is None:
        return "no such interface"
    if flow.hours is None:
        return NOT_KNOWN
    return f"{hours(flow.hours)} at {number(flow.free or 0.0, most=0)} an hour"


def _room(flow: Flow | None) -> str:
    """How many times as much as is sent would fit into the window."""
    if flow is None or flow.headroom is None or flow.headroom == inf:
        return NOT_KNOWN
    return f"{number(flow.headroom, most=2 if flow.headroom < 1 else 1)} times as much"


def _such(flow: Flow | None) -> str:
    """How many such customers a whole day would take, one after the other."""
    if flow is None or flow.hours is None or not flow.hours or flow.free is None or flow.records is None:
        return NOT_KNOWN
    return f"{customers_a_day(flow.records, flow.free):,}"


def validation_gaps(found: Validation) -> Table | Markdown:
    """Every gap that the tables show, with its row in `gaps.csv` where somebody has written it down."""
    rows = [
        (
            _customer(found.roadmap, verdict.requirement.deal),
            verdict.requirement.interface,
            finding.kind,
            gap.name if gap else "not written down yet",
            number(gap.work.effort) if gap else NOT_KNOWN,
            _team(found.roadmap, gap.work.team if gap else verdict.interface.team if verdict.interface else ""),
        )
        for verdict, finding, gap in found.gaps
    ]
    headings = ["customer", "interface", "kind of gap", "in gaps.csv", "engineer-weeks", "team"]
    return table(headings, rows) if rows else say("There is no gap.")


def unseen(found: Validation) -> Markdown:
    """The gaps in `gaps.csv` that these tables cannot show."""
    if not found.unseen:
        return say("")
    names = listed([f"{gap.name} ({gap.kind or 'no kind'})" for gap in found.unseen], most=8)
    return say(f"In gaps.csv, but not to be seen in these two tables: {names}.")


def gap_rows(found: Validation, on: str = "") -> Table | Markdown:
    """Rows for `gaps.csv`, ready to paste, of what nobody has written down; and what is still blank in them."""
    rows = found.rows(on)
    if rows.empty:
        return say(ALL_WRITTEN)
    return table(list(rows.columns), rows.itertuples(index=False, name=None))


def gap_words(found: Validation) -> Markdown:
    """What has to be filled in before the rows for `gaps.csv` can be simulated."""
    rows = found.rows()
    if rows.empty:
        return say("")
    asked = [word for name, word in BLANKS.items() if (rows[name] == "").any()]
    return say(" ".join([EFFORT_BLANK, *asked]))


def service_days(days: pd.DataFrame, roadmap: Roadmap) -> Table | Markdown:
    """The queue of a day, as arithmetic and as simulated."""
    rows = [
        (
            _customer(roadmap, row.deal),
            row.interface,
            _clock(row.arithmetic),
            f"{_clock(row.through)} ({_clock(row.through_lower)} to {_clock(row.through_upper)})",
            share(*(min(max(0.0, p), 1.0) for p in (row.in_window, row.in_window_lower, row.in_window_upper))),
            _wait(row),
        )
        for row in days.itertuples()
    ]
    headings = ["customer", "interface", "all through after, by arithmetic", "all through after, simulated"]
    headings += ["through within the window", "longest wait"]
    return table(headings, rows) if rows else say("Of no requirement everything is known, so none was simulated.")


def _wait(row: Any) -> str:
    """The longest wait of a day, with its interval."""
    if isnan(row.wait_lower):
        return minutes(row.wait)
    return f"{minutes(row.wait)} ({' to '.join(minutes(max(0.0, end)) for end in (row.wait_lower, row.wait_upper))})"


def _clock(value: float) -> str:
    return "more than two days" if value == inf else f"{number(value, most=2)} h"


def shared_limits(loads: pd.DataFrame, found: Validation) -> Table | Markdown:
    """Each interface if all these deals signed and sent at once."""
    rows = [
        (
            row.interface,
            f"{number(row.limit, most=0)} an hour",
            str(row.deals),
            f"{number(row.busiest, most=0)} an hour",
            _held(row),
            _cleared(row),
        )
        for row in loads.itertuples()
    ]
    headings = ["interface", "limit", "open deals", "busiest hour", "all together", "nobody waits any more after"]
    blank = left_out(found)
    if not rows:
        return say(f"Not known for any interface{': ' + listed(blank) if blank else ''}.")
    return table(headings, rows)


def not_drawn(found: Validation) -> Markdown:
    """What is missing from the picture of all deals together, because something is not known."""
    blank = left_out(found)
    return say(f"Left out, because something is not known: {listed(blank)}." if blank else "")


def _held(row: Any) -> str:
    held = "holds" if row.fits else f"over the limit in {row.over} {'hour' if row.over == 1 else 'hours'}"
    return f"{held}, without {counted(row.blank, 'deal')} of which not all is known" if row.blank else held


def _cleared(row: Any) -> str:
    if isnan(row.cleared):
        return "never: more comes in a day than fits"
    return hours(row.cleared) if row.cleared else "nobody waits"


def rollouts(found: Validation) -> Table | Markdown:
    """The phased rollouts: how much a day until the limit is raised, and when that is."""
    rows = []
    for verdict in found.verdicts:
        rise, flow = verdict.rise, verdict.flow
        if verdict.phased and rise is not None and flow is not None and flow.records is not None:
            turn = days_for_all(flow.records, flow.longest, flow.at_best)
            rows.append(
                (
                    _customer(found.roadmap, verdict.requirement.deal),
                    verdict.requirement.interface,
                    f"{number(flow.a_day, most=0)} of {number(flow.records, most=0)} records a day",
                    f"{turn} days" if turn else "never",
                    str(rise.from_day),
                    found.roadmap.feature_named[rise.feature].label,
                    f"{rise.day(0.5)} (50%), {rise.day(CONFIDENCE)} (85%)",
                )
            )
    headings = ["customer", "interface", "what fits", "all of it takes", "from", "limit raised by", "on"]
    return table(headings, rows) if rows else say("Nothing has to be phased in.")


def trying(found: pd.DataFrame, roadmap: Roadmap) -> Table | Markdown:
    """What a proof of concept costs, its chance, and what it is worth."""
    rows = [
        (
            _customer(roadmap, row.deal),
            str(row.gaps),
            percent(row.chance),
            NOT_KNOWN if isnan(row.cost) else f"{number(row.cost)}, {_team(roadmap, row.team)}",
            _gain(row, roadmap.currency),
            _sooner(row),
            f"{_chance(row.own_without, row.n)} to {_chance(row.own, row.n)}",
        )
        for row in found.itertuples()
    ]
    headings = ["customer", "gaps", "finds each with", "costs (engineer-weeks)", "a yes is worth more by"]
    headings += ["last promise kept sooner by", "all of its promises on time, from"]
    return table(headings, rows) if rows else say("No open deal has a gap in gaps.csv, so there is nothing to find.")


def _chance(p: float, n: int) -> str:
    return NOT_KNOWN if isnan(p) else share(*wilson(round(p * n), n))


def _gain(row: Any, currency: str) -> str:
    if isnan(row.net_gain):
        return "not priced"
    if not row.net_detectable:
        return NO_DIFFERENCE
    return amount_range(Estimate(row.net_gain, row.net_gain_lower, row.net_gain_upper, row.n), currency)


def _sooner(row: Any) -> str:
    if isnan(row.kept_sooner) or row.kept_sooner_lower <= 0.0 <= row.kept_sooner_upper:
        return NO_DIFFERENCE
    return weeks(row.kept_sooner, row.kept_sooner_lower, row.kept_sooner_upper)


def _customer(roadmap: Roadmap, deal: str) -> str:
    return roadmap.deal_named[deal].label


def _team(roadmap: Roadmap, team: str) -> str:
    return (roadmap.team_named[team].title or team) if team in roadmap.team_named else NOT_KNOWN
