"""Jobs of 40 that are interrupted at random, each alone on a team of one engineer."""

import numpy as np

from ripple.engine.draws import no_luck
from ripple.engine.plan import Floats, compile_plan
from ripple.roadmap.model import Deal, Dependency, Feature, Gap, Promise, Roadmap, Team, Work
from tests.engine.build import LATER
from tests.engine.generator import START
from tests.engine.queues import on_grid
from tests.engine.simulators import Engine

JOB, REPAIR, COST, RATE = 40.0, 8.0, 0.5, 0.05


def interrupted_jobs(engine: Engine, random: np.random.Generator, n: int) -> tuple[Floats, np.ndarray]:
    """When each of n jobs ends, and how many interruptions it had: RATE per unit worked, each with a REPAIR."""
    counts = random.poisson(RATE * JOB, n)
    rows = [Feature("root", (Work("team-0", 0.0),), 1.0)]
    dates: list[float] = []
    for job, count in enumerate(counts.tolist()):
        rows.append(Feature(f"job-{job}", (Work(f"team-{job}", JOB, stories=1),), 1.0))
        worked = on_grid(np.sort(random.uniform(0.0, JOB, count)))
        dates += (worked + np.arange(count) * (REPAIR + COST)).tolist()
        rows += [Feature(f"break-{job}-{i}", (Work(f"team-{job}", 0.0),), 1.0) for i in range(count)]
    breaks = [row for row in rows if row.name.startswith("break")]
    roadmap = Roadmap(
        start=START,
        teams=tuple(Team(f"team-{job}", 1) for job in range(n)),
        features=tuple(rows),
        dependencies=tuple(Dependency(row.name, "root", date) for row, date in zip(breaks, dates, strict=True)),
        deals=(Deal("acme", 0.0, status="signed", off=LATER - {"switching"}),),
        promises=tuple(Promise("acme", row.name, 0.0) for row in breaks),
        gaps=tuple(
            Gap(f"gap-{row.name}", "acme", row.name, Work(row.works[0].team, REPAIR, stories=1)) for row in breaks
        ),
        horizon=2000.0,
        parameters={"switching_cost": COST},
    )
    plan = compile_plan(roadmap)
    jobs = np.array([row.name.startswith("job") for row in rows])
    return engine(plan, no_luck(plan)).ships[jobs], counts
