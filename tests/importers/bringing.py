"""Small exports for tests, and a way to import them."""

import csv
import io
from pathlib import Path

from ripple.importers.folder import import_files
from ripple.roadmap.reader import load_roadmap

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
SHARED = ROOT.parent / "shared" / "data" / "exports"

ATTACKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table><h1>", "[x](javascript:alert(1))", "a|b",
    "`x`", "$\\href{javascript:1}{x}$", "{{7*7}}", "%(x)s", "{0.__class__}", '"; DROP', "=1+1", "+1", "-1", "@SUM",
    "\t=1", "＝1+1", "=cmd|' /C calc'!A0", "<!channel>", "<@U123>", "*bold*", "a\u202eb", "a\u200bb", "\u200b",
    "x" * 10_000, "👩\u200d👩\u200d👧", "e" + "\u0301" * 200, "\x1b[31mred", "__proto__", "NA", "null", "007", "a\nb",
)  # fmt: skip


def csv_bytes(rows, delimiter=",", encoding="utf-8"):
    """Rows as the bytes of a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def bring(tmp_path, kind, content, name="export.csv", **options):
    """Import one file and return the report, the folder and the roadmap that a reader makes of it."""
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else csv_bytes(content))
    out = tmp_path / "out"
    report = import_files(kind, [file], out, **options)
    return report, out, load_roadmap(out)


def mapping(tmp_path, text):
    """A mapping file."""
    file = tmp_path / "mapping.yml"
    file.write_text(text, encoding="utf-8")
    return file


def table(out, name):
    """The rows of a table that was written, as dicts."""
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everything_in(out):
    """All cells of all tables that were written."""
    cells = set()
    for path in out.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            cells.update(cell for row in csv.reader(file) for cell in row)
    return cells


def jira(*rows, extra=(), created="4/Jan/27 9:12 AM"):
    """A Jira export with the usual columns; each row is (key, summary, *cells of `extra`)."""
    header = ["Summary", "Issue key", "Issue id", "Issue Type", "Status", "Project name", "Created", *extra]
    body = [
        [title, key, str(1000 + number), "Story", "To Do", "Harbor", created, *cells]
        for number, (key, title, *cells) in enumerate(rows)
    ]
    return [header, *body]
