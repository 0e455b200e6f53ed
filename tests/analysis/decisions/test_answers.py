"""Which answers there are to a deal, each once, with settings from which it can be written as a scenario."""

from dataclasses import replace

import pytest

from ripple.analysis.decisions.answers import DECLINED, LATER, PEOPLE, answers, in_phases
from ripple.analysis.decisions.options import Options, options
from ripple.analysis.decisions.promise import promise
from ripple.analysis.decisions.settings import in_words
from ripple.analysis.replications import replicate
from ripple.analysis.statistics import wilson
from ripple.errors import InputError
from ripple.roadmap.changes import (
    AddPeople,
    Adopt,
    Assume,
    Delay,
    Drop,
    FindGap,
    GiveWord,
    Learn,
    Phase,
    Rank,
    Resize,
    Sign,
    Switch,
)
from ripple.roadmap.model import Deal, Practice, Promise, Roadmap, Team
from ripple.roadmap.scenarios import Scenario, apply
from tests.analysis.decisions.plans import N, day, eager, example, gap, plan, sure

USUAL = ["as-promised", "told-now", "proof-of-concept", "with-people", "later", DECLINED]


def of(roadmap: Roadmap, *scenarios: Scenario) -> dict[str, Scenario | None]:
    """The answers to Eager by name."""
    return {answer.name: answer.scenario for answer in answers(roadmap, "eager", scenarios)}


def gapped(**more: object) -> Roadmap:
    """Eager wants x by the end of week 9, and nobody knows of the gap."""
    return plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 4.0}, {"x": 9.0}, eager(**more), gaps=(gap("x", 1),))


def test_the_usual_answers() -> None:
    """Without a safe promise: as promised, told now, after a proof of concept, with people, later, declined."""
    assert [*of(gapped())] == USUAL


def test_a_deal_without_gaps_has_nothing_to_tell_or_to_find() -> None:
    """And nothing to hire for, where all that it wants is in the plan anyway."""
    assert [*of(replace(gapped(), gaps=()))] == ["as-promised", "later", DECLINED]


def test_gaps_that_are_known_need_not_be_told() -> None:
    """A gap found before product could be told is neither told nor looked for; one found later is."""
    before, after = (replace(gapped(opened=2.0), gaps=(gap("x", 1, found=found),)) for found in (2.0, 2.5))
    assert "told-now" not in of(before) and "proof-of-concept" not in of(before)
    assert "told-now" in of(after) and "proof-of-concept" in of(after)


def test_what_makes_the_same_roadmap_is_the_same_answer() -> None:
    """A scenario that signs on the deal's own day is accepting as promised, under the name that people gave it."""
    mine = Scenario("mine", "Just sign", (Sign("eager", on="2027-01-18"),))
    again = Scenario("again", "Sign once more", (Learn("eager", 9.0), FindGap("eager-x", 9.0), Sign("eager")))
    roadmap = gapped(signs=2.0)
    roadmap = replace(roadmap, gaps=(replace(roadmap.gaps[0], found=9.0),))
    found = answers(roadmap, "eager", [mine, again])
    assert [answer.name for answer in found if answer.as_promised] == ["mine"]
    assert [answer.name for answer in found] == ["mine", *USUAL[1:]]
    worlds = [apply(roadmap, answer.scenario) for answer in found if answer.scenario]
    assert all(one != other for i, one in enumerate(worlds) for other in worlds[:i])


def test_names_are_unique() -> None:
    """A scenario of the roadmap keeps its name; the usual answer of that name gets another."""
    assert {"later", "later-made"} < of(gapped(), Scenario("later", "", (Sign("eager", on=3.0),))).keys()


def test_scenarios_about_something_else_are_no_answers() -> None:
    """One that signs nothing, one that signs another deal, and one that signs others too; the last is named."""
    roadmap = gapped()
    roadmap = replace(roadmap, deals=(*roadmap.deals, Deal("second", 0.0)))
    given = [
        Scenario("reorder", "Reordering", (Rank({"a": 5.0}),)),
        Scenario("other", "The other", (Sign("second"),)),
        Scenario("both", "Signing both", (Sign("second"), Sign("eager"))),
    ]
    assert [*of(roadmap, *given)] == USUAL
    found = options(roadmap, "eager", given, n=N)
    assert found.left_out == ("Signing both",)
    assert found.recommendation[-1] == "Left out, for other deals sign there too: Signing both."


def test_a_scenario_that_does_not_fit_is_a_sentence() -> None:
    """With the name of the scenario."""
    with pytest.raises(InputError, match="odd, change 2, drop: 'b' is not a feature"):
        of(gapped(), Scenario("odd", "", (Sign("eager"), Drop("b"))))


