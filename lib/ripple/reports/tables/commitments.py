"""The dates that could be committed to, aimed at, and hoped for."""

import pandas as pd
from IPython.display import Markdown

from ripple.analysis.decisions.commitments import EVEN, LUCKY
from ripple.analysis.words import percent
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, say, share, table

MOST = 5
NAME = 30
NO_DATE = "not by the horizon"
NO_PROMISE = "Nothing is promised to anybody, so there is no date to commit to."


def commitment_table(found: pd.DataFrame, confidence: float = 0.85, most: int = MOST) -> Table | Markdown:
    """Three dates for each promise, and the chance that each of them is met.

    Args:
        found: What `ripple.analysis.decisions.commitments.commitments` gives.
        confidence: The chance that it was made with.
        most: How many promises are shown.
    """
    rows = [
        (
            f"{label(row.title, NAME)}, {label(row.customer, NAME)}",
            f"{row.due}: {share(row.on_time, row.on_time_lower, row.on_time_upper)}",
            _date(row.committed, row.committed_p, row.committed_lower, row.committed_upper),
            _date(row.target, row.target_p, row.target_lower, row.target_upper),
            _date(row.stretch, row.stretch_p, row.stretch_lower, row.stretch_upper),
        )
        for row in found.itertuples()
    ]
    names = (f"committed (at least {percent(confidence)})", f"target ({percent(EVEN)})", f"stretch ({percent(LUCKY)})")
    return table(["promise", "due: on time", *names], rows, most) if rows else say(NO_PROMISE)


def commitment_finding(found: pd.DataFrame, confidence: float = 0.85) -> str:
    """The last of the scenario's own promises: when it is due, has even odds, and can be committed to."""
    own = found[found["new"]]
    if own.empty:
        return "Committed, target and stretch dates"
    row = own.assign(last=own["target"].replace("", "9999")).sort_values("last", kind="stable").iloc[-1]
    dates = [row[name] or NO_DATE for name in ("target", "committed")]
    return (
        f"If signed as promised, {label(row['title'], 40)}: asked for by {row['due']}, even odds by {dates[0]}, "
        f"{percent(confidence)} by {dates[1]}"
    )


def _date(day: str, p: float, lower: float, upper: float) -> str:
    return f"{day}: {share(p, lower, upper)}" if day else NO_DATE
