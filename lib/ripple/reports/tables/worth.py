"""What a deal is worth and what it puts at risk, in money and in words."""

from math import isnan

from IPython.display import Markdown

from ripple.analysis.comparison import Comparison
from ripple.analysis.estimates import Estimate
from ripple.analysis.headline import points
from ripple.analysis.money import Money
from ripple.analysis.money.components import Component
from ripple.analysis.money.sentences import NAMES, amount, amount_range, money_sentences
from ripple.analysis.words import listed, percent
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, say, share, table

LONGEST = 600
WHOSE = 90
MOST_NAMED = 8


def verdict(comparison: Comparison, money: Money) -> Markdown:
    """The answer in a list: promises, slips, the deal's own promises, what is exposed, what it is worth."""
    return bullets([*points(comparison), *_sentences(money)[:2]])


def money(money: Money) -> Table | Markdown:
    """What the net value consists of, each part with its interval and its assumption; blank where it is not known."""
    parts = [part for part in money.components if part.values is not None and part.values.any()]
    if money.if_signed is None or not parts:
        return say("")
    rows = [_part(part, money.currency) for part in parts]
    rows = [
        (*row[:2], "as above" if row[2] in {above[2] for above in rows[:i]} else row[2]) for i, row in enumerate(rows)
    ]
    rows.append(("in all, if it is signed for certain", amount_range(money.if_signed.estimate, money.currency), ""))
    if money.expected is not None:
        chances = f"{percent(money.deals[0].probability)} to win with it, {percent(money.deals[0].probability_without)}"
        worth = amount_range(money.expected.estimate, money.currency)
        rows.append(("in all, of saying yes", worth, f"weighted with the chances: {chances} without"))
    return table(["what", "mean (95% interval)", "assumed"], rows)


def money_words(money: Money) -> Markdown:
    """The largest parts of the net value, the targets, and what blank cells were taken to mean."""
    sentences = _sentences(money)[2:]
    return say(*(sentences[:-1] if money.unpriced else sentences), " ".join(money.assumed))


def not_priced(money: Money) -> Table | Markdown:
    """What is left out because a cell is blank."""
    whose: dict[tuple[str, str], list[str]] = {}
    for blank in money.unpriced:
        whose.setdefault((blank.column, blank.so), []).append(label(blank.whose, WHOSE))
    rows = [(listed(names, most=MOST_NAMED), column, so) for (column, so), names in whose.items()]
    return table(["whose", "blank", "so"], rows) if rows else say("Everything that matters here has a price.")


def exposure(money: Money) -> Table | Markdown:
    """Whose promises are at risk: the chance of everything on time in both worlds, and the ARR exposed."""
    rows = [
        (
            row.customer,
            str(row.n_promises),
            "not known" if isnan(row.arr) else amount(row.arr, currency=money.currency),
            share(row.base, row.base_lower, row.base_upper),
            share(row.alternative, row.alternative_lower, row.alternative_upper),
            "not known" if isnan(row.exposed) else _exposed(row, money.currency),
        )
        for row in money.exposure.itertuples()
    ]
    headings = ["customer", "promises", "pays a year (ARR)", "all on time without", "with the deal", "ARR exposed"]
    return table(headings, rows) if rows else say("No other customer has signed for a promise.")


def _exposed(row: object, currency: str) -> str:
    found = Estimate(row.exposed, row.exposed_lower, row.exposed_upper, row.n)  # type: ignore[attr-defined]
    return amount_range(found, currency)


def _part(part: Component, currency: str) -> tuple[str, str, str]:
    found, least = part.estimate, " (at least; not over by the horizon)" if part.n_censored else ""
    assert found is not None
    return NAMES[part.whose, part.part] + least, amount_range(found, currency), part.assumption


def _sentences(money: Money) -> list[str]:
    """The sentences about money, none of them endless."""
    return [label(sentence, LONGEST) for sentence in money_sentences(money)]
