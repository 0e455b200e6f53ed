"""The YAML file of a scenario, read into changes; every problem of the file is told at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import (
    DATE_ORDERS,
    MOST_MONEY,
    MOST_WEEKS,
    CellError,
    parse_date,
    parse_effort,
    parse_name,
    parse_number,
    parse_share,
    parse_switch,
    parse_text,
    parse_whole,
)
from ripple.roadmap.changes import (
    AddPeople,
    Adopt,
    Assume,
    Change,
    Delay,
    Drop,
    FindGap,
    GiveWord,
    Learn,
    Phase,
    Rank,
    Resize,
    Sign,
    Switch,
    check_part,
)
from ripple.roadmap.consistency import MOST_ENGINEERS
from ripple.roadmap.model import SWITCHES
from ripple.roadmap.names import unknown
from ripple.roadmap.parameters import check_override
from ripple.roadmap.rows import MOST_PEOPLE
from ripple.roadmap.settings import Yaml, load_yaml
from ripple.roadmap.spelling import shown

T = TypeVar("T")

SLUG = re.compile(r"[a-z0-9-]{1,64}")
RESERVED = "base"
KEYS = ("scenario", "title", "changes")
MOST_CHANGES = 1_000
ANY_CALENDAR = Calendar(date(2000, 1, 3))


@dataclass(frozen=True)
class Option:
    """One option of a change: the field that it fills, and how its text is read."""

    field: str
    parse: Callable[[str], object]
    required: bool = True


@dataclass(frozen=True)
class Verb:
    """A change with options. The first is written after the verb, the others beside it, or all in a mapping."""

    noun: Callable[..., Change]
    options: Mapping[str, Option]


@dataclass(frozen=True)
class Entries:
    """A change that is a mapping of names to values."""

    noun: Callable[..., Change]
    parse: Callable[[str, str], object]


def slug(text: str) -> str:
    """The name of a scenario, if it can be one.

    >>> slug("accept-as-promised")
    'accept-as-promised'
    >>> slug("Accept as promised!")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: 'Accept as promised!' is not a name of small letters, digits and hyphens (at most \
64). Write accept-as-promised.
    """
    if text == RESERVED:
        raise CellError(f"'{RESERVED}' is the roadmap without a scenario. Write another name.")
    if SLUG.fullmatch(text):
        return text
    if not text:
        raise CellError("blank. Write a name such as accept-as-promised.")
    near = re.sub(r"[^a-z0-9]+", "-", text[:200].casefold()).strip("-")[:64].strip("-")
    near = near if near not in ("", RESERVED) else "accept"
    raise CellError(f"{shown(text)} is not a name of small letters, digits and hyphens (at most 64). Write {near}.")


def written_date(text: str) -> str:
    """The text of a date, if it is one in any order of day and month; the roadmap settles which.

    >>> written_date(" 2027-Q2 ")
    '2027-Q2'
    """
    errors = []
    for order in DATE_ORDERS:
        try:
            parse_date(text, ANY_CALENDAR, order)
        except CellError as error:
            errors.append(error)
        else:
            return text.strip()
    raise errors[0]


def _engineers(text: str) -> int:
    return parse_whole(text, 1, MOST_PEOPLE)


def _weeks(text: str) -> float:
    return parse_number(text, 0.0, MOST_WEEKS)


def _effort(text: str) -> float:
    return parse_effort(text, {}).likely


def _part(text: str) -> float:
    return check_part(parse_share(text))


def _rank(_: str, text: str) -> float:
    return parse_number(text, -MOST_MONEY, MOST_MONEY)


def _switch(name: str, text: str) -> bool:
    if name not in SWITCHES:
        raise CellError(unknown(name, "a switch", SWITCHES))
    return parse_switch(text)


def _parameter(name: str, text: str) -> float:
    return check_override(name, parse_number(text, -MOST_MONEY, MOST_MONEY))


DEAL = Option("deal", parse_name)
FEATURE = Option("feature", parse_name)
FROM = Option("start", written_date)
UNTIL = Option("until", written_date, required=False)
DUE = Option("due", written_date)

VERBS: Mapping[str, Verb | Entries] = MappingProxyType(
    {
        "sign": Verb(
            Sign,
            {
                "deal": DEAL,
                "promoted": Option("promoted", parse_switch, required=False),
                "on": Option("on", written_date, required=False),
            },
        ),
        "learn": Verb(Learn, {"deal": DEAL, "on": Option("on", written_date)}),
        "gap": Verb(FindGap, {"gap": Option("gap", parse_name), "found": Option("found", written_date)}),
        "retrofit": Verb(Resize, {"gap": Option("gap", parse_name), "effort": Option("effort", _effort)}),
        "hire": Verb(
            AddPeople,
            {
                "team": Option("team", parse_name),
                "engineers": Option("engineers", _engineers),
                "from": FROM,
                "until": UNTIL,
                "cost_per_week": Option("cost_per_week", parse_number, required=False),
            },
        ),
        "delay": Verb(Delay, {"feature": FEATURE, "weeks": Option("weeks", _weeks)}),
        "drop": Verb(Drop, {"feature": FEATURE}),
        "rank": Entries(Rank, _rank),
        "promise": Verb(GiveWord, {"deal": DEAL, "feature": FEATURE, "due": DUE}),
        "phase": Verb(Phase, {"deal": DEAL, "feature": FEATURE, "share": Option("share", _part), "due": DUE}),
        "practice": Verb(
            Adopt,
            {
                "practice": Option("practice", parse_name),
                "from": Option("start", written_date, required=False),
                "until": UNTIL,
            },
        ),
        "switch": Entries(Switch, _switch),
        "parameters": Entries(Assume, _parameter),
    }
)
"""How each change is written."""


def verb_of(change: Change) -> str:
    """The word with which a change is written.

    >>> verb_of(Drop("sso"))
    'drop'
    """
    return next(name for name, verb in VERBS.items() if verb.noun is type(change))


def read_scenario(path: Path) -> tuple[str, str, tuple[Change, ...]]:
    """The name, the title and the changes in a scenario's file.

    Raises:
        InputError: One sentence for each problem, with the file, the number of the change and the option.
    """
    settings = load_yaml(path)
    problems = [unknown(key, "a setting of a scenario", KEYS) for key in settings if key not in KEYS]
    name = _tried(problems, "scenario", _read, slug, settings.get("scenario"))
    title = _tried(problems, "title", _read, parse_text, settings.get("title"))
    changes = _changes(settings.get("changes"), problems)
    if problems or name is None or title is None:
        raise InputError([f"{path.name}, {problem}" for problem in problems])
    return name, title, changes


def _changes(value: Yaml, problems: list[str]) -> tuple[Change, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        problems.append("changes: not a list. Write each change on a line that begins with a hyphen.")
        return ()
    if len(value) > MOST_CHANGES:
        problems.append(f"changes: {len(value):,} of them. Write at most {MOST_CHANGES:,}.")
        return ()
    read = [_change(item, f"change {number}", problems) for number, item in enumerate(value, start=1)]
    changes = tuple(change for change in read if change is not None)
    hired = sum(change.engineers for change in changes if isinstance(change, AddPeople))
    if hired > MOST_ENGINEERS:
        problems.append(f"changes: they hire {hired:,} engineers. At most {MOST_ENGINEERS:,} are simulated.")
    return changes


def _change(item: Yaml, place: str, problems: list[str]) -> Change | None:
    if not isinstance(item, dict) or not item:
        problems.append(f"{place}: not a change. Write one, such as `sign: acme`.")
        return None
    name = _tried(problems, place, _only_verb, item)
    if name is None:
        return None
    before = len(problems)
    beside = {key: value for key, value in item.items() if key != name}
    change = _read_verb(VERBS[name], item[name], beside, f"{place}, {name}", problems)
    return change() if len(problems) == before else None


def _only_verb(item: Mapping[str, Yaml]) -> str:
    verbs = [key for key in item if key in VERBS]
    if not verbs:
        raise CellError(unknown(next(iter(item)), "a change", VERBS))
    if len(verbs) > 1:
        raise CellError(f"{' and '.join(verbs)} stand in one change. Begin a line with a hyphen for each.")
    return verbs[0]


def _read_verb(
    verb: Verb | Entries, value: Yaml, beside: Mapping[str, Yaml], place: str, problems: list[str]
) -> Callable[[], Change]:
    """The change, to be made if nothing was wrong with it."""
    if isinstance(value, dict) or isinstance(verb, Entries):
        problems.extend(f"{place}: {shown(key)} stands beside the braces. Write it inside them." for key in beside)
    if isinstance(verb, Entries):
        return partial(verb.noun, _entries(verb, value, place, problems))
    options = value if isinstance(value, dict) else {next(iter(verb.options)): value, **beside}
    return partial(verb.noun, **_fields(verb, options, place, problems))


def _entries(verb: Entries, value: Yaml, place: str, problems: list[str]) -> dict[str, object]:
    if not isinstance(value, dict) or not value:
        problems.append(f"{place}: names and values are missing. Write them in braces, such as {{name: value}}.")
        return {}
    return {
        name: _tried(problems, f"{place}, {shown(name)}", _read, partial(verb.parse, name), text)
        for name, text in value.items()
    }


def _fields(verb: Verb, options: Mapping[str, Yaml], place: str, problems: list[str]) -> dict[str, object]:
    """The fields of the change that the options fill; blank ones keep their defaults."""
    known = verb.options
    problems.extend(f"{place}: {unknown(key, 'an option of it', known)}" for key in options if key not in known)
    wanted = {key: option for key, option in known.items() if option.required or options.get(key) is not None}
    return {
        option.field: _tried(problems, f"{place}, {key}", _read, option.parse, options.get(key))
        for key, option in wanted.items()
    }


def _read(parse: Callable[[str], T], value: Yaml) -> T:
    if isinstance(value, dict | list):
        raise CellError("a list or a mapping. Write one value.")
    return parse(value or "")


def _tried(problems: list[str], place: str, parse: Callable[..., T], *values: object) -> T | None:
    """What the parser makes of the values, or None and one more problem."""
    try:
        return parse(*values)
    except CellError as error:
        problems.append(f"{place}: {error}")
        return None
