"""The way from one roadmap to the next in steps: the edits of one feature, team or deal at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ripple.analysis.changes.edits import ADDED, RANK, REMOVED, SCENARIO, Edit, edits, scenario_edits
from ripple.analysis.changes.tables import Key, Rows, moved_to, roadmap_of, rows_of
from ripple.engine.plan import compile_plan
from ripple.errors import InputError
from ripple.roadmap.graph import order
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario, apply

MOST_STEPS = 12
"""With more, all edits of a table are one step."""

START, SETTING, TEAM, FEATURE, DEAL, PRACTICE = "start", "setting", "team", "feature", "deal", "practice"
ORDER, PARAMETERS, TABLE, REST = "order", "parameters", "table", "rest"
OWNERS = {"teams": TEAM, "capacity": TEAM, "deals": DEAL, "promises": DEAL, "gaps": DEAL, "practices": PRACTICE}

World = tuple[Roadmap, Scenario | None]


@dataclass(frozen=True)
class Step:
    """Some edits that are made together, and the world that they lead to.

    Attributes:
        about: What they are about: `("feature", "sso")`, `("table", "deals")`, `("order",)`.
        edits: The edits.
        world: The roadmap after them, with all steps before, and the scenario to apply to it.
    """

    about: Key
    edits: tuple[Edit, ...]
    world: World


def steps(before: World, after: World) -> tuple[Step, ...]:
    """The steps from one world to the other; the last leads exactly there.

    Where the plan is impossible between two steps, such as a need without what is needed, they are made together.
    """
    found = edits(before[0], after[0])
    between = _Between(before[0], after[0], reordered=any(edit.column == RANK for edit in found))
    made: list[Step] = []
    waiting: list[Edit] = []
    for about, group in _groups([edit for edit in found if edit.acts]):
        waiting += group
        between.take(group, about)
        world = between.roadmap, before[1]
        if _possible(world):
            made.append(Step(_together(about, waiting, group), tuple(waiting), world))
            waiting = []
    return _ended(made, waiting, before, after)


def _together(about: Key, waiting: Sequence[Edit], group: Sequence[Edit]) -> Key:
    """What a step is about that had to wait for others: all of them."""
    return about if len(waiting) == len(group) else (REST,)


def _ended(made: list[Step], waiting: list[Edit], before: World, after: World) -> tuple[Step, ...]:
    """The steps with one more for the scenario and, where something is left, for the rest."""
    changed, here = scenario_edits(before[1], after[1]), made[-1].world if made else before
    other = replace(after[0], fingerprint=here[0].fingerprint, notices=here[0].notices,
                    assumed=here[0].assumed, assumptions=here[0].assumptions)  # fmt: skip
    last = (after[0], before[1])
    if changed:
        if not waiting and here[0] != other and _possible(last):
            made.append(Step((REST,), (), last))
        return (*made, Step((REST,) if waiting else (SCENARIO,), (*waiting, *changed), after))
    if waiting or here[0] != other:
        return (*made, Step((REST,), tuple(waiting), after))
    return (*made[:-1], replace(made[-1], world=after)) if made else ()


def _possible(world: World) -> bool:
    """Whether a plan between two others can be simulated; a name may be missing that a later step brings."""
    roadmap, scenario = world
    try:
        order(roadmap)
        compile_plan(roadmap)
        if scenario is not None:
            compile_plan(apply(roadmap, scenario))
    except (InputError, KeyError):
        return False
    return True


def _groups(found: Sequence[Edit]) -> list[tuple[Key, list[Edit]]]:
    """The edits by what they are about, in an order in which most plans in between are possible."""
    come_or_gone = {edit.key[0]: edit.kind for edit in found if edit.table == "features" and edit.kind != "changed"}
    groups: dict[Key, list[Edit]] = {}
    for edit in found:
        groups.setdefault(_about(edit, come_or_gone), []).append(edit)
    if len(groups) > MOST_STEPS:
        groups = {}
        for edit in found:
            about = (ORDER,) if edit.column == RANK else (TABLE, edit.row[0])
            groups.setdefault(about, []).append(edit)
    return sorted(groups.items(), key=lambda group: _turn(*group))


def _about(edit: Edit, come_or_gone: dict[str, str]) -> Key:
    """What an edit is about; a need of a feature that comes or goes belongs to it."""
    if edit.column == RANK:
        return (ORDER,)
    if edit.table == "settings":
        return (START,) if edit.key == (START,) else (SETTING, *edit.key)
    if edit.table == "parameters":
        return (PARAMETERS,)
    if edit.table == "dependencies" and edit.key[1] in come_or_gone:
        return (FEATURE, edit.key[1])
    return (OWNERS.get(edit.table, FEATURE), edit.key[0])


def _turn(about: Key, group: Sequence[Edit]) -> int:
    """When a group is made: what comes before what may need it, what goes after."""
    if about == (TABLE, "settings"):
        return 0
    kinds = {edit.kind for edit in group if edit.table in ("teams", "features")}
    if about[0] in (TEAM, FEATURE) and ADDED in kinds:
        return 2 if about[0] == TEAM else 3
    if about[0] in (TEAM, FEATURE) and REMOVED in kinds:
        return 9 if about[0] == TEAM else 8
    turns = {START: 0, SETTING: 1, TEAM: 4, FEATURE: 5, DEAL: 6, PRACTICE: 7, ORDER: 7, PARAMETERS: 10}
    return turns.get(about[0], 5)


class _Between:
    """A roadmap on its way to another, row by row; features keep their old order until the order's turn."""

    def __init__(self, before: Roadmap, after: Roadmap, *, reordered: bool) -> None:
        self._after, self._like = rows_of(after), after
        self._rows = rows_of(moved_to(before, after))
        old, new = ({key[0]: f.rank for key, f in rows["features"].items()} for rows in (self._rows, self._after))
        self._new_ranks = _ranks(new, old)
        self._ranks = _ranks(old, new) if reordered else self._new_ranks

    def take(self, group: Iterable[Edit], about: Key) -> None:
        """Let the rows of these edits be as they are in the other roadmap."""
        if about == (ORDER,):
            self._ranks = self._new_ranks
        for table, key in dict.fromkeys(edit.row for edit in group if edit.column != RANK):
            if key in self._after[table]:
                self._rows[table][key] = self._after[table][key]
            else:
                self._rows[table].pop(key, None)

    @property
    def roadmap(self) -> Roadmap:
        """The roadmap as it is now."""
        features = self._rows["features"]
        ranked = {key: replace(feature, rank=self._ranks[key[0]]) for key, feature in features.items()}
        in_order: Rows = {
            table: {key: rows[key] for key in [*(k for k in self._after[table] if k in rows), *rows]}
            for table, rows in {**self._rows, "features": ranked}.items()
        }
        return roadmap_of(in_order, self._like)


def _ranks(own: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """The ranks of all features of two roadmaps on the scale of the first: each of the second's behind whom it follows.

    >>> _ranks({"a": 1.0, "b": 2.0}, {"a": 1.0, "new": 2.0, "b": 3.0})
    {'a': 1.0, 'b': 2.0, 'new': 1.5}
    """
    ranks, scale = dict(own), sorted(set(own.values()))
    last = (scale[0] if scale else 1.0) - 1.0
    for name in sorted(other, key=other.__getitem__):
        if name in own:
            last = own[name]
        else:
            last = ranks[name] = (last + next((rank for rank in scale if rank > last), last + 1.0)) / 2
    return ranks
