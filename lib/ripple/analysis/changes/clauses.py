"""Edits in words: what follows *because* in a sentence about a date, a chance or the net value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ripple.analysis.changes.edits import ADDED, CHANGED, RANK, REMOVED, SCENARIO, Edit
from ripple.analysis.changes.steps import FEATURE, ORDER, TABLE, Step
from ripple.analysis.changes.tables import Key
from ripple.analysis.words import counted, listed
from ripple.roadmap.calendar import Calendar
from ripple.roadmap.cells import shortest
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import PARAMETERS
from ripple.roadmap.spelling import printable

MOST_EDITS = 2
"""So many edits of a step are told; the rest are counted."""

NOUNS = {
    "focus": "focus", "engineers": "number of engineers", "crew": "crew", "stories": "number of stories",
    "progress": "progress", "kind": "kind", "status": "status", "not_before": "earliest start",
    "value_per_week": "value a week", "cost_per_week": "cost a week", "lag_weeks": "lag", "signs": "signing date",
    "opened": "opening date", "arr": "ARR", "probability": "chance to win", "probability_without": "chance without it",
    "penalty_per_week": "penalty a week", "grace_weeks": "grace", "penalty_cap": "cap of its penalties",
    "patience_weeks": "patience", "discount": "discount", "term_years": "term", "due": "due date", "effort": "estimate",
    "effort_low": "low estimate", "effort_high": "high estimate", "low": "low estimate", "high": "high estimate",
    "found": "date of discovery", "hazard_per_week": "chance a week", "chance_once": "chance", "from": "start",
    "until": "end", "cost": "cost", "team": "team", "feature": "feature", "ramp": "ramp",
    "start": "start", "horizon_weeks": "horizon in weeks", "story_size": "size of a story", "holidays": "holidays",
}  # fmt: skip
"""What the columns are called in a sentence."""

UNITS = {"effort": " engineer-weeks", "effort_low": " engineer-weeks", "effort_high": " engineer-weeks",
         "low": " engineer-weeks", "high": " engineer-weeks", "lag_weeks": " weeks"}  # fmt: skip


@dataclass(frozen=True)
class Labels:
    """What people call features, deals and teams: as now, or as before of what is gone."""

    before: Roadmap
    after: Roadmap

    def feature(self, name: str) -> str:
        """A feature's title, or its name."""
        return printable(next((r.feature_named[name].label for r in self._both if name in r.feature_named), name))

    def deal(self, name: str) -> str:
        """A deal's customer, or its name."""
        return printable(next((r.deal_named[name].label for r in self._both if name in r.deal_named), name))

    def team(self, name: str) -> str:
        """A team's title, or its name."""
        return printable(
            next((r.team_named[name].title or name for r in self._both if name in r.team_named), name)
        )  # fmt: skip

    def day(self, week: float) -> str:
        """The day in which a week of the present roadmap lies."""
        return Calendar(self.after.start).day(week).isoformat()

    @property
    def _both(self) -> tuple[Roadmap, Roadmap]:
        return self.after, self.before


def clause(step: Step, labels: Labels, of: str = "") -> str:
    """What a step did, as it follows *because*; `of` is the feature that the sentence is about, which is *it* then."""
    told = [edit for edit in step.edits if edit.acts]
    if step.about[0] == TABLE and (n_rows := len({edit.row for edit in told})) > 1:
        return f"{n_rows} rows of {listed(list(dict.fromkeys(edit.file for edit in told)))} were edited"
    if step.about[0] == SCENARIO:
        return f"the scenario was changed ({_lines(told)})"
    if step.about[0] == ORDER:
        told.sort(key=lambda edit: (edit.key[0] != of, -abs(edit.after - edit.before)))
    if not told:
        return "rows were put in another order"
    whole = [edit for edit in told if step.about == (FEATURE, edit.key[0]) and edit.table == "features"
             and edit.kind != CHANGED]  # fmt: skip
    if whole:
        return _words(whole[0], labels, of)
    more = len(told) - MOST_EDITS
    rest = [counted(more, "more edit") + (" was made" if more == 1 else " were made")] if more > 0 else []
    return listed([*(_words(edit, labels, of) for edit in told[:MOST_EDITS]), *rest])


def _lines(told: Sequence[Edit]) -> str:
    lines = [f"{'added' if edit.kind == ADDED else 'removed'} {printable(edit.after or edit.before)}" for edit in told]
    return listed(lines, most=MOST_EDITS)


def _words(edit: Edit, labels: Labels, of: str) -> str:
    """One edit, in words."""
    if edit.kind == CHANGED:
        return _changed(edit, labels, of)
    return _ROWS[edit.table](edit, labels, _it(edit.key, labels, of))


def _it(key: Key, labels: Labels, of: str) -> str:
    return "it" if key[0] == of else labels.feature(key[0])


def _changed(edit: Edit, labels: Labels, of: str) -> str:
    before, after = edit.before, edit.after
    if edit.column == RANK:
        way = "up" if after < before else "down"
        return f"{_it(edit.key, labels, of)} was moved {way} in the order of features, from place {before} to {after}"
    if edit.table == "parameters":
        return f"the parameter {edit.key[0]} was {_way(edit)}"
    if (edit.table, edit.column) == ("deals", "status") and after == "signed":
        return f"{labels.deal(edit.key[0])} was signed"
    if (edit.table, edit.column) == ("teams", "engineers"):
        return f"{labels.team(edit.key[0])} has {counted(after, 'engineer')} instead of {before}"
    return f"{_possessive(edit, labels, of)} was {_way(edit)}"


