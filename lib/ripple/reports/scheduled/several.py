"""Several reports at a time, each in a process of its own.

Processes and never threads: a notebook runs in a working folder, and a process has one. Each child holds the end of a
pipe that closes with this process, so that nothing is left running even if this one is killed.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from ripple.reports.outputs import Busy, locked
from ripple.reports.scheduled.history import KILLED, Record
from ripple.reports.scheduled.job import Job

COMMAND = [sys.executable, "-P", "-m", "ripple.reports.scheduled.once"]
PATIENCE = 8.0
"""Seconds that a child has to stop in order."""
_PAUSE = 0.05


@dataclass(frozen=True)
class Outcome:
    """What became of one job: its record, or None where another process had made the report; and the exit status."""

    job: Job
    record: Record | None
    code: int


def run_jobs(jobs: Sequence[Job], at_once: int, tell: Callable[[str], None]) -> list[Outcome]:
    """Make the reports, `at_once` at a time, and say which one starts and which one is done.

    However this ends, no child is left: a request to stop is passed on, and who does not stop in order is killed.
    """
    waiting, done = deque(jobs), list[Outcome]()
    running: list[_Child] = []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_Child(waiting.popleft()))
                tell(f"{running[-1].job.name}: started.")
            time.sleep(_PAUSE)
            for child in [child for child in running if child.process.poll() is not None]:
                running.remove(child)
                done.append(child.outcome())
                tell(f"{child.job.name}: {status_of(done[-1])} ({len(done)} of {len(jobs)}).")
    finally:
        _stop(running)
    return sorted(done, key=lambda outcome: jobs.index(outcome.job))


def exit_status(outcomes: Sequence[Outcome]) -> int:
    """0 if all is well; what all trouble has in common, such as 75 where somebody else is at work; else 1."""
    codes = {outcome.code for outcome in outcomes} - {0}
    return 0 if not codes else codes.pop() if len(codes) == 1 else 1


def status_of(outcome: Outcome) -> str:
    """The outcome in a word or two."""
    return outcome.record.status if outcome.record else "made by another process meanwhile"


class _Child:
    """One report being made."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the outcome)
        self.process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=self.said, stderr=subprocess.DEVNULL, cwd=job.folder,
            start_new_session=True,
        )  # fmt: skip
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(job.line().encode())
            self.process.stdin.flush()

    def outcome(self) -> Outcome:
        """What the child told; where it was killed before it could, what is known."""
        self.let_go()
        self.said.seek(0)
        lines = self.said.read().decode("utf-8", "replace").splitlines()
        self.said.close()
        with suppress(IndexError, ValueError, TypeError):
            return Outcome(self.job, Record(**json.loads(lines[-1])), self.process.returncode)
        if self.process.returncode == 0:
            return Outcome(self.job, None, 0)
        with suppress(OSError, Busy), locked(self.job.history.folder):
            self.job.history.settle()
        return Outcome(self.job, Record(self.job.name, "", self.job.notebook, "", error=KILLED), 1)

    def let_go(self) -> None:
        """Close the pipe: the child stops, if it has not."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()


def _stop(children: Sequence[_Child]) -> None:
    """End every child and what it started."""
    for child in children:
        child.let_go()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        child.outcome()
