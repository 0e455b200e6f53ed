#!/usr/bin/env python3
"""Set Ripple up and run it: `python3 run.py report` needs nothing but Python 3.11 or newer.

The first run makes an environment in `.venv`, with the exact libraries of `requirements.lock`; later runs
find it ready. A new verb is one function and one line in `VERBS`.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Ripple needs Python 3.11 or newer, and this is Python %d.%d. "
        "Install a newer Python and call it by its name, for example: python3.12 run.py report" % sys.version_info[:2]
    )

import contextlib
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NoReturn

try:
    import fcntl
except ImportError:  # Windows has none: there, two set-ups at once are up to the person who starts them
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent
LOCK_FILE = "requirements.lock"
STAMP = "made-by-run.py"
UNFINISHED = "unfinished\n"

EXAMPLE = "data/example"
DEAL = f"{EXAMPLE}/scenarios/accept-as-promised.yml"
REPORT = ("02_deal_impact", EXAMPLE, "--scenario", DEAL)
WHAT_IF = (EXAMPLE, "--deal", "torvane")
SLIDES = ("08_planning_review", EXAMPLE, "--scenario", DEAL)

# The caller's own Python paths, kernels and pip targets would bring other libraries than the locked ones.
UNWANTED = (
    *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV", "JUPYTER_PATH"),
    *("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_CONSTRAINT", "UV_CONSTRAINT", "UV_OVERRIDE"),
)


# ---------------------------------------------------------------------------------------------------- verbs


def setup(arguments: Sequence[str]) -> int:
    """Make the environment in .venv, or find it ready."""
    if arguments:
        stop("The verb setup takes no arguments.")
    ready_environment(ROOT)
    print(f"The environment is ready: {ROOT / '.venv'}")
    return 0


def report(arguments: Sequence[str]) -> int:
    """The deal-impact report on the example; with arguments: any notebook on any roadmap."""
    return run_on_example(["ripple", "report"], arguments, REPORT)


def slides(arguments: Sequence[str]) -> int:
    """The planning review as slides; takes the same arguments as report."""
    return run_on_example(["ripple", "report"], arguments, SLIDES)


def ripple(arguments: Sequence[str]) -> int:
    """The command line: import, new, check, compare and more; --help lists them."""
    return run_module(ready_environment(ROOT), ["ripple", *(arguments or ["--help"])], own_jupyter(ROOT), Path.cwd())


def test(arguments: Sequence[str]) -> int:
    """Every check and test, notebooks too; with arguments: only pytest, with these."""
    python = ready_environment(ROOT)
    steps = [["pytest", *arguments]] if arguments else list(all_checks())
    with beside(python, NOTEBOOK_CHECK, not arguments) as notebooks:
        results = {" ".join(step): run_module(python, step, own_jupyter(ROOT)) for step in steps}
    results |= notebooks
    failed = [step for step, code in results.items() if code]
    print(f"Failed: {'; '.join(failed)}." if failed else "Everything passed.", flush=True)
    return 1 if failed else 0


def campaign(arguments: Sequence[str]) -> int:
    """The long checks against theory, half an hour; --share 0.05 runs a twentieth of them."""
    module = ["pytest", "--override-ini=python_files=*.py", "--verbose", "tests/campaign", *arguments]
    return run_module(ready_environment(ROOT), module, own_jupyter(ROOT))


def lab(arguments: Sequence[str]) -> int:
    """Open JupyterLab on the notebooks; arguments go to JupyterLab."""
    options = [f"--ServerApp.root_dir={ROOT}", "--LabApp.default_url=/lab/tree/notebooks"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")  # in a container root is the only user; Jupyter would refuse to start
    return run_module(ready_environment(ROOT), ["jupyterlab", *options, *arguments], {})


def what_if(arguments: Sequence[str]) -> int:
    """A page to try answers to a deal on, for this machine only: what-if [DIR] [--deal DEAL]; Ctrl-C ends it."""
    return run_on_example(["ripple.reports.what_if.serve"], arguments, WHAT_IF)


def bench(arguments: Sequence[str]) -> int:
    """How fast the engines are, against SimPy written naturally and C; writes docs/speed.md."""
    return run_module(ready_environment(ROOT), ["tests.benchmark.bench", *arguments], {"PYTHONPATH": str(ROOT)})


VERBS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "report": report,
    "ripple": ripple,
    "test": test,
    "campaign": campaign,
    "lab": lab,
    "what-if": what_if,
    "bench": bench,
    "slides": slides,
}


def usage() -> str:
    """What `python3 run.py` prints: each verb with the first line of its docstring."""
    verbs = (f"  {name:<8} {(verb.__doc__ or '').strip()}" for name, verb in VERBS.items())
    return "\n".join(["Usage: python3 run.py VERB [ARGUMENTS]", "", *verbs])


def run_on_example(module: Sequence[str], arguments: Sequence[str], default: Sequence[str]) -> int:
    """Run a module; the default arguments are relative to this folder, a person's own to where they stand."""
    folder = Path.cwd() if arguments else ROOT
    return run_module(ready_environment(ROOT), [*module, *(arguments or default)], own_jupyter(ROOT), folder)


