"""`ripple import`: files of one kind into a roadmap folder, whole or not at all."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ripple.errors import InputError
from ripple.importers import unfitting
from ripple.importers.cleaning import Cleaner
from ripple.importers.commands import command, quoted, word
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
from ripple.importers.replacing import fingerprints, kept_by_hand, set_aside
from ripple.importers.report import ImportReport, report_of
from ripple.importers.salesforce import Sales, read_salesforce
from ripple.importers.suggestion import suggest_sales, suggest_tracker, text_of
from ripple.importers.there import There, what_is_there
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
        replace: Replace the tables that this kind writes; what they held is kept in `before-import`.

    Raises:
        InputError: One sentence for each problem; nothing has been written.
    """
    out, files = Path(out), [Path(file) for file in files]
    _check_arguments(kind, files)
    choices = load_choices(mapping)
    target = out / f"import-{kind}.yml"
    if not suggest:
        _check_target(kind, out, replace=replace)
    elif target.exists() and not replace:
        raise InputError([f"{target.name} is in {printable(out.name)} already. Remove it, or give --replace."])
    with draft_beside(out) as draft:
        findings = _new_findings(choices)
        with LeftoverFile(draft / f"imported-cells-{kind}.csv", findings.cleaner) as keep:
            made = _read(kind, files, choices, findings, keep, out)
        findings.say(unfitting.SECTION, *(f"{printable(mapping.name)}, {line}" for line in made.unfitting if mapping))
        if suggest:
            _only(draft, {target.name: text_of(made.suggestion())})
            step = command("ripple", "import", kind, *files, "-o", out, "--mapping", target)
            step += " --replace" if _full(kind, out) else ""
            report = report_of(kind, out, findings, (target.name,), [f"Correct {target.name}, then: {step}"])
        else:
            report = _written(kind, made, keep, findings, draft, out)
        move(draft, out, stale=[] if suggest or not replace else [f"{name}.csv" for name in _tables(kind)])
    return report


@dataclass(frozen=True)
class _Made:
    """What the files make.

    Attributes:
        plan: The tables.
        there: What the folder holds already.
        unfitting: What the mapping says that fits nothing in the files.
        suggestion: Makes the lines of a mapping file.
    """

    plan: Plan
    there: There
    unfitting: tuple[str, ...]
    suggestion: Callable[[], Iterator[str]]


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


def _full(kind: str, out: Path) -> list[str]:
    """The tables that an import of a kind writes and that have rows already."""
    names = [f"{name}.csv" for name in _tables(kind)]
    return [name for name in names if (out / name).is_file() and has_rows(out / name)]


def _check_target(kind: str, out: Path, *, replace: bool) -> None:
    """Refuse to write over what somebody brought, unless they said so."""
    if out.exists() and not out.is_dir():
        raise InputError([f"{printable(out.name)}: not a folder. Name a new folder with -o."])
    books = sorted(path.name for path in out.glob("*.xlsx")) if out.is_dir() else []
    if books and not (out / "features.csv").exists():
        said = f"{printable(out.name)}: {listed(map(printable, books))} is a roadmap of its own"
        raise InputError([f"{said}. Export it to a folder first (`ripple export`), or import into a new one."])
    full = _full(kind, out)
    if full and not replace:
        there = f"{listed(full)} {'is' if len(full) == 1 else 'are'} there already"
        remedy = "Import into a new folder, or give --replace to replace what an import of this kind writes."
        raise InputError([f"{printable(out.name)}: {there}. {remedy}"])


