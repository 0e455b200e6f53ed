"""What a recorded replication comes to, compiled: the laws that it must obey, where the hours went, and why.

The readable reference is `ripple.engine.checks`, `ripple.analysis.capacity` and `ripple.analysis.why`: this says the
same, with the same additions in the same order (`tests/analysis/test_tallies.py`). It is one file, and takes no number
from another, since the cache of compiled code sees no changes elsewhere.

A replication is read where the engine has kept it, in the tables of its world `w`; what the plan and the view say of
it is in the tables of a record `VIEWED`, `v`, which `ripple.analysis.tallies` makes.
"""

from typing import Any

import numpy as np

from ripple.engine.kernel import (
    columns,
    condition_at,
    fast,
    feature_at,
    gap_at,
    interruption_at,
    item_at,
    kept_on_disk,
    numbers,
    part_at,
    promise_at,
    segment_at,
    story_at,
    table,
    team_at,
    work_at,
)
from ripple.engine.team_arrays import Floats, Ints

TOLERANCE, CLOSURE, SHARE = 1e-6, 1e-9, 1e-9
(READY,) = numbers(1)
_, _, SIGNING, SHIP, GAP = numbers(5)
_, LAG, OWN_DATE, _, DISCOVERY, PEOPLE = numbers(6)
OWN, NEEDED, DEAL, DEAL_RETROFIT, DEAL_REWORK, TIMING, OTHER, OTHER_DEALS, PRACTICE = numbers(9)
SPEED, LAGS, DATES, BEFORE, BEYOND = numbers(14)[9:]
REWORK, PRACTICES, SWITCHING, UPKEEP, FATIGUE, MORALE, RAMP = numbers(12)[5:]
TIME_OFF, UNFOCUSED, IDLE, OVERTIME = numbers(16)[12:]
NOTHING = NO_WAVE = -numbers(2)[1]
FROM_DEAL = -numbers(4)[3]
"""The numbers of the reference, under its names; a test looks whether they still are."""

OBEYED, EFFORT, ORDER, ENGINEERS, CHAINS, HOURS = numbers(6)
"""The laws that a replication can break; `OBEYED`: it breaks none."""

VIEWED = columns("sorting stories works features gaps needs needed links n_planned_stories n_needs n_words", "first")
"""The addresses of the tables below. `needed` has all features that each feature needs, directly or not, as bits:
`n_words` numbers a feature. `links` is room. `sorting`: whether chains are looked at; `first`: the first effect."""

OF_STORY = columns("work left")
"""A story's work, and whether it was left to do at the start. What is redone comes behind the plan's."""

OF_WORK = columns("feature category role who")
"""A work's feature and category, what it is to any feature that waits for it (`NOTHING`: it depends), and for whom it
is done: a feature, or `FROM_DEAL`."""

OF_FEATURE = columns("done ours", "entry")
OF_GAP = columns("feature ours", "signs")
NEED = columns("feature on", "lag")

LINK = columns("before wait_kind by_ship work who", "wait begin end earlier lost worked waited")
"""A link of a chain: the one that it follows, the wait between the two, and what its weeks went to."""

Record = Any

of_story_at, of_work_at, of_feature_at, of_gap_at = table(OF_STORY), table(OF_WORK), table(OF_FEATURE), table(OF_GAP)
need_at, link_at = table(NEED), table(LINK)


