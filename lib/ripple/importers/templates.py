"""`ripple new`: a small roadmap to write over, with a word about every column."""

from collections.abc import Mapping
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.commands import command
from ripple.importers.drafts import draft_beside, move
from ripple.importers.mapping import CREW
from ripple.importers.plan import Table
from ripple.importers.spreadsheet import Sheet, workbook_bytes
from ripple.importers.writing import csv_text, write_text
from ripple.roadmap.cells import shortest
from ripple.roadmap.parameters import FOCUS
from ripple.roadmap.roadmap_yml import MONDAY
from ripple.roadmap.spelling import printable

F, C = shortest(FOCUS.value), str(CREW)
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "teams": {
        "team": "A name.",
        "engineers": "How many people it has: a whole number.",
        "focus": f"The share of a week that reaches the roadmap; {F} is usual, blank counts as 1.",
        "cost_per_week": "What an engineer costs a week; blank is unknown.",
    },
    "features": {
        "feature": "A name, used by the other tables. The order of the rows is the priority.",
        "title": "What people call it; blank is the name.",
        "team": "Who builds it.",
        "effort": "Engineer-weeks that are left, or a size: S, M, L. Blank is the default size, and reports say so.",
        "crew": f"How many people work on it at once; {C} is usual, blank is the whole team.",
        "kind": "innovation, platform or maintenance.",
        "status": "planned, started, done, or unplanned: only a deal brings it in.",
        "target": "The day by which product would like it.",
        "owner": "Who answers for it.",
    },
    "dependencies": {
        "feature": "This feature cannot start ...",
        "needs": "... before this one has shipped.",
        "lag_weeks": "Weeks between the two; blank is 0.",
    },
    "deals": {
        "deal": "A name.",
        "customer": "Who it is with.",
        "signs": "The day it signs, like 2027-01-31.",
        "status": "open, signed or lost. The promises of signed deals are those that a new deal can break.",
        "arr": "What it pays a year; blank is unknown, never zero.",
        "probability": "The chance to win it with the promise, from 0 to 1; blank is unknown.",
        "probability_without": "The chance to win it without the promise.",
    },
    "promises": {
        "deal": "Whose promise.",
        "feature": "What is promised.",
        "due": "The last day on which it is on time.",
        "owner": "Who answers for it.",
    },
    "gaps": {
        "deal": "Whose promise silently assumes ...",
        "feature": "... on this feature (blank: the deal's only promise) ...",
        "team": "... work of this team ...",
        "effort": "... of so many engineer-weeks, or a size.",
        "kind": "missing, auth, format, throughput, performance, security, configuration, architecture or use_case.",
        "found": "The day it comes to light; blank: when something finds it.",
    },
}
ROWS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "teams": (("identity", "3", F, ""), ("data", "4", F, "")),
    "features": (
        ("sso", "Single sign-on", "identity", "M", C, "platform", "", "", "Maya"),
        ("audit", "Audit log", "identity", "8", C, "", "", "", "Maya"),
        ("sync", "Directory sync", "data", "20", C, "", "", "", "Priya"),
        ("reports", "Report builder", "data", "L", C, "", "", "", "Priya"),
    ),
    "dependencies": (("sync", "sso", ""),),
    "deals": (
        ("south", "South Bank", "2026-11-02", "signed", "300000", "", ""),
        ("north", "North Rail", "2027-01-11", "open", "450000", "0.7", "0.4"),
    ),
    "promises": (("south", "reports", "2027-09-30", "Priya"), ("north", "sync", "2027-06-30", "Priya")),
    "gaps": (
        ("north", "sync", "identity", "9", "auth", ""),
        ("north", "sync", "data", "6", "throughput", "2027-02-15"),
    ),
}
SETTINGS = {
    "start": (MONDAY.isoformat(), "The Monday from which the remaining work is simulated."),
    "title": ("My roadmap", "What reports call it."),
    "currency": ("USD", "Of every amount of money."),
    "sizes.S": ("[1, 2, 4]", "Engineer-weeks: low, likely, high."),
    "sizes.M": ("[3, 6, 12]", ""),
    "sizes.L": ("[8, 15, 30]", ""),
    "default_size": ("M", "Assumed where an effort is blank; reports count and name these features."),
}


def new_roadmap(out: Path, *, workbook: bool = False) -> tuple[str, ...]:
    """Write a small roadmap to start from: a folder of CSV files, or one workbook with notes on its headings.

    Args:
        out: A folder that is not there yet, or is empty. A workbook goes into it as `roadmap.xlsx`, unless `out` itself
            ends in `.xlsx`.
        workbook: Whether to write a workbook.

    Returns:
        Sentences: what was written, and what to do next.

    Raises:
        InputError: There is something already.
    """
    out = Path(out)
    as_file = out.suffix.casefold() == ".xlsx"
    if out.exists() and (not out.is_dir() or as_file or any(out.iterdir())):
        raise InputError([f"{printable(out.name)}: there already. Name a new folder."])
    with draft_beside(out) as draft:
        if as_file:
            (draft / out.name).write_bytes(_workbook())
            (draft / out.name).replace(out)
        else:
            _write(draft, workbook=workbook)
            move(draft, out)
    check, report = command("ripple", "check", out), command("report", "02_deal_impact", out, "--deal", "north")
    return (
        f"Wrote {printable(str(out))}: a small example to write over; focus {F}, crew {C}.",
        f"Next: {check}",
        f"Then: {report}",
    )


def _write(draft: Path, *, workbook: bool) -> None:
    if workbook:
        (draft / "roadmap.xlsx").write_bytes(_workbook())
        return
    write_text(draft / "roadmap.yml", settings_text())
    for name, columns in COLUMNS.items():
        write_text(draft / f"{name}.csv", csv_text(Table(tuple(columns), ROWS[name])))
    write_text(draft / "COLUMNS.txt", columns_text())


def _workbook() -> bytes:
    pairs = tuple((key, value) for key, (value, _) in SETTINGS.items())
    notes = {"key": "A setting.", "value": "\n".join(f"{key}: {note}" for key, (_, note) in SETTINGS.items() if note)}
    sheets = {"roadmap": Sheet(("key", "value"), pairs, notes)}
    return workbook_bytes(
        sheets | {name: Sheet(tuple(columns), ROWS[name], columns) for name, columns in COLUMNS.items()}
    )


def settings_text() -> str:
    """`roadmap.yml` with a comment at each line."""
    lines, group = [], ""
    for key, (value, note) in SETTINGS.items():
        name, _, member = key.partition(".")
        if member and name != group:
            lines.append(f"{name}:")
        group = name
        line = f"{'  ' + member if member else name}: {value}"
        lines.append(f"{line:<24}# {note}" if note else line)
    lines += ["# fiscal_year_start: 2     # the month in which the fiscal year starts; 1 if it is left out"]
    lines += ["# holidays: US             # public holidays of a country or region"]
    return "\n".join(lines) + "\n"


def columns_text() -> str:
    """What each column means, table by table."""
    blocks = []
    for name, columns in COLUMNS.items():
        blocks.append("\n".join([f"{name}.csv", *(f"  {column:<22}{note}" for column, note in columns.items())]))
    intro = "One file a table; the first row holds the column names. Only teams.csv and features.csv must be there."
    return "\n\n".join([intro, *blocks]) + "\n"
