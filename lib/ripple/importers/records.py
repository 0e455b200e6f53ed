"""The nouns of an import: what trackers and sales tools export, before it becomes a roadmap."""

from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = ("jira", "linear", "github", "salesforce")
"""Whose exports can be read."""

DATES = ("created", "started", "updated", "resolved", "due")
"""The dates of an issue."""


@dataclass(frozen=True, slots=True)
class Link:
    """One issue's word about another.

    Attributes:
        said: Where and how it was said, such as `Outward issue link (Blocks)`.
        kind: The type of the link, such as `Blocks`.
        other: The other issue, as it was written.
        meaning: `blocks`: the other needs this one; `needs`: this one needs the other; blank: neither.
        sure: Whether the words settle the direction.
    """

    said: str
    kind: str
    other: str
    meaning: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Issue:
    """One row, or one object, of a tracker's export. Texts are clean; dates and amounts are as written.

    Attributes:
        key: What people call it, such as `NW-12`.
        place: File and row, for messages.
        ids: Other names by which parents and links may mean it.
        category: The tracker's own `to do`, `in progress` or `done`, or blank.
        parents: Whose part it is, as written; the first that is found counts.
        dates: By name, see `DATES`.
        estimates: By column, as written.
        teams: By column, as written.
        extra: More that is shown beside the feature: labels, priority and so on.
    """

    key: str
    place: str
    title: str = ""
    type: str = ""
    status: str = ""
    category: str = ""
    resolution: str = ""
    assignee: str = ""
    project: str = ""
    rank: str = ""
    ids: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    dates: Mapping[str, str] = field(default_factory=dict)
    estimates: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One row of a sales tool's export; cells by what they mean, as written.

    Attributes:
        ident: Its id, or blank.
        place: File and row, for messages.
        cells: By role, see `salesforce.ROLES`.
        mentions: The other texts of the row by column, in which features may be named.
    """

    ident: str
    place: str
    cells: Mapping[str, str]
    mentions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Leftover:
    """A cell that no column of a roadmap holds: kept beside it."""

    owner: str
    column: str
    value: str
