"""Exact attribution: Shapley values against textbook games, and what they make of slips and money."""

from dataclasses import replace
from functools import cache
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ripple.analysis.attribution import Attribution, attribution, attribution_sentences, shapley, study
from ripple.analysis.attribution.accounts import by_wave, shared_pairs
from ripple.analysis.attribution.sentences import PLAIN
from ripple.analysis.attribution.split import PAIRS, PARTS, Split
from ripple.analysis.attribution.worlds import COMBINATIONS, distinct, turned
from ripple.analysis.comparison import compare
from ripple.analysis.money import money
from ripple.analysis.replications import replicate_each
from ripple.analysis.words import NO_DIFFERENCE
from ripple.engine.checks import BrokenLaw
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.changes import Rank
from ripple.roadmap.model import SWITCHES, Deal, Gap, Promise, Roadmap, Work
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, apply, deal_scenario, load_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.engine.build import feature, roadmap

LUCKLESS = {"effort_sigma_small": 0.0, "effort_sigma_large": 0.0, "roadmap_sigma": 0.0, "story_cv": 0.0}
BY_HAND = frozenset({"scope", "switching", "overtime", "morale", "upkeep"})

RUNWAY = [max([cost for i, cost in enumerate((1.0, 2.0, 3.0)) if mask >> i & 1], default=0.0) for mask in range(8)]
GLOVES = [float(min(mask & 1, (mask >> 1).bit_count())) for mask in range(8)]
ALL_OF_FOUR = [0.0] * 15 + [12.0]

games = st.integers(1, 5).flatmap(
    lambda n: arrays(np.float64, (1 << n, 2), elements=st.floats(-1e6, 1e6, allow_subnormal=False))
)


@pytest.mark.parametrize(("worths", "expected"), [
    (RUNWAY, (1 / 3, 5 / 6, 11 / 6)),
    ([0, 5, 3, 5], (3.5, 1.5)),
    ([0, 0, 0, 10], (5, 5)),
    (GLOVES, (2 / 3, 1 / 6, 1 / 6)),
    (ALL_OF_FOUR, (3, 3, 3, 3)),
], ids=["airport", "parallel", "and-gate", "gloves", "unanimity"])  # fmt: skip
def test_textbook_games(worths: list[float], expected: tuple[float, ...]) -> None:
    """Littlechild & Owen's airport, two parallel delays, an and-gate, and Shapley's own market of gloves."""
    assert shapley.shapley(worths).tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("worths", "expected"), [
    ([0, 5, 3, 8], [0]),
    ([0, 0, 0, 10], [10]),
    ([0, 5, 3, 5], [-3]),
    (ALL_OF_FOUR, [4] * 6),
], ids=["additive", "and-gate", "parallel", "unanimity"])  # fmt: skip
def test_interactions_by_hand(worths: list[float], expected: list[float]) -> None:
    """Nothing where all add up; of a unanimity game of t players, its worth / (t - 1) for each pair."""
    assert shapley.interactions(worths).tolist() == pytest.approx(expected, abs=1e-12)


def in_all_orders(worths: Floats) -> Floats:
    """Shapley values by their definition: what the worth grows by when a player joins, over all orders of joining."""
    n_players = len(worths).bit_length() - 1
    values = np.zeros((n_players, *worths.shape[1:]))
    for order in permutations(range(n_players)):
        there = 0
        for player in order:
            values[player] += worths[there | 1 << player] - worths[there]
            there |= 1 << player
    return values / factorial(n_players)


def dividends(worths: Floats) -> Floats:
    """Harsanyi's dividends: what each coalition is worth beyond all of its parts."""
    found = worths.astype(float).copy()
    for mask in range(len(worths)):
        for part in range(mask):
            if part & mask == part:
                found[mask] -= found[part]
    return found


@given(games)
def test_values_are_the_mean_over_all_orders(worths: Floats) -> None:
    """The formula by coalitions says what the definition by orders says."""
    assert np.allclose(shapley.shapley(worths), in_all_orders(worths), atol=1e-8 * (1 + np.abs(worths).max()))


