"""The assumptions that are numbers: each with its range, its source, and how sure it is.

Sureness: A several studies or mathematics, B one good study, C rule of thumb, D assumption. `low` and `high`
are the range worth trying; what an override may be at all depends on the unit (see `check_override`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ripple.errors import InputError
from ripple.roadmap.cells import CellError, shortest
from ripple.roadmap.names import unknown

OVERRIDE_SOURCE = "set in roadmap.yml or the scenario"


@dataclass(frozen=True)
class Parameter:
    """A number that the model assumes, the range worth trying, and why anybody should believe it."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    sureness: str
    meaning: str


FOCUS = Parameter(
    "focus", 0.65, 0.5, 0.85, "share",
    "Forsgren, Humble & Kim 2018: unplanned work alone is 0.15-0.35 of capacity", "B",
    "template only: what templates and importers write into the focus column of teams.csv, which is what counts",
)  # fmt: skip
"""The share of a week that reaches roadmap work is a column, not a parameter; this is where templates get theirs."""

_EFFORT_SOURCE = (
    "CESAW elements of 40-160 h (n=367) sigma 0.62, above 160 h (n=30) 0.35; Kitchenham 2002 (n=145) sigma 0.36"
)
_OVERTIME_SOURCE = (
    "Pencavel 2014; Business Roundtable 1980 (pessimist); Thomas 1992 calls this literature sparse and dated"
)
_HAZARD_SOURCE = "no study found: an assumption"
_TRUST_SOURCE = "Josang & Ismail 2002 for the form; the counts are a rule of thumb"
_RAMP_SOURCE = "Abdel-Hamid & Madnick 1991; Rastogi et al. 2015"

