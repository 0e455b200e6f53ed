"""Both worlds for one set of choices, quickly: the base world is simulated once, the alternative each time."""

from dataclasses import dataclass, replace
from functools import cached_property

from ripple.analysis.comparison import Comparison
from ripple.analysis.money import Money, money
from ripple.analysis.replications import Replications, replicate_each
from ripple.reports.what_if.choices import Choices, chosen, scenario_of
from ripple.roadmap.model import Deal, Roadmap


@dataclass(frozen=True, eq=False)
class Answer:
    """What one set of choices does.

    Attributes:
        choices: The choices.
        comparison: The two worlds, pair by pair, on the same luck as every other answer to the same question.
        money: What they mean in money.
    """

    choices: Choices
    comparison: Comparison
    money: Money


@dataclass(frozen=True, eq=False)
class Question:
    """What to answer to one deal.

    Hours and reasons are not counted, and the checks of a report are not made: this is for looking around. A report
    on the saved scenario makes them all.

    Attributes:
        roadmap: The base world.
        name: The deal; blank: the first that is open.
        n: How many pairs.
        seed: The study's seed.
    """

    roadmap: Roadmap
    name: str = ""
    n: int = 500
    seed: int = 0

    @cached_property
    def deal(self) -> Deal:
        """The deal."""
        return chosen(self.roadmap, self.name)

    @cached_property
    def base(self) -> Replications:
        """The world without the deal."""
        return replicate_each([(self.roadmap, None)], self.n, self.seed)[0]

    @cached_property
    def offered(self) -> Answer:
        """What the deal does as it was offered."""
        return self._simulated(Choices(self.deal.name))

    def answer(self, choices: Choices) -> Answer:
        """What the choices do.

        Raises:
            InputError: The choices do not fit the roadmap.
        """
        return self.offered if choices == self.offered.choices else self._simulated(choices)

    def about(self, deal: str) -> "Question":
        """The same question about another deal, on the same base world."""
        other = replace(self, name=deal)
        other.__dict__["base"] = self.base  # simulated once for all deals
        return other

    def _simulated(self, choices: Choices) -> Answer:
        scenario = scenario_of(self.roadmap, choices)
        alternative = replicate_each([(self.roadmap, scenario)], self.n, self.seed)[0]
        comparison = Comparison.of(self.base, alternative, scenario)
        return Answer(choices, comparison, money(comparison))
