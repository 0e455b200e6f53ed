"""The what-if page without a browser: what is chosen, what is shown of it, what is saved."""

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from functools import cache

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ripple.analysis.comparison import compare
from ripple.analysis.headline import points
from ripple.errors import InputError
from ripple.reports import chart
from ripple.reports.publish import FOLDER
from ripple.reports.what_if import drawing, serve, what_if
from ripple.reports.what_if.answers import Question
from ripple.reports.what_if.app import App
from ripple.reports.what_if.choices import Choices, chosen, known_practices, scenario_of
from ripple.reports.what_if.pictures import promises_picture, slips_picture
from ripple.reports.what_if.saving import save_scenario
from ripple.reports.what_if.view import sentences, small_table, view
from ripple.roadmap.bundled import REPOSITORY
from ripple.roadmap.changes import Sign
from ripple.roadmap.reader import load_roadmap
from ripple.roadmap.scenario_text import scenario_text
from ripple.roadmap.scenarios import Scenario, apply, deal_scenario, load_scenario
from tests.analysis.test_comparison import signed_and_open
from tests.reports.ripples import HOSTILE, hostile

PROMISED = ("directory-sync", "erp-connector")


@cache
def plan():
    return load_roadmap(REPOSITORY / "data" / "example")


@cache
def question(n=60) -> Question:
    """The misaligned deal of the example."""
    return Question(plan(), "torvane", n)


def app(folder=None, asked=None) -> App:
    asked = asked or question()
    return App(asked, folder, view(asked.offered, asked.offered))


def names_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


any_choices = st.builds(
    Choices,
    st.just("torvane"),
    signs=st.integers(0, 52),
    due=st.dictionaries(st.sampled_from(PROMISED), st.integers(-12, 78)),
    promoted=st.booleans(),
    behind=st.sampled_from(["", "partner-portal", "public-api"]),
    learn=st.sampled_from(["", "2026-11-16", "2027-03-29"]),
    retrofit=st.integers(0, 12).map(lambda quarters: quarters / 4),
    team=st.sampled_from([team.name for team in load_roadmap(REPOSITORY / "data" / "example").teams]),
    engineers=st.integers(0, 8),
    start=st.sampled_from(["2027-01-04", "2027-03-01"]),
    overtime=st.booleans(),
    practices=st.lists(st.sampled_from(known_practices(plan())), unique=True).map(tuple),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_choices)
def test_whatever_is_chosen_fits_the_roadmap_and_survives_its_file(tmp_path, choices):
    """The scenario can be carried out, and the file that is saved of it means the same world."""
    scenario = scenario_of(plan(), choices, "chosen")
    path = tmp_path / "chosen.yml"
    path.write_text(scenario_text(scenario), encoding="utf-8")
    assert load_scenario(path) == scenario
    assert apply(plan(), load_scenario(path)) == apply(plan(), scenario)


def test_nothing_chosen_is_the_deal_as_it_was_offered():
    """What `--deal` means, under the name of the page."""
    assert scenario_of(plan(), Choices("torvane"), "torvane") == deal_scenario("torvane")


def test_the_title_says_what_was_chosen():
    """One thing after the other, as the beginning of a sentence; all dates moved alike are told once."""
    choices = Choices(
        "torvane", signs=4, due=dict.fromkeys(PROMISED, 12), promoted=False, behind="partner-portal", retrofit=0.5,
        team="core", engineers=2, start="2027-03-01", overtime=False, practices=("prd-link",), learn="2026-11-16",
    )  # fmt: skip
    assert scenario_of(plan(), choices).title == (
        "Signing Torvane Freight 4 weeks later with a place behind Partner portal, its dates 12 weeks later, its gaps "
        "known by 2026-11-16, retrofits at 50% of their size, 2 engineers more in Core platform and billing, prd-link "
        "from the start and no overtime"
    )
    one = Choices("torvane", due={"erp-connector": -1})
    assert scenario_of(plan(), one).title == "Signing Torvane Freight with ERP connector due on 2027-07-23"


def test_a_place_behind_a_feature_is_right_behind_it():
    """In the order of the promises, before whatever came next."""
    changed = apply(plan(), scenario_of(plan(), Choices("torvane", promoted=False, behind="partner-portal")))
    order = [one.name for one in sorted(changed.features, key=lambda one: one.rank)]
    place = order.index("partner-portal")
    assert order[place + 1 : place + 3] == list(PROMISED)


