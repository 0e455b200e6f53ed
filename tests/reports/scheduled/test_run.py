"""`ripple run`: what is due is made, what goes wrong is named and kept, and nothing is left behind."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from ripple.cli.options import app
from ripple.errors import InputError
from ripple.reports import outputs
from ripple.reports.scheduled import once
from ripple.reports.scheduled.history import History
from ripple.reports.scheduled.several import Outcome, exit_status
from tests.reports.notify.servers import Mail, serving
from tests.reports.scheduled.at_work import (
    CELLS,
    begun,
    folder_of,
    job,
    kill_run,
    none_left,
    records,
    ripple,
    started,
    whole,
    within,
)

DAILY = {"when": "daily at 07:00"}


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """A folder in which every report was made once, and what the command said about two of them."""
    folder = folder_of(tmp_path_factory.mktemp("run") / "a folder", dict.fromkeys(CELLS, DAILY), keep=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("failing", "dead", "hung", "mistaken"):
            assert once.made(job(folder, name, timeout=2.0))[1] == (2 if name == "mistaken" else 1)
    return folder, ripple(folder, "run")


def told(folder, *words):
    """The command line in this process: what it prints on standard output, and its exit status."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, words, catch_exceptions=False)
    return result.stdout, result.exit_code


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("failing", "failed", "failing, cell [3] `1 / 0`, failed: ZeroDivisionError"),
        ("dead", "died", "lost its kernel"),
        ("hung", "timed out", "did not end within 2 seconds"),
        ("leaving", "exited", "left with sys.exit(0)"),
        ("mistaken", "failed", "deals.csv, row 2: blank. Write it."),
    ],
)
def test_every_way_to_fail_is_told_apart(everything, name, status, sentence):
    """In the record, in the line about it, and where the failed notebook is kept; nothing is published."""
    folder, _ = everything
    (record,) = records(folder, name)
    assert record["status"] == status and sentence in record["error"]
    assert (folder / "outputs" / record["folder"] / "notebook.ipynb").exists()
    assert record["inputs"].keys() == {"teams.csv"} and record["versions"]["python"]
    assert whole(folder, name) is None


def test_one_that_succeeds_stands_beside_those_that_fail(everything):
    """Its record holds all that is needed to compare it later; the exit status says that not all is well."""
    folder, said = everything
    (record,) = records(folder, "good")
    assert said.returncode == 1 and "Traceback" not in said.stdout + said.stderr
    assert record["status"] == "published" and record["error"] is None and record["headline"] == "3 is the number."
    assert record["numbers"] == {"score": 3} and record["parameters"] == {"roadmap": "plan", "n": 3}
    assert record["inputs"] == {"teams.csv": outputs.sha256(folder / "plan" / "teams.csv")}
    assert record["seconds"] > 0 and record["peak_mib"] > 20 and record["began"].endswith("+00:00")
    assert whole(folder, "good").resolve() == (folder / "outputs" / record["folder"]).resolve()
    assert f"good: published, {record['seconds']:.0f} s. 3 is the number. {folder}/outputs/good/" in said.stdout
    assert (
        "leaving: exited, " in said.stdout and "left with sys.exit(0)" in said.stdout and said.stdout.count("\n") == 2
    )
    assert "good: started." in said.stderr and "(2 of 2)." in said.stderr


def test_what_was_made_is_not_due_again_until_its_time(everything):
    """Also what failed: it would fail in the same way each quarter of an hour. After its time has passed, it is due."""
    folder, _ = everything
    assert told(folder, "run") == ("No report of reports.yml is due.\n", 0)
    (file,) = (folder / "outputs" / "history" / "good").glob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"began": "2026-01-01T07:00:00+00:00"}))
    again, code = told(folder, "run")
    assert code == 0 and again.count("\n") == 1 and "good: published" in again


def test_records_outlive_the_runs(everything, monkeypatch):
    """One run is kept, as the job says, and every record."""
    folder, _ = everything
    monkeypatch.chdir(folder)
    assert once.made(job(folder, "good", keep=1))[1] == 0
    runs = [path for path in (folder / "outputs" / "good").iterdir() if outputs.RUN.fullmatch(path.name)]
    assert len(runs) == 1 and len(records(folder, "good")) >= 2


