"""The five lines, the entries of `deliver:`, the report's picture, and what a kernel does not see."""

import hashlib
import json
import os
from pathlib import Path

import nbformat
import pytest

from ripple.reports import figures, publish, tables
from ripple.reports.notify import check_targets, deliver
from ripple.reports.notify.digest import FIRST, NO_PROMISE, digest
from ripple.reports.notify.patience import Patience
from ripple.reports.render import render
from tests.reports.notify.runs import PROMISE, SUMMARY, published
from tests.reports.notify.servers import Slack, serving
from tests.reports.ripples import small

MAIL = {"to": "ann@example.com", "from": "ripple@example.com", "server": "smtp.example.com:587"}
SECRETS = ("https://hooks.slack.com/services/T0/B0/canary", "canary hunter2", "CANARY", "xoxb-canary")


def test_the_five_lines(tmp_path):
    """What it is, what it says, what changed, what is worst, how sure and where."""
    changes = {"since": "20270104-070000-000000", "sentences": ["A moved.", "B moved.", "C moved.", "D moved."]}
    run = published(tmp_path, changes=changes, values={"roadmap": "data/plan/", "deal": "north", "scenario": ""})
    what, headline, changed, worst, sure = digest(run)
    day = f"{run.name[:4]}-{run.name[4:6]}-{run.name[6:8]}"
    assert what == f"The deal (plan, north, run on {day})"
    assert headline == SUMMARY["headline"]
    assert changed == "Since 2027-01-04: A moved. B moved. C moved. And 1 more."
    assert worst.startswith("Worst promise: Single sign-on for North Rail, on time by 2027-03-31 with 80% (70% to 88%)")
    assert sure == f"400 simulations. Every check passed. Estimates assumed: none. The page: {run / 'report.html'}"


def test_the_worst_promise_is_the_one_that_loses_most(tmp_path):
    """Of those made before the deal; without a deal the least likely; without a promise what can be promised."""
    new, steady = PROMISE | {"new": True, "title": "New", "alternative": 0.0}, PROMISE | {"title": "Low", "base": 0.2}
    assert "Single sign-on" in digest(published(tmp_path, {"promises": [new, steady, PROMISE]}))[3]
    one_world = [{"feature": name, "base": chance} for name, chance in (("a", 0.9), ("b", 0.4), ("c", None))]
    assert digest(published(tmp_path, {"promises": one_world}))[3] == (
        "Worst promise: b, on time with 40%; 95% intervals."
    )
    assert digest(published(tmp_path, {"safe_promise": "We can promise A."}))[3] == "We can promise A."


@pytest.mark.parametrize(
    "summary", [{}, dict.fromkeys(SUMMARY), dict.fromkeys(SUMMARY, "x"), {key: [1] for key in SUMMARY}]
)
def test_what_is_missing_is_left_out(tmp_path, summary):
    """Five lines, whatever the files say or lack."""
    run = published(tmp_path, summary, {"since": 7, "sentences": "x"})
    lines = digest(run)
    assert len(lines) == 5 and all(lines) and lines[2:4] == (FIRST, NO_PROMISE)
    (run / "summary.json").write_bytes(b"\xff{")
    (run / "report.html").unlink()
    assert len(digest(run)) == 5


def test_a_failed_check_is_said(tmp_path):
    """Nobody relies on numbers whose check failed."""
    assert (
        "The check balance failed: do not rely on it." in digest(published(tmp_path, {"checks": {"balance": False}}))[4]
    )


