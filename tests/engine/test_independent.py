"""The independent simulator against results worked out by hand, and against the model's laws."""

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations, product
from pathlib import Path
from random import Random

import pytest

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import (
    SWITCHES,
    CapacityChange,
    Deal,
    Dependency,
    Feature,
    Gap,
    Hire,
    Promise,
    Roadmap,
    Team,
    Work,
)
from tests.engine import generator
from tests.engine.independent import Result, Segment, World, schedule, work_label

SEEDS = range(200)


@cache
def generated(seed, size="small"):
    """A generated roadmap and its schedule."""
    roadmap = generator.roadmap(seed, size)
    return roadmap, schedule(roadmap)


def feature(name, effort, rank=1.0, team="core", stories=1, crew=None, progress=0.0, **cells):
    """A feature of one team."""
    return Feature(name, (Work(team, effort, stories=stories, crew=crew, progress=progress),), rank, **cells)


def features(*efforts):
    """One-story features a, b, c, ... ranked as they come."""
    return [feature("abcdefghijklmnopqrstuvwxyz"[row], effort, float(row + 1)) for row, effort in enumerate(efforts)]


def plan(rows, engineers=1, focus=1.0, needs=(), **tables):
    """A roadmap of one team."""
    edges = tuple(Dependency(*edge) for edge in needs)
    team = Team("core", engineers, focus)
    tables = {"start": generator.START, "teams": (team,), "horizon": 1000.0, **tables}
    return Roadmap(features=tuple(rows), dependencies=edges, **tables)


def drill(effort, found, due=0.0, cost=0.0, stories=1, **cells):
    """The tables of a deal that promises `promised` and has a gap of one story on the core team."""
    return {
        "deals": (Deal("acme", signs=0.0, status="signed", **cells),),
        "promises": (Promise("acme", "promised", due),),
        "gaps": (Gap("gap", "acme", "promised", Work("core", effort, stories=stories), found=found),),
        "parameters": {"switching_cost": cost},
    }


PROMISED = Feature("promised", (Work("core", 0.0),), 9.0, not_before=500.0)


def last(result):
    """The last ship."""
    return max(result.ships.values())


