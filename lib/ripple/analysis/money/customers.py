"""How a customer is assumed to behave: when its revenue starts, when its patience is over, how long it stays.

With h the `annual_churn`, q the quarters for which the longest open promise is late, and P the instant in which the
first promise has been late for the deal's `patience_weeks`:

- hazard of leaving, a year: h before P; from P on h x exp(`churn_per_quarter_late` x q) x trust at the start / trust.
- trust: a / (a + b). A promise kept on time adds `trust_kept` to a when it is kept; one that is not adds
  `trust_missed` to b when it is missed.
- from P on the price is lower by the deal's `discount`, or by the parameter of that name where the deal has none.

These are chances, not draws: the same promises kept at the same times give the same amounts.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import exprel

from ripple.engine.plan import Flags, Floats
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import resolve

WEEKS_A_YEAR = 52.0
WEEKS_A_QUARTER = 13.0
LARGEST_EXPONENT = 100.0


@dataclass(frozen=True)
class Behavior:
    """How customers are assumed to behave; the names are those of the parameters."""

    discount: float
    annual_churn: float
    churn_per_quarter_late: float
    trust_start_a: float
    trust_start_b: float
    trust_kept: float
    trust_missed: float


def behavior(roadmap: Roadmap) -> Behavior:
    """The parameters about customers that a roadmap sets, or leaves at their defaults.

    >>> from datetime import date
    >>> behavior(Roadmap(date(2027, 1, 4), (), (), parameters={"discount": 0.2})).discount
    0.2
    """
    parameters = resolve(roadmap.parameters)
    return Behavior(**{name: parameters[name].value for name in Behavior.__dataclass_fields__})


@dataclass(frozen=True, eq=False)
class Promised:
    """What changes a customer's situation, in each replication.

    Attributes:
        kept: When each promise was kept: shape (n, promises), `inf` where not by the horizon.
        since: From when each promise is late: the end of its due day, or the signing if that is later.
        on_time: Whether each promise was kept on time: shape (n, promises).
        shares: The share of the revenue that starts with each promise; without promises all of it starts at once.
        patience: For how many weeks of lateness the customer waits; None: not known, so it is never over.
    """

    kept: Floats
    since: Floats
    on_time: Flags
    shares: Floats
    patience: float | None

    @property
    def patience_over(self) -> Floats:
        """When the first promise has been late for as long as the customer waits: shape (n,), `inf` where never."""
        if self.patience is None or not len(self.since):
            return np.full(len(self.kept), np.inf)
        limits = self.since + self.patience
        over: Floats = np.where(self.kept > limits, limits, np.inf).min(axis=1)
        return over


@dataclass(frozen=True, eq=False)
class Course:
    """A contract's time cut into pieces in which nothing changes: arrays of shape (n, pieces), some of length 0.

    Attributes:
        middle: The middle of each piece.
        served: The share of the revenue that has started.
        past: Whether the customer's patience is over.
        usual: Weeks for which the customer is there, on average, if it leaves at the ordinary churn.
        there: Weeks for which it is there, on average, with the consequences of lateness.
        left: The chance that it leaves in this piece.
        stays: The chance that it is there at the end: shape (n,).
    """

    middle: Floats
    served: Floats
    past: Flags
    usual: Floats
    there: Floats
    left: Floats
    stays: Floats


def course(promised: Promised, customs: Behavior, begin: float, end: float, cuts: Floats) -> Course:
    """A customer's way through its contract, from `begin` to `end`, cut at `cuts` and wherever something changes."""
    bounds = _bounds(promised, begin, end, cuts)
    left, length = bounds[:, :-1], np.diff(bounds, axis=1)
    middle = left + length / 2
    past = middle > promised.patience_over[:, None]
    served, late_since, trust_ratio = _standing(promised, customs, middle)
    ordinary = customs.annual_churn / WEEKS_A_YEAR
    growth = np.where(past & np.isfinite(late_since), customs.churn_per_quarter_late / WEEKS_A_QUARTER, 0.0)
    so_far = growth * (left - np.where(np.isfinite(late_since), late_since, left))
    raised = ordinary * trust_ratio * np.exp(np.minimum(so_far, LARGEST_EXPONENT))
    hazard = np.where(past, raised, ordinary)
    _, usual, _ = _chances(np.full_like(hazard, ordinary), np.zeros_like(growth), length)
    gone, there, stays = _chances(hazard, growth, length)
    return Course(middle, served, past, usual, there, gone, stays)


def _bounds(promised: Promised, begin: float, end: float, cuts: Floats) -> Floats:
    n = len(promised.kept)
    fixed = np.concatenate([[begin, end], cuts, promised.since])
    times = np.hstack([np.tile(fixed, (n, 1)), promised.kept, promised.patience_over[:, None]])
    return np.sort(np.clip(times, begin, end), axis=1)


def _standing(promised: Promised, customs: Behavior, middle: Floats) -> tuple[Floats, Floats, Floats]:
    """What is served, since when the longest open promise is late (or `inf`), and trust at the start / trust."""
    served = np.zeros_like(middle) if len(promised.since) else np.ones_like(middle)
    late_since = np.full_like(middle, np.inf)
    a, b = (np.full_like(middle, start) for start in (customs.trust_start_a, customs.trust_start_b))
    for number, since in enumerate(promised.since):
        is_kept, is_due = promised.kept[:, [number]] < middle, since < middle
        on_time = promised.on_time[:, [number]]
        served += promised.shares[number] * is_kept
        late_since = np.where(is_due & ~is_kept, np.minimum(late_since, since), late_since)
        a += customs.trust_kept * (is_kept & on_time)
        b += customs.trust_missed * (is_due & ~on_time)
    at_start = customs.trust_start_a / (customs.trust_start_a + customs.trust_start_b)
    return served, late_since, at_start / (a / (a + b))


def _chances(hazard: Floats, growth: Floats, length: Floats) -> tuple[Floats, Floats, Floats]:
    """The chance to leave in each piece, the weeks there in each piece on average, the chance to stay to the end.

    Inside a piece the hazard a week is `hazard` x exp(`growth` x weeks), whose integral is exact. The weeks there are
    Simpson's rule over the chance of being there, which is nearly straight in the quarter that a piece is at most.
    """
    whole, half = (hazard * part * exprel(np.minimum(growth * part, LARGEST_EXPONENT)) for part in (length, length / 2))
    sums = np.cumsum(whole, axis=1)
    before = np.hstack([np.zeros((len(sums), 1)), sums[:, :-1]])
    begin, middle, end = (np.exp(-(before + gone)) for gone in (0.0, half, whole))
    return begin * -np.expm1(-whole), length * (begin + 4 * middle + end) / 6, np.exp(-sums[:, -1])
