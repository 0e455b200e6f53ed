"""One world and what it rests on: dates, promises, parameters, assumptions, checks, provenance."""

from importlib.metadata import version
from math import isnan

from IPython.display import Markdown

from ripple.analysis.comparison import Comparison
from ripple.analysis.laws import REPLAYED, check_identical
from ripple.analysis.replications import Replications, calendar_of, replicate
from ripple.analysis.review import assumed, warnings
from ripple.analysis.statistics import quantile, quantile_interval, wilson
from ripple.analysis.words import counted
from ripple.engine.engines import trouble
from ripple.reports.tables.text import Table, bullets, day, say, share, table
from ripple.roadmap.graph import unlocks
from ripple.roadmap.model import Roadmap
from ripple.roadmap.parameters import resolve


def plan(replications: Replications, most: int = 60) -> Table:
    """When each feature ships in one world, by P50, with what waits for it."""
    roadmap = replications.roadmap
    rows = []
    for name, ships in zip(replications.features, replications.ships.T, strict=True):
        feature, p50 = roadmap.feature_named[name], quantile(ships, 0.5)
        low, high = quantile_interval(ships, 0.5)
        rows.append(
            (
                p50 if not isnan(p50) else replications.plan.horizon,
                feature.label,
                ", ".join(sorted({work.team for work in feature.works})),
                _range(replications, p50, low, high),
                day(replications, quantile(ships, 0.85)),
                counted(len(unlocks(roadmap, name)), "feature"),
            )
        )
    ordered = [row[1:] for row in sorted(rows, key=lambda row: row[0])]
    return table(
        ["feature", "teams", "ships by, met with 50% (95% interval)", "met with 85%", "what waits for it"],
        ordered,
        most,
    )


def kept(replications: Replications) -> Table:
    """The signed deals' promises in one world: due date, and the probability of being kept on time."""
    roadmap, calendar = replications.roadmap, calendar_of(replications.roadmap)
    rows = []
    for (deal, feature), on_time in zip(replications.promises, replications.on_time.T, strict=True):
        promise = next(p for p in roadmap.promises if (p.deal, p.feature) == (deal, feature))
        name = roadmap.feature_named[feature].label if feature in roadmap.feature_named else feature
        p, lower, upper = wilson(int(on_time.sum()), len(on_time))
        rows.append(
            (roadmap.deal_named[deal].label, name, calendar.day(promise.due).isoformat(), share(p, lower, upper))
        )
    return table(["customer", "promise", "due", "on time (95% interval)"], rows)


def parameters(roadmap: Roadmap) -> Table:
    """The parameters that the engine uses: value, range worth trying, source, and how sure it is."""
    used = list(resolve(roadmap.parameters).values())
    rows = [
        (p.name, f"{p.value:g} {p.unit}", f"{p.low:g} to {p.high:g}", p.sureness, f"{p.meaning}. Source: {p.source}")
        for p in used
    ]
    return table(["parameter", "value", "range", "sure", "what it is and where it comes from"], rows)


def assumptions(roadmap: Roadmap) -> Markdown:
    """What is assumed rather than known, as sentences."""
    given = ["Every effort was given in the tables. The numbers that are assumed are listed below, with their ranges."]
    return say(" ".join(assumed(roadmap) or given))


def cautions(roadmap: Roadmap) -> Markdown:
    """What would make the dates look better than they are: assumptions and oddities of the tables themselves."""
    found = warnings(roadmap)
    return bullets(found) if found else say("Nothing in the tables looks odd.")


def checks(comparison: Comparison) -> Table:
    """What was checked on this very run, and how it ended."""
    words = {True: "held", False: "BROKEN"}
    meaning = {
        "placebo": "A deal that asks for nothing moves every feature by exactly 0.0 weeks",
        "balance": "Work drawn is work done or remaining, and every team's hours sum to the hours it had",
        "closure": "The causes of each slip sum to the slip",
        "identical": "Two engines give the same dates to the last bit",
    }
    made = {name: words[held] for name, held in comparison.checks.items() if held is not None}
    if comparison.identical is not None:
        n = comparison.identical // 2
        made["identical"] = f"identical {n}/{n} in both worlds"
    return table(["check", "result"], [(meaning[name], result) for name, result in made.items()])


def provenance(world: Replications) -> Markdown:
    """What the numbers were made from: replications, seed, engine, data, versions.

    Raises:
        BrokenLaw: The reference does not confirm what the compiled engine says.
    """
    return _made_from(world, world.n)


def made_from(roadmap: Roadmap, n: int, seed: int) -> Markdown:
    """The same of a study that is more than one world; the reference confirms the roadmap's base world."""
    return _made_from(replicate(roadmap, n=min(n, REPLAYED), seed=seed), n)


def _made_from(world: Replications, n: int) -> Markdown:
    same, digest = check_identical(world), world.roadmap.fingerprint[:16]
    data = f"Data: SHA-256 {digest}. " if digest else ""
    engine = trouble() or f"The compiled engine simulated them, and SimPy some again: identical {same}/{same}."
    versions = ", ".join(f"{name} {version(name)}" for name in ("ripple", "simpy", "numba", "numpy"))
    return say(f"{n:,} replications, seed {world.seed}. {engine} {data}Versions: {versions}.")


def _range(world: Replications, week: float, low: float, high: float) -> str:
    return f"{day(world, week)} ({day(world, low)} to {day(world, high)})"
