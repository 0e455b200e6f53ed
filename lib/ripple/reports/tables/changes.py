"""What changed since the previous report: a section of its own, and nothing at all where nothing changed."""

from dataclasses import dataclass

from ripple.analysis.comparison import Comparison
from ripple.analysis.replications import Replications
from ripple.reports import publish
from ripple.reports.changes import FILE, SinceLast, edit_rows, moves_frame, since_last
from ripple.reports.escape import html_text, visible
from ripple.reports.tables.text import Table, table

MOST_EDITS = 15


@dataclass(frozen=True)
class Section:
    """A heading, sentences and the edits behind them; names in them are only ever text."""

    heading: str
    sentences: tuple[str, ...]
    edits: Table | None

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html_text(text).replace('$', '<span>$</span>')}</li>" for text in self.sentences)
        edits = f"<p>What was edited:</p>{self.edits._repr_html_()}" if self.edits else ""
        return f"<h2>{html_text(self.heading)}</h2><ul>{items}</ul>{edits}"

    def __repr__(self) -> str:
        lines = [self.heading, *(f"- {visible(text)}" for text in self.sentences)]
        return "\n".join([*lines, repr(self.edits)] if self.edits else lines)


def changes(world: Replications | Comparison) -> Section | None:
    """What changed since the previous run of this report, and why; it is also saved beside the report.

    Nothing where nothing changed, for a first run, and in a notebook opened by hand.

    Args:
        world: What the report is about: the plan alone, or the worlds with and without a scenario.
    """
    found = since_last(world)
    if found is None:
        return None
    publish.save_json(found.record, FILE)
    if found.changes is not None:
        publish.save_table(moves_frame(found.changes), "changes")
    return Section(f"What changed since the report of {found.when}?", found.sentences, _edits(found))


def _edits(found: SinceLast) -> Table | None:
    rows = edit_rows(found.changes) if found.changes else []
    return table(["file", "row", "column", "before", "now"], rows, MOST_EDITS) if rows else None
