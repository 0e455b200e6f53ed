"""Why features slip, in words: waves, chains, and who shares no link with the deal."""

from typing import Any

import pandas as pd
from IPython.display import Markdown

from ripple.analysis.headline import A_WEEK
from ripple.analysis.why.explanation import CONTENTION, DEPENDENCY, Explanation
from ripple.analysis.why.typical import Typical
from ripple.analysis.words import counted, number, percent, weeks
from ripple.reports.tables.text import Table, bullets, say, table

NO_SLIP = "No feature slips, so there is nothing to explain."
MOST_TRIED = 12
KINDS = {DEPENDENCY: "needs it", CONTENTION: "shares engineers"}


def waves(explanation: Explanation, most: int = 15) -> Table | Markdown:
    """How far each slipping feature is from the deal, and who handed the slip over to it."""
    slipping = set(explanation.comparison.slipping["feature"])
    rows = [
        (
            row.title,
            weeks(row.slip_mean),
            _wave(row.wave),
            row.from_title,
            KINDS.get(row.kind, ""),
            "yes" if row.linked else "no",
            percent(row.p_reached),
        )
        for row in explanation.waves.itertuples()
        if row.feature in slipping
    ]
    headings = [
        "feature",
        "later by",
        "wave",
        "handed over by",
        "because it",
        "linked to the deal",
        "deal on its chain",
    ]
    return table(headings, rows, most) if rows else say(NO_SLIP)


def _wave(wave: Any) -> str:
    return "only the order changed" if pd.isna(wave) else f"wave {wave}"


def unlinked(explanation: Explanation) -> Markdown:
    """How many of the features that slip by a week or more share no dependency with the deal's own."""
    slipping = explanation.comparison.slipping
    long = slipping[slipping["slip_mean"] >= A_WEEK]["feature"]
    if not len(long):
        return say("No feature slips by a week or more.")
    apart = [name for name in long if name not in explanation.linked]
    are = "shares" if len(apart) == 1 else "share"
    return say(
        f"Of {counted(len(long), 'feature')} that slip by a week or more, {len(apart) or 'none'} {are} no dependency "
        "with the deal's own features, however far the links are followed."
    )


def chains(explanation: Explanation, most: int = 8) -> Markdown:
    """For each of the worst features, what it waited for because of the deal, in a typical replication."""
    worst = explanation.comparison.slipping["feature"].head(most)
    return bullets([explanation.typical(name).sentence for name in worst]) if len(worst) else say(NO_SLIP)


def chain(explanation: Explanation) -> Table | Markdown:
    """One whole chain, step by step: of the worst feature on whose typical chain the deal is."""
    found = _with_deal(explanation)
    if found is None:
        return say("The deal is on no typical chain of the features that slip most.")
    rows = [
        (row.start, row.end, number(row.weeks), row.what, row.team, number(row.engineer_weeks), row.deal)
        for row in found.steps.itertuples()
    ]
    return table(["from", "to", "weeks", "what went on", "by", "engineer-weeks", "for the deal of"], rows, most=40)


def chain_of(explanation: Explanation) -> Markdown:
    """Whose chain the table shows."""
    found = _with_deal(explanation)
    if found is None:
        return say("")
    title = explanation.comparison.alternative.roadmap.feature_named[found.feature].label
    return say(f"The whole chain of {title}, in simulation {found.replication + 1} of {explanation.comparison.n}:")


def _with_deal(explanation: Explanation) -> Typical | None:
    """The typical chain of the worst feature that has the deal on it."""
    for name in explanation.comparison.slipping["feature"].head(MOST_TRIED):
        typical = explanation.typical(name)
        if (typical.steps["deal"] != "").any():
            return typical
    return None
