"""What a notebook hands to its report, besides what it shows: tables and a summary.

A report is rendered with the environment variable `RIPPLE_REPORT_FOLDER` set to a folder of its own; there
`save_table` writes `tables/<name>.csv` and `save_summary` writes `summary.json`. In a notebook opened by hand the
variable is not set and both do nothing, so a notebook calls them without asking. `RIPPLE_PREVIOUS_RUN` names the
previous run of the same report, where there is one.
"""

import csv
import json
import math
import os
import re
from collections.abc import Mapping
from datetime import date
from io import StringIO
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ripple.reports.escape import csv_text, visible

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "RIPPLE_REPORT_FOLDER"
"""The environment variable that names the folder of the report being made."""

PREVIOUS = "RIPPLE_PREVIOUS_RUN"
"""The environment variable that names the folder of the previous run of the report being made."""

PICTURE_SCALE = 1.5
"""Points of the PNG picture for each of the figure: sharp on a dense screen, small in a mailbox."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def save_table(frame: "pd.DataFrame", name: str) -> None:
    """Put a table beside the report as `tables/<name>.csv`.

    Numbers keep their full precision, a missing value is blank, text that a spreadsheet would take for a formula
    gets a leading quote. The index is left out: reset it first where it matters.

    Args:
        frame: The rows, in the order they should have.
        name: Small letters, digits, `-` and `_`.
    """
    if _NAME.fullmatch(name) is None:
        raise ValueError(f"{name!r} cannot name a table: use small letters, digits, - and _, at most 64.")
    folder = report_folder()
    if folder is not None:
        (folder / "tables").mkdir(exist_ok=True)
        write_file(folder / "tables" / f"{name}.csv", csv_of(frame))


def save_summary(summary: Mapping[str, object]) -> None:
    """Put the numbers of the report beside it as `summary.json`; `headline` in it is the sentence people get first."""
    save_json(summary, "summary.json")


def save_json(record: Mapping[str, object], file: str) -> None:
    """Put a record for other programs beside the report."""
    folder = report_folder()
    if folder is not None:
        write_file(folder / file, json_of(record))


def save_picture(figure: Any) -> Any:
    """Put a figure beside the report as the one that messages show; without this they show its first.

    Returns:
        The figure, so that a cell can end with this call. A sentence that stands for a figure makes no picture.
    """
    folder = report_folder()
    if folder is not None and hasattr(figure, "to_dict"):
        from ripple.reports.chart import svg

        write_picture(folder, svg(figure))
    return figure


def write_picture(folder: Path, picture: str) -> None:
    """Write a figure's SVG text as `picture.svg` and `picture.png`, for messages that announce the report."""
    import vl_convert

    write_file(folder / "picture.svg", picture)
    (folder / "picture.png").write_bytes(vl_convert.svg_to_png(picture, scale=PICTURE_SCALE))


def report_folder() -> Path | None:
    """The folder of the report being made, or None in a notebook opened by hand."""
    return _folder(FOLDER)


def previous_run() -> Path | None:
    """The previous finished run of the report being made, or None."""
    return _folder(PREVIOUS)


def _folder(variable: str) -> Path | None:
    name = os.environ.get(variable)
    return Path(name) if name else None


def csv_of(frame: "pd.DataFrame") -> str:
    """The frame as CSV: UTF-8, `\\n` line ends, every number in full.

    >>> import pandas as pd
    >>> print(csv_of(pd.DataFrame({"feature": ["sso", "=1+1"], "slip": [0.1, float("nan")]})), end="")
    feature,slip
    sso,0.1
    '=1+1,
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([csv_text(column) for column in frame.columns])
    writer.writerows([_cell(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return text.getvalue()


def _cell(value: Any) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    return csv_text(plain) if isinstance(plain, str) else repr(plain)


def json_of(value: object) -> str:
    """The value as JSON that reads well and is the same every time; what is not a finite number is null."""
    return json.dumps(_jsonable(value), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {visible(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if hasattr(value, "tolist"):
        value = value.tolist()
        return _jsonable(value)
    plain = _plain(value)
    if isinstance(plain, str):
        return visible(plain)
    return None if isinstance(plain, float) and math.isinf(plain) else plain


def _plain(value: Any) -> str | bool | int | float | None:
    """The value as Python's own text, bool, int or float; a missing one as None; a date as its ISO text."""
    if value is None or type(value).__name__ == "NAType" or value != value:  # a missing number differs from itself
        return None
    if isinstance(value, str | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if type(value).__name__ == "bool":
        return bool(value)
    if isinstance(value, Integral):
        return int(value)
    return float(value) if isinstance(value, Real) else str(value)


def write_file(path: Path, text: str) -> None:
    """Write a text and make it last; an error names the path."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
