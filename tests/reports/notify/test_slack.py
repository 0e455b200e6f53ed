"""A digest to Slack: what arrives, how often it is tried, and what is remembered."""

import json
import subprocess
import sys
import threading

import pytest

from ripple.reports.notify import deliver
from ripple.reports.notify.delivery import REPEAT
from ripple.reports.notify.patience import Patience
from ripple.reports.notify.slack import LONGEST_HEADER, LONGEST_TEXT
from tests.reports.notify.runs import PROMISE, SUMMARY, published
from tests.reports.notify.servers import OK, SILENCE, Slack, serving
from tests.reports.test_escape import ATTACKS

TARGETS = [{"slack": "RIPPLE_SLACK_WEBHOOK"}]
BUSY, FAULT = (429, "rate_limited", {"Retry-After": "7"}), (500, "", {})

pytest.importorskip("slack_sdk", reason="Slack's library is an extra")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """What is on the loopback is asked directly."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def send(tmp_path, monkeypatch):
    """A function that delivers a run to a server, without pausing, and notes the pauses."""

    def deliver_to(server, run, targets=TARGETS, timeout=5.0):
        monkeypatch.setenv("RIPPLE_SLACK_WEBHOOK", server.webhook())
        deliver_to.pauses = []
        patience = Patience(timeout=timeout, sleep=deliver_to.pauses.append)
        return deliver(run, targets, tmp_path / "state", patience)[0]

    return deliver_to


def test_five_lines_arrive_as_plain_text(tmp_path, send):
    """A header and four sections, nothing that Slack would read as markup."""
    with serving(Slack([OK])) as server:
        told = send(server, published(tmp_path))
    assert (told.status, told.error, told.channel) == ("sent", None, "Slack (RIPPLE_SLACK_WEBHOOK)")
    (body,) = server.bodies
    assert [block["type"] for block in body["blocks"]] == ["header", *["section"] * 4]
    assert all(block["text"]["type"] == "plain_text" and not block["text"]["emoji"] for block in body["blocks"])
    texts = [block["text"]["text"] for block in body["blocks"]]
    assert texts[0].startswith("The deal (plan, run on ")
    assert texts[1] == SUMMARY["headline"]
    assert (
        "Single sign-on for North Rail, on time by 2027-03-31 with 80% (70% to 88%), then 30% (20% to 42%)" in texts[3]
    )
    assert body["unfurl_links"] is body["unfurl_media"] is body["mrkdwn"] is False


@pytest.mark.parametrize("attack", [*ATTACKS, "&" * 5000, "<http://x.org|click>"], ids=lambda text: ascii(text)[:30])
def test_names_do_nothing_in_slack(tmp_path, send, attack):
    """Every field an attack: no sign of Slack's own is left, and no text is longer than Slack takes."""
    summary = {
        "headline": attack, "promises": [PROMISE | {"title": attack, "customer": attack, "due": attack}],
        "assumed_effort": [attack], "checks": {attack: False}, "n": 4,
    }  # fmt: skip
    run = published(
        tmp_path, summary, {"since": attack, "sentences": [attack] * 4}, {"roadmap": attack, "deal": attack}
    )
    with serving(Slack([OK])) as server:
        assert send(server, run).status == "sent"
    (body,) = server.bodies
    texts = [block["text"]["text"] for block in body["blocks"]]
    for text, most in zip([*texts, body["text"]], [LONGEST_HEADER, *[LONGEST_TEXT] * 5], strict=True):
        assert 0 < len(text) <= most and "<" not in text and ">" not in text and "\u202e" not in text
        assert all(part.startswith(("amp;", "lt;", "gt;")) for part in text.split("&")[1:])
        assert not any(ord(sign) < 32 for sign in text)


@pytest.mark.parametrize(
    ("script", "status", "tries", "pauses"),
    [
        ([BUSY, OK], "sent", 2, [7.0]),
        ([(429, "", {"Retry-After": "999999"}), OK], "sent", 2, [60.0]),
        ([(429, "", {"Retry-After": "soon"}), OK], "sent", 2, [1.0]),
        ([FAULT, FAULT, OK], "sent", 3, [1.0, 2.0]),
        ([FAULT], "failed", 5, [1.0, 2.0, 4.0, 8.0]),
        ([BUSY], "failed", 5, [7.0, 7.0, 7.0, 8.0]),
        ([(404, "no_service", {})], "failed", 1, []),
        ([(200, "<html>Log in</html>", {})], "failed", 1, []),
    ],
)
def test_it_is_tried_five_times_at_most(tmp_path, send, script, status, tries, pauses):
    """Where another try may help, with longer and longer pauses; what Slack asks for is kept to, within limits."""
    with serving(Slack(script)) as server:
        told = send(server, published(tmp_path))
    assert (told.status, len(server.bodies), send.pauses) == (status, tries, pauses)
    assert (told.error is None) == (status == "sent")


def test_silence_is_tried_again_and_told(tmp_path, send):
    """A server that says nothing is given up after five tries; one that wakes up is not."""
    with serving(Slack([SILENCE])) as server:
        told = send(server, published(tmp_path), timeout=0.1)
    assert (told.status, len(server.bodies)) == ("failed", 5)
    assert told.error == "Slack did not answer. It was tried 5 times. The report itself stands."


