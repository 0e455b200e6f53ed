"""Every answer side by side: on the example the right one is best, for reasons in words, and nothing is double."""

from dataclasses import replace

import numpy as np
import pytest

from ripple.analysis.decisions.answers import DECLINED
from ripple.analysis.decisions.option import Option
from ripple.analysis.decisions.options import OPTION_COLUMNS, Options, options
from ripple.analysis.decisions.summaries import options_summary
from ripple.analysis.money import net_value
from ripple.analysis.replications import replicate_each
from ripple.analysis.statistics import detectable
from ripple.errors import InputError
from ripple.roadmap.changes import GiveWord, Rank, Sign
from ripple.roadmap.model import Promise, Roadmap
from ripple.roadmap.scenarios import Scenario
from tests.analysis.decisions.plans import N, due, eager, gap, plan, sure

ATTACK = '<img src=x onerror=alert(1)> | "=HYPERLINK(1)" {{7*7}} $(reboot)'
AMOUNTS = {"arr": 104000.0, "probability": 0.8, "probability_without": 0.2}


def named(found: Options, name: str) -> Option:
    """One of the answers."""
    return next(one for one in found.options if one.answer.name == name)


def test_the_misaligned_deal_is_best_answered_otherwise(torvane: Options) -> None:
    """As promised it loses money; something else brings more by far than the noise, and than declining."""
    promised = torvane.as_promised
    assert promised.answer.name == "accept-as-promised"
    assert promised.net is not None and promised.net.estimate.upper < 0
    assert torvane.best is not promised
    assert detectable(torvane.behind(promised)) and torvane.behind(promised).mean() > 0
    assert torvane.best.comparison is not None
    assert promised.broken and not torvane.best.broken


def test_the_aligned_deal_is_best_signed(elmstead: Options) -> None:
    """As promised, which is on time nearly always and breaks nothing."""
    assert elmstead.best is elmstead.as_promised
    assert not elmstead.equals
    assert elmstead.best.own.mean() > 0.9
    assert not elmstead.best.broken


def test_the_misaligned_deal_in_words(torvane: Options) -> None:
    """What is best, by how much, what is kept, and why it is not accepted as promised."""
    text = " ".join(torvane.recommendation)
    assert text.startswith(f'Best for Torvane Freight: "{torvane.best.answer.title}". It is worth USD ')
    assert "than accepting as promised" in text
    assert "no promise to anybody else breaks" in text
    why = torvane.recommendation[-1]
    assert why.startswith("Compared with accepting as promised, it means USD ")
    for reason in ("more value from features", "less in penalties to its customer", "revenue from other customers"):
        assert reason in why


def test_the_aligned_deal_in_words(elmstead: Options) -> None:
    """It is signed for its revenue; nothing that it costs is worth a word."""
    text = " ".join(elmstead.recommendation)
    assert text.startswith('Best for Elmstead Savings: "Signing Elmstead Savings". It is worth USD ')
    assert elmstead.recommendation[-1].startswith("Compared with declining, it means USD ")
    assert elmstead.recommendation[-1].endswith("more revenue from the deal.")


def test_sentences_are_short_enough_to_read_aloud(torvane: Options, elmstead: Options) -> None:
    """No sentence has more than 45 words, no recommendation more than six, and no word is of the model alone."""
    for found in (torvane, elmstead):
        assert 2 <= len(found.recommendation) <= 6
        for sentence in found.recommendation:
            assert sentence.endswith(".")
            assert len(sentence.split()) <= 45
            for word in ("paired", "mean", "replication", "alternative", "censored", "quantile"):
                assert word not in sentence.split()


def test_declining_is_worth_exactly_nothing(torvane: Options, elmstead: Options) -> None:
    """All its numbers are 0; what it does not have is not known."""
    for found in (torvane, elmstead):
        one = named(found, DECLINED)
        assert one.net is not None
        assert not one.net.values.any() and not one.slip.any() and not one.missed.any()
        row = found.table.set_index("option").loc[DECLINED]
        assert (row["net"], row["net_lower"], row["net_upper"], row["slip"], row["broken"]) == (0, 0, 0, 0, 0)
        assert np.isnan(row["break_even"]) and np.isnan(row["own"]) and row["last_due"] == ""


