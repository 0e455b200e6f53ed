"""Demand: what is asked for is pooled and weighed by hand, and the tables it comes from are read strictly."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ripple.alignment.demand import load_wishes, pooled
from ripple.alignment.demand.value import order_value
from ripple.errors import InputError
from ripple.roadmap.model import Deal, Feature, Roadmap, Team, Work
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.wishes import Objection, Request, Ticket, Wishes

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
DEALS = (
    Deal("acme", 4.0, "Acme", arr=1000.0, probability=0.6, probability_without=0.1),
    Deal("blank", 4.0, "Blank", arr=None, probability=0.6, probability_without=0.1),
    Deal("half", 4.0, "Half", arr=1000.0, probability=0.6),
    Deal("gone", 4.0, "Gone", status="lost", arr=1000.0, probability=0.6, probability_without=0.1),
    Deal("won", 0.0, "Won", status="signed", arr=1000.0),
    Deal("worse", 4.0, "Worse", arr=1000.0, probability=0.1, probability_without=0.3),
)


def wanted(*requests, tickets=(), objections=()):
    """What is asked of a roadmap of two features."""
    features = tuple(Feature(name, (Work("core", 4.0),), rank=rank) for rank, name in enumerate(("sso", "sync")))
    roadmap = Roadmap(date(2027, 1, 4), (Team("core", 2),), features, deals=DEALS)
    return pooled(roadmap, Wishes(requests, tickets, objections))


@pytest.mark.parametrize(
    ("requests", "worth"),
    [
        ([Request("Acme", "sso", "acme", "deal breaker")], 1000 * 0.5),
        ([Request("Acme", "sso", "acme", "nice to have")], 1000 * 0.5),
        ([Request("Acme", "sso", "acme", "deal breaker", arr=2000.0, probability=0.9)], 2000 * 0.5),
        ([Request("Acme", "sso", "acme", "deal breaker"), Request("Acme", "sync", "acme", "challenge")], 500 * 2 / 3),
        ([Request("Acme", "sso", "acme"), Request("Acme", "sync", "acme", "deal breaker")], 500 / 11),
        ([Request("Half", "sso", "half", "challenge")], 1000 * 0.6 * 0.5),
        ([Request("New", "sso", None, "nice to have", 1000.0, 0.3)], 1000 * 0.3 * 0.1),
        ([Request("Gone", "sso", "gone", "deal breaker")], 0.0),
        ([Request("Won", "sso", "won", "deal breaker")], 0.0),
        ([Request("Worse", "sso", "worse", "deal breaker")], 0.0),
    ],
)
def test_the_worth_of_a_request_by_hand(requests, worth):
    """ARR, times the chance gained, times the share of the feature."""
    assert wanted(*requests).asked[0].worth == pytest.approx(worth)


@pytest.mark.parametrize(
    ("request_", "blank"),
    [
        (Request("Blank", "sso", "blank", "deal breaker"), ("arr",)),
        (Request("New", "sso", None, "deal breaker", 1000.0), ("probability",)),
        (Request("New", "sso", None, "deal breaker"), ("arr", "probability")),
    ],
)
def test_what_is_blank_stays_unknown_and_is_named(request_, blank):
    """A blank amount is no zero: the worth is not known, is counted, and takes no part in any value."""
    demand = wanted(request_)
    assert demand.asked[0].worth is None
    assert demand.asked[0].unknown == blank
    row = demand.features.iloc[0]
    assert np.isnan(row["worth"])
    assert row["unknown"] == 1
    assert demand.worth == {}


def test_a_buyer_pays_once_whatever_it_asks_for():
    """The worth of all that one deal requests is its incremental revenue, no more."""
    names = ("sso", "sync", "nowhere")
    demand = wanted(*(Request("Acme", name, "acme", "challenge") for name in names))
    assert sum(one.worth for one in demand.asked) == pytest.approx(500.0)


def test_voices_are_pooled_by_feature_and_nothing_is_lost():
    """Requests, open tickets and objections are counted; accounts but for letter case; signed ones are no prospects."""
    demand = wanted(
        Request("Acme", "sso", "acme"),
        Request("ACME", "sso"),
        Request("Won", "sso", "won"),
        Request("New", "holograms", None, "challenge", 1000.0, 0.5),
        tickets=(Ticket("T1", "sso", "Acme"), Ticket("T2", "sso", "Else", closed=2.0), Ticket("T3", "sync")),
        objections=(Objection(1.0, "No", "acme", "sso", competitor="Rival"), Objection(2.0, "Too dear")),
    )
    rows = demand.features.set_index("feature")
    assert rows.loc["sso", ["requests", "tickets", "closed", "objections"]].tolist() == [3, 1, 1, 1]
    assert rows.loc["sso", ["accounts", "prospects"]].tolist() == [3, 1]
    assert rows.loc["sso", "competitors"] == "Rival"
    assert rows.loc["holograms", "plan"] == "not on the roadmap"
    assert demand.unnamed == 1
    assert rows["voices"].sum() == 4 + 2 + 1
    assert "holograms" not in demand.worth


def test_weights_are_parameters_and_checked():
    """Other parts by importance change the worth; parts that are none are refused, each in a sentence."""
    request = Request("New", "sso", None, "challenge", 1000.0, 0.5)
    hangs = {"deal breaker": 1.0, "challenge": 0.2, "nice to have": 0.1}
    assert pooled(wanted().roadmap, Wishes((request,)), hangs).asked[0].worth == pytest.approx(100.0)
    with pytest.raises(InputError) as error:
        pooled(wanted().roadmap, Wishes(), {"deal breaker": 1.0, "challenge": 0.0, "nice to have": 2.0})
    assert len(error.value.problems) == 2


def test_the_value_of_an_order_by_hand():
    """Nothing before the signing, nothing after the horizon, nothing for what does not ship."""
    ships = np.array([[10.0, 30.0], [np.nan, 70.0]])
    worth = {"sso": [(520.0, 20.0), (52.0, 0.0)], "sync": [(5200.0, 0.0)], "nowhere": [(1e9, 0.0)]}
    assert order_value(["sso", "sync"], ships, worth, 60.0).tolist() == pytest.approx([400 + 50 + 3000, 0.0])


def test_the_example_asks_for_one_integration_four_times():
    """The shared integration comes first, with its four prospects, and it is not planned."""
    roadmap = load_roadmap(EXAMPLE)
    demand = pooled(roadmap, load_wishes(EXAMPLE, roadmap))
    assert demand.shared["feature"].tolist() == ["erp-connector"]
    assert demand.shared.iloc[0][["prospects", "plan"]].tolist() == [4, "not planned"]
    prospects = ["Torvane Freight", "Ruddock Water", "Kestrelby Media", "Greyfell Foods"]
    assert demand.prospects_of("erp-connector") == prospects


FAULTS = {
    "requests": (
        "account,feature,deal,importance,arr,probability\n"
        "Acme,SSO,,,,\nAcme,sync,amce,,,\nAcme,sso,acme,,,\nACME,sso,acme,,,\nAcme,holograms,,urgent,-1,2\n"
    ),
    "tickets": "ticket,feature,opened,closed\nT1,sso,2027-02-01,2027-01-01\nt1,sso,,\n",
    "objections": "date,objection,deal,feature\nsoon,No,,\n2027-01-01,No,acne,sso\n",
}
SENTENCES = (
    "requests.csv, row 2, feature: 'SSO' is 'sso' in features.csv. Write it the same way.",
    "requests.csv, row 3, deal: 'amce' is not in deals.csv. Did you mean 'acme'?",
    "requests.csv, row 5, feature: 'sso' is in row 4 too. Keep one row an account, deal and feature.",
    "requests.csv, row 6, arr: '-1' is below 0.",
    "tickets.csv, row 2, closed: before the day on which it was opened.",
    "tickets.csv, row 3, ticket: 't1' is in row 2 too. Rename or remove one.",
    "objections.csv, row 2, date: ",
    "objections.csv, row 3, deal: 'acne' is not in deals.csv. Did you mean 'acme'?",
)


def test_everything_wrong_is_told_at_once_with_place_and_remedy(tmp_path):
    """File, row, column, value and remedy; what is nowhere on the roadmap is no mistake."""
    for name, text in FAULTS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_wishes(tmp_path, wanted().roadmap)
    told = "\n".join(error.value.problems)
    assert [sentence for sentence in SENTENCES if sentence not in told] == []
    assert "holograms" not in told


def test_absent_tables_are_empty(tmp_path):
    """A roadmap without these tables has no demand, and that is no error."""
    (tmp_path / "roadmap.yml").write_text("start: 2027-01-04\n", encoding="utf-8")
    assert load_wishes(tmp_path, wanted().roadmap) == Wishes()
    assert replace(wanted(), wishes=Wishes()).features.empty
