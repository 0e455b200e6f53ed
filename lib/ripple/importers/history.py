"""`ripple calibrate`: what a team's own completed work says about focus, bias and spread."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, floor, log, sqrt
from pathlib import Path
from statistics import NormalDist, median, stdev

from ripple.errors import InputError
from ripple.importers.findings import counted
from ripple.roadmap.bundled import located
from ripple.roadmap.cells import shortest
from ripple.roadmap.files import SETTINGS, read_contents
from ripple.roadmap.model import Team
from ripple.roadmap.parsing import Problems, parse_table
from ripple.roadmap.roadmap_yml import read_settings, tree_of_pairs
from ripple.roadmap.rows import TABLES, HistoryRow, Meaning, TeamRow, columns_of
from ripple.roadmap.settings import parse_yaml
from ripple.roadmap.spelling import printable
from ripple.roadmap.tables import TextTable

LEAST = 8
"""Fewer items than this say nothing about a spread, and nothing that should replace a study's figure."""

SMALL, LARGE = 2.0, 16.0
"""The efforts, in engineer-weeks, at which the model has its two spreads."""

LEAST_WEEKS = 8
MEANING = {
    "effort_median": "what work takes, as a multiple of its estimate",
    "effort_sigma_small": "how far small items miss their estimates",
    "effort_sigma_large": "how far large items miss their estimates",
}
"""What the parameters are, in plain words."""

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True)
class Measured:
    """A number with its 95 % interval and how many items it comes from."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{_short(self.value)} ({_short(self.low)} to {_short(self.high)}, n = {self.n:,})"


@dataclass(frozen=True)
class TeamHistory:
    """What a team finished.

    Attributes:
        throughput: Items finished a week.
        bias: The median of actual over estimate.
        focus: Engineer-weeks finished a week for each engineer.
        elapsed: The median of the time from start to done over the estimate: it includes waiting.
    """

    team: str
    n_items: int
    weeks: float
    throughput: Measured | None = None
    bias: Measured | None = None
    focus: Measured | None = None
    elapsed: Measured | None = None


@dataclass(frozen=True)
class Calibration:
    """What history says, and what it cannot say.

    Attributes:
        teams: One a team, in the order of the first item.
        parameters: By name, for `roadmap.yml`.
        notes: Why something is missing.
    """

    teams: tuple[TeamHistory, ...]
    parameters: tuple[tuple[str, Measured], ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One screen: teams, then the lines for `roadmap.yml` and `teams.csv`, then what is missing."""
        blocks = ["\n".join(["What was finished", *(f"  {line}" for team in self.teams for line in _team_lines(team))])]
        if self.parameters:
            blocks.append("For roadmap.yml\n" + self.yaml)
        focus = [f"  {team.team}: focus {team.focus}" for team in self.teams if team.focus]
        if focus:
            blocks.append("\n".join(["For teams.csv", *focus]))
        return "\n\n".join(
            [*blocks, *(["\n".join(["Not said", *(f"  {note}" for note in self.notes)])] if self.notes else [])]
        )

    @property
    def yaml(self) -> str:
        """The lines for `roadmap.yml`, each with its interval."""
        lines = [
            f"  {name}: {_short(m.value)}  # {MEANING[name]}; 95 %: {_short(m.low)} to {_short(m.high)}, "
            f"from {m.n:,} items of yours"
            for name, m in self.parameters
        ]
        return "\n".join(["parameters:", *lines]) + "\n"


def calibrate(path: Path) -> Calibration:
    """What the history of a roadmap says: `history.csv` in its folder or workbook, and `teams.csv` for the engineers.

    Raises:
        InputError: There is no history, or it cannot be read.
    """
    source = located(path)
    items, teams = _read(source)
    if not items:
        raise InputError([f"{printable(source.name)}: no history. Import a tracker's export, or write history.csv."])
    return calibration(items, teams)


