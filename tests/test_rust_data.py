"""The Rust project goals of 2026: built from the source, with nothing lost on the way and every assumption told."""

import csv
import doctest
import importlib.util
import sys
from pathlib import Path

import pytest

import ripple as rp

FOLDER = Path(__file__).resolve().parent.parent / "data" / "rust-2026"
SCENARIO = FOLDER / "scenarios" / "sponsor-by-mid-year.yml"


@pytest.fixture(scope="module")
def script():
    """`build.py`, which is a script in a folder of data, as a module."""
    spec = importlib.util.spec_from_file_location("rust_2026_build", FOLDER / "build.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # a dataclass looks for its module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def roadmap():
    return rp.load_roadmap(FOLDER)


@pytest.fixture(scope="module")
def readme():
    return " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())


def rows(table, period="2026"):
    with (FOLDER / "source" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["period"] == period]


def accepted():
    return {row["goal"] for row in rows("goals") if row["status"] == "Accepted"}


def test_the_script_makes_the_committed_files_byte_for_byte(script, tmp_path):
    """What is committed is what the source and the rules give; nobody has edited a table by hand."""
    script.main(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert made == {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in (".csv", ".yml")}


def test_the_examples_in_the_script_run(script):
    """Its docstrings tell the truth."""
    results = doctest.testmod(script)
    assert results.attempted and not results.failed


def test_the_notice_stays_with_the_tables(readme):
    """The licence of the source asks for its copyright and its text; the commit says which tables these are."""
    notice = (FOLDER / "source" / "LICENSE").read_text(encoding="utf-8")
    for words in ("Copyright (c) 2024 Niko Matsakis", "44ee4db7e818"):
        assert words in notice and words in readme
    assert "The above copyright notice and this permission notice shall be included" in notice


def test_every_accepted_goal_and_every_roadmap_is_a_feature(script, roadmap):
    """72 goals and 9 milestones, and nothing else."""
    roadmaps = {row["goal"] for row in rows("goals") if row["kind"] == "roadmap"}
    assert {feature.name for feature in roadmap.features} == set(map(script.slug, accepted() | roadmaps))
    assert (len(accepted()), len(roadmaps)) == (72, 9)


def test_highlighted_goals_come_first(script, roadmap):
    """The order of the plan is the project's own choice of what to show, then the alphabet."""
    highlights = [script.slug(row["goal"]) for row in rows("goals") if row["highlight"]]
    assert [feature.name for feature in roadmap.features[: len(highlights)]] == highlights


def test_every_sized_ask_is_work_of_the_asked_team(script, roadmap):
    """No ask is lost or counted twice, and each has the size that its support level stands for."""
    asks = {
        (script.slug(row["goal"]), row["team"]): row["support_level"]
        for row in rows("team_asks")
        if row["goal"] in accepted() and row["support_level"]
    }
    works = {(feature.name, work.team): work for feature in roadmap.features for work in feature.works}
    for (goal, team), level in asks.items():
        work = works.pop((goal, team))
        assert (work.low, work.effort, work.high) == script.SIZES[level]
    assert all(team.endswith("-contributors") for _, team in works)
    assert len(asks) == 192


def test_a_goal_takes_four_weeks_for_each_of_its_tasks(script, roadmap):
    """The goal's own people: one row, in proportion to the tasks; a goal without tasks has the median."""
    own = {f.name: w.effort for f in roadmap.features for w in f.works if w.team.endswith("-contributors")}
    for goal in accepted():
        tasks = {row["task"] for row in rows("tasks") if row["goal"] == goal and row["task"] != "..."}
        unsized = {row["task"] for row in rows("team_asks") if row["goal"] == goal and not row["support_level"]}
        assert own[script.slug(goal)] == 4 * (len(tasks | unsized) or 4)


def test_links_that_leave_the_period_are_named(roadmap, readme):
    """A dependency is kept, or the README says that it is not."""
    kept = {(dependency.feature, dependency.needs) for dependency in roadmap.dependencies}
    assert {("rtn", "next-solver"), ("afidt-box", "in-place-init")} <= kept and len(kept) == 38
    left = [row for row in rows("links") if row["type"] == "depends" and row["to_period"] != "2026"]
    assert len(left) == 4
    for row in left:
        assert f"`{row['goal']}`" in readme and f"`{row['to_goal']}`" in readme and row["to_period"] in readme


def test_only_what_is_funded_in_full_is_promised(script, roadmap):
    """The base world promises six goals by the end of the year, and one deal is open and invented."""
    full = {script.slug(row["goal"]) for row in rows("funding") if row["funded"] == "Full"}
    signed = {deal.name for deal in roadmap.signed}
    assert {p.feature for p in roadmap.promises if p.deal in signed} == full and len(full) == 6
    assert [deal.name for deal in roadmap.deals if deal.status == "open"] == ["sponsor"]
    assert all(gap.deal == "sponsor" for gap in roadmap.gaps)
    assert all(gap["note"].startswith("Invented: ") for gap in script.gaps())


def test_the_readme_tells_the_figures_of_the_tables(roadmap, readme):
    """The counts, the load of the busiest team, and the goals without tasks are those that the tables give."""
    load = sum(work.effort for feature in roadmap.features for work in feature.works if work.team == "types")
    types = roadmap.team_named["types"]
    assert f"{load:g} engineer-weeks" in readme and f"have {types.engineers * types.focus * 52:g} in a year" in readme
    for goal in accepted() - {row["goal"] for row in rows("tasks")}:
        assert f"`{goal}`" in readme


def test_the_scenario_runs(roadmap):
    """The sponsor's deal signs, and a deal that asks for nothing would change nothing."""
    comparison = rp.compare(roadmap, rp.load_scenario(SCENARIO), n=2)
    assert comparison.checks["placebo"]
