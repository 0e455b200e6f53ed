"""Many replications recorded, checked and reduced by compiled code: what a study needs of them, without a trace.

It needs Numba; where that is missing, `ripple.engine.checks`, `ripple.analysis.capacity` and `ripple.analysis.why` say
the same of traces, one by one.
"""

from graphlib import TopologicalSorter
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from ripple.analysis import tally_kernel
from ripple.analysis.capacity import USES, used
from ripple.analysis.why.chains import check_chains
from ripple.analysis.why.reasons import (
    DEAL_RETROFIT,
    FROM_DEAL,
    OTHER_DEALS,
    PRACTICE,
    REASONS,
    Reasons,
    View,
)
from ripple.engine import kernel
from ripple.engine.checks import BrokenLaw, check_balance, check_run
from ripple.engine.compiled import Engine, plain
from ripple.engine.kernel_tables import Table, Tables, most_reworks, table
from ripple.engine.plan import Floats, Plan
from ripple.engine.trace import Trace
from ripple.engine.work_arrays import PRACTICES

Arrays = dict[str, NDArray[Any]]

WHY = ("reasons", "waves", "parents", "by_ship")

LAWS = {
    tally_kernel.EFFORT: "effort does not balance",
    tally_kernel.ORDER: "something began too early",
    tally_kernel.ENGINEERS: "somebody was in two places, or time ran backwards",
    tally_kernel.CHAINS: "a chain does not close",
    tally_kernel.HOURS: "hours do not balance",
}
"""What the kernel finds where it finds something."""

READ = {
    "world": kernel.WORLD,
    "team": kernel.TEAM,
    "work": kernel.WORK,
    "feature": kernel.FEATURE,
    "gap": kernel.GAP,
    "part": kernel.PART,
    "story": kernel.STORY,
    "interruption": kernel.INTERRUPTION,
    "segment": kernel.SEGMENT,
    "condition": kernel.CONDITION_ROW,
    "promise": kernel.PROMISE,
    "item": kernel.ITEM,
}
LAYOUT = np.zeros(1, [(f"{name}.{column}", kind[column]) for name, kind in READ.items() for column in kind.names or ()])
"""The type of this has all columns of the engine's tables that the kernel reads, so that where one of them moves, code
that was compiled before is not taken."""


def tally_all(engine: Engine, drawn: Floats, finds: Floats | None, ends: Floats, view: View | None = None) -> Arrays:
    """Run replications, hold each against the laws, and reduce it.

    Args:
        engine: The compiled plan.
        drawn: Every story's effort: shape (n, stories), engineer-weeks.
        finds: When practices find each gap: shape (n, gaps), weeks, `inf` for never; None: nothing.
        ends: The quarters' ends in weeks since the start, increasing, the last at the horizon: shape (quarters,).
        view: From where chains are looked at; None: they are not.

    Returns:
        `ships`, `starts`, `kept`, `opened` and `drills` as in `Trace`, `hours` and `strain` as in `Replications`, and,
        with a view, what `Reasons.of` returns: replications first. `team_hours`: the hours of each team, and their
        squares, summed over the replications: shape (1, 2, teams, quarters, uses + 1).

    Raises:
        BrokenLaw: A replication breaks a law of the model.
    """
    efforts, found = engine.draws(drawn, finds)
    sorter, times = Reasons(engine.plan, view or View()), engine.times(len(drawn))
    room: Tables = {}
    tables: Tables = {}
    out = results(engine.plan, len(drawn), len(ends), view)
    taken = (plain(ends), efforts, *(times[name] for name in ("ships", "starts", "kept", "opened")), *out.values())
    for row in range(len(drawn)):
        engine.record(row, efforts, found, times)
        if room is not engine.room:
            room, tables = engine.room, viewed(engine, sorter, sorting=view is not None)
        law = tally_kernel.tally(row, LAYOUT, engine.tables["world"], tables["viewed"], *taken)
        if law != tally_kernel.OBEYED:
            fail(law, engine.recorded_trace(row, times), drawn[row], ends, sorter)
    check_balance(times.pop("imbalance"), engine.plan)
    return {**times, **{name: values for name, values in out.items() if view or name not in WHY}}


