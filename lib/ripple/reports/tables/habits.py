"""What each habit that finds gaps saves, costs, and would have to find to pay, as people read it."""

from collections.abc import Iterator
from math import isnan

import pandas as pd
from IPython.display import Markdown

from ripple.analysis.estimates import Estimate
from ripple.analysis.habits import Habits
from ripple.analysis.habits.break_even import ANY, FROM, MIXED, NEVER
from ripple.analysis.habits.study import MONEY
from ripple.analysis.money.sentences import amount, amount_range
from ripple.analysis.words import NO_DIFFERENCE, listed, number, weeks
from ripple.reports.escape import label
from ripple.reports.tables.text import Table, bullets, table

NOT_PRICED = "not priced"
NO_GAPS = "The deal has no gaps in the tables, so there is nothing that a habit could find."
SMALL = 0.5
VERDICTS = {ANY: "at any chance", NEVER: "at no chance", MIXED: "no clear answer"}
NAMES = {"prd-link": "PRD links", "joint-calls": "joint calls"}


def habit_name(name: str) -> str:
    """A habit in words, short enough for an axis.

    >>> habit_name("prd-link"), habit_name("weekly-sync")
    ('PRD links', 'weekly sync')
    """
    return label(NAMES.get(name, name.replace("-", " ")))


def often(chance: float, *, once: bool = False) -> str:
    """How often a habit finds a gap, as people count.

    >>> often(0.05), often(0.6), often(0.6, once=True), often(1.0)
    ('1 gap in 20 a week', '6 gaps in 10 a week', '6 gaps in 10', 'every gap a week')
    """
    every = "" if once else " a week"
    if chance <= 0.0:
        return "no gap"
    if chance <= SMALL:
        return f"1 gap in {round(1 / chance)}{every}"
    tenths = round(chance * 10)
    return f"every gap{every}" if chance >= 1.0 else f"{min(9, tenths)} gaps in 10{every}"


def pays_from(row: pd.Series) -> str:
    """From which chance on a habit pays: between the last one that does not and the first one that does."""
    if row["verdict"] != FROM:
        return VERDICTS.get(row["verdict"], "")
    return between(row["below"], row["above"], once=bool(row["once"]))


def between(lower: float, upper: float, *, once: bool = False) -> str:
    """From which chance on, where it lies between two.

    >>> between(0.077, 0.084), between(0.141, 0.144), between(0.45, 0.55, once=True), between(0.0, 0.01)
    ('1 gap in 12 to 13 a week', '1 gap in 7 a week', '1 gap in 2 to 6 gaps in 10', '1 gap in 100 a week, or fewer')
    """
    low, high = (often(chance, once=once) for chance in (lower, upper))
    if lower <= 0.0:
        return f"{high}, or fewer"
    if low == high:
        return high
    if upper > SMALL:
        return f"{often(lower, once=True)} to {high}"
    return f"{often(upper, once=True)} to {round(1 / lower)}{'' if once else ' a week'}"


def habit_table(found: Habits, currency: str = "USD") -> Table | Markdown:
    """One row a habit, the one that is worth most first, and all of them together."""
    if not found.gaps:
        return bullets([NO_GAPS])
    headings = [
        *("habit", "we assume it finds", "others sooner by, in all", "the deal's promises sooner by, in all"),
        *("takes", "its time costs", "saves", "net", "pays from"),
    ]
    return table(headings, [_cells(row, found, currency) for _, row in ranked(found).iterrows()])


def ranked(found: Habits) -> pd.DataFrame:
    """The table of the study with the habits by their net, and all of them together last."""
    alone = found.table.iloc[:-1].sort_values("net", ascending=False, kind="stable")
    return pd.concat([alone, found.table.iloc[-1:]])


def _cells(row: pd.Series, found: Habits, currency: str) -> list[str]:
    return [
        habit_name(row["habit"]),
        _assumed(row),
        weeks(row["others"], row["others_lower"], row["others_upper"]),
        weeks(row["own"], row["own_lower"], row["own_upper"]),
        _takes(row, currency),
        weeks(row["time"], row["time_lower"], row["time_upper"]),
        NOT_PRICED if isnan(row["money"]) else amount_range(_estimate(row, "money"), currency),
        _worth(row, "net", found, currency),
        pays_from(row),
    ]


def _assumed(row: pd.Series) -> str:
    if isnan(row["chance"]):
        return ""
    once = bool(row["once"])
    chance = often(row["chance"], once=once)
    if not row["sureness"]:
        return f"{chance}, as practices.csv says"
    return f"{chance} ({often(row['low'], once=True)} to {often(row['high'], once=True)})"


def _takes(row: pd.Series, currency: str) -> str:
    if row["engineer_weeks"] == 0.0:
        return "nothing"
    guess = ", assumed" if row["cost_assumed"] else ""
    pay = "pay not known" if isnan(row["pay"]) else amount(row["pay"], row["pay"] / 50, currency)
    return f"{number(row['engineer_weeks'])} engineer-weeks{guess}: {pay}"


