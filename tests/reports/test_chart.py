"""Charts: the same bytes every time, harmless, and readable without a network."""

import subprocess
import sys

import altair as alt
import pandas as pd
import pytest

from ripple.reports import chart as charts
from ripple.reports.convert import Converter
from ripple.reports.mime import SVG, VEGA
from tests.reports.test_escape import ATTACKS


def bars(names, title="Single sign-on ships 5 weeks later"):
    """A small bar chart of these names."""
    frame = pd.DataFrame({"name": names, "weeks": range(len(names))})
    return alt.Chart(frame, title=title).mark_bar().encode(x="weeks:Q", y="name:N", tooltip="name:N")


def test_the_same_chart_is_the_same_bytes():
    """Two drawings of one chart do not differ."""
    assert charts.svg(bars(["a", "b"])) == charts.svg(bars(["a", "b"]))


def test_a_chart_is_live_in_the_lab_and_a_picture_elsewhere():
    """The bundle holds the grammar for JupyterLab, an SVG, and the title as text."""
    charts.use_offline_renderer()
    bundle = charts._bundle(bars(["a"]).to_dict())
    assert set(bundle) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == "Single sign-on ships 5 weeks later"
    assert bundle["image/svg+xml"].startswith("<svg")


def test_names_stay_text_in_the_picture():
    """No name becomes an element, and no character hides."""
    drawn = charts.svg(bars([name[:300] for name in ATTACKS], title="<script>alert(1)</script>"))
    drawn.encode("utf-8")
    assert "<script" not in drawn and "<img" not in drawn and "\u202e" not in drawn


@pytest.mark.parametrize("field", ["href", "url"])
def test_a_chart_neither_links_nor_loads(field):
    """A specification with a link or an address is refused."""
    linked = (
        bars(["a"]).encode(**{field: "name:N"}) if field == "href" else alt.Chart("https://x.test/a.csv").mark_bar()
    )
    with pytest.raises(ValueError, match="neither links nor loads"):
        charts.svg(linked)


def test_the_theme_is_calm():
    """Titles to the left, the base grey, categories that color-blind readers tell apart."""
    charts.use_offline_renderer()
    config = bars(["a"]).to_dict()["config"]
    assert config["title"]["anchor"] == "start" and config["bar"]["color"] == charts.BASE
    assert config["range"]["category"] == list(charts.CATEGORIES)


def test_the_figures_load_without_the_slow_grammar():
    """Whichever module comes first, two seconds are not spent on addresses that no schema checks."""
    code = "import sys, ripple.reports.figures; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_process_draws_the_same_picture():
    """In the order in which the charts came, with the same bytes, and names that are only text."""
    charts.use_offline_renderer()
    bundles = [charts._bundle(bars([name]).to_dict()) for name in ("b", "a", ATTACKS[0], "\u2028\n")]
    with Converter() as drawing:
        pictures = [drawing.picture(bundle[VEGA]) for bundle in bundles]
        assert [picture.result(60) for picture in pictures] == [bundle[SVG] for bundle in bundles]
