"""All open deals on one page: each alone and with the others, and the pairs that meet."""

from math import isnan

from IPython.display import Markdown

from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount, amount_range
from ripple.analysis.portfolio.sentences import points, unknown_money
from ripple.analysis.portfolio.study import Portfolio
from ripple.analysis.words import NO_DIFFERENCE, counted, percent
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, say, share, table

LONGEST = 420
MOST_PAIRS = 5
FEW = 6
"""With more deals than this the picture alone shows the pairs, so that all of it fits on one page."""
NOT_KNOWN = "not known"


def portfolio(found: Portfolio) -> Markdown:
    """The answer in a list."""
    return bullets([label(sentence, LONGEST) for sentence in points(found)])


def portfolio_deals(found: Portfolio) -> Table | Markdown:
    """One row a deal: the chance that all it is promised is on time, alone and with all others, and its money."""
    if not found.deals:
        return say("")
    currency = found.roadmap.currency
    rows = [
        (
            label(row.title),
            NOT_KNOWN if isnan(row.arr) else amount(row.arr, currency=currency),
            percent(row.probability),
            share(row.alone, row.alone_lower, row.alone_upper) or "promises nothing",
            share(row.together, row.together_lower, row.together_upper),
            str(row.broken),
            _money(row, currency),
        )
        for row in found.table.itertuples()
    ]
    headings = ("deal", "ARR a year", "to win", "on time, alone", "with all others", "breaks")
    return table([*headings, "net value alone, if signed"], rows)


def portfolio_pairs(found: Portfolio) -> Table | Markdown:
    """The pairs that interact, those that cannot both be kept first, then those that lose most."""
    pairs = found.pairs
    rows = pairs[pairs["clash"] | pairs["change_detectable"] | pairs["net_detectable"]]
    if not len(rows) or len(found.deals) > FEW:
        return say("")
    rows = rows.sort_values(["clash", "change", "net"], ascending=[False, True, True], kind="stable")
    cells = [
        (
            f"{label(row.one_title)} and {label(row.other_title)}",
            percent(row.apart),
            share(row.both, row.both_lower, row.both_upper) or "no promise",
            _money(row, found.roadmap.currency),
            "cannot both be kept" if row.clash else "",
        )
        for row in rows.itertuples()
    ]
    headings = ["pairs that interact", "both kept, apart", "both kept, signed both", "net value by meeting", ""]
    return table(headings, cells, MOST_PAIRS)


def portfolio_basis(found: Portfolio) -> Markdown:
    """What the page rests on, what is assumed, and what is left out because a cell is blank."""
    if not found.deals:
        return say("")
    sets = counted(len(found.signed), "set of deals", "sets of deals")
    basis = (
        f"{counted(found.n, 'simulation')} of each of {sets} on the same luck, seed {found.seed}. Every deal is taken "
        "as signed for certain on its day, as promised, its features at the front; chances to win are not counted. "
        f"Kept means: all its promises on time, with {percent(found.confidence)} or more. Apart is what two deals do "
        "if they do not meet. Breaks: promises to signed customers that are no longer likely."
    )
    return bullets([basis, *(label(sentence, LONGEST) for sentence in unknown_money(found))])


def _money(row: object, currency: str) -> str:
    mean, lower, upper, n = (getattr(row, name) for name in ("net", "net_lower", "net_upper", "n"))
    if isnan(mean):
        return NOT_KNOWN
    if not getattr(row, "net_detectable", True):
        return NO_DIFFERENCE if mean else f"{currency} 0"
    return amount_range(Estimate(mean, lower, upper, n), currency)
