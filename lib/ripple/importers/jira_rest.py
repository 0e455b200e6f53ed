"""Jira's answers in JSON: a search, its pages, or a list of issues."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings
from ripple.importers.jira import Keep
from ripple.importers.linkwords import Reading, read_outward, read_phrase
from ripple.importers.mapping import Choices
from ripple.importers.pages import read_document, text_of, texts_of, walk
from ripple.importers.records import Issue, Leftover, Link
from ripple.importers.roles import POINTS, TEAM, TIMES, sprint_name
from ripple.roadmap.spelling import printable

CLOUD_NAMES = {
    "customfield_10014": "Epic Link", "customfield_10016": "Story point estimate", "customfield_10019": "Rank",
    "customfield_10020": "Sprint", "customfield_10001": "Team", "customfield_10026": "Story Points",
    "customfield_10028": "Story Points",
}  # fmt: skip
"""How a new site of Jira Cloud numbers its fields; used where the answer does not name them."""

SECONDS = {
    "timeoriginalestimate": "Original estimate", "timeestimate": "Remaining estimate", "timespent": "Time spent",
}  # fmt: skip
DATES = {"created": "created", "updated": "updated", "resolutiondate": "resolved", "duedate": "due"}
KNOWN = frozenset(
    ("summary", "issuetype", "status", "resolution", "assignee", "project", "parent", "fixVersions", "labels",
     "components", "issuelinks", "priority", "subtasks", *SECONDS, *DATES)
)  # fmt: skip


def read_jira_json(path: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    """The issues of a JSON answer of Jira, in its order; fields without a role go to `keep`.

    Raises:
        InputError: The file is not such an answer.
    """
    document, place = read_document(path), printable(path.name)
    reader = _Reader(_field_names(document), choices, findings, keep)
    for at, found in walk(document, place, "fields"):
        findings.n_rows += 1
        key = findings.cleaner.name(text_of(found.get("key")))
        if key and isinstance(found["fields"], dict):
            yield reader.issue(key, at, found)
        else:
            findings.drop("without a key or fields", at)


def _field_names(document: Any) -> Mapping[str, str]:
    """What custom fields are called, from the answers that say so (`expand=names`)."""
    pages = document if isinstance(document, list) else [document]
    found = dict(CLOUD_NAMES)
    for page in pages:
        names = page.get("names") if isinstance(page, dict) else None
        if isinstance(names, dict):
            found |= {name: text for name, text in names.items() if isinstance(text, str)}
    return found


class _Reader:
    def __init__(self, names: Mapping[str, str], choices: Choices, findings: Findings, keep: Keep) -> None:
        self.names, self.choices, self.clean, self.keep = names, choices, findings.cleaner, keep
        self.headings = findings.headings

    def issue(self, key: str, place: str, found: Mapping[str, Any]) -> Issue:
        """The issue of an object."""
        fields, clean = found["fields"], self.clean
        custom = self.custom(key, fields)
        status = fields.get("status")
        category = status.get("statusCategory") if isinstance(status, dict) else None
        parent = fields.get("parent")
        parents = [parent.get("key"), parent.get("id")] if isinstance(parent, dict) else [parent]
        return Issue(
            key=key,
            place=place,
            title=clean.text(text_of(fields.get("summary"))),
            type=clean.name(text_of(fields.get("issuetype"))),
            status=clean.name(text_of(status)),
            category=clean.name(text_of(category)),
            resolution=clean.name(text_of(fields.get("resolution"))),
            assignee=clean.name(text_of(fields.get("assignee"))),
            project=clean.name(text_of(fields.get("project"))),
            rank=text_of(custom.get("rank")),
            ids=tuple(filter(None, [text_of(found.get("id"))])),
            parents=self.texts([*parents, custom.get("epic link"), custom.get("parent link")]),
            sprints=tuple(dict.fromkeys(map(sprint_name, self.texts(custom.get("sprint"))))),
            versions=self.texts(fields.get("fixVersions")),
            labels=self.texts([*texts_of(fields.get("labels")), *texts_of(fields.get("components"))]),
            links=tuple(self.links(fields.get("issuelinks"))),
            dates={name: text for field, name in DATES.items() if (text := text_of(fields.get(field)))},
            estimates=self.estimates(fields, custom),
            teams={name: clean.name(text_of(v)) for name, v in custom.items() if self.is_team(name) and text_of(v)},
            extra={"priority": clean.name(text_of(fields.get("priority")))} if fields.get("priority") else {},
        )

    def custom(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that are known by name only; what has no role is kept."""
        found: dict[str, Any] = {}
        for field, value in fields.items():
            if field in KNOWN or value in (None, "", [], {}):
                continue
            name = normal(self.names.get(field, field))
            self.headings[name] = None
            found.setdefault(name, value)
            if not self.has_role(name):
                self.keep(Leftover(key, str(self.names.get(field, field)), text_of(value)))
        return found

    def has_role(self, name: str) -> bool:
        """Whether a field is used."""
        return name in ("rank", "epic link", "parent link", "sprint") or self.is_team(name) or self.is_points(name)

    def is_team(self, name: str) -> bool:
        """Whether a field may name the team."""
        return name == self.choices.team or bool(TEAM.fullmatch(name))

    def is_points(self, name: str) -> bool:
        """Whether a field may hold an estimate."""
        return name == self.choices.effort or name in TIMES or bool(POINTS.fullmatch(name))

    def texts(self, value: Any) -> tuple[str, ...]:
        """Clean texts, without repetition."""
        return tuple(dict.fromkeys(filter(None, map(self.clean.name, texts_of(value)))))

    def estimates(self, fields: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, str]:
        """Estimates by the name of their field."""
        found = {name: self.clean.name(text_of(value)) for name, value in custom.items() if self.is_points(name)}
        found |= {name: text_of(fields[field]) for field, name in SECONDS.items() if fields.get(field) is not None}
        return found

    def links(self, found: Any) -> Iterator[Link]:
        """The links of an issue, with the meaning that their own words give them."""
        for link in found if isinstance(found, list) else []:
            kind = link.get("type") if isinstance(link, dict) else None
            if not isinstance(kind, dict):
                continue
            for side in ("outward", "inward"):
                other = link.get(f"{side}Issue")
                if isinstance(other, dict) and (key := self.clean.name(text_of(other.get("key")))):
                    name, phrase = self.clean.name(text_of(kind.get("name"))), text_of(kind.get(side))
                    reading = self.meaning(name, phrase, outward=side == "outward")
                    yield Link(f"{side} {name}: {phrase}", name, key, reading.meaning, reading.sure)

    def meaning(self, kind: str, phrase: str, *, outward: bool) -> Reading:
        """A person's choice first, then the words of this side, then the name of the type."""
        said = self.choices.links.get(normal(kind))
        if said is None and phrase:
            return read_phrase(phrase)
        reading = read_outward(kind) if said is None else Reading("" if said == "none" else said)
        return reading if outward else reading.turned