def test_the_chances_of_being_best_sum_to_1(torvane: Options, elmstead: Options) -> None:
    """Ties are shared."""
    for found in (torvane, elmstead):
        assert found.p_best.sum() == pytest.approx(1.0)
        assert found.table["p_best"].sum() == pytest.approx(1.0)


def test_net_values_are_those_of_a_comparison(torvane: Options) -> None:
    """Each answer's money is what `ripple compare` says of its scenario, to rounding; so are the other numbers."""
    for one in torvane.options:
        if one.comparison:
            again = net_value(one.comparison)
            assert again is not None and one.net is not None
            assert np.allclose(one.net.values, again.values, rtol=1e-9, atol=1e-3)
            assert np.allclose(np.sum([*one.parts.values()], axis=0), one.net.values, rtol=1e-9, atol=1e-3)


def test_all_answers_meet_the_same_luck(torvane: Options) -> None:
    """An answer simulated by itself, with the same seed, has the same net values to the last bit."""
    one = named(torvane, "defer")
    assert one.answer.scenario is not None and one.comparison is not None
    base, world = replicate_each([(torvane.roadmap, None), (torvane.roadmap, one.answer.scenario)], torvane.n, 0)
    assert np.array_equal(world.ships, one.comparison.alternative.ships, equal_nan=True)
    assert np.array_equal(base.ships, one.comparison.base.ships, equal_nan=True)


def test_the_table_is_sorted_and_complete(torvane: Options) -> None:
    """The best first; how far behind each is, is paired and adds up."""
    table = torvane.table
    assert tuple(table.columns) == OPTION_COLUMNS
    assert table["net"].is_monotonic_decreasing
    assert table["option"].iloc[0] == torvane.best.answer.name
    assert table["behind"].tolist() == pytest.approx((table["net"].iloc[0] - table["net"]).tolist())
    assert table["behind"].iloc[0] == 0.0 and not table["behind_detectable"].iloc[0]
    assert len(table) == len(torvane.options) == table["option"].nunique()


def test_any_number_of_workers_answers_the_same() -> None:
    """One thread or three."""
    roadmap = unsure()
    one, three = (options(roadmap, "eager", n=N, workers=workers) for workers in (1, 3))
    assert one.table.equals(three.table)
    assert one.recommendation == three.recommendation


def unsure(**more: object) -> Roadmap:
    """A plan with luck: x, wanted by week 6, has a gap and would push a back, which is worth something."""
    features = [replace(sure("a", 4, 1), value_per_week=1000.0), sure("x", 2, 2)]
    deal = eager(**{**AMOUNTS, "penalty_per_week": 500.0, **more})
    return plan(features, {"a": 5.0}, {"x": 6.0}, deal, gaps=(gap("x", 2),), parameters={"roadmap_sigma": 0.2})


def test_without_a_price_the_answers_are_ranked_by_promises() -> None:
    """x in front breaks a's promise and keeps x's; told now keeps x later and a as well. Declining is no answer to how.

    a takes 4 and is due at 5; x takes 2 and is due at 6, its retrofit 1. In front, and told now: x 0-2 with its
    retrofit a fire drill, so 0-1 and 1-3, a 3-7: a is missed. In its place: retrofit 0-1, a 1-5, x 5-7: x is missed.
    """
    features = [sure("a", 4, 1), sure("x", 2, 2)]
    roadmap = plan(features, {"a": 5.0}, {"x": 6.0}, gaps=(gap("x", 1),))
    quiet = Scenario(
        "quiet", "In its place, by week 8", (Sign("eager", promoted=False), GiveWord("eager", "x", due(8.0)))
    )
    found = options(roadmap, "eager", [quiet], n=N)
    assert not found.priced
    row = found.table.set_index("option")
    assert row["net"].isna().all()
    assert row.loc["as-promised", "missed"] == 1.0
    assert row.loc["quiet", "missed"] == 0.0
    assert found.best.answer.name == "quiet"
    assert row.index[-1] == DECLINED and np.isnan(row.loc[DECLINED, "behind"])
    assert found.p_best.sum() == pytest.approx(1.0)
    text = " ".join(found.recommendation)
    assert text.startswith("What Eager pays is not known, so whether to say yes cannot be answered, only how.")
    assert 'Best way to say yes: "In its place, by week 8". 0.0 more promises are missed than without the deal' in text
    assert "declin" not in text.casefold()
    assert options_summary(found)["priced"] is False


