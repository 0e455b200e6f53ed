"""A tracker's issues to the tables of a roadmap."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from ripple.errors import InputError
from ripple.importers.estimates import Estimate, read_estimates
from ripple.importers.evidence import doubt
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import Choices
from ripple.importers.needs import Needs, find_needs
from ripple.importers.records import DATES, Issue
from ripple.importers.structure import Structure, structure, unique
from ripple.importers.teams import Teams, find_teams
from ripple.importers.vocabulary import kind_of
from ripple.roadmap.cells import shortest
from ripple.roadmap.roadmap_yml import MONDAY
from ripple.roadmap.spelling import listed

SMALLEST = "XS"
MIDDLE = "M"
FEATURES = (
    "feature", "title", "team", "effort", "stories", "crew", "kind", "status", "progress", "target", "owner", "type",
    "sprints", "fix_versions", "labels", "assumed", "source",
)  # fmt: skip
WORK = ("feature", "team", "effort", "stories", "crew", "progress")
ISSUES = (
    "issue", "feature", "part_of", "title", "type", "status", "category", "resolution", "read_as", "team", "assignee",
    "project", "rank", "other_names",
    *DATES, "sprints", "fix_versions", "labels", "source",
)  # fmt: skip
Row = Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table to be written: its columns and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The tables of a plan, and what `roadmap.yml` has to say.

    Attributes:
        tables: By name, such as `features`.
        settings: Keys and values of `roadmap.yml`, as written there.
        remarks: By key, why it says so.
    """

    tables: Mapping[str, Table]
    settings: Mapping[str, str] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)


def plan_of(issues: Iterable[Issue], choices: Choices, findings: Findings, promised: Collection[str] = ()) -> Plan:
    """The tables that the issues of a tracker make.

    Args:
        issues: The issues, in order.
        choices: What a person decided.
        findings: Where to say what was read, assumed and left out.
        promised: The features that deals in the folder promise.

    Raises:
        InputError: The order of the dates cannot be settled.
    """
    every = unique(issues, findings)
    findings.dates.settle((f"{i.place}, {name}", text) for i in every.values() for name, text in i.dates.items())
    days = {key: _days(issue, findings) for key, issue in every.items()}
    if findings.dates.problems:
        raise InputError(findings.dates.problems)

    def day(key: str, name: str) -> date | None:
        return days[key].get(name)

    found = structure(every, choices, findings)
    estimates = read_estimates(every.values(), choices, findings)
    teams = find_teams(found, choices, findings, day)
    needs = find_needs(found, choices, findings, day, promised)
    start = choices.start or _start(days, findings)
    builder = _Builder(found, estimates, teams, choices, findings, day)
    tables = builder.tables() | {"dependencies": _dependencies(needs, findings), "history": builder.history()}
    tables |= {"imported-all-issues": builder.issues(), "imported-links": _links(needs)}
    return Plan(tables, *_settings(found, start, builder.default_size, choices))


def _days(issue: Issue, findings: Findings) -> dict[str, date]:
    read = ((name, findings.dates.day(text, f"{issue.place}, {name}")) for name, text in issue.dates.items())
    return {name: day for name, day in read if day}


def _start(days: Mapping[str, Mapping[str, date]], findings: Findings) -> date:
    """The Monday on or after the last thing that happened in the files: no clock is asked."""
    last = max((day for dates in days.values() for name, day in dates.items() if name != "due"), default=None)
    if last is None:
        findings.say("Assumed", f"The plan starts on {MONDAY}: no date in the files says when they were made. "
                     "Correct start in roadmap.yml.")  # fmt: skip
        return MONDAY
    start = last + timedelta(days=-last.weekday() % 7)
    findings.say("Read", f"The plan starts on {start}, the Monday on or after the last date in the files ({last}).")
    return start


def _settings(found: Structure, start: date, default: str, choices: Choices) -> tuple[dict[str, str], dict[str, str]]:
    projects = listed(dict.fromkeys(issue.project for issue in found.issues.values() if issue.project))
    sizes = ", ".join(
        f"{name}: [{', '.join(map(shortest, (e.low or e.likely, e.likely, e.high or e.likely)))}]"
        for name, e in choices.sizes.items()
    )
    settings = {"start": start.isoformat(), "title": projects, "sizes": f"{{{sizes}}}", "default_size": default}
    remarks = {
        "start": "the Monday from which remaining work is simulated",
        "sizes": "engineer-weeks: low, likely, high; assumed, unless your mapping gave them",
        "default_size": "assumed for every feature whose effort is blank",
    }
    return {key: value for key, value in settings.items() if value}, remarks