def test_the_first_open_deal_is_asked_about_and_unknown_ones_are_sentences():
    """A roadmap without an open deal has nothing to answer."""
    assert chosen(plan()).name == "torvane"
    with pytest.raises(InputError, match="Did you mean 'torvane'"):
        chosen(plan(), "torvan")
    with pytest.raises(InputError, match="No deal is open"):
        chosen(replace(plan(), deals=()))
    with pytest.raises(InputError) as told:
        scenario_of(plan(), Choices("torvane", behind="public-app", team="cor", engineers=1))
    assert [problem.split(". ")[1] for problem in told.value.problems] == [
        "Did you mean 'public-api'?",
        "Did you mean 'core'?",
    ]


@pytest.mark.parametrize("choices", [Choices("torvane"), Choices("torvane", retrofit=2.0, overtime=False)])
def test_the_page_says_what_a_report_says(choices):
    """The same worlds to the last bit, and the same sentences."""
    answer, scenario = question().answer(choices), scenario_of(plan(), choices)
    report = compare(plan(), scenario, n=60)
    assert (answer.comparison.alternative.kept == report.alternative.kept).all()
    assert (answer.comparison.base.kept == report.base.kept).all()
    assert points(answer.comparison) == points(report)
    assert sentences(answer)[: len(points(report))] == points(report)


def test_a_redraw_takes_less_than_a_second():
    """At 500 pairs, everything that is shown; the best of five, for the machine may be busy."""
    asked, taken = question(500), []
    view(asked.offered, asked.offered)
    for weeks in range(1, 6):
        began = time.perf_counter()
        view(asked.answer(Choices("torvane", due={"directory-sync": weeks})), asked.offered)
        taken.append(time.perf_counter() - began)
    assert min(taken) < 1.0


def test_the_table_sets_the_choice_beside_the_offer():
    """Both columns are counted in the same way, and the offer's stays as it is."""
    answer = question().answer(Choices("torvane", promoted=False))
    rows = {row[0]: row[1:] for row in small_table(answer, question().offered, 0.9).rows}
    before, now = rows["features that slip by a week or more"]
    assert before != now and before.endswith(" of 47")
    assert rows["Directory sync: on time"][0].endswith(" by 2027-07-30")
    assert "Directory sync: 90% sure" in rows


def test_names_are_only_ever_text():
    """In sentences, in the table and in both figures; the image of a figure is from within the page."""
    asked = Question(hostile(), "eager", 20)
    shown = view(asked.answer(Choices("eager", signs=2)), asked.offered)
    drawn = promises_picture(asked.offered, asked.offered, 0.85) + slips_picture(asked.offered, asked.offered)
    assert "<img src=x" not in shown.html + drawn and "&lt;img" in shown.html and "&lt;img" in drawn
    assert re.findall(r'src="([^"]{26})', shown.html) == ["data:image/svg+xml;base64,"] * 2
    assert not re.search(r"\$(?!</span>)", shown.words + shown.table)
    live = app(asked=asked)
    assert HOSTILE[:20] in live.deal.options[0][0] and not live.deal.description_allow_html
    assert not any(tick.description_allow_html for tick in live.controls.practices.values())


@pytest.mark.parametrize("n", [1, 30])
@pytest.mark.parametrize("deal", ["eager", "empty"])
def test_small_roadmaps_are_shown_too(deal, n):
    """Nothing priced, nothing promised, a single pair."""
    asked = Question(signed_and_open(), deal, n)
    shown = view(asked.answer(Choices(deal, signs=1, overtime=False)), asked.offered)
    assert "not priced" in shown.table and shown.promises.count("<img") == shown.slips.count("<img") == 1


def test_the_figures_have_the_colors_of_the_reports():
    """They are written down twice, for the reports' own module is slow to import."""
    names = ("BASE", "ALTERNATIVE", "INK", "FAINT", "RULE", "FONT")
    assert [getattr(drawing, name) for name in names] == [getattr(chart, name) for name in names]