_TABLE = (
    Parameter(
        "effort_median", 1.0, 0.97, 1.24, "factor",
        "Kitchenham 2002 (n=145): median 0.97; Molokken & Jorgensen 2003 as fitted: 1.24", "B",
        "median of actual / estimated effort of a feature, a gap, or what a practice takes once",
    ),
    Parameter(
        "effort_sigma_small", 0.60, 0.40, 0.80, "sigma", _EFFORT_SOURCE, "B",
        "spread of ln(actual / estimate) at 2 engineer-weeks and below",
    ),
    Parameter(
        "effort_sigma_large", 0.35, 0.25, 0.50, "sigma", _EFFORT_SOURCE, "B",
        "spread of ln(actual / estimate) at 16 engineer-weeks and above; between 2 and 16, linear in ln(effort)",
    ),
    Parameter(
        "roadmap_sigma", 0.10, 0.0, 0.25, "sigma", "none; without it sums look falsely certain", "D",
        "spread of the factor that all features share",
    ),
    Parameter(
        "story_cv", 0.68, 0.5, 1.0, "cv", "Weibull k = 1.5 lead times: an upper bound for work", "C",
        "standard deviation / mean of a story's factor",
    ),
    Parameter(
        "fire_drill_lead", 13.0, 4.0, 26.0, "weeks", "none", "D",
        "a gap that becomes work with fewer weeks than this to the due date is closed as a fire drill",
    ),
    Parameter(
        "switching_cost", 0.05, 0.0, 0.2, "engineer-weeks", "none: 2 h; the range is up to one day", "D",
        "what a story needs more each time it is put down for a fire drill or a leaving engineer",
    ),
    Parameter(
        "weekly_sync_hazard", 0.20, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that a weekly sync of sales and product finds an open gap",
    ),
    Parameter(
        "demo_environment_hazard", 0.15, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that a shared demo environment finds an open gap",
    ),
    Parameter(
        "prd_link_hazard", 0.10, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that linking deals to requirement documents finds an open gap",
    ),
    Parameter(
        "ticket_feedback_hazard", 0.10, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that feeding tickets back to product finds an open gap",
    ),
    Parameter(
        "joint_calls_hazard", 0.15, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that engineers on a customer's technical calls find an open gap",
    ),
    Parameter(
        "shared_channel_hazard", 0.05, 0.05, 0.6, "chance a week", _HAZARD_SOURCE, "D",
        "chance that a channel shared by sales and engineers finds an open gap",
    ),
    Parameter(
        "proof_of_concept_chance", 0.6, 0.05, 0.6, "chance", _HAZARD_SOURCE, "D",
        "chance that a proof of concept finds a gap, once, on its date",
    ),
    Parameter(
        "rework_share", 0.40, 0.2, 0.7, "share", "Boehm & Basili 2001: 40-50 % avoidable rework", "C",
        "share of what was built that is redone when a gap is learnt late",
    ),
    Parameter(
        "rework_cap", 2.0, 1.0, 5.0, "times", "none", "D",
        "rework is at most this many times the effort of the retrofit",
    ),
    Parameter(
        "drill_pace", 1.25, 1.0, 1.4, "factor", _OVERTIME_SOURCE, "C",
        "speed of fire drill stories while nights and weekends are worked (1.25: 50 h a week)",
    ),
    Parameter(
        "fatigue_loss", 0.12, 0.0, 0.24, "share", _OVERTIME_SOURCE, "C",
        "share of its speed that a fully tired team loses",
    ),
    Parameter(
        "fatigue_weeks", 8.0, 4.0, 12.0, "weeks", _OVERTIME_SOURCE, "C",
        "weeks with an open fire drill until a team is fully tired, and as many to recover",
    ),
    Parameter(
        "morale_loss", 0.05, 0.0, 0.12, "share", "Oswald, Proto & Sgroi 2015, transferred: weak", "C",
        "share of its speed that a team loses when a week's work or more of each engineer is redone",
    ),
    Parameter(
        "morale_weeks", 4.0, 2.0, 8.0, "weeks", "Oswald, Proto & Sgroi 2015, transferred: weak", "C",
        "weeks for which that loss holds",
    ),
    Parameter(
        "upkeep_rate", 0.20, 0.10, 0.40, "rate a year",
        "rule of thumb: 15-25 % of build cost; total debt share in 15-45 % (Besker et al., Stripe 2018)", "C",
        "effort a year, for ever, that a retrofit costs after it is done, as a share of its own effort",
    ),
    Parameter(
        "ramp_start", 0.5, 0.3, 0.8, "share", _RAMP_SOURCE, "B",
        "speed of a newcomer on the first day",
    ),
    Parameter(
        "ramp_weeks", 16.0, 6.0, 26.0, "weeks", _RAMP_SOURCE, "B",
        "weeks until a newcomer works at full speed",
    ),
    Parameter(
        "mentor_share", 0.25, 0.1, 0.5, "share", _RAMP_SOURCE, "B",
        "share of an engineer that a newcomer costs on the first day, falling to 0 over the same weeks",
    ),
    Parameter(
        "discount", 0.10, 0.0, 0.3, "share", "none", "D",
        "what a customer whose patience is over takes off the price, where its deal says nothing else",
    ),
    Parameter(
        "annual_churn", 0.12, 0.05, 0.25, "share", "direction only", "D",
        "rate a year at which customers leave, before lateness and lost trust raise it",
    ),
    Parameter(
        "churn_per_quarter_late", 0.3, 0.1, 0.6, "rate a quarter", "direction only", "D",
        "past a customer's patience, churn is multiplied by exp(this) for each quarter of lateness",
    ),
    Parameter(
        "trust_start_a", 8.0, 4.0, 16.0, "count", _TRUST_SOURCE, "C",
        "a customer's trust starts as Beta(a, b): this is a, promises kept so far",
    ),
    Parameter(
        "trust_start_b", 2.0, 1.0, 4.0, "count", _TRUST_SOURCE, "C",
        "a customer's trust starts as Beta(a, b): this is b, promises missed so far",
    ),
    Parameter(
        "trust_kept", 1.0, 0.5, 2.0, "count", _TRUST_SOURCE, "C",
        "what a kept promise adds to a",
    ),
    Parameter(
        "trust_missed", 3.0, 1.0, 6.0, "count", _TRUST_SOURCE, "C",
        "what a missed promise adds to b",
    ),
)  # fmt: skip

PARAMETERS: Mapping[str, Parameter] = MappingProxyType({parameter.name: parameter for parameter in _TABLE})
"""Every parameter of the model with its default, by name."""

PRACTICE_PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "weekly-sync": "weekly_sync_hazard",
        "demo-environment": "demo_environment_hazard",
        "prd-link": "prd_link_hazard",
        "ticket-feedback": "ticket_feedback_hazard",
        "joint-calls": "joint_calls_hazard",
        "shared-channel": "shared_channel_hazard",
        "proof-of-concept": "proof_of_concept_chance",
    }
)
"""The practices that need no row of their own, each with the parameter that says how often it finds a gap."""

