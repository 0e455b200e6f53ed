"""Money, percentages and durations as tools print them; what can be read in two ways is asked for."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ripple.errors import InputError
from ripple.roadmap.cells import MOST_MONEY
from ripple.roadmap.spelling import shown

BLANK = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "null", "none"})
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
CODE = re.compile(r"[A-Z]{3}")
DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
DURATION = re.compile(r"(?:(\d+(?:[.,]\d+)?)\s*(w|d|h|m|s)[a-z]*\s*)", re.IGNORECASE)
SCALES = {"k": 1e3, "m": 1e6, "mio": 1e6, "mm": 1e6, "b": 1e9, "bn": 1e9}
HOURS_PER = {"w": 40.0, "d": 8.0, "h": 1.0, "m": 1 / 60, "s": 1 / 3600}


@dataclass(frozen=True)
class Money:
    """An amount, and its currency where one is written."""

    amount: float
    currency: str = ""


@dataclass
class AmountReader:
    """Reads amounts of which the file itself settles the decimal sign.

    Attributes:
        decimal: `.` or `,`, where a person has said so, or once it is settled.
        proof: The amount that settled it, with its place.
        problems: A sentence for each amount that cannot be read.
    """

    decimal: str = ""
    proof: tuple[str, str] = ("", "")
    problems: list[str] = field(default_factory=list)

    def settle(self, amounts: Iterable[tuple[str, str]]) -> None:
        """Settle the decimal sign from places and amounts as written.

        Raises:
            InputError: Every amount with a sign can be read in two ways, or amounts contradict each other.
        """
        unsettled: tuple[str, str] | None = None
        for place, text in amounts:
            sign, sure = _decimal_of(text)
            if sign and sure and self.decimal and sign != self.decimal:
                earlier = f" ({self.proof[0]}: {shown(self.proof[1])})" if self.proof[1] else ""
                raise InputError(
                    [f"{place}: {shown(text)} has another decimal sign than the rest{earlier}. Export one format."]
                )
            if sign and sure and not self.decimal:
                self.decimal, self.proof = sign, (place, text)
            elif sign == "?" and unsettled is None:
                unsettled = (place, text)
        if unsettled and not self.decimal:
            place, text = unsettled
            doubt = f"{place}: {shown(text)} can be thousands or a fraction, and no amount of the file settles it"
            remedy = "Write `decimal: comma` or `decimal: point` into a mapping file and give it with --mapping."
            raise InputError([f"{doubt}. {remedy}"])

    def money(self, text: str, place: str) -> Money | None:
        """The amount of a text; None where it is blank. What cannot be read is a problem, and None."""
        if text.strip().casefold() in BLANK:
            return None
        found = parse_money(text, self.decimal or ".")
        if found is None:
            self.problems.append(
                f"{place}: {shown(text)} is not an amount of money. Write it like 485000 or USD 485000."
            )
        elif not 0 <= found.amount <= MOST_MONEY:
            self.problems.append(
                f"{place}: {shown(text)} is below 0, or above {MOST_MONEY:g}. Correct it in the export."
            )
            return None
        return found


def _decimal_of(text: str) -> tuple[str, bool]:
    """The decimal sign that an amount shows, and whether that is sure; `?` if it could be a thousands sign."""
    match = DIGITS.search(_plain(text))
    number = match[0] if match else ""
    signs = [character for character in number if character in ".,"]
    if not signs:
        return "", False
    if len(set(signs)) == 2:
        return signs[-1], True
    other = "," if signs[0] == "." else "."
    if len(signs) > 1:
        return other, True
    if len(number.rpartition(signs[0])[2]) != 3 or number.startswith("0"):
        return signs[0], True
    return ("", False) if signs[0] == "," else ("?", False)


def _plain(text: str) -> str:
    """The text in plain digits, without the spaces and marks that group them."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"(?<=\d)[\s'\u2019_](?=\d{3}(?!\d))", "", plain)


def parse_money(text: str, decimal: str = ".") -> Money | None:
    """An amount with or without a currency, or None.

    >>> parse_money("USD 485,000.00"), parse_money("1.234,50 €", ","), parse_money("$1.2M"), parse_money("soon")
    (Money(amount=485000.0, currency='USD'), Money(amount=1234.5, currency='EUR'), Money(amount=1200000.0, \
currency='USD'), None)
    """
    plain = _plain(text)[:100]
    match = DIGITS.search(plain)
    if match is None:
        return None
    before, after = plain[: match.start()].strip(), plain[match.end() :].strip()
    negative = before.endswith(("-", "\u2212")) or (before.endswith("(") and after.startswith(")"))
    before, after = before.rstrip("-\u2212( ").strip(), after.lstrip(") ").strip()
    scale, currency = 1.0, ""
    for word in filter(None, (*before.split(), *after.split())):
        if word.casefold() in SCALES and word in after.split():
            scale = SCALES[word.casefold()]
        elif not currency and (CODE.fullmatch(word) or _sign_of(word)):
            currency = _sign_of(word) or word
        else:
            return None
    digits = match[0].replace("," if decimal == "." else ".", "").replace(",", ".")
    if digits.count(".") > 1 or len(digits) > 40:
        return None
    return Money((-1 if negative else 1) * float(digits) * scale, currency)


def _sign_of(word: str) -> str:
    return SIGNS.get(word) or ("USD" if word == "US$" else "")


def parse_percent(text: str) -> float | None:
    """The number of a percentage, with or without its sign; None for anything else.

    >>> parse_percent("90%"), parse_percent("12,5 %"), parse_percent("0.9"), parse_percent("high")
    (90.0, 12.5, 0.9, None)
    """
    plain = _plain(text).removesuffix("%").strip().replace(",", ".")
    return float(plain) if re.fullmatch(r"\d{1,3}(?:\.\d{1,12})?", plain) else None


def parse_hours(text: str) -> float | None:
    """The hours of a duration that names its units, as Jira writes them: a week has 5 days of 8 hours.

    >>> parse_hours("1w 2d 4h"), parse_hours("90m"), parse_hours("28800")
    (60.0, 1.5, None)
    """
    written = text.strip()
    if DURATION.sub("", written).strip() or not written:
        return None
    return sum(
        float(amount.replace(",", ".")) * HOURS_PER[unit[0].lower()] for amount, unit in DURATION.findall(written)
    )


def parse_plain(text: str) -> float | None:
    """A plain number that is not below 0, or None.

    >>> parse_plain("3.0"), parse_plain("2,5"), parse_plain("M")
    (3.0, 2.5, None)
    """
    plain = text.strip().replace(",", ".")
    return float(plain) if re.fullmatch(r"\d{1,12}(?:\.\d{1,12})?", plain) else None


def most_common(texts: Iterable[str]) -> str:
    """The text that is there most often; the first of several.

    >>> most_common(["EUR", "USD", "USD"])
    'USD'
    """
    return next((text for text, _ in Counter(texts).most_common(1)), "")
