"""The commands about decisions: what could be promised, at what price, and what to answer."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ripple.cli.options import (
    Bar,
    Count,
    DealName,
    Folder,
    ScenarioFile,
    Seed,
    Workers,
    app,
    one_of,
    scenario_of,
    write,
)
from ripple.errors import InputError

if TYPE_CHECKING:
    from ripple.roadmap.scenarios import Scenario

Deal = Annotated[str, typer.Option("--deal", metavar="DEAL", help="The deal.")]
Confidence = Annotated[
    float, typer.Option("--confidence", metavar="SHARE", help="The chance that each date must have, at least.")
]
Output = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where to write JSON; - prints it.")]


@app.command()
def promise(
    roadmap: Folder,
    deal: Deal,
    confidence: Confidence = 0.85,
    n: Count = 2000,
    seed: Seed = 0,
    output: Output = None,
    workers: Workers = None,
) -> None:
    """Say which dates could be promised safely, so that nobody else's promise breaks."""
    from ripple.analysis.decisions.promise import promise as promised
    from ripple.analysis.decisions.summaries import promise_summary
    from ripple.roadmap.reader import load_roadmap

    plan = load_roadmap(roadmap)
    with Bar() as bar:
        found = promised(plan, deal, confidence, n, seed, workers, bar)
    _tell(promise_summary(found), output)


@app.command()
def price(
    roadmap: Folder,
    scenario: ScenarioFile = None,
    deal: DealName = None,
    n: Count = 1000,
    seed: Seed = 0,
    output: Output = None,
    workers: Workers = None,
) -> None:
    """Say what the deal would have to pay a year for a yes to be worth nothing either way."""
    from ripple.analysis.decisions.break_even import price as priced
    from ripple.analysis.decisions.summaries import price_summary
    from ripple.roadmap.reader import load_roadmap

    one_of(scenario, deal)
    plan = load_roadmap(roadmap)
    changes = scenario_of(scenario, deal, plan)
    if changes is None:
        raise InputError(["price: which deal? Give --deal DEAL or --scenario FILE."])
    with Bar() as bar:
        found = priced(plan, changes, n, seed, workers, bar)
    _tell(price_summary(found), output)


@app.command()
def options(
    roadmap: Folder,
    deal: Deal,
    confidence: Confidence = 0.85,
    n: Count = 1000,
    seed: Seed = 0,
    output: Output = None,
    workers: Workers = None,
) -> None:
    """Put every answer to a deal side by side, and say which is best."""
    from ripple.analysis.decisions.options import options as every
    from ripple.analysis.decisions.summaries import options_summary
    from ripple.roadmap.reader import load_roadmap
    from ripple.roadmap.scenarios import scenarios_of

    plan = load_roadmap(roadmap)
    own: list[Scenario] = scenarios_of(roadmap)
    with Bar() as bar:
        found = every(plan, deal, own, confidence, n, seed, workers, bar)
    _tell(options_summary(found), output)


def _tell(summary: dict[str, Any], output: Path | None) -> None:
    """Write the numbers where they are wanted, and print the sentence."""
    from ripple.reports.publish import json_of

    if output:
        write(output, json_of(summary))
    if str(output) != "-":
        print(summary["headline"])
