"""`ripple calibrate`: known truths come back, with intervals; too little history says nothing."""

import math
import random

import pytest
from scipy import stats

from ripple.errors import InputError
from ripple.importers.folder import import_files
from ripple.importers.history import calibrate, median_interval, spread_interval
from ripple.roadmap.reader import load_roadmap
from tests.importers.bringing import SAMPLES


def write(folder, rows, engineers=4):
    folder.mkdir(exist_ok=True)
    (folder / "roadmap.yml").write_text("start: 2027-01-04\n", encoding="utf-8")
    (folder / "teams.csv").write_text(f"team,engineers,focus\ncore,{engineers},0.65\n", encoding="utf-8")
    (folder / "features.csv").write_text("feature,team,effort\nx,core,1\n", encoding="utf-8")
    body = "".join(",".join(map(str, row)) + "\n" for row in rows)
    (folder / "history.csv").write_text("item,team,size,estimate,actual,started,done\n" + body, encoding="utf-8")
    return folder


def simulated(seed, n=200, median=1.3, sigma=0.5, focus=0.6, engineers=4):
    """Items of a team with a known median, spread and focus: one after the other, as the team's pace allows."""
    luck = random.Random(seed)
    from datetime import date, timedelta

    day, rows = 0.0, []
    for number in range(n):
        estimate = luck.choice([0.5, 1.0, 2.0])
        actual = estimate * median * math.exp(luck.gauss(0, sigma))
        day += actual / (engineers * focus) * 7
        rows.append(
            (f"i{number}", "core", "", estimate, round(actual, 4), "", date(2025, 1, 6) + timedelta(days=int(day)))
        )
    return rows


def test_known_truths_are_within_the_intervals(tmp_path):
    """Of 30 simulated histories the intervals hold the true median, spread and focus nearly always."""
    hits = {"effort_median": 0, "effort_sigma_small": 0, "focus": 0}
    for seed in range(30):
        found = calibrate(write(tmp_path / str(seed), simulated(seed)))
        numbers = dict(found.parameters) | {"focus": found.teams[0].focus}
        for name, truth in (("effort_median", 1.3), ("effort_sigma_small", 0.5), ("focus", 0.6)):
            hits[name] += numbers[name].low <= truth <= numbers[name].high
    assert min(hits.values()) >= 25


def test_the_lines_are_read_by_the_reader(tmp_path):
    """The lines for roadmap.yml can be pasted, and become the roadmap's parameters."""
    folder = write(tmp_path / "r", simulated(1))
    found = calibrate(folder)
    with (folder / "roadmap.yml").open("a", encoding="utf-8") as file:
        file.write(found.yaml)
    assert set(load_roadmap(folder).parameters) == {"effort_median", "effort_sigma_small"}


def test_too_little_says_nothing(tmp_path):
    """Seven items are no history, and the reason is told."""
    found = calibrate(write(tmp_path / "r", simulated(1, n=7)))
    assert found.parameters == ()
    assert "7 items with estimate and actual; 8 are needed" in str(found)


def test_weeks_are_never_rounded_up_to_enough(tmp_path):
    """What is said to be missing agrees with what is said to be there, and names are in plain words."""
    rows = [(f"i{n}", "core", "", 1, 1, "", f"2026-{1 + n // 4:02}-{1 + n % 4 * 7:02}") for n in range(8)]
    text = str(calibrate(write(tmp_path / "r", rows)))
    assert "core: 8 items within 7.4 weeks" in text
    assert "core: no focus, since its items were done within 7.4 weeks; 8 weeks are needed." in text
    assert "effort_sigma_small: 0  # how far small items miss their estimates; 95 %: 0 to 0, from 8 items" in text
    said = "How far large items miss their estimates (effort_sigma_large): no items of 16 engineer-weeks and above"
    assert said in text


def test_why_there_is_no_focus(tmp_path):
    """Enough weeks, but no effort: the reason is the effort; one item alone takes no time."""
    rows = [(f"i{n}", "core", "", "", "", "", f"2026-{1 + n:02}-01") for n in range(8)]
    text = str(calibrate(write(tmp_path / "r", rows)))
    assert "core: no focus, since none of its items has both an effort and the day on which it was done." in text
    assert "core: 1 item\n" in str(calibrate(write(tmp_path / "s", rows[:1])))


def test_no_history_is_a_sentence(tmp_path):
    """A roadmap without completed items is told so."""
    with pytest.raises(InputError, match="no history"):
        calibrate(write(tmp_path / "r", []))


def test_a_trackers_export_is_a_history(tmp_path):
    """Times spent in Jira give the ratio of actual to estimate."""
    import_files("jira", [SAMPLES / "jira-server.csv"], tmp_path / "r")
    found = calibrate(tmp_path / "r")
    assert dict(found.parameters)["effort_median"].n == 15


def test_intervals_against_theory():
    """The spread's interval against chi-square, the median's against the binomial, both from scipy."""
    for n in (8, 20, 100):
        logs = [stats.norm.ppf((k + 0.5) / n) for k in range(n)]
        found = spread_interval(logs)
        exact = [found.value * math.sqrt((n - 1) / stats.chi2.ppf(q, n - 1)) for q in (0.975, 0.025)]
        assert (found.low, found.high) == pytest.approx(exact, rel=0.015)
        low = median_interval([float(k) for k in range(n)]).low
        assert stats.binom.cdf(low, n, 0.5) <= 0.025 < stats.binom.cdf(low + 1, n, 0.5)
