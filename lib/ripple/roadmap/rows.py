"""The columns of every table: one model a table, over text cells.

A column whose cell is blank is left out before a row is validated, so that its default holds; a column without
a default must not be blank. Dates have become weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, ClassVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import (
    MOST_EFFORT,
    MOST_WEEKS,
    Effort,
    parse_choice,
    parse_date,
    parse_effort,
    parse_money,
    parse_name,
    parse_number,
    parse_share,
    parse_switch,
    parse_text,
    parse_whole,
)
from ripple.roadmap.model import KINDS

STATUSES = ("planned", "started", "done", "unplanned")
DEAL_STATUSES = ("open", "signed", "lost")
GAP_KINDS = (
    "missing",
    "auth",
    "format",
    "throughput",
    "performance",
    "security",
    "configuration",
    "architecture",
    "use_case",
)
IMPORTANCES = ("deal breaker", "challenge", "nice to have")
MOST_PEOPLE = 10_000
MOST_STORIES = 1_000_000


@dataclass(frozen=True)
class Meaning:
    """What cells need to know of `roadmap.yml` to be understood."""

    calendar: Calendar
    order: str
    sizes: Mapping[str, Effort]


def _week(text: str, info: ValidationInfo) -> float:
    meaning = cast(Meaning, info.context)
    return meaning.calendar.week(parse_date(text, meaning.calendar, meaning.order))


def _effort(text: str, info: ValidationInfo) -> Effort:
    return parse_effort(text, cast(Meaning, info.context).sizes)


def _choice(*choices: str) -> BeforeValidator:
    return BeforeValidator(lambda text: parse_choice(text, choices))


Name = Annotated[str, BeforeValidator(parse_name), Field(description="a name")]
Text = Annotated[str, BeforeValidator(parse_text)]
Week = Annotated[float, BeforeValidator(_week), Field(description="a date like 2027-01-31")]
Estimate = Annotated[Effort, BeforeValidator(_effort), Field(description="a number of engineer-weeks or a size")]
Share = Annotated[float, BeforeValidator(parse_share)]
Money = Annotated[float, BeforeValidator(parse_money)]
Amount = Annotated[float, BeforeValidator(parse_number)]
Weeks = Annotated[float, BeforeValidator(lambda text: parse_number(text, 0.0, MOST_WEEKS))]
EffortBound = Annotated[float, BeforeValidator(lambda text: parse_number(text, 0.0, MOST_EFFORT))]
Engineers = Annotated[
    int,
    BeforeValidator(lambda text: parse_whole(text, 0, MOST_PEOPLE)),
    Field(description="a whole number of engineers"),
]
Crew = Annotated[int, BeforeValidator(lambda text: parse_whole(text, 1, MOST_PEOPLE))]
Stories = Annotated[int, BeforeValidator(lambda text: parse_whole(text, 1, MOST_STORIES))]
Switch = Annotated[bool, BeforeValidator(parse_switch)]


class Row(BaseModel):
    """A row of a table. `columns` are those that the header must have, besides the columns without a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    columns: ClassVar[tuple[str, ...]] = ()

    row: int = Field(exclude=True)


class TeamRow(Row):
    """A row of `teams.csv`."""

    team: Name
    engineers: Engineers
    focus: Share = 1.0
    title: Text = ""
    cost_per_week: Money | None = None
    assumed: Text = ""


class CapacityRow(Row):
    """A row of `capacity.csv`."""

    team: Name
    start: Week = Field(alias="from")
    engineers: Engineers
    until: Week | None = None
    ramp: Switch = False
    note: Text = ""


class FeatureRow(Row):
    """A row of `features.csv`. Team and effort are blank where the works are in `work.csv`."""

    columns = ("team", "effort")

    feature: Name
    title: Text = ""
    team: Name | None = None
    effort: Estimate | None = None
    effort_low: EffortBound | None = None
    effort_high: EffortBound | None = None
    stories: Stories | None = None
    crew: Crew | None = None
    rank: Amount | None = None
    kind: Annotated[str, _choice(*KINDS)] = "innovation"
    status: Annotated[str, _choice(*STATUSES)] = "planned"
    progress: Share | None = None
    not_before: Week | None = None
    target: Week | None = None
    value_per_week: Money | None = None
    owner: Text = ""
    prd: Text = ""
    assumed: Text = ""


class WorkRow(Row):
    """A row of `work.csv`."""

    columns = ("effort",)

    feature: Name
    team: Name
    effort: Estimate | None = None
    effort_low: EffortBound | None = None
    effort_high: EffortBound | None = None
    stories: Stories | None = None
    crew: Crew | None = None
    progress: Share | None = None


class DependencyRow(Row):
    """A row of `dependencies.csv`."""

    feature: Name
    needs: Name
    lag_weeks: Weeks = 0.0
    assumed: Text = ""


