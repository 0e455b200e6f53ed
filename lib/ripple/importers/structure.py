"""Which issues are features, and which are their stories."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import NOT_BUILT, Choices
from ripple.importers.records import Issue
from ripple.importers.vocabulary import is_epic, status_of
from ripple.roadmap.spelling import listed


@dataclass(frozen=True)
class Structure:
    """The issues of an import, in order.

    Attributes:
        issues: All of them, by key.
        features: The keys of those that are features, in order.
        stories: By feature, the keys of what is below it and was not given up.
        home: By issue, the feature that it belongs to; issues outside the plan are not here.
        parent: By issue, the issue that it is a part of.
        status: By issue, what its status means.
        named: By any name of an issue, its key.
    """

    issues: Mapping[str, Issue]
    features: tuple[str, ...]
    stories: Mapping[str, tuple[str, ...]]
    home: Mapping[str, str]
    parent: Mapping[str, str]
    status: Mapping[str, str]
    named: Mapping[str, str]


def unique(issues: Iterable[Issue], findings: Findings) -> dict[str, Issue]:
    """The issues by key; of an issue that is there several times the first is taken, and the others are named."""
    found: dict[str, Issue] = {}
    folded: dict[str, str] = {}
    for issue in issues:
        first = folded.setdefault(issue.key.casefold(), issue.key)
        if first in found:
            findings.drop("an issue that was read before", f"{issue.key} ({issue.place})")
        else:
            found[issue.key] = issue
    return found


def structure(issues: Mapping[str, Issue], choices: Choices, findings: Findings) -> Structure:
    """What is a feature, what is a story of which feature, and what is no part of the plan."""
    named = _names(issues)
    parent = _parents(issues, named, findings)
    status = _statuses(issues, choices, findings)
    chosen = _features_by_type(issues, choices)
    above = {up for key in chosen for up in _ancestors(key, parent)} - chosen
    home: dict[str, str] = {}
    for key in issues:
        line = [key, *_ancestors(key, parent)]
        home_of = next((one for one in line if one in chosen), None) or _top(line, above)
        if key in above:
            findings.drop("holds features and is none itself", key)
        elif home_of not in chosen and choices.alone == "leave out":
            findings.drop("belongs to no feature (alone: leave out)", key)
        elif status[key] == NOT_BUILT:
            why = issues[key].resolution or issues[key].status
            findings.drop(f"given up or closed without being built: {why}", key)
        elif status[home_of] == NOT_BUILT:
            findings.drop("part of an issue that was given up", key)
        else:
            home[key] = home_of
    stories: dict[str, list[str]] = {}
    for key, feature in home.items():
        if key != feature:
            stories.setdefault(feature, []).append(key)
    features = tuple(_ranked([key for key in issues if home.get(key) == key], issues, findings))
    found = Structure(issues, features, {key: tuple(of) for key, of in stories.items()}, home, parent, status, named)
    _tell(found, chosen, choices, findings)
    return found


def _names(issues: Mapping[str, Issue]) -> dict[str, str]:
    """Every name of every issue; a key comes before a number that is the same."""
    found = {name: key for key, issue in reversed(list(issues.items())) for name in issue.ids}
    return found | {key: key for key in issues}


def _parents(issues: Mapping[str, Issue], named: Mapping[str, str], findings: Findings) -> dict[str, str]:
    """By issue, the first of its parents that is there; a circle of parents is cut, and said."""
    parent: dict[str, str] = {}
    outside: dict[str, int] = {}
    for key, issue in issues.items():
        known = [named[name] for name in issue.parents if named.get(name, key) != key]
        if known:
            parent[key] = known[0]
        elif issue.parents:
            outside[issue.parents[0]] = outside.get(issue.parents[0], 0) + 1
    for key in list(parent):
        if key in parent and key in _ancestors(key, parent):
            findings.say("Needs", f"{key} is a part of itself, over {parent[key]}: that parent is left out.")
            del parent[key]
    if outside:
        number = counted(sum(outside.values()), "issue")
        findings.say(
            "Links that point outside", f"{number} with a parent that is not in these files: {listed(outside)}."
        )
    return parent


def _ancestors(key: str, parent: Mapping[str, str]) -> list[str]:
    """What an issue is a part of, nearest first; a circle ends where it began."""
    found: list[str] = []
    seen: set[str] = set()
    while (key := parent.get(key, "")) and key not in seen:
        seen.add(key)
        found.append(key)
    return found


def _top(line: Sequence[str], above: set[str]) -> str:
    """The highest of an issue and its ancestors that does not hold features."""
    return [key for key in line if key not in above][-1] if line[0] not in above else line[0]


DOUBTS = {
    "unknown": ("Assumed", "Statuses whose meaning is not known are read as planned, or as done where there is a date"),
    "resolved": ("Looks odd", "Read as done since they are resolved, though their status is one of work in progress"),
    "reopened": ("Looks odd", "Read as planned since their status says so, though they have been resolved once"),
}


def _statuses(issues: Mapping[str, Issue], choices: Choices, findings: Findings) -> dict[str, str]:
    status: dict[str, str] = {}
    doubts: dict[str, dict[str, int]] = {name: {} for name in DOUBTS}
    for key, issue in issues.items():
        status[key], doubt = status_of(issue, choices)
        if doubt:
            doubts[doubt][issue.status] = doubts[doubt].get(issue.status, 0) + 1
    for name, (section, sentence) in DOUBTS.items():
        names = listed(f"{status} ({number})" for status, number in doubts[name].items())
        findings.say(section, f"{sentence}: {names}." if names else "")
    return status


def _features_by_type(issues: Mapping[str, Issue], choices: Choices) -> set[str]:
    if choices.features:
        return {key for key, issue in issues.items() if normal(issue.type) in choices.features}
    return {key for key, issue in issues.items() if is_epic(issue)}


def _ranked(keys: list[str], issues: Mapping[str, Issue], findings: Findings) -> list[str]:
    """By the tracker's own rank where most have one, else as they were read."""
    ranked = [key for key in keys if "|" in issues[key].rank]
    if keys and len(ranked) * 2 > len(keys):
        findings.say("Read", f"Order of the features: the tracker's rank, which {len(ranked):,} of {len(keys):,} have.")
        return sorted(
            keys, key=lambda key: ("|" not in issues[key].rank, issues[key].rank if "|" in issues[key].rank else "")
        )
    findings.say("Read", "Order of the features: the order of the rows, since there is no rank." if keys else "")
    return keys


