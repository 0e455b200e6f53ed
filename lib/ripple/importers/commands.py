"""Commands that a person can copy from a report: nothing in them runs but what they say."""

import re
import shlex
from pathlib import Path

SAFE = re.compile(r"[\w./:~@%+=-]+")
IN_QUOTES = re.compile(r"[\w ./:~@+=,()\u2013-]+")


def command(*words: str | Path) -> str:
    """A command of Ripple, as it is typed in its folder.

    >>> command("ripple", "check", "my plan")
    'python3 run.py ripple check "my plan"'
    """
    return " ".join(["python3 run.py", *map(word, words)])


def word(text: str | Path) -> str:
    """A word of a command, in quotes where it needs them.

    >>> word("plan"), word("my plan"), word("$(rm)")
    ('plan', '"my plan"', "'$(rm)'")
    """
    return str(text) if SAFE.fullmatch(str(text)) else quoted(str(text))


def quoted(text: str) -> str:
    """A text as one word of a command, in double quotes where that is safe."""
    return f'"{text}"' if IN_QUOTES.fullmatch(text) else shlex.quote(text)
