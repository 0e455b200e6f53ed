"""Which way a link points: the words of its type decide, and say so in the report."""

import re
from dataclasses import dataclass

HEADING = re.compile(r"\s*(in|out)ward\s+(?:issue\s+)?links?\s*[:(]\s*(.+?)\s*\)?\s*", re.IGNORECASE)
"""A column of links: `Outward issue link (Blocks)`, in any spelling."""

NEEDS = re.compile(
    r"\b(?:blocked by|depend(?:s|ent)? (?:up)?on|depends|requires|wait(?:s|ing) (?:for|on)|"
    r"ha(?:s|ve) to be done after|must (?:come|be done) after|preceded by|is earliest start of|needs)\b"
)
BLOCKS = re.compile(
    r"\b(?:blocks|blocking|depended (?:up)?on by|is (?:a )?dependency (?:of|for)|required (?:by|for)|"
    r"(?:pre)?condition for|prerequisite (?:of|for)|ha(?:s|ve) to be done before|must (?:come|be done) before|"
    r"precedes|needed by)\b"
)
TOGETHER = re.compile(r"finish-to-finish|finish-finish|end to end|start-finish|start-start|start to start")


@dataclass(frozen=True)
class Reading:
    """What a link of some type means for the issue that names it.

    Attributes:
        meaning: `blocks`, `needs`, or blank: no need at all.
        sure: Whether the words settle it.
    """

    meaning: str = ""
    sure: bool = True

    @property
    def turned(self) -> "Reading":
        """The same link seen from its other end."""
        return Reading({"blocks": "needs", "needs": "blocks"}.get(self.meaning, ""), self.sure)


def read_phrase(phrase: str) -> Reading:
    """What a phrase between an issue and another says.

    >>> read_phrase("is blocked by"), read_phrase("blocks"), read_phrase("relates to")
    (Reading(meaning='needs', sure=True), Reading(meaning='blocks', sure=True), Reading(meaning='', sure=True))
    """
    plain = " ".join(phrase.casefold().replace("_", " ").split())
    if NEEDS.search(plain):
        return Reading("needs")
    return Reading("blocks" if BLOCKS.search(plain) else "")


def read_outward(kind: str) -> Reading:
    """What an outward link of a type, known by its name only, says: the row is the subject, the cell its object.

    `Outward issue link (Blocks)` = B in row A: A blocks B, so B needs A. A type named after depending is nearly
    always `A depends on B`, but its name alone does not settle that.

    >>> read_outward("Blocks"), read_outward("dependent"), read_outward("Relates")
    (Reading(meaning='blocks', sure=True), Reading(meaning='needs', sure=False), Reading(meaning='', sure=True))
    """
    plain = " ".join(kind.casefold().replace("_", " ").split())
    if TOGETHER.search(plain):
        return Reading()
    if "block" in plain:
        return Reading("blocks", "blocked" not in plain)
    if ("depend" in plain and "gantt" not in plain) or "requir" in plain:
        return Reading("needs", sure=False)
    if any(word in plain for word in ("preced", "gantt", "finish-start", "finish to start", "end to start")):
        return Reading("blocks", sure=False)
    found = read_phrase(plain)
    return Reading(found.meaning, sure=not found.meaning)


def read_heading(heading: str) -> tuple[str, Reading] | None:
    """The type and the meaning of a column of links; None for any other column.

    >>> read_heading("Inward issue link (Blocks)")
    ('Blocks', Reading(meaning='needs', sure=True))
    >>> read_heading("Linked issues") is None
    True
    """
    match = HEADING.fullmatch(heading.replace("_", " "))
    if match is None:
        return None
    outward = read_outward(match[2])
    return match[2], outward if match[1].casefold() == "out" else outward.turned
