"""Turns the Rust project goals of 2026 into a Ripple roadmap: `python3 data/rust-2026/build.py`.

It reads the tables in `source/` and writes the tables of the roadmap beside itself, the same bytes every time.
The README says why each rule and each assumption is as it is; nothing here was chosen for what it does to a result.
"""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
PERIOD = "2026"
TABLES = ("goals", "team_asks", "tasks", "links", "funding")

# ---------------------------------------------------------------------------------------------------- assumptions

START = "2026-01-05"  # the first Monday of the period
STORY_SIZE = 2  # engineer-weeks
SIZES = {"Small": (0.5, 1, 2), "Medium": (2, 4, 8), "Large": (5, 10, 20)}  # engineer-weeks: low, likely, high
ASK_CREW = {"Small": 1, "Medium": 1, "Large": 3}
TASK = (2, 4, 8)  # engineer-weeks of a goal's own people for each of its tasks
MOST_CREW = 3
TEAM_FOCUS, CONTRIBUTOR_FOCUS = 0.3, 0.5
FEWEST_REVIEWERS = 2
SPONSOR = {"deal": "sponsor", "customer": "Invented Sponsor", "signs": "2026-02-02", "status": "open"}
SPONSORED, MID_YEAR = "next-solver", "2026-06-30"
GAPS = {  # team, low, likely and high engineer-weeks, kind, found, note; all invented
    "sponsor-private-code": ("types", (2, 4, 8), "use_case", "2026-05-04", "code that public crates do not resemble"),
    "sponsor-build-time": ("compiler", (1.5, 3, 6), "performance", "", "a limit on build time stricter than parity"),
}

# -------------------------------------------------------------------------------------------------------- spelling

AREAS = {
    "language": "lang types opsem formality spec lang-docs fls edition style",
    "compiler": "compiler wg-mir-opt wg-parallel-rustc miri project-exploit-mitigations infra bootstrap",
    "library": "libs libs-api crate-maintainers",
    "tools": "cargo rustdoc clippy rustup crates-io rustfmt testing-devex book",
    "project": "leadership-council",
}
AREA_OF = {team: area for area, teams in AREAS.items() for team in teams.split()}
TEAM_TITLES = {
    "fls": "FLS team",
    "lang-docs": "Language docs team",
    "lang": "Language team",
    "libs": "Library team",
    "libs-api": "Library API team",
    "opsem": "Operational semantics team",
    "wg-mir-opt": "MIR optimization group",
    "wg-parallel-rustc": "Parallel compiler group",
    "project-exploit-mitigations": "Exploit mitigations group",
    "crates-io": "crates.io team",
    "leadership-council": "Leadership Council",
    "testing-devex": "Testing experience team",
    "crate-maintainers": "Crate maintainers",
}
SHORT_TITLES = {
    "a-mir-formality": "a-mir-formality as a type system spec",
    "aarch64_pointer_authentication_pauthtest": "AArch64 pointer authentication on Linux",
    "cargo-semver-checks": "cargo-semver-checks: blockers for merging into cargo",
    "improve-cg_clif-performance": "Improve rustc_codegen_cranelift performance",
    "improve-std-unsafe": "Unsafe code documentation of the standard library",
    "interactive-cargo-tree": "Interactive cargo-tree",
    "interop-f80-f128": "C interop: f80, f128 and c_longdouble",
    "macro-improvements": "Declarative (macro_rules!) macro improvements",
    "reflection-and-comptime": "Reflection and comptime",
    "tail-call-loop-match": "Explicit tail calls & loop_match",
}

Row = Mapping[str, str]
Table = list[dict[str, object]]