def test_history_lists_what_became_of_every_run(everything):
    """A table, newest first, with the sentence of each failure; CSV and JSON hold the same runs."""
    folder, _ = everything
    table = told(folder, "history")[0].splitlines()
    known = sum(len(records(folder, name)) for name in CELLS)
    assert table[0].split() == ["name", "when", "status", "seconds", "what", "it", "says"] and len(table) == known + 1
    assert "failing, cell [3] `1 / 0`, failed: ZeroDivisionError" in "\n".join(table)
    assert told(folder, "history", "good", "-o", "good.csv") == ("", 0)
    rows = (folder / "good.csv").read_text().splitlines()
    assert rows[0].startswith("name,run,notebook,") and len(rows) == len(records(folder, "good")) + 1
    everything_told = json.loads(told(folder, "history", "-o", "-")[0])
    assert sorted(one["run"] for one in everything_told) == sorted(
        one["run"] for name in CELLS for one in records(folder, name)
    )
    with pytest.raises(InputError, match="Did you mean 'good'"):
        told(folder, "history", "goood")


def test_what_all_trouble_has_in_common_is_the_exit_status():
    """75 only if nothing else went wrong than that others were at work."""
    codes = {(): 0, (0, 0): 0, (0, 75): 75, (2, 2): 2, (75, 1): 1, (2, 75): 1}
    for given, code in codes.items():
        assert exit_status([Outcome(None, None, one) for one in given]) == code


def test_two_at_once_one_runs_and_the_other_says_so(tmp_path):
    """The second finds the first at work, says so and exits 75; the first is not disturbed."""
    folder_of(tmp_path, {"good": {}})
    waits = "import os, time\\nwhile not os.path.exists('go'): time.sleep(0.1)\\nimport json"
    text = (tmp_path / "good.ipynb").read_text().replace("import json", waits)
    (tmp_path / "good.ipynb").write_text(text)
    first = started(tmp_path, "run", "good")
    assert within(30, (tmp_path / "outputs" / "history" / "good" / ".started").exists)
    said, code = told(tmp_path, "run", "good")
    assert code == 75 and "is being made by another process" in said
    (tmp_path / "go").touch()
    assert first.wait(60) == 0 and whole(tmp_path, "good") is not None
    assert sorted(one["status"] for one in records(tmp_path, "good")) == ["busy", "published"]


def test_what_another_process_made_since_it_was_due_is_not_made_again(tmp_path, monkeypatch):
    """Two schedulers find the same report due, and one is slower: nobody gets it twice."""
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path, {"good": {}})
    due = "2026-11-02T07:00:00+00:00"
    assert once.made(job(tmp_path, "leaving"))[1] == 1
    assert once.made(job(tmp_path, "leaving", due=due)) == (None, 0)
    assert once.made(job(tmp_path, "leaving", due="9999-01-01T00:00:00+00:00"))[1] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_command_that_is_stopped_leaves_no_process(tmp_path, number):
    """Within ten seconds all are gone, also where the command could not say goodbye; the record says `stopped`."""
    folder_of(tmp_path, {"hung": {"timeout": 900}, "good": {}})
    process = started(tmp_path, "run", "hung", "good", "--jobs", "1")
    marker = tmp_path / "outputs" / "history" / "hung" / ".started"
    assert within(30, marker.exists)
    time.sleep(1.5)
    began = time.monotonic()
    process.send_signal(number)
    assert process.wait(15) != 0 and none_left(tmp_path, 10) and time.monotonic() - began < 12
    assert [one["status"] for one in records(tmp_path, "hung")] == ["stopped"]
    assert not marker.exists() and records(tmp_path, "good") == [] and whole(tmp_path, "hung") is None


