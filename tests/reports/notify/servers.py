"""Real servers on the loopback: one that answers like Slack, by a script, and one that takes mail."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OK = (200, "ok", {})
SILENCE = None


class Slack(ThreadingHTTPServer):
    """Answers each request with the next of its script, the last one for ever, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self, script):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.script, self.bodies, self.paths, self.stop, self.turn = list(script), [], [], threading.Event(), []

    def webhook(self, path="/services/T0/B0/canary-7d1f"):
        """The address to send to."""
        return f"http://127.0.0.1:{self.server_port}{path}"


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        server.paths.append(self.path)
        server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        answer = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        if answer is SILENCE:
            server.stop.wait(10)
            return
        status, text, headers = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Say nothing."""


class Mail(socketserver.ThreadingTCPServer):
    """A mail server of a few words; `refused` names what it answers to addresses or commands."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, refused=None, context=None, password=None):
        super().__init__(("127.0.0.1", 0), _Session)
        self.refused, self.context, self.password = refused or {}, context, password
        self.messages, self.people, self.logins, self.heard = [], [], [], []

    @property
    def port(self):
        """Where it listens."""
        return self.server_address[1]


class _Session(socketserver.StreamRequestHandler):
    timeout = 10

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self):
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            self.server.heard.append(line)
            word = line.split(" ")[0].split(":")[0].upper()
            refused = next(
                (answer for start, answer in self.server.refused.items() if line.upper().startswith(start)), None
            )
            if refused == "hang up":
                return
            if refused:
                self.say(refused)
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                getattr(self, f"on_{word.lower()}", self.on_other)(line)

    def on_ehlo(self, _):
        encrypted = hasattr(self.connection, "version")
        words = ["STARTTLS"] if self.server.context and not encrypted else []
        words += ["AUTH PLAIN"] if self.server.password else []
        for word in ["here", *words]:
            self.say(f"250-{word}")
        self.say("250 SIZE 20000000")

    def on_starttls(self, _):
        self.say("220 go ahead")
        try:
            self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        except OSError:
            return
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def on_auth(self, line):
        import base64

        *_, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        self.server.logins.append(password)
        self.say("235 fine" if password == self.server.password else f"535 {password} is wrong")

    def on_rcpt(self, line):
        self.server.people.append(line.partition("<")[2].rstrip(">"))
        self.say("250 ok")

    def on_data(self, _):
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.messages.append(b"".join(lines))
        self.say("250 taken")

    def on_other(self, _):
        self.say("250 ok")


@contextmanager
def serving(server) -> Iterator:
    """The server at work, in a thread."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        getattr(server, "stop", threading.Event()).set()
        server.shutdown()
        server.server_close()
