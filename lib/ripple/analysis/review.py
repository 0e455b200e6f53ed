"""What a planner should know of a roadmap before simulating it: what was read, what is assumed, what looks odd."""

from collections import Counter
from collections.abc import Iterable, Iterator
from math import isnan

from ripple.analysis.alone import Alone
from ripple.analysis.load import levels, overloads
from ripple.analysis.words import counted, listed
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.model import Promise, Roadmap

NOBODYS_FOCUS = 1.0
MOST_LISTED = 12
MOST_TEAMS = 4
HALF_A_DAY = 0.5 / 7


def review(roadmap: Roadmap) -> str:
    """One screen of text about a roadmap, in sections; a section without anything to say is left out."""
    sections = {
        "Read": [_read(roadmap)],
        "Assumed": _first(_assumed(roadmap)),
        "Looks odd": _first(_odd(roadmap)),
        "Cannot be kept": [*_overloaded(roadmap), *_impossible(roadmap)],
        "Kept but not used": _first(roadmap.notices),
    }
    blocks = [_section(name, lines) for name, lines in sections.items() if lines]
    return "\n\n".join([roadmap.title, *blocks] if roadmap.title else blocks)


def warnings(roadmap: Roadmap) -> list[str]:
    """What a reader of a report must know of the tables behind it: what was assumed, looks odd, or cannot be kept."""
    return [*assumed(roadmap), *_optimistic(roadmap), *_impossible(roadmap)]


def assumed(roadmap: Roadmap) -> list[str]:
    """What the tables leave open, so that it was assumed: whose efforts, which teams, which promises."""
    open_ones = [feature.name for feature in roadmap.features if feature.status != "done"]
    guessed = [name for name in roadmap.assumed if name in set(open_ones)]
    share = f"{len(guessed)} of {counted(len(open_ones), 'open feature')}"
    efforts = [f"The effort of {share} is assumed, not estimated: {listed(guessed)}."]
    return [*(efforts if guessed else []), *roadmap.assumptions]


def _section(name: str, lines: Iterable[str]) -> str:
    return "\n".join([name, *(f"  {line}" for line in lines)])


