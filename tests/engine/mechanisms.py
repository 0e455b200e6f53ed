"""Small roadmaps of one team in which only some mechanisms are on, for cases worked by hand."""

from collections.abc import Iterable
from typing import Any

from ripple.roadmap.model import SWITCHES, Deal, Feature, Gap, Promise, Roadmap, Work
from tests.engine.cases import plan
from tests.engine.independent import Result

FAR, OVERDUE = 900.0, 0.0
"""Due dates that make a retrofit ordinary work, and a fire drill."""

RAMP = {"ramp_start": 0.5, "mentor_share": 0.25, "ramp_weeks": 4.0}
"""A newcomer takes 0.75 from a team at first, and nothing after four weeks."""

SLOW = {"ramp_start": 0.5, "mentor_share": 0.5, "ramp_weeks": 4.0}
"""With one newcomer beside one engineer, the team's ramp is 0.5, then more by an eighth each week."""


def with_only(*mechanisms: str) -> frozenset[str]:
    """The switches that are off where of the later mechanisms only these are on; nothing enters or is promoted."""
    return frozenset(SWITCHES) - {"retrofit", *mechanisms}


def deal(name: str, *mechanisms: str, signs: float = 0.0) -> Deal:
    """A signed deal with some mechanisms on."""
    return Deal(name, signs, status="signed", off=with_only(*mechanisms))


def gap(
    effort: float, found: float | None, deal: str = "acme", on: str = "promised", stories: int = 1, team: str = "core"
) -> Gap:
    """A gap, named after its deal and the effort of its retrofit."""
    return Gap(f"{deal}-{effort:g}", deal, on, Work(team, effort, stories=stories), found=found)


def world(
    rows: Iterable[Feature], gaps: Iterable[Gap], deals: Iterable[Deal], due: float = FAR, **tables: Any
) -> Roadmap:
    """A roadmap of the core team in which every deal promises the features of its gaps, all due at one time."""
    gaps = tuple(gaps)
    promised = dict.fromkeys((gap.deal, gap.feature) for gap in gaps)
    promises = tuple(Promise(deal, name, due) for deal, name in promised)
    parameters = {"switching_cost": 0.0, **tables.pop("parameters", {})}
    return plan(rows, deals=tuple(deals), gaps=gaps, promises=promises, parameters=parameters, **tables)


def paces(result: Result, work: str) -> list[tuple[float, float]]:
    """A story's speeds, each with the week from which on it was worked on at that speed."""
    spans = [segment for segment in sorted(result.segments, key=lambda s: s.start) if segment.work == work]
    return [(span.start, span.effort / (span.end - span.start)) for span in spans]
