"""What a run was made from, kept with it: the files of its roadmap and its scenario, to be simulated again.

    outputs/<slug>/<run>/inputs/roadmap/    the tables, or the workbook, that the reader reads
    outputs/<slug>/<run>/inputs/scenario/   the scenario's file, where one was given

A report for a customer keeps nothing: the tables name others.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ripple.errors import InputError
from ripple.roadmap.files import SETTINGS, read_bytes
from ripple.roadmap.rows import TABLES

INPUTS = "inputs"
ROADMAP, SCENARIO = "roadmap", "scenario"
CUSTOMER = "customer"
WORKBOOK = ".xlsx"

READ = frozenset({f"{SETTINGS}.yml", *(f"{table}.csv" for table in TABLES)})


def keep_inputs(folder: Path, values: Mapping[str, object], paths: Mapping[str, Path]) -> None:
    """Copy what a run is made from into its folder.

    Args:
        folder: The run's folder.
        values: The notebook's parameters in force.
        paths: Where `roadmap` and `scenario` are, of those that are there. What cannot be read is left out: the
            notebook says what is wrong with it.

    Raises:
        OSError: A copy cannot be written.
    """
    if values.get("audience") == CUSTOMER:
        return
    for what, path in paths.items():
        for source in _files(path):
            _copy(source, folder / INPUTS / what / source.name)


def kept(run: Path, what: str) -> Path | None:
    """What a run kept of its `roadmap` (a folder) or its `scenario` (a file); None: nothing."""
    folder = run / INPUTS / what
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    if not files:
        return None
    return folder if what == ROADMAP else files[0]


def _files(path: Path) -> Iterable[Path]:
    """The files that the reader reads: tables and settings, or else a workbook."""
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if not file.name.startswith((".", "~$")))
    tables = [file for file in files if file.name.casefold() in READ]
    return tables or [file for file in files if file.name.casefold().endswith(WORKBOOK)]


def _copy(source: Path, target: Path) -> None:
    try:
        data = read_bytes(source, inside=source.parent)
    except InputError:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.write_bytes(data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
