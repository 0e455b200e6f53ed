"""Tables and sentences as people read them: few columns, plain headings, rounded to what is known, names harmless."""

from ripple.reports.tables.attribution import causes, mechanisms
from ripple.reports.tables.changes import changes
from ripple.reports.tables.decide import (
    break_even,
    flip_table,
    flips,
    options,
    recommendation,
    safe_promise,
    safe_sentence,
    settings,
    too_late,
)
from ripple.reports.tables.impact import decision, gaps, promises, quarters, slips, subject
from ripple.reports.tables.one_world import assumptions, cautions, checks, kept, made_from, parameters, plan, provenance
from ripple.reports.tables.sure import learned, optimism, practices, sensitivity, told
from ripple.reports.tables.text import Table, bullets, say, table
from ripple.reports.tables.time_use import crowding, effort
from ripple.reports.tables.why import chain, chain_of, chains, unlinked, waves
from ripple.reports.tables.worth import exposure, money, money_words, not_priced, verdict

__all__ = [
    "Table",
    "assumptions",
    "break_even",
    "bullets",
    "causes",
    "cautions",
    "chain",
    "chain_of",
    "chains",
    "changes",
    "checks",
    "crowding",
    "decision",
    "effort",
    "exposure",
    "flip_table",
    "flips",
    "gaps",
    "kept",
    "learned",
    "made_from",
    "mechanisms",
    "money",
    "money_words",
    "not_priced",
    "optimism",
    "options",
    "parameters",
    "plan",
    "practices",
    "promises",
    "provenance",
    "quarters",
    "recommendation",
    "safe_promise",
    "safe_sentence",
    "say",
    "sensitivity",
    "settings",
    "slips",
    "subject",
    "table",
    "told",
    "too_late",
    "unlinked",
    "verdict",
    "waves",
]
