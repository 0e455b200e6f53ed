"""A small roadmap with interfaces, made by hand, and its tables as files."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ripple.alignment.validation.study import Validation, validate
from ripple.roadmap.alignment_tables import Interface, Interfaces, Requirement
from ripple.roadmap.model import Roadmap
from tests.analysis.test_comparison import signed_and_open

DEAL = "eager"


def there(**columns: Any) -> Interface:
    """An interface that takes 5,000 an hour all day, used by nobody, with two ways to sign in and two formats."""
    usual: dict[str, Any] = {
        "limit": 5_000.0,
        "window": 24.0,
        "load": 0.0,
        "auth": ("oauth2", "api-key"),
        "formats": ("json", "csv"),
    }
    return Interface("sync", **{**usual, **columns})


def needed(**columns: Any) -> Requirement:
    """10,000 records a day within eight hours, by oauth2, as json."""
    usual: dict[str, Any] = {"records": 10_000.0, "window": 8.0, "auth": ("oauth2",), "formats": ("json",), "row": 2}
    return Requirement(DEAL, "sync", **{**usual, **columns})


def checked(
    interface: Interface, requirement: Requirement, roadmap: Roadmap | None = None, **options: Any
) -> Validation:
    """The validation of one requirement."""
    options = {"n": 40, "deal": DEAL, **options}
    return validate(roadmap or plan(), Interfaces((interface,), (requirement,)), **options)


def plan() -> Roadmap:
    """A roadmap with one open deal, `eager`."""
    return signed_and_open()


def without_gaps() -> Roadmap:
    """The same with no gap written down."""
    return replace(plan(), gaps=())


def folder_with(path: Path, interfaces: str, requirements: str) -> Path:
    """A small roadmap's folder with these two tables."""
    tables = {
        "roadmap.yml": "start: 2027-01-04\n",
        "teams.csv": "team,engineers\ncore,2\n",
        "features.csv": "feature,team,effort\nsync,core,4\nfaster,core,4\n",
        "deals.csv": "deal,signs\nnorth,2027-01-11\n",
        "promises.csv": "deal,feature,due\nnorth,sync,2027-03-31\n",
        "interfaces.csv": interfaces,
        "requirements.csv": requirements,
    }
    for name, text in tables.items():
        (path / name).write_text(text, encoding="utf-8")
    return path
