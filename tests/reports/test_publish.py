"""What a notebook hands over, and how a run is published: whole or not at all."""

import errno
import os
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ripple.errors import InputError
from ripple.reports import outputs, publish
from tests.reports.test_escape import ATTACKS

KILLS = """
import os, random, signal, sys, time
from pathlib import Path
from ripple.reports.outputs import damage, latest, shelf
from ripple.reports.publish import write_file

folder, choose = Path(sys.argv[1]), random.Random(0)

def publish_for_ever():
    number = 0
    while True:
        number += 1
        with shelf(folder, "plan") as place, place.workplace() as work:
            for name in ("report.html", "notebook.ipynb", "summary.json"):
                write_file(work / name, f"{number} " * 20000)
            place.publish(work, {"number": number})

for _ in range(20):
    child = os.fork()
    if child == 0:
        publish_for_ever()
    time.sleep(0.02 + choose.random() * 0.1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    newest = latest(folder, "plan")
    assert newest is None or damage(newest) == [], damage(newest)
"""


def run_once(folder, text="hello"):
    """Publish one small run."""
    with outputs.shelf(folder, "plan") as place, place.workplace() as work:
        publish.write_file(work / "report.html", text)
        return place.publish(work, {"n": 1})


def test_without_a_report_nothing_is_written(tmp_path, monkeypatch):
    """A notebook opened by hand calls the same functions and leaves no files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(publish.FOLDER, raising=False)
    publish.save_table(pd.DataFrame({"a": [1]}), "a")
    publish.save_summary({"headline": "x"})
    assert list(tmp_path.iterdir()) == []


def test_tables_keep_numbers_and_tame_text(tmp_path, monkeypatch):
    """Numbers in full, missing values blank, dates ISO, formulas quoted, line ends of one kind."""
    monkeypatch.setenv(publish.FOLDER, str(tmp_path))
    frame = pd.DataFrame({
        "=name": ["=1+1", "-1", "007", None], "x": [0.1 + 0.2, -1.0, np.nan, 1e300], "k": [1, -2, 3, 4],
        "d": [date(2026, 1, 5), None, date(2026, 1, 12), date(2026, 1, 19)], "b": [True, False, True, False],
    })  # fmt: skip
    publish.save_table(frame, "slips")
    assert (tmp_path / "tables" / "slips.csv").read_bytes().decode().split("\n") == [
        "'=name,x,k,d,b",
        "'=1+1,0.30000000000000004,1,2026-01-05,True",
        "'-1,-1.0,-2,,False",
        "007,,3,2026-01-12,True",
        ",1e+300,4,2026-01-19,False",
        "",
    ]


def test_every_attack_comes_back_as_text(tmp_path, monkeypatch):
    """A table of attacks can be read again, row by row, and none begins like a formula."""
    monkeypatch.setenv(publish.FOLDER, str(tmp_path))
    publish.save_table(pd.DataFrame({"name": ATTACKS}), "names")
    read = pd.read_csv(tmp_path / "tables" / "names.csv", dtype=str, keep_default_na=False)
    assert len(read) == len(ATTACKS)
    assert not read["name"].str.startswith(tuple("=+-@\t\r")).any()


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "A", "x" * 65])
def test_a_table_cannot_leave_its_folder(name):
    """A table's name is a plain word."""
    with pytest.raises(ValueError, match="cannot name a table"):
        publish.save_table(pd.DataFrame(), name)


def test_summaries_are_strict_json():
    """What JSON cannot say becomes null; numbers of any library become plain ones."""
    text = publish.json_of({"a": float("nan"), "b": np.int64(3), "c": np.array([1.5, np.inf]), "d": date(2026, 1, 5)})
    assert text == '{\n  "a": null,\n  "b": 3,\n  "c": [\n    1.5,\n    null\n  ],\n  "d": "2026-01-05"\n}\n'


@pytest.mark.parametrize("parts", [("..", "x"), ("a" * 100,), ("план",), ("failed",), ("latest",), ("a/../../b",)])
def test_a_slug_is_a_slug(parts):
    """Whatever the names, the folder is `[a-z0-9-]`, at most 64, and none of ours."""
    slug = outputs.slug_of(*parts)
    assert 0 < len(slug) <= 64 and set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug not in ("failed", "latest")


def test_names_that_cannot_be_written_stay_apart():
    """Two scenarios that leave the same letters behind do not share a folder."""
    assert outputs.slug_of("a", "план") != outputs.slug_of("a", "план б")


def test_a_run_is_published_whole(tmp_path):
    """`latest` leads to the run, its manifest fits, and nothing hidden is left but the lock."""
    run = run_once(tmp_path)
    assert outputs.latest(tmp_path, "plan").resolve() == run.resolve()
    assert outputs.damage(run) == []
    assert {path.name for path in (tmp_path / "plan").iterdir()} == {".lock", "latest", run.name}


def test_damage_is_found(tmp_path):
    """A changed, missing or added file shows against the manifest."""
    run = run_once(tmp_path)
    (run / "report.html").write_text("changed")
    (run / "extra").write_text("added")
    assert outputs.damage(run) == ["extra is missing, new or changed.", "report.html is missing, new or changed."]


def test_old_runs_go(tmp_path):
    """Ten runs stay; the newest is among them."""
    runs = [run_once(tmp_path, str(number)) for number in range(13)]
    kept = sorted(path.name for path in (tmp_path / "plan").iterdir() if outputs.RUN.fullmatch(path.name))
    assert kept == [run.name for run in runs[-10:]]


def test_a_second_run_of_the_same_report_says_so(tmp_path):
    """Whoever comes second is told at once."""
    with outputs.shelf(tmp_path, "plan"), pytest.raises(outputs.Busy), outputs.shelf(tmp_path, "plan"):
        pass


def test_what_killed_runs_left_is_cleared(tmp_path):
    """A hidden folder without a living run goes when the next one starts."""
    (tmp_path / "plan" / ".20200101-000000-000000" / "tables").mkdir(parents=True)
    run_once(tmp_path)
    assert not (tmp_path / "plan" / ".20200101-000000-000000").exists()


@pytest.mark.skipif(os.name != "posix", reason="symbolic links need a privilege on Windows")
def test_links_are_refused(tmp_path):
    """A report's folder that is a symbolic link could lead anywhere."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "plan").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="link"):
        run_once(tmp_path)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_full_disk_leaves_the_previous_report(tmp_path, monkeypatch):
    """When a write fails, the error names the path, the old run stands, and no half of the new one is left."""
    first = run_once(tmp_path)

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"No space left on device: .*report\.html"):
        run_once(tmp_path)
    assert outputs.latest(tmp_path, "plan").resolve() == first.resolve() and outputs.damage(first) == []
    assert {path.name for path in (tmp_path / "plan").iterdir()} == {".lock", "latest", first.name}


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_kill_at_any_moment_leaves_the_old_run_or_the_new_one(tmp_path):
    """Killed twenty times at random moments: `latest` verifies each time and no lock is stuck."""
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", KILLS, str(tmp_path)]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": paths}, check=True, timeout=60)
    run_once(tmp_path)
    assert all(outputs.damage(run) == [] for run in (tmp_path / "plan").iterdir() if outputs.RUN.fullmatch(run.name))
