"""What two weeks of trying are worth: a proof of concept against nobody looking, on the same luck."""

import pandas as pd

from ripple.alignment.validation.study import Validation
from ripple.analysis.decisions.answers import PROOF
from ripple.analysis.early import early
from ripple.roadmap.parameters import PRACTICE_PARAMETERS, resolve

PROOF_COLUMNS = (
    *("deal", "gaps", "chance", "cost", "team", "net_gain", "net_gain_lower", "net_gain_upper", "net_detectable"),
    *("kept_sooner", "kept_sooner_lower", "kept_sooner_upper"),
    *("own_without", "own", "slip_saved", "saved_lower", "saved_upper", "detectable", "n"),
)


def trying(found: Validation, n: int = 200, workers: int | None = None) -> pd.DataFrame:
    """A proof of concept as soon as the deal opens, against nobody looking for gaps before the solution is built.

    Args:
        found: The validation: deals without any gap in `gaps.csv` are left out, for nothing could be found.
        n: How many pairs a deal.
        workers: How many threads share the work; None: one a processor.

    Returns:
        One row a deal with gaps. Columns: deal, gaps (how many there are), chance (that it finds each), cost
        (engineer-weeks, NaN: not known) and team (who pays it); net_gain (how much more saying yes is worth, NaN: not
        priced), kept_sooner (weeks by which the last of the deal's promises is kept sooner), own_without and own
        (chance that all of them are on time), slip_saved (weeks of slip of other features spared); 95 % bounds; n.
    """
    deals = [deal for deal in found.deals if found.roadmap.gaps_of(deal)]
    return pd.DataFrame([_row(found, deal, n, workers) for deal in deals], columns=list(PROOF_COLUMNS))


def _row(found: Validation, deal: str, n: int, workers: int | None) -> dict[str, object]:
    plan = found.roadmap
    cases = early(plan, deal, by="practice", n=n, seed=found.seed, workers=workers).set_index("told")
    without, proof = cases.iloc[0], cases.loc[PROOF]
    practice = next((row for row in plan.practices if row.name == PROOF), None)
    usual = resolve(plan.parameters)[PRACTICE_PARAMETERS[PROOF]].value
    given = None if practice is None else practice.chance_once
    return {
        **proof,
        "deal": deal,
        "gaps": len(plan.gaps_of(deal)),
        "chance": usual if given is None else given,
        "cost": float("nan") if practice is None or practice.cost is None else practice.cost,
        "team": (practice.team if practice else None) or "",
        "own_without": without["own"],
        "n": n,
    }
