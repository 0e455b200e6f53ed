"""Reports compare themselves with their previous run: from what it kept, and silently where nothing changed."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ripple.analysis.comparison import compare
from ripple.analysis.replications import replicate
from ripple.analysis.summary import plan_summary, summary
from ripple.reports import outputs, publish, tables
from ripple.reports.changes import UNREADABLE, since_last
from ripple.reports.kept_inputs import keep_inputs, kept
from ripple.reports.publish import json_of
from ripple.reports.render import render
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import deal_scenario, load_scenario

PLAN = {
    "roadmap.yml": "start: 2027-01-04\n",
    "teams.csv": "team,engineers,focus\ncore,3,0.65\n",
    "features.csv": "feature,title,team,effort,crew\nsso,Single sign-on,core,12,3\nsearch,Search,core,10,2\n",
    "deals.csv": "deal,customer,signs,status\nacme,Acme,2027-02-01,open\nnorth,Northern,2026-10-05,signed\n",
    "promises.csv": "deal,feature,due\nacme,search,2027-03-31\nnorth,sso,2027-03-15\n",
    "notes.csv": "a\n",
}
CELLS = [
    "import ripple as rp\nfrom ripple.reports import publish, tables",
    "base = rp.replicate(rp.load_roadmap(roadmap), n=n, seed=seed)",
    "publish.save_summary(rp.plan_summary(base))",
    "tables.changes(base)",
]
N = 128


def written(folder, **files):
    """A folder with the plan; files of other content are given by name, without their suffix."""
    folder.mkdir(exist_ok=True)
    for name, text in PLAN.items():
        (folder / name).write_text(files.get(name.split(".")[0], text), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three runs of one report: the first, the same again, and one after an estimate was raised."""
    folder = tmp_path_factory.mktemp("runs")
    parameters = f'roadmap: str = "nowhere"\nn: int = {N}\nseed: int = 0\n'
    first = [new_markdown_cell("# When?"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    nbformat.write(new_notebook(cells=[*first, *map(new_code_cell, CELLS)]), folder / "plan.ipynb")
    made = []
    for features in (PLAN["features.csv"], PLAN["features.csv"], PLAN["features.csv"].replace("core,12", "core,16")):
        given = {"roadmap": str(written(folder / "tables", features=features))}
        made.append(render(folder / "plan.ipynb", given, folder / "outputs").folder)
    return made


def test_a_run_keeps_what_the_reader_reads_and_nothing_else(runs):
    """The tables as they were, covered by the manifest; a file that is no table is left out."""
    folder = kept(runs[0], "roadmap")
    assert {path.name for path in folder.iterdir()} == set(PLAN) - {"notes.csv"}
    assert load_roadmap(folder) == load_roadmap(folder.resolve())
    assert "core,12" in (folder / "features.csv").read_text()
    assert "core,16" in (runs[2] / "inputs" / "roadmap" / "features.csv").read_text()
    assert all(outputs.damage(run) == [] for run in runs)


def test_a_report_is_silent_until_something_changed(runs):
    """The first run, and the same again, say nothing and are the same bytes."""
    assert outputs.hashes(runs[0]) == outputs.hashes(runs[1])
    assert not (runs[1] / "changes.json").exists()
    assert "What changed" not in (runs[1] / "report.html").read_text()


def test_a_report_says_what_changed_and_because_of_which_row(runs):
    """In the page, and for other programs."""
    page = (runs[2] / "report.html").read_text()
    record = json.loads((runs[2] / "changes.json").read_text())
    assert record["since"] == runs[1].name
    before, after = (json.loads((run / "summary.json").read_text())["features"][0]["p50_date"] for run in runs[1:])
    sentence = next(text for text in record["sentences"] if text.startswith("The likely date of Single sign-on moved"))
    assert f", to {after}, because its estimate was raised from 12 to 16 engineer-weeks." in sentence
    assert sentence in page and "What changed since the report of 20" in page
    edit = {"file": "features.csv", "row": "sso", "column": "effort", "before": "12", "after": "16"}
    assert record["edits"] == [edit]
    move = next(move for move in record["moves"] if move["what"] == "p50" and move["of"] == ["sso"])
    assert (move["before"], move["after"], move["luck"], move["program"]) == (before, after, 0.0, 0.0)


def earlier(folder, roadmap, scenario=None, *, deal="", said=None, seed=0):
    """A previous run as it is left behind, of a plan alone or of a deal."""
    run = folder / "20270104-090000-000000"
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir()
    paths = {"roadmap": roadmap} | ({"scenario": scenario} if scenario else {})
    keep_inputs(run, {}, paths)
    manifest = {"n": N, "seed": seed, "parameters": {"deal": deal}, "versions": {"ripple": "0.1.0"}}
    (run / "manifest.json").write_text(json_of(manifest))
    (run / "summary.json").write_text(json_of(said or {}))
    return run


def test_a_notebook_opened_by_hand_is_silent(tmp_path, monkeypatch):
    """Without a previous run there is nothing to say."""
    world = replicate(load_roadmap(written(tmp_path / "tables")), n=N)
    for name in ("", str(tmp_path / "nowhere")):
        monkeypatch.setenv(publish.PREVIOUS, name)
        assert since_last(world) is None and tables.changes(world) is None


@pytest.mark.parametrize("from_file", [True, False])
def test_a_deals_report_compares_both_worlds(tmp_path, monkeypatch, from_file):
    """With the scenario that the previous run kept, or the deal that it names."""
    folder = written(tmp_path / "tables")
    file = tmp_path / "yes.yml"
    file.write_text("scenario: acme\nchanges:\n  - sign: acme\n")
    scenario = load_scenario(file) if from_file else deal_scenario("acme")
    comparison = compare(load_roadmap(folder), scenario, n=N)
    said = summary(comparison)
    run = earlier(tmp_path, folder, file if from_file else None, deal="acme", said=said)
    monkeypatch.setenv(publish.PREVIOUS, str(run))
    assert since_last(comparison) is None
    after = load_roadmap(written(folder, features=PLAN["features.csv"].replace("core,10", "core,14")))
    found = since_last(compare(after, scenario, n=N))
    assert any("With the deal, the likely date of Search moved" in text for text in found.sentences)
    assert all(not move.program and not move.luck for move in found.changes.moves)


def test_another_seed_is_luck_and_a_damaged_run_is_said_to_be_unreadable(tmp_path, monkeypatch):
    """Neither is blamed on the tables."""
    folder = written(tmp_path / "tables")
    world = replicate(load_roadmap(folder), n=N)
    run = earlier(tmp_path, folder, seed=5)
    monkeypatch.setenv(publish.PREVIOUS, str(run))
    assert since_last(world).sentences[0].startswith("The seed was changed from 5 to 0: by luck alone")
    (run / "inputs" / "roadmap" / "features.csv").write_text("feature\n\0")
    assert since_last(world).sentences == (UNREADABLE,)
    assert "can no longer be read" in tables.changes(world)._repr_html_()


def test_names_are_only_ever_text(tmp_path, monkeypatch):
    """A title with markup, and a cell that was edited to a formula."""
    evil = "<img src=x onerror=alert(1)>"
    folder = written(tmp_path / "tables", features=PLAN["features.csv"].replace("Search", evil))
    run = earlier(tmp_path, folder, said=plan_summary(replicate(load_roadmap(folder), n=N)))
    monkeypatch.setenv(publish.PREVIOUS, str(run))
    text = PLAN["features.csv"].replace("Search", f"{evil}$x$").replace("core,10", "core,18")
    after = replicate(load_roadmap(written(folder, features=text)), n=N)
    section = tables.changes(after)
    html = section._repr_html_()
    assert "&lt;img" in html and "<img" not in html and "$x$" not in html
    assert "features.csv" in repr(section)


def test_a_customers_report_keeps_nothing(tmp_path):
    """Its folder goes out of the house, and the tables name others."""
    keep_inputs(tmp_path, {"audience": "customer"}, {"roadmap": written(tmp_path / "tables")})
    assert kept(tmp_path, "roadmap") is None


def test_a_workbook_is_kept_and_a_link_out_of_the_folder_is_not(tmp_path):
    """What the reader would refuse is not copied either."""
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "plan.xlsx").write_bytes(b"PK")
    keep_inputs(tmp_path / "one", {}, {"roadmap": folder})
    assert [path.name for path in kept(tmp_path / "one", "roadmap").iterdir()] == ["plan.xlsx"]
    keep_inputs(tmp_path / "two", {}, {"roadmap": folder / "plan.xlsx"})
    assert (tmp_path / "two" / "inputs" / "roadmap" / "plan.xlsx").read_bytes() == b"PK"
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (folder / "teams.csv").symlink_to(secret)
    keep_inputs(tmp_path / "three", {}, {"roadmap": folder})
    assert kept(tmp_path / "three", "roadmap") is None
    assert Path(secret).read_text() == "secret"
