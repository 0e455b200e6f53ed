"""Whole or not at all: files are made in a hidden folder beside their destination and then moved."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_beside(out: Path) -> Iterator[Path]:
    """A hidden folder beside the destination, gone at the end whatever happens."""
    parent = out.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".ripple-draft-", dir=parent))
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def move(draft: Path, out: Path, stale: Sequence[str] = ()) -> None:
    """Put the draft in its place: by one rename where there is nothing, else file by file.

    Args:
        draft: A folder that `draft_beside` made.
        out: The destination.
        stale: Files that go if the draft does not replace them.
    """
    if not out.exists():
        draft.chmod(0o755)
        draft.rename(out)
        return
    names = [path.name for path in sorted(draft.iterdir())]
    for name in names:
        if (out / name).is_dir():
            shutil.rmtree(out / name)
        (draft / name).replace(out / name)
    for name in set(stale) - set(names):
        (out / name).unlink(missing_ok=True)
