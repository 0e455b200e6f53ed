"""Notebooks run as reports: what is published, and every way in which a run can end badly."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ripple.errors import InputError
from ripple.reports import outputs, parameter_check
from ripple.reports.render import Busy, Report, ReportFailed, _Job, read_words, render

PARAMETERS = """roadmap: str = "nowhere/example"  # a folder
n: int = 200
share: float = 0.5
deal: str | None = None
title = "a = b"
exact = False
"""

GOOD = [
    "import os, sys\nimport pandas as pd\nfrom ripple.reports.publish import save_summary, save_table",
    'print("noise", file=sys.stderr)\nsave_table(pd.DataFrame({"feature": ["=1+1"], "weeks": [0.1]}), "slips")',
    'save_summary({"headline": f"{n} replications of {deal}.", "slip": 1 / 3})\nprint("folder", os.getcwd() != "")',
    "pd.DataFrame({'feature': ['sso'], 'weeks': [5.2]})",
]


def notebook(folder, *cells, parameters=PARAMETERS):
    """A notebook with a title, the cell of parameters and these code cells."""
    first = [new_markdown_cell("# Does it *ship*?"), new_code_cell(parameters, metadata={"tags": ["parameters"]})]
    made = new_notebook(cells=[*first, *[new_code_cell(cell) for cell in cells]])
    path = folder / "tiny.ipynb"
    nbformat.write(made, path)
    return path


def rendered(folder, *cells, **options):
    """Render a notebook of these cells into the folder's outputs."""
    return render(notebook(folder, *cells), {"n": 3}, folder / "outputs", **options)


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """One good run, and the folder it was made in."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "example").mkdir()
    (folder / "example" / "teams.csv").write_text("team,engineers\n")
    notebook(folder, *GOOD)
    return folder, render_good(folder)


def render_good(folder):
    """Render the folder's notebook with the parameters of the good run."""
    given = {"roadmap": str(folder / "example"), "n": 3, "deal": 'x"; import os'}
    return render(folder / "tiny.ipynb", given, folder / "outputs")


def test_a_report_holds_page_notebook_tables_summary_and_manifest(good):
    """Everything is there, fits its manifest, and `latest` leads to it."""
    folder, report = good
    assert isinstance(report, Report) and report.status == "published" and report.seconds > 0
    assert report.headline == '3 replications of x"; import os.'
    assert {path.relative_to(report.folder).as_posix() for path in report.folder.rglob("*") if path.is_file()} == {
        "report.html", "notebook.ipynb", "summary.json", "manifest.json", "tables/slips.csv",
        "inputs/roadmap/teams.csv",
    }  # fmt: skip
    assert outputs.damage(report.folder) == []
    newest = outputs.latest(folder / "outputs", "tiny-example-x-import-os")
    assert newest is not None and newest.resolve() == report.folder.resolve()


def test_the_manifest_names_what_the_run_was_made_from(good):
    """Notebook, parameters in force, number of replications, versions, hashes."""
    manifest = json.loads((good[1].folder / "manifest.json").read_text())
    assert manifest["notebook"] == "tiny" and manifest["n"] == 3 and manifest["seed"] is None
    assert manifest["parameters"]["share"] == 0.5 and manifest["parameters"]["deal"] == 'x"; import os'
    assert manifest["inputs"] == {"teams.csv": outputs.sha256(good[0] / "example" / "teams.csv")}
    assert manifest["versions"]["python"] and manifest["versions"]["pandas"]


def test_the_page_shows_results_and_no_code(good):
    """No source, no parameters, no noise, no scripts; the title is the heading's text."""
    page = good[1].html.read_text()
    assert "<title>Does it ship?</title>" in page and "5.2" in page and "folder True" in page
    assert not any(
        word in page for word in ("import pandas", "data/example", "noise", "<script", "http://", "https://")
    )


def test_the_same_run_again_is_the_same_bytes(good, monkeypatch):
    """With another hash seed, every file of the second run equals that of the first."""
    folder, first = good
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    second = render_good(folder)
    assert second.folder != first.folder
    assert outputs.hashes(second.folder) == outputs.hashes(first.folder)


def test_a_failed_cell_is_kept_and_named(good):
    """The sentence names cell and error; the notebook is kept; the finished report still stands."""
    folder, first = good
    notebook(folder, "1 + 1", "1 / 0", "2 + 2")
    with pytest.raises(ReportFailed, match=r"tiny, cell \[4\] `1 / 0`, failed: ZeroDivisionError: division") as failure:
        render_good(folder)
    report = failure.value.report
    assert report.status == "failed" and report.html is None and report.folder.parent.name == "failed"
    assert "ZeroDivisionError" in report.notebook.read_text()
    assert outputs.damage(first.folder) == [] and outputs.latest(folder / "outputs", "tiny-example-x-import-os")


def test_wrong_input_found_by_a_cell_is_told_in_its_own_sentences(tmp_path):
    """An `InputError` in the notebook comes out as an `InputError`."""
    cell = "from ripple.errors import InputError\nraise InputError(['deals.csv, row 2: blank.', 'And row 3.'])"
    with pytest.raises(InputError) as error:
        rendered(tmp_path, cell)
    assert error.value.problems == ("deals.csv, row 2: blank.", "And row 3.")
    assert len(list((tmp_path / "outputs" / "failed").iterdir())) == 1


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("import sys\nsys.exit(0)", "exited"),
        ("import os\nos._exit(0)", "died"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "died"),
    ],
)
def test_leaving_and_dying_are_told_apart_and_publish_nothing(tmp_path, cell, status):
    """`sys.exit(0)` is no success, and a dead kernel is found within ten seconds."""
    began = time.monotonic()
    with pytest.raises(ReportFailed) as failure:
        rendered(tmp_path, cell, "'never'")
    assert failure.value.report.status == status and time.monotonic() - began < 60
    assert outputs.latest(tmp_path / "outputs", "tiny-example") is None


