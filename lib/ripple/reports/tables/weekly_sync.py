"""The weekly sync as people read it: short enough for two pages and thirty minutes."""

from datetime import date
from math import isnan
from typing import Any

from IPython.display import Markdown

from ripple.alignment.ledger import Entry, Ledger
from ripple.alignment.weekly_sync.objections import DONE, NOWHERE, UNNAMED, UNPLANNED, Dates, Raised
from ripple.alignment.weekly_sync.pack import WeeklySync
from ripple.alignment.weekly_sync.pitches import ASKED, MISSING, READY, Shown
from ripple.alignment.weekly_sync.releases import NEW, SHIPPED, Release, days_of
from ripple.analysis.changes import Move
from ripple.analysis.changes.study import A_DAY
from ripple.analysis.money.sentences import amount
from ripple.analysis.summary import plan_summary
from ripple.analysis.why.typical import gap_words
from ripple.analysis.words import counted, listed, number, percent
from ripple.reports import publish
from ripple.reports.changes import FILE
from ripple.reports.escape import label
from ripple.reports.last_week import LastWeek
from ripple.reports.ledger_history import DAY
from ripple.reports.tables.text import Table, bullets, say, table

NAME, WORDS, SENTENCE = 40, 90, 330
MOST_DECISIONS, MOST_RELEASES, MOST_SHOWN, MOST_GAPS, MOST_WHY = 8, 8, 8, 5, 3
FIRST = "This is the first sync: what is new is what the last seven days brought."
NOT_BY_HORIZON = "not by the horizon"


def sync_summary(pack: WeeklySync, base: Any, last: LastWeek | None, at_risk: float) -> dict[str, Any]:
    """What is kept beside the pack; the next one reads how it stood, and the ledger what was said."""
    publish.save_table(pack.ledger.table, "ledger")
    publish.save_table(pack.ledger.history, "ledger_history")
    publish.save_table(pack.ledger.drift, "scope_drift")
    if last is not None and last.sentences:
        publish.save_json(last.record, FILE)
    plan = plan_summary(base)
    return {
        **plan,
        "headline": " ".join(sync_points(pack, last, at_risk)),
        "today": pack.week.today,
        DAY: pack.week.today.toordinal(),
        "promises": [*plan["promises"], *(_offered(entry) for entry in pack.ledger.open if not entry.signed)],
        "sync": pack.record,
    }


def _offered(entry: Entry) -> dict[str, Any]:
    """A promise of an open deal as comparisons write it: there is none without the deal."""
    return {
        "deal": entry.deal.name,
        "feature": entry.feature.name,
        "title": entry.feature.label,
        "customer": entry.deal.label,
        "due": entry.due,
        "base": None,
        "alternative": entry.p,
        "alternative_lower": entry.lower,
        "alternative_upper": entry.upper,
        "new": True,
    }


def sync_points(pack: WeeklySync, last: LastWeek | None, at_risk: float) -> list[str]:
    """The meeting in three sentences: promises, objections, what ships next."""
    return [_risks(pack.ledger, at_risk), _heard(pack, last), _next(pack)]


def sync_opening(pack: WeeklySync, last: LastWeek | None, at_risk: float) -> Markdown:
    """The day, what it is compared with, and the meeting in three sentences."""
    since = FIRST if last is None else f"Compared with {last.day.isoformat()}."
    return say(f"{pack.week.today.isoformat()}. {since} {' '.join(sync_points(pack, last, at_risk))}")


def _risks(ledger: Ledger, at_risk: float) -> str:
    signed = [entry for entry in ledger.open if entry.signed]
    if not signed:
        return "No promise to a signed customer is open."
    risky = [entry for entry in ledger.at_risk(at_risk) if entry.signed]
    lead = f"{len(risky) or 'None'} of {counted(len(signed), 'promise')} to signed customers "
    lead += f"{'has' if len(risky) == 1 else 'have'} a chance below {percent(at_risk)}"
    names = [f"{label(one.feature.label, NAME)} for {label(one.deal.label, NAME)} ({percent(one.p)})" for one in risky]
    return f"{lead}: {listed(names, most=3)}." if names else f"{lead}."


