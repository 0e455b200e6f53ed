"""What `ripple check` says of a plan: what cannot be kept is found by bounds, and by simulation where they are open."""

from dataclasses import replace
from datetime import date
from math import inf, isnan

import pytest

from ripple.analysis import alone as alone_module
from ripple.analysis.alone import SLACK, Alone
from ripple.analysis.load import overloads
from ripple.analysis.review import kept_alone, review
from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.graph import needs_of
from ripple.roadmap.model import CapacityChange, Deal, Dependency, Feature, Hire, Promise, Roadmap, Team, Work
from tests.engine import generator

START = date(2027, 1, 4)
N_PLANS = 12


def simulated_alone(roadmap, promise):
    """The definition: the roadmap without all that is neither promised nor needed, simulated without luck."""
    names = {promise.feature, *needs_of(roadmap, promise.feature)}
    plan = compile_plan(
        replace(
            roadmap,
            features=tuple(feature for feature in roadmap.features if feature.name in names),
            dependencies=tuple(need for need in roadmap.dependencies if need.feature in names),
            deals=(replace(roadmap.deal_named[promise.deal], status="signed"),),
            promises=(promise,),
            gaps=tuple(gap for gap in roadmap.gaps_of(promise.deal) if gap.feature == promise.feature),
        )
    )
    return float(simulate(plan, no_luck(plan)).kept[0])


def generated(seed, mechanisms):
    """A generated roadmap, every third with holidays, and one more deal, which promises all features."""
    roadmap = generator.roadmap(seed, ("small", "medium")[seed % 2], mechanisms=mechanisms)
    deals = tuple(replace(deal, off=frozenset()) for deal in roadmap.deals)
    return replace(
        roadmap,
        deals=(*deals, Deal("all", signs=2.0)),
        promises=(*roadmap.promises, *(Promise("all", feature.name, 0.0) for feature in roadmap.features)),
        holidays=None if seed % 3 else "DE",
    )


@pytest.mark.parametrize("mechanisms", [False, True])
@pytest.mark.parametrize("seed", range(N_PLANS))
def test_bounds_hold_and_verdicts_are_those_of_the_simulation(seed, mechanisms):
    """In generated plans no promise is kept outside its bounds, and each is late exactly if its simulation says so."""
    roadmap = generated(seed, mechanisms)
    calendar, alone = Calendar(roadmap.start), Alone(roadmap)
    for promise in roadmap.promises:
        kept = simulated_alone(roadmap, promise)
        latest = alone._latest_kept(promise)
        assert alone.kept(promise) == pytest.approx(kept, rel=0, abs=0, nan_ok=True)
        assert isnan(kept) or alone._bounds[promise.feature].earliest - SLACK <= kept <= latest + SLACK
        assert not isnan(kept) or latest + SLACK > roadmap.horizon
        for due in {
            round(7 * (week + step)) / 7 for week in (0.0 if isnan(kept) else kept, 20.0) for step in (-0.2, 0, 1)
        }:
            asked = replace(promise, due=due)
            late = Alone(replace(roadmap, promises=(*roadmap.promises, asked))).is_late(asked)
            again = simulated_alone(roadmap, asked)
            assert late == (isnan(again) or again > calendar.end_of_day(due))


@pytest.mark.parametrize(("mechanisms", "least"), [(False, 0.4), (True, 0.1)])
def test_many_promises_have_a_latest_week(mechanisms, least):
    """The bounds above are not all infinite: gaps, and teams that are gone or whose speed moves, leave some open."""
    weeks = [
        alone._latest_kept(promise)
        for alone in (Alone(generated(seed, mechanisms)) for seed in range(N_PLANS))
        for promise in alone.roadmap.promises
    ]
    assert sum(week < inf for week in weeks) > least * len(weeks)


def promised(*features, engineers=1, signs=(1.0,), dues=(20.0,), status="planned", **tables):
    """A team, and features of some engineer-weeks, of which the last is promised by each deal."""
    made = tuple(Feature(f"f{i}", (Work("core", weeks),), float(i), status=status) for i, weeks in enumerate(features))
    deals = tuple(Deal(f"d{i}", week) for i, week in enumerate(signs))
    promises = tuple(Promise(deal.name, made[-1].name, due) for deal, due in zip(deals, dues, strict=True))
    teams = (Team("core", engineers),)
    return replace(Roadmap(START, teams, made, deals=deals, promises=promises, horizon=500.0), **tables)


SLOW = {"ramp_start": 0.0, "ramp_weeks": 100.0, "mentor_share": 1.0}

