"""The compiled engine: the rules of `ripple.engine.world` once more, for thousands of worlds a second.

The same plan and the same draws give the same results to the last bit (`tests/engine/test_kernel.py`); nothing is here
that the reference does not have. It is one file, and takes no constant from another, since the cache of compiled code
sees no changes elsewhere. Order and names are those of the reference: time, queues, conditions, dispatch, delivery,
discovery, the instant, the run.

A world is one block of memory: a record `WORLD`, then tables of records, each reached by its address and a number, as
in `work_at(w.works, 3).left`. So every function takes one pointer, which compiles in seconds and costs nothing to
call, and a replication begins by copying the image of a world that has not begun. `ripple.engine.compiled` makes both.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import from_dtype, njit, types
from numba.extending import intrinsic

from ripple.engine.team_arrays import Flags, Floats, Ints

SNAP = 1.5 * 2.0**22
INF, NAN = np.inf, np.nan
MOST_UPKEEP, WEEKS_PER_YEAR = 0.5, 52


def numbers(n: int) -> list[Any]:
    """The first whole numbers as NumPy's: Numba would compile a function anew for each that is Python's."""
    return [np.int64(number) for number in range(n)]


ZERO, ONE = numbers(2)
NONE = -ONE
READY, FREED, CONTINUED = numbers(3)
_, DATE_CAUSE, _, SHIP_CAUSE, GAP_CAUSE = numbers(5)
FIRE_DRILL, ORDINARY = numbers(2)

LEVEL, CALENDAR, NEWCOMERS, PRACTICE = numbers(4)
"""What a date changes."""

SIGNING, ARRIVAL, ERRAND, FIND, WEEK, RECOVERY = numbers(6)
"""What is reported at a time, beside dates and ends of stories: a deal's signing, a feature's arrival, an errand's, a
gap's find, a whole week while a team's speed moves, the end of a loss of morale."""

# Records. All columns are eight bytes wide; `first_x` and `last_x` say where a list begins and ends in another table.


def columns(ints: str = "", floats: str = "") -> np.dtype[np.void]:
    """A kind of record, with these columns.

    >>> columns("team feature", "pace").names
    ('team', 'feature', 'pace')
    """
    return np.dtype([(name, "i8") for name in ints.split()] + [(name, "f8") for name in floats.split()])


TABLES = """teams slots works features deals gaps practices parts tree times queue events
    ending weeks recovering signing arriving errands finds shipping touched opened order stack
    dates steps cohorts needs dependents feature_gaps promised promises announced
    stories interruptions segments conditions promotions"""
"""All tables; for each, `WORLD` has its address."""

WORLD = columns(
    f"""recording full draws reported leaves n_own n_planned n_teams n_slots n_features n_deals n_gaps n_practices
    n_promises n_announced n_stories n_reworks n_groups n_events n_ending n_weeks n_recovering n_signing n_arriving
    n_errands n_finds n_shipping first_shipping n_touched n_opened next_date first_date n_segments n_conditions
    n_promotions most_stories most_segments most_conditions most_promotions {TABLES}""",
    """now front horizon fire_drill_lead switching_cost rework_share rework_cap drill_pace fatigue_loss fatigue_weeks
    morale_loss morale_weeks upkeep_rate ramp_start ramp_weeks mentor_share story_size created done""",
)
"""One world: the numbers that it has only one of. `full`: some table was too small, and the run counts for nothing.
`draws` is where every story's effort was drawn. `created` is all effort that there was to do, `done` what engineers'
hours did of it."""

TEAM = columns(
    "number first_slot last_slot queue n_queue n_idle level present engineers touched due drills drilling step part",
    "speed usual focus calendar upkeep tired tired_since tick",
)
SLOT = columns("story work team leaf why idle here number", "since speed usual")
"""An engineer, and the leaf that says when the story in hand ends."""

WORK = columns(
    """left running fresh last put_back listed crew feature team pulled urgency deal overtime cause cause_number number
    offset removed last_drawn""",
    "pace queued spent",
)
"""A work's waiting stories are those put back, as a chain, and then those from `fresh` to `last`."""

FEATURE = columns(
    """done waits unfinished cause cause_number first_own last_own first_need last_need first_dependent last_dependent
    first_gap last_gap marked""",
    "place available ships starts",
)
DEAL = columns(
    "turn promoted signed retrofit rework switching overtime morale upkeep first_promised last_promised", "signs"
)
GAP = columns("deal feature known noted drill group", "found due opened closed")
PRACTICE_ROW = columns("team running", "cost")
PART = columns("group n_stories next", "effort opened closed loss end")
"""One team's part of a rework; `next` is the team's one before."""

REAL = columns("", "value")
EVENT = columns("kind number", "time")
ITEM = columns("number")
DATE = columns("team what value", "time factor")
STEP = columns("first_cohort last_cohort")
COHORT = columns("", "since engineers")
DEPENDENT = columns("feature", "lag")
PROMISE = columns("deal feature")
ERRAND_ROW = columns("work", "time")
STORY = columns("", "remaining")
INTERRUPTION = columns("back happened", "added switching")
"""What interruptions have done to a story, and which story that was put back comes after it."""

SEGMENT = columns("", "team engineer start end story effort switching speed usual why")
CONDITION_ROW = columns("", "team time engineers calendar practices upkeep fatigue morale ramp")
PROMOTION = columns("", "time feature place")

# Machinery.

Record = Any
F = TypeVar("F", bound=Callable[..., Any])


OPTIONS: Any = {"nogil": True, "error_model": "numpy"}
"""The lock of Python is let go, and nothing is divided by 0; the order of additions stands, so that bits do."""

INSIDE: Any = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def fast(function: F) -> F:
    """Compile a function that only compiled functions call."""
    return cast("F", njit(**INSIDE)(function))


def inlined(function: F) -> F:
    """Compile a function into those that call it: every story goes through it."""
    return cast("F", njit(**INSIDE, forceinline=True)(function))


def kept_on_disk(function: F) -> F:
    """Compile a function that Python calls, and keep its code for the next process where anything can be written.

    That is beside this file, else in the person's cache folder; `NUMBA_CACHE_DIR` names another one.
    """
    try:
        return cast("F", njit(cache=True, **OPTIONS)(function))
    except RuntimeError:  # there is no folder that can be written to
        return cast("F", njit(**OPTIONS)(function))


