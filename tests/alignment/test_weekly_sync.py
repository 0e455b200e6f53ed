"""The weekly sync: two packs in consecutive weeks differ by what was edited in between, and by nothing else."""

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ripple.alignment.ledger import ledger, worlds
from ripple.alignment.weekly_sync import Week, WeeklySync, day_named, load_week, weekly_sync
from ripple.analysis.changes import Luck, what_changed
from ripple.analysis.summary import ship_table
from ripple.errors import InputError
from ripple.reports import publish
from ripple.reports.kept_inputs import keep_inputs
from ripple.reports.last_week import compared, last_week
from ripple.reports.outputs import shelf
from ripple.reports.pdf import browser
from ripple.reports.publish import json_of
from ripple.reports.render import render
from ripple.reports.tables.weekly_sync import (
    sync_demos,
    sync_gaps,
    sync_objections,
    sync_opening,
    sync_releases,
    sync_summary,
    sync_why,
)
from ripple.roadmap.demos import load_demos
from ripple.roadmap.reader import load_roadmap

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
FIRST, SECOND = date(2027, 1, 4), date(2027, 1, 11)
N = 64


@dataclass(frozen=True)
class Made:
    """A week and its pack."""

    week: Week
    found: object
    pack: WeeklySync


def made(folder, today, before=None):
    """The pack of a folder, compared with that of an earlier week."""
    roadmap = load_roadmap(folder)
    week, found = load_week(folder, roadmap, today), worlds(roadmap, N, workers=1)
    luck = (Luck(N, 0), Luck(N, 0))
    changes = what_changed(before.week.roadmap, roadmap, luck=luck, workers=1) if before else None
    pack = weekly_sync(week, found, ledger(found, today), before.week if before else None, changes)
    return Made(week, found, pack)


def edited(folder, edits):
    """A copy of the example in which texts of files are replaced, or rows added where nothing is replaced."""
    shutil.copytree(EXAMPLE, folder)
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new) if old else text + new, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def first():
    """The example on the day on which its plan starts."""
    return made(EXAMPLE, FIRST)


@pytest.fixture(scope="module")
def second(first, tmp_path_factory):
    """A week later: an objection, a repaired and a broken demo, a gap, and a larger estimate."""
    folder = edited(
        tmp_path_factory.mktemp("weeks") / "example",
        [
            ("objections.csv", "", "2027-01-07,Roles are too coarse,ruddock,role-editor,,Varnholt\n"),
            ("objections.csv", "", "2027-01-20,Said in the future,ruddock,role-editor,,\n"),
            ("demos.csv", "offline-mode,broken,2026-12-21", "offline-mode,working,2027-01-08"),
            ("gaps.csv", "", "ruddock-portal,ruddock,erp-connector,identity,5,,,auth,,Certificates at the portal\n"),
            ("features.csv", "every workspace,identity,16,", "every workspace,identity,26,"),
        ],
    )
    return made(folder, SECOND, first)


def test_the_first_pack_has_the_three_objections_of_the_last_seven_days(first):
    """Most often raised first; what the plan answers, and what it does not."""
    assert [(one.feature, len(one.said), one.plan) for one in first.pack.top] == [
        ("erp-connector", 2, "unplanned"),
        ("data-residency", 1, "planned"),
        ("scheduled-reports", 1, "planned"),
    ]
    erp = first.pack.top[0]
    assert erp.arr == 420_000 + 350_000 and erp.signing is not None and erp.ships == (None, None)
    shipping = ship_table(first.found.base).set_index("feature")
    p50, p85 = (day.isoformat() for day in first.pack.top[1].ships)
    assert (p50, p85) == tuple(shipping.loc["data-residency", ["p50_date", "p85_date"]])


