"""Where finished reports stand, and how one gets there whole or not at all.

    outputs/<slug>/<run>/        a finished run, with a manifest of all its files
    outputs/<slug>/latest        points to the newest
    outputs/failed/<slug>-<run>/ what is left of a run that failed
    outputs/history/<slug>/      one record for each run that was scheduled or asked for by name

A run is written into a hidden folder beside its destination, every file is synced, the manifest is written last, one
rename publishes the folder and one more moves the pointer: a kill at any moment leaves the old report or the new one.
The lock on a slug is the operating system's and goes with the process that holds it.
"""

import hashlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ripple.errors import InputError
from ripple.reports.escape import label
from ripple.reports.publish import json_of, write_file

KEPT = 10
"""So many runs of a slug stay, and so many of its failures, unless told otherwise."""

FAILED = "failed"
HISTORY = "history"
LATEST = "latest"
MANIFEST = "manifest.json"
LONGEST_SLUG = 64
RUN = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}")


class Busy(RuntimeError):
    """Another run of the same report is at work: the command line exits 75."""


def slug_of(*parts: str) -> str:
    """A folder name from a report's parts: `[a-z0-9-]`, at most 64; with a hash where something had to be dropped.

    >>> slug_of("02_deal_impact", "example", "Accept as promised")
    '02-deal-impact-example-accept-as-promised'
    """
    words = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part]
    slug = "-".join(word for word in words if word)
    if len(slug) <= LONGEST_SLUG and all(words) and slug not in ("", FAILED, HISTORY, LATEST):
        return slug
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:8]
    return f"{slug[: LONGEST_SLUG - 9].strip('-') or 'report'}-{digest}"


@dataclass(frozen=True)
class Shelf:
    """The place of one report, held by this process: nobody else writes there."""

    outputs: Path
    slug: str
    kept: int = KEPT

    @property
    def folder(self) -> Path:
        """Where the runs of this report stand."""
        return self.outputs / self.slug

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """A hidden folder to write a run into; gone afterwards unless it was published."""
        folder = self.folder / f".{next_run(self.folder)}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, workplace: Path, manifest: Mapping[str, object]) -> Path:
        """Make a written run the newest finished one; older ones beyond the limit go."""
        _seal(workplace, manifest)
        run = self.folder / workplace.name.removeprefix(".")
        os.rename(workplace, run)
        _sync(self.folder)
        _point(self.folder, run.name)
        self._forget(self.folder, [path for path in self.folder.iterdir() if RUN.fullmatch(path.name)])
        return run

    def keep_failure(self, workplace: Path, record: Mapping[str, object]) -> Path:
        """Put what is left of a failed run where people can look at it, away from the finished ones."""
        _seal(workplace, record)
        failures = _real_folder(self.outputs, FAILED)
        kept = failures / f"{self.slug}-{workplace.name.removeprefix('.')}"
        os.rename(workplace, kept)
        _sync(failures)
        mine = [path for path in failures.iterdir() if RUN.fullmatch(path.name.removeprefix(f"{self.slug}-"))]
        self._forget(failures, mine)
        return kept

    def _forget(self, folder: Path, runs: list[Path]) -> None:
        """Remove the oldest beyond the limit, each hidden first so that nobody reads half of one."""
        for half in folder.glob(".old-*"):
            _remove(half)
        newest = latest(self.outputs, self.slug)
        for run in sorted(runs)[: -self.kept]:
            if run != newest:
                hidden = folder / f".old-{run.name}"
                os.rename(run, hidden)
                shutil.rmtree(hidden, ignore_errors=True)


