"""Small roadmaps in one line each, for tests."""

from collections.abc import Iterable, Mapping
from datetime import date

from ripple.engine.draws import no_luck
from ripple.engine.plan import compile_plan
from ripple.engine.simulation import simulate
from ripple.engine.trace import Trace
from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work

LATER = frozenset({"rework", "overtime", "morale", "upkeep"})
"""The mechanisms that later parts of the model bring: off in tests of what is there now."""


def feature(name: str, effort: float = 1.0, team: str = "core", rank: float = 1.0, **more: object) -> Feature:
    """A feature of one team and, unless told otherwise, of one story."""
    work = {"stories": 1, **{key: more.pop(key) for key in ("stories", "crew", "progress") if key in more}}
    return Feature(name, (Work(team, effort, **work),), rank, **more)  # type: ignore[arg-type]


def roadmap(
    features: Iterable[Feature],
    teams: Mapping[str, int] | None = None,
    needs: Iterable[tuple[str, str, float]] = (),
    focus: float = 1.0,
    **more: object,
) -> Roadmap:
    """A roadmap from features, engineers by team, and needs as (feature, needs, lag)."""
    staff = tuple(Team(name, engineers, focus) for name, engineers in (teams or {"core": 1}).items())
    edges = tuple(Dependency(*edge) for edge in needs)
    return Roadmap(date(2027, 1, 4), staff, tuple(features), dependencies=edges, **more)  # type: ignore[arg-type]


def deal(name: str = "acme", signs: float = 0.0, promoted: bool = False, off: Iterable[str] = ()) -> Deal:
    """A signed deal."""
    return Deal(name, signs, status="signed", promoted=promoted, off=LATER | frozenset(off))


def drill(promised: str, effort: float, found: float | None, due: float = 1.0, n: int = 1) -> dict[str, object]:
    """A signed deal whose promise of a feature has one gap: keyword arguments for `roadmap`."""
    gap = Gap("acme-1", "acme", promised, Work("core", effort, stories=n), found=found)
    return {"deals": (deal(),), "promises": (Promise("acme", promised, due),), "gaps": (gap,)}


def run(plan: Roadmap) -> Trace:
    """One replication without luck."""
    compiled = compile_plan(plan)
    return simulate(compiled, no_luck(compiled))


def ships(plan: Roadmap) -> dict[str, float]:
    """When each feature ships without luck."""
    trace = run(plan)
    return dict(zip(trace.plan.features, trace.ships.tolist(), strict=True))
