"""What each habit saves on this roadmap, what it costs, from which chance on it pays, and in which order to begin."""

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import isnan

import numpy as np
import pandas as pd

from ripple.analysis.habits.break_even import LADDER, BreakEven, bracket, halved
from ripple.analysis.habits.habit import Habit, habits_of
from ripple.analysis.habits.worlds import Measured, Worlds, worlds_of
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.words import listed
from ripple.engine.plan import Floats
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario, apply

ALL = "all habits"
MONEY, WEEKS = "money", "weeks"
HABIT_COLUMNS = (
    *("habit", "once", "chance", "low", "high", "sureness"),
    *("team", "engineer_weeks", "pay", "cost_assumed"),
    *("others", "others_lower", "others_upper", "own", "own_lower", "own_upper", "kept", "kept_lower", "kept_upper"),
    *("saved", "saved_lower", "saved_upper", "detectable", "time", "time_lower", "time_upper"),
    *("money", "money_lower", "money_upper", "net", "net_lower", "net_upper", "net_detectable"),
    *("verdict", "below", "above", "tried", "n"),
)
ORDER_COLUMNS = ("habit", "adds", "adds_lower", "adds_upper", "adds_detectable", "net", "net_lower", "net_upper", "n")


@dataclass(frozen=True, eq=False)
class Habits:
    """What habits that find gaps are worth on this roadmap, on the same luck.

    What a habit finds is measured in a world in which it takes nobody's time, and its time in one in which it finds
    nothing, so that nothing is counted twice: in money its time costs what it is paid, in weeks the waiting it causes.

    Attributes:
        deals: The deals whose gaps are looked for.
        gaps: How many gaps there are to be found.
        unit: What `net` is in: `money`, or `weeks` where the net value or the pay of a team is not known.
        not_priced: Why it is weeks, one sentence each.
        table: One row a habit, then one of `all habits`. Columns: habit, once, chance, low, high, sureness (as
            assumed; blank: given), team, engineer_weeks, pay (of that time; NaN: not known), cost_assumed;
            others (weeks by which all other features ship sooner, in all, mean and 95 %), own (weeks by which the
            deal's promises are kept sooner, in all), kept (how much likelier all of them are on time), saved (others
            and own), detectable; time (weeks of waiting that its time costs); money (net value it saves; NaN: not
            priced); net (saved less cost, in `unit`), net_detectable; verdict, below, above, tried (see
            `ripple.analysis.habits.break_even.BreakEven`; blank and NaN for all habits), n.
        order: One row a habit, in the order in which to begin: each the one that adds most to those before it. Columns:
            habit, adds (to the net, paired), adds_detectable, net (of all so far), n.
        n: How many pairs.
        seed: The study's seed.
    """

    deals: tuple[str, ...]
    gaps: int
    unit: str
    not_priced: tuple[str, ...]
    table: pd.DataFrame
    order: pd.DataFrame
    n: int
    seed: int

    def __repr__(self) -> str:
        return f"{len(self.order)} habits, {self.n} pairs (seed {self.seed}), net in {self.unit}"


def habits(
    roadmap: Roadmap,
    scenario: Scenario,
    n: int = 200,
    seed: int = 0,
    workers: int | None = None,
    others: Executor | None = None,
) -> Habits:
    """What each habit is worth where a scenario signs a deal: alone, with the others, and if it found less.

    What the tables and the scenario say of practices, and the tables of when the deal's gaps are found, does not count
    here: nobody finds them before they are built, but for the habits. A gap that several find is found by the first.
    Habits run from the deal's first call (or its signing) to its last due date.

    Args:
        roadmap: The base world.
        scenario: What signs the deal.
        n: How many pairs of each world.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        others: Who computes in place of threads, see `ripple.analysis.cluster`.

    Raises:
        InputError: The scenario signs no open deal, or does not fit the roadmap.
    """
    worlds = worlds_of(roadmap, scenario, n, seed, workers, others)
    found = habits_of(apply(roadmap, scenario), worlds.deals)
    takes = [habit.takes() for habit in found]
    nobody, *taken = worlds.measure([(), *((row,) for row in takes), tuple(takes)])
    not_priced = (*_worthless(roadmap, worlds.deals, nobody), *_unpaid(found))
    study = _Study(worlds, found, nobody, taken, WEEKS if not_priced else MONEY)
    rows, order = study.rows(), study.order()
    return Habits(
        worlds.deals,
        sum(gap.deal in worlds.deals for gap in roadmap.gaps),
        study.unit,
        not_priced,
        pd.DataFrame(rows, columns=list(HABIT_COLUMNS)),
        pd.DataFrame(order, columns=list(ORDER_COLUMNS)),
        n,
        seed,
    )


def _worthless(roadmap: Roadmap, deals: Sequence[str], nobody: Measured) -> list[str]:
    """The deals whose price is not known, as a sentence."""
    blank = [roadmap.deal_named[deal].label for deal in deals if roadmap.deal_named[deal].arr is None]
    named = f"The arr of {listed(blank)} is blank in deals.csv" if blank else "The net value is not known"
    return [f"{named}, so nothing is priced."] if nobody.net is None else []


def _unpaid(found: Sequence[Habit]) -> list[str]:
    """The teams whose pay is not known, as a sentence."""
    teams = [*dict.fromkeys(habit.team for habit in found if isnan(habit.pay))]
    return [f"cost_per_week of {listed(teams)} is blank in teams.csv, so time is not priced."] if teams else []


