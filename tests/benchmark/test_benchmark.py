"""What the benchmark compares does the same, and its tables say what was measured."""

from collections.abc import Callable

import numpy as np
import pytest

from ripple.engine.draws import story_efforts
from ripple.engine.plan import Floats, Plan, compile_plan
from tests.benchmark import bench, yardstick
from tests.benchmark.memory import peak_of
from tests.benchmark.runs import COMPILED, NATURAL, SIMPY, TREE, C, Disagreement, check_agreement, run_of
from tests.benchmark.speed_page import Line, Results, lines, markdown, tables
from tests.benchmark.workloads import shape, with_all_mechanisms

SHAPES = {"one engineer": (2, 1, 8), "small teams": (3, 2, 12), "teams larger than drills": (2, 12, 30)}
EFFORTS: dict[str, Callable[[Floats], Floats]] = {
    "as drawn": lambda drawn: drawn,
    "whole weeks, so that much ends at once": np.ceil,
    "halves": lambda drawn: np.ceil(drawn * 2) / 2,
}


def exact(plan: Plan) -> dict[str, Callable[[Floats], Floats]]:
    """All exact engines, C only where there is a compiler, and every replication of a block in each."""
    names = (COMPILED, SIMPY) if yardstick.why_not() else (COMPILED, SIMPY, C, TREE)
    runs = {name: run_of(name, plan) for name in names}
    reference = runs[SIMPY]
    runs[SIMPY] = lambda efforts: np.concatenate([reference(row[None]) for row in efforts])
    return runs


@pytest.mark.parametrize("change", EFFORTS)
@pytest.mark.parametrize("name", SHAPES)
def test_the_exact_engines_agree_to_the_last_bit(name: str, change: str) -> None:
    """Ships of the compiled engine, the reference, and C with either structure are equal with `==`."""
    plan = compile_plan(shape(*SHAPES[name]))
    efforts = EFFORTS[change](story_efforts(plan, 1, 0)[:20])
    runs = exact(plan)
    check_agreement(runs, efforts)
    assert not np.isnan(runs[COMPILED](efforts)).any()
    assert (plan.gap_found == 6.0).all() and runs[COMPILED](efforts).max() > 6.0, "no fire drill was met"


def test_the_exact_engines_agree_with_all_mechanisms_on() -> None:
    """The reference and the compiled engine, on what C does not know."""
    plan = compile_plan(with_all_mechanisms(shape(3, 2, 12)))
    check_agreement({name: run_of(name, plan) for name in (COMPILED, SIMPY)}, story_efforts(plan, 1, 0)[:1])


def test_the_natural_model_differs_in_some_dates_only() -> None:
    """It does the same work; what it gets wrong is an order here and there, and that drills wait."""
    plan = compile_plan(shape(3, 2, 12))
    efforts = story_efforts(plan, 1, 0)[:20]
    natural, right = run_of(NATURAL, plan), run_of(COMPILED, plan)
    share = bench.wrong_dates(natural, right, efforts)
    assert 0.0 < share < 0.9
    ships = np.concatenate([natural(row[None]) for row in efforts])
    assert np.abs(ships.max(axis=1) / right(efforts).max(axis=1) - 1.0).max() < 0.5


def test_an_engine_that_is_wrong_is_not_reported() -> None:
    """A difference in the last bit of one date is enough."""
    plan = compile_plan(shape(2, 1, 8))
    run = run_of(COMPILED, plan)
    wrong = {COMPILED: run, SIMPY: lambda efforts: np.nextafter(run(efforts), np.inf)}
    with pytest.raises(Disagreement, match="The ships of simpy are not those of the compiled engine"):
        check_agreement(wrong, story_efforts(plan, 1, 0)[:1])


def test_the_yardstick_refuses_what_it_does_not_know() -> None:
    """Rework is nothing that C has."""
    with pytest.raises(AssertionError, match="does not know what this plan has"):
        yardstick.check(compile_plan(with_all_mechanisms(shape(3, 2, 12))))


def test_without_a_compiler_there_is_a_reason_and_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no gcc, C is left out of the tables, and the rest stands."""
    monkeypatch.setattr(yardstick.shutil, "which", lambda _: None)
    assert yardstick.why_not() == "There is no gcc here, so C is not measured."
    results = measured()
    for key in [key for key in results.times if key[2] in (C, TREE)]:
        del results.times[key]
    ratios, times = tables(results)
    assert not any("C" in row[0].replace(":", " ").split() for row in ratios)
    assert {row[2] for row in times[1:]} == {"compiled engine", "reference", "SimPy written naturally"}


def measured() -> Results:
    """What a run might have measured."""
    results = Results(n_stories={"small": 650, "large": 10_050, "10000": 100_050}, threads=1.9)
    one = {COMPILED: 60.0, SIMPY: 6000.0, NATURAL: 24_000.0, C: 50.0, TREE: 40.0}
    for (size, variant), engines in bench.ENGINES.items():
        for engine in engines:
            results.times[size, variant, engine] = one[engine] * (3.0 if size == "10000" else 1.0)
            results.peaks[size, variant, engine] = None if engine == TREE else 123.4
    results.wrong = dict.fromkeys(bench.PAIRS, 0.25)
    results.pairs = {size: {"draws": 1.0, "worlds": 3.0, NATURAL: 400.0} for size in bench.PAIRS}
    return results


def test_the_table_says_what_is_reached_and_what_is_not() -> None:
    """A ratio on the wrong side of its target in one workload is not met."""
    rows = {row[0]: row[1:] for row in tables(measured())[0]}
    assert rows["SimPy written naturally ÷ compiled engine"] == ["400", "400", "", "at least 150 / 120", "yes"]
    assert rows["compiled engine ÷ C"] == ["1.20", "1.20", "", "at most 1.35", "yes"]
    assert rows["compiled engine: a story ÷ a story of `small`"] == ["", "1.00", "3", "at most 2.50", "no"]
    assert rows["a pair of worlds: draws ÷ draws and compiled engine"][-1] == "no"
    assert Line("x", {"small": None}, least={"small": 2.0}).met() == ""
    assert len(list(lines(measured()))) == 11
    assert markdown([["a", "b"], ["1", "2"]]) == ["| a | b |", "|---|---|", "| 1 | 2 |"]


def test_the_rows_of_the_file_have_the_columns_that_are_promised() -> None:
    """`outputs/bench.json` names only the engines that are agreed on."""
    rows = bench.rows_of(measured())
    assert {tuple(row) for row in rows} == {("workload", "variant", "engine", "ns_per_story", "n_stories", "peak_mib")}
    assert {row["engine"] for row in rows} == {"compiled", "simpy", "natural", "c"}
    assert {row["workload"] for row in rows} == {"small", "large", "10000"}


def test_the_peak_is_that_of_a_process_of_its_own() -> None:
    """A process that draws a small block and runs it takes tens of MiB at least, and not what this one holds."""
    held = np.ones(2**26)  # 512 MiB
    peak = peak_of("small", "base", NATURAL)
    assert peak is None or 30 < peak < held.nbytes / 2**20
