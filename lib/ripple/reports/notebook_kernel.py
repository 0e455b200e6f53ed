"""The process that runs a notebook's cells: private to one run, and gone with it.

It listens on sockets in a temporary folder of its own (two runs cannot meet on a port), starts the interpreter that
runs `ripple`, reads and writes nothing in the home folder, sees none of the variables that hold something secret, and
dies with everything it started.
"""

import ctypes
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, Popen, TimeoutExpired
from types import FrameType
from typing import Any, NoReturn

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from ripple.reports.notify.secret import without_secrets

COMMAND = [
    sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}",
    "--HistoryManager.enabled=False", "--IPKernelApp.ignore_cwd=True",
]  # fmt: skip
KILL_WITH_PARENT = 1
"""What Linux calls PR_SET_PDEATHSIG."""

LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
LONGEST_FOLDER = 80
"""A socket's path has room for 107 bytes."""


class PrivateKernel(AsyncKernelManager):
    """Starts one kernel in a folder of its own; `end` kills it and removes the folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        super().__init__(kernel_name="python3", connection_file=str(folder / "kernel.json"))
        self._environment = _environment(folder, environment)
        self._clients: list[AsyncKernelClient] = []
        if os.name == "posix":
            self.transport, self.ip = "ipc", str(folder / "socket")

    @property
    def kernel_spec(self) -> KernelSpec:
        """This interpreter, whatever kernels the user has installed."""
        return KernelSpec(argv=COMMAND, display_name="Python 3", language="python")

    def client(self, **options: Any) -> AsyncKernelClient:  # type: ignore[override]
        """A client, remembered so that it can be closed."""
        self._clients.append(super().client(**options))
        return self._clients[-1]

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        options |= {"env": without_secrets(os.environ) | self._environment, "stdout": DEVNULL, "stderr": DEVNULL}
        if sys.platform == "linux":
            options["preexec_fn"] = _end_with_parent
        await super()._async_launch_kernel(kernel_cmd, **options)

    # The caller starts the kernel by this name, which its base class bound to its own launch.
    _launch_kernel = _async_launch_kernel

    @property
    def process(self) -> "Popen[bytes] | None":
        """The kernel's process, once started."""
        return getattr(self.provisioner, "process", None)

    def kill(self) -> None:
        """Kill the kernel and everything it started, at once; a second time does nothing."""
        process = self.process
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    def end(self) -> None:
        """Kill the kernel, wait for it, close what was open to it."""
        self.kill()
        if self.process is not None:
            with suppress(TimeoutExpired):
                self.process.wait(5)
        for client in self._clients:
            client.stop_channels()
        self.cleanup_connection_file()
        self.cleanup_ipc_files()
        self._close_control_socket()


@contextmanager
def private_kernel(environment: Mapping[str, str]) -> Iterator[PrivateKernel]:
    """A kernel for one run; on the way out, however that is, it is gone."""
    folder = _private_folder()
    kernel = PrivateKernel(folder, environment)
    try:
        with _killed_by_signals(kernel):
            yield kernel
    finally:
        kernel.end()
        shutil.rmtree(folder, ignore_errors=True)


def _end_with_parent() -> None:
    """Have Linux kill this new process as soon as its parent is gone, even where that was killed itself."""
    assert LIBC is not None
    LIBC.prctl(KILL_WITH_PARENT, signal.SIGKILL)


def _private_folder() -> Path:
    folder = tempfile.mkdtemp(prefix="ripple-")
    if len(os.fsencode(folder)) > LONGEST_FOLDER and os.name == "posix":
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix="ripple-", dir="/tmp")
    return Path(folder)


def _environment(folder: Path, wished: Mapping[str, str]) -> dict[str, str]:
    """What the kernel sees beyond our own environment: quiet, at home in its folder, with the same `ripple`."""
    library = Path(__file__).resolve().parents[2]
    paths = [str(library)] if library.name != "site-packages" else []
    inherited = os.environ.get("PYTHONPATH")
    return {
        "IPYTHONDIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "PYTHONPATH": os.pathsep.join([*paths, inherited] if inherited else paths),
        "TQDM_DISABLE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        **wished,
    }


@contextmanager
def _killed_by_signals(kernel: PrivateKernel) -> Iterator[None]:
    """Turn a request to stop into `SystemExit`, after killing the kernel; a main thread's privilege."""

    def stop(number: int, _: FrameType | None) -> NoReturn:
        kernel.kill()
        raise SystemExit(128 + number)

    numbers = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
