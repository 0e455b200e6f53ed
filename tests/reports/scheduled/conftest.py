"""A daemon that reads the printed line of cron while the other tests run: its tick is up to a minute away."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from ripple.reports.scheduled.timetable import cron_line
from ripple.reports.scheduled.wanted import load_reports
from ripple.roadmap.bundled import REPOSITORY
from tests.reports.scheduled.at_work import folder_of

CRON = shutil.which("cron", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
CRON_FOLDER = Path("/etc/cron.d")


@pytest.fixture(scope="session")
def library():
    """Where cron's Python finds the `ripple` under test."""
    return "PYTHONPATH=" + shlex.quote(str(REPOSITORY / "lib"))


@pytest.fixture(scope="session", autouse=True)
def scheduled(tmp_path_factory, library):
    """A folder whose report the printed line makes every minute, in a crontab that a real daemon reads; or None."""
    if CRON is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield None
        return
    folder = folder_of(tmp_path_factory.mktemp("cron") / "50% of it's plans", {"good": {"when": "daily at 00:00"}})
    line = cron_line(load_reports(folder / "reports.yml"), 1)
    table = CRON_FOLDER / f"ripple-test-{os.getpid()}"
    table.write_text(f"{library}\n{line.replace('* * * * *', '* * * * * root', 1)}\n")
    try:
        with subprocess.Popen([CRON, "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
            # Where another daemon runs already, this one ends, and that one reads the crontab.
            yield folder
            daemon.terminate()
    finally:
        table.unlink(missing_ok=True)
