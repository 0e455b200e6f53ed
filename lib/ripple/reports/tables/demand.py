"""What was asked for, what building it sooner earns and costs, and what waits for nobody, as people read it."""

from math import isnan
from typing import Any

from IPython.display import Markdown

from ripple.alignment.demand.pool import HANGS, LEAST, Asked, Demand
from ripple.alignment.demand.sentences import NO_ORDER, NO_ZOMBIES, NOTHING, demand_points, gap_sentence
from ripple.alignment.demand.study import SHOWN, Reordering
from ripple.alignment.demand.zombies import Zombies
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount, amount_range
from ripple.analysis.replications import calendar_of
from ripple.analysis.words import listed, number, percent, weeks
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, say, share, table

LONGEST = 700
MOST_QUOTED = 12
NOT_SURE = "an assumption (sure: D; no study was found)"


def demand_answer(demand: Demand, reordering: Reordering, zombies: Zombies) -> Markdown:
    """The answer in a list."""
    return bullets([label(text, LONGEST) for text in demand_points(demand, reordering, zombies)])


def demand_by_feature(demand: Demand) -> Table | Markdown:
    """Who asks for what: the most prospects first."""
    currency = demand.roadmap.currency
    rows = [
        (
            row.title,
            row.plan,
            str(row.prospects),
            str(row.requests),
            str(row.tickets),
            str(row.objections),
            _worth(row.worth, currency) + (f" and {row.unknown} not known" if row.unknown and row.worth >= 0 else ""),
        )
        for row in demand.features.itertuples()
    ]
    headings = ["feature", "plan", "prospects", "requests", "open tickets", "objections and feedback"]
    return table([*headings, f"worth a year ({currency})"], rows) if rows else say(NOTHING)


def _worth(worth: float, currency: str) -> str:
    return "not known" if isnan(worth) else amount(worth, currency=currency)


def request_worth(demand: Demand) -> Table | Markdown:
    """Each request with what its worth is made of."""
    rows = [_request(demand, one) for one in demand.asked]
    headings = ["account", "feature", "importance", "pays a year (ARR)", "chance gained", "share", "worth a year"]
    return table(headings, rows) if rows else say("There are no requests.")


def _request(demand: Demand, one: Asked) -> tuple[str, ...]:
    currency = demand.roadmap.currency
    return (
        one.request.account,
        _feature(demand, one.request.feature),
        one.request.importance or f"blank: counts as {LEAST}",
        "not known" if one.arr is None else amount(one.arr, currency=currency),
        percent(one.chance),
        percent(one.share),
        "not known" if one.worth is None else amount(one.worth, currency=currency),
    )


def demand_weights(demand: Demand) -> Table:
    """The parts of a chance that hang on a feature, and how sure they are."""
    rows = [(name, percent(demand.hangs[name]), NOT_SURE) for name in HANGS]
    return table(["importance", "part of the chance that hangs on it", "how it is known"], rows)


def heard(demand: Demand) -> Table | Markdown:
    """What was said, in the words of those who said it, the newest first."""
    calendar = calendar_of(demand.roadmap)
    newest = sorted(demand.wishes.objections, key=lambda row: -row.date)
    rows = [
        (
            calendar.day(row.date).isoformat(),
            demand.roadmap.deal_named[row.deal].label if row.deal else "",
            _feature(demand, row.feature),
            row.text,
            row.feedback,
            row.competitor,
        )
        for row in newest
    ]
    headings = ["date", "who", "feature", "objection", "feedback", "competitor"]
    return table(headings, rows, most=MOST_QUOTED) if rows else say("There are no objections.")


def _feature(demand: Demand, name: str | None) -> str:
    if name is None:
        return "names no feature"
    named = demand.roadmap.feature_named
    return named[name].label if name in named else f"{name} (not on the roadmap)"


