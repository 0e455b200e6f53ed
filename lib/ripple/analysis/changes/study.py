"""What moved between two versions of a plan, and how much of it each edit, the program and luck did.

Two worlds are joined by steps (`ripple.analysis.changes.steps`), and every world on the way is simulated on the
same luck. A number's way from before to after is then a sum that has no remainder:

    after - before = program + the shift at every step + luck

`program` is what the present program makes of the old tables, less what the old report said; `luck` is what another
seed or another number of simulations does to the new tables, and what other names for the same things do to the old
ones. With the same program, seed, number and names both are 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import floor, isnan

from ripple.analysis.changes.edits import Edit, edits, scenario_edits
from ripple.analysis.changes.followed import (
    DATES,
    KEPT,
    KEPT_WITHOUT,
    NET,
    P50,
    P85,
    Followed,
    Name,
    followed,
    horizon_day,
    shift,
    value_of,
)
from ripple.analysis.changes.renames import in_present_names, present_name, rename_edits, renames
from ripple.analysis.changes.steps import Step, World, steps
from ripple.analysis.comparison import EVEN
from ripple.analysis.statistics import detectable
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

TOLERANCE = 1e-9
A_DAY = 0.5


@dataclass(frozen=True)
class Luck:
    """What the numbers of a report were drawn with."""

    n: int
    seed: int


@dataclass(frozen=True)
class Move:
    """How one number moved; days for dates, 0-1 for chances, money for the net value.

    `before + program + sum(parts) + luck` is `after`.

    Attributes:
        name: The number.
        before: What the earlier report said; a date as an ordinal number of a day with its fraction.
        after: What it is now.
        program: What another version of the program did.
        parts: What each step did.
        luck: What another seed, another number of simulations or other names did.
        lower: The least that the steps together did (95 %); NaN: not known.
        upper: The most.
        clear: Whether each step's part stands out of the noise.
    """

    name: Name
    before: float
    after: float
    program: float
    parts: tuple[float, ...]
    luck: float
    lower: float
    upper: float
    clear: tuple[bool, ...]

    @property
    def planned(self) -> float:
        """What all the steps did together."""
        return sum(self.parts)

    @property
    def by_edits(self) -> bool:
        """Whether edits alone moved it, so that `lower` and `upper` are those of the whole move."""
        return self.program == self.luck == 0.0

    @property
    def turned(self) -> bool:
        """Whether a promise came to be more likely missed than kept, or the other way round."""
        return self.name[0] in PROMISE and (self.before >= EVEN) != (self.after >= EVEN)

    @property
    def told(self) -> bool:
        """Whether edits moved it by more than the noise, and a date by a day."""
        if isnan(self.lower) or self.lower <= 0.0 <= self.upper or not any(self.clear):
            return False
        return abs(self.planned) >= A_DAY if self.name[0] in DATES else abs(self.planned) > TOLERANCE


@dataclass(frozen=True, eq=False)
class Changes:
    """What was edited between two versions of a plan, and what that did to the numbers that people follow.

    Attributes:
        before: The world of the earlier report, in the present names.
        after: The world of this one.
        edits: What was edited in tables and scenario.
        steps: The edits that can move something, in the order in which they were made here.
        moves: Every number that both reports have.
        come: Numbers that only this one has, with the replications' values.
        gone: Numbers that only the earlier one has.
        luck: What both were drawn with: (earlier, this one).
        versions: The program's versions: (earlier, this one).
    """

    before: World
    after: World
    edits: tuple[Edit, ...]
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    come: Followed
    gone: Followed
    luck: tuple[Luck, Luck]
    versions: tuple[str, str] = ("", "")

    @cached_property
    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        moved = any(move.program or move.luck or move.planned for move in self.moves)
        return not (self.edits or moved or self.come or self.gone)

    @cached_property
    def told(self) -> tuple[Move, ...]:
        """The moves that stand out of the noise, the one that matters most first.

        Of a date, P85 only where P50 did not move; of a promise's two worlds, the one that moved more.
        """
        ordered = sorted((move for move in self.moves if move.told), key=_weight, reverse=True)
        likely = {move.name[1:] for move in ordered if move.name[0] == P50}
        shown = [move for move in ordered if move.name[0] != P85 or move.name[1:] not in likely]
        first = {(move.name[0] in PROMISE, *move.name[1:]): move for move in reversed(shown)}
        return tuple(move for move in shown if first[move.name[0] in PROMISE, *move.name[1:]] is move)

    @property
    def renamed(self) -> tuple[Edit, ...]:
        """What goes by another name."""
        return tuple(edit for edit in self.edits if edit.is_rename)

    @property
    def horizon(self) -> float:
        """The end of this report's horizon, as an ordinal number of a day."""
        return horizon_day(self.after)


