"""What the benchmark says: ratios beside what is to be reached, on the screen and in `docs/speed.md`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from tests.benchmark.runs import COMPILED, NATURAL, SIMPY, TREE, C

PAGE = Path(__file__).resolve().parents[2] / "docs" / "speed.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

NAMES = {
    COMPILED: "compiled engine",
    SIMPY: "reference",
    NATURAL: "SimPy written naturally",
    C: "C",
    TREE: "C with a tree",
}


@dataclass
class Results:
    """What was measured.

    Attributes:
        times: Nanoseconds a story, by workload, variant and engine.
        peaks: Peak memory in MiB, by the same.
        n_stories: How many stories each workload has.
        wrong: The share of ship dates that SimPy written naturally gets wrong, by workload.
        pairs: Seconds a pair of worlds by workload: `draws`, `worlds`, and `natural` for SimPy written naturally.
        threads: How much faster two threads are than one.
        rounds_drawn: How many blocks of pairs were drawn.
    """

    times: dict[tuple[str, str, str], float] = field(default_factory=dict)
    peaks: dict[tuple[str, str, str], float | None] = field(default_factory=dict)
    n_stories: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, float] = field(default_factory=dict)
    pairs: dict[str, dict[str, float]] = field(default_factory=dict)
    threads: float = 0.0
    rounds_drawn: int = 0

    def ratio(self, size: str, slow: str, quick: str, variants: tuple[str, str] = ("base", "base")) -> float | None:
        """How many times as long one engine takes as another; None where one was not measured."""
        one, other = self.times.get((size, variants[0], slow)), self.times.get((size, variants[1], quick))
        return one / other if one and other else None


class Line(NamedTuple):
    """A ratio, by workload, and what it is to be: at least, or at most; None is no target."""

    what: str
    reached: dict[str, float | None]
    least: Mapping[str, float] = MappingProxyType({})
    most: Mapping[str, float] = MappingProxyType({})

    def met(self) -> str:
        """Whether all targets are met, as a word; empty without a target."""
        pairs = [(self.reached[size], target, 1) for size, target in self.least.items()]
        pairs += [(self.reached[size], target, -1) for size, target in self.most.items()]
        measured = [(value - target) * sign >= 0 for value, target, sign in pairs if value is not None]
        return ("yes" if all(measured) else "no") if measured else ""

    def target(self) -> str:
        """The target in words."""
        sides = [("at least", self.least), ("at most", self.most)]
        words, targets = next(((words, targets) for words, targets in sides if targets), ("", {}))
        values = dict.fromkeys(map(number, targets.values()))
        return f"{words} {' / '.join(values)}" if targets else ""


BOTH = ("small", "large")


def lines(results: Results) -> Iterator[Line]:
    """The ratios of times, and what they are to be."""

    def each(slow: str, quick: str, variants: tuple[str, str] = ("base", "base")) -> dict[str, float | None]:
        return {size: results.ratio(size, slow, quick, variants) for size in BOTH}

    def line(slow: str, quick: str, **targets: dict[str, float]) -> Line:
        return Line(f"{NAMES[slow]} ÷ {NAMES[quick]}", each(slow, quick), **targets)

    yield line(NATURAL, COMPILED, least={"small": 150, "large": 120})
    yield line(SIMPY, COMPILED, least={"small": 35, "large": 25})
    yield line(NATURAL, SIMPY, least=dict.fromkeys(BOTH, 3.5))
    yield Line(
        f"{NAMES[COMPILED]}: all mechanisms ÷ base",
        each(COMPILED, COMPILED, ("all", "base")),
        most=dict.fromkeys(BOTH, 1.7),
    )
    yield line(COMPILED, C, most=dict.fromkeys(BOTH, 1.35))
    yield line(COMPILED, TREE)
    yield from growth(results)
    yield from pairs(results)


def growth(results: Results) -> Iterator[Line]:
    """How a story's time grows with the roadmap."""
    for engine in (COMPILED, C):
        small = results.times.get(("small", "base", engine))
        times = {size: results.times.get((size, "base", engine)) for size in ("large", "10000")}
        reached = {size: time / small if time and small else None for size, time in times.items()}
        most = dict.fromkeys(times, 2.5) if engine == COMPILED else {}
        yield Line(f"{NAMES[engine]}: a story ÷ a story of `small`", reached, most=most)


def pairs(results: Results) -> Iterator[Line]:
    """Pairs of worlds, draws included; threads."""
    taken = {size: pair["draws"] + pair["worlds"] for size, pair in results.pairs.items()}
    yield Line(
        f"a pair of worlds: {NAMES[NATURAL]} ÷ draws and {NAMES[COMPILED]}",
        {size: pair[NATURAL] / taken[size] for size, pair in results.pairs.items()},
        least=dict.fromkeys(BOTH, 70),
    )
    yield Line(
        "a pair of worlds: draws ÷ draws and compiled engine",
        {size: pair["draws"] / taken[size] for size, pair in results.pairs.items()},
        most=dict.fromkeys(BOTH, 0.2),
    )
    yield Line("one thread ÷ two threads, on the wall clock", {"large": results.threads})


def number(value: float | None) -> str:
    """A number with three digits; empty for None.

    >>> [number(x) for x in (1234.5, 45.67, 3.456, 0.1234, None)]
    ['1,234', '46', '3.5', '0.12', '']
    """
    if value is None:
        return ""
    if value >= 10:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 3 else f"{value:.2f}"


def tables(results: Results) -> list[list[list[str]]]:
    """The table of ratios, and that of times and memory; the first row is the head."""
    ratios = [["times", "small", "large", "10000", "target", "met"]]
    for line in lines(results):
        reached = [number(line.reached.get(size)) for size in ("small", "large", "10000")]
        if any(reached):
            ratios.append([line.what, *reached, line.target(), line.met()])
    times = [["workload", "variant", "engine", "ns a story", "peak MiB"]]
    for (size, variant, engine), taken in results.times.items():
        times.append([size, variant, NAMES[engine], number(taken), number(results.peaks[size, variant, engine])])
    return [ratios, times]


def print_tables(results: Results) -> None:
    """Show the tables."""
    for rows in tables(results):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        print()
    print(wrong_sentence(results))


def wrong_sentence(results: Results) -> str:
    """How often SimPy written naturally is wrong."""
    shares = " and ".join(f"{share:.0%} in `{size}`" for size, share in results.wrong.items())
    return f"Ship dates that SimPy written naturally gets wrong, by more than a minute: {shares}."


def write_page(results: Results) -> None:
    """Put the tables into the page, between its two markers."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    parts = [*("\n".join(markdown(rows)) for rows in tables(results)), wrong_sentence(results)]
    PAGE.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", encoding="utf-8")


def markdown(rows: list[list[str]]) -> list[str]:
    """A table in Markdown."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return [lines[0], "|---" * len(rows[0]) + "|", *lines[1:]]
