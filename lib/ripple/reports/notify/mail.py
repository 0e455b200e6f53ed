"""The digest as an e-mail: text, the same with the report's picture in it, and the page attached where it is small."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import closing, suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path

from ripple.reports.escape import html_text, label
from ripple.reports.notify.digest import page_of
from ripple.reports.notify.patience import NOBODY, SOME, UNKNOWN, NotSent, Patience, send_patiently
from ripple.reports.notify.secret import place_of, secret
from ripple.reports.notify.target import MailTarget, is_name

LONGEST_SUBJECT = 120
LARGEST_PAGE = 5_000_000
LARGEST_PICTURE = 2_000_000
"""Bytes; what is larger is left where it is."""

_PICTURE = "picture.png"
_TEMPORARY = range(400, 500)
_TROUBLES: tuple[tuple[type[Exception], str, bool], ...] = (
    (smtplib.SMTPNotSupportedError, "The mail server does not offer what is asked of it. Check tls: and user:.", False),
    (smtplib.SMTPServerDisconnected, "The mail server ended the connection.", True),
    (ssl.SSLCertVerificationError, "The mail server's certificate cannot be trusted.", False),
    (TimeoutError, "The mail server did not answer.", True),
    (ValueError, "The message could not be put into words that a mail server takes.", False),
)
"""What went wrong, the sentence for it, and whether another try may help."""


def mail(target: MailTarget, lines: Sequence[str], run: Path, key: str) -> EmailMessage:
    """The message.

    Args:
        target: Who sends and who receives it.
        lines: The digest; its second line is the headline.
        run: The published run.
        key: Letters and digits that belong to this content: a mail server that gets the message twice can tell.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = label(lines[1], LONGEST_SUBJECT)
    message["From"], message["To"] = target.sender, ", ".join(target.to)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{key}@{target.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(lines) + "\n")
    _add_html(message, lines, run / _PICTURE)
    page = page_of(run)
    if page.is_file() and page.stat().st_size < LARGEST_PAGE:
        message.add_attachment(page.read_bytes(), maintype="text", subtype="html", filename=page.name)
    return message


def _add_html(message: EmailMessage, lines: Sequence[str], picture: Path) -> None:
    first, *others = map(html_text, lines)
    there = picture.is_file() and picture.stat().st_size < LARGEST_PICTURE
    image = f'<p><img src="cid:picture" alt="{first}" style="max-width: 100%"></p>' if there else ""
    text = "".join(f"<p>{line}</p>\n" for line in others)
    message.add_alternative(f"<html><body>\n<h2>{first}</h2>\n{text}{image}\n</body></html>\n", subtype="html")
    if there:
        html = message.get_payload()[1]  # type: ignore[index]
        assert isinstance(html, EmailMessage)
        html.add_related(picture.read_bytes(), "image", "png", cid="<picture>", filename=_PICTURE)


def send_mail(target: MailTarget, message: EmailMessage, patience: Patience) -> None:
    """Hand the message to the server.

    Raises:
        InputError: The password or the user's name cannot be read.
        NotSent: The server did not take it, or not for everybody.
    """
    login = None
    if target.user is not None:
        user = secret(target.user) if is_name(target.user) else target.user
        login = user, secret(target.password)
    send_patiently(lambda: _try(target, message, login, patience.timeout), patience)


def _try(target: MailTarget, message: EmailMessage, login: tuple[str, str] | None, timeout: float) -> None:
    """One try; a connection that ends after the message was begun may have delivered it."""
    begun = False
    try:
        with closing(_connection(target, timeout)) as server:
            if login:
                server.login(*login)
            begun = True
            refused = server.send_message(message, target.sender, list(target.to))
            with suppress(smtplib.SMTPException, OSError):  # it has the message: a bad farewell changes nothing
                server.quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise _trouble(target, error, begun=begun) from None
    if refused:
        names = ", ".join(sorted(refused))
        raise NotSent(f"The mail server refused {label(names, 200)}; the others have it.", reached=SOME)


def _connection(target: MailTarget, timeout: float) -> smtplib.SMTP:
    """An open connection, encrypted before anything is said that somebody could read."""
    name, host = target.sender.rpartition("@")[2], target.host.strip("[]")
    if target.tls == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, target.port, name, timeout=timeout, context=context)
    server = smtplib.SMTP(host, target.port, name, timeout=timeout)
    try:
        if target.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
    except BaseException:
        server.close()
        raise
    return server


def _trouble(target: MailTarget, error: Exception, *, begun: bool) -> NotSent:
    """What a failed try means, in words of ours: what a server says can hold what it was told."""
    reached = UNKNOWN if begun else NOBODY
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return NotSent(f"The mail server does not know the user or the password ({place_of(target.password)}).")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return NotSent("The mail server refused every address.", again=any(code in _TEMPORARY for code in codes))
    if isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
        return NotSent(f"The mail server refused the message ({code}).", again=code in _TEMPORARY)
    for kind, sentence, again in _TROUBLES:
        if isinstance(error, kind):
            return NotSent(sentence, again=again, reached=reached if again else NOBODY)
    return NotSent(f"The mail server could not be reached ({type(error).__name__}).", again=True, reached=reached)