class TestByHand:
    """Golden cases."""

    @pytest.mark.parametrize(("due", "cost", "closed", "ship"), [(0, 0, 26, 56), (0, 2, 26, 58), (600, 0, 56, 40)])
    def test_a_drill_preempts_and_its_victim_resumes(self, due, cost, closed, ship):
        """A story of 40; a retrofit of 16 at 10: as a drill without and with switching, and as ordinary work."""
        result = schedule(plan([feature("story", 40.0), PROMISED], **drill(16.0, 10.0, due=due, cost=cost)))
        assert (result.closed["gap"], result.ships["story"]) == (closed, ship)

    def test_switching_can_be_off(self):
        tables = drill(16.0, 10.0, cost=2.0, off=frozenset({"switching"}))
        assert schedule(plan([feature("story", 40.0), PROMISED], **tables)).ships["story"] == 56

    def test_the_gap_of_a_feature_of_no_effort_is_found_when_it_is_built(self):
        """The same drill, by way of a zero-effort need with a lag."""
        rows = [feature("story", 40.0), feature("root", 0.0), feature("promised", 0.0)]
        result = schedule(plan(rows, needs=[("promised", "root", 10.0)], **drill(16.0, None)))
        assert result.found["gap"] == 10
        assert result.ships == {"story": 56, "root": 0, "promised": 10}
        assert result.kept == {("acme", "promised"): 26}
        assert result.starts == {"story": 0, "root": 0, "promised": 10}

    @pytest.mark.parametrize(("engineers", "end"), [(2, 20), (3, 20), (4, 10)])
    def test_four_stories(self, engineers, end):
        assert last(schedule(plan([feature("a", 40.0, stories=4)], engineers))) == end

    def test_a_chain_gains_nothing_from_people(self):
        assert last(schedule(plan(features(8, 8, 8), 5, needs=[("b", "a"), ("c", "b")]))) == 24

    @pytest.mark.parametrize(("focus", "end"), [(0.8, 125), (0.5, 200)])
    def test_focus(self, focus, end):
        assert last(schedule(plan([feature("a", 100.0)], focus=focus))) == end

    @pytest.mark.parametrize(("before", "is_drill"), [(14, False), (13, False), (12, True)])
    def test_the_lead_decides_what_is_a_drill(self, before, is_drill):
        """Exactly at the lead a retrofit is ordinary: a drill has *less* than the lead left."""
        result = schedule(plan([feature("a", 40.0), PROMISED], **drill(1.0, 6.0, due=6.0 + before)))
        assert ("gap" in result.drills) is is_drill

    def test_what_is_meant_to_coincide_does(self):
        """At focus 0.75 a story of 1.5 ends at the instant at which a lag ends: the better-ranked arrival is taken."""
        rows = [feature("story", 1.5, 1), feature("root", 0.0), feature("waiting", 3.0, 3), feature("late", 1.5, 2)]
        result = schedule(plan(rows, focus=0.75, needs=[("late", "root", 2.0)]))
        assert result.ships == {"story": 2, "root": 0, "late": 4, "waiting": 8}

    @pytest.mark.parametrize(("due", "work", "story"), [(600, 18, 8), (0, 15, 18)])
    def test_work_arrives_while_a_story_runs(self, due, work, story):
        result = schedule(plan([feature("story", 8.0), PROMISED], **drill(10.0, 5.0, due=due)))
        assert (result.closed["gap"], result.ships["story"]) == (work, story)

    def test_stories_as_drawn(self):
        """A has stories of 6 and 10, B needs A, C fills in."""
        rows = [feature("a", 16.0, 1, stories=2), feature("b", 4.0, 2), feature("c", 20.0, 3)]
        luck = {(work_label("a", "core"), 0): 6.0, (work_label("a", "core"), 1): 10.0}
        assert schedule(plan(rows, 2, needs=[("b", "a")]), luck).ships == {"a": 10, "b": 14, "c": 26}

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_deal_with_every_switch_off_changes_nothing(self, seed):
        roadmap = generator.roadmap(seed)
        silent = tuple(replace(deal, off=frozenset(SWITCHES)) for deal in roadmap.deals)
        alternative = schedule(replace(roadmap, deals=silent))
        base = schedule(replace(roadmap, deals=(), promises=(), gaps=()))
        assert (alternative.ships, alternative.starts) == (base.ships, base.starts)
        assert alternative.segments == base.segments
        assert all(kept == alternative.ships[name] for (_, name), kept in alternative.kept.items())


class TestScheduling:
    """Results of scheduling theory: no gaps, constant engineers."""

    TIMES = (3, 2, 2, 2, 4, 4, 4, 4, 9)
    NEEDS = (("i", "a"), ("e", "d"), ("f", "d"), ("g", "d"), ("h", "d"))

    @pytest.mark.parametrize(
        ("engineers", "shorter", "dropped", "ranks", "end"),
        [
            (3, 0, 0, None, 12),
            (4, 0, 0, None, 15),
            (3, 1, 0, None, 13),
            (3, 0, 2, None, 16),
            (3, 0, 0, (1, 2, 6, 3, 4, 5, 8, 9, 7), 14),
        ],
    )
    def test_anomalies(self, engineers, shorter, dropped, ranks, end):
        """Graham's: more people, shorter tasks, fewer needs, another order, and each time later."""
        rows = features(*(float(time - shorter) for time in self.TIMES))
        if ranks:
            rows = [replace(row, rank=float(rank)) for row, rank in zip(rows, ranks, strict=True)]
        needs = (self.NEEDS[0], *self.NEEDS[1 + dropped :])
        assert last(schedule(plan(rows, engineers, needs=needs))) == end

    @pytest.mark.parametrize("m", [2, 3, 4, 10])
    def test_the_long_story_last(self, m):
        rows = [feature("units", m * (m - 1.0), stories=m * (m - 1)), feature("long", float(m), 2.0)]
        assert last(schedule(plan(rows, m))) == 2 * m - 1

    def test_longest_first(self):
        assert last(schedule(plan(features(5, 5, 4, 4, 3, 3, 3), 3))) == 11

    def test_weight_over_time(self):
        jobs = ((3, 9), (5, 8), (2, 1), (4, 10), (1, 3))

        def cost(order):
            rows = [feature(str(job), float(jobs[job][0]), float(place)) for place, job in enumerate(order)]
            ships = schedule(plan(rows)).ships
            return sum(ships[str(job)] * weight for job, (_, weight) in enumerate(jobs))

        assert cost(range(5)) == 286
        assert cost(sorted(range(5), key=lambda job: -jobs[job][1] / jobs[job][0])) == 238
        assert min(cost(order) for order in permutations(range(5))) == 238

    @pytest.mark.parametrize("seed", range(100))
    def test_bounds(self, seed):
        """Graham's bounds, and exactness with one engineer and no needs, and with enough engineers."""
        random = Random(seed)
        efforts = [float(random.randint(0, 6)) for _ in range(random.randint(2, 12))]
        rows = [replace(row, rank=float(random.randint(1, 4))) for row in features(*efforts)]
        pairs = [(a, b) for a in range(len(rows)) for b in range(a)]
        needs = [(rows[a].name, rows[b].name) for a, b in pairs if random.random() < 0.2]
        longest: dict[str, float] = {}
        for row in rows:
            behind = max((longest[need] for name, need in needs if name == row.name), default=0.0)
            longest[row.name] = behind + row.effort
        work, path, m = sum(efforts), max(longest.values()), random.randint(1, 4)
        assert max(path, work / m) <= last(schedule(plan(rows, m, needs=needs))) <= work / m + (1 - 1 / m) * path
        assert schedule(plan(rows, len(rows), needs=needs)).ships == longest
        assert last(schedule(plan(rows))) == work


