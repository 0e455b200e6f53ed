"""When it is too late to tell product: before the lead of a fire drill it helps, after it does not, by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from ripple.analysis.decisions import too_late as module
from ripple.analysis.decisions.too_late import TooLate, too_late
from ripple.errors import InputError
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import PARAMETERS
from tests.analysis.decisions.plans import NO_LUCK, eager, gap, plan, sure
from tests.engine.build import LATER

FEW = 8
LEAD, COST = PARAMETERS["fire_drill_lead"].value, PARAMETERS["switching_cost"].value


def idle_time(**more: object) -> Roadmap:
    """A team has four idle weeks, from 8 to 12, and a retrofit of three to do.

    Web works on w from 0 to 8 and on v, which may begin at 12, until 16. Core builds x from 0 to 13, due on the day
    that begins at 17; its gap is web's. Told up to 17 - 13 = 4, the retrofit is ordinary, waits for w, is done 8-11:
    nobody slips. Told at 7 it is a fire drill: it interrupts w, which slips by 3 and the cost of switching, and v does
    not. Never told, it is found at 13, when x is built, and interrupts v, which slips by as much as w would.
    """
    features = [
        sure("w", 8, 1, "web"),
        sure("v", 4, 2, "web", not_before=12.0),
        sure("x", 13, 3),
    ]
    deal = eager(opened=1.0, off=LATER, **more)
    teams = {"core": 1, "web": 1}
    return plan(features, {}, {"x": 17.0 + 1 / 7}, deal, gaps=(gap("x", 3, "web"),), teams=teams)


def saved(found: TooLate) -> dict[float, float]:
    """Weeks of slip that telling saves, by the week in which product is told."""
    return dict(zip(found.table["week"], found.table["slip_saved"], strict=True))


def test_telling_before_the_lead_helps_and_after_it_does_not() -> None:
    """Told at 1 or 4, 3.05 weeks are saved; told at 7, none: the point of no return is 4, thirteen before 17."""
    found = too_late(idle_time(), "eager", n=FEW)
    weeks = saved(found)
    assert (LEAD, COST) == (13.0, 0.05)
    assert [weeks[1.0], weeks[4.0]] == pytest.approx([3.05, 3.05])
    assert weeks[7.0] == pytest.approx(0.0, abs=1e-9)
    # Told at 10, in the idle weeks: the fire drill takes 10-13 and v slips by one week only.
    assert weeks[10.0] == pytest.approx(2.05)
    assert (found.week, found.by_money) == (4.0, False)
    assert found.sentence == (
        "The point of no return is 2027-02-01. Up to then, telling product makes the others slip less than never "
        "telling it; on 2027-02-22, the next date that was tried, it no longer does."
    )


def test_a_shorter_lead_is_a_later_point_of_no_return() -> None:
    """With a lead of 10 the retrofit is ordinary when told at 7, too: 17 - 7 = 10."""
    found = too_late(replace(idle_time(), parameters={**NO_LUCK, "fire_drill_lead": 10.0}), "eager", n=FEW)
    assert found.week == 10.0
    assert saved(found)[7.0] == pytest.approx(3.05)


def test_by_money_where_there_is_a_price() -> None:
    """The same point, by the value of w and v, which is 1,000 a week."""
    roadmap = idle_time(arr=52_000.0, probability=1.0, probability_without=0.0)
    features = tuple(replace(f, value_per_week=None if f.name == "x" else 1000.0) for f in roadmap.features)
    found = too_late(replace(roadmap, features=features), "eager", n=FEW)
    assert found.by_money
    # Told at 7 the promise is kept at 13, told never at 16: that, too, is worth something now.
    gains = found.table.set_index("week")["net_gain"]
    assert gains[4.0] - gains[7.0] == pytest.approx(3050.0)
    assert gains[7.0] > 0 and found.week is not None and found.week >= 7.0
    assert "makes a yes worth more than never telling it" in found.sentence


def told(gains: list[float], seen: list[bool]) -> TooLate:
    """What would be said of these gains on the first days of weeks 0, 2, 4, ..."""
    weeks = [2.0 * i for i in range(len(gains))]
    rows = {"week": [*weeks, float("nan")], "slip_saved": [*gains, 0.0], "detectable": [*seen, False]}
    table = pd.DataFrame({**rows, "net_gain": float("nan"), "net_detectable": False})
    helps = [gain > 0 and one for gain, one in zip(gains, seen, strict=True)]
    first = helps.index(False) if False in helps else len(helps)
    return TooLate(idle_time(), "eager", table, by_money=False, week=weeks[first - 1] if first else None)


@pytest.mark.parametrize(
    ("gains", "seen", "sentence"),
    [
        (
            [0.1, 0.2],
            [False, False],
            "It makes no detectable difference when product is told of the gaps, or whether it",
        ),
        (
            [0.1, 9.0],
            [False, True],
            "Telling product on the first date that was tried makes no detectable difference, co",
        ),
        (
            [-4.0, 9.0],
            [True, True],
            "Telling product on the first date that was tried does not help: it does harm, compa",
        ),
        (
            [4.0, 5.0],
            [True, True],
            "On each date that was tried, up to 2027-01-18, telling product makes the others slip",
        ),
        (
            [4.0, 0.5],
            [True, False],
            "The point of no return is 2027-01-04. Up to then, telling product makes the others",
        ),
    ],
)
def test_nothing_is_claimed_that_is_noise(gains: list[float], seen: list[bool], sentence: str) -> None:
    """Whatever the means are, only what is detectable helps or harms."""
    assert told(gains, seen).sentence.startswith(sentence)


def test_a_deal_without_gaps_has_nothing_to_tell() -> None:
    """Every date is as good as never."""
    found = too_late(replace(idle_time(), gaps=()), "eager", n=FEW)
    assert found.week is None
    assert not found.table["slip_saved"].any()
    assert found.sentence == "It makes no detectable difference when product is told of the gaps, or whether it is."


def test_the_point_is_where_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the first dates in a row that help detectably; a later one that helps again does not move it."""
    table = told([3.0, 2.0, 0.1, 5.0], [True, True, False, True]).table
    monkeypatch.setattr(module, "early", lambda *_: table)
    assert too_late(idle_time(), "eager").week == 2.0


def test_an_unknown_deal_is_a_sentence() -> None:
    """With the name that was meant."""
    with pytest.raises(InputError, match=r"'eagre' is not a deal"):
        too_late(idle_time(), "eagre", n=FEW)
