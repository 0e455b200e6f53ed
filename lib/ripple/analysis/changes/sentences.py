"""What changed, in sentences: what came and went, what moved and why, and what was only luck or the program."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from ripple.analysis.changes.clauses import Labels, clause
from ripple.analysis.changes.followed import DATES, KEPT, KEPT_WITHOUT, NET, P50, P85, Name, value_of
from ripple.analysis.changes.study import A_DAY, TOLERANCE, Changes, Move, shown_day
from ripple.analysis.money.sentences import amount
from ripple.analysis.statistics import wilson
from ripple.analysis.words import counted, listed, number, percent
from ripple.engine.plan import Floats
from ripple.roadmap.changes import Sign
from ripple.roadmap.spelling import printable

MOST_MOVES = 5
MOST_TURNED = 12
"""Promises that turned are told even where that makes more sentences than usual."""

MOST_CAUSES = 3
MOST_NAMED = 3
SHARE = 0.1
"""A cause is named if it did at least this share of what the largest did."""


def sentences(changes: Changes) -> list[str]:
    """What changed, the most important first; nothing where nothing changed."""
    if changes.nothing:
        return []
    labels = Labels(changes.before[0], changes.after[0])
    turned = sum(move.turned for move in changes.told)
    most = min(max(MOST_MOVES, turned + 1), MOST_TURNED)
    found = [
        *(_moved(move, changes, labels) for move in changes.told[:most]),
        _others(changes.told[most:]),
        *_priced(changes),
        *_come(changes, labels),
        *_gone(changes, labels),
        *_renamed(changes, labels),
        *_without_effect(changes, labels),
    ]
    found = [sentence for sentence in found if sentence]
    if changes.edits and not found:
        n = counted(len(changes.edits), "edit")
        found = [f"{n[0].upper()}{n[1:]} in the tables: no date or chance moves by more than the noise."]
    return [*found, *_program(changes), *_luck(changes)]


def _moved(move: Move, changes: Changes, labels: Labels) -> str:
    """One number's move: by how much, to what, because of what."""
    subject = _subject(move.name, changes, labels)
    lead = f"{subject[0].upper()}{subject[1:]} {_by(move, changes)}"
    causes = _causes(move, changes, labels)
    if len(causes) == 1:
        return f"{lead}, because {causes[0][1]}."
    parts = "; ".join(f"{_part(move.name, part, changes)} because {words}" for part, words in causes)
    rest = move.after - move.before - sum(part for part, _ in causes)
    other = f"; {_part(move.name, rest, changes)} because of smaller changes" if _visible(move.name, rest) else ""
    return f"{lead}: {parts}{other}."


def _causes(move: Move, changes: Changes, labels: Labels) -> list[tuple[float, str]]:
    """What moved a number, the largest first, each with its part."""
    of = move.name[-1]
    least = SHARE * max(map(abs, move.parts))
    clear = [(part, step) for part, step, is_clear in zip(move.parts, changes.steps, move.clear, strict=True)
             if is_clear and abs(part) >= least and _visible(move.name, part)]  # fmt: skip
    largest = sorted(clear, key=lambda cause: -abs(cause[0])) or [
        max(zip(move.parts, changes.steps, strict=True), key=lambda cause: abs(cause[0]))
    ]
    causes = [(part, clause(step, labels, of)) for part, step in largest[:MOST_CAUSES]]
    other = [(move.program, "the program was changed"), (move.luck, f"of luck: {_drawn(changes)}")]
    return [*causes, *((part, words) for part, words in other if _visible(move.name, part))]


def _subject(name: Name, changes: Changes, labels: Labels) -> str:
    if name[0] == NET:
        return "the net value of saying yes"
    if name[0] in DATES:
        words = {P50: "the likely date of {}", P85: "the date that {} meets with 85%"}
        return _lead(name, changes) + words[name[0]].format(labels.feature(name[1]))
    return f"{_lead(name, changes)}the chance that {labels.deal(name[1])} gets {labels.feature(name[2])} on time"


