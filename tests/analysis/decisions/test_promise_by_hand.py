"""The safe promise of plans without luck: the dates and places are those worked out by hand."""

from dataclasses import replace

import pytest

from ripple.analysis.decisions.places import FRONT, PRESENT, Place
from ripple.analysis.decisions.promise import SafePromise, promise
from ripple.analysis.decisions.safety import Kept
from ripple.analysis.replications import replicate
from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Promise, Roadmap
from tests.analysis.decisions.plans import START, N, day, due, eager, gap, plan, shared, sure


def safe(roadmap: Roadmap, deal: str = "eager", **more: object) -> SafePromise:
    """The safe promise, after a look at whether the world that it names keeps what it says."""
    found = promise(roadmap, deal, **{"n": N, "workers": 1, **more})  # type: ignore[arg-type]
    if found.scenario:
        again = replicate(roadmap, found.scenario, n=1, no_luck=True)
        late = [p for p, kept in zip(again.promises, again.on_time[0], strict=True) if p[0] == deal and not kept]
        assert not late
    return found


def place(found: SafePromise) -> str:
    """The place that was chosen."""
    return str(found.frontier[found.frontier["chosen"]]["place"].item())


@pytest.mark.parametrize(("a_by", "week", "where"), [(6.0, 2.0, FRONT), (5.0, 6.0, "after a")])
def test_one_team(a_by: float, week: float, where: str) -> None:
    """One engineer: x comes first if a can wait for it, or else right after a, and b gives way.

    a takes 4, b 3, x 2. In front: x 0-2, a 2-6. After a: a 0-4, x 4-6, b 6-9. As planned: a 0-4, b 4-7, x 7-9.
    """
    found = safe(plan([sure("a", 4, 1), sure("b", 3, 2), sure("x", 2, 3)], {"a": a_by}, {"x": 1.0}))
    assert found.promises["date"].tolist() == [day(week)]
    assert place(found) == where
    weeks = dict(zip(found.frontier["place"], found.frontier["week"], strict=True))
    # After b is where the plan has x, so it is no place of its own.
    assert weeks == {PRESENT: 9.0, FRONT: 2.0, "before a": 2.0, "after a": 6.0}


@pytest.mark.parametrize(("a_by", "week", "where"), [(5.0, 6.0, FRONT), (4.0, 10.0, "after a")])
def test_a_chain(a_by: float, week: float, where: str) -> None:
    """x needs s, a week after it: what is needed moves along, and the engineer does not idle in that week.

    a takes 3, b 4, s 2, x 1. In front: s 0-2, a 2-5 (x is ready at 3), x 5-6, b 6-10. After a: a 0-3, s 3-5, b 5-9 (x
    is ready at 6), x 9-10. As planned: a 0-3, b 3-7, s 7-9, x 10-11.
    """
    features = [sure("a", 3, 1), sure("b", 4, 2), sure("s", 2, 3), sure("x", 1, 4)]
    found = safe(plan(features, {"a": a_by}, {"x": 1.0}, needs=[("x", "s", 1.0)]))
    assert found.promises["date"].tolist() == [day(week)]
    assert place(found) == where
    weeks = dict(zip(found.frontier["place"], found.frontier["week"], strict=True))
    assert weeks == {PRESENT: 11.0, FRONT: 6.0, "before a": 6.0, "after a": 10.0}


@pytest.mark.parametrize(("w_by", "week", "where"), [(8.0, 6.0, "after a"), (7.0, 8.0, "after w")])
def test_two_teams(w_by: float, week: float, where: str) -> None:
    """x needs both teams, and each has a promise of its own to keep.

    Core: a takes 4, due at 4; b 5; x 2. Web: w takes 5; x 3. After a: core a 0-4, x 4-6; web x 0-3, w 3-8. After w:
    core as before; web w 0-5, x 5-8.
    """
    features = [sure("a", 4, 1), sure("w", 5, 2, "web"), sure("b", 5, 3), shared("x", {"core": 2, "web": 3}, 4)]
    found = safe(plan(features, {"a": 4.0, "w": w_by}, {"x": 1.0}, teams={"core": 1, "web": 1}))
    assert found.promises["date"].tolist() == [day(week)]
    assert place(found) == where
    assert found.others["holds"].all()
    assert found.others["alternative"].tolist() == [1.0, 1.0]


