"""A study on more processes or machines: its parts as futures of a Dask cluster, with the same bytes as here.

Who may talk to a Dask scheduler may run code on it, on its workers and on its clients, for they all unpickle what they
are sent. So connect to schedulers of your own only. One on this machine may listen on the loopback interface; between
machines the connection needs TLS, whose certificates say who may take part.
"""

import ast
import asyncio
import logging
import platform
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from hashlib import blake2b
from importlib.metadata import distributions
from ipaddress import ip_address
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np
from scipy.special import ndtri

from ripple.analysis import parts
from ripple.analysis.replications import available
from ripple.errors import InputError

T = TypeVar("T")

LOCAL = "local"
"""The address that asks for a cluster of our own on this machine, for as long as the study takes."""

PORT = 8786
SCHEMES = ("tcp", "tls")
WAIT = 5.0
"""Seconds in which a scheduler must answer, and the first worker be there."""

TRIES = 2
"""How often a part is tried again after an error; one that was lost with its worker is done again in any case."""

LIBRARIES = ("distributed", "numba", "numpy", "scipy")
HERE = "127.0.0.1"
INSTALL = "Install it: python -m pip install distributed."
ONLY_HERE = f"--host {HERE} --dashboard-address {HERE}:0"
"""Without these options Dask's processes, or their pages, listen on every interface."""

START = f"Start one: dask scheduler {ONLY_HERE}; for tls:// name the certificates in Dask's settings (comm.tls)."
SAFE = f"Use tls://, or start Dask with {ONLY_HERE}, or say --cluster-without-tls where you trust the network."
SAME = "Install the same there."
ENDS = {
    "KilledWorker": "a part's workers died again and again, perhaps for want of memory",
    "WorkerStartTimeoutError": "no worker is left",
}


class ClusterFailed(RuntimeError):
    """The cluster went away before the study was done; nothing is wrong with the roadmap."""


@contextmanager
def cluster(address: str, workers: int | None = None, *, without_tls: bool = False) -> Iterator[Executor]:
    """Who computes in place of this process's threads: the `others` of `replicate`, `compare` and the studies.

    The results are the same bytes, in the same order, however many workers there are and whichever of them die.
    On one machine the usual threads are quicker: they send nothing to each other.

    Args:
        address: `local` for one process a processor, which end with the study and listen on the loopback interface
            only, without a dashboard; or where a scheduler listens, for example `tcp://127.0.0.1:8786`. For `tls://`
            Dask's own settings (`distributed.comm.tls`) name the certificates.
        workers: How many processes `local` starts; None: one a processor.
        without_tls: Whether it may reach beyond this machine without TLS.

    Raises:
        InputError: There is no such scheduler, it is not safe to use, it has no workers, or they run other code.
        ClusterFailed: From `map`: the scheduler or all of its workers are gone.
    """
    dask = _dask()
    if address != LOCAL:
        address = _checked(address, without_tls=without_tls)
    with ExitStack() as stack:
        stack.enter_context(dask.utils.silence_logging_cmgr(logging.CRITICAL))
        if address == LOCAL:
            address = stack.enter_context(_own(dask, workers or available()))
        client = stack.enter_context(_client(dask, address))
        _check_members(client, address, without_tls=without_tls)
        yield Others(client)