def _possessive(edit: Edit, labels: Labels, of: str) -> str:
    """The cell, with whose it is: "its estimate", "the focus of Platform", "the due date of search for Acme"."""
    noun, key, table = NOUNS.get(edit.column, edit.column), edit.key, edit.table
    mine = table in ("features", "work") and key[0] == of
    if table == "settings":
        return f"the plan's {noun}"
    if mine:
        return f"its {noun}{_for_team(edit, labels)}"
    whose = {
        "features": lambda: labels.feature(key[0]),
        "work": lambda: labels.feature(key[0]) + _for_team(edit, labels),
        "teams": lambda: labels.team(key[0]),
        "capacity": lambda: f"the staffing of {labels.team(key[0])} from {key[1]}",
        "dependencies": lambda: f"{_it(key, labels, of)} after {labels.feature(key[1])}",
        "deals": lambda: labels.deal(key[0]),
        "promises": lambda: f"{labels.feature(key[1])} for {labels.deal(key[0])}",
        "gaps": lambda: f"the gap {printable(key[1])} of {labels.deal(key[0])}",
        "practices": lambda: f"the practice {printable(key[0])}",
    }[table]()
    return f"the {noun} of {whose}"


def _for_team(edit: Edit, labels: Labels) -> str:
    return f" for {labels.team(edit.key[1])}" if edit.table == "work" else ""


def _way(edit: Edit) -> str:
    """From what to what: raised and lowered, moved, set or emptied."""
    before, after, unit = edit.before, edit.after, UNITS.get(edit.column, "")
    if before is None or before == "":
        return f"set to {cell(after)}{unit}"
    if after is None or after == "":
        return f"emptied (it was {cell(before)}{unit})"
    verb = "moved" if isinstance(after, date) else "changed"
    if isinstance(after, int | float) and isinstance(before, int | float) and not isinstance(after, bool):
        verb = "raised" if after > before else "lowered"
    return f"{verb} from {cell(before)} to {cell(after)}{unit}"


def cell(value: Any) -> str:
    """A cell's value as it is written in a table; what is not there is blank.

    >>> cell(12.0), cell(None), cell(True), cell(date(2027, 3, 1))
    ('12', '', 'yes', '2027-03-01')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return shortest(float(value))
    return printable(str(value)) if value is not None else ""


def _team_row(edit: Edit, labels: Labels, _: str) -> str:
    team = edit.after or edit.before
    who = labels.team(edit.key[0])
    if edit.kind == REMOVED:
        return f"the team {who} was removed"
    return f"the team {who} was added with {counted(team.engineers, 'engineer')}"


def _capacity_row(edit: Edit, labels: Labels, _: str) -> str:
    row = edit.after or edit.before
    until = f" to {labels.day(row.until)}" if row.until is not None else ""
    no_longer = " no longer" if edit.kind == REMOVED else ""
    return f"{labels.team(edit.key[0])}{no_longer} has {counted(row.engineers, 'engineer')} from {edit.key[1]}{until}"


def _feature_row(edit: Edit, _: Labels, it: str) -> str:
    return f"{it} was added to the plan" if edit.kind == ADDED else f"{it} was taken out of the plan"


def _work_row(edit: Edit, labels: Labels, it: str) -> str:
    work = edit.after or edit.before
    what = f"{shortest(work.effort)} engineer-weeks of {labels.team(edit.key[1])}"
    return f"{it} now takes {what}" if edit.kind == ADDED else f"{it} no longer takes {what}"


def _need_row(edit: Edit, labels: Labels, it: str) -> str:
    word = "now" if edit.kind == ADDED else "no longer"
    return f"{it} {word} needs {labels.feature(edit.key[1])}"


def _deal_row(edit: Edit, labels: Labels, _: str) -> str:
    signed = "signed " if (edit.after or edit.before).status == "signed" else ""
    return f"the {signed}deal with {labels.deal(edit.key[0])} was {edit.kind}"


def _promise_row(edit: Edit, labels: Labels, _: str) -> str:
    customer, feature = labels.deal(edit.key[0]), labels.feature(edit.key[1])
    if edit.kind == REMOVED:
        return f"{customer} is no longer promised {feature}"
    return f"{customer} is now promised {feature} by {labels.day(edit.after.due)}"


def _gap_row(edit: Edit, labels: Labels, _: str) -> str:
    gap = edit.after or edit.before
    what = f"{shortest(gap.work.effort)} engineer-weeks of {labels.team(gap.work.team)}"
    whose = f"the gap {printable(edit.key[1])} of {labels.deal(edit.key[0])} ({what})"
    return f"{whose} was {edit.kind}"


def _practice_row(edit: Edit, *_: object) -> str:
    return f"the practice {printable(edit.key[0])} was {edit.kind}"


def _parameter_row(edit: Edit, *_: object) -> str:
    usual = PARAMETERS[edit.key[0]].value if edit.key[0] in PARAMETERS else None
    if edit.kind == REMOVED:
        return f"the parameter {edit.key[0]} was set back from {cell(edit.before)} to {cell(usual)}"
    return f"the parameter {edit.key[0]} was set to {cell(edit.after)} instead of {cell(usual)}"


_ROWS = {
    "teams": _team_row,
    "capacity": _capacity_row,
    "features": _feature_row,
    "work": _work_row,
    "dependencies": _need_row,
    "deals": _deal_row,
    "promises": _promise_row,
    "gaps": _gap_row,
    "practices": _practice_row,
    "parameters": _parameter_row,
}
