"""What the keys of `roadmap.yml` mean, checked one by one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, partial
from math import nan
from typing import TypeVar

from ripple.errors import InputError
from ripple.roadmap.calendar import Calendar, quarter_named
from ripple.roadmap.cells import (
    ANY_ORDER,
    DATE_ORDERS,
    FISCAL_QUARTER,
    MOST_EFFORT,
    NUMBER,
    CellError,
    Effort,
    number_meant,
    parse_choice,
    parse_date,
    parse_name,
    parse_number,
    parse_text,
    parse_whole,
    shortest,
)
from ripple.roadmap.parameters import check_override
from ripple.roadmap.settings import Yaml, parse_yaml
from ripple.roadmap.spelling import did_you_mean, listed, nearest, printable, shown
from ripple.roadmap.tables import TextTable

KEYS = (
    "start",
    "title",
    "horizon_weeks",
    "fiscal_year_start",
    "currency",
    "story_size",
    "sizes",
    "default_size",
    "dates",
    "holidays",
    "revenue_targets",
    "parameters",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY = date(2027, 1, 4)
SIZES: Mapping[str, Effort] = {
    "S": Effort(2.0, 1.0, 4.0),
    "M": Effort(6.0, 3.0, 12.0),
    "L": Effort(15.0, 8.0, 30.0),
}
WRONG_SIZE = Effort(nan)
"""An effort that nobody knows is neither above nor below any other."""
MOST_SIZES = 50
LEAST_STORY_SIZE = 0.001
MOST_HORIZON = 1_000_000.0

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """The settings of a roadmap, with the stated defaults for what is blank."""

    start: date = MONDAY
    title: str = ""
    horizon_weeks: float = 156.0
    fiscal_year_start: int = 1
    currency: str = "USD"
    story_size: float = 1.0
    sizes: Mapping[str, Effort] = field(default_factory=lambda: SIZES)
    default_size: str | None = None
    dates: str = "iso"
    holidays: str | None = None
    revenue_targets: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def calendar(self) -> Calendar:
        """Between dates and weeks."""
        return Calendar(self.start, self.fiscal_year_start)


class _AnySize(dict[str, Effort]):
    """The sizes of settings that cannot be read: whatever is written may be one of them."""

    def __contains__(self, name: object) -> bool:
        return NUMBER.fullmatch(str(name)) is None

    def __missing__(self, _: str) -> Effort:
        return WRONG_SIZE


UNREAD = Settings(sizes=_AnySize(), default_size="M", dates=ANY_ORDER)
"""What stands for settings that cannot be read, so that they are not blamed on every cell."""


def read_settings(tree: Mapping[str, Yaml], place: str) -> tuple[Settings, list[str]]:
    """The settings that a tree of texts holds, and a sentence for each problem; what is wrong keeps its default.

    >>> settings, problems = read_settings({"start": "2027-01-05"}, "roadmap.yml")
    >>> problems
    ["roadmap.yml, start: '2027-01-05' is a Tuesday. Write 2027-01-04, the nearest Monday."]
    """
    reading = _Reading(tree, place)
    order = reading.one("dates", lambda text: parse_choice(text, DATE_ORDERS), "iso", wrong=ANY_ORDER)
    first_month = reading.one("fiscal_year_start", lambda text: parse_whole(text, 1, 12), 1)
    calendar = Calendar(MONDAY, first_month)
    sizes = reading.many("sizes", _parse_size, wrong=WRONG_SIZE) or SIZES
    if len(sizes) > MOST_SIZES:
        reading.problems.append(f"{place}, sizes: {len(sizes):,} of them. Write at most {MOST_SIZES}.")
        sizes = UNREAD.sizes
    settings = Settings(
        start=reading.one("start", lambda text: _parse_start(text, calendar, order), MONDAY),
        title=reading.one("title", parse_text, ""),
        horizon_weeks=reading.one("horizon_weeks", lambda text: parse_number(text, 1.0, MOST_HORIZON), 156.0),
        fiscal_year_start=first_month,
        currency=reading.one("currency", parse_name, "USD"),
        story_size=reading.one("story_size", lambda text: parse_number(text, LEAST_STORY_SIZE, MOST_EFFORT), 1.0),
        sizes=sizes,
        default_size=reading.one(
            "default_size", partial(_parse_size_name, sizes=sizes), None, wrong=next(iter(sizes), "M")
        ),
        dates=order,
        holidays=reading.one("holidays", _parse_holidays, None),
        revenue_targets=reading.many("revenue_targets", _parse_target),
        parameters=reading.many("parameters", _parse_parameter),
    )
    reading.refuse_unknown()
    if tree.get("start") is None:
        reading.problems.insert(
            0, f"{place}, start: blank. Write the Monday from which work is planned, `start: {MONDAY}`."
        )
    return settings, reading.problems


def tree_of_pairs(table: TextTable) -> tuple[dict[str, Yaml], list[str]]:
    """The settings in a sheet with the columns key and value: `sizes.S` goes into `sizes`, `[1, 2, 4]` is a list."""
    tree: dict[str, Yaml] = {}
    problems = [sentence for _, sentence in table.problems]
    missing = [name for name in ("key", "value") if name not in table.columns]
    if missing:
        return tree, [*problems, f"{table.place}, row 1: no column {missing[0]}. Name the two columns key and value."]
    for record in table.records:
        place = f"{table.place}, row {record.row}"
        try:
            _place_pair(tree, record.cells.get("key", "").strip(), record.cells.get("value", "").strip(), place)
        except InputError as error:
            problems += error.problems
    return tree, problems


def _place_pair(tree: dict[str, Yaml], key: str, value: str, place: str) -> None:
    group, _, member = key.partition(".")
    branch = tree
    if member:
        inner = tree.setdefault(group, {})
        if not isinstance(inner, dict):
            raise InputError([f"{place}: {shown(group)} has a value of its own. Keep one of the two rows."])
        branch = inner
    name = member or group
    if not name:
        raise InputError([f"{place}, key: blank. Write a setting such as start."])
    if name in branch:
        raise InputError([f"{place}: {shown(key)} is there twice. Remove one."])
    branch[name] = parse_yaml(f"value: {value}", place)["value"] if value.startswith(("{", "[")) else value or None


class _Reading:
    """Parses the values of a tree, and collects the problems."""

    def __init__(self, tree: Mapping[str, Yaml], place: str) -> None:
        self.tree = tree
        self.place = place
        self.problems: list[str] = []

    def one(self, key: str, parse: Callable[[str], T], default: T, wrong: T | None = None) -> T:
        """The parsed value of a key; the default where it is blank, `wrong` or the default where it cannot be read."""
        value = self.tree.get(key)
        if value is None:
            return default
        try:
            return parse(_plain(value))
        except (CellError, InputError) as error:
            self.problems.append(f"{self.place}, {key}: {error}")
            return default if wrong is None else wrong

    def many(self, key: str, parse: Callable[[str, Yaml], T], wrong: T | None = None) -> dict[str, T]:
        """The parsed members of a mapping; those that cannot be read are `wrong`, or left out."""
        value = self.tree.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problems.append(f"{self.place}, {key}: not names with values. Write them as `{key}: {{name: value}}`.")
            return {}
        members = {}
        for name, member in value.items():
            try:
                members[name.strip()] = parse(name.strip(), member)
            except (CellError, InputError) as error:
                self.problems.append(f"{self.place}, {key}, {printable(name)}: {error}")
                if wrong is not None:
                    members[name.strip()] = wrong
        return members

    def refuse_unknown(self) -> None:
        """A problem for each key that means nothing."""
        for key in self.tree:
            if key not in KEYS:
                remedy = did_you_mean(key, KEYS) or f"Known are {', '.join(KEYS)}."
                self.problems.append(f"{self.place}: {shown(key)} is not a setting. {remedy}")


def _plain(value: Yaml) -> str:
    if isinstance(value, str):
        return value
    raise CellError("blank. Write a value." if value is None else "a list or a mapping. Write one value.")


def _parse_start(text: str, calendar: Calendar, order: str) -> date:
    start = parse_date(text, calendar, order)
    if start.weekday() == 0:
        return start
    monday = start - timedelta(days=start.weekday())
    if start.weekday() > 3:
        monday += timedelta(days=7)
    raise CellError(f"{shown(text.strip())} is a {WEEKDAYS[start.weekday()]}. Write {monday}, the nearest Monday.")


def _parse_size(name: str, value: Yaml) -> Effort:
    if number_meant(name) is not None:
        raise CellError(f"{shown(name)} is a number. Give the size a name such as S.")
    if not isinstance(value, list) or len(value) != 3:
        raise CellError("not three numbers. Write low, likely and high, such as [1, 2, 4].")
    low, likely, high = (parse_number(_plain(item), 0.0, MOST_EFFORT) for item in value)
    if not 0 < low <= likely <= high:
        written = ", ".join(map(shortest, (low, likely, high)))
        raise CellError(f"[{written}] does not rise from above 0. Write low, likely and high in this order.")
    parse_name(name)
    return Effort(likely, low, high)


def _parse_size_name(text: str, sizes: Mapping[str, Effort]) -> str:
    if text.strip() in sizes:
        return text.strip()
    near = nearest(text.strip(), sizes)
    known = printable(near) if near else f"one of {listed(map(printable, sizes))}"
    raise CellError(f"{shown(text)} is not a size. Write {known}.")


def _parse_target(name: str, value: Yaml) -> float:
    if FISCAL_QUARTER.fullmatch(name) is None or quarter_named(name) is None:
        raise CellError("not a fiscal quarter. Write it as 2027-Q1.")
    return parse_number(_plain(value))


def _parse_parameter(name: str, value: Yaml) -> float:
    return check_override(name, parse_number(_plain(value), -1e9, 1e9))


def _parse_holidays(text: str) -> str:
    """A country's code, or a region's such as `DE-BY`, that the `holidays` library knows."""
    from holidays import list_supported_countries  # slow to import, and most roadmaps do not name a country

    country, _, region = parse_name(text).partition("-")
    regions = list_supported_countries(include_aliases=True)
    if country not in regions:
        raise CellError(f"{shown(text)} is not a country whose holidays are known. Write a code such as US or DE-BY.")
    if region and region not in regions[country]:
        near = nearest(region, regions[country])
        raise CellError(f"{shown(text)} is not a region of {country}. Write {country}{'-' + near if near else ''}.")
    return text.strip()