@kept_on_disk
def tally(
    row: int, layout: Any, world: Any, viewed: Any, ends: Floats,  # noqa: ARG001  # only the type of `layout` counts
    drawn: Floats, ships: Floats, starts: Floats, kept: Floats, opened: Floats,
    hours: Floats, strain: Floats, sums: Floats, reasons: Floats, waves: Ints, parents: Ints, by_ship: Ints,
) -> int:  # fmt: skip
    """Hold the replication that was recorded last against the laws, and reduce it; returns the law that it broke.

    Args:
        row: Which replication it is; the arrays below have a row for each.
        layout: Nothing; its type has the columns of the engine's tables, so that code for others is not taken.
        world: The engine's world.
        viewed: What the plan and the view say of it.
        ends: The quarters' ends: shape (quarters,).
        drawn: Every story's effort: shape (rows, stories).
        ships: When each feature shipped: shape (rows, features).
        starts: When each feature's own work was first pulled: shape (rows, features).
        kept: When each promise was kept: shape (rows, promises).
        opened: When each gap became work: shape (rows, gaps).
        hours: Takes the hours of all teams: shape (rows, quarters, uses + 1).
        strain: Takes the weeks in which teams are tired, in low spirits, and both: shape (rows, teams, 3).
        sums: Gets each team's hours, and their squares, added: shape (1, 2, teams, quarters, uses + 1).
        reasons: Takes the weeks by reason: shape (rows, features + promises, reasons).
        waves: Takes how many hand-overs lie between the deal and each feature: shape (rows, features).
        parents: Takes which feature handed over to each: shape (rows, features).
        by_ship: Takes whether it was by its ship: shape (rows, features).
    """
    w, v = world[0], viewed[0]
    add_reworks(w, v)
    if not effort_balances(w, v, drawn[row]):
        return int(EFFORT)
    if not in_order(w, v, ships[row], starts[row], opened[row]):
        return int(ORDER)
    if not in_one_place(w):
        return int(ENGINEERS)
    if v.sorting:
        link_all(w, v, ships[row])
        if not (sort_ships(w, v, ships[row], reasons[row]) and sort_kept(w, v, ships[row], kept[row], reasons[row])):
            return int(CHAINS)
        find_ways(w, v, ships[row], waves[row], parents[row], by_ship[row])
    add_strain(w, strain[row])
    balances = add_hours(w, v, ends, hours[row], sums[0, 0], sums[0, 1])
    return int(OBEYED if balances else HOURS)


@fast
def add_reworks(w: Record, v: Record) -> None:
    """Say which stories what was redone has, and what it is to the new deals."""
    story = v.n_planned_stories
    for number in range(w.n_reworks):
        part, work = part_at(w.parts, number), of_work_at(v.works, w.n_planned + number)
        ours = False
        for gap in range(w.n_gaps):
            ours |= gap_at(w.gaps, gap).group == part.group and of_gap_at(v.gaps, gap).ours != 0
        work.feature, work.category = work_at(w.works, w.n_planned + number).feature, REWORK
        work.role = DEAL_REWORK if ours else OTHER_DEALS
        work.who = FROM_DEAL if ours else who(v, work.feature)
        for i in range(story, story + part.n_stories):
            of_story_at(v.stories, i).work, of_story_at(v.stories, i).left = w.n_planned + number, 1
        story += part.n_stories


@fast
def who(v: Record, feature: int) -> int:
    """For whom a feature is built: itself, or the deal."""
    return int(FROM_DEAL if feature >= 0 and of_feature_at(v.features, feature).ours else feature)


@fast
def work_of(v: Record, segment: Record) -> int:
    """The work of a segment."""
    return int(of_story_at(v.stories, int(segment.story)).work)


@fast
def slot_of(w: Record, segment: Record) -> int:
    """The engineer of a segment, numbered through all teams."""
    return int(team_at(w.teams, int(segment.team)).first_slot + int(segment.engineer))


# The laws of `checks.check_run`.


@fast
def effort_balances(w: Record, v: Record, drawn: Floats) -> bool:
    """Whether effort drawn, and switching added, is either done or remaining."""
    done = np.zeros(w.n_stories)
    for i in range(w.n_segments):
        segment = segment_at(w.segments, i)
        done[int(segment.story)] += segment.effort
    for story in range(w.n_stories):
        if of_story_at(v.stories, story).left:
            expected = created(w, v, drawn, story) + interruption_at(w.interruptions, story).added
            missing = abs(done[story] + story_at(w.stories, story).remaining - expected)
            if not missing <= TOLERANCE + SHARE * abs(expected):
                return False
    return True


@fast
def created(w: Record, v: Record, drawn: Floats, story: int) -> float:
    """A story's effort when it came into being."""
    if story < len(drawn):
        return float(drawn[story])
    part = part_at(w.parts, of_story_at(v.stories, story).work - w.n_planned)
    return float(part.effort / part.n_stories)


@fast
def in_order(w: Record, v: Record, ships: Floats, starts: Floats, opened: Floats) -> bool:
    """Whether nothing starts before what it needs has shipped, nor before its own date."""
    for number in range(w.n_features):
        feature = of_feature_at(v.features, number)
        if starts[number] < (0.0 if feature.done else feature.entry):
            return False
    for number in range(w.n_gaps):
        if opened[number] < of_gap_at(v.gaps, number).signs:
            return False
    for i in range(v.n_needs):
        need = need_at(v.needs, i)
        start, ready = starts[need.feature], ships[need.on] + need.lag - TOLERANCE
        if not (of_feature_at(v.features, need.feature).done or np.isnan(start) or start >= ready):
            return False
    return True