class TestQueues:
    """Queues by recursion: arrivals are features behind a zero-effort feature and a lag."""

    @pytest.mark.parametrize(("seed", "engineers"), list(product(range(5), (1, 2, 3))))
    def test_first_come_first_served(self, seed, engineers):
        """Lindley's and Kiefer and Wolfowitz's recursions, on equal ranks."""
        random = Random(seed)
        arrivals, services, clock = [], [], 0.0
        for _ in range(40):
            clock += random.randint(1, 8) / 8
            arrivals.append(clock)
            services.append(random.randint(1, 12) * engineers / 16)
        rows = [feature("root", 0.0), *(feature(str(n), service) for n, service in enumerate(services))]
        needs = [(str(n), "root", arrival) for n, arrival in enumerate(arrivals)]
        free = [0.0] * engineers
        ends = {"root": 0.0}
        for n, (arrival, service) in enumerate(zip(arrivals, services, strict=True)):
            free.sort()
            free[0] = max(free[0], arrival) + service
            ends[str(n)] = free[0]
        assert schedule(plan(rows, engineers, needs=needs)).ships == ends


class TestRules:
    """Small cases for the rules one by one."""

    def test_progress_removes_whole_stories(self):
        """Half of 5 stories is 3 by rounding; 0.99 leaves one; 1 leaves none."""
        for progress, end in ((0.5, 4), (0.99, 2), (1.0, 0)):
            assert last(schedule(plan([feature("a", 10.0, stories=5, progress=progress)]))) == end

    def test_the_number_of_stories_rounds_half_up(self):
        """2.5 / 1 gives 3 stories, 0.4 gives one."""
        rows = [feature("a", 2.5, stories=None), feature("b", 0.4, stories=None)]
        segments = schedule(plan(rows)).segments
        assert [segment.work for segment in segments] == ["a/core"] * 3 + ["b/core"]

    def test_crew(self):
        """Two engineers, but a is for one at a time, so b runs beside it."""
        rows = [feature("a", 4.0, 1, stories=4, crew=1), feature("b", 3.0, 2)]
        assert schedule(plan(rows, 2)).ships == {"a": 4, "b": 3}

    def test_a_drill_smaller_than_the_team_takes_the_largest_key(self):
        rows = [feature("a", 8.0, 1), feature("b", 8.0, 2), feature("c", 8.0, 3), PROMISED]
        ships = schedule(plan(rows, 3, **drill(1.0, 2.0, cost=0.5))).ships
        assert (ships["a"], ships["b"], ships["c"]) == (8, 8, 9.5)

    def test_a_drill_larger_than_the_team_takes_everybody_in_turn(self):
        rows = [feature("a", 4.0, 1), feature("b", 4.0, 2), PROMISED]
        result = schedule(plan(rows, 2, **drill(6.0, 1.0, stories=3)))
        assert result.closed["gap"] == 5
        assert (result.ships["a"], result.ships["b"]) == (6, 8)

    def test_an_idle_engineer_comes_before_a_victim(self):
        ships = schedule(plan([feature("a", 4.0), PROMISED], 2, **drill(1.0, 2.0))).ships
        assert ships["a"] == 4

    def test_a_drill_at_the_instant_of_a_completion_preempts_nobody(self):
        rows = [feature("a", 2.0, 1), feature("b", 5.0, 2), feature("c", 5.0, 3), PROMISED]
        segments = schedule(plan(rows, 2, **drill(1.0, 2.0, cost=1.0))).segments
        assert Segment("core", 0, 2.0, 3.0, "gap", 0, 1.0) in segments
        assert Segment("core", 1, 0.0, 5.0, "b/core", 0, 5.0) in segments

    def test_falling_and_rising_engineers(self):
        """At 2 the worst story is suspended, at 4 it resumes with what was left and the cost of switching."""
        rows = [feature("a", 6.0, 1), feature("b", 6.0, 2)]
        capacity = (CapacityChange("core", 2.0, 1, until=4.0),)
        result = schedule(plan(rows, 2, capacity=capacity, parameters={"switching_cost": 0.5}))
        assert result.ships == {"a": 6, "b": 8.5}
        assert Segment("core", 1, 4.0, 8.5, "b/core", 0, 4.5) in result.segments

    def test_idle_engineers_leave_first(self):
        assert schedule(plan([feature("a", 6.0)], 2, capacity=(CapacityChange("core", 2.0, 1),))).ships == {"a": 6}

    def test_after_until_the_level_is_what_it_would_be_without_that_row(self):
        """Levels 2, 3 from 1, 0 from 2 to 4, then 3 again, and one more from 5 to 6."""
        capacity = (CapacityChange("core", 2.0, 0, until=4.0), CapacityChange("core", 1.0, 3))
        rows = [feature("a", 30.0, stories=30)]
        segments = schedule(plan(rows, 2, capacity=capacity, hires=(Hire("core", 1, 5.0, 6.0),))).segments
        busy = [sum(s.start <= week < s.end for s in segments) for week in range(7)]
        assert busy == [2, 3, 0, 0, 3, 4, 3]

    def test_an_unplanned_feature_enters_with_its_needs(self):
        rows = [feature("a", 4.0, 1), feature("extra", 2.0, 2, status="unplanned")]
        rows += [feature("base", 1.0, 3, status="unplanned"), feature("never", 1.0, 4, status="unplanned")]
        deal = Deal("acme", signs=6.0, status="signed")
        tables = {"deals": (deal,), "promises": (Promise("acme", "extra", 20.0),)}
        result = schedule(plan(rows, needs=[("extra", "base", 0.5)], **tables))
        assert result.ships == {"a": 4, "base": 7, "extra": 9.5, "never": None}
        assert result.starts == {"a": 0, "base": 6, "extra": 7.5, "never": None}
        off = replace(deal, off=frozenset({"scope"}))
        assert schedule(plan(rows, **{**tables, "deals": (off,)})).kept == {("acme", "extra"): None}

    def test_promotion_puts_a_feature_and_its_needs_in_front_but_preempts_nothing(self):
        rows = [feature(name, 2.0, rank) for name, rank in zip("abcde", (1.0, 2.0, 3.0, 4.0, 5.0), strict=True)]
        deal = Deal("acme", signs=1.0, status="signed", promoted=True)
        promises = (Promise("acme", "e", 20.0), Promise("acme", "c", 20.0))
        ships = schedule(plan(rows, needs=[("e", "d")], deals=(deal,), promises=promises)).ships
        assert ships == {"a": 2, "d": 4, "e": 6, "c": 8, "b": 10}

    @pytest.mark.parametrize(
        ("dates", "order"),
        [
            ((1.0, 1.0), "abcd"),
            ((1.5, 1.0), "abcd"),
            ((1.0, 1.5), "acbd"),
            ((-3.0, -2.0), "cbad"),
            ((-2.0, -3.0), "bcad"),
        ],
    )
    def test_later_signings_go_in_front_and_of_equals_the_first_row(self, dates, order):
        """One engineer, the first deal promises b, the second c; d is never promised."""
        rows = [feature(name, 2.0, rank) for name, rank in zip("adbc", (1.0, 2.0, 3.0, 4.0), strict=True)]
        deals = tuple(Deal(f"deal-{n}", signs, status="signed", promoted=True) for n, signs in enumerate(dates))
        promises = (Promise("deal-1", "c", 20.0), Promise("deal-0", "b", 20.0))
        ships = schedule(plan(rows, deals=deals, promises=promises)).ships
        assert "".join(sorted(ships, key=lambda name: ships[name])) == order

    def test_a_gap_waits_for_the_signing(self):
        rows = [feature("promised", 2.0, 1)]
        tables = drill(3.0, 1.0, due=100.0)
        tables["deals"] = (Deal("acme", signs=5.0, status="signed"),)
        result = schedule(plan(rows, **tables))
        assert (result.found["gap"], result.opened["gap"], result.kept) == (1, 5, {("acme", "promised"): 8})

    def test_an_ordinary_retrofit_has_its_features_place(self):
        """Found at 2, it comes before b, as its feature a does, but preempts nothing."""
        rows = [feature("promised", 2.0, 1), feature("a", 2.0, 2), feature("b", 2.0, 3)]
        result = schedule(plan(rows, **drill(1.0, None, due=100.0)))
        assert result.ships == {"promised": 2, "a": 5, "b": 7}
        assert result.kept == {("acme", "promised"): 3}

    def test_equal_ranks_are_taken_in_the_order_of_arrival(self):
        rows = [feature("a", 4.0), feature("late", 1.0, not_before=2.0), feature("early", 1.0, not_before=1.0)]
        assert schedule(plan(rows)).ships == {"a": 4, "early": 5, "late": 6}

    def test_done_features_shipped_at_zero(self):
        rows = [feature("a", 4.0, status="done"), feature("b", 1.0)]
        result = schedule(plan(rows, needs=[("b", "a", 1.5)]))
        assert result.ships == {"a": 0, "b": 2.5}
        assert result.starts == {"a": 0, "b": 1.5}

    def test_what_ends_at_the_horizon_counts(self):
        result = schedule(plan(features(2, 2, 2), horizon=4.0))
        assert result.ships == {"a": 2, "b": 4, "c": None}
        assert result.starts == {"a": 0, "b": 2, "c": None}
        result = schedule(plan(features(2, 2, 2), horizon=5.0))
        assert result.starts == {"a": 0, "b": 2, "c": 4}
        assert result.segments[-1] == Segment("core", 0, 4.0, 5.0, "c/core", 0, 1.0)

    def test_a_need_outside_the_plan_is_an_error(self):
        with pytest.raises(ValueError, match="b can never become available: it waits for a"):
            schedule(plan([feature("a", 1.0, status="unplanned"), feature("b", 1.0)], needs=[("b", "a")]))