def results(plan: Plan, n: int, n_quarters: int, view: View | None) -> Arrays:
    """Room for the results of n replications; none for chains where nobody looks at them."""
    n_sorted, n_features = n if view else 0, len(plan.features)
    return {
        "hours": np.empty((n, n_quarters, len(USES) + 1)),
        "strain": np.empty((n, len(plan.teams), 3)),
        "team_hours": np.zeros((1, 2, len(plan.teams), n_quarters, len(USES) + 1)),
        "reasons": np.empty((n_sorted, n_features + len(plan.promises), len(REASONS))),
        **{name: np.empty((n_sorted, n_features), dtype=np.int64) for name in WHY[1:]},
    }


def viewed(engine: Engine, sorter: Reasons, *, sorting: bool) -> Tables:
    """What the plan and the view say, and room for links, as the tables of the kernel."""
    plan, n_links = engine.plan, len(engine.room["segments"]) + len(engine.plan.features) + len(engine.plan.gaps)
    features = {"done": plan.feature_done, "ours": sorter.ours, "entry": plan.feature_entry}
    gaps = {"feature": plan.gap_feature, "ours": sorter.our_gap, "signs": plan.deal_signs[plan.gap_deal]}
    needs = {"feature": plan.need_feature, "on": plan.need_on, "lag": plan.need_lag}
    tables = {
        "stories": stories(plan, len(engine.room["stories"])),
        "works": works(sorter),
        "features": table(tally_kernel.OF_FEATURE, len(plan.features), **features),
        "gaps": table(tally_kernel.OF_GAP, len(plan.gaps), **gaps),
        "needs": table(tally_kernel.NEED, len(plan.need_on), **needs),
        "needed": needed(plan),
        "links": table(tally_kernel.LINK, n_links),
    }
    numbers = {"sorting": sorting, "first": sorter.view.first, "n_planned_stories": plan.n_stories}
    numbers |= {"n_needs": len(plan.need_on), "n_words": n_words(plan)}
    addresses = {name: rows.ctypes.data for name, rows in tables.items()}
    return {**tables, "viewed": table(tally_kernel.VIEWED, 1, **numbers, **addresses)}


def stories(plan: Plan, room: int) -> Table:
    """The work of each story, and whether it was left to do; what is redone has room behind the plan's."""
    left = np.arange(plan.n_stories) >= (plan.work_offset[:-1] + plan.work_removed)[plan.story_work]
    rows = table(tally_kernel.OF_STORY, room)
    rows["work"][: plan.n_stories], rows["left"][: plan.n_stories] = plan.story_work, left
    return rows


def works(sorter: Reasons) -> Table:
    """What each work is to those that wait for it, with room for what is redone behind the plan's."""
    plan, nothing = sorter.plan, tally_kernel.NOTHING
    who = [FROM_DEAL if feature >= 0 and sorter.ours[feature] else feature for feature in plan.work_feature.tolist()]
    roles = [PRACTICE if category == PRACTICES else nothing for category in plan.work_category.tolist()]
    for gap, ours in enumerate(sorter.our_gap):
        work = plan.n_own + gap
        roles[work], who[work] = (DEAL_RETROFIT, FROM_DEAL) if ours else (OTHER_DEALS, who[work])
    n, columns = len(who), {"feature": plan.work_feature, "category": plan.work_category, "role": roles, "who": who}
    rows = table(tally_kernel.OF_WORK, n + int(most_reworks(plan).sum()))
    for name, values in columns.items():
        rows[name][:n] = values
    return rows


def n_words(plan: Plan) -> int:
    """How many numbers of 32 bits have a bit for each feature."""
    return len(plan.features) // 32 + 1


def needed(plan: Plan) -> Table:
    """All features that each feature needs, directly or not, as bits: `n_words` numbers a feature."""
    found = [0] * len(plan.features)
    for feature in TopologicalSorter(dict(enumerate(plan.needs))).static_order():
        for need in plan.needs[feature]:
            found[feature] |= found[need] | 1 << need
    packed = b"".join(bits.to_bytes(4 * n_words(plan), "little") for bits in found)
    return table(kernel.ITEM, len(packed) // 4, number=np.frombuffer(packed, dtype="<u4"))


def fail(law: int, trace: Trace, drawn: Floats, ends: Floats, sorter: Reasons) -> NoReturn:
    """Say which law a replication broke, in the words of the reference.

    Raises:
        BrokenLaw: Naming the law.
    """
    check_run(trace, drawn)
    sorter.of(trace)
    check_chains(trace)
    used(trace, ends)
    raise BrokenLaw(f"the compiled checks find that {LAWS[law]}, and the reference does not")
