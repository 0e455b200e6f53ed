"""`ripple import`: files of one kind into a roadmap folder, whole or not at all."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from ripple.errors import InputError
from ripple.importers.cleaning import Cleaner
from ripple.importers.deals import deals_of
from ripple.importers.delimited import check_file
from ripple.importers.drafts import draft_beside, move
from ripple.importers.findings import Findings, counted
from ripple.importers.github import read_github_json
from ripple.importers.jira import Keep, read_jira_csv
from ripple.importers.jira_rest import read_jira_json
from ripple.importers.linear import read_linear_csv
from ripple.importers.mapping import Choices, load_choices
from ripple.importers.plan import FEATURES, Plan, Table, plan_of
from ripple.importers.records import KINDS, Issue
from ripple.importers.report import ImportReport, report_of
from ripple.importers.salesforce import Sales, read_salesforce
from ripple.importers.suggestion import suggestion
from ripple.importers.writing import LeftoverFile, csv_text, has_rows, plan_files, settings_text, write_text
from ripple.roadmap.files import MOST_BYTES, MOST_SETTINGS_BYTES, decode, read_bytes
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.spelling import did_you_mean, listed, printable, shown

TRACKER_TABLES = ("teams", "features", "work", "dependencies", "history", "imported-all-issues", "imported-links")
SALES_TABLES = ("deals", "promises", "gaps", "imported-stage-history", "imported-accounts")
EMPTY = {"teams": ("team", "engineers", "focus"), "features": FEATURES}
SLIM = FEATURES[: FEATURES.index("type")]
MOST_FILES = 1_000


def import_files(
    kind: str,
    files: Sequence[Path],
    out: Path,
    mapping: Path | None = None,
    *,
    suggest: bool = False,
    replace: bool = False,
) -> ImportReport:
    """Read exports of one kind and write a roadmap folder that `ripple check` accepts.

    Trackers write teams, features, work, dependencies and history; Salesforce writes deals, promises and gaps. Both
    may go into one folder, one after the other. What no table holds is kept in files that begin with `imported-`.

    Args:
        kind: `jira`, `linear`, `github` or `salesforce`.
        files: The exports; together they make one roadmap.
        out: The folder. What is there already is kept: a table that has rows is an error.
        mapping: A mapping file, see `Choices`.
        suggest: Write a first mapping file from the exports, and nothing else.
        replace: Replace the tables that this kind writes.

    Raises:
        InputError: One sentence for each problem; nothing has been written.
    """
    out = Path(out)
    _check_arguments(kind, files)
    choices = load_choices(mapping)
    target = out / f"import-{kind}.yml"
    if not suggest:
        _check_target(kind, out, replace=replace)
    elif target.exists() and not replace:
        raise InputError([f"{target.name} is in {printable(out.name)} already. Remove it, or give --replace."])
    suggested: list[Issue] = []
    with draft_beside(out) as draft:
        findings = _new_findings(choices)
        with LeftoverFile(draft / f"imported-cells-{kind}.csv", findings.cleaner) as keep:
            plan = _plan(kind, [Path(file) for file in files], choices, findings, keep, out, suggested)
        if suggest:
            _only(draft, {target.name: suggestion(kind, suggested, choices, findings)})
            report = report_of(
                kind, out, findings, (target.name,), [f"Correct {target.name}, then import with --mapping {target}."]
            )
        else:
            report = _written(kind, plan, keep, findings, draft, out)
        move(draft, out, stale=[] if suggest or not replace else [f"{name}.csv" for name in _tables(kind)])
    return report


def _new_findings(choices: Choices) -> Findings:
    findings = Findings(Cleaner())
    findings.dates.order, findings.dates.told = choices.dates, bool(choices.dates)
    return findings


def _tables(kind: str) -> tuple[str, ...]:
    return SALES_TABLES if kind == "salesforce" else TRACKER_TABLES


def _check_arguments(kind: str, files: Sequence[Path]) -> None:
    if kind not in KINDS:
        known = f"Known are {', '.join(KINDS)}."
        raise InputError([f"import: {shown(kind)} is not a kind of export. {did_you_mean(kind, KINDS) or known}"])
    if not files or len(files) > MOST_FILES:
        raise InputError([f"import: {counted(len(files), 'file')} given. Name 1 to {MOST_FILES:,} exports."])


def _check_target(kind: str, out: Path, *, replace: bool) -> None:
    """Refuse to write over what somebody brought, unless they said so."""
    if out.exists() and not out.is_dir():
        raise InputError([f"{printable(out.name)}: not a folder. Name a new folder with -o."])
    books = sorted(path.name for path in out.glob("*.xlsx")) if out.is_dir() else []
    if books and not (out / "features.csv").exists():
        said = f"{printable(out.name)}: {listed(map(printable, books))} is a roadmap of its own"
        raise InputError([f"{said}. Export it to a folder first (`ripple export`), or import into a new one."])
    names = [f"{name}.csv" for name in _tables(kind)]
    full = [name for name in names if (out / name).is_file() and has_rows(out / name)]
    if full and not replace:
        there = f"{listed(full)} {'is' if len(full) == 1 else 'are'} there already"
        remedy = "Import into a new folder, or give --replace to replace what an import of this kind writes."
        raise InputError([f"{printable(out.name)}: {there}. {remedy}"])


def _plan(
    kind: str, files: list[Path], choices: Choices, findings: Findings, keep: Keep, out: Path, every: list[Issue]
) -> Plan:
    """The tables that the files make; the issues are handed over for suggestions."""
    for file in files:
        findings.read.append(printable(file.name))
    if kind == "salesforce":
        sales = Sales()
        for file in files:
            read_salesforce(file, choices, sales, findings, keep)
        features, currency = _roadmap_there(out)
        there = (out / "roadmap.yml").is_file()
        return deals_of(sales, choices, findings, features, currency, there=there)
    for file in files:
        every.extend(_issues(kind, file, choices, findings, keep))
    return plan_of(every, choices, findings)


def _issues(kind: str, file: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    if kind == "github":
        return read_github_json(file, findings, keep)
    if kind == "linear":
        return read_linear_csv(file, choices, findings, keep)
    read: Callable[[Path, Choices, Findings, Keep], Iterator[Issue]] = (
        read_jira_json if _is_json(file) else read_jira_csv
    )
    return read(file, choices, findings, keep)


def _is_json(file: Path) -> bool:
    check_file(file, 10**12)
    with file.open("rb") as opened:
        return opened.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _roadmap_there(out: Path) -> tuple[list[str], str]:
    """The features and the currency of the roadmap that is in the folder; none where there is none."""
    if not (out / "features.csv").is_file() or not (out / "roadmap.yml").is_file():
        return [], ""
    roadmap = load_roadmap(out)
    written = "currency:" in decode(read_bytes(out / "roadmap.yml", MOST_SETTINGS_BYTES), "roadmap.yml")
    return [feature.name for feature in roadmap.features], roadmap.currency if written else ""


def _written(kind: str, plan: Plan, keep: LeftoverFile, findings: Findings, draft: Path, out: Path) -> ImportReport:
    """Write everything into the draft, with what is in the folder already, and check it as a reader would."""
    files = _fitting(plan_files(plan), plan, findings)
    for name, columns in EMPTY.items():
        if f"{name}.csv" not in files and not (out / f"{name}.csv").exists():
            files[f"{name}.csv"] = plan_files(Plan({name: Table(columns)}))[f"{name}.csv"]
    old = out / "roadmap.yml"
    existing = decode(read_bytes(old, MOST_SETTINGS_BYTES), "roadmap.yml") if old.is_file() else ""
    files["roadmap.yml"], kept = settings_text(plan.settings, plan.remarks, existing)
    if kept:
        findings.say("Read", f"roadmap.yml was there already and keeps its {listed(kept)}.")
    findings.say("Kept beside the plan", *_kept(keep))
    for name, text in files.items():
        write_text(draft / name, text)
    cells = (keep.path.name,) if keep.counts else ()
    report = report_of(kind, out, findings, (*files, *cells, f"import-{kind}.txt"), _next(kind, plan, out))
    write_text(draft / f"import-{kind}.txt", f"{report}\n")
    _check_result(draft, out, kind)
    return report


def _kept(keep: LeftoverFile) -> list[str]:
    if not keep.counts:
        return []
    number = f"{sum(keep.counts.values()):,} cells of {counted(len(keep.counts), 'column')}"
    return [f"{keep.path.name}: {number} that a roadmap has no place for ({listed(keep.counts)})."]


def _fitting(files: dict[str, str], plan: Plan, findings: Findings) -> dict[str, str]:
    """The files; of features too large for the reader only the columns that it needs."""
    if len(files.get("features.csv", "").encode()) > MOST_BYTES - 1_000:
        features = plan.tables["features"]
        slim = Table(SLIM, tuple(row[: len(SLIM)] for row in features.rows))
        files |= plan_files(Plan({"features": slim}))
        columns = "sprints, versions and labels are in imported-all-issues.csv only"
        findings.say("Kept beside the plan", f"features.csv would be too large with them, so {columns}.")
    return files


def _check_result(draft: Path, out: Path, kind: str) -> None:
    """Read what would be in the folder, so that an import never leaves a roadmap that cannot be read."""
    borrowed = []
    try:
        for path in sorted(out.glob("*.csv")) if out.is_dir() else []:
            mine = path.stem in _tables(kind) or (draft / path.name).exists() or path.stem.startswith("imported-")
            if not mine:
                shutil.copyfile(path, draft / path.name)
                borrowed.append(draft / path.name)
        load_roadmap(draft)
    except InputError as error:
        raise InputError(
            ["The import would not make a roadmap that can be read; nothing was written.", *error.problems]
        ) from None
    finally:
        for path in borrowed:
            path.unlink(missing_ok=True)


def _next(kind: str, plan: Plan, out: Path) -> list[str]:
    """The commands that come next."""
    name = printable(str(out))
    if kind != "salesforce":
        return [f"ripple import salesforce FILE -o {name}    (the deals; or write deals.csv and promises.csv yourself)",
                f"ripple check {name}"]  # fmt: skip
    open_ = [row[0] for row in plan.tables["deals"].rows if row[5] == "open"]
    promised = [row[0] for row in plan.tables["promises"].rows]
    deal = next((name for name in open_ if name in promised), next(iter(open_), "DEAL"))
    example = csv_text(Table((deal, "FEATURE", "2027-06-30", "", "", ""))).strip()
    steps = [] if promised else [f"No deal promises a feature yet. Add lines to promises.csv, such as: {example}"]
    return [*steps, f"ripple check {name}", f'ripple report 02_deal_impact {name} --deal "{printable(deal)}"']


def _only(draft: Path, files: Mapping[str, str]) -> None:
    """Leave only these files in the draft."""
    for path in draft.iterdir():
        path.unlink()
    for name, text in files.items():
        write_text(draft / name, text)
