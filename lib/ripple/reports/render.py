"""A notebook, run as a report and published.

`render` checks the parameters against the notebook, runs it with papermill in a kernel of its own, makes the page with
nbconvert, and publishes notebook, page, tables, summary and manifest in one step, or nothing. Papermill and nbconvert
take seconds to import, so they are imported where they are used: `import ripple` stays quick in every notebook.
"""

import json
import logging
import math
import platform
import sys
import tempfile
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat

from ripple.errors import InputError
from ripple.reports import kept_inputs, notebook_run, page, parameter_check
from ripple.reports import outputs as places
from ripple.reports import slides as slide_deck
from ripple.reports.convert import Converter
from ripple.reports.escape import label
from ripple.reports.mime import LATER
from ripple.reports.notebook_kernel import private_kernel
from ripple.reports.outputs import Busy, Shelf
from ripple.reports.pdf import print_pdf, wants_pdf
from ripple.reports.publish import FOLDER, PREVIOUS, write_file, write_picture
from ripple.roadmap.bundled import REPOSITORY, located

__all__ = [
    "Busy",
    "Report",
    "ReportFailed",
    "load_notebook",
    "parameter_names",
    "read_words",
    "refresh",
    "render",
    "takes_every_deal",
]

NOTEBOOKS = REPOSITORY / "notebooks"
LIBRARIES = ("altair", "networkx", "numba", "numpy", "pandas", "papermill", "scipy", "simpy", "vl-convert-python")
"""What a manifest names besides Python and Ripple: what the numbers and figures depend on."""


@dataclass(frozen=True)
class Report:
    """One run of a notebook: where it stands and what it says.

    Attributes:
        folder: The published run, or what was kept of a failed one.
        html: The page or the slides to open; None when it failed.
        notebook: The notebook with its outputs.
        status: `published`, `failed`, `died`, `timed out`, `exited` or `not written`.
        headline: The sentence people get first; of a failed run, what stopped it.
        seconds: How long it took.
    """

    folder: Path
    html: Path | None
    notebook: Path | None
    status: str
    headline: str
    seconds: float


class ReportFailed(RuntimeError):
    """The notebook did not run to its end, or its report could not be written; `report` tells what is left."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.headline)
        self.report = report


def render(
    notebook: str | Path,
    parameters: Mapping[str, object] | None = None,
    outputs: str | Path = "outputs",
    *,
    slides: bool | None = None,
    timeout: float = 600.0,
    name: str | None = None,
    keep: int = places.KEPT,
) -> Report:
    """Run a notebook with these parameters and publish it under `outputs`.

    Args:
        notebook: A name such as `02_deal_impact`, found in the repository, or the path of an `.ipynb` file.
        parameters: Values for parameters of the notebook, each of the type of its default.
        outputs: The folder of all reports; this one gets a folder of its own in it.
        slides: Also make slides, to which `html` of the result then leads; None: if the notebook is made of slides.
        timeout: Seconds that one cell may take.
        name: What the report's folder is called; None: after the notebook, its roadmap and its change.
        keep: How many of its runs stay.

    Raises:
        InputError: No such notebook or parameter, a value of the wrong type, or a cell found the input wrong.
        Busy: The same report is being made right now.
        ReportFailed: A cell failed, hung, left or lost its kernel, or a file could not be written; the previous
            report still stands.
    """
    title, source = load_notebook(notebook)
    given = parameter_check.checked(source, parameters or {}, title)
    known = parameter_check.parameters_of(source)
    values = {key: given.get(key, known[key].default) for key in known}
    job = _Job(title, source, given, values, slide_deck.is_deck(source) if slides is None else slides, timeout)
    began = time.monotonic()
    try:
        with places.shelf(Path(outputs), places.slug_of(name) if name else job.slug, keep) as shelf:
            return _made(job, shelf, began)
    except OSError as error:
        reason = f"{title} could not be written: {error.filename or outputs}: {error.strerror}."
        lost = Report(Path(outputs), None, None, notebook_run.NOT_WRITTEN, reason, time.monotonic() - began)
        raise ReportFailed(lost) from error


@dataclass(frozen=True)
class _Job:
    """What is to be made: the notebook as it was read, the values given, and those in force."""

    name: str
    source: nbformat.NotebookNode
    given: Mapping[str, object]
    values: Mapping[str, object]
    slides: bool
    timeout: float

    @property
    def slug(self) -> str:
        """The notebook, its roadmap's folder, and its scenario or else its deal, as a folder name."""
        roadmap, scenario, deal = (str(self.values.get(key) or "") for key in ("roadmap", "scenario", "deal"))
        change = Path(scenario).stem if scenario else deal
        return places.slug_of(self.name, Path(roadmap).resolve().name if roadmap else "", change)