@given(games)
def test_interactions_are_shared_dividends(worths: Floats) -> None:
    """Grabisch & Roubens' index of a pair is the sum of its coalitions' dividends, each over its size less 1."""
    n_players, shares = len(worths).bit_length() - 1, dividends(worths)
    expected = [
        sum(shares[mask] / (mask.bit_count() - 1) for mask in range(len(worths)) if mask >> i & mask >> j & 1)
        for i, j in combinations(range(n_players), 2)
    ]
    found = shapley.interactions(worths)
    assert np.allclose(found, np.reshape(expected, found.shape), atol=1e-8 * (1 + np.abs(worths).max()))


@given(games)
def test_values_sum_to_the_whole(worths: Floats) -> None:
    """Efficiency, in each of the games that an array holds."""
    whole = worths[-1] - worths[0]
    assert np.allclose(shapley.shapley(worths).sum(axis=0), whole, rtol=0, atol=1e-9 + 1e-13 * np.abs(worths).max())


@given(games, st.integers(0, 5))
def test_who_changes_nothing_gets_exactly_nothing(worths: Floats, place: int) -> None:
    """A player that is added to any game without effect gets 0.0, alone and with any other, to the last bit."""
    n_players = len(worths).bit_length() - 1
    bit = 1 << min(place, n_players)
    masks = range(2 * len(worths))
    wider = np.array([worths[mask & (bit - 1) | mask >> 1 & ~(bit - 1)] for mask in masks])
    added = min(place, n_players)
    assert not shapley.shapley(wider)[added].any()
    pairs = shapley.pairs_of(n_players + 1)
    assert not any(shapley.interactions(wider)[i].any() for i, pair in enumerate(pairs) if added in pair)


@given(games)
def test_who_does_the_same_gets_the_same(worths: Floats) -> None:
    """Symmetry: where two players can be exchanged, their values are equal."""
    if len(worths) < 4:
        return
    swapped = [mask & ~3 | (mask & 1) << 1 | mask >> 1 & 1 for mask in range(len(worths))]
    values = shapley.shapley((worths + worths[swapped]) / 2)
    assert np.allclose(values[0], values[1], atol=1e-9 * (1 + np.abs(worths).max()))


@pytest.mark.parametrize("wrong", [
    lambda n, joining=1: [0.5 ** (n - joining)] * (n - joining + 1),
    lambda n, joining=1: [1.0 / (n - joining + 1)] * (n - joining + 1),
    lambda n, joining=1: [1.0] + [0.0] * (n - joining),
    lambda n, joining=1: [factorial(s) * factorial(n - s - joining) / factorial(n) for s in range(n - joining + 1)],
], ids=["Banzhaf", "not by the number of coalitions", "each alone", "of values, for pairs"])  # fmt: skip
def test_wrong_weights_are_caught(monkeypatch: pytest.MonkeyPatch, wrong: object) -> None:
    """Other weights either do not close, or give other interactions in a game of four."""
    right = shapley.interactions(ALL_OF_FOUR)
    monkeypatch.setattr(shapley, "weights", wrong)
    try:
        shapley.shapley(RUNWAY)
    except BrokenLaw:
        return
    assert not np.allclose(shapley.interactions(ALL_OF_FOUR), right)


def test_a_game_must_be_whole() -> None:
    """Worths of some coalitions only, or unknown worths, are no game."""
    with pytest.raises(ValueError, match="3 worths are not those of all coalitions"):
        shapley.shapley([0, 1, 2])
    with pytest.raises(BrokenLaw, match="do not sum"):
        shapley.shapley([0, np.nan, 1, 2])


def awake() -> Roadmap:
    """The small roadmap with every mechanism on, and a gap of the signed customer on the same feature."""
    plan = signed_and_open()
    deals = tuple(replace(deal, off=frozenset(), arr=1e6, penalty_per_week=1e4) for deal in plan.deals)
    promises = (*plan.promises, Promise("loyal", "c", 6.0))
    gaps = (*plan.gaps, Gap("loyal-1", "loyal", "c", Work("core", 4.0, stories=2), found=3.0))
    return replace(plan, deals=deals, promises=promises, gaps=gaps)


