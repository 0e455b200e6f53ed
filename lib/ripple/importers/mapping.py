"""What a person decides about an import: `mapping.yml`, checked, with the stated default for what is blank."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ripple.errors import InputError
from ripple.importers.cleaning import normal
from ripple.roadmap.cells import CellError, Effort, parse_choice, parse_name, parse_number, parse_whole
from ripple.roadmap.model import KINDS
from ripple.roadmap.parameters import FOCUS
from ripple.roadmap.rows import DEAL_STATUSES, MOST_PEOPLE, STATUSES
from ripple.roadmap.settings import Yaml, load_yaml
from ripple.roadmap.spelling import did_you_mean, printable, shown

SIZES: Mapping[str, Effort] = {
    "XS": Effort(0.5, 0.2, 1.0),
    "S": Effort(2.0, 1.0, 4.0),
    "M": Effort(6.0, 3.0, 12.0),
    "L": Effort(15.0, 8.0, 30.0),
    "XL": Effort(30.0, 16.0, 60.0),
}
"""The sizes that an import assumes: those of the reader, and one more at each end."""

UNITS = ("points", "hours", "seconds", "days", "weeks")
NOT_BUILT = "canceled"
MEANINGS = ("blocks", "needs", "none")
CREW = 3

T = TypeVar("T")


@dataclass(frozen=True)
class Choices:
    """Everything that `mapping.yml` can say. Names of columns, types, statuses and links are in `normal` form.

    Attributes:
        features: The issue types that are features; none: epics if there are any, else issues without a parent.
        alone: Whether an issue that belongs to no feature is a feature (`feature`) or not (`leave out`).
        team: The column that names the team.
        teams: What a team of the export is called here.
        default_team: The team of issues without one.
        engineers: How many people a team has.
        effort: The column that holds estimates.
        unit: The unit of that column.
        points_per_week: Story points that are one engineer-week.
        hours_per_week: Hours that are one engineer-week.
        default_size: The size that is assumed where nothing says more.
        children: The most children of a size, in rising order; more have the next size.
        rates: What one unit of another currency is worth in the roadmap's.
        promises: The column in which deals name what they were promised.
        said: The keys that a person wrote.
        written: Of names in `normal` form, how the person wrote them.
    """

    features: tuple[str, ...] = ()
    alone: str = "feature"
    team: str = ""
    teams: Mapping[str, str] = field(default_factory=dict)
    default_team: str = ""
    engineers: Mapping[str, int] = field(default_factory=dict)
    focus: float = FOCUS.value
    crew: int = CREW
    effort: str = ""
    unit: str = ""
    points_per_week: float = 5.0
    hours_per_week: float = 40.0
    sizes: Mapping[str, Effort] = field(default_factory=lambda: SIZES)
    default_size: str = ""
    children: Mapping[str, int] = field(default_factory=lambda: {"S": 3, "M": 8, "L": 20, "XL": 1_000_000})
    kinds: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    start: date | None = None
    dates: str = ""
    decimal: str = ""
    currency: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)
    arr: str = ""
    probability: str = ""
    stages: Mapping[str, str] = field(default_factory=dict)
    promises: str = ""
    promise_due: str = ""
    said: frozenset[str] = frozenset()
    written: Mapping[str, str] = field(default_factory=dict)

    def was_said(self, name: str) -> bool:
        """Whether a person decided this."""
        return name in self.said


def load_choices(path: Path | None) -> Choices:
    """The choices of a mapping file; without one, all defaults.

    Raises:
        InputError: A sentence for each problem.
    """
    return read_choices(load_yaml(path), printable(path.name)) if path else Choices()


def read_choices(tree: Mapping[str, Yaml], place: str) -> Choices:
    """The choices that a tree of texts holds.

    Raises:
        InputError: A sentence for each problem.

    >>> read_choices({"features": ["Epic"], "unit": "points"}, "mapping.yml").features
    ('epic',)
    >>> read_choices({"unit": "parsecs"}, "mapping.yml")
    Traceback (most recent call last):
    ripple.errors.InputError: mapping.yml, unit: 'parsecs' is not one of points, hours, seconds, days, weeks. \
Write one of these.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    for key, value in tree.items():
        if key not in READ:
            known = ", ".join(READ)
            problems.append(
                f"{place}: {shown(key)} is not a choice. {did_you_mean(key, READ) or f'Known are {known}.'}"
            )
        elif value is not None:
            try:
                values[key] = READ[key](value)
            except CellError as error:
                problems.append(f"{place}, {key}: {error}")
    if "sizes" in values and "children" not in values:
        values["children"] = _fitting_children(values["sizes"])
    said = frozenset(set(values) & set(tree))
    choices = Choices(**values, said=said, written=dict(_written(dict(tree)))) if not problems else Choices()
    problems += [f"{place}, {sentence}" for sentence in _disagreements(choices)]
    if problems:
        raise InputError(problems)
    return choices


