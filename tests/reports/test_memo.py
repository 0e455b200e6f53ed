"""The deal memo: one page, and for a customer nobody else's name in any of its files."""

import re
import shutil

import pytest

from ripple.errors import InputError
from ripple.reports.pdf import browser, print_pdf, wants_pdf
from ripple.reports.render import render
from ripple.reports.tables.memo import check_audience

PLAN = {
    "roadmap.yml": "start: 2027-01-04\n",
    "teams.csv": "team,engineers,focus\ncore,3,0.65\nweb,2,0.65\n",
    "features.csv": "feature,team,effort,crew\nsso,core,12,3\nsearch,web,10,2\nsync,core,14,3\nreports,web,8,2\n",
    "deals.csv": (
        "deal,customer,signs,status,arr,probability,probability_without\n"
        "acme,Acme Works,2027-02-01,open,300000,0.6,0.1\n"
        "north,Northern Light,2026-10-05,signed,200000,,\n"
    ),
    "promises.csv": "deal,feature,due\nacme,sync,2027-04-30\nnorth,sso,2027-04-15\nnorth,reports,2027-09-30\n",
    "gaps.csv": "gap,deal,feature,team,effort,found\nacme-auth,acme,sync,core,6,2027-03-15\n",
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A small roadmap with one open deal and one customer that has signed."""
    folder = tmp_path_factory.mktemp("memo") / "plan"
    folder.mkdir()
    for name, text in PLAN.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def memo(plan, audience):
    """The run of a memo; what it holds as text, but for its pictures."""
    given = {"roadmap": str(plan), "deal": "acme", "audience": audience, "n": 150, "flip_n": 0}
    return render("10_deal_memo", given, plan.parent / audience)


@pytest.fixture(scope="module")
def internal(plan):
    """The run of the memo for a director."""
    return memo(plan, "internal")


def test_an_internal_memo_has_verdict_decision_price_and_causes(internal):
    """What a director reads: the causes that it prints add up to the weeks that it prints."""
    page = internal.html.read_text(encoding="utf-8")
    for heading in ("Verdict", "Decision asked", "Price", "Why", "What this rests on", "Northern Light"):
        assert heading in page
    why = re.search(r"slip by ([-\d.]+) weeks?: (.*?) from all else", page).groups()
    assert sum(float(number) for number in re.findall(r"-?\d+\.\d", why[1])) == pytest.approx(float(why[0]), abs=0.05)


def test_a_customers_memo_names_nobody_else(plan):
    """Neither the page nor the notebook, the tables, the summary or the PDF has another customer's name or ARR."""
    report = memo(plan, "customer")
    page = report.html.read_text(encoding="utf-8")
    assert "What we can promise" in page
    assert "Verdict" not in page
    for path in report.folder.rglob("*"):
        content = path.read_bytes()
        for secret in (b"Northern", b"north,", b"300,000", b"200000"):
            assert secret not in content, f"{path.name} holds {secret!r}"


@pytest.mark.skipif(browser() is None, reason="there is no Chromium or Chrome to print with")
def test_the_pdf_is_one_page_and_its_bytes_depend_on_the_page_alone(internal, tmp_path):
    """A page printed twice gives the same bytes."""
    content = (internal.folder / "report.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    assert print_pdf(internal.html, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == content


def test_without_a_browser_there_is_no_pdf(monkeypatch, tmp_path):
    """Nothing is printed and nothing is wrong."""
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert not print_pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert not wants_pdf({"ripple": "yes"})


def test_an_unknown_audience_is_refused():
    """With what can be written."""
    with pytest.raises(InputError, match="audience: 'board' is not one of internal, customer"):
        check_audience("board")
