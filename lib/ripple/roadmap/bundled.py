"""Data that ships with the project is found from any working folder, whether a notebook or a report asks for it."""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]


def located(path: str | Path) -> Path:
    """The path itself, or, where there is nothing at a relative path, the same path in the project.

    >>> located("data/example").name
    'example'
    """
    given = Path(path)
    if given.is_absolute() or given.exists() or not (REPOSITORY / given).exists():
        return given
    return REPOSITORY / given
