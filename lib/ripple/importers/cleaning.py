"""Strangers' text made safe for tables: nothing hides, nothing runs, and nothing goes without a word."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from ripple.errors import InputError
from ripple.roadmap.cells import LONGEST_NAME, NUMBER, UNSAFE
from ripple.roadmap.spelling import shown
from ripple.roadmap.tables import LONGEST_CELL

NUMBERS = frozenset(
    ("engineers", "focus", "cost_per_week", "effort", "effort_low", "effort_high", "stories", "crew", "rank",
     "progress", "value_per_week", "lag_weeks", "arr",
     "probability", "probability_without", "penalty_per_week", "grace_weeks",
     "penalty_cap", "patience_weeks", "discount", "term_years", "hazard_per_week", "chance_once", "cost",
     "limit_per_hour", "window_hours", "load_per_hour", "records_per_day", "peak_factor", "estimate", "actual")
)  # fmt: skip
"""The columns of a roadmap's tables that hold numbers."""

MONEY = frozenset(("arr", "penalty_per_week", "penalty_cap", "value_per_week", "cost_per_week"))
"""Those of them that hold amounts of money."""

FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b")
LINE_ENDS = re.compile(r"\r\n?")
MOST_REMEMBERED = 200_000
SPACES = re.compile(r"\s+")


def without_formula(text: str) -> str:
    """The text with a leading quote where a spreadsheet would take it for a formula.

    To do it twice changes nothing, so what was written once is written the same again.

    >>> without_formula("=1+1"), without_formula("'=1+1"), without_formula("sso")
    ("'=1+1", "'=1+1", 'sso')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def cell_text(heading: str, text: str) -> str:
    """The text for a cell of a column: numbers stay numbers where the column holds such.

    >>> cell_text("effort", "+5"), cell_text("feature", "+5")
    ('+5', "'+5")
    """
    return text if heading in NUMBERS and NUMBER.fullmatch(text.strip()) else without_formula(text)


def _sign(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


def visible(text: str) -> str:
    r"""The text with signs for the characters that no table may hold.

    >>> visible("pay\u202eroll")
    'pay⟨U+202E⟩roll'
    """
    return text if text.isprintable() else UNSAFE.sub(_sign, text)


class Cleaner:
    """Cleans texts and counts what it had to change, for the report."""

    def __init__(self) -> None:
        self.changed: Counter[str] = Counter()
        self.plain: set[str] = set()

    def text(self, text: str, most: int = LONGEST_CELL - 1) -> str:
        r"""A text for a cell: characters that no table may hold become visible signs, formulas become text.

        >>> Cleaner().text("pay\u202eroll"), Cleaner().text("=1+1")
        ('pay⟨U+202E⟩roll', "'=1+1")
        """
        if text.isascii() and text.isprintable() and len(text) <= most:  # most of them
            text = text.strip()
        else:
            text = LINE_ENDS.sub("\n", text)
            seen = UNSAFE.sub(_sign, text)
            if seen != text:
                self.changed["hidden or forbidden characters were made visible"] += 1
            text = seen.strip()
        if len(text) > most:
            self.changed[f"cut to {most:,} characters"] += 1
            text = text[: most - 1] + "…"
        if text.startswith(FORMULA):
            self.changed["got a leading quote, since a spreadsheet would run them"] += 1
            text = f"'{text}"
        return text

    def name(self, text: str) -> str:
        r"""A text for a name: on one line, at most 200 characters, with something to see.

        >>> Cleaner().name(" two\nlines "), Cleaner().name("\u200b")
        ('two lines', '⟨U+200B⟩')
        """
        if text in self.plain:
            return text
        name = self.text(SPACES.sub(" ", text).strip(), LONGEST_NAME - 1)
        if name and not any(character.isprintable() for character in name):
            self.changed["hidden or forbidden characters were made visible"] += 1
            name = "".join(f"⟨U+{ord(character):04X}⟩" for character in name)[: LONGEST_NAME - 1]
        if name == text and len(self.plain) < MOST_REMEMBERED:
            self.plain.add(name)
        return name

    @property
    def sentences(self) -> list[str]:
        """What was changed, a sentence each."""
        return [f"{count:,} {'text' if count == 1 else 'texts'}: {what}." for what, count in self.changed.items()]


@lru_cache(maxsize=20_000)
def normal(text: str) -> str:
    """A heading as it is compared: without case, marks, and what is between its words.

    >>> normal("Custom field (Story\\u00a0Points)"), normal("Story_points ")
    ('custom field story points', 'story points')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", plain.replace("_", " ")))


def refuse_twins(names: list[tuple[str, str]], what: str) -> None:
    """Raise an InputError where two different texts became the same name.

    Args:
        names: Texts as they were written, and as they are now.
        what: What they name.
    """
    seen: dict[str, str] = {}
    for written, name in names:
        if seen.setdefault(name, written) != written:
            both = f"{shown(seen[name])} and {shown(written)}"
            raise InputError(
                [f"The {what} {both} are the same once they are safe to open in a spreadsheet. Rename one."]
            )