class TestLaws:
    """What holds in every run, asserted on generated roadmaps from the segments alone."""

    @pytest.fixture(params=[*((seed, "small") for seed in SEEDS), *((seed, "medium") for seed in range(30))])
    def run(self, request):
        """A generated roadmap and its schedule."""
        return generated(*request.param)

    def test_nobody_is_in_two_places(self, run):
        """Nor has a story two engineers, nor does a team work with more than it has."""
        roadmap, result = run
        by_engineer, by_story = defaultdict(list), defaultdict(list)
        for segment in result.segments:
            by_engineer[segment.team, segment.engineer].append((segment.start, segment.end))
            by_story[segment.work, segment.story].append((segment.start, segment.end))
        for spans in (*by_engineer.values(), *by_story.values()):
            spans.sort()
            assert all(before[1] <= after[0] for before, after in pairwise(spans))
        for segment in result.segments:
            at = [s for s in result.segments if s.team == segment.team and s.start <= segment.start < s.end]
            assert len(at) <= level(roadmap, segment.team, segment.start)

    def test_effort_balances(self, run):
        """A shipped work has had its effort, and whatever switching added."""
        roadmap, result = run
        done = defaultdict(float)
        pauses = defaultdict(int)
        for segment in result.segments:
            done[segment.work] += segment.effort
            pauses[segment.work] += 1
        cost = roadmap.parameters.get("switching_cost", 0.05)
        for row in roadmap.features:
            if result.ships[row.name] is not None and row.status not in ("done", "started"):
                for work in row.works:
                    label = work_label(row.name, work.team)
                    extra = done[label] - work.effort
                    assert -1e-6 <= extra <= cost * pauses[label] + 1e-6

    def test_nothing_begins_before_it_may(self, run):
        """Needs, lags, dates and signings are waited for; kept is not before the ship or the closing."""
        roadmap, result = run
        for row in roadmap.features:
            start = result.starts[row.name]
            if start is None or row.status == "done":
                continue
            assert start >= grid(row.not_before or 0.0)
            for edge in roadmap.dependencies:
                if edge.feature == row.name:
                    assert result.ships[edge.needs] is not None
                    assert start >= grid(result.ships[edge.needs] + edge.lag)
        for gap in roadmap.gaps:
            if result.opened.get(gap.name) is not None:
                assert result.opened[gap.name] == max(result.found[gap.name], roadmap.deal_named[gap.deal].signs, 0)
        for (_, name), kept in result.kept.items():
            assert kept is None or kept >= result.ships[name]

    def test_nobody_idles_while_work_waits(self, run):
        """From the instant a retrofit becomes work to its first pull, everyone on its team is busy."""
        roadmap, result = run
        for gap in roadmap.gaps:
            opened, closed = result.opened.get(gap.name), result.closed.get(gap.name)
            if opened is None:
                continue
            pulls = [segment.start for segment in result.segments if segment.work == gap.name]
            until = min(pulls) if pulls else closed if closed is not None else roadmap.horizon
            check_all_busy(roadmap, result, gap.work.team, opened, until)

    def test_drills_wait_for_drills_only(self, run):
        """While a fire drill waits, its team works on fire drills and on nothing else."""
        roadmap, result = run
        for gap in roadmap.gaps:
            if gap.name not in result.drills:
                continue
            opened = result.opened[gap.name]
            pulled = min((s.start for s in result.segments if s.work == gap.name), default=opened)
            for segment in result.segments:
                meanwhile = max(segment.start, opened) < min(segment.end, pulled)
                assert not meanwhile or segment.team != gap.work.team or segment.work in result.drills


