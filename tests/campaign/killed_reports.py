"""Two hundred runs of a report, each killed at a random moment: none leaves anything that needs repair."""

import os
import random
import signal

import pytest

from tests.reports.scheduled.at_work import folder_of, job, kill_run, none_left, records, ripple, started, whole, within

KILLS = 200
BEYOND = 1.2
"""How far beyond the length of a whole run the moments reach, so that they also fall on its last steps."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, and processes in /proc")


def test_a_run_killed_at_a_random_moment_leaves_the_old_report_or_the_new_one(tmp_path, share):
    """No torn report, no stuck lock, no process left; every fourth time the command is killed, not its child."""
    folder_of(tmp_path, {"good": {}})
    assert ripple(tmp_path, "run", "good").returncode == 0
    longest = BEYOND * records(tmp_path, "good")[0]["seconds"]
    moments = random.Random(8)
    kills = max(4, round(KILLS * share))
    killed = sum(kill_run(tmp_path, "good", moments.uniform(0, longest), parent=number % 4 == 3)
                 for number in range(kills))  # fmt: skip
    assert killed >= kills / 4, "the runs were over before they were killed"
    assert ripple(tmp_path, "run", "good").returncode == 0 and whole(tmp_path, "good") is not None
    assert {one["status"] for one in records(tmp_path, "good")} <= {"published", "stopped"}
    assert not job(tmp_path, "good").history.folder.joinpath(".started").exists()


def test_ctrl_c_stops_everything(tmp_path):
    """The terminal sends it to the command; what the command started is in a group of its own, and ends too."""
    folder_of(tmp_path, {"hung": {}})
    process = started(tmp_path, "run", "hung")
    assert within(30, (tmp_path / "outputs" / "history" / "hung" / ".started").exists)
    process.send_signal(signal.SIGINT)
    assert process.wait(15) == 1 and none_left(tmp_path, 10)
    assert [one["status"] for one in records(tmp_path, "hung")] == ["stopped"]
