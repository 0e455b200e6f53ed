"""What an import found on its way, gathered for its report."""

from dataclasses import dataclass, field

from ripple.importers.cleaning import Cleaner
from ripple.importers.dates import DateReader
from ripple.roadmap.spelling import listed


@dataclass
class Findings:
    """Collects as an import goes along; the report is made of it.

    Attributes:
        read: What was read, a phrase a file.
        dropped: Why rows are no part of the plan: reason, and their names.
        lines: Sentences by section of the report.
        headings: The columns of the files, as written, in order.
        contradicted: The types of links, in `normal` form, of which what happened says the opposite.
        promised: The columns from which promises came.
        decimal: The decimal sign of amounts, `point` or `comma`, once it is settled.
        shares: Whether probabilities are shares.
    """

    cleaner: Cleaner = field(default_factory=Cleaner)
    dates: DateReader = field(default_factory=DateReader)
    read: list[str] = field(default_factory=list)
    n_rows: int = 0
    dropped: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    headings: dict[str, None] = field(default_factory=dict)
    contradicted: set[str] = field(default_factory=set)
    promised: list[str] = field(default_factory=list)
    decimal: str = ""
    shares: bool = False

    def drop(self, reason: str, name: str) -> None:
        """Note that something is not part of the plan, and why."""
        self.dropped.setdefault(reason, []).append(name)

    def say(self, section: str, *sentences: str) -> None:
        """Add sentences to a section; blank ones are left out."""
        self.lines.setdefault(section, []).extend(filter(None, sentences))

    def dropped_lines(self) -> list[str]:
        """A sentence for each reason."""
        return [f"{counted(len(names), 'row')}: {why} ({listed(names)})." for why, names in self.dropped.items()]


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(2, "row"), counted(0, "dependency", "dependencies")
    ('1 row', '2 rows', 'no dependencies')
    """
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{number:,} {noun}" if number else f"no {noun}"