def test_a_report_shows_the_offer_and_a_notebook_the_controls(monkeypatch, tmp_path):
    """The same text in both; what is live has random names, so a report leaves it out."""
    shown = what_if(plan(), "torvane", n=20)
    live = shown._repr_mimebundle_()
    monkeypatch.setenv(FOLDER, str(tmp_path))
    still = shown._repr_mimebundle_()
    assert set(live) - set(still) == {"application/vnd.jupyter.widget-view+json"}
    assert still == {name: live[name] for name in ("text/html", "text/plain")}
    assert still["text/plain"] == "What if: Torvane Freight"


def test_a_moved_control_redraws_and_the_button_goes_back():
    """The sentence, the figures and the table follow; the confidence changes no world."""
    live = app()
    before = live.words.value, live.promises.value, live.slips.value, live.table.value
    live.controls.due["directory-sync"].value = 26
    moved = live.words.value, live.promises.value, live.slips.value, live.table.value
    assert all(one != other for one, other in zip(before, moved, strict=True))
    assert "Directory sync due on 2028-01-28" in live.words.value
    live.controls.confidence.value = 0.5
    assert "With a probability of 50%" in live.words.value
    live.reset.click()
    assert (live.words.value, live.promises.value, live.slips.value, live.table.value) == before


def test_every_control_says_what_it_chooses():
    """Each of them moved, none forgotten."""
    controls = app().controls
    controls.signs.value, controls.due["erp-connector"].value = 3, 5
    controls.place.value, controls.learn.value = ("own", "public-api"), "2026-11-16"
    controls.retrofit.value, controls.overtime.value = 1.5, False
    controls.team.value, controls.engineers.value, controls.start.value = "data", 2, "2027-01-04"
    controls.practices["prd-link"].value = True
    assert controls.choices == Choices(
        "torvane",
        3,
        {"erp-connector": 5},
        False,
        "public-api",
        "2026-11-16",
        1.5,
        "data",
        2,
        "2027-01-04",
        False,
        ("prd-link",),
    )


def test_another_deal_has_its_own_controls_on_the_same_base_world():
    """The base world is not simulated again."""
    live = app()
    base = live.question.base
    live.deal.value = "elmstead"
    assert set(live.controls.due) == {"sso-enforcement", "scheduled-reports"}
    assert "Signing Elmstead Savings" in live.words.value
    assert live.question.base is base


def test_choices_that_cannot_be_made_are_a_sentence(monkeypatch):
    """In place of the words, and the next choice is drawn again."""
    live = app()
    with monkeypatch.context() as broken:
        broken.setattr(Question, "answer", lambda *_: (_ for _ in ()).throw(InputError(["no <b>such</b> thing."])))
        live.controls.signs.value = 1
        assert live.words.value == '<p class="ripple-wrong">no &lt;b&gt;such&lt;/b&gt; thing.</p>'
    live.controls.signs.value = 2
    assert "2 weeks later" in live.words.value


@pytest.fixture
def folder(tmp_path):
    """A roadmap's folder; nothing in it is read."""
    (tmp_path / "roadmap.yml").touch()
    return tmp_path


def test_what_is_seen_can_be_saved_and_is_never_overwritten_unasked(folder):
    """The message says what to type; a name that is taken, or is none, is a sentence."""
    live = app(folder)
    live.controls.overtime.value = False
    live.name.value = "rested"
    live.save.click()
    path = folder / "scenarios" / "rested.yml"
    assert load_scenario(path).changes == scenario_of(plan(), Choices("torvane", overtime=False)).changes
    assert f"ripple compare {folder} --scenario {path}" in live.message.value
    first = path.read_bytes()
    live.controls.signs.value = 8
    live.save.click()
    assert "is there already. Choose another name, or tick replace." in live.message.value
    assert path.read_bytes() == first
    live.replace.value = True
    live.save.click()
    assert path.read_bytes() != first and names_in(path.parent) == ["rested.yml"]
    for name in ("../up", "Nicely rested", "", "base"):
        live.name.value = name
        live.save.click()
        assert "ripple-wrong" in live.message.value
    assert names_in(path.parent) == ["rested.yml"]