@pytest.mark.parametrize(
    "target",
    [
        {"slack": "RIPPLE_SLACK_WEBHOOK"}, {"slack": "RIPPLE_WEBHOOK"}, {"slack": {"file": "~/webhook"}},
        {"email": MAIL},
        {"email": {**MAIL, "to": ["a@b.co", "c@d.eu"], "user": "u", "password": "RIPPLE_SMTP_PASSWORD", "tls": "tls"}},
    ],
)  # fmt: skip
def test_right_targets_pass(target):
    """Every form that the documentation shows."""
    assert check_targets([target], "reports.yml") == []


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_the_file_is_refused_and_not_repeated(secret, tmp_path):
    """Neither for Slack nor for mail, nor when it is delivered without having been checked."""
    for target in ({"slack": secret}, {"email": {**MAIL, "user": "u", "password": secret}}):
        (problem,) = check_targets([target], "reports.yml, weekly, deliver")
        assert problem.startswith("reports.yml, weekly, deliver, entry 1: ") and "does not belong" in problem
        assert secret not in problem
        told = deliver(tmp_path, [target], tmp_path)[0]
        assert told.status == "failed" and secret not in str(told)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("RIPPLE_WEBHOOK", "write one of slack: or email:"),
        ({"slak": "X"}, "Did you mean 'slack'?"),
        ({"slack": {"file": "webhook"}}, "the full path"),
        ({"slack": None}, "the name of an environment variable"),
        ({"email": {**MAIL, "to": []}}, "to: write one address"),
        ({"email": {**MAIL, "to": ["a@b.c", "a@b\nBcc: x@y.z"]}}, "is not an address"),
        ({"email": {**MAIL, "from": "Ripple <a@b.c>"}}, "from: write the address"),
        ({"email": {**MAIL, "server": "http://x"}}, "server: write"),
        ({"email": {**MAIL, "server": "x:99999"}}, "server: write"),
        ({"email": {**MAIL, "tls": "no"}}, "tls: write starttls, tls or none."),
        ({"email": {**MAIL, "user": "u"}}, "belong together"),
        ({"email": {**MAIL, "user": "u", "password": "RIPPLE_PASSWORD", "tls": "none"}}, "encrypted connection only"),
        ({"email": {**MAIL, "sever": "x"}}, "Did you mean 'server'?"),
    ],
)  # fmt: skip
def test_wrong_targets_are_told(target, words):
    """One sentence, with its place and its remedy."""
    (problem,) = check_targets([target], "here")
    assert problem.startswith("here, entry 1: ") and words in problem


def test_the_picture_is_the_figure_and_the_same_every_time(tmp_path, monkeypatch):
    """SVG and PNG beside the report; nothing for a sentence, and nothing without a report."""
    monkeypatch.delenv(publish.FOLDER, raising=False)
    figure = figures.promises(small())
    assert publish.save_picture(figure) is figure
    hashes = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(publish.FOLDER, str(tmp_path / name))
        publish.save_picture(tables.say("Nothing to draw."))
        assert not list((tmp_path / name).iterdir())
        publish.save_picture(figure)
        png = (tmp_path / name / "picture.png").read_bytes()
        assert png.startswith(b"\x89PNG") and (tmp_path / name / "picture.svg").read_text().startswith("<svg")
        hashes.add(hashlib.sha256(png).hexdigest())
    assert len(hashes) == 1


def test_a_notebook_never_sees_the_webhook(tmp_path, monkeypatch, capfd):
    """A real run that writes down its whole environment, delivered to a server that answers with the secret."""
    pytest.importorskip("slack_sdk", reason="Slack's library is an extra")
    code = (
        "import os\nfrom ripple.reports import publish\nprint(dict(os.environ))\n"
        "publish.save_summary({'headline': 'x', 'n': 1, **os.environ})"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code, id="all")])
    nbformat.write(notebook, tmp_path / "spy.ipynb")
    with serving(Slack([(404, "", {})])) as server:
        url = server.webhook()
        server.script = [(404, url, {})]
        for name in ("RIPPLE_SLACK_WEBHOOK", "RIPPLE_SMTP_PASSWORD", "RIPPLE_A_TOKEN"):
            monkeypatch.setenv(name, url)
        monkeypatch.setenv("RIPPLE_PLAIN", "seen-by-the-kernel")
        report = render(tmp_path / "spy.ipynb", {}, tmp_path / "outputs")
        target = [{"slack": "RIPPLE_SLACK_WEBHOOK"}]
        told = deliver(report.folder, target, tmp_path / "outputs" / "history", Patience(sleep=lambda _: None))[0]
    assert told.status == "failed" and len(server.bodies) == 1
    written = {path: path.read_bytes() for path in Path(tmp_path).rglob("*") if path.is_file()}
    assert any(b"seen-by-the-kernel" in text for text in written.values()), "the notebook did not write it down"
    assert not [path for path, text in written.items() if b"canary-7d1f" in text]
    assert "canary-7d1f" not in str(told) + str(server.bodies) + "".join(capfd.readouterr())
    assert os.environ["RIPPLE_SLACK_WEBHOOK"] == url


def test_a_reader_who_missed_a_run_is_told_what_it_found(tmp_path):
    """After a message that was not delivered, the next one tells the changes of both runs, since what was last told."""
    told = {"20270101-070000-000001": [], "20270108-070000-000001": ["A broke."], "20270115-070000-000001": []}
    for name, said in told.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "changes.json").write_text(json.dumps({"since": "x", "sentences": said} if said else {}))
    first, missed, now = (tmp_path / name for name in told)
    assert digest(now, first.name)[2] == "Since 2027-01-01: A broke."
    assert digest(now, missed.name)[2] == "Since 2027-01-08: nothing changed."
    assert digest(now)[2] == FIRST
