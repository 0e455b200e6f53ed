"""What `ripple schedule` prints works where it is put: cron's bare environment, systemd, GitHub."""

import re
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest
import yaml

from ripple.errors import InputError
from ripple.reports.scheduled.timetable import LOG, cron_line, systemd_units, workflow
from ripple.reports.scheduled.wanted import load_reports
from ripple.roadmap.bundled import REPOSITORY
from tests.reports.scheduled.at_work import folder_of, records, whole, within


def test_a_real_tick_of_cron_makes_the_report(scheduled):
    """The printed line, looking every minute: within two ticks the report is there."""
    if scheduled is None:
        pytest.skip("needs Debian's cron, and root to start it")
    made, log = within(150, lambda: records(scheduled, "good")), scheduled / "outputs" / LOG
    assert made, log.read_text() if log.exists() else "cron did not start it"
    assert records(scheduled, "good")[0]["status"] == "published" and whole(scheduled, "good") is not None
    assert within(20, lambda: "good: published" in log.read_text())


def test_the_line_works_without_any_environment(tmp_path, library):
    """As cron runs it, with neither PATH, HOME nor LANG; its paths need quotes, its percent signs a backslash."""
    folder = folder_of(tmp_path / "50% of it's plans", {"good": {}})
    line = cron_line(load_reports(folder / "reports.yml"), 15)
    assert line.startswith("*/15 * * * * cd ") and "50\\% of it" in line
    command = line.split(" ", 5)[5].replace("\\%", "%")
    subprocess.run(["/usr/bin/env", "-i", library.replace("'", ""), "/bin/sh", "-c", command], check=True)
    assert (folder / "outputs" / LOG).read_text() == "No report of reports.yml is due.\n"


def test_a_line_end_in_a_path_adds_no_line(tmp_path):
    """A folder's name could hold a command."""
    folder = folder_of(tmp_path / "a\n* * * * * touch b", {"good": {}})
    file = load_reports(folder / "reports.yml")
    for make in (cron_line, systemd_units):
        with pytest.raises(InputError, match="Rename the folder"):
            make(file, 15)


def test_systemd_gets_words_that_it_reads_as_written(tmp_path):
    """Quotes, percent signs and dollars are escaped its way; another process at work is no failure."""
    folder = folder_of(tmp_path / 'a "50%" $HOME', {"good": {}})
    units = systemd_units(load_reports(folder / "reports.yml"), 15)
    start = re.search(r"^ExecStart=(.*)$", units["ripple.service"], re.MULTILINE)[1]
    assert shlex.split(start)[0] == sys.executable and 'a \\"50%%\\" $$HOME/reports.yml"' in start
    assert "SuccessExitStatus=75" in units["ripple.service"] and "OnCalendar=*:0/15" in units["ripple.timer"]


def test_the_workflow_runs_when_something_is_due_and_knows_the_secrets(tmp_path):
    """It is YAML, names each time once, and hands over only the variables that the deliveries name."""
    file = load_reports(REPOSITORY / "reports.yml", REPOSITORY / "outputs")
    targets = (
        {"slack": "RIPPLE_SLACK_WEBHOOK"},
        {"email": {"password": "RIPPLE_SMTP_PASSWORD", "to": ["a@b.example"]}},
    )
    file = replace(file, reports=(replace(file.reports[0], deliver=targets), *file.reports[1:]))
    tree = yaml.safe_load(workflow(file))
    times = [entry["cron"] for entry in tree[True]["schedule"]]  # YAML 1.1 takes `on` for true
    assert sorted(times) == sorted({report.when.cron for report in file.reports})
    steps = tree["jobs"]["reports"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [
        "python3 run.py setup", "python3 run.py ripple run --reports reports.yml -o outputs",
    ]  # fmt: skip
    (environment,) = (step["env"] for step in steps if "env" in step)
    assert environment.keys() == {"TZ", "RIPPLE_SLACK_WEBHOOK", "RIPPLE_SMTP_PASSWORD"}
    folder = folder_of(tmp_path / "elsewhere", {"good": {}})
    with pytest.raises(InputError, match="not in a repository"):
        workflow(load_reports(folder / "reports.yml"))