def _lead(name: Name, changes: Changes) -> str:
    """In which of two worlds: with the deal, or with a scenario that signs none."""
    scenario = changes.after[1]
    if scenario is None:
        return ""
    signs = any(isinstance(change, Sign) for change in scenario.changes)
    what = "the deal" if signs else f"the scenario '{printable(scenario.label)}'"
    return f"{'without' if name[0] == KEPT_WITHOUT else 'with'} {what}, "


def _by(move: Move, changes: Changes) -> str:
    """How far and to what."""
    kind = move.name[0]
    if kind in DATES:
        return _date_by(move, changes)
    half = (move.upper - move.lower) / 2
    way = "rose" if move.after > move.before else "fell"
    if kind == NET:
        currency = changes.after[0].currency
        least, most = sorted((abs(move.lower), abs(move.upper)))
        span = f" (95% interval {amount(least, half, currency)} to {amount(most, half, currency)})"
        return f"{way} by {amount(abs(move.after - move.before), half, currency)}{span if move.by_edits else ''}"
    points = number(100 * half, most=0)
    span = f" (by {number(100 * abs(move.planned), most=0)} ± {points} points)" if half > 0 and move.by_edits else ""
    return f"{way} from {percent(move.before)} to {percent(move.after)}{span}"


def _date_by(move: Move, changes: Changes) -> str:
    if move.after >= changes.horizon:
        before = date.fromordinal(shown_day(move.before)).isoformat()
        return f"moved from {before} to after the horizon"
    days = shown_day(move.after) - shown_day(move.before)
    span = ""
    if move.by_edits and move.lower != move.upper:
        least, most = sorted((abs(move.lower), abs(move.upper)))
        span = f" (95% interval {number(least, most=0)} to {number(most, most=0)})"
    to = date.fromordinal(shown_day(move.after)).isoformat()
    return f"moved {_days(days)}{span}, to {to}"


def _days(days: float) -> str:
    way = "later" if days >= 0 else "earlier"
    return f"{counted(abs(round(days)), 'day')} {way}"


def _part(name: Name, part: float, changes: Changes) -> str:
    """What one cause did."""
    if name[0] in DATES:
        return _days(part)
    sign = "up" if part > 0 else "down"
    if name[0] == NET:
        return f"{sign} {amount(abs(part), abs(part) / 10, changes.after[0].currency)}"
    return f"{sign} {counted(round(100 * abs(part)), 'point')}"


def _visible(name: Name, part: float) -> bool:
    """Whether a part is not rounded away: half a day, half a point, or any amount of money."""
    return abs(part) >= A_DAY if name[0] in DATES else abs(part) > (0.0 if name[0] == NET else 0.005)


def _others(moves: Sequence[Move]) -> str:
    """How many more moved; the table of changes has them all."""
    dates = sum(move.name[0] in DATES for move in moves)
    chances = len(moves) - dates
    parts = [counted(n, f"more {noun}") for n, noun in ((dates, "date"), (chances, "chance")) if n]
    return f"{listed(parts)} moved too.".capitalize() if parts else ""


def _without_effect(changes: Changes, labels: Labels) -> Iterable[str]:
    """The edits that moved no date, chance or net value, where others did."""
    moved = [move.clear for move in changes.told]
    idle = [step for i, step in enumerate(changes.steps) if moved and not any(clear[i] for clear in moved)]
    if idle:
        told = [clause(step, labels) for step in idle[:MOST_NAMED]]
        more = [f"{len(idle) - MOST_NAMED} more"] if len(idle) > MOST_NAMED else []
        yield f"Nothing else moves by more than the noise because of these: {'; '.join([*told, *more])}."


def _come(changes: Changes, labels: Labels) -> Iterable[str]:
    """Features and promises that only this report has."""
    features = [f"{labels.feature(name[1])} ({_likely(changes, name)})" for name in changes.come if name[0] == P50]
    if features:
        yield f"New in the plan: {listed(features, most=MOST_NAMED)}."
    promises = [
        f"{labels.feature(name[2])} for {labels.deal(name[1])} (on time {_chance(values)})"
        for name, values in changes.come.items()
        if name[0] == KEPT
    ]
    if promises:
        yield f"New among the promises of signed deals: {listed(promises, most=MOST_NAMED)}."