def _worth(row: pd.Series, name: str, found: Habits, currency: str) -> str:
    """A column of nets in the study's unit, with its interval."""
    if found.unit == MONEY:
        return amount_range(_estimate(row, name), currency)
    return weeks(row[name], row[f"{name}_lower"], row[f"{name}_upper"])


def _estimate(row: pd.Series, name: str) -> Estimate:
    return Estimate(row[name], row[f"{name}_lower"], row[f"{name}_upper"], int(row["n"]))


def habit_order(found: Habits, currency: str = "USD") -> Table | Markdown:
    """The habits in the order in which to begin: what each adds, and what they are worth together."""
    if not found.gaps:
        return bullets([NO_GAPS])
    rows = [
        (
            str(place),
            habit_name(row["habit"]),
            _worth(row, "adds", found, currency),
            _worth(row, "net", found, currency),
        )
        for place, (_, row) in enumerate(found.order.iterrows(), 1)
    ]
    return table(["order", "habit", "adds", "net of all so far"], rows)


def habit_words(found: Habits, currency: str = "USD") -> list[str]:
    """What to begin with, how little it would have to find, what never pays, and what all of them do: sentences."""
    return list(_words(found, currency)) if found.gaps else [NO_GAPS]


def _words(found: Habits, currency: str) -> Iterator[str]:
    rows = ranked(found)
    best, together = rows.iloc[0], rows.iloc[-1]
    yield _best(best, found, currency)
    if best["verdict"] != NEVER:
        yield _least(best)
    never = [habit_name(row["habit"]) for _, row in rows.iterrows() if row["verdict"] == NEVER]
    if never:
        yield f"However much they found, these would not pay on this roadmap: {listed(never, most=7)}."
    yield _order(found)
    yield _together(together)
    yield from found.not_priced
    if found.not_priced:
        yield "So what pays is told in weeks of waiting, of the other features and the deal's promises together."


def _best(row: pd.Series, found: Habits, currency: str) -> str:
    name, worth = habit_name(row["habit"]), _worth(row, "net", found, currency)
    noise = "" if row["net_detectable"] else f" ({NO_DIFFERENCE} from zero)"
    if row["net"] < 0.0:
        return f"With the chances that we assume, no habit pays here; the {name} comes closest: {worth}{noise}."
    return f"Of single habits the {name} is worth most here, after what its time costs: {worth}{noise}."


def _least(row: pd.Series) -> str:
    once = bool(row["once"])
    name, verdict = habit_name(row["habit"]), row["verdict"]
    if verdict == MIXED:
        return f"At some chances the {name} pays, but not at all higher ones, so there is no clear answer."
    if verdict != FROM:
        return f"The {name} pays {VERDICTS[verdict]}."
    assumed = often(row["chance"], once=once)
    if row["above"] <= row["chance"]:
        return f"To pay, it would have to find only {pays_from(row)}; we assume {assumed}."
    return f"To pay, it would have to find {pays_from(row)}; we assume only {assumed}."


def _order(found: Habits) -> str:
    """Which habits to begin with: those before the first that adds nothing that could be told from zero."""
    adds = (found.order["adds"] > 0.0) & found.order["adds_detectable"]
    useful = int(adds.cummin().sum())
    names = [habit_name(name) for name in found.order["habit"]]
    if not useful:
        return "No habit to begin with is worth more than it costs by an amount that stands out of the noise."
    if useful == len(names):
        return f"Each habit adds to those before it, in this order: {listed(names, most=7)}."
    first = listed([f"the {name}" for name in names[:useful]], most=7)
    return f"Begin with {first}. Then none of the others adds more than it costs: what it finds is found already."


def _together(row: pd.Series) -> str:
    others, own = (_sooner(row, name) for name in ("others", "own"))
    return (
        f"With all habits at once, the other features ship {others}, and the deal's promises are kept {own}; "
        f"{_chance(row)}."
    )


def _sooner(row: pd.Series, name: str) -> str:
    mean, half = row[name], (row[f"{name}_upper"] - row[f"{name}_lower"]) / 2
    if row[f"{name}_lower"] <= 0.0 <= row[f"{name}_upper"]:
        return "at about the same time"
    return f"{number(abs(mean), half)} weeks {'sooner' if mean > 0 else 'later'} in all (± {number(half, half)})"


def _chance(row: pd.Series) -> str:
    """The chance that all of the deal's promises are kept on time."""
    if row["kept_lower"] <= 0.0 <= row["kept_upper"]:
        return f"for the chance to keep all of these on time there is {NO_DIFFERENCE}"
    low, by, high = sorted(round(100 * abs(row[name])) for name in ("kept", "kept_lower", "kept_upper"))
    way = "rises" if row["kept"] > 0 else "falls"
    return f"the chance to keep all of these on time {way} by {by} percentage points ({low} to {high})"
