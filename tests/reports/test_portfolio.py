"""The portfolio page: one page for all open deals, whatever the roadmap has of them."""

import json
import re

import pytest

import ripple as rp
from ripple.reports import figures, tables
from ripple.reports.pdf import browser
from ripple.reports.render import render
from tests.analysis.test_portfolio import two_deals


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The page of the example."""
    return render("11_portfolio", {"n": 40}, tmp_path_factory.mktemp("portfolio"))


def test_the_page_says_what_its_summary_and_tables_hold(report):
    """The headline, every open deal, and a row a pair."""
    page = report.html.read_text(encoding="utf-8")
    summary = json.loads((report.folder / "summary.json").read_text(encoding="utf-8"))
    assert [deal["deal"] for deal in summary["deals"]] == ["torvane", "elmstead", "kestrelby", "ruddock", "vantrice"]
    assert all(deal["title"] in page for deal in summary["deals"])
    assert "Even signed alone, all on time is less likely than 50% for Torvane Freight" in summary["headline"]
    rows = (report.folder / "tables" / "pairs.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 1 + 10
    assert page.count("<figure") == 2


@pytest.mark.skipif(browser() is None, reason="there is no Chromium or Chrome to print with")
def test_the_pdf_is_one_page(report):
    """For five deals."""
    assert len(re.findall(rb"/Type\s*/Page\b", (report.folder / "report.pdf").read_bytes())) == 1


@pytest.mark.parametrize("folder", ["data/rust-2026", "none", "two"])
def test_any_roadmap_has_a_page(folder):
    """One open deal without money, none, and two that clash: every table and figure is there, or a blank one."""
    plan = two_deals(("core", "core")) if folder == "two" else rp.load_roadmap("data/rust-2026")
    if folder == "none":
        plan = rp.Roadmap(plan.start, plan.teams, plan.features)
    found = rp.portfolio(plan, n=30, workers=1)
    for made in (tables.portfolio, tables.portfolio_deals, tables.portfolio_pairs, tables.portfolio_basis):
        assert made(found) is not None
    pictures = [figures.portfolio_chances(found), figures.portfolio_pairs(found)]
    there = [hasattr(picture, "to_dict") for picture in pictures]
    assert there == {"data/rust-2026": [True, False], "none": [False, False], "two": [True, True]}[folder]
    clash = "cannot both be kept" in repr(tables.portfolio_pairs(found))
    assert clash == (folder == "two")


def test_names_are_only_ever_text():
    """A customer that is called like a tag."""
    plan = two_deals(("core", "core"))
    evil = tuple(rp.Deal(d.name, d.signs, customer="<script>x</script>", arr=d.arr, off=d.off) for d in plan.deals)
    found = rp.portfolio(rp.Roadmap(plan.start, plan.teams, plan.features, deals=evil, promises=plan.promises), n=20)
    for made in (tables.portfolio_deals(found)._repr_html_(), tables.portfolio(found).data):
        assert "<script>" not in made
