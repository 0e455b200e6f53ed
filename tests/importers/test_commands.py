"""From two exports to a report by the commands that docs/import.md gives, as a person types them."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.importers.bringing import ROOT, SAMPLES

PAGE = ROOT / "docs" / "import.md"


def typed(line, folder):
    """Run one line of the page in a folder, and return what it printed."""
    words = shlex.split(line.removeprefix("python3 run.py ").removeprefix("ripple "))
    quick = ["-p", "n=40", "-p", "sensitivity_n=10"] if words[0] == "report" else []
    command = [sys.executable, "-m", "ripple", *words, *quick]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A place with the samples where the page's commands expect them."""
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / "data").mkdir()
    (folder / "data" / "samples").symlink_to(SAMPLES)
    return folder


def test_the_four_commands_of_the_tutorial_make_a_report(folder):
    """The page's own lines, unchanged, end with a report that says how much of it is assumed."""
    block = re.findall(r"```\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    jira, salesforce, check, report = (typed(line, folder) for line in block.splitlines())
    assert "APP-1 (Single sign-on) ships first, then APP-2 (Directory sync) can start" in jira
    assert "6 deals: 3 open, 2 signed, 1 lost." in salesforce
    assumed = "The effort of 8 of 8 features is assumed, not estimated: APP-1, APP-2, APP-3, APP-4 and 4 more."
    assert assumed in check
    assert "teams.csv: engineers are counted from who is assigned to open or recent issues" in check
    assert assumed in report
    assert "No gap is known of what North Rail is promised" in report
    page = (folder / report.splitlines()[-1]).read_text(encoding="utf-8")
    assert "The effort of 8 of 8 features is assumed, not estimated" in page


def test_new_export_and_calibrate(folder):
    """A template is a roadmap; a workbook of it reads the same; too little history says so."""
    typed("ripple new mine", folder)
    typed("ripple export mine -o mine.xlsx", folder)
    assert typed("ripple simulate mine --no-luck -o -", folder) == typed("simulate mine.xlsx --no-luck -o -", folder)
    assert "Not said" in typed("ripple calibrate my-roadmap", folder)


def test_a_kind_that_is_none_is_refused(folder):
    """With the nearest kind, exit code 2 and nothing written."""
    command = [sys.executable, "-m", "ripple", "import", "jria", "x.csv", "-o", "none"]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert done.stderr == "import: 'jria' is not a kind of export. Did you mean 'jira'?\n"
    assert not (folder / "none").exists()
