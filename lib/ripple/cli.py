"""The command line: parse, call, print."""

import io
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from tqdm import tqdm

from ripple.errors import InputError

if TYPE_CHECKING:
    from ripple.roadmap.model import Roadmap
    from ripple.roadmap.scenarios import Scenario

app = typer.Typer(
    name="ripple",
    help="See what one deal does to a roadmap, before it is signed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DONE, FAILED, WRONG_INPUT, BUSY = 0, 1, 2, 75

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The roadmap: a folder of tables, or one workbook.")]
ScenarioFile = Annotated[Path | None, typer.Option("--scenario", metavar="FILE", help="A scenario to apply.")]
DealName = Annotated[str | None, typer.Option("--deal", metavar="DEAL", help="Sign this deal, promoted.")]
Count = Annotated[int, typer.Option("-n", help="How many replications.", min=1)]
Seed = Annotated[int, typer.Option("--seed", help="The study's seed.", min=0)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="How many threads share the work; one a processor, unless given.", min=1)
]
Precision = Annotated[
    float | None, typer.Option("--precision", metavar="WEEKS", help="Stop before -n, as soon as means are so precise.")
]


def main() -> NoReturn:
    """Run the command line; whatever happens, a person reads sentences and never a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name that the terminal's alphabet does not have is no fault
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(_told(app))


def _stop(*_: object) -> NoReturn:
    """A request to stop ends the run in order, with whatever it started."""
    raise KeyboardInterrupt


def _told(run: Callable[..., object]) -> int:
    """Run, tell what went wrong in sentences, and return the exit code."""
    try:
        run(standalone_mode=True)
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else DONE
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        print("Stopped; nothing was published.", file=sys.stderr)
        return FAILED
    except MemoryError:
        print("There is not enough memory. Shorten the tables or the horizon, or take a smaller -n.", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"{error.filename or 'A file'} could not be read or written: {error.strerror or error}.", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 (the last resort: a person gets a sentence, whatever it was)
        return _told_of_fault(error)
    return DONE


def _told_of_fault(error: Exception) -> int:
    """The sentence for what is not the input's fault, and its exit code."""
    if type(error).__name__ == "Busy":
        print(error, file=sys.stderr)
        return BUSY
    if type(error).__name__ == "ReportFailed":
        print(error, file=sys.stderr)
        return FAILED
    name = type(error).__name__
    print(f"Ripple stopped because of a fault of its own ({name}: {error}). Nothing was published.", file=sys.stderr)
    return FAILED


@app.command()
def check(roadmap: Folder) -> None:
    """Say what was read, what is wrong, what is assumed, and what looks odd."""
    from ripple.analysis.review import review
    from ripple.roadmap.reader import load_roadmap

    print(review(load_roadmap(roadmap)))


@app.command()
def simulate(
    roadmap: Folder,
    scenario: ScenarioFile = None,
    deal: DealName = None,
    n: Count = 1000,
    seed: Seed = 0,
    engine: Annotated[str, typer.Option("--engine", help="compiled, or simpy: the reference.")] = "compiled",
    no_luck: Annotated[bool, typer.Option("--no-luck", help="Set every random factor to 1.")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", metavar="FILE", help="Where to write ship times; - prints.")
    ] = None,
    kept: Annotated[Path | None, typer.Option("--kept", metavar="FILE", help="Where to write kept times.")] = None,
    workers: Workers = None,
    precision: Precision = None,
) -> None:
    """Simulate one scenario and write when each feature ships."""
    from ripple.analysis.replications import replicate
    from ripple.reports.publish import csv_of
    from ripple.roadmap.reader import load_roadmap

    _one_of(scenario, deal)
    plan = load_roadmap(roadmap)
    changes = _scenario(scenario, deal, plan)
    runs = 1 if no_luck else n
    with _Bar() as bar:
        world = replicate(plan, changes, runs, seed, engine, no_luck, workers, bar, precision)
    if output:
        _write(output, csv_of(world.frame()))
    if kept:
        _write(kept, csv_of(world.kept_frame()))
    if not output and not kept:
        print(repr(world))