@contextmanager
def shelf(outputs: Path, slug: str, kept: int = KEPT) -> Iterator[Shelf]:
    """The place of a report, locked for this process and cleared of what killed runs left behind.

    Args:
        outputs: The folder of all reports.
        slug: The report's own folder in it.
        kept: How many of its runs stay, at least 1.

    Raises:
        Busy: Another process holds it.
        InputError: It is a symbolic link, which could lead anywhere.
    """
    outputs.mkdir(parents=True, exist_ok=True)
    place = Shelf(outputs.resolve(), slug, kept)
    with locked(_real_folder(place.outputs, slug)):
        for leftover in place.folder.glob(".?*"):
            if leftover.name != ".lock":
                _remove(leftover)
        yield place


def next_run(folder: Path) -> str:
    """A name that sorts after every run in a folder: the time, moved on where the clock went back."""
    now = datetime.now(UTC)
    runs = (path.name.removesuffix(".json") for path in folder.iterdir())
    newest = max(filter(RUN.fullmatch, runs), default="")
    while (name := f"{now:%Y%m%d-%H%M%S-%f}") <= newest:
        now = datetime.strptime(newest, "%Y%m%d-%H%M%S-%f").replace(tzinfo=UTC) + timedelta(microseconds=1)
    return name


def latest(outputs: Path, slug: str) -> Path | None:
    """The newest finished run of a report, or None."""
    pointer = outputs / slug / LATEST
    name = os.readlink(pointer) if pointer.is_symlink() else ""
    if pointer.is_file():
        name = pointer.read_text(encoding="utf-8").strip()
    return pointer.parent / name if RUN.fullmatch(name) else None


def damage(folder: Path) -> list[str]:
    """What does not match a run's manifest, in sentences; empty when the run is whole."""
    try:
        files = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return [f"{folder.name} has no readable {MANIFEST}."]
    there = hashes(folder, leave_out=(MANIFEST,))
    return [f"{name} is missing, new or changed." for name in sorted(files.keys() | there.keys())
            if files.get(name) != there.get(name)]  # fmt: skip


def hashes(folder: Path, leave_out: tuple[str, ...] = ()) -> dict[str, str]:
    """The SHA-256 of every file below a folder, by its path there; hidden ones do not count."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    shown = sorted(name for name in paths if name not in leave_out and not re.search(r"(^|/)\.", name))
    return {name: sha256(paths[name]) for name in shown}


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _seal(folder: Path, manifest: Mapping[str, object]) -> None:
    """Sync every file and folder of a run, then add the manifest that lists them."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            path.unlink()
        else:
            _sync(path)
    write_file(folder / MANIFEST, json_of({**manifest, "files": hashes(folder)}))
    _sync(folder)


def _sync(path: Path) -> None:
    """Make what was written to a file or folder last; Windows knows no handle to a folder."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(handle)


def _point(folder: Path, run: str) -> None:
    """Let `latest` lead to this run, by one rename: a symbolic link, or a text file where there are none."""
    new = folder / f".{LATEST}"
    with suppress(FileNotFoundError):
        new.unlink()
    try:
        new.symlink_to(run)
    except (OSError, NotImplementedError):
        write_file(new, f"{run}\n")
    os.replace(new, folder / LATEST)
    _sync(folder)


def put(path: Path, text: str) -> None:
    """Write a file whole or not at all, and make it last."""
    hidden = path.with_name(f".{path.name}")
    write_file(hidden, text)
    os.replace(hidden, path)
    _sync(path.parent)


def _real_folder(outputs: Path, name: str) -> Path:
    folder = outputs / name
    if folder.is_symlink() or folder.resolve().parent != outputs:
        raise InputError([f"{label(name, 80)} in the outputs folder is a link that could lead anywhere. Remove it."])
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the only right to write in a folder; the system takes it back however this process ends.

    Raises:
        Busy: Another process holds it.
    """
    handle = _handle(folder)
    try:
        yield
    finally:
        os.close(handle)


def _handle(folder: Path) -> int:
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        _lock(handle)
    except (BlockingIOError, PermissionError):
        os.close(handle)
        raise Busy(f"The report {folder.name} is being made by another process. Try again when it is done.") from None
    return handle


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
