"""Why features slip: reasons, waves, and the ripple graph, over all replications of a comparison."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ripple.analysis.comparison import Comparison
from ripple.analysis.statistics import mean_interval
from ripple.analysis.why.reasons import FROM_DEAL, NO_WAVE, REASONS
from ripple.analysis.why.typical import Typical, typical
from ripple.engine.plan import Floats
from ripple.roadmap.graph import needs_of, unlocks

REACHED = 0.5
"""A feature belongs to a wave if the deal is on its chain in at least this share of those in which it slips."""

THE_DEAL = "the deal"
DEPENDENCY, CONTENTION = "dependency", "contention"
INTERVAL = ("mean", "lower", "upper")


@dataclass(frozen=True, eq=False)
class Explanation:
    """What the slips of a comparison are made of. All of it is exact: parts sum to the whole in every replication."""

    comparison: Comparison

    @cached_property
    def features(self) -> list[str]:
        """The features of both worlds, in table order."""
        return list(self.comparison.slips)

    def reasons_of(self, feature: str) -> Floats:
        """By how many weeks each reason makes a feature later: shape (n, reasons); the rows sum to its slips."""
        base, alternative = self.comparison.base, self.comparison.alternative
        worlds = (world.why["reasons"][:, world.features.index(feature)] for world in (alternative, base))
        other, one = worlds
        return np.asarray(other - one)

    @cached_property
    def reasons(self) -> pd.DataFrame:
        """Where each slip comes from: one row a feature and reason that differs in some replication.

        Columns: feature, title, reason, mean, lower, upper (weeks, 95 %), n. A feature's means sum to its mean slip.
        """
        rows = [
            {"feature": name, "title": self._title(name), "reason": reason, **_interval(weeks), "n": self.comparison.n}
            for name in self.features
            for reason, weeks in zip(REASONS, self.reasons_of(name).T, strict=True)
            if weeks.any()
        ]
        return pd.DataFrame(rows, columns=["feature", "title", "reason", *INTERVAL, "n"])

    @cached_property
    def waves(self) -> pd.DataFrame:
        """How far each feature is from the deal: one row a feature of both worlds, the worst slip first.

        Columns: feature, title, wave (the most frequent number of hand-overs when it slips; none where the deal is on
        its chain in less than half of these replications), p_wave, p_reached (share of these replications with this
        wave, and with any), from_feature (who then handed over most often), from_title, kind (dependency or
        contention), linked (whether the feature needs a feature of the deal, or is needed by one), slip_mean (weeks
        over all replications), n (replications in which it slips).
        """
        slips = self.comparison.features.set_index("feature")["slip_mean"]
        rows = [self._wave_row(name, float(slips[name])) for name in slips.index]
        return pd.DataFrame(rows, columns=list(WAVE_COLUMNS)).astype({"wave": "Int64"})

    def _wave_row(self, name: str, slip: float) -> dict[str, object]:
        own, slips = name in self.comparison.view.features, self.comparison.slips[name]
        moved = slips > 0 if not own else np.full(len(slips), fill_value=True)
        waves, parents, by_ship = (column[moved] for column in self._ways(name))
        reached = waves[waves != NO_WAVE]
        wave = _mode(reached) if len(reached) and len(reached) >= REACHED * len(waves) else None
        there = waves == (NO_WAVE if wave is None else wave)
        last = _mode(parents[there]) if wave else None
        ships = by_ship[there & (parents == last)] if wave else by_ship[:0]
        source = "" if last is None or last == FROM_DEAL else self._name(last)
        return {
            "feature": name,
            "title": self._title(name),
            "wave": wave,
            "p_wave": float(there.mean()) if wave is not None else np.nan,
            "p_reached": len(reached) / len(waves) if len(waves) else 0.0,
            "from_feature": source,
            "from_title": self._title(source) if source else THE_DEAL if wave else "",
            "kind": (DEPENDENCY if ships.mean() > REACHED else CONTENTION) if wave else "",
            "linked": name in self.linked,
            "slip_mean": slip,
            "n": len(waves),
        }

    @cached_property
    def linked(self) -> frozenset[str]:
        """The deal's own features, all that they need, and all that needs them, directly or not."""
        roadmap, ours = self.comparison.alternative.roadmap, self.comparison.view.features
        there = [name for name in roadmap.feature_named if name in ours]
        return frozenset(other for name in there for other in (name, *needs_of(roadmap, name), *unlocks(roadmap, name)))

    @cached_property
    def edges(self) -> pd.DataFrame:
        """The ripple graph: one row an edge, the one that passes most on first.

        An edge is the hand-over through which the deal first reached a feature. Columns: from_feature ("" for the
        deal itself), from_title, feature, title, kind (dependency: it waited for the other's ship; contention: for an
        engineer of a team that both need), probability (share of the replications), weeks (what it passes on: the
        mean over all replications of the feature's slip in those with this edge), weeks_if (the mean over these
        only), n. The weeks of a feature's edges, and of none, sum to its mean slip.
        """
        rows = [row for name in self.features for row in self._edges_of(name)]
        frame = pd.DataFrame(rows, columns=list(EDGE_COLUMNS))
        return frame.sort_values("weeks", ascending=False, kind="stable", ignore_index=True)

    def _edges_of(self, name: str) -> list[dict[str, object]]:
        waves, parents, by_ship = self._ways(name)
        slips, rows = self.comparison.slips[name], []
        for parent, ship in sorted(set(zip(parents[waves > 0].tolist(), by_ship[waves > 0].tolist(), strict=True))):
            here = (waves > 0) & (parents == parent) & (by_ship == ship)
            source = "" if parent == FROM_DEAL else self._name(parent)
            rows.append(
                {
                    "from_feature": source,
                    "from_title": self._title(source) if source else THE_DEAL,
                    "feature": name,
                    "title": self._title(name),
                    "kind": DEPENDENCY if ship else CONTENTION,
                    "probability": float(here.mean()),
                    "weeks": float((slips * here).mean()),
                    "weeks_if": float(slips[here].mean()),
                    "n": self.comparison.n,
                }
            )
        return rows

    @cached_property
    def ripple(self) -> pd.DataFrame:
        """The slips by quarter and wave: one row a quarter (of the base world's P50) and wave that has any.

        Columns: quarter, wave (in each replication; none: the deal is not on the chain), mean, lower, upper (weeks,
        the sum over the features), n. They sum to the sum of all slips.
        """
        quarters = self.comparison.features.set_index("feature")["base_quarter"]
        sums: dict[tuple[str, int], Floats] = {}
        for name in self.features:
            waves, slips = self._ways(name)[0], self.comparison.slips[name]
            for wave in np.unique(waves).tolist():
                key = (quarters[name] or "after the horizon", wave)
                sums[key] = sums.get(key, np.zeros(self.comparison.n)) + slips * (waves == wave)
        rows = [
            {"quarter": quarter, "wave": None if wave == NO_WAVE else wave, **_interval(weeks), "n": self.comparison.n}
            for (quarter, wave), weeks in sorted(sums.items())
            if weeks.any()
        ]
        return pd.DataFrame(rows, columns=["quarter", "wave", *INTERVAL, "n"]).astype({"wave": "Int64"})

    def typical(self, feature: str) -> Typical:
        """The chain of a feature in the replication that is most like the mean."""
        return typical(self.comparison, feature)

    def _ways(self, name: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """The waves, the handing-over features and whether by their ship, of one feature: shape (n,) each."""
        world = self.comparison.alternative
        column = world.features.index(name)
        waves, parents, by_ship = (world.why[what][:, column] for what in ("waves", "parents", "by_ship"))
        return waves, parents, by_ship

    def _name(self, number: int) -> str:
        return self.comparison.alternative.features[number] if number >= 0 else PRACTICE

    def _title(self, name: str) -> str:
        named = self.comparison.alternative.roadmap.feature_named
        return named[name].label if name in named else name

    def __repr__(self) -> str:
        reached = self.waves["wave"].notna().sum()
        return (
            f"the deal reaches {reached} of {len(self.features)} features in {int(self.waves['wave'].max() or 0)} waves"
        )


PRACTICE = "a practice"
WAVE_COLUMNS = (
    *("feature", "title", "wave", "p_wave", "p_reached", "from_feature", "from_title", "kind", "linked"),
    *("slip_mean", "n"),
)
EDGE_COLUMNS = ("from_feature", "from_title", "feature", "title", "kind", "probability", "weeks", "weeks_if", "n")


def explain(comparison: Comparison) -> Explanation:
    """Why the features of a comparison slip; of more than `TALLIED` pairs, by the first of them."""
    return Explanation(comparison.explained)


def _interval(values: Floats) -> dict[str, float]:
    return dict(zip(INTERVAL, mean_interval(values), strict=True))


def _mode(values: NDArray[Any]) -> int:
    """The most frequent value (the smallest of several)."""
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])
