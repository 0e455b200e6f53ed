"""What reports said of promises on earlier days: from the runs that stand, and from the records of those that are gone.

A statement's day is the day that the report was about, where it says so, else the day on which it was made.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ripple.alignment.ledger import Key, Statement
from ripple.errors import InputError
from ripple.reports.kept_inputs import ROADMAP, kept
from ripple.reports.notebook_run import DONE
from ripple.reports.outputs import FAILED, HISTORY, MANIFEST, RUN
from ripple.reports.publish import report_folder
from ripple.reports.scheduled.history import History, names
from ripple.roadmap.reader import load_roadmap

DAY = "day"
"""In a summary: the day that the report is about, as an ordinal number."""


def statements(roadmap: str, outputs: Path | None = None) -> list[Statement]:
    """What was said of a roadmap's promises, the oldest first.

    Args:
        roadmap: The roadmap as the report names it. Others of the same folder name count as the same.
        outputs: Where reports stand; None: where this one is being made, and nothing in a notebook opened by hand.
    """
    place = outputs or _outputs()
    if place is None or not place.is_dir():
        return []
    runs = dict(_runs(place, Path(roadmap).name))
    records = {key: one for key, one in _records(place, Path(roadmap).name).items() if key not in runs}
    found = sorted({**records, **runs}.items(), key=lambda pair: (pair[1].day, pair[0].rpartition("/")[2]))
    return [one for _, one in found if one.chances or one.done]


def said_on(summary: Mapping[str, Any]) -> date | None:
    """The day that a report says it is about."""
    day = summary.get(DAY)
    return date.fromordinal(day) if type(day) is int and 1 <= day <= date.max.toordinal() else None


def _outputs() -> Path | None:
    folder = report_folder()
    return folder.resolve().parent.parent if folder else None


def _runs(outputs: Path, roadmap: str) -> Iterator[tuple[str, Statement]]:
    """What the runs that stand say: `<slug>/<run>` and the statement."""
    slugs = (path for path in sorted(outputs.iterdir()) if path.is_dir() and path.name not in (FAILED, HISTORY))
    for run in (run for slug in slugs for run in sorted(slug.iterdir()) if RUN.fullmatch(run.name)):
        summary, manifest = _json(run / "summary.json"), _json(run / MANIFEST)
        if _is_of(manifest.get("parameters"), roadmap):
            day = said_on(summary) or datetime.strptime(run.name[:8], "%Y%m%d").replace(tzinfo=UTC).date()
            yield f"{run.parent.name}/{run.name}", Statement(day, _chances(summary), _done(run))


def _records(outputs: Path, roadmap: str) -> dict[str, Statement]:
    """What the records of runs say, by the folder of the run."""
    records = [record for name in names(outputs) for record in History(outputs, name).records()]
    return {
        record.folder or f"{record.name}/{record.run}": Statement(
            said_on(record.numbers) or record.when.date(),
            _chances({**record.numbers, "scenario": record.parameters.get("deal")}),
        )
        for record in records
        if record.status == DONE and _is_of(record.parameters, roadmap)
    }


def _is_of(parameters: object, roadmap: str) -> bool:
    return isinstance(parameters, Mapping) and Path(str(parameters.get("roadmap", ""))).name == roadmap


def _chances(summary: Mapping[str, Any]) -> dict[Key, float]:
    """The chance of each promise: without a scenario if its deal is signed, else with its own deal signed alone."""
    found: dict[Key, float] = {}
    rows = summary.get("promises")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, Mapping):
            key = str(row.get("deal")), str(row.get("feature"))
            own = DAY in summary or summary.get("scenario") == key[0]
            p = row.get("base") if row.get("base") is not None or not own else row.get("alternative")
            if isinstance(p, int | float) and 0 <= p <= 1:
                found[key] = float(p)
    return found


def _done(run: Path) -> frozenset[str] | None:
    """The features that were done when a run was made; None where its tables can no longer be read."""
    folder = kept(run, ROADMAP)
    try:
        features = load_roadmap(folder.resolve()).features if folder else None
    except InputError:
        return None
    return None if features is None else frozenset(one.name for one in features if one.status == "done")


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
