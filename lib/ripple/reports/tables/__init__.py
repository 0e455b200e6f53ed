"""Tables and sentences as people read them: few columns, plain headings, rounded to what is known, names harmless."""

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
    "bullets",
    "cautions",
    "chain",
    "chain_of",
    "chains",
    "checks",
    "crowding",
    "decision",
    "effort",
    "exposure",
    "gaps",
    "kept",
    "learned",
    "made_from",
    "money",
    "money_words",
    "not_priced",
    "optimism",
    "parameters",
    "plan",
    "practices",
    "promises",
    "provenance",
    "quarters",
    "say",
    "sensitivity",
    "slips",
    "subject",
    "table",
    "told",
    "unlinked",
    "verdict",
    "waves",
]
