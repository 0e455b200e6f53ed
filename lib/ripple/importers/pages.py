"""JSON exports: one list, one page of an answer, many pages, or recorded requests with their answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ripple.errors import InputError
from ripple.importers.delimited import check_file
from ripple.roadmap.files import decode
from ripple.roadmap.spelling import printable, shown

MOST_JSON_BYTES = 100_000_000
DEEPEST = 12
LISTS = ("issues", "items", "nodes", "values", "data", "results")
"""The names under which an answer keeps its list."""


def read_document(path: Path) -> Any:
    """What a JSON file holds.

    Raises:
        InputError: One sentence.
    """
    check_file(path, MOST_JSON_BYTES)
    return _parsed(path.read_bytes(), printable(path.name))


def walk(value: Any, place: str, nested: str, depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every issue of a document with its place; pages and recorded answers are walked through.

    Args:
        value: The document.
        place: The file's name, for messages.
        nested: A key that an issue has and an answer around it has not.
        depth: How deep the walk is already.

    Raises:
        InputError: Something is no issue.
    """
    if isinstance(value, list) and depth < DEEPEST:
        for number, item in enumerate(value, start=1):
            yield from walk(item, f"{place}, item {number}", nested, depth + 1)
    elif isinstance(value, dict) and nested in value and "response" not in value:
        yield place, value
    elif isinstance(value, dict) and depth < DEEPEST and (inner := inside(value, place)) is not None:
        yield from walk(inner, place, nested, depth + 1)
    else:
        what = (
            f"an object without {shown(nested)}" if isinstance(value, dict) else f"the value {shown(str(value)[:99])}"
        )
        raise InputError([f"{place}: {what}, not an issue. Export the issues themselves, as the tool answers them."])


def _parsed(data: bytes, place: str) -> Any:
    text = decode(data, place)
    try:
        return _values(text)
    except json.JSONDecodeError as error:
        near = text[error.pos : error.pos + 20]
        at = f"line {error.lineno}, column {error.colno}"
        raise InputError([f"{place}, {at}: not JSON ({error.msg}) near {shown(near)}. Export it again."]) from None
    except (RecursionError, ValueError, MemoryError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InputError([f"{place}: not JSON that can be read ({reason}). Export it again."]) from None


def _values(text: str) -> Any:
    """The value of a text, or the list of the several values that some tools write one after the other."""
    decoder, start = json.JSONDecoder(parse_constant=_no_number), 0
    values: list[Any] = []
    while True:
        start += len(text[start : start + 1000]) - len(text[start : start + 1000].lstrip())
        if start >= len(text):
            return values[0] if len(values) == 1 else values
        value, start = decoder.raw_decode(text, start)
        values.append(value)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number of JSON")


def inside(value: dict[str, Any], place: str) -> Any:
    """What an answer holds: a recorded response, a list under a usual name, or the only object inside.

    Raises:
        InputError: It is a recorded failure.
    """
    status = value.get("status")
    if "response" in value and isinstance(status, int) and status >= 400:
        raise InputError([f"{place}: the answer has the status {status}. Record it again."])
    for name in ("response", *LISTS):
        if isinstance(value.get(name), list | dict):
            return value[name]
    objects = [item for item in value.values() if isinstance(item, list | dict)]
    return objects[0] if len(objects) == 1 else None


def text_of(value: Any) -> str:
    """A JSON value as text: objects by their name, lists joined.

    >>> text_of({"name": "Done", "id": "3"}), text_of([{"name": "a"}, "b"]), text_of(None), text_of(3.0)
    ('Done', 'a, b', '', '3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, list):
        return ", ".join(filter(None, map(text_of, value)))
    if isinstance(value, dict):
        for name in ("name", "value", "displayName", "title", "key", "login"):
            if isinstance(value.get(name), str | int | float):
                return text_of(value[name])
        return json.dumps(value, ensure_ascii=True, sort_keys=True)
    return str(value)


def texts_of(value: Any) -> tuple[str, ...]:
    """The members of a JSON list as texts; anything else is a list of one, or of none.

    >>> texts_of([{"name": "1.0"}, {"name": "1.1"}]), texts_of(None), texts_of("a")
    (('1.0', '1.1'), (), ('a',))
    """
    members = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(text_of, members)))