class Others(Executor):
    """The workers of a cluster; of an executor's methods it has `map`."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def map(self, fn: Callable[..., T], *iterables: Any, **_: Any) -> Iterator[T]:
        """The results in order; the cluster forgets each as soon as it is here, and the rest when nobody waits."""
        job = partial(_run, fingerprint(), fn)
        futures = deque(self.client.map(job, *iterables, pure=False, retries=TRIES))
        try:
            while futures:
                yield self._result(futures.popleft())
        except (CancelledError, _dask().KilledWorker, OSError) as error:
            reason = ENDS.get(type(error).__name__, "the scheduler is gone")
            raise ClusterFailed(f"The cluster did not finish the study: {reason}.") from error

    def _result(self, future: Any) -> Any:
        """One result, which is no longer waited for when no worker is left to compute it."""
        while not future.done():
            try:
                return future.result(timeout=WAIT)
            except TimeoutError:
                self.client.wait_for_workers(1, timeout=WAIT)
        return future.result()


@cache
def fingerprint() -> dict[str, str]:
    """What decides on the bytes of a result: versions, the code of Ripple, and how this processor rounds."""
    code = "".join(source for _, source in sorted(_sources(parts.__name__).items()))
    numbers = np.log1p(np.exp(ndtri(np.linspace(0.0, 1.0, 4099)[1:-1])))
    return {
        "Python": platform.python_version(),
        **{name: found.version for name in LIBRARIES for found in distributions(name=name)},
        "Ripple": blake2b(code.encode(), digest_size=4).hexdigest(),
        "rounding": blake2b(numbers.tobytes(), digest_size=4).hexdigest(),
    }


def _sources(module: str) -> dict[str, str]:
    """The text of a module of Ripple and of those that it imports, directly or not."""
    found: dict[str, str] = {}
    names = [module]
    while names:
        name = names.pop()
        path = Path(__file__).parents[2].joinpath(*name.split(".")).with_suffix(".py")
        if name not in found and path.is_file():
            found[name] = path.read_text(encoding="utf-8")
            imports = [node for node in ast.walk(ast.parse(found[name])) if isinstance(node, ast.ImportFrom)]
            names += [f"{node.module}{more}" for node in imports for more in ("", *(f".{a.name}" for a in node.names))]
    return found


def _run(ours: dict[str, str], fn: Callable[..., T], *arguments: Any) -> T:
    """On a worker: do a part, unless this worker came later and would do it in another way."""
    if different := _difference(fingerprint(), ours):
        raise ClusterFailed(f"A worker joined the cluster that has {different}. {SAME}")
    return fn(*arguments)


def _difference(theirs: dict[str, str], ours: dict[str, str] | None = None) -> str:
    """What differs in two fingerprints."""
    pairs = ((name, theirs.get(name, "missing"), mine) for name, mine in (ours or fingerprint()).items())
    return ", ".join(f"{name} {other} instead of {mine}" for name, other, mine in pairs if other != mine)


def _checked(address: str, *, without_tls: bool) -> str:
    """An address as scheme, host and port, and nothing else that could be read in two ways.

    >>> _checked("localhost", without_tls=False), _checked("tls://[2001:db8::1]:80", without_tls=False)
    ('tcp://localhost:8786', 'tls://[2001:db8::1]:80')
    """
    host = None
    with suppress(ValueError):
        found = urlsplit(address if "://" in address else f"tcp://{address}")
        scheme, host, port = found.scheme, found.hostname, found.port or PORT
    if not host or scheme not in SCHEMES:
        example = f"Write for example tcp://127.0.0.1:{PORT}, or {LOCAL}"
        raise InputError([f"cluster: '{address}' is not the address of a scheduler. {example}."])
    whole = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
    if not (without_tls or _is_safe(whole)):
        raise InputError([f"cluster: {whole} is another machine, and without TLS anyone may be in between. {SAFE}"])
    return whole


def _is_safe(address: str) -> bool:
    """Whether it takes a certificate to talk to an address, or only this machine can."""
    return address.startswith("tls://") or _is_here(urlsplit(address).hostname or "")


def _is_here(host: str) -> bool:
    """Whether only this machine can reach a host by this name.

    >>> [_is_here(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "10.0.0.1", "127.0.0.1.example.com")]
    [True, True, True, False, False, False]
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _dask() -> Any:
    """The library, which is installed where somebody wants it."""
    try:
        import distributed
    except ImportError as error:
        raise InputError([f"cluster: the library distributed cannot be used ({error}). {INSTALL}"]) from None
    return distributed