@fast
def in_one_place(w: Record) -> bool:
    """Whether no engineer is in two places, no story is on two engineers, and segments are in order of their ends."""
    idle, untouched, last = np.full(w.n_slots, -np.inf), np.full(w.n_stories, -np.inf), -np.inf
    for i in range(w.n_segments):
        segment = segment_at(w.segments, i)
        slot, story = slot_of(w, segment), int(segment.story)
        if segment.start < idle[slot] or segment.start < untouched[story] or segment.end < max(segment.start, last):
            return False
        idle[slot] = untouched[story] = last = segment.end
    return True


# Links, as in `why.chains`: segments, then ships, then closings.


@fast
def link_all(w: Record, v: Record, ships: Floats) -> None:
    """Find what each link follows, and what its weeks went to."""
    begin_links(w, v, ships)
    follow_engineers(w, v)
    follow_causes(w, v, ships)
    follow_ships(w, v, ships)
    follow_closings(w, v, ships)
    for i in range(w.n_segments + w.n_features + w.n_gaps):
        measure(w, v, i)


@fast
def begin_links(w: Record, v: Record, ships: Floats) -> None:
    """The links of one replication, which follow nothing yet."""
    for i in range(w.n_segments):
        segment = segment_at(w.segments, i)
        work = work_of(v, segment)
        begin_link(link_at(v.links, i), segment.start, segment.end, work, of_work_at(v.works, work).who)
    for number in range(w.n_features):
        link = link_at(v.links, w.n_segments + number)
        begin_link(link, ships[number], ships[number], NOTHING, who(v, number))
    for number in range(w.n_gaps):
        link, gap = link_at(v.links, w.n_segments + w.n_features + number), gap_at(w.gaps, number)
        begin_link(link, gap.closed, gap.closed, NOTHING, who(v, gap.feature))


@fast
def begin_link(link: Record, begin: float, end: float, work: int, whose: int) -> None:
    """A link that follows nothing yet."""
    link.begin, link.end, link.work, link.who = begin, end, work, whose
    link.before, link.wait, link.wait_kind, link.by_ship = NOTHING, 0.0, 0, 0


@fast
def follow_engineers(w: Record, v: Record) -> None:
    """A stretch follows its engineer's stretch before, unless its story became available and nobody was interrupted."""
    of_slot, of_story = np.full(w.n_slots, NOTHING), np.full(w.n_stories, NOTHING)
    for i in range(w.n_segments):
        of_story[int(segment_at(w.segments, i).story)] = i
    for i in range(w.n_segments):
        segment = segment_at(w.segments, i)
        slot = slot_of(w, segment)
        before, of_slot[slot] = of_slot[slot], i
        if before != NOTHING and follows(w, segment, before, of_story):
            link_at(v.links, i).before = before
        elif segment.why != READY:
            follow_colleague(v, i)


@fast
def follows(w: Record, segment: Record, before: int, last_of_story: Ints) -> bool:
    """Whether a segment follows its engineer's one before."""
    earlier = segment_at(w.segments, before)
    story = int(earlier.story)
    interrupted = last_of_story[story] != before or story_at(w.stories, story).remaining > 0.0
    return bool(earlier.end == segment.start and (segment.why != READY or interrupted))


@fast
def follow_colleague(v: Record, segment: int) -> None:
    """Who was idle before began because a place in the work's crew was free, or is an engineer who has come."""
    mine, before = link_at(v.links, segment), segment - 1
    while before >= 0 and link_at(v.links, before).end >= mine.begin:
        if link_at(v.links, before).end == mine.begin and link_at(v.links, before).work == mine.work:
            mine.before = before
            return
        before -= 1
    mine.wait, mine.wait_kind = mine.begin, PEOPLE


@fast
def follow_causes(w: Record, v: Record, ships: Floats) -> None:
    """A stretch that began when its story became available follows what made it available."""
    for i in range(w.n_segments):
        link = link_at(v.links, i)
        if link.before == NOTHING and segment_at(w.segments, i).why == READY:
            work = work_at(w.works, link.work)
            follow(w, v, link, work.cause, work.cause_number, ships)


