"""From the text of one cell to its value, or a sentence about what is wrong with it.

The messages are fragments that follow their place: `features.csv, row 7, effort: ` + message.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ripple.roadmap.calendar import Calendar, quarter_named
from ripple.roadmap.spelling import listed, nearest, printable, shown

LONGEST_NAME = 200
MOST_EFFORT = 10_000.0
MOST_MONEY = 1e15
MOST_WEEKS = 10_000.0
LEAST_PERCENT = 5.0
"""A share of 5 is meant as 5%; one of 1.2 may be anything."""
FIRST_YEAR, LAST_YEAR = 1900, 2999
A_DATE = "Write a date like 2027-01-31."
DATE_ORDERS = ("iso", "mdy", "dmy")
ANY_ORDER = "any"
"""When the setting itself is wrong, so that it is not blamed on every date."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]+")
A_SIZE = re.compile(r"[0-9]?X{0,3}[SL]|M", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+")
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
WITH_UNIT = re.compile(r"([0-9.,]+)[\s-]*([a-z]+(?:[\s-][a-z]+)?)", re.IGNORECASE)
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
ISO_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]+(?:Z|[+-][0-9:]+)?")
LOOSE_ISO_DATE = re.compile(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})")
SHEET_DATE = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
DAY_NUMBER = re.compile(r"[3-9][0-9]{4}(?:\.[0-9]+)?")
FISCAL_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")
UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls; a tab and line ends are allowed
    "\u2028\u2029\u202a-\u202e\u2066-\u2069"  # line separators; bidirectional embeddings, overrides and isolates
    "\ufeff\ufffe\uffff\ud800-\udfff]"  # byte order marks; no characters at all; halves of a surrogate pair
)
WEEKS_PER_UNIT = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "ph"), 1 / 40),
    **dict.fromkeys(("d", "pd", "md", "person days", "man days", "engineer days"), 1 / 5),
    **dict.fromkeys(("w", "pw", "ew", "person weeks", "engineer weeks"), 1.0),
    **dict.fromkeys(("pm", "mm", "person months", "engineer months"), 52 / 12),
}
"""Units that count what one person works; `3d` and `3w` do where time is tracked."""
SPANS = {
    **dict.fromkeys(("day", "days"), ("day", 1 / 5)),
    **dict.fromkeys(("wk", "wks", "week", "weeks"), ("week", 1.0)),
    **dict.fromkeys(("m", "mo", "month", "months"), ("month", 52 / 12)),
}
"""Units that may count one person's work or how long something takes, with their weeks."""
SWITCH_WORDS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


class CellError(ValueError):
    """A cell does not hold what its column needs; the message is a sentence with the remedy."""


@dataclass(frozen=True)
class Effort:
    """Engineer-weeks as estimated; a size brings its own low and high."""

    likely: float
    low: float | None = None
    high: float | None = None


def unsafe_character(text: str) -> str | None:
    r"""How to name the first character that no cell may hold, or None.

    >>> unsafe_character("a\u202eb")
    'the character U+202E'
    >>> unsafe_character("two\nlines") is None
    True
    """
    match = UNSAFE.search(text)
    if match is None:
        return None
    return "a NUL character" if match[0] == "\0" else f"the character U+{ord(match[0]):04X}"


def parse_name(text: str) -> str:
    """A name: any printable text on one line, without the white space around it.

    >>> parse_name(" 007 ")
    '007'
    """
    name = text.strip()
    if not any(character.isprintable() for character in name):
        raise CellError(_not(name, "a name", "It has no visible character. Write one that can be read."))
    if len(name) > LONGEST_NAME:
        most = f"Write at most {LONGEST_NAME}; a title or a note may be longer."
        raise CellError(f"the name {shown(name)} has {len(name)} characters. {most}")
    if any(character in "\t\r\n" for character in name):
        raise CellError(f"the name {shown(name)} holds a tab or a line end. Write it on one line.")
    refuse_unsafe(name)
    return name


def parse_text(text: str) -> str:
    """Free text, without the white space around it; it may have several lines.

    >>> parse_text(" to be agreed ")
    'to be agreed'
    """
    refuse_unsafe(text)
    return text.strip()


def refuse_unsafe(text: str) -> None:
    """Raise a CellError if the text holds a character that no cell may hold."""
    if found := unsafe_character(text):
        raise CellError(f"{shown(text)} holds {found}. Remove it.")


def parse_number(text: str, low: float = 0.0, high: float = MOST_MONEY) -> float:
    """A finite number with a decimal point, from `low` to `high`.

    >>> parse_number("2.50")
    2.5
    >>> parse_number("0,5")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '0,5' is not a number. Write 0.5.
    """
    written = text.strip()
    if NUMBER.fullmatch(written) is None:
        raise CellError(_not(written, "a number", _number_remedy(written)))
    return _within(written, float(written), low, high, "a number")


