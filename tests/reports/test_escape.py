"""Names that want to be more than names, on every surface that shows text."""

import csv
import io

import pytest

from ripple.reports.escape import csv_text, html_text, label, markdown_text, visible

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><h1>",
    "[x](javascript:alert(1))",
    "a | b",
    "`code`",
    r"$\href{javascript:1}{x}$",
    "{{7*7}}",
    "%(x)s",
    "{0.__class__}",
    '"; DROP',
    "=1+1",
    "+1",
    "-1",
    "@SUM",
    "\t=1",
    "\uff1d1",
    "=cmd|' /C calc'!A0",
    "<!channel>",
    "<@U123>",
    "*bold*",
    "pay\u202eroll",
    "zero\u200bwidth",
    "x" * 10_000,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "a" + "\u0301" * 200,
    "half \ud83d",
    "\x1b[31mred",
    "__proto__",
]


@pytest.mark.parametrize("name", ATTACKS, ids=ascii)
def test_html_shows_the_characters_and_holds_no_markup(name):
    """After escaping, no character is left that begins a tag, an attribute or an entity of the name's own."""
    shown = html_text(name)
    assert "<" not in shown and ">" not in shown and '"' not in shown
    assert all(part.split(";")[0] in {"amp", "lt", "gt", "quot", "#x27"} for part in shown.split("&")[1:])


@pytest.mark.parametrize("name", ATTACKS, ids=ascii)
def test_markdown_holds_no_markup(name):
    """Nothing is left that Markdown, LaTeX or a template would read, but the two elements that split formulas."""
    shown = markdown_text(name).replace("<span>", "").replace("</span>", "")
    assert not set(shown) & set(r"<>[]()|`$\*_{}!@=~^") and "\n" not in shown


@pytest.mark.parametrize("name", ATTACKS, ids=ascii)
def test_a_spreadsheet_reads_text_as_text(name):
    """No cell begins like a formula, and the file can be written as UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerow([csv_text(name)])
    text.getvalue().encode("utf-8")
    assert not csv_text(name).startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))


@pytest.mark.parametrize("name", ["sso", "Single sign-on", "Zahlungsübersicht", "決済", "a'b", "C#"])
def test_ordinary_names_stay_as_they_are(name):
    """What needs no cure gets none, in a spreadsheet or a chart."""
    assert csv_text(name) == label(name) == visible(name) == name


def test_what_hides_is_shown():
    """Direction overrides, zero-width characters, controls and broken halves become signs."""
    assert visible("pay\u202eroll") == "pay⟨U+202E⟩roll"
    assert visible("zero\u200bwidth") == "zero⟨U+200B⟩width"
    assert visible("a\u200db") == "a⟨U+200D⟩b"
    assert visible("half \ud83d") == "half \ufffd"
    assert visible("\x1b[31m") == "\u241b[31m"


def test_joined_emoji_and_accents_stay_whole():
    """A family of three stays one picture; a few accents stay; two hundred are cut."""
    assert visible(ATTACKS[24]) == ATTACKS[24]
    assert visible("e\u0301") == "e\u0301"
    assert len(visible("a" + "\u0301" * 200)) == 6


def test_a_label_is_one_short_line():
    """A chart gets a name that fits."""
    assert label("two\nlines") == "two lines"
    assert len(label("x" * 10_000, 40)) == 40