@fast
def follow_ships(w: Record, v: Record, ships: Floats) -> None:
    """A ship follows the feature's last stretch of work, or, without any work, what made it available."""
    last = np.full(w.n_features, NOTHING)
    for i in range(w.n_segments):
        work = link_at(v.links, i).work
        if work < w.n_own:
            last[of_work_at(v.works, work).feature] = i
    for number in range(w.n_features):
        link, feature = link_at(v.links, w.n_segments + number), feature_at(w.features, number)
        if np.isnan(ships[number]) or of_feature_at(v.features, number).done:
            continue
        if last[number] != NOTHING:
            link.before = last[number]
        else:
            follow(w, v, link, feature.cause, feature.cause_number, ships)


@fast
def follow_closings(w: Record, v: Record, ships: Floats) -> None:
    """A gap closes with its last stretch of work, or, without any work, when it becomes work or is found."""
    last = last_of_works(w, v)
    for number in range(w.n_gaps):
        link = link_at(v.links, w.n_segments + w.n_features + number)
        if last[w.n_own + number] != NOTHING:
            link.before = last[w.n_own + number]
        elif not np.isnan(link.end):
            follow(w, v, link, GAP, number, ships)


@fast
def last_of_works(w: Record, v: Record) -> Ints:
    """The last stretch of each work, or `NOTHING`."""
    last = np.full(w.n_planned + w.n_reworks, NOTHING)
    for i in range(w.n_segments):
        last[link_at(v.links, i).work] = i
    return last


@fast
def follow(w: Record, v: Record, link: Record, kind: int, number: int, ships: Floats) -> None:
    """Have a link follow its cause, with the wait between the two; a signing counts as a discovery here."""
    feature = of_gap_at(v.gaps, number).feature if kind == GAP else number
    if kind == SHIP or (kind == GAP and feature >= 0 and ships[feature] == link.begin):
        link.before, link.by_ship = w.n_segments + feature, kind == SHIP
        link.wait, link.wait_kind = link.begin - ships[feature], LAG
    elif link.begin > 0.0:
        link.wait, link.wait_kind = link.begin, DISCOVERY if kind in (SIGNING, GAP) else OWN_DATE


@fast
def kept_by(w: Record, promise: Record, ship: float, last: Ints) -> int:
    """The link with which a promise was kept: the last of its ship, its gaps' closing and what was redone."""
    feature, latest, link = feature_at(w.features, promise.feature), ship, w.n_segments + promise.feature
    for i in range(feature.first_gap, feature.last_gap):
        number = item_at(w.feature_gaps, i).number
        gap = gap_at(w.gaps, number)
        if gap.deal == promise.deal and gap.closed > latest:
            latest, link = gap.closed, w.n_segments + w.n_features + number
    for number in range(w.n_reworks):
        part = part_at(w.parts, number)
        if part.closed > latest and redone_for(w, promise, part.group):
            latest, link = part.closed, last[w.n_planned + number]
    return int(link)


@fast
def redone_for(w: Record, promise: Record, group: int) -> bool:
    """Whether a rework came with one of a promise's gaps."""
    feature = feature_at(w.features, promise.feature)
    for i in range(feature.first_gap, feature.last_gap):
        gap = gap_at(w.gaps, item_at(w.feature_gaps, i).number)
        if gap.deal == promise.deal and gap.group == group:
            return True
    return False


# Reasons, as in `why.reasons`.


@fast
def measure(w: Record, v: Record, number: int) -> None:
    """What the weeks of a link went to: before the first effect, waiting, lost speed, work."""
    link, kept = link_at(v.links, number), 1.0
    after = max(0.0, link.end - max(link.begin, v.first))
    link.waited = max(0.0, link.begin - max(link.begin - link.wait, v.first))
    link.earlier = (link.end - link.begin - after) + (link.wait - link.waited)
    if number < w.n_segments:
        segment = segment_at(w.segments, number)
        if segment.usual > 0.0:
            kept = segment.speed / work_at(w.works, link.work).pace / segment.usual
    link.lost = after * (1.0 - kept)
    link.worked = after - link.lost


@fast
def sort_ships(w: Record, v: Record, ships: Floats, reasons: Floats) -> bool:
    """Sort the chain of each ship; returns whether all close."""
    for feature in range(w.n_features):
        if not sort_chain(w, v, w.n_segments + feature, feature, ships[feature], reasons[feature]):
            return False
    return True