def test_nobody_there_is_told(tmp_path, send):
    """A refused connection."""
    with serving(Slack([OK])) as server:
        pass
    told = send(server, published(tmp_path))
    assert "could not be reached (ConnectionRefusedError). It was tried 5 times" in told.error and len(send.pauses) == 4


def test_the_same_news_are_sent_once(tmp_path, send):
    """The same run again, and a new run with the same numbers, are no news; going back to older numbers is."""
    other = {**SUMMARY, "headline": "Signing breaks 2 of 2 promises."}
    with serving(Slack([OK])) as server:
        first = published(tmp_path)
        found = [send(server, first).status, send(server, first).status, send(server, published(tmp_path)).status]
        found += [send(server, published(tmp_path, other)).status, send(server, first).status]
        found += [send(server, published(tmp_path)).status]
    assert found == ["sent", "already sent", "already sent", "sent", "already sent", "sent"]
    assert len(server.bodies) == 3


def test_another_target_and_another_report_have_their_own_memory(tmp_path, send):
    """What one channel got, the other did not get yet."""
    (tmp_path / "hook").write_text("x")
    with serving(Slack([OK])) as server:
        (tmp_path / "hook").write_text(server.webhook() + "\n")
        run = published(tmp_path)
        assert send(server, run).status == send(server, run, [{"slack": {"file": str(tmp_path / "hook")}}]).status
        assert send(server, published(tmp_path, name="monthly")).status == "sent"
    assert len(server.bodies) == 3


def test_a_second_process_and_two_at_once_send_one_message(tmp_path, send, monkeypatch):
    """Another process and two threads at the same moment: one message."""
    code = (
        "import sys; from pathlib import Path; from ripple.reports.notify import deliver;"
        "print(deliver(Path(sys.argv[1]), [{'slack': 'RIPPLE_SLACK_WEBHOOK'}], Path(sys.argv[2]))[0].status)"
    )
    run = published(tmp_path)
    with serving(Slack([OK])) as server:
        monkeypatch.setenv("RIPPLE_SLACK_WEBHOOK", server.webhook())
        monkeypatch.setenv("PYTHONPATH", "lib")
        command = [sys.executable, "-c", code, str(run), str(tmp_path / "state")]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        threads = [threading.Thread(target=deliver, args=(run, TARGETS, tmp_path / "state")) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        said = other.communicate(timeout=30)[0].strip()
    assert len(server.bodies) == 1 and said in ("sent", "already sent")


def test_a_delivery_that_was_interrupted_is_sent_again_and_says_so(tmp_path, send, monkeypatch):
    """At least once: stopped while sending, the next message begins by saying what it may be."""
    run = published(tmp_path)

    def stopped(_):
        raise KeyboardInterrupt

    with serving(Slack([FAULT, OK])) as server:
        monkeypatch.setenv("RIPPLE_SLACK_WEBHOOK", server.webhook())
        with pytest.raises(KeyboardInterrupt):
            deliver(run, TARGETS, tmp_path / "state", Patience(sleep=stopped))
        assert send(server, run).status == "sent"
    assert server.bodies[1]["blocks"][0]["text"]["text"].startswith(REPEAT.strip())


def test_a_refused_message_is_no_repeat(tmp_path, send):
    """Once the cause is gone, what nobody got comes without a warning."""
    run = published(tmp_path)
    with serving(Slack([(404, "no_service", {}), OK])) as server:
        assert "switched off" in send(server, run).error
        assert send(server, run).status == "sent"
    assert REPEAT.strip() not in server.bodies[1]["blocks"][0]["text"]["text"]


def test_the_address_is_found_nowhere(tmp_path, send, caplog, capfd):
    """Whatever the server answers, and however the sending fails, the webhook is in no file, log, error or output."""
    caplog.set_level(0)
    canary, run = "canary-7d1f", published(tmp_path)
    for answer in ((400, "no such: {}", {}), (404, "{}", {}), (500, "{}", {}), (302, "{}", {"Location": "{}"})):
        with serving(Slack([OK])) as server:
            url = server.webhook()
            server.script = [(answer[0], answer[1].format(url), dict.fromkeys(answer[2], url))]
            told = send(server, run)
        assert told.status == "failed" and server.paths[0].endswith(canary) and canary not in repr(told)
    found = [path for path in tmp_path.rglob("*") if path.is_file() and canary.encode() in path.read_bytes()]
    out, err = capfd.readouterr()
    assert not found and canary not in caplog.text + out + err


def test_a_webhook_that_is_none_is_not_repeated(tmp_path, monkeypatch):
    """What is no https address is refused without being shown; so is nothing at all."""
    run = published(tmp_path)
    for value in ("http://example.com/canary", "hooks.slack.com/canary", "file:///canary", "https://", "two\nlines"):
        monkeypatch.setenv("RIPPLE_SLACK_WEBHOOK", value)
        told = deliver(run, TARGETS, tmp_path / "state")[0]
        assert told.status == "failed" and "RIPPLE_SLACK_WEBHOOK" in told.error and "canary" not in told.error
    monkeypatch.delenv("RIPPLE_SLACK_WEBHOOK")
    assert "is not set" in deliver(run, TARGETS, tmp_path / "state")[0].error
    memory = [json.loads(path.read_text()) for path in (tmp_path / "state").rglob("sent.json")]
    assert memory == [{"run": "", "content": "", "started": ""}]
