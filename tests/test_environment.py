"""environment.yml says for conda what pyproject.toml says for pip, and fits the locked versions; all of it offline.

The file is written by this module, `make environment`, so that what writes it and what checks it stay together.
"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from rattler import MatchSpec, Version, VersionSpec

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "environment.yml"
CONDA_NAMES = {"playwright": "playwright-python", "matplotlib": "matplotlib-base"}

HEADING = """\
# The libraries of Ripple for people who use conda. `make environment` writes this file from pyproject.toml.
#
#     conda env create -f environment.yml
#     conda activate ripple
#     pip install --no-deps -e .
#
# requirements.lock, with its exact versions and hashes, is for pip and uv: `python3 run.py setup`.
name: ripple
channels:
  - conda-forge
dependencies:
"""


def requirements():
    """What pyproject.toml asks for: to run Ripple, for its extras, and to test it."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        pyproject = tomllib.load(file)
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    lists = [project["dependencies"], *project["optional-dependencies"].values(), groups["test"]]
    return [Requirement(line) for lines in lists for line in lines]


def python_range():
    """The versions of Python that Ripple supports."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["requires-python"]


def conda_line(requirement):
    """A requirement in conda's language, lower limit first."""
    limits = sorted(map(str, requirement.specifier), key=lambda limit: limit.startswith("<"))
    return f"{CONDA_NAMES.get(requirement.name, requirement.name)} {','.join(limits)}"


def environment_text():
    """The whole of environment.yml."""
    lines = [f"python {python_range()}", "pip", *sorted(map(conda_line, requirements()))]
    return HEADING + "".join(f"  - {line}\n" for line in lines)


def locked_versions(name):
    """The versions that requirements.lock holds of one library: some have one for each Python."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(rf"^{re.escape(name.replace('.', '-'))}==(\S+)", text, flags=re.MULTILINE)


def test_environment_is_in_step_with_pyproject():
    """After a change of pyproject.toml, `make environment` writes the file again."""
    assert ENVIRONMENT.read_text(encoding="utf-8") == environment_text()


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_conda_accepts_what_is_locked(requirement):
    """Each line is one that conda reads, and every locked version satisfies it."""
    spec = MatchSpec(conda_line(requirement), strict=True)
    versions = locked_versions(requirement.name)
    assert versions
    assert all(VersionSpec(spec.version).matches(Version(version)) for version in versions)


def test_the_lock_is_in_step_with_pyproject():
    """After a change of pyproject.toml, `make lock` resolves again."""
    for requirement in requirements():
        versions = locked_versions(requirement.name)
        assert versions, f"{requirement.name} is not in requirements.lock. Run: make lock"
        assert all(requirement.specifier.contains(version) for version in versions)


def test_every_locked_library_has_hashes_and_no_address():
    """The lock names libraries, versions and hashes; where to get them is the installer's matter."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "")
    lines = text.splitlines()
    assert all("--hash=sha256:" in line for line in lines)
    assert not [line for line in lines if "://" in line or "file:" in line or line.startswith("-")]


if __name__ == "__main__":
    ENVIRONMENT.write_text(environment_text(), encoding="utf-8")