def orders(reordering: Reordering) -> Table | Markdown:
    """The orders whose value fresh draws confirm, each with its price."""
    currency, calendar = reordering.demand.roadmap.currency, calendar_of(reordering.demand.roadmap)
    rows = [
        (
            row.candidate,
            row.what,
            amount_range(Estimate(row.value, row.lower, row.upper, row.n), currency),
            "after the horizon" if isnan(row.ships_p50) else calendar.ship_date(row.ships_p50).isoformat(),
            weeks(row.paid, row.paid_lower, row.paid_upper) if row.payers else "none detectable",
            str(row.payers),
            "all hold" if row.holds else "one falls too low",
        )
        for row in reordering.table.itertuples()
        if row.confirmed
    ]
    headings = [
        "order",
        "what is moved",
        "value (95% interval)",
        "it ships (50%)",
        "weeks others pay",
        "features that pay",
    ]
    return table([*headings, "promises signed"], rows) if rows else say(NO_ORDER)


def not_confirmed(reordering: Reordering) -> Markdown:
    """What the search liked and fresh draws do not confirm, and how far the search may be from the best."""
    words = [reordering.words(one) for one in reordering.candidates if not one.confirmed]
    text = f"Left out, for fresh draws do not confirm that it brings anything: {listed(words)}." if words else ""
    return say(label(text, LONGEST), gap_sentence(reordering))


def payers(reordering: Reordering) -> Table | Markdown:
    """Which features ship detectably at another time with the best order: who pays first."""
    best = reordering.best
    if best is None:
        return say("")
    seen = best.slips[best.slips["detectable"] & (best.slips["weeks"].abs() >= SHOWN)].sort_values(
        "weeks", ascending=False, kind="stable"
    )
    rows = [
        (row.title, row.owner, _moves(row.weeks, row.lower, row.upper), "moved" if row.moved else "")
        for row in seen.itertuples()
    ]
    return table(["feature", "owner", "ships", ""], rows) if rows else say("No feature ships at another time.")


def _moves(mean: float, lower: float, upper: float) -> str:
    late = mean > 0
    return f"{weeks(mean, lower, upper) if late else weeks(-mean, -upper, -lower)} {'later' if late else 'sooner'}"


def order_promises(reordering: Reordering) -> Table | Markdown:
    """The promises of signed deals, today and with the best order."""
    best = reordering.best
    if best is None:
        return say("")
    rows = [_promise(row) for row in best.promises.itertuples()]
    headings = ["customer", "promise", "on time today", "with the order", "it needs at least", "holds"]
    return table(headings, rows) if rows else say("No signed deal has a promise.")


def _promise(row: Any) -> tuple[str, ...]:
    new = share(row.alternative, max(0.0, row.base + row.lower), min(1.0, row.base + row.upper))
    return row.customer, row.title, percent(row.base), new, percent(row.threshold), _yes(row.holds)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def zombie_deals(zombies: Zombies, currency: str) -> Table | Markdown:
    """The deals that no work wins, and the work that waits."""
    rows = [
        (
            row.customer,
            row.stage,
            _worth(row.arr, currency),
            row.reason,
            number(row.weeks, most=0),
            number(row.gaps, most=0),
        )
        for row in zombies.deals.itertuples()
    ]
    headings = ["customer", "stage", "stands for (ARR)", "why", "engineer-weeks that wait for it alone"]
    return table([*headings, "engineer-weeks that signing adds"], rows) if rows else say(NO_ZOMBIES)


def zombie_work(zombies: Zombies) -> Table | Markdown:
    """What zombies were promised or request, who else waits for it, and whether it could be dropped."""
    rows = [
        (row.title, row.customer, row.plan, number(row.weeks, most=0), row.also or "nobody", _yes(row.alone))
        for row in zombies.work.itertuples()
    ]
    headings = ["feature", "wanted by", "plan", "engineer-weeks left", "who else waits", "could be dropped"]
    return table(headings, rows) if rows else say("")


def zombie_moves(zombies: Zombies) -> Table | Markdown:
    """What ships at another time if that work is dropped."""
    rows = [(row.title, row.owner, _moves(-row.sooner, -row.upper, -row.lower)) for row in zombies.moved.itertuples()]
    nothing = "Nothing would be dropped." if not zombies.dropped else "Nothing else ships detectably sooner or later."
    return table(["feature", "owner", "ships"], rows) if rows else say(nothing)
