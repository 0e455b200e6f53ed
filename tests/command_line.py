"""The command line run in this process: the same as `python -m ripple`, but for the seconds that a start takes."""

import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper

import pytest

from ripple import cli


def ripple(*arguments):
    """A command's exit code, and the bytes that it wrote to standard output and to standard error."""
    printed, said = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    stop = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(said):
        patch.setattr(sys, "argv", ["ripple", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    signal.signal(signal.SIGTERM, stop)
    return ended.value.code, *(stream.buffer.getvalue() for stream in (printed, said))
