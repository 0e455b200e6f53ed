"""A notebook, run as a report and published."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class Busy(RuntimeError):
    """Another run of the same report is at work: the command line exits 75."""


@dataclass(frozen=True)
class Report:
    """One run of a notebook: where it stands and what it says."""

    folder: Path
    html: Path | None
    notebook: Path
    status: str
    headline: str
    seconds: float


class ReportFailed(RuntimeError):
    """The notebook did not run to its end, or its report could not be written; `report` tells where its remains are."""

    def __init__(self, sentence: str, report: Report) -> None:
        super().__init__(sentence)
        self.report = report


def render(
    notebook: str | Path,
    parameters: Mapping[str, object] | None = None,
    outputs: str | Path = "outputs",
    *,
    slides: bool = False,
    timeout: float = 600.0,
) -> Report:
    """Run a notebook with these parameters and publish it under `outputs`.

    Raises:
        InputError: No such notebook or parameter, a value of the wrong type, or the notebook said so of its input.
        Busy: The same report is being made right now.
        ReportFailed: A cell failed, hung, left, or lost its kernel; nothing was published.
    """
    raise NotImplementedError
