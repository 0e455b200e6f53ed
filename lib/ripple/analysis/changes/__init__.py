"""What changed between two reports, and why: edits row by row, and every number's move split into its causes."""

from ripple.analysis.changes.edits import Edit, edits
from ripple.analysis.changes.sentences import sentences
from ripple.analysis.changes.study import Changes, Luck, Move, what_changed

__all__ = ["Changes", "Edit", "Luck", "Move", "edits", "sentences", "what_changed"]
