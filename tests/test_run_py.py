"""run.py: what it makes, what it leaves alone, what it does when something fails. No test here installs anything."""

import ast
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RUN_PY = Path(__file__).resolve().parent.parent / "run.py"
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="Windows has no file locks and signals of this kind")


@pytest.fixture
def run():
    """run.py as a module of its own, so that a test can change it."""
    spec = importlib.util.spec_from_file_location("run_py", RUN_PY)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root(tmp_path):
    """A checkout in a folder with a space in its name, holding what run.py reads."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in ("run.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(RUN_PY.parent / name, folder)
    return folder


@pytest.fixture
def steps(run, root, monkeypatch):
    """The steps of a set-up, noted instead of taken; a step that contains a word of `failing` fails."""
    noted, failing = [], set()

    def note(command, lock):
        noted.append(" ".join(command).replace(str(root), "ROOT"))
        if "venv" in command:
            python = run.python_of(root / ".venv")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        return int(any(word in noted[-1] for word in failing))

    monkeypatch.setattr(run, "quiet", note)
    note.noted, note.failing = noted, failing
    return note


def test_the_first_run_installs_with_uv_and_the_second_does_nothing(run, root, steps):
    """The environment, the pinned uv, the locked libraries, this package without looking for others, its engine."""
    run.ready_environment(root)
    assert len(steps.noted) == 5
    assert "--require-hashes" in steps.noted[1]
    assert "-m uv pip install" in steps.noted[2]
    assert "--require-hashes -r ROOT/requirements.lock" in steps.noted[2].replace(os.sep, "/")
    assert "--no-deps --no-build-isolation -e ROOT" in steps.noted[3]
    assert "-m ripple.analysis.warm" in steps.noted[4]
    assert run.ready_environment(root) == run.python_of(root / ".venv")
    assert len(steps.noted) == 5


@pytest.mark.parametrize("failing", ["uv.txt", "-m uv pip install"])
def test_where_uv_fails_pip_installs_with_the_same_hashes(run, root, steps, failing, capsys):
    """uv may be missing for a machine, or not get through its network."""
    steps.failing.add(failing)
    run.ready_environment(root)
    assert "-m pip install --quiet --require-hashes -r ROOT" in steps.noted[-3]
    assert "-m pip install --quiet --no-deps --no-build-isolation -e ROOT" in steps.noted[-2]
    assert "trying pip" in capsys.readouterr().err


def test_where_nothing_installs_a_sentence_says_so_and_the_next_run_tries_again(run, root, steps):
    """No stamp is written for half an environment."""
    steps.failing.add("pip install")
    with pytest.raises(SystemExit, match="could not be installed"):
        run.ready_environment(root)
    assert run.read_stamp(root / ".venv") == run.UNFINISHED
    steps.failing.clear()
    run.ready_environment(root)
    assert run.read_stamp(root / ".venv") == run.stamp(root)


def test_without_the_venv_module_a_sentence_says_what_to_install(run, root, steps):
    """Debian packs it apart."""
    steps.failing.add("-m venv")
    with pytest.raises(SystemExit, match="python3-venv"):
        run.ready_environment(root)


@pytest.mark.parametrize("moment", ["empty", "unfinished", "torn stamp", "old stamp", "python gone"])
def test_what_an_interruption_left_is_made_again(run, root, steps, moment):
    """Whatever state our own folder is in, the next run ends with a whole environment and nothing left over."""
    venv = root / ".venv"
    run.ready_environment(root)
    (venv / "left-over").touch()
    if moment == "python gone":
        run.python_of(venv).unlink()
    elif moment == "empty":
        shutil.rmtree(venv)
        venv.mkdir()
    else:
        (venv / run.STAMP).write_text({"unfinished": run.UNFINISHED, "torn stamp": ""}.get(moment, "0" * 64))
    run.ready_environment(root)
    assert run.is_ready(venv, run.stamp(root))
    assert not (venv / "left-over").exists()


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_what_run_py_did_not_make_is_left_alone(run, root, steps, kind):
    """A person's own environment is theirs; the sentence says what they can do."""
    venv, other = root / ".venv", root / "other"
    other.mkdir()
    (other / "mine").write_text("mine")
    if kind == "folder":
        other.rename(venv)
    elif kind == "file":
        venv.write_text("mine")
    else:
        venv.symlink_to(other)
    with pytest.raises(SystemExit, match="was not made by run"):
        run.ready_environment(root)
    assert (venv if kind == "file" else venv / "mine").read_text() == "mine"
    assert steps.noted == []


def test_a_link_inside_the_environment_is_not_followed(run, root, steps):
    """Only the link goes; what it points to stays."""
    run.ready_environment(root)
    (root / "precious").mkdir()
    (root / "precious" / "work").touch()
    (root / ".venv" / "link").symlink_to(root / "precious")
    (root / ".venv" / run.STAMP).write_text(run.UNFINISHED)
    run.ready_environment(root)
    assert (root / "precious" / "work").exists()
    assert not (root / ".venv" / "link").exists()


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("requirements.lock", "==", "==1", True),
        ("pyproject.toml", 'version = "0.1.0"', 'version = "9.1.0"', True),
        ("pyproject.toml", "line-length = 120", "line-length = 100", False),
    ],
)
def test_the_stamp_knows_what_the_environment_depends_on(run, root, file, old, new, changes):
    """A new library sets up again; a new lint rule does not."""
    before = run.stamp(root)
    text = (root / file).read_text(encoding="utf-8")
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert (run.stamp(root) != before) is changes


