"""What a person did wrong, told in sentences."""

from collections.abc import Sequence

MOST_SHOWN = 50
MOST_FOUND = 1_000
"""Problems of a table after which nobody looks for more."""


class InputError(ValueError):
    """The input is wrong: one sentence for each problem, each with its place and its remedy.

    Attributes:
        problems: The sentences, in the order of files and rows.

    >>> print(InputError(["teams.csv, row 2, engineers: blank. Write a whole number."]))
    teams.csv, row 2, engineers: blank. Write a whole number.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        shown = list(self.problems[:MOST_SHOWN])
        hidden = len(self.problems) - len(shown)
        if hidden:
            number = hidden if len(self.problems) < MOST_FOUND else f"over {MOST_FOUND - MOST_SHOWN - 1}"
            shown.append(f"... and {number} more problems of these kinds.")
        return "\n".join(shown)
