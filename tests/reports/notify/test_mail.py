"""A digest by e-mail: what arrives, with what in it, and what is refused."""

import email
import shutil
import ssl
import subprocess
from email.policy import default

import pytest

from ripple.reports.notify import deliver
from ripple.reports.notify.patience import Patience
from tests.reports.notify.runs import SUMMARY, published
from tests.reports.notify.servers import Mail, serving
from tests.reports.test_escape import ATTACKS

PASSWORD = "canary-pass-51c0"
PNG = b"\x89PNG\r\n\x1a\n picture"


def entry(taker, **more):
    """A target on the loopback."""
    mail = {"to": ["ann@example.com", "bo@example.com"], "from": "ripple@example.com", "tls": "none"}
    return {"email": {**mail, "server": f"127.0.0.1:{taker.port}", **more}}


def sent(taker, run, state, **more):
    """Deliver to the server, without pausing."""
    return deliver(run, [entry(taker, **more)], state, Patience(timeout=3.0, sleep=lambda _: None))[0]


def read(server):
    """The only message, as a mail program reads it."""
    (raw,) = server.messages
    return email.message_from_bytes(raw, policy=default)


def test_text_picture_and_page_arrive(tmp_path):
    """The headline is the subject, the digest the text, the picture inside, the page attached."""
    run = published(tmp_path)
    (run / "picture.png").write_bytes(PNG)
    with serving(Mail()) as server:
        told = sent(server, run, tmp_path / "state")
        assert sent(server, run, tmp_path / "state").status == "already sent"
    assert (told.status, told.channel, server.people) == (
        "sent", "e-mail to ann@example.com and 1 more", ["ann@example.com", "bo@example.com"],
    )  # fmt: skip
    message = read(server)
    assert (message["Subject"], message["To"]) == (SUMMARY["headline"], "ann@example.com, bo@example.com")
    assert len(message.get_body(("plain",)).get_content().strip().splitlines()) == 5
    parts = {part.get_content_type(): part for part in message.walk()}
    assert parts["image/png"].get_content() == PNG and parts["image/png"]["Content-ID"] == "<picture>"
    assert 'src="cid:picture"' in message.get_body(("html",)).get_content()
    (page,) = message.iter_attachments()
    assert page.get_filename() == "report.html" and b"The deal" in page.get_payload(decode=True)


def test_without_a_picture_and_with_a_large_page(tmp_path):
    """What is not there is left out, and so is a page that no mailbox takes."""
    run = published(tmp_path, page="<title>x</title>" + "x" * 5_000_000)
    with serving(Mail()) as server:
        assert sent(server, run, tmp_path / "state").status == "sent"
    types = [part.get_content_type() for part in read(server).walk()]
    assert types == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(
    "attack", [*ATTACKS, "a\r\nBcc: eve@example.com\r\n\r\nx", "."], ids=lambda text: ascii(text)[:30]
)
def test_names_do_nothing_in_a_mail(tmp_path, attack):
    """No header of the attack's own, no element, and the message ends where it ends."""
    run = published(tmp_path, {**SUMMARY, "headline": attack}, {"since": "", "sentences": [attack]})
    with serving(Mail()) as server:
        assert sent(server, run, tmp_path / "state").status == "sent"
    message = read(server)
    assert message["Bcc"] is None and len(message["Subject"]) <= 120 and not message.defects
    assert len(message.get_body(("plain",)).get_content().strip().splitlines()) == 5
    html = message.get_body(("html",)).get_content()
    assert not any(sign in html for sign in ("<script", "<img", "onerror=alert(1)>", "</td", "<@", "\u202e"))


@pytest.mark.parametrize(
    ("refused", "status", "messages", "words"),
    [
        ({"MAIL": "451 later"}, "failed", 0, "refused the message (451). It was tried 5 times"),
        ({"MAIL": f"554 {PASSWORD}"}, "failed", 0, "refused the message (554). The report itself stands."),
        ({"RCPT": "550 nobody"}, "failed", 0, "refused every address"),
        ({"RCPT TO:<BO": "550 nobody"}, "failed", 1, "refused bo@example.com; the others have it"),
        ({"DATA": "hang up"}, "failed", 0, "ended the connection. It was tried 5 times"),
        ({"QUIT": "hang up"}, "sent", 1, None),
        ({"QUIT": "500 what"}, "sent", 1, None),
    ],
)
def test_what_a_server_refuses_is_told(tmp_path, refused, status, messages, words):
    """Tried again where that can help, told in words of ours, and nobody gets it twice."""
    run = published(tmp_path)
    with serving(Mail(refused)) as server:
        told = sent(server, run, tmp_path / "state")
        again = sent(server, run, tmp_path / "state")
    assert told.status == status and (told.error is None if words is None else words in told.error)
    assert PASSWORD not in str(told) and len(server.messages) == messages
    assert again.status == ("already sent" if messages else "failed")


def test_nobody_there_is_told(tmp_path):
    """A refused connection."""
    with serving(Mail()) as server:
        pass
    assert (
        "could not be reached (ConnectionRefusedError)" in sent(server, published(tmp_path), tmp_path / "state").error
    )


def test_a_wrong_password_is_told_and_not_repeated(tmp_path, monkeypatch, capfd):
    """The server's answer holds it; ours does not. It is not tried again: that locks accounts."""
    monkeypatch.setenv("RIPPLE_SMTP_PASSWORD", PASSWORD)
    with serving(Mail(password="another")) as server:
        told = sent(server, published(tmp_path), tmp_path / "state", user="ann", password="RIPPLE_SMTP_PASSWORD")
    assert "does not know the user or the password (RIPPLE_SMTP_PASSWORD)" in told.error
    assert server.logins == [PASSWORD] and PASSWORD not in told.error + "".join(capfd.readouterr())
    assert not any(PASSWORD.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own for localhost, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run([*command, *names], cwd=folder, check=True, capture_output=True)
    return folder


def test_a_password_is_sent_encrypted_only(tmp_path, monkeypatch, certificate):
    """Over STARTTLS with a trusted certificate; with another, or a server without, the password stays here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    monkeypatch.setenv("RIPPLE_SMTP_PASSWORD", PASSWORD)
    login = {"tls": "starttls", "user": "ann", "password": "RIPPLE_SMTP_PASSWORD"}
    run, state = published(tmp_path), tmp_path / "state"
    with serving(Mail(password=PASSWORD)) as plain, serving(Mail(context=context, password=PASSWORD)) as server:
        assert "does not offer" in sent(plain, run, state, **login).error
        name = {"server": f"localhost:{server.port}"}
        assert "certificate cannot be trusted" in sent(server, run, state, **login, **name).error
        assert server.logins == plain.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
        assert sent(server, run, state, **login, **name).status == "sent"
    assert server.logins == [PASSWORD] and len(server.messages) == 1
