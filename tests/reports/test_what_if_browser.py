"""The what-if page in a real browser, by Voila and in JupyterLab: a slider moves, what is seen follows and is saved."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner

from ripple import cli
from ripple.roadmap.bundled import REPOSITORY

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(os.name == "nt", reason="the servers are stopped with signals"),
]
ATTACK = "<img src=x onerror=alert(1)>"
SECRET = {"RIPPLE_SLACK_WEBHOOK": "https://hooks.example/canary"}
LAST_DAY = "2029-01-26"
LOADED = 90_000
"""Milliseconds that a busy machine may take until a page is there."""


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Tab:
    """A page, and what happened that should not."""

    page: Any
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def tab(browser):
    """A page that notes dialogs, and requests beyond this machine."""
    opened = Tab(browser.new_page(viewport={"width": 1440, "height": 1300}))
    opened.page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    opened.page.close()


@pytest.fixture
def folder(tmp_path):
    """The example, with a customer and a feature whose names are attacks."""
    copy = tmp_path / "my roadmap"
    shutil.copytree(REPOSITORY / "data" / "example", copy)
    for name, old in (("deals.csv", "Torvane Freight"), ("features.csv", "Directory sync")):
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, ATTACK), encoding="utf-8")
    return copy


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(module, where, address):
    """A server, started and stopped as by a person; gives its process and the address that it prints."""
    own = {f"JUPYTER_{kind}_DIR": str(where / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **own, "IPYTHONDIR": str(where / "IPYTHON"), **SECRET}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", *module], env=environment, stderr=subprocess.PIPE, text=True, cwd=where
    )
    try:
        found = next((found for line in process.stderr if (found := re.search(address, line))), None)
        assert found, "the server ended before it said where it is"
        assert soon(lambda: answers(found[0])), "nobody is where the server said it is"
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.stderr.close()
        process.wait(30)


def play(tab, folder, name):
    """Move a slider, see sentence and figure follow, save, and compare what was saved; gives the command's output."""
    page = tab.page
    words, picture = page.locator(".ripple-app .ripple-words"), page.locator(".ripple-app .ripple-picture").first
    words.wait_for(timeout=LOADED)
    before, drawn = words.inner_text(), picture.get_attribute("src")
    slider = page.locator(".widget-hslider", has_text="ERP connector").locator(".noUi-handle")
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_function("old => document.querySelector('.ripple-app .ripple-words').innerText != old", arg=before)
    page.wait_for_function("old => document.querySelector('.ripple-app .ripple-picture').src != old", arg=drawn)
    assert f"with ERP connector due on {LAST_DAY} breaks" in words.inner_text() and ATTACK in words.inner_text()
    page.get_by_role("textbox", name="name").fill(name)
    page.get_by_role("button", name="Save as a scenario").click()
    command = page.locator(".ripple-app code").inner_text()
    assert command.startswith("python3 run.py ripple compare ") and f"scenarios/{name}.yml" in command
    assert tab.dialogs == []
    saved = folder / "scenarios" / f"{name}.yml"
    done = CliRunner().invoke(cli.app, ["compare", str(folder), "--scenario", str(saved), "-n", "20"])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_page_follows_a_slider_and_saves_what_is_seen(tab, folder, tmp_path):
    """Everything comes from this machine, a stranger gets a login, and nothing is left when it ends."""
    port = free_port()
    module = ["ripple.reports.what_if.serve", str(folder), "--deal", "torvane", "--port", str(port)]
    with served(module, tmp_path, r"http://127\.0\.0\.1:\S+token=\S+") as (process, address):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as stranger:
            assert "/login" in stranger.url
        tab.page.goto(address, timeout=LOADED)
        assert LAST_DAY in play(tab, folder, "much-later")
        text = tab.page.inner_text("body")
        assert "What if we answered differently?" in text and "import ripple" not in text
        tab.page.screenshot(path=tmp_path / "voila.png")
        others = [url for url in tab.requests if not url.startswith((f"http://127.0.0.1:{port}/", "data:", "blob:"))]
        assert others == []
        (kernel,) = kernels(process)
        assert not SECRET.keys() & kernel.environ().keys()
        tab.page.goto("about:blank")
        assert soon(lambda: not kernels(process)), "the kernel of a closed page goes on"
        tab.page.goto(address, timeout=LOADED, wait_until="commit")
        assert soon(lambda: kernels(process))
        started = kernels(process)
    assert process.returncode == 0
    assert started and not any(kernel.is_running() for kernel in started)


def answers(address):
    """Whether somebody listens there; JupyterLab says where it is a moment before it is."""
    with socket.socket() as caller:
        return not caller.connect_ex(("127.0.0.1", int(re.search(r":(\d+)/", address)[1])))


def kernels(process):
    return psutil.Process(process.pid).children(recursive=True)


def soon(test):
    """Whether something comes true within ten seconds."""
    return any(test() or time.sleep(0.1) for _ in range(100))


def test_jupyterlab_shows_the_same(tab, folder, tmp_path):
    """The notebook as it is, opened by hand and run."""
    notebook = json.loads((REPOSITORY / "notebooks" / "03_what_if.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "parameters")
    cell["source"] = [line.replace('"data/example"', repr(str(folder))) for line in cell["source"]]
    (tmp_path / "03_what_if.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    options = ["--no-browser", f"--ServerApp.port={free_port()}", "--IdentityProvider.token=secret", "--allow-root"]
    module = ["jupyterlab", *options, f"--ServerApp.root_dir={tmp_path}", "--ServerApp.terminals_enabled=False"]
    with served(module, tmp_path, r"http://127\.0\.0\.1:\d+/") as (process, address):
        tab.page.goto(f"{address}lab/tree/03_what_if.ipynb?token=secret", timeout=LOADED)
        tab.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=LOADED)
        tab.page.get_by_text("| Idle").wait_for(timeout=LOADED)
        tab.page.get_by_text("Run", exact=True).first.click()
        tab.page.get_by_text("Run All Cells", exact=True).first.click()
        assert LAST_DAY in play(tab, folder, "in-the-lab")
        tab.page.screenshot(path=tmp_path / "lab.png")
        process.send_signal(signal.SIGTERM)  # a single Ctrl-C would make JupyterLab ask
