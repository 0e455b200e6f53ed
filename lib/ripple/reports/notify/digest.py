"""A published report in five lines of plain text: what it is, what it says, what changed, what is worst, how sure."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

from ripple.analysis.words import counted, listed, percent
from ripple.reports.escape import label
from ripple.reports.outputs import MANIFEST, RUN

LONGEST_LINE = 600
MOST_SENTENCES = 3
FIRST = "This is the first message about this report."
NO_PROMISE = "This report has no promise to a customer in it."

_NAME_LENGTH = 80
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")


def digest(run: Path, last: str = "") -> tuple[str, str, str, str, str]:
    """The five lines; what a report does not know, its line leaves out.

    Args:
        run: The folder of a published run.
        last: The name of the run of which the reader was told last; what the runs since then found changed is told
            too. Blank: the reader was told of none.
    """
    summary, manifest = _record(run / "summary.json"), _record(run / MANIFEST)
    lines = (
        _what(run, manifest),
        cut(_text(summary.get("headline")) or "The report has no headline.", LONGEST_LINE),
        _changed([_record(one / "changes.json") for one in _untold(run, last)], last),
        _worst(summary),
        _sure(run, summary),
    )
    first, *others = (label(line, LONGEST_LINE) for line in lines)
    return first, others[0], others[1], others[2], others[3]


def cut(text: str, most: int) -> str:
    """As many whole sentences as there is room for; of a longer first one its beginning.

    >>> cut("One is here. Two is here. Three.", 26)
    'One is here. Two is here.'
    """
    kept = ""
    for sentence in _SENTENCE_END.split(label(text, 100 * most)):
        if len(kept) + len(sentence) + 1 > most:
            return kept or label(sentence, most)
        kept = f"{kept} {sentence}".lstrip()
    return kept


def page_of(run: Path) -> Path:
    """The page to open: the slides where there are some."""
    return next((run / name for name in ("slides.html", "report.html") if (run / name).is_file()), run / "report.html")


def _what(run: Path, manifest: Mapping[str, Any]) -> str:
    """The page's title, what it was made for, and the day."""
    values = manifest.get("parameters")
    values = values if isinstance(values, Mapping) else {}
    about = [Path(_text(values.get("roadmap")).rstrip("/\\")).name]
    about.append(Path(_text(values.get("scenario"))).stem or _text(values.get("deal")))
    if RUN.fullmatch(run.name):
        about.append(f"run on {date.fromisoformat(run.name[:8]).isoformat()}")
    facts = ", ".join(label(part, _NAME_LENGTH) for part in about if part)
    title = label(_title(page_of(run)) or _text(manifest.get("notebook")) or run.parent.name, _NAME_LENGTH)
    return f"{title} ({facts})" if facts else title


def _title(page: Path) -> str:
    try:
        with page.open(encoding="utf-8") as file:
            found = re.search(r"<title>([^<]*)</title>", file.read(20_000))
    except (OSError, UnicodeDecodeError):
        return ""
    return unescape(found[1]) if found else ""


def _untold(run: Path, last: str) -> list[Path]:
    """The runs after the last one that the reader was told of, this one included, oldest first."""
    between = (one for one in run.parent.iterdir() if RUN.fullmatch(one.name) and last < one.name < run.name)
    return [*sorted(between), run] if last else [run]


def _changed(changes: Sequence[Mapping[str, Any]], last: str) -> str:
    """What changed since the run of which the reader was told: the first sentences, and how many more there are."""
    since = last or next((_text(one["since"]) for one in changes if one.get("since")), "")
    day = date.fromisoformat(since[:8]).isoformat() if RUN.fullmatch(since) else label(since, 20)
    said = [text for one in changes for text in map(_text, _items(one.get("sentences"))) if text]
    if not said:
        return f"Since {day}: nothing changed." if day else FIRST
    more = f" And {len(said) - MOST_SENTENCES} more." if len(said) > MOST_SENTENCES else ""
    room = LONGEST_LINE - len(more) - 30
    return f"Since {day or 'last time'}: {cut(' '.join(said[:MOST_SENTENCES]), room)}{more}"


def _worst(summary: Mapping[str, Any]) -> str:
    """The old promise that loses most, in one world the least likely one; where there is none, what can be promised."""
    promises = [one for one in _items(summary.get("promises")) if isinstance(one, Mapping) and not one.get("new")]
    known = [one for one in promises if _number(one.get("base")) is not None]
    if not known:
        return cut(_text(summary.get("safe_promise")), LONGEST_LINE) or NO_PROMISE
    worst = min(known, key=_chances)
    name = label(_text(worst.get("title")) or _text(worst.get("feature")) or "a promise", _NAME_LENGTH)
    customer = label(_text(worst.get("customer")) or _text(worst.get("deal")), _NAME_LENGTH)
    due = f" by {label(_text(worst['due']), 10)}" if worst.get("due") else ""
    chances = [_chance(worst, world) for world in ("base", "alternative") if _number(worst.get(world)) is not None]
    whose = f" for {customer}" if customer else ""
    return f"Worst promise: {name}{whose}, on time{due} with {', then '.join(chances)}; 95% intervals."


def _chances(promise: Mapping[str, Any]) -> tuple[float, float]:
    """What the promise loses, the most first, and then how likely it is kept."""
    before, after = _number(promise.get("base")), _number(promise.get("alternative"))
    if before is None or after is None:
        return 0.0, before or 0.0
    return after - before, after


def _chance(promise: Mapping[str, Any], world: str) -> str:
    low, high = _number(promise.get(f"{world}_lower")), _number(promise.get(f"{world}_upper"))
    interval = "" if low is None or high is None else f" ({percent(low)} to {percent(high)})"
    return percent(_number(promise.get(world))) + interval


def _sure(run: Path, summary: Mapping[str, Any]) -> str:
    """How many simulations, whether they pass their checks, which estimates are assumed, and where the page is."""
    n, checks, assumed = (summary.get(key) for key in ("n", "checks", "assumed_effort"))
    parts = []
    if isinstance(n, int) and n > 0:
        parts.append(f"{counted(n, 'simulation')}.")
    if isinstance(checks, Mapping) and checks:
        wrong = [label(name, 20) for name, right in checks.items() if not right]
        found = f"The check {listed(wrong)} failed: do not rely on it." if wrong else "Every check passed."
        parts.append(found)
    if isinstance(assumed, list):
        names = listed([label(name) for name in map(_text, assumed)])
        parts.append(f"Estimates assumed: {names or 'none'}.")
    return label(" ".join([*parts, f"The page: {page_of(run.resolve())}"]), LONGEST_LINE)


def _record(path: Path) -> Mapping[str, Any]:
    """What a file of the run says; nothing where it is missing or says something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, Mapping) else {}


def _items(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and value == value else None
