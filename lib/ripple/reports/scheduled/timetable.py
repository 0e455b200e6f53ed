"""What makes reports arrive by themselves: a line for cron, a systemd timer, or a GitHub Actions workflow.

Cron and systemd call `ripple run` every few minutes, and the reports file decides what is due. One line for each report
would have to be changed with every change of the file, and would lose what was due while the machine was off; like
this a missed report is made as soon as somebody looks again. GitHub bills minutes, so that its workflow starts only
when something is due.
"""

import shlex
import sys
from collections.abc import Iterator

from ripple.errors import InputError
from ripple.reports.notify.secret import NAME
from ripple.reports.scheduled.wanted import ReportsFile
from ripple.roadmap.settings import Yaml

LOG = "ripple.log"
SERVICE, TIMER, WORKFLOW = "ripple.service", "ripple.timer", "ripple.yml"


def cron_line(file: ReportsFile, every: int) -> str:
    """A line for `crontab -e`; cron gives its commands next to no environment, so every path is whole.

    Args:
        file: The reports file.
        every: Minutes from one look to the next; a divisor of 60.
    """
    command = shlex.join(_command(file))
    folder, outputs, log = (shlex.quote(str(path)) for path in (file.folder, file.outputs, file.outputs / LOG))
    line = f"cd {folder} && mkdir -p {outputs} && {command} >> {log} 2>&1"
    return f"{'*' if every == 1 else f'*/{every}'} * * * * {_one_line(line).replace('%', chr(92) + '%')}"


def systemd_units(file: ReportsFile, every: int) -> dict[str, str]:
    """A service and its timer, by file name, for `~/.config/systemd/user`."""
    command = " ".join(_systemd_word(word) for word in _command(file))
    service = f"""\
[Unit]
Description=Reports of {_plain(str(file.path))}

[Service]
Type=oneshot
WorkingDirectory={_plain(str(file.folder))}
ExecStart={command}
KillMode=mixed
TimeoutStopSec=20
# Another process is at it: no fault.
SuccessExitStatus=75
"""
    timer = f"""\
[Unit]
Description=Look every {every} minutes which reports are due

[Timer]
OnCalendar=*:0/{every}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {SERVICE: service, TIMER: timer}


def workflow(file: ReportsFile) -> str:
    """A GitHub Actions workflow for a repository that holds Ripple and the reports file; its times are UTC.

    Raises:
        InputError: The reports file is outside the repository that it stands in, or no report has a `when`.
    """
    root = next((folder for folder in file.path.parents if (folder / "run.py").exists()), None)
    if root is None or not file.outputs.is_relative_to(root):
        raise InputError([f"{file.path}: not in a repository with Ripple's run.py. Move it and its outputs there."])
    times = sorted({report.when.cron for report in file.reports if report.when})
    if not times:
        raise InputError([f"{file.path.name}: no report has a time. Add for example `when: daily at 07:00`."])
    reports, outputs = (path.relative_to(root).as_posix() for path in (file.path, file.outputs))
    command = shlex.join(["python3", "run.py", "ripple", "run", "--reports", reports, "-o", outputs])
    return WORKFLOW_TEXT.format(
        times="\n".join(f"    - cron: {_yaml(time)}" for time in times),
        command=_yaml(command),
        outputs=_yaml(outputs),
        variables="".join(f"\n          {name}: ${{{{ secrets.{name} }}}}" for name in _secrets(file)),
    )


WORKFLOW_TEXT = """\
name: reports
on:
  schedule:  # UTC
{times}
  workflow_dispatch:
permissions:
  contents: read
concurrency: reports
jobs:
  reports:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.11"
      - uses: actions/cache/restore@v4  # the history, by which is known what is due
        with:
          path: {outputs}
          key: ripple-outputs-${{{{ github.run_id }}}}
          restore-keys: ripple-outputs-
      - uses: actions/cache@v4
        with:
          path: .venv
          key: ripple-${{{{ runner.os }}}}-${{{{ hashFiles('requirements.lock', 'pyproject.toml') }}}}
      - run: python3 run.py setup
      - run: {command}
        env:
          TZ: UTC{variables}
      - uses: actions/cache/save@v4  # also after a failure, which is part of the history
        if: always()
        with:
          path: {outputs}
          key: ripple-outputs-${{{{ github.run_id }}}}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: reports
          path: {outputs}
"""


def _command(file: ReportsFile) -> list[str]:
    """`ripple run` with whole paths: of this environment's Python, the reports file and the outputs."""
    return [sys.executable, "-P", "-m", "ripple", "run", "--reports", str(file.path), "-o", str(file.outputs)]


def _secrets(file: ReportsFile) -> list[str]:
    """The environment variables that the deliveries of a reports file name."""
    targets = [dict(target) for report in file.reports for target in report.deliver]
    return sorted({name for target in targets for name in _texts(target) if NAME.fullmatch(name)})


def _texts(value: Yaml) -> Iterator[str]:
    """Every text in a value of a YAML file."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _one_line(text: str) -> str:
    return _plain(text, percent="%")


def _systemd_word(word: str) -> str:
    """One word of a systemd command line."""
    quoted = _plain(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{quoted}"'


def _plain(text: str, percent: str = "%%") -> str:
    """A path on one line; a line end in it could add a line of its own to the file."""
    if any(ord(character) < ord(" ") for character in text):
        raise InputError([f"{text!r} holds a line end or a tab. Rename the folder."])
    return text.replace("%", percent)


def _yaml(text: str) -> str:
    """A text in YAML's single quotes."""
    return "'" + text.replace("'", "''") + "'"