def _written(value: Yaml) -> Iterator[tuple[str, str]]:
    """Every name in a tree: in `normal` form, and as it is written."""
    if isinstance(value, str):
        yield normal(value), value
    for member in value if isinstance(value, list) else ():
        yield from _written(member)
    for name, member in value.items() if isinstance(value, dict) else ():
        yield normal(name), name
        yield from _written(member)


def _fitting_children(sizes: Mapping[str, Effort]) -> dict[str, int]:
    """The usual numbers of children for those of the sizes that there are, the last without an end."""
    usual = {name: most for name, most in Choices().children.items() if name in sizes}
    last = list(usual or sizes)[-1]
    return {**usual, last: 1_000_000}


def _disagreements(choices: Choices) -> list[str]:
    sizes = ", ".join(map(printable, choices.sizes))
    found = [name for name in choices.children if name not in choices.sizes]
    wrong = [f"children: {shown(name)} is not a size. Write one of {sizes}." for name in found]
    if choices.default_size and choices.default_size not in choices.sizes:
        wrong.append(f"default_size: {shown(choices.default_size)} is not a size. Write one of {sizes}.")
    return wrong


def _text(value: Yaml) -> str:
    if isinstance(value, str):
        return value.strip()
    raise CellError("a list or a mapping. Write one value.")


def _heading(value: Yaml) -> str:
    return normal(_text(value))


def _texts(value: Yaml) -> tuple[str, ...]:
    members = value if isinstance(value, list) else [value]
    return tuple(normal(_text(member)) for member in members)


def _many(read: Callable[[str], T], name: Callable[[str], str] = normal) -> Callable[[Yaml], dict[str, T]]:
    def members(value: Yaml) -> dict[str, T]:
        if not isinstance(value, dict):
            raise CellError("not names with values. Write them as {name: value}.")
        return {name(key): read(_text(member)) for key, member in value.items()}

    return members


def _one(*choices: str) -> Callable[[Yaml], str]:
    return lambda value: parse_choice(_text(value), choices)


def _number(low: float, high: float) -> Callable[[Yaml], float]:
    return lambda value: parse_number(_text(value), low, high)


def _sizes(value: Yaml) -> dict[str, Effort]:
    if not isinstance(value, dict):
        raise CellError("not names with values. Write them as {S: [1, 2, 4]}.")
    found = {}
    for name, numbers in value.items():
        if not isinstance(numbers, list) or len(numbers) != 3:
            raise CellError(f"{shown(name)} has not three numbers. Write low, likely and high, such as [1, 2, 4].")
        low, likely, high = (parse_number(_text(number), 0.0, 10_000.0) for number in numbers)
        if not 0 < low <= likely <= high:
            raise CellError(f"{shown(name)} does not rise from above 0. Write low, likely and high in this order.")
        found[parse_name(name)] = Effort(likely, low, high)
    return found


def _start(value: Yaml) -> date:
    try:
        day = date.fromisoformat(_text(value))
    except ValueError:
        raise CellError(f"{shown(_text(value))} is not a date. Write a Monday like 2027-01-04.") from None
    if day.weekday():
        raise CellError(f"{day} is not a Monday. Write a Monday like 2027-01-04.")
    return day


READ: Mapping[str, Callable[[Yaml], Any]] = {
    "features": _texts,
    "alone": _one("feature", "leave out"),
    "team": _heading,
    "teams": _many(parse_name),
    "default_team": lambda value: parse_name(_text(value)),
    "engineers": _many(lambda text: parse_whole(text, 0, MOST_PEOPLE)),
    "focus": _number(0.01, 1.0),
    "crew": lambda value: parse_whole(_text(value), 1, MOST_PEOPLE),
    "effort": _heading,
    "unit": _one(*UNITS),
    "points_per_week": _number(0.001, 10_000.0),
    "hours_per_week": _number(0.001, 168.0),
    "sizes": _sizes,
    "default_size": _text,
    "children": _many(lambda text: parse_whole(text, 1, 1_000_000), str.strip),
    "kinds": _many(lambda text: parse_choice(text, KINDS)),
    "statuses": _many(lambda text: parse_choice(text, (*STATUSES, NOT_BUILT))),
    "links": _many(lambda text: parse_choice(text, MEANINGS)),
    "start": _start,
    "dates": _one("mdy", "dmy", "ymd"),
    "decimal": _one("point", "comma"),
    "currency": lambda value: parse_name(_text(value)),
    "rates": _many(lambda text: parse_number(text, 0.0, 1e9), str.upper),
    "arr": _heading,
    "probability": _one("percent", "share"),
    "stages": _many(lambda text: parse_choice(text, DEAL_STATUSES)),
    "promises": _heading,
    "promise_due": _heading,
}
"""Every key of a mapping file, and how its value is read."""

assert set(READ) == {field.name for field in fields(Choices)} - {"said", "written"}
