"""What changed: planted edits of each kind are told as what they are, and every number's move is split exactly."""

import re
from dataclasses import replace
from datetime import date

import pytest

from ripple.analysis.changes import Luck, sentences, what_changed
from ripple.analysis.changes.edits import edits, scenario_edits
from ripple.analysis.changes.followed import shift
from ripple.analysis.changes.study import TOLERANCE, shown_day
from ripple.analysis.replications import replicate
from ripple.analysis.summary import ship_table
from ripple.roadmap.changes import Sign
from ripple.roadmap.model import Dependency
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario

PLAN = {
    "roadmap.yml": "start: 2027-01-04\n",
    "teams.csv": "team,title,engineers,focus\ncore,Core,3,0.65\nweb,Web,2,0.65\n",
    "features.csv": (
        "feature,title,team,effort,effort_low,effort_high,crew,owner\n"
        "sso,Single sign-on,core,12,,,3,Ann\naudit,Audit log,core,10,,,3,\n"
        "search,Search,web,10,,,2,\nsync,Sync,core,14,,,3,\nreports,Reports,web,8,,,2,\n"
    ),
    "dependencies.csv": "feature,needs\nsync,sso\n",
    "deals.csv": (
        "deal,customer,signs,status,arr,probability,probability_without\n"
        "acme,Acme Works,2027-02-01,open,300000,0.6,0.1\nnorth,Northern Light,2026-10-05,signed,200000,,\n"
    ),
    "promises.csv": "deal,feature,due\nacme,sync,2027-04-30\nnorth,sso,2027-03-05\nnorth,reports,2027-05-01\n",
    "gaps.csv": "gap,deal,feature,team,effort,found\nacme-auth,acme,sync,core,6,2027-03-15\n",
}
N = 256
SAME = (Luck(N, 0), Luck(N, 0))


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads the plan with some of its text replaced: (file, old, new) or more of them."""
    folders = tmp_path_factory.mktemp("plans")

    def reading(*edited):
        folder = folders / f"plan-{len(list(folders.iterdir()))}"
        folder.mkdir()
        texts = dict(PLAN)
        for file, old, new in edited:
            assert not old or old in texts[file]
            texts[file] = texts[file].replace(old, new) if old else texts.get(file, "") + new
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        return load_roadmap(folder)

    return reading


@pytest.fixture(scope="module")
def plan(read):
    """The plan as it was."""
    return read()


def told(before, after, *scenarios, luck=SAME, **more):
    """The changes and their sentences; on the way it is checked that every move is split without a remainder."""
    changes = what_changed(before, after, *scenarios, luck=luck, **more)
    for move in changes.moves:
        assert move.before + move.program + sum(move.parts) + move.luck == pytest.approx(move.after, abs=TOLERANCE)
    if changes.steps:
        assert changes.steps[-1].world == (changes.after[0], changes.after[1])
    return changes, sentences(changes)


EDITS = {
    "estimate raised": (
        [("features.csv", "core,12", "core,16")],
        r"likely date of Single sign-on moved \d+ days later .*, because its estimate was raised from 12 to 16 eng",
    ),
    "another feature's estimate": (
        [("features.csv", "core,12", "core,16")],
        r"likely date of Audit log moved \d+ days later .*because the estimate of Single sign-on was raised from 12",
    ),
    "engineer added": (
        [("teams.csv", "Core,3", "Core,4")],
        r"Audit log moved \d+ days earlier .*, because Core has 4 engineers instead of 3\.$",
    ),
    "engineers who come later": (
        [("capacity.csv", "", "team,from,engineers\ncore,2027-02-01,6\n")],
        r"Sync moved \d+ days earlier .*, because Core has 6 engineers from 2027-02-01\.$",
    ),
    "focus lowered": (
        [("teams.csv", "Web,2,0.65", "Web,2,0.5")],
        r"Search moved \d+ days later .*, because the focus of Web was lowered from 0\.65 to 0\.5\.$",
    ),
    "need added": (
        [("dependencies.csv", "", "search,audit\n")],
        r"Search moved \d+ days later .*, because it now needs Audit log\.$",
    ),
    "need removed": (
        [("dependencies.csv", "sync,sso\n", ""), ("features.csv", "sso,Single sign-on,core,12,,,3",
                                                  "sso,Single sign-on,core,12,,,1")],
        r"Single sign-on moved \d+ days later .*, because its crew was lowered from 3 to 1",
    ),
    "due date moved": (
        [("promises.csv", "2027-03-05", "2027-02-12")],
        r"from \d+% to \d+% \(by \d+ ± \d+ points\), because the due date of Single sign-on for Northern Light was",
    ),
    "feature dropped": (
        [("features.csv", "audit,Audit log,core,10,,,3,\n", "")],
        r"Sync moved \d+ days earlier .*, because Audit log was taken out of the plan\.$",
    ),
    "feature dropped, itself": (
        [("features.csv", "audit,Audit log,core,10,,,3,\n", "")],
        r"^No longer in the plan: Audit log\.$",
    ),
    "feature added": (
        [("features.csv", "audit,", "scim,SCIM,core,9,,,3,\naudit,")],
        r"Audit log moved \d+ days later .*, because SCIM was added to the plan\.$",
    ),
    "feature added, itself": (
        [("features.csv", "audit,", "scim,SCIM,core,9,,,3,\naudit,")],
        r"^New in the plan: SCIM \(likely 2027-\d\d-\d\d\)\.$",
    ),
    "order changed": (
        [("features.csv", "reports,Reports,web,8,,,2,\n", ""),
         ("features.csv", "search,Search", "reports,Reports,web,8,,,2,\nsearch,Search")],
        r"Reports moved \d+ days earlier .*, because it was moved up in the order of features, from place 5 to 3",
    ),
    "feature done": (
        [("features.csv", "crew,owner", "crew,owner,status"), ("features.csv", "3,Ann", "3,Ann,done"),
         ("features.csv", "3,\n", "3,,\n"), ("features.csv", "2,\n", "2,,\n")],
        r"^Done since: Single sign-on\.$",
    ),
    "deal signed": (
        [("deals.csv", "2027-02-01,open", "2027-02-01,signed")],
        r"Audit log moved \d+ days later .*, because Acme Works was signed\.$",
    ),
    "deal signed, its promise": (
        [("deals.csv", "2027-02-01,open", "2027-02-01,signed")],
        r"^New among the promises of signed deals: Sync for Acme Works \(on time \d+%, 95% interval \d+% to \d+%\)\.$",
    ),
    "parameter overridden": (
        [("roadmap.yml", "", "parameters: {effort_median: 1.2}\n")],
        r"Sync moved \d+ days later .*, because the parameter effort_median was set to 1\.2 instead of 1\.$",
    ),
    "start moved": (
        [("roadmap.yml", "2027-01-04", "2027-01-11")],
        r"Search moved \d+ days later, .*because the plan's start was moved from 2027-01-04 to 2027-01-11\.$",
    ),
    "owner only": (
        [("features.csv", "Ann", "Ben")],
        r"^1 edit in the tables: no date or chance moves by more than the noise\.$",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", EDITS)
def test_a_planted_edit_is_told_as_what_it_is(kind, read, plan):
    """The cause is the edit, and nothing else is blamed."""
    planted, expected = EDITS[kind]
    changes, said = told(plan, read(*planted))
    assert any(re.search(expected, sentence) for sentence in said), said
    assert len(changes.steps) == 1 or kind in ("need removed", "feature added")
    assert not any("luck" in sentence or "program" in sentence for sentence in said)


def test_days_and_date_are_those_of_the_two_reports(read, plan):
    """What a sentence says of a date is what the earlier and the present report show."""
    after = read(("features.csv", "core,12", "core,16"))
    _, said = told(plan, after)
    tables = [ship_table(replicate(world, n=N)).set_index("feature") for world in (plan, after)]
    old, new = (date.fromisoformat(table.loc["sso", "p50_date"]) for table in tables)
    sentence = next(text for text in said if "Single sign-on moved" in text)
    assert f"moved {(new - old).days} days later" in sentence and f", to {new.isoformat()}, because" in sentence
    low, high = map(float, re.search(r"interval (\d+) to (\d+)", sentence).groups())
    assert 0 < low <= (new - old).days <= high


@pytest.mark.parametrize("scenario", [None, deal_scenario("acme")])
def test_nothing_changed_is_silent(read, plan, scenario):
    """No edit, no sentence, not even of rows that only look different."""
    again = read(("features.csv", "core,12,", "core,12.0,"), ("features.csv", "title,team,effort", "title,team,effort"))
    changes, said = told(plan, again, scenario, scenario)
    assert changes.nothing and said == [] and changes.edits == ()


def test_another_seed_is_luck(plan):
    """No edit is blamed for it, and the luck is said to be luck."""
    changes, said = told(plan, plan, luck=(Luck(N, 0), Luck(N, 1)))
    assert len(said) == 1
    assert said[0].startswith("The seed was changed from 0 to 1: by luck alone, dates move by up to ")
    assert all(move.planned == 0.0 for move in changes.moves) and any(move.luck for move in changes.moves)


def test_more_simulations_are_luck(plan):
    """So are more of them."""
    _, said = told(plan, plan, luck=(Luck(N, 0), Luck(2 * N, 0)))
    assert len(said) == 1
    assert said[0].startswith("The number of simulations was changed from 256 to 512: by luck alone, ")


def test_another_program_is_told_apart(plan):
    """What the earlier report said of the same tables is held against what they say now."""
    days = {("p50", "sso"): float(date(2027, 2, 1).toordinal())}
    changes, said = told(plan, plan, said=days, versions=("0.1", "0.2"))
    assert len(said) == 1
    assert said[0].startswith(
        "The program was changed (Ripple 0.1, then 0.2): with the same tables dates move by up to"
    )
    move = next(move for move in changes.moves if move.name == ("p50", "sso"))
    assert move.program != 0.0 and shown_day(move.before) == date(2027, 2, 1).toordinal()
    same = {("p50", "sso"): float(shown_day(move.after))}
    assert told(plan, plan, said=same, versions=("0.1", "0.2"))[1] == []


def test_several_edits_each_get_their_part(read, plan):
    """A date that one edit makes later and another earlier tells both, and they add up."""
    after = read(("features.csv", "core,10", "core,20"), ("teams.csv", "Core,3", "Core,4"))
    changes, said = told(plan, after)
    assert [step.about for step in changes.steps] == [("team", "core"), ("feature", "audit")]
    sentence = next(text for text in said if "Audit log moved" in text)
    assert "days later because its estimate was raised from 10 to 20 engineer-weeks" in sentence
    assert "days earlier because Core has 4 engineers instead of 3" in sentence


def test_edits_and_another_seed_are_split(read, plan):
    """The edit keeps its own part, luck has the rest."""
    after = read(("features.csv", "core,12", "core,20"))
    changes, said = told(plan, after, luck=(Luck(N, 0), Luck(N, 1)))
    alone, _ = told(plan, after)
    parts = {move.name: move.parts for move in alone.moves}
    assert all(move.parts == parts[move.name] for move in changes.moves)
    assert said[-1].startswith("The seed was changed")
    assert not any("interval" in text or "±" in text for text in said)


def test_with_a_deal_both_worlds_and_the_net_value_are_followed(read, plan):
    """Dates are those with the deal; promises with and without it; the net value moves too."""
    sign, after = deal_scenario("acme"), read(("gaps.csv", "core,6", "core,12"))
    changes, said = told(plan, after, sign, sign)
    assert {move.name[0] for move in changes.moves} == {"p50", "p85", "kept", "kept_without", "net"}
    gap = "because the estimate of the gap acme-auth of Acme Works was raised from 6 to 12 engineer-weeks."
    assert any(text.startswith("With the deal, the likely date of Audit log moved") for text in said)
    assert any(text.startswith("The net value of saying yes fell by USD ") and text.endswith(gap) for text in said)
    without = [move for move in changes.moves if move.name[0] == "kept_without"]
    assert without and not any(move.planned for move in without)


def test_another_scenario_is_its_own_cause(plan):
    """The deal signs later: no row of the tables is blamed."""
    sign = deal_scenario("acme")
    later = Scenario("acme", changes=(Sign("acme", on="2027-06-07"),))
    changes, said = told(plan, plan, sign, later)
    assert [step.about for step in changes.steps] == [("scenario",)] and len(scenario_edits(sign, later)) == 2
    assert any("because the scenario was changed (removed sign: deal acme" in text for text in said)


def test_many_edits_are_told_by_table(read, tmp_path):
    """Beyond a dozen rows a table is one cause."""
    names = [f"f{i}" for i in range(16)]
    rows = "".join(f"{name},{name},web,4,,,2,\n" for name in names)
    before = read(("features.csv", "", rows))
    after = read(("features.csv", "", rows.replace("web,4", "web,6")))
    changes, said = told(before, after)
    assert len(changes.edits) == 16 and len(changes.steps) == 1
    assert any(text.endswith("because 16 rows of features.csv were edited.") for text in said)
    assert sum(" moved " in text or "chance" in text for text in said) <= 6


def test_a_plan_that_is_impossible_in_between_is_stepped_over(plan):
    """Needs that are turned around, and a team that is replaced: some edits can only be made together."""
    turned = replace(plan, dependencies=(Dependency("sso", "sync"),))
    changes, _ = told(plan, turned)
    assert {edit.kind for edit in changes.edits} == {"added", "removed"}
    teams = tuple(replace(team, name="front") if team.name == "web" else team for team in plan.teams)
    features = tuple(
        replace(f, works=tuple(replace(w, team="front") if w.team == "web" else w for w in f.works))
        for f in plan.features
    )
    told(plan, replace(turned, teams=teams, features=features))


def test_moved_rows_are_as_few_as_explain_the_order(plan):
    """One feature that goes to the end is one edit, whatever its neighbors' numbers are now."""
    ranks = {"sso": 9.0, "audit": 1.0, "search": 2.0, "sync": 3.0, "reports": 4.0}
    after = replace(plan, features=tuple(replace(f, rank=ranks[f.name]) for f in plan.features))
    found = edits(plan, after)
    assert [(edit.key, edit.before, edit.after) for edit in found] == [(("sso",), 1, 5)]


