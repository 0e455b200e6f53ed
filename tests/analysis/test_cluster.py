"""A study on a Dask cluster: the same bytes whoever computes and dies, on the loopback interface, gone when it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ripple import cli
from ripple.analysis import cluster as module
from ripple.analysis.cluster import HERE, ONLY_HERE, ClusterFailed, cluster, fingerprint
from ripple.analysis.comparison import compare
from ripple.analysis.early import early
from ripple.analysis.parts import TIMES
from ripple.analysis.replications import replicate
from ripple.analysis.sensitivity import sensitivity
from ripple.engine.draws import BLOCK
from ripple.errors import InputError
from ripple.reports.publish import csv_of
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenarios import deal_scenario
from tests.engine.build import drill, feature, roadmap

distributed = pytest.importorskip("distributed", reason="clusters need the extra `dist`")
psutil = pytest.importorskip("psutil")

EXAMPLE = Path(__file__).parents[2] / "data" / "example"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
PATIENCE = 60.0
"""Seconds after which a test gives up; on a free machine everything is there in three."""


def until(found):
    """What a question finds, asked again and again until it finds something."""
    end = time.monotonic() + PATIENCE
    while not (answer := found()):
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.02)
    return answer


class Processes:
    """A real scheduler and two real workers; what a test kills is there again for the next."""

    def __init__(self, folder):
        self.folder, self.started, self.address, self.n = folder, {}, "", 0

    def start(self, name, *options):
        """Start a process of Dask's command line."""
        command = [sys.executable, "-m", "dask", *options, "--no-dashboard"]
        with (self.folder / f"{name}.log").open("w") as log:
            self.started[name] = subprocess.Popen(command, env=ENVIRONMENT, stdout=log, stderr=log)

    def ready(self, names=("one", "two")):
        """The address of the scheduler, when it and these workers run and have reported to it."""
        if self.gone("scheduler"):
            self.end()
            self.n += 1
            file = self.folder / f"{self.n}.json"
            self.start("scheduler", "scheduler", "--port", "0", "--scheduler-file", str(file), *ONLY_HERE.split())
            self.address = json.loads(until(lambda: file.is_file() and file.read_text()))["address"]
        for name in filter(self.gone, names):
            options = ("--name", name, "--nthreads", "1", "--no-nanny", "--local-directory", str(self.folder))
            self.start(name, "worker", self.address, *options, *ONLY_HERE.split())
        wait_for(len(names), self.address)
        return self.address

    def gone(self, name):
        """Whether a process does not run."""
        return name not in self.started or self.started[name].poll() is not None

    def kill(self, name):
        """Kill a process at once, as `kill -9` does."""
        self.started[name].kill()
        self.started[name].wait()

    def end(self):
        """Kill all, and leave none."""
        for name in self.started:
            self.kill(name)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The processes, ended with the last test."""
    processes = Processes(tmp_path_factory.mktemp("dask"))
    yield processes
    processes.end()


@pytest.fixture
def processes(kept):
    """A scheduler that runs, with two workers."""
    kept.ready()
    return kept


def wait_for(n, address):
    """Workers report to their scheduler in their own time."""
    with distributed.Client(address, set_as_default=False) as client:
        client.wait_for_workers(n, timeout=PATIENCE)


@pytest.fixture(scope="module")
def example():
    """A plan of which a block takes a few hundredths of a second."""
    return load_roadmap(EXAMPLE)


@pytest.fixture(scope="module")
def plan():
    """Three features, and a deal that brings a fire drill."""
    features = [feature("a", 6.0, stories=4), feature("b", 8.0, rank=2, stories=5), feature("c", 3.0, rank=3)]
    signed = roadmap(features, {"core": 2}, [("c", "a", 1.0)], **drill("b", 3.0, found=2.0, n=2))
    return replace(signed, deals=(replace(signed.deals[0], status="open", signs=2.0),))


def same(one, other):
    """Whether two worlds have the same bytes, those that explain them too."""
    times = all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in TIMES)
    return times and {name: array.tobytes() for name, array in one.tallies.items()} == {
        name: array.tobytes() for name, array in other.tallies.items()
    }


def test_a_cluster_gives_the_same_bytes(processes, example, plan):
    """Ships, starts, kept times, hours and reasons do not depend on which process computed them."""
    change = deal_scenario(plan.deals[0].name)
    world, here = replicate(example, n=3 * BLOCK + 7, seed=3), compare(plan, change, n=2 * BLOCK, seed=4)
    with cluster(processes.address) as others:
        assert same(world, replicate(example, n=3 * BLOCK + 7, seed=3, others=others))
        there = compare(plan, change, n=2 * BLOCK, seed=4, others=others)
    assert same(there.base, here.base)
    assert same(there.alternative, here.alternative)
    assert {"hours", "reasons"} <= set(here.base.tallies)


def test_workers_with_other_code_are_refused(processes, monkeypatch):
    """Whoever would compute with another version is named, with what differs."""
    monkeypatch.setattr(module, "LIBRARIES", (*module.LIBRARIES, "pytest"))
    fingerprint.cache_clear()
    try:
        with pytest.raises(InputError) as told, cluster(processes.address):
            pass
    finally:
        monkeypatch.undo()
        fingerprint.cache_clear()
    assert len(told.value.problems) == 3
    assert all(f"has pytest missing instead of {pytest.__version__}" in problem for problem in told.value.problems)


def test_the_command_line_computes_on_a_cluster(processes, tmp_path, example, monkeypatch, capsys):
    """The option gives the same file; what is wrong with the cluster is a sentence and exit code 2."""
    path, command = tmp_path / "ships.csv", ["ripple", "simulate", str(EXAMPLE), "-n", "300", "--cluster"]
    monkeypatch.setattr(sys, "argv", [*command, processes.address, "-o", str(path)])
    assert cli._told(cli.app) == cli.DONE
    assert path.read_text(encoding="utf-8") == csv_of(replicate(example, n=300).frame())
    monkeypatch.setattr(sys, "argv", [*command, "tcp://192.0.2.1:8786"])
    assert cli._told(cli.app) == cli.WRONG_INPUT
    assert capsys.readouterr().err.startswith("cluster: tcp://192.0.2.1:8786 is another machine")


def test_a_cluster_that_others_reach_is_refused_by_its_loopback_address_too(processes, tmp_path):
    """Dask listens on all interfaces unless it is told not to; whoever says that he trusts the network gets it."""
    processes.start("three", "worker", processes.address, "--no-nanny", "--local-directory", str(tmp_path))
    wait_for(3, processes.address)
    listens = (
        r"^cluster: tcp://127.0.0.1:\d+ listens at tcp://.*, where other machines reach it without a certificate. "
    )
    with pytest.raises(InputError, match=listens + f"Use tls://, or start Dask with {ONLY_HERE}, or say"):
        cluster(processes.address).__enter__()
    with cluster(processes.address, without_tls=True) as others:
        assert list(others.map(len, ["a", "bc"])) == [1, 2]
    processes.kill("three")


def test_a_worker_that_is_killed_changes_nothing(processes, example):
    """One of two workers dies by SIGKILL in the middle of its work; the other does all of it again."""
    killed = []

    def kill(done, total):
        if done == 3:
            busy = others.client.processing()
            names = {worker["name"]: address for address, worker in workers().items()}
            killed.append((total - done, busy[names["two"]]))
            processes.kill("two")

    with cluster(processes.address) as others:

        def workers():
            return others.client.scheduler_info()["workers"]

        away = replicate(example, n=40 * BLOCK, seed=5, progress=kill, others=others)
        left = [worker["name"] for worker in workers().values()]
    assert killed[0][0] == 37
    assert killed[0][1], "it was not at work when it was killed"
    assert left == ["one"]
    assert same(away, replicate(example, n=40 * BLOCK, seed=5))


@pytest.mark.parametrize(("gone", "why"), [("one", "no worker is left"), ("scheduler", "the scheduler is gone")])
def test_a_cluster_that_is_gone_is_told_and_not_waited_for(kept, example, monkeypatch, gone, why):
    """Without any worker, or without the scheduler, the study ends with a sentence."""
    address = kept.ready(["one"])

    def kill(done, _):
        if done == 3:
            monkeypatch.setattr(module, "WAIT", 0.2)
            kept.kill(gone)

    with pytest.raises(ClusterFailed, match=why), cluster(address) as others:
        replicate(example, n=40 * BLOCK, progress=kill, others=others)


def listening(*processes):
    """The addresses at which processes listen."""
    connections = [connection for process in processes for connection in process.net_connections("tcp")]
    return [connection.laddr.ip for connection in connections if connection.status == psutil.CONN_LISTEN]


def test_a_local_cluster_listens_on_the_loopback_interface_and_is_gone_afterwards(plan):
    """Its scheduler, its workers and their pages are for this machine only, and end with the study."""
    me = psutil.Process()
    before, listened = set(me.children()), listening(me)
    with cluster("local", workers=1) as others:
        away = replicate(plan, n=2 * BLOCK, others=others)
        started = [child for child in me.children() if child not in before]
        ours = listening(me, *started)
    assert len(ours) >= len(listened) + 5, "a scheduler, a nanny, a worker, and pages of two"
    assert set(ours) == {HERE}
    assert not [child for child in started if child.is_running() and "spawn_main" in " ".join(child.cmdline())]
    assert listening(me) == listened
    assert same(away, replicate(plan, n=2 * BLOCK))


def started_by(pid):
    """The processes of a cluster that a process has started."""
    return [child for child in psutil.Process(pid).children() if "spawn_main" in " ".join(child.cmdline())]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no process groups to interrupt")
def test_ctrl_c_ends_a_local_cluster_with_all_its_processes(tmp_path):
    """What a terminal sends to the whole group stops it within seconds, with no traceback and nobody left."""
    command = [sys.executable, "-m", "ripple", "simulate", str(EXAMPLE), "-n", "1000000", "--cluster", "local"]
    with (tmp_path / "said").open("w") as said:
        run = subprocess.Popen([*command, "--workers", "1"], env=ENVIRONMENT, stderr=said, start_new_session=True)
    try:
        family = until(lambda: [child for child in started_by(run.pid) if listening(child)])
        time.sleep(1)
        begin = time.monotonic()
        os.killpg(run.pid, signal.SIGINT)
        assert run.wait(PATIENCE) != 0
        assert time.monotonic() - begin < 10
        psutil.wait_procs(family, timeout=5)
        assert not [child for child in family if child.is_running()]
    finally:
        run.kill()
        run.wait()
    assert "Traceback" not in (tmp_path / "said").read_text()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://192.0.2.1:8786", "is another machine, and without TLS anyone may be in between. Use tls://, or"),
        ("tcp://0.0.0.0:8786", "is another machine"),
        ("tcp://127.0.0.1@evil.example:8786", "tcp://evil.example:8786 is another machine"),
        ("tcp://127.0.0.1.evil.example", "is another machine"),
        (
            "udp://127.0.0.1:8786",
            "is not the address of a scheduler. Write for example tcp://127.0.0.1:8786, or local.",
        ),
        ("tcp://127.0.0.1:99999", "is not the address of a scheduler"),
        ("", "is not the address of a scheduler"),
        ("tls://127.0.0.1:9", "name the certificates in Dask's settings"),
        (
            "127.0.0.1:9",
            r"no scheduler answers at tcp://127.0.0.1:9 \(.*\). Start one: dask scheduler --host 127.0.0.1",
        ),
    ],
)
def test_an_address_that_is_wrong_or_not_safe_is_refused(monkeypatch, address, sentence):
    """A sentence with the remedy, before anything is sent to it."""
    monkeypatch.setattr(module, "WAIT", 0.3)
    with pytest.raises(InputError, match=sentence), cluster(address):
        pass


def test_a_missing_library_is_told(monkeypatch):
    """Who has not installed the extra reads how to."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match="Install it: python -m pip install distributed"), cluster("local"):
        pass


class Asked(ThreadPoolExecutor):
    """Others that count what they are asked to do."""

    n = 0

    def map(self, fn, *iterables, **options):
        """Do it, and count it."""
        self.n += len(iterables[0])
        return super().map(fn, *iterables, **options)


def test_studies_of_many_worlds_hand_their_parts_to_others_too(plan):
    """Sensitivity and early involvement give the same tables, and compute no part themselves."""
    deal = plan.deals[0].name
    for study, what in ((sensitivity, deal_scenario(deal)), (early, deal)):
        with Asked(1) as others:
            assert study(plan, what, n=30, seed=2, others=others).equals(study(plan, what, n=30, seed=2))
            assert others.n > 2


def test_what_a_part_runs_is_in_the_fingerprint():
    """The sources that are compared between processes are those of the engine too, which is imported late."""
    sources = module._sources("ripple.analysis.parts")
    assert {"ripple.analysis.parts", "ripple.engine.kernel", "ripple.engine.draws"} <= set(sources)
    assert "ripple.reports.figures" not in sources
