"""A folder with reports to run, and what is seen of the processes that run them.

The cells import nothing of Ripple's, which takes longer than all else that is tested here.
"""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from ripple.reports import outputs
from ripple.reports.scheduled.job import Job

MARK = "RIPPLE_TEST_FOLDER"
"""A variable by which every process that a test started is known, whoever started it in between."""

PARAMETERS = 'roadmap: str = "plan"  # a folder\nn: int = 3  # a number\n'
GOOD = """import json, os, pathlib
summary = {"headline": f"{n} is the number.", "score": n}
_ = pathlib.Path(os.environ["RIPPLE_REPORT_FOLDER"], "summary.json").write_text(json.dumps(summary))"""
CELLS = {
    "good": GOOD,
    "failing": "1 / 0",
    "dead": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "hung": "import time\ntime.sleep(987)",
    "leaving": "import sys\nsys.exit(0)",
    "mistaken": "class InputError(ValueError): pass\nraise InputError('deals.csv, row 2: blank. Write it.')",
}


def folder_of(place, reports, **settings):
    """A reports file, a roadmap's folder, and a notebook for each cell."""
    (place / "plan").mkdir(parents=True)
    (place / "plan" / "teams.csv").write_text("team,engineers\n")
    for name, cell in CELLS.items():
        cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new_code_cell(cell)]
        nbformat.write(new_notebook(cells=cells), str(place / f"{name}.ipynb"))
    entries = [{"name": name, "notebook": f"{name}.ipynb", "roadmap": "plan"} | more
               for name, more in reports.items()]  # fmt: skip
    (place / "reports.yml").write_text(json.dumps(settings | {"reports": entries}))  # JSON is YAML
    return place


def environment_of(place):
    """Our environment, with this `ripple`, and the mark of the folder."""
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**os.environ, "PYTHONPATH": paths, MARK: str(place), "TMPDIR": str(place)}


def ripple(place, *words, **options):
    """Run the command line in a folder, to its end."""
    command = [sys.executable, "-m", "ripple", *words]
    seen = {"capture_output": True, "text": True, "timeout": 120}
    return subprocess.run(command, cwd=place, env=environment_of(place), check=False, **seen, **options)


def started(place, *words, **options):
    """Start the command line in a folder."""
    return begun(place, [sys.executable, "-m", "ripple", *words], **options)


def begun(place, command, **options):
    """Start a command in a folder."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=place, env=environment_of(place), **(quiet | options))


def job(place, name, timeout=60.0, keep=3, due=None):
    """The job that makes one of the folder's reports."""
    given = {"roadmap": "plan", "n": 3}
    return Job(name, f"{name}.ipynb", given, str(place), str(place / "outputs"), keep, timeout, (), due)


def records(place, name):
    """The records of a report, oldest first, as they stand in their files."""
    files = sorted((place / "outputs" / "history" / name).glob("*.json"))
    return [json.loads(file.read_text()) for file in files]


def processes(place):
    """The processes that run for a folder's tests, by number; what has ended and waits to be seen does not count."""
    wanted, found = f"{MARK}={place}".encode(), []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def none_left(place, seconds):
    """Whether all of a folder's processes end within some seconds."""
    return within(seconds, lambda: not processes(place))


def within(seconds, true):
    """Whether something comes true within some seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def whole(place, name):
    """The newest run of a report, after checking that it is whole; None where there is none."""
    newest = outputs.latest(place / "outputs", name)
    assert newest is None or outputs.damage(newest) == [], f"{newest} is torn"
    return newest


def kill_run(place, name, seconds, *, parent):
    """Start a run, kill it with -9 some seconds after it began to work, and check what must hold afterwards.

    Args:
        place: The folder.
        name: The report.
        seconds: When to kill it.
        parent: Kill the command that was typed, not the process that makes the report.

    Returns:
        Whether it was killed before it came to its end.
    """
    before, known = whole(place, name), len(records(place, name))
    marker = place / "outputs" / "history" / name / ".started"
    earlier = marker.read_bytes() if marker.exists() else b""
    process = started(place, "run", name) if parent else begun(
        place, [sys.executable, "-P", "-m", "ripple.reports.scheduled.once"], stdin=subprocess.PIPE
    )  # fmt: skip
    if not parent:
        process.stdin.write(job(place, name).line().encode())
        process.stdin.flush()
    assert within(60, lambda: marker.exists() and marker.read_bytes() != earlier)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    killed = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()
    # A kernel that is still starting looks for its parent once it has started, which takes a busy machine a while.
    assert none_left(place, 12), "a process was left running"
    newest = whole(place, name)
    assert newest is not None or before is None, "the report that stood is gone"
    if newest == before and not parent:
        assert [one for one in records(place, name)[known:] if one["status"] == "published"] == []
    with outputs.shelf(place / "outputs", name):
        pass  # nothing holds the lock
    return killed