def test_noise_is_not_told(plan, read):
    """A parameter that no work of this plan meets moves nothing; of three simulations nothing is known."""
    after = read(("roadmap.yml", "", "parameters: {rework_share: 0.5}\n"))
    assert told(plan, after)[1] == ["1 edit in the tables: no date or chance moves by more than the noise."]
    few = (Luck(3, 0), Luck(3, 0))
    assert "noise" in told(plan, read(("features.csv", "core,12", "core,12.5")), luck=few)[1][0]


def test_an_interval_of_a_quantile_holds_the_true_shift():
    """A shift of all values by the same is known exactly; of independent noise the interval is about its mean."""
    import numpy as np

    rng = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        values = rng.normal(0.0, 10.0, 400)
        assert shift(("p50", "x"), values, values + 3.0) == pytest.approx((3.0, 3.0, 3.0))
        _, lower, upper = shift(("p50", "x"), values, values + 3.0 + rng.normal(0.0, 4.0, 400))
        held += lower <= 3.0 <= upper
    assert held >= 180


RENAMES = {
    "feature": [("features.csv", "sso,", "login,"), ("dependencies.csv", "sync,sso", "sync,login"),
                ("promises.csv", "north,sso", "north,login")],
    "team": [("teams.csv", "core,Core", "base,Core"), ("features.csv", ",core,", ",base,"),
             ("gaps.csv", ",core,", ",base,")],
    "deal": [("deals.csv", "acme,", "D-1,"), ("promises.csv", "acme,", "D-1,"), ("gaps.csv", ",acme,", ",D-1,")],
}  # fmt: skip
NEW = {"feature": "Single sign-on (sso is now login)", "team": "Core (core is now base)",
       "deal": "Acme Works (acme is now D-1)"}  # fmt: skip