class DealRow(Row):
    """A row of `deals.csv`."""

    deal: Name
    customer: Text = ""
    signs: Week
    opened: Week | None = None
    demo_on: Week | None = None
    stage: Text = ""
    status: Annotated[str, _choice(*DEAL_STATUSES)] = "open"
    arr: Money | None = None
    probability: Share | None = None
    probability_without: Share | None = None
    penalty_per_week: Money | None = None
    grace_weeks: Weeks | None = None
    penalty_cap: Money | None = None
    patience_weeks: Weeks | None = None
    discount: Share | None = None
    term_years: Annotated[float, BeforeValidator(lambda text: parse_number(text, 0.0, 100.0))] | None = None
    owner: Text = ""
    prd: Text = ""
    assumed: Text = ""


class PromiseRow(Row):
    """A row of `promises.csv`."""

    deal: Name
    feature: Name
    due: Week
    owner: Text = ""
    on_slip: Text = ""
    phase: Text = ""
    assumed: Text = ""


class GapRow(Row):
    """A row of `gaps.csv`."""

    columns = ("effort",)

    gap: Name | None = None
    deal: Name
    feature: Name | None = None
    team: Name
    effort: Estimate | None = None
    effort_low: EffortBound | None = None
    effort_high: EffortBound | None = None
    stories: Stories | None = None
    kind: Annotated[str, _choice(*GAP_KINDS)] = ""
    found: Week | None = None
    note: Text = ""


class PracticeRow(Row):
    """A row of `practices.csv`."""

    practice: Name
    hazard_per_week: Share | None = None
    chance_once: Share | None = None
    start: Week | None = Field(None, alias="from")
    until: Week | None = None
    cost: EffortBound | None = None
    team: Name | None = None


class RequestRow(Row):
    """A row of `requests.csv`."""

    account: Name
    feature: Name
    deal: Name | None = None
    importance: Annotated[str, _choice(*IMPORTANCES)] | None = None
    arr: Money | None = None
    probability: Share | None = None
    requested_on: Week | None = None


class TicketRow(Row):
    """A row of `tickets.csv`."""

    ticket: Name
    feature: Name
    account: Name | None = None
    severity: Text = ""
    opened: Week | None = None
    closed: Week | None = None


class ObjectionRow(Row):
    """A row of `objections.csv`."""

    date: Week
    objection: Text
    deal: Name | None = None
    feature: Name | None = None
    feedback: Text = ""
    competitor: Text = ""


class InterfaceRow(Row):
    """A row of `interfaces.csv`."""

    interface: Name
    limit_per_hour: Amount | None = None
    window_hours: Amount | None = None
    load_per_hour: Amount | None = None
    auth: Text = ""
    formats: Text = ""
    team: Name | None = None
    raised_by: Name | None = None
    raised_limit: Amount | None = None


class RequirementRow(Row):
    """A row of `requirements.csv`."""

    deal: Name
    interface: Name
    records_per_day: Amount | None = None
    window_hours: Amount | None = None
    peak_factor: Amount | None = None
    auth: Text = ""
    format: Text = ""


class DemoRow(Row):
    """A row of `demos.csv`."""

    environment: Name
    feature: Name
    status: Text = ""
    checked_on: Week | None = None
    note: Text = ""


class HistoryRow(Row):
    """A row of `history.csv`."""

    item: Name
    team: Name | None = None
    size: Text = ""
    estimate: EffortBound | None = None
    actual: EffortBound | None = None
    started: Week | None = None
    done: Week | None = None


TABLES: Mapping[str, type[Row]] = {
    "teams": TeamRow,
    "capacity": CapacityRow,
    "features": FeatureRow,
    "work": WorkRow,
    "dependencies": DependencyRow,
    "deals": DealRow,
    "promises": PromiseRow,
    "gaps": GapRow,
    "practices": PracticeRow,
    "requests": RequestRow,
    "tickets": TicketRow,
    "objections": ObjectionRow,
    "interfaces": InterfaceRow,
    "requirements": RequirementRow,
    "demos": DemoRow,
    "history": HistoryRow,
}
"""Every table by its file's name without `.csv`, in the order in which problems are told."""

REQUIRED_TABLES = ("teams", "features")


@cache
def columns_of(model: type[Row]) -> Mapping[str, str]:
    """The fields of a table's columns, in order.

    >>> columns_of(CapacityRow)["from"]
    'start'
    """
    return MappingProxyType({field.alias or name: name for name, field in model.model_fields.items() if name != "row"})


@cache
def required_columns(model: type[Row]) -> tuple[str, ...]:
    """The columns that a header must have.

    >>> required_columns(FeatureRow)
    ('feature', 'team', 'effort')
    """
    fields = model.model_fields
    return tuple(
        column for column, name in columns_of(model).items() if fields[name].is_required() or column in model.columns
    )
