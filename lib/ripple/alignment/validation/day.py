"""A day of the queue at an interface: what arithmetic says, held against a simulation with chance in it.

Records come when they come, not evenly; those who use the interface already go first; some records fail and come
again. The customer's busiest time is the last of the window, where waiting does most harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from ripple.alignment.validation.study import Validation
from ripple.alignment.validation.throughput import CLOSE, Flow, arrivals, by_hour, last_through
from ripple.alignment.validation.verdicts import Verdict
from ripple.analysis.statistics import mean_interval
from ripple.engine.draws import key_of
from ripple.engine.plan import Floats
from ripple.engine.service_day import NEWCOMER, USERS, Lot, serve_day
from ripple.roadmap.alignment_tables import HOURS

MOST_LOTS = 500
"""Lots in which the records of a day travel: times are right to the work of one lot, a five-hundredth of the whole."""

LONGEST = 2 * HOURS
"""Hours after which a day is given up."""

MARGIN = 1.5
"""How much longer than the flow says the others are drawn, so that chance cannot outlast them."""

DAY_COLUMNS = (
    *("deal", "interface", "arithmetic", "through", "through_lower", "through_upper"),
    *("in_window", "in_window_lower", "in_window_upper", "wait", "wait_lower", "wait_upper", "n"),
)


@dataclass(frozen=True)
class Day:
    """One simulated day of one customer.

    Attributes:
        through: Hours after the window opened at which the last record was through; not by the end: `LONGEST`.
        in_window: The share of the records that were through when the window closed.
        wait: Hours that the record that waited longest waited, its own service included.
    """

    through: float
    in_window: float
    wait: float


def simulated_days(found: Validation, n_days: int = 8) -> pd.DataFrame:
    """Every requirement of which nothing is unknown, on some days with chance in them.

    Args:
        found: The validation; its seed is that of the days.
        n_days: How many days each requirement is simulated.

    Returns:
        One row a requirement. Columns: deal, interface; arithmetic (hours after which the last record is through, as a
        flow), through (the same, simulated), in_window (share of the records through when the window closes), wait
        (hours, the longest of the day); each simulated one as the mean of the days with `_lower` and `_upper` (95 %);
        n.
    """
    known = [verdict for verdict in found.verdicts if verdict.flow and not verdict.flow.unknown and verdict.flow.free]
    return pd.DataFrame([_row(verdict, found.seed, n_days) for verdict in known], columns=list(DAY_COLUMNS))


def _row(verdict: Verdict, seed: int, n_days: int) -> tuple[object, ...]:
    flow, name = verdict.flow, f"{verdict.requirement.deal}\0{verdict.requirement.interface}"
    assert flow is not None
    assert flow.records is not None
    assert flow.window is not None
    assert flow.free is not None
    days = [one_day(flow, seed, name, day) for day in range(n_days)]
    told = [mean_interval([getattr(day, what) for day in days]) for what in ("through", "in_window", "wait")]
    alone = last_through(flow.records, flow.window, flow.peak, flow.free)
    place = (verdict.requirement.deal, verdict.requirement.interface)
    return (*place, alone, *(value for bounds in told for value in bounds), n_days)


def one_day(flow: Flow, seed: int, name: str, day: int) -> Day:
    """Simulate a day of a flow of which nothing is unknown.

    Args:
        flow: What is sent, and what there is.
        seed: The study's seed.
        name: Whose flow it is; with the seed and the day it is the key of all that is drawn.
        day: Which day.
    """
    assert flow.window is not None
    assert flow.limit is not None
    lots = list(_drawn(flow, seed, name, day))
    mine = np.array([lot.whose == NEWCOMER for lot in lots], dtype=bool)
    done = np.nan_to_num(serve_day(lots, flow.limit, LONGEST), nan=LONGEST)[mine]
    if not len(done):
        return Day(0.0, 1.0, 0.0)
    own = [lot for lot in lots if lot.whose == NEWCOMER]
    records, came = np.array([lot.attempts[0] for lot in own]), np.array([lot.arrives for lot in own])
    in_window = float(records[done <= flow.window + records / flow.limit].sum() / records.sum())
    return Day(float(done.max()), in_window, float((done - came).max()))


def _drawn(flow: Flow, seed: int, name: str, day: int) -> Iterator[Lot]:
    """The lots of a day: the customer's, and those of the others for as long as they can matter."""
    assert flow.records is not None
    assert flow.window is not None
    assert flow.load is not None
    assert flow.free is not None
    key = np.frombuffer(key_of(seed, "service day", name), dtype="<u8")
    chance = np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, 0, day], np.uint64)))
    end = min(LONGEST, MARGIN * last_through(flow.records, flow.window, flow.peak, flow.free) + 1.0)
    times, came = arrivals(flow.records, flow.window, flow.peak)
    own = np.interp(np.sort(chance.random(round(flow.records))) * flow.records, came, times)
    others = np.sort(chance.random(chance.poisson(flow.load * end))) * end
    size = max(1, ceil((len(own) + len(others)) / MOST_LOTS))
    for whose, arriving in ((NEWCOMER, own), (USERS, others)):
        for first in range(0, len(arriving), size):
            lot = arriving[first : first + size]
            again = flow.retries if whose == NEWCOMER else 0.0
            yield Lot(float(lot[-1]), _attempts(len(lot), again, chance), whose)


