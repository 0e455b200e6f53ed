"""The nouns: what a person planned, frozen.

Time is weeks since the plan's start (a Monday); effort is engineer-weeks. Calendar dates are turned into
weeks where tables are read and back into dates where results are shown (see `ripple.roadmap.calendar`).
`None` means that a person left the cell blank: for money and probabilities that is *unknown*, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

SWITCHES = ("scope", "retrofit", "rework", "switching", "overtime", "morale", "upkeep")
"""The mechanisms that a deal can set off, in the order of the model's documentation."""

KINDS = ("innovation", "platform", "maintenance")
"""The kinds of planned work."""


@dataclass(frozen=True)
class Team:
    """People who can replace each other, and the share of their week that reaches roadmap work."""

    name: str
    engineers: int
    focus: float = 1.0
    title: str = ""
    cost_per_week: float | None = None


@dataclass(frozen=True)
class CapacityChange:
    """From `start` on (to `until`, if given) the team has this many engineers."""

    team: str
    start: float
    engineers: int
    until: float | None = None
    ramp: bool = False
    note: str = ""


@dataclass(frozen=True)
class Hire:
    """From `start` on (to `until`, if given) the team has this many engineers more."""

    team: str
    engineers: int
    start: float
    until: float | None = None
    cost_per_week: float | None = None


@dataclass(frozen=True)
class Work:
    """What a feature, or the closing of a gap, needs of one team."""

    team: str
    effort: float
    low: float | None = None
    high: float | None = None
    stories: int | None = None
    crew: int | None = None
    progress: float = 0.0


@dataclass(frozen=True)
class Feature:
    """Something that ships when all its works are done. A lower rank comes first."""

    name: str
    works: tuple[Work, ...]
    rank: float
    title: str = ""
    kind: str = "innovation"
    status: str = "planned"
    not_before: float | None = None
    target: float | None = None
    value_per_week: float | None = None
    owner: str = ""
    prd: str = ""

    @property
    def label(self) -> str:
        """The title, or the name where there is no title."""
        return self.title or self.name

    @property
    def effort(self) -> float:
        """Engineer-weeks over all teams, as estimated."""
        return sum(work.effort for work in self.works)


@dataclass(frozen=True)
class Dependency:
    """`feature` cannot be worked on before `needs` has shipped, plus the lag in weeks."""

    feature: str
    needs: str
    lag: float = 0.0


@dataclass(frozen=True)
class Deal:
    """A customer, its money, the week it signs, and the mechanisms that are switched off for it.

    `new` deals are signed by a scenario; the others that are signed belong to the base world.
    """

    name: str
    signs: float
    customer: str = ""
    opened: float | None = None
    demo_on: float | None = None
    stage: str = ""
    status: str = "open"
    arr: float | None = None
    probability: float | None = None
    probability_without: float | None = None
    penalty_per_week: float | None = None
    grace_weeks: float | None = None
    penalty_cap: float | None = None
    patience_weeks: float | None = None
    discount: float | None = None
    term_years: float | None = None
    owner: str = ""
    prd: str = ""
    promoted: bool = False
    new: bool = False
    off: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """The customer, or the deal's name where no customer is given."""
        return self.customer or self.name


@dataclass(frozen=True)
class Promise:
    """A deal's word that a feature is there by the end of a day (`due`, that day's beginning in weeks)."""

    deal: str
    feature: str
    due: float
    owner: str = ""
    on_slip: str = ""
    phase: str = ""


@dataclass(frozen=True)
class Gap:
    """What a promise silently assumes. `work` is the retrofit that closes it."""

    name: str
    deal: str
    feature: str
    work: Work
    kind: str = ""
    found: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Practice:
    """A habit that finds gaps."""

    name: str
    hazard_per_week: float | None = None
    chance_once: float | None = None
    start: float | None = None
    until: float | None = None
    cost: float | None = None
    team: str | None = None


@dataclass(frozen=True)
class Roadmap:
    """A whole plan. Nothing in it changes: a scenario gives a new one.

    Tables keep the order of their rows, which settles ties. `parameters` holds overrides only; `notices`
    says what the reader kept but did not use; `assumed` names the features whose effort was assumed, and
    `assumptions` says what was of teams, needs, deals and promises.
    """

    start: date
    teams: tuple[Team, ...]
    features: tuple[Feature, ...]
    title: str = ""
    dependencies: tuple[Dependency, ...] = ()
    deals: tuple[Deal, ...] = ()
    promises: tuple[Promise, ...] = ()
    gaps: tuple[Gap, ...] = ()
    capacity: tuple[CapacityChange, ...] = ()
    hires: tuple[Hire, ...] = ()
    practices: tuple[Practice, ...] = ()
    horizon: float = 156.0
    fiscal_year_start: int = 1
    currency: str = "USD"
    story_size: float = 1.0
    date_order: str = "iso"
    holidays: str | None = None
    revenue_targets: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, float] = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    fingerprint: str = ""

    @cached_property
    def team_named(self) -> Mapping[str, Team]:
        """Teams by name."""
        return {team.name: team for team in self.teams}

    @cached_property
    def feature_named(self) -> Mapping[str, Feature]:
        """Features by name."""
        return {feature.name: feature for feature in self.features}

    @cached_property
    def deal_named(self) -> Mapping[str, Deal]:
        """Deals by name."""
        return {deal.name: deal for deal in self.deals}

    @cached_property
    def gap_named(self) -> Mapping[str, Gap]:
        """Gaps by name."""
        return {gap.name: gap for gap in self.gaps}

    def promises_of(self, deal: str) -> tuple[Promise, ...]:
        """A deal's promises, in the order in which they were made."""
        return tuple(promise for promise in self.promises if promise.deal == deal)

    def gaps_of(self, deal: str) -> tuple[Gap, ...]:
        """A deal's gaps, in table order."""
        return tuple(gap for gap in self.gaps if gap.deal == deal)

    @property
    def signed(self) -> tuple[Deal, ...]:
        """The deals that are signed, in table order."""
        return tuple(deal for deal in self.deals if deal.status == "signed")
