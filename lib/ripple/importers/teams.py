"""Who builds what: teams from a column, or one team for all, and how many people they seem to have."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ripple.importers.amounts import most_common
from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import Choices
from ripple.importers.structure import Structure
from ripple.roadmap.spelling import alike, listed, shown

FEW = 0.2
"""A column that looks like teams but is filled in fewer issues than this share tells no teams apart."""

ENGINEERS = 5
RECENT = timedelta(weeks=26)
NOBODY = "everyone"
COUNTED = "engineers are counted from who is assigned to open or recent issues"
NOBODY_ASSIGNED = f"{ENGINEERS} engineers, since nobody is assigned to its issues"


@dataclass(frozen=True)
class Teams:
    """The teams of a plan, in the order in which features name them.

    Attributes:
        engineers: By team, how many people it has.
        of: By issue, its team.
        assumed: By team, how its engineers were counted; blank where a person said them.
    """

    engineers: Mapping[str, int]
    of: Mapping[str, str]
    assumed: Mapping[str, str]


def find_teams(found: Structure, choices: Choices, findings: Findings, day: Callable[[str, str], date | None]) -> Teams:
    """The teams of the issues of a plan.

    Args:
        found: The plan.
        choices: What a person decided.
        findings: Where to say what was found.
        day: The day of one of an issue's dates, by key and name.
    """
    own = _own_teams(found, choices, findings)
    default = choices.default_team or most_common(i.project for i in found.issues.values() if i.project) or NOBODY
    default = next((team for team in own.values() if alike(team) == alike(default)), default)
    below: dict[str, list[str]] = {}
    for key, feature in found.home.items():
        if key in own:
            below.setdefault(feature, []).append(own[key])
    of: dict[str, str] = {}
    without: list[str] = []
    for key in found.home:
        of[key] = (
            own.get(key) or _above(key, own, found.parent) or most_common(below.get(found.home[key], ())) or default
        )
        if of[key] is default and found.home[key] == key:
            without.append(key)
    names = list(dict.fromkeys(of[key] for key in (*found.features, *found.home)))
    if without:
        every = (
            "No feature names" if len(without) == len(found.features) else f"{counted(len(without), 'feature')} without"
        )
        which = "" if len(without) == len(found.features) else f" ({listed(without)})"
        findings.say("Assumed", f"{every} a team{which}: {shown(default)} is assumed.")
    engineers, assumed = _engineers(names, of, found, choices, findings, day)
    return Teams(engineers, of, assumed)


def _own_teams(found: Structure, choices: Choices, findings: Findings) -> dict[str, str]:
    """By issue, the team that its own row names, as it is called here; spellings that are alike are one."""
    counts = Counter(column for issue in found.issues.values() for column in issue.teams)
    if choices.team:
        counts = Counter({column: count for column, count in counts.items() if normal(column) == choices.team})
    if not counts:
        return {}
    column, number = counts.most_common(1)[0]
    total = len(found.issues)
    if number < FEW * total and not choices.team:
        findings.say(
            "Assumed", f"{column} is filled in {number:,} of {total:,} rows: too few to tell teams, so not used."
        )
        return {}
    findings.say("Plan", f"Teams from {shown(column)}, filled in {number:,} of {counted(total, 'row')}.")
    spelling: dict[str, str] = {}
    teams = {}
    for key, issue in found.issues.items():
        if written := issue.teams.get(column, ""):
            name = choices.teams.get(normal(written), written)
            teams[key] = spelling.setdefault(alike(name), name)
    return teams


def _above(key: str, own: Mapping[str, str], parent: Mapping[str, str]) -> str:
    seen = set()
    while (key := parent.get(key, "")) and key not in seen:
        if key in own:
            return own[key]
        seen.add(key)
    return ""


def _engineers(
    names: Iterable[str],
    of: Mapping[str, str],
    found: Structure,
    choices: Choices,
    findings: Findings,
    day: Callable[[str, str], date | None],
) -> tuple[dict[str, int], dict[str, str]]:
    """How many people each team has: as said, else those whom its open and recent issues name; and how it was known."""
    last = max((d for key in of if (d := day(key, "resolved"))), default=date.min)
    since = last - RECENT if last > date.min + RECENT else date.min
    people: dict[str, set[str]] = {}
    for key, team in of.items():
        recent = found.status[key] != "done" or (day(key, "resolved") or date.min) >= since
        if found.issues[key].assignee and recent:
            people.setdefault(team, set()).add(found.issues[key].assignee)
    said = {name: choices.engineers[normal(name)] for name in names if normal(name) in choices.engineers}
    engineers = {name: said.get(name, len(people.get(name, ())) or ENGINEERS) for name in names}
    counted_ = [f"{name} {engineers[name]}" for name in names if name not in said and name in people]
    assumed = [name for name in names if name not in said and name not in people]
    if counted_:
        findings.say(
            "Assumed",
            f"Engineers, counted from who is assigned to open or recent issues: {listed(counted_)}. Correct teams.csv.",
        )
    if assumed:
        findings.say("Assumed", f"{ENGINEERS} engineers for {listed(assumed)}: nobody is assigned. Correct teams.csv.")
    how = {name: COUNTED for name in names if name not in said} | dict.fromkeys(assumed, NOBODY_ASSIGNED)
    return engineers, how