@dataclass(frozen=True)
class Source:
    """What the source says of the period: goals by rank, everything else in the order of the source."""

    goals: list[Row]
    roadmaps: list[Row]
    asks: list[Row]
    tasks: dict[str, list[Row]]
    links: list[Row]
    funding: list[Row]

    @cached_property
    def goal_named(self) -> dict[str, Row]:
        """The goals by name."""
        return {goal["goal"]: goal for goal in self.goals}

    @cached_property
    def area(self) -> dict[str, str]:
        """The area of each goal: that of the team it asks for most, the first of equals."""
        levels = list(SIZES)
        first: dict[str, Row] = {}
        for ask in self.asks:
            held = first.setdefault(ask["goal"], ask)
            if levels.index(ask["support_level"]) > levels.index(held["support_level"]):
                first[ask["goal"]] = ask
        return {goal: AREA_OF[ask["team"]] for goal, ask in first.items()}

    @cached_property
    def usual_tasks(self) -> int:
        """The median number of tasks of the goals that list any."""
        return round(median(len(tasks) for tasks in self.tasks.values()))

    def parts(self, roadmap: str) -> list[str]:
        """The goals that the source calls part of a roadmap."""
        return [link["goal"] for link in self.links if is_part(link) and link["to_goal"] == roadmap]


def read_source(folder: Path) -> Source:
    """The accepted goals of the period and what belongs to them."""
    of_period = {name: list(_rows(folder / f"{name}.csv")) for name in TABLES}
    goals = [row for row in of_period["goals"] if row["kind"] == "goal" and row["status"] == "Accepted"]
    roadmaps = [row for row in of_period["goals"] if row["kind"] == "roadmap"]
    accepted = {row["goal"] for row in goals}
    kept = {name: [row for row in rows if row["goal"] in accepted] for name, rows in of_period.items()}
    asks = [row for row in kept["team_asks"] if row["support_level"]]
    unsized = [row for row in kept["team_asks"] if not row["support_level"]]  # work items, with the team as an owner
    tasks = _tasks_by_goal([*kept["tasks"], *({**row, "owners": ""} for row in unsized)])
    return Source(sorted(goals, key=place), roadmaps, asks, tasks, of_period["links"], kept["funding"])


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["period"] == PERIOD)