PROMISE = (KEPT, KEPT_WITHOUT)

DAYS_A_POINT = 2.0
"""Ten points of a chance count as much as three weeks of a date."""


def _weight(move: Move) -> tuple[bool, bool, float]:
    """How much a move matters: the net value, then promises that turned, then days and points together."""
    days = abs(move.planned) * (1.0 if move.name[0] in DATES else 100 * DAYS_A_POINT)
    return move.name == (NET,), move.turned, days


def what_changed(
    before: Roadmap,
    after: Roadmap,
    scenario_before: Scenario | None = None,
    scenario_after: Scenario | None = None,
    *,
    luck: tuple[Luck, Luck],
    said: Mapping[Name, float] | None = None,
    versions: tuple[str, str] = ("", ""),
    workers: int | None = None,
) -> Changes:
    """Compare two versions of a plan and split every move of a date, a chance or the net value into its causes.

    Args:
        before: The earlier roadmap.
        after: The present one.
        scenario_before: What the earlier report compared with; None: it looked at the plan alone.
        scenario_after: The same of the present one.
        luck: Number of simulations and seed, earlier and now.
        said: What the earlier report said of its numbers, a date as an ordinal number of its day.
        versions: The program's versions, earlier and now; they are only told.
        workers: How many threads share the work.

    Raises:
        InputError: The scenario does not fit its roadmap.
    """
    names = renames(before, after)
    first, renamed = (before, scenario_before), rename_edits(names)
    worlds: tuple[World, World] = (in_present_names(first, names), (after, scenario_after))
    way = steps(*worlds)
    stages = followed([worlds[0], *(step.world for step in way)], luck[0].n, luck[0].seed, workers)
    old = followed([first], luck[0].n, luck[0].seed, workers)[0] if renamed else stages[0]
    was = {present_name(name, names): values for name, values in old.items()}
    told = {present_name(name, names): value for name, value in (said or {}).items()}
    now = stages[-1] if luck[0] == luck[1] else followed([worlds[1]], luck[1].n, luck[1].seed, workers)[0]
    moves = tuple(_move(name, was, stages, now, told.get(name)) for name in now if name in was)
    return Changes(
        *worlds,
        (*renamed, *edits(worlds[0][0], after), *scenario_edits(worlds[0][1], scenario_after)),
        way,
        moves,
        come={name: values for name, values in now.items() if name not in stages[0]},
        gone={name: values for name, values in stages[0].items() if name not in now},
        luck=luck,
        versions=versions,
    )


def _move(name: Name, was: Followed, stages: list[Followed], now: Followed, said: float | None) -> Move:
    """One number's way; where a world in between does not have it, it stays as it was."""
    values = [stages[0][name]]
    for stage in stages[1:]:
        values.append(stage.get(name, values[-1]))
    points, begin = [value_of(name, one) for one in values], value_of(name, was[name])
    program = 0.0 if said is None else _program(name, begin, said)
    _, lower, upper = shift(name, values[0], values[-1])
    end = value_of(name, now[name])
    return Move(
        name,
        before=begin - program,
        after=end,
        program=program,
        parts=tuple(new - old for old, new in pairwise(points)),
        luck=(end - points[-1]) + (points[0] - begin),
        lower=lower,
        upper=upper,
        clear=tuple(detectable(new - old) for old, new in pairwise(values)),
    )


def _program(name: Name, found: float, said: float) -> float:
    """What the present program finds more than the earlier one said; a date was said as a whole day."""
    more = float(shown_day(found) - floor(said)) if name[0] in DATES else found - said
    return more if abs(more) > TOLERANCE * max(1.0, abs(said)) else 0.0


def shown_day(day: float) -> int:
    """The ordinal number of the day by whose end something was done; midnight belongs to the day that ends.

    >>> shown_day(739985.0), shown_day(739985.3)
    (739984, 739985)
    """
    return -floor(-(day - 1e-6)) - 1
