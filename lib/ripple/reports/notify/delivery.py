"""One published run, sent to each of its targets, and remembered so that nobody gets the same news twice."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ripple.errors import InputError
from ripple.reports import outputs
from ripple.reports.notify.digest import digest
from ripple.reports.notify.mail import mail, send_mail
from ripple.reports.notify.patience import NOBODY, SOME, NotSent, Patience
from ripple.reports.notify.slack import send_slack
from ripple.reports.notify.target import SlackTarget, check_targets, target_of
from ripple.reports.publish import json_of

SENT, ALREADY_SENT, FAILED = "sent", "already sent", "failed"
REPEAT = "Perhaps a repeat: an earlier attempt to send this was interrupted. "

CHANGES = "tables/changes.csv"
"""What moved since the previous run."""

_RECORD = "sent.json"
_MOMENT = 0.2
_LONGEST_WAIT = 600.0
"""Seconds between two looks, and after which another process that is at it is reported instead of waited for."""


@dataclass(frozen=True)
class Delivery:
    """What became of one target.

    Attributes:
        channel: The target as a person reads it, without anything secret.
        status: `sent`, `already sent` or `failed`.
        error: A sentence; None unless it failed.
    """

    channel: str
    status: str
    error: str | None = None


@dataclass(frozen=True)
class _Memory:
    """What a target got last, and what is on its way to it: a run's name and its content's hash, or blank."""

    run: str = ""
    content: str = ""
    started: str = ""


def deliver(
    run: Path, targets: Sequence[Mapping[str, object]], state: Path, patience: Patience | None = None
) -> tuple[Delivery, ...]:
    """Send the digest of a published run to every target that does not have it yet.

    A target has it already if it got this run, a later run of the same report, or, last, a run with the same numbers.
    So the same run twice is one message, and news that go back to an older state are news. Two processes wait for
    each other.

    Before a message is sent, a mark says that it is about to be; afterwards, that it was. A crash in between leaves
    the first, and then the message is sent once more: at least once, not at most once, because a broken promise that
    nobody hears of costs more than a message that comes twice. The second begins by saying that it may be a repeat.

    Args:
        run: The folder of the run, `outputs/<name>/<run>`.
        targets: The entries of `deliver:`.
        state: A folder in which to remember what was sent.
        patience: How long to wait and how often to try.

    Returns:
        One delivery for each target, in their order. A failure is told there and is no error here.
    """
    run = run.resolve()
    return tuple(_delivered(run, target, state, patience or Patience()) for target in targets)


def _delivered(run: Path, entry: Mapping[str, object], state: Path, patience: Patience) -> Delivery:
    if problems := check_targets([entry], "deliver"):
        return Delivery("deliver", FAILED, " ".join(problems))
    channel = target_of(entry).channel
    try:
        with _alone(_place(run, entry, state), patience) as place:
            return Delivery(channel, _sent(run, entry, place, patience))
    except NotSent as trouble:
        return Delivery(channel, FAILED, f"{trouble.sentence} The report itself stands.")
    except (InputError, outputs.Busy) as error:
        return Delivery(channel, FAILED, str(error))
    except OSError as error:
        return Delivery(channel, FAILED, f"{error.filename or state}: {error.strerror or 'cannot be used'}.")


def _sent(run: Path, entry: Mapping[str, object], place: Path, patience: Patience) -> str:
    """Send and remember, unless the target has it; returns what happened."""
    memory, content = _remembered(place), content_of(run)
    if memory.run >= run.name or memory.content == content:
        return ALREADY_SENT
    lines = digest(run, memory.run)
    if memory.started == content:
        lines = (REPEAT + lines[0], *lines[1:])
    done = _Memory(run.name, content)
    _remember(place, replace(memory, started=content))
    try:
        _send(run, entry, lines, content, patience)
    except InputError:
        _remember(place, memory)
        raise
    except NotSent as trouble:
        if trouble.reached == SOME:
            _remember(place, done)
        elif trouble.reached == NOBODY:
            _remember(place, memory)
        raise
    _remember(place, done)
    return SENT


def _send(run: Path, entry: Mapping[str, object], lines: Sequence[str], content: str, patience: Patience) -> None:
    target = target_of(entry)
    if isinstance(target, SlackTarget):
        send_slack(target, lines, patience)
    else:
        send_mail(target, mail(target, lines, run, content[:32]), patience)


def content_of(run: Path) -> str:
    """A hash of what the report says in numbers: its name, its summary and its tables.

    The page is left out, and so is the table of what changed since the previous run: both differ where the numbers
    do not.
    """
    told = ("summary.json", "tables/")
    files = {name: value for name, value in outputs.hashes(run).items() if name.startswith(told) and name != CHANGES}
    return _hash({"report": run.parent.name, "files": files})


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _place(run: Path, entry: Mapping[str, object], state: Path) -> Path:
    """Where the memory of one report and one target is."""
    return state / f"delivered-{_hash([run.parent.name, entry])[:16]}"


@contextmanager
def _alone(place: Path, patience: Patience) -> Iterator[Path]:
    """The place, once no other process is sending the same report to the same target."""
    place.mkdir(parents=True, exist_ok=True)
    waited = 0.0
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(outputs.locked(place))
                break
            except outputs.Busy:
                if waited > _LONGEST_WAIT:
                    raise outputs.Busy("Another process is sending this report to it.") from None
                patience.sleep(_MOMENT)
                waited += _MOMENT
        yield place


def _remembered(place: Path) -> _Memory:
    """What was remembered; nothing where there is no memory, or none of ours."""
    try:
        found = json.loads((place / _RECORD).read_text(encoding="utf-8"))
        return _Memory(**{key: str(value) for key, value in found.items()})
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return _Memory()


def _remember(place: Path, memory: _Memory) -> None:
    outputs.put(place / _RECORD, json_of(asdict(memory)))