def level(roadmap: Roadmap, team: str, week: float) -> int:
    """The engineers of a team, counted another way: rows in order of their dates, each laid over those before."""
    engineers = roadmap.team_named[team].engineers
    for row in sorted(roadmap.capacity, key=lambda row: row.start):
        if row.team == team and row.start <= week and (row.until is None or week < row.until):
            engineers = row.engineers
    hired = [
        h.engineers for h in roadmap.hires if h.team == team and h.start <= week and (not h.until or week < h.until)
    ]
    return engineers + sum(hired)


def check_all_busy(roadmap: Roadmap, result: Result, team: str, first: float, last: float) -> None:
    """Assert that a team has no idle engineer between two times."""
    segments = [segment for segment in result.segments if segment.team == team]
    changes = [
        week for row in (*roadmap.capacity, *roadmap.hires) for week in (row.start, row.until) if week is not None
    ]
    times = {first, *(segment.end for segment in segments), *changes}
    for week in sorted(week for week in times if first <= week < last):
        assert sum(s.start <= week < s.end for s in segments) == level(roadmap, team, week)


class TestRelations:
    """How a change of the input must change the result."""

    def test_times_scale_by_powers_of_two(self):
        """Doubling every duration, date, lag and parameter doubles every time, where no time was rounded."""
        n_tried = 0
        for seed in SEEDS:
            roadmap, base = generated(seed)
            times = [*dates_of(roadmap), *base.ships.values(), *(segment.end for segment in base.segments)]
            if any(week is not None and week * 2**12 % 1 for week in times):
                continue
            doubled = schedule(scaled(roadmap, 2))
            assert doubled.ships == {name: ship and 2 * ship for name, ship in base.ships.items()}
            assert doubled.kept == {promise: kept and 2 * kept for promise, kept in base.kept.items()}
            n_tried += 1
        assert n_tried > 15

    @pytest.mark.parametrize("seed", range(60))
    def test_the_order_of_rows_settles_nothing_but_ties(self, seed):
        """With distinct ranks, features, needs, capacity and teams may come in any order."""
        roadmap = generator.roadmap(seed)
        ranked = tuple(replace(row, rank=float(place)) for place, row in enumerate(roadmap.features))
        roadmap = replace(roadmap, features=ranked)
        shuffled = replace(
            roadmap,
            features=ranked[::-1],
            teams=roadmap.teams[::-1],
            dependencies=roadmap.dependencies[::-1],
            capacity=roadmap.capacity[::-1],
        )
        assert schedule(shuffled).ships == schedule(roadmap).ships


