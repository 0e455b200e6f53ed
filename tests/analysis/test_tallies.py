"""What compiled code makes of replications is what the reference makes of their traces, and it notices broken laws."""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from ripple.analysis import capacity, tallies, tally_kernel
from ripple.analysis.capacity import USES, strained, used
from ripple.analysis.comparison import view_of
from ripple.analysis.tallies import Arrays, tally_all
from ripple.analysis.why import chains, reasons
from ripple.analysis.why.reasons import Reasons, View
from ripple.engine import checks, compiled, trace, work_arrays
from ripple.engine import plan as engine_plan
from ripple.engine.checks import BrokenLaw, check_run
from ripple.engine.compiled import Engine
from ripple.engine.draws import no_luck, practice_finds, story_efforts
from ripple.engine.plan import Floats, Plan, compile_plan
from ripple.engine.trace import Trace
from ripple.roadmap.model import CapacityChange, Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import apply, load_scenario
from tests.benchmark.workloads import workload
from tests.engine import kernels
from tests.engine.build import deal, drill, feature, roadmap
from tests.engine.generator import Size
from tests.engine.kernels import case

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
TIMES = ("ships", "starts", "kept", "opened", "drills")


def quarters(horizon: float) -> Floats:
    """The ends of quarters of 13 weeks, the first of which is shorter."""
    return np.append(np.arange(7.5, horizon, 13.0), horizon)


def some_view(plan: Plan, seed: int) -> View:
    """From the last deal or all, perhaps without features of its own, from a week that is early or within the plan."""
    deals = frozenset(plan.deals[-1:] if seed % 3 else plan.deals)
    promised = zip(plan.promise_deal.tolist(), plan.promise_feature.tolist(), strict=True)
    own = {plan.features[feature] for number, feature in promised if plan.deals[number] in deals and feature >= 0}
    return View(min(plan.horizon, (0.0, 3.0, 6.5, 12.0)[seed % 4]), deals, frozenset(own if seed % 5 else ()))


def reference(traces: list[Trace], drawn: Floats, ends: Floats, view: View | None) -> Arrays:
    """What the reference makes of traces, one by one.

    Raises:
        BrokenLaw: One breaks a law.
    """
    plan, rows = traces[0].plan, []
    sums, sorter = np.zeros((1, 2, len(plan.teams), len(ends), len(USES) + 1)), Reasons(plan, view or View())
    for one, efforts in zip(traces, drawn, strict=True):
        check_run(one, efforts)
        sorted_ = sorter.of(one) if view else {}
        hours = used(one, ends)
        sums[0] += hours, hours**2
        row = {name: getattr(one, name) for name in TIMES}
        rows.append({**row, "hours": hours.sum(axis=0), "strain": strained(one), **sorted_})
    return {**{name: np.array([row[name] for row in rows]) for name in rows[0]}, "team_hours": sums}


OF_TIME = ("hours", "strain", "team_hours")
"""What NumPy may add up in another order."""


def differences(mine: Arrays, right: Arrays) -> list[str]:
    """In what two results differ: hours and strain by more than 1e-9, all else at all."""
    assert mine.keys() == right.keys()
    return [name for name in right if not equal(mine[name], right[name], roughly=name in OF_TIME)]


def equal(mine: np.ndarray, right: np.ndarray, *, roughly: bool) -> bool:
    """Whether two arrays have the same shape and kind, and the same numbers; NaN equals NaN."""
    if mine.shape != right.shape or (mine.size and mine.dtype != right.dtype):
        return False
    if roughly:
        return np.allclose(mine, right, rtol=0.0, atol=1e-9)
    return np.array_equal(mine, right, equal_nan=mine.dtype.kind == "f")


@lru_cache(maxsize=1024)
def expected(seed: int, size: Size, mechanisms: bool) -> Arrays:
    """What the reference makes of a generated roadmap."""
    one = case(seed, size, mechanisms)
    return reference([one.right], one.efforts[None], quarters(one.plan.horizon), some_view(one.plan, seed))


