"""How far a notebook got: every code cell to its end, or which one stopped it and how.

Papermill's own record cannot tell: after a dead kernel or a timeout every cell counts as completed, and `sys.exit(0)`
counts as success. So each cell's answer is noted here as it comes.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from ripple.errors import InputError
from ripple.reports.convert import Converter
from ripple.reports.escape import label
from ripple.reports.mime import SVG, VEGA

DONE, FAILED, DIED, TIMED_OUT, EXITED, NOT_WRITTEN = "published", "failed", "died", "timed out", "exited", "not written"
BUSY, STOPPED = "busy", "stopped"


@dataclass
class Watch:
    """Notes which cells answered; given to the run as its hooks."""

    drawing: Converter
    notebook: NotebookNode | None = None
    pictures: list[tuple[NotebookNode, Future[str]]] = field(default_factory=list)
    finished: set[int] = field(default_factory=set)
    number: int = 0
    line: str = ""
    error: tuple[str, str] | None = None

    @property
    def hooks(self) -> dict[str, Callable[..., None]]:
        """The functions that the notebook client calls."""
        return {
            "on_notebook_start": self._start,
            "on_cell_execute": self._execute,
            "on_cell_executed": self._executed,
        }

    def _start(self, notebook: NotebookNode) -> None:
        self.notebook = notebook

    def _execute(self, cell: NotebookNode, **_: Any) -> None:
        self.number += 1
        self.line = cell.source.strip().splitlines()[0]

    def _executed(self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any], **_: Any) -> None:
        charts = [output.data for output in cell.outputs if VEGA in output.get("data", {})]
        self.pictures += [(data, self.drawing.picture(data[VEGA])) for data in charts if SVG not in data]
        content = execute_reply["content"]
        if content["status"] == "ok":
            self.finished.add(cell_index)
        else:
            self.error = (content.get("ename", ""), content.get("evalue", ""))

    def draw(self) -> None:
        """Put the charts' pictures beside them; the last ones may still be in the making."""
        for data, picture in self.pictures:
            data[SVG] = picture.result()

    @property
    def first_picture(self) -> str | None:
        """The first chart as SVG text; None where there is none."""
        return next((data[SVG] for data, _ in self.pictures), None)

    @property
    def complete(self) -> bool:
        """Whether every code cell that holds something ran to its end."""
        cells = enumerate(self.notebook.cells) if self.notebook else ()
        due = {index for index, cell in cells if cell.cell_type == "code" and cell.source.strip()}
        return self.notebook is not None and due <= self.finished


@dataclass(frozen=True)
class Stop:
    """Why a notebook did not run to its end: a status for the record and a sentence for people."""

    status: str
    sentence: str


def stop_of(watch: Watch, error: Exception | None, name: str, timeout: float) -> Stop | None:
    """What stopped the run; None when every cell ran to its end and nothing was raised.

    Raises:
        InputError: A cell found the input wrong; its sentences are passed on as they are.
    """
    if error is None and watch.complete and watch.error is None:
        return None
    place = _place(watch, name)
    kind, words = watch.error or ("", "")
    if kind == "SystemExit":
        return Stop(EXITED, f"{place} left with sys.exit({words}); a report must run to its last cell.")
    if kind:
        return Stop(FAILED, f"{place} failed: {_said(kind, words)}")
    if isinstance(error, CellTimeoutError):
        return Stop(TIMED_OUT, f"{place} did not end within {timeout:g} seconds and was stopped.")
    if isinstance(error, DeadKernelError):
        return Stop(DIED, f"{place} lost its kernel: the process was killed, ran out of memory or left by itself.")
    kind, words = (type(error).__name__, str(error)) if error else ("not every cell ran", "")
    return Stop(FAILED, f"{place} failed: {_said(kind, words)}")


def _said(kind: str, words: str) -> str:
    """An error's name and words on one line, with a full stop."""
    return label(": ".join(part for part in (kind, words) if part), 500).rstrip(".") + "."


def wrong_input(watch: Watch) -> InputError | None:
    """The sentences of a cell that found the input wrong."""
    kind, words = watch.error or ("", "")
    return InputError(words.splitlines()) if kind == InputError.__name__ else None


def _place(watch: Watch, name: str) -> str:
    """The cell by number and first line, as it is found in the notebook that was kept."""
    if not watch.number:
        return f"{name}, before its first cell,"
    return f"{name}, cell [{watch.number}] `{label(watch.line, 60)}`,"


def without_traces(notebook: NotebookNode, source: NotebookNode) -> NotebookNode:
    """The executed notebook with nothing in it that differs from run to run: no times, no random ids, no progress."""
    names = {cell.get("id") for cell in source.cells}
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("widgets", None)
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        if cell.get("id") not in names or cell.get("id") is None:
            cell["id"] = f"cell-{index}"
        if cell.cell_type == "code":
            cell.outputs = _joined(output for output in cell.outputs if output.get("name") != "stderr")
    return notebook


def _joined(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The outputs with printed text that arrived in several pieces, as the clock would have it, in one."""
    together: list[NotebookNode] = []
    for stream, group in groupby(outputs, key=lambda output: output.output_type == "stream"):
        pieces = list(group)
        if stream:
            pieces[0].text = "".join(piece.text for piece in pieces)
        together += pieces[:1] if stream else pieces
    return together
