"""A page or slides as PDF, where Chromium or Chrome is on the machine; elsewhere the page alone has to do."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 60
DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)(\d{14})")
PRINTED = "?print-pdf"
"""Asks slides to lay themselves out as pages."""

NO_DATE = b"20000101000000"
"""In place of the time at which it was printed: the same page gives the same bytes."""


def wants_pdf(metadata: dict[str, object]) -> bool:
    """Whether a notebook asks for a PDF beside its page.

    >>> wants_pdf({"ripple": {"pdf": True}}), wants_pdf({})
    (True, False)
    """
    ripple = metadata.get("ripple")
    return isinstance(ripple, dict) and bool(ripple.get("pdf"))


def browser() -> str | None:
    """The browser that prints; None where there is none."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def print_pdf(page: Path, target: Path, *, slides: bool = False) -> bool:
    """Print a page of ours, or slides, each on a page of its own; False where no browser can.

    The page's policy forbids every request, and the browser gets a folder of its own that goes again.
    """
    program = browser()
    if program is None:
        return False
    with tempfile.TemporaryDirectory(prefix="ripple-print-") as home:
        options = ["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--no-pdf-header-footer"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            options.append("--no-sandbox")  # root, as in a container, has no sandbox to enter
        printed = Path(home) / "page.pdf"
        address = page.as_uri() + PRINTED * slides
        command = [program, *options, f"--user-data-dir={home}/profile", f"--print-to-pdf={printed}", address]
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=True)
            content = printed.read_bytes()
        except (OSError, subprocess.SubprocessError):
            return False
    target.write_bytes(DATES.sub(rb"\g<1>" + NO_DATE, content))
    return True
