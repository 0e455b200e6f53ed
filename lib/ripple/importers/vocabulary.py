"""What statuses and types of other tools mean here; what is not known is named in the report."""

from collections.abc import Mapping

from ripple.importers.cleaning import normal
from ripple.importers.mapping import NOT_BUILT, Choices
from ripple.importers.records import Issue

_STATUS_WORDS = {
    "done": "done closed resolved complete completed released shipped deployed live finished merged verified "
    "accepted delivered published production fixed",
    "started": "progress started doing review reviewing test testing qa development dev building active ongoing "
    "staging validation wip coding implementing blocked deploy paused",
    NOT_BUILT: "canceled cancelled rejected declined duplicate obsolete abandoned invalid dropped archived wont",
    "planned": "todo backlog open new ready planned next selected triage icebox unstarted pending reopened draft "
    "funnel analysis later queued approved scheduled refined groomed",
}
STATUS_WORDS: Mapping[str, str] = {word: status for status, words in _STATUS_WORDS.items() for word in words.split()}
PHRASES = {
    "to do": "planned", "not started": "planned", "on hold": "planned", "won t do": NOT_BUILT, "won t fix": NOT_BUILT,
    "wont do": NOT_BUILT, "wont fix": NOT_BUILT, "not done": "planned", "ready for release": "started",
    "ready for review": "started", "ready for test": "started", "in review": "started", "will not do": NOT_BUILT,
}  # fmt: skip
CATEGORIES = {
    "to do": "planned", "new": "planned", "undefined": "planned", "todo": "planned", "in progress": "started",
    "indeterminate": "started", "done": "done", "complete": "done", "completed": "done", "backlog": "planned",
    "unstarted": "planned", "started": "started", "canceled": NOT_BUILT, "cancelled": NOT_BUILT, "triage": "planned",
    "open": "planned", "closed": "done", "not planned": NOT_BUILT, "not_planned": NOT_BUILT, "duplicate": NOT_BUILT,
}  # fmt: skip
NOT_BUILT_RESOLUTIONS = (
    "duplicate", "won t", "wont", "will not", "cannot reproduce", "can not reproduce", "not a bug", "not a problem",
    "invalid", "incomplete", "declined", "abandoned", "obsolete", "rejected", "cancel", "not planned", "works as",
    "works for me", "later", "not reproducible", "known error", "out of scope", "information provided", "auto closed",
)  # fmt: skip
KIND_WORDS = {
    "maintenance": ("bug", "defect", "incident", "problem", "hotfix", "regression", "support", "vulnerability", "fix"),
    "platform": ("technical", "tech", "debt", "chore", "infrastructure", "infra", "enabler", "refactor", "spike",
                 "maintenance", "platform", "ci", "devops", "dependencies", "upgrade"),
}  # fmt: skip
EPICS = frozenset({"epic", "epics", "feature epic", "capability"})


def status_of(issue: Issue, choices: Choices) -> tuple[str, str]:
    """What an issue's status means, and what is doubtful about that: `unknown`, `resolved`, `reopened` or nothing.

    A person's choice comes first, then a resolution that says it was not built, then any other resolution, then the
    tracker's own category, then the words of the status. What was resolved and is to do again has been reopened.
    """
    name, resolution = normal(issue.status), normal(issue.resolution)
    said = choices.statuses.get(name) or choices.statuses.get(resolution)
    if said:
        return said, ""
    words, category = read_status(name), CATEGORIES.get(normal(issue.category), "")
    if resolution.startswith(NOT_BUILT_RESOLUTIONS) or NOT_BUILT in (words, category):
        return NOT_BUILT, ""
    meant = category or words
    if resolution and resolution != "unresolved":
        if meant == "planned":
            return meant, "reopened"
        return "done", "resolved" if meant == "started" else ""
    return meant or ("done" if issue.dates.get("resolved") else "planned"), "" if meant or not name else "unknown"


def read_status(name: str) -> str:
    """What the words of a status mean, or blank. `name` is in `normal` form.

    >>> read_status("in progress"), read_status("won t do"), read_status("zurückgestellt")
    ('started', 'canceled', '')
    """
    for phrase, status in PHRASES.items():
        if phrase in name:
            return status
    return next((STATUS_WORDS[word] for word in name.split() if word in STATUS_WORDS), "")


def kind_of(issue: Issue, choices: Choices) -> str:
    """Whether an issue is innovation, platform or maintenance, from its type, then its labels."""
    for name in (normal(issue.type), *map(normal, issue.labels)):
        if name in choices.kinds:
            return choices.kinds[name]
    for name in (normal(issue.type), *(map(normal, issue.labels) if not issue.type else ())):
        for kind, words in KIND_WORDS.items():
            if any(word in words for word in name.split()):
                return kind
    return "innovation"


def is_epic(issue: Issue) -> bool:
    """Whether an issue's type says that it holds others."""
    return normal(issue.type) in EPICS
