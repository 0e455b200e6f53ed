"""A name that nothing has, and the one that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_LISTED = 12


def unknown(name: str, kind: str, known: Iterable[str]) -> str:
    """The sentence for a name that is not there, with the nearest that is.

    >>> unknown("serach", "a feature", ["sso", "search"])
    "'serach' is not a feature. Did you mean 'search'?"
    >>> unknown("x", "a team", ["core", "data"])
    "'x' is not a team. Known are core, data."
    >>> unknown("x", "a deal", [])
    "'x' is not a deal: there is none."
    """
    names = list(known)
    if not names:
        return f"'{name}' is not {kind}: there is none."
    return f"'{name}' is not {kind}. {_remedy(name, names)}"


def _remedy(name: str, known: list[str]) -> str:
    plain = {other.casefold(): other for other in reversed(known)}
    near = get_close_matches(name.casefold(), plain, n=1)
    if near:
        return f"Did you mean '{plain[near[0]]}'?"
    more = f" and {len(known) - MOST_LISTED} more" if len(known) > MOST_LISTED else ""
    return f"Known are {', '.join(known[:MOST_LISTED])}{more}."
