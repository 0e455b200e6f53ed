"""The reports file: what it says, and every way in which it can be wrong."""

import pytest

from ripple.errors import InputError
from ripple.reports.scheduled.job import job_for
from ripple.reports.scheduled.wanted import BUNDLED, load_reports
from tests.reports.scheduled.at_work import folder_of


def problems_of(folder, text):
    """The sentences about a reports file."""
    (folder / "plan").mkdir(exist_ok=True)
    (folder / "reports.yml").write_text(text)
    with pytest.raises(InputError) as error:
        load_reports(folder / "reports.yml")
    return "\n".join(error.value.problems)


def test_a_report_is_what_was_written(tmp_path):
    """Paths begin at the file; what is not said has its default."""
    folder_of(tmp_path, {"good": {"when": "daily at 07:00", "timeout": 2, "parameters": {"n": 7}}}, keep=4)
    file = load_reports(tmp_path / "reports.yml")
    assert file.outputs == tmp_path / "outputs" and file.keep == 4 and file.reports[0].timeout == 2
    job = job_for(file.reports[0], file)
    assert job.parameters == {"roadmap": "plan", "n": 7} and job.folder == str(tmp_path) and job.due is None
    assert load_reports(tmp_path / "reports.yml", tmp_path / "other").outputs == tmp_path / "other"


def test_the_reports_that_ship_with_the_project_can_be_made(tmp_path, monkeypatch):
    """They are found where there is no file of one's own, publish where one stands, and their notebooks take them."""
    monkeypatch.chdir(tmp_path)
    file = load_reports()
    assert file.path == BUNDLED and file.outputs == tmp_path / "outputs"
    jobs = [job_for(report, file) for report in file.reports]
    assert {job.parameters["roadmap"] for job in jobs} == {"data/example", "data/rust-2026"}


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("nam: x", "reports.yml, report 1: 'nam' is not a key of it. Did you mean 'name'?"),
        ("nam: x", "reports.yml, report 1, name: blank. Write a short name, such as torvane-weekly."),
        ("name: ../up", "reports.yml, report 1 (../up), name: '../up' cannot name a folder. Use small letters"),
        ("name: history", "name: 'history' is the name of a folder of Ripple's own."),
        ("name: Weekly", "name: 'Weekly' cannot name a folder."),
        ("name: [a]", "reports.yml, report 1, name: a list or a mapping. Write one value."),
        ("roadmap: gone", "reports.yml, report 1, roadmap: there is no gone beside the reports file."),
        ("when: mondays", "reports.yml, report 1, when: 'mondays' is not a time."),
        ("timeout: nan", "reports.yml, report 1, timeout: 'nan' is not a number."),
        ("timeout: 0", "reports.yml, report 1, timeout:"),
        ("parameters: 4", "reports.yml, report 1, parameters: not names with values."),
        ("parameters: {deal: x}", "parameters: deal has a line of its own in the report."),
        ("parameters: {n: [1]}", "parameters: n is a list or a mapping."),
        ("deal: x\n    scenario: plan", "scenario: a scenario and a deal were both given."),
        ("deliver: {slack: X}", "reports.yml, report 1, deliver"),
        ("deliver: [{slak: RIPPLE_SLACK_WEBHOOK}]", "Did you mean 'slack'?"),
        ("deliver: [{slack: 'https://hooks.slack.com/services/T0/B0/x'}]", "a secret itself does not belong"),
    ],
)
def test_what_is_wrong_with_a_report_is_told(tmp_path, entry, sentence):
    """File, entry, key, value and remedy."""
    assert sentence in problems_of(tmp_path, f"reports:\n  - notebook: good\n    {entry}\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "reports.yml, reports: no list of reports."),
        ("reports: []", "reports.yml, reports: no list of reports."),
        ("reports: [x]", "reports.yml, report 1: not a report."),
        ("keep: 0\nreports: []", "reports.yml, keep:"),
        ("outptus: x\nreports: []", "reports.yml: 'outptus' is not a key of it. Did you mean 'outputs'?"),
        ("reports: &a [*a]", "reports.yml, line 1: an anchor (&)."),
        ("reports:\n\t- x", "reports.yml, line 2: not valid YAML"),
        ("reports: !!python/object:os.system x", "reports.yml, line 1: a tag"),
    ],
)
def test_what_is_wrong_with_the_file_is_told(tmp_path, text, sentence):
    """Never guessed, never run, never a traceback."""
    assert sentence in problems_of(tmp_path, text)


def test_two_reports_cannot_share_a_name(tmp_path):
    """They would write in the same folder."""
    entry = "{name: a, notebook: good, roadmap: plan}"
    assert "'a' is there twice" in problems_of(tmp_path, f"reports: [{entry}, {entry}]")


def test_a_file_or_a_report_that_is_not_there_is_told(tmp_path):
    """No such file, a folder in its place, an unknown report."""
    with pytest.raises(InputError, match=r"gone\.yml"):
        load_reports(tmp_path / "gone.yml")
    with pytest.raises(InputError, match="is a folder"):
        load_reports(tmp_path)
    folder_of(tmp_path, {"good": {}})
    with pytest.raises(InputError, match=r"'goood' is not a report\. Did you mean 'good'"):
        load_reports(tmp_path / "reports.yml").chosen(["goood"])


def test_a_parameter_that_the_notebook_does_not_have_is_told(tmp_path):
    """Before anything runs, with the place."""
    folder_of(tmp_path, {"good": {"parameters": {"m": 1}}})
    file = load_reports(tmp_path / "reports.yml")
    with pytest.raises(InputError, match=r"reports\.yml, good: good has no parameter 'm'"):
        job_for(file.reports[0], file)