def by_hand() -> Roadmap:
    """One engineer; `p` of 4 weeks, whose gap of 2 is found when it is built and makes half of it be redone; `f` of 10.

    Base: p at 4, f at 14. Gap closed: f at 16; and part of p redone: f at 18.
    """
    return roadmap(
        [feature("p", 4.0, rank=1), feature("f", 10.0, rank=2)],
        deals=(Deal("acme", 0.0, off=BY_HAND),),
        promises=(Promise("acme", "p", 1.0),),
        gaps=(Gap("acme-1", "acme", "p", Work("core", 2.0, stories=1)),),
        parameters={**LUCKLESS, "rework_share": 0.5, "rework_cap": 5.0},
    )


@cache
def small() -> Attribution:
    """The open deal of the small roadmap, every mechanism on."""
    return attribution(awake(), deal_scenario("eager"), n=40, seed=1)


def test_a_slip_by_hand() -> None:
    """f slips by 2 with the gap closed and by 4 with rework too: 3 are the gap's, 1 the rework's, 2 both together."""
    found = attribution(by_hand(), deal_scenario("acme"), n=20)
    parts = dict(zip(PARTS, found.weeks_of("f").mean(axis=1).tolist(), strict=True))
    assert parts == pytest.approx({**dict.fromkeys(PARTS, 0.0), "retrofit": 3.0, "rework": 1.0}, abs=1e-6)
    top = found.slip.pairs.iloc[0]
    assert (top["one"], top["other"], round(top["mean"], 6)) == ("retrofit", "rework", 2.0)
    assert not np.delete(found.slip.parts, [2, 3], axis=0).any()


def test_every_combination_is_the_world_that_stands_for_it() -> None:
    """128 worlds simulated one by one are those of the fewer that are, ships and kept promises, to the last bit."""
    changed = apply(awake(), deal_scenario("eager"))
    world_of, worlds = distinct(changed, {"eager"})
    assert len(worlds) == 50 < COMBINATIONS
    every = [(turned(changed, {"eager"}, combination), None) for combination in range(COMBINATIONS)]
    found, few = (replicate_each(runs, 6) for runs in (every, [(world, None) for world in worlds]))
    for combination, world in enumerate(found):
        for what in ("ships", "starts", "kept"):
            one, other = getattr(world, what), getattr(few[world_of[combination]], what)
            assert np.array_equal(one, other, equal_nan=True), (combination, what)


def test_the_parts_sum_to_what_a_comparison_finds() -> None:
    """Each feature's slip, all others' together, and the net value: in every replication."""
    found, comparison = small(), compare(awake(), deal_scenario("eager"), n=40, seed=1)
    for name, slips in comparison.slips.items():
        assert np.abs(found.weeks_of(name).sum(axis=0) - slips).max() <= 1e-9
    others = [slips for name, slips in comparison.slips.items() if name not in comparison.view.features]
    assert np.abs(found.slip.parts.sum(axis=0) - np.sum(others, axis=0)).max() <= 1e-9
    assert found.net is not None
    net = money(comparison).net
    assert net is not None
    assert np.array_equal(found.net.total, net.values)
    assert np.allclose(found.net.parts.sum(axis=0), net.values, rtol=1e-12, atol=1e-9)


def test_every_mechanism_does_something_where_all_are_on() -> None:
    """The test above would prove little with nothing to share out."""
    means = small().slip.table.set_index("part")["mean"]
    assert means["itself"] == 0.0
    assert (means[list(SWITCHES)] != 0.0).all()


def test_what_a_deal_does_not_do_is_exactly_nothing() -> None:
    """The deal's mechanisms that are off anyway get 0.0 of every feature and of the money."""
    found = attribution(signed_and_open(), deal_scenario("eager"), n=20)
    off = [PARTS.index(name) for name in ("rework", "overtime", "morale", "upkeep")]
    assert not found.weeks[:, off].any()
    assert not found.slip.together[[i for i, pair in enumerate(PAIRS) if {*pair} & {PARTS[j] for j in off}]].any()
    assert found.slip.parts[PARTS.index("retrofit")].any()