def test_the_first_pack_asks_for_what_is_planted(first):
    """Torvane's dates, three pitches, a connector nobody plans, and what nobody wrote down."""
    asked = [(one.kind, one.of) for one in first.pack.decisions]
    assert asked == [
        ("offer", ("torvane", "directory-sync", "erp-connector")),
        ("demonstration", ("torvane", "directory-sync", "erp-connector", "data-residency")),
        ("demonstration", ("kestrelby", "erp-connector")),
        ("demonstration", ("ruddock", "erp-connector", "offline-mode")),
        ("plan", ("erp-connector",)),
        ("ledger", ("backlog owner", "torvane", "vantrice")),
        ("ledger", ("PRD", "torvane", "vantrice")),
        ("ledger", ("agreement on a slip", "torvane", "kestrelby", "vantrice", "pellworth")),
    ] or set(asked[-1][1]) == {"agreement on a slip", "torvane", "kestrelby", "vantrice", "pellworth"}
    states = {(one.deal.name, one.feature): one.state for one in first.pack.pitches}
    assert states["ruddock", "offline-mode"] == "broken" and states["torvane", "directory-sync"] == "missing"
    assert "elmstead" not in {deal for deal, _ in states}


@pytest.fixture(scope="module")
def again(first):
    """The same tables a week later."""
    return made(EXAMPLE, SECOND, first)


def test_the_same_tables_a_week_later_bring_nothing_new(first, again):
    """No objection, no gap, no move; promises, pitches and dates are those of last week."""
    assert again.pack.objections == () and again.pack.gaps == () and again.pack.changes.nothing
    assert {one.days for one in again.pack.releases} == {(0, 0)}
    old, new = first.pack.record, again.pack.record
    assert new["pitches"] == old["pitches"]
    assert [row["p50"] for row in new["releases"]] == [row["p50"] for row in old["releases"]]
    assert new["decisions"] == [row for row in old["decisions"] if row["kind"] != "plan"]
    chances = ["deal", "feature", "p", "lower", "upper", "missing"]
    assert again.pack.ledger.table[chances].equals(first.pack.ledger.table[chances])


def test_two_packs_differ_exactly_by_what_was_edited(first, second):
    """Each planted edit shows once, where it belongs; what no edit touches is the same."""
    old, new = first.pack.record, second.pack.record
    assert [(row["feature"], row["raised"], row["deals"]) for row in new["objections"]] == [
        ("role-editor", 1, ["Ruddock Water"])
    ]
    assert new["gaps"] == ["ruddock-portal"]
    known = {(row["deal"], row["feature"]): row for row in old["pitches"]}
    fresh = {(row["deal"], row["feature"]): row for row in new["pitches"]}
    assert {key for key in fresh if fresh[key] != known.get(key)} == {
        ("ruddock", "offline-mode"),
        ("ruddock", "role-editor"),
    }
    assert fresh["ruddock", "offline-mode"]["state"] == "ready" and set(known) <= set(fresh)


def test_releases_move_by_what_the_two_plans_say(first, second):
    """Days are the difference of both packs' dates; what did not move says so."""
    before, after = (ship_table(one.found.base).set_index("feature") for one in (first, second))
    moved = {}
    for one in second.pack.releases:
        name, days = one.feature.name, []
        for column, shown in (("p50_date", one.p50), ("p85_date", one.p85)):
            old, new = (date.fromisoformat(table.loc[name, column]) for table in (before, after))
            assert shown == new
            days.append((new - old).days)
        assert one.days == tuple(days)
        moved[name] = days[0]
    assert moved["sso-enforcement"] > 7 and moved["database-upgrade"] == 0
    assert "first sync" not in repr(sync_releases(second.pack, None)).splitlines()[1]


EDITS = {
    "objection": (("objections.csv", "", "2027-01-07,Too few roles,ruddock,role-editor,,\n"), "objections pitches"),
    "demo": (("demos.csv", "offline-mode,broken,2026-12-21", "offline-mode,working,2027-01-08"), "pitches"),
    "stale": (("demos.csv", "offline-mode,broken", "offline-mode,working"), "pitches"),
    "gap": (("gaps.csv", "", "ruddock-x,ruddock,erp-connector,data,9,,,auth,,Certificates\n"), "gaps"),
    "title": (("features.csv", "Streaming ingestion", "Streams"), ""),
    "owner": (("promises.csv", "vantrice,forecasting,2028-09-29,,", "vantrice,forecasting,2028-09-29,Lena,"), ""),
}