def parse_money(text: str) -> float:
    """An amount of money; one that may be thousands or a fraction is refused.

    >>> parse_money("240000"), parse_money("0.125")
    (240000.0, 0.125)
    >>> parse_money("240.000")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '240.000' can be thousands or a fraction. Write 240000 or 240.0.
    """
    written = text.strip()
    if THOUSANDS.fullmatch(written):
        whole, fraction = written.replace(".", ""), shortest(float(written)) if written.count(".") == 1 else ""
        if not fraction:
            raise CellError(_not(written, "a number", f"Write {whole}."))
        fraction += ".0" if "." not in fraction else "0" if THOUSANDS.fullmatch(fraction) else ""
        raise CellError(f"{shown(written)} can be thousands or a fraction. Write {whole} or {fraction}.")
    return parse_number(written)


def parse_whole(text: str, low: int = 0, high: int = 1_000_000) -> int:
    """A whole number from `low` to `high`.

    >>> parse_whole("12")
    12
    >>> parse_whole("3.0")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '3.0' is not a whole number. Write 3.
    """
    written = text.strip()
    if WHOLE.fullmatch(written) is None:
        meant = number_meant(written)
        remedy = f"Write {meant}." if meant and WHOLE.fullmatch(meant) else "Write a whole number such as 3."
        raise CellError(_not(written, "a whole number", remedy))
    return int(_within(written, float(written), low, high, "a whole number"))


def parse_share(text: str) -> float:
    """A share or a probability, from 0 to 1.

    >>> parse_share("0.65")
    0.65
    >>> parse_share("65%")
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '65%' is not a share from 0 to 1. Write 0.65.
    """
    written = text.strip()
    percent = number_meant(written.removesuffix("%").rstrip())
    value = float(percent) if percent and NUMBER.fullmatch(percent) else -1.0
    if 0 < value <= 100 and (written.endswith("%") or value >= LEAST_PERCENT):
        raise CellError(f"{shown(written)} is not a share from 0 to 1. Write {shortest(round(value / 100, 12))}.")
    return parse_number(written, 0.0, 1.0)


def parse_effort(text: str, sizes: Mapping[str, Effort]) -> Effort:
    """A number of engineer-weeks, or one of the sizes.

    >>> parse_effort("M", {"M": Effort(6, 3, 12)})
    Effort(likely=6, low=3, high=12)
    >>> parse_effort("3d", {})
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '3d' is not a number of engineer-weeks. Write 0.6.
    """
    written = text.strip()
    if written in sizes:
        return sizes[written]
    if NUMBER.fullmatch(written):
        return Effort(_within(written, float(written), 0.0, MOST_EFFORT, "a number of engineer-weeks"))
    wanted = "a number of engineer-weeks" + (f" or a size ({listed(map(printable, sizes))})" if sizes else "")
    raise CellError(_not(written, wanted, _effort_remedy(written, sizes)))


def parse_date(text: str, calendar: Calendar, order: str = "iso") -> date:
    """A day: ISO, the last day of a fiscal quarter, or as a spreadsheet writes it if `order` is mdy or dmy.

    >>> calendar = Calendar(date(2027, 1, 4))
    >>> parse_date("2027-Q2", calendar), parse_date("4/1/2027", calendar, "mdy")
    (datetime.date(2027, 6, 30), datetime.date(2027, 4, 1))
    >>> parse_date("4/13/2027", calendar)
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: '4/13/2027' is not an ISO date. Write 2027-04-13, or add the line `dates: mdy` to \
roadmap.yml.
    """
    written = text.strip()
    sheet = SHEET_DATE.fullmatch(written)
    if FISCAL_QUARTER.fullmatch(written) and FIRST_YEAR <= int(written[:4]) <= LAST_YEAR:
        quarter = quarter_named(written)
        assert quarter is not None
        return calendar.last_day(quarter)
    if sheet and order == ANY_ORDER:
        order = "dmy" if _possible_day(*_sheet_parts(sheet, "mdy")) is None else "mdy"
    if sheet and order != "iso":
        return _day(written, *_sheet_parts(sheet, order))
    if sheet:
        raise CellError(_sheet_date_remedy(written, sheet))
    if match := ISO_DATE.fullmatch(written):
        return _day(written, int(match[1]), int(match[2]), int(match[3]))
    raise CellError(_not(written, "a date", _date_remedy(written)) if written else f"blank. {A_DATE}")


def parse_switch(text: str) -> bool:
    """On or off, in one of the usual words.

    >>> parse_switch("Yes"), parse_switch("off")
    (True, False)
    """
    written = text.strip()
    value = SWITCH_WORDS.get(written.casefold())
    if value is None:
        raise CellError(_not(written, "yes or no", "Write yes or no."))
    return value


def parse_choice(text: str, choices: Iterable[str]) -> str:
    """One word of a vocabulary, in any letter case.

    >>> parse_choice("Planned", ("planned", "done"))
    'planned'
    """
    allowed = tuple(choices)
    written = text.strip()
    for choice in allowed:
        if written.casefold() == choice.casefold():
            return choice
    meant = nearest(written.casefold(), allowed)
    remedy = f"Write {meant}." if meant else "Write one of these."
    raise CellError(_not(written, f"one of {', '.join(allowed)}", remedy))


