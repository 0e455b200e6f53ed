"""A small, safe part of YAML: every scalar stays the text that was written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ripple.errors import InputError
from ripple.roadmap.cells import unsafe_character
from ripple.roadmap.files import MOST_SETTINGS_BYTES, decode, read_bytes
from ripple.roadmap.spelling import printable, shown
from ripple.roadmap.tables import LONGEST_CELL

MOST_DEPTH = 20
MOST_NODES = 20_000

Yaml = dict[str, "Yaml"] | list["Yaml"] | str | None
"""A mapping, a list, a text as it was written, or None for what was left blank."""


def load_yaml(path: Path) -> dict[str, Yaml]:
    """The settings in a YAML file; an empty file has none.

    Raises:
        InputError: One sentence with the file and the line.
    """
    return parse_yaml(read_bytes(path, MOST_SETTINGS_BYTES), printable(path.name))


def parse_yaml(data: bytes | str, place: str) -> dict[str, Yaml]:
    r"""The settings that a text in YAML holds. `NO`, `010` and `12:30:45` stay words.

    >>> parse_yaml("start: 2027-01-04\nsizes: {S: [1, 2, 4]}\ntitle:", "roadmap.yml")
    {'start': '2027-01-04', 'sizes': {'S': ['1', '2', '4']}, 'title': None}
    >>> parse_yaml("a: &x 1\nb: *x", "roadmap.yml")
    Traceback (most recent call last):
    ripple.errors.InputError: roadmap.yml, line 1: an anchor (&). Write the value out in every place.
    """
    text = data if isinstance(data, str) else decode(data, place)
    _check_characters(text, place)
    try:
        found = _Composer(place, _events(text)).document()
    except yaml.YAMLError as error:
        raise InputError([_not_yaml(error, place)]) from None
    except (
        ValueError,
        IndexError,
        RecursionError,
        OverflowError,
    ) as error:  # odd escapes break PyYAML's scanner itself
        if isinstance(error, InputError):
            raise
        raise InputError([f"{place}: not valid YAML. Check its quotes and escapes."]) from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InputError([f"{place}, line 1: not a list of settings. Write lines such as `start: 2027-01-04`."])
    return found


def _check_characters(text: str, place: str) -> None:
    if unsafe_character(text):
        for number, line in enumerate(text.split("\n"), start=1):
            if found := unsafe_character(line):
                raise InputError([f"{place}, line {number}: {found}. Remove it."])


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.BaseLoader(text)
    while loader.check_event():
        yield loader.get_event()


def _not_yaml(error: yaml.YAMLError, place: str) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
    line = f", line {mark.line + 1}" if mark else ""
    return f"{place}{line}: not valid YAML ({problem}). Write lines such as `start: 2027-01-04`."


@dataclass
class _Composer:
    """Builds values from parser events, and refuses what a settings file has no use for."""

    place: str
    events: Iterator[yaml.Event]
    nodes: int = field(default=0)

    def document(self) -> Yaml:
        """The value of the only document of the stream."""
        value: Yaml = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.refusal(event, "a second document (---). Keep one.")
            elif isinstance(event, yaml.NodeEvent):
                value = self.value(event, 1)
        return value

    def value(self, event: yaml.Event, depth: int) -> Yaml:
        """The value that begins with an event."""
        self.check(event, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(depth)
        return self.scalar(event)

    def sequence(self, depth: int) -> list[Yaml]:
        """The items up to the list's end."""
        items: list[Yaml] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.value(event, depth + 1))
        return items

    def mapping(self, depth: int) -> dict[str, Yaml]:
        """The settings up to the mapping's end."""
        settings: dict[str, Yaml] = {}
        while not isinstance(key_event := next(self.events), yaml.MappingEndEvent):
            self.check(key_event, depth)
            key = self.scalar(key_event) if isinstance(key_event, yaml.ScalarEvent) else None
            if key is None:
                raise self.refusal(key_event, "a key that is blank, a list or a mapping. Write a word.")
            if key in settings:
                raise self.refusal(key_event, f"the key {shown(key)} is there twice. Remove one.")
            settings[key] = self.value(next(self.events), depth + 1)
        return settings

    def scalar(self, event: yaml.Event) -> str | None:
        """The text as it was written; None where nothing was."""
        if unsafe := unsafe_character(event.value):
            raise self.refusal(event, f"{shown(event.value)} holds {unsafe}. Remove it.")
        if len(event.value) > LONGEST_CELL:
            raise self.refusal(event, f"a value has more than {LONGEST_CELL:,} characters. Shorten it.")
        return None if event.value == "" and event.style is None else event.value

    def check(self, event: yaml.Event, depth: int) -> None:
        """Refuse what could explode, recurse, or turn into something else than text."""
        self.nodes += 1
        if isinstance(event, yaml.AliasEvent):
            raise self.refusal(event, "an alias (*). Write the value out in every place, or in quotes if it is a text.")
        if event.anchor is not None:
            raise self.refusal(event, "an anchor (&). Write the value out in every place.")
        if event.tag is not None:
            raise self.refusal(event, f"a tag ({shown(event.tag)}). Write the value without it.")
        if depth > MOST_DEPTH:
            raise self.refusal(event, f"nested more than {MOST_DEPTH} deep. Flatten it.")
        if self.nodes > MOST_NODES:
            raise self.refusal(event, f"more than {MOST_NODES:,} values. Shorten the file.")

    def refusal(self, event: yaml.Event, sentence: str) -> InputError:
        """What is wrong, with its line."""
        return InputError([f"{self.place}, line {event.start_mark.line + 1}: {sentence}"])
