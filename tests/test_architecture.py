"""The architecture, proven: who imports whom, who may know which library, how large things are, what no file says."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "lib" / "ripple"

# A package imports only from those above it; `ripple` itself, the public names, comes before the command line.
ORDER = ("errors", "roadmap", "engine", "analysis", "alignment", "reports", "ripple", "cli", "__main__")
ABOVE = {package: set(ORDER[:place]) for place, package in enumerate(ORDER)} | {"importers": {"errors", "roadmap"}}
ABOVE["cli"] = ABOVE["cli"] | {"importers"}

# Library, and where alone it may be imported.
PLACES = {
    "simpy": ("engine/simulation.py", "engine/service_day.py"),  # the teams, and an interface's queue over a day
    "numba": ("engine/kernel.py",),
    "networkx": ("roadmap/graph.py",),
    "distributed": ("analysis/cluster.py",),
    "dask": ("analysis/cluster.py",),
    "altair": ("reports/",),
    "vl_convert": ("reports/",),
    "matplotlib": ("reports/",),
    "plotly": ("reports/",),
    "bokeh": ("reports/",),
    "papermill": ("reports/render.py",),
    "nbconvert": ("reports/render.py",),
    "ipywidgets": ("reports/what_if/",),
    "voila": ("reports/what_if/serve.py",),
    "slack_sdk": ("reports/notify/slack.py",),
    "smtplib": ("reports/notify/mail.py",),
    "typer": ("cli/",),
    "click": ("cli/",),
    "argparse": ("cli/",),
    "pandas": ("engine/trace.py", "engine/checks.py", "analysis/", "alignment/", "reports/", "cli/"),
}

RUNS_CODE = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
RUNS_CODE_CALLS = {"eval", "exec", "query", "read_pickle", "to_pickle", "unsafe_load", "full_load"}
# Numba keeps compiled code until the file of the function changes, and does not look at what the file imports.
MAY_BE_LONG = {str(Path("lib/ripple/engine/kernel.py")), str(Path("lib/ripple/analysis/tally_kernel.py"))}

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "manager", "handler", "common", "misc"}

# Put together here, so that this file does not contain what it looks for.
REGISTRIES = [".".join(parts) for parts in (
    ("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs", "org"), ("deb", "debian", "org"),
)]  # fmt: skip
MACHINE_PATHS = [r"(?<![\w.}~-])/" + folder + "/" for folder in ("work", "root", "tmp/dev", "opt/pypi", "opt/wheels")]
FORBIDDEN = re.compile("|".join([*map(re.escape, REGISTRIES), *MACHINE_PATHS]).encode())
NOTEBOOK_PATHS = re.compile(rb"(?<![\w.])/(?:tmp|home|Users)/")


def library_files():
    return sorted(LIBRARY.rglob("*.py"))


def module_name(path):
    """The dotted name of a file of the library: ripple.roadmap.model."""
    parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def our_modules():
    return {module_name(path) for path in library_files()}


@cache
def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def imports_of(path):
    """The dotted names that a file imports, wherever in the file it does so."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import. Write the whole name."
            found |= {most_exact(f"{node.module}.{alias.name}") for alias in node.names}
    return found


def most_exact(name):
    """The module that an import brings in: the name where it is one of ours, else what is before its last dot."""
    return name if name in our_modules() or "." not in name else name.rpartition(".")[0]


def package_of(module):
    """The package, or the top-level module, that a module of ours belongs to."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def tracked_files():
    """The files that git keeps; outside a clone there is no list."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        pytest.skip("this is not a git clone, so there is no list of files to look at")
    paths = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def python_files():
    return [*library_files(), ROOT / "run.py", *sorted((ROOT / "tests").rglob("*.py"))]


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", library_files(), ids=named)
def test_a_package_imports_only_from_those_above_it(path):
    """The data walks one way: roadmap, engine, analysis, alignment, reports, command line."""
    package = package_of(module_name(path))
    allowed = ABOVE[package] | {package}
    ours = {package_of(name) for name in imports_of(path) if name.split(".")[0] == "ripple"}
    assert ours <= allowed, f"{named(path)} imports from {sorted(ours - allowed)}"


