"""GitHub's issues in JSON: lists, pages, recorded answers; sub-issues, blocked-by, milestones, labels for sizes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ripple.importers.cleaning import Cleaner, normal
from ripple.importers.findings import Findings
from ripple.importers.jira import Keep
from ripple.importers.mapping import Choices
from ripple.importers.pages import inside, read_document, text_of, texts_of, walk
from ripple.importers.records import Issue, Leftover, Link
from ripple.importers.vocabulary import EPICS
from ripple.roadmap.spelling import printable

REPOSITORY = re.compile(r"(?:https?://[^/]+)?/?(?:api/v3/)?(?:repos/)?([\w.-]+)/([\w.-]+)/?(?:issues.*|pull.*)?")
ABOUT_ONE = re.compile(r"(.*?/issues/\d+)/(sub_issues|dependencies/blocked_by|dependencies/blocking)\b.*")
NUMBER = re.compile(r"/issues/(\d+)")
WORDS = re.compile(
    r"\b(blocked by|depends on|blocks)[:\s]+((?:(?:[\w.-]+/[\w.-]+)?#\d+(?:\s*(?:,|and|&)\s*)?)+)", re.IGNORECASE
)
TASK = re.compile(r"^\s*[-*] \[[ xX]\] ((?:[\w.-]+/[\w.-]+)?#\d+)\b", re.MULTILINE)
REFERENCE = re.compile(r"([\w.-]+/[\w.-]+)?#(\d+)")
SIZE = re.compile(
    r"(?:(?:t-?shirt ?)?(?:size|effort|estimate|complexity|points?|story ?points?|sp)\s*[/:=\s-]\s*)?"
    r"(XXS|XS|S|M|L|XL|XXL|small|medium|large|\d+(?:\.\d+)?)", re.IGNORECASE,
)  # fmt: skip
PLAIN_NUMBER = re.compile(r"\d+(?:\.\d+)?")
TEAM = re.compile(r"(?:team|squad)\s*[/:=\s-]\s*(.+)", re.IGNORECASE)
DATES = {
    "created": ("created_at", "createdAt"), "updated": ("updated_at", "updatedAt"),
    "resolved": ("closed_at", "closedAt"),
}  # fmt: skip
USED = frozenset(
    ("number", "title", "state", "state_reason", "stateReason", "labels", "milestone", "assignee", "assignees", "type",
     "parent", "parent_issue_url", "sub_issues", "subIssues", "blocked_by", "blockedBy", "blocking", "id", "node_id")
) | {name for names in DATES.values() for name in names}  # fmt: skip


@dataclass
class _Relations:
    """What answers say of other issues than those they list: parents and links by the issue that has them."""

    parents: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)

    def add(self, one: str, relation: str, other: str, said: str) -> None:
        """Note that `one` has `other` as its child, needs it, or blocks it."""
        if relation == "child":
            self.parents.setdefault(other, []).append(one)
        else:
            kind = "blocked by" if relation == "needs" else "blocking"
            self.links.setdefault(one, []).append(Link(said, kind, other, relation))


def read_github_json(path: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    """The issues of a JSON answer of GitHub, in its order; fields without a role go to `keep`.

    Raises:
        InputError: The file is not such an answer.
    """
    document, place = read_document(path), printable(path.name)
    relations = _Relations()
    pages = list(_pages(document, place, relations))
    reader = _Reader(findings.cleaner, relations, keep)
    issues: dict[str, Issue] = {}
    for where, repository, page in pages:
        for at, found in walk(page, where, "number"):
            findings.n_rows += 1
            issue = reader.issue(at, repository, found)
            if "pull_request" in found or "/pull/" in text_of(found.get("html_url") or found.get("url")):
                findings.drop("a pull request, not an issue", issue.key)
            elif issue.ids[0] not in issues:
                issues[issue.ids[0]] = issue
            else:
                findings.drop("on several pages, read once", issue.key)
    for name, issue in issues.items():
        parents, links = relations.parents.get(name, []), relations.links.get(name, [])
        chosen = (_chosen(link, choices) for link in (*issue.links, *links))
        yield replace(issue, parents=(*issue.parents, *parents), links=tuple(chosen))


def _chosen(link: Link, choices: Choices) -> Link:
    said = choices.links.get(normal(link.kind))
    return link if said is None else replace(link, meaning="" if said == "none" else said)


def _pages(document: Any, place: str, relations: _Relations) -> Iterator[tuple[str, str, Any]]:
    """Each page with its place and its repository; answers about one issue become relations instead."""
    recorded = isinstance(document, list) and any(isinstance(item, dict) and "response" in item for item in document)
    if not recorded:
        yield place, "", document
        return
    for number, answer in enumerate(document, start=1):
        where = f"{place}, answer {number}"
        address = text_of(answer.get("path")) if isinstance(answer, dict) else ""
        found = inside(answer, where) if isinstance(answer, dict) else answer
        about = ABOUT_ONE.fullmatch(address)
        if about:
            relation = {"sub_issues": "child", "dependencies/blocked_by": "needs"}.get(about[2], "blocks")
            for _, other in walk(found, where, "number"):
                relations.add(_name_at(about[1]), relation, _name(other, ""), f"{about[2].rpartition('/')[2]}")
        else:
            yield where, _repository(address), found


def _repository(address: str) -> str:
    """The repository that an address names, or blank.

    >>> _repository("https://api.github.com/repos/acme/app/issues/7"), _repository("/repositories/1000/issues")
    ('acme/app', '')
    """
    match = REPOSITORY.fullmatch(address.partition("?")[0])
    return f"{match[1]}/{match[2]}" if match and match[1] not in ("repositories", "issues") else ""


def _name_at(address: str) -> str:
    number = NUMBER.search(address)
    return f"{_repository(address)}#{number[1] if number else ''}"


def _name(found: Mapping[str, Any], repository: str) -> str:
    """What an issue is called everywhere: `acme/app#7`, or `#7` where no repository is known."""
    for key in ("repository_url", "html_url", "url"):
        if isinstance(found.get(key), str) and (known := _repository(found[key])):
            repository = known
            break
    return f"{repository}#{text_of(found.get('number'))}"


class _Reader:
    def __init__(self, clean: Cleaner, relations: _Relations, keep: Keep) -> None:
        self.clean, self.relations, self.keep = clean, relations, keep

    def issue(self, place: str, repository: str, found: Mapping[str, Any]) -> Issue:
        """The issue of an object."""
        clean, name = self.clean, _name(found, repository)
        repository, _, number = name.partition("#")
        key = clean.name(f"{repository.rpartition('/')[2] or 'issue'}-{number}")
        labels = tuple(filter(None, map(clean.name, texts_of(_nodes(found.get("labels"))))))
        milestone = found.get("milestone")
        dates = {role: text for role, names in DATES.items() if (text := self.first(found, names))}
        if isinstance(milestone, dict) and (due := self.first(milestone, ("due_on", "dueOn"))):
            dates["due"] = due
        self.relate(name, repository, found)
        self.keep_rest(key, found)
        kind = text_of(found.get("type")) or next((label for label in labels if normal(label) in EPICS), "")
        return Issue(
            key=key,
            place=place,
            title=clean.text(text_of(found.get("title"))),
            type=clean.name(kind),
            status=clean.name(text_of(found.get("state"))).casefold(),
            resolution=clean.name(self.first(found, ("state_reason", "stateReason")).replace("_", " ").casefold()),
            assignee=clean.name(text_of(found.get("assignee")) or text_of(_nodes(found.get("assignees")))),
            project=clean.name(repository.rpartition("/")[2]),
            ids=(name, *filter(None, [text_of(found.get("id")), text_of(found.get("node_id"))])),
            parents=tuple(self.parents(repository, found)),
            versions=(clean.name(text_of(milestone)),) if text_of(milestone) else (),
            labels=labels,
            dates=dates,
            estimates=_estimates(labels),
            teams={"label": team} if (team := _team(labels)) else {},
        )

    def first(self, found: Mapping[str, Any], names: tuple[str, ...]) -> str:
        """The first of some fields that is not blank."""
        return next((text for name in names if (text := text_of(found.get(name)))), "")

    def parents(self, repository: str, found: Mapping[str, Any]) -> Iterator[str]:
        """The issue that this one is a sub-issue of."""
        if isinstance(found.get("parent"), dict) and "number" in found["parent"]:
            yield _name(found["parent"], repository)
        if isinstance(found.get("parent_issue_url"), str):
            yield _name_at(found["parent_issue_url"])

    def relate(self, name: str, repository: str, found: Mapping[str, Any]) -> None:
        """Note what an issue says of others: in its fields, and in its text."""
        fields = {"sub_issues": "child", "subIssues": "child", "blocked_by": "needs", "blockedBy": "needs",
                  "blocking": "blocks"}  # fmt: skip
        for key, relation in fields.items():
            for other in _nodes(found.get(key)):
                if isinstance(other, dict) and "number" in other:
                    self.relations.add(name, relation, _name(other, repository), key)
        body = text_of(found.get("body")) if isinstance(found.get("body"), str) else ""
        for match in WORDS.finditer(body):
            relation = "blocks" if match[1].casefold() == "blocks" else "needs"
            for other in REFERENCE.finditer(match[2]):
                self.relations.add(name, relation, f"{other[1] or repository}#{other[2]}", f"text: {match[1]}")
        for task in TASK.finditer(body):
            other_repository, _, number = task[1].partition("#")
            self.relations.add(name, "child", f"{other_repository or repository}#{number}", "task list")

    def keep_rest(self, key: str, found: Mapping[str, Any]) -> None:
        """Keep what has no role."""
        for name, value in found.items():
            if name not in USED and value not in (None, "", [], {}):
                self.keep(Leftover(key, name, text_of(value)))


def _nodes(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("nodes"), list):
        return list(value["nodes"])
    return value if isinstance(value, list) else []


def _team(labels: tuple[str, ...]) -> str:
    """The team that a label names, or blank.

    >>> _team(("bug", "team: web"))
    'web'
    """
    return next((match[1].strip() for label in labels if (match := TEAM.fullmatch(label))), "")


def _estimates(labels: tuple[str, ...]) -> dict[str, str]:
    """The size that a label names: `size/M`, `XL`, `points: 5`; a number alone is none.

    >>> _estimates(("bug", "size/M")), _estimates(("2", "estimate: 3"))
    ({'size label': 'M'}, {'size label': '3'})
    """
    for label in labels:
        if (match := SIZE.fullmatch(label.strip())) and not PLAIN_NUMBER.fullmatch(label.strip()):
            word = match[1].upper()
            return {"size label": {"SMALL": "S", "MEDIUM": "M", "LARGE": "L", "XXS": "XS", "XXL": "XL"}.get(word, word)}
    return {}
