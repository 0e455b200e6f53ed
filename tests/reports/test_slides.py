"""Pages and slides in a real browser: what attackers wrote does nothing, and what we wrote fits."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ripple.reports import page, render, slides
from ripple.reports.escape import html_text, markdown_text
from ripple.reports.pdf import print_pdf
from tests.reports.test_escape import ATTACKS

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
IN_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

SLIDES = 2 * len(ATTACKS) + 2

EVIL_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="320" onload="alert(1)"><script>alert(1)</script>'
    '<image href="https://x.test/a.png"/><rect width="640" height="320" fill="#9aa0a6"/></svg>'
)


def slide(kind):
    """The metadata of a cell that begins a slide of this kind."""
    return {"slideshow": {"slide_type": kind}}


def result(**data):
    """A code cell that showed this, by kind of content."""
    shown = {kind.replace("__", "+").replace("_", "/"): text for kind, text in data.items()}
    return new_code_cell("secret_code()", outputs=[new_output("display_data", data=shown)])


def chart_of(name, **more):
    """A figure as our notebooks hold it: a chart with one bar and the picture of it."""
    rows = [{"name": name, "weeks": 2}]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "title": name,
        "datasets": {"rows": rows},
        "data": {"name": "rows"},
        "mark": "bar",
        "encoding": {"x": {"field": "weeks", "type": "quantitative"}, "y": {"field": "name", "type": "nominal"}},
        **more,
    }
    shown = {page.VEGA: spec, "image/svg+xml": EVIL_SVG, "text/plain": name}
    return new_code_cell("chart", outputs=[new_output("display_data", data=shown)])


EVIL_CHARTS = (
    chart_of("loads", data={"url": "https://x.test/a.csv"}),
    chart_of("obeys", usermeta={"embedOptions": {"ast": False, "loader": {"target": "https://x.test"}}}),
    chart_of("links", mark={"type": "bar", "href": "https://x.test"}),
    chart_of("evaluates", transform=[{"calculate": "constructor.constructor('alert(1)')()", "as": "x"}]),
)


def evil_notebook():
    """Every attack, both escaped as our notebooks do and raw as if somebody had forgotten."""
    cells = [new_markdown_cell("# Names that want to be more", metadata=slide("slide"))]
    for number, name in enumerate(ATTACKS):
        text = name.encode("utf-8", "replace").decode()
        cells += [
            new_markdown_cell(f"## Attack {number}\n\n{markdown_text(name)}", metadata=slide("slide")),
            result(text_html=f"<table><tr><td>{html_text(name)}</td><td>{text}</td></tr></table>"),
            result(text_markdown=f"{text}\n\n| a | b |\n|---|---|\n| {text} | {markdown_text(name)} |"),
            new_markdown_cell(text, metadata=slide("notes")),
            new_markdown_cell("## Below", metadata=slide("subslide")),
            new_code_cell("print(name)", outputs=[new_output("stream", name="stdout", text=text)]),
            result(image_svg__xml=EVIL_SVG),
            chart_of(text),
        ]
    return new_notebook(cells=[*cells, new_markdown_cell("## Charts", metadata=slide("slide")), *EVIL_CHARTS])


def written(folder, notebook):
    """The page and the slides of a notebook, written into a folder."""
    content = page.readable(notebook, render._markdown)
    style = {"policy": page.POLICY, "style": slides.asset("report.css")}
    (folder / "report.html").write_text(render._filled("report.html.j2", content, style))
    (folder / "slides.html").write_text(render._filled("slides.html.j2", content, slides.resources(content)))
    return folder


@pytest.fixture(scope="module")
def evil(tmp_path_factory):
    """The page and the slides of the attacks."""
    return written(tmp_path_factory.mktemp("evil"), evil_notebook())


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def tab(browser):
    """A page of 1280 x 720 that notes dialogs, requests beyond the file itself, and errors."""
    opened = browser.new_page(viewport={"width": 1280, "height": 720})
    opened.noted = []
    opened.on("dialog", lambda dialog: (opened.noted.append("dialog"), dialog.dismiss()))
    opened.on("pageerror", lambda error: opened.noted.append(f"error: {error}"))
    opened.on("console", lambda message: opened.noted.append(f"console: {message.text}"))
    opened.on("request", lambda request: opened.noted.append(request.url[:80]) if asks(request) else None)
    yield opened
    opened.close()


def asks(request):
    """Whether a request leaves the page."""
    return not request.url.startswith(("data:", "blob:")) and not request.is_navigation_request()


@IN_BROWSER
def test_attacks_on_a_page_do_nothing(evil, tab):
    """No dialog, no request, no message on the console; the escaped names are read as they were typed."""
    tab.goto(f"file://{evil / 'report.html'}")
    tab.wait_for_timeout(300)
    assert tab.noted == []
    shown = tab.inner_text("main")
    assert "<script>alert(1)</script>" in shown and "<img src=x onerror=alert(1)>" in shown and "{{7*7}}" in shown
    assert tab.evaluate("document.querySelectorAll('script, iframe, object, main [onerror]').length") == 0


@IN_BROWSER
def test_attacks_on_slides_do_nothing(evil, tab):
    """Through every slide: no dialog, no request, no message; and nothing is cut off."""
    tab.goto(f"file://{evil / 'slides.html'}")
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    for _ in range(2 * len(ATTACKS) + 1):
        tab.evaluate("Reveal.next()")
    tab.wait_for_function(f"document.querySelectorAll('figure svg').length >= {len(ATTACKS)}")
    tab.wait_for_timeout(200)
    assert tab.noted == []
    assert tab.evaluate("Reveal.getTotalSlides()") == SLIDES
    assert tab.evaluate("document.querySelectorAll('figure svg').length") == len(ATTACKS)
    assert tab.evaluate("document.querySelectorAll('figure svg :is(a, image, script, foreignObject)').length") == 0


@IN_BROWSER
def test_a_chart_is_live_and_its_names_are_text(tmp_path, tab):
    """A bar under the pointer tells its values; what it tells is text; its picture is there until it is drawn."""
    name = "<img src=x onerror=alert(1)>"
    notebook = new_notebook(cells=[new_markdown_cell("## One", metadata=slide("slide")), chart_of(name)])
    tab.goto(f"file://{written(tmp_path, notebook) / 'slides.html'}")
    tab.wait_for_selector("figure svg")
    tab.hover("figure svg .mark-rect path")
    tab.wait_for_selector("#vg-tooltip-element.visible")
    assert name in tab.inner_text("#vg-tooltip-element")
    assert tab.evaluate("document.querySelectorAll('img').length") == 0
    assert tab.noted == []


@IN_BROWSER
def test_slides_fit_and_a_long_one_shrinks(tmp_path, tab):
    """On every slide nothing reaches below the edge; a figure takes the room that the text leaves."""
    notebook = new_notebook(cells=[
        new_markdown_cell("# Title", metadata=slide("slide")),
        new_markdown_cell("## Much to say\n\n" + "- a line about one promise\n" * 24, metadata=slide("slide")),
        new_markdown_cell("## One figure", metadata=slide("slide")), result(image_svg__xml=EVIL_SVG),
        new_markdown_cell("later", metadata=slide("fragment")),
    ])  # fmt: skip
    tab.goto(f"file://{written(tmp_path, notebook) / 'slides.html'}")
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    sizes = []
    for _ in range(3):
        sizes.append(
            tab.evaluate("(p => [p.scrollHeight, p.clientHeight])(Reveal.getCurrentSlide().firstElementChild)")
        )
        tab.evaluate("Reveal.next()")
    assert sizes == [[720, 720]] * 3 and tab.noted == []
    assert tab.evaluate("Reveal.getCurrentSlide().querySelector('img').clientHeight") > 380


@IN_BROWSER
def test_printed_slides_have_a_page_each(evil, tmp_path):
    """Chromium's own print of `?print-pdf` has as many pages as there are slides, each as large as a slide."""
    target = tmp_path / "slides.pdf"
    assert print_pdf(evil / "slides.html", target, slides=True)
    assert pages_of(target) == SLIDES


