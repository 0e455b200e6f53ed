"""The command line: parse, call, print."""

import io
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from ripple.cli import decisions, files, scheduled, worlds  # the order in which --help lists the commands
from ripple.cli.options import app
from ripple.errors import InputError

__all__ = ("decisions", "files", "main", "scheduled", "worlds")

DONE, FAILED, WRONG_INPUT, BUSY = 0, 1, 2, 75

INTERRUPTED = 130
"""What the parser of arguments makes of Ctrl-C."""


def main() -> NoReturn:
    """Run the command line; whatever happens, a person reads sentences and never a traceback."""
    signal.signal(signal.SIGTERM, _stop)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name that the terminal's alphabet does not have is no fault
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(_told(app))


def _stop(*_: object) -> NoReturn:
    """A request to stop ends the run in order, with whatever it started."""
    raise KeyboardInterrupt


def _told(run: Callable[..., object]) -> int:
    """Run, tell what went wrong in sentences, and return the exit code."""
    try:
        run(standalone_mode=True)
    except SystemExit as exit_:
        return _ended(exit_.code)
    except InputError as error:
        print(error, file=sys.stderr)
        return WRONG_INPUT
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except KeyboardInterrupt:
        return _stopped()
    except MemoryError:
        print("There is not enough memory. Shorten the tables or the horizon, or take a smaller -n.", file=sys.stderr)
        return FAILED
    except OSError as error:
        print(f"{error.filename or 'A file'} could not be read or written: {error.strerror or error}.", file=sys.stderr)
        return FAILED
    except Exception as error:  # noqa: BLE001 (the last resort: a person gets a sentence, whatever it was)
        return _told_of_fault(error)
    return DONE


def _ended(code: object) -> int:
    """The exit code, where the parser of arguments has ended the command."""
    if code == INTERRUPTED:
        return _stopped()
    return code if isinstance(code, int) else DONE


def _stopped() -> int:
    """The sentence after Ctrl-C or a request to stop, and its exit code."""
    print("Stopped; nothing was published.", file=sys.stderr)
    return FAILED


def _told_of_fault(error: Exception) -> int:
    """The sentence for what is not the input's fault, and its exit code."""
    if type(error).__name__ == "Busy":
        print(error, file=sys.stderr)
        return BUSY
    if type(error).__name__ in ("ReportFailed", "ClusterFailed"):
        print(error, file=sys.stderr)
        return FAILED
    name = type(error).__name__
    print(f"Ripple stopped because of a fault of its own ({name}: {error}). Nothing was published.", file=sys.stderr)
    return FAILED