def _priced(changes: Changes) -> Iterable[str]:
    """The net value, where only one of the two reports knows it."""
    if (NET,) in changes.come:
        yield "The net value of saying yes is known now."
    if (NET,) in changes.gone:
        yield "The net value of saying yes is no longer known."


def _likely(changes: Changes, name: Name) -> str:
    day = value_of(name, changes.come[name])
    return "after the horizon" if day >= changes.horizon else f"likely {date.fromordinal(shown_day(day)).isoformat()}"


def _chance(values: Floats) -> str:
    p, lower, upper = wilson(int(values.sum()), len(values))
    return f"{percent(p)}, 95% interval {percent(lower)} to {percent(upper)}"


def _gone(changes: Changes, labels: Labels) -> Iterable[str]:
    """Features that are done or left the plan, and promises that are no longer made."""
    now = changes.after[0].feature_named
    left = [name[1] for name in changes.gone if name[0] == P50]
    done = [name for name in left if name in now and now[name].status == "done"]
    if done:
        yield f"Done since: {listed([labels.feature(name) for name in done], most=MOST_NAMED)}."
    if len(left) > len(done):
        gone = [labels.feature(name) for name in left if name not in done]
        yield f"No longer in the plan: {listed(gone, most=MOST_NAMED)}."
    promises = [f"{labels.feature(n[2])} for {labels.deal(n[1])}" for n in changes.gone if n[0] == KEPT]
    if promises:
        yield f"No longer promised by a signed deal: {listed(promises, most=MOST_NAMED)}."


def _renamed(changes: Changes, labels: Labels) -> Iterable[str]:
    """What goes by another name, and is the same but for that."""
    label = {"teams": labels.team, "features": labels.feature, "deals": labels.deal}
    names = []
    for edit in changes.renamed:
        old, new = printable(edit.before), printable(edit.after)
        title = label[edit.table](edit.after)
        names.append(f"{old} is now {new}" if title == new else f"{title} ({old} is now {new})")
    if names:
        yield f"Renamed, and otherwise as they were: {listed(names, most=MOST_NAMED)}."


def _program(changes: Changes) -> Iterable[str]:
    """What another program makes of the same tables."""
    most = _most(changes.moves, lambda move: move.program)
    if most:
        old, new = changes.versions
        what = f"The program was changed (Ripple {old}, then {new})" if old != new else "The program was changed"
        yield f"{what}: with the same tables {most}."


def _luck(changes: Changes) -> Iterable[str]:
    """What another seed, another number of simulations or other names do."""
    before, after = changes.luck
    if before != after or changes.renamed:
        most = _most(changes.moves, lambda move: move.luck) or "no date moves by a day and no chance by a point"
        drawn = _drawn(changes)
        yield f"{drawn[0].upper()}{drawn[1:]}: by luck alone, {most}."


def _drawn(changes: Changes) -> str:
    before, after = changes.luck
    parts = []
    if before.seed != after.seed:
        parts.append(f"the seed was changed from {before.seed} to {after.seed}")
    if before.n != after.n:
        parts.append(f"the number of simulations was changed from {before.n:,} to {after.n:,}")
    if changes.renamed:
        parts.append("what is renamed draws its luck anew")
    return listed(parts)


def _most(moves: Sequence[Move], part: Callable[[Move], float]) -> str:
    """The largest shifts of a kind, or nothing where there is none to see."""
    days = max((abs(part(move)) for move in moves if move.name[0] in DATES), default=0.0)
    points = max((abs(part(move)) for move in moves if move.name[0] in (KEPT, KEPT_WITHOUT)), default=0.0)
    net = max((abs(part(move)) for move in moves if move.name[0] == NET), default=0.0)
    found = [f"dates move by up to {counted(round(days), 'day')}"] if days >= A_DAY else []
    found += [f"chances by up to {counted(round(100 * points), 'point')}"] if points >= A_DAY / 100 else []
    found += ["the net value moves too"] if net > TOLERANCE else []
    return listed(found)