def _tell(found: Structure, chosen: set[str], choices: Choices, findings: Findings) -> None:
    """Say what became features."""
    n_stories = sum(map(len, found.stories.values()))
    alone = [key for key in found.features if key not in chosen]
    n_chosen = len(found.features) - len(alone)
    if chosen:
        kinds = listed(dict.fromkeys(found.issues[key].type for key in chosen if found.issues[key].type))
        parts = [f"{counted(n_chosen, 'feature')} from the type {kinds}"] if n_chosen else []
        parts += [f"{counted(len(alone), 'issue')} outside them, each a feature of its own"] if alone else []
    else:
        number = f"{counted(len(alone), 'feature')}: " if alone else ""
        why = "no issue has a type that the mapping names" if choices.features else "no epics"
        parts = [f"{number}{why}, so each issue without a parent is one"]
    below = f"{counted(n_stories, 'issue')} below them {'is a story' if n_stories == 1 else 'are stories'}"
    last = below if n_stories else "none of them has stories"
    findings.say("Plan", f"{' and '.join(parts) or 'No features'}; {last}." if found.features else "No features.")
    if n_chosen and len(alone) > n_chosen and not choices.was_said("alone"):
        types = Counter(found.issues[key].type or "no type" for key in alone)
        names = listed(f"{name} ({number:,})" for name, number in types.most_common())
        remedy = "If only the others are the roadmap, write `alone: leave out` into the mapping"
        findings.say("Assumed", f"Most features are issues that belong to none: {names}. {remedy}.")
    doubtful = [
        key for key in found.features
        if found.status[key] == "done" and any(found.status[story] != "done" for story in found.stories.get(key, ()))
    ]  # fmt: skip
    if doubtful:
        findings.say("Looks odd", f"Done, but with open stories, which are not planned: {listed(doubtful)}.")
