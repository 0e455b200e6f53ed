"""Another effort for the work that closes a gap."""

from dataclasses import replace

from ripple.roadmap.cells import CellError, shortest
from ripple.roadmap.model import Roadmap, Work
from ripple.roadmap.rows import MOST_STORIES

MOST_TIMES = 1e6


def with_effort(roadmap: Roadmap, name: str, effort: float) -> Roadmap:
    """A new roadmap in which the retrofit of a gap takes this effort.

    Raises:
        CellError: There would be more stories than can be simulated.
    """
    gaps = tuple(replace(gap, work=resized(gap.work, effort)) if gap.name == name else gap for gap in roadmap.gaps)
    works = [gap.work for gap in gaps]
    total = sum(work.stories or max(1.0, work.effort / roadmap.story_size) for work in works)
    if total > MOST_STORIES:
        sentence = f"effort {shortest(effort)} makes {total:,.0f} stories of all gaps."
        raise CellError(f"{sentence} At most {MOST_STORIES:,} are simulated. Write a smaller effort.")
    return replace(roadmap, gaps=gaps)


def resized(work: Work, effort: float) -> Work:
    """The same work with another effort; its low, its high and the stories that were given are in proportion.

    >>> resized(Work("core", 4.0, 2.0, 8.0, stories=2), 6.0)
    Work(team='core', effort=6.0, low=3.0, high=12.0, stories=3, crew=None, progress=0.0)
    """
    share = effort / work.effort if work.effort else 0.0
    if not 1 / MOST_TIMES < share < MOST_TIMES:  # there is nothing to be in proportion to
        return replace(work, effort=effort, low=None, high=None)
    return replace(
        work,
        effort=effort,
        low=None if work.low is None else work.low * share,
        high=None if work.high is None else work.high * share,
        stories=None if work.stories is None else max(1, int(work.stories * share + 0.5)),
    )