def test_a_placebo_is_exactly_nothing() -> None:
    """A deal that asks for nothing: every part and interaction is 0.0, and the sentence says so."""
    found = attribution(awake(), deal_scenario("empty"), n=30)
    assert not found.weeks.any() and not found.slip.together.any()
    assert found.n_worlds == 2
    assert not found.slip.pairs["detectable"].any()
    assert NO_DIFFERENCE in attribution_sentences(found)[0]


def test_a_scenario_without_a_new_deal_is_all_itself() -> None:
    """Other ranks move features without any mechanism: one world, and each slip is that of the change itself."""
    scenario = Scenario("other-ranks", changes=(Rank({"d": 0.5}),))
    found = attribution(awake(), scenario, n=60)
    assert found.n_worlds == 1
    assert found.weeks[:, 0].any() and not found.weeks[:, 1:].any()


def test_a_deal_without_mechanisms_moves_nothing() -> None:
    """The law that a study is held against is broken by any slip where all is off."""
    with pytest.raises(BrokenLaw, match="every mechanism off"):
        study._check_nothing_on(awake(), deal_scenario("eager"), np.array([[0.0, 1.0]]))
    study._check_nothing_on(awake(), Scenario("rank", changes=(Rank({"d": 0.5}),)), np.array([[0.0, 1.0]]))


def test_the_number_of_workers_changes_nothing() -> None:
    """One thread or two, one group of worlds or several: the same numbers."""
    alone = attribution(awake(), deal_scenario("eager"), n=40, seed=1, workers=1)
    assert np.array_equal(alone.weeks, small().weeks)


def test_progress_is_told_once_a_part_of_the_work() -> None:
    """From the first world to the last, the base among them, it rises by one."""
    told: list[tuple[int, int]] = []
    attribution(by_hand(), deal_scenario("acme"), n=10, progress=lambda done, total: told.append((done, total)))
    assert told == [(i, told[-1][1]) for i in range(1, told[-1][1] + 1)]


