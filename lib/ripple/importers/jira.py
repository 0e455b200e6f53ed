"""Jira's CSV exports, Cloud and Server: repeated columns, columns of links, parents by number or by key."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.delimited import Export, open_export, read_rows
from ripple.importers.findings import Findings
from ripple.importers.mapping import Choices
from ripple.importers.records import DATES, Issue, Leftover, Link
from ripple.importers.roles import (
    HEADINGS,
    LABELS,
    PARENTS,
    SPRINTS,
    TIMES,
    VERSIONS,
    Roles,
    find_roles,
    sprint_name,
)
from ripple.roadmap.spelling import did_you_mean, listed, shown

KNOWN = frozenset(name for names in (*HEADINGS.values(), PARENTS, SPRINTS, VERSIONS, LABELS, TIMES) for name in names)
SEVERAL = re.compile(r"\s*[,;\s]\s*")
A_KEY = re.compile(r"[^\W_][\w.]*-\d+")
NAMES = ("type", "status", "category", "resolution", "assignee", "project")
Keep = Callable[[Leftover], None]


def read_jira_csv(path: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    """The issues of a CSV export of Jira, in its order; cells without a role go to `keep`.

    Raises:
        InputError: The file is not such an export.
    """
    export = open_export(path, KNOWN)
    findings.headings |= dict.fromkeys(export.headings)
    roles = find_roles(export.headings, choices)
    _check(export, roles)
    yield from read_tracker_rows(export, roles, findings, keep, may_be_short=False)


def _check(export: Export, roles: Roles) -> None:
    if not roles.one["key"]:
        near = did_you_mean("Issue key", export.headings)
        among = f"no column 'Issue key' among {listed(map(shown, export.headings))}"
        remedy = near or "Export all fields from Jira."
        raise InputError([f"{export.place}, row {export.header_row}: {among}. {remedy}"])


def read_tracker_rows(
    export: Export, roles: Roles, findings: Findings, keep: Keep, *, may_be_short: bool
) -> Iterator[Issue]:
    """The issues of rows of which the roles are known."""
    reader = _RowReader(export, roles, findings, keep)
    rest = [number for number in range(len(export.headings)) if number not in roles.used]
    for number, row in read_rows(export, may_be_short=may_be_short):
        findings.n_rows += 1
        key = findings.cleaner.name(reader.first(row, roles.one["key"]))
        if not key:
            findings.drop("without a key", f"{export.place}, row {number}")
            continue
        for column in rest:
            if row[column]:
                keep(Leftover(key, export.headings[column], row[column]))
        yield reader.issue(key, number, row)


class _RowReader:
    """Makes issues of rows."""

    def __init__(self, export: Export, roles: Roles, findings: Findings, keep: Keep) -> None:
        self.export, self.roles, self.clean, self.keep = export, roles, findings.cleaner, keep

    def first(self, row: Sequence[str], columns: Sequence[int]) -> str:
        """The first cell that is not blank."""
        return next((text for column in columns if (text := row[column].strip())), "")

    def every(self, row: Sequence[str], columns: Sequence[int]) -> tuple[str, ...]:
        """All cells that are not blank, without repetition."""
        texts = [text for column in columns if (text := row[column].strip())]
        return tuple(dict.fromkeys(map(self.clean.name, texts))) if texts else ()

    def issue(self, key: str, number: int, row: Sequence[str]) -> Issue:
        """The issue of a row."""
        roles, clean = self.roles, self.clean
        one = {role: self.first(row, columns) for role, columns in roles.one.items()}
        names = {role: clean.name(one[role]) for role in NAMES}
        return Issue(
            key=key,
            place=f"{self.export.place}, row {number}",
            title=clean.text(one["title"]),
            rank=one["rank"],
            ids=self.every(row, roles.one["id"]),
            parents=self.every(row, roles.parents),
            sprints=tuple(dict.fromkeys(map(sprint_name, self.every(row, roles.sprints)))),
            versions=self.every(row, roles.versions),
            labels=self.every(row, roles.labels),
            links=tuple(self.links(row)),
            dates={role: one[role] for role in DATES if one[role]},
            estimates=self.named(row, roles.estimates),
            teams=self.named(row, roles.teams),
            extra=self.named(row, roles.extra),
            **names,
        )

    def named(self, row: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
        """Cells by heading; of a repeated heading the first that is not blank."""
        found: dict[str, str] = {}
        for column, heading in columns.items():
            if row[column].strip():
                found.setdefault(heading, self.clean.name(row[column]))
        return found

    def links(self, row: Sequence[str]) -> Iterator[Link]:
        """The links of a row, in the order of the columns."""
        for column, heading, kind, reading in self.roles.links:
            for other in keys_in(row[column]):
                yield Link(heading, kind, self.clean.name(other), reading.meaning, reading.sure)


def keys_in(text: str) -> list[str]:
    """The keys in a cell: one, or several that are separated.

    >>> keys_in("NW-1, NW-2"), keys_in("Pperson04"), keys_in("")
    (['NW-1', 'NW-2'], ['Pperson04'], [])
    """
    written = text.strip()
    parts = [part for part in SEVERAL.split(written) if part]
    return parts if len(parts) > 1 and all(A_KEY.fullmatch(part) for part in parts) else [written] if written else []