def _first(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    return [*every[:MOST_LISTED], *([f"... and {len(every) - MOST_LISTED} more."] if len(every) > MOST_LISTED else [])]


def _read(roadmap: Roadmap) -> str:
    engineers = sum(team.engineers for team in roadmap.teams)
    effort = sum(feature.effort for feature in roadmap.features)
    parts = [
        f"{counted(len(roadmap.teams), 'team')} with {counted(engineers, 'engineer')}",
        f"{counted(len(roadmap.features), 'feature')} of {effort:,.1f} engineer-weeks",
        counted(len(roadmap.dependencies), "dependency", "dependencies"),
        f"{counted(len(roadmap.deals), 'deal')} ({len(roadmap.signed)} signed)",
        counted(len(roadmap.promises), "promise"),
        counted(len(roadmap.gaps), "gap"),
    ]
    return f"{listed(parts, most=len(parts))}; starts {roadmap.start.isoformat()}."


def _assumed(roadmap: Roadmap) -> Iterator[str]:
    yield from assumed(roadmap)
    estimated = [work for feature in roadmap.features for work in feature.works if work.low is None and work.effort]
    if estimated:
        yield f"{counted(len(estimated), 'estimate')} without low and high: their spread is that of studies, not yours."
    blank = [deal.name for deal in roadmap.deals if deal.opened is None and roadmap.gaps_of(deal.name)]
    if blank and roadmap.practices:
        yield f"opened is blank for {listed(blank)}: practices look for gaps there from the signing on."


def _optimistic(roadmap: Roadmap) -> Iterator[str]:
    """What makes dates look better than they are."""
    focused = [team.name for team in roadmap.teams if team.focus >= NOBODYS_FOCUS]
    if focused:
        yield (
            f"teams.csv, focus 1.0 (or blank) for {listed(focused)}: nobody works 40 hours a week on the roadmap, "
            "so dates look better than they are. 0.65 is usual."
        )
    swarms = [f"{name} ({team})" for name, team in _swarms(roadmap)]
    if swarms:
        yield (
            f"A whole team works on one feature at once: {listed(swarms)}. Dates look better than they are; "
            "write a crew, such as 3, in features.csv."
        )


def _odd(roadmap: Roadmap) -> Iterator[str]:
    """What a planner may have forgotten to write, or written by mistake."""
    yield from _optimistic(roadmap)
    if not roadmap.features:
        yield "features.csv, no feature: nothing is planned. Write a row for each, with feature, team, effort."
    yield from _unwritten(roadmap)
    promised = {promise.deal for promise in roadmap.promises}
    idle_deals = [deal.name for deal in roadmap.deals if deal.status != "lost" and deal.name not in promised]
    if idle_deals:
        yield (
            f"deals.csv, no promise: {listed(idle_deals)}. Signing changes nothing; what is promised goes into "
            "promises.csv, with the columns deal, feature, due."
        )
    idle = [team for team, steps in levels(roadmap).items() if not any(engineers for _, engineers in steps)]
    if idle:
        yield f"teams.csv, no engineers: {listed(idle)}. What they should build never ships."
    ranks = Counter(feature.rank for feature in roadmap.features)
    shared = [f"{rank:g}" for rank, count in ranks.items() if count > 1]
    if shared:
        yield f"features.csv, rank {listed(shared)}: given to several features; whoever waited first goes first."


def _unwritten(roadmap: Roadmap) -> Iterator[str]:
    """The columns that are often forgotten, and what to write there."""
    coming = [feature for feature in roadmap.features if feature.status != "done"]
    unowned = [feature.name for feature in coming if not feature.owner]
    untimed = [feature.name for feature in coming if feature.target is None]
    promised = [f"{promise.feature} for {promise.deal}" for promise in roadmap.promises if not promise.owner]
    for table, column, missing, rows, remedy in (
        ("features", "owner", unowned, roadmap.features, "whom to ask about it"),
        ("features", "target", untimed, roadmap.features, "the date by which it is wanted"),
        ("promises", "owner", promised, roadmap.promises, "who answers for it to the customer"),
    ):
        if missing:
            names = f"every {table[:-1]}" if len(missing) == len(rows) else listed(missing)
            yield f"{table}.csv, no {column}: {names}. In the column {column}, write {remedy}."


def _swarms(roadmap: Roadmap) -> Iterator[tuple[str, str]]:
    """Works that would take every engineer of a team of four or more."""
    for feature in roadmap.features:
        for work in feature.works:
            engineers = roadmap.team_named[work.team].engineers
            limit = work.crew or engineers
            if engineers > 3 and limit >= engineers and work.effort >= engineers and feature.status != "done":
                yield feature.name, work.team


def _overloaded(roadmap: Roadmap) -> Iterator[str]:
    """The teams of which targets ask too much, in one line."""
    calendar = Calendar(roadmap.start, roadmap.fiscal_year_start)
    said = [
        f"{found.team} for {found.asked:,.1f} engineer-weeks by {calendar.day(found.end - HALF_A_DAY).isoformat()}, "
        f"when it has {found.able:,.1f}"
        for found in overloads(roadmap)
    ]
    if said:
        more = [f"and {counted(len(said) - MOST_TEAMS, 'team')} more"] if len(said) > MOST_TEAMS else []
        yield f"Targets ask teams for more than they can do: {'; '.join([*said[:MOST_TEAMS], *more])}."


def _impossible(roadmap: Roadmap) -> list[str]:
    """Promises that could not be kept even if their teams did nothing else; only the first of many."""
    alone = Alone(roadmap)
    judged = [(promise, alone.is_late(promise)) for promise in roadmap.promises]
    late = [promise for promise, is_late in judged if is_late]
    untried = [f"{promise.feature} for {promise.deal}" for promise, is_late in judged if is_late is None]
    lines = [_late(alone, promise) for promise in late[:MOST_LISTED]]
    if len(late) > MOST_LISTED:
        lines.append(f"... and {counted(len(late) - MOST_LISTED, 'promise')} more.")
    if untried:
        lines.append(f"Not tried alone, since it would take too long: {listed(untried)}.")
    return lines


def _late(alone: Alone, promise: Promise) -> str:
    """The sentence about a promise that is late even alone."""
    calendar = Calendar(alone.roadmap.start, alone.roadmap.fiscal_year_start)
    word = f"{promise.deal} is promised {promise.feature} by {calendar.day(promise.due).isoformat()}"
    if not alone.affords(promise):
        return f"{word}: even alone on its teams it takes longer."
    kept = alone.kept(promise)
    if isnan(kept):
        return f"{word}: even alone it would not ship by the horizon."
    return f"{word}: even alone on its teams it takes until {calendar.ship_date(kept).isoformat()}."


def kept_alone(roadmap: Roadmap, promise: Promise) -> float:
    """When a promise would be kept if nothing but it and its needs were worked on, without luck: weeks (NaN: never)."""
    return Alone(roadmap).kept(promise)
