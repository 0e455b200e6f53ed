"""What can be shown: the demo environments, and what is in them that works."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ripple.roadmap.alignment_tables import Beside, rows_beside
from ripple.roadmap.model import Roadmap
from ripple.roadmap.rows import TABLES
from ripple.roadmap.spelling import alike, did_you_mean, shown

WORKING, BROKEN, ABSENT = "working", "broken", "missing"
STATUSES = (WORKING, BROKEN, ABSENT)


@dataclass(frozen=True)
class Demo:
    """A feature in a demo environment.

    Attributes:
        environment: Such as `sandbox-a`.
        feature: The feature; one that is not on the roadmap shipped long ago.
        status: `working`, `broken` or `missing`; blank: nobody wrote it down.
        checked_on: The week in which somebody last looked; None: not known.
        note: What to know before showing it.
    """

    environment: str
    feature: str
    status: str = ""
    checked_on: float | None = None
    note: str = ""


def load_demos(folder: str | Path, roadmap: Roadmap) -> tuple[Demo, ...]:
    """What `demos.csv` of a roadmap's folder, or its workbook, says.

    Args:
        folder: Where the roadmap was loaded from.
        roadmap: The roadmap: its features are those that must be spelled alike.

    Raises:
        InputError: Everything that is wrong, a sentence each.
    """
    found = rows_beside(roadmap, folder, {"demos": TABLES["demos"]})
    found.once("demos", ["environment", "feature"], "Keep one row an environment and feature.")
    _check(found, {alike(name): name for name in roadmap.feature_named})
    found.refuse()
    return tuple(
        Demo(row.environment, row.feature, row.status.casefold(), row.checked_on, row.note)
        for row in found.rows["demos"]
    )


def _check(found: Beside, spelled: Mapping[str, str]) -> None:
    for row in found.rows["demos"]:
        if row.status and row.status.casefold() not in STATUSES:
            remedy = did_you_mean(row.status, STATUSES) or "Write working, broken or missing, or leave it blank."
            found.problems.add("demos", row.row, "status", f"{shown(row.status)} is not a status. {remedy}")
        known = spelled.get(alike(row.feature))
        if known and known != row.feature:
            sentence = f"{shown(row.feature)} is {shown(known)} in features.csv. Write it the same way."
            found.problems.add("demos", row.row, "feature", sentence)