JUDGED = {
    "newcomers take more time than they give": (
        promised(2.0, hires=(Hire("core", 3, 0.0),), parameters=SLOW), [True],
    ),
    "so do those of a row that ramps": (
        promised(2.0, capacity=(CapacityChange("core", 1.0, 4, ramp=True),), parameters=SLOW), [True],
    ),
    "who leaves puts a story down, which costs": (
        promised(2.0, engineers=2, capacity=(CapacityChange("core", 0.5, 1),), parameters={"switching_cost": 100.0}),
        [True],
    ),
    "the holidays of one week count": (
        promised(0.1, dues=(55 + 2 / 7,), holidays="CN", features=(
            Feature("f0", (Work("core", 0.1),), 1.0, not_before=55.0),)), [True],
    ),
    "the horizon ends before the due date": (
        promised(3.0, 3.0, 1.0, dues=(50.0,), horizon=5.0,
                 dependencies=(Dependency("f2", "f0"), Dependency("f2", "f1"))), [True],
    ),
    "what is unplanned waits for the deal that promises it": (
        promised(5.0, signs=(0.0, 20.0), dues=(6.0, 6.0), status="unplanned"), [False, True],
    ),
    "a later promise of a feature has more time": (
        promised(3.0, 3.0, 1.0, signs=(0.0, 0.0), dues=(8.0, 5.0),
                 dependencies=(Dependency("f2", "f0"), Dependency("f2", "f1"))), [False, True],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_what_opens_the_bounds_is_simulated(case):
    """Worked by hand: where something moves what the bounds stand on, the verdict is still that of the simulation."""
    roadmap, late = JUDGED[case]
    calendar, alone = Calendar(roadmap.start), Alone(roadmap)
    kept = [(simulated_alone(roadmap, promise), calendar.end_of_day(promise.due)) for promise in roadmap.promises]
    assert [isnan(week) or week > due for week, due in kept] == late
    assert [alone.is_late(promise) for promise in roadmap.promises] == late


def chain(n, due, engineers=4):
    """Features in a row, of a week each, all of them promised."""
    features = tuple(Feature(f"f{i}", (Work("core", 1.0),), float(i)) for i in range(n))
    needs = tuple(Dependency(f"f{i + 1}", f"f{i}") for i in range(n - 1))
    promises = tuple(Promise("acme", f"f{i}", due(i)) for i in range(n))
    return Roadmap(START, (Team("core", engineers),), features, dependencies=needs, deals=(Deal("acme", 1.0),),
                   promises=promises, horizon=1000.0)  # fmt: skip


def cannot_be_kept(roadmap):
    """The lines of that section of the review."""
    _, _, section = review(roadmap).partition("Cannot be kept\n")
    return [line.strip() for line in section.partition("\n\n")[0].splitlines()]


def test_certain_promises_are_not_simulated(monkeypatch):
    """Two thousand promises with time enough, or with none, need no simulation but that of the dates that are shown."""
    simulations = []
    monkeypatch.setattr(alone_module, "simulate", lambda *args, **kw: simulations.append(1) or simulate(*args, **kw))
    assert cannot_be_kept(chain(300, due=lambda i: 3 * i + 3)) == []
    assert not simulations
    lines = cannot_be_kept(chain(300, due=lambda i: i / 2))
    assert len(lines) == 13
    assert lines[0] == "acme is promised f0 by 2027-01-04: even alone on its teams it takes until 2027-01-10."
    assert lines[-1] == "... and 288 promises more."
    assert len(simulations) == 12


def test_a_feature_that_many_promise_is_simulated_once(monkeypatch):
    """Where the bounds are open, one simulation answers for all promises of a feature that nothing tells apart."""
    simulations = []
    monkeypatch.setattr(alone_module, "simulate", lambda *args, **kw: simulations.append(1) or simulate(*args, **kw))
    features = (Feature("wide", tuple(Work(team, 5.0) for team in ("a", "b", "c")), 1.0),)
    deals = tuple(Deal(f"d{i}", 1.0) for i in range(50))
    promises = tuple(Promise(deal.name, "wide", 6.0) for deal in deals)
    teams = tuple(Team(name, 1) for name in ("a", "b", "c"))
    assert cannot_be_kept(Roadmap(START, teams, features, deals=deals, promises=promises)) == []
    assert len(simulations) == 1


def test_what_would_take_too_long_is_left_untried_and_said(monkeypatch):
    """A plan so large that its promises could not be tried in a moment is still reviewed."""
    monkeypatch.setattr(alone_module, "MOST_STORIES", 150)
    plan = chain(60, due=lambda i: i + 0.9, engineers=1)
    features = (replace(feature, works=(*feature.works, Work("web", 1.0))) for feature in plan.features)
    (line,) = cannot_be_kept(replace(plan, teams=(Team("core", 1), Team("web", 1)), features=tuple(features)))
    names = "f1 for acme, f2 for acme, f3 for acme, f4 for acme and 55 more."
    assert line == f"Not tried alone, since it would take too long: {names}"


def test_a_large_world_is_not_tried(monkeypatch):
    """One promise alone can be too large, and the others are still tried."""
    monkeypatch.setattr(alone_module, "MOST_IN_WORLD", 110)
    features = (Feature("big", (Work("a", 100.0), Work("b", 100.0)), 1.0), Feature("small", (Work("a", 2.0),), 2.0))
    promises = (Promise("acme", "big", 120.0), Promise("acme", "small", 0.0))
    plan = Roadmap(START, (Team("a", 1), Team("b", 1)), features, deals=(Deal("acme", 1.0),), promises=promises)
    assert cannot_be_kept(plan) == [
        "acme is promised small by 2027-01-04: even alone on its teams it takes until 2027-01-17.",
        "Not tried alone, since it would take too long: big for acme.",
    ]


def test_teams_whose_targets_ask_too_much_are_named():
    """The first day by which a team cannot have done what is wanted; progress, focus and capacity count."""
    teams = (Team("core", 4, focus=0.5), Team("web", 1), Team("late", 1), Team("fine", 2))
    features = (
        Feature("sso", (Work("core", 4.0),), 1.0, target=13 / 7),
        Feature("audit", (Work("core", 3.0), Work("fine", 3.0)), 2.0, target=20 / 7),
        Feature("search", (Work("web", 9.0, progress=0.5),), 3.0, target=20 / 7),
        Feature("past", (Work("late", 1.0),), 4.0, target=-1.0),
        Feature("done", (Work("fine", 50.0),), 5.0, status="done", target=0.0),
        Feature("some", (Work("fine", 50.0),), 6.0, status="unplanned", target=0.0),
    )
    capacity = (CapacityChange("core", 2.0, 2),)
    roadmap = Roadmap(START, teams, features, capacity=capacity)
    assert [(found.team, found.end, found.asked, found.able) for found in overloads(roadmap)] == [
        ("core", 3.0, 7.0, 5.0), ("web", 3.0, 4.0, 3.0), ("late", pytest.approx(-6 / 7), 1.0, 0.0),
    ]  # fmt: skip
    (line,) = cannot_be_kept(roadmap)
    assert line == (
        "Targets ask teams for more than they can do: core for 7.0 engineer-weeks by 2027-01-24, when it has 5.0; "
        "web for 4.0 engineer-weeks by 2027-01-24, when it has 3.0; late for 1.0 engineer-weeks by 2026-12-28, "
        "when it has 0.0."
    )


def test_deals_that_promise_nothing_are_named():
    """Signing them changes nothing; lost ones do not matter."""
    plan = chain(1, due=lambda _: 50)
    plan = replace(plan, deals=(*plan.deals, Deal("beta", 1.0), Deal("gone", 1.0, status="lost")))
    assert "deals.csv, no promise: beta. Signing changes nothing;" in review(plan)


def looks_odd(roadmap):
    """The lines of that section of the review."""
    _, _, section = review(roadmap).partition("Looks odd\n")
    return [line.strip() for line in section.partition("\n\n")[0].splitlines()]


def test_what_is_often_forgotten_is_named_with_what_to_write():
    """Owners and targets, of every row or of some; what is done needs none."""
    plan = chain(2, due=lambda _: 50, engineers=1)
    teams = (Team("core", 1, focus=0.65),)
    assert looks_odd(replace(plan, teams=teams)) == [
        "features.csv, no owner: every feature. In the column owner, write whom to ask about it.",
        "features.csv, no target: every feature. In the column target, write the date by which it is wanted.",
        "promises.csv, no owner: every promise. In the column owner, write who answers for it to the customer.",
    ]
    owned = replace(plan.features[0], owner="Ada", target=40.0), replace(plan.features[1], status="done")
    answered = replace(plan.promises[0], owner="Bo"), plan.promises[1]
    assert looks_odd(replace(plan, teams=teams, features=owned, promises=answered)) == [
        "promises.csv, no owner: f1 for acme. In the column owner, write who answers for it to the customer."
    ]


def test_a_roadmap_without_features_is_reviewed():
    """An empty roadmap is no mistake, but worth a word."""
    assert looks_odd(Roadmap(START, (Team("core", 1, focus=0.65),), ())) == [
        "features.csv, no feature: nothing is planned. Write a row for each, with feature, team, effort."
    ]


def test_kept_alone_is_the_date_of_one_promise():
    """The third feature of a chain is kept after three weeks."""
    plan = chain(5, due=lambda _: 0)
    assert kept_alone(plan, plan.promises[2]) == 3.0
