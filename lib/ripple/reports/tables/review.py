"""The planning review: what is decided, in words short enough for a slide."""

import re

from IPython.display import Markdown

from ripple.analysis.comparison import EVEN, Comparison
from ripple.analysis.decisions.option import Option
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.summaries import break_even_sentence
from ripple.analysis.headline import A_WEEK, LARGE_DROP
from ripple.analysis.headline import subject as what
from ripple.analysis.money.sentences import amount
from ripple.analysis.replications import calendar_of
from ripple.analysis.review import warnings
from ripple.analysis.statistics import wilson
from ripple.analysis.words import counted
from ripple.reports.escape import label, markdown_text
from ripple.reports.tables.decide import safe_promise
from ripple.reports.tables.text import Table, bullets, say, share
from ripple.roadmap.changes import Sign

HEADING, SENTENCE, NAME = 130, 260, 46
MOST_WARNINGS = 3
_DATE = re.compile(r"\d{4}&#45;(\d\d&#45;\d\d|Q\d)")
_TOGETHER = r'<span style="white-space: nowrap">\g<0></span>'
"""A date stays on one line."""

LIMITS = (
    "Nobody re-plans here: this is what happens if nobody reacts.",
    "The ripple follows from the plan, the teams' time and the order of the queue. It is simulated, not observed.",
    "Gaps that nobody has written down are missing: the deal looks better than it is.",
)


def heading(text: str) -> Markdown:
    """A slide's heading made of numbers and names, which are only ever text."""
    return Markdown(f"## {_DATE.sub(_TOGETHER, markdown_text(label(text, HEADING)))}")


def question(comparison: Comparison) -> Markdown:
    """The one decision, as a question."""
    deals = comparison.deals
    if len(deals) == 1 and comparison.scenario.changes == (Sign(deals[0].name),):
        return heading(f"The decision: do we sign {label(deals[0].label, NAME)} as promised?")
    return heading(f"The decision: {label(what(comparison), NAME * 2)}?")


def answer(comparison: Comparison, options: Options | None) -> Markdown:
    """What it breaks, what becomes of its own promises, and the best answer."""
    found = [_harm(comparison), *([_own(comparison)] if comparison.deals else [])]
    best = options.recommendation if options else []
    return bullets([label(sentence, SENTENCE) for sentence in [*found, *best[:2]] if sentence])


def _harm(comparison: Comparison) -> str:
    others = comparison.promises[~comparison.promises["new"]]
    broken = int((others["breaks"] & others["detectable"]).sum())
    slipping = int((comparison.slipping["slip_mean"] >= A_WEEK).sum())
    of = f"{slipping or 'none'} of {counted(len(comparison.features), 'feature')}"
    slips = f"{of} {_verb('slip', slipping)} by a week or more"
    if not len(others):
        return f"No other deal is signed, so no promise can break; {slips}."
    late = int(((others["difference"] <= LARGE_DROP) & others["detectable"] & (others["base"] < EVEN)).sum())
    more = f", {late} that {'is' if late == 1 else 'are'} late already {_verb('become', late)} less likely still"
    breaks = f"{broken or 'None'} of {counted(len(others), 'promise')} to others {_verb('break', broken)}"
    return f"{breaks}{more if late else ''}, and {slips}."


def _verb(verb: str, count: int) -> str:
    return f"{verb}s" if count == 1 else verb


def _own(comparison: Comparison) -> str:
    """How often all that the deals are promised is on time."""
    world, names = comparison.alternative, {deal.name for deal in comparison.deals}
    own = [i for i, (deal, _) in enumerate(world.promises) if deal in names]
    if not own:
        return "The deal asks for nothing by a date."
    kept = int(world.on_time[:, own].all(axis=1).sum())
    return f"All that it is promised is on time in {share(*wilson(kept, world.n))} of the simulations."


def safe_finding(options: Options | None) -> Markdown:
    """The last safe date beside the last that was asked for."""
    if options is None:
        return say("")
    safe, name = options.safe, label(options.roadmap.deal_named[options.deal].label, NAME)
    if safe.promises.empty:
        return heading(f"No safe date for {name}")
    asked = calendar_of(safe.roadmap).day(float(safe.promises["asked"].max())).isoformat()
    return heading(f"Safe for {name}: all by {safe.promises['date'].max()}; asked for by {asked}")


def safe(options: Options | None) -> Table | Markdown:
    """The dates that could be promised, beside those that were asked for."""
    return safe_promise(options)


def price(options: Options | None) -> Markdown:
    """What the deal pays, and from what price on each of two answers is worth more than declining."""
    if options is None:
        return say("")
    deal, currency = options.roadmap.deal_named[options.deal], options.roadmap.currency
    pays = "not known, for arr is blank in deals.csv" if deal.arr is None else amount(deal.arr, currency=currency)
    at_safe = [one for one in options.options if one.answer.name == "at-safe-date"]
    named = [("As promised", options.as_promised), *(("At the safe dates", one) for one in at_safe)]
    prices = [_price(words, one, currency, priced=options.priced) for words, one in named]
    return bullets([f"What it pays a year: {pays}.", *prices])


def _price(words: str, one: Option, currency: str, *, priced: bool) -> str:
    """From what price on an answer is worth it; without any amount in the tables that is not known, and not zero."""
    if one.break_even is None or not (priced or one.break_even.fixed.any()):
        return f"{words}: the price at which it breaks even is not known."
    told = break_even_sentence(one.break_even, currency).replace("Saying yes", "saying yes", 1)
    return label(f"{words}: {told}", SENTENCE)


def rests_on(comparison: Comparison) -> Markdown:
    """What the result rests on: how many simulations, what is odd in the tables, and what the model leaves out."""
    found = [label(sentence, SENTENCE) for sentence in warnings(comparison.alternative.roadmap)]
    more = len(found) - MOST_WARNINGS
    rest = [f"{counted(more, 'more remark')} on the tables: see the report 02_deal_impact."] if more > 0 else []
    basis = f"{counted(comparison.n, 'simulation')} of each world on the same luck, seed {comparison.base.seed}."
    return bullets([basis, *found[:MOST_WARNINGS], *rest, *LIMITS])
