"""Names made harmless for the surface they are shown on.

Every name and text field of a roadmap was typed by somebody. `html_text`, `markdown_text` and `csv_text` turn such a
text into one that shows the same characters and does nothing; `label` makes it short enough for a chart. Characters
that lie about what is written (direction overrides, zero-width characters, controls, broken halves of a character)
are shown as visible signs by all of them.
"""

import re
from html import escape

JOINERS = "\u200c\u200d"
_FIRST_PRINTABLE = 0x20
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
    f"|(?<![^\x00-\u05ff\u2000-\u206f])[{JOINERS}]|[{JOINERS}](?![^\x00-\u05ff\u2000-\u206f])"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b")
_MARKDOWN = re.compile(r"[^\w\s,;'%?\x80-\U0010ffff]|_", re.ASCII)
_SPLIT = re.compile(r"&#(36|92);")


def visible(text: object) -> str:
    """The text with every character that hides or reorders shown as a sign.

    >>> visible("pay\\u202eroll"), visible("a\\x1b[31m"), visible("half \\ud83d")
    ('pay⟨U+202E⟩roll', 'a␛[31m', 'half �')
    """
    return _MARKS.sub("\\1�", _HIDDEN.sub(_sign, str(text)))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0].encode("utf-8", "ignore") == b"":
        return "�"
    return chr(0x2400 + code) if code < _FIRST_PRINTABLE else f"⟨U+{code:04X}⟩"


def html_text(text: object) -> str:
    """The text for an HTML element or a quoted attribute.

    >>> html_text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return escape(visible(text), quote=True)


def markdown_text(text: object) -> str:
    """The text for a Markdown paragraph, heading or table cell: no markup, links, HTML, formulas or templates.

    A dollar and a backslash get an element of their own, so that no renderer pairs them into a formula.

    >>> markdown_text("*a* | b")
    '&#42;a&#42; &#124; b'
    >>> markdown_text("$x$")
    '<span>&#36;</span>x<span>&#36;</span>'
    """
    flat = " ".join(visible(text).split())
    coded = _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", flat)
    return _SPLIT.sub(r"<span>\g<0></span>", coded)


def csv_text(text: object) -> str:
    """The text for a CSV cell: a spreadsheet reads it as text, never as a formula.

    >>> csv_text("=1+1"), csv_text("sso")
    ("'=1+1", 'sso')
    """
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def label(text: object, most: int = 40) -> str:
    """The text on one line and at most `most` characters long, for an axis or a mark of a chart.

    >>> label("Audit log export for regulated customers", 20)
    'Audit log export fo…'
    """
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1].rstrip()}…"
