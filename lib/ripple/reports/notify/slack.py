"""The digest in a Slack channel, by an incoming webhook.

Text from a roadmap goes into `plain_text` objects with emoji off and `& < >` written as Slack asks for them: names
cannot ping, link or format anything. Slack's own client sends; the tries are ours, because its handlers do not retry
a silent server, do not cap `Retry-After`, and log addresses.
"""

import logging
from collections.abc import Sequence
from types import ModuleType
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit

from ripple.errors import InputError
from ripple.reports.notify.patience import NOBODY, UNKNOWN, NotSent, Patience, send_patiently
from ripple.reports.notify.secret import place_of, secret
from ripple.reports.notify.target import LOOPBACK, SlackTarget

LONGEST_TEXT = 3_000
LONGEST_HEADER = 150
"""What Slack takes in one section and in one header; a longer one is refused with everything else."""

INSTALL = "Slack needs the library slack-sdk, which is not installed. Install it: python -m pip install slack-sdk."
KNOWN = {
    "invalid_token": "The webhook is no longer valid. Make a new one in Slack.",
    "no_service": "The webhook was removed or switched off. Make a new one in Slack.",
    "no_team": "The webhook's workspace does not exist.",
    "channel_not_found": "The webhook's channel does not exist any more.",
    "channel_is_archived": "The webhook's channel is archived.",
    "action_prohibited": "An administrator of the workspace does not allow it.",
    "posting_to_general_channel_denied": "The workspace does not allow webhooks to write to its general channel.",
}
"""What Slack answers to a webhook that it refuses, in its own words and in ours; nothing else that it says is shown."""

_TOO_MANY, _SERVER_FAULT = 429, 500
_SIGNS = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def slack_text(text: str, most: int = LONGEST_TEXT) -> str:
    """The text as Slack shows it letter by letter, at most so many characters long when escaped.

    >>> slack_text("<!channel> & <@U123>"), slack_text("a<b", 4)
    ('&lt;!channel&gt; &amp; &lt;@U123&gt;', 'a…')
    """
    signs = [_SIGNS.get(sign, sign) for sign in text]
    if sum(map(len, signs)) <= most:
        return "".join(signs)
    kept, room = 0, most - 1
    while (room := room - len(signs[kept])) >= 0:
        kept += 1
    return "".join(signs[:kept]) + "…"


def message(lines: Sequence[str]) -> dict[str, Any]:
    """The body of the request: the first line as the header, one section for each other, all of it plain text."""
    header = {"type": "header", "text": _plain(lines[0], LONGEST_HEADER)}
    sections = [{"type": "section", "text": _plain(line, LONGEST_TEXT)} for line in lines[1:]]
    return {
        "text": slack_text(" ".join(lines[:2])),  # what a notification shows
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [header, *sections],
    }


def _plain(text: str, most: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": slack_text(text, most), "emoji": False}


def send_slack(target: SlackTarget, lines: Sequence[str], patience: Patience) -> None:
    """Send the digest to a channel.

    Raises:
        InputError: The webhook is missing or is not an https address, or Slack's library is.
        NotSent: Slack did not take it.
    """
    sdk, url, body = _library(), _address(target), message(lines)
    # A logger without a parent and above every level: the client would log the address.
    quiet = logging.Logger("slack", logging.CRITICAL + 1)
    client = sdk.WebhookClient(url, timeout=patience.timeout, logger=quiet, retry_handlers=[])
    if urlsplit(url).scheme == "http":
        client.proxy = None
    send_patiently(lambda: _post(client, body), patience)


def _library() -> ModuleType:
    try:
        import slack_sdk.webhook
    except ImportError:
        raise InputError([INSTALL]) from None
    return slack_sdk.webhook


def _address(target: SlackTarget) -> str:
    """The webhook's address: https, or on this machine http."""
    url = secret(target.webhook)
    try:
        parts = urlsplit(url)
        encrypted = parts.scheme == "https" or (parts.scheme == "http" and parts.netloc.split(":")[0] in LOOPBACK)
        known = parts.port != 0 and bool(parts.hostname) and " " not in url
    except ValueError:
        encrypted = known = False
    if not (encrypted and known):
        raise InputError([f"{place_of(target.webhook)} does not hold a webhook's address, which begins with https://."])
    return url


def _post(client: Any, body: dict[str, Any]) -> None:
    """One try. Slack took it when it answers 200 and `ok`; the page of a portal in between does not say that."""
    try:
        answer = client.send_dict(body)
    except Exception as error:  # noqa: BLE001 (whatever it is, its text can hold the address)
        raise _trouble(error) from None
    said = str(answer.body).strip()
    if answer.status_code == 200 and said.replace(" ", "") in ("ok", '{"ok":true}'):
        return
    if answer.status_code == _TOO_MANY:
        raise NotSent("Slack asked to wait (429).", again=True, wait=_seconds(answer.headers.get("Retry-After")))
    if answer.status_code >= _SERVER_FAULT:
        raise NotSent(f"Slack has a fault of its own ({answer.status_code}).", again=True, reached=UNKNOWN)
    if answer.status_code == 200:
        raise NotSent("What answered is not Slack's webhook: it did not say ok.", reached=UNKNOWN)
    reason = KNOWN.get(said, "Check the webhook.")
    raise NotSent(f"Slack refused it ({answer.status_code}). {reason}")


def _trouble(error: Exception) -> NotSent:
    """What a failed try means; a request that was never made can be made again without a doubt."""
    reason = error.reason if isinstance(error, URLError) else error
    kind = type(reason).__name__
    if kind == "SSLCertVerificationError":
        return NotSent("The certificate of Slack's server cannot be trusted.")
    if isinstance(reason, TimeoutError):
        return NotSent("Slack did not answer.", again=True, reached=UNKNOWN)
    if isinstance(reason, OSError):
        unmade = isinstance(reason, ConnectionRefusedError) or kind == "gaierror"
        return NotSent(f"Slack could not be reached ({kind}).", again=True, reached=NOBODY if unmade else UNKNOWN)
    return NotSent(f"Slack's answer could not be read ({kind}).", again=True, reached=UNKNOWN)


def _seconds(text: str | None) -> float:
    """The whole seconds that `Retry-After` asks for; 0 where it says something else."""
    return float(text) if text and text.isascii() and text.isdigit() and len(text) <= 6 else 0.0