def pages_of(target):
    """How many pages a PDF has, if each of them is as large as a slide: 1280 x 720 at 96 to the inch."""
    content = target.read_bytes()
    assert set(re.findall(rb"/MediaBox\s*\[([^\]]*)\]", content)) == {b"0 0 960 540"}
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


LONG = "Export of every record for all regulated customers of the no"
PLAN = {
    "roadmap.yml": "start: 2027-01-04\n",
    "teams.csv": "team,engineers,title\ncore,3,{0}\nweb,2,{0}\n",
    "features.csv": "feature,title,team,effort\nsso,{0},core,12\nsearch,{0},web,10\nsync,{0},core,14\nlog,{0},web,8\n",
    "deals.csv": "deal,customer,signs,status\nacme,{1},2027-02-01,open\nnorth,{0},2026-10-05,signed\n",
    "promises.csv": "deal,feature,due\nacme,sync,2027-04-30\nnorth,sso,2027-04-15\nnorth,log,2027-09-30\n",
    "gaps.csv": "deal,team,effort\nacme,core,6\n",
}


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    """The planning review of a small roadmap whose titles have 60 characters, with and without a place to break."""
    folder = tmp_path_factory.mktemp("review") / "plan"
    folder.mkdir()
    for name, text in PLAN.items():
        (folder / name).write_text(text.format(LONG, "W" * len(LONG)), encoding="utf-8")
    given = {"roadmap": str(folder), "deal": "acme", "n": 60, "options_n": 60}
    return render.render("08_planning_review", given, folder.parent / "outputs")


