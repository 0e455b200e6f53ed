"""A sales tool's opportunities to the deals, promises and gaps of a roadmap."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ripple.errors import InputError
from ripple.importers.amounts import AmountReader, Money, most_common, parse_percent, parse_plain
from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import Choices
from ripple.importers.plan import Plan, Table
from ripple.importers.promised import PromiseReader
from ripple.importers.records import Opportunity
from ripple.importers.salesforce import Sales
from ripple.importers.there import There
from ripple.roadmap.cells import shortest
from ripple.roadmap.roadmap_yml import MONDAY
from ripple.roadmap.spelling import alike, listed, printable, shown

DEALS = (
    "deal", "customer", "signs", "opened", "stage", "status", "arr", "probability", "owner", "opportunity_id",
    "amount_as_written", "pushed", "assumed", "source",
)  # fmt: skip
PROMISES = ("deal", "feature", "due", "owner", "on_slip", "assumed", "source")
GAPS = ("gap", "deal", "feature", "team", "effort", "kind", "found", "note")
STAGES = ("opportunity_id", "stage", "on", "amount", "probability", "closes", "source")
DUE_AFTER = timedelta(weeks=13)
NO_DATE = "due 13 weeks after signing, since no date is given"
NOT_YEARLY = ("amount", "amount converted", "deal amount", "expected amount")
"""Headings of amounts that may be those of a whole contract."""

DATE_ROLES = ("signs", "opened", "updated", "due")


@dataclass(frozen=True)
class _Deal:
    """An opportunity, understood."""

    row: Opportunity
    name: str
    signs: date
    opened: date | None
    money: Money | None
    status: str


def deals_of(sales: Sales, choices: Choices, findings: Findings, there: There) -> Plan:
    """The tables that the opportunities of a sales tool make.

    Args:
        sales: What its files hold.
        choices: What a person decided.
        findings: Where to say what was read, assumed and left out.
        there: The roadmap in the folder: its features, which deals may mention, its currency and its start stay.

    Raises:
        InputError: Dates or amounts can be read in two ways, or cannot be read.
    """
    rows = list(sales.opportunities.values()) or [_latest(stages) for stages in sales.history.values()]
    past = [row for stages in sales.history.values() for row in stages]
    if not sales.opportunities and past:
        findings.say("Assumed", "No file has the opportunities themselves: each deal is the last row of its history.")
    amounts = AmountReader({"point": ".", "comma": ","}.get(choices.decimal, ""))
    _settle([*rows, *past], amounts, findings)
    findings.decimal = {".": "point", ",": "comma"}.get(amounts.decimal, "")
    builder = _Builder(sales, choices, findings, amounts, there)
    deals = builder.deals(rows)
    if problems := list(dict.fromkeys([*findings.dates.problems, *amounts.problems])):
        raise InputError(problems)
    _tell(deals, sales, findings, builder)
    currency = builder.settle_currency(deals)
    tables = {
        "deals": Table(DEALS, tuple(builder.row(deal, currency) for deal in deals)),
        "promises": Table(PROMISES, tuple(builder.promises(deals))),
        "gaps": Table(GAPS),
    }
    if past:
        tables["imported-stage-history"] = Table(STAGES, tuple(builder.stage(row) for row in past))
    if sales.accounts:
        tables["imported-accounts"] = Table(("account_id", "account"), tuple(sales.accounts.items()))
    said = Findings(dates=findings.dates) if there.settings else findings
    settings = {"start": _start(deals, choices, said, [*rows, *past]).isoformat()}
    return Plan(tables, settings | ({"currency": currency} if currency else {}))


def _settle(rows: Sequence[Opportunity], amounts: AmountReader, findings: Findings) -> None:
    """Settle the order of dates and the decimal sign; what is open in both is asked at once."""
    dates = ((f"{row.place}, {role}", row.cells[role]) for row in rows for role in DATE_ROLES if role in row.cells)
    money = ((f"{row.place}, arr", row.cells["arr"]) for row in rows if "arr" in row.cells)
    problems: list[str] = []
    for settle, cells in ((findings.dates.settle, dates), (amounts.settle, money)):
        try:
            settle(cells)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _latest(stages: Sequence[Opportunity]) -> Opportunity:
    return stages[-1]


class _Builder:
    """Makes rows of deals; what cannot be read is a problem."""

    def __init__(self, sales: Sales, choices: Choices, findings: Findings, amounts: AmountReader, there: There) -> None:
        self.sales, self.choices, self.findings, self.amounts, self.there = sales, choices, findings, amounts, there
        self.in_percent, self.currency_assumed = True, ""
        self.clean = findings.cleaner.name

    def deals(self, rows: Sequence[Opportunity]) -> list[_Deal]:
        """The opportunities that can be deals; the others are problems, or named."""
        self.in_percent = self.percent(rows)
        self.findings.shares = not self.in_percent
        names = _unique_names(rows)
        found = []
        for row, name in zip(rows, names, strict=True):
            signs = self.day(row, "signs")
            if signs is None:
                if "signs" not in row.cells:
                    self.findings.drop("an opportunity without a close date", name)
                continue
            money = self.amounts.money(row.cells["arr"], f"{row.place}, amount") if "arr" in row.cells else None
            money = money and Money(money.amount, row.cells.get("currency", "").upper() or money.currency)
            found.append(_Deal(row, name, signs, self.opened(row), money, self.status(row)))
        return found

    def percent(self, rows: Iterable[Opportunity]) -> bool:
        """Whether probabilities are percentages: as said, or because one is above 1 or has the sign."""
        texts = [row.cells["probability"] for row in rows if "probability" in row.cells]
        if self.choices.probability or not texts:
            return self.choices.probability != "share"
        proof = next((text for text in texts if text.endswith("%") or (parse_plain(text) or 0.0) > 1.0), "")
        why = f"such as {shown(proof)}" if proof else "since none is above 1"
        self.findings.say("Units", f"Probabilities are {'percentages' if proof else 'shares'}, {why}.")
        return bool(proof)

    def day(self, row: Opportunity, role: str) -> date | None:
        """The day of a cell."""
        return self.findings.dates.day(row.cells.get(role, ""), f"{row.place}, {self.sales.headings.get(role, role)}")

    def opened(self, row: Opportunity) -> date | None:
        """When sales began: the creation, or the first row of the history."""
        days = [self.day(stage, "opened") for stage in self.sales.history.get(row.ident[:15], ())]
        own = self.day(row, "opened")
        return min(filter(None, [own, *days]), default=None)

    def status(self, row: Opportunity) -> str:
        """Signed, lost or open: as said of the stage, as the flags say, or as the stage's words say."""
        stage = normal(row.cells.get("stage", ""))
        if stage in self.choices.stages:
            return self.choices.stages[stage]
        won, closed = (row.cells.get(role, "").casefold() in ("true", "1", "yes") for role in ("won", "closed"))
        if won or "won" in stage.split() or stage in ("signed", "closedwon"):
            return "signed"
        return "lost" if closed or "lost" in stage.split() or stage == "closedlost" else "open"

    def row(self, deal: _Deal, currency: str) -> Sequence[str]:
        """A row of `deals.csv`."""
        cells = deal.row.cells
        customer = cells.get("customer") or self.sales.accounts.get(cells.get("account_id", "")[:15], "")
        pushes = [self.day(stage, "signs") for stage in self.sales.history.get(deal.row.ident[:15], ())]
        pushed = sum(1 for one, other in pairwise(pushes) if one and other and other > one)
        return (
            deal.name, customer, deal.signs.isoformat(), deal.opened.isoformat() if deal.opened else "",
            cells.get("stage", ""), deal.status, self.arr(deal, currency), self.probability(deal.row),
            cells.get("owner", ""), deal.row.ident, self.clean(cells.get("arr", "")), str(pushed) if pushed else "",
            self.assumed(deal, currency), deal.row.place,
        )  # fmt: skip

    @property
    def yearly(self) -> str:
        """The heading of amounts that are only assumed to be those of a year, or blank."""
        heading = self.sales.headings.get("arr", "")
        return heading if normal(heading) in NOT_YEARLY and not self.choices.arr else ""

    def assumed(self, deal: _Deal, currency: str) -> str:
        """What is assumed of a deal's amount; blank where none is written, and for a deal that is lost."""
        if deal.money is None or deal.status == "lost" or not self.arr(deal, currency):
            return ""
        parts = [f"{printable(self.yearly)} is read as what it pays a year"] if self.yearly else []
        if self.currency_assumed and not deal.money.currency:
            parts.append(f"no currency is written, so {self.currency_assumed} is assumed")
        return "; ".join(parts)

    def settle_currency(self, deals: Sequence[_Deal]) -> str:
        """The roadmap's currency: as said, as it is there, or the one that most amounts have."""
        named = [deal.money.currency for deal in deals if deal.money and deal.money.currency]
        known = self.choices.currency or self.there.currency
        currency = known or most_common(named)
        if not known and any(deal.money and not deal.money.currency for deal in deals):
            self.currency_assumed = currency or "USD"
        _tell_currencies(deals, currency, known, self.choices, self.findings)
        return currency

    def arr(self, deal: _Deal, currency: str) -> str:
        """What a deal pays a year in the roadmap's currency; blank, and named, where that is not known."""
        if deal.money is None:
            return ""
        rate = 1.0 if deal.money.currency in ("", currency) else self.choices.rates.get(deal.money.currency)
        if rate is None:
            return ""
        return shortest(round(deal.money.amount * rate, 2))

    def probability(self, row: Opportunity) -> str:
        """A probability as a share; blank where it is none."""
        text = row.cells.get("probability", "")
        value = parse_percent(text)
        if value is None:
            if text:
                self.findings.say("Looks odd", f"{row.place}: {shown(text)} is not a probability, so it is left blank.")
            return ""
        share = value / 100 if self.in_percent else value
        return shortest(round(share, 6)) if share <= 1 else ""

    def stage(self, row: Opportunity) -> Sequence[str]:
        """A row of the history."""
        days = [
            day.isoformat() if (day := self.day(row, role)) else row.cells.get(role, "") for role in ("opened", "signs")
        ]
        cells = row.cells
        return (
            row.ident,
            cells.get("stage", ""),
            self.clean(days[0]),
            self.clean(cells.get("arr", "")),
            self.clean(cells.get("probability", "")),
            self.clean(days[1]),
            row.place,
        )

    def promises(self, deals: Sequence[_Deal]) -> Iterator[Sequence[str]]:
        """A promise for each feature that a deal names by its key or its title; a blank due is assumed."""
        if not self.there.features:
            return
        reader = PromiseReader(self.there, self.choices.promises)
        texts = [self.texts(deal) for deal in deals]
        columns = reader.columns(texts)
        self.findings.promised = columns
        assumed = []
        for deal, row in zip(deals, texts, strict=True):
            for named in reader.named(row, columns):
                if reader.count(named, deal.name, lost=deal.status == "lost"):
                    due = self.day(deal.row, "due")
                    assumed += [] if due else [deal.name]
                    yield (
                        deal.name, named.feature, (due or deal.signs + DUE_AFTER).isoformat(),
                        deal.row.cells.get("owner", ""), "", "" if due else NO_DATE, f"named in {deal.row.place}",
                    )  # fmt: skip
        reader.tell(self.findings, columns)
        self.say_promises(deals, assumed)
        if not columns and deals:
            self.say_no_column(*reader.by_title(deal.row.mentions for deal in deals))

    def texts(self, deal: _Deal) -> Mapping[str, str]:
        """Every text of a deal by its column."""
        headings = self.sales.headings
        own = {headings[role]: text for role, text in deal.row.cells.items() if role in headings}
        return {**own, **deal.row.mentions}

    def say_promises(self, deals: Sequence[_Deal], assumed: Sequence[str]) -> None:
        """Say when promises are due."""
        if "due" in self.sales.headings and any("due" in deal.row.cells for deal in deals):
            self.findings.say("Plan", f"Promises are due on {shown(self.sales.headings['due'])}.")
        if assumed:
            why = f"{NO_DATE} ({listed(assumed)})"
            remedy = "Correct due in promises.csv, or name a column with `promise_due`."
            self.findings.say("Assumed", f"{counted(len(assumed), 'promise')} {why}. {remedy}")

    def say_no_column(self, column: str, title: str) -> None:
        """Say why there are no promises, and what a person can do."""
        said = "No column names features by their keys, so no promise was read"
        remedy = "Name the column with `promises` in the mapping, or write promises.csv"
        if column:
            said = f"{shown(column)} names features by their titles, such as {shown(title)}, but no promise was read"
            remedy = f"If these are promises, write `promises: {printable(column)}` into the mapping"
        self.findings.say("Plan", f"{said}. {remedy}.")


