"""The options that several commands share, and what they mean."""

import os
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from tqdm import tqdm

from ripple.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager

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

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The roadmap: a folder of tables, or one workbook.")]
ScenarioFile = Annotated[Path | None, typer.Option("--scenario", metavar="FILE", help="A scenario to apply.")]
DealName = Annotated[str | None, typer.Option("--deal", metavar="DEAL", help="Sign this deal, promoted.")]
Count = Annotated[int, typer.Option("-n", help="How many replications.", min=1)]
Seed = Annotated[int, typer.Option("--seed", help="The study's seed.", min=0)]
Workers = Annotated[
    int | None, typer.Option("--workers", help="How many threads share the work; one a processor, unless given.", min=1)
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="Compute on a Dask cluster; local: one of our own.")
]
WithoutTls = Annotated[
    bool, typer.Option("--cluster-without-tls", help="The cluster may reach beyond this machine without TLS.")
]
Precision = Annotated[
    float | None, typer.Option("--precision", metavar="WEEKS", help="Stop before -n, as soon as means are so precise.")
]


def scenario_of(file: Path | None, deal: str | None, plan: "Roadmap") -> "Scenario | None":
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
    return replace(scenario, name=f"deal-{deal}") if deal == RESERVED else scenario


def others_of(
    address: str | None, workers: int | None, *, without_tls: bool
) -> "AbstractContextManager[Executor | None]":
    """The cluster that computes, or nobody else."""
    if address is None:
        return nullcontext()
    from ripple.analysis.cluster import cluster

    return cluster(address, workers, without_tls=without_tls)


def one_of(scenario: Path | None, deal: str | None) -> None:
    """Refuse a scenario and a deal at once."""
    if scenario is not None and deal is not None:
        raise InputError(["--scenario and --deal were both given. Give one of them."])


def write(path: Path, text: str) -> None:
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


class Bar:
    """A progress bar on standard error, none where that is not a terminal; and why it took long, if there is a why."""

    def __enter__(self) -> "Bar":
        self.bar = tqdm(disable=None, unit=" parts", leave=False)
        return self

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def __exit__(self, *_: object) -> None:
        from ripple.engine.engines import trouble

        self.bar.close()
        if trouble():
            print(trouble(), file=sys.stderr)
