"""Rules that no single cell can break: names that exist, once; works, gaps and dependencies that make sense."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from math import floor, isnan

from ripple.roadmap.cells import Effort, shortest
from ripple.roadmap.graph import shortest_cycle
from ripple.roadmap.parameters import PRACTICE_PARAMETERS
from ripple.roadmap.parsing import Problems, Table
from ripple.roadmap.references import Tables, gaps_are_promised, names_are_known, names_in, noun, probably_meant
from ripple.roadmap.roadmap_yml import Settings
from ripple.roadmap.rows import MOST_STORIES, FeatureRow, GapRow, Row, WorkRow
from ripple.roadmap.spelling import alike, listed, printable, shown

Estimated = FeatureRow | WorkRow | GapRow
OWN_WORK = ("team", "effort", "effort_low", "effort_high", "stories", "crew", "progress")
PLANNED = ("planned", "started", "done")
MOST_IN_CIRCLE = 100
MOST_ENGINEERS = 100_000
MOST_CHANGES = 200
"""Rows of `capacity.csv` about one team: a change each week for almost four years."""


def estimate(row: Estimated, settings: Settings) -> Effort | None:
    """The effort of a row with its bounds, or None where it is blank and no size is the default."""
    effort = row.effort
    if effort is None and settings.default_size is not None:
        effort = settings.sizes[settings.default_size]
    if effort is None:
        return None
    low = effort.low if row.effort_low is None else row.effort_low
    high = effort.high if row.effort_high is None else row.effort_high
    return Effort(effort.likely, low, high)


def gap_names(gaps: Table[GapRow]) -> Iterator[str]:
    """The name of each gap: its own, or that of its deal with the number of the row among the deal's."""
    counts: dict[str, int] = {}
    for gap, deal in gaps.texts("gap", "deal"):
        counts[deal] = counts.get(deal, 0) + 1
        yield gap or f"{deal}-{counts[deal]}"


def check_tables(tables: Tables, problems: Problems) -> None:
    """Add a sentence for each rule that is broken."""
    for rule in RULES:
        rule(tables, problems)


def _names_are_unique(tables: Tables, problems: Problems) -> None:
    named: tuple[Table[Row], ...] = (tables.teams, tables.features, tables.deals, tables.practices, tables.interfaces)
    for table in named:
        _unique_names(table, (name for (name,) in table.texts(noun(table))), problems)
    _unique_names(tables.gaps, gap_names(tables.gaps), problems)


def _unique_names(table: Table[Row], names: Iterable[str], problems: Problems) -> None:
    first: dict[str, tuple[int, str]] = {}
    for record, name in zip(table.written, names, strict=True):
        number, other = first.setdefault(alike(name), (record.row, name))
        if number != record.row and name:
            like = "" if name == other else f" as {shown(other)}, the same but for letter case or Unicode form"
            sentence = f"{shown(name)} is in row {number} too{like}. Rename or remove one."
            problems.add(table.name, record.row, noun(table), sentence)


def _rows_are_unique(tables: Tables, problems: Problems) -> None:
    capacity = ((row.row, (row.team, row.start)) for row in tables.capacity.rows)
    works = tables.work.numbered("feature", "team")
    needs = tables.dependencies.numbered("feature", "needs")
    promises = tables.promises.numbered("deal", "feature")
    _unique_rows("capacity", capacity, "the team has a row for this date", problems)
    _unique_rows("work", works, "the feature has work of this team", problems)
    _unique_rows("dependencies", needs, "the same dependency is", problems)
    _unique_rows("promises", promises, "the deal has a promise of this feature", problems)


def _unique_rows(table: str, keys: Iterable[tuple[int, Hashable]], what: str, problems: Problems) -> None:
    first: dict[Hashable, int] = {}
    for row, key in keys:
        number = first.setdefault(key, row)
        if number != row:
            problems.add(table, row, "", f"{what} in row {number} too. Keep one.")


def _features_have_work(tables: Tables, problems: Problems) -> None:
    worked = {name for (name,) in tables.work.texts("feature")}
    misspelled = probably_meant(worked, names_in(tables.features))
    for row in tables.features.rows:
        own = [column for column in OWN_WORK if getattr(row, column) is not None]
        if row.feature in worked and own:
            remedy = f"Leave {', '.join(own)} blank here, or remove its rows there."
            problems.add("features", row.row, own[0], f"{shown(row.feature)} has rows in work.csv too. {remedy}")
        elif row.feature not in worked | misspelled and row.team is None and tables.work.whole:
            remedy = "Write a team and an effort, or rows in work.csv."
            problems.add(
                "features", row.row, "team", f"blank, and {shown(row.feature)} has no work elsewhere. {remedy}"
            )


def _estimates_rise(tables: Tables, problems: Problems) -> None:
    for table, row in estimated_rows(tables):
        effort = estimate(row, tables.settings)
        if effort is None:
            sizes = listed(map(printable, tables.settings.sizes))
            wanted = f"Write a number of engineer-weeks or a size ({sizes}), or set default_size in roadmap.yml."
            problems.add(table, row.row, "effort", f"blank. {wanted}")
        elif effort.low is not None and effort.low > effort.likely:
            sentence = f"{shortest(effort.low)} is above the effort {shortest(effort.likely)}. Write a number up to it."
            problems.add(table, row.row, "effort_low", sentence)
        elif effort.low == 0 and effort.likely > 0:
            problems.add(
                table, row.row, "effort_low", "0, but the effort is not. Write a number above 0, or leave it blank."
            )
        if effort is not None and effort.high is not None and effort.high < effort.likely:
            sentence = (
                f"{shortest(effort.high)} is below the effort {shortest(effort.likely)}. Write a number from it up."
            )
            problems.add(table, row.row, "effort_high", sentence)


