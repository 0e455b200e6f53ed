"""A scenario as the text of a file that `load_scenario` reads back equal."""

import io
from collections.abc import Mapping
from typing import Any, ClassVar

import yaml

from ripple.roadmap.cells import shortest
from ripple.roadmap.changes import Change
from ripple.roadmap.scenario_file import VERBS, Entries, slug, verb_of
from ripple.roadmap.scenarios import Scenario

LONGEST_LINE = 100_000


class _Plain(yaml.SafeDumper):  # type: ignore[misc]
    """Writes every scalar as the text that it is, in quotes only where it could be read as something else."""

    # The table of words that PyYAML takes for a number, a date or a yes.
    yaml_implicit_resolvers: ClassVar[dict[str, object]] = {}


def scenario_text(scenario: Scenario, comment: str = "") -> str:
    """The scenario's file.

    Args:
        scenario: Its dates are texts, as a person writes them; without a roadmap a number of weeks is no date.
        comment: A line above it; no name of a roadmap belongs there.

    Raises:
        CellError: The scenario's name cannot name a file.
        ValueError: A date is a number of weeks.

    >>> from ripple.roadmap.changes import Learn, Sign, Switch
    >>> changes = (Learn("acme", "2026-12-07"), Sign("acme"), Switch({"overtime": False}))
    >>> print(scenario_text(Scenario("rested", "Acme, without nights", changes)), end="")
    scenario: rested
    title: Acme, without nights
    changes:
    - learn: {deal: acme, on: 2026-12-07}
    - sign: {deal: acme, promoted: yes}
    - switch: {overtime: off}
    """
    settings: dict[str, Any] = {"scenario": slug(scenario.name)}
    if scenario.title:
        settings["title"] = scenario.title
    settings["changes"] = [_written(change) for change in scenario.changes]
    stream = io.StringIO()
    yaml.dump(
        settings, stream, _Plain, sort_keys=False, allow_unicode=True, default_flow_style=None, width=LONGEST_LINE
    )
    return (f"# {comment}\n" if comment else "") + stream.getvalue()


def _written(change: Change) -> dict[str, dict[str, str]]:
    """A change as a mapping of its verb to its options; options that are blank are left out."""
    name = verb_of(change)
    verb = VERBS[name]
    if isinstance(verb, Entries):
        (values,) = vars(change).values()
        return {name: {key: _text(value, "off on") for key, value in values.items()}}
    fields: Mapping[str, object] = {key: getattr(change, option.field) for key, option in verb.options.items()}
    for key, option in verb.options.items():
        if option.field in DATES and isinstance(fields[key], int | float):
            raise ValueError(f"{name}, {key}: {fields[key]} weeks since the start is no date. Give a date as a text.")
    return {name: {key: _text(value) for key, value in fields.items() if value is not None}}


DATES = frozenset({"on", "found", "start", "until", "due"})
"""The fields of changes that are dates."""


def _text(value: object, words: str = "no yes") -> str:
    if isinstance(value, bool):
        return words.split()[value]
    return value if isinstance(value, str) else shortest(float(value))  # type: ignore[arg-type]