def _made(job: _Job, shelf: Shelf, began: float) -> Report:
    """Run the notebook in a hidden folder and publish what comes out, or keep what is left."""
    inputs = _input_hashes(job.values)
    with shelf.workplace() as folder:
        kept_inputs.keep_inputs(folder, job.values, _input_paths(job.values))
        watch, error = _run(job, folder, places.latest(shelf.outputs, shelf.slug))
        stop = notebook_run.stop_of(watch, error, job.name, job.timeout)
        if stop is not None:
            raise _failure(job, shelf, watch, stop, _manifest(job, inputs), time.monotonic() - began)
        assert watch.notebook is not None
        if watch.first_picture and not (folder / "picture.svg").exists():
            write_picture(folder, watch.first_picture)
        html = _write_report(job, notebook_run.without_traces(watch.notebook, job.source), folder)
        run = shelf.publish(folder, _manifest(job, inputs))
    seconds = time.monotonic() - began
    return Report(run, run / html, run / "notebook.ipynb", notebook_run.DONE, _headline(run), seconds)


def _run(job: _Job, folder: Path, previous: Path | None = None) -> tuple[notebook_run.Watch, Exception | None]:
    """Run the notebook's cells; whatever papermill raises is handed back beside what was seen."""
    import papermill

    # Its own parser of parameter cells does not know `str | None`, and warns; ours has checked them.
    logging.getLogger("papermill").setLevel(logging.ERROR)
    surroundings = {FOLDER: str(folder.resolve()), PREVIOUS: str(previous.resolve()) if previous else "", LATER: "1"}
    with Converter() as drawing, private_kernel(surroundings) as kernel:
        watch = notebook_run.Watch(drawing)
        try:
            papermill.execute_notebook(
                deepcopy(job.source), None, parameters=dict(job.given), km=kernel, kernel_name="python3",
                language="python", progress_bar={"file": sys.stderr, "disable": None}, record_timing=False,
                execution_timeout=max(1, math.ceil(job.timeout)), **watch.hooks,
            )  # fmt: skip
        except Exception as error:  # noqa: BLE001 (whatever stops a notebook is told by its record)
            return watch, error
        watch.draw()
    return watch, None


def _failure(
    job: _Job, shelf: Shelf, watch: notebook_run.Watch, stop: notebook_run.Stop, made_from: dict[str, object],
    seconds: float,
) -> Exception:  # fmt: skip
    """Keep the failed notebook with a record, and say what happened; of wrong input just its own sentences."""
    with shelf.workplace() as folder:
        nbformat.write(watch.notebook or job.source, folder / "notebook.ipynb")
        kept = shelf.keep_failure(folder, {**made_from, "status": stop.status, "error": stop.sentence})
    sentence = f"{stop.sentence} The notebook with its error is {kept / 'notebook.ipynb'}."
    failed = ReportFailed(Report(kept, None, kept / "notebook.ipynb", stop.status, sentence, seconds))
    wrong = notebook_run.wrong_input(watch)
    if wrong is None:
        return failed
    wrong.__cause__ = failed  # where the failed notebook is kept, for who keeps a record
    return wrong


def _write_report(job: _Job, notebook: nbformat.NotebookNode, folder: Path) -> str:
    """Write notebook, page and slides into the folder; return the name of the file to open."""
    write_file(folder / "notebook.ipynb", nbformat.writes(notebook) + "\n")
    if not (folder / "summary.json").exists():
        write_file(folder / "summary.json", "{}\n")
    content = page.readable(notebook, _markdown)
    printed = wants_pdf(job.source.metadata)
    one_page = printed and not job.slides
    report = {"policy": page.POLICY, "style": slide_deck.asset("report.css"), "one_page": one_page}
    write_file(folder / "report.html", _filled("report.html.j2", content, report))
    if one_page:
        print_pdf((folder / "report.html").resolve(), folder / "report.pdf")
    if not job.slides:
        return "report.html"
    write_file(folder / "slides.html", _filled("slides.html.j2", content, slide_deck.resources(content)))
    if printed:
        print_pdf((folder / "slides.html").resolve(), folder / "slides.pdf", slides=True)
    return "slides.html"


def _filled(template: str, content: nbformat.NotebookNode, resources: dict[str, Any]) -> str:
    """The template, filled by nbconvert with a readable notebook."""
    from nbconvert.exporters import TemplateExporter

    exporter = TemplateExporter(raw_template=slide_deck.asset(template))
    text, _ = exporter.from_notebook_node(content, {**resources, "title": page.title_of(content)})
    return str(text)


