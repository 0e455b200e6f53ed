"""What customers and prospects ask for, report and object to: the tables beside the plan in which they are heard.

They are read as strictly as the plan itself. A feature that is nowhere on the roadmap is no mistake in them: it is what
somebody wants and nobody plans.
"""

from dataclasses import dataclass
from pathlib import Path

from ripple.roadmap.alignment_tables import Beside, rows_beside
from ripple.roadmap.model import Roadmap
from ripple.roadmap.rows import TABLES, ObjectionRow, RequestRow, TicketRow
from ripple.roadmap.spelling import alike, shown

WISHES = ("requests", "tickets", "objections")


@dataclass(frozen=True)
class Request:
    """An account asks for a feature. What is None is not known."""

    account: str
    feature: str
    deal: str | None = None
    importance: str | None = None
    arr: float | None = None
    probability: float | None = None
    requested_on: float | None = None


@dataclass(frozen=True)
class Ticket:
    """Support was told of something about a feature; it is open until `closed`."""

    name: str
    feature: str
    account: str | None = None
    severity: str = ""
    opened: float | None = None
    closed: float | None = None


@dataclass(frozen=True)
class Objection:
    """What somebody said against buying, or after a pilot, in a week."""

    date: float
    text: str
    deal: str | None = None
    feature: str | None = None
    feedback: str = ""
    competitor: str = ""


@dataclass(frozen=True)
class Wishes:
    """Everything that was asked for, in table order."""

    requests: tuple[Request, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    objections: tuple[Objection, ...] = ()


def load_wishes(folder: str | Path, roadmap: Roadmap) -> Wishes:
    """What `requests.csv`, `tickets.csv` and `objections.csv` of a roadmap's folder, or its workbook, say.

    Args:
        folder: Where the roadmap was loaded from.
        roadmap: The roadmap: its deals are those that the tables may name.

    Raises:
        InputError: Everything that is wrong, a sentence each.
    """
    found = rows_beside(roadmap, folder, {name: TABLES[name] for name in WISHES})
    found.once("requests", ["account", "deal", "feature"], "Keep one row an account, deal and feature.")
    found.once("tickets", ["ticket"], "Rename or remove one.")
    for table in ("requests", "objections"):
        found.known(table, "deal", roadmap.deal_named, "deals.csv")
    _features_are_spelled_alike(found, roadmap)
    _tickets_close_after_they_open(found)
    found.refuse()
    return Wishes(
        tuple(_request(row) for row in found.rows["requests"]),
        tuple(_ticket(row) for row in found.rows["tickets"]),
        tuple(_objection(row) for row in found.rows["objections"]),
    )


def _features_are_spelled_alike(found: Beside, roadmap: Roadmap) -> None:
    """A feature that differs from one of the roadmap in letter case only would be counted as another."""
    spelled = {alike(name): name for name in roadmap.feature_named}
    for table in WISHES:
        for row in found.rows[table]:
            known = spelled.get(alike(row.feature)) if row.feature else None
            if known and known != row.feature:
                sentence = f"{shown(row.feature)} is {shown(known)} in features.csv. Write it the same way."
                found.problems.add(table, row.row, "feature", sentence)


def _tickets_close_after_they_open(found: Beside) -> None:
    for row in found.rows["tickets"]:
        if row.opened is not None and row.closed is not None and row.closed < row.opened:
            sentence = "before the day on which it was opened. Write a later date, or leave it blank while it is open."
            found.problems.add("tickets", row.row, "closed", sentence)


def _request(row: RequestRow) -> Request:
    asked = (row.account, row.feature, row.deal, row.importance)
    return Request(*asked, row.arr, row.probability, row.requested_on)


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(row.ticket, row.feature, row.account, row.severity, row.opened, row.closed)


def _objection(row: ObjectionRow) -> Objection:
    return Objection(row.date, row.objection, row.deal, row.feature, row.feedback, row.competitor)
