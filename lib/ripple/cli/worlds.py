"""The commands about worlds: check a roadmap, simulate, compare, and make a report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ripple.cli.options import (
    Bar,
    Cluster,
    Count,
    DealName,
    Folder,
    Precision,
    ScenarioFile,
    Seed,
    WithoutTls,
    Workers,
    app,
    one_of,
    others_of,
    scenario_of,
    write,
)
from ripple.errors import InputError

if TYPE_CHECKING:
    from ripple.roadmap.model import Roadmap


@app.command()
def check(roadmap: Folder) -> None:
    """Say what was read, what is wrong, what is assumed, and what looks odd."""
    from ripple.analysis.review import review
    from ripple.roadmap.reader import load_roadmap

    plan = load_roadmap(roadmap)
    _check_beside(roadmap, plan)
    print(review(plan))


def _check_beside(folder: Path, plan: "Roadmap") -> None:
    """Refuse what is wrong in the tables beside the plan, all at once."""
    from ripple.roadmap.alignment_tables import load_interfaces
    from ripple.roadmap.demos import load_demos
    from ripple.roadmap.wishes import load_wishes

    problems: list[str] = []
    for load in (load_interfaces, load_wishes, load_demos):
        try:
            load(folder, plan)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


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
    cluster: Cluster = None,
    without_tls: WithoutTls = False,
) -> None:
    """Simulate one scenario and write when each feature ships."""
    from ripple.analysis.replications import replicate
    from ripple.reports.publish import csv_of
    from ripple.roadmap.reader import load_roadmap

    one_of(scenario, deal)
    plan = load_roadmap(roadmap)
    changes = scenario_of(scenario, deal, plan)
    runs = 1 if no_luck else n
    with others_of(cluster, workers, without_tls=without_tls) as others, Bar() as bar:
        world = replicate(plan, changes, runs, seed, engine, no_luck, workers, bar, precision, others)
    if output:
        write(output, csv_of(world.frame()))
    if kept:
        write(kept, csv_of(world.kept_frame()))
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
    cluster: Cluster = None,
    without_tls: WithoutTls = False,
) -> None:
    """Compare the roadmap with and without a scenario, on the same luck."""
    from ripple.analysis.comparison import compare as compared
    from ripple.analysis.headline import headline
    from ripple.analysis.summary import summary
    from ripple.reports.publish import json_of
    from ripple.roadmap.reader import load_roadmap

    one_of(scenario, deal)
    plan = load_roadmap(roadmap)
    changes = scenario_of(scenario, deal, plan)
    if changes is None:
        raise InputError(["compare: nothing to compare with. Give --deal DEAL or --scenario FILE."])
    with others_of(cluster, workers, without_tls=without_tls) as others, Bar() as bar:
        comparison = compared(plan, changes, n, seed, workers, bar, precision, others)
    if output:
        write(output, json_of(summary(comparison)))
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
    from ripple.reports.render import parameter_names, read_words, render, takes_every_deal
    from ripple.roadmap.reader import load_roadmap
    from ripple.roadmap.scenarios import apply

    one_of(scenario, deal)
    words, plan = {"roadmap": str(roadmap)}, load_roadmap(roadmap)
    changes = scenario_of(scenario, deal, plan)
    if changes:
        apply(plan, changes)
    names = parameter_names(notebook)
    if scenario and "deal" in names and "scenario" not in names:
        raise InputError([f"{notebook} looks at one deal. Give --deal instead of --scenario."])
    if "deal" in names:
        if not scenario and not deal and not takes_every_deal(notebook):
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


def _which_deal(plan: "Roadmap") -> str:
    """What to add when a report about a deal is asked for without one."""
    names = [deal.name for deal in plan.deals if deal.status == "open"]
    known = f"The open deals are {', '.join(names[:8])}." if names else "deals.csv has no open deal."
    return f"Which deal? Add --deal DEAL or --scenario FILE. {known}"


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError([f"-p {text}: not NAME=VALUE. Write for example -p n=200."])
    return name, value