def test_only_the_last_place_is_admissible() -> None:
    """Everybody else is due the day the work is done, so x, first in the plan, goes behind all: 3 + 4 + 2 + 2 = 11."""
    features = [sure("x", 2, 0.5, status="unplanned"), sure("a", 3, 1), sure("b", 4, 2), sure("c", 2, 3)]
    found = safe(plan(features, {"a": 3.0, "b": 7.0, "c": 9.0}, {"x": 1.0}))
    assert found.promises["date"].tolist() == [day(11.0)]
    assert place(found) == "after c"
    assert found.frontier["safe"].sum() == 1
    assert found.frontier[~found.frontier["safe"]]["harm"].tolist() == [1.0] * (len(found.frontier) - 1)


def test_no_place_is_safe_where_nobody_waits() -> None:
    """p may begin at 2 and is due at 4, but the engineer takes x, of 5 weeks, at 0 wherever it stands."""
    features = [sure("p", 2, 1, not_before=2.0), sure("x", 5, 2, status="unplanned")]
    found = safe(plan(features, {"p": 4.0}, {"x": 1.0}))
    assert found.scenario is None
    assert found.promises.empty
    assert not found.frontier["safe"].any()
    assert found.frontier["broken"].tolist() == ["p"] * len(found.frontier)
    assert "No date is safe for Eager" in found.sentence


def test_no_place_is_safe_where_the_horizon_is_too_near() -> None:
    """a takes 8 and is due at 8; behind it x, of 5, ends at 13, after the horizon of 10."""
    features = [sure("a", 8, 1), sure("x", 5, 2, status="unplanned")]
    found = safe(plan(features, {"a": 8.0}, {"x": 1.0}, horizon=10.0))
    assert found.scenario is None
    assert "would not be done by the horizon" in found.sentence
    behind = found.frontier.set_index("place").loc[PRESENT]
    assert (behind["week"], behind["date"], behind["broken"]) == (float("inf"), "", "")


def test_unplanned_features_enter_when_the_deal_signs() -> None:
    """Eager signs at 3, while a runs; then come y, which x needs, and x: a 0-4, y 4-5, x 5-7, and b after them."""
    features = [
        sure("a", 4, 1),
        sure("b", 4, 2),
        sure("y", 1, 8, status="unplanned"),
        sure("x", 2, 9, status="unplanned"),
    ]
    found = safe(plan(features, {"a": 4.0}, {"x": 1.0}, eager(signs=3.0), needs=[("x", "y", 0.0)]))
    assert found.promises["date"].tolist() == [day(7.0)]


def test_what_is_kept_already_is_promised_for_the_day_on_which_the_deal_signs() -> None:
    """d is done; a promise is given when the deal signs, so it is due then and not before; x takes 2 as planned."""
    features = [sure("d", 5, 1, status="done"), sure("x", 2, 2)]
    found = safe(plan(features, {}, {"d": 9.0, "x": 9.0}, eager(signs=2.0)))
    # Week 2 begins on 2027-01-18. x ships at 2, the end of 2027-01-17, before anything is signed.
    assert found.promises["date"].tolist() == ["2027-01-18", "2027-01-18"]
    assert found.promises["on_time"].tolist() == [1.0, 1.0]
    # Nothing moves anybody, so the plan stays as it is.
    assert place(found) == PRESENT


def test_two_promises_are_as_early_as_the_last_allows() -> None:
    """x and y go together, in the order of the promises: behind a, x 4-6 and y 6-9."""
    features = [sure("a", 4, 1), sure("b", 3, 2), sure("x", 2, 3), sure("y", 3, 4)]
    found = safe(plan(features, {"a": 4.0}, {"x": 1.0, "y": 1.0}))
    assert found.promises["date"].tolist() == [day(6.0), day(9.0)]
    assert found.sentence == (
        f"We can promise Eager: x by {day(6.0)} and y by {day(9.0)}, each with a chance of at least 85%."
    )


def test_gaps_are_planned_and_not_fired() -> None:
    """The date moves on where an early one would make the retrofit a fire drill that breaks a.

    a takes 3 and is due at 3; x takes 2, its retrofit 1. Behind a: x 3-5, retrofit 5-6. Due by 6 the retrofit, known
    at 0, would be a fire drill (6 < 13): it would go first and a would ship at 4. Due 13 weeks on it is ordinary.
    """
    features = [sure("a", 3, 1), sure("x", 2, 2)]
    found = safe(plan(features, {"a": 3.0}, {"x": 1.0}, gaps=(gap("x", 1),)))
    assert found.promises["due"].tolist() == [13.0]
    assert found.promises["date"].tolist() == ["2027-04-05"]
    assert found.others["holds"].all()


