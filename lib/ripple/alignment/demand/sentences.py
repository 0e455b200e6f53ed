"""What demand, re-ordering and zombie deals come to, in sentences."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from ripple.alignment.demand.pool import NOT_PLANNED, NOWHERE, Demand
from ripple.alignment.demand.study import LAST, Candidate, Reordering
from ripple.alignment.demand.zombies import Zombies
from ripple.analysis.decisions.summaries import records
from ripple.analysis.money.sentences import PLAIN, amount, amount_range
from ripple.analysis.replications import calendar_of
from ripple.analysis.words import counted, listed, number, percent, weeks

NOTHING = "Nobody asked for anything: requests.csv, tickets.csv and objections.csv are empty or not there."
NO_ORDER = (
    "No order was found that brings more than today's without breaking a promise and that fresh draws confirm: "
    "nothing is gained by re-ordering, as far as this search can tell."
)
NO_WORTH = "What was asked for has no worth that is known, so no order can be said to bring revenue sooner."
NO_ZOMBIES = "No deal is a zombie: for each of them work may change whether it is won, or that is not known."


def demand_points(demand: Demand, reordering: Reordering, zombies: Zombies) -> list[str]:
    """The answer in a few sentences: what is shared, what to move and who pays, what waits for nobody."""
    if demand.features.empty:
        return [NOTHING, zombie_sentence(zombies)]
    found = [shared_sentence(demand), order_sentence(reordering), gap_sentence(reordering)]
    return [text for text in [*found, unknown_sentence(demand), zombie_sentence(zombies)] if text]


def shared_sentence(demand: Demand) -> str:
    """What the most prospects ask for."""
    if demand.shared.empty:
        return "No two prospects request the same feature."
    row = demand.shared.iloc[0]
    names, currency = listed(demand.prospects_of(row["feature"]), most=6), demand.roadmap.currency
    plan = {NOT_PLANNED: "It is not planned", NOWHERE: "It is nowhere on the roadmap"}.get(
        row["plan"], f"It is {row['plan']}"
    )
    worth = (
        f", and worth about {amount(row['worth'], currency=currency)} a year" if row["worth"] == row["worth"] else ""
    )
    return f"{row['title']} is requested by {row['prospects']} prospects: {names}. {plan}{worth}."


def order_sentence(reordering: Reordering) -> str:
    """What the order found brings, and who pays for it."""
    if not reordering.demand.worth:
        return NO_WORTH
    best = reordering.best
    if best is None:
        return NO_ORDER
    roadmap = reordering.demand.roadmap
    until = calendar_of(roadmap).day(roadmap.horizon).isoformat()
    value = amount_range(best.value, roadmap.currency)
    what = f"Put {reordering.words(best)}: that brings {value} up to {until}."
    return " ".join([what, paid_sentence(best), *_only_planned(reordering, best)])


def _only_planned(reordering: Reordering, best: Candidate) -> Iterator[str]:
    """What it brings, and costs, just to plan what is not planned yet, behind all else."""
    named, currency = reordering.demand.roadmap.feature_named, reordering.demand.roadmap.currency
    for one in reordering.candidates:
        if one.kind == LAST and one.moved[0] in best.moved and one.confirmed:
            paid = weeks(one.paid.mean, one.paid.lower, one.paid.upper)
            value = amount_range(one.value, currency)
            yield f"Planned behind all other work, {named[one.moved[0]].label} alone brings {value} and costs {paid}."


def paid_sentence(one: Candidate) -> str:
    """Who pays for an order, in weeks, and which promises fall."""
    later = one.later
    if later.empty:
        paid = "No other feature ships detectably later"
    else:
        most = later.sort_values("weeks", ascending=False, kind="stable").iloc[0]
        slip = f"most of all {most['title']} by {weeks(most['weeks'], most['lower'], most['upper'])}"
        total = weeks(one.paid.mean, one.paid.lower, one.paid.upper)
        paid = f"{counted(len(later), 'other feature')} pay with {total} in all, {slip}"
        paid = paid.replace(" pay ", " pays ", 1) if len(later) == 1 else paid
    broken = listed([f"{row.title} for {row.customer}" for row in one.promises.itertuples() if not row.holds])
    kept = f"and this falls too low: {broken}" if broken else "and no promise to a signed customer falls too low"
    return f"{paid}, {kept}."


def gap_sentence(reordering: Reordering) -> str:
    """How much better any order at all could be."""
    if reordering.gap is None:
        return ""
    currency = reordering.demand.roadmap.currency
    tried = counted(reordering.n_tried, "order")
    end = "no two moves made it better" if reordering.complete else "its budget was spent"
    bound = amount_range(reordering.bound, currency)
    missing = percent(ceil(100 * reordering.gap) / 100)
    return (
        f"The search tried {tried} and stopped because {end}. No order at all could bring more than "
        f"{bound}, so what was found misses at most {missing} of what is possible, probably less."
    )


def unknown_sentence(demand: Demand) -> str:
    """Whose requests have no worth that is known."""
    blank: dict[tuple[str, ...], list[str]] = {}
    for one in demand.asked:
        if one.worth is None:
            blank.setdefault(one.unknown, []).append(one.request.account)
    texts = [f"{listed([PLAIN[column] for column in columns])} of {listed(who, 8)}" for columns, who in blank.items()]
    what = counted(sum(map(len, blank.values())), "request")
    return f"Left out is the worth of {what}, for it is not known: {'; '.join(texts)}." if texts else ""


def zombie_sentence(zombies: Zombies) -> str:
    """Which deals no work wins, and what waits for them alone."""
    if zombies.deals.empty:
        return NO_ZOMBIES
    whose = listed([f"{row.customer}: {row.reason}" for row in zombies.deals.itertuples()])
    text = f"No work changes whether {counted(len(zombies.deals), 'deal')} {_is(zombies)} won ({whose})."
    alone = zombies.work[zombies.work["alone"]].drop_duplicates("feature")
    if alone.empty:
        return f"{text} No planned work waits for {'it' if len(zombies.deals) == 1 else 'them'} alone."
    waits = f"{listed(list(alone['title']))} ({number(zombies.freed, most=0)} engineer-weeks as estimated)"
    verb = "waits" if len(alone) == 1 else "wait"
    return f"{text} {waits} {verb} for {'it' if len(zombies.deals) == 1 else 'them'} alone. {_moves(zombies)}"


def _is(zombies: Zombies) -> str:
    return "is" if len(zombies.deals) == 1 else "are"


def _moves(zombies: Zombies) -> str:
    sooner = zombies.moved[zombies.moved["sooner"] > 0]
    if sooner.empty:
        return "Without it nothing else ships detectably sooner."
    texts = [f"{row.title} ships {weeks(row.sooner, row.lower, row.upper)} sooner" for row in sooner.itertuples()]
    return f"Without it {listed(texts)}."


def demand_summary(demand: Demand, reordering: Reordering, zombies: Zombies) -> dict[str, Any]:
    """The report as a JSON object: what is not known is None."""
    return {
        "headline": " ".join(demand_points(demand, reordering, zombies)),
        "features": records(demand.features),
        "orders": records(reordering.table),
        "bound": reordering.bound.mean,
        "gap": reordering.gap,
        "tried": reordering.n_tried,
        "zombies": records(zombies.deals),
        "dropped": list(zombies.dropped),
        "n": reordering.n,
        "seed": reordering.seed,
    }