@fast
def sort_kept(w: Record, v: Record, ships: Floats, kept: Floats, reasons: Floats) -> bool:
    """Sort the chain of each kept promise; returns whether all close."""
    last = last_of_works(w, v)
    for number in range(w.n_promises):
        promise, link = promise_at(w.promises, number), NOTHING
        if not np.isnan(kept[number]):
            link = kept_by(w, promise, ships[promise.feature], last)
        if not sort_chain(w, v, link, promise.feature, kept[number], reasons[w.n_features + number]):
            return False
    return True


@fast
def sort_chain(w: Record, v: Record, number: int, feature: int, time: float, weeks: Floats) -> bool:
    """The weeks of one chain by reason; what has not ended by the horizon is beyond it. Returns whether it closes."""
    weeks[:] = 0.0
    if np.isnan(time):
        weeks[BEFORE], weeks[BEYOND] = v.first, w.horizon - v.first
        return True
    length, most = 0.0, w.n_segments + w.n_features + w.n_gaps
    while number != NOTHING and most > 0:
        link, most = link_at(v.links, number), most - 1
        length += link.wait + (link.end - link.begin)
        weeks[BEFORE] += link.earlier
        if link.waited != 0.0:
            weeks[awaited(v, feature, link)] += link.waited
        if link.work != NOTHING:
            weeks[SPEED] += link.lost
            weeks[role(v, feature, link.work)] += link.worked
        number = link.before
    return bool(abs(length - time) <= CLOSURE and abs(weeks.sum() - time) <= CLOSURE)


@fast
def awaited(v: Record, feature: int, link: Record) -> int:
    """What the wait before a link was for."""
    if link.wait_kind == LAG:
        return int(LAGS)
    if link.wait_kind != DISCOVERY:
        return int(DATES)
    what = OWN if link.work == NOTHING else role(v, feature, link.work)
    ours = of_feature_at(v.features, feature).ours or what in (DEAL, DEAL_RETROFIT, DEAL_REWORK)
    return int(TIMING if ours else DATES)


@fast
def role(v: Record, feature: int, number: int) -> int:
    """What a work is to a feature that waited for it."""
    work = of_work_at(v.works, number)
    if work.role != NOTHING:
        return int(work.role)
    if work.feature == feature:
        return int(OWN)
    word = item_at(v.needed, feature * v.n_words + (work.feature >> 5)).number
    if (word >> (work.feature & 31)) & 1:
        return int(NEEDED)
    return int(DEAL if of_feature_at(v.features, work.feature).ours else OTHER)


@fast
def find_ways(w: Record, v: Record, ships: Floats, waves: Ints, parents: Ints, by_ship: Ints) -> None:
    """The hand-overs between the deal and each feature, the last of them, and whether it was a ship."""
    for feature in range(w.n_features):
        waves[feature], parents[feature], by_ship[feature] = NO_WAVE, FROM_DEAL, 0
        if of_feature_at(v.features, feature).ours:
            waves[feature] = 0
        elif not np.isnan(ships[feature]):
            find_way(w, v, feature, waves, parents, by_ship)


@fast
def find_way(w: Record, v: Record, feature: int, waves: Ints, parents: Ints, by_ship: Ints) -> None:
    """Walk back from a ship to the first link of the deal."""
    wave, parent, ship, now, after, number = 0, FROM_DEAL, 0, feature, NOTHING, w.n_segments + feature
    while number != NOTHING and link_at(v.links, number).end > v.first:
        link = link_at(v.links, number)
        if link.who != now:
            if now == feature:
                wave, parent, ship = 0, link.who, link_at(v.links, after).by_ship
            wave, now = wave + 1, link.who
            if now == FROM_DEAL:
                waves[feature], parents[feature], by_ship[feature] = wave, parent, ship
                return
        after, number = number, link.before


# Hours, as in `capacity`.


@fast
def condition_ends(w: Record, last: float) -> Floats:
    """The end of each condition: where its team's next one begins, or the last."""
    ends, following = np.empty(w.n_conditions), np.full(w.n_teams, last)
    for i in range(w.n_conditions - 1, -1, -1):
        condition = condition_at(w.conditions, i)
        ends[i], following[int(condition.team)] = following[int(condition.team)], condition.time
    return ends


@fast
def add_strain(w: Record, strain: Floats) -> None:
    """Add up the weeks in which each team is tired, in low spirits, and both."""
    ends = condition_ends(w, w.horizon)
    strain[:] = 0.0
    for i in range(w.n_conditions):
        condition = condition_at(w.conditions, i)
        team, weeks = int(condition.team), ends[i] - condition.time
        if condition.fatigue > 0.0:
            strain[team, 0] += weeks
        if condition.morale > 0.0:
            strain[team, 1] += weeks
        if condition.fatigue > 0.0 and condition.morale > 0.0:
            strain[team, 2] += weeks


