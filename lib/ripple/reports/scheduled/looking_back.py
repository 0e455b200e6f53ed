"""What was run, as people read it: a table for the terminal, or CSV and JSON for other programs."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from ripple.reports.escape import label
from ripple.reports.notebook_run import DONE
from ripple.reports.publish import csv_of, json_of
from ripple.reports.scheduled.history import History, Record, names

LONGEST_HEADLINE = 90
LONGEST_ERROR = 1000
NOTHING = "No report was run by name or by schedule yet."


def records_of(outputs: Path, chosen: Sequence[str] = ()) -> list[Record]:
    """The records of the reports of these names, or of all, newest first."""
    every = [record for name in chosen or names(outputs) for record in History(outputs, name).records()]
    return sorted(every, key=lambda record: (record.run, record.name), reverse=True)


def as_table(records: Sequence[Record]) -> str:
    """The records as lines of equal columns; times are those of the wall clock here.

    >>> from ripple.reports.scheduled.history import Record
    >>> print(as_table([Record("weekly", "20270104-070000-000000", "01_roadmap", "plans", error="A cell failed.")]))
    name    when  status   seconds  what it says
    weekly        stopped           A cell failed.
    """
    if not records:
        return NOTHING
    rows = [("name", "when", "status", "seconds", "what it says"), *map(_row, records)]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return "\n".join(_line(row, widths) for row in rows)


def _row(record: Record) -> tuple[str, ...]:
    when = f"{record.when.astimezone():%Y-%m-%d %H:%M}" if record.began else ""
    seconds = f"{record.seconds:.1f}" if isinstance(record.seconds, int | float) else ""
    undelivered = [f"Not delivered: {one.get('error')}" for one in record.delivered if one.get("error")]
    said = label(record.headline or "", LONGEST_HEADLINE) if record.status == DONE else record.error
    words = " ".join([str(said or ""), *undelivered])
    return record.name, when, label(record.status, 20), seconds, label(words, LONGEST_ERROR)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    name, when, status, seconds, words = row
    first = f"{name:<{widths[0]}}  {when:<{widths[1]}}  {status:<{widths[2]}}  {seconds:>{widths[3]}}  {words}"
    return first.rstrip()


def as_csv(records: Sequence[Record]) -> str:
    """The single values of the records as CSV."""
    rows = [{key: value for key, value in asdict(record).items() if not isinstance(value, dict | tuple | list)}
            for record in records]  # fmt: skip
    columns = list(rows[0]) if rows else list(asdict(Record("", "", "", "")))
    return csv_of(pd.DataFrame(rows, columns=columns, dtype=object))


def as_json(records: Sequence[Record]) -> str:
    """The records in full as a list in JSON."""
    return json_of([asdict(record) for record in records])
