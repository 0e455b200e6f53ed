"""Every answer to a deal side by side, on the same luck, and the one that is best."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.decisions.answers import Answer, answers, in_phases, signs
from ripple.analysis.decisions.option import Option, declined, named, option
from ripple.analysis.decisions.promise import SafePromise, nothing_promised, promise
from ripple.analysis.decisions.reasons import cleaned, reasons, rounded
from ripple.analysis.estimates import estimate
from ripple.analysis.money.sentences import amount_range
from ripple.analysis.replications import Progress, Replications, replicate_each
from ripple.analysis.statistics import detectable, mean_interval
from ripple.analysis.words import NO_DIFFERENCE, listed, number, percent
from ripple.engine.plan import Floats
from ripple.errors import InputError
from ripple.roadmap.model import Roadmap
from ripple.roadmap.names import unknown
from ripple.roadmap.scenarios import Scenario

LEAST_FOR_DATES = 2000
"""Replications that the safe dates take, however many the answers have."""

GROUP = 4
"""Answers that are simulated together."""

OPTION_COLUMNS = (
    *("option", "title", "settings", "net", "net_lower", "net_upper", "net_detectable", "p_positive", "p_best"),
    *("behind", "behind_lower", "behind_upper", "behind_detectable"),
    *("break_even", "break_even_lower", "break_even_upper", "own", "own_lower", "own_upper", "last_due"),
    *("broken", "missed", "missed_lower", "missed_upper", "missed_detectable"),
    *("slip", "slip_lower", "slip_upper", "slip_detectable", "n"),
)


@dataclass(frozen=True, eq=False)
class Options:
    """All answers to a deal.

    Attributes:
        roadmap: The base world.
        deal: The deal.
        safe: Its safe promise.
        options: One for each answer.
        seed: The study's seed.
        left_out: The titles of the roadmap's scenarios that sign the deal, but others too.
    """

    roadmap: Roadmap
    deal: str
    safe: SafePromise
    options: tuple[Option, ...]
    seed: int
    left_out: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        """How many replications every answer has."""
        return len(self.options[0].slip)

    @property
    def priced(self) -> bool:
        """Whether every answer has a net value."""
        return all(option.net is not None for option in self.options)

    @cached_property
    def values(self) -> Floats:
        """What the answers are compared by: shape (options, n); the net value.

        Without prices it is minus the number of promises that are missed, those to the deal included. Then declining
        is not compared: it misses none, and what it gives away is not known.
        """
        return np.array(
            [-one.missed - one.own_missed if one.net is None else one.net.values for one in self.options], dtype=float
        )

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The numbers of the answers that are compared, the highest mean first; of equal ones the first."""
        compared = [i for i, one in enumerate(self.options) if self.priced or one.answer.scenario is not None]
        means = self.values.mean(axis=1)
        below = cleaned(means[compared].max() - means, self.values)
        return tuple(sorted(compared, key=lambda i: below[i]))

    @property
    def best(self) -> Option:
        """The answer with the highest mean; see `equals` for those that are as good."""
        return self.options[self.order[0]]

    def behind(self, one: Option) -> Floats:
        """By how much an answer is worse than the best, in each replication: shape (n,)."""
        return cleaned(self.values[self.order[0]] - self.values[self.options.index(one)], self.values)

    @cached_property
    def equals(self) -> tuple[Option, ...]:
        """The other answers that are not worse than the best by a detectable amount."""
        rest = [self.options[i] for i in self.order[1:]]
        return tuple(one for one in rest if not detectable(self.behind(one)))

    @cached_property
    def as_promised(self) -> Option:
        """The answer that accepts the deal as it is."""
        return next(one for one in self.options if one.answer.as_promised)

    @cached_property
    def p_best(self) -> Floats:
        """The share of the replications in which each answer is the best; ties are shared: shape (options,)."""
        compared = list(self.order)
        values = self.values[compared]
        top = cleaned(values.max(axis=0) - values, values) == 0.0
        shares: Floats = np.zeros(len(self.options))
        shares[compared] = (top / top.sum(axis=0)).mean(axis=1)
        return shares

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an answer, the best first.

        Columns: option, title, settings, net, p_positive, p_best, behind (by how much it is worse than the best, in
        money, or without prices in promises), break_even, own (chance that all that the deal is promised is on time;
        NaN: declined), last_due (the deal's last due date), broken (promises to others that break), missed (how many
        more of them are missed), slip (weeks, all other features together), n; `_lower` and `_upper` bound the number
        before (95 %), `_detectable` says whether it is more than noise. NaN is not priced, or does not exist.
        """
        order = [*self.order, *(i for i in range(len(self.options)) if i not in self.order)]
        return pd.DataFrame([self._row(i) for i in order], columns=list(OPTION_COLUMNS))

    def _row(self, i: int) -> dict[str, object]:
        one, compared = self.options[i], i in self.order
        behind = self.behind(one)
        return {
            **one.row,
            "p_best": float(self.p_best[i]),
            **named("behind", mean_interval(behind) if compared else (np.nan,) * 3),
            "behind_detectable": compared and detectable(behind),
        }

    @property
    def recommendation(self) -> list[str]:
        """What to do: the best answer, what it is worth, how sure that is, and why; two to six sentences."""
        found = [self._unpriced, self._same or self._best]
        found += [] if self._same else [self._equal, self._next, self._kept, self._why]
        left = f"Left out, for other deals sign there too: {listed(self.left_out)}." if self.left_out else ""
        return [sentence for sentence in (*found, left) if sentence]

    @property
    def _label(self) -> str:
        return self.roadmap.deal_named[self.deal].label

    @property
    def _unpriced(self) -> str:
        if self.priced:
            return ""
        return f"What {self._label} pays is not known, so whether to say yes cannot be answered, only how."

    @property
    def _same(self) -> str:
        """Whether all answers come to the same."""
        if len(self.equals) < len(self.order) - 1:
            return ""
        if self.priced:
            return f"It makes {NO_DIFFERENCE} how {self._label} is answered, or whether it is."
        moved = detectable(self.values[self.order[0]])
        return "" if moved else f"It makes {NO_DIFFERENCE} to any promise how {self._label} is answered."

    @property
    def _best(self) -> str:
        chance = percent(float(self.p_best[self.order[0]]))
        if self.best.comparison is None:
            return (
                f"Best for {self._label}: decline. No other answer is worth more than nothing, and in {chance} of the "
                f"simulations none of them is."
            )
        sure = f"it is the best of {len(self.order)} answers in {chance} of the simulations"
        title = _quoted(self.best)
        if self.best.net is None:
            missed = estimate(-self.values[self.order[0]])
            count = number(missed.mean, (missed.upper - missed.lower) / 2)
            return f"Best way to say yes: {title}. {count} more promises are missed than without the deal, and {sure}."
        worth = amount_range(self.best.net.estimate, self.roadmap.currency)
        zero = "" if detectable(self.best.net.values) else f" ({NO_DIFFERENCE} from nothing)"
        return f"Best for {self._label}: {title}. It is worth {worth}{zero}, and {sure}."

    @property
    def _equal(self) -> str:
        """Which other answers are as good."""
        if not self.equals:
            return ""
        names = listed([_quoted(one) for one in self.equals])
        return f"There is {NO_DIFFERENCE} between it and {names}."

    @property
    def _next(self) -> str:
        """By how much it is better than the first that is worse, and than accepting as promised."""
        worse = [self.options[i] for i in self.order[1:] if self.options[i] not in self.equals]
        if not worse:
            return ""
        told = f"{self._more(worse[0])} than {_quoted(worse[0])}, {'which follows' if self.equals else 'the next best'}"
        plain = (
            f", and {self._more(self.as_promised)} than accepting as promised" if self.as_promised in worse[1:] else ""
        )
        return f"It {'is worth' if self.priced else 'misses'} {told}{plain}."

    def _more(self, one: Option) -> str:
        behind = self.behind(one)
        if self.priced:
            return f"{rounded(behind, self.roadmap.currency)} more"
        mean, lower, upper = mean_interval(behind)
        return f"{number(mean, (upper - lower) / 2)} fewer"

    @property
    def _kept(self) -> str:
        """What becomes of promises, to the deal and to others."""
        if self.best.comparison is None or not self.roadmap.promises_of(self.deal):
            return ""
        own = percent(float(self.best.own.mean()))
        others = f"it breaks {listed(self.best.broken)}" if self.best.broken else "no promise to anybody else breaks"
        return f"All that {self._label} is promised is then on time in {own} of the simulations, and {others}."

    @property
    def _why(self) -> str:
        """The parts of the net value in which it differs most from accepting as promised, or from declining."""
        if not self.priced:
            return ""
        declining = self.best is self.as_promised
        other = {} if declining else self.as_promised.parts
        told = reasons(self.best.parts, other, self.roadmap.currency)
        return (
            f"Compared with {'declining' if declining else 'accepting as promised'}, it means {told}." if told else ""
        )


def options(
    roadmap: Roadmap,
    deal: str,
    scenarios: Sequence[Scenario] = (),
    confidence: float = 0.85,
    n: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Options:
    """Every answer to a deal side by side, on the same luck.

    Args:
        roadmap: The base world.
        deal: A deal that has not signed.
        scenarios: The roadmap's own scenarios; those that sign the deal, and no other, are among the answers.
        confidence: That of the safe dates.
        n: How many replications each answer has.
        seed: The study's seed.
        workers: How many threads share the work; None: one a processor.
        progress: Told how far it is: once with the safe dates, then with the answers.

    Raises:
        InputError: The deal is unknown or has signed, an argument is out of range, or a scenario does not fit.
    """
    _check(roadmap, deal)
    enough = max(n, LEAST_FOR_DATES)
    if roadmap.promises_of(deal):
        safe = promise(roadmap, deal, confidence, enough, seed, workers, progress)
    else:
        safe = nothing_promised(roadmap, deal, confidence, seed)
    every = answers(roadmap, deal, scenarios, safe, in_phases(safe, enough, seed, workers))
    found = _simulated(roadmap, every, n, seed, workers, progress)
    left_out = tuple(scenario.label for scenario in scenarios if signs(roadmap, scenario) > {deal})
    return Options(roadmap, deal, safe, tuple(found), seed, left_out)


def _check(roadmap: Roadmap, deal: str) -> None:
    if deal not in roadmap.deal_named:
        raise InputError([unknown(deal, "a deal", roadmap.deal_named)])
    if roadmap.deal_named[deal].status == "signed":
        raise InputError([f"{deal} has signed already, so there is nothing to answer. Choose a deal that is open."])


def _simulated(
    roadmap: Roadmap, every: Sequence[Answer], n: int, seed: int, workers: int | None, progress: Progress | None
) -> list[Option]:
    """What each answer does; a few worlds at a time, so that memory does not grow with their number."""
    made = [(answer, answer.scenario) for answer in every if answer.scenario]
    base: Replications = replicate_each([(roadmap, None)], n, seed, workers=workers)[0]
    found: list[Option] = []
    for first in range(0, len(made), GROUP):
        some = made[first : first + GROUP]
        worlds = replicate_each([(roadmap, scenario) for _, scenario in some], n, seed, workers=workers)
        found += [option(answer, base, world) for (answer, _), world in zip(some, worlds, strict=True)]
        if progress:
            progress(min(first + GROUP, len(made)), len(made))
    priced = all(one.net is not None for one in found)
    return [*found, *(declined(answer, n, priced=priced) for answer in every if not answer.scenario)]


def _quoted(one: Option) -> str:
    return f'"{one.answer.title}"'
