"""Pictures of charts, drawn in a process of their own while a notebook goes on with its next cells.

A third of a report's time would otherwise be the drawing of its figures. The process reads one chart a line and writes
one picture a line, and ends when whoever started it does: its input is closed then, however that came about.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

COMMAND = (sys.executable, "-P", "-m", "ripple.reports.convert")


class Converter:
    """Draws charts one after the other, in the order in which they come."""

    def __enter__(self) -> "Converter":
        self._process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._queue = ThreadPoolExecutor(1)  # its only work is to wait for the process
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._queue.shutdown(cancel_futures=True)
        self._process.communicate()

    def picture(self, chart: Mapping[str, Any]) -> "Future[str]":
        """The chart as SVG, once it has been drawn.

        Args:
            chart: A Vega-Lite specification.
        """
        return self._queue.submit(self._draw, json.dumps(chart))

    def _draw(self, line: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline()))


def main() -> None:
    """Draw what comes in, until nothing more can come."""
    from ripple.reports.chart import picture_of

    for line in sys.stdin:
        sys.stdout.write(json.dumps(picture_of(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