@pytest.mark.parametrize("name", EDITS)
def test_one_edit_shows_in_its_own_place_only(first, again, tmp_path, name):
    """Every other part of the pack is what it would have been; only a gap's own deal can lose a chance."""
    edit, parts = EDITS[name]
    found = made(edited(tmp_path / "example", [edit]), SECOND, first).pack
    old, new = again.pack.record, found.record
    assert {part for part in new if new[part] != old[part]} - {"decisions"} == set(parts.split())
    before, after = ({entry.key: entry for entry in pack.ledger.entries} for pack in (again.pack, found))
    assert {key[0] for key in after if after[key].p != before[key].p} <= ({"ruddock"} if name == "gap" else set())
    assert {key for key in after if after[key].missing != before[key].missing} == (
        {("vantrice", "forecasting")} if name == "owner" else set()
    )


def test_promises_are_those_of_the_edited_plan(second):
    """The larger estimate is in every chance."""
    world = second.found.base
    kept = dict(zip(world.promises, world.on_time.mean(axis=0).tolist(), strict=True))
    assert {entry.key: entry.p for entry in second.pack.ledger.entries if entry.signed} == pytest.approx(kept)


def test_a_gap_that_product_learned_of_since_is_new(first):
    """Its row was there before, with a day that has come; a blank effort is said to be assumed."""
    later = made(EXAMPLE, date(2027, 3, 31))
    assert [gap.name for gap in later.pack.gaps] == ["ruddock-readings"]
    assert "known since 2027-03-29" in repr(sync_gaps(later.pack))
    assert "No gap is new" in sync_gaps(first.pack).data.replace("&#46;", ".")


def test_what_is_wrong_in_demos_is_a_sentence_each(tmp_path):
    """Status, spelling, and a row that is there twice."""
    rows = "sandbox-a,SSO-Enforcement,working,2026-12-28,\nsandbox-a,public-api,wrking,,\n"
    folder = edited(tmp_path / "plan", [("demos.csv", "", rows)])
    with pytest.raises(InputError) as error:
        load_demos(folder, load_roadmap(folder))
    text = "\n".join(error.value.problems)
    assert "demos.csv, row 10" in text and "'SSO-Enforcement' is 'sso-enforcement' in features.csv" in text
    assert "'wrking' is not a status. Did you mean 'working'?" in text and "is in row 5 too" in text


def test_a_day_that_is_none_is_a_sentence():
    """And blank is the plan's first day."""
    assert day_named(" ", load_roadmap(EXAMPLE)) == FIRST
    with pytest.raises(InputError, match="today: 'soon'"):
        day_named("soon", load_roadmap(EXAMPLE))


PLAN = {
    "roadmap.yml": "start: 2027-01-04\ndefault_size: M\nsizes:\n  M: [3, 6, 12]\n",
    "teams.csv": "team,engineers,focus\ncore,3,0.65\n",
    "features.csv": "feature,title,team,effort,crew\nsso,Single sign-on,core,6,3\nsearch,Search,core,10,2\n",
    "deals.csv": (
        "deal,customer,signs,status,demo_on\nacme,Acme,2027-02-01,open,2027-01-20\nnorth,=1+1,2026-10-05,signed,\n"
    ),
    "promises.csv": "deal,feature,due\nacme,search,2027-03-31\nnorth,sso,2027-02-15\n",
    "gaps.csv": "gap,deal,feature,team,effort\nacme-auth,acme,search,core,\n",
    "objections.csv": "date,objection,deal,feature\n2027-01-01,Too slow,acme,search\n",
    "demos.csv": "environment,feature,status,checked_on\nbox,search,working,2026-11-02\n",
}


def written(folder, **files):
    folder.mkdir()
    for name, text in PLAN.items():
        (folder / name).write_text(files.get(name.split(".")[0], text), encoding="utf-8")
    return folder