def dates_of(roadmap):
    """All dates of a roadmap, None included."""
    yield from (row.signs for row in roadmap.deals)
    yield from (row.found for row in roadmap.gaps)
    yield from (row.due for row in roadmap.promises)
    yield from (row.not_before for row in roadmap.features)
    for row in (*roadmap.capacity, *roadmap.hires):
        yield from (row.start, row.until)


def scaled(roadmap, factor):
    """A roadmap whose times and efforts are all so many times as long."""

    def times(rows, *names):
        changed = [{n: getattr(row, n) and factor * getattr(row, n) for n in names} for row in rows]
        return tuple(replace(row, **cells) for row, cells in zip(rows, changed, strict=True))

    lead = roadmap.parameters.get("fire_drill_lead", 13.0)
    return replace(
        roadmap,
        features=tuple(replace(r, works=times(r.works, "effort")) for r in times(roadmap.features, "not_before")),
        gaps=tuple(replace(g, work=times((g.work,), "effort")[0]) for g in times(roadmap.gaps, "found")),
        dependencies=times(roadmap.dependencies, "lag"),
        deals=times(roadmap.deals, "signs"),
        promises=times(roadmap.promises, "due"),
        capacity=times(roadmap.capacity, "start", "until"),
        hires=times(roadmap.hires, "start", "until"),
        horizon=factor * roadmap.horizon,
        story_size=factor * roadmap.story_size,
        parameters={
            **roadmap.parameters,
            "fire_drill_lead": factor * lead,
            "switching_cost": factor * roadmap.parameters.get("switching_cost", 0.05),
        },
    )


