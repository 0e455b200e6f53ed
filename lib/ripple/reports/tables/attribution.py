"""What the mechanisms of a deal cause, in tables: all features together, feature by feature, and beside the waves."""

from itertools import zip_longest

import numpy as np
from IPython.display import Markdown

from ripple.analysis.attribution import Attribution, attribution_sentences
from ripple.analysis.attribution.accounts import by_wave, shared_pairs
from ripple.analysis.attribution.sentences import PLAIN, needed
from ripple.analysis.attribution.split import ITSELF, PARTS
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.why.chains import CLOSURE
from ripple.analysis.why.explanation import Explanation
from ripple.analysis.why.reasons import NO_WAVE, REASONS
from ripple.analysis.words import NO_DIFFERENCE, weeks
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats
from ripple.reports.tables.text import MOST_ROWS, Table, bullets, difference, say, table

NOT_ASKED = "This was left out of this run: attribution_n is 0."
NO_SLIP = f"No mechanism of the deal makes a feature slip: {NO_DIFFERENCE}."
NOT_PRICED = "not priced"
IN_ALL = "in all"
LAST_WAVE = 4
ORDER = "only the order changed"
REST = "all other reasons"

Rows = list[tuple[str, Floats]]
"""What something is called, and its weeks in each replication: shape (n,)."""


def causes(found: Attribution | None) -> Markdown:
    """What makes the slip, what interacts, and what makes the net value, as a list."""
    return say(NOT_ASKED) if found is None else bullets(attribution_sentences(found))


def mechanisms(found: Attribution | None) -> Table | Markdown:
    """Each mechanism's part of the slip of all other features together, and of the net value."""
    if found is None:
        return say(NOT_ASKED)
    rows = [
        (PLAIN[part], difference(found.slip.parts[i]), _net(found, found.net.parts[i]) if found.net else NOT_PRICED)
        for i, part in enumerate(PARTS)
        if part != ITSELF or _anything(found, i)
    ]
    total = _net(found, found.net.total) if found.net else NOT_PRICED
    rows.append((IN_ALL, difference(found.slip.total), total))
    return table(["part", "weeks of slip, other features together (95% interval)", "net value (95% interval)"], rows)


def _anything(found: Attribution, part: int) -> bool:
    return bool(found.slip.parts[part].any() or (found.net is not None and found.net.parts[part].any()))


def _net(found: Attribution, values: Floats) -> str:
    if not values.any():
        return f"{found.roadmap.currency} 0"
    if not detectable(values):
        return NO_DIFFERENCE
    return amount_range(Estimate(*mean_interval(values), len(values)), found.roadmap.currency)


def interactions(found: Attribution | None, most: int = 6) -> Table | Markdown:
    """The pairs of mechanisms that make most together beyond one by one."""
    if found is None:
        return say(NOT_ASKED)
    felt = found.slip.pairs[found.slip.pairs["detectable"]]
    rows = [
        (PLAIN[row.one], PLAIN[row.other], weeks(row.mean, row.lower, row.upper), needed(row.one, row.other))
        for row in felt.head(most).itertuples()
    ]
    headings = ["mechanism", "with", "slip more together than one by one", "because"]
    return table(headings, rows) if rows else say(f"No two mechanisms interact: {NO_DIFFERENCE}.")


def features(found: Attribution | None, most: int = MOST_ROWS) -> Table | Markdown:
    """What makes each feature slip: the two largest parts of each, the worst slip first."""
    if found is None:
        return say(NOT_ASKED)
    later = [(name, found.weeks_of(name)) for name in found.names]
    later = [(name, parts) for name, parts in later if detectable(parts.sum(axis=0)) and parts.sum(axis=0).mean() > 0]
    later.sort(key=lambda item: -item[1].sum(axis=0).mean())
    rows = [
        (found.roadmap.feature_named[name].label, weeks(*mean_interval(parts.sum(axis=0))), *_largest(parts))
        for name, parts in later
    ]
    return table(["feature", "later by", "most of it", "then"], rows, most) if rows else say(NO_SLIP)


def _largest(parts: Floats) -> tuple[str, str]:
    """The two largest parts of a slip that stand out of the noise."""
    order = np.argsort(-np.abs(parts.mean(axis=1)), kind="stable")
    named = [f"{PLAIN[PARTS[i]]}, {weeks(*mean_interval(parts[i]))}" for i in order if detectable(parts[i])]
    first, second = [*named, "", ""][:2]
    return first, second


def accounts(found: Attribution | None, explanation: Explanation, feature: str | None = None) -> Table | Markdown:
    """Where the weeks went, by wave or reason, beside what causes them: two lists that sum to the same slip.

    Args:
        found: What the mechanisms make of the scenario; None: it was not asked for.
        explanation: Why the features of the same scenario slip.
        feature: The feature, by reason; None: all other features together, by wave.
    """
    if found is None:
        return say(NOT_ASKED)
    went, caused = two_accounts(found, explanation, feature)
    if not went or not caused:
        return say(NO_SLIP)
    left, right = ([(name, difference(values)) for name, values in rows] for rows in (went, caused))
    rows = [(*one, *other) for one, other in zip_longest(left, right, fillvalue=("", ""))]
    total = difference(np.sum([values for _, values in went], axis=0))
    headings = ["where the weeks went", "weeks", "what causes them", "weeks"]
    return table(headings, [*rows, (IN_ALL, total, IN_ALL, total)])


def two_accounts(found: Attribution, explanation: Explanation, feature: str | None) -> tuple[Rows, Rows]:
    """The same slip by wave (of a feature: by reason) and by mechanism, in the replications that both have.

    Raises:
        BrokenLaw: The two do not sum to the same slip.
    """
    comparison = explanation.comparison
    n = shared_pairs(found, comparison)
    parts = found.slip.parts if feature is None else found.weeks_of(feature)
    went = _waves(by_wave(comparison)) if feature is None else _reasons(explanation, feature)
    went = [(name, values[:n]) for name, values in went]
    caused = [(PLAIN[part], values[:n]) for part, values in zip(PARTS, parts, strict=True) if values.any()]
    one, other = (sum((values for _, values in rows), np.zeros(n)) for rows in (went, caused))
    if np.abs(one - other).max() > CLOSURE:
        raise BrokenLaw("the waves and the mechanisms do not sum to the same slip")
    return went, sorted(caused, key=lambda row: -row[1].mean())


def _waves(weeks: dict[int, Floats]) -> Rows:
    """The waves with their names; late ones in one row."""
    rows: dict[str, Floats] = {}
    for wave, values in weeks.items():
        late = f"wave {LAST_WAVE} and later"
        name = ORDER if wave == NO_WAVE else late if wave >= LAST_WAVE else f"wave {wave}"
        rows[name] = rows[name] + values if name in rows else values
    return list(rows.items())


def _reasons(explanation: Explanation, feature: str) -> Rows:
    """The reasons that stand out of the noise, and the sum of all others."""
    weeks = list(zip(REASONS, explanation.reasons_of(feature).T, strict=True))
    rows = [(reason, values) for reason, values in weeks if detectable(values)]
    rest = np.sum([values for _, values in weeks if not detectable(values)], axis=0)
    return [*rows, (REST, rest)] if np.any(rest) else rows
