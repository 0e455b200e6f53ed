"""With the deal and without it, on the same luck: what differs, by how much, and how sure that is."""

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.capacity import OVERTIME, USES
from ripple.analysis.laws import REPLAYED, check_before, check_closure, check_identical, placebo_slip
from ripple.analysis.replications import (
    TALLIED,
    Precise,
    Progress,
    Replications,
    calendar_of,
    check_precision,
    replicate_each,
)
from ripple.analysis.statistics import detectable, half_width, mean_interval, quantile, wilson
from ripple.analysis.why.reasons import View
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats, compile_plan
from ripple.roadmap.changes import Sign
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.scenarios import Scenario, apply, first_effect

EVEN = 0.5


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two worlds replication by replication: `difference = alternative - base`, so later is positive.

    Attributes:
        base: The world as it is planned, with its signed deals.
        alternative: The world after the scenario.
        scenario: What was changed.
        view: What counts as the deal, and from when on, in the explanation.
        identical: How many of the replications that were simulated again by the reference came out the same, of
            both worlds together; None: none was.
        placebo_slip: The largest slip, in weeks, that a deal which asks for nothing caused: exactly 0.
    """

    base: Replications
    alternative: Replications
    scenario: Scenario
    view: View
    placebo_slip: float
    identical: int | None = None

    @classmethod
    def of(cls, base: Replications, alternative: Replications, scenario: Scenario) -> "Comparison":
        """Two worlds that were simulated on the same luck as parts of a larger study, which makes its own checks."""
        return cls(base, alternative, scenario, _view(base.roadmap, alternative.roadmap, scenario), 0.0)

    @property
    def n(self) -> int:
        """How many pairs there are."""
        return self.base.n

    @property
    def seed(self) -> int:
        """The study's seed."""
        return self.base.seed

    @cached_property
    def explained(self) -> "Comparison":
        """The pairs of which hours and reasons are kept: all, or the first `TALLIED` of more."""
        return (
            self
            if self.n <= TALLIED
            else replace(self, base=self.base.first(TALLIED), alternative=self.alternative.first(TALLIED))
        )

    @cached_property
    def deals(self) -> tuple[Deal, ...]:
        """The deals that the scenario signs."""
        before = {deal.name for deal in self.base.roadmap.signed}
        return tuple(deal for deal in self.alternative.roadmap.signed if deal.name not in before)

    @cached_property
    def slips(self) -> dict[str, Floats]:
        """Weeks by which each feature of both worlds ships later: shape (n,) each.

        A feature that did not ship by the horizon counts as shipped there, so that its slip is at least this.
        """
        base, alternative = self.base, self.alternative
        return {
            name: _by_horizon(alternative, name) - _by_horizon(base, name)
            for name in base.features
            if name in alternative.features
        }

    @cached_property
    def features(self) -> pd.DataFrame:
        """One row a feature of both worlds, the worst slip first.

        Columns: feature, title, kind, slip_mean, slip_lower, slip_upper (weeks, 95 %), p_slip, detectable, n,
        base_p50, base_p85, alternative_p50, alternative_p85 (weeks; NaN: not by the horizon), base_quarter,
        alternative_quarter (of the P50s), slip_p10, slip_p90 (weeks),
        p_new_quarter, n_censored (pairs in which one world
        does not ship it by the horizon), at_least (only the alternative does not: the true slip is larger).
        """
        rows = [self._feature_row(name, slips) for name, slips in self.slips.items()]
        frame = pd.DataFrame(rows, columns=list(FEATURE_COLUMNS))
        return frame.sort_values("slip_mean", ascending=False, kind="stable", ignore_index=True)

    def _feature_row(self, name: str, slips: Floats) -> dict[str, object]:
        base, alternative = self.base.ships_of(name), self.alternative.ships_of(name)
        feature, (mean, lower, upper) = self.base.roadmap.feature_named[name], mean_interval(slips)
        weeks = {
            f"{world}_p{round(p * 100)}": quantile(ships, p)
            for world, ships in (("base", base), ("alternative", alternative))
            for p in (0.5, 0.85)
        }
        return {
            "feature": name,
            "title": feature.label,
            "kind": feature.kind,
            "slip_mean": mean,
            "slip_lower": lower,
            "slip_upper": upper,
            "p_slip": float((slips > 0).mean()),
            "detectable": detectable(slips),
            "n": self.n,
            **weeks,
            "base_quarter": self._quarter(weeks["base_p50"]),
            "alternative_quarter": self._quarter(weeks["alternative_p50"]),
            "slip_p10": quantile(slips, 0.1),
            "slip_p90": quantile(slips, 0.9),
            "p_new_quarter": float((self._quarter_numbers(alternative) > self._quarter_numbers(base)).mean()),
            "n_censored": int((np.isnan(base) | np.isnan(alternative)).sum()),
            "at_least": bool(np.isnan(alternative).any() and not (np.isnan(base) & ~np.isnan(alternative)).any()),
        }

    def _quarter(self, week: float) -> str:
        return "" if np.isnan(week) else str(calendar_of(self.base.roadmap).ship_quarter(week))

    def _quarter_numbers(self, weeks: Floats) -> np.ndarray:
        return np.searchsorted(self._ends, np.nan_to_num(weeks, nan=np.inf), side="left")

    @cached_property
    def _ends(self) -> Floats:
        return calendar_of(self.base.roadmap).quarter_ends(self.base.roadmap.horizon)

    @cached_property
    def promises(self) -> pd.DataFrame:
        """One row a promise of either world, in table order; probabilities of being kept on time.

        Columns: deal, customer, feature, title, due (weeks), new (made by the scenario's deals), base, base_lower,
        base_upper, alternative, alternative_lower, alternative_upper (Wilson; NaN where the world has no such
        promise), difference, difference_lower, difference_upper (paired), detectable, breaks, kept_p50, kept_p85
        (weeks by which the alternative keeps it with 50 % and 85 %; NaN: not by the horizon), n.
        """
        keys = [*self.base.promises, *(key for key in self.alternative.promises if key not in self.base.promises)]
        table = {(p.deal, p.feature): i for i, p in enumerate(self.alternative.roadmap.promises)}
        keys.sort(key=lambda key: table.get(key, len(table)))
        frame = pd.DataFrame([self._promise_row(key) for key in keys], columns=list(PROMISE_COLUMNS))
        return frame.astype(dict.fromkeys(("new", "detectable", "breaks"), bool))

    def _promise_row(self, key: tuple[str, str]) -> dict[str, object]:
        worlds = [_on_time(world, key) for world in (self.base, self.alternative)]
        roadmap = (self.base if worlds[1] is None else self.alternative).roadmap
        promise = next(p for p in roadmap.promises if (p.deal, p.feature) == key)
        feature, (base, alternative) = roadmap.feature_named.get(key[1]), (_probability(on_time) for on_time in worlds)
        both = None if worlds[0] is None or worlds[1] is None else worlds[1].astype(float) - worlds[0]
        difference = (np.nan,) * 3 if both is None else mean_interval(both)
        return {
            "deal": key[0],
            "customer": roadmap.deal_named[key[0]].label,
            "feature": key[1],
            "title": feature.label if feature else key[1],
            "due": promise.due,
            "new": key[0] in {deal.name for deal in self.deals},
            **{f"base{suffix}": value for suffix, value in zip(INTERVAL, base, strict=True)},
            **{f"alternative{suffix}": value for suffix, value in zip(INTERVAL, alternative, strict=True)},
            **{f"difference{suffix}": value for suffix, value in zip(INTERVAL, difference, strict=True)},
            "detectable": both is not None and detectable(both),
            "breaks": base[0] >= EVEN > alternative[0],
            "kept_p50": self._kept(key, 0.5),
            "kept_p85": self._kept(key, 0.85),
            "n": self.n,
        }

    def _kept(self, key: tuple[str, str], p: float) -> float:
        promises = self.alternative.promises
        return quantile(self.alternative.kept[:, promises.index(key)], p) if key in promises else np.nan

    @cached_property
    def quarters(self) -> pd.DataFrame:
        """The ripple by quarter: one row a quarter in which features ship in the base world (by their P50).

        Columns: quarter, n_features, n_slipping (later by a detectable amount), weeks (the sum of their mean
        slips), worst, worst_slip.
        """
        rows = []
        for quarter, group in self.features.groupby("base_quarter", sort=True):
            later = group[group["detectable"] & (group["slip_mean"] > 0)]
            worst = later.iloc[0] if len(later) else None
            rows.append(
                {
                    "quarter": quarter or "after the horizon",
                    "n_features": len(group),
                    "n_slipping": len(later),
                    "weeks": float(later["slip_mean"].sum()),
                    "worst": "" if worst is None else worst["title"],
                    "worst_slip": np.nan if worst is None else worst["slip_mean"],
                }
            )
        return pd.DataFrame(rows, columns=["quarter", "n_features", "n_slipping", "weeks", "worst", "worst_slip"])

    @cached_property
    def capacity(self) -> pd.DataFrame:
        """Engineer-weeks of all teams by quarter and use in both worlds: one row a quarter and use, and overtime last.

        The uses sum to the weeks of the engineers who are there, plus overtime.

        Columns: quarter, use, base, alternative, difference, difference_lower, difference_upper (paired), n.
        """
        rows = []
        for i, quarter in enumerate(self.base.quarters):
            for j, use in enumerate((*USES, "overtime")):
                base, alternative = self.base.hours[:, i, j], self.alternative.hours[:, i, j]
                difference = zip(INTERVAL, mean_interval(alternative - base), strict=True)
                worlds = {"base": float(base.mean()), "alternative": float(alternative.mean())}
                named = {f"difference{suffix}": value for suffix, value in difference}
                rows.append({"quarter": quarter, "use": use, **worlds, **named, "n": len(self.base.hours)})
        return pd.DataFrame(rows)

    @cached_property
    def team_capacity(self) -> pd.DataFrame:
        """Engineer-weeks by team, quarter and use: mean and standard error in both worlds."""
        roadmap = self.base.roadmap
        levels = [[team.name for team in roadmap.teams], list(self.base.quarters), list(USES)]
        index = pd.MultiIndex.from_product(levels, names=["team", "quarter", "use"])
        columns = {}
        for world, replications in (("base", self.base), ("alternative", self.alternative)):
            columns[world] = replications.team_hours[0, :, :, :OVERTIME].ravel()
            columns[f"{world}_se"] = replications.team_hours[1, :, :, :OVERTIME].ravel()
        return pd.DataFrame(columns, index=index).reset_index().assign(n=len(self.base.hours))

    @cached_property
    def slipping(self) -> pd.DataFrame:
        """The features that ship later by a detectable amount, the worst first."""
        return self.features[self.features["detectable"] & (self.features["slip_mean"] > 0)]

    @cached_property
    def checks(self) -> dict[str, bool | None]:
        """Whether each check held; None is a check that was not made."""
        identical = None if self.identical is None else self.identical == 2 * min(self.n, REPLAYED)
        return {"placebo": self.placebo_slip == 0.0, "closure": True, "balance": True, "identical": identical}

    def __repr__(self) -> str:
        pairs = f"{self.n} pairs of 'base' and '{self.scenario.name}' (seed {self.seed})"
        return f"{pairs}: {len(self.slipping)} features slip"


