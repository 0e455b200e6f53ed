"""Numbers as people read them: rounded to what is known, with their unit."""

from collections.abc import Sequence
from math import ceil, isnan, log10

NO_DIFFERENCE = "no detectable difference"


def number(value: float, half_width: float = 0.0, most: int = 1) -> str:
    """A number rounded to its half-width: no more digits than are known.

    >>> number(9.3456, 0.2), number(93.456, 12), number(-0.04)
    ('9.3', '93', '0.0')
    """
    digits = most if half_width <= 0 else min(most, max(0, ceil(-log10(half_width / 2))))
    rounded = round(value, digits)
    return f"{rounded:,.{digits}f}" if rounded else f"{0:.{digits}f}"


def signed(value: float, half_width: float = 0.0, most: int = 1) -> str:
    """A difference, rounded in the same way, with its sign.

    >>> signed(3.21), signed(-0.01), signed(-12.3, 30)
    ('+3.2', '0.0', '-12')
    """
    text = number(value, half_width, most)
    return f"+{text}" if value > 0 and float(text.replace(",", "")) else text


def weeks(value: float, lower: float | None = None, upper: float | None = None) -> str:
    """Weeks, with their interval where there is one.

    >>> weeks(1.0), weeks(9.31, 9.04, 9.58)
    ('1.0 week', '9.3 weeks (9.0 to 9.6)')
    """
    if lower is None or upper is None or isnan(lower) or upper == lower:
        text = number(value)
        return f"{text} {'week' if text == '1.0' else 'weeks'}"
    half = (upper - lower) / 2
    text = number(value, half)
    unit = "week" if text in {"1", "1.0"} else "weeks"
    return f"{text} {unit} ({number(lower, half)} to {number(upper, half)})"


def percent(p: float | None) -> str:
    """A probability as a whole percentage; what is neither impossible nor certain is not shown as if it were.

    >>> percent(0.824), percent(0.0004), percent(1.0), percent(None)
    ('82%', '<1%', '100%', 'not known')
    """
    if p is None or isnan(p):
        return "not known"
    if p > 0 and round(p * 100) == 0:
        return "<1%"
    if p < 1 and round(p * 100) == 100:
        return ">99%"
    return f"{p:.0%}"


def listed(items: Sequence[str], most: int = 4) -> str:
    """A list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"]), listed(list("abcdef"), most=3)
    ('a', 'a, b and c', 'a, b, c and 3 more')
    """
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return f"{', '.join(items[:-1])} and {items[-1]}" if len(items) > 1 else "".join(items)


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> counted(1, "feature"), counted(3, "promise"), counted(0, "feature")
    ('1 feature', '3 promises', 'no features')
    """
    return f"{n or 'no'} {one if n == 1 else many or one + 's'}"
