"""Technical validation: each verdict on a small roadmap, the planted gaps of the example, the tables behind them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ripple as rp
from ripple.alignment.validation import load_interfaces, phases, simulated_days, together, trying, validate
from ripple.alignment.validation.raising import rollout
from ripple.alignment.validation.study import GAP_COLUMNS, Validation
from ripple.errors import InputError
from ripple.reports.publish import csv_of
from ripple.roadmap.alignment_tables import Interfaces
from tests.alignment.interfaces import DEAL, checked, folder_with, needed, plan, there, without_gaps

EXAMPLE = "data/example"
HEADER = "interface,limit_per_hour,window_hours,load_per_hour,auth,formats"
NEEDED = "deal,interface,records_per_day,window_hours,peak_factor,auth,format"


@pytest.fixture(scope="module")
def example() -> Validation:
    """Every open deal of the example."""
    roadmap = rp.load_roadmap(EXAMPLE)
    return validate(roadmap, load_interfaces(EXAMPLE, roadmap), n=60)


def test_it_finds_every_planted_gap_and_no_other(example: Validation) -> None:
    """The four gaps of gaps.csv that interfaces can show, each with its own row; nothing else is called a gap."""
    kinds = {"auth", "format", "throughput", "missing"}
    planted = {gap.name for deal in example.deals for gap in example.roadmap.gaps_of(deal) if gap.kind in kinds}
    assert [gap.name if gap else None for *_, gap in example.gaps] == [
        "torvane-token-exchange",
        "torvane-throughput",
        "torvane-fixed-width",
        "ruddock-readings",
    ]
    assert {gap.name for *_, gap in example.gaps if gap} == planted
    assert {gap.kind for gap in example.unseen} == {"architecture", "use_case", "configuration"}
    assert example.rows().empty and "all of them are in gaps.csv already" in example.headline[1]


def test_the_same_gaps_are_new_where_nobody_has_written_them_down(example: Validation) -> None:
    """Without gaps.csv the same four are found, and a row is ready for each of them."""
    bare = validate(replace(example.roadmap, gaps=()), example.interfaces, n=60)
    assert [gap for *_, gap in bare.gaps] == [None] * 4
    rows = bare.rows()
    assert list(rows["kind"]) == ["auth", "throughput", "format", "format"]
    assert set(rows["effort"]) == {""} and set(rows["found"]) == {"2027-01-04"}
    assert list(rows["feature"]) == ["", "", "", "erp-connector"]


def test_the_other_verdicts_of_the_example_are_those_that_its_readme_names(example: Validation) -> None:
    """A window to ask for, a wait at the peak, a date to wait for, a part a day; and what simply fits."""
    told = {(one.requirement.deal, one.requirement.interface): one for one in example.verdicts}
    words = {key: one.verdict for key, one in told.items()}
    assert words["vantrice", "reports-out"] == words["kestrelby", "reports-out"] == "fits if"
    assert words["ruddock", "events-out"] == "phase"
    assert [word for key, word in words.items() if key[0] == "elmstead"] == ["fits", "fits"]
    assert words["kestrelby", "user-sync"] == "fits"
    assert "2.3 hours" in told["vantrice", "reports-out"].sentences[0]
    assert "40 minutes" in told["kestrelby", "reports-out"].sentences[0]
    assert "Bulk import of records has raised the limit to 60,000" in told["ruddock", "file-import"].sentences[1]


def test_the_usual_mistake_is_not_made() -> None:
    """10,000 a day at 5,000 an hour fit; without a window it is asked for; in one hour it says what it would take."""
    assert checked(there(), needed()).verdicts[0].verdict == "fits"
    asked = checked(there(), needed(window=None)).verdicts[0]
    assert asked.sentences == ["Fits if the window is at least 2.0 hours a day."]
    short = checked(there(), needed(window=1.0)).verdicts[0]
    (sentence,) = short.sentences
    assert sentence == (
        "Gap: 10,000 records a day are 2.0 hours of work at 5,000 an hour, and the window has 1.0 hour. It would take "
        "a window of 2.0 hours, a limit of 10,000 an hour or a part each day, all of it in 2 days."
    )


def test_sharing_and_retries_are_named_where_they_decide() -> None:
    """What others use up and what is sent again stand in the sentence; nothing left is said as such."""
    shared = checked(there(load=4_000.0), needed()).verdicts[0]
    assert "10.0 hours of work at 1,000 an hour left of 5,000" in shared.sentences[0]
    again = checked(there(), needed(window=2.0), retries=0.2).verdicts[0]
    assert "2.5 hours of work at 5,000 an hour, with 20% sent again" in again.sentences[0]
    full = checked(there(load=5_000.0), needed()).verdicts[0]
    assert "which others use up" in full.sentences[0] and "a window" not in full.sentences[0]


@pytest.mark.parametrize(
    ("theirs", "ours", "verdict"),
    [
        (("SAML",), ("saml", "oidc"), "fits"),
        (("saml", "oauth2"), ("oauth2",), "fits"),
        (("mutual-tls",), ("oauth2",), "gap"),
        ((), ("oauth2",), "fits if"),
        (("oauth2",), (), "fits if"),
        ((), (), "fits"),
    ],
)
def test_one_common_way_to_sign_in_or_format_is_enough(
    theirs: tuple[str, ...], ours: tuple[str, ...], verdict: str
) -> None:
    """Any one of theirs that is ours; a side that has not said is a question, never a gap and never a yes."""
    assert checked(there(auth=ours), needed(auth=theirs)).verdicts[0].verdict == verdict
    assert checked(there(formats=ours), needed(formats=theirs)).verdicts[0].verdict == verdict


def test_an_interface_that_is_not_there_is_a_gap_with_a_hint() -> None:
    """Kind missing; where a known name is near, the row to correct is named."""
    found = checked(there(), replace(needed(), interface="snyc"), without_gaps())
    assert found.verdicts[0].verdict == "gap" and found.rows()["kind"].tolist() == ["missing"]
    assert "if sync is meant, correct requirements.csv, row 2" in found.verdicts[0].sentences[0]


def test_a_limit_that_a_feature_raises_in_time_is_a_date_and_later_a_phase() -> None:
    """The same shortage: raised by what ships before the due day it fits if; by what ships last it is phased in."""
    early = replace(plan(), promises=tuple(replace(promise, due=150.0) for promise in plan().promises))
    raising = there(limit=1_000.0, raised_by="d", raised_limit=2_000.0)
    assert checked(raising, needed(), early).verdicts[0].verdict == "fits if"
    late = checked(raising, needed(), seed=1).verdicts[0]
    assert late.verdict == "phase" and "8,000 of 10,000 records a day, all of them in 2 days" in late.sentences[0]
    assert checked(replace(raising, raised_limit=1_100.0), needed()).verdicts[0].verdict == "gap"
    unplanned = replace(
        plan(),
        features=tuple(replace(one, status="unplanned") if one.name == "d" else one for one in plan().features),
    )
    assert checked(raising, needed(), unplanned).verdicts[0].verdict == "gap"


def test_the_rollout_goes_from_the_part_to_the_whole() -> None:
    """Day by day: the chance never falls, the mean goes with it, and the last day has all of it."""
    found = checked(there(limit=1_000.0, raised_by="d", raised_limit=2_000.0), needed())
    verdict = found.verdicts[0]
    assert verdict.rise
    days = rollout(verdict.rise, 10_000.0, 8_000.0)
    assert days["day"].iloc[0] == verdict.rise.from_day
    assert (np.diff(days["p_raised"]) >= 0).all()
    assert days["records"].to_numpy() == pytest.approx(8_000.0 + 2_000.0 * days["p_raised"].to_numpy())
    assert (days["lower"] <= days["upper"]).all() and (days["turn"] == np.ceil(10_000.0 / days["lower"])).all()
    assert days["lower"].iloc[0] == 8_000.0 and days["lower"].iloc[-1] == 10_000.0
    expected = [(verdict.rise.ships <= (day - found.roadmap.start).days / 7).mean() for day in days["day"]]
    assert days["p_raised"].tolist() == expected
    assert len(phases(found)) == len(days) and phases(checked(there(), needed())).empty


def test_all_together_share_the_limit() -> None:
    """Two deals that fit alone do not fit together in the hours that both use; then everybody has to wait."""
    two = Interfaces(
        (there(load=1_000.0),), (needed(records=20_000.0), replace(needed(records=16_000.0), deal="empty"))
    )
    found = validate(plan(), two, n=20)
    assert [one.verdict for one in found.verdicts] == ["fits", "fits"]
    row = together(found).iloc[0]
    assert (row["busiest"], row["over"], row["deals"], row["fits"]) == (5_500.0, 8, 2, False)
    assert row["cleared"] == pytest.approx(9.0)
    half = validate(plan(), replace(two, requirements=(two.requirements[0], needed(window=None))), DEAL, n=20)
    assert together(half).iloc[0]["blank"] == 1
    assert together(checked(there(load=None), needed())).empty and together(checked(there(limit=None), needed())).empty


def test_only_what_is_known_is_simulated(example: Validation) -> None:
    """A row for each requirement without a blank; the arithmetic lies within minutes of the simulation."""
    days = simulated_days(example, n_days=2)
    assert len(days) == len(example.verdicts) - 1 and "vantrice" not in set(days["deal"])
    assert ((days["through"] - days["arithmetic"]).abs() < 0.15).all()
    assert ((days["in_window"] >= 0) & (days["in_window"] <= 1)).all()


def test_a_proof_of_concept_has_its_chance_its_cost_and_its_worth() -> None:
    """One row a deal with gaps; without any there is nothing to try."""
    worth = trying(checked(there(), needed()), n=20)
    assert worth["deal"].tolist() == [DEAL] and worth["chance"].tolist() == [0.6]
    assert worth["kept_sooner_lower"].iloc[0] <= worth["kept_sooner"].iloc[0] <= worth["kept_sooner_upper"].iloc[0]
    assert pd.isna(worth["cost"].iloc[0]) and pd.isna(worth["net_gain"].iloc[0])
    assert trying(checked(there(), needed(), without_gaps()), n=20).empty


def test_a_row_that_is_pasted_is_read_and_found_again(tmp_path: Path) -> None:
    """With an effort filled in, the row is a gap like any other, and the next validation has nothing new."""
    folder = folder_with(
        tmp_path, f"{HEADER},team\nio,1000,24,0,oauth2,csv,core", f"{NEEDED}\nnorth,io,900,4,,saml,csv"
    )
    roadmap = rp.load_roadmap(folder)
    rows = validate(roadmap, load_interfaces(folder, roadmap), n=10).rows("2027-01-06")
    assert list(rows.columns) == list(GAP_COLUMNS) and rows.iloc[0]["team"] == "core"
    (folder / "gaps.csv").write_text(csv_of(rows.assign(effort="3")), encoding="utf-8")
    again = rp.load_roadmap(folder)
    assert (again.gaps[0].kind, again.gaps[0].work.effort, again.gaps[0].feature) == ("auth", 3.0, "sync")
    found = validate(again, load_interfaces(folder, again), n=10)
    assert found.rows().empty and found.gaps[0][2] == again.gaps[0]


def test_a_deal_about_which_nothing_is_written_is_said(example: Validation) -> None:
    """Not checked is not fine."""
    found = validate(example.roadmap, Interfaces(), "vantrice", n=10)
    (sentence,) = found.headline
    assert found.silent == ("vantrice",) and "so nothing was checked" in sentence


def test_what_cannot_be_checked_is_refused() -> None:
    """An unknown deal, one that has signed, and a share of retries that leaves nothing."""
    for options in ({"deal": "eagre"}, {"deal": "loyal"}, {"retries": 1.0}):
        with pytest.raises(InputError):
            checked(there(), needed(), **options)


@pytest.mark.parametrize(
    ("interfaces", "requirements", "said"),
    [
        ("io,1000,25,0,,", "", "interfaces.csv, row 2, window_hours: '25' is not a part of a day."),
        ("io,1000,24,0,,", "north,io,1,0,,,", "requirements.csv, row 2, window_hours: '0' is not a part of a day."),
        ("io,1000,24,0,,", "north,io,1,2,0.5,,", "requirements.csv, row 2, peak_factor: '0.5' is below 1"),
        ("io,1000,24,0,,", "nroth,io,1,2,,,", "row 2, deal: 'nroth' is not in deals.csv. Did you mean 'north'?"),
        ("io,1,24,0,,\nIO,1,24,0,,", "", "interfaces.csv, row 3, interface: 'IO' is in row 2 too."),
        (
            "io,1,24,0,,",
            "north,io,1,2,,,\nnorth,io,2,2,,,",
            "row 3, interface: 'io' is in row 2 too.",
        ),
    ],
)
def test_a_wrong_cell_is_named_with_its_remedy(tmp_path: Path, interfaces: str, requirements: str, said: str) -> None:
    """File, row, column, value and what to do; the plan itself is read all the same, where nothing else is wrong."""
    folder = folder_with(tmp_path, f"{HEADER}\n{interfaces}", f"{NEEDED}\n{requirements}")
    roadmap = rp.load_roadmap(folder_with(tmp_path, HEADER, NEEDED))
    folder_with(tmp_path, f"{HEADER}\n{interfaces}", f"{NEEDED}\n{requirements}")
    with pytest.raises(InputError) as caught:
        load_interfaces(folder, roadmap)
    (sentence,) = caught.value.problems
    assert said in sentence and sentence.count(". ") >= 1


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("core,,", ""),
        (",sync,2000", ""),
        (",sync,", "raised_limit: blank, but raised_by is not"),
        (",,2000", "raised_by: blank, but raised_limit is not"),
        (",snyc,2000", "'snyc' is not in features.csv. Did you mean 'sync'?"),
        (",sync,900", "'900' is not above limit_per_hour 1000"),
        ("crew,,", "'crew' is not in teams.csv"),
    ],
)
def test_who_owns_an_interface_and_what_raises_it(tmp_path: Path, columns: str, said: str) -> None:
    """The three columns that are not needed are read when there, and checked against the plan."""
    header = f"{HEADER},team,raised_by,raised_limit"
    folder = folder_with(tmp_path, f"{header}\nio,1000,24,0,a;b,,{columns}", NEEDED)
    roadmap = rp.load_roadmap(folder)
    if said:
        with pytest.raises(InputError, match=said.replace("?", r"\?")):
            load_interfaces(folder, roadmap)
        return
    (interface,) = load_interfaces(folder, roadmap).interfaces
    team, feature, limit = columns.split(",")
    assert (interface.team, interface.raised_by) == (team, feature)
    assert interface.raised_limit == (float(limit) if limit else None)
    assert interface.auth == ("a", "b")


def test_no_tables_mean_nothing_needed(tmp_path: Path) -> None:
    """A roadmap without these files is a roadmap without requirements, not an error."""
    folder = folder_with(tmp_path, HEADER, NEEDED)
    for name in ("interfaces.csv", "requirements.csv"):
        (folder / name).unlink()
    assert load_interfaces(folder, rp.load_roadmap(folder)) == Interfaces()