def _unique_names(rows: Sequence[Opportunity]) -> list[str]:
    """The names of the deals; of those that are the same each gets its id, or its number, so that it stays the same."""
    names = [row.cells.get("name") or row.ident for row in rows]
    counts = Counter(map(alike, names))
    taken: Counter[str] = Counter()
    unique = []
    for row, name in zip(rows, names, strict=True):
        if counts[alike(name)] > 1:
            taken[alike(name)] += 1
            name = f"{name[:150]} ({row.ident or taken[alike(name)]})"  # noqa: PLW2901
        unique.append(name)
    return unique


def _tell_currencies(deals: Sequence[_Deal], currency: str, known: str, choices: Choices, findings: Findings) -> None:
    """Say which currencies amounts have, what is assumed of those without, and which cannot be converted."""
    counts = Counter(deal.money.currency for deal in deals if deal.money and deal.money.currency)
    bare = [deal.name for deal in deals if deal.money and not deal.money.currency]
    if counts:
        findings.say("Units", f"Currencies: {listed(f'{name} ({number})' for name, number in counts.items())}.")
    if bare and known:
        where = "the mapping" if choices.currency else "roadmap.yml"
        findings.say("Units", f"Amounts without a currency are in {known}, as {where} says.")
    elif bare:
        which = "" if len(bare) == sum(deal.money is not None for deal in deals) else f" ({listed(bare)})"
        remedy = "Write `currency:` into the mapping if it is another"
        findings.say("Assumed", f"Amounts without a currency are taken as {currency or 'USD'}{which}. {remedy}.")
    others = [name for name in counts if name not in (currency, *choices.rates)]
    if others:
        which = listed(deal.name for deal in deals if deal.money and deal.money.currency in others)
        rates = ", ".join(f"{name}: 1.1" for name in others[:3])
        blank = f"Amounts in {listed(others)} are left blank, since no rate to {currency} is known ({which})"
        findings.say("Assumed", f"{blank}. Write `rates: {{{rates}}}` into the mapping.")