def _markdown(text: str) -> str:
    """Markdown as HTML, still to be cleaned; formulas stay text."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    html = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)
    return str(html)


def _headline(run: Path) -> str:
    """What `summary.json` says first; what it holds was written by the notebook."""
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    return str(summary.get("headline") or "")


def _manifest(job: _Job, inputs: Mapping[str, str]) -> dict[str, object]:
    """What the run was made from; the hashes of its own files are added last."""
    versions = {"python": platform.python_version(), **{name: _version(name) for name in ("ripple", *LIBRARIES)}}
    return {
        "notebook": job.name,
        "parameters": dict(job.values),
        "seed": job.values.get("seed"),
        "n": job.values.get("n"),
        "inputs": inputs,
        "versions": versions,
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _input_hashes(values: Mapping[str, object]) -> dict[str, str]:
    """The SHA-256 of every file of the roadmap, and of the scenario where it is a file of its own."""
    together: dict[str, str] = {}
    for path in _input_paths(values).values():
        together |= places.hashes(path) if path.is_dir() else {path.name: places.sha256(path)}
    return together


def _input_paths(values: Mapping[str, object]) -> dict[str, Path]:
    """Where the roadmap and the scenario are, as far as they are files."""
    found = {key: _input_path(values.get(key)) for key in (kept_inputs.ROADMAP, kept_inputs.SCENARIO)}
    return {key: path for key, path in found.items() if path is not None}


def _input_path(value: object) -> Path | None:
    """Where a parameter leads: from the working folder or, for what ships with the project, from the repository."""
    if not isinstance(value, str) or not value or "\0" in value:
        return None
    path = located(value)
    return path if path.exists() else None


def read_words(notebook: str | Path, words: Mapping[str, str]) -> dict[str, object]:
    """Parameters typed on a command line, read as the types that the notebook's defaults have; ready for `render`."""
    _, source = load_notebook(notebook)
    return parameter_check.from_words(source, words)


def parameter_names(notebook: str | Path) -> frozenset[str]:
    """The names of a notebook's parameters."""
    return frozenset(parameter_check.parameters_of(load_notebook(notebook)[1]))


def takes_every_deal(notebook: str | Path) -> bool:
    """Whether a notebook looks at every open deal where none is named."""
    known = parameter_check.parameters_of(load_notebook(notebook)[1])
    return "deal" in known and known["deal"].default == "" and "scenario" not in known


def refresh(
    notebook: str | Path, parameters: Mapping[str, object] | None = None, to: Path | None = None, timeout: float = 600.0
) -> Path:
    """Run a notebook and keep it with its outputs, without anything that differs between runs.

    Args:
        notebook: A name or a path.
        parameters: Values other than its defaults.
        to: Where to write it; None: where it stands.
        timeout: Seconds that one cell may take.

    Raises:
        InputError: No such notebook or parameter.
        ReportFailed: It did not run to its end; nothing was written.
    """
    name, source = load_notebook(notebook)
    path = Path(notebook) if str(notebook).endswith(".ipynb") else _shipped(str(notebook))
    job = _Job(name, source, parameter_check.checked(source, parameters or {}, name), {}, slides=False, timeout=timeout)
    with tempfile.TemporaryDirectory() as folder:
        watch, error = _run(job, Path(folder))
    stop = notebook_run.stop_of(watch, error, name, timeout)
    if stop is not None:
        raise ReportFailed(Report(path.parent, None, path, stop.status, stop.sentence, 0.0))
    assert watch.notebook is not None
    kept = to or path
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_file(kept, nbformat.writes(notebook_run.without_traces(watch.notebook, source)) + "\n")
    return kept


def load_notebook(notebook: str | Path) -> tuple[str, nbformat.NotebookNode]:
    """The name and content of a notebook, by name or path; an `InputError` with a sentence where there is none."""
    path = Path(notebook) if str(notebook).endswith(".ipynb") else _shipped(str(notebook))
    try:
        source = nbformat.read(path, as_version=4)
        nbformat.validate(source)
    except FileNotFoundError:
        raise InputError([f"There is no notebook {label(path, 200)}. Check the path."]) from None
    except (OSError, ValueError, nbformat.ValidationError, AttributeError) as error:
        raise InputError([f"{label(path, 200)} is not a notebook ({type(error).__name__}). Restore it."]) from None
    source.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return path.stem, source


def _shipped(name: str) -> Path:
    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    if name not in known:
        near = get_close_matches(name, known, 1)
        remedy = f"Did you mean {near[0]}?" if near else f"Choose one of: {', '.join(known) or 'none is there'}."
        raise InputError([f"There is no notebook {label(name)!r}. {remedy}"])
    return known[name]