def test_a_hung_cell_is_stopped_with_all_it_started(tmp_path):
    """After the timeout the kernel and its children are gone and nothing is published."""
    pids = tmp_path / "pids"
    start = "import os, subprocess, time\nchild = subprocess.Popen(['sleep', '987'])"
    hang = f"{start}\nopen({str(pids)!r}, 'w').write(f'{{child.pid}} {{os.getpid()}}')\ntime.sleep(987)"
    with pytest.raises(ReportFailed, match="did not end within 3 seconds") as failure:
        rendered(tmp_path, hang, timeout=3)
    assert failure.value.report.status == "timed out"
    assert [process for process in pids.read_text().split() if alive(process)] == []


def alive(process):
    """Whether a process exists and is more than a zombie."""
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_stop_leaves_no_kernel_and_nothing_published(tmp_path, number):
    """SIGTERM and Ctrl-C end the run within ten seconds, the kernel with it."""
    hang = notebook(
        tmp_path, f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(987)"
    )
    # Where the tests themselves run in the background, a shell has them ignore Ctrl-C, and so what they start.
    script = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from ripple.reports.render import render; render(sys.argv[1], {}, sys.argv[2])"
    )
    command = [sys.executable, "-c", script, str(hang), str(tmp_path / "outputs")]
    paths = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, stderr=subprocess.DEVNULL) as process:
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        try:
            assert process.wait(20) != 0
        finally:
            process.kill()
    assert not alive((tmp_path / "pid").read_text())
    assert [path.name for path in (tmp_path / "outputs" / "tiny-example").iterdir()] == [".lock"]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"n = 1; import os; x": 1}, "tiny has no parameter 'n = 1; import os; x'. It has: roadmap, n,"),
        ({"shar": 0.1}, "tiny has no parameter 'shar'. Did you mean share?"),
        ({"n": "200"}, "tiny, parameter n: '200' does not fit. Write a whole number."),
        ({"n": True}, "tiny, parameter n: True does not fit. Write a whole number."),
        ({"n": None}, "tiny, parameter n: None does not fit. Write a whole number."),
        ({"share": float("nan")}, "tiny, parameter share: nan does not fit. Write a number."),
        ({"deal": 7}, "tiny, parameter deal: 7 does not fit. Write text or nothing (null)."),
        ({"exact": 1}, "tiny, parameter exact: 1 does not fit. Write true or false."),
        ({"title": "x" * 10_001}, "tiny, parameter title: longer than 10000 characters. Shorten it."),
        ({"roadmap": ["a"]}, "tiny, parameter roadmap: ['a'] does not fit. Write text."),
    ],
)
def test_parameters_that_are_not_the_notebooks_own_are_refused(tmp_path, parameters, sentence):
    """Before anything runs, a sentence names the parameter and the remedy."""
    with pytest.raises(InputError) as error:
        render(notebook(tmp_path), parameters, tmp_path / "outputs")
    assert error.value.problems[0].startswith(sentence)
    assert not (tmp_path / "outputs").exists()


def test_fitting_values_pass_in_the_notebooks_order(tmp_path):
    """A whole number fits where a number is due; None fits where the notebook says so."""
    source = nbformat.read(notebook(tmp_path), as_version=4)
    given = {"deal": None, "share": 1, "n": 7, "title": "007"}
    assert list(parameter_check.checked(source, given, "tiny").items()) == [
        ("n", 7), ("share", 1), ("deal", None), ("title", "007"),
    ]  # fmt: skip


def test_words_of_a_command_line_are_read_as_the_defaults_types(tmp_path):
    """`200` is a number only where a number is due."""
    path = notebook(tmp_path)
    words = {"n": "200", "share": "2e-1", "exact": "True", "title": "007", "deal": "acme"}
    assert read_words(path, words) == {"n": 200, "share": 0.2, "exact": True, "title": "007", "deal": "acme"}
    assert read_words(path, {"n": "0x10", "share": "nan", "other": "x"}) == {"n": "0x10", "share": "nan", "other": "x"}


def test_the_same_report_twice_at_once(tmp_path):
    """The second is told that the first is at work."""
    with outputs.shelf(tmp_path / "outputs", "tiny-example"), pytest.raises(Busy, match="by another process"):
        rendered(tmp_path, "1")


def test_an_unknown_notebook_is_a_sentence(tmp_path):
    """A name that is none, a path that leads nowhere, a file that is no notebook."""
    with pytest.raises(InputError, match="There is no notebook"):
        render("no-such-notebook", {}, tmp_path)
    with pytest.raises(InputError, match="There is no notebook"):
        render(tmp_path / "gone.ipynb", {}, tmp_path)
    (tmp_path / "torn.ipynb").write_text('{"cells": [')
    with pytest.raises(InputError, match="is not a notebook"):
        render(tmp_path / "torn.ipynb", {}, tmp_path)


def test_an_outputs_folder_that_cannot_be_written_is_named(tmp_path):
    """The error names the path."""
    (tmp_path / "outputs").write_text("a file")
    with pytest.raises(ReportFailed, match="outputs") as failure:
        rendered(tmp_path, "1")
    assert failure.value.report.status == "not written"


def test_what_the_notebook_looks_at_names_the_folder():
    """A scenario where there is one, as in the notebooks; else the deal."""
    values = {"roadmap": "plans/example", "scenario": "plans/as-promised.yml", "deal": "acme"}
    assert _Job("review", new_notebook(), {}, values, False, 1).slug == "review-example-as-promised"
    assert _Job("review", new_notebook(), {}, {**values, "scenario": ""}, False, 1).slug == "review-example-acme"
