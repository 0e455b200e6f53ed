"""The commands about reports that arrive by themselves: run those that are due, look back, and set them up."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ripple.cli.options import app, write
from ripple.errors import InputError

if TYPE_CHECKING:
    from ripple.reports.scheduled.several import Outcome

Names = Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Reports of the reports file.")]
Reports = Annotated[
    Path | None, typer.Option("--reports", metavar="FILE", help="The reports file; ./reports.yml, unless given.")
]
Outputs = Annotated[
    Path | None, typer.Option("--outputs", metavar="OUTPUTS", help="Where reports are, instead of where the file says.")
]


@app.command()
def run(
    names: Names = None,
    reports: Reports = None,
    outputs: Annotated[
        Path | None, typer.Option("-o", metavar="OUTPUTS", help="Where to publish, instead of where the file says.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All reports, due or not.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", help="How many at a time.", min=1, max=64)] = 2,
) -> None:
    """Make the reports of a reports file: those named, or all that are due."""
    from datetime import UTC, datetime

    from ripple.reports.scheduled.job import due_since, job_for
    from ripple.reports.scheduled.several import exit_status, run_jobs
    from ripple.reports.scheduled.wanted import load_reports

    file = load_reports(reports, outputs)
    chosen, now = file.chosen(names or []), datetime.now(UTC)
    if names or every:
        wanted = [job_for(report, file) for report in chosen]
    else:
        since = [(report, due_since(report, file.outputs, now)) for report in chosen]
        wanted = [job_for(report, file, due=due) for report, due in since if due]
    if not wanted:
        print(f"No report of {file.path.name} is due.")
    outcomes = run_jobs(wanted, jobs, lambda line: print(line, file=sys.stderr, flush=True))
    for outcome in outcomes:
        print(_told(outcome))
    raise typer.Exit(exit_status(outcomes))


def _told(outcome: "Outcome") -> str:
    """One line about one report: what it says and where it is, or what went wrong."""
    from ripple.reports.escape import visible
    from ripple.reports.scheduled.several import status_of

    record = outcome.record
    if record is None:
        return f"{outcome.job.name}: {status_of(outcome)}."
    undelivered = [f"Not delivered: {one['error']}" for one in record.delivered if one["error"]]
    place = f"{outcome.job.outputs}/{record.folder}" if record.folder and record.status == "published" else ""
    words = [record.error or record.headline or "", *undelivered, place]
    took = f", {record.seconds:.0f} s" if record.seconds is not None else ""
    return visible(f"{outcome.job.name}: {record.status}{took}. {' '.join(filter(None, words))}").replace("\n", " ")


@app.command()
def history(
    names: Names = None,
    reports: Reports = None,
    outputs: Outputs = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", metavar="FILE", help="Where to write JSON, or CSV; - prints JSON."),
    ] = None,
) -> None:
    """Say what was run, newest first, and what became of it."""
    from ripple.reports.scheduled.history import names as known
    from ripple.reports.scheduled.looking_back import as_csv, as_json, as_table, records_of
    from ripple.reports.scheduled.wanted import load_reports
    from ripple.roadmap.names import unknown

    place = outputs or load_reports(reports).outputs
    wrong = [name for name in names or [] if name not in known(place)]
    if wrong:
        raise InputError([f"history: {unknown(name, 'a report that was run', known(place))}" for name in wrong])
    found = records_of(place, names or [])
    if output is None:
        print(as_table(found))
    else:
        write(output, as_csv(found) if output.suffix == ".csv" else as_json(found))


@app.command()
def schedule(
    reports: Reports = None,
    outputs: Outputs = None,
    systemd: Annotated[bool, typer.Option("--systemd", help="A service and a timer of systemd.")] = False,
    github: Annotated[bool, typer.Option("--github", help="A workflow of GitHub Actions.")] = False,
    every: Annotated[int, typer.Option("--every", metavar="MINUTES", help="How often to look what is due.")] = 15,
) -> None:
    """Print what makes the due reports arrive by themselves: a line for cron, unless told otherwise."""
    from ripple.reports.scheduled import timetable
    from ripple.reports.scheduled.wanted import load_reports

    if not 1 <= every <= 30 or 60 % every:
        raise InputError([f"--every {every}: an hour does not divide into that. Write for example 5, 15 or 30."])
    if systemd and github:
        raise InputError(["--systemd and --github were both given. Give one of them."])
    file = load_reports(reports, outputs)
    if github:
        print(f"# .github/workflows/{timetable.WORKFLOW}\n{timetable.workflow(file)}", end="")
    elif systemd:
        for name, text in timetable.systemd_units(file, every).items():
            print(f"# ~/.config/systemd/user/{name}\n{text}")
        print(f"# Then: systemctl --user enable --now {timetable.TIMER}")
    else:
        print(timetable.cron_line(file, every))