@dataclass(frozen=True, eq=False)
class _Study:
    """The habits, a world without them, and worlds in which each, and last all of them, only takes its time."""

    worlds: Worlds
    habits: list[Habit]
    nobody: Measured
    taken: list[Measured]
    unit: str

    def rows(self) -> list[dict[str, object]]:
        """One row a habit, and one of all of them."""
        ladders = [sorted({0.0, *LADDER, habit.chance}) for habit in self.habits]
        pairs = zip(self.habits, ladders, strict=True)
        cases = [(habit.finds(chance),) for habit, ladder in pairs for chance in ladder]
        everybody, *tried = self.worlds.measure([tuple(habit.finds() for habit in self.habits), *cases])
        each = iter(tried)
        steps = [dict(zip(ladder, each, strict=False)) for ladder in ladders]
        ends = halved([self._bracket(i, step) for i, step in enumerate(steps)], self._nets)
        alone = [step[habit.chance] for habit, step in zip(self.habits, steps, strict=True)]
        rows = [self._row(i, found, end) for i, (found, end) in enumerate(zip(alone, ends, strict=True))]
        return [*rows, self._together(everybody)]

    def order(self) -> list[dict[str, object]]:
        """The habits, each the one that adds most to those before it, at the costs that they have alone."""
        chosen, left, rows = list[int](), list(range(len(self.habits))), list[dict[str, object]]()
        before = np.zeros(self.worlds.n)
        while left:
            sets = [[*chosen, i] for i in left]
            worlds = self.worlds.measure([tuple(self.habits[i].finds() for i in members) for members in sets])
            nets = [self._net(members, world) for members, world in zip(sets, worlds, strict=True)]
            best = max(range(len(left)), key=lambda i: float(nets[i].mean()))
            chosen.append(left.pop(best))
            rows.append(_step(self.habits[chosen[-1]].name, nets[best], nets[best] - before))
            before = nets[best]
        return rows

    def _net(self, members: Sequence[int], world: Measured) -> Floats:
        """What a set of habits saves less what they cost: shape (n,), in the study's unit."""
        if self.unit == MONEY:
            net: Floats = _money(world, self.nobody) - sum(self.habits[i].pay for i in members)
            return net
        times = [self.taken[i].weeks - self.nobody.weeks for i in members]
        saved: Floats = self.nobody.weeks - world.weeks - np.sum(times, axis=0)
        return saved

    def _nets(self, asked: Sequence[tuple[int, float]]) -> list[float]:
        """The mean nets of habits, by position, at chances."""
        worlds = self.worlds.measure([(self.habits[i].finds(chance),) for i, chance in asked])
        return [float(self._net([i], world).mean()) for (i, _), world in zip(asked, worlds, strict=True)]

    def _bracket(self, habit: int, step: dict[float, Measured]) -> BreakEven:
        nets = [self._net([habit], world) for world in step.values()]
        return bracket(list(step), [float(net.mean()) for net in nets], effect=any(net.any() for net in nets))

    def _row(self, i: int, world: Measured, end: BreakEven) -> dict[str, object]:
        habit = self.habits[i]
        names = ("once", "chance", "low", "high", "sureness", "team", "engineer_weeks", "pay", "cost_assumed")
        return {
            "habit": habit.name,
            **{name: getattr(habit, name) for name in names},
            **self._worth(world, self.taken[i], self._net([i], world)),
            "verdict": end.verdict,
            "below": end.lower,
            "above": end.upper,
            "tried": end.tried,
        }

    def _together(self, world: Measured) -> dict[str, object]:
        """All habits at once; their times too are measured together."""
        taken, pay = self.taken[-1], sum(habit.pay for habit in self.habits)
        net = self.nobody.weeks - world.weeks - (taken.weeks - self.nobody.weeks)
        return {
            "habit": ALL,
            "once": False,
            **dict.fromkeys(("chance", "low", "high", "below", "above"), np.nan),
            **dict.fromkeys(("sureness", "team", "verdict"), ""),
            "engineer_weeks": sum(habit.engineer_weeks for habit in self.habits),
            "pay": pay,
            "cost_assumed": any(habit.cost_assumed for habit in self.habits),
            **self._worth(world, taken, _money(world, self.nobody) - pay if self.unit == MONEY else net),
            "tried": 0,
        }

    def _worth(self, world: Measured, taken: Measured, net: Floats) -> dict[str, object]:
        """What is saved by finding, what is lost by taking time, and what is left."""
        saved = self.nobody.weeks - world.weeks
        return {
            **_named("others", self.nobody.others - world.others),
            **_named("own", self.nobody.own - world.own),
            **_named("kept", world.kept - self.nobody.kept),
            **_named("saved", saved),
            "detectable": detectable(saved),
            **_named("time", taken.weeks - self.nobody.weeks),
            **_named("money", _money(world, self.nobody)),
            **_named("net", net),
            "net_detectable": detectable(net),
            "n": self.worlds.n,
        }


def _money(world: Measured, nobody: Measured) -> Floats:
    """The net value that a world has more: shape (n,); NaN: not priced."""
    if world.net is None or nobody.net is None:
        return np.full(len(world.others), np.nan)
    return world.net - nobody.net


def _step(name: str, net: Floats, adds: Floats) -> dict[str, object]:
    more = detectable(adds)
    return {"habit": name, **_named("adds", adds), "adds_detectable": more, **_named("net", net), "n": len(net)}


def _named(name: str, values: Floats) -> dict[str, float]:
    return dict(zip((name, f"{name}_lower", f"{name}_upper"), mean_interval(values), strict=True))
