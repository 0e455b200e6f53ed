"""`python -m ripple.reports.what_if.serve [DIR] [--deal DEAL]`: the what-if notebook as a page, for this machine only.

Voila runs the notebook anew for each visitor, in a kernel of its own. The page loads nothing from elsewhere, shows no
code and no traceback, and opens only with the address that is printed: it holds a password made at each start.
"""

import os
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Sequence
from functools import partial
from getopt import GetoptError, gnu_getopt
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell
from traitlets.config import Config
from voila.app import Voila

from ripple.errors import InputError
from ripple.reports.notify.secret import without_secrets
from ripple.reports.what_if.choices import chosen
from ripple.roadmap.bundled import REPOSITORY, located
from ripple.roadmap.reader import load_roadmap

NOTEBOOK = REPOSITORY / "notebooks" / "03_what_if.ipynb"
TEMPLATE = Path(__file__).parent / "template"
PORT = 8866
EXAMPLE = "data/example"
USAGE = f"Write: what-if [DIR] [--deal DEAL] [--port PORT]. DIR is a roadmap; the port is {PORT} unless that is taken."
HERE = "127.0.0.1"
IDLE = 1800
"""Seconds after which a kernel whose page is closed ends."""

PING = 30_000
"""Milliseconds; what Voila comes with is longer than the time between two pings, and it complains."""

LONGEST = 30
"""A socket's path has room for 107 bytes."""

POLICY = (
    "default-src 'self' 'unsafe-inline' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
)


class Page(Voila):  # type: ignore[misc]
    """Voila, with a template that loads nothing from elsewhere, and sentences in place of its log."""

    def setup_template_dirs(self) -> None:
        """Look for templates in our folder first."""
        super().setup_template_dirs()
        self.template_paths.insert(0, str(TEMPLATE))

    def init_settings(self) -> dict[str, Any]:
        """Keep what kernels tell about themselves off the terminal."""
        told: dict[str, Any] = super().init_settings()
        self.kernel_manager.start_kernel = partial(self.kernel_manager.start_kernel, stdout=DEVNULL, stderr=DEVNULL)
        return told

    def launch_browser(self) -> None:
        """Say where the page is; open it where there is a screen."""
        sys.stderr.write(f"The page is at {self.display_url}\nIt ends with Ctrl-C.\n")
        sys.stderr.flush()
        if has_screen():
            threading.Thread(target=webbrowser.open, args=(self.display_url,), daemon=True).start()


def has_screen() -> bool:
    """Whether there is a screen that a browser could open on."""
    return os.name == "nt" or sys.platform == "darwin" or bool(os.environ.keys() & {"DISPLAY", "WAYLAND_DISPLAY"})


def with_parameters(notebook: nbformat.NotebookNode, values: dict[str, str]) -> nbformat.NotebookNode:
    """The notebook with these values for its parameters, in a cell right after theirs."""
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", []))
    notebook.cells.insert(place + 1, new_code_cell("\n".join(f"{name} = {value!r}" for name, value in values.items())))
    return notebook


def settings(roadmap: Path, deal: str, port: int = PORT) -> Config:
    """What Voila is told: this machine only, a password, no tracebacks, no files, our parameters."""

    def hand_over(_: object, notebook: nbformat.NotebookNode, **__: object) -> nbformat.NotebookNode:
        notebook.metadata["title"] = "What if?"
        return with_parameters(notebook, {"roadmap": str(roadmap), "deal": deal})

    told: dict[str, dict[str, Any]] = {
        "Voila": {
            "ip": HERE, "port": port, "auto_token": True, "config_file_paths": [], "log_level": "ERROR",
            "tornado_settings": {
                "headers": {"Content-Security-Policy": POLICY},
                "ws_ping_timeout": PING,
                # All that a page posts, as it closes, is that its kernel can end; nobody else knows the kernel's name.
                "disable_check_xsrf": True,
            },
        },
        "VoilaConfiguration": {
            "prelaunch_hook": hand_over, "show_tracebacks": False, "strip_sources": True, "file_allowlist": [],
            "allow_template_override": "NO", "allow_theme_override": "NO",
        },
        "MappingKernelManager": {"cull_idle_timeout": IDLE, "cull_interval": 60},
    }  # fmt: skip
    if os.name == "posix":  # sockets in a private folder, which nobody else on the machine can reach
        told["KernelManager"] = {"transport": "ipc"}
        if len(tempfile.gettempdir()) > LONGEST:
            told["Voila"]["connection_dir_root"] = "/tmp"  # noqa: S108 (Voila makes a private folder in it)
    return Config(told)


def main(arguments: Sequence[str]) -> int:
    """Check the roadmap and the deal, and serve the page until Ctrl-C."""
    try:
        folder, deal, port = wanted(arguments)
        roadmap = located(folder).resolve()
        name = chosen(load_roadmap(roadmap), deal).name
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for secret in os.environ.keys() - without_secrets(os.environ).keys():
        del os.environ[secret]  # kernels inherit what is there
    Page.launch_instance([str(NOTEBOOK)], config=settings(roadmap, name, port))
    return 0


def wanted(arguments: Sequence[str]) -> tuple[str, str, int]:
    """The roadmap (the example, if none is named), the deal (blank: the first that is open) and the port.

    >>> wanted(["my-roadmap", "--deal", "north"])
    ('my-roadmap', 'north', 8866)
    """
    try:
        options, folders = gnu_getopt(list(arguments), "", ["deal=", "port="])
        given = dict(options)
        folder, *more = folders or [EXAMPLE]
        port = int(given.get("--port", PORT))
    except (GetoptError, ValueError):
        raise InputError([USAGE]) from None
    if more:
        raise InputError([USAGE])
    return folder, given.get("--deal", ""), port


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
