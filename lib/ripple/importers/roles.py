"""What the columns of a tracker's export hold: headings in any spelling, to roles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ripple.importers.cleaning import normal
from ripple.importers.linkwords import Reading, read_heading
from ripple.importers.mapping import Choices
from ripple.importers.records import DATES

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "key": ("issue key", "key", "issuekey", "id"),
    "id": ("issue id", "id", "uuid"),
    "title": ("summary", "title", "name"),
    "type": ("issue type", "issuetype", "type", "work type"),
    "status": ("status", "state"),
    "category": ("status category", "status type"),
    "resolution": ("resolution",),
    "assignee": ("assignee",),
    "project": ("project name", "project", "project key"),
    "rank": ("custom field rank", "rank"),
    "created": ("created", "created at", "created date"),
    "started": ("started", "started at"),
    "updated": ("updated", "updated at", "last viewed"),
    "resolved": ("resolved", "completed", "resolution date", "closed", "completed at"),
    "due": ("due date", "due", "custom field due date"),
}
"""The first heading that is there, and not empty in a row, is taken."""

PARENTS = (
    "parent key", "parent", "parent id", "parent issue", "custom field epic link", "epic link",
    "custom field parent link", "parent link",
)  # fmt: skip
SPRINTS = ("sprint", "sprints", "custom field sprint", "cycle name")
VERSIONS = ("fix version s", "fix versions", "fix version", "fixversion s", "fixversions", "project milestone")
LABELS = ("labels", "label", "component s", "components", "component")
EXTRA = ("priority", "component s", "components", "component", "project", "initiatives", "roadmaps", "milestone")
TEAM = re.compile(r"(?:custom field )?(?:\w+ )?(?:team|squad|scrum team|tribe)(?: name| s)?")
POINTS = re.compile(
    r".*(?:story ?points?|story ?pts|estimate points|point estimate|t ?shirt)\b.*|"
    r"(?:custom field )?(?:points?|sp|estimate|size)"
)
NO_POINTS = re.compile(r".*\b(?:changed|history|sum|original story)\b.*")
TIMES = ("original estimate", "remaining estimate", "time spent", "σ original estimate")
SPRINT_TEXT = re.compile(r"\bname=([^,\]]+)")


@dataclass(frozen=True)
class Roles:
    """Where the cells of an issue are.

    Attributes:
        one: By role, the columns of its headings, best first.
        links: Of each column of links: its number, its heading, its type and its meaning.
        used: Every column of which the whole text goes into a table; the others are kept beside the plan.
    """

    one: Mapping[str, tuple[int, ...]]
    parents: tuple[int, ...]
    sprints: tuple[int, ...]
    versions: tuple[int, ...]
    labels: tuple[int, ...]
    teams: Mapping[int, str]
    estimates: Mapping[int, str]
    links: tuple[tuple[int, str, str, Reading], ...]
    extra: Mapping[int, str]
    used: frozenset[int]


def find_roles(headings: Sequence[str], choices: Choices) -> Roles:
    """The roles of the columns of an export.

    >>> roles = find_roles(["Summary", "Issue key", "Sprint", "Sprint", "Custom field (Story Points)"], Choices())
    >>> roles.one["title"], roles.sprints, dict(roles.estimates)
    ((0,), (2, 3), {4: 'Custom field (Story Points)'})
    """
    names = [normal(heading) for heading in headings]
    one = {role: tuple(_where(names, spellings)) for role, spellings in HEADINGS.items()}
    if one["key"]:
        one["key"] = one["key"][:1]
        one["id"] = tuple(number for number in one["id"] if number not in one["key"])
    links = tuple(_links(headings, choices))
    teams: dict[int, str] = {
        n: headings[n] for n, name in enumerate(names) if name == choices.team or TEAM.fullmatch(name)
    }
    estimates = {n: headings[n] for n, name in enumerate(names) if name == choices.effort or _is_estimate(name)}
    named = (_where(names, spellings) for spellings in (PARENTS, SPRINTS, VERSIONS, LABELS))
    parents, sprints, versions, labels = map(tuple, named)
    extra = {n: names[n] for n in _where(names, EXTRA)}
    firsts = [numbers[:1] for role, numbers in one.items() if role not in DATES]
    groups = (*firsts, parents, sprints, versions, labels, *map(_unrepeated, (teams, estimates, extra)))
    used = frozenset(number for group in (*groups, [n for n, *_ in links]) for number in group)
    return Roles(one, parents, sprints, versions, labels, teams, estimates, links, extra, used)


def _unrepeated(columns: Mapping[int, str]) -> list[int]:
    """The first column of each heading."""
    return list({heading: number for number, heading in reversed(list(columns.items()))}.values())


def _where(names: Sequence[str], spellings: Sequence[str]) -> Iterator[int]:
    return (number for spelling in spellings for number, name in enumerate(names) if name == spelling)


def _is_estimate(name: str) -> bool:
    return bool(name in TIMES or (POINTS.fullmatch(name) and not NO_POINTS.fullmatch(name)))


def _links(headings: Sequence[str], choices: Choices) -> Iterator[tuple[int, str, str, Reading]]:
    for number, heading in enumerate(headings):
        if found := read_heading(heading):
            kind, reading = found
            if said := choices.links.get(normal(kind)):
                outward = Reading("" if said == "none" else said)
                reading = outward.turned if heading.strip()[:2].casefold() == "in" else outward
            yield number, heading, kind, reading


def sprint_name(text: str) -> str:
    """The name of a sprint, also where a server prints its whole object.

    >>> sprint_name("com.atlassian.Sprint@1f[id=7,state=CLOSED,name=NW Sprint 4,goal=]"), sprint_name("NW Sprint 4")
    ('NW Sprint 4', 'NW Sprint 4')
    """
    match = SPRINT_TEXT.search(text) if "[" in text else None
    return (match[1] if match else text).strip()