@fast
def add_hours(w: Record, v: Record, ends: Floats, hours: Floats, sums: Floats, squares: Floats) -> bool:
    """Add the hours of all teams; returns whether no team worked more than it had."""
    there, used = np.zeros(sums.shape), np.zeros(sums.shape)
    add_time(w, ends, there)
    add_work(w, v, ends, used)
    hours[:] = 0.0
    for team in range(sums.shape[0]):
        for quarter in range(sums.shape[1]):
            if not balance(there[team, quarter], used[team, quarter]):
                return False
            for use in range(OVERTIME + 1):
                one = there[team, quarter, use] + used[team, quarter, use]
                hours[quarter, use] += one
                sums[team, quarter, use] += one
                squares[team, quarter, use] += one * one
    return True


@fast
def balance(there: Floats, used: Floats) -> bool:
    """What is left of a team's time after its work is idle; returns whether that is not less than nothing."""
    idle = there[IDLE] + (used[OVERTIME] - total(used))
    there[IDLE] = max(0.0, idle)
    return bool(idle >= -TOLERANCE)


@fast
def total(used: Floats) -> float:
    """The hours of all uses, added up in the order in which NumPy does."""
    hours = ((used[0] + used[1]) + (used[2] + used[3])) + ((used[4] + used[5]) + (used[6] + used[7]))
    for use in range(8, OVERTIME):
        hours += used[use]
    return float(hours)


@fast
def add_time(w: Record, ends: Floats, there: Floats) -> None:
    """Add what every team has from one condition to the next: what is lost, and, as idle, what is left for work."""
    until = condition_ends(w, ends[-1])
    for i in range(w.n_conditions):
        one = condition_at(w.conditions, i)
        team, start, end = int(one.team), one.time, until[i]
        present, hours = one.engineers * one.calendar, there[team]
        focused = present * team_at(w.teams, team).focus
        add(TIME_OFF, start, end, one.engineers * (1.0 - one.calendar), ends, hours)
        add(UNFOCUSED, start, end, present - focused, ends, hours)
        add(PRACTICES, start, end, focused * one.practices, ends, hours)
        add(UPKEEP, start, end, focused * one.upkeep, ends, hours)
        left = focused * (1.0 - one.practices - one.upkeep)
        tired = left * one.fatigue
        low = (left - tired) * one.morale
        ramp = (left - tired - low) * (1.0 - one.ramp)
        add(FATIGUE, start, end, tired, ends, hours)
        add(MORALE, start, end, low, ends, hours)
        add(RAMP, start, end, ramp, ends, hours)
        add(IDLE, start, end, left - tired - low - ramp, ends, hours)


@fast
def add_work(w: Record, v: Record, ends: Floats, used: Floats) -> None:
    """Add every segment by what it was for; what picks an interrupted story up again comes first in it."""
    for i in range(w.n_segments):
        segment = segment_at(w.segments, i)
        number, hours, start, end = work_of(v, segment), used[int(segment.team)], segment.start, segment.end
        share = segment.switching / segment.effort if segment.effort > 0.0 else 0.0
        resumed, pace = start + (end - start) * share, work_at(w.works, number).pace
        add(of_work_at(v.works, number).category, resumed, end, segment.speed, ends, hours)
        if segment.switching > 0.0:
            add(SWITCHING, start, resumed, segment.speed, ends, hours)
        if pace != 1.0:
            add(OVERTIME, start, end, segment.speed * (1.0 - 1.0 / pace), ends, hours)


@fast
def add(use: int, start: float, end: float, rate: float, ends: Floats, hours: Floats) -> None:
    """Add a stretch of time to the quarters in which it lies."""
    if rate == 0.0:
        return
    quarter = quarter_of(start, ends)
    begin = ends[quarter - 1] if quarter > 0 else 0.0
    while quarter < len(ends) and begin < end:
        hours[quarter, use] += max(0.0, min(end, ends[quarter]) - max(start, begin)) * rate
        begin = ends[quarter]
        quarter += 1


@fast
def quarter_of(time: float, ends: Floats) -> int:
    """The first quarter that ends after a time."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) >> 1
        if ends[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low
