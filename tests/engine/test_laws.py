"""What holds in every run, asserted on generated roadmaps from the segments alone; on every simulator."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ripple.analysis.capacity import OVERTIME, ROADMAP_USES, used
from ripple.engine.checks import check_run
from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.roadmap.calendar import grid
from tests.engine import generator
from tests.engine import wrong_engines as wrong
from tests.engine import wrong_plans as blind
from tests.engine.audit import Audit
from tests.engine.expected import level, level_changes
from tests.engine.independent_state import SWITCHING_COST, work_label
from tests.engine.oracles import kills
from tests.engine.simulators import Engine, Run, Simulator, generated_run

SEEDS: list[tuple[int, generator.Size]] = [(seed, "small") for seed in range(60)]
SEEDS += [(seed, "medium") for seed in range(10)]
QUARTERS = np.arange(13.0, 169.0, 13.0)


def runs(simulator: Simulator) -> Iterator[Run]:
    """Generated roadmaps and what the simulator says of them."""
    return (generated_run(simulator, *seed) for seed in SEEDS)


def uncensored_runs_without_promotion(simulator: Simulator) -> Iterator[Run]:
    """Those that are over before the horizon, and in which ranks are places."""
    for seed in SEEDS:
        roadmap = generator.roadmap(*seed)
        deals = tuple(replace(deal, promoted=False) for deal in roadmap.deals)
        roadmap = replace(roadmap, deals=deals)
        result = simulator(roadmap)
        if all(segment.end < roadmap.horizon for segment in result.segments):
            yield Run(f"{seed[1]} roadmap {seed[0]}", roadmap, result)


@kills(blind.OneEngineerMore, wrong.IgnoresFalls, blind.IgnoresFocus)
def test_hours_balance(engine: Engine) -> None:
    """Law 1: in each quarter a team's hours by use sum to those it has, and those on the roadmap to what it did."""
    for seed in SEEDS:
        roadmap = generator.roadmap(*seed)
        plan = compile_plan(roadmap)
        trace = engine(plan, no_luck(plan))
        ends = np.minimum(QUARTERS, roadmap.horizon)
        hours = used(trace, ends)
        for number, team in enumerate(roadmap.teams):
            times = sorted({0.0, *ends.tolist(), *level_changes(roadmap, team.name)})
            spans = [(a, b) for a, b in pairwise(times) if a >= 0.0 and b <= ends[-1]]
            there = [level(roadmap, team.name, a) * (b - a) for a, b in spans]
            quarter = np.searchsorted(ends, [a for a, _ in spans], side="right")
            total = np.bincount(quarter, there, minlength=len(QUARTERS))
            without = hours[number, :, :OVERTIME].sum(axis=1) - hours[number, :, OVERTIME]
            assert np.allclose(without, total, atol=1e-6), f"{seed}: {team.name}"
            done = trace.segments[trace.segments[:, 0] == number, 5].sum()
            assert np.isclose(hours[number, :, : len(ROADMAP_USES)].sum(), done, atol=1e-6), f"{seed}: {team.name}"


@kills(blind.IgnoresFocus, wrong.Leaky, wrong.Restarts)
def test_effort_balances(engine: Engine) -> None:
    """Law 2: what was drawn, and what switching added, is done or remains."""
    for seed in SEEDS:
        plan = compile_plan(generator.roadmap(*seed))
        trace = engine(plan, no_luck(plan))
        check_run(trace, no_luck(plan))
        _, _, start, end, _, effort, _, speed, _, _ = trace.segments.T
        team = trace.segments[:, 0].astype(int)
        assert np.allclose(effort, (end - start) * plan.team_focus[team], atol=1e-6), f"{seed}"
        assert np.array_equal(speed, plan.team_focus[team]), f"{seed}"


@kills(wrong.Leaky, wrong.Restarts, wrong.SwitchingTwice)
def test_what_ships_has_had_its_effort(simulator: Simulator) -> None:
    """Law 2, by names: a shipped work has had its effort, and at most a switching cost for every interruption."""
    for name, roadmap, result in runs(simulator):
        done: dict[str, float] = defaultdict(float)
        pieces: dict[str, int] = defaultdict(int)
        for segment in result.segments:
            done[segment.work] += segment.effort
            pieces[segment.work] += 1
        cost = roadmap.parameters.get("switching_cost", SWITCHING_COST)
        for row in roadmap.features:
            if result.ships[row.name] is not None and row.status not in ("done", "started"):
                for work in row.works:
                    label = work_label(row.name, work.team)
                    assert -1e-6 <= done[label] - work.effort <= cost * pieces[label] + 1e-6, name


