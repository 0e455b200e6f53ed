"""Who wants what: requests, tickets and objections pooled by feature, weighted where the weights are known.

What a request is worth a year, in the currency of the roadmap:

    worth = ARR x chance gained x share

- ARR is what the request says, or else its deal.
- The chance gained is probability - probability_without of its deal, never below 0. Where there is no deal, or
  `deals.csv` does not say the chance without, it is the request's probability x the part of it that hangs on the
  feature, `HANGS`, by the most important of the buyer's requests.
- A buyer (a deal, or an account without one) that asks for several features pays once: the share of each is its
  `HANGS` by the sum over that buyer's requests.

That is the rule of `ripple.analysis.money` for a deal's promises (each starts its share of the revenue, only the
incremental chance counts), with `HANGS` in place of equal shares. `HANGS` is an assumption (sureness D; no source). A
blank importance counts as the least. A blank ARR or chance makes the worth unknown: counted and named, never zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from ripple.errors import InputError
from ripple.roadmap.model import Deal, Roadmap
from ripple.roadmap.spelling import alike
from ripple.roadmap.wishes import Request, Wishes

HANGS: Mapping[str, float] = MappingProxyType({"deal breaker": 1.0, "challenge": 0.5, "nice to have": 0.1})
"""Which part of the chance to win hangs on a feature, by importance: an assumption (D)."""

LEAST = "nice to have"
"""What a blank importance counts as."""

NOWHERE = "not on the roadmap"
NOT_PLANNED = "not planned"

POOL_COLUMNS = (
    *("feature", "title", "plan", "accounts", "prospects", "requests", "tickets", "closed", "objections"),
    *("worth", "unknown", "competitors"),
)


@dataclass(frozen=True)
class Asked:
    """A request with what is known of its worth.

    Attributes:
        request: The request.
        arr: What the buyer pays a year; None: not known.
        chance: By how much the feature and the buyer's other wishes raise the chance to win; None: not known.
        share: This feature's share of the buyer.
        since: The week before which nothing is paid: its deal's signing, or the start.
        unknown: The columns that are blank and leave the worth unknown.
    """

    request: Request
    arr: float | None
    chance: float | None
    share: float
    since: float
    unknown: tuple[str, ...] = ()

    @property
    def worth(self) -> float | None:
        """Expected yearly revenue that comes with the feature; None: not known."""
        return None if self.arr is None or self.chance is None else self.arr * self.chance * self.share


@dataclass(frozen=True, eq=False)
class Demand:
    """Everything that was asked for.

    Attributes:
        roadmap: The roadmap.
        wishes: The rows as they were read.
        asked: Every request with its worth, in table order.
        hangs: The part of a chance that hangs on a feature, by importance.
    """

    roadmap: Roadmap
    wishes: Wishes
    asked: tuple[Asked, ...]
    hangs: Mapping[str, float]

    @cached_property
    def features(self) -> pd.DataFrame:
        """One row a feature that anybody named: most prospects first, then worth, then voices.

        Columns: feature, title, plan (its status, or where it is missing), accounts (who named it), prospects (accounts
        that request it and have not signed), requests, tickets (open), closed, objections (with pilot feedback),
        worth (a year, of the requests whose worth is known; NaN: of none), unknown (requests whose worth is not known),
        competitors.
        """
        names = dict.fromkeys(
            [
                *(row.feature for row in self.wishes.requests),
                *(row.feature for row in self.wishes.tickets),
                *(row.feature for row in self.wishes.objections if row.feature),
            ]
        )
        rows = pd.DataFrame([self._row(name) for name in names], columns=list(POOL_COLUMNS))
        rows["voices"] = rows["requests"] + rows["tickets"] + rows["objections"]
        first = rows.assign(known=rows["worth"].fillna(0.0)).sort_values(
            ["prospects", "known", "voices"], ascending=False, kind="stable"
        )
        return first.drop(columns="known").reset_index(drop=True)

    @property
    def shared(self) -> pd.DataFrame:
        """The rows of `features` that two or more prospects request."""
        return self.features[self.features["prospects"] > 1]

    @property
    def worth(self) -> dict[str, list[tuple[float, float]]]:
        """By feature on the roadmap: what each request of known worth brings a year, and from which week on."""
        found: dict[str, list[tuple[float, float]]] = {}
        for one in self.asked:
            if one.worth and one.request.feature in self.roadmap.feature_named:
                found.setdefault(one.request.feature, []).append((one.worth, one.since))
        return found

    @property
    def unnamed(self) -> int:
        """Objections that name no feature."""
        return sum(row.feature is None for row in self.wishes.objections)

    def requests_of(self, feature: str) -> list[Asked]:
        """The requests for a feature."""
        return [one for one in self.asked if one.request.feature == feature]

    def _row(self, name: str) -> dict[str, object]:
        asked = self.requests_of(name)
        tickets = [row for row in self.wishes.tickets if row.feature == name]
        objections = [row for row in self.wishes.objections if row.feature == name]
        who = [one.request.account for one in asked] + [row.account for row in tickets if row.account]
        who += [self.roadmap.deal_named[row.deal].label for row in objections if row.deal]
        worths = [one.worth for one in asked if one.worth is not None]
        named = self.roadmap.feature_named
        return {
            "feature": name,
            "title": named[name].label if name in named else name,
            "plan": status(self.roadmap, name),
            "accounts": len({alike(one) for one in who}),
            "prospects": len(self.prospects_of(name)),
            "requests": len(asked),
            "tickets": sum(row.closed is None for row in tickets),
            "closed": sum(row.closed is not None for row in tickets),
            "objections": len(objections),
            "worth": sum(worths) if worths else float("nan"),
            "unknown": len(asked) - len(worths),
            "competitors": ", ".join(dict.fromkeys(row.competitor for row in objections if row.competitor)),
        }

    def prospects_of(self, feature: str) -> list[str]:
        """The accounts that request a feature and have not signed a deal, in table order."""
        signed = {alike(deal.label) for deal in self.roadmap.signed}
        found = {alike(one.request.account): one.request.account for one in self.requests_of(feature)}
        return [name for key, name in found.items() if key not in signed]


def status(roadmap: Roadmap, feature: str) -> str:
    """How a feature stands in the plan."""
    if feature not in roadmap.feature_named:
        return NOWHERE
    found = roadmap.feature_named[feature].status
    return NOT_PLANNED if found == "unplanned" else found


def pooled(roadmap: Roadmap, wishes: Wishes, hangs: Mapping[str, float] = HANGS) -> Demand:
    """Requests, tickets and objections by feature.

    Args:
        roadmap: The roadmap.
        wishes: What was asked for.
        hangs: The part of a chance to win that hangs on a feature, for each importance.

    Raises:
        InputError: `hangs` is not a part above 0 and up to 1 for each importance.
    """
    _check(hangs)
    buyers: dict[tuple[str, str], list[Request]] = {}
    for request in wishes.requests:
        buyers.setdefault(_buyer(request), []).append(request)
    asked = (_asked(request, buyers[_buyer(request)], roadmap, hangs) for request in wishes.requests)
    return Demand(roadmap, wishes, tuple(asked), hangs)


def _check(hangs: Mapping[str, float]) -> None:
    wrong = [name for name in HANGS if not 0 < hangs.get(name, 0.0) <= 1]
    wrong += [name for name in hangs if name not in HANGS]
    if wrong:
        names = ", ".join(HANGS)
        raise InputError(
            [f"hangs: {name!r} needs a part above 0 and up to 1. Write one for {names}." for name in wrong]
        )


def _buyer(request: Request) -> tuple[str, str]:
    return ("deal", request.deal) if request.deal else ("account", alike(request.account))


def _hangs(request: Request, hangs: Mapping[str, float]) -> float:
    return hangs[request.importance or LEAST]


def _asked(request: Request, siblings: Sequence[Request], roadmap: Roadmap, hangs: Mapping[str, float]) -> Asked:
    deal = roadmap.deal_named[request.deal] if request.deal else None
    parts = [_hangs(one, hangs) for one in siblings]
    arr = request.arr if request.arr is not None else deal.arr if deal else None
    chance, blank = _chance(request, deal, max(parts))
    unknown = (*(("arr",) if arr is None else ()), *((blank,) if blank else ()))
    since = max(0.0, deal.signs) if deal else 0.0
    return Asked(request, arr, chance, _hangs(request, hangs) / sum(parts), since, unknown)


def _chance(request: Request, deal: Deal | None, part: float) -> tuple[float | None, str]:
    """The chance gained, or None and the column that is blank; a deal that is over gains nothing."""
    if deal and deal.status != "open":
        return 0.0, ""
    if deal and deal.probability is not None and deal.probability_without is not None:
        return max(0.0, deal.probability - deal.probability_without), ""
    chance = request.probability if request.probability is not None else deal.probability if deal else None
    return (None, "probability") if chance is None else (chance * part, "")
