"""An oracle names the deliberately wrong engines that it must catch; a test shows that it does.

An oracle is an ordinary test that asks a `simulator` or an `engine`, so that it can be put to a wrong one too.
"""

from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from itertools import product
from typing import Any

from tests.engine.simulators import engine_of, named
from tests.engine.wrong_plans import WrongEngine

Oracle = Callable[..., None]


def kills(*wrong: type[WrongEngine]) -> Callable[[Oracle], Oracle]:
    """Name the wrong engines that a test must catch."""

    def mark(oracle: Oracle) -> Oracle:
        oracle.kills = wrong  # type: ignore[attr-defined]
        return oracle

    return mark


def asks_an_engine(test: Callable[..., None]) -> bool:
    """Whether a test takes what it is put to, so that it can be an oracle."""
    return bool({"simulator", "engine"} & set(signature(test).parameters))


def cases_of(oracle: Oracle) -> Iterator[dict[str, Any]]:
    """The arguments of every case of a test, as its parameters say."""
    choices = []
    for mark in getattr(oracle, "pytestmark", []):
        if mark.name == "parametrize":
            names = mark.args[0].split(",") if isinstance(mark.args[0], str) else mark.args[0]
            rows = ((value,) if len(names) == 1 else value for value in mark.args[1])
            choices.append([dict(zip(map(str.strip, names), row, strict=True)) for row in rows])
    for parts in product(*choices):
        yield {name: value for part in parts for name, value in part.items()}


def catches(oracle: Oracle, wrong: type[WrongEngine]) -> bool:
    """Whether some case of an oracle fails on a wrong engine: an assertion, not a crash."""
    engine = engine_of(wrong)
    given: Mapping[str, Any] = {"engine": engine, "simulator": named(engine)}
    asked = {name: given[name] for name in given if name in signature(oracle).parameters}
    try:
        for case in cases_of(oracle):
            oracle(**asked, **case)
    except AssertionError:
        return True
    return False