def unlike(seed: int, size: Size = "small", mechanisms: bool = True) -> list[str]:
    """In what compiled code differs from the reference on a generated roadmap."""
    one = case(seed, size, mechanisms)
    how = quarters(one.plan.horizon), some_view(one.plan, seed)
    try:
        mine = tally_all(Engine(one.plan), one.efforts[None], one.finds[None], *how)
    except BrokenLaw as error:
        return [str(error)]
    return differences(mine, expected(seed, size, mechanisms))


@pytest.mark.parametrize("mechanisms", [False, True])
@pytest.mark.parametrize(("size", "seeds"), [("small", range(300)), ("medium", range(40))])
def test_compiled_code_says_what_the_reference_says(size: Size, seeds: range, mechanisms: bool) -> None:
    """Times, reasons, waves and hand-overs are equal to the last bit, hours to 1e-9, seen from real deals."""
    for seed in seeds:
        found = unlike(seed, size, mechanisms)
        assert not found, f"{size} roadmap {seed}: {found}"


def test_the_generated_roadmaps_show_everything() -> None:
    """The comparison is of something: of every reason, use and strain, and of hand-overs by ships and by engineers."""
    results = [expected(seed, "small", True) for seed in range(300)]
    reasons, hours, strain = (
        np.sum([result[name].sum(axis=(0, 1)) for result in results], axis=0) for name in ("reasons", "hours", "strain")
    )
    unused = {USES[use] for use in np.flatnonzero(hours == 0.0)}
    assert np.all(reasons > 0.0)
    assert np.all(strain > 0.0)
    assert unused == {"platform", "maintenance", "time off"}, "these the example has"
    handed = [result["by_ship"][result["waves"] > 0].tolist() for result in results]
    assert {by_ship for one in handed for by_ship in one} == {0, 1}


@pytest.mark.parametrize("world", ["base", "alternative"])
def test_the_example_is_that_of_the_reference(world: str) -> None:
    """Many replications of a roadmap as people write it, with holidays, seen from its scenario's deal, or from none."""
    base = replace(load_roadmap(EXAMPLE), holidays="US")
    scenario = load_scenario(EXAMPLE / "scenarios" / "accept-as-promised.yml")
    plan = compile_plan(base if world == "base" else apply(base, scenario))
    engine, ends = Engine(plan), quarters(plan.horizon)
    drawn, finds = story_efforts(plan, 3, 0)[:12], practice_finds(plan, 3, 0)[:12]
    for view in (view_of(base, scenario), None):
        right = reference(list(map(engine.trace, drawn, finds)), drawn, ends, view)
        assert not differences(tally_all(engine, drawn, finds, ends, view), right)
    uses = dict(zip(USES, right["hours"].sum(axis=(0, 1)), strict=False))
    assert min(uses[use] for use in ("platform", "maintenance", "time off")) > 0.0