def test_missed_promises_are_counted_one_by_one() -> None:
    """Of two promises of the deal one is missed: that is one, not two, and not a share."""
    roadmap = plan([sure("x", 2, 1), sure("y", 2, 2)], {}, {"x": 9.0, "y": 1.0})
    found = options(roadmap, "eager", n=N)
    assert named(found, "as-promised").own_missed.tolist() == [1.0] * N
    assert named(found, "at-safe-date").own_missed.tolist() == [0.0] * N
    assert named(found, DECLINED).own_missed.tolist() == [0.0] * N


def test_a_phase_counts_as_a_part_of_a_promise() -> None:
    """Two parts of x of which one is late: half a promise."""
    features = [replace(sure("x", 6, 1), works=tuple(replace(w, stories=6) for w in sure("x", 6, 1).works))]
    from ripple.roadmap.changes import Phase

    split = Scenario("split", "", (Sign("eager"), Phase("eager", "x", 0.5, due(2.0)), GiveWord("eager", "x", due(9.0))))
    found = options(plan(features, {}, {"x": 9.0}), "eager", [split], n=N)
    assert named(found, "split").own_missed.tolist() == [0.5] * N
    assert named(found, "split").own.tolist() == [0.0] * N


def test_a_deal_without_gaps() -> None:
    """Nothing to tell, to find or to hire for; the rest is answered."""
    roadmap = plan([sure("a", 4, 1), sure("x", 2, 2)], {"a": 6.0}, {"x": 6.0}, eager(**AMOUNTS))
    found = options(roadmap, "eager", n=N)
    assert {one.answer.name for one in found.options} == {"as-promised", "at-safe-date", "later", DECLINED}
    # In front: x 0-2, a 2-6: both are kept, so nothing is better than to sign now and be paid from week 2 on.
    assert found.best.own.all()
    assert found.as_promised in (found.best, *found.equals)


def test_a_deal_that_signs_before_the_start() -> None:
    """It acts at the start; later is half a year from then."""
    found = options(unsure(signs=-9.0), "eager", n=N)
    later = named(found, "later").answer.settings
    assert later.startswith("signs on 2027-07-05, in its place in the plan")
    assert named(found, "with-people").answer.settings.startswith("2 more engineers for core from 2027-01-04 to ")


def test_a_deal_that_asks_for_nothing() -> None:
    """There is no date to name; to sign it brings what it pays, to put it off less."""
    roadmap = plan([sure("a", 4, 1)], {"a": 4.0}, {}, eager(**AMOUNTS))
    found = options(roadmap, "eager", n=N)
    assert [one.answer.name for one in found.options] == ["as-promised", "later", DECLINED]
    assert found.best is found.as_promised
    assert found.safe.sentence == "Nothing is promised to Eager, so there is no date to name."
    assert found.safe.promises.empty and found.safe.frontier.empty
    assert "is promised is then on time" not in " ".join(found.recommendation)
    assert options_summary(found)["safe_promise"] == found.safe.sentence