def test_a_fire_drill_that_breaks_nothing_moves_no_date() -> None:
    """The same, but a may be late by the week that the retrofit takes: retrofit 0-1, a 1-4, x 4-6."""
    found = safe(plan([sure("a", 3, 1), sure("x", 2, 2)], {"a": 4.0}, {"x": 1.0}, gaps=(gap("x", 1),)))
    # In front x is kept at 3, but then a ships at 6.
    assert found.promises["date"].tolist() == [day(6.0)]


def test_a_short_horizon_fires_nothing_while_places_are_chosen() -> None:
    """With a horizon of 10 weeks, nearer than the lead of a fire drill, the place is still judged without one."""
    found = safe(plan([sure("a", 3, 1), sure("x", 2, 2)], {"a": 3.0}, {"x": 1.0}, gaps=(gap("x", 1),), horizon=10.0))
    assert found.frontier.set_index("place").loc[PRESENT, ["week", "safe"]].tolist() == [6.0, True]


def test_what_another_customer_waits_for_too_moves_along() -> None:
    """x is promised to both. Behind a, x is kept at 6 for both, though the plan has b before it."""
    roadmap = plan([sure("a", 4, 1), sure("b", 3, 2), sure("x", 2, 3)], {"a": 5.0, "x": 9.0}, {"x": 1.0})
    found = safe(roadmap)
    assert found.promises["date"].tolist() == [day(6.0)]
    assert found.others["feature"].tolist() == ["a", "x"]
    assert found.others["alternative"].tolist() == [1.0, 1.0]


def test_a_promise_that_is_hopeless_anyway_forbids_nothing() -> None:
    """a is never on time, with x or without it, so x goes to the front: only what is likely can break."""
    found = safe(plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 1.0}, {"x": 1.0}))
    assert found.promises["date"].tolist() == [day(2.0)]
    assert found.others["threshold"].tolist() == [pytest.approx(-0.05)]


def test_a_deal_that_has_signed_is_promised_anew() -> None:
    """Its own old promises are not among those that must hold: a goes behind b, whose promise does."""
    roadmap = plan([sure("b", 3, 1), sure("a", 4, 2), sure("c", 5, 1.5)], {"a": 1.0, "b": 3.0}, {})
    found = safe(roadmap, "of-a")
    assert found.promises["date"].tolist() == [day(7.0)]
    assert found.others["deal"].tolist() == ["of-b"]


def test_a_deal_that_was_lost_can_be_asked_about() -> None:
    """What it could have been promised does not depend on why it has not signed."""
    roadmap = plan([sure("x", 2, 1)], {}, {"x": 1.0}, eager(status="lost"))
    assert safe(roadmap).promises["date"].tolist() == [day(2.0)]


@pytest.mark.parametrize("dates", ["iso", "mdy", "dmy"])
def test_dates_are_read_whatever_the_tables_order(dates: str) -> None:
    """2027-02-07 is the seventh of February where the tables write the day first, too."""
    found = safe(plan([sure("a", 3, 1), sure("x", 2, 2)], {"a": 3.0}, {"x": 1.0}, date_order=dates))
    assert found.promises["date"].tolist() == [day(5.0)] == ["2027-02-07"]


def test_the_signing_may_lie_before_the_start() -> None:
    """A deal that signs before the plan's start acts at the start."""
    found = safe(plan([sure("x", 2, 1)], {}, {"x": 1.0}, eager(signs=-5.0)))
    assert found.promises["date"].tolist() == [day(2.0)]


def test_of_the_same_dates_the_place_that_harms_least_is_chosen() -> None:
    """First by the last date, in days, then by all dates together, then by the harm."""
    calendar = Calendar(START)
    tried = [
        Kept(Place(name), weeks, harm, (), surely=False, calendar=calendar)
        for name, weeks, harm in [
            ("late", (2.0, 6.0), 0.0),
            ("both late", (4.99, 5.0), 0.0),
            ("harmful", (4.0, 4.99), 0.04),
            ("harmless", (4.0, 5.0), 0.01),
        ]
    ]
    ranked = sorted(tried, key=lambda one: one.rank)
    assert [one.place.name for one in ranked] == ["harmless", "harmful", "both late", "late"]