@pytest.mark.parametrize("what", RENAMES)
def test_another_name_is_luck_and_no_edits_doing(what, read, plan):
    """Nothing came or went; what the new name draws is luck, and what was edited besides has its own part."""
    signs = [deal_scenario("acme"), deal_scenario("D-1" if what == "deal" else "acme")]
    changes, said = told(plan, read(*RENAMES[what]), *signs)
    assert [(edit.before, edit.after) for edit in changes.edits] == [
        tuple(NEW[what][:-1].split(" (")[1].split(" is now "))
    ]
    assert changes.steps == () and not changes.come and not changes.gone
    assert said[0] == f"Renamed, and otherwise as they were: {NEW[what]}."
    assert said[1].startswith("What is renamed draws its luck anew: by luck alone, ") and len(said) == 2
    more, said = told(plan, read(*RENAMES[what], ("features.csv", "core,10" if what != "team" else "base,10", "core,20"
                                                  if what != "team" else "base,20")), *signs)  # fmt: skip
    assert [step.about for step in more.steps] == [("feature", "audit")]
    assert any("because its estimate was raised from 10 to 20 engineer-weeks" in text for text in said)


def test_what_only_looks_like_a_rename_is_none(read, plan):
    """A feature that goes and another one that comes; three that are alike, of which one goes and two come."""
    changes, said = told(plan, read(("features.csv", "audit,Audit log,core,10", "scim,SCIM,core,10")))
    assert not changes.renamed and any(text.startswith("New in the plan: SCIM") for text in said)
    alike = read(("features.csv", "", "a,,web,1,,,1,\nb,,web,1,,,1,\n"))
    changes, _ = told(alike, read(("features.csv", "", "a,,web,1,,,1,\nc,,web,1,,,1,\nd,,web,1,,,1,\n")))
    assert not changes.renamed


def test_promises_that_turned_are_told_before_dates(read, plan):
    """A chance that falls below even odds comes first, however far dates move; what is left out is only counted."""
    changes, said = told(plan, read(("features.csv", "core,12", "core,40")))
    turned = [move for move in changes.told if move.turned]
    assert turned and all(move.turned for move in changes.told[: len(turned)])
    assert all("the chance that" in sentence.lower() for sentence in said[: len(turned)])
    assert len(changes.told) <= 5 or said[5].endswith("moved too.")


def test_an_edit_that_moves_nothing_is_named(read, plan):
    """Beside an edit that moves dates, one that moves none is said to move none."""
    both = [("features.csv", "core,12", "core,16"), ("teams.csv", "Web,2,0.65", "Web,2,0.6501")]
    assert any(re.search("^Nothing else moves .*: the focus of Web", one) for one in told(plan, read(*both))[1])