def _tasks_by_goal(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """A task that a goal repeats counts once, with all its owners; a row of dots is no task."""
    tasks: dict[str, dict[str, Row]] = {}
    for row in (row for row in rows if re.search(r"\w", row["task"])):
        held = tasks.setdefault(row["goal"], {})
        held[row["task"]] = {**row, "owners": f"{held.get(row['task'], {}).get('owners', '')} {row['owners']}"}
    return {goal: list(by_name.values()) for goal, by_name in tasks.items()}


def place(goal: Row) -> int:
    """Highlights first, then goals of a roadmap, then the others; the order of the source within each."""
    return 0 if goal["highlight"] else 1 if goal["roadmaps"] or goal["flagship"] else 2


def is_part(link: Row) -> bool:
    """Whether a link says that a goal is part of a roadmap of the period."""
    return link["type"] == "part_of_roadmap"


def slug(name: str) -> str:
    """The name in small letters, digits and hyphens.

    >>> slug("improve-cg_clif-performance"), slug("libc-1.0")
    ('improve-cg-clif-performance', 'libc-1-0')
    """
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def people(text: str) -> set[str]:
    """The handles in a text, in small letters; a group's handle is nobody.

    >>> sorted(people("Tentatively @Ada and @bob, @wg-something, help wanted"))
    ['@ada', '@bob']
    """
    return {handle for handle in re.findall(r"@[\w-]+", text.casefold()) if not handle.startswith("@wg-")}


def goal_people(source: Source, goal: Row) -> set[str]:
    """A goal's point of contact and the owners of its tasks."""
    owners = (task["owners"] for task in source.tasks.get(goal["goal"], []))
    return people(" ".join([goal["point_of_contact"], *owners]))


# ---------------------------------------------------------------------------------------------------------- tables


def teams(source: Source) -> Table:
    """The teams that are asked, the most asked first, then the goals' own people by area."""
    asked = Counter(ask["team"] for ask in source.asks)
    champions = Counter(team for team, _ in set().union(*map(_champions, source.goals)))
    rows: Table = [
        {
            "team": team,
            "title": TEAM_TITLES.get(team, f"{team.capitalize()} team"),
            "engineers": max(FEWEST_REVIEWERS, champions[team]),
            "focus": TEAM_FOCUS,
        }
        for team, _ in asked.most_common()
    ]
    return [*rows, *_contributor_teams(source)]


def _champions(goal: Row) -> set[tuple[str, str]]:
    pairs = [pair.split("=") for pair in goal["champions"].split(";") if pair]
    return {(team, who.casefold()) for team, who in pairs}


def _contributor_teams(source: Source) -> Table:
    homes = Counter(home_areas(source).values())
    return [
        {
            "team": contributors(area),
            "title": f"{area.capitalize()} contributors",
            "engineers": max(1, homes[area]),
            "focus": CONTRIBUTOR_FOCUS,
        }
        for area in AREAS
    ]


def contributors(area: str) -> str:
    """The team of an area's own people."""
    return f"{area}-contributors"


def home_areas(source: Source) -> dict[str, str]:
    """Each person counts once: in the area with most of their goals, the first of equals."""
    areas: dict[str, Counter[str]] = {}
    for goal in source.goals:
        for person in sorted(goal_people(source, goal)):
            areas.setdefault(person, Counter())[source.area[goal["goal"]]] += 1
    return {person: counts.most_common(1)[0][0] for person, counts in areas.items()}


def features(source: Source) -> Table:
    """The goals in the order of their rank, then the roadmaps as milestones without work of their own."""
    writes = {ask["goal"] for ask in source.asks if ask["team"] in ("lang", "libs-api")}
    goals = [_feature(goal, goal["goal"] in writes) for goal in source.goals]
    return [*goals, *(_milestone(source, roadmap, writes) for roadmap in source.roadmaps)]


def _feature(goal: Row, innovation: bool) -> dict[str, object]:
    issue = goal["tracking_issue"]
    return {
        "feature": slug(goal["goal"]),
        "title": SHORT_TITLES.get(goal["goal"], goal["title"]),
        "kind": "innovation" if innovation else "platform",
        "target": goal["period_end"],
        "owner": goal["point_of_contact"],
        "prd": issue and f"rust-lang/rust-project-goals#{issue}",
    }


def _milestone(source: Source, roadmap: Row, writes: set[str]) -> dict[str, object]:
    parts = source.parts(roadmap["goal"])
    area = Counter(source.area[goal] for goal in parts).most_common(1)[0][0]
    row = _feature(roadmap, any(goal in writes for goal in parts))
    return {**row, "title": f"Roadmap: {roadmap['title']}", "team": contributors(area), "effort": 0}


def work(source: Source) -> Table:
    """What each goal needs of its own people, then of the teams that it asks, in the order of the source."""
    rows: Table = []
    for goal in source.goals:
        rows.append(_own_work(source, goal))
        rows += [_asked_work(ask) for ask in source.asks if ask["goal"] == goal["goal"]]
    return rows


def _own_work(source: Source, goal: Row) -> dict[str, object]:
    n_tasks = len(source.tasks.get(goal["goal"], ())) or source.usual_tasks
    crew = min(MOST_CREW, len(goal_people(source, goal)))
    return {
        "feature": slug(goal["goal"]),
        "team": contributors(source.area[goal["goal"]]),
        **spread(tuple(n_tasks * weeks for weeks in TASK)),
        "crew": crew,
    }


def _asked_work(ask: Row) -> dict[str, object]:
    level = ask["support_level"]
    return {"feature": slug(ask["goal"]), "team": ask["team"], "effort": level, "crew": ASK_CREW[level]}


def spread(effort: tuple[float, ...]) -> dict[str, object]:
    """The columns of an estimate given as low, likely, high."""
    low, likely, high = effort
    return {"effort": likely, "effort_low": low, "effort_high": high}


def dependencies(source: Source) -> Table:
    """What goals depend on inside the period, and what roadmaps consist of."""
    known = {row["goal"] for row in [*source.goals, *source.roadmaps]}
    pairs = [
        (link["to_goal"], link["goal"]) if is_part(link) else (link["goal"], link["to_goal"])
        for link in source.links
        if is_part(link) or (link["type"] == "depends" and link["to_period"] == PERIOD)
    ]
    once = dict.fromkeys(pair for pair in pairs if known.issuperset(pair))  # roadmaps repeat some of their parts
    return [{"feature": slug(feature), "needs": slug(needs)} for feature, needs in once]


def funded(source: Source) -> list[Row]:
    """The rows of funding in full, with the sponsor named: these are read as promises."""
    return [row for row in source.funding if row["funded"] == "Full" and row["sponsors"]]


def deals(source: Source) -> Table:
    """One signed deal for each goal that is funded in full, and the invented one."""
    signed: Table = [
        {
            "deal": f"{slug(row['goal'])}-funding",
            "customer": row["sponsors"].replace(", ", " and "),
            "signs": source.goal_named[row["goal"]]["period_start"],
            "status": "signed",
        }
        for row in funded(source)
    ]
    return [*signed, dict(SPONSOR)]


def promises(source: Source) -> Table:
    """Each funded goal by the end of the period; the sponsored one by the middle of the year."""
    chosen = [(f"{slug(row['goal'])}-funding", source.goal_named[row["goal"]], "") for row in funded(source)]
    chosen.append((SPONSOR["deal"], source.goal_named[SPONSORED], MID_YEAR))
    return [
        {
            "deal": deal,
            "feature": slug(goal["goal"]),
            "due": due or goal["period_end"],
            "owner": goal["point_of_contact"],
        }
        for deal, goal, due in chosen
    ]


def gaps() -> Table:
    """What the invented promise silently assumes."""
    deal = {"deal": SPONSOR["deal"], "feature": slug(SPONSORED)}
    return [
        {**deal, "gap": gap, "team": team, **spread(effort), "kind": kind, "found": found, "note": f"Invented: {note}"}
        for gap, (team, effort, kind, found, note) in GAPS.items()
    ]


# --------------------------------------------------------------------------------------------------------- writing

COLUMNS = {
    "teams": "team title engineers focus",
    "features": "feature title team effort kind target owner prd",
    "work": "feature team effort effort_low effort_high crew",
    "dependencies": "feature needs",
    "deals": "deal customer signs status",
    "promises": "deal feature due owner",
    "gaps": "gap deal feature team effort effort_low effort_high kind found note",
}


def settings() -> str:
    """The text of `roadmap.yml`."""
    sizes = [f"  {name}: [{', '.join(f'{weeks:g}' for weeks in size)}]" for name, size in SIZES.items()]
    lines = ["title: Rust project goals 2026", f"start: {START}", f"story_size: {STORY_SIZE}", "sizes:", *sizes]
    return "\n".join(["# Written by build.py. Sizes, focus and engineers are assumptions: see README.md.", *lines, ""])


def as_csv(columns: str, table: Table) -> str:
    """A table as text; a row leaves out what is blank.

    >>> as_csv("a b", [{"a": 1}, {"b": "x, y"}])
    'a,b\\n1,\\n,"x, y"\\n'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, columns.split(), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def build(source: Source) -> dict[str, str]:
    """Every file of the roadmap that the source decides: name to text."""
    tables = {
        "teams": teams(source),
        "features": features(source),
        "work": work(source),
        "dependencies": dependencies(source),
        "deals": deals(source),
        "promises": promises(source),
        "gaps": gaps(),
    }
    return {"roadmap.yml": settings()} | {f"{name}.csv": as_csv(COLUMNS[name], rows) for name, rows in tables.items()}


def main(folder: Path = HERE) -> None:
    """Writes the roadmap into a folder."""
    for name, text in build(read_source(HERE / "source")).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