def test_ends_are_known_to_the_day() -> None:
    """x takes 2.3 weeks, 16.1 days: it is done by the end of the seventeenth day, 2027-01-20."""
    assert safe(plan([sure("x", 2.3, 1)], {}, {"x": 1.0})).promises["date"].tolist() == ["2027-01-20"]


def test_every_promise_is_in_the_sentence() -> None:
    """Six dates are six dates, not four and two more."""
    features = [sure(name, 1, i) for i, name in enumerate("uvwxyz")]
    found = safe(plan(features, {}, dict.fromkeys("uvwxyz", 1.0)))
    assert found.sentence.count(" by ") == 6


@pytest.mark.parametrize(
    ("deal", "more", "sentence"),
    [
        ("eagre", {}, "'eagre' is not a deal. Did you mean 'eager'?"),
        ("idle", {}, "idle promises nothing in promises.csv. Add what it should be promised."),
        ("eager", {"confidence": 0.3}, "confidence: 0.3 is not from 0.5 to 0.99. Write a share such as 0.85."),
        ("eager", {"n": 100}, "n: 100 replications are too few for a confidence of 85%. Take 1000."),
        ("eager", {"n": 200, "confidence": 0.99}, "n: 200 replications are too few for a confidence of 99%. Take"),
    ],
)
def test_errors_are_sentences(deal: str, more: dict[str, float], sentence: str) -> None:
    """An unknown deal, one that promises nothing, and arguments out of range."""
    roadmap = plan([sure("x", 2, 1)], {}, {"x": 1.0})
    with pytest.raises(InputError) as caught:
        promise(replace(roadmap, deals=(*roadmap.deals, eager(name="idle"))), deal, **{"n": N, **more})  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


def test_ties_between_ranks_leave_no_place_between_them() -> None:
    """a and b share a place in the queue, so x goes before both or after both."""
    found = safe(plan([sure("a", 3, 1), sure("b", 3, 1), sure("x", 2, 2)], {}, {"x": 1.0}))
    assert found.frontier["place"].tolist() == [PRESENT, FRONT, "before a"]


def test_who_is_not_in_the_plan_makes_no_place() -> None:
    """Unplanned, done, and of another team: to pass them changes nothing."""
    features = [
        sure("a", 3, 1),
        sure("u", 3, 2, status="unplanned"),
        sure("d", 3, 3, status="done"),
        sure("w", 3, 4, "web"),
        sure("b", 3, 5),
        sure("x", 2, 6),
    ]
    found = safe(plan(features, {}, {"x": 1.0}, teams={"core": 1, "web": 1}))
    assert found.frontier["place"].tolist() == [PRESENT, FRONT, "before a", "after a"]


def test_what_is_needed_and_stands_in_front_stays() -> None:
    """s comes before a already; x goes behind a, and s does not move behind it: s 0-2, a 2-5, x 5-6."""
    features = [sure("s", 2, 1), sure("a", 3, 2), sure("b", 4, 3), sure("x", 1, 4)]
    found = safe(plan(features, {"a": 5.0}, {"x": 1.0}, needs=[("x", "s", 0.0)]))
    assert found.promises["date"].tolist() == [day(6.0)]
    assert found.scenario is not None
    ranks = [change for change in found.scenario.changes if hasattr(change, "ranks")]
    assert [*ranks[0].ranks] == ["x"]


def test_a_feature_that_has_begun_may_be_moved() -> None:
    """x has begun, half of its two stories are done; behind a, which is due at 4, and before b, it ends at 5."""
    begun = sure("x", 2, 3, stories=2, progress=0.5, status="started")
    found = safe(plan([sure("a", 4, 1), sure("b", 3, 2), begun], {"a": 4.0}, {"x": 1.0}))
    assert found.promises["date"].tolist() == [day(5.0)]


def test_what_was_asked_for_stands_beside_what_is_safe() -> None:
    """The roadmap keeps its own due date."""
    found = safe(plan([sure("x", 2, 1)], {}, {"x": 1.0}))
    assert found.promises["asked"].tolist() == [due(1.0)]
    assert Promise("eager", "x", due(1.0)) in found.roadmap.promises
