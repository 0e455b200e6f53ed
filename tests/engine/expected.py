"""What can be said of a roadmap without simulating it: levels, longest paths, and how it must change when changed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ripple.roadmap.calendar import grid
from ripple.roadmap.model import CapacityChange, Feature, Gap, Hire, Roadmap, Work
from tests.engine.independent_state import FIRE_DRILL_LEAD, SWITCHING_COST, story_numbers


def level(roadmap: Roadmap, team: str, week: float) -> int:
    """The engineers of a team, counted another way: rows in order of their dates, each laid over those before."""
    engineers = roadmap.team_named[team].engineers
    for row in sorted(roadmap.capacity, key=lambda row: row.start):
        if row.team == team and row.start <= week and (row.until is None or week < row.until):
            engineers = row.engineers
    hired = [
        h.engineers for h in roadmap.hires if h.team == team and h.start <= week and (not h.until or week < h.until)
    ]
    return engineers + sum(hired)


def level_changes(roadmap: Roadmap, team: str) -> list[float]:
    """When the engineers of a team may change."""
    rows: list[CapacityChange | Hire] = [*roadmap.capacity, *roadmap.hires]
    return [week for row in rows if row.team == team for week in (row.start, row.until) if week is not None]


def stories_of(roadmap: Roadmap, work: Work) -> dict[int, float]:
    """The stories that are left of a work, by number, with their efforts; none without effort."""
    n, left = story_numbers(work, roadmap.story_size)
    return {number: work.effort / n for number in left if work.effort > 0}


def needs_of(roadmap: Roadmap, feature: str) -> list[tuple[str, float]]:
    """What a feature needs, with the lags."""
    return [(edge.needs, edge.lag) for edge in roadmap.dependencies if edge.feature == feature]


def entries(roadmap: Roadmap) -> dict[str, float]:
    """From when on each feature may begin: its own date, and a signing for what is unplanned."""
    entry = {row.name: 0.0 for row in roadmap.features if row.status != "unplanned"}
    for deal in sorted(roadmap.signed, key=lambda deal: deal.signs):
        stack = [row.feature for row in roadmap.promises_of(deal.name) if "scope" not in deal.off]
        while stack:
            name = stack.pop()
            if name not in entry:
                entry[name] = max(0.0, grid(deal.signs))
                stack += [need for need, _ in needs_of(roadmap, name)]
    dates = {row.name: grid(row.not_before or 0.0) for row in roadmap.features}
    return {name: max(week, dates[name]) for name, week in entry.items()}


def available(roadmap: Roadmap, ships: Mapping[str, float | None]) -> dict[str, float]:
    """When each feature becomes available, given when the others ship; what never does is left out."""
    found = {}
    for name, entry in entries(roadmap).items():
        needs = [(ships[need], lag) for need, lag in needs_of(roadmap, name)]
        weeks = [grid(ship + lag) for ship, lag in needs if ship is not None]
        if len(weeks) == len(needs):
            found[name] = max([entry, *weeks])
    return found


def with_people_enough(roadmap: Roadmap) -> Roadmap:
    """The roadmap without gaps and crews, with an engineer for every story, and with all the time it takes."""

    def free(feature: Feature) -> Feature:
        return replace(feature, works=tuple(replace(work, crew=None) for work in feature.works))

    n = sum(len(stories_of(roadmap, work)) for feature in roadmap.features for work in feature.works)
    return replace(
        roadmap,
        teams=tuple(replace(team, engineers=max(1, n)) for team in roadmap.teams),
        features=tuple(map(free, roadmap.features)),
        gaps=(),
        capacity=(),
        hires=(),
        horizon=1000.0,
    )


def longest_paths(roadmap: Roadmap) -> dict[str, float | None]:
    """When each feature ships if there are people enough: the longest path to its end, on the grid."""
    longest: dict[str, float | None] = {row.name: 0.0 if row.status == "done" else None for row in roadmap.features}
    for _ in roadmap.features:
        for name, week in available(roadmap, longest).items():
            feature = roadmap.feature_named[name]
            if feature.status != "done":
                longest[name] = max([week, *ends_of(roadmap, feature, week)])
    return longest


def ends_of(roadmap: Roadmap, feature: Feature, week: float) -> Iterator[float]:
    """When the stories of a feature end that all begin in one week."""
    for work in feature.works:
        for effort in stories_of(roadmap, work).values():
            yield grid(week + effort / roadmap.team_named[work.team].focus)


def ranked(roadmap: Roadmap) -> Roadmap:
    """The roadmap with distinct ranks."""
    return replace(roadmap, features=tuple(replace(r, rank=float(i)) for i, r in enumerate(roadmap.features)))


def lengthened(roadmap: Roadmap, factor: float) -> Roadmap:
    """The roadmap with more effort in every feature."""

    def longer(feature: Feature) -> Feature:
        works = (
            replace(w, effort=factor * w.effort, stories=story_numbers(w, roadmap.story_size)[0]) for w in feature.works
        )
        return replace(feature, works=tuple(works))

    return replace(roadmap, features=tuple(map(longer, roadmap.features)))


def new(name: str) -> str:
    """Another name, such that names sort the other way around.

    >>> sorted([new("a-1"), new("a-2")]) == [new("a-2"), new("a-1")]
    True
    """
    return "".join(chr(0x10FF - ord(letter)) for letter in name)


def renamed(roadmap: Roadmap) -> Roadmap:
    """The roadmap with other names everywhere."""

    def rename(row: Any, *cells: str) -> Any:
        return replace(row, **{cell: new(getattr(row, cell)) for cell in cells})

    def feature(row: Feature) -> Feature:
        return replace(row, name=new(row.name), works=tuple(rename(work, "team") for work in row.works))

    def gap(row: Gap) -> Gap:
        work: Work = rename(row.work, "team")
        return replace(row, name=new(row.name), deal=new(row.deal), feature=new(row.feature), work=work)

    return replace(
        roadmap,
        teams=tuple(rename(row, "name") for row in roadmap.teams),
        features=tuple(map(feature, roadmap.features)),
        dependencies=tuple(rename(row, "feature", "needs") for row in roadmap.dependencies),
        deals=tuple(rename(row, "name") for row in roadmap.deals),
        promises=tuple(rename(row, "deal", "feature") for row in roadmap.promises),
        gaps=tuple(map(gap, roadmap.gaps)),
        capacity=tuple(rename(row, "team") for row in roadmap.capacity),
        hires=tuple(rename(row, "team") for row in roadmap.hires),
    )


def dates_of(roadmap: Roadmap) -> Iterator[float | None]:
    """All dates of a roadmap, None included."""
    yield from (row.signs for row in roadmap.deals)
    yield from (row.found for row in roadmap.gaps)
    yield from (row.due for row in roadmap.promises)
    yield from (row.not_before for row in roadmap.features)
    for team in roadmap.teams:
        yield from level_changes(roadmap, team.name)


def scaled(roadmap: Roadmap, factor: float) -> Roadmap:
    """A roadmap whose times and efforts are all so many times as long."""

    def times(rows: tuple[Any, ...], *names: str) -> tuple[Any, ...]:
        changed = [{n: getattr(row, n) and factor * getattr(row, n) for n in names} for row in rows]
        return tuple(replace(row, **cells) for row, cells in zip(rows, changed, strict=True))

    lead = roadmap.parameters.get("fire_drill_lead", FIRE_DRILL_LEAD)
    cost = roadmap.parameters.get("switching_cost", SWITCHING_COST)
    return replace(
        roadmap,
        features=tuple(replace(r, works=times(r.works, "effort")) for r in times(roadmap.features, "not_before")),
        gaps=tuple(replace(g, work=times((g.work,), "effort")[0]) for g in times(roadmap.gaps, "found")),
        dependencies=times(roadmap.dependencies, "lag"),
        deals=times(roadmap.deals, "signs"),
        promises=times(roadmap.promises, "due"),
        capacity=times(roadmap.capacity, "start", "until"),
        hires=times(roadmap.hires, "start", "until"),
        horizon=factor * roadmap.horizon,
        story_size=factor * roadmap.story_size,
        parameters={**roadmap.parameters, "fire_drill_lead": factor * lead, "switching_cost": factor * cost},
    )
