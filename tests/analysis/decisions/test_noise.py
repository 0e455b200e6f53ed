"""Only above noise: what is less than two standard errors is called no detectable difference, whatever its mean."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ripple.analysis.decisions.answers import Answer
from ripple.analysis.decisions.break_even import Line, of_line
from ripple.analysis.decisions.flip import _Trial
from ripple.analysis.decisions.option import Option, broken, declined
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.promise import FRONTIER_COLUMNS, SafePromise, nothing_promised
from ripple.analysis.decisions.reasons import cleaned, difference, reasons
from ripple.analysis.decisions.safety import _other
from ripple.analysis.estimates import Outcome
from ripple.analysis.statistics import NOISE, detectable, standard_error
from ripple.analysis.words import NO_DIFFERENCE
from ripple.roadmap.scenarios import deal_scenario
from tests.analysis.decisions.plans import eager, others, plan, sure

SAMPLE = 100
DEAL, OTHERS = "deal", "other customers"


def made(values: list[np.ndarray]) -> Options:
    """Options whose net values are these; the first is as promised, and declining comes on top."""
    roadmap = plan([sure("a", 1, 1)], {}, {"a": 9.0}, eager(arr=1.0))
    nothing = np.zeros(SAMPLE)
    made_up = [
        Option(
            Answer(f"answer-{i}", f"Answer {i}.", deal_scenario("eager"), "", generated=True, as_promised=i == 0),
            SimpleNamespace(),  # type: ignore[arg-type]
            Outcome(net),
            of_line(Line(net, nothing)),
            (),
            nothing,
            nothing,
            nothing,
            nothing + 1.0,
            {(DEAL, "revenue"): net},
        )
        for i, net in enumerate(values)
    ]
    no = declined(Answer("declined", "Declining", None, "", generated=True), SAMPLE, priced=True)
    return Options(roadmap, "eager", nothing_promised(roadmap, "eager", 0.85, 0), (*made_up, no), 0)


def stands_out(values: np.ndarray) -> bool:
    """Two standard errors or more, written anew."""
    return abs(values.mean()) >= NOISE * values.std(ddof=1) / np.sqrt(len(values)) and bool(values.any())


@pytest.mark.parametrize("seed", range(60))
def test_sentences_name_as_worse_only_what_is_worse(seed: int) -> None:
    """Random net values, some of them apart by less than the noise, some by more: all words agree with arithmetic."""
    dice = np.random.default_rng(seed)
    common = dice.normal(0.0, 3.0, SAMPLE)
    found = made([1000.0 * (common + dice.normal(shift, 1.0, SAMPLE)) for shift in dice.uniform(-0.5, 0.5, 4)])
    best = found.best
    sentences = found.recommendation
    same = " ".join(sentence for sentence in sentences if NO_DIFFERENCE in sentence)
    more = " ".join(sentence for sentence in sentences if "more than" in sentence and NO_DIFFERENCE not in sentence)
    for one in found.options:
        ahead = found.values[found.options.index(best)] - found.values[found.options.index(one)]
        quoted = f'"{one.answer.title}"'
        if one is not best and stands_out(ahead):
            assert quoted not in same
        elif one is not best:
            assert quoted in same or sentences[0].startswith("It makes no detectable difference")
            assert quoted not in more
    assert best.net is not None
    if best.answer.scenario and not stands_out(best.net.values) and "It is worth" in sentences[0]:
        assert f"({NO_DIFFERENCE} from nothing)" in sentences[0]


def test_the_flags_of_the_table_are_two_standard_errors(torvane: Options, elmstead: Options) -> None:
    """Recomputed from the replications of each answer."""
    for found in (torvane, elmstead):
        table = found.table.set_index("option")
        for one in found.options:
            row = table.loc[one.answer.name]
            assert one.net is not None
            assert row["slip_detectable"] == stands_out(one.slip)
            assert row["missed_detectable"] == stands_out(one.missed)
            assert row["net_detectable"] == stands_out(one.net.values)
            assert row["behind_detectable"] == stands_out(found.behind(one))


def test_promises_are_broken_only_detectably() -> None:
    """From likely to unlikely is not enough, if it may be noise; nor is it one of the deal's own."""
    rows = [("a", True, True, False), ("b", True, False, False), ("c", False, True, False), ("d", True, True, True)]
    promises = pd.DataFrame(rows, columns=["title", "breaks", "detectable", "new"])
    assert broken(SimpleNamespace(promises=promises)) == ("a",)  # type: ignore[arg-type]


def test_an_assumption_flips_only_detectably() -> None:
    """The mean of a rival that is higher within the noise turns nothing; of those that are, the best one does."""
    noise = np.random.default_rng(2).normal(0.0, 10.0, SAMPLE)
    best, noisy, better = np.zeros(SAMPLE), noise - noise.mean() + 1.0, np.full(SAMPLE, 0.5)
    assert noisy.mean() > better.mean() and not stands_out(noisy)

    def winner(*nets: np.ndarray) -> object:
        """The winner where the rivals are called by their numbers."""
        return _Trial.winner(SimpleNamespace(values=lambda _: nets, rivals=range(len(nets))), 0.0)  # type: ignore[arg-type]

    assert winner(best, noisy) == (None, SAMPLE)
    assert winner(best, noisy, better) == (2, SAMPLE)
    assert winner(best, better, 2 * better, -better) == (2, SAMPLE)


