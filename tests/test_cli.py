"""The command line as a person meets it: exit codes, sentences, and what is written where."""

import os
import signal
import subprocess
import sys

import pytest

from tests.command_line import ripple

PLAN = {
    "roadmap.yml": "start: 2027-01-04\n",
    "teams.csv": "team,engineers\nŁódź,4\n",
    "features.csv": "feature,team,effort\nümlaut,Łódź,4\n",
    "deals.csv": "deal,signs\nacme,2027-02-01\nbase,2027-02-01\n",
    "promises.csv": "deal,feature,due\nacme,ümlaut,2027-Q2\nbase,ümlaut,2027-Q2\n",
}


@pytest.fixture
def plan(tmp_path):
    """A small plan with letters that not every terminal has, and a deal called base."""
    for name, text in PLAN.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path)


def at_a_terminal(encoding, *arguments):
    """Run a command where only some letters are known; its exit code, and the bytes that it wrote."""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "ripple", *arguments]
    done = subprocess.run(command, env=variables, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_a_terminal_without_the_letters_of_a_name_shows_escapes(plan):
    """What a terminal cannot show is no fault; what is written to standard output as data is UTF-8 everywhere."""
    code, printed, said = at_a_terminal("ascii", "check", plan)
    assert (code, said) == (0, b"")
    assert rb"\u0141\xf3d\u017a" in printed
    code, printed, said = at_a_terminal("cp1252", "simulate", plan, "--no-luck", "-o", "-")
    assert (code, said) == (0, b"")
    assert printed.decode() == "scenario,replication,feature,start,finish\nbase,0,ümlaut,0.0,1.0\n"


@pytest.mark.parametrize("command", [("simulate", "--no-luck"), ("compare", "-n", "2"), ("report", "02_deal_impact")])
def test_an_unknown_deal_is_told_as_the_option_that_named_it(plan, command):
    """The sentence begins with what was typed."""
    verb, *options = command
    before = [options.pop()] if verb == "report" else []
    code, printed, said = ripple(verb, *before, plan, *options, "--deal", "acne")
    assert (code, printed) == (2, b"")
    assert said.decode() == "--deal: 'acne' is not a deal. Did you mean 'acme'?\n"


def test_a_deal_called_base_is_told_from_the_base_world(plan):
    """What is written names the world in which it signs `deal-base`."""
    code, printed, _ = ripple("simulate", plan, "--deal", "base", "--no-luck", "-o", "-")
    assert code == 0
    assert printed.decode().splitlines()[1].startswith("deal-base,0,ümlaut,")


def test_a_strange_argument_is_refused_with_a_sentence(plan):
    """An empty name, a folder in place of a file, and both options at once."""
    for arguments, sentence in [
        (("--deal", ""), "--deal: '' is not a deal. Known are acme, base."),
        (("--scenario", plan), "a folder, not a file. Put a file there."),
        (("--scenario", "x.yml", "--deal", "acme"), "--scenario and --deal were both given. Give one of them."),
    ]:
        code, _, said = ripple("simulate", plan, *arguments, "--no-luck")
        assert code == 2
        assert said.decode().strip().endswith(sentence)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_request_to_stop_is_answered_with_a_sentence(plan, tmp_path):
    """In the midst of a long run; the file that it would have written is not there."""
    stop = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        code, _, said = ripple("simulate", plan, "-n", "1000000", "-o", str(tmp_path / "ships.csv"))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, stop)
    assert (code, said.decode().splitlines()[-1]) == (1, "Stopped; nothing was published.")
    assert not (tmp_path / "ships.csv").exists()