def first_run(folder, outputs):
    """The run of the first week, as its report leaves it behind."""
    first = made(folder, FIRST)
    with shelf(outputs, "sync") as place, place.workplace() as workplace:
        keep_inputs(workplace, {}, {"roadmap": folder})
        summary = sync_summary(first.pack, first.found.base, None, 0.75)
        (workplace / "summary.json").write_text(json_of(summary), encoding="utf-8")
        return place.publish(workplace, {"n": N, "seed": 0, "parameters": {"roadmap": str(folder)}})


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One week, and the real report of the next, with a larger estimate and a new objection."""
    place = tmp_path_factory.mktemp("sync")
    one = first_run(written(place / "plan"), place / "outputs")
    shutil.rmtree(place / "plan")
    more = PLAN["objections.csv"] + "2027-01-06,<script>alert(1)</script>,acme,\n"
    written(place / "plan", features=PLAN["features.csv"].replace("core,6", "core,9"), objections=more)
    given = {"roadmap": str(place / "plan"), "today": "2027-01-11", "n": N}
    return one, render("07_weekly_sync", given, place / "outputs", name="sync").folder


def test_a_report_is_compared_with_the_one_of_the_week_before(runs):
    """Its objection, the move and its cause, and the chance that was stated then."""
    summaries = [json.loads((run / "summary.json").read_text()) for run in runs]
    assert [[row["feature"] for row in one["sync"]["objections"]] for one in summaries] == [["search"], [""]]
    days = {row["feature"]: row["days"] for row in summaries[1]["sync"]["releases"]}
    before, after = ({row["feature"]: row["p50_date"] for row in one["features"]} for one in summaries)
    moved = date.fromisoformat(after["sso"]) - date.fromisoformat(before["sso"])
    assert days["sso"][0] == moved.days > 0
    page = (runs[1] / "report.html").read_text()
    assert "Compared with 2027-01-04" in page and "because its estimate was raised from 6 to 9 engineer-weeks" in page
    stated = summaries[0]["promises"][0]["base"]
    history = (runs[1] / "tables" / "ledger_history.csv").read_text().splitlines()
    assert f"north,sso,2027-01-04,{stated!r}" in history and len(history) == 1 + 4
    assert json.loads((runs[1] / "changes.json").read_text())["since"] == runs[0].name


def test_names_are_only_ever_text(runs):
    """In the page and in a spreadsheet."""
    page = (runs[1] / "report.html").read_text()
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "'=1+1" in (runs[1] / "tables" / "ledger.csv").read_text()
    assert "has no effort, so a size is assumed" in page and "stale" in page


@pytest.mark.skipif(browser() is None, reason="there is no Chromium or Chrome to print with")
def test_the_pack_is_two_pages_at_most(runs):
    """It is printed for a meeting of thirty minutes."""
    assert len(re.findall(rb"/Type\s*/Page\b", (runs[1] / "report.pdf").read_bytes())) <= 2


def test_a_report_made_twice_on_a_day_is_compared_with_the_day_before(runs, monkeypatch):
    """So that it says the same; a folder can be named instead, and tables that are damaged are said to be so."""
    roadmap = load_roadmap(runs[1] / "inputs" / "roadmap")
    base = worlds(roadmap, N, workers=1).base
    assert last_week(base, SECOND) is None
    monkeypatch.setenv(publish.PREVIOUS, str(runs[1]))
    last = last_week(base, SECOND)
    assert last.since == runs[0].name and last.day == FIRST and last.changes.edits
    assert last_week(base, FIRST) is None
    named = last_week(base, SECOND, str(runs[0] / "inputs" / "roadmap"))
    assert named.sentences == last.sentences and named.day == FIRST
    (runs[0] / "inputs" / "roadmap" / "features.csv").write_text("feature\n\0")
    broken = last_week(base, SECOND)
    assert compared(broken) == (None, None) and "can no longer be read" in broken.sentences[0]


def test_the_tables_say_it_in_words(first, second):
    """One line each of what a reader sees."""
    assert "Not planned; if " in repr(sync_objections(first.pack))
    assert "broken" in repr(sync_demos(first.pack)) and "ready" in repr(sync_demos(second.pack))
    assert "Certificates at the portal" in repr(sync_gaps(second.pack))
    assert "first sync" in sync_opening(first.pack, None, 0.75).data and sync_why(None).data == ""