def _read(kind: str, files: Sequence[Path], choices: Choices, findings: Findings, keep: Keep, out: Path) -> _Made:
    """What the files make."""
    findings.read += [printable(file.name) for file in files]
    there = what_is_there(out, must_be_read=kind == "salesforce")
    if kind == "salesforce":
        sales = Sales()
        for file in files:
            read_salesforce(file, choices, sales, findings, keep)
        plan = deals_of(sales, choices, findings, there)
        if not there.features and plan.tables["deals"].rows:
            remedy = "import the tracker first, then this again with --replace"
            findings.say("Plan", f"No features are in {printable(out.name)} yet, so no promise was read: {remedy}.")
        odd = unfitting.unfitting_sales(sales, choices, findings)
        return _Made(plan, there, tuple(odd), partial(suggest_sales, sales, plan, choices, findings))
    issues = [issue for file in files for issue in _issues(kind, file, choices, findings, keep)]
    plan = plan_of(issues, choices, findings, there.promised)
    teams = [row[0] for row in plan.tables["teams"].rows]
    odd = unfitting.unfitting_tracker(issues, teams, choices, findings)
    return _Made(plan, there, tuple(odd), partial(suggest_tracker, kind, issues, plan, choices, findings))


def _issues(kind: str, file: Path, choices: Choices, findings: Findings, keep: Keep) -> Iterator[Issue]:
    if kind == "github":
        return read_github_json(file, choices, findings, keep)
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


def _written(kind: str, made: _Made, keep: LeftoverFile, findings: Findings, draft: Path, out: Path) -> ImportReport:
    """Write everything into the draft, with what is in the folder already, and check it as a reader would."""
    plan = made.plan
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
    for name in _checked(kind, plan, draft, out):
        del files[f"{name}.csv"]
        findings.say("Replaced", f"{name}.csv stays as it is: these files have no rows for it.")
    findings.say("Replaced", *set_aside(_tables(kind), draft, out))
    cells = (keep.path.name,) if keep.counts else ()
    report = report_of(kind, out, findings, (*files, *cells, f"import-{kind}.txt"), _next(kind, made, out))
    write_text(draft / f"import-{kind}.txt", f"{report}\n\n{fingerprints(files)}\n")
    return report


def _checked(kind: str, plan: Plan, draft: Path, out: Path) -> list[str]:
    """Check what would be in the folder; the tables of a person's own that stay, if it can be read with them."""
    own = kept_by_hand(_tables(kind), {name: table.rows for name, table in plan.tables.items()}, out)
    new = {name: (draft / f"{name}.csv").read_bytes() for name in own}
    for name in own:
        shutil.copyfile(out / f"{name}.csv", draft / f"{name}.csv")
    try:
        _check_result(draft, out, kind)
    except InputError:
        if not own:
            raise
        for name, data in new.items():
            (draft / f"{name}.csv").write_bytes(data)
        _check_result(draft, out, kind)
        return []
    return own


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


CORRECT = "Correct the tables in a spreadsheet. Blank `assumed` in a row that you have corrected: it is yours then."


def _next(kind: str, made: _Made, out: Path) -> list[str]:
    """The commands that come next."""
    check = command("ripple", "check", out)
    if kind != "salesforce":
        sales = f"{command('ripple', 'import', 'salesforce')} FILE -o {word(out)}"
        if made.there.n_deals and not made.there.promised:
            deals = counted(made.there.n_deals, "deal")
            return [f"{sales} --replace    (deals.csv has {deals} but no promise: the features were missing)", check]
        steps = [] if made.there.n_deals else [f"{sales}    (the deals; or write deals.csv and promises.csv yourself)"]
        return [*steps, check, CORRECT]
    if not made.there.features:
        return [
            f"{command('ripple', 'import', 'jira')} FILE -o {word(out)}    (or linear, or github: the features)",
            check,
        ]
    promises = made.plan.tables["promises"].rows
    open_ = [row[0] for row in made.plan.tables["deals"].rows if row[5] == "open"]
    promised = [row[0] for row in promises]
    deal = next((name for name in open_ if name in promised), next(iter(open_), "DEAL"))
    example = csv_text(Table((deal, "FEATURE", "2027-06-30", "", "", ""))).strip()
    steps = [f"No deal promises a feature yet. Add lines to promises.csv, such as: {example}"]
    report = f"{command('report', '02_deal_impact', out)} --deal {quoted(deal)}"
    return [*([] if promises or made.there.promised else steps), check, report, CORRECT]


def _only(draft: Path, files: Mapping[str, str]) -> None:
    """Leave only these files in the draft."""
    for path in draft.iterdir():
        path.unlink()
    for name, text in files.items():
        write_text(draft / name, text)
