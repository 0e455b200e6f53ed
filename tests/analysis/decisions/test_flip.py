"""The flip point: just before it the recommendation stands, just beyond it does not."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ripple.analysis.decisions import flip as module
from ripple.analysis.decisions import options as options_module
from ripple.analysis.decisions.flip import FLIP_COLUMNS, HALVINGS, Flips, flips
from ripple.analysis.decisions.options import Options, options
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import PARAMETERS, Parameter
from ripple.roadmap.scenarios import Scenario
from tests.analysis.decisions.plans import EXAMPLE, N, eager, example, gap, plan, sure

A_LITTLE = 0.002
"""By how much more or less than the flip point a deal pays: 0.2 %."""

FEW = 60


def close_call(**more: object) -> Roadmap:
    """Telling product now is barely better than two phases: a waits for x, or x for a.

    a takes 4 and is worth 5,700 a week; x, wanted by 6, takes 2, its retrofit 2. Told now the retrofit is a fire drill,
    at nights: x is kept by 4 and a ships by 8. Planned, a comes first and x is kept by 8. A yes is worth as much either
    way, to a promille.
    """
    features = [replace(sure("a", 4, 1), value_per_week=5700.0), sure("x", 2, 2)]
    deal = eager(arr=520_000.0, probability=0.8, probability_without=0.2, off=frozenset())
    return plan(features, {"a": 5.0}, {"x": 6.0}, deal, gaps=(gap("x", 2),), **more)


@pytest.fixture(scope="module")
def close() -> Flips:
    """What would change the answer to the close call."""
    return flips(options(close_call(), "eager", n=N), n=N)


def paying(tmp_path: Path, deal: str, arr: float) -> tuple[Roadmap, list[Scenario]]:
    """The example with another price in deals.csv."""
    folder = tmp_path / f"{arr:.0f}"
    shutil.copytree(EXAMPLE, folder)
    with (folder / "deals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["arr"] = f"{arr:.2f}" if row["deal"] == deal else row["arr"]
    with (folder / "deals.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    roadmap, scenarios = example(folder)
    assert roadmap.deal_named[deal].arr == round(arr, 2)
    return roadmap, list(scenarios)


@pytest.mark.parametrize("deal", ["torvane", "elmstead"])
def test_another_price_flips_the_answer_where_the_flip_point_says(
    deal: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """With a little less than that in deals.csv the answer stands, with a little more it is the other one."""
    found: Options = request.getfixturevalue(deal)
    at = module._arr(found)
    assert at is not None
    arr, other = at
    # Money moves no date, so the safe dates need not be sought again.
    phases = next((one.answer.scenario for one in found.options if one.answer.name == "in-phases"), None)
    monkeypatch.setattr(options_module, "promise", lambda *_: found.safe)
    monkeypatch.setattr(options_module, "in_phases", lambda *_: phases)
    away = 1.0 if arr > (found.roadmap.deal_named[deal].arr or 0.0) else -1.0
    for side, best in ((-1.0, found.best), (1.0, other)):
        roadmap, scenarios = paying(tmp_path, deal, arr * (1 + side * away * A_LITTLE))
        again = options(roadmap, deal, scenarios, n=found.n, seed=found.seed)
        assert again.best.answer.name == best.answer.name


def test_another_assumption_flips_the_answer_where_the_table_says(close: Flips) -> None:
    """With its value of the table the other answer is best, a thirty-second before it is not."""
    assert close.options.best.answer.name == "told-now"
    table = close.table.set_index("assumption")
    assert {"drill_pace", "fatigue_loss", "upkeep_rate", "annual_churn"} <= {*table.index}
    for name in ("drill_pace", "fatigue_loss", "upkeep_rate", "annual_churn"):
        row = table.loc[name]
        far = getattr(PARAMETERS[name], row["end"])
        before = row["flips_at"] - (far - row["usual"]) / 2**HALVINGS
        for value, best in ((before, "told-now"), (row["flips_at"], row["to"])):
            changed = close_call(parameters={**close.options.roadmap.parameters, name: value})
            assert options(changed, "eager", n=N).best.answer.name == best


def test_shares_are_of_the_range(close: Flips) -> None:
    """The smallest first; each within the range, and on the side of the end that it names."""
    table = close.table
    assert tuple(table.columns) == FLIP_COLUMNS
    assert table["share"].is_monotonic_increasing
    for row in table.itertuples():
        parameter = PARAMETERS[row.assumption]
        assert row.share == pytest.approx(abs(row.flips_at - row.usual) / (parameter.high - parameter.low))
        assert min(parameter.low, row.usual) <= row.flips_at <= max(parameter.high, row.usual)
        assert (row.flips_at > row.usual) == (row.end == "high")
        assert row.n == N


def test_the_flip_point_in_words(close: Flips) -> None:
    """The price and what it is; the assumption, where it flips and what it is; what would then be best."""
    price, assumption = close.sentences
    assert price.startswith("If the deal paid less than USD 518,000 a year in place of USD 520,000, the best answer")
    assert price.endswith('would be "Accepting in two phases".')
    assert assumption.startswith("The smallest change of an assumption that changes the answer: 1.24 in place of 1.25 ")
    assert '(2% of its range). Then the best answer would be "Accepting in two phases".' in assumption


def test_an_answer_that_nothing_changes(elmstead: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """An assumption of money and one of the plan leave the aligned deal signed."""
    chosen = [PARAMETERS["annual_churn"], PARAMETERS["fire_drill_lead"]]
    monkeypatch.setattr(module, "uncertain", lambda _: chosen)
    found = flips(elmstead, n=FEW)
    assert found.table.empty and found.tried == 2
    assert found.sentences[1] == "None of the 2 uncertain assumptions changes the answer within its range."


def test_a_price_of_money_is_tried_with_every_replication(torvane: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """It needs no new simulation, so it has as many as the options; n says so."""
    monkeypatch.setattr(module, "uncertain", lambda _: [PARAMETERS["annual_churn"]])
    found = flips(torvane, n=64)
    assert found.table["n"].tolist() in ([], [torvane.n])


def test_a_value_that_is_at_its_end_already_has_one_way_to_go() -> None:
    """With the parameter set to its high end, only the low one is tried."""
    far = PARAMETERS["drill_pace"].high
    found = options(close_call(parameters={"roadmap_sigma": 0.0, "story_cv": 0.0, "drill_pace": far}), "eager", n=N)
    trial = module._Trial(found, module._rivals(found), PARAMETERS["drill_pace"], N, None)
    assert trial.flip("high") is None
    row = trial.flip("low")
    assert row is not None and row["usual"] == far


def test_rivals_are_the_next_the_promised_one_and_declining(torvane: Options, elmstead: Options) -> None:
    """The best comes first; nobody stands there twice."""
    for found in (torvane, elmstead):
        rivals = module._rivals(found)
        assert rivals[0] is found.best
        assert found.as_promised in rivals
        assert sum(one.answer.scenario is None for one in rivals) == 1
        assert len({id(one) for one in rivals}) == len(rivals) >= 4


def test_without_a_price_nothing_is_said() -> None:
    """Not that the answer is the same at any price."""
    roadmap = close_call()
    roadmap = replace(roadmap, deals=tuple(replace(deal, arr=None) for deal in roadmap.deals))
    found = flips(options(roadmap, "eager", n=N))
    assert (found.arr, found.tried, len(found.table)) == (None, 0, 0)
    assert found.sentences == ["What the deal pays is not known, so what would change the answer is not known either."]


def test_a_placebo_has_no_flip_point() -> None:
    """Where all answers are the same, no price and no assumption makes another one better."""
    features = [sure("a", 4, 1), sure("d", 5, 2, status="done")]
    found = flips(options(plan(features, {"a": 4.0}, {"d": 9.0}, eager(arr=0.0)), "eager", n=N), n=60)
    assert found.table.empty
    assert found.arr is None
    assert found.sentences[0].startswith("The best answer is the same at any price: ")


def test_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step for each assumption."""
    chosen: list[Parameter] = [PARAMETERS["annual_churn"], PARAMETERS["discount"]]
    monkeypatch.setattr(module, "uncertain", lambda _: chosen)
    told: list[tuple[int, int]] = []
    flips(options(close_call(), "eager", n=N), n=60, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
