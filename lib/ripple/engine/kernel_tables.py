"""A plan as the tables of the kernel: what does not change in a run, what does, and room for what comes into being."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ripple.engine import kernel
from ripple.engine.plan import SCALARS, Ints, Plan
from ripple.engine.state import AHEAD
from ripple.engine.work_arrays import FRONT, NO_CREW
from ripple.roadmap.model import SWITCHES

Table = NDArray[np.void]
Tables = dict[str, Table]


def table(kind: np.dtype[np.void], n: int, **values: Any) -> Table:
    """A table of n records, 0 where nothing is said; never empty, so that it has an address."""
    rows = np.zeros(max(1, n), dtype=kind)
    for name, column in values.items():
        rows[name][:n] = column
    return rows


def ranges(name: str, lengths: Iterable[int]) -> dict[str, Ints]:
    """Where lists of these lengths begin and end, one behind the other.

    >>> {name: ends.tolist() for name, ends in ranges("need", [2, 0, 1]).items()}
    {'first_need': [0, 2, 2], 'last_need': [2, 2, 3]}
    """
    ends = np.cumsum([0, *lengths], dtype=np.int64)
    return {f"first_{name}": ends[:-1], f"last_{name}": ends[1:]}


def items(lists: Iterable[Iterable[int]]) -> Table:
    """Lists of numbers, one behind the other."""
    numbers = [number for numbers in lists for number in numbers]
    return table(kernel.ITEM, len(numbers), number=numbers)


def most_reworks(plan: Plan) -> Ints:
    """How many parts of reworks each team can get: one for each of its works on the feature of a gap."""
    gaps = np.bincount(plan.gap_feature[plan.gap_feature >= 0], minlength=len(plan.features))
    own = slice(plan.n_own)
    most = np.bincount(plan.work_team[own], gaps[plan.work_feature[own]], minlength=len(plan.teams))
    return np.asarray(most, dtype=np.int64)


def promised(plan: Plan) -> list[list[int]]:
    """The features of the plan that each deal promises."""
    pairs = list(zip(plan.promise_deal.tolist(), plan.promise_feature.tolist(), strict=True))
    return [[feature for d, feature in pairs if d == deal and feature >= 0] for deal in range(len(plan.deals))]


def fixed_tables(plan: Plan) -> Tables:
    """What does not change in a run."""
    edges = [edge for row in plan.dependents for edge in row]
    cohorts = [cohort for _, _, newcomers in plan.newcomers for cohort in newcomers]
    errands = plan.n_own + len(plan.gaps) + np.arange(len(plan.errand_practice))
    return {
        "dates": dates(plan),
        "steps": table(
            kernel.STEP, 1 + len(plan.newcomers), **ranges("cohort", [0, *(len(n) for _, _, n in plan.newcomers)])
        ),
        "cohorts": table(
            kernel.COHORT, len(cohorts), since=[since for since, _ in cohorts], engineers=[n for _, n in cohorts]
        ),
        "needs": items(plan.needs),
        "dependents": table(
            kernel.DEPENDENT, len(edges), feature=[feature for feature, _ in edges], lag=[lag for _, lag in edges]
        ),
        "feature_gaps": items(plan.gaps_of_feature),
        "promised": items(promised(plan)),
        "promises": table(kernel.PROMISE, len(plan.promises), deal=plan.promise_deal, feature=plan.promise_feature),
        "announced": table(
            kernel.ERRAND_ROW, len(errands), work=errands, time=plan.practice_from[plan.errand_practice]
        ),
    }


def dates(plan: Plan) -> Table:
    """Everything that has a date of its own, in order of time; the last is never."""
    capacity = zip(plan.capacity_time, plan.capacity_team, plan.capacity_engineers, strict=True)
    calendar = zip(plan.calendar_time, plan.calendar_team, plan.calendar_factor, strict=True)
    rows = [(time, team, kernel.LEVEL, level, 0.0) for time, team, level in capacity]
    rows += [(time, team, kernel.CALENDAR, 0, factor) for time, team, factor in calendar]
    rows += [(time, team, kernel.NEWCOMERS, step, 0.0) for step, (time, team, _) in enumerate(plan.newcomers, start=1)]
    for practice, (team, cost) in enumerate(zip(plan.practice_team, plan.practice_cost, strict=True)):
        begin, end = plan.practice_from[practice], plan.practice_until[practice]
        if team >= 0 and cost and begin < end:
            rows += [(begin, team, kernel.PRACTICE, practice, 1.0), (end, team, kernel.PRACTICE, practice, 0.0)]
    rows.append((np.inf, 0, kernel.LEVEL, 0, 0.0))
    columns = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return table(kernel.DATE, len(rows), **dict(zip(("time", "team", "what", "value", "factor"), columns, strict=True)))


def changing_tables(plan: Plan, reworks: Ints) -> Tables:
    """What changes in a run, as it is before it begins."""
    n_features, n_gaps, n_deals, n_teams = len(plan.features), len(plan.gaps), len(plan.deals), len(plan.teams)
    n_parts, n_slots = int(reworks.sum()), int(plan.most_engineers.sum())
    lists = {
        "ending": n_slots,
        "weeks": n_teams,
        "recovering": n_parts,
        "signing": n_deals,
        "arriving": n_features,
        "errands": len(plan.errand_practice),
        "finds": n_gaps,
        "shipping": n_features,
        "touched": n_teams,
        "opened": n_gaps,
        "order": max(n_features, n_deals),
        "stack": len(plan.need_on) + n_features + 1,
        "queue": len(plan.work_team) + n_parts,
    }
    n_events = n_deals + len(plan.errand_practice) + n_gaps + n_features + n_teams + n_parts
    return {
        "teams": teams(plan, reworks),
        "slots": slots(plan),
        "tree": tree(n_slots),
        "times": table(kernel.REAL, n_leaves(n_slots), value=np.inf),
        "works": works(plan, n_parts),
        "features": features(plan),
        "deals": deals(plan),
        "gaps": gaps(plan),
        "practices": table(kernel.PRACTICE_ROW, len(plan.practices), team=plan.practice_team, cost=plan.practice_cost),
        "parts": table(kernel.PART, n_parts, closed=np.nan, end=-1.0, next=-1),
        "events": table(kernel.EVENT, n_events),
        **{name: table(kernel.ITEM, n) for name, n in lists.items()},
    }


def teams(plan: Plan, reworks: Ints) -> Table:
    """The teams, with all engineers idle."""
    level = plan.team_engineers
    n_works = np.bincount(plan.work_team, minlength=len(level)) + reworks
    return table(
        kernel.TEAM,
        len(level),
        number=np.arange(len(level)),
        **ranges("slot", plan.most_engineers.tolist()),
        queue=ranges("work", n_works.tolist())["first_work"],
        **dict.fromkeys(("n_idle", "level", "present", "engineers"), level),
        **dict.fromkeys(("speed", "usual", "focus"), plan.team_focus),
        calendar=1.0,
        part=-1,
    )


def slots(plan: Plan) -> Table:
    """The engineers that there ever are."""
    most = plan.most_engineers
    team = np.repeat(np.arange(len(most)), most)
    number = np.arange(len(team)) - np.repeat(np.cumsum(most) - most, most)
    here = number < plan.team_engineers[team]
    leaf = n_leaves(len(team)) + np.arange(len(team))
    return table(kernel.SLOT, len(team), team=team, number=number, here=here, idle=here, leaf=leaf, story=-1)


def n_leaves(n_slots: int) -> int:
    """The number of leaves of the tree of ends: a power of two.

    >>> [n_leaves(n) for n in (0, 1, 5)]
    [1, 1, 8]
    """
    return 1 << max(0, n_slots - 1).bit_length()


def tree(n_slots: int) -> Table:
    """The tree of ends, in which nothing ends: leaves are behind as many nodes, and a node's children at twice it.

    Each node holds one of the slots below it.

    >>> tree(3)["number"].tolist()
    [0, 0, 0, 2, 0, 1, 2, 3]
    """
    n = n_leaves(n_slots)
    levels = [np.arange(0, n, n // width) for width in (2 ** np.arange(n.bit_length())).tolist()]
    return table(kernel.ITEM, 2 * n, number=np.concatenate([[0], *levels]))


def works(plan: Plan, n_parts: int) -> Table:
    """The works of the plan, and those that reworks may become."""
    n, n_features = len(plan.work_team), len(plan.features)
    none = np.where(plan.work_feature == FRONT, n_features, n_features + 1)
    first, last = (np.array([row[i] for row in plan.work_rows], dtype=np.int64) for i in (3, 4))
    rows = table(
        kernel.WORK, n + n_parts, number=np.arange(n + n_parts), crew=NO_CREW, put_back=-1, urgency=kernel.ORDINARY,
        deal=-1, pace=1.0, queued=np.nan,
    )  # fmt: skip
    planned = {
        "left": last - first, "fresh": first, "last": last, "crew": plan.work_crew, "team": plan.work_team,
        "feature": np.where(plan.work_feature < 0, none, plan.work_feature), "removed": plan.work_removed,
        "offset": plan.work_offset[:-1], "last_drawn": plan.work_offset[1:],
    }  # fmt: skip
    for name, values in planned.items():
        rows[name][:n] = values
    return rows


def features(plan: Plan) -> Table:
    """The features, one that is ahead of all (where errands are), and one that has no place."""
    n, gaps = len(plan.features), plan.gaps_of_feature
    own = np.bincount(plan.work_feature[: plan.n_own], minlength=n)
    left = np.array([last > first for *_, first, last in plan.work_rows[: plan.n_own]], dtype=np.float64)
    rows = table(kernel.FEATURE, n + 2, ships=np.nan, starts=np.nan)
    real = {
        "done": plan.feature_done,
        "waits": [len(needs) for needs in plan.needs],
        "unfinished": np.bincount(plan.work_feature[: plan.n_own], left, minlength=n),
        "cause": [cause for cause, _ in plan.first_causes],
        "cause_number": [number for _, number in plan.first_causes],
        "place": plan.feature_place,
        "available": plan.feature_entry,
        **ranges("own", own.tolist()),
        **ranges("need", map(len, plan.needs)),
        **ranges("dependent", map(len, plan.dependents)),
        **ranges("gap", map(len, gaps)),
    }
    for name, values in real.items():
        rows[name][:n] = values
    rows["place"][n:] = AHEAD, np.nan
    return rows


def deals(plan: Plan) -> Table:
    """The deals, unsigned."""
    switches = {
        name: plan.deal_switches[:, SWITCHES.index(name)] for name in SWITCHES if name in (kernel.DEAL.names or ())
    }
    promises = ranges("promised", map(len, promised(plan)))
    return table(
        kernel.DEAL, len(plan.deals), turn=plan.deal_turn, promoted=plan.deal_promoted, signs=plan.deal_signs,
        **switches, **promises,
    )  # fmt: skip


def gaps(plan: Plan) -> Table:
    """The gaps, unknown."""
    return table(
        kernel.GAP, len(plan.gaps), deal=plan.gap_deal, feature=plan.gap_feature, found=plan.gap_found,
        due=plan.gap_due, group=-1, opened=np.nan, closed=np.nan,
    )  # fmt: skip


def room_tables(stories: int, rows: int) -> Tables:
    """Room for stories, and for rows of a trace; nothing of it needs to be cleared."""
    kinds = {"segments": kernel.SEGMENT, "conditions": kernel.CONDITION_ROW, "promotions": kernel.PROMOTION}
    return {
        "stories": table(kernel.STORY, stories),
        "interruptions": table(kernel.INTERRUPTION, stories),
        **{name: table(kind, rows) for name, kind in kinds.items()},
    }


def world_table(plan: Plan, room: Tables) -> Table:
    """What there is one of."""
    known = set(kernel.WORLD.names or ())
    names = [name for name in (*SCALARS, "horizon", "story_size", "n_own", "n_stories") if name in known]
    return table(
        kernel.WORLD,
        1,
        **{name: getattr(plan, name) for name in names},
        leaves=n_leaves(int(plan.most_engineers.sum())),
        n_planned=len(plan.work_team),
        n_teams=len(plan.teams),
        n_slots=int(plan.most_engineers.sum()),
        n_features=len(plan.features),
        n_deals=len(plan.deals),
        n_gaps=len(plan.gaps),
        n_practices=len(plan.practices),
        n_promises=len(plan.promises),
        n_announced=len(plan.errand_practice),
        **{f"most_{name}": len(room[name]) for name in ("stories", "segments", "conditions", "promotions")},
    )


def laid_out(world: Table, changing: Tables, others: Tables) -> tuple[Ints, Ints, Tables]:
    """The image of a world, the memory to run it in, and all tables where they then are.

    Every column is eight bytes wide, so that the tables are pieces of one array of numbers.
    """
    pieces = {"world": world, **changing}
    sizes = [piece.nbytes // 8 for piece in pieces.values()]
    memory = np.zeros(sum(sizes), dtype=np.int64)
    parts = np.split(memory, np.cumsum(sizes)[:-1])
    tables = {name: part.view(piece.dtype) for (name, piece), part in zip(pieces.items(), parts, strict=True)}
    for name, piece in {**tables, **others}.items():
        if name != "world":
            world[name] = piece.ctypes.data
    image = np.concatenate([piece.view(np.int64) for piece in pieces.values()])
    return image, memory, {**tables, **others}