def test_a_proof_of_concept_looks_where_there_is_something_to_find() -> None:
    """As soon as the deal opens; where that is blank, when it signs: before, practices see none of its gaps."""
    assert _adopted(gapped(signs=6.0, opened=-3.0)).start == 0.0
    assert _adopted(gapped(signs=6.0, opened=2.0)).start == 2.0
    assert _adopted(gapped(signs=6.0)).start == 6.0
    assert _adopted(gapped(signs=-6.0)).start == 0.0


def test_a_proof_of_concept_is_not_over_before_it_begins() -> None:
    """The row in the table may have an end that is long past."""
    row = Practice("proof-of-concept", start=0.0, until=1.0, cost=3.0, team="core")
    adopted = _adopted(replace(gapped(signs=6.0), practices=(row,)))
    assert adopted.until is not None and adopted.start is not None and adopted.until > adopted.start
    kept = _adopted(replace(gapped(signs=6.0), practices=(replace(row, until=30.0),)))
    assert kept.until is None


def _adopted(roadmap: Roadmap) -> Adopt:
    scenario = of(roadmap)["proof-of-concept"]
    assert scenario is not None
    return next(change for change in scenario.changes if isinstance(change, Adopt))


def test_people_come_where_the_deal_brings_most_work() -> None:
    """Retrofits and unplanned features count, what is planned anyway does not."""
    features = [sure("a", 9, 1), sure("x", 3, 2, "web", status="unplanned"), sure("y", 8, 3)]
    roadmap = plan(features, {}, {"x": 9.0, "y": 12.0}, gaps=(gap("y", 2),), teams={"core": 1, "web": 1})
    scenario = of(roadmap)["with-people"]
    assert scenario is not None
    hired = scenario.changes[0]
    assert isinstance(hired, AddPeople)
    assert (hired.team, hired.engineers, hired.start) == ("web", PEOPLE, 0.0)
    assert hired.until == pytest.approx(12.0 - 1 / 7 + 26.0)


def test_later_is_half_a_year_from_now_or_from_the_signing() -> None:
    """A deal that should have signed before the start waits from the start on; every due date moves by as much."""
    for signs, moved in ((4.0, 30.0), (-30.0, LATER)):
        scenario = of(gapped(signs=signs))["later"]
        assert scenario is not None
        sign, word = scenario.changes
        assert isinstance(sign, Sign) and isinstance(word, GiveWord)
        assert (sign.on, sign.promoted) == (moved, False)
        assert word.due == pytest.approx(9.0 - 1 / 7 + LATER)


def test_two_phases_by_hand() -> None:
    """x takes 6 behind a, which takes 4: half of it by 7, the rest by 10; the whole was asked for by 5."""
    roadmap = plan([sure("a", 4, 1), sure("x", 6, 2)], {"a": 4.0}, {"x": 5.0})
    roadmap = replace(roadmap, features=tuple(_in_stories(f) for f in roadmap.features))
    safe = promise(roadmap, "eager", n=N)
    scenario = in_phases(safe, N, 0)
    assert scenario is not None
    dues = {change.feature: change.due for change in scenario.changes if isinstance(change, GiveWord | Phase)}
    assert dues == {"x": day(10.0)}
    phase = next(change for change in scenario.changes if isinstance(change, Phase))
    assert (phase.share, phase.due) == (0.5, day(7.0))
    world = replicate(roadmap, scenario, n=1, no_luck=True)
    assert dict(zip(world.promises, world.kept[0], strict=True)) == {
        ("of-a", "a"): 4.0,
        ("eager", "x-1"): 7.0,
        ("eager", "x"): 10.0,
    }


def _in_stories(feature):  # type: ignore[no-untyped-def]
    """The same in stories of one engineer-week."""
    return replace(feature, works=tuple(replace(work, stories=int(work.effort)) for work in feature.works))


@pytest.mark.parametrize(("asked", "done"), [(20.0, "planned"), (1.0, "done")])
def test_what_is_safe_anyway_needs_no_phases(asked: float, done: str) -> None:
    """The whole is safe by the day that was asked for, or was there before: there is nothing to split."""
    roadmap = plan([sure("a", 4, 1), sure("x", 6, 2, status=done)], {"a": 4.0}, {"x": asked})
    assert in_phases(promise(roadmap, "eager", n=N), N, 0) is None