def test_what_does_not_fit_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four features in 50 worlds with 8 bytes each: room for 10 pairs, not for 11."""
    monkeypatch.setattr(study, "MOST_BYTES", 8 * 4 * 50 * 10)
    with pytest.raises(InputError, match="Choose 10 or fewer"):
        attribution(awake(), deal_scenario("eager"), n=11)
    with pytest.raises(InputError, match="Choose 1 to"):
        attribution(awake(), deal_scenario("eager"), n=0)


@pytest.mark.parametrize(("folder", "name"), [
    ("data/example", "accept-as-promised"), ("data/rust-2026", "sponsor-by-mid-year"),
])  # fmt: skip
def test_it_closes_on_the_data_that_ship_with_ripple(monkeypatch: pytest.MonkeyPatch, folder: str, name: str) -> None:
    """Of each feature in each replication the parts sum to the slip to 1e-9; without mechanisms nothing moves.

    The laws of queues are not held against each of the worlds here: that takes most of the time, and others prove it.
    """
    monkeypatch.setattr("ripple.analysis.parts.check_queues", lambda trace: None)
    plan, scenario = load_roadmap(folder), load_scenario(f"{folder}/scenarios/{name}.yml")
    found = attribution(plan, scenario, n=20)
    base, full = replicate_each([(plan, None), (plan, scenario)], 20)
    columns = [full.features.index(feature) for feature in base.features]
    slips = np.nan_to_num(full.ships[:, columns], nan=plan.horizon) - np.nan_to_num(base.ships, nan=plan.horizon)
    assert found.names == base.features
    assert np.abs(found.weeks.sum(axis=1).T - slips).max() <= 1e-9
    assert not found.weeks[:, 0].any()
    assert found.slip.estimate.mean > 50
    assert (found.slip.table["detectable"].to_numpy()[1:3]).all()


def split(*parts: float, noise: float = 0.1, pair: float = 0.0) -> Split:
    """Fifty replications in which the first mechanisms make these weeks, and the first pair so much together."""
    luck = np.linspace(-1, 1, 50)
    rows = np.zeros((len(PARTS), 50))
    for i, mean in enumerate(parts):
        rows[i + 1] = mean + noise * luck
    together = np.zeros((len(PAIRS), 50))
    together[0] = pair + noise * luck
    return Split(rows.sum(axis=0), rows, together)


def told(slip: Split) -> list[str]:
    """The sentences about a split."""
    return attribution_sentences(replace(small(), slip=slip, net=None))


def test_sentences_say_what_adds_what_saves_and_what_cannot_be_told() -> None:
    """More and less, in order of size, and the silent mechanisms by name."""
    words = told(split(2.0, 8.0, -3.0, pair=1.5))
    assert words[0].startswith("The other features slip by 7.0 (± 0.1) weeks together: 8.0 (± 0.0) from closing gaps, ")
    assert (
        "2.0 (± 0.0) from bringing promised work forward and 3.0 (± 0.0) less through redoing what was built."
        in words[0]
    )
    assert words[0].endswith(f"low spirits over redone work and upkeep of what was added: {NO_DIFFERENCE}.")
    assert words[1] == (
        "What interacts most is bringing promised work forward with closing gaps: together they cost 1.5 (± 0.0) weeks "
        "more than one by one."
    )
    assert words[-1].endswith("it is not priced.")


def test_sentences_of_what_is_earlier_or_not_to_be_seen() -> None:
    """A negative slip is earlier; noise is no difference; opposite parts that cancel out are still named."""
    assert told(split(-4.0))[0].startswith("Together the other features ship 4.0 (± 0.0) weeks earlier: ")
    noisy = told(split(0.1, noise=9.0, pair=0.1))
    assert noisy[0].startswith("Whether the other features slip together cannot be told from noise")
    assert noisy[1].endswith(f"{NO_DIFFERENCE}.")
    assert "2.0 (± 0.0) from bringing promised work forward" in told(split(2.0, -2.0, noise=0.1))[0]


def test_a_pair_that_needs_each_other_says_so() -> None:
    """What comes only with another is no surprise, so the strongest pair of those that can act alone is named too."""
    slip = split(1.0, 1.0)
    together = slip.together.copy()
    together[PAIRS.index(("rework", "morale"))] += 9.0
    together[PAIRS.index(("scope", "upkeep"))] -= 4.0
    words = told(replace(slip, together=together))
    assert words[1].endswith("for low spirits over redone work come only with redoing what was built.")
    assert "bringing promised work forward with upkeep of what was added: together they cost 4.0" in words[2]
    assert "weeks less than one by one" in words[2]


def test_the_largest_of_many_pairs_must_stand_out_further() -> None:
    """2.5 standard errors are detectable of one difference, and not of the largest of 21."""
    luck = np.tile([-1.0, 1.0], 200)
    values = 2.5 * luck.std(ddof=1) / np.sqrt(400) + luck
    slip = split(1.0)
    together = np.zeros((len(PAIRS), 400))
    together[0] = values
    assert not replace(slip, together=together).pairs["detectable"].any()


def test_every_part_has_plain_words() -> None:
    """No reader meets a switch by its name."""
    assert tuple(PLAIN) == PARTS
    assert len(set(PLAIN.values())) == len(PARTS)


def test_two_accounts_are_of_the_same_slip() -> None:
    """The waves of a comparison sum to what the mechanisms sum to; another seed has nothing in common."""
    comparison = compare(awake(), deal_scenario("eager"), n=40, seed=1)
    waves = np.sum(list(by_wave(comparison).values()), axis=0)
    assert np.abs(waves - small().slip.parts.sum(axis=0)).max() <= 1e-9
    assert shared_pairs(small(), comparison) == 40
    with pytest.raises(ValueError, match="nothing in common"):
        shared_pairs(replace(small(), seed=2), comparison)


def test_the_table_has_a_row_for_each_feature_and_part() -> None:
    """A feature's means sum to its mean slip; the deal's own features are marked."""
    frame = small().features
    assert len(frame) == len(small().names) * len(PARTS)
    assert set(frame.loc[frame["own"], "feature"]) == {"c"}
    for name, rows in frame.groupby("feature"):
        assert rows["mean"].sum() == pytest.approx(small().weeks_of(name).sum(axis=0).mean(), abs=1e-9)