@dataclass
class _Builder:
    """Makes rows; what it has to assume for them is counted and said."""

    found: Structure
    estimates: Mapping[str, Estimate]
    teams: Teams
    choices: Choices
    findings: Findings
    day: Callable[[str, str], date | None]

    def __post_init__(self) -> None:
        childless = [key for key in self.found.features if key not in self.found.stories]
        bare = sum(1 for key in childless if self.found.issues[key].type.casefold() != "epic")
        names = list(self.choices.sizes)
        fallback = names[0] if bare else names[len(names) // 2]
        wanted = SMALLEST if bare else MIDDLE
        self.default_size = self.choices.default_size or (wanted if wanted in names else fallback)
        known = [weeks for key in self.found.home if (weeks := self.estimates[key].weeks) is not None and
                 key not in self.found.stories]  # fmt: skip
        self.usual = median(known) if known else None
        self.from_children: list[str] = []
        self.from_default: list[str] = []
        self.filled_in: list[str] = []

    def tables(self) -> dict[str, Table]:
        """Teams, features and work."""
        features, work = [], []
        for key in self.found.features:
            rows = list(self.works(key))
            own, assumed = rows if len(rows) == 1 else [], rows[0][-1]
            if len(rows) > 1:
                work += [(key, *row[:-1]) for row in rows]
            features.append(self.feature(key, own[0][:-1] if own else ("", "", "", "", ""), assumed))
        teams = [
            (name, str(n), shortest(self.choices.focus), self.teams.assumed.get(name, ""))
            for name, n in self.teams.engineers.items()
        ]
        self.say_assumed()
        tables = {
            "teams": Table(("team", "engineers", "focus", "assumed"), tuple(teams)),
            "features": Table(FEATURES, tuple(features)),
        }
        return tables | ({"work": Table(WORK, tuple(work))} if work else {})

    def feature(self, key: str, own: Row, assumed: str) -> Row:
        """A row of `features.csv`."""
        issue, inside = self.found.issues[key], [self.found.issues[k] for k in (key, *self.found.stories.get(key, ()))]
        team, effort, stories, crew, progress = own
        target = self.day(key, "due")
        return (
            key, issue.title, team, effort, stories, crew, kind_of(issue, self.choices), self.status(key), progress,
            target.isoformat() if target else "", issue.assignee, issue.type,
            _joined(inside, "sprints"), _joined(inside, "versions"), _joined(inside, "labels"), assumed, issue.place,
        )  # fmt: skip

    def status(self, key: str) -> str:
        """A feature has started when one of its stories has."""
        status = self.found.status[key]
        moved = any(self.found.status[story] in ("started", "done") for story in self.found.stories.get(key, ()))
        return "started" if status == "planned" and moved else status

    def works(self, key: str) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Of each team of a feature: team, effort, stories, crew, progress, and what was assumed."""
        stories = self.found.stories.get(key, ())
        parts: dict[str, list[str]] = {}
        for story in stories:
            parts.setdefault(self.teams.of[story], []).append(story)
        crew = str(self.choices.crew)
        if not stories:
            estimate = self.estimates[key]
            if estimate.weeks is None:
                self.from_default.append(key)
            effort, why = self.written(estimate), "" if estimate.weeks is not None else "effort: default_size"
            yield self.teams.of[key], effort, "", crew, self.progress(key, estimate.done), why
            return
        for team, members in parts.items():
            effort, why = self.effort_of(key, members, only=len(parts) == 1)
            yield team, effort, str(len(members)), crew, self.progress(key, self.share_done(members)), why

    def effort_of(self, key: str, members: Sequence[str], *, only: bool) -> tuple[str, str]:
        """The effort of some stories of a feature, and what was assumed for it."""
        known = {story: weeks for story in members if (weeks := self.estimates[story].weeks) is not None}
        own = self.estimates[key]
        if known and self.usual is not None:
            blank = [story for story in members if story not in known]
            self.filled_in += blank
            total = sum(known.values()) + self.usual * len(blank)
            return _number(total), f"{len(blank)} of {len(members)} stories: the usual estimate" if blank else ""
        if own.weeks is not None and only:
            return self.written(own), ""
        self.from_children.append(key)
        limits = self.choices.children.items()
        size = next((name for name, most in limits if len(members) <= most), list(self.choices.children)[-1])
        return size, f"size {size}: {counted(len(members), 'story', 'stories')}"

    def share_done(self, members: Sequence[str]) -> float:
        """The share of some stories that is done, by effort where all of it is known."""
        weights = {story: self.estimates[story].weeks or self.usual or 1.0 for story in members}
        done = sum(w for story, w in weights.items() if self.found.status[story] == "done")
        part = sum(w * self.estimates[s].done for s, w in weights.items() if self.found.status[s] == "started")
        total = sum(weights.values())
        return (done + part) / total if total else 0.0

    def progress(self, key: str, share: float) -> str:
        """The progress of a feature that is not done."""
        return _number(min(share, 1.0)) if share and self.found.status[key] != "done" else ""

    def written(self, estimate: Estimate) -> str:
        """An effort as it is written: a size, a number, or blank."""
        return estimate.size or ("" if estimate.weeks is None else _number(estimate.weeks))

    def say_assumed(self) -> None:
        """Count and name what was assumed of efforts."""
        open_ = {key for key in self.found.features if self.found.status[key] != "done"}
        for keys, how in (
            (self.from_children, "no estimate, so the size comes from the number of stories"),
            (self.from_default, f"no estimate and no stories, so the default size {self.default_size} is assumed"),
        ):
            names = list(dict.fromkeys(keys))
            n_open = sum(key in open_ for key in names)
            open_ones = f"{n_open:,}" if n_open else "none"
            sentence = f"{counted(len(names), 'feature')} ({open_ones} open): {how} ({listed(names)})."
            self.findings.say("Assumed", sentence if names else "")
        if self.filled_in:
            number, usual = counted(len(self.filled_in), "story", "stories"), _number(self.usual or 0.0)
            which = listed(self.filled_in)
            self.findings.say(
                "Assumed", f"{number} without estimate taken at the median of {usual} engineer-weeks ({which})."
            )

    def history(self) -> Table:
        """The stories that are done: what `ripple calibrate` learns from."""
        columns = ("item", "team", "size", "estimate", "actual", "started", "done")
        return Table(columns, tuple(self._history_rows()))

    def _history_rows(self) -> Iterator[Row]:
        for key in self.found.home:
            done = self.day(key, "resolved")
            if self.found.status[key] == "done" and done and key not in self.found.stories:
                estimate, started = self.estimates[key], self.day(key, "started")
                weeks = ("" if value is None else _number(value) for value in (estimate.weeks, estimate.spent))
                yield (key, self.teams.of[key], estimate.size, *weeks,
                       started.isoformat() if started else "", done.isoformat())  # fmt: skip

    def issues(self) -> Table:
        """Every issue that was read, with what became of it and all that its own columns say."""
        more = dict.fromkeys(name for i in self.found.issues.values() for names in (i.estimates, i.teams, i.extra)
                             for name in names)  # fmt: skip
        columns = (*ISSUES, *(f"{name} (as written)" for name in more))
        return Table(columns, tuple(self._issue_row(issue, tuple(more)) for issue in self.found.issues.values()))

    def _issue_row(self, issue: Issue, more: tuple[str, ...]) -> Row:
        key, own = issue.key, {**issue.extra, **issue.teams, **issue.estimates}
        days = [(self.day(key, name), issue.dates.get(name, "")) for name in DATES]
        return (
            key, self.found.home.get(key, ""), "; ".join(issue.parents), issue.title, issue.type, issue.status,
            issue.category, issue.resolution, self.found.status[key], self.teams.of.get(key, ""), issue.assignee,
            issue.project, issue.rank, "; ".join(issue.ids),
            *(day.isoformat() if day else text for day, text in days),
            *(_joined([issue], name) for name in ("sprints", "versions", "labels")), issue.place,
            *(own.get(name, "") for name in more),
        )  # fmt: skip


def _joined(issues: Iterable[Issue], name: str) -> str:
    return "; ".join(dict.fromkeys(text for issue in issues for text in getattr(issue, name)))


def _number(value: float) -> str:
    return shortest(float(f"{value:.4g}"))


def _dependencies(needs: Needs, findings: Findings) -> Table:
    rows = (
        (n.feature, n.needs, "", doubt((said.link.kind for said in n.links), findings),
         f"{n.links[0].issue} needs {n.links[0].needs}: {n.links[0].link.said}")
        for n in needs.kept
    )  # fmt: skip
    return Table(("feature", "needs", "lag_weeks", "assumed", "source"), tuple(rows))


def _links(needs: Needs) -> Table:
    rows = ((i.key, link.said, link.other, link.meaning, word, i.place) for i, link, word in needs.fate)
    return Table(("issue", "link", "other", "read_as", "became", "source"), tuple(rows))