@IN_BROWSER
def test_the_planning_review_fits_its_slides_however_long_its_names(review, tab):
    """No request, no error; on every slide nothing reaches beyond an edge; each has notes; every chart is live."""
    tab.goto(f"file://{review.html}")
    tab.wait_for_function("window.Reveal && Reveal.isReady()")
    charts = tab.evaluate("document.querySelectorAll('.piece script').length")
    tab.wait_for_function(f"document.querySelectorAll('figure svg').length === {charts}")
    count = tab.evaluate("Reveal.getTotalSlides()")
    assert 10 <= count <= 13 and charts >= 5
    for number in range(1, count + 1):
        assert tab.evaluate(BEYOND) == [], f"slide {number}"
        assert tab.evaluate("Reveal.getCurrentSlide().querySelector('aside.notes').innerText.length") > 40
        tab.evaluate("Reveal.next()")
    assert tab.noted == []
    assert "no revenue to draw" in tab.content()
    assert pages_of(review.folder / "slides.pdf") == count


def test_messages_show_the_first_figure(review):
    """A notebook that picked none itself gets its first figure as the picture beside it."""
    cells = nbformat.read(review.notebook, 4).cells
    first = next(output.data for cell in cells for output in cell.get("outputs", ()) if page.VEGA in output.data)
    assert (review.folder / "picture.svg").read_text() == first["image/svg+xml"]
    assert (review.folder / "picture.png").read_bytes().startswith(b"\x89PNG")


BEYOND = """(() => {
  const page = Reveal.getCurrentSlide().querySelector(".page"), edge = page.getBoundingClientRect();
  const out = (box) => box.left < edge.left - 1 || box.right > edge.right + 1 || box.bottom > edge.bottom - 40;
  const shown = [...page.querySelectorAll(".piece :is(h1, h2, p, li, td, th, figure, svg text)")];
  return [
    ...(page.scrollHeight > 720 || page.scrollWidth > 1280 ? ["scrolls"] : []),
    ...shown.filter((part) => out(part.getBoundingClientRect())).map((part) => part.textContent.slice(0, 60)),
  ];
})()"""
"""What on the current slide reaches beyond its sides or into its foot."""


