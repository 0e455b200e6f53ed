"""What it is worth that product learns early: the same deal, with its gaps found at different times or by practices."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.estimates import Estimate
from ripple.analysis.money import Money, money
from ripple.analysis.replications import Progress, calendar_of, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, quantile
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.changes import Adopt, Change, Learn, Sign
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.parameters import PRACTICE_PARAMETERS
from ripple.roadmap.scenarios import Scenario

BUILT = "after the build"
AFTER = 26.0
"""Weeks after the last due date until which telling is tried."""

MOST_WEEKS_TOLD = 14
EARLY_COLUMNS = (
    *("told", "week", "slip", "slip_lower", "slip_upper", "slip_saved", "saved_lower", "saved_upper", "detectable"),
    *("missed", "missed_lower", "missed_upper", "exposed", "exposed_lower", "exposed_upper"),
    *("net", "net_lower", "net_upper", "net_gain", "net_gain_lower", "net_gain_upper", "net_detectable"),
    *("kept_p50", "kept_sooner", "kept_sooner_lower", "kept_sooner_upper", "own", "n"),
)


@dataclass(frozen=True)
class Case:
    """One way to learn of the gaps: its name, the week (NaN: none of its own), and the changes that make it."""

    name: str
    week: float
    changes: tuple[Change, ...] = ()


def when_told(roadmap: Roadmap, deal: str) -> list[Case]:
    """Product told at the first call, at the demo, at signing, and after the build; blank dates are left out."""
    row = _deal(roadmap, deal)
    moments = (("at the first call", row.opened), ("at the demo", row.demo_on), ("at signing", row.signs))
    cases = [Case(name, week, (Learn(deal, week),)) for name, week in moments if week is not None]
    return [*sorted(cases, key=lambda case: case.week), Case(BUILT, np.nan)]


def by_week(roadmap: Roadmap, deal: str) -> list[Case]:
    """Product told on days some weeks apart, from the plan's start to after the last due date, or after the build."""
    row, calendar = _deal(roadmap, deal), calendar_of(roadmap)
    first = max(0.0, row.opened or 0.0)
    last = max([first, row.signs, *(promise.due for promise in roadmap.promises_of(deal))]) + AFTER
    step = max(1.0, np.ceil((last - first) / MOST_WEEKS_TOLD))
    weeks = [float(week) for week in np.arange(np.floor(first), last, step)]
    return [*(Case(calendar.day(week).isoformat(), week, (Learn(deal, week),)) for week in weeks), Case(BUILT, np.nan)]


def by_practice(roadmap: Roadmap, deal: str) -> list[Case]:
    """Nobody looks, each practice alone from the first call (or the signing) on, with its cost, and all of them."""
    row = _deal(roadmap, deal)
    begin = max(0.0, row.signs if row.opened is None else row.opened)
    names = list(dict.fromkeys([*(practice.name for practice in roadmap.practices), *PRACTICE_PARAMETERS]))
    adopted = {name: Adopt(name, start=begin) for name in names}
    cases = [Case(name, np.nan, (adopt,)) for name, adopt in adopted.items()]
    return [Case("nobody looks", np.nan), *cases, Case("all practices", np.nan, tuple(adopted.values()))]


def early(
    roadmap: Roadmap,
    deal: str,
    by: str = "date",
    n: int = 300,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    others: Executor | None = None,
) -> pd.DataFrame:
    """The harm of signing a deal as promised in each case, on the same draws.

    What the tables say of when the deal's gaps are found, and of practices, does not count here: the case alone says
    how they are found.

    Args:
        roadmap: The base world.
        deal: The deal that signs, promoted.
        by: What differs between the cases: the `date` on which product is told (`when_told`), the `week` (`by_week`),
            or the `practice` that finds gaps (`by_practice`).
        n: How many pairs in each case.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Returns:
        One row a case; all are compared with the one in which nobody learns before the solution is built. Columns:
        told, week; slip (weeks by which all other features slip together, mean and 95 %), slip_saved (how many fewer,
        paired), detectable; missed (how many more promises to other customers are not kept on time); exposed (ARR,
        NaN: not priced); net (value of saying yes, NaN: not priced), net_gain (how much more, paired), net_detectable;
        kept_p50 (week in which the last of the deal's promises is kept, NaN: not by the horizon), kept_sooner (by how
        many weeks, paired; what is not kept by the horizon counts as kept there); own (probability that all of them
        are kept on time); n.
    """
    if by not in STUDIES:
        raise InputError([unknown(by, "a way to learn", STUDIES)])
    cases = STUDIES[by](roadmap, deal)
    blank = replace(
        roadmap,
        gaps=tuple(replace(gap, found=None) if gap.deal == deal else gap for gap in roadmap.gaps),
        practices=(),
    )
    scenarios = [Scenario(f"case-{i}", case.name, (Sign(deal), *case.changes)) for i, case in enumerate(cases)]
    worlds = [(blank, None), *((_with_rows(blank, roadmap, case), s) for case, s in zip(cases, scenarios, strict=True))]
    base, *alternatives = replicate_each(worlds, n, seed, workers=workers, progress=progress, others=others)
    compared = [Comparison.of(base, world, s) for world, s in zip(alternatives, scenarios, strict=True)]
    measured = [_measure(case, comparison) for case, comparison in zip(cases, compared, strict=True)]
    unaware = next(one for one in measured if not one.case.changes)
    return pd.DataFrame([_row(one, unaware) for one in measured], columns=list(EARLY_COLUMNS))


