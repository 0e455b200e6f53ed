"""The strict reader: a folder of tables, or a workbook, to a Roadmap; everything that is wrong is told at once."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ripple.errors import InputError
from ripple.roadmap.bundled import located
from ripple.roadmap.consistency import Estimated, check_tables, estimate, gap_names
from ripple.roadmap.files import SETTINGS, Contents, read_contents
from ripple.roadmap.model import (
    CapacityChange,
    Deal,
    Dependency,
    Feature,
    Gap,
    Practice,
    Promise,
    Roadmap,
    Team,
    Work,
)
from ripple.roadmap.parsing import Problems, Table, parse_table, unknown_columns
from ripple.roadmap.references import Tables, promised_features
from ripple.roadmap.roadmap_yml import UNREAD, Settings, read_settings, tree_of_pairs
from ripple.roadmap.rows import (
    REQUIRED_TABLES,
    TABLES,
    DealRow,
    FeatureRow,
    GapRow,
    Meaning,
    PracticeRow,
    Row,
    WorkRow,
    columns_of,
)
from ripple.roadmap.settings import parse_yaml
from ripple.roadmap.spelling import listed, shown
from ripple.roadmap.tables import TextTable

MOST_ROWS_IN_ALL = 200_000
"""What a gigabyte of memory is enough for, whatever the tables are."""

RELATED = tuple(field.name for field in fields(Tables) if field.name != "settings")


def load_roadmap(folder: str | Path) -> Roadmap:
    """The roadmap that a folder of CSV files, or one XLSX workbook, describes.

    Args:
        folder: A folder with `roadmap.yml`, `teams.csv`, `features.csv` and perhaps more tables, or a workbook
            with a sheet for each of these names.

    Raises:
        InputError: Everything that is wrong, a sentence each, in the order of files and rows.
    """
    contents = read_contents(located(folder), {name: tuple(columns_of(model)) for name, model in TABLES.items()})
    settings, faults = _settings(contents)
    problems, notices = Problems(contents.places), list(contents.notices)
    tables = _parsed(contents, settings, problems, notices)
    check_tables(tables, problems)
    faults = [*contents.problems, *_missing(contents), *faults, *problems.sentences]
    if faults:
        raise InputError(faults)
    return _roadmap(tables, [*notices, *_assumed_gaps(tables)], contents.fingerprint)


def _settings(contents: Contents) -> tuple[Settings, list[str]]:
    place = contents.settings_place
    if contents.settings is None:
        return UNREAD if f"{SETTINGS}.yml" in contents.unread else Settings(), []
    try:
        if isinstance(contents.settings, TextTable):
            tree, faults = tree_of_pairs(contents.settings)
        else:
            tree, faults = parse_yaml(contents.settings, place), []
    except InputError as error:
        return UNREAD, list(error.problems)
    settings, more = read_settings(tree, place)
    return settings, [*faults, *more]


def _missing(contents: Contents) -> list[str]:
    """A sentence for each required file, or sheet, that is not there."""
    absent = [name for name in REQUIRED_TABLES if name not in {*contents.tables, *contents.unread}]
    if contents.settings is None and f"{SETTINGS}.yml" not in contents.unread:
        absent.insert(0, SETTINGS)
    if contents.settings_place != f"{SETTINGS}.yml":
        remedy = f"not found in the workbook {contents.name}. A roadmap needs the sheets roadmap, teams and features."
        return [f"sheet {name}: {remedy}" for name in absent]
    remedy = f"not found in the folder {contents.name}. A roadmap needs roadmap.yml, teams.csv and features.csv."
    return [f"{name}.{'yml' if name == SETTINGS else 'csv'}: {remedy}" for name in absent]


def _parsed(contents: Contents, settings: Settings, problems: Problems, notices: list[str]) -> Tables:
    """Every table in turn: what nothing uses is let go as soon as it is checked."""
    meaning = Meaning(settings.calendar, settings.dates, settings.sizes)
    parsed: dict[str, Any] = {}
    n_rows = 0
    for name, model in TABLES.items():
        text = _text(name, contents, problems)
        n_rows += len(text.records) if text else 0
        if n_rows > MOST_ROWS_IN_ALL:
            raise InputError([f"{contents.name}: more than {MOST_ROWS_IN_ALL:,} rows in all tables. Shorten them."])
        if text is None:
            absent = name not in {*contents.tables, *contents.unread}
            table = Table[Row](name, whole=absent and name not in REQUIRED_TABLES, absent=absent)
        else:
            table = parse_table(name, text, model, meaning, problems)
            notices += _notices(text, model)
        if name in RELATED:
            parsed[name] = table
    return Tables(settings, **parsed)


def _text(name: str, contents: Contents, problems: Problems) -> TextTable | None:
    """The text of a table; None where there is none, or none that can be read."""
    try:
        return contents.tables[name]() if name in contents.tables else None
    except InputError as error:
        for sentence in error.problems:
            problems.add_sentence(name, 0, sentence)
    return None


def _roadmap(tables: Tables, notices: Iterable[str], fingerprint: str) -> Roadmap:
    """The nouns, from tables in which nothing is wrong."""
    settings = tables.settings
    return Roadmap(
        start=settings.start,
        teams=tuple(
            Team(row.team, row.engineers, row.focus, row.title, row.cost_per_week) for row in tables.teams.rows
        ),
        features=_features(tables),
        title=settings.title,
        dependencies=tuple(Dependency(row.feature, row.needs, row.lag_weeks) for row in tables.dependencies.rows),
        deals=tuple(_deal(row) for row in tables.deals.rows),
        promises=tuple(
            Promise(**_columns(row, "deal feature due owner on_slip phase")) for row in tables.promises.rows
        ),
        gaps=_gaps(tables),
        capacity=tuple(
            CapacityChange(row.team, row.start, row.engineers, row.until, row.ramp, row.note)
            for row in tables.capacity.rows
        ),
        practices=tuple(_practice(row) for row in tables.practices.rows),
        horizon=settings.horizon_weeks,
        fiscal_year_start=settings.fiscal_year_start,
        currency=settings.currency,
        story_size=settings.story_size,
        date_order=settings.dates,
        holidays=settings.holidays,
        revenue_targets=MappingProxyType(dict(settings.revenue_targets)),
        parameters=MappingProxyType(dict(settings.parameters)),
        assumed=_assumed(tables),
        assumptions=tuple(_assumptions(tables)),
        notices=tuple(notices),
        fingerprint=fingerprint,
    )


def _features(tables: Tables) -> tuple[Feature, ...]:
    works: dict[str, list[Work]] = {}
    for work in tables.work.rows:
        works.setdefault(work.feature, []).append(_work(work, tables.settings))
    return tuple(
        _feature(row, number, tuple(works.get(row.feature) or [_work(row, tables.settings)]))
        for number, row in enumerate(tables.features.rows, start=1)
    )


def _feature(row: FeatureRow, number: int, works: tuple[Work, ...]) -> Feature:
    rank = float(number) if row.rank is None else row.rank
    columns = _columns(row, "title kind status not_before target value_per_week owner prd")
    return Feature(row.feature, works, rank, **columns)


def _work(row: Estimated, settings: Settings) -> Work:
    effort = estimate(row, settings)
    assert effort is not None
    assert row.team is not None
    crew, progress = (None, None) if isinstance(row, GapRow) else (row.crew, row.progress)
    return Work(row.team, effort.likely, effort.low, effort.high, row.stories, crew, progress or 0.0)


def _deal(row: DealRow) -> Deal:
    said = "signs opened demo_on customer stage status owner prd"
    money = "arr probability probability_without penalty_per_week penalty_cap discount"
    times = "grace_weeks patience_weeks term_years"
    return Deal(row.deal, **_columns(row, f"{said} {money} {times}"))


def _gaps(tables: Tables) -> tuple[Gap, ...]:
    promises = promised_features(tables.promises)
    return tuple(
        Gap(
            name,
            row.deal,
            row.feature or promises[row.deal][0],
            _work(row, tables.settings),
            row.kind,
            row.found,
            row.note,
        )
        for name, row in zip(gap_names(tables.gaps), tables.gaps.rows, strict=True)
    )


def _practice(row: PracticeRow) -> Practice:
    return Practice(row.practice, **_columns(row, "hazard_per_week chance_once start until cost team"))


def _columns(row: Row, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}


def _assumed(tables: Tables) -> tuple[str, ...]:
    """The features of which some effort was blank, or is said to be assumed, in table order."""
    rows: tuple[FeatureRow | WorkRow, ...] = (*tables.features.rows, *tables.work.rows)
    blank = {row.feature for row in rows if row.team and row.effort is None}
    return tuple(row.feature for row in tables.features.rows if row.feature in blank or row.assumed)


def _assumptions(tables: Tables) -> Iterator[str]:
    """What the tables say was assumed of teams, needs, deals and promises: one sentence for each assumption."""
    said: dict[tuple[str, str], list[str]] = {}
    for team in tables.teams.rows:
        said.setdefault(("teams.csv", team.assumed), []).append(team.team)
    for need in tables.dependencies.rows:
        said.setdefault(("dependencies.csv", need.assumed), []).append(f"{need.feature} needs {need.needs}")
    for deal in tables.deals.rows:
        said.setdefault(("deals.csv", deal.assumed), []).append(deal.deal)
    for promise in tables.promises.rows:
        said.setdefault(("promises.csv", promise.assumed), []).append(f"{promise.feature} for {promise.deal}")
    for (place, what), names in said.items():
        if what:
            yield f"{place}: {what} ({listed(names)})."


def _notices(table: TextTable, model: type[Row]) -> Iterator[str]:
    """What of a table is not used."""
    if unknown := unknown_columns(table, model):
        yield f"{table.place}: ignored the columns {listed(map(shown, unknown))}."


def _assumed_gaps(tables: Tables) -> Iterator[str]:
    names = zip(gap_names(tables.gaps), tables.gaps.rows, strict=True)
    if blank := [shown(name) for name, row in names if row.effort is None]:
        size = shown(str(tables.settings.default_size))
        yield f"gaps.csv: effort {size} assumed for {listed(blank)}."
