"""What a person sees, saved as a scenario file beside the roadmap, where reports and commands find it."""

import os
import shlex
from contextlib import suppress
from dataclasses import replace as replaced
from pathlib import Path
from tempfile import mkstemp

from ripple.errors import InputError
from ripple.roadmap.bundled import REPOSITORY, located
from ripple.roadmap.cells import CellError
from ripple.roadmap.scenario_file import slug
from ripple.roadmap.scenario_text import scenario_text
from ripple.roadmap.scenarios import Scenario

COMMENT = "Saved from 03_what_if."
FOLDER = "scenarios"


def save_scenario(roadmap: str | Path, scenario: Scenario, name: str, *, replace: bool = False) -> Path:
    """Write a scenario into the roadmap's folder of scenarios, in one step.

    Args:
        roadmap: The roadmap's folder, or its workbook; the folder of scenarios is in it, or beside it.
        scenario: What to write.
        name: What to call it, and the file.
        replace: Whether a file of this name may be replaced.

    Raises:
        InputError: The name cannot name a scenario, there is such a file, or it could not be written.
    """
    try:
        path = scenario_path(roadmap, slug(name.strip()))
    except CellError as error:
        raise InputError([f"The name is {error}"]) from None
    content = scenario_text(replaced(scenario, name=path.stem), COMMENT)
    if path.parent.is_symlink() or path.is_symlink():
        raise InputError([f"{shown_path(path)} is a link to another place. Choose another name, or remove the link."])
    if path.parent.exists() and not path.parent.is_dir():
        raise InputError([f"{shown_path(path.parent)} is not a folder. Scenarios belong in a folder of this name."])
    if path.exists() and not replace:
        raise InputError([f"{shown_path(path)} is there already. Choose another name, or tick replace."])
    try:
        _write(path, content, replace=replace)
    except FileExistsError:
        raise InputError([f"{shown_path(path)} is there already. Choose another name."]) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError([f"{shown_path(path)} could not be written: {reason}. May you write there?"]) from None
    return path


def scenario_path(roadmap: str | Path, name: str) -> Path:
    """Where a roadmap's scenario of this name belongs."""
    found = located(roadmap).resolve()
    return (found if found.is_dir() else found.parent) / FOLDER / f"{name}.yml"


def compare_command(roadmap: str | Path, path: Path) -> str:
    """What to type, in the project's folder, to compare a saved scenario."""
    command = ["python3", "run.py", "ripple", "compare", shown_path(located(roadmap).resolve())]
    return shlex.join([*command, "--scenario", shown_path(path)])


def shown_path(path: Path) -> str:
    """The path from the project's folder, if it is in there."""
    return path.relative_to(REPOSITORY).as_posix() if path.is_relative_to(REPOSITORY) else str(path)


def _take(beside: Path, path: Path) -> None:
    """Give the file its name, or find the name taken; with a link where there are links, so that it is never empty."""
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError:
        path.open("x").close()


def _write(path: Path, content: str, *, replace: bool) -> None:
    """Write the file whole or not at all; without `replace` only if there is none of its name."""
    path.parent.mkdir(exist_ok=True)
    number, name = mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".new")
    beside = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        if not replace:
            _take(beside, path)
        beside.replace(path)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()