STUDIES = {"date": when_told, "week": by_week, "practice": by_practice}


def _deal(roadmap: Roadmap, deal: str) -> Deal:
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    return roadmap.deal_named[deal]


def _with_rows(blank: Roadmap, roadmap: Roadmap, case: Case) -> Roadmap:
    """The roadmap with the table's rows of the practices that a case adopts, so that it has their cost."""
    adopted = {change.practice for change in case.changes if isinstance(change, Adopt)}
    rows = tuple(replace(row, until=None) for row in roadmap.practices if row.name in adopted)
    return replace(blank, practices=(*blank.practices, *rows))


@dataclass(frozen=True, eq=False)
class _Measured:
    """What one case does: the slip of the others, in weeks, and when the last promise is kept: shape (n,) each."""

    case: Case
    comparison: Comparison
    money: Money
    slip: Floats
    kept: Floats

    @property
    def net(self) -> Floats | None:
        """The net value of saying yes: shape (n,)."""
        return None if self.money.net is None else self.money.net.values


def _measure(case: Case, comparison: Comparison) -> _Measured:
    others = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    world, deals = comparison.alternative, comparison.view.deals
    own = [i for i, (deal, _) in enumerate(world.promises) if deal in deals]
    kept = world.kept[:, own].max(axis=1) if own else np.full(comparison.n, np.nan)
    slip = np.sum(others, axis=0) if others else np.zeros(comparison.n)
    return _Measured(case, comparison, money(comparison), slip, kept)


def _row(found: _Measured, unaware: _Measured) -> dict[str, object]:
    """One case, and by how much it is better than to learn after the build."""
    world, comparison = found.comparison.alternative, found.comparison
    own = [i for i, (deal, _) in enumerate(world.promises) if deal in comparison.view.deals]
    saved = unaware.slip - found.slip
    gain = None if found.net is None or unaware.net is None else found.net - unaware.net
    sooner = world.plan.horizon - np.nan_to_num(found.kept, nan=world.plan.horizon)
    sooner -= world.plan.horizon - np.nan_to_num(unaware.kept, nan=world.plan.horizon)
    return {
        "told": found.case.name,
        "week": found.case.week,
        "n": comparison.n,
        "detectable": detectable(saved),
        "net_detectable": gain is not None and detectable(gain),
        "kept_p50": quantile(found.kept, 0.5),
        "own": float(world.on_time[:, own].all(axis=1).mean()) if own else np.nan,
        **_named("slip", mean_interval(found.slip)),
        **dict(zip(("slip_saved", "saved_lower", "saved_upper"), mean_interval(saved), strict=True)),
        **_named("net_gain", (np.nan,) * 3 if gain is None else mean_interval(gain)),
        **_named("kept_sooner", mean_interval(sooner) if own else (np.nan,) * 3),
        **_named("missed", _bounds(found.money.promises_missed)),
        **_named("exposed", _bounds(found.money.arr_exposed)),
        **_named("net", _bounds(None if found.money.net is None else found.money.net.estimate)),
    }


def _named(name: str, bounds: Sequence[float]) -> dict[str, float]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), bounds, strict=True))


def _bounds(found: Estimate | None) -> tuple[float, float, float]:
    return (np.nan,) * 3 if found is None else (found.mean, found.lower, found.upper)