class WrongVictim(World):
    """The best-placed story is preempted."""

    def preempt(self, drill, victim):
        super().preempt(drill, next(pair for pair in self.running(victim[0].team) if not pair[0].drill))


class Restarts(World):
    """What is suspended begins anew."""

    def pause(self, job, story):
        engineer = super().pause(job, story)
        story.remaining = story.effort
        return engineer


class BackOfTheQueue(World):
    """What is suspended goes behind its equals."""

    def pause(self, job, story):
        job.queued = self.now
        return super().pause(job, story)


class NoPreemption(World):
    """Fire drills wait."""

    def dispatch(self, team):
        for job in self.jobs:
            job.drill = False
        super().dispatch(team)


class LeadIncluded(World):
    """Exactly at the lead a retrofit is a fire drill."""

    def __post_init__(self):
        super().__post_init__()
        self.lead += 2.0**-20


class FreeSwitching(World):
    """Preemption costs nothing."""

    def preempt(self, drill, victim):
        before = victim[1].remaining - (self.now - victim[1].since) * victim[1].speed
        super().preempt(drill, victim)
        victim[1].remaining = before


class NoCrews(World):
    """Crews are not capped."""

    def make_jobs(self):
        super().make_jobs()
        for job in self.jobs:
            job.crew = None


class GreedyCompletion(World):
    """Who is done pulls before the ship that this causes is seen."""

    def ship_finished(self):
        for team in self.roadmap.teams:
            self.dispatch(team.name)
        return super().ship_finished()