def _read(source: Path) -> tuple[Sequence[HistoryRow], Sequence[Team]]:
    wanted = {name: tuple(columns_of(TABLES[name])) for name in ("teams", "history")}
    contents = read_contents(source, wanted)
    problems = Problems(contents.places)
    if isinstance(contents.settings, TextTable):
        settings, faults = read_settings(tree_of_pairs(contents.settings)[0], SETTINGS)
    else:
        settings, faults = read_settings(parse_yaml(contents.settings or b"", f"{SETTINGS}.yml"), f"{SETTINGS}.yml")
    meaning = Meaning(settings.calendar, settings.dates, settings.sizes)
    rows = parse_table("history", _text(contents.tables, "history"), HistoryRow, meaning, problems).rows
    teams = parse_table("teams", _text(contents.tables, "teams"), TeamRow, meaning, problems).rows
    if found := [*contents.problems, *faults, *problems.sentences]:
        raise InputError(found)
    return rows, [Team(row.team, row.engineers, row.focus) for row in teams]


def _text(tables: Mapping[str, Callable[[], TextTable]], name: str) -> TextTable:
    return tables[name]() if name in tables else TextTable(f"{name}.csv")


def calibration(items: Iterable[HistoryRow], teams: Iterable[Team]) -> Calibration:
    """What completed items say.

    Args:
        items: Rows of `history.csv`; times in weeks.
        teams: The teams, for their engineers.
    """
    every = list(items)
    engineers = {team.name: team.engineers for team in teams}
    names = list(dict.fromkeys(item.team or "" for item in every))
    found = tuple(_team(name, [i for i in every if (i.team or "") == name], engineers.get(name)) for name in names)
    rated = [(item.estimate, item.actual / item.estimate) for item in every if item.estimate and item.actual]
    parameters, notes = [], []
    if len(rated) >= LEAST:
        parameters.append(("effort_median", median_interval([ratio for _, ratio in rated])))
    else:
        notes.append(_too_few("effort_median", counted(len(rated), "item")))
    for name, label, group in (
        ("effort_sigma_small", f"of {SMALL:g} engineer-weeks and below", [r for e, r in rated if e <= SMALL]),
        ("effort_sigma_large", f"of {LARGE:g} engineer-weeks and above", [r for e, r in rated if e >= LARGE]),
    ):
        if len(group) >= LEAST:
            parameters.append((name, spread_interval([log(ratio) for ratio in group])))
        else:
            notes.append(_too_few(name, f"{counted(len(group), 'item')} {label}"))
    notes += [
        f"{team.team or 'no team'}: no focus, since {_why_no_focus(team, engineers)}."
        for team in found
        if not team.focus
    ]
    return Calibration(found, tuple(parameters), tuple(notes))


def _too_few(name: str, items: str) -> str:
    what = MEANING[name]
    return f"{what[0].upper()}{what[1:]} ({name}): {items} with estimate and actual; {LEAST} are needed."


def _why_no_focus(team: TeamHistory, engineers: dict[str, int]) -> str:
    if not engineers.get(team.team):
        return "teams.csv does not say how many engineers it has"
    if team.weeks < LEAST_WEEKS:
        return f"its items were done within {_weeks(team.weeks)}; {LEAST_WEEKS} weeks are needed"
    return "none of its items has both an effort and the day on which it was done"


def _weeks(weeks: float) -> str:
    """A time in words, never rounded up.

    >>> _weeks(7.99), _weeks(1.0), _weeks(0.0), _weeks(155.3)
    ('7.9 weeks', '1 week', 'one day', '155 weeks')
    """
    if weeks < 1 / 7:
        return "one day"
    whole = floor(weeks) if weeks >= 10 else floor(weeks * 10 + 1e-9) / 10
    return f"{shortest(whole)} week{'' if whole == 1 else 's'}"