def _heard(pack: WeeklySync, last: LastWeek | None) -> str:
    n = sum(len(one.said) for one in pack.objections)
    since = "in the last seven days" if last is None else f"since {last.day.isoformat()}"
    if not n:
        return f"No objection was written down {since}."
    most = pack.objections[0]
    many = f", {len(most.said)} of them" if n > 1 else ","
    return f"{counted(n, 'objection')} {since}{many} about {label(most.title, NAME)}."


def _next(pack: WeeklySync) -> str:
    coming = [one for one in pack.releases if one.state != SHIPPED and one.p50 is not None]
    if not coming:
        return "Nothing ships within the horizon."
    first = coming[0]
    return f"Next to ship: {label(first.feature.label, NAME)}, {_by((first.p50, first.p85))}."


def sync_decisions(pack: WeeklySync) -> Markdown:
    """What is asked of the meeting, the most urgent first."""
    asked = [label(one.sentence, SENTENCE) for one in pack.decisions]
    more = [f"And {len(asked) - MOST_DECISIONS} more, in the report's summary."] if len(asked) > MOST_DECISIONS else []
    return bullets([*asked[:MOST_DECISIONS], *more]) if asked else say("Nothing is to be decided this week.")


def sync_objections(pack: WeeklySync) -> Table | Markdown:
    """The three objections to talk about: what was said, by whom, and what answers it."""
    rows = [
        (
            label(one.title, NAME),
            label(one.said[0].text, WORDS) + (f" (and {len(one.said) - 1} more)" if len(one.said) > 1 else ""),
            label(listed(one.deals, most=3), WORDS) or "not a deal",
            "" if one.arr is None else amount(one.arr, currency=pack.week.roadmap.currency),
            label(", ".join(dict.fromkeys(said.competitor for said in one.said if said.competitor)), NAME),
            _answer(pack, one),
        )
        for one in pack.top
    ]
    headings = ["about", "said last", "by", "would pay a year", "competitor", "what answers it"]
    return table(headings, rows) if rows else say("No objection was written down.")


def _answer(pack: WeeklySync, one: Raised) -> str:
    """The plan's answer, and where it can be shown."""
    words = {DONE: "It is done.", UNNAMED: "No feature is named: ask what would help.",
             NOWHERE: "It is not on the roadmap.", UNPLANNED: _brought(one)}  # fmt: skip
    plan = words.get(one.plan, f"Ships {_by(one.ships)}.")
    if one.shown is None:
        return f"{plan} Nothing to show."
    checked = "" if one.shown.checked_on is None else f", checked on {pack.week.day(one.shown.checked_on)}"
    return f"{plan} Can be shown in {label(one.shown.environment, NAME)}{checked}."


def _brought(one: Raised) -> str:
    if one.signing is None:
        return "It is not planned."
    return f"Not planned; if {label(one.signing[0], NAME)} signs, {_by(one.signing[1])}."


def _by(dates: Dates) -> str:
    p50, p85 = dates
    if p50 is None:
        return NOT_BY_HORIZON
    return f"by {p50} (50%), by {p85} (85%)" if p85 else f"by {p50} (50%), with 85% {NOT_BY_HORIZON}"


def sync_releases(pack: WeeklySync, last: LastWeek | None) -> Table | Markdown:
    """What ships next: both dates, and how they moved since the last meeting."""
    rows = [
        (
            label(one.feature.label, NAME),
            label(one.feature.owner, 20) or "nobody",
            _span(one),
            one.p85.isoformat() if one.p85 else ("" if one.state == SHIPPED else NOT_BY_HORIZON),
            _moved(one, last),
        )
        for one in pack.releases
    ]
    headings = ["release", "owner", "met with 50% (95% interval)", "met with 85%", "since last time"]
    return table(headings, rows, MOST_RELEASES) if rows else say("Nothing is to ship.")


