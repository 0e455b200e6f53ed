"""What changed since the previous run of the same report, from what that run kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ripple.analysis.changes import Changes, Luck, sentences, what_changed
from ripple.analysis.changes.clauses import Labels, cell, clause
from ripple.analysis.changes.edits import CHANGED
from ripple.analysis.changes.followed import DATES, KEPT, KEPT_WITHOUT, NET, P50, P85, Name
from ripple.analysis.changes.study import Move, shown_day
from ripple.analysis.comparison import Comparison
from ripple.analysis.replications import Replications
from ripple.errors import InputError
from ripple.reports.kept_inputs import ROADMAP, SCENARIO, kept
from ripple.reports.outputs import MANIFEST
from ripple.reports.publish import previous_run
from ripple.roadmap.model import Roadmap
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import Scenario, deal_scenario, load_scenario

if TYPE_CHECKING:
    import pandas as pd

FILE = "changes.json"
WHAT = {
    P50: "date met with 50%",
    P85: "date met with 85%",
    KEPT: "chance to be on time",
    KEPT_WITHOUT: "chance to be on time without it",
    NET: "net value",
}
MOVES_COLUMNS = (
    *("what", "deal", "feature", "before", "now", "by edits", "by edits, lower 95%", "by edits, upper 95%"),
    *("by the program", "by luck", "beyond the noise"),
)
UNREADABLE = "What the previous report was made from can no longer be read, so what changed since then is not known."


@dataclass(frozen=True, eq=False)
class SinceLast:
    """What is to be told of the time since the previous run.

    Attributes:
        since: The previous run's name, which begins with its date.
        sentences: What changed, in words.
        changes: What changed, in numbers; None where the previous run's inputs cannot be read.
    """

    since: str
    sentences: tuple[str, ...]
    changes: Changes | None

    @property
    def when(self) -> str:
        """The date and the time of the previous run, in UTC."""
        day, clock = date.fromisoformat(self.since[:8]).isoformat(), self.since[9:13]
        return f"{day}, {clock[:2]}:{clock[2:]} UTC"

    @property
    def record(self) -> dict[str, object]:
        """The same for other programs: sentences, edits, and every number that moved with its parts."""
        found: dict[str, object] = {"since": self.since, "sentences": list(self.sentences)}
        if self.changes is None:
            return found
        labels = Labels(self.changes.before[0], self.changes.after[0])
        causes = [clause(step, labels) for step in self.changes.steps]
        moved = [move for move in self.changes.moves if move.before != move.after or any(move.parts)]
        headings = ("file", "row", "column", "before", "after")
        return {
            **found,
            "edits": [dict(zip(headings, row, strict=True)) for row in edit_rows(self.changes)],
            "moves": [_move_record(move, causes) for move in moved],
        }


def since_last(world: Replications | Comparison) -> SinceLast | None:
    """What changed since the previous run; None if nothing did, or if there is none to compare with.

    Args:
        world: What the report is about: the plan alone, or the worlds with and without a scenario.
    """
    run = previous_run()
    if run is None or kept(run, ROADMAP) is None:
        return None
    try:
        changes = _changes(world, _last(run, compared=isinstance(world, Comparison)))
    except InputError:
        return SinceLast(run.name, (UNREADABLE,), None)
    return None if changes.nothing else SinceLast(run.name, tuple(sentences(changes)), changes)


@dataclass(frozen=True)
class _Last:
    """What the previous run was made from and what it said."""

    roadmap: Roadmap
    scenario: Scenario | None
    luck: Luck
    said: Mapping[Name, float]
    version: str


def _last(run: Path, *, compared: bool) -> _Last:
    """The previous run, read; the number of its simulations is the one that was reached.

    Raises:
        InputError: It cannot be read, or it was made by another notebook.
    """
    manifest, summary = _json(run / MANIFEST), _json(run / "summary.json")
    folder, file = kept(run, ROADMAP), kept(run, SCENARIO)
    assert folder is not None
    try:
        luck = Luck(int(summary.get("n") or manifest["n"]), int(manifest["seed"]))
        scenario = load_scenario(file.resolve()) if file else deal_scenario(str(manifest["parameters"].get("deal")))
        by = str(manifest["versions"].get("ripple"))
        found = said(summary, compared=compared)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError([UNREADABLE]) from error
    return _Last(load_roadmap(folder.resolve()), scenario if compared else None, luck, found, by)


def _changes(world: Replications | Comparison, last: _Last) -> Changes:
    """Both reports' plans, compared."""
    plan, change = (world.base.roadmap, world.scenario) if isinstance(world, Comparison) else (world.roadmap, None)
    return what_changed(
        last.roadmap,
        plan,
        last.scenario,
        change,
        luck=(last.luck, Luck(world.n, world.seed)),
        said=last.said,
        versions=(last.version, version("ripple")),
    )