CHAIN = [f"f{i}" for i in range(200)]
EXTREMES = {
    "no teams": Roadmap(kernels.generator.START, (), ()),
    "no features": roadmap([]),
    "nothing to do": roadmap([feature("a", 0.0)]),
    "a chain": roadmap([feature(name, 0.5) for name in CHAIN], needs=[(b, a, 0.0) for a, b in pairwise(CHAIN)]),
    "never finished": roadmap([feature("a", 900.0), feature("b", 2.0)]),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_those_of_the_reference(name: str) -> None:
    """Nothing, very little, a long way."""
    plan = compile_plan(EXTREMES[name])
    engine, drawn, ends = Engine(plan), no_luck(plan)[None], quarters(plan.horizon)
    view = View(1.0, frozenset(), frozenset(plan.features[:1]))
    right = reference([engine.trace(drawn[0])], drawn, ends, view)
    assert not differences(tally_all(engine, drawn, None, ends, view), right)


def test_room_grows_where_a_replication_needs_more() -> None:
    """With hardly any room at first, the results are the same."""
    redone = next(seed for seed in range(99) if sum(part.n_stories for part in case(seed).right.reworks) > 4)
    with patch.object(compiled, "ROWS_AT_FIRST", 1 - 2 * case(redone).plan.n_stories):
        assert not unlike(redone)
    with patch.object(compiled, "STORIES_AT_FIRST", 1):
        assert not unlike(redone)


def test_two_threads_give_the_same_bytes() -> None:
    """Each thread has its own room, so what one does shows in no other."""
    plan = compile_plan(workload("small"))
    drawn, ends = story_efforts(plan, 4, 0)[:64], quarters(plan.horizon)
    with ThreadPoolExecutor(2) as threads:
        parts = list(threads.map(lambda part: tally_all(Engine(plan), part, None, ends, View()), np.split(drawn, 4)))
    whole = tally_all(Engine(plan), drawn, None, ends, View())
    for name in whole.keys() - {"team_hours"}:
        assert np.concatenate([part[name] for part in parts]).tobytes() == whole[name].tobytes(), name


def test_one_compiled_kernel_serves_all() -> None:
    """No plan, no view and no layout of the draws has it compiled once more, nor that there are none."""
    test_extremes_are_those_of_the_reference("no teams")
    plan = compile_plan(workload("small"))
    drawn = np.asfortranarray(story_efforts(plan, 4, 0)[:3])
    for rows in (drawn, np.broadcast_to(drawn[0], drawn.shape), drawn[:0]):
        assert len(tally_all(Engine(plan), rows, None, quarters(plan.horizon))["hours"]) == len(rows)
    assert len(tally_kernel.tally.signatures) == 1


def test_the_kernel_numbers_things_as_the_reference_does() -> None:
    """The kernel cannot take a constant from another file, so that it has its own."""
    reasons_ = "OWN NEEDED DEAL DEAL_RETROFIT DEAL_REWORK TIMING OTHER OTHER_DEALS PRACTICE SPEED LAGS DATES BEFORE"
    owners: tuple[tuple[ModuleType, str], ...] = (
        (chains, "NOTHING LAG OWN_DATE DISCOVERY PEOPLE CLOSURE"),
        (reasons, f"{reasons_} BEYOND NO_WAVE FROM_DEAL"),
        (engine_plan, "SIGNING SHIP GAP"),
        (trace, "READY"),
        (checks, "TOLERANCE"),
        (work_arrays, "REWORK PRACTICES"),
        (capacity, "SWITCHING IDLE OVERTIME"),
    )
    for owner, names in owners:
        for name in names.split():
            assert getattr(tally_kernel, name) == getattr(owner, name), name
    for use in ("practices", "upkeep", "fatigue", "morale", "ramp", "time off", "unfocused"):
        assert getattr(tally_kernel, use.upper().replace(" ", "_")) == USES.index(use)


# Broken records.

Damage = Callable[[dict[str, Any]], None]
"""What changes the recorded tables and times of a replication."""


def damaged(damage: Damage) -> type[Engine]:
    """An engine that keeps something else than what happened."""

    class Damaged(Engine):
        def record(self, row: int, efforts: Floats, found: Floats, times: dict[str, Any]) -> None:
            """Record, and damage what was recorded."""
            super().record(row, efforts, found, times)
            world = self.tables["world"][0]
            n = {name: world[f"n_{name}"] for name in ("segments", "conditions", "stories")}
            recorded = {name: rows[: n.get(name, n["stories"])] for name, rows in self.room.items()}
            damage(recorded | {name: values[row : row + 1].reshape(-1) for name, values in times.items()})

    return Damaged


def changed(what: str, row: int, by: float) -> Damage:
    """One number of a table's column, or one time, is another one."""

    def damage(recorded: dict[str, Any]) -> None:
        name, _, column = what.partition(".")
        numbers = recorded[name][column] if column else recorded[name]
        if len(numbers):
            numbers[row % len(numbers)] += by

    return damage


def on_two_engineers(recorded: dict[str, Any]) -> None:
    """The rest of the interrupted story is begun too early, by an engineer who idles."""
    recorded["segments"]["engineer"][3], recorded["segments"]["start"][3] = 2, 2.5


def drilled() -> Plan:
    """Two engineers: one does a (0-4) and the rest of b (4-5.05), one b (1-3), a fire drill (3-5), and c (5-7).

    c needs a, with a lag of 1; the third engineer comes in week 6 and idles.
    """
    rows = [feature("a", 4.0), feature("b", 3.0, not_before=1.0), feature("c", 2.0)]
    plan = roadmap(rows, {"core": 2}, needs=[("c", "a", 1.0)], **drill("b", 2.0, 3.0))
    return compile_plan(replace(plan, deals=(deal(signs=2.0),), capacity=(CapacityChange("core", 6.0, 3),)))


BROKEN = {
    "effort that nobody drew": (changed("segments.effort", 0, 0.001), "EFFORT", "effort does not balance"),
    "effort that is lost": (changed("stories.remaining", 0, 0.001), "EFFORT", "effort does not balance"),
    "switching from nowhere": (changed("interruptions.added", 1, 0.001), "EFFORT", "effort does not balance"),
    "a start before its date": (changed("starts", 1, -0.5), "ORDER", "started before it was allowed to"),
    "a start before its need": (changed("starts", 2, -0.5), "ORDER", "that it needs had shipped"),
    "a gap before its deal": (changed("opened", 0, -1.5), "ORDER", "became work before its deal signed"),
    "an engineer twice": (changed("segments.start", -1, -2.0), "ENGINEERS", "an engineer worked on two stories"),
    "a story twice": (on_two_engineers, "ENGINEERS", "two engineers worked on one story"),
    "a ship after its work": (changed("ships", 2, 0.5), "CHAINS", "the reasons of c do not sum to its time"),
    "kept after its work": (changed("kept", 0, 0.5), "CHAINS", "the reasons of b do not sum to its time"),
    "more work than time": (changed("conditions.engineers", 0, -2.0), "HOURS", "a team worked more than it had"),
    "hours that did nothing": (changed("imbalance", 0, 0.1), "OBEYED", "effort does not balance"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_every_broken_law_is_noticed(name: str) -> None:
    """The compiled check finds it, and it is said in the words of the reference."""
    damage, law, sentence = BROKEN[name]
    plan = drilled()
    with patch.object(tallies, "fail", wraps=tallies.fail) as fail, pytest.raises(BrokenLaw, match=sentence):
        tally_all(damaged(damage)(plan), no_luck(plan)[None], None, quarters(plan.horizon), View())
    assert [call.args[0] for call in fail.call_args_list] == [getattr(tally_kernel, law)] * (law != "OBEYED")


def test_what_only_the_compiled_checks_find_is_not_published_either() -> None:
    """If the two disagree, that is a fault too."""
    with patch.object(tally_kernel, "tally", return_value=tally_kernel.HOURS):
        assert unlike(1) == ["the compiled checks find that hours do not balance, and the reference does not"]


def at_random(seed: int) -> Damage:
    """A little of anything that was recorded."""
    random = Random(seed)
    columns = {
        "segments": "start end effort switching speed usual why",
        "stories": "remaining",
        "interruptions": "added",
    }
    columns |= {"conditions": "time engineers calendar practices upkeep fatigue morale ramp"}
    what = random.choice([f"{table}.{column}" for table, names in columns.items() for column in names.split()])
    return changed(what, random.randrange(10_000), random.choice((-1.0, -0.25, -1e-7, 1e-7, 0.25, 1.0)))


def judged(results: Callable[..., Arrays], *arguments: Any) -> Arrays | str:
    """Results, or which law is broken."""
    try:
        return results(*arguments)
    except BrokenLaw as error:
        return str(error)


BACKWARDS = f"the compiled checks find that {tallies.LAWS[tally_kernel.ENGINEERS]}, and the reference does not"
"""Only they see that segments end before they begin, or are not in order of their ends."""


def test_damaged_records_are_judged_alike() -> None:
    """Whatever is changed in a record, both find the same law broken, or have the same results."""
    broken = set()
    for seed in range(400):
        one = case(seed % 100)
        engine, drawn = damaged(at_random(seed))(one.plan), one.efforts[None]
        how = quarters(one.plan.horizon), some_view(one.plan, seed)
        mine = judged(tally_all, engine, drawn, one.finds[None], *how)
        right = judged(reference, [engine.trace(one.efforts, one.finds)], drawn, *how)
        if isinstance(mine, str) or isinstance(right, str):
            assert mine in (right, BACKWARDS), seed
            broken.add(mine)
        else:
            assert not differences(mine, right), seed
    assert len(broken) > 5


# Deliberately wrong tallies, which Python runs.


def interpreted(old: str = "", new: str = "") -> ModuleType:
    """The kernel of tallies as Python runs it, after a change of its source in one place."""
    source = Path(tally_kernel.__file__).read_text(encoding="utf-8")
    assert not old or source.count(old) == 1, f"the kernel has {source.count(old)} times: {old}"
    engine = kernels.interpreted(kernels.KERNEL.read_text(encoding="utf-8"))
    with patch.dict(sys.modules, {"ripple.engine.kernel": engine}):
        found = kernels.interpreted(source.replace(old, new) if old else source)
    tally = found.tally

    def with_names(row: int, layout: Any, world: Any, viewed: Any, *others: Any) -> int:
        return int(tally(row, layout, world.view(np.recarray), viewed.view(np.recarray), *others))

    found.tally = with_names  # type: ignore[attr-defined]
    return found


WRONG = {
    "switching is not of the effort": ("+ interruption_at(w.interruptions, story).added", ""),
    "everything follows its engineer": ("(segment.why != READY or interrupted)", "True"),
    "what remains interrupts nothing": (" or story_at(w.stories, story).remaining > 0.0", ""),
    "colleagues are of any work": (" and link_at(v.links, before).work == mine.work", ""),
    "every gap is found by a ship": ("feature >= 0 and ships[feature] == link.begin", "feature >= 0"),
    "a promise is kept by any closing": ("if gap.deal == promise.deal and gap.closed", "if gap.closed"),
    "rework keeps any promise": ("and redone_for(w, promise, part.group):", ":"),
    "nothing is before the first effect": ("max(link.begin, v.first)", "link.begin"),
    "no wait is before the first effect": ("max(link.begin - link.wait, v.first)", "link.begin - link.wait"),
    "overtime makes up for lost speed": ("segment.speed / work_at(w.works, link.work).pace /", "segment.speed /"),
    "any rework is the deal's": ("DEAL_REWORK if ours else OTHER_DEALS", "DEAL_REWORK"),
    "no rework is on the way from the deal": ("FROM_DEAL if ours else who", "who"),
    "waits for the deal are dates": ("int(TIMING if ours else DATES)", "int(DATES)"),
    "a way goes on before the first effect": (".end > v.first:", ".end > -1.0:"),
    "waves are counted from one": ("parent, ship = 0, link.who,", "parent, ship = 1, link.who,"),
    "both strains are either": ("fatigue > 0.0 and condition.morale > 0.0", "fatigue + condition.morale > 0.0"),
    "losses are not of what is left": ("low = (left - tired) *", "low = left *"),
    "practices are not lost": ("focused * one.practices, ends", "0.0, ends"),
    "overtime is not extra": ("segment.speed * (1.0 - 1.0 / pace)", "segment.speed"),
    "switching takes no time": (" * share, work_at", " * 0.0, work_at"),
    "quarters begin too late": ("if ends[middle] <= time:", "if ends[middle] <= time + 1.0:"),
    "squares are sums": ("+= one * one", "+= one"),
}


def wrong(tallies_: ModuleType, seeds: range) -> bool:
    """Whether a kernel is wrong about some of the roadmaps."""
    with patch.object(tallies, "tally_kernel", tallies_):
        return any(map(unlike, seeds))


def test_the_tallies_that_python_runs_are_right() -> None:
    """What kills the wrong ones is their mistake, and not how they are run."""
    assert not wrong(interpreted(), range(20))


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_tallies_are_noticed(mistake: str) -> None:
    """Each mistake shows on some of the roadmaps on which the two are compared."""
    assert wrong(interpreted(*WRONG[mistake]), range(300))