def shortest(value: float) -> str:
    """The shortest text of a number.

    >>> shortest(3.0), shortest(0.6)
    ('3', '0.6')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) <= 1e15 else repr(float(value))


def number_meant(text: str) -> str | None:
    r"""The number that a person seems to mean by a text that is not one, as it should be written, or None.

    >>> number_meant("1.234,50 €"), number_meant("\uff11\uff12"), number_meant("1_000"), number_meant("soon")
    ('1234.5', '12', '1000', None)
    """
    plain = unicodedata.normalize("NFKC", text[:LONGEST_NAME])
    plain = "".join(c for c in plain if not c.isspace() and c not in "_'\u2019" and unicodedata.category(c) != "Sc")
    if GROUPED.fullmatch(plain) or plain.rfind(".") > plain.rfind(","):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1:
        plain = plain.replace(".", "").replace(",", ".")
    if NUMBER.fullmatch(plain) is None or not abs(float(plain)) <= MOST_MONEY:
        return None
    return shortest(float(plain))


def _not(written: str, wanted: str, remedy: str) -> str:
    return f"{shown(written)} is not {wanted}. {remedy}" if written else f"blank. Write {wanted}."


def _within(written: str, value: float, low: float, high: float, what: str) -> float:
    if low <= value <= high:
        return value + 0.0  # turns a negative zero into zero
    side = f"below {shortest(low)}" if value < low else f"above {shortest(high)}"
    limits = f"from {shortest(low)} to {shortest(high)}" if high < MOST_MONEY else f"from {shortest(low)} up"
    raise CellError(f"{shown(written)} is {side}. Write {what} {limits}.")


def _number_remedy(written: str) -> str:
    meant = number_meant(written)
    if meant is None:
        return "Write a number such as 2.5."
    if GROUPED.fullmatch(written) and written.count(",") == 1:
        return f"Write {meant}, or {shortest(float(written.replace(',', '.')))} if the comma is a decimal point."
    return f"Write {meant}."


def _effort_remedy(written: str, sizes: Mapping[str, Effort]) -> str:
    match = WITH_UNIT.fullmatch(written)
    unit = re.sub(r"[\s-]", " ", match[2]).casefold() if match else ""
    amount = number_meant(match[1]) if match else None
    if amount is not None and unit in WEEKS_PER_UNIT:
        return f"Write {_rounded(float(amount) * WEEKS_PER_UNIT[unit])}."
    if amount is not None and unit in SPANS:
        name, weeks = SPANS[unit]
        span = f"{amount} {name}{'' if amount == '1' else 's'}"
        one, two = (_rounded(n * float(amount) * weeks) for n in (1, 2))
        return f"Write {one} if one person works on it for {span}, {two} if two do."
    if number_meant(written) is not None:
        return _number_remedy(written)
    meant = nearest(written, tuple(sizes))
    remedy = f"Write {printable(meant)}." if meant else "Write a number such as 2.5."
    if A_SIZE.fullmatch(written) and written.upper() not in map(str.upper, sizes):
        return f"Add {written} to sizes in roadmap.yml, or w{remedy[1:]}"
    return remedy


def _rounded(value: float) -> str:
    return shortest(float(f"{value:.6g}"))


def _day(written: str, year: int, month: int, day: int) -> date:
    found = _possible_day(year, month, day)
    if found is None:
        reason = "is not a day of the calendar" if FIRST_YEAR <= year <= LAST_YEAR else "is too far away"
        raise CellError(f"{shown(written)} {reason}. {A_DATE}")
    return found


def _possible_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _sheet_parts(match: re.Match[str], order: str) -> tuple[int, int, int]:
    month, day = (1, 3) if order == "mdy" else (3, 1)
    return int(match[4]), int(match[month]), int(match[day])


def _sheet_date_remedy(written: str, match: re.Match[str]) -> str:
    readings = {order: _possible_day(*_sheet_parts(match, order)) for order in ("mdy", "dmy")}
    possible = {order: day for order, day in readings.items() if day}
    if not possible:
        return f"{shown(written)} is not a day of the calendar. {A_DATE}"
    days = " or ".join(dict.fromkeys(day.isoformat() for day in possible.values()))
    lines = " or ".join(f"`dates: {order}`" for order in possible)
    return f"{shown(written)} is not an ISO date. Write {days}, or add the line {lines} to roadmap.yml."


def _date_remedy(written: str) -> str:
    if match := ISO_DATE_TIME.fullmatch(written):
        return f"Write {match[1]}, without a time."
    if match := LOOSE_ISO_DATE.fullmatch(written):
        day = _possible_day(int(match[1]), int(match[2]), int(match[3]))
        return f"Write {day}." if day else A_DATE
    if DAY_NUMBER.fullmatch(written):
        return f"Write {date(1899, 12, 30) + timedelta(days=int(float(written)))} if it is a spreadsheet's day number."
    return "Write a date like 2027-01-31, or a fiscal quarter like 2027-Q2."
