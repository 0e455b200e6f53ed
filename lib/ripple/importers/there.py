"""What the folder holds before an import adds to it."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ripple.errors import InputError
from ripple.roadmap.files import MOST_SETTINGS_BYTES, decode, read_bytes
from ripple.roadmap.reader import load_roadmap


@dataclass(frozen=True)
class There:
    """What an import has to know of the roadmap that is in its folder already.

    Attributes:
        features: The titles of its features, by name.
        parts: Of the issues that a tracker's import kept: by key the feature that each is a part of, or blank.
        n_deals: How many deals it has that are not lost.
        promised: The features that deals promise.
        currency: Its currency, where `roadmap.yml` names one.
        settings: Whether there is a `roadmap.yml`.
    """

    features: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    n_deals: int = 0
    promised: frozenset[str] = frozenset()
    currency: str = ""
    settings: bool = False


def what_is_there(folder: Path, *, must_be_read: bool) -> There:
    """What is in a folder; nothing where there is no roadmap.

    Args:
        folder: The destination of an import.
        must_be_read: Whether a roadmap with problems is an error; if not, it counts as none.

    Raises:
        InputError: The roadmap has problems.
    """
    settings = (folder / "roadmap.yml").is_file()
    if not settings or not (folder / "features.csv").is_file():
        return There(settings=settings)
    try:
        roadmap = load_roadmap(folder)
    except InputError:
        if must_be_read:
            raise
        return There(settings=settings)
    written = "currency:" in decode(read_bytes(folder / "roadmap.yml", MOST_SETTINGS_BYTES), "roadmap.yml")
    return There(
        {feature.name: feature.title for feature in roadmap.features},
        dict(_parts(folder / "imported-all-issues.csv")),
        sum(deal.status != "lost" for deal in roadmap.deals),
        frozenset(promise.feature for promise in roadmap.promises),
        roadmap.currency if written else "",
        settings=True,
    )


def _parts(file: Path) -> Iterator[tuple[str, str]]:
    """Of each issue that a tracker's import kept: its key, and the feature that it is a part of."""
    if not file.is_file():
        return
    try:
        with file.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield row.get("issue") or "", row.get("feature") or ""
    except (OSError, UnicodeError, csv.Error):
        return