def _team(name: str, items: Sequence[HistoryRow], engineers: int | None) -> TeamHistory:
    done = sorted(item.done for item in items if item.done is not None)
    weeks = done[-1] - done[0] if len(done) > 1 else 0.0
    ratios = [item.actual / item.estimate for item in items if item.estimate and item.actual]
    bias = median_interval(ratios) if len(ratios) >= LEAST else None
    elapsed = [(i.done - i.started) / i.estimate for i in items
               if i.estimate and i.done is not None and i.started is not None and i.done > i.started]  # fmt: skip
    efforts = [(i.done, i.actual or (i.estimate or 0.0) * (bias.value if bias else 1.0)) for i in items
               if i.done is not None and (i.actual or i.estimate)]  # fmt: skip
    long = weeks >= LEAST_WEEKS
    return TeamHistory(
        name,
        len(items),
        weeks,
        _rate([(week, 1.0) for week in done], 1) if long else None,
        bias,
        _rate(efforts, engineers) if long and engineers and efforts else None,
        median_interval(elapsed) if len(elapsed) >= LEAST else None,
    )


def _rate(amounts: Sequence[tuple[float, float]], engineers: int) -> Measured:
    """What is finished in a week by each engineer: the mean of blocks of four weeks, which follow each other less."""
    first, last = min(week for week, _ in amounts), max(week for week, _ in amounts)
    n_blocks = max(2, int((last - first) // 4))
    width = max((last - first) / n_blocks, 1e-9)
    blocks = [0.0] * n_blocks
    for week, amount in amounts:
        blocks[min(n_blocks - 1, int((week - first) / width))] += amount / width / engineers
    mean = sum(blocks) / n_blocks
    error = stdev(blocks) / sqrt(n_blocks) * _student(n_blocks - 1)
    return Measured(mean, max(0.0, mean - error), mean + error, len(amounts))


def median_interval(values: Sequence[float]) -> Measured:
    """The median with its 95 % interval from order statistics, which holds for any distribution.

    >>> median_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0])
    Measured(value=5.0, low=2.0, high=8.0, n=9)
    """
    ordered, n = sorted(values), len(values)
    below, chance = 0, 0.5**n
    while below < n // 2 and chance + comb(n, below + 1) * 0.5**n <= (1 - CONFIDENCE) / 2:
        below += 1
        chance += comb(n, below) * 0.5**n
    return Measured(median(ordered), ordered[below], ordered[n - 1 - below], n)


def spread_interval(logs: Sequence[float]) -> Measured:
    """The standard deviation of logarithms, with its 95 % interval for normal ones.

    >>> found = spread_interval([-0.5, 0.5] * 10)
    >>> round(found.value, 3), round(found.low, 2), round(found.high, 2)
    (0.513, 0.39, 0.75)
    """
    sigma, free = stdev(logs), len(logs) - 1
    return Measured(
        sigma, sigma * sqrt(free / _chi_square(free, Z)), sigma * sqrt(free / _chi_square(free, -Z)), len(logs)
    )


def _chi_square(free: int, z: float) -> float:
    """A quantile of chi-square, as Wilson and Hilferty 1931 approximate it: within 1 % from 7 degrees of freedom."""
    part = 2 / (9 * free)
    return float(free * (1 - part + z * sqrt(part)) ** 3)


def _student(free: int) -> float:
    """The 97.5 % quantile of Student's t, by the expansion of Cornish and Fisher."""
    g1 = (Z**3 + Z) / 4
    g2 = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    g3 = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + g1 / free + g2 / free**2 + g3 / free**3 if free > 1 else 12.706


def _team_lines(team: TeamHistory) -> list[str]:
    when = f" within {_weeks(team.weeks)}" if team.weeks else ""
    lines = [f"{team.team or 'no team'}: {counted(team.n_items, 'item')}{when}"]
    if team.throughput:
        lines.append(f"  items a week: {team.throughput}")
    if team.bias:
        lines.append(f"  actual / estimate, median: {team.bias}")
    if team.elapsed:
        lines.append(f"  weeks from start to done / estimate, median, waiting included: {team.elapsed}")
    if team.focus and team.focus.value > 1:
        lines.append(
            "  more than one engineer-week a week for each engineer: are estimates in other units, or people missing?"
        )
    return lines


def _short(value: float) -> str:
    return shortest(float(f"{value:.3g}"))