def test_a_moved_checkout_sets_up_again(run, root):
    """An environment holds its own path in many places."""
    before = run.stamp(root)
    assert run.stamp(root.rename(root.parent / "moved")) != before


def test_uv_is_pinned_by_the_lock(run):
    """One entry, with its version and hashes, and nothing of the next library."""
    entry = run.locked("uv", (RUN_PY.parent / "requirements.lock").read_text(encoding="utf-8"))
    assert entry.startswith("uv==")
    assert entry.count("--hash=sha256:") > 5
    assert entry.count("==") == 1


def test_children_do_not_see_the_libraries_of_the_caller(run, monkeypatch):
    """What would mix in other libraries is gone; the network's settings stay."""
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("JUPYTER_PATH", "elsewhere")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "proxy")
    monkeypatch.setenv("UV_SYSTEM_CERTS", "0")
    child = run.environment({"IPYTHONDIR": "here"})
    assert not {"PYTHONPATH", "JUPYTER_PATH", "PIP_TARGET"} & set(child)
    assert (child["HTTPS_PROXY"], child["UV_SYSTEM_CERTS"], child["IPYTHONDIR"]) == ("proxy", "0", "here")
    assert child["PYTHONNOUSERSITE"] == "1"


def test_without_a_verb_help_is_printed(run, capsys):
    """Each verb with its sentence."""
    assert run.main([]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text and verb.__doc__ in text for name, verb in run.VERBS.items())


def test_an_unknown_verb_is_a_sentence(run, capsys):
    """And exit code 2."""
    assert run.main(["reprot"]) == 2
    assert "There is no verb 'reprot'" in capsys.readouterr().err


def test_arguments_replace_those_of_the_example(run, monkeypatch, tmp_path):
    """The example's paths count from the checkout; a person's own, from where they stand."""
    calls = []
    monkeypatch.setattr(run, "ready_environment", lambda root: Path(sys.executable))
    monkeypatch.setattr(run, "run_module", lambda *call: calls.append((call[1], call[3])) or 0)
    monkeypatch.chdir(tmp_path)
    run.main(["report"])
    run.main(["report", "01_roadmap", "mine"])
    run.main(["what-if"])
    run.main(["what-if", "mine", "--deal", "north"])
    assert calls == [
        (["ripple", "report", *run.REPORT], run.ROOT),
        (["ripple", "report", "01_roadmap", "mine"], tmp_path),
        (["ripple.reports.what_if.serve", *run.WHAT_IF], run.ROOT),
        (["ripple.reports.what_if.serve", "mine", "--deal", "north"], tmp_path),
    ]


def test_one_failed_check_fails_the_whole_test_and_the_others_still_run(run, monkeypatch, capsys):
    """A person sees all that is wrong at once."""
    monkeypatch.setattr(run, "ready_environment", lambda root: Path(sys.executable))
    monkeypatch.setattr(run, "run_module", lambda python, module, *rest: int(module[0] == "mypy"))
    monkeypatch.setattr(run, "NOTEBOOK_CHECK", ["timeit", "-n", "1", "pass"])
    assert run.main(["test"]) == 1
    assert "Failed: mypy." in capsys.readouterr().out


def test_an_exit_code_reaches_the_caller(run, monkeypatch):
    """Schedulers tell 2, the input is wrong, from 75, another run holds the lock, and 1, anything else."""
    monkeypatch.setattr(run.signal, "signal", lambda *_: None)
    assert run.run_module(Path(sys.executable), ["json.tool", "--no-such-option"], {}) == 2


@POSIX_ONLY
def test_a_killed_set_up_lets_the_next_one_wait_for_what_still_runs(run, root):
    """The step that a dead run.py left behind holds the lock until it ends, so two never write at once."""
    with run.one_at_a_time(root) as lock:
        orphan = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(lock.fileno(),), start_new_session=True
        )
    waiting = subprocess.Popen([sys.executable, root / "run.py", "setup"], stderr=subprocess.PIPE, text=True)
    assert "waiting for it" in waiting.stderr.readline()
    waiting.kill()
    waiting.communicate()
    orphan.kill()
    orphan.wait()
    with run.one_at_a_time(root):
        pass


@POSIX_ONLY
def test_a_signal_to_run_py_reaches_what_it_runs():
    """systemd and timeout send SIGTERM to run.py alone."""
    work = "print(1, flush=True); import time; time.sleep(60)"
    script = f"import run, sys; run.run_module(run.Path(sys.executable), ['timeit', '-n', '1', {work!r}], {{}})"
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", script], cwd=RUN_PY.parent, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert time.monotonic() - started < 30


def test_an_old_python_can_read_the_sentence():
    """All of run.py parses in Python 3.6, so that what an old Python meets is the sentence and not a syntax error."""
    ast.parse(RUN_PY.read_text(encoding="utf-8"), feature_version=(3, 6))