def all_checks() -> Iterator[list[str]]:
    """What `test` runs, in order: from the quickest to the slowest."""
    yield ["ruff", "check", "."]
    yield ["ruff", "format", "--check", "."]
    yield ["mypy"]
    yield ["pytest", *(f"--ignore={folder}" for folder in BESIDE)]


# Two processes of about the same length: the notebooks and reports, and everything else.
BESIDE = ("tests/alignment", "tests/reports")
NOTEBOOK_CHECK = ["pytest", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "-q", "notebooks", *BESIDE]


@contextlib.contextmanager
def beside(python: Path, module: Sequence[str], wanted: bool) -> Iterator[dict[str, int]]:
    """Run a module beside what is done meanwhile; then show what it printed, and give its exit code."""
    results: dict[str, int] = {}
    if not wanted:
        yield results
        return
    with tempfile.TemporaryFile() as output:
        command = [str(python), "-P", "-m", *module]
        process = subprocess.Popen(
            command, env=environment(own_jupyter(ROOT)), cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield results
            results[" ".join(module)] = process.wait()
        finally:
            process.terminate()
            process.wait()
        print("$ " + shlex.join(["python", "-m", *module]), file=sys.stderr, flush=True)
        output.seek(0)
        sys.stdout.write(output.read().decode("utf-8", "replace"))
        sys.stdout.flush()


# ---------------------------------------------------------------------------------------------- environment


def ready_environment(root: Path) -> Path:
    """The environment's Python, after making or renewing the environment where needed."""
    venv, wanted = root / ".venv", stamp(root)
    if not is_ready(venv, wanted):
        with one_at_a_time(root) as lock:
            if not is_ready(venv, wanted):  # another run may have made it while this one waited
                make_environment(root, venv, wanted, lock)
    return python_of(venv)


def is_ready(venv: Path, wanted: str) -> bool:
    """Whether the environment is whole and up to date, and its Python still exists."""
    return read_stamp(venv) == wanted and python_of(venv).exists()


def make_environment(root: Path, venv: Path, wanted: str, lock: IO[str]) -> None:
    """Make the environment from nothing; the stamp is written last, so what is interrupted is made again."""
    started = time.monotonic()
    clear(venv)
    tell("Setting up .venv: about a minute, longer on a slow network.")
    venv.mkdir(exist_ok=True)
    (venv / STAMP).write_text(UNFINISHED, encoding="utf-8")
    create(venv, lock)
    install(root, python_of(venv), lock)
    tell("Compiling the engine, once: about half a minute.")
    quiet([str(python_of(venv)), "-P", "-m", "ripple.analysis.warm"], lock)  # it says itself where it cannot
    write_stamp(venv, wanted)
    tell(f"The environment is ready after {time.monotonic() - started:.0f} s.")


def stamp(root: Path) -> str:
    """A digest of all that decides what is in the environment: the lock, the package, Python, the folder."""
    with (root / "pyproject.toml").open("rb") as file:
        pyproject = tomllib.load(file)
    parts = [
        (root / LOCK_FILE).read_text(encoding="utf-8"),
        json.dumps([pyproject["project"], pyproject["build-system"], pyproject["tool"]["hatch"]], sort_keys=True),
        sys.version,
        str(root),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest() + "\n"


def read_stamp(venv: Path) -> str | None:
    """The stamp of an environment, or None where run.py made none."""
    try:
        return (venv / STAMP).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def write_stamp(venv: Path, text: str) -> None:
    """Replace the stamp in one step, so that it is the old text or the new one."""
    beside = venv / f"{STAMP}.new"
    beside.write_text(text, encoding="utf-8")
    beside.replace(venv / STAMP)


def clear(venv: Path) -> None:
    """Delete an old environment of ours; stop at a folder that run.py did not make."""
    if venv.is_symlink() or (venv.exists() and not is_ours(venv)):
        stop(
            f"{venv} was not made by run.py, so it is left as it is. Rename or delete it and try again, "
            f"or install into it yourself: pip install -r {LOCK_FILE}, then pip install --no-deps -e ."
        )
    if venv.exists():
        for path in venv.iterdir():  # the stamp goes last: a deletion cut short must still be known as ours
            if path.name != STAMP:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def is_ours(venv: Path) -> bool:
    """Whether run.py made this folder: it holds the stamp, or nothing at all yet."""
    return venv.is_dir() and ((venv / STAMP).is_file() or not any(venv.iterdir()))


def create(venv: Path, lock: IO[str]) -> None:
    """Fill the folder with a Python and its pip."""
    base = getattr(sys, "_base_executable", sys.executable)  # never .venv's own, which may just have been deleted
    if quiet([base, "-m", "venv", str(venv)], lock):
        stop(
            "Python could not make an environment. On Debian and Ubuntu install its venv module: "
            "apt install python3-venv. Then try again."
        )


def install(root: Path, python: Path, lock: IO[str]) -> None:
    """Install the locked libraries and this package: with uv, or with pip where uv does not work."""
    with tempfile.TemporaryDirectory() as folder:
        pin = Path(folder) / "uv.txt"
        pin.write_text(locked("uv", (root / LOCK_FILE).read_text(encoding="utf-8")), encoding="utf-8")
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        uv = [str(python), "-m", "uv", "pip", "install", "--quiet", "--python", str(python)]
        if quiet([*pip, "--require-hashes", "-r", str(pin)], lock) == 0 and install_with(uv, root, lock):
            return
    tell("uv did not work here; trying pip, which takes longer.")
    if not install_with(pip, root, lock):
        stop("The libraries could not be installed; the lines above say why. Is the network there? Then try again.")


def install_with(installer: Sequence[str], root: Path, lock: IO[str]) -> bool:
    """Whether this installer brought all libraries, checked by their hashes, and then this package in place."""
    return not (
        quiet([*installer, "--require-hashes", "-r", str(root / LOCK_FILE)], lock)
        or quiet([*installer, "--no-deps", "--no-build-isolation", "-e", str(root)], lock)
    )


def locked(name: str, lock_text: str) -> str:
    """The lines of one library in the lock file: its version and its hashes."""
    lines = lock_text.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{name}=="))
    after = (number for number, line in enumerate(lines) if number > first and not line.startswith(" "))
    return "".join(lines[first : next(after, len(lines))])


def python_of(venv: Path) -> Path:
    """The Python of an environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


@contextlib.contextmanager
def one_at_a_time(root: Path) -> Iterator[IO[str]]:
    """Hold the only right to change the environment; the system gives it back however this process ends."""
    with (root / "run.py").open("r+", encoding="utf-8") as lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                tell("Another run is setting up .venv; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock


# ------------------------------------------------------------------------------------------------ processes


def quiet(command: Sequence[str], lock: IO[str]) -> int:
    """Run one step of the set-up, asking nothing.

    The step inherits the lock: if this process is killed, the next one waits until the step has ended too.
    """
    inherited = () if os.name == "nt" else (lock.fileno(),)
    done = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment({}), pass_fds=inherited, check=False)
    return done.returncode


def run_module(python: Path, module: Sequence[str], extra: dict[str, str], folder: Path = ROOT) -> int:
    """Run a module of the environment in a folder and return its exit code; end where a signal ended it."""
    print("$ " + shlex.join(["python", "-m", *module]), file=sys.stderr, flush=True)
    # -P: a pandas.py or a ripple.py in the folder where a person stands is not what they mean.
    process = subprocess.Popen([str(python), "-P", "-m", *module], env=environment(extra), cwd=folder)
    signals: list[int] = []

    def on_signal(number: int, _: object) -> None:
        signals.append(number)
        if number == signal.SIGTERM:  # a Ctrl-C reaches the child by itself, which stops in its own way
            process.terminate()

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    code = process.wait()
    if signals or code < 0:
        sys.exit(128 + (signals[0] if signals else -code))
    return code


def environment(extra: dict[str, str]) -> dict[str, str]:
    """The variables of every child: the caller's, without what would bring in other libraries."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    ours = {
        "PYTHONNOUSERSITE": "1",
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
    }
    # Certificates of the system, as a company's proxy needs them, unless the caller has chosen.
    return {"UV_SYSTEM_CERTS": "1"} | kept | ours | extra


def own_jupyter(root: Path) -> dict[str, str]:
    """Variables that keep Jupyter's and IPython's settings, kernels and history out of the person's home."""
    folder = root / ".venv" / "var"
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {name: str(folder / name.lower()) for name in names}


def tell(sentence: str) -> None:
    """Say what goes on, apart from the output of what is run."""
    print(sentence, file=sys.stderr, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    sys.exit(sentence)


def main(arguments: Sequence[str]) -> int:
    """Run the verb of the command line."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    verb, *rest = arguments
    if verb not in VERBS:
        tell(f"There is no verb {verb!r}. The verbs are: {', '.join(VERBS)}.")
        return 2
    try:
        return VERBS[verb](rest)
    except KeyboardInterrupt:
        tell("Interrupted. The next run takes it from there.")
        return 130
    except OSError as error:
        stop(f"The set-up stopped: {error}.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