@pytest.mark.parametrize("arr", [0.0, None])
def test_a_placebo_makes_no_detectable_difference(arr: float | None) -> None:
    """It asks for what is done and pays nothing: all answers are the same to the last bit, and the sentence says so."""
    features = [sure("a", 4, 1), sure("d", 5, 2, status="done")]
    found = options(plan(features, {"a": 4.0}, {"d": 9.0}, eager(arr=arr)), "eager", n=N)
    assert not found.values.any()
    assert found.recommendation[-1].startswith("It makes no detectable difference ")
    assert len(found.recommendation) == (1 if arr == 0.0 else 2)
    table = found.table
    flags = [column for column in table if column.endswith("_detectable")]
    assert len(flags) == 4
    assert not table[flags].any(axis=None)
    assert not table[["slip", "missed", "broken"]].any(axis=None)
    if arr == 0.0:
        assert table["break_even"].dropna().tolist() == [0.0] * (len(table) - 1)


def test_names_with_attack_text_survive() -> None:
    """They are neither run nor changed: escaping them is the business of the surface that shows them."""
    roadmap = unsure(customer=ATTACK)
    roadmap = replace(roadmap, features=tuple(replace(f, title=f"{f.name} {ATTACK}") for f in roadmap.features))
    mine = Scenario("mine", f"Mine {ATTACK}", (Sign("eager", on=40.0), Rank({"x": 9.0})))
    found = options(roadmap, "eager", [mine], n=N)
    text = " ".join([*found.recommendation, found.safe.sentence])
    assert ATTACK in text
    assert f"x {ATTACK}" in found.safe.sentence
    assert f"Mine {ATTACK}" in found.table["title"].tolist()
    assert f"x {ATTACK}" in " ".join(found.table["settings"])


def test_deals_whose_names_are_no_slugs() -> None:
    """A deal may be called anything; scenarios made for it have names that files can have."""
    name = "Ångström & Co: 100 %"
    roadmap = unsure(name=name)
    promises = tuple(replace(p, deal=name if p.deal == "eager" else p.deal) for p in roadmap.promises)
    gaps = tuple(replace(g, deal=name) for g in roadmap.gaps)
    found = options(replace(roadmap, promises=promises, gaps=gaps), name, n=N)
    assert found.safe.scenario is not None
    assert found.safe.scenario.name == "ngstr-m-co-100-safe"


def test_a_signed_deal_has_been_answered() -> None:
    """And an unknown one cannot be."""
    roadmap = plan([sure("a", 4, 1)], {"a": 4.0}, {"a": 9.0})
    with pytest.raises(InputError, match="of-a has signed already, so there is nothing to answer"):
        options(roadmap, "of-a", n=N)
    with pytest.raises(InputError, match=r"'eagre' is not a deal. Did you mean 'eager'"):
        options(roadmap, "eagre", n=N)


def test_progress_is_told_to_the_end() -> None:
    """Twice from the first to the last: the safe dates, then the answers."""
    told: list[tuple[int, int]] = []
    options(unsure(), "eager", n=N, progress=lambda done, total: told.append((done, total)))
    ends = [i for i, (done, total) in enumerate(told) if done == total]
    assert len(ends) == 2 and ends[-1] == len(told) - 1
    assert all(done <= total for done, total in told)


def test_the_summary_holds_no_placeholder(torvane: Options) -> None:
    """What is not known is None, never NaN; the headline is the recommendation."""
    found = options_summary(torvane)
    assert found["headline"] == " ".join(torvane.recommendation)
    assert found["recommended"] == torvane.best.answer.name
    assert all(value == value for row in found["options"] for value in row.values())
    last = next(row for row in found["options"] if row["option"] == DECLINED)
    assert last["break_even"] is None and last["own"] is None


def test_an_open_deal_of_others_is_not_promised_anything_here() -> None:
    """What another open deal wants counts neither as kept nor as missed."""
    roadmap = unsure()
    more = replace(
        roadmap,
        deals=(*roadmap.deals, replace(eager(), name="idle")),
        promises=(*roadmap.promises, Promise("idle", "a", 0.0)),
    )
    assert options(more, "eager", n=N).table.equals(options(roadmap, "eager", n=N).table)
