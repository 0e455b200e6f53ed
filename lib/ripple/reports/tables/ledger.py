"""The promise ledger as people read it: what was promised, how likely it is, and what nobody wrote down."""

from typing import Any

import pandas as pd
from IPython.display import Markdown

from ripple.alignment.hit_rate import FEW, HitRate
from ripple.alignment.ledger import ELSEWHERE, KEPT, NOT_PROMISED, OPEN, Entry, Ledger
from ripple.analysis.words import counted, listed, percent, signed
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, say, share, table

MOST = 16
NAME, AGREED = 48, 60
NOBODY = "nobody"
NOTHING = "nothing agreed"
NO_PROMISE = "Nothing is promised to anybody, so there is nothing to keep."
A_POINT = 0.5
NONE_DUE = "No promise of which a chance had been stated has come due yet: too few to judge our chances by."


def promise_ledger(found: Ledger, most: int = MOST) -> Table | Markdown:
    """Every promise, the least likely first: due date, chance and how it moved, who answers for it, what was agreed."""
    rows = [
        (
            label(f"{entry.feature.label}, {entry.deal.label}", NAME) + " (not signed)" * (not entry.signed),
            entry.due.isoformat(),
            share(entry.p, entry.lower, entry.upper) if entry.state == OPEN else entry.state,
            _since(entry),
            label(entry.promise.owner, 20) or NOBODY,
            label(_prd(entry), 30),
            label(entry.promise.on_slip, AGREED) or NOTHING,
        )
        for entry in found.entries
    ]
    headings = ["promise", "due", "on time (95% interval)", "last time", "backlog owner", "PRD", "agreed if it slips"]
    return table(headings, rows, most) if rows else say(NO_PROMISE)


def _since(entry: Entry) -> str:
    """What was said last, and by how many points that moved."""
    if entry.before is None:
        return "not stated"
    points = 100 * (entry.p - entry.before)
    if entry.state != OPEN:
        return percent(entry.before)
    moved = "same" if abs(points) < A_POINT else f"{signed(points, most=0)} points"
    return f"{percent(entry.before)} ({moved})"


def _prd(entry: Entry) -> str:
    """The deal's PRD, and the feature's where that is another."""
    if not entry.deal.prd:
        return "none"
    other = entry.feature.prd not in ("", entry.deal.prd)
    return f"{entry.deal.prd}, built in {entry.feature.prd}" if other else entry.deal.prd


def promise_lacks(found: Ledger) -> Markdown:
    """What is missing in the ledger, and where promises and PRDs have drifted apart."""
    lacking = [(entry, entry.missing) for entry in found.open if entry.missing]
    by_lack: dict[tuple[str, ...], list[str]] = {}
    for entry, missing in lacking:
        by_lack.setdefault(missing, []).append(_named(entry.feature.label, entry.deal.label))
    sentences = [f"No {listed(what)}: {listed(names, most=4)}." for what, names in by_lack.items()]
    whole = ["Every promise has a backlog owner, a PRD and an agreement on a slip."] if not lacking else []
    return bullets([*sentences, *whole, *_drifted(found.drift)])


def _named(title: str, customer: str) -> str:
    return f"{label(title, NAME)} for {label(customer, NAME)}"


def _drifted(drift: pd.DataFrame) -> list[str]:
    """One sentence for each kind of drift; none where there is none."""
    told = []
    for kind, lead in (
        (NOT_PROMISED, "In a deal's PRD, but not promised to it"),
        (ELSEWHERE, "Promised, but described in another PRD than the deal's"),
    ):
        rows = drift[drift["drift"] == kind]
        names = [_drift_words(row, kind) for row in rows.itertuples()]
        told += [f"{lead}: {listed(names, most=5)}."] if names else []
    blank = [_named(row.title, row.customer)
             for row in drift[~drift["drift"].isin([NOT_PROMISED, ELSEWHERE])].itertuples()]  # fmt: skip
    return [*told, *([f"Promised, but its feature has no PRD: {listed(blank, most=5)}."] if blank else [])]


def _drift_words(row: Any, kind: str) -> str:
    other = "" if kind == NOT_PROMISED else f", not {label(row.feature_prd, 20)}"
    return f"{_named(row.title, row.customer)} ({label(row.prd, 20)}{other})"


def promise_hits(found: HitRate) -> Table | Markdown:
    """Whether earlier chances were right, by groups of chances; or that there is too little to tell."""
    if not found.outcomes:
        waits = (
            f"Of {counted(len(found.unsaid), 'promise')} that came due nothing had been said." if found.unsaid else ""
        )
        return say(f"{NONE_DUE} {waits}")
    rows = [
        (
            f"{percent(low)} to {percent(high)}",
            str(row.n),
            percent(row.said),
            share(row.share, row.lower, row.upper),
        )
        for (low, high), row in zip(_edges(found), found.table.itertuples(), strict=True)
    ]
    return table(["chance stated", "promises", "on average", "kept (95% interval)"], rows)


def _edges(found: HitRate) -> list[tuple[float, float]]:
    return list(zip(found.table["from"], found.table["to"], strict=True))


def promise_score(found: HitRate) -> Markdown:
    """Brier's score in a sentence; with too few promises a warning instead."""
    if not found.outcomes:
        return say("")
    kept = sum(one.kept for one in found.outcomes)
    lead = f"{kept} of {counted(len(found.outcomes), 'promise')} that came due {'was' if kept == 1 else 'were'} {KEPT}."
    if found.too_few:
        return say(f"{lead} Fewer than {FEW} are too few to judge our chances by.")
    mean, lower, upper = found.brier
    score = f"Mean squared error of the chances (Brier): {mean:.2f} ({lower:.2f}-{upper:.2f})"
    return say(f"{lead} {score}; 0 is perfect, always saying 50% gives 0.25.")