def estimated_rows(tables: Tables) -> Iterator[tuple[str, Estimated]]:
    """Every row that stands for a work: of features with a team, of work and of gaps."""
    yield from (("features", row) for row in tables.features.rows if row.team is not None)
    yield from (("work", row) for row in tables.work.rows)
    yield from (("gaps", row) for row in tables.gaps.rows)


def _stories_are_few(tables: Tables, problems: Problems) -> None:
    counts = [(_stories(row, tables.settings), table, row) for table, row in estimated_rows(tables)]
    total = sum(count for count, *_ in counts)
    if total > MOST_STORIES:
        most, table, row = max(counts, key=lambda counted: counted[0])
        owner = row.deal if isinstance(row, GapRow) else row.feature
        sentence = f"the plan has {total:,} stories, {most:,} of them in this work of {shown(owner)}."
        remedy = f"At most {MOST_STORIES:,} are simulated. Set a larger story_size in roadmap.yml, or fewer stories."
        problems.add(table, row.row, "stories", f"{sentence} {remedy}")


def _stories(row: Estimated, settings: Settings) -> int:
    effort = estimate(row, settings)
    if row.stories or effort is None or isnan(effort.likely):
        return row.stories or 1
    return max(1, floor(effort.likely / settings.story_size + 0.5))


def _needs_make_sense(tables: Tables, problems: Problems) -> None:
    status = {name: text.casefold() or "planned" for name, text in tables.features.texts("feature", "status")}
    edges: dict[tuple[str, str], int] = {}
    columns = ("feature", "needs")
    for row, (feature, needs) in tables.dependencies.without_repeats(*columns).numbered(*columns):
        if feature == needs:
            problems.add("dependencies", row, "needs", f"{shown(feature)} needs itself. Remove the row.")
        elif feature and needs:
            edges[feature, needs] = row
        if status.get(needs) == "unplanned" and status.get(feature) in PLANNED:
            sentence = f"{shown(feature)} is {status[feature]} but needs {shown(needs)}, which is unplanned."
            problems.add("dependencies", row, "needs", f"{sentence} Plan both, or neither.")
    if cycle := shortest_cycle(list(edges)):
        sentence = f"features need each other in a circle: {_circle(cycle)}. Remove one of these rows."
        problems.add("dependencies", edges[cycle[0], cycle[1]], "", sentence)


def _circle(names: list[str]) -> str:
    hidden = len(names) - MOST_IN_CIRCLE
    if hidden > 0:
        names = [*names[: MOST_IN_CIRCLE // 2], f"... {hidden} more ...", *names[-MOST_IN_CIRCLE // 2 :]]
    return " -> ".join(map(printable, names))


def _practices_find(tables: Tables, problems: Problems) -> None:
    for row in tables.practices.rows:
        given = [name for name in ("hazard_per_week", "chance_once") if getattr(row, name) is not None]
        if len(given) == 2:
            problems.add(
                "practices", row.row, "chance_once", "hazard_per_week is given too. Leave one of the two blank."
            )
        elif not given and row.practice not in PRACTICE_PARAMETERS:
            known = ", ".join(PRACTICE_PARAMETERS)
            sentence = f"blank, and chance_once too. Write one of the two; only {known} have a default."
            problems.add("practices", row.row, "hazard_per_week", sentence)
        if row.cost and row.team is None:
            problems.add(
                "practices", row.row, "team", "blank, but the practice has a cost. Write the team whose time it takes."
            )


def _periods_end_after_their_start(tables: Tables, problems: Problems) -> None:
    for table in (tables.capacity, tables.practices):
        for row in table.rows:
            if row.start is not None and row.until is not None and row.until <= row.start:
                start = tables.settings.calendar.day(row.start)
                problems.add(table.name, row.row, "until", f"not after `from` ({start}). Write a later date.")


def _engineers_are_few(tables: Tables, problems: Problems) -> None:
    most: dict[str, tuple[int, str, int]] = {}
    for table in (tables.teams, tables.capacity):
        for row in table.rows:
            most[row.team] = max(most.get(row.team, (0, "", 0)), (row.engineers, table.name, row.row))
    total = sum(engineers for engineers, *_ in most.values())
    if total > MOST_ENGINEERS:
        engineers, name, number = max(most.values())
        sentence = f"the teams have {total:,} engineers, {engineers:,} of them in this one."
        problems.add(name, number, "engineers", f"{sentence} At most {MOST_ENGINEERS:,} are simulated.")


def _changes_are_few(tables: Tables, problems: Problems) -> None:
    rows: dict[str, list[int]] = {}
    for row, (team,) in tables.capacity.numbered("team"):
        rows.setdefault(team, []).append(row)
    for team, found in rows.items():
        if len(found) > MOST_CHANGES:
            sentence = f"team {shown(team)} has {len(found):,} rows. Keep at most {MOST_CHANGES}."
            problems.add("capacity", found[MOST_CHANGES], "team", sentence)


Rule = Callable[[Tables, Problems], None]
RULES: tuple[Rule, ...] = (
    _names_are_unique,
    names_are_known,
    _rows_are_unique,
    _features_have_work,
    _estimates_rise,
    _stories_are_few,
    _needs_make_sense,
    gaps_are_promised,
    _practices_find,
    _periods_end_after_their_start,
    _changes_are_few,
    _engineers_are_few,
)
