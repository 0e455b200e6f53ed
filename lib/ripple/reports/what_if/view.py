"""What the what-if page says of an answer: sentences, a table, two figures; every name in them is only text."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

from ripple.analysis.headline import A_WEEK, points
from ripple.analysis.money.sentences import amount_range, money_sentences
from ripple.analysis.replications import calendar_of
from ripple.analysis.statistics import quantile
from ripple.analysis.words import listed, percent
from ripple.reports.escape import label, markdown_text
from ripple.reports.page import clean_html
from ripple.reports.tables.text import Table, day, table
from ripple.reports.what_if.answers import Answer
from ripple.reports.what_if.drawing import as_image
from ripple.reports.what_if.pictures import promises_picture, promises_title, slips_picture, slips_title

CONFIDENCE = 0.85
NET = 1
"""The place of the sentence about the net value among those about money."""

LEAD = " to other customers"
"""Where the finding of the first sentence ends, and its details begin."""


@dataclass(frozen=True)
class View:
    """The parts of the page, as harmless HTML."""

    words: str
    promises: str
    slips: str
    table: str

    @property
    def html(self) -> str:
        """All of it, one below the other."""
        return f"{self.words}\n{self.promises}\n{self.slips}\n{self.table}"


def view(answer: Answer, offered: Answer, confidence: float = CONFIDENCE) -> View:
    """What is shown of an answer, beside the deal as it was offered.

    Args:
        answer: What the choices do.
        offered: What the deal does as it was offered.
        confidence: The probability with which a date is to be kept.
    """
    comparison = answer.comparison
    promises = as_image(promises_picture(answer, offered, confidence), promises_title(comparison))
    slips = as_image(slips_picture(answer, offered), slips_title(comparison))
    parts = (
        _words(sentences(answer, confidence)),
        promises,
        slips,
        small_table(answer, offered, confidence)._repr_html_(),
    )
    return View(*map(clean_html, parts))


def _words(said: list[str]) -> str:
    """The sentences as paragraphs; of the first, what comes before the names stands out."""
    lead, mark, rest = said[0].partition(LEAD)
    first = f"<strong>{markdown_text(lead + mark)}</strong>{markdown_text(rest)}" if mark else markdown_text(lead)
    paragraphs = "".join(f"<p>{text}</p>" for text in (first, *map(markdown_text, said[1:])))
    return f'<div class="ripple-words">{paragraphs}</div>'


def sentences(answer: Answer, confidence: float = CONFIDENCE) -> list[str]:
    """The headline, when the deal's promises are kept with this probability, and what a yes is worth."""
    return [*points(answer.comparison), *_kept(answer, confidence), money_sentences(answer.money)[NET]]


def _kept(answer: Answer, confidence: float) -> Iterator[str]:
    """When each of the deal's promises is kept with a probability."""
    days = [f"{promise.title} {promise.kept}" for promise in _own(answer, confidence)]
    if days:
        yield f"With a probability of {percent(confidence)} each, these are kept: {listed(days, most=6)}."


@dataclass(frozen=True)
class _Promise:
    """A promise of the deal in words: what, when it is due, how likely that is, and when it is kept for sure enough."""

    title: str
    due: str
    on_time: str
    kept: str


def _own(answer: Answer, confidence: float) -> list[_Promise]:
    """The deal's own promises, in table order."""
    world, table = answer.comparison.alternative, answer.comparison.promises
    own = []
    for row in table[table["deal"] == answer.choices.deal].itertuples():
        week = quantile(world.kept[:, world.promises.index((row.deal, row.feature))], confidence)
        due = calendar_of(world.roadmap).day(row.due).isoformat()
        kept = day(world, week) if isnan(week) else f"by {day(world, week)}"
        own.append(_Promise(label(row.title), due, percent(row.alternative), kept))
    return own


def small_table(answer: Answer, offered: Answer, confidence: float = CONFIDENCE) -> Table:
    """The answer beside the deal as it was offered."""
    before, now = (list(_facts(one, confidence)) for one in (offered, answer))
    return table(["", "as offered", "as chosen"], [(*one, other[1]) for one, other in zip(before, now, strict=True)])


def _facts(answer: Answer, confidence: float) -> Iterator[tuple[str, str]]:
    comparison, money = answer.comparison, answer.money
    others = comparison.promises[~comparison.promises["new"]]
    broken = int((others["breaks"] & others["detectable"]).sum())
    long = int((comparison.slipping["slip_mean"] >= A_WEEK).sum())
    yield "promises to others that break", f"{broken} of {len(others)}"
    yield "features that slip by a week or more", f"{long} of {len(comparison.features)}"
    exposed = money.arr_exposed
    yield "yearly revenue exposed", "not priced" if exposed is None else amount_range(exposed, money.currency)
    net = "not priced" if money.net is None else amount_range(money.net.estimate, money.currency)
    yield "net value of saying yes", net + (", if signed" if money.basis == "if signed" else "")
    for promise in _own(answer, confidence):
        yield f"{promise.title}: on time", f"{promise.on_time} by {promise.due}"
        yield f"{promise.title}: {percent(confidence)} sure", promise.kept