def table(kind: np.dtype[np.void]) -> Callable[[int, int], Record]:
    """The function that finds a record of this kind: from the address of a table and a number."""
    record = from_dtype(kind)

    @intrinsic
    def at(_typing: Any, _address: Any, _number: Any) -> Any:
        """The record with a number."""

        def emit(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            pointer = builder.inttoptr(arguments[0], context.get_value_type(record))
            return builder.gep(pointer, [arguments[1]])

        return record(types.int64, types.int64), emit

    return cast("Callable[[int, int], Record]", at)


world_at = table(WORLD)
team_at, slot_at, work_at, feature_at = table(TEAM), table(SLOT), table(WORK), table(FEATURE)
deal_at, gap_at, practice_at, part_at = table(DEAL), table(GAP), table(PRACTICE_ROW), table(PART)
real_at, event_at, item_at, date_at = table(REAL), table(EVENT), table(ITEM), table(DATE)
step_at, cohort_at, dependent_at, promise_at = table(STEP), table(COHORT), table(DEPENDENT), table(PROMISE)
errand_at, story_at, interruption_at = table(ERRAND_ROW), table(STORY), table(INTERRUPTION)
segment_at, condition_at, promotion_at = table(SEGMENT), table(CONDITION_ROW), table(PROMOTION)

# Lists of numbers, which are short.


@fast
def put(items: int, n: int, number: int) -> int:
    """Append a number to a list of n, and return how many there are now."""
    item_at(items, n).number = number
    return n + 1


@fast
def sort(items: int, n: int) -> None:
    """Sort the first n numbers."""
    for i in range(1, n):
        number, j = item_at(items, i).number, i
        while j > 0 and item_at(items, j - 1).number > number:
            item_at(items, j).number = item_at(items, j - 1).number
            j -= 1
        item_at(items, j).number = number


@fast
def total(numbers: int, n: int) -> float:
    """The sum of the first n real numbers, in four parts: one after the other, each would wait for the one before."""
    a, b, c, d, last = 0.0, 0.0, 0.0, 0.0, n - n % 4
    for i in range(0, last, 4):
        a += real_at(numbers, i).value
        b += real_at(numbers, i + 1).value
        c += real_at(numbers, i + 2).value
        d += real_at(numbers, i + 3).value
    for i in range(last, n):
        a += real_at(numbers, i).value
    return (a + b) + (c + d)


# Time: the ends of stories are in a tree of slots, each node the one of its two whose story ends earlier, and the times
# in a table of their own, so that a slot is taken up the tree without a guess which of two it will be. All else is a
# heap.


@inlined
def ends(w: Record, slot: Record, time: float) -> None:
    """Say when a slot's story ends; `INF`: it has none, or it never ends."""
    tree, times, node = w.tree, w.times, slot.leaf
    first = item_at(tree, node).number
    real_at(times, first).value = time
    while node > 1:
        other = item_at(tree, node ^ 1).number
        others = real_at(times, other).value
        earlier = others < time
        time = others if earlier else time
        first = other if earlier else first
        node >>= 1
        item_at(tree, node).number = first


@inlined
def other_ends(w: Record, node: int) -> float:
    """When the next story ends of all slots but the one of a leaf."""
    tree, times, time = w.tree, w.times, INF
    while node > 1:
        time = min(time, real_at(times, item_at(tree, node ^ 1).number).value)
        node >>= 1
    return time


@fast
def first_slot(w: Record) -> int:
    """The slot whose story ends next."""
    return int(item_at(w.tree, 1).number)


@fast
def first_end(w: Record) -> float:
    """When the next story ends."""
    return float(real_at(w.times, first_slot(w)).value)


@fast
def push(w: Record, time: float, kind: int, number: int) -> None:
    """Add an event to the heap."""
    i = w.n_events
    w.n_events = i + 1
    while i > 0:
        parent = event_at(w.events, (i - 1) >> 1)
        if parent.time <= time:
            break
        move(parent, event_at(w.events, i))
        i = (i - 1) >> 1
    to = event_at(w.events, i)
    to.time, to.kind, to.number = time, kind, number


@fast
def move(one: Record, to: Record) -> None:
    """Copy an event."""
    to.time, to.kind, to.number = one.time, one.kind, one.number


@fast
def pop(w: Record) -> None:
    """Remove the first event from the heap."""
    n, i = w.n_events - 1, 0
    w.n_events = n
    last = event_at(w.events, n)
    while 2 * i + 1 < n:
        child = 2 * i + 1
        if child + 1 < n and event_at(w.events, child + 1).time < event_at(w.events, child).time:
            child += 1
        if event_at(w.events, child).time >= last.time:
            break
        move(event_at(w.events, child), event_at(w.events, i))
        i = child
    move(last, event_at(w.events, i))


@fast
def at(w: Record, time: float, kind: int, number: int) -> None:
    """Report something at a time: in this instant, or by an event."""
    if time <= w.now:
        report(w, kind, number)
    elif time <= w.horizon:
        push(w, time, kind, number)


@fast
def report(w: Record, kind: int, number: int) -> None:
    """Note what happened in this instant."""
    w.reported = 1
    if kind == SIGNING:
        w.n_signing = put(w.signing, w.n_signing, number)
    elif kind == ARRIVAL:
        w.n_arriving = put(w.arriving, w.n_arriving, number)
    elif kind == ERRAND:
        w.n_errands = put(w.errands, w.n_errands, number)
    elif kind == FIND:
        note_find(w, number)
    elif kind == WEEK:
        w.n_weeks = put(w.weeks, w.n_weeks, number)
    else:
        w.n_recovering = put(w.recovering, w.n_recovering, number)


@fast
def report_shipping(w: Record, number: int) -> None:
    """A feature is about to ship."""
    w.reported = 1
    w.n_shipping = put(w.shipping, w.n_shipping, number)


@fast
def note_find(w: Record, number: int) -> None:
    """A gap is about to come to light, once in an instant."""
    gap = gap_at(w.gaps, number)
    if not gap.noted:
        gap.noted = 1
        w.n_finds = put(w.finds, w.n_finds, number)


@fast
def touch(w: Record, team: Record) -> None:
    """Have a team dispatch at the end of the instant."""
    if not team.touched:
        team.touched = 1
        w.n_touched = put(w.touched, w.n_touched, team.number)


# Queues: a heap of works for each team, by (class, place, instant first queued, number).


@fast
def precedes(w: Record, one: int, other: int) -> bool:
    """Whether a work comes before another in the queue."""
    a, b = work_at(w.works, one), work_at(w.works, other)
    if a.urgency != b.urgency:
        return bool(a.urgency < b.urgency)
    place, others = feature_at(w.features, a.feature).place, feature_at(w.features, b.feature).place
    if place != others:
        return bool(place < others)
    if a.queued != b.queued:
        return bool(a.queued < b.queued)
    return one < other


@fast
def sift_down(w: Record, team: Record, i: int) -> None:
    """Let a work sink in its team's heap to where it belongs."""
    first, n = team.queue, team.n_queue
    work = item_at(w.queue, first + i).number
    while 2 * i + 1 < n:
        child = 2 * i + 1
        lower = item_at(w.queue, first + child).number
        if child + 1 < n and precedes(w, item_at(w.queue, first + child + 1).number, lower):
            child += 1
            lower = item_at(w.queue, first + child).number
        if not precedes(w, lower, work):
            break
        item_at(w.queue, first + i).number = lower
        i = child
    item_at(w.queue, first + i).number = work


@inlined
def waits(work: Record) -> bool:
    """Whether a work has a waiting story."""
    return bool(work.put_back >= 0 or work.fresh < work.last)


@inlined
def offer(w: Record, team: Record, work: Record) -> None:
    """List a work if it has an eligible story: one that waits, with its crew not full."""
    if work.listed or work.running >= work.crew or not waits(work):
        return
    work.listed = 1
    first, i = team.queue, team.n_queue
    team.n_queue = i + 1
    while i > 0:
        parent = item_at(w.queue, first + ((i - 1) >> 1)).number
        if not precedes(w, work.number, parent):
            break
        item_at(w.queue, first + i).number = parent
        i = (i - 1) >> 1
    item_at(w.queue, first + i).number = work.number


@inlined
def pull(w: Record, team: Record, work: Record) -> int:
    """Take a story from the work with the smallest key, which is the team's first."""
    story = work.put_back
    if story >= 0:
        work.put_back = interruption_at(w.interruptions, story).back
    else:
        story = work.fresh
        work.fresh = story + 1
    work.running += 1
    if work.running >= work.crew or not waits(work):
        unlist(w, team, work)
    return int(story)


@fast
def unlist(w: Record, team: Record, work: Record) -> None:
    """Take the first work from the team's heap."""
    work.listed = 0
    n = team.n_queue - 1
    team.n_queue = n
    if n > 0:
        item_at(w.queue, team.queue).number = item_at(w.queue, team.queue + n).number
        sift_down(w, team, ZERO)


@fast
def put_back(w: Record, team: Record, work: Record, story: int) -> None:
    """Return a suspended story to the queue, in the order of its number; it keeps its key."""
    work.running -= 1
    before, after = NONE, work.put_back
    while after >= 0 and after < story:
        before, after = after, interruption_at(w.interruptions, after).back
    interruption_at(w.interruptions, story).back = after
    if before < 0:
        work.put_back = story
    else:
        interruption_at(w.interruptions, before).back = story
    offer(w, team, work)


# Conditions: what sets a team's speed.


@fast
def practices(w: Record, team: Record, costs: float) -> float:
    """Costs, and what the team's practices cost each week, in engineers."""
    for number in range(w.n_practices):
        practice = practice_at(w.practices, number)
        if practice.running and practice.team == team.number:
            costs += practice.cost
    return costs


@fast
def taken(w: Record, team: Record) -> float:
    """The share of the team's capacity that upkeep and practices take."""
    costs = practices(w, team, team.upkeep)
    return min(MOST_UPKEEP, costs / team.engineers) if costs != 0.0 and team.engineers > 0 else 0.0


@fast
def fatigue(w: Record, team: Record, now: float) -> float:
    """How tired the team is, from 0 to 1."""
    change = (now - team.tired_since) / w.fatigue_weeks
    return float(min(1.0, team.tired + change) if team.drilling else max(0.0, team.tired - change))


@fast
def morale(w: Record, team: Record, now: float) -> float:
    """The share of speed lost to having to redo work: the largest loss that holds."""
    loss, number = 0.0, team.part
    while number >= 0:
        part = part_at(w.parts, number)
        if now < part.end and part.loss > loss:
            loss = part.loss
        number = part.next
    return loss


@fast
def morale_until(w: Record, team: Record, end: float) -> float:
    """The largest loss that held until a time."""
    loss, number = 0.0, team.part
    while number >= 0:
        part = part_at(w.parts, number)
        if end <= part.end and part.loss > loss:
            loss = part.loss
        number = part.next
    return loss


@fast
def ramp(w: Record, team: Record, now: float) -> float:
    """The mean over the engineers of what newcomers do, less what mentoring them takes."""
    lost, step = 0.0, step_at(w.steps, team.step)
    for number in range(step.first_cohort, step.last_cohort):
        cohort = cohort_at(w.cohorts, number)
        grown = (now - cohort.since) / w.ramp_weeks
        if grown < 1.0:
            lost += cohort.engineers * ((1.0 - w.ramp_start) * (1.0 - grown) + w.mentor_share * (1.0 - grown))
    return max(0.0, team.engineers - lost) / team.engineers if lost != 0.0 and team.engineers > 0 else 1.0


@fast
def speed_of(w: Record, team: Record, now: float) -> float:
    """Engineer-weeks of roadmap work that an engineer does in a week, outside fire drills."""
    speed = team.focus * team.calendar
    speed *= 1.0 - taken(w, team)
    speed *= 1.0 - w.fatigue_loss * fatigue(w, team, now)
    speed *= 1.0 - morale(w, team, now)
    return float(speed * ramp(w, team, now))


@fast
def moves(w: Record, team: Record, now: float) -> bool:
    """Whether the speed will be another one at the next whole week."""
    tired, step = fatigue(w, team, now), step_at(w.steps, team.step)
    if (tired < 1.0) if team.drilling else (tired > 0.0):
        return True
    for number in range(step.first_cohort, step.last_cohort):
        if (now - cohort_at(w.cohorts, number).since) / w.ramp_weeks < 1.0:
            return True
    return False


@fast
def log_condition(w: Record, team: Record, now: float) -> None:
    """Record a condition."""
    if w.n_conditions >= w.most_conditions:
        w.full = 1
        return
    row = condition_at(w.conditions, w.n_conditions)
    w.n_conditions += 1
    cost = practices(w, team, 0.0) if team.engineers > 0 else 0.0
    whole, share = team.upkeep + cost, taken(w, team)
    row.practices = share * cost / whole if whole != 0.0 else 0.0
    row.upkeep = share - row.practices
    row.team, row.time, row.engineers, row.calendar = team.number, now, team.engineers, team.calendar
    row.fatigue = w.fatigue_loss * fatigue(w, team, now)
    row.morale, row.ramp = morale(w, team, now), ramp(w, team, now)


# Dispatch: what teams do once an instant has settled.


@fast
def dispatch(w: Record) -> None:
    """Each touched team takes its new speed; then, in table order, each hands out its stories once."""
    n = w.n_touched
    w.n_touched = 0
    sort(w.touched, n)
    for i in range(n):
        team = team_at(w.teams, item_at(w.touched, i).number)
        team.touched = 0
        if team.drilling != (team.drills > 0):
            tire(w, team)
        if team.due:
            rescale(w, team)
    for i in range(n):
        team = team_at(w.teams, item_at(w.touched, i).number)
        if team.present != team.level:
            fit(w, team)
        hand_out(w, team)


@fast
def tire(w: Record, team: Record) -> None:
    """A fire drill has opened, or the last one has ended: from now on the team tires, or recovers."""
    team.tired = fatigue(w, team, w.now)
    team.tired_since = w.now
    team.drilling, team.due = team.drills > 0, 1


@fast
def hand_out(w: Record, team: Record) -> None:
    """Idle engineers pull, lowest number first; fire drills that still wait take engineers from ordinary work."""
    number = team.first_slot
    while team.n_idle > 0 and team.n_queue > 0:
        while not slot_at(w.slots, number).idle:
            number += 1
        slot_at(w.slots, number).idle = 0
        team.n_idle -= 1
        give(w, slot_at(w.slots, number), team)
    while team.n_queue > 0 and first_work(w, team).urgency == FIRE_DRILL:
        victim = last_in_hand(w, team, ONE)
        if victim < 0:
            break
        preempt(w, slot_at(w.slots, victim), team)


@inlined
def first_work(w: Record, team: Record) -> Record:
    """The work with the smallest key in the team's queue."""
    return work_at(w.works, item_at(w.queue, team.queue).number)


@fast
def rescale(w: Record, team: Record) -> None:
    """If the team's speed has changed, its running stories go on at the new one."""
    team.due = 0
    if w.recording:
        log_condition(w, team, w.now)
    look_again(w, team)
    speed = speed_of(w, team, w.now)
    team.usual = team.focus * team.calendar
    if speed == team.speed:
        return
    team.speed = speed
    for number in range(team.first_slot, team.last_slot):
        slot = slot_at(w.slots, number)
        if slot.story >= 0:
            stop(w, slot)
            slot.why = CONTINUED
            go_on(w, slot, team, work_at(w.works, slot.work))


@fast
def look_again(w: Record, team: Record) -> None:
    """Have a team whose speed moves compute it anew at the next whole week."""
    week = np.floor(w.now) + 1.0
    if team.tick < week and moves(w, team, w.now):
        team.tick = week
        at(w, week, WEEK, team.number)


@fast
def apply_dates(w: Record) -> None:
    """Capacity, calendar, newcomers and practices take their new levels; what moves is looked at."""
    for number in range(w.first_date, w.next_date):
        apply_date(w, date_at(w.dates, number))
    w.first_date = w.next_date
    for i in range(w.n_weeks):
        team = team_at(w.teams, item_at(w.weeks, i).number)
        touch(w, team)
        team.due = 1
    w.n_weeks = 0
    for i in range(w.n_recovering):
        team = team_at(w.teams, item_at(w.recovering, i).number)
        touch(w, team)
        if morale_until(w, team, w.now) != morale(w, team, w.now):
            team.due = 1
    w.n_recovering = 0


@fast
def apply_date(w: Record, date: Record) -> None:
    """One date of one team."""
    team = team_at(w.teams, date.team)
    touch(w, team)
    team.due = 1
    if date.what == LEVEL:
        team.level = team.engineers = date.value
    elif date.what == CALENDAR:
        team.calendar = date.factor
    elif date.what == NEWCOMERS:
        team.step = date.value
    else:
        practice_at(w.practices, date.value).running = date.factor != 0.0


@fast
def fit(w: Record, team: Record) -> None:
    """Engineers come and go: idle ones leave first, then the stories with the largest keys are suspended."""
    while team.present < team.level:
        number = team.first_slot
        while slot_at(w.slots, number).here:
            number += 1
        slot_at(w.slots, number).here = slot_at(w.slots, number).idle = 1
        team.n_idle += 1
        team.present += 1
    while team.present > team.level:
        number = last_idle(w, team) if team.n_idle > 0 else last_in_hand(w, team, ZERO)
        slot = slot_at(w.slots, number)
        if slot.idle:
            slot.idle = 0
            team.n_idle -= 1
        else:
            suspend(w, slot, team, w.switching_cost)
        slot.here = 0
        team.present -= 1


@fast
def last_idle(w: Record, team: Record) -> int:
    """The idle engineer with the largest number."""
    number = team.last_slot - 1
    while not slot_at(w.slots, number).idle:
        number -= 1
    return int(number)


@fast
def last_in_hand(w: Record, team: Record, ordinary: int) -> int:
    """The engineer whose story has the largest key, perhaps of ordinary ones only; `NONE`: there is none."""
    found: int = NONE
    for number in range(team.first_slot, team.last_slot):
        slot = slot_at(w.slots, number)
        if slot.story < 0 or (ordinary and work_at(w.works, slot.work).urgency == FIRE_DRILL):
            continue
        if found < 0 or follows(w, slot, slot_at(w.slots, found)):
            found = number
    return found


@fast
def follows(w: Record, slot: Record, other: Record) -> bool:
    """Whether the story in hand has a larger key than another."""
    if slot.work == other.work:
        return bool(slot.story > other.story)
    return precedes(w, other.work, slot.work)


@inlined
def give(w: Record, slot: Record, team: Record) -> None:
    """An engineer pulls the team's next story."""
    work = first_work(w, team)
    story = pull(w, team, work)
    slot.work, slot.story = work.number, story
    if not work.pulled:
        first_pull(w, work)
    if w.recording:
        fresh = work.queued == w.now and not interruption_at(w.interruptions, story).happened
        slot.why = READY if fresh else FREED
    go_on(w, slot, team, work)


@inlined
def go_on(w: Record, slot: Record, team: Record, work: Record) -> None:
    """From now on the story in hand is worked on at the team's speed."""
    now, speed = w.now, team.speed * work.pace
    slot.since, slot.speed, slot.usual = now, speed, team.usual
    remaining = story_at(w.stories, slot.story).remaining
    ends(w, slot, (now + remaining / speed) + SNAP - SNAP if speed > 0.0 else INF)


@fast
def first_pull(w: Record, work: Record) -> None:
    """A feature starts when the first story of its own works is pulled."""
    work.pulled = 1
    if work.number < w.n_own:
        feature = feature_at(w.features, work.feature)
        if np.isnan(feature.starts):
            feature.starts = w.now


@fast
def preempt(w: Record, slot: Record, team: Record) -> None:
    """A fire drill takes an engineer from ordinary work."""
    switching = deal_at(w.deals, first_work(w, team).deal).switching
    suspend(w, slot, team, w.switching_cost if switching else 0.0)
    give(w, slot, team)


@fast
def suspend(w: Record, slot: Record, team: Record, cost: float) -> None:
    """Take the story from an engineer; it returns to the queue with what remains, plus a switching cost."""
    stop(w, slot)
    story, interruption = slot.story, interruption_at(w.interruptions, slot.story)
    story_at(w.stories, story).remaining += cost
    w.created += cost
    interruption.added += cost
    interruption.switching += cost
    interruption.happened = 1
    slot.story = NONE
    ends(w, slot, INF)
    put_back(w, team, work_at(w.works, slot.work), story)


@fast
def stop(w: Record, slot: Record) -> None:
    """End the segment of a story that is not finished."""
    done = (w.now - slot.since) * slot.speed
    if w.recording:
        log(w, slot, done)
    w.done += done
    story_at(w.stories, slot.story).remaining -= done


@fast
def log(w: Record, slot: Record, effort: float) -> None:
    """Append a segment that ends now to the trace, and say how much of it picked up an interrupted story again."""
    if w.n_segments >= w.most_segments:
        w.full = 1
        return
    row, interruption = segment_at(w.segments, w.n_segments), interruption_at(w.interruptions, slot.story)
    w.n_segments += 1
    row.switching = 0.0
    if interruption.happened:
        row.switching = min(effort, interruption.switching)
        interruption.switching -= row.switching
    row.team, row.engineer, row.start, row.end, row.story = slot.team, slot.number, slot.since, w.now, slot.story
    row.effort, row.speed, row.usual, row.why = effort, slot.speed, slot.usual, slot.why


# Delivery: from the end of a story to the arrival of what it lets begin.


@fast
def take_turns(w: Record, until: float) -> None:
    """The usual instants: one story ends, and its engineer pulls the next or idles; all else goes the long way."""
    while True:
        now, slot = first_end(w), slot_at(w.slots, first_slot(w))
        if now >= until or now > w.horizon or other_ends(w, slot.leaf) <= now:
            return
        work, team = work_at(w.works, slot.work), team_at(w.teams, slot.team)
        if work.left == 1:
            return
        w.now = now
        end_story(w, slot, team, work)
        if team.n_idle == 0 and team.n_queue > 0:
            give(w, slot, team)
        else:
            ends(w, slot, INF)
            slot.idle = 1
            team.n_idle += 1
            hand_out(w, team)


@fast
def complete(w: Record) -> None:
    """Stories end, in team, table and story order; works with them."""
    n = w.n_ending
    w.n_ending = 0
    sort_ending(w, n)
    for i in range(n):
        slot = slot_at(w.slots, item_at(w.ending, i).number)
        work, team = work_at(w.works, slot.work), team_at(w.teams, slot.team)
        end_story(w, slot, team, work)
        if work.left == 0:
            finish(w, work)
        slot.idle = 1
        team.n_idle += 1
        touch(w, team)


@fast
def sort_ending(w: Record, n: int) -> None:
    """Sort the slots whose stories end now by team and story."""
    for i in range(1, n):
        number, j = item_at(w.ending, i).number, i
        slot = slot_at(w.slots, number)
        while j > 0:
            before = slot_at(w.slots, item_at(w.ending, j - 1).number)
            if before.team < slot.team or (before.team == slot.team and before.story < slot.story):
                break
            item_at(w.ending, j).number = item_at(w.ending, j - 1).number
            j -= 1
        item_at(w.ending, j).number = number


@inlined
def end_story(w: Record, slot: Record, team: Record, work: Record) -> None:
    """A story is done; whoever calls this looks whether its work is."""
    story = story_at(w.stories, slot.story)
    if w.recording:
        log(w, slot, story.remaining)
    w.done += (w.now - slot.since) * slot.speed
    story.remaining = 0.0
    slot.story = NONE
    work.running -= 1
    work.left -= 1
    offer(w, team, work)


@fast
def finish(w: Record, work: Record) -> None:
    """A work is done: its feature ships once all its own works are, a gap closes, or a rework ends."""
    if work.number < w.n_own:
        feature = feature_at(w.features, work.feature)
        feature.unfinished -= 1
        if feature.unfinished == 0:
            report_shipping(w, work.feature)
        return
    if work.overtime:
        team = team_at(w.teams, work.team)
        team.drills -= 1
        touch(w, team)
    if work.number < w.n_own + w.n_gaps:
        gap_at(w.gaps, work.number - w.n_own).closed = w.now
        keep_up(w, work)
    elif work.number >= w.n_planned:
        part_at(w.parts, work.number - w.n_planned).closed = w.now


@fast
def ship(w: Record, number: int) -> None:
    """A feature ships: what waited for it may begin, and what it silently assumed comes to light."""
    now, feature = w.now, feature_at(w.features, number)
    feature.ships = now
    for i in range(feature.first_dependent, feature.last_dependent):
        edge = dependent_at(w.dependents, i)
        dependent, ready = feature_at(w.features, edge.feature), (now + edge.lag) + SNAP - SNAP
        if ready >= dependent.available:
            dependent.available = ready
            dependent.cause, dependent.cause_number = SHIP_CAUSE, number
        dependent.waits -= 1
        if dependent.waits == 0 and not dependent.done:
            release(w, edge.feature)
    for i in range(feature.first_gap, feature.last_gap):
        report(w, FIND, item_at(w.feature_gaps, i).number)


@fast
def release(w: Record, number: int) -> None:
    """All needs have shipped: the feature arrives when the lags and its own date have passed."""
    available = feature_at(w.features, number).available
    if available <= w.now:
        queue(w, number)
    else:
        at(w, available, ARRIVAL, number)


@fast
def arrive(w: Record) -> None:
    """Features whose dates and lags have passed become available, and so do the practices' errands."""
    n, errands = w.n_arriving, w.n_errands
    w.n_arriving = w.n_errands = 0
    sort(w.arriving, n)
    sort(w.errands, errands)
    for i in range(n):
        queue(w, item_at(w.arriving, i).number)
    for i in range(errands):
        enqueue(w, work_at(w.works, item_at(w.errands, i).number), DATE_CAUSE, ZERO)


@fast
def queue(w: Record, number: int) -> None:
    """A feature's works wait for their teams; without any effort it ships at once."""
    feature = feature_at(w.features, number)
    for own in range(feature.first_own, feature.last_own):
        work = work_at(w.works, own)
        if work.left > 0:
            enqueue(w, work, feature.cause, feature.cause_number)
    if feature.unfinished == 0:
        feature.starts = w.now
        report_shipping(w, number)


@fast
def enqueue(w: Record, work: Record, cause: int, number: int) -> None:
    """A work becomes available to its team."""
    team = team_at(w.teams, work.team)
    work.queued = w.now
    work.cause, work.cause_number = cause, number
    offer(w, team, work)
    touch(w, team)


# Discovery: deals sign, gaps come to light, and closing them becomes work.


@fast
def sign(w: Record) -> None:
    """Deals sign in turn, the one that comes in front last; their known gaps become work."""
    n = w.n_signing
    w.n_signing = 0
    for i in range(n):
        item_at(w.order, i).number = deal_at(w.deals, item_at(w.signing, i).number).turn
    sort(w.order, n)
    for i in range(n):
        item_at(w.signing, i).number = deal_of_turn(w, item_at(w.order, i).number)
    for i in range(n):
        number = item_at(w.signing, i).number
        deal = deal_at(w.deals, number)
        deal.signed = 1
        if deal.promoted:
            promote(w, deal)
        for j in range(w.n_gaps):
            if gap_at(w.gaps, j).deal == number and gap_at(w.gaps, j).known:
                note_find(w, j)


@fast
def deal_of_turn(w: Record, turn: int) -> int:
    """The deal that has a turn."""
    number = 0
    while deal_at(w.deals, number).turn != turn:
        number += 1
    return number


@fast
def promote(w: Record, deal: Record) -> None:
    """The deal's promised features, each after its unshipped needs, get the first places of their teams."""
    n = promotion_order(w, deal)
    w.front -= n
    for position in range(n):
        number = item_at(w.order, position).number
        feature_at(w.features, number).place = w.front + position
        log_promotion(w, number)
    for number in range(w.n_teams):
        team = team_at(w.teams, number)
        for i in range(team.n_queue // 2 - 1, -1, -1):
            sift_down(w, team, i)


@fast
def log_promotion(w: Record, number: int) -> None:
    """Record a promotion."""
    if not w.recording:
        return
    if w.n_promotions >= w.most_promotions:
        w.full = 1
        return
    row = promotion_at(w.promotions, w.n_promotions)
    w.n_promotions += 1
    row.time, row.feature, row.place = w.now, number, feature_at(w.features, number).place


@fast
def promotion_order(w: Record, deal: Record) -> int:
    """Put the features that a signing promotes into `order`, as the reference's function does; return how many."""
    n: int = ZERO
    for number in range(w.n_features):
        feature_at(w.features, number).marked = 0
    for i in range(deal.first_promised, deal.last_promised):
        n = collect(w, item_at(w.promised, i).number, n)
    return n


@fast
def collect(w: Record, number: int, n: int) -> int:
    """Add a feature to the order, its unshipped needs before it (on the stack: twice its number, odd once they are)."""
    height = put(w.stack, ZERO, 2 * number)
    while height > 0:
        height -= 1
        entry = item_at(w.stack, height).number
        feature = feature_at(w.features, entry >> 1)
        if entry & 1:
            n = put(w.order, n, entry >> 1)
        elif not feature.marked:
            feature.marked = 1
            height = put(w.stack, height, entry | 1)
            for i in range(feature.last_need - 1, feature.first_need - 1, -1):
                need = item_at(w.needs, i).number
                if np.isnan(feature_at(w.features, need).ships):
                    height = put(w.stack, height, 2 * need)
    return n


@fast
def find(w: Record) -> None:
    """Gaps come to light; those of signed deals become work."""
    n = w.n_finds
    w.n_finds = 0
    sort(w.finds, n)
    for i in range(n):
        number = item_at(w.finds, i).number
        gap = gap_at(w.gaps, number)
        deal = deal_at(w.deals, gap.deal)
        gap.noted = 0
        if not deal.retrofit and not gap.known:
            gap.closed = w.now
        gap.known = 1
        if deal.retrofit and deal.signed and np.isnan(gap.opened):
            open_gap(w, number, gap)


@fast
def open_gap(w: Record, number: int, gap: Record) -> None:
    """A gap becomes work: a fire drill if too little time remains to its due date."""
    work = work_at(w.works, w.n_own + number)
    gap.opened = w.now
    w.n_opened = put(w.opened, w.n_opened, number)
    gap.drill = gap.due - w.now < w.fire_drill_lead
    assign(w, work, gap.deal, gap.drill)
    if work.left > 0:
        enqueue(w, work, GAP_CAUSE, number)
    else:
        finish(w, work)


@fast
def assign(w: Record, work: Record, deal: int, is_drill: int) -> None:
    """Say whose switches hold for a work, and whether it is a fire drill, done at nights and weekends too."""
    work.deal, work.urgency = deal, FIRE_DRILL if is_drill else ORDINARY
    work.overtime = is_drill and work.left > 0 and deal_at(w.deals, deal).overtime
    if work.overtime:
        work.pace = w.drill_pace
        team_at(w.teams, work.team).drills += 1


@fast
def keep_up(w: Record, work: Record) -> None:
    """What a retrofit has built costs its team a share of its capacity from now on."""
    if deal_at(w.deals, work.deal).upkeep:
        share, team = w.upkeep_rate * drawn(w, work) / WEEKS_PER_YEAR, team_at(w.teams, work.team)
        if share > 0.0:
            team.upkeep += share
            team.due = 1
            touch(w, team)


@fast
def drawn(w: Record, work: Record) -> float:
    """What a work takes, as drawn: engineer-weeks."""
    total = 0.0
    for number in range(work.offset, work.last_drawn):
        total += real_at(w.draws, number).value
    return total


@fast
def make_reworks(w: Record) -> None:
    """One rework for each feature whose gaps became work in this instant, where something had been built."""
    n = w.n_opened
    w.n_opened = 0
    sort(w.opened, n)
    for i in range(n):
        number = item_at(w.opened, i).number
        if number >= 0 and deal_at(w.deals, gap_at(w.gaps, number).deal).rework:
            make_rework(w, i, n)
            w.n_groups += 1


@fast
def make_rework(w: Record, first: int, n: int) -> None:
    """Redo a share of what was built of a feature, because of a gap that was opened and all later ones on it."""
    number = item_at(w.opened, first).number
    feature, deal, is_drill = gap_at(w.gaps, number).feature, gap_at(w.gaps, number).deal, ZERO
    retrofit, n_gaps, n_on = 0.0, 0, 0
    for i in range(first, n):
        one = item_at(w.opened, i).number
        if one < 0 or gap_at(w.gaps, one).feature != feature:
            continue
        gap = gap_at(w.gaps, one)
        its_deal = deal_at(w.deals, gap.deal)
        if not its_deal.rework:
            continue
        item_at(w.opened, i).number = -1
        gap.group = w.n_groups
        retrofit += drawn(w, work_at(w.works, w.n_own + one))
        n_gaps += 1
        n_on += its_deal.morale
        if gap.drill and not is_drill:
            is_drill, deal = ONE, gap.deal
    redo(w, number, retrofit, deal, is_drill, n_on / n_gaps)


@fast
def redo(w: Record, gap: int, retrofit: float, deal: int, is_drill: int, share: float) -> None:
    """Spread what is redone of a gap's feature over its teams, as the effort was spent."""
    feature, spent = feature_at(w.features, gap_at(w.gaps, gap).feature), 0.0
    for own in range(feature.first_own, feature.last_own):
        work = work_at(w.works, own)
        work.spent = spent_on(w, work, feature)
        spent += work.spent
    total = min(w.rework_share * spent, w.rework_cap * retrofit)
    if total <= 0.0:
        return
    for own in range(feature.first_own, feature.last_own):
        effort = total * work_at(w.works, own).spent / spent
        if effort > 0.0:
            add_rework(w, work_at(w.works, own), gap, effort, deal, is_drill, share)


@fast
def spent_on(w: Record, work: Record, feature: Record) -> float:
    """The effort that a work of a feature has taken so far, progress before the start included."""
    if feature.done:
        return drawn(w, work)
    total = 0.0
    for number in range(work.offset, work.last_drawn):
        story = story_at(w.stories, number)
        left = 0.0 if number < work.offset + work.removed else story.remaining - under_way(w, work, number)
        total += max(0.0, real_at(w.draws, number).value - left)
    return total


@fast
def under_way(w: Record, work: Record, story: int) -> float:
    """What has been done of a story since its segment began."""
    team = team_at(w.teams, work.team)
    for number in range(team.first_slot, team.last_slot):
        slot = slot_at(w.slots, number)
        if slot.story == story:
            return float((w.now - slot.since) * slot.speed)
    return 0.0


@fast
def add_rework(w: Record, own: Record, gap: int, effort: float, deal: int, is_drill: int, share: float) -> None:
    """One team's part of a rework becomes work."""
    n, first, number = max(1, int(effort / w.story_size + 0.5)), w.n_stories, w.n_reworks
    if first + n > w.most_stories:
        w.full = 1
        return
    w.n_stories, w.n_reworks = first + n, number + 1
    for i in range(first, first + n):
        story_at(w.stories, i).remaining = effort / n
        undisturbed(w, i)
    work, part = work_at(w.works, w.n_planned + number), part_at(w.parts, number)
    work.team, work.feature, work.fresh, work.last, work.left = own.team, own.feature, first, first + n, n
    part.group, part.effort, part.n_stories, part.opened = w.n_groups, effort, n, w.now
    w.created += effort
    assign(w, work, deal, is_drill)
    enqueue(w, work, GAP_CAUSE, gap)
    dishearten(w, number, team_at(w.teams, work.team), effort, share)


@fast
def dishearten(w: Record, number: int, team: Record, effort: float, share: float) -> None:
    """To redo work slows a team down for some weeks."""
    part, now = part_at(w.parts, number), w.now
    loss = w.morale_loss * (min(1.0, effort / team.level) if team.level > 0 else 1.0) * share
    end = (now + w.morale_weeks) + SNAP - SNAP
    if loss > 0.0 and end > now:
        before = morale(w, team, now)
        part.loss, part.end, part.next = loss, end, team.part
        team.part = number
        if morale(w, team, now) != before:
            team.due = 1
        at(w, end, RECOVERY, team.number)


# An instant, and the run.


@fast
def settle(w: Record) -> None:
    """Apply what was reported until nothing changes, then let the touched teams dispatch."""
    while w.n_ending or w.reported:
        if w.first_date < w.next_date or w.n_weeks or w.n_recovering:
            apply_dates(w)
        if w.n_ending:
            complete(w)
        if w.reported:
            w.reported = 0
            settle_more(w)
    if w.n_opened:
        make_reworks(w)
    if w.n_touched:
        dispatch(w)


@fast
def settle_more(w: Record) -> None:
    """What follows the completions of an instant: ships, signings, arrivals, gaps."""
    while w.first_shipping < w.n_shipping:
        w.first_shipping += 1
        ship(w, item_at(w.shipping, w.first_shipping - 1).number)
    if w.n_signing:
        sign(w)
    if w.n_arriving or w.n_errands:
        arrive(w)
    if w.n_finds:
        find(w)


@fast
def gather(w: Record, time: float) -> None:
    """Report all that happens at a time."""
    w.now = time
    while date_at(w.dates, w.next_date).time <= time:
        w.next_date += 1
        w.reported = 1
    first = event_at(w.events, 0)
    while w.n_events and first.time == time:
        report(w, first.kind, first.number)
        pop(w)
    if first_end(w) == time:
        gather_ends(w, time)


@fast
def gather_ends(w: Record, time: float) -> None:
    """Report the stories that end at a time, in the order of their teams."""
    number = first_slot(w)
    last = number + 1
    if other_ends(w, w.leaves + number) == time:
        number, last = ZERO, w.n_slots
    while number < last:
        slot = slot_at(w.slots, number)
        if real_at(w.times, number).value == time:
            w.n_ending = put(w.ending, w.n_ending, number)
            ends(w, slot, INF)
        number += 1


@fast
def next_time(w: Record) -> float:
    """When the next thing happens that is not the end of a story."""
    time = event_at(w.events, 0).time if w.n_events else INF
    return float(min(time, date_at(w.dates, w.next_date).time))


@fast
def begin(w: Record, efforts: Floats, finds: Floats) -> None:
    """Take the draws, announce what has a time, and report what holds at the start."""
    for number in range(len(efforts)):
        story_at(w.stories, number).remaining = efforts[number]
        if w.recording:
            undisturbed(w, number)
    w.created = total(w.draws, len(efforts))
    announce(w, finds)
    begin_features(w)
    for number in range(w.n_teams):
        team_at(w.teams, number).due = 1
        touch(w, team_at(w.teams, number))


@fast
def undisturbed(w: Record, story: int) -> None:
    """A story has not been interrupted. Only a trace asks for that, so without one what is there may stay."""
    interruption = interruption_at(w.interruptions, story)
    interruption.happened, interruption.added, interruption.switching = 0, 0.0, 0.0


@fast
def announce(w: Record, finds: Floats) -> None:
    """Deals sign, practices' errands come, and gaps of features in the plan come to light, each at its time."""
    for number in range(w.n_deals):
        at(w, deal_at(w.deals, number).signs, SIGNING, number)
    for number in range(w.n_announced):
        at(w, errand_at(w.announced, number).time, ERRAND, errand_at(w.announced, number).work)
    for number in range(w.n_gaps):
        gap = gap_at(w.gaps, number)
        if gap.feature >= 0:
            at(w, min(gap.found, finds[number]), FIND, number)


@fast
def begin_features(w: Record) -> None:
    """What is done has shipped at 0; what needs nothing waits at most for its date."""
    for number in range(w.n_features):
        feature = feature_at(w.features, number)
        if feature.done:
            feature.starts = 0.0
            report_shipping(w, number)
        elif feature.waits == 0:
            release(w, number)


@fast
def run(w: Record) -> None:
    """Pass from instant to instant, up to the horizon; what happens at the horizon counts."""
    gather(w, 0.0)
    settle(w)
    while not w.full:
        until = next_time(w)
        take_turns(w, until)
        time = min(until, first_end(w))
        if time > w.horizon:
            break
        gather(w, time)
        settle(w)
    w.now = w.horizon
    for number in range(w.n_slots):
        if slot_at(w.slots, number).story >= 0:
            stop(w, slot_at(w.slots, number))


@fast
def kept(w: Record, promise: Record) -> float:
    """When a promise was kept: its feature shipped, its deal's gaps on it closed, and what they made redo redone."""
    if promise.feature < 0:
        return NAN
    feature = feature_at(w.features, promise.feature)
    week = feature.ships
    for i in range(feature.first_gap, feature.last_gap):
        gap = gap_at(w.gaps, item_at(w.feature_gaps, i).number)
        if gap.deal != promise.deal:
            continue
        week = later(week, gap.closed)
        for number in range(w.n_reworks):
            part = part_at(w.parts, number)
            if part.group == gap.group:
                week = later(week, part.closed)
    return float(week)


@fast
def later(one: float, other: float) -> float:
    """The later of two times; what never happened is later than all."""
    return NAN if np.isnan(one) or np.isnan(other) else max(one, other)


@kept_on_disk
def run_all(
    image: Ints, memory: Ints, recording: bool, first: int, efforts: Floats, finds: Floats,
    ships: Floats, starts: Floats, promises: Floats, opened: Floats, drills: Flags, imbalance: Floats,
) -> int:  # fmt: skip
    """Replications from a row on; returns the row for which some table was too small, or how many rows there are.

    Args:
        image: A world that has not begun.
        memory: Where to run it: what `image` holds addresses of.
        recording: Whether to keep the trace; its tables must have room.
        first: The first row to run.
        efforts: Every story's effort: shape (rows, stories).
        finds: When practices find each gap: shape (rows, gaps).
        ships: Takes when each feature shipped: shape (rows, features).
        starts: Takes when each feature's own work was first pulled: shape (rows, features).
        promises: Takes when each promise was kept: shape (rows, promises).
        opened: Takes when each gap became work: shape (rows, gaps).
        drills: Takes whether each gap's retrofit was a fire drill: shape (rows, gaps).
        imbalance: Takes by how much effort does not balance: shape (rows,), engineer-weeks.
    """
    w = world_at(memory.ctypes.data, 0)
    for row in range(first, len(efforts)):
        for i in range(len(image)):
            memory[i] = image[i]
        w.recording, w.draws = recording, efforts[row].ctypes.data
        begin(w, efforts[row], finds[row])
        run(w)
        if w.full:
            return row
        for number in range(w.n_features):
            feature = feature_at(w.features, number)
            ships[row, number], starts[row, number] = feature.ships, feature.starts
        for number in range(w.n_gaps):
            opened[row, number], drills[row, number] = gap_at(w.gaps, number).opened, gap_at(w.gaps, number).drill
        for number in range(w.n_promises):
            promises[row, number] = kept(w, promise_at(w.promises, number))
        imbalance[row] = w.done + total(w.stories, w.n_stories) - w.created
    return len(efforts)