@pytest.mark.parametrize("what", ["folder", "file", "dangling"])
def test_links_are_not_followed(folder, tmp_path_factory, what):
    """Neither a folder of scenarios nor a scenario that is elsewhere is written to."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "mine.yml").write_text("mine")
    if what == "folder":
        (folder / "scenarios").symlink_to(elsewhere)
    else:
        (folder / "scenarios").mkdir()
        target = elsewhere / ("mine.yml" if what == "file" else "new.yml")
        (folder / "scenarios" / "mine.yml").symlink_to(target)
    with pytest.raises(InputError, match="is a link to another place"):
        save_scenario(folder, Scenario("x", changes=(Sign("acme"),)), "mine", replace=True)
    assert names_in(elsewhere) == ["mine.yml"] and (elsewhere / "mine.yml").read_text() == "mine"


def test_where_nothing_can_be_written_a_sentence_says_so(folder, monkeypatch):
    """And nothing is left behind; a file in the place of the folder is another sentence."""
    scenario = Scenario("x", changes=(Sign("acme"),))

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(InputError, match="could not be written: No space left on device"):
            save_scenario(folder, scenario, "x")
    assert names_in(folder / "scenarios") == []
    (folder / "scenarios").rmdir()
    (folder / "scenarios").touch()
    with pytest.raises(InputError, match="is not a folder"):
        save_scenario(folder, scenario, "x")


def test_a_file_that_appears_meanwhile_is_left_alone(folder, monkeypatch):
    """Two people save under one name: the first one's file stays."""
    taken = folder / "scenarios" / "x.yml"
    monkeypatch.setattr(os, "fsync", lambda _: taken.write_text("theirs"))
    with pytest.raises(InputError, match="is there already"):
        save_scenario(folder, Scenario("x", changes=(Sign("acme"),)), "x")
    assert taken.read_text() == "theirs" and names_in(taken.parent) == ["x.yml"]


def test_a_workbooks_scenarios_lie_beside_it(tmp_path):
    """A workbook is a file, not a folder."""
    (tmp_path / "plan.xlsx").touch()
    saved = save_scenario(tmp_path / "plan.xlsx", Scenario("x", changes=(Sign("acme"),)), "x")
    assert saved == tmp_path / "scenarios" / "x.yml"


def test_the_notebook_gets_its_parameters_as_literals():
    """Right after its own, and a name that looks like code stays a text."""
    notebook = nbformat.read(serve.NOTEBOOK, as_version=4)
    evil = "x'; import os #"
    changed = serve.with_parameters(notebook, {"roadmap": "/there", "deal": evil})
    assert "parameters" in changed.cells[1].metadata["tags"]
    values = {}
    exec(changed.cells[2].source, values)
    assert (values["roadmap"], values["deal"]) == ("/there", evil)


def test_the_page_is_for_this_machine_and_shows_no_errors():
    """Loopback, a password, no tracebacks, no settings from the folder where a person stands."""
    told = serve.settings(REPOSITORY, "torvane")
    assert (told.Voila.ip, told.Voila.auto_token, told.Voila.config_file_paths) == ("127.0.0.1", True, [])
    assert told.VoilaConfiguration.show_tracebacks is False and told.VoilaConfiguration.file_allowlist == []
    assert "http" not in told.Voila.tornado_settings["headers"]["Content-Security-Policy"]


def test_a_browser_is_opened_only_on_a_screen(monkeypatch):
    """A text browser would take over the terminal."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert serve.has_screen() is (os.name == "nt")
    monkeypatch.setenv("DISPLAY", ":0")
    assert serve.has_screen()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["data/example", "--deal", "torvan"], "Did you mean 'torvane'?"),
        (["no/such/folder"], "not a folder that can be read"),
        (["--deal", "torvan"], "Did you mean 'torvane'?"),
        (["data/example", "--dael", "torvane"], "Write: what-if [DIR] [--deal DEAL]"),
        (["data/example", "torvane"], "Write: what-if [DIR] [--deal DEAL]"),
        (["data/example", "--port", "high"], "Write: what-if [DIR] [--deal DEAL]"),
        (["--help"], "Write: what-if [DIR] [--deal DEAL]"),
    ],
)
def test_wrong_input_is_told_before_anything_is_served(arguments, sentence, capsys):
    """Exit code 2, and a sentence."""
    assert serve.main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_notebook_is_quick_to_start():
    """What a visitor waits for: the notebook's imports do without the library of charts."""
    code = "import sys, ripple.reports.what_if; print('altair' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
