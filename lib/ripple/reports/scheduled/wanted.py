"""`reports.yml`: which reports are wanted, of what, when, and where they go."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ripple.errors import InputError
from ripple.reports.notify import check_targets
from ripple.reports.outputs import FAILED, HISTORY, KEPT, LATEST
from ripple.reports.scheduled.when import When, parse_when
from ripple.roadmap.bundled import REPOSITORY
from ripple.roadmap.cells import CellError, parse_number, parse_text, parse_whole
from ripple.roadmap.names import unknown
from ripple.roadmap.settings import Yaml, load_yaml
from ripple.roadmap.spelling import did_you_mean, printable, shown

REPORTS_FILE = "reports.yml"
BUNDLED = REPOSITORY / REPORTS_FILE
FILE_KEYS = ("outputs", "keep", "reports")
KEYS = ("name", "notebook", "roadmap", "deal", "scenario", "parameters", "when", "timeout", "deliver")
SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")
TAKEN = (FAILED, HISTORY, LATEST)
MOST_REPORTS = 1_000
MOST_KEPT = 10_000
LONGEST_TIMEOUT = 7 * 24 * 3600.0

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """One report that is wanted; paths are as they were written, relative to the reports file.

    Attributes:
        name: What its folder and its records are called.
        notebook: The notebook's name, or the path of an `.ipynb` file.
        parameters: The notebook's parameters as written: roadmap, deal or scenario, and those listed.
        when: When it is due; None: only when it is asked for.
        timeout: Seconds that one cell may take.
        deliver: Where it goes once it is published, as it was written.
    """

    name: str
    notebook: str
    parameters: Mapping[str, str]
    when: When | None
    timeout: float
    deliver: tuple[Mapping[str, Yaml], ...]


@dataclass(frozen=True)
class ReportsFile:
    """What a reports file says: the reports, where they are published, and how many runs of each are kept."""

    path: Path
    outputs: Path
    keep: int
    reports: tuple[Wanted, ...]

    @property
    def folder(self) -> Path:
        """Where the paths in it begin."""
        return self.path.parent

    def chosen(self, names: list[str]) -> tuple[Wanted, ...]:
        """The reports of these names, in the file's order; all of them where none is named.

        Raises:
            InputError: A name that no report has.
        """
        known = [report.name for report in self.reports]
        problems = [f"{self.path.name}: {unknown(name, 'a report', known)}" for name in names if name not in known]
        if problems:
            raise InputError(problems)
        return tuple(report for report in self.reports if report.name in names or not names)


def load_reports(path: Path | None = None, outputs: Path | None = None) -> ReportsFile:
    """The reports file at a path; without one, `reports.yml` where the command runs, or the example's.

    Args:
        path: The file.
        outputs: Where reports are published instead of where the file says. The example that ships with the project
            publishes where the command runs.

    Raises:
        InputError: There is none, or a sentence for each problem in it.
    """
    own = path or Path(REPORTS_FILE)
    if path is None and not own.exists():
        if not BUNDLED.exists():
            raise InputError([f"There is no {REPORTS_FILE} here. Write one, or name yours with --reports FILE."])
        own, outputs = BUNDLED, outputs or Path("outputs")
    if own.is_dir():
        raise InputError([f"{printable(str(own))} is a folder. Name the file, such as {REPORTS_FILE}."])
    own = own.resolve()
    reading = _Reading(load_yaml(own), printable(own.name), FILE_KEYS)
    written = reading.one("outputs", _path, "outputs")
    keep = reading.one("keep", lambda text: parse_whole(text, 1, MOST_KEPT), KEPT)
    reports, problems = _reports(reading, own.parent)
    problems = [*reading.problems, *problems]
    if problems:
        raise InputError(problems)
    return ReportsFile(own, (outputs or own.parent / written).resolve(), keep, reports)


class _Reading:
    """Parses the values of one mapping, and collects the problems."""

    def __init__(self, tree: Mapping[str, Yaml], place: str, keys: tuple[str, ...]) -> None:
        self.tree = tree
        self.place = place
        self.problems: list[str] = []
        for key in tree:
            if key not in keys:
                remedy = did_you_mean(key, keys) or f"Known are {', '.join(keys)}."
                self.problems.append(f"{place}: {shown(key)} is not a key of it. {remedy}")

    def one(self, key: str, parse: Callable[[str], T], default: T) -> T:
        """The parsed value of a key; the default where it is blank or wrong."""
        value = self.tree.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(key, "a list or a mapping. Write one value.")
            return default
        try:
            return parse(value)
        except CellError as error:
            self.wrong(key, str(error))
            return default

    def needed(self, key: str, parse: Callable[[str], str], remedy: str) -> str:
        """The parsed value of a key that must be there."""
        if self.tree.get(key) is None:
            self.wrong(key, f"blank. {remedy}")
        return self.one(key, parse, "")

    def wrong(self, key: str, sentence: str) -> None:
        """Note what is wrong with a key."""
        self.problems.append(f"{self.place}, {printable(key)}: {sentence}")


def _reports(file: _Reading, folder: Path) -> tuple[tuple[Wanted, ...], list[str]]:
    """The reports of the list, and what is wrong with it."""
    entries = file.tree.get("reports")
    if not isinstance(entries, list) or not entries:
        return (), [f"{file.place}, reports: no list of reports. Write one entry `- name: ...` for each report."]
    if len(entries) > MOST_REPORTS:
        return (), [f"{file.place}, reports: {len(entries):,} of them. Write at most {MOST_REPORTS:,}."]
    found: list[Wanted] = []
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        place = f"{file.place}, report {number}"
        if not isinstance(entry, dict):
            problems.append(f"{place}: not a report. Write `name: ...`, `notebook: ...` and `roadmap: ...` in it.")
            continue
        name = entry.get("name")
        reading = _Reading(entry, f"{place} ({printable(name)})" if isinstance(name, str) else place, KEYS)
        found.append(_report(reading, folder))
        if found[-1].name in [other.name for other in found[:-1]] and found[-1].name:
            reading.wrong("name", f"{shown(found[-1].name)} is there twice. Give each report a name of its own.")
        problems += reading.problems
    return tuple(found), problems


def _report(reading: _Reading, folder: Path) -> Wanted:
    """One report; what is wrong with it is noted in its reading."""
    name = reading.needed("name", _slug, "Write a short name, such as torvane-weekly.")
    notebook = reading.needed("notebook", _path, "Write the name of a notebook, such as 02_deal_impact.")
    roadmap = reading.needed("roadmap", lambda text: _there(text, folder), "Write the roadmap's folder.")
    deal = reading.one("deal", parse_text, "")
    scenario = reading.one("scenario", lambda text: _there(text, folder), "")
    if deal and scenario:
        reading.wrong("scenario", "a scenario and a deal were both given. Keep one of them.")
    own = {"roadmap": roadmap, "deal": deal, "scenario": scenario}
    parameters = _parameters(reading, tuple(own))
    if deal:
        parameters = {"deal": deal} | parameters
    if scenario:  # the deal that a notebook looks at where none is named must not stand beside it
        parameters = {"deal": "", "scenario": scenario} | parameters
    return Wanted(
        name,
        notebook,
        {"roadmap": roadmap} | parameters,
        reading.one("when", parse_when, None),
        reading.one("timeout", lambda text: parse_number(text, 1.0, LONGEST_TIMEOUT), 600.0),
        _targets(reading),
    )


def _parameters(reading: _Reading, own: tuple[str, ...]) -> dict[str, str]:
    """The notebook's other parameters as written; blank is the empty text."""
    tree = reading.tree.get("parameters")
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        reading.wrong("parameters", "not names with values. Write them as `parameters: {n: 400}`.")
        return {}
    words: dict[str, str] = {}
    for name, value in tree.items():
        if name in own:
            reading.wrong("parameters", f"{printable(name)} has a line of its own in the report. Write it there.")
        elif isinstance(value, list | dict):
            reading.wrong("parameters", f"{printable(name)} is a list or a mapping. Write one value.")
        else:
            words[name] = value or ""
    return words


def _targets(reading: _Reading) -> tuple[Mapping[str, Yaml], ...]:
    """Where the report goes: each target is a mapping with one channel in it."""
    targets = reading.tree.get("deliver")
    reading.problems += check_targets(targets, f"{reading.place}, deliver")
    return tuple(target for target in targets if isinstance(target, dict)) if isinstance(targets, list) else ()


def _slug(text: str) -> str:
    if SLUG.fullmatch(text) is None:
        raise CellError(f"{shown(text)} cannot name a folder. Use small letters, digits and -, at most 64.")
    if text in TAKEN:
        raise CellError(f"{shown(text)} is the name of a folder of Ripple's own. Choose another.")
    return text


def _path(text: str) -> str:
    if not text.strip():
        raise CellError("blank. Write a path.")
    return parse_text(text)


def _there(text: str, folder: Path) -> str:
    """A path that leads somewhere from the reports file, or from the project."""
    path = _path(text)
    if not (folder / path).exists() and not (REPOSITORY / path).exists():
        raise CellError(f"there is no {printable(path)} beside the reports file. Correct the path.")
    return path