_COST_SOURCE = "no study found: an assumption; the column cost of practices.csv says otherwise"
_TAKES = "a study of habits only: what it takes where practices.csv does not say"

PRACTICE_COSTS: Mapping[str, Parameter] = MappingProxyType(
    {
        practice: Parameter(
            practice.replace("-", "_") + "_cost", value, low, high, unit, _COST_SOURCE, "D", f"{_TAKES}: {what}"
        )
        for practice, value, low, high, unit, what in (
            ("weekly-sync", 0.05, 0.02, 0.2, "engineers", "half an hour of four people"),
            ("demo-environment", 0.2, 0.05, 0.5, "engineers", "a day a week of one engineer who keeps it up"),
            ("prd-link", 0.05, 0.01, 0.1, "engineers", "two hours a week of writing down and looking up"),
            ("ticket-feedback", 0.1, 0.02, 0.3, "engineers", "half a day a week of sorting and reading"),
            ("joint-calls", 0.1, 0.02, 0.3, "engineers", "two engineers on a call of an hour, and its preparation"),
            ("shared-channel", 0.1, 0.02, 0.3, "engineers", "a few questions a day, and getting back to work"),
            ("proof-of-concept", 3.0, 1.0, 8.0, "engineer-weeks", "one engineer for three weeks, once"),
        )
    }
)
"""What the practices known by name take, where a study asks for it; like focus a column, so not among `PARAMETERS`."""

BOUNDS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "share": (0.0, 1.0),
        "chance": (0.0, 1.0),
        "chance a week": (0.0, 1.0),
        "weeks": (0.0, 10_000.0),
        "engineer-weeks": (0.0, 10_000.0),
        "factor": (0.01, 100.0),
        "sigma": (0.0, 3.0),
        "cv": (0.0, 10.0),
        "times": (0.0, 10_000.0),
        "rate a year": (0.0, 100.0),
        "rate a quarter": (0.0, 10.0),
        "count": (0.0, 10_000.0),
    }
)
"""What an override may be at all, by unit."""

POSITIVE = frozenset({"fatigue_weeks", "ramp_weeks", "trust_start_a"})
"""Parameters that something is divided by: 0 is out of bounds for them."""


def check_override(name: str, value: float) -> float:
    """The value, if a parameter of this name exists and may have it.

    Raises:
        CellError: One sentence with the remedy; the caller adds the place.

    >>> check_override("rework_share", 0.2)
    0.2
    >>> check_override("rework_shar", 0.2)
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: 'rework_shar' is not a parameter. Did you mean 'rework_share'?
    >>> check_override("rework_share", 20)
    Traceback (most recent call last):
    ripple.roadmap.cells.CellError: rework_share cannot be 20. Write a number from 0 to 1 (share).
    """
    if name == FOCUS.name:
        raise CellError("'focus' is not a parameter but a column of teams.csv. Write it there, for each team.")
    if name not in PARAMETERS:
        raise CellError(unknown(name, "a parameter", PARAMETERS))
    unit = PARAMETERS[name].unit
    low, high = BOUNDS[unit]
    if not low <= value <= high or (value == 0 and name in POSITIVE):
        lowest = "above 0 and up to" if name in POSITIVE else f"from {shortest(low)} to"
        raise CellError(f"{name} cannot be {value:g}. Write a number {lowest} {shortest(high)} ({unit}).")
    return float(value)


def resolve(overrides: Mapping[str, float]) -> Mapping[str, Parameter]:
    """All parameters in table order, with the overrides in place of the defaults.

    Raises:
        InputError: One sentence for each override that cannot be.

    >>> changed = resolve({"fire_drill_lead": 8})["fire_drill_lead"]
    >>> changed.value, changed.source
    (8.0, 'set in roadmap.yml or the scenario')
    """
    problems = []
    table = dict(PARAMETERS)
    for name, value in overrides.items():
        try:
            checked = check_override(name, value)
        except CellError as error:
            problems.append(f"parameters: {error}")
        else:
            table[name] = replace(PARAMETERS[name], value=checked, source=OVERRIDE_SOURCE)
    if problems:
        raise InputError(problems)
    return MappingProxyType(table)
