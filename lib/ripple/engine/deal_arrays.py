"""The signed deals of a plan as arrays: signings, switches, promises and gaps."""

from math import inf
from typing import Any

import numpy as np

from ripple.roadmap.calendar import Calendar, grid
from ripple.roadmap.model import SWITCHES, Deal, Gap, Roadmap
from ripple.roadmap.staffing import instant


def signed_gaps(roadmap: Roadmap, signed: tuple[Deal, ...]) -> list[Gap]:
    """The gaps of the signed deals, in table order."""
    names = {deal.name for deal in signed}
    return [gap for gap in roadmap.gaps if gap.deal in names]


def deal_arrays(roadmap: Roadmap, signed: tuple[Deal, ...], number: dict[str, int]) -> dict[str, Any]:
    """Deals, promises and gaps, each numbered in table order."""
    calendar = Calendar(roadmap.start, roadmap.fiscal_year_start)
    deal = {d.name: i for i, d in enumerate(signed)}
    turns = [(d.signs, -row) for row, d in enumerate(signed)]
    promises = [promise for d in signed for promise in roadmap.promises_of(d.name)]
    due = {(promise.deal, promise.feature): grid(promise.due) for promise in promises}
    gaps = signed_gaps(roadmap, signed)
    return {
        "gaps": tuple(gap.name for gap in gaps),
        "promises": tuple((promise.deal, promise.feature) for promise in promises),
        "deal_signs": np.array([instant(d.signs) for d in signed], dtype=np.float64),
        "deal_turn": np.array([sorted(turns).index(turn) for turn in turns], dtype=np.int64),
        "deal_promoted": np.array([d.promoted and "scope" not in d.off for d in signed], dtype=np.bool_),
        "deal_switches": np.array([[s not in d.off for s in SWITCHES] for d in signed], dtype=np.bool_).reshape(-1, 7),
        "promise_deal": np.array([deal[p.deal] for p in promises], dtype=np.int64),
        "promise_feature": np.array([number.get(p.feature, -1) for p in promises], dtype=np.int64),
        "promise_due_end": np.array([calendar.end_of_day(p.due) for p in promises], dtype=np.float64),
        "gap_deal": np.array([deal[gap.deal] for gap in gaps], dtype=np.int64),
        "gap_feature": np.array([number.get(gap.feature, -1) for gap in gaps], dtype=np.int64),
        "gap_found": np.array([inf if g.found is None else instant(g.found) for g in gaps], dtype=np.float64),
        "gap_opened": np.array([_opened(roadmap.deal_named[g.deal]) for g in gaps], dtype=np.float64),
        "gap_due": np.array([due.get((g.deal, g.feature), inf) for g in gaps], dtype=np.float64),
    }


def _opened(deal: Deal) -> float:
    """From when on practices may find a deal's gaps: since it was opened, or its signing where that is not known."""
    return instant(deal.signs if deal.opened is None else deal.opened)
