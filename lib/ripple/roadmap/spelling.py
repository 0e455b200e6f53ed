"""Names in messages: made printable, compared by what a reader sees, and the nearest known one."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_SHOWN = 80
LONGEST_COMPARED = 60
MOST_COMPARED = 500
MOST_LISTED = 5


def shown(text: str) -> str:
    r"""A text in quotes, shortened, with what cannot be seen written as an escape.

    >>> print(shown("a\u202eb"))
    'a\u202eb'
    """
    return f"'{printable(text)}'"


def printable(text: str) -> str:
    r"""A text shortened, with what cannot be seen written as an escape.

    >>> printable("two lines\n" + "x" * 100)
    'two lines\\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'
    """
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 3] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def alike(name: str) -> str:
    r"""What two names have in common when they differ only in letter case or Unicode form.

    >>> alike("SSO") == alike("\uff53so")
    True
    """
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, or None. It looks at no more names than it can in a moment.

    >>> nearest("serach", ["sso", "search"])
    'search'
    """
    names = list(known)
    key = alike(name)
    for other in names:
        if alike(other) == key:
            return other
    if len(name) > LONGEST_COMPARED:
        return None
    close = [other for other in names if abs(len(other) - len(name)) <= 3 + len(name) // 3]
    return next(iter(get_close_matches(name, close[:MOST_COMPARED], n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The remedy that names the nearest known name, or an empty text.

    >>> did_you_mean("serach", ["sso", "search"])
    "Did you mean 'search'?"
    """
    near = nearest(name, known)
    return f"Did you mean {shown(near)}?" if near else ""


def listed(names: Iterable[str]) -> str:
    """Names in one phrase; only the first few of many.

    >>> listed("abcdefg")
    'a, b, c, d, e and 2 more'
    """
    every = list(names)
    rest = f" and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    return ", ".join(every[:MOST_LISTED]) + rest