INTERVAL = ("", "_lower", "_upper")
FEATURE_COLUMNS = (
    *("feature", "title", "kind", "slip_mean", "slip_lower", "slip_upper", "p_slip", "detectable", "n"),
    *("base_p50", "base_p85", "alternative_p50", "alternative_p85"),
    *("base_quarter", "alternative_quarter", "slip_p10", "slip_p90", "p_new_quarter", "n_censored", "at_least"),
)
PROMISE_COLUMNS = (
    *("deal", "customer", "feature", "title", "due", "new"),
    *(f"{what}{suffix}" for what in ("base", "alternative", "difference") for suffix in INTERVAL),
    *("detectable", "breaks", "kept_p50", "kept_p85", "n"),
)


def compare(
    roadmap: Roadmap,
    scenario: Scenario,
    n: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
    precision: float | None = None,
    others: Executor | None = None,
) -> Comparison:
    """Simulate a roadmap with and without a scenario on the same luck, n times each.

    Args:
        roadmap: The base world.
        scenario: What changes.
        n: How many pairs.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor. The results are the same for any number.
        progress: Told how far it is.
        precision: Stop before n when the mean slip of every feature is known to so many weeks on either side (95 %).
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Raises:
        InputError: The scenario does not fit the roadmap.
        BrokenLaw: A run broke a law of the model.
    """
    worlds = [(roadmap, scenario), (roadmap, None)]
    view = view_of(roadmap, scenario)
    precise = _precise(roadmap, scenario, precision)
    alternative, base = replicate_each(
        worlds, n, seed, workers=workers, progress=progress, view=view, precise=precise, others=others
    )
    identical = check_identical(base) + check_identical(alternative)
    comparison = Comparison(base, alternative, scenario, view, placebo_slip(base), identical)
    if comparison.placebo_slip != 0.0:
        raise BrokenLaw("a deal that asks for nothing moved a feature")
    check_before(base, alternative, comparison.slips, view.first)
    explained = comparison.explained
    check_closure(explained.base, explained.alternative, explained.slips)
    return comparison


