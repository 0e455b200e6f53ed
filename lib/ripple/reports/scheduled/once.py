"""`python -m ripple.reports.scheduled.once`: make one report, deliver it, and leave a record, whatever happens.

The job comes as one line on standard input, which stays open: when it closes, whoever asked is gone, and the run stops
in order, its kernel with it. The record goes to standard output as one line.
"""

import json
import signal
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from ripple.errors import InputError
from ripple.reports.escape import label
from ripple.reports.notebook_run import BUSY, DONE, FAILED, NOT_WRITTEN, STOPPED
from ripple.reports.outputs import MANIFEST, Busy
from ripple.reports.scheduled.history import Record
from ripple.reports.scheduled.job import Job, job_of

EXIT = {DONE: 0, BUSY: 75}
"""The exit status of a run; any other status is 1, and wrong input 2."""
WRONG_INPUT = 2
MOST_PROMISES = 100
_THE_SAME = ("headline", "n", "seed", "scenario")


def main() -> NoReturn:
    """Make the report that standard input asks for."""
    signal.signal(signal.SIGTERM, _stop)
    job = job_of(sys.stdin.readline())
    threading.Thread(target=_stop_when_alone, daemon=True).start()
    record, code = made(job)
    if record is not None:
        sys.stdout.write(json.dumps(asdict(record)) + "\n")
    sys.exit(code)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once is enough: what follows is cleaning up
    raise KeyboardInterrupt


def _stop_when_alone() -> None:
    """Stop this process when the one that started it has gone."""
    sys.stdin.read()
    if hasattr(signal, "pthread_kill") and threading.main_thread().ident is not None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    else:
        signal.raise_signal(signal.SIGTERM)


def made(job: Job) -> tuple[Record | None, int]:
    """Make, deliver and remember one report; no record where another process made it since it was due.

    Returns:
        The record and the exit status: 0 published and delivered, 2 wrong input, 75 another process is at it, else 1.
    """
    began = time.monotonic()
    roadmap = str(job.parameters.get("roadmap", ""))
    try:
        record = job.history.began(Path(job.notebook).stem, roadmap, job.parameters)
    except OSError as error:
        return _unwritten(Record(job.name, "", job.notebook, roadmap), error), 1
    try:
        with job.history.at_work(record):
            last = job.history.last() if job.due else None
            if last is not None and last.began >= str(job.due):
                return None, 0
            record, code = _delivered(job, *_rendered(job, record))
            record = replace(record, seconds=round(time.monotonic() - began, 1), peak_mib=_peak_mib())
            job.history.keep(record)
    except Busy as busy:
        record, code = replace(record, status=BUSY, error=str(busy)), EXIT[BUSY]
        job.history.keep(record)
    except OSError as error:
        return _unwritten(record, error), 1
    return record, code


def _unwritten(record: Record, error: OSError) -> Record:
    """The record of a run whose record could not be written; a report that was published stands."""
    place = f"{label(error.filename or 'The record of this run', 200)} could not be written: {error.strerror}."
    return replace(record, status=NOT_WRITTEN, error=place)


def _rendered(job: Job, record: Record) -> tuple[Record, int]:
    """The report, published or not: its record, and the exit status."""
    from ripple.reports.render import ReportFailed, render

    outputs = Path(job.outputs)
    try:
        report = render(
            job.notebook, job.parameters, outputs, timeout=job.timeout, name=job.name, keep=job.keep
        )  # fmt: skip
        return _published(record, report.folder, outputs), EXIT[DONE]
    except ReportFailed as error:
        failed = replace(record, status=error.report.status, error=str(error))
        return _made_from(failed, error.report.folder, outputs), 1
    except InputError as error:
        failed = replace(record, status=FAILED, error=str(error))
        kept = error.__cause__.report.folder if isinstance(error.__cause__, ReportFailed) else outputs
        return _made_from(failed, kept, outputs), WRONG_INPUT
    except Busy as error:
        return replace(record, status=BUSY, error=str(error)), EXIT[BUSY]
    except (KeyboardInterrupt, SystemExit):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return replace(record, status=STOPPED, error="The run was asked to stop. Nothing was published."), 1
    except Exception as error:  # noqa: BLE001 (the last resort: a person gets a sentence, whatever it was)
        fault = f"Ripple stopped because of a fault of its own ({type(error).__name__}: {label(error, 300)})."
        return replace(record, status=FAILED, error=f"{fault} Nothing was published."), 1


def _published(record: Record, run: Path, outputs: Path) -> Record:
    """The record of a report that stands: what it says, and what it was made from."""
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    record = replace(record, status=DONE, error=None, headline=str(summary.get("headline") or ""))
    return _made_from(replace(record, numbers=_numbers(summary)), run, outputs)


def _made_from(record: Record, run: Path, outputs: Path) -> Record:
    """The record with what the run's manifest tells; a run that left none has nothing to tell."""
    try:
        manifest = json.loads((run / MANIFEST).read_text(encoding="utf-8"))
    except OSError:
        return record
    told = {key: manifest[key] for key in ("parameters", "seed", "n", "inputs", "versions") if key in manifest}
    return replace(record, folder=run.resolve().relative_to(outputs.resolve()).as_posix(), **told)


def _numbers(summary: dict[str, Any]) -> dict[str, Any]:
    """The small part of a summary: single values, the money, and the promises."""
    found = {key: value for key, value in summary.items() if isinstance(value, bool | int | float) or value is None}
    if isinstance(summary.get("money"), dict):
        found["money"] = summary["money"]
    if isinstance(summary.get("promises"), list):
        found["promises"] = summary["promises"][:MOST_PROMISES]
    return {key: value for key, value in found.items() if key not in _THE_SAME}


def _delivered(job: Job, record: Record, code: int) -> tuple[Record, int]:
    """The record with each delivery; the report stands even where none succeeds."""
    if record.status != DONE or not job.deliver or record.folder is None:
        return record, code
    from ripple.reports.notify import deliver

    try:
        found = deliver(Path(job.outputs) / record.folder, job.deliver, state=job.history.folder)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (the report stands; its record must say what did not)
        # Only an InputError is known to hold no secret, such as the address of a webhook.
        why = str(error) if isinstance(error, InputError) else f"the delivery was cut short ({type(error).__name__})."
        return replace(record, delivered=({"channel": "", "status": FAILED, "error": why},)), 1
    told = tuple({"channel": one.channel, "status": one.status, "error": one.error} for one in found)
    return replace(record, delivered=told), 1 if any(one.error for one in found) else code


def _peak_mib() -> int | None:
    """The most memory that this process or its kernel had; unknown where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    unit = 2**20 if sys.platform == "darwin" else 2**10
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(kind).ru_maxrss for kind in kinds) / unit)


if __name__ == "__main__":
    main()
