"""What is secret: named in `reports.yml`, kept in the environment or in a file of its own.

The names follow one rule, so that `without_secrets` can tell them from everything else and no list has to be handed
around: whatever `reports.yml` may name, a kernel does not see.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ripple.errors import InputError
from ripple.reports.escape import label

NAME = re.compile(r"RIPPLE_(?:[A-Z0-9]+_)*(?:WEBHOOK|PASSWORD|TOKEN|USER)")
LONGEST_SECRET = 4_096
RULE = (
    "write the name of an environment variable that begins with RIPPLE_ and ends in WEBHOOK or PASSWORD, such as {}, "
    "or file: and the full path of a file that holds it"
)


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without the variables that hold something secret; for every process that does not send.

    >>> without_secrets({"HOME": "/", "RIPPLE_SLACK_WEBHOOK": "https://...", "RIPPLE_THREADS": "2"})
    {'HOME': '/', 'RIPPLE_THREADS': '2'}
    """
    return {name: value for name, value in environment.items() if not NAME.fullmatch(name)}


def secret_problem(source: object, example: str) -> str:
    """What is wrong with where a secret is said to be, or an empty text; the value itself is never repeated.

    >>> secret_problem("RIPPLE_SLACK_WEBHOOK", ""), secret_problem({"file": "~/webhook"}, "")
    ('', '')
    >>> print(secret_problem("https://hooks.slack.com/services/T0/B0/x", "RIPPLE_WEBHOOK")[:60])
    a secret itself does not belong in a file that is shared: wr
    """
    if isinstance(source, str):
        if NAME.fullmatch(source):
            return ""
        return f"a secret itself does not belong in a file that is shared: {RULE.format(example)}."
    if isinstance(source, Mapping) and set(source) == {"file"}:
        path = source["file"]
        if isinstance(path, str) and "\0" not in path and (path.startswith("~/") or Path(path).is_absolute()):
            return ""
        return "write the full path of the file, beginning with / or ~/: a scheduler starts in a folder of its own."
    return f"{RULE.format(example)}."


def place_of(source: object) -> str:
    """Where a secret is said to be, as a person reads it; only for one without a `secret_problem`."""
    return label(source["file"], 80) if isinstance(source, Mapping) else str(source)


def secret(source: object) -> str:
    """The secret, read now, without the line's end.

    Args:
        source: The name of a variable, or a mapping with the one key `file`; without a `secret_problem`.

    Raises:
        InputError: There is none, or it is not one line of ordinary characters. The sentence does not repeat it.
    """
    place = place_of(source)
    if isinstance(source, Mapping):
        text = _content(Path(str(source["file"])).expanduser(), place)
    else:
        text = os.environ.get(place, "")
        if not text.strip():
            raise InputError([f"The environment variable {place} is not set. Set it where reports are run."])
    text = text.strip()
    if not text or len(text) > LONGEST_SECRET or not text.isascii() or not text.isprintable():
        raise InputError([f"{place} must hold one line of ordinary letters, digits and signs, and nothing else."])
    return text


def _content(path: Path, place: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LONGEST_SECRET + 2)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "there is no home folder"
        raise InputError([f"{place} could not be read: {reason}."]) from None
    except UnicodeDecodeError:
        raise InputError([f"{place} is not a text file."]) from None
