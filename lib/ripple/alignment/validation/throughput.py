"""Whether an interface takes what a deal sends: hours of work against hours of window, as arithmetic.

The usual mistake is to hold records a day against a limit an hour. 10,000 records at 5,000 an hour are two hours of
work, 8 % of a day: they do not fit only where the window is shorter, others share the limit, records are sent again, or
a busy hour brings more than the average. All of that is a flow (a fluid): records divided by a rate are hours. What is
not known is never assumed; instead the condition says what it would have to be.
"""

from dataclasses import dataclass, replace
from math import ceil, floor, inf

import numpy as np

from ripple.analysis.words import listed, number
from ripple.engine.plan import Floats
from ripple.roadmap.alignment_tables import HOURS, Interface, Requirement

CLOSE = 1e-9
"""What fits to a billionth fits."""


def hours_of_work(records: float, free: float, retries: float = 0.0) -> float:
    """Hours that an interface needs for so many records.

    Args:
        records: Records to get through.
        free: Records an hour that it has left for them.
        retries: The share of all attempts that fail and are made again: n records take n / (1 - retries) attempts.

    >>> hours_of_work(10_000, 5_000), hours_of_work(10_000, 5_000, retries=0.2)
    (2.0, 2.5)
    """
    attempts = records / (1.0 - retries)
    return attempts / free if free > 0 else (inf if attempts else 0.0)


def customers_a_day(records: float, free: float, hours: float = HOURS, retries: float = 0.0) -> int:
    """How many customers with so many records each (above 0) an interface takes in a day, one after the other.

    >>> customers_a_day(10_000, 5_000)
    12
    """
    return floor(hours / hours_of_work(records, free, retries) + CLOSE)


def peak_hours(window: float, peak: float) -> float:
    """How long the busiest time lasts: an hour, or less where it would bring more than there is.

    >>> peak_hours(8.0, 2.0), peak_hours(1.0, 4.0)
    (1.0, 0.25)
    """
    return min(1.0, window / peak)


def longest_wait(records: float, window: float, peak: float, free: float) -> float:
    """Hours that the last record of the busiest time waits: what comes in it above the limit, divided by the limit.

    >>> longest_wait(180_000, 12, 2, 16_000)
    0.875
    """
    above = max(0.0, peak * records / window - free) * peak_hours(window, peak)
    return above / free if free > 0 else (inf if above else 0.0)


def last_through(records: float, window: float, peak: float, free: float) -> float:
    """Hours after the window opens at which the last record is through, the busiest time being the window's last.

    A flow is through at the latest of t + (what comes after t) / limit (Lindley's recursion in the fluid limit).

    >>> last_through(10_000, 1.0, 1, 5_000), last_through(10_000, 8.0, 1, 5_000)
    (2.0, 8.0)
    """
    if free <= 0:
        return inf
    busy = peak_hours(window, peak)
    return max(records / free, window - busy + peak * records / window * busy / free, window)


def days_for_all(records: float, window: float, free: float) -> int:
    """Days until every record has been through once, if each day takes what fits into its window; 0: never.

    >>> days_for_all(10_000, 1, 5_000)
    2
    """
    a_day = max(0.0, free) * window
    return ceil(records / a_day - CLOSE) if a_day > 0 else 0


def by_hour(records: float, window: float, peak: float = 1.0) -> Floats:
    """Records that come in each hour after the window opens, the busiest time last: shape (24,).

    >>> by_hour(10_000, 2)[:3].tolist(), by_hour(400, 2, 1.5)[:2].tolist()
    ([5000.0, 5000.0, 0.0], [100.0, 300.0])
    """
    ends = np.arange(HOURS + 1)
    came = np.interp(ends, *arrivals(records, window, peak))
    return np.diff(came)


def arrivals(records: float, window: float, peak: float) -> tuple[list[float], list[float]]:
    """How many records have come (second list) by some hours after the window opens (first list), lines in between."""
    busy = peak_hours(window, peak)
    return [0.0, window - busy, window], [0.0, records * (1.0 - peak * busy / window), records]


