"""Scenarios: named lists of changes, from a file or from a deal's name, and what they make of a roadmap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ripple.errors import InputError
from ripple.roadmap.bundled import located
from ripple.roadmap.cells import CellError
from ripple.roadmap.changes import Change, Sign, carry_out
from ripple.roadmap.model import Deal, Promise, Roadmap
from ripple.roadmap.scenario_file import read_scenario, verb_of

PLACEBO_SIGNS = 1.0


@dataclass(frozen=True)
class Scenario:
    """A named list of changes to a roadmap. `source` is the file that messages name."""

    name: str
    title: str = ""
    changes: tuple[Change, ...] = ()
    source: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """The title, or the name where there is no title."""
        return self.title or self.name


def load_scenario(path: Path | str) -> Scenario:
    """The scenario in a YAML file.

    Raises:
        InputError: One sentence for each problem of the file.
    """
    file = located(path)
    name, title, changes = read_scenario(file)
    return Scenario(name, title, changes, source=file.name)


def scenarios_of(folder: Path | str) -> list[Scenario]:
    """The scenarios in the `scenarios` folder of a roadmap, by file name; none of a workbook.

    Raises:
        InputError: One sentence for each problem of the files.
    """
    home = located(folder) / "scenarios"
    files = sorted(home.glob("*.yml")) if home.is_dir() else []
    problems: list[str] = []
    found = []
    for file in files:
        try:
            found.append(load_scenario(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return found


def deal_scenario(deal: str) -> Scenario:
    """What `--deal` means: the deal signs and is promoted.

    >>> deal_scenario("acme")
    Scenario(name='acme', title='', changes=(Sign(deal='acme', on=None, promoted=True),), source='')
    """
    return Scenario(deal, changes=(Sign(deal),))


def apply(roadmap: Roadmap, scenario: Scenario) -> Roadmap:
    """A new roadmap in which the scenario's changes are made, in their order.

    A change that cannot be made is left out while the rest is tried, so that all problems are told at once.

    Raises:
        InputError: One sentence for each problem, with the file and the number of the change.

    >>> from datetime import date
    >>> from ripple.roadmap.model import Deal
    >>> roadmap = Roadmap(date(2027, 1, 4), (), (), deals=(Deal("acme", signs=4.0),))
    >>> [deal.status for deal in apply(roadmap, deal_scenario("acme")).deals]
    ['signed']
    >>> apply(roadmap, deal_scenario("acne"))
    Traceback (most recent call last):
    ripple.errors.InputError: acne, change 1, sign: 'acne' is not a deal. Did you mean 'acme'?
    """
    problems: list[str] = []
    changed = replace(roadmap)
    for number, change in enumerate(scenario.changes, start=1):
        try:
            changed = carry_out(change, changed)
        except (CellError, InputError) as error:
            place = f"{scenario.source or scenario.name}, change {number}, {verb_of(change)}"
            problems.extend(f"{place}: {problem}" for problem in _sentences(error))
    if problems:
        raise InputError(problems)
    return changed


def first_effect(base: Roadmap, alternative: Roadmap, scenario: Scenario) -> float:
    """The week before which a scenario cannot have changed anything: the first signing, if all it does is sign deals.

    >>> from datetime import date
    >>> from ripple.roadmap.model import Deal
    >>> roadmap = Roadmap(date(2027, 1, 4), (), (), deals=(Deal("acme", signs=4.0),))
    >>> first_effect(roadmap, apply(roadmap, deal_scenario("acme")), deal_scenario("acme"))
    4.0
    """
    if not all(isinstance(change, Sign) for change in scenario.changes):
        return 0.0
    touched = [deal for deal in alternative.deals if deal != base.deal_named.get(deal.name)]
    dates = [one.signs for deal in touched for one in (deal, base.deal_named[deal.name])]
    return max(0.0, min(dates, default=base.horizon))


def placebo(roadmap: Roadmap) -> Roadmap:
    """The roadmap with one more deal that must change nothing.

    It signs while others work, promises a feature that is planned anyway by the horizon, has no gaps and is not
    promoted: every slip against the roadmap itself is exactly 0.

    >>> from datetime import date
    >>> placebo(Roadmap(date(2027, 1, 4), (), ())).signed
    (Deal(name='placebo', signs=1.0, ... status='signed', ...),)
    """
    deal = Deal(_free_name(roadmap.deal_named), signs=min(PLACEBO_SIGNS, roadmap.horizon), status="signed")
    planned = (feature.name for feature in roadmap.features if feature.status in ("planned", "started"))
    promises = tuple(Promise(deal.name, feature, roadmap.horizon) for feature in list(planned)[:1])
    return replace(roadmap, deals=(*roadmap.deals, deal), promises=(*roadmap.promises, *promises))


def _sentences(error: CellError | InputError) -> Sequence[str]:
    return error.problems if isinstance(error, InputError) else (str(error),)


def _free_name(taken: Iterable[str]) -> str:
    name, names = "placebo", {other.casefold() for other in taken}
    while name in names:
        name += "-"
    return name
