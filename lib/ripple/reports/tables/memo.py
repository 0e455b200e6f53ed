"""The deal memo: one page for whoever decides, or, without any other customer's name, for the customer."""

from typing import Any

from IPython.display import Markdown

from ripple.analysis.attribution import Attribution, attribution
from ripple.analysis.attribution.sentences import PLAIN
from ripple.analysis.attribution.split import PARTS
from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.flip import flips
from ripple.analysis.decisions.option import Option
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.summaries import break_even_sentence, options_summary
from ripple.analysis.headline import points
from ripple.analysis.money.sentences import amount
from ripple.analysis.review import assumed
from ripple.analysis.words import counted, number, percent
from ripple.errors import InputError
from ripple.reports.chart import Figure
from ripple.reports.escape import label, markdown_text
from ripple.reports.figures import decide as pictures
from ripple.reports.tables.decide import flip_sentences, safe_promise
from ripple.reports.tables.text import Table, say, table
from ripple.roadmap.model import Roadmap
from ripple.roadmap.scenarios import Scenario

INTERNAL, CUSTOMER = "internal", "customer"
AUDIENCES = (INTERNAL, CUSTOMER)
LONGEST = 420
MOST_CAUSES = 3
NO_OPTIONS = "This scenario does not sign exactly one deal that promises something, so there is no memo to write."
PLACEBO = "Nothing moves: signing this deal as promised changes no date."


def check_audience(audience: str) -> str:
    """The audience, if it is one."""
    if audience not in AUDIENCES:
        raise InputError([f"audience: '{audience}' is not one of {', '.join(AUDIENCES)}. Write internal or customer."])
    return audience


def title(options: Options | None, audience: str) -> Markdown:
    """Whose deal it is, what it asks for and by when."""
    if options is None:
        return say(NO_OPTIONS)
    deal, roadmap = options.roadmap.deal_named[options.deal], options.roadmap
    named = [roadmap.feature_named[p.feature].label for p in roadmap.promises_of(options.deal)]
    wants = f"{deal.label} asks for {', '.join(named)}."
    pays = "" if deal.arr is None else f" It would pay {amount(deal.arr, currency=roadmap.currency)} a year."
    return say(label(wants + (pays if check_audience(audience) == INTERNAL else ""), LONGEST))


def summary(options: Options | None, comparison: Comparison, audience: str) -> dict[str, Any]:
    """What is kept beside the memo; for a customer only what it says."""
    if options is None:
        return {"headline": NO_OPTIONS}
    if check_audience(audience) == CUSTOMER:
        return {"headline": options.safe.sentence, "audience": audience}
    return {**options_summary(options), "audience": audience, "as_promised": points(comparison)}


def picture(options: Options | None, audience: str) -> Figure:
    """Every answer side by side."""
    return say("") if options is None or audience == CUSTOMER else pictures.options(options)


def verdict(options: Options | None, comparison: Comparison, audience: str) -> Markdown:
    """The answer that is best, and what accepting as promised does; to a customer only what can be promised."""
    if options is None:
        return say("")
    if audience == CUSTOMER:
        return _block("What we can promise", [options.safe.sentence])
    return _block("Verdict", [*options.recommendation, *points(comparison)[:2]])


def _block(heading: str, sentences: list[str]) -> Markdown:
    lines = "\n".join(f"- {markdown_text(label(sentence, LONGEST))}" for sentence in sentences)
    return Markdown(f"**{heading}**\n\n{lines}")


def promises(options: Options | None, comparison: Comparison, audience: str) -> Table | Markdown:
    """The promises to others without the deal, with it as promised, and with the best answer."""
    if options is None or audience == CUSTOMER:
        return say("")
    best = _on_time(options.best)
    rows = [
        (
            f"{row.title}, {row.customer}",
            percent(row.base),
            percent(row.alternative),
            percent(best.get((row.deal, row.feature), row.base)),
        )
        for row in comparison.promises[~comparison.promises["new"]].itertuples()
    ]
    return table(["promise to others: on time", "without", "as promised", "best answer"], rows, most=10)


def _on_time(option: Option) -> dict[tuple[str, str], float]:
    world = option.comparison.alternative if option.comparison else None
    return dict(zip(world.promises, world.on_time.mean(axis=0).tolist(), strict=True)) if world else {}


def safe(options: Options | None) -> Table | Markdown:
    """The dates that could be promised, beside those that were asked for."""
    return safe_promise(options)


def money(options: Options | None, audience: str) -> Markdown:
    """What the deal would have to pay if it were accepted as promised."""
    if options is None or audience == CUSTOMER:
        return say("")
    found = options.as_promised.break_even
    if found is None or not options.priced:
        return _block("Price", ["What it would have to pay is not known: arr and probability are blank in deals.csv."])
    return _block("Price", [f"As promised: {break_even_sentence(found, options.roadmap.currency)}"])


def causes(roadmap: Roadmap, scenario: Scenario, audience: str, n: int, seed: int) -> Markdown:
    """The three largest causes of the slip and the rest: they add up to it."""
    if audience == CUSTOMER:
        return say("")
    return causes_of(attribution(roadmap, scenario, n, seed))


def causes_of(found: Attribution) -> Markdown:
    """The three largest causes of a slip that is split already."""
    if not found.slip.parts.any():
        return _block("Why", [PLACEBO])
    means = [(float(values.mean()), PLAIN[part]) for part, values in zip(PARTS, found.slip.parts, strict=True)]
    means.sort(key=lambda pair: -abs(pair[0]))
    top, total = means[:MOST_CAUSES], float(found.slip.total.mean())
    rest = round(total, 1) - sum(round(mean, 1) for mean, _ in top)  # so that what is printed adds up
    parts = [f"{number(mean)} from {name}" for mean, name in top]
    lead = f"As promised, all other features together slip by {number(total)} weeks"
    return _block("Why", [f"{lead}: {', '.join(parts)}, {number(rest)} from all else."])


def decision(options: Options | None, audience: str) -> Markdown:
    """What is to be decided."""
    if options is None:
        return say("")
    if audience == CUSTOMER:
        return _block(
            "Next step", ["Confirm these dates, or tell us which one matters most: we look for a place for it."]
        )
    best = options.best.answer
    return _block("Decision asked", [f"Agree to answer with: {best.title} ({best.settings})."])


def rests_on(options: Options | None, audience: str, flip_n: int) -> Markdown:
    """What the memo rests on, and what would turn it around."""
    if options is None:
        return say("")
    basis = (
        f"{counted(options.n, 'simulation')} of each answer, seed {options.seed}; a model of the plan, not the world."
    )
    if audience == CUSTOMER:
        return _block("What this rests on", [f"Dates are kept with the stated probability if the plan holds. {basis}"])
    turns = flip_sentences(flips(options, flip_n)) if flip_n else []
    return _block("What this rests on", [basis, *turns, *assumed(options.roadmap)[:2]])
