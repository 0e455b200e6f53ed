"""Folders of tables to read: a small plan in which nothing is wrong, with the tables that a test gives instead."""

import pytest

from ripple.errors import InputError
from ripple.roadmap.reader import load_roadmap

PLAN = {
    "roadmap": "start: 2027-01-04\n",
    "teams": "team,engineers\ncore,4\nweb,2\n",
    "features": "feature,team,effort\nsso,core,3\naudit,core,2\nsearch,web,5\n",
    "dependencies": "feature,needs\nsso,audit\n",
    "deals": "deal,signs\nacme,2027-02-01\n",
    "promises": "deal,feature,due\nacme,sso,2027-Q2\n",
    "gaps": "deal,team,effort\nacme,core,2\n",
}


@pytest.fixture
def write_plan(tmp_path):
    """Write the small plan, with some tables as text or bytes instead; None leaves a table out."""

    def write(**tables):
        folder = tmp_path / "plan"
        folder.mkdir(exist_ok=True)
        for name, content in {**PLAN, **tables}.items():
            path = folder / ("roadmap.yml" if name == "roadmap" else f"{name}.csv")
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


@pytest.fixture
def read(write_plan):
    """The roadmap that the small plan gives with some tables instead."""
    return lambda **tables: load_roadmap(write_plan(**tables))


@pytest.fixture
def problems(write_plan):
    """The sentences that the small plan gives with some tables instead."""

    def found(**tables):
        with pytest.raises(InputError) as caught:
            load_roadmap(write_plan(**tables))
        return list(caught.value.problems)

    return found