def said(summary: Mapping[str, Any], *, compared: bool) -> dict[Name, float]:
    """The numbers in a report's summary, as `ripple.analysis.changes` names them; a date as its ordinal number."""
    columns = {P50: "alternative_p50", P85: "alternative_p85"} if compared else {P50: "p50_date", P85: "p85_date"}
    chances = {KEPT: "alternative", KEPT_WITHOUT: "base"} if compared else {KEPT: "base"}
    found: dict[Name, Any] = {}
    for row in summary.get("features", []):
        for what, column in columns.items():
            day = row.get(column)
            found[what, row["feature"]] = date.fromisoformat(day).toordinal() if day else None
    for row in summary.get("promises", []):
        found |= {(what, row["deal"], row["feature"]): row.get(column) for what, column in chances.items()}
    found[NET,] = (summary.get("money") or {}).get("net_mean")
    return {name: float(value) for name, value in found.items() if value is not None and isfinite(value)}


def edit_rows(changes: Changes) -> list[tuple[str, str, str, str, str]]:
    """Every edit: file, row, column, before, after."""
    rows = []
    for edit in changes.edits:
        whole = edit.kind != CHANGED and not isinstance(edit.before or edit.after, str | int | float)
        values = ("", f"row {edit.kind}") if whole else (cell(edit.before), cell(edit.after))
        rows.append((edit.file, ", ".join(edit.key), edit.column, *values))
    return rows


def moves_frame(changes: Changes) -> "pd.DataFrame":
    """Every number that moved, the noisy ones too: a row each; dates are ISO and their shifts days, chances 0-1."""
    import pandas as pd

    rows = []
    for move in changes.moves:
        if move.before != move.after or any(move.parts):
            before, after = _ends(move)
            name = (*move.name[1:], "", "")
            deal, feature = ("", name[0]) if move.name[0] in DATES else name[:2]
            known = isfinite(move.lower)
            span = (move.lower, move.upper) if known else (None, None)
            shifts = (move.planned, *span, move.program, move.luck)
            rows.append((WHAT[move.name[0]], deal, feature, before, after, *shifts, move.told))
    return pd.DataFrame(rows, columns=list(MOVES_COLUMNS))


def _move_record(move: Move, causes: list[str]) -> dict[str, object]:
    """A number's move; dates are ISO and their parts days, chances are 0-1."""
    before, after = _ends(move)
    return {
        "what": move.name[0],
        "of": list(move.name[1:]),
        "before": before,
        "after": after,
        "program": move.program,
        "luck": move.luck,
        "parts": [{"because": words, "part": part} for words, part in zip(causes, move.parts, strict=True) if part],
        "detectable": move.told,
    }


def _ends(move: Move) -> tuple[str | float, str | float]:
    """What a number was and is; a date in ISO."""
    if move.name[0] not in DATES:
        return move.before, move.after
    first, last = (date.fromordinal(shown_day(end)).isoformat() for end in (move.before, move.after))
    return first, last


def _json(path: Path) -> Any:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