def _attempts(records: int, retries: float, chance: np.random.Generator) -> tuple[float, ...]:
    """How many of a lot's records are tried once, twice, ...: each attempt fails on its own."""
    attempts, left = [float(records)], records
    while retries and (left := int(chance.binomial(left, retries))):
        attempts.append(float(left))
    return tuple(attempts)


def hourly(found: Validation) -> pd.DataFrame:
    """What would come to each interface in each hour of the day if all these deals signed, all windows opening at once.

    Returns:
        One row an interface, hour and sender. Columns: interface, hour (0 is the first after the windows open), who
        (a deal; blank: those who use the interface already), records (attempts in that hour), limit. What is not
        known is left out: see `left_out`.
    """
    rows = []
    for interface in found.interfaces.interfaces:
        if interface.load is None or interface.limit is None:
            continue
        users = [("", np.full(int(HOURS), interface.load))]
        for who, records in [*users, *_senders(found, interface.name)]:
            rows += [(interface.name, hour, who, float(amount), interface.limit) for hour, amount in enumerate(records)]
    return pd.DataFrame(rows, columns=["interface", "hour", "who", "records", "limit"])


def _senders(found: Validation, interface: str) -> Iterator[tuple[str, Floats]]:
    for verdict in found.verdicts:
        flow = verdict.flow
        if flow and verdict.requirement.interface == interface and flow.records is not None and flow.window is not None:
            yield verdict.requirement.deal, by_hour(flow.records / (1 - flow.retries), flow.window, flow.peak)


def left_out(found: Validation) -> list[str]:
    """The deals and interfaces that cannot be added up, and what is not known of them."""
    return [
        f"{verdict.requirement.deal} at {verdict.requirement.interface} ({', '.join(verdict.flow.unknown)})"
        for verdict in found.verdicts
        if verdict.flow and verdict.flow.unknown
    ]


def together(found: Validation) -> pd.DataFrame:
    """Each interface if all these deals signed: does the limit that they share hold in every hour?

    Returns:
        One row an interface of which limit and load are known and to which somebody sends. Columns: interface, limit,
        load, deals (how many send), blank (of how many more something is not known, so that they are left out), busiest
        (records in the busiest hour), over (hours of the day in which more comes than fits), cleared (hours after the
        windows open at which nobody waits any more, as a flow; 0: nobody waits, NaN: not in a day), fits (no hour over
        the limit).
    """
    loads = hourly(found)
    rows = []
    for name, part in loads.groupby("interface", sort=False):
        users, limit = part[part["who"] == ""], float(part["limit"].iloc[0])
        senders = part["who"].nunique() - 1
        if senders:
            amounts = part.groupby("hour")["records"].sum().to_numpy()
            over = int((amounts > limit * (1 + CLOSE)).sum())
            load, blank = float(users["records"].iloc[0]), _blank(found, str(name))
            rows.append((name, limit, load, senders, blank, amounts.max(), over, _cleared(amounts, limit), over == 0))
    columns = ["interface", "limit", "load", "deals", "blank", "busiest", "over", "cleared", "fits"]
    return pd.DataFrame(rows, columns=columns)


def _blank(found: Validation, interface: str) -> int:
    """Of how many deals at an interface something is not known."""
    at = [verdict.flow for verdict in found.verdicts if verdict.requirement.interface == interface and verdict.flow]
    return sum(bool(flow.unknown) for flow in at)


def _cleared(amounts: Floats, limit: float) -> float:
    """Hours after the windows open at which what waited is through (0: nothing ever waits; NaN: not in a day)."""
    backlog, cleared = 0.0, 0.0
    for hour, amount in enumerate(amounts):
        before = backlog
        backlog = max(0.0, backlog + amount - limit)
        if before > 0 and backlog == 0:
            cleared = hour + before / (limit - amount)
    return float("nan") if backlog > 0 else cleared