def _precise(roadmap: Roadmap, scenario: Scenario, precision: float | None) -> Precise | None:
    """Whether the mean slips of all features of both worlds are known well enough."""
    check_precision(precision)
    if precision is None:
        return None
    other, one = (compile_plan(world).features for world in (apply(roadmap, scenario), roadmap))
    both = [name for name in one if name in other]
    here, there = ([names.index(name) for name in both] for names in (one, other))
    return lambda ships: half_width(ships[0][:, there] - ships[1][:, here]) <= precision


def view_of(roadmap: Roadmap, scenario: Scenario) -> View:
    """What counts as the deal in a comparison: the new deals and their own features, from the first effect on.

    Their own features are those that they promise, and those that they bring into the plan.
    """
    return _view(roadmap, apply(roadmap, scenario), scenario)


def _view(roadmap: Roadmap, alternative: Roadmap, scenario: Scenario) -> View:
    signed = {deal.name for deal in roadmap.signed}
    moved = {change.deal for change in scenario.changes if isinstance(change, Sign)}
    deals = {deal.name for deal in alternative.signed if deal.name not in signed or deal.name in moved}
    promised = {promise.feature for promise in alternative.promises if promise.deal in deals}
    brought = {*compile_plan(alternative).features} - {*compile_plan(roadmap).features}
    first = first_effect(roadmap, alternative, scenario)
    return View(min(first, roadmap.horizon), frozenset(deals), frozenset(promised | brought))


def _by_horizon(world: Replications, feature: str) -> Floats:
    return np.nan_to_num(world.ships_of(feature), nan=world.plan.horizon)


def _on_time(world: Replications, key: tuple[str, str]) -> np.ndarray | None:
    return world.on_time[:, world.promises.index(key)] if key in world.promises else None


def _probability(on_time: np.ndarray | None) -> tuple[float, float, float]:
    return (np.nan,) * 3 if on_time is None else wilson(int(on_time.sum()), len(on_time))
