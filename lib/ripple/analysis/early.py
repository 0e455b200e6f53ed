"""What it is worth that product learns early: the same deal, with its gaps found at different times or by practices."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.money import money
from ripple.analysis.replications import Progress, replicate_each
from ripple.analysis.statistics import detectable, mean_interval, quantile
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.changes import Adopt, Change, Learn, Sign
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.parameters import PRACTICE_PARAMETERS
from ripple.roadmap.scenarios import Scenario

BUILT = "after the build"
EARLY_COLUMNS = (
    *("told", "week", "slip", "slip_lower", "slip_upper", "slip_saved", "saved_lower", "saved_upper", "detectable"),
    *("missed", "missed_lower", "missed_upper", "exposed", "exposed_lower", "exposed_upper"),
    *("net", "net_lower", "net_upper", "kept_p50", "own", "n"),
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
    workers: int = 1,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """The harm of signing a deal as promised in each case, on the same draws.

    What the tables say of when the deal's gaps are found, and of practices, does not count here: the case alone says
    how they are found.

    Args:
        roadmap: The base world.
        deal: The deal that signs, promoted.
        by: What differs between the cases: the `date` on which product is told (`when_told`), or the `practice` that
            finds gaps (`by_practice`).
        n: How many pairs in each case.
        seed: The study's seed.
        workers: How many processes share the work.
        progress: Told how far it is.

    Returns:
        One row a case; all are compared with the one in which nobody learns before the solution is built. Columns:
        told, week; slip (weeks by which all other features slip together, mean and 95 %), slip_saved (how many fewer,
        paired), detectable; missed (how many more promises to other customers are not kept on time); exposed (ARR,
        NaN: not priced); net (value of saying yes, NaN: not priced); kept_p50 (week in which the last of the deal's
        promises is kept, NaN: not by the horizon); own (probability that all of them are kept on time); n.
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
    base, *alternatives = replicate_each(worlds, n, seed, workers=workers, progress=progress)
    compared = [Comparison.of(base, world, s) for world, s in zip(alternatives, scenarios, strict=True)]
    slips = [_slip(comparison) for comparison in compared]
    unaware = next(i for i, case in enumerate(cases) if len(case.changes) == 0)
    rows = [
        _row(case, comparison, slip, slips[unaware] - slip)
        for case, comparison, slip in zip(cases, compared, slips, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(EARLY_COLUMNS))


STUDIES = {"date": when_told, "practice": by_practice}


def _deal(roadmap: Roadmap, deal: str) -> Deal:
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    return roadmap.deal_named[deal]


def _with_rows(blank: Roadmap, roadmap: Roadmap, case: Case) -> Roadmap:
    """The roadmap with the table's rows of the practices that a case adopts, so that it has their cost."""
    adopted = {change.practice for change in case.changes if isinstance(change, Adopt)}
    rows = tuple(replace(row, until=None) for row in roadmap.practices if row.name in adopted)
    return replace(blank, practices=(*blank.practices, *rows))


def _slip(comparison: Comparison) -> Floats:
    others = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    return np.sum(others, axis=0) if others else np.zeros(comparison.n)


def _row(case: Case, comparison: Comparison, slip: Floats, saved: Floats) -> dict[str, object]:
    priced = money(comparison)
    amounts = {
        "missed": priced.promises_missed,
        "exposed": priced.arr_exposed,
        "net": priced.net and priced.net.estimate,
    }
    world, deals = comparison.alternative, comparison.view.deals
    own = [i for i, (deal, _) in enumerate(world.promises) if deal in deals]
    row: dict[str, object] = {"told": case.name, "week": case.week, "n": comparison.n, "detectable": detectable(saved)}
    row |= dict(zip(("slip", "slip_lower", "slip_upper"), mean_interval(slip), strict=True))
    row |= dict(zip(("slip_saved", "saved_lower", "saved_upper"), mean_interval(saved), strict=True))
    for name, found in amounts.items():
        values = (np.nan,) * 3 if not found else (found.mean, found.lower, found.upper)
        row |= dict(zip((name, f"{name}_lower", f"{name}_upper"), values, strict=True))
    row["kept_p50"] = quantile(world.kept[:, own].max(axis=1), 0.5) if own else np.nan
    row["own"] = float(world.on_time[:, own].all(axis=1).mean()) if own else np.nan
    return row
