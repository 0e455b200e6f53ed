"""What to do, in tables and words."""

from math import isnan

from IPython.display import Markdown

from ripple.analysis.decisions.break_even import BreakEven
from ripple.analysis.decisions.flip import Flips
from ripple.analysis.decisions.options import Options
from ripple.analysis.decisions.summaries import break_even_sentence
from ripple.analysis.decisions.too_late import TooLate
from ripple.analysis.estimates import Estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.replications import calendar_of
from ripple.analysis.words import NO_DIFFERENCE, number, percent
from ripple.reports.escape import label
from ripple.reports.parameter_words import plain
from ripple.reports.tables.text import Table, bullets, say, share, table

LONGEST = 600
NOT_ASKED = "There is nothing to compare: this signs no deal that promises something, or the question was left out."
SAME_CHANCE = "Every answer is taken to win the deal with the same chances, those of the table."


def recommendation(options: Options | None) -> Markdown:
    """The best answer, how sure that is, why, and what is taken for granted."""
    if options is None:
        return say(NOT_ASKED)
    return bullets([label(sentence, LONGEST) for sentence in [*options.recommendation, SAME_CHANCE]])


def options(options: Options | None) -> Table | Markdown:
    """Every answer and what it does, the best first."""
    if options is None:
        return say("")
    currency = options.roadmap.currency
    rows = [
        (
            row.title,
            _amount(row.net, row.net_lower, row.net_upper, row.n, currency),
            percent(row.p_best),
            _amount(row.break_even, row.break_even_lower, row.break_even_upper, row.n, currency, "none"),
            f"{share(row.own, row.own_lower, row.own_upper)}{f', last due {row.last_due}' if row.last_due else ''}",
            str(row.broken),
            _slip(row.slip, row.slip_lower, row.slip_upper, detectable=row.slip_detectable),
        )
        for row in options.table.itertuples()
    ]
    headings = ["answer", "net value", "the best in", "breaks even at (a year)", "all that it is promised on time"]
    return table([*headings, "promises to others that break", "weeks of slip of others, in all"], rows)


def settings(options: Options | None) -> Table | Markdown:
    """What each answer consists of, so that it can be written as a scenario."""
    if options is None:
        return say("")
    rows = [(row.title, row.settings) for row in options.table.itertuples()]
    return table(["answer", "consists of"], rows)


def _amount(mean: float, lower: float, upper: float, n: int, currency: str, missing: str = "not priced") -> str:
    return missing if isnan(mean) else amount_range(Estimate(mean, lower, upper, n), currency)


def _slip(mean: float, lower: float, upper: float, *, detectable: bool) -> str:
    """Weeks of slip with their interval, or that there is none to see.

    >>> _slip(58.7, 55.1, 62.3, detectable=True), _slip(0.4, -1.0, 1.8, detectable=False)
    ('59 (55 to 62)', 'no detectable difference')
    >>> _slip(0.0, 0.0, 0.0, detectable=False)
    '0.0'
    """
    if not detectable:
        return number(0.0) if lower == upper == 0.0 else NO_DIFFERENCE
    half = (upper - lower) / 2
    return f"{number(mean, half)} ({number(lower, half)} to {number(upper, half)})" if half else number(mean)


def safe_promise(options: Options | None) -> Table | Markdown:
    """The dates that could be promised, beside those that were asked for."""
    if options is None:
        return say("")
    safe = options.safe
    if safe.promises.empty:
        return say(safe.sentence)
    calendar = calendar_of(safe.roadmap)
    rows = [
        (row.title, calendar.day(row.asked).isoformat(), row.date, share(row.on_time, row.lower, row.upper))
        for row in safe.promises.itertuples()
    ]
    return table(["promise", "asked for", "safe date", "on time (95% interval)"], rows)


def safe_sentence(options: Options | None) -> Markdown:
    """What the customer could be told."""
    return say(NOT_ASKED if options is None else label(options.safe.sentence, LONGEST))


def break_even(found: BreakEven, currency: str) -> Markdown:
    """What the deal would have to pay."""
    return say(break_even_sentence(found, currency))


def flips(found: Flips) -> Markdown:
    """What would change the recommendation."""
    return bullets(flip_sentences(found))


def flip_sentences(found: Flips) -> list[str]:
    """The price, and the assumption, that would change the recommendation."""
    if found.table.empty:
        return [label(sentence, LONGEST) for sentence in found.sentences]
    row = found.table.iloc[0]
    at, usual = (_quantity(row[name], row["unit"]) for name in ("flips_at", "usual"))
    flip = (
        f"Of the {found.tried} uncertain assumptions the nearest to turning the answer is the "
        f"{plain(row['assumption'])}: at {at}, not {usual}, the best would be: {row['title']}."
    )
    return [label(sentence, LONGEST) for sentence in (found.sentences[0], flip)]


def _quantity(value: float, unit: str) -> str:
    """A value with its unit; a share as a percentage.

    >>> _quantity(0.125, "share"), _quantity(8.0, "weeks")
    ('12%', '8.0 weeks')
    """
    return percent(value) if unit == "share" else f"{number(value, most=2 if abs(value) < 1 else 1)} {unit}".strip()


def flip_table(found: Flips) -> Table | Markdown:
    """Every assumption that changes the recommendation within its range, the smallest change first."""
    if found.table.empty:
        return say("No single assumption changes the recommendation within its range.")
    rows = [
        (
            plain(row.assumption),
            _quantity(row.usual, row.unit),
            _quantity(row.flips_at, row.unit),
            percent(row.share),
            row.title,
        )
        for row in found.table.itertuples()
    ]
    return table(["assumption", "taken as", "turns the answer at", "share of its range", "then best"], rows)


def too_late(found: TooLate) -> Markdown:
    """Until when telling product helps."""
    return say(found.sentence)