@kills(blind.OneEngineerMore, wrong.IgnoresFalls)
def test_nobody_is_in_two_places(simulator: Simulator) -> None:
    """Law 3: nor has a story two engineers, nor does a team work with more than it has."""
    for name, roadmap, result in runs(simulator):
        by_engineer, by_story = defaultdict(list), defaultdict(list)
        for segment in result.segments:
            by_engineer[segment.team, segment.engineer].append((segment.start, segment.end))
            by_story[segment.work, segment.story].append((segment.start, segment.end))
        for spans in (*by_engineer.values(), *by_story.values()):
            spans.sort()
            assert all(before[1] <= after[0] for before, after in pairwise(spans)), name
        for segment in result.segments:
            at = [s for s in result.segments if s.team == segment.team and s.start <= segment.start < s.end]
            assert len(at) <= level(roadmap, segment.team, segment.start), name


@kills(wrong.LostWakeUp, wrong.SleepsBesideWork, wrong.OneIdles, blind.TwoAtMost, wrong.NeverReturns)
def test_nobody_idles_while_work_waits(simulator: Simulator) -> None:
    """Law 4: after every dispatch, who idles has no eligible story to take."""
    for name, roadmap, result in uncensored_runs_without_promotion(simulator):
        for team in roadmap.teams:
            assert not Audit(roadmap, result, team.name).idlers(), f"{name}: {team.name}"


@kills(blind.IgnoresRanks, wrong.LastComeFirst, wrong.TooEager, wrong.BackOfTheQueue)
def test_nobody_jumps_the_queue(simulator: Simulator) -> None:
    """Law 5: when a story is begun, no eligible better-placed story waits."""
    for name, roadmap, result in uncensored_runs_without_promotion(simulator):
        for team in roadmap.teams:
            assert not Audit(roadmap, result, team.name).jumped(), f"{name}: {team.name}"


@kills(blind.IgnoresLags, blind.IgnoresNeeds, blind.FirstNeedIsEnough, blind.IgnoresDates)
def test_nothing_begins_before_it_may(simulator: Simulator) -> None:
    """Law 6: dates are waited for, and so are needs with their lags."""
    for name, roadmap, result in runs(simulator):
        for row in roadmap.features:
            start = result.starts[row.name]
            if start is None or row.status == "done":
                continue
            assert start >= grid(row.not_before or 0.0), name
            for edge in roadmap.dependencies:
                if edge.feature == row.name:
                    ship = result.ships[edge.needs]
                    assert ship is not None and start >= grid(ship + edge.lag), name


@kills(wrong.GapsBeforeSigning, blind.GapsOnlyWhenBuilt, blind.UnplannedFromTheStart)
def test_deals_begin_when_they_sign(simulator: Simulator) -> None:
    """Law 6: a gap becomes work once it is found, by its date or by the ship, and its deal has signed; not later."""
    for name, roadmap, result in runs(simulator):
        for gap in roadmap.gaps:
            opened, ship = result.opened.get(gap.name), result.ships[gap.feature]
            if opened is not None:
                found = min(week for week in (gap.found, ship) if week is not None)
                assert opened == max(found, roadmap.deal_named[gap.deal].signs, 0), f"{name}: {gap.name}"
        for row in roadmap.features:
            start = result.starts[row.name]
            if row.status == "unplanned" and start is not None:
                assert start >= min(deal.signs for deal in roadmap.signed), f"{name}: {row.name}"


@kills(wrong.KeptAtTheShip)
def test_a_promise_is_kept_when_its_feature_ships_and_its_gaps_are_closed(simulator: Simulator) -> None:
    """The last of these, and never while one of them has not happened."""
    for name, roadmap, result in runs(simulator):
        for (deal, promised), kept in result.kept.items():
            gaps = [gap.name for gap in roadmap.gaps_of(deal) if gap.feature == promised]
            times = [result.ships[promised], *(result.closed[gap] for gap in gaps)]
            known = [week for week in times if week is not None]
            assert kept == (max(known) if len(known) == len(times) else None), name


@kills(wrong.NoPreemption, wrong.LostWakeUp)
def test_drills_wait_for_drills_only(simulator: Simulator) -> None:
    """While a fire drill waits, its team works on fire drills and on nothing else."""
    for name, roadmap, result in runs(simulator):
        for gap in roadmap.gaps:
            if gap.name in result.drills:
                opened = result.opened[gap.name]
                assert opened is not None
                pulled = min((s.start for s in result.segments if s.work == gap.name), default=opened)
                for segment in result.segments:
                    meanwhile = max(segment.start, opened) < min(segment.end, pulled)
                    assert not meanwhile or segment.team != gap.work.team or segment.work in result.drills, name