@dataclass(frozen=True)
class Flow:
    """What a deal sends, and what an interface has left for it; None is unknown.

    Attributes:
        records: Records a day.
        window: Hours a day in which the customer sends and the interface takes.
        most: The hours that the window has at most, where one of the two is not known.
        limit: Records an hour that the interface takes in all.
        load: Records an hour that others send.
        peak: How many times the average the busiest hour brings; an even flow is 1.
        retries: The share of all attempts that fail and are made again.
    """

    records: float | None
    window: float | None
    most: float
    limit: float | None
    load: float | None
    peak: float = 1.0
    retries: float = 0.0

    @property
    def free(self) -> float | None:
        """Records an hour that get through, retries taken off; None where the limit or the load is not known."""
        return None if self.limit is None or self.load is None else _free(self.limit, self.load, self.retries)

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is not known, in words."""
        values = (self.records, self.window, self.limit, self.load)
        return tuple(name for name, value in zip(UNKNOWN, values, strict=True) if value is None)

    @property
    def fits(self) -> bool:
        """Whether it fits, taken at its best: nobody else sends, the window is as long as it can be."""
        if self.records is None or self.limit is None:
            return True
        return self.records <= self.a_day * (1 + CLOSE)

    @property
    def longest(self) -> float:
        """The hours of the window, or those that it has at most."""
        return self.most if self.window is None else self.window

    @property
    def at_best(self) -> float:
        """Records an hour that get through, where what is not known is taken at its best: nobody else sends."""
        return _free(self.limit or 0.0, self.load or 0.0, self.retries)

    @property
    def a_day(self) -> float:
        """Records that fit in a day, where what is not known is taken at its best."""
        return self.at_best * self.longest

    @property
    def headroom(self) -> float | None:
        """How many times as much would still fit; None where something is not known, infinite for no records."""
        if self.records is None or self.window is None or self.free is None:
            return None
        return self.free * self.window / self.records if self.records else inf

    @property
    def hours(self) -> float | None:
        """Hours of work; None where something is not known."""
        return None if self.records is None or self.free is None else hours_of_work(self.records, self.free)

    @property
    def wait(self) -> float:
        """Hours that a record of the busiest time waits; 0 where something is not known."""
        if self.records is None or self.window is None or self.free is None:
            return 0.0
        return longest_wait(self.records, self.window, self.peak, self.free)


UNKNOWN = ("the records a day", "the window", "the limit", "what others send")


def flow_of(requirement: Requirement, interface: Interface, retries: float = 0.0) -> Flow:
    """The flow between a deal and an interface: the window is the shorter of theirs, where both are known.

    >>> flow_of(Requirement("north", "sync", 10_000, 1.0), Interface("sync", 5_000, 24.0, 0.0)).headroom
    0.5
    """
    windows = (requirement.window, interface.window)
    most = min((window for window in windows if window is not None), default=HOURS)
    return Flow(
        requirement.records,
        None if None in windows else most,
        most,
        interface.limit,
        interface.load,
        requirement.peak or 1.0,
        retries,
    )


def raised(flow: Flow, limit: float) -> Flow:
    """The same flow once the limit is higher."""
    return replace(flow, limit=limit)


def condition(flow: Flow) -> str:
    """What would have to be true for a flow to fit that may fit; blank where nothing is open.

    >>> condition(flow_of(Requirement("north", "sync", 10_000), Interface("sync", 5_000, 24.0, 0.0)))
    'the window is at least 2.0 hours a day'
    >>> condition(flow_of(Requirement("north", "sync", 10_000, 4.0), Interface("sync", 5_000, 24.0)))
    'the others send at most 2,500 records an hour'
    """
    if not flow.unknown:
        return _waiting(flow)
    first = flow.unknown[0]
    told = {
        UNKNOWN[0]: _records_condition,
        UNKNOWN[1]: _window_condition,
        UNKNOWN[2]: _limit_condition,
        UNKNOWN[3]: _load_condition,
    }[first](flow)
    rest = flow.unknown[1:]
    if not rest:
        return told
    best = [BEST[name].format(hours=number(flow.longest)) for name in rest if name in BEST]
    verb = "is" if len(rest) == 1 else "are"
    return f"{told}{f', with {listed(best)} at best' if best else ''}; {listed(rest)} {verb} not known either"


BEST = {UNKNOWN[1]: "a window of {hours} hours", UNKNOWN[3]: "nobody else on it"}


def _free(limit: float, load: float, retries: float) -> float:
    return max(0.0, limit - load) * (1.0 - retries)


def _waiting(flow: Flow) -> str:
    return f"records of the busiest hour may wait up to {minutes(flow.wait)}" if flow.wait > CLOSE else ""


def _records_condition(flow: Flow) -> str:
    if flow.limit is None:
        return "the records a day are no more than the window takes"
    return f"there are at most {number(floor(flow.a_day), most=0)} records a day"


def _window_condition(flow: Flow) -> str:
    assert flow.records is not None
    if flow.limit is None:
        return "the window is long enough for the records"
    work = hours_of_work(flow.records, flow.at_best)
    least = f"the window is at least {hours(work)} a day"
    if flow.peak <= 1:
        return least
    return f"{least}, or {hours(flow.peak * work)} if nothing may wait in the busiest hour"


def _limit_condition(flow: Flow) -> str:
    return f"the interface takes at least {number((flow.load or 0.0) + _rate(flow), most=0)} records an hour"


def _load_condition(flow: Flow) -> str:
    assert flow.limit is not None
    return f"the others send at most {number(max(0.0, flow.limit - _rate(flow)), most=0)} records an hour"


def _rate(flow: Flow) -> float:
    """Attempts an hour that the records need, rounded up so that what is said is enough."""
    assert flow.records is not None
    return float(ceil(flow.records / (1.0 - flow.retries) / flow.longest - CLOSE))


def hours_there(value: float) -> str:
    """Hours that there are, rounded down to a hundredth, so that what is said is there.

    >>> hours_there(2.0), hours_there(1.999), hours_there(1.0)
    ('2.0 hours', '1.99 hours', '1.0 hour')
    """
    there = floor(value * 100 + CLOSE) / 100
    return f"{there} hour" if there == 1.0 else f"{there} hours"


def hours(value: float) -> str:
    """Hours, rounded up to a tenth, so that what is said is enough.

    >>> hours(2.0), hours(2.01), hours(1.0)
    ('2.0 hours', '2.1 hours', '1.0 hour')
    """
    if value == inf:
        return "more hours than there are"
    text = number(ceil(value * 10 - CLOSE) / 10)
    return f"{text} hour" if text == "1.0" else f"{text} hours"


def minutes(value: float) -> str:
    """A time in hours as minutes, or as hours from two hours on; rounded up.

    >>> minutes(0.875), minutes(3.0)
    ('53 minutes', '3.0 hours')
    """
    n = ceil(value * 60 - CLOSE) if value < inf else inf
    if n >= 120:
        return hours(value)
    return "1 minute" if n == 1 else f"{n} minutes"