class FirstSigningInFront(World):
    """A later signing goes behind an earlier one."""

    def promote(self, deal):
        super().promote(deal)
        self.places = {name: (0, -place[1], place[2]) for name, place in self.places.items()}


class NeedsStay(World):
    """What a promoted feature needs keeps its place."""

    def visit(self, feature, order):
        order.append(feature)


class WorstLeaveNobody(World):
    """Engineers who fall away finish their stories."""

    def capacity(self, team):
        return max(super().capacity(team), len(self.running(team)))


class TestPower:
    """A test that has no power is no test: generated roadmaps tell wrong simulators from the right one."""

    @pytest.mark.parametrize(
        "wrong",
        [
            WrongVictim,
            Restarts,
            BackOfTheQueue,
            NoPreemption,
            LeadIncluded,
            FreeSwitching,
            NoCrews,
            GreedyCompletion,
            FirstSigningInFront,
            NeedsStay,
            WorstLeaveNobody,
        ],
    )
    def test_a_wrong_simulator_is_found_out(self, wrong):
        """By the ships and kept times alone."""
        n_different = 0
        for seed in SEEDS:
            roadmap, right = generated(seed)
            world = wrong(roadmap, {})
            world.run()
            result = world.result()
            n_different += (result.ships, result.kept) != (right.ships, right.kept)
        assert n_different >= 3


class TestGenerator:
    """The generated roadmaps."""

    def test_the_same_seed_gives_the_same_roadmap(self):
        assert generator.roadmap(3) == generator.roadmap(3) != generator.roadmap(4)

    @pytest.mark.parametrize("size", ["small", "medium"])
    def test_roadmaps_obey_the_rules_of_the_tables(self, size):
        for seed in range(100):
            roadmap = generator.roadmap(seed, size)
            status = {row.name: row.status for row in roadmap.features}
            promised = {(row.deal, row.feature) for row in roadmap.promises}
            assert len(promised) == len(roadmap.promises)
            assert all((gap.deal, gap.feature) in promised for gap in roadmap.gaps)
            edges = {(edge.feature, edge.needs) for edge in roadmap.dependencies}
            assert len(edges) == len(roadmap.dependencies)
            assert all(status[b] == "unplanned" or status[a] != "unplanned" for b, a in edges)
            assert len({(row.team, row.start) for row in roadmap.capacity}) == len(roadmap.capacity)

    def test_nothing_that_speed_asks_for_is_missing(self):
        """Ties, drills of all sizes, preemption, suspension, promotion, censoring: often enough to matter."""
        seen = defaultdict(int)
        for seed in SEEDS:
            roadmap, result = generated(seed)
            ends = [segment.end for segment in result.segments if segment.end < roadmap.horizon]
            openings = {opened for opened in result.opened.values() if opened}
            seen["ties"] += len(ends) > len(set(ends))
            seen["drills"] += bool(result.drills)
            seen["ordinary retrofits"] += any(
                result.opened[g] is not None for g in result.opened.keys() - result.drills
            )
            seen["retrofit at a completion"] += bool(openings & set(ends))
            pieces = [(segment.work, segment.story) for segment in result.segments]
            seen["resumed"] += len(pieces) > len(set(pieces))
            seen["censored"] += any(ship is None for ship in result.ships.values())
            seen["promoted"] += sum(deal.promoted for deal in roadmap.deals) > 1
        assert min(seen.values()) > len(SEEDS) / 20, dict(seen)
        assert len(seen) == 7

    def test_a_folder_says_the_same(self, tmp_path: Path):
        roadmap = next(r for seed in SEEDS if (r := generator.roadmap(seed, in_tables=True)).gaps and r.hires)
        scenario = generator.write_folder(roadmap, tmp_path)
        assert scenario == tmp_path / "scenarios" / "generated.yml"
        assert (tmp_path / "teams.csv").read_text().splitlines()[0] == "team,engineers,focus"
        assert len((tmp_path / "gaps.csv").read_text().splitlines()) == len(roadmap.gaps) + 1

    def test_a_folder_cannot_say_everything(self, tmp_path: Path):
        rows = [feature("a", 1.0, not_before=0.3)]
        with pytest.raises(ValueError, match="not the beginning of a day"):
            generator.write_folder(plan(rows), tmp_path)
