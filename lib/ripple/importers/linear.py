"""Linear's CSV exports: with columns of links or without, and with rows that end early."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.cleaning import normal
from ripple.importers.delimited import open_export
from ripple.importers.findings import Findings
from ripple.importers.jira import KNOWN, Keep, read_tracker_rows
from ripple.importers.linkwords import Reading
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue
from ripple.importers.roles import find_roles
from ripple.roadmap.spelling import listed, shown

LINKS = {
    "blocked by": Reading("needs"),
    "blocks": Reading("blocks"),
    "blocking": Reading("blocks"),
    "related to": Reading(),
    "duplicate of": Reading(),
}
HEADINGS = frozenset(("team", "estimate", "cycle name", "parent issue", "completed", "canceled", *LINKS))


def read_linear_csv(path: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    """The issues of a CSV export of Linear, in its order; cells without a role go to `keep`.

    Raises:
        InputError: The file is not such an export.
    """
    export = open_export(path, KNOWN | HEADINGS)
    findings.headings |= dict.fromkeys(export.headings)
    roles = find_roles(export.headings, choices)
    if not roles.one["key"] or not roles.one["title"]:
        found = listed(map(shown, export.headings))
        raise InputError([f"{export.place}, row {export.header_row}: no columns 'ID' and 'Title' among {found}."])
    names = [normal(heading) for heading in export.headings]
    links = tuple(
        (number, export.headings[number], export.headings[number], _chosen(name, choices))
        for number, name in enumerate(names)
        if name in LINKS
    )
    canceled = next((number for number, name in enumerate(names) if name == "canceled"), None)
    used = roles.used | {number for number, *_ in links} | ({canceled} if canceled is not None else set())
    roles = replace(roles, links=(*roles.links, *links), used=used, extra=_with(roles.extra, canceled))
    for issue in read_tracker_rows(export, roles, findings, keep, may_be_short=True):
        yield replace(issue, resolution="Canceled") if issue.extra.get("canceled") else issue


def _with(extra: Mapping[int, str], column: int | None) -> Mapping[int, str]:
    return extra if column is None else {**extra, column: "canceled"}


def _chosen(name: str, choices: Choices) -> Reading:
    said = choices.links.get(name)
    return LINKS[name] if said is None else Reading("" if said == "none" else said)