def test_the_next_run_notes_that_one_was_killed(tmp_path, monkeypatch):
    """The process that makes the report is killed with -9: no record of success, and no lock is stuck."""
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path, {"good": {}})
    process = begun(tmp_path, [sys.executable, "-m", "ripple.reports.scheduled.once"], stdin=subprocess.PIPE)
    process.stdin.write(job(tmp_path, "hung").line().encode())
    process.stdin.flush()
    history = History(tmp_path / "outputs", "hung")
    assert within(30, (history.folder / ".started").exists)
    process.kill()
    process.wait()
    process.stdin.close()
    assert none_left(tmp_path, 10) and records(tmp_path, "hung") == []
    shutil.copy(tmp_path / "leaving.ipynb", tmp_path / "hung.ipynb")
    assert once.made(job(tmp_path, "hung"))[0].status == "exited"
    assert [one["status"] for one in records(tmp_path, "hung")] == ["stopped", "exited"]
    assert history.last().status == "exited"


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")  # noqa: PTH112
def test_runs_killed_at_any_moment_leave_the_old_report_or_the_new_one(tmp_path, monkeypatch):
    """A few moments; the campaign has two hundred at random."""
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path, {"good": {}})
    assert once.made(job(tmp_path, "good"))[1] == 0
    killed = [kill_run(tmp_path, "good", seconds, parent=parent)
              for seconds, parent in ((0.1, False), (0.9, False), (0.7, True))
    ]  # fmt: skip
    assert sum(killed) >= 2
    assert once.made(job(tmp_path, "good"))[1] == 0


def test_a_full_disk_is_named_and_leaves_the_old_report(tmp_path, monkeypatch):
    """No file may grow beyond 2 KiB: the record fits, the page does not."""
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path, {"good": {}})
    assert once.made(job(tmp_path, "good"))[1] == 0
    before = whole(tmp_path, "good")
    limited = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))}
    command = [sys.executable, "-m", "ripple.reports.scheduled.once"]
    with begun(tmp_path, command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **limited) as process:
        process.stdin.write(job(tmp_path, "good").line().encode())
        process.stdin.flush()
        record = json.loads(process.stdout.readline())
        assert process.wait(30) == 1
    assert record["status"] == "not written" and "could not be written" in record["error"]
    assert str(tmp_path) in record["error"] and whole(tmp_path, "good") == before
    hidden = [path.name for path in (tmp_path / "outputs" / "good").iterdir() if path.name.startswith(".")]
    assert hidden == [".lock"]


def test_a_history_that_cannot_be_written_is_named(tmp_path):
    """A file in the place of the folder."""
    folder_of(tmp_path, {"good": {}})
    (tmp_path / "outputs").mkdir()
    (tmp_path / "outputs" / "history").write_text("a file")
    record, code = once.made(job(tmp_path, "good"))
    assert code == 1 and record.status == "not written" and "history" in record.error


def test_a_published_report_is_delivered_once_and_stands_where_that_fails(tmp_path, monkeypatch):
    """Mail arrives; a webhook that nobody set is named, the report stands, and the exit status says so."""
    folder_of(tmp_path, {"good": {}})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RIPPLE_SLACK_WEBHOOK", raising=False)
    with serving(Mail()) as server:
        mail = {"to": ["pm@example.com"], "from": "a@example.com", "server": f"127.0.0.1:{server.port}", "tls": "none"}
        asked = replace(job(tmp_path, "good"), deliver=({"email": mail}, {"slack": "RIPPLE_SLACK_WEBHOOK"}))
        for status in ("sent", "already sent"):
            record, code = once.made(asked)
            assert code == 1 and record.status == "published" and whole(tmp_path, "good") is not None
            assert [one["status"] for one in record.delivered] == [status, "failed"]
            assert record.delivered[1]["error"].startswith("The environment variable RIPPLE_SLACK_WEBHOOK is not set.")
    assert len(server.messages) == 1
    assert "Not delivered: The environment variable" in told(tmp_path, "history")[0]


def test_a_damaged_record_is_shown_and_stops_nothing(tmp_path):
    """Half a file, and one that is no record."""
    history = History(tmp_path / "outputs", "good")
    record = history.began("good", "plan", {})
    history.keep(record)
    path = history.folder / f"{record.run}.json"
    for text in (path.read_text()[:50], "[]", '{"run": 1}', json.dumps(json.loads(path.read_text()) | {"began": "x"})):
        path.write_text(text)
        assert [one.status for one in history.records()] == ["unreadable"] and history.last() is None
    (history.folder / ".started").write_text("{")
    with history.at_work(history.began("good", "plan", {})):
        pass
    assert [path.name for path in history.folder.iterdir() if path.name.startswith(".")] == [".lock"]