def test_modules_do_not_import_each_other_in_a_circle():
    """Inside a package too, the arrows go one way."""
    graph = {module_name(path): imports_of(path) - {module_name(path)} for path in library_files()}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("library", PLACES)
def test_a_library_is_known_in_its_place_only(library):
    """One file or package knows each library, so that it can be replaced there."""
    for path in library_files():
        place = path.relative_to(LIBRARY).as_posix()
        if not place.startswith(PLACES[library]):
            roots = {name.split(".")[0] for name in imports_of(path)}
            assert library not in roots, f"{named(path)} imports {library}; only {PLACES[library]} may"


def test_every_library_that_is_imported_is_asked_for():
    """What the code imports stands in pyproject.toml; nothing works only because another library brings it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    lines = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    asked_for = {canonicalize_name(Requirement(line).name) for line in lines}
    distributions = packages_distributions()
    for path in library_files():
        roots = {name.split(".")[0] for name in imports_of(path)} - set(sys.stdlib_module_names) - {"ripple"}
        missing = {root for root in roots if not asked_for & set(map(canonicalize_name, distributions.get(root, [])))}
        assert not missing, f"{named(path)} imports {sorted(missing)}"


@pytest.mark.parametrize("path", python_files(), ids=named)
def test_files_and_functions_are_small(path):
    """At most 400 lines a file, and 60 a function, not counting its docstring."""
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= 400 or named(path) in MAY_BE_LONG, f"{named(path)} has {n_lines} lines"
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert length_without_docstring(node) <= 60, f"{node.name} is too long"


def length_without_docstring(function):
    first, last = function.lineno, function.end_lineno
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    return last - first + 1 - (docstring.end_lineno - docstring.lineno + 1 if docstring else 0)


def test_the_public_names_are_those_that_ripple_imports():
    """`__all__` and the imports of `ripple/__init__.py` agree, and each name is there."""
    import ripple

    tree = tree_of(LIBRARY / "__init__.py")
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    imported = {alias.asname or alias.name for node in imports for alias in node.names}
    assert sorted(ripple.__all__) == sorted(name for name in imported if not name.startswith("_"))
    assert len(ripple.__all__) == len(set(ripple.__all__))
    assert all(hasattr(ripple, name) for name in ripple.__all__)


@pytest.mark.parametrize("path", library_files(), ids=named)
def test_names_say_what_is_inside(path):
    """No drawer for odds and ends."""
    assert not VAGUE_NAMES & set(path.relative_to(LIBRARY).with_suffix("").parts)


@pytest.mark.parametrize("path", library_files(), ids=named)
def test_data_never_runs_as_code(path):
    """No pickles, no eval, no query strings: a roadmap comes from strangers."""
    assert not RUNS_CODE & {name.split(".")[0] for name in imports_of(path)}
    calls = [node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    plain = {call.id for call in calls if isinstance(call, ast.Name)}
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert not RUNS_CODE_CALLS & (plain | methods)


def test_no_file_names_a_registry_or_a_folder_of_one_machine():
    """The checkout works anywhere: it says nothing about where it was written."""
    for path in tracked_files():
        content = path.read_bytes()
        assert not FORBIDDEN.search(content), f"{named(path)}: {FORBIDDEN.search(content)}"
        if path.suffix == ".ipynb":
            assert not NOTEBOOK_PATHS.search(content), f"{named(path)}: {NOTEBOOK_PATHS.search(content)}"


def test_what_is_forbidden_is_found():
    """The search itself finds what it looks for, and lets ordinary text pass."""
    assert FORBIDDEN.search(b"see https://" + REGISTRIES[0].encode() + b"/simple")
    assert FORBIDDEN.search(b'"/wo' + b'rk/main/x.py"')
    assert not FORBIDDEN.search(b"data/work/x.csv and ../root/x, features/work/")