@app.command()
def compare(
    roadmap: Folder,
    scenario: ScenarioFile = None,
    deal: DealName = None,
    n: Count = 1000,
    seed: Seed = 0,
    output: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where to write JSON; - prints it.")] = None,
    workers: Workers = None,
    precision: Precision = None,
) -> None:
    """Compare the roadmap with and without a scenario, on the same luck."""
    from ripple.analysis.comparison import compare as compared
    from ripple.analysis.headline import headline
    from ripple.analysis.summary import summary
    from ripple.reports.publish import json_of
    from ripple.roadmap.reader import load_roadmap

    _one_of(scenario, deal)
    plan = load_roadmap(roadmap)
    changes = _scenario(scenario, deal, plan)
    if changes is None:
        raise InputError(["compare: nothing to compare with. Give --deal DEAL or --scenario FILE."])
    with _Bar() as bar:
        comparison = compared(plan, changes, n, seed, workers, bar, precision)
    if output:
        _write(output, json_of(summary(comparison)))
    if str(output) != "-":
        print(headline(comparison))


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(metavar="NOTEBOOK", help="A notebook, such as 02_deal_impact.")],
    roadmap: Folder,
    scenario: ScenarioFile = None,
    deal: DealName = None,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", metavar="NAME=VALUE", help="A notebook parameter.")
    ] = None,
    outputs: Annotated[Path, typer.Option("-o", metavar="OUTPUTS", help="The folder for reports.")] = Path("outputs"),
) -> None:
    """Run a notebook on a roadmap and publish it as a page, with its tables."""
    from ripple.analysis.review import warnings
    from ripple.reports.render import parameter_names, read_words, render
    from ripple.roadmap.reader import load_roadmap
    from ripple.roadmap.scenarios import apply

    _one_of(scenario, deal)
    words, plan = {"roadmap": str(roadmap)}, load_roadmap(roadmap)
    changes = _scenario(scenario, deal, plan)
    if changes:
        apply(plan, changes)
    names = parameter_names(notebook)
    if scenario and "deal" in names and "scenario" not in names:
        raise InputError([f"{notebook} looks at one deal. Give --deal instead of --scenario."])
    if "deal" in names:
        if not scenario and not deal:
            raise InputError([_which_deal(plan)])
        given = {"scenario": str(scenario or ""), "deal": deal or ""}
        words |= {name: value for name, value in given.items() if name in names}
    elif scenario or deal:
        raise InputError([f"{notebook} looks at the plan as it is. Leave --scenario and --deal out."])
    words |= dict(_pair(text) for text in parameter or [])
    if words.get("scenario") and words.get("deal"):
        raise InputError(["-p: a scenario and a deal were both given. Give one of them."])
    made = render(notebook, read_words(notebook, words), outputs)
    print(made.headline)
    for warning in warnings(plan):
        print(f"- {warning}")
    print(f"\n{made.html}")


@app.command(name="import")
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="jira, linear, github or salesforce.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports of that kind.")],
    output: Annotated[Path, typer.Option("-o", metavar="DIR", help="The roadmap folder to write, or to add to.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="What the columns mean; --suggest writes one.")
    ] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Only write a first mapping file.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what an earlier import wrote.")] = False,
) -> None:
    """Make a roadmap of exports of other tools, and say what was understood."""
    from ripple.importers.folder import import_files

    print(import_files(kind, files, output, mapping, suggest=suggest, replace=replace))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    workbook: Annotated[bool, typer.Option("--workbook", help="One XLSX workbook instead of CSV files.")] = False,
) -> None:
    """Write a small roadmap to write over."""
    from ripple.importers.templates import new_roadmap

    print("\n".join(new_roadmap(folder, workbook=workbook)))


@app.command()
def export(
    roadmap: Folder,
    output: Annotated[Path, typer.Option("-o", metavar="FILE.xlsx|DIR", help="A workbook, or a folder of CSV files.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there.")] = False,
) -> None:
    """Write a roadmap as one workbook, or as a folder of tables."""
    from ripple.importers.export import export_roadmap

    print("\n".join(export_roadmap(roadmap, output, replace=replace)))


@app.command()
def calibrate(roadmap: Folder) -> None:
    """Say what finished work tells of focus, bias and spread: lines for roadmap.yml and teams.csv."""
    from ripple.importers.history import calibrate as calibrated

    print(calibrated(roadmap))


def _which_deal(plan: "Roadmap") -> str:
    """What to add when a report about a deal is asked for without one."""
    names = [deal.name for deal in plan.deals if deal.status == "open"]
    known = f"The open deals are {', '.join(names[:8])}." if names else "deals.csv has no open deal."
    return f"Which deal? Add --deal DEAL or --scenario FILE. {known}"


def _scenario(file: Path | None, deal: str | None, plan: "Roadmap") -> "Scenario | None":
    """The scenario that the options name, or None for the base world.

    What is written calls the world in which a deal signs by the deal's name; a deal called `base` is `deal-base` there.
    """
    from ripple.roadmap.names import unknown
    from ripple.roadmap.scenario_file import RESERVED
    from ripple.roadmap.scenarios import deal_scenario, load_scenario

    if file is not None:
        return load_scenario(file)
    if deal is None:
        return None
    if deal not in plan.deal_named:
        raise InputError([f"--deal: {unknown(deal, 'a deal', plan.deal_named)}"])
    scenario = deal_scenario(deal)
    return replaced(scenario, name=f"deal-{deal}") if deal == RESERVED else scenario


def _one_of(scenario: Path | None, deal: str | None) -> None:
    if scenario is not None and deal is not None:
        raise InputError(["--scenario and --deal were both given. Give one of them."])


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError([f"-p {text}: not NAME=VALUE. Write for example -p n=200."])
    return name, value


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; `-` is standard output, and what is no plain file is written to as it is."""
    if str(path) == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return
    if path.is_dir() or not path.name:
        raise InputError([f"-o {path}: not a file. Name a file, or - to print."])
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    draft = path.with_name(f".ripple-{os.getpid()}.part")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error


class _Bar:
    """A progress bar on standard error; none where that is not a terminal."""

    def __enter__(self) -> "_Bar":
        self.bar = tqdm(disable=None, unit=" parts", leave=False)
        return self

    def __call__(self, done: int, total: int) -> None:
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def __exit__(self, *_: object) -> None:
        self.bar.close()