@contextmanager
def _own(dask: Any, workers: int) -> Iterator[str]:
    """A cluster on this machine, started in a thread that Ctrl-C does not stop: what began to start can be ended."""
    starting = ThreadPoolExecutor(1).submit(_start, dask, workers)
    try:
        yield starting.result().scheduler_address
    finally:
        starting.result().close()


def _start(dask: Any, workers: int) -> Any:
    """Start a cluster on this machine; its pages, which programs read, are on the loopback interface too.

    A terminal sends Ctrl-C to all processes of a group. It is for this one, which ends the others in order, so they
    inherit from this thread that it is held back.
    """
    if hasattr(signal, "pthread_sigmask"):
        resource_tracker.ensure_running()  # which lets Ctrl-C through again in the thread that starts it
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    own = dask.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host=HERE,
        dashboard_address=f"{HERE}:0",
        scheduler_kwargs={"dashboard": False},
        silence_logs=logging.CRITICAL,
    )
    dask.gc.disable_gc_diagnosis(force=True)  # what runs in the collector loses a Ctrl-C that comes just then
    return own


def _client(dask: Any, address: str) -> Any:
    """The connection to a scheduler, made when it is sure that there is one; who is asked otherwise waits for long."""
    try:
        with ThreadPoolExecutor(1) as thread:  # whose loop of events is not the caller's, if that has one
            thread.submit(asyncio.run, asyncio.wait_for(_who(dask, address), WAIT)).result()
        return dask.Client(address, timeout=WAIT, set_as_default=False)
    except Exception as error:
        reason = " ".join(str(error).split()) or f"it took more than {WAIT:.0f} seconds"
        raise InputError([f"cluster: no scheduler answers at {address} ({reason}). {START}"]) from error


async def _who(dask: Any, address: str) -> None:
    """Ask a scheduler who it is."""
    with_certificate = dask.Security().get_connection_args("client")
    async with dask.rpc(address, timeout=WAIT, connection_args=with_certificate) as other:
        found = await other.identity()
    if found.get("type") != "Scheduler":
        raise ValueError(f"there is a {found.get('type')}")


def _check_members(client: Any, address: str, *, without_tls: bool) -> None:
    """Refuse a cluster without workers, one that reaches too far, and one that would compute something else."""
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except TimeoutError:
        options = ONLY_HERE if _is_here(urlsplit(address).hostname or "") else ""
        start = f"dask worker {address} {options}".strip()
        raise InputError([f"cluster: {address} has no workers. Start some: {start}"]) from None
    answers = {"the scheduler": _of_scheduler(client), **client.run(_answer, on_error="return")}
    wrong = {who: _wrong(answer, without_tls=without_tls) for who, answer in answers.items()}
    if any(wrong.values()):
        raise InputError([f"cluster: {who} {what}" for who, what in wrong.items() if what])


def _of_scheduler(client: Any) -> Any:
    """The scheduler's answer, or the error that kept it from loading Ripple, which it must to pass parts on."""
    try:
        return client.run_on_scheduler(_answer)
    except Exception as error:  # noqa: BLE001  # whatever it was, it is told
        return error


def _answer(dask_scheduler: Any = None, dask_worker: Any = None) -> tuple[list[str], dict[str, str]]:
    """In a process of a cluster: where it listens, its pages with it, and its fingerprint."""
    process = dask_scheduler or dask_worker
    listens = [listener.listen_address for listener in process.listeners]
    return [*listens, f"{urlsplit(listens[0]).scheme}://{process.http_server.address}"], fingerprint()


def _wrong(answer: Any, *, without_tls: bool) -> str:
    """What is wrong with a process of a cluster, and the remedy; empty: nothing."""
    if isinstance(answer, Exception):
        return f"has no Ripple that it can load ({answer}). {SAME}"
    listens, theirs = answer
    far = [] if without_tls else [address for address in listens if not _is_safe(address)]
    if far:
        return f"listens at {far[0]}, where other machines reach it without a certificate. {SAFE}"
    different = _difference(theirs)
    return f"has {different}. {SAME}" if different else ""
