"""Where a report is sent: the entries under `deliver:` in `reports.yml`, checked and made into nouns.

- slack: RIPPLE_SLACK_WEBHOOK                the variable that holds the webhook's address
- slack: {file: /etc/ripple/webhook}         or the file that does
- email:
    to: [ann@example.com, bo@example.com]
    from: ripple@example.com
    server: smtp.example.com:587
    user: ripple@example.com                 or a variable that begins with RIPPLE_ and ends in USER
    password: RIPPLE_SMTP_PASSWORD           or file:, as above
    tls: starttls                            usual; tls: encrypted from the start; none: a relay without password

What is secret is never written here itself: `secret.py` says what the names of the variables look like.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ripple.reports.escape import label
from ripple.reports.notify.secret import NAME, place_of, secret_problem
from ripple.roadmap.spelling import did_you_mean

SLACK, EMAIL = "slack", "email"
TLS = {"starttls": 587, "tls": 465, "none": 25}
"""How a connection is encrypted, and the port that is usual for it."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
MOST_PEOPLE = 50
LONGEST_ADDRESS = 254

_KEYS = ("to", "from", "server", "user", "password", "tls")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_SERVER = re.compile(r"([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\])(?::([0-9]{1,5}))?")
_LARGEST_PORT = 65_535


@dataclass(frozen=True)
class SlackTarget:
    """A channel behind a webhook; `webhook` says where the webhook's address is."""

    webhook: object

    @property
    def channel(self) -> str:
        """The target as a person reads it."""
        return f"Slack ({place_of(self.webhook)})"


@dataclass(frozen=True)
class MailTarget:
    """People, and the server that takes mail for them; `password` says where the password is, None: there is none."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    tls: str
    user: str | None
    password: object

    @property
    def channel(self) -> str:
        """The target as a person reads it."""
        more = f" and {len(self.to) - 1} more" if len(self.to) > 1 else ""
        return f"e-mail to {self.to[0]}{more}"


Target = SlackTarget | MailTarget


def check_targets(targets: object, where: str) -> list[str]:
    """A sentence for everything that is wrong under `deliver:`; empty when all can be sent to.

    Args:
        targets: What the file says, as it was read: a list of entries.
        where: The place in the file, with which every sentence begins.

    >>> check_targets([{"slack": "RIPPLE_SLACK_WEBHOOK"}], "reports.yml, weekly, deliver")
    []
    >>> check_targets([{"slak": "RIPPLE_SLACK_WEBHOOK"}], "reports.yml, weekly, deliver")
    ["reports.yml, weekly, deliver, entry 1: write slack: or email:. Did you mean 'slack'?"]
    """
    if targets is None:
        return []
    if not isinstance(targets, list | tuple):
        return [f"{where}: write a list, one line for each target, each beginning with - slack: or - email:."]
    return [
        f"{where}, entry {number}: {problem}"
        for number, target in enumerate(targets, 1)
        for problem in _problems(target)
    ]


def target_of(target: Mapping[str, object]) -> Target:
    """An entry in which `check_targets` found nothing wrong, as a noun."""
    if SLACK in target:
        return SlackTarget(target[SLACK])
    mail = target[EMAIL]
    assert isinstance(mail, Mapping)
    tls = str(mail.get("tls") or "starttls")
    host, port = _host_and_port(str(mail["server"]), tls)
    user = mail.get("user")
    return MailTarget(tuple(_addresses(mail["to"])), str(mail["from"]), host, port, tls,
                      None if user is None else str(user), mail.get("password"))  # fmt: skip


def _problems(target: object) -> Iterator[str]:
    if not isinstance(target, Mapping) or len(target) != 1:
        yield "write one of slack: or email:, and below it what belongs to it."
        return
    kind, content = next(iter(target.items()))
    if kind == SLACK:
        if problem := secret_problem(content, "RIPPLE_SLACK_WEBHOOK"):
            yield f"slack: {problem}"
    elif kind != EMAIL:
        yield f"write slack: or email:. {did_you_mean(str(kind), (SLACK, EMAIL))}".rstrip()
    elif not isinstance(content, Mapping):
        yield "email: write to:, from: and server: below it, and user: and password: where the server asks for them."
    else:
        yield from (f"email, {problem}" for problem in _mail_problems(content))


def _mail_problems(mail: Mapping[str, object]) -> Iterator[str]:
    for key in mail:
        if key not in _KEYS:
            yield f"{label(key)}: there is no such key. {did_you_mean(str(key), _KEYS)}".rstrip()
    yield from _people_problems(mail)
    tls = mail.get("tls") or "starttls"
    if tls not in TLS:
        yield f"tls: write {', '.join(list(TLS)[:-1])} or none."
    server = mail.get("server")
    if not isinstance(server, str) or not _is_server(server):
        yield "server: write the server's name and its port, such as smtp.example.com:587."
    else:
        yield from _login_problems(mail, _host_and_port(server, "none")[0], tls)


def _people_problems(mail: Mapping[str, object]) -> Iterator[str]:
    to = _addresses(mail.get("to"))
    if not 1 <= len(to) <= MOST_PEOPLE:
        yield f"to: write one address or a list of at most {MOST_PEOPLE}."
    wrong = [address for address in to if not _is_address(address)]
    if wrong:
        yield f"to: {label(wrong[0])!r} is not an address. Write it as name@example.com."
    if not _is_address(mail.get("from")):
        yield "from: write the address that the mail comes from, such as ripple@example.com."


def _login_problems(mail: Mapping[str, object], host: str, tls: object) -> Iterator[str]:
    user, password = mail.get("user"), mail.get("password")
    if (user is None) != (password is None):
        yield "user: and password: belong together: write both, or neither."
    if user is not None and not (isinstance(user, str) and user and user.isascii() and user.isprintable()):
        yield "user: write the name with which the server knows the sender."
    if password is not None and (problem := secret_problem(password, "RIPPLE_SMTP_PASSWORD")):
        yield f"password: {problem}"
    if password is not None and tls == "none" and host not in LOOPBACK:
        yield "tls: a password is sent over an encrypted connection only: write starttls or tls."


def is_name(text: str) -> bool:
    """Whether a user's name is the name of a variable that holds it."""
    return NAME.fullmatch(text) is not None


def _is_address(text: object) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def _addresses(to: object) -> list[str]:
    """The addresses, as a list; what is not a text stays something that is not an address."""
    return [str(one) for one in to] if isinstance(to, list | tuple) else [] if to is None else [str(to)]


def _is_server(text: str) -> bool:
    found = _SERVER.fullmatch(text)
    return found is not None and 0 < int(found[2] or 1) <= _LARGEST_PORT


def _host_and_port(server: str, tls: str) -> tuple[str, int]:
    found = _SERVER.fullmatch(server)
    assert found is not None
    return found[1], int(found[2] or TLS[tls])