def _start(deals: Sequence[_Deal], choices: Choices, findings: Findings, rows: Iterable[Opportunity]) -> date:
    """The Monday on or after the last change that the files know of."""
    days = [
        day
        for row in rows
        for role in ("opened", "updated")
        if (day := findings.dates.day(row.cells.get(role, ""), ""))
    ]
    signs = [deal.signs for deal in deals if deal.status == "open"]
    last = max(days, default=None)
    if choices.start:
        return choices.start
    if last is None:
        first = min(signs, default=MONDAY)
        start = first - timedelta(days=first.weekday())
        findings.say(
            "Assumed",
            f"The plan starts on {start}: no date says when the files were made. Correct start in roadmap.yml.",
        )
        return start
    start = last + timedelta(days=-last.weekday() % 7)
    findings.say("Read", f"The plan starts on {start}, the Monday on or after the last change in the files ({last}).")
    return start


def _tell(deals: Sequence[_Deal], sales: Sales, findings: Findings, builder: _Builder) -> None:
    counts = Counter(deal.status for deal in deals)
    parts = [f"{counts[status]:,} {status}" for status in ("open", "signed", "lost") if counts[status]]
    findings.say("Plan", f"{counted(len(deals), 'deal')}: {', '.join(parts)}." if deals else "No deals.")
    blank = [deal.name for deal in deals if deal.money is None]
    if builder.yearly:
        remedy = "If it is the whole contract, name the right column with `arr`."
        findings.say("Assumed", f"{shown(builder.yearly)} is read as what a deal pays a year. {remedy}")
    nobody = [deal.name for deal in deals if not deal.row.cells.get("customer") and not sales.accounts]
    if nobody:
        number = counted(len(nobody), "deal")
        findings.say("Assumed", f"{number} without a customer's name ({listed(nobody)}): add the account export.")
    if blank:
        number = counted(len(blank), "deal")
        findings.say("Assumed", f"{number} without an amount: unknown, not zero ({listed(blank)}).")
    stages = dict.fromkeys(f"{d.row.cells.get('stage') or 'no stage'} = {d.status}" for d in deals)
    findings.say("Plan", f"Stages: {listed(stages)}." if stages else "")
