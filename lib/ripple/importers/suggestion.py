"""A first `mapping.yml`, made from an export, with the evidence for each choice as a comment."""

from collections.abc import Sequence

from ripple.importers.findings import Findings
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue


def suggestion(kind: str, issues: Sequence[Issue], choices: Choices, findings: Findings) -> str:
    """The text of a mapping file."""
    return f"# {kind} {len(issues)} {choices.crew} {findings.n_rows}\n"
