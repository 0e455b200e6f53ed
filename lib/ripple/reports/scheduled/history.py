"""One record for each run of a report, failures too: `outputs/history/<name>/<run>.json`.

While a run is at work, its record stands there as a hidden file that already says `stopped`: if the run is killed
nobody needs to notice, for the next one gives that file its name. The right to write is the operating system's lock
on the folder and goes with the process that holds it. Records stay when the runs themselves are long gone.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ripple.reports.escape import label
from ripple.reports.notebook_run import BUSY, STOPPED
from ripple.reports.outputs import HISTORY, RUN, locked, next_run, put
from ripple.reports.publish import json_of

STARTED = ".started"
KILLED = "The run was killed, or the machine stopped, before it ended."
UNREADABLE = "unreadable"
UNFINISHED = (BUSY, STOPPED, UNREADABLE)
"""A report that was not made for these reasons is still due."""


@dataclass(frozen=True)
class Record:
    """One run of a report, as it is remembered.

    Attributes:
        name: The report.
        run: The run, a name that sorts by time.
        notebook: Which notebook was run.
        roadmap: The roadmap as the reports file names it.
        parameters: The values in force; of a run that did not get far, those given.
        seed: The study's seed.
        n: How many replications.
        status: `published`, `failed`, `died`, `timed out`, `exited`, `not written`, `busy` or `stopped`.
        error: What went wrong, in a sentence.
        headline: What the report says first.
        numbers: The report's main numbers, from its summary.
        inputs: The SHA-256 of each input file.
        versions: Of Python, Ripple and the libraries.
        began: When it began: ISO 8601, UTC.
        seconds: How long it took.
        peak_mib: The most memory that one of its processes had, in MiB.
        folder: Where the run stands, or what was kept of it, relative to the outputs.
        delivered: Each place it was to go to: channel, status, error.
    """

    name: str
    run: str
    notebook: str
    roadmap: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    n: int | None = None
    status: str = STOPPED
    error: str | None = KILLED
    headline: str | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str | None] = field(default_factory=dict)
    began: str = ""
    seconds: float | None = None
    peak_mib: int | None = None
    folder: str | None = None
    delivered: tuple[Mapping[str, Any], ...] = ()

    @property
    def when(self) -> datetime:
        """When it began."""
        return datetime.fromisoformat(self.began)


@dataclass(frozen=True)
class History:
    """The records of one report."""

    outputs: Path
    name: str

    @property
    def folder(self) -> Path:
        """Where they stand."""
        return self.outputs / HISTORY / self.name

    def began(self, notebook: str, roadmap: str, parameters: Mapping[str, object]) -> Record:
        """A record of a run that begins now; until it is finished it says that the run was stopped."""
        self.folder.mkdir(parents=True, exist_ok=True)
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S+00:00}"
        return Record(self.name, next_run(self.folder), notebook, roadmap, dict(parameters), began=now)

    @contextmanager
    def at_work(self, record: Record) -> Iterator[None]:
        """Hold the report while its run is at work; a run that was killed before gets its record first.

        Raises:
            Busy: Another process is making this report.
        """
        with locked(self.folder):
            self.settle()
            put(self.folder / STARTED, json_of(asdict(record)))
            yield
            (self.folder / STARTED).unlink(missing_ok=True)

    def settle(self) -> None:
        """Give the record of a killed run its name; the lock must be held."""
        started = self.folder / STARTED
        if started.exists():
            record = self.folder / f"{_read(started, self.name).run}.json"
            if record.exists() or not RUN.fullmatch(record.stem):
                started.unlink()
            else:
                started.replace(record)

    def keep(self, record: Record) -> None:
        """Write a record whole or not at all."""
        put(self.folder / f"{record.run}.json", json_of(asdict(record)))

    def records(self) -> Iterator[Record]:
        """The records, newest first; one that cannot be read has the status `unreadable`."""
        runs = [path for path in self.folder.glob("*.json") if RUN.fullmatch(path.stem)]
        for path in sorted(runs, reverse=True):
            yield _read(path, self.name)

    def last(self) -> Record | None:
        """The newest record of a run that came to an end, good or bad."""
        return next((record for record in self.records() if record.status not in UNFINISHED), None)


def names(outputs: Path) -> list[str]:
    """The reports that have a history."""
    folder = outputs / HISTORY
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _check(record: Record) -> None:
    """Raise a `TypeError` for a record that was damaged, or was written by something else."""
    texts = (record.run, record.notebook, record.roadmap, record.status, record.began)
    perhaps = (record.error, record.headline, record.folder)
    tables = (record.parameters, record.numbers, record.inputs, record.versions, *record.delivered)
    if not (
        all(isinstance(text, str) for text in texts)
        and all(text is None or isinstance(text, str) for text in perhaps)
        and all(isinstance(table, dict) for table in tables)
        and all(isinstance(one, int | float | None) for one in (record.seed, record.n, record.seconds, record.peak_mib))
    ):
        raise TypeError


def _read(path: Path, name: str) -> Record:
    """A record as it was written; what is none says so."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
        known = {one.name for one in fields(Record)}
        record = Record(**{key: value for key, value in tree.items() if key in known})
        _ = record.when.utctimetuple()
        _check(record)
        return replace(record, name=name, delivered=tuple(record.delivered))
    except (OSError, ValueError, TypeError, AttributeError):
        sentence = f"{label(path, 200)} is not a record of a run. Remove it, or restore it."
        return Record(name, path.stem, "", "", status=UNREADABLE, error=sentence)
