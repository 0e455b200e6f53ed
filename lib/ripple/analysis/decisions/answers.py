"""The answers that could be given to a deal: those of the roadmap's own scenarios, and usual ones made for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ripple.analysis.decisions.places import told_now
from ripple.analysis.decisions.promise import SafePromise
from ripple.analysis.decisions.safety import kept_by
from ripple.analysis.decisions.settings import in_words
from ripple.analysis.replications import calendar_of, replicate
from ripple.engine.plan import compile_plan
from ripple.roadmap.changes import AddPeople, Adopt, Change, GiveWord, Phase, Sign
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario, apply

LATER = 26.0
"""Weeks by which the answer `later` puts off the signing and every due date."""

PEOPLE, STAY = 2, 26.0
"""Engineers whom the answer `with-people` adds, and the weeks for which they stay after the last due date."""

FIRST_PART = 0.5
"""The share of the largest promised feature that the answer `in-phases` ships first."""

PROOF = "proof-of-concept"
DECLINED = "declined"


@dataclass(frozen=True)
class Answer:
    """One answer to a deal.

    Attributes:
        name: Its slug; unique among the answers.
        title: What people call it.
        scenario: What changes; None: the deal is declined.
        settings: What it consists of, in words.
        generated: Whether it was made here, and is not a scenario of the roadmap.
        as_promised: Whether the deal signs, is promoted, and nothing else changes.
    """

    name: str
    title: str
    scenario: Scenario | None
    settings: str
    generated: bool
    as_promised: bool = False


def answers(
    roadmap: Roadmap,
    deal: str,
    scenarios: Sequence[Scenario] = (),
    safe: SafePromise | None = None,
    phases: Scenario | None = None,
) -> list[Answer]:
    """All answers to a deal that are worth comparing, each once: what makes the same roadmap is the same answer.

    Args:
        roadmap: The base world.
        deal: An open deal.
        scenarios: The roadmap's own; those that do not sign the deal are left out, and those that sign others too.
        safe: Its safe promise; None, or one without a date: the answer at the safe dates is left out.
        phases: The answer in two phases: see `in_phases`.

    Raises:
        InputError: A scenario does not fit the roadmap.
    """
    own = [scenario for scenario in scenarios if signs(roadmap, scenario) == {deal}]
    plain, found, worlds = apply(roadmap, _plain(deal)), list[Answer](), list[Roadmap]()
    for scenario, generated in [*((s, False) for s in own), *((s, True) for s in _usual(roadmap, deal, safe, phases))]:
        world = apply(roadmap, scenario)
        if world in worlds:
            continue
        worlds.append(world)
        name = scenario.name if all(one.name != scenario.name for one in found) else f"{scenario.name}-made"
        words = in_words(roadmap, scenario)
        found.append(Answer(name, scenario.label, scenario, words, generated, as_promised=world == plain))
    return [*found, Answer(DECLINED, "Declining", None, "nothing changes", generated=True)]


def signs(roadmap: Roadmap, scenario: Scenario) -> set[str]:
    """The deals that a scenario signs and that had not signed before."""
    signed = {deal.name for deal in roadmap.signed}
    return {change.deal for change in scenario.changes if isinstance(change, Sign)} - signed


def _plain(deal: str) -> Scenario:
    return Scenario("as-promised", "Accepting as promised", (Sign(deal),))


def _usual(roadmap: Roadmap, deal: str, safe: SafePromise | None, phases: Scenario | None) -> Iterator[Scenario]:
    """The usual answers, as far as the roadmap has what they need."""
    yield _plain(deal)
    if safe and safe.scenario:
        yield Scenario("at-safe-date", "Accepting at the safe dates", safe.scenario.changes)
    if phases:
        yield phases
    told = told_now(roadmap, deal)
    if any(gap.found is None or gap.found > float(told.on) for gap in roadmap.gaps_of(deal)):
        yield Scenario("told-now", "Accepting as promised, product told now", (told, Sign(deal)))
        yield Scenario(PROOF, "Accepting after a proof of concept", (_tried(roadmap, deal), Sign(deal)))
    if people := _people(roadmap, deal):
        yield Scenario("with-people", "Accepting as promised, with more people", (*people, Sign(deal)))
    yield Scenario("later", "Accepting half a year later", tuple(_deferred(roadmap, deal)))


def _tried(roadmap: Roadmap, deal: str) -> Change:
    """A proof of concept as soon as the deal opens; its row in practices.csv says what it costs and finds."""
    row = roadmap.deal_named[deal]
    start = max(0.0, row.signs if row.opened is None else row.opened)
    ends = [practice.until for practice in roadmap.practices if practice.name == PROOF and practice.until is not None]
    return Adopt(PROOF, start, start + 1.0 if ends and ends[0] <= start else None)


def _people(roadmap: Roadmap, deal: str) -> tuple[Change, ...]:
    """Engineers for the team that the deal brings most work, from its signing to some time after the last due date."""
    there = {*compile_plan(roadmap).features}
    new = {*compile_plan(apply(roadmap, _plain(deal))).features} - there
    works = [work for name in sorted(new) for work in roadmap.feature_named[name].works]
    efforts: dict[str, float] = {}
    for work in [*works, *(gap.work for gap in roadmap.gaps_of(deal))]:
        efforts[work.team] = efforts.get(work.team, 0.0) + work.effort
    if not efforts:
        return ()
    team = max(efforts, key=lambda name: efforts[name])
    start = max(0.0, roadmap.deal_named[deal].signs)
    until = max([start, *(promise.due for promise in roadmap.promises_of(deal))]) + STAY
    return (AddPeople(team, PEOPLE, start, until, roadmap.team_named[team].cost_per_week),)


def _deferred(roadmap: Roadmap, deal: str) -> Iterator[Change]:
    """The contract and its dates wait; the promised features keep their places."""
    yield Sign(deal, on=max(0.0, roadmap.deal_named[deal].signs) + LATER, promoted=False)
    for promise in roadmap.promises_of(deal):
        yield GiveWord(deal, promise.feature, promise.due + LATER)


def in_phases(safe: SafePromise, n: int, seed: int, workers: int | None = None) -> Scenario | None:
    """The safe promise, but the largest late feature comes in two parts, each with a safe date of its own.

    Both parts have the place of the whole, one after the other. None: every feature is safe by the day for which it
    was asked, or a first part would be no sooner.
    """
    rows = {row.feature: row for row in safe.promises.itertuples()}
    features = [safe.roadmap.feature_named[name] for name, row in rows.items() if row.due > row.asked]
    features = [feature for feature in features if feature.effort]
    if safe.scenario is None or not features:
        return None
    largest = max(features, key=lambda feature: feature.effort).name
    whole = str(rows[largest].date)
    draft = Scenario("in-phases", "Accepting in two phases", _split(safe, largest, whole))
    world = replicate(safe.roadmap, draft, n, seed, workers=workers)
    (first,) = {p for p in world.promises if p[0] == safe.deal} - _promises(safe)
    week = kept_by(world.kept[:, world.promises.index(first)], safe.confidence)
    if not week < float(rows[largest].due):
        return None
    signing = max(0.0, safe.roadmap.deal_named[safe.deal].signs)
    day = calendar_of(safe.roadmap).ship_date(max(signing, week)).isoformat()
    return replace(draft, changes=_split(safe, largest, day))


def _promises(safe: SafePromise) -> set[tuple[str, str]]:
    return {(promise.deal, promise.feature) for promise in safe.roadmap.promises}


def _split(safe: SafePromise, feature: str, due: float | str) -> tuple[Change, ...]:
    """The safe promise's changes, with a first part that is due on some day."""
    assert safe.scenario is not None
    words = [change for change in safe.scenario.changes if isinstance(change, GiveWord)]
    rest = [change for change in safe.scenario.changes if not isinstance(change, GiveWord)]
    return (*rest, Phase(safe.deal, feature, FIRST_PART, due), *words)
