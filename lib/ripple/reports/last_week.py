"""What the last meeting looked at: the tables that its report kept, or a folder that somebody names."""

import json
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ripple.alignment.weekly_sync.week import A_WEEK, Week, load_week
from ripple.analysis.changes import Changes, Luck, sentences, what_changed
from ripple.analysis.changes.followed import Name
from ripple.analysis.replications import Replications
from ripple.errors import InputError
from ripple.reports.changes import UNREADABLE, SinceLast, said
from ripple.reports.kept_inputs import ROADMAP, kept
from ripple.reports.ledger_history import said_on
from ripple.reports.outputs import MANIFEST, RUN
from ripple.reports.publish import previous_run
from ripple.roadmap.bundled import located
from ripple.roadmap.reader import load_roadmap


@dataclass(frozen=True, eq=False)
class LastWeek:
    """The last meeting, and what changed since.

    Attributes:
        day: The day of the last meeting.
        since: The run of its report, or its day where a folder was named.
        week: Its tables; None: they can no longer be read.
        changes: What changed in the plan and what that did; None: not known.
    """

    day: date
    since: str
    week: Week | None = None
    changes: Changes | None = None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What changed, in words; blank where nothing did."""
        return (UNREADABLE,) if self.changes is None else tuple(sentences(self.changes))

    @property
    def record(self) -> dict[str, object]:
        """The same for other programs, as every report tells it."""
        return SinceLast(self.since, self.sentences, self.changes).record


def last_week(world: Replications, today: date, previous: str = "", workers: int | None = None) -> LastWeek | None:
    """The last meeting before today; None: this is the first.

    Args:
        world: This week's plan.
        today: The day of this meeting. Reports of the same day, such as one that was made twice, are passed over.
        previous: A folder with last week's tables; blank: what the last report of this kind kept.
        workers: How many threads share the work.

    Raises:
        InputError: What is wrong in the folder that was named.
    """
    luck = Luck(world.n, world.seed)
    if previous:
        return _since(world, located(previous), today - A_WEEK, (today - A_WEEK).isoformat(), luck, {}, workers)
    for run, day in _runs(today):
        folder, summary, manifest = kept(run, ROADMAP), _json(run / "summary.json"), _json(run / MANIFEST)
        if folder is not None:
            try:
                then = Luck(int(manifest["n"]), int(manifest["seed"]))
                said_then = said(summary, compared=False)
                return _since(world, folder.resolve(), day, run.name, then, said_then, workers)
            except (InputError, KeyError, TypeError, ValueError, AttributeError):
                return LastWeek(day, run.name)
    return None


def _since(
    world: Replications, folder: Path, day: date, since: str, then: Luck, numbers: dict[Name, float],
    workers: int | None,
) -> LastWeek:  # fmt: skip
    before = load_roadmap(folder)
    changes = what_changed(
        before,
        world.roadmap,
        luck=(then, Luck(world.n, world.seed)),
        said=numbers,
        versions=(version("ripple"), version("ripple")),
        workers=workers,
    )
    return LastWeek(day, since, load_week(folder, before, day), changes)


def _runs(today: date) -> list[tuple[Path, date]]:
    """The finished runs of this report that looked at an earlier day, the latest day first."""
    newest = previous_run()
    folder = newest.parent if newest is not None else None
    if folder is None or not folder.is_dir():
        return []
    runs = [run for run in folder.iterdir() if RUN.fullmatch(run.name)]
    dated = [(run, day) for run in runs if (day := said_on(_json(run / "summary.json"))) is not None and day < today]
    return sorted(dated, key=lambda pair: (pair[1], pair[0].name), reverse=True)


def _json(path: Path) -> Any:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def compared(last: LastWeek | None) -> tuple[Week | None, Changes | None]:
    """What the pack compares itself with: the tables of the last meeting, and what changed since."""
    return (None, None) if last is None else (last.week, last.changes)