def test_no_safe_date_no_phases() -> None:
    """Where nothing can be promised, half of it is not either."""
    features = [sure("p", 2, 1, not_before=2.0), sure("x", 5, 2, status="unplanned")]
    roadmap = plan(features, {"p": 4.0}, {"x": 1.0})
    found = options(roadmap, "eager", n=N)
    assert in_phases(found.safe, N, 0) is None
    assert not {"at-safe-date", "in-phases"} & {one.answer.name for one in found.options}


def test_both_dates_of_the_phases_are_safe(torvane: Options) -> None:
    """On the draws that the dates were made for, each part is on time with the confidence, but for noise."""
    one = next(one for one in torvane.options if one.answer.name == "in-phases")
    assert one.comparison is not None
    world = one.comparison.alternative
    own = [i for i, (deal, _) in enumerate(world.promises) if deal == "torvane"]
    assert len(own) == 3
    assert all(wilson(int(world.on_time[:, i].sum()), world.n)[2] > 0.85 for i in own)


def test_every_change_has_words() -> None:
    """All thirteen, with dates, amounts and titles: nothing is named by its kind alone."""
    roadmap = replace(
        gapped(), teams=(Team("core", 1, title="Core team"),), practices=(Practice("weekly-sync", cost=0.2),)
    )
    found, unknown = "each gap with a chance", "what it takes is not in practices.csv"
    words = [
        (Sign("eager", 2.0), "signs on 2027-01-18, promoted"),
        (Sign("eager", promoted=False), "signs, in its place in the plan"),
        (Learn("eager", "2027-Q1"), "product learns of the gaps on 2027-Q1"),
        (FindGap("eager-x", 1.0), "gap eager-x is found on 2027-01-11"),
        (Resize("eager-x", 4.5), "closing gap eager-x takes 4.5 engineer-weeks"),
        (AddPeople("core", 1, 0.0), "1 more engineer for Core team from 2027-01-04"),
        (
            AddPeople("core", 2, 0.0, 2.0, 3900.0),
            "2 more engineers for Core team from 2027-01-04 to 2027-01-18, at USD 3,900 a week each",
        ),
        (Delay("a", 6.0), "a may begin 6 weeks later"),
        (Drop("a"), "a is dropped"),
        (Rank({"a": 2.0, "x": 1.5}), "new ranks: a 2.0 and x 1.5"),
        (GiveWord("eager", "x", "2027-05-01"), "x promised by 2027-05-01"),
        (Phase("eager", "x", 0.4, 3.0), "40% of x first, by 2027-01-25"),
        (Adopt("proof-of-concept", 0.0), f"proof of concept from 2027-01-04 (finds {found} of 60%; {unknown})"),
        (Adopt("weekly-sync"), f"weekly sync (finds {found} of 20% a week; takes 0.2 engineer-weeks a week)"),
        (Switch({"overtime": False, "morale": True}), "mechanisms: overtime off and morale on"),
        (Assume({"rework_share": 0.2}), "assumed: rework_share 0.2"),
    ]
    assert [in_words(roadmap, Scenario("s", "", (change,))) for change, _ in words] == [text for _, text in words]


def test_the_example_prints_what_each_answer_consists_of(torvane: Options) -> None:
    """Every answer has settings of its own; the proof of concept has its cost and its chance."""
    settings = torvane.table.set_index("option")["settings"]
    assert settings.map(len).min() > 10
    assert settings.is_unique
    assert settings["proof-of-concept"] == (
        "proof of concept from 2027-01-04 (finds each gap with a chance of 60%; takes 3 engineer-weeks); "
        "signs, promoted"
    )
    assert "2 more engineers for Integrations from 2027-03-29 to 2028-01-28, at USD" in settings["with-people"]
    assert "50% of Directory sync first, by 2028-" in settings["in-phases"]


def test_all_scenarios_of_the_example_that_sign_the_deal_are_answers(torvane: Options, elmstead: Options) -> None:
    """Torvane has four of its own, Elmstead one; each stands in for the usual answer that says the same."""
    _, scenarios = example()
    own = {one.answer.name for one in torvane.options if not one.answer.generated}
    assert own == {"accept-as-promised", "accept-planned", "defer", "phased"}
    assert {s.name for s in scenarios} - own == {"sign-aligned"}
    assert [one.answer.name for one in elmstead.options if one.answer.as_promised] == ["sign-aligned"]
    assert "as-promised" not in torvane.table["option"].tolist() + elmstead.table["option"].tolist()


def test_promises_may_be_of_nothing() -> None:
    """A deal that asks for nothing can be signed, put off, or declined."""
    roadmap = replace(plan([sure("a", 4, 1)], {"a": 4.0}, {}), promises=(Promise("of-a", "a", 4.0),))
    assert [*of(roadmap)] == ["as-promised", "later", DECLINED]
