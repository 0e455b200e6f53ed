"""The sentence about a name that nothing has."""

from collections.abc import Iterable

from ripple.roadmap.spelling import did_you_mean, shown

MOST_LISTED = 12


def unknown(name: str, kind: str, known: Iterable[str]) -> str:
    """What is wrong with a name that is not known, and the nearest one that is, or the known ones.

    >>> unknown("serach", "a feature", ["sso", "search"])
    "'serach' is not a feature. Did you mean 'search'?"
    >>> unknown("x", "a team", ["core", "data"])
    "'x' is not a team. Known are core, data."
    >>> unknown("x", "a deal", [])
    "'x' is not a deal: there is none."
    """
    names = list(known)
    if not names:
        return f"{shown(name)} is not {kind}: there is none."
    return f"{shown(name)} is not {kind}. {did_you_mean(name, names) or _listed(names)}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else ""
    return f"Known are {', '.join(names[:MOST_LISTED])}{more}."