def test_a_cells_slide_type_says_where_it_goes():
    """Slides stand side by side, subslides below; notes and skipped cells are not shown."""
    kinds = ["slide", "-", "notes", "subslide", "fragment", "skip", "slide"]
    cells = [new_markdown_cell(f"text {number}", metadata=slide(kind)) for number, kind in enumerate(kinds)]
    columns = slides.columns_of(page.readable(new_notebook(cells=cells), render._markdown))
    assert [[[piece.html[3:9] for piece in made.pieces] for made in column] for column in columns] == [
        [["text 0", "text 1"], ["text 3", "text 4"]], [["text 6"]],
    ]  # fmt: skip
    assert columns[0][0].notes == ["<p>text 2</p>\n"] and [piece.waits for piece in columns[0][1].pieces] == [
        False,
        True,
    ]
    assert [made.number for column in columns for made in column] == [1, 2, 3]


def test_a_slide_that_shows_nothing_goes_with_its_notes():
    """What follows a blank first cell begins the slide; without any the notes go too."""
    cells = [
        new_markdown_cell("one", metadata=slide("slide")),
        new_code_cell("blank", metadata=slide("slide")),
        new_markdown_cell("told", metadata=slide("notes")),
        new_code_cell("blank", metadata=slide("slide")),
        new_markdown_cell("two", metadata=slide("-")),
    ]
    columns = slides.columns_of(page.readable(new_notebook(cells=cells), render._markdown))
    assert [[piece.html for piece in column[0].pieces] for column in columns] == [["<p>one</p>\n"], ["<p>two</p>\n"]]
    assert columns[0][0].notes == []


def test_only_the_scripts_of_the_file_may_run(evil):
    """The policy names three scripts by their hashes, allows no code made of text, and no chart's data ends early."""
    text = (evil / "slides.html").read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.count("'sha256-") == 3 and "unsafe-eval" not in policy and "default-src 'none'" in policy
    assert all("<" not in data for data in re.findall(r'<script type="application/json">(.*?)</script>', text))
    assert text.count("<script") == 3 + len(ATTACKS) + len(EVIL_CHARTS)


def test_hidden_cells_and_code_do_not_appear(evil):
    """Tags hide a cell, code never shows, notes do not reach the page."""
    cells = [
        new_markdown_cell("seen"),
        *[new_markdown_cell(f"unseen {tag}", metadata={"tags": [tag]}) for tag in page.HIDDEN],
        new_markdown_cell("unseen note", metadata=slide("notes")),
    ]
    content = page.readable(new_notebook(cells=cells), render._markdown)
    text = render._filled("report.html.j2", content, {"policy": page.POLICY, "style": ""})
    assert "seen" in text and "unseen" not in text and "secret_code" not in (evil / "report.html").read_text()


def test_the_sanitizer_leaves_no_way_out():
    """Scripts, handlers, frames, foreign pictures and `javascript:` go; tables, links and inner pictures stay."""
    assert page.clean_html('<a href="javascript:alert(1)">x</a>') == '<a rel="noopener noreferrer">x</a>'
    assert page.clean_html('<a href="data:text/html,x">x</a>') == '<a rel="noopener noreferrer">x</a>'
    assert page.clean_html('<img src="data:text/html;base64,AAAA">') == "<img>"
    assert (
        page.clean_html('<img src="data:image/png;base64,AAAA" alt="a">')
        == '<img src="data:image/png;base64,AAAA" alt="a">'
    )
    assert (
        page.clean_html('<iframe src="x"></iframe><style>p{}</style><p style="background:url(//x)">y</p>')
        == '<p style="">y</p>'
    )
    assert page.clean_html("<svg><script>alert(1)</script></svg><p>y<math><mi>x") == "<p>y</p>"


def test_numbers_and_their_headings_stand_to_the_right():
    """A column of numbers is aligned as one, heading included."""
    table = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x</td><td>5.2</td></tr></tbody></table>"
    assert page.clean_html(table) == (
        '<div class="wide"><table><thead><tr><th>a</th><th class="number">b</th></tr></thead>'
        '<tbody><tr><td>x</td><td class="number">5.2</td></tr></tbody></table></div>'
    )


def test_the_same_notebook_is_the_same_page(evil, tmp_path):
    """Nothing random, no clock."""
    again = written(tmp_path, nbformat.from_dict(evil_notebook()))
    for name in ("report.html", "slides.html"):
        assert (again / name).read_bytes() == (evil / name).read_bytes()
