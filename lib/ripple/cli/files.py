"""The commands about files: bring a roadmap in, start one, take it out, and learn from its history."""

from pathlib import Path
from typing import Annotated

import typer

from ripple.cli.options import Folder, app


@app.command(name="import")
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="jira, linear, github or salesforce.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports of that kind.")],
    output: Annotated[Path, typer.Option("-o", metavar="DIR", help="The roadmap folder to write, or to add to.")],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="What the columns mean; --suggest writes one.")
    ] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Only write a first mapping file.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what an earlier import wrote.")] = False,
) -> None:
    """Make a roadmap of exports of other tools, and say what was understood."""
    from ripple.importers.folder import import_files

    print(import_files(kind, files, output, mapping, suggest=suggest, replace=replace))


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    workbook: Annotated[bool, typer.Option("--workbook", help="One XLSX workbook instead of CSV files.")] = False,
) -> None:
    """Write a small roadmap to write over."""
    from ripple.importers.templates import new_roadmap

    print("\n".join(new_roadmap(folder, workbook=workbook)))


@app.command()
def export(
    roadmap: Folder,
    output: Annotated[Path, typer.Option("-o", metavar="FILE.xlsx|DIR", help="A workbook, or a folder of CSV files.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there.")] = False,
) -> None:
    """Write a roadmap as one workbook, or as a folder of tables."""
    from ripple.importers.export import export_roadmap

    print("\n".join(export_roadmap(roadmap, output, replace=replace)))


@app.command()
def calibrate(roadmap: Folder) -> None:
    """Say what finished work tells of focus, bias and spread: lines for roadmap.yml and teams.csv."""
    from ripple.importers.history import calibrate as calibrated

    print(calibrated(roadmap))