def _span(one: Release) -> str:
    if one.p50 is None:
        return "done" if one.state == SHIPPED else NOT_BY_HORIZON
    return f"{one.p50} ({one.lower} to {one.upper or 'the horizon'})"


def _moved(one: Release, last: LastWeek | None) -> str:
    """How both dates moved; where luck or the program moved them too, that is part of it."""
    if one.state in (SHIPPED, NEW) or one.moves is None:
        return one.state if one.state in (SHIPPED, NEW) else ("not known" if last else "first sync")
    p50, p85 = one.moves
    if not days_of(p50) and not days_of(p85):
        return "same"
    return f"{_days(days_of(p50))}{_interval(p50)}; 85%: {_days(days_of(p85))}"


def _days(days: int) -> str:
    return f"{counted(abs(days), 'day')} {'later' if days > 0 else 'earlier'}" if days else "same"


def _interval(move: Move) -> str:
    """The 95 % interval of a move that edits alone made."""
    if not move.by_edits or isnan(move.lower) or abs(move.after - move.before) < A_DAY:
        return ""
    least, most = sorted((move.lower, move.upper), key=abs)
    span = f" ({number(abs(least), most=0)} to {number(abs(most), most=0)})"
    return span if least * most >= 0 else " (within the noise)"


def sync_why(last: LastWeek | None) -> Markdown:
    """Why numbers moved: the most important sentences."""
    told = last.sentences if last else ()
    if not told:
        return say("Nothing in the plan was changed since last time, and no date or chance moved." if last else "")
    more = [f"And {len(told) - MOST_WHY} more, in the report's record of changes."] if len(told) > MOST_WHY else []
    return bullets([*(label(sentence, SENTENCE) for sentence in told[:MOST_WHY]), *more])


def sync_demos(pack: WeeklySync) -> Table | Markdown:
    """The next pitches: what each is to show, and whether it can be shown."""
    rows = [
        (
            one.on.isoformat(),
            label(one.deal.label, NAME),
            label(one.title, NAME) + (f" ({ASKED})" if one.why == ASKED else ""),
            one.state,
            _place(one),
            "" if one.state == READY else _by(one.ships) if one.ships[0] else "not planned",
        )
        for one in pack.pitches
    ]
    headings = ["pitch", "customer", "is to see", "state", "where", "ships"]
    return table(headings, rows, MOST_SHOWN) if rows else say("No pitch is ahead.")


def _place(one: Shown) -> str:
    if one.demo is None:
        return "in no environment"
    checked = f", checked on {one.checked}" if one.checked and one.state != MISSING else ""
    note = f": {one.demo.note}" if one.demo.note else ""
    return label(f"{one.demo.environment}{checked}{note}", WORDS)


def sync_gaps(pack: WeeklySync) -> Table | Markdown:
    """The gaps that are new: what is missing, for whom, who closes it, and how much work that is."""
    roadmap = pack.week.roadmap
    rows = [
        (
            label(gap.note or gap_words(roadmap, gap.name), WORDS),
            label(roadmap.deal_named[gap.deal].label, NAME),
            label(roadmap.team_named[gap.work.team].title or gap.work.team, NAME),
            f"{number(gap.work.effort)}{' (assumed)' if gap.name in pack.week.unsized else ''}",
            _found(pack, gap.found),
        )
        for gap in pack.gaps
    ]
    headings = ["new gap", "customer", "closed by", "engineer-weeks", "product learns of it"]
    return table(headings, rows, MOST_GAPS) if rows else say("No gap is new since last time.")


def _found(pack: WeeklySync, found: float | None) -> str:
    if found is None:
        return "when it hurts"
    day: date = pack.week.day(found)
    return f"on {day}" if day > pack.week.today else f"known since {day}"