def test_reasons_are_only_those_that_stand_out() -> None:
    """The noisy one is left out, though its mean is the largest; the small one too."""
    dice = np.random.default_rng(5)
    noisy = dice.normal(0.0, 1e6, SAMPLE)
    best = {
        (DEAL, "revenue"): noisy - noisy.mean() + 90000.0,
        (OTHERS, "penalties"): np.full(SAMPLE, -20000.0),
        (DEAL, "churn"): np.full(SAMPLE, -100.0),
    }
    assert not detectable(best[DEAL, "revenue"])
    assert reasons(best, {}, "USD") == "USD 20,000 more in penalties to other customers"
    assert reasons(best, best, "USD") == ""
    assert reasons({}, {}, "USD") == ""


def test_reasons_that_are_good_come_first() -> None:
    """More of a gain is good and less of a cost too; the bad ones follow a but."""
    best = {(DEAL, "revenue"): np.full(SAMPLE, 100.0), (OTHERS, "churn"): np.full(SAMPLE, -50.0)}
    other = {(DEAL, "revenue"): np.full(SAMPLE, 160.0), (OTHERS, "churn"): np.full(SAMPLE, -80.0)}
    assert reasons(best, other, "EUR") == (
        "EUR 30 less revenue lost because other customers leave early, but EUR 60 less revenue from the deal"
    )


def test_every_part_has_words() -> None:
    """Each component of the net value can be a reason, as more or as less."""
    from ripple.analysis.decisions.reasons import COSTS, GAINS
    from ripple.analysis.money.components import DEAL as THE_DEAL
    from ripple.analysis.money.components import FEATURES, PARTS, PEOPLE
    from ripple.analysis.money.components import OTHERS as THE_OTHERS

    every = {(whose, part) for whose in (THE_DEAL, THE_OTHERS) for part in PARTS} | {(FEATURES, FEATURES)}
    every |= {(PEOPLE, PEOPLE)}
    assert every <= {*COSTS, *GAINS}
    assert difference((PEOPLE, PEOPLE), np.full(3, -7800.0), "USD") == "USD 7,800 more in pay for people who are hired"


def test_rounding_is_no_difference() -> None:
    """Net values that are equal but for the order of additions are equal: no one is best by it."""
    values = np.full(SAMPLE, 0.1 + 0.2) * 1e6
    found = made([values, np.full(SAMPLE, 0.3) * 1e6])
    assert (found.values[0] != found.values[1]).all()
    assert [one.answer.name for one in found.equals] == ["answer-1"]
    assert found.p_best.tolist() == [0.5, 0.5, 0.0]
    assert found.best.answer.name == "answer-0"
    assert not cleaned(values - 0.3e6, [values]).any()


def on_time(before: int, after: int, n: int = SAMPLE) -> dict[str, object]:
    """What is said of a promise that so many replications keep in each world, the same ones first."""
    roadmap = replace(plan([sure("a", 1, 1)], {"a": 9.0}, {}), deals=others("of-a"))
    base = SimpleNamespace(roadmap=roadmap)
    kept = [np.arange(n) < number for number in (before, after)]
    return _other(base, ("of-a", "a"), *kept)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "n", "holds", "falls"),
    [
        (90, 90, 100, True, False),  # nothing changes
        (90, 89, 100, True, False),  # one of a hundred is noise
        (9000, 8500, 10000, True, False),  # lower, and above 0.8
        (9000, 7900, 10000, False, True),  # below 0.8
        (9000, 8020, 10000, False, False),  # above 0.8, but within the noise of it
        (7000, 6700, 10000, True, False),  # lower by less than 5 points
        (7000, 6400, 10000, False, True),  # lower by more
        (70, 66, 100, False, False),  # by 4 points, but that may be 8
        (60, 99, 100, True, False),  # better
        (0, 0, 100, True, False),  # hopeless
    ],
)
def test_a_promise_holds_unless_it_could_fall_too_low(
    before: int, after: int, n: int, holds: bool, falls: bool
) -> None:
    """It must stay above its threshold even at the lower end of the difference; noise alone breaks nothing."""
    found = on_time(before, after, n)
    assert (found["holds"], found["falls"]) == (holds, falls)


def test_too_few_simulations_are_not_taken_for_no_safe_date() -> None:
    """Where only the noise forbids every place, the sentence asks for more of them."""
    roadmap = plan([sure("a", 1, 1)], {}, {"a": 9.0})
    rows = [("here", 3.0, "2027-01-24", 0.04, "b", False, unsure, False) for unsure in (True, False)]
    safe = SafePromise(
        roadmap,
        "eager",
        0.85,
        None,
        pd.DataFrame(),
        pd.DataFrame(),
        pd.DataFrame(rows, columns=list(FRONTIER_COLUMNS)),
        0,
    )
    assert safe.sentence == (
        "No date can be called safe for Eager yet: of 2 places in the queue 1 may spare all promises to others, but "
        "the noise of so few simulations hides it. Take more of them."
    )


def test_the_threshold_of_noise_is_that_of_the_statistics() -> None:
    """Two standard errors, exactly at which a difference counts."""
    values = np.array([1.0, 3.0])
    assert standard_error(values) == 1.0
    assert detectable(values) and not detectable(values - 0.01)
