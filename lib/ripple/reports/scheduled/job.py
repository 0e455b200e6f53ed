"""What one process is told to make, and what it tells when it is done; both travel as one line of JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ripple.reports.scheduled.history import History
from ripple.reports.scheduled.wanted import ReportsFile, Wanted
from ripple.reports.scheduled.when import last_due


@dataclass(frozen=True)
class Job:
    """One report to make now.

    Attributes:
        name: What its folder and its records are called.
        notebook: The notebook's name, or a path relative to `folder`.
        parameters: Values for its parameters, each of the type of its default.
        folder: Where its paths begin.
        outputs: Where it is published.
        keep: How many of its runs stay.
        timeout: Seconds that one cell may take.
        deliver: Where it goes once it is published.
        due: Since when it is due, ISO 8601: nothing is to be made where another process did it since; or None.
    """

    name: str
    notebook: str
    parameters: Mapping[str, object]
    folder: str
    outputs: str
    keep: int
    timeout: float
    deliver: tuple[Mapping[str, Any], ...]
    due: str | None = None

    @property
    def history(self) -> History:
        """The records of this report."""
        return History(Path(self.outputs), self.name)

    def line(self) -> str:
        """The job as one line."""
        return json.dumps(asdict(self)) + "\n"


def job_of(line: str) -> Job:
    """The job that a line tells.

    >>> job = Job("weekly", "01_roadmap", {"n": 64}, "/plans", "/outputs", 10, 600.0, ())
    >>> job_of(job.line()) == job
    True
    """
    tree = json.loads(line)
    return Job(**{**tree, "deliver": tuple(tree["deliver"])})


def job_for(wanted: Wanted, file: ReportsFile, *, due: datetime | None = None) -> Job:
    """The job that makes a wanted report.

    Raises:
        InputError: No such notebook, or a parameter that it does not have or that does not fit.
    """
    from ripple.reports.parameter_check import checked, from_words
    from ripple.reports.render import load_notebook

    own = wanted.notebook.endswith(".ipynb")
    title, source = load_notebook(file.folder / wanted.notebook if own else wanted.notebook)
    return Job(
        wanted.name,
        wanted.notebook,
        checked(source, from_words(source, wanted.parameters), f"{file.path.name}, {wanted.name}: {title}"),
        str(file.folder),
        str(file.outputs),
        file.keep,
        wanted.timeout,
        wanted.deliver,
        due.isoformat() if due else None,
    )


def due_since(wanted: Wanted, outputs: Path, now: datetime) -> datetime | None:
    """Since when a report is due: its last due time if no run came to an end since; never run, it is due at once."""
    if wanted.when is None:
        return None
    last = History(outputs, wanted.name).last()
    if last is None:
        return datetime.fromtimestamp(0, UTC)
    moment = last_due(wanted.when, now)
    return moment if moment is not None and last.when < moment else None
