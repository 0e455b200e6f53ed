"""From two exports to a report by the commands that docs/import.md gives, as a person types them."""

import re
import shlex
import subprocess
import sys

import pytest

from tests.command_line import ripple
from tests.importers.bringing import ROOT, SAMPLES

PAGE = ROOT / "docs" / "import.md"


def started(line, folder):
    """Run one line of the page in a folder, as a process of its own, and return what it printed."""
    words = shlex.split(line.removeprefix("python3 run.py ").removeprefix("ripple "))
    quick = ["-p", "n=40", "-p", "sensitivity_n=10"] if words[0] == "report" else []
    command = [sys.executable, "-m", "ripple", *words, *quick]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def typed(line, folder):
    """Run one line of the page in a folder, and return what it printed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        code, printed, said = ripple(*shlex.split(line.removeprefix("python3 run.py ").removeprefix("ripple ")))
    assert (code, said) == (0, b"")
    return printed.decode()


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
    jira, salesforce, check, report = (started(line, folder) for line in block.splitlines())
    assert "APP-1 (Single sign-on) ships first, then APP-2 (Directory sync) can start" in jira
    assert "6 deals: 3 open, 2 signed, 1 lost." in salesforce
    assert "Promises from 'Roadmap items': 4 of 5 keys." in salesforce
    assumed = "The effort of 7 of 7 open features is assumed, not estimated: APP-1, APP-4, APP-3, APP-2 and 3 more."
    assert assumed in check
    assert "teams.csv: engineers are counted from who is assigned to open or recent issues" in check
    yearly = "Amount is read as what it pays a year"
    assert f"deals.csv: {yearly} (North Rail - rollout, South Bank - renewal, East Clinic - reports)." in check
    assert assumed in report
    assert "Signing North Rail breaks 1 of 3 promises to other customers: Report builder for East Clinic" in report
    assert "No gap is known of what North Rail is promised" in report
    page = (folder / report.splitlines()[-1]).read_text(encoding="utf-8")
    assert "the effort of 7 of 7 open features is assumed" in page


def test_the_next_steps_of_an_import_are_those_of_the_page(folder):
    """What the reports print as the next commands are lines of the page, and can be typed as they are."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    typed("ripple import jira data/samples/jira-cloud.csv -o next", folder)
    report = typed("ripple import salesforce data/samples/salesforce-report.csv -o next", folder)
    steps = [line.strip() for line in report.partition("\nNext\n")[2].splitlines() if "run.py" in line]
    assert [step.replace(" next", " my-roadmap") for step in steps] == [line for line in lines if line in (
        "python3 run.py ripple check my-roadmap",
        'python3 run.py report 02_deal_impact my-roadmap --deal "North Rail - rollout"',
    )]  # fmt: skip
    typed(steps[0], folder)
    new = typed("ripple new newer", folder)
    assert "Next: python3 run.py ripple check newer\n" in new


def test_new_export_and_calibrate(folder):
    """A template is a roadmap; a workbook of it reads the same; too little history says so."""
    typed("ripple new mine", folder)
    typed("ripple export mine -o mine.xlsx", folder)
    assert typed("ripple simulate mine --no-luck -o -", folder) == typed("simulate mine.xlsx --no-luck -o -", folder)
    assert "Not said" in typed("ripple calibrate my-roadmap", folder)


def test_a_kind_that_is_none_is_refused(folder):
    """With the nearest kind, exit code 2 and nothing written."""
    code, _, said = ripple("import", "jria", "x.csv", "-o", str(folder / "none"))
    assert (code, said) == (2, b"import: 'jria' is not a kind of export. Did you mean 'jira'?\n")
    assert not (folder / "none").exists()
