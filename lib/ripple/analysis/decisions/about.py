"""The options of the deal that a comparison signs, where there is exactly one that promises something."""

from collections.abc import Sequence

from ripple.analysis.comparison import Comparison
from ripple.analysis.decisions.options import Options, options
from ripple.analysis.replications import Progress
from ripple.roadmap.changes import Sign
from ripple.roadmap.scenarios import Scenario


def decide(
    comparison: Comparison,
    scenarios: Sequence[Scenario] = (),
    confidence: float = 0.85,
    n: int = 1000,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Options | None:
    """Every answer to the deal that a comparison signs, on the comparison's seed.

    Args:
        comparison: The comparison; its own scenario is among the answers.
        scenarios: The roadmap's other scenarios.
        confidence: That of the safe dates.
        n: How many replications each answer has; 0 leaves the question out.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is.

    Returns:
        None where the question was left out, or where the comparison does not sign exactly one deal with promises.
    """
    deals = comparison.deals
    if n < 1 or len(deals) != 1 or not comparison.base.roadmap.promises_of(deals[0].name):
        return None
    mine = comparison.scenario
    named = next((one for one in scenarios if one.changes == mine.changes), mine)
    others = [one for one in scenarios if one.changes != mine.changes]
    usual = not named.title and named.changes == (Sign(deals[0].name),)
    own = others if usual else [named, *others]  # accepting as promised is among the usual answers, with a title
    return options(comparison.base.roadmap, deals[0].name, own, confidence, n, comparison.seed, workers, progress)
