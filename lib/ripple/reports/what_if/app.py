"""The what-if page: controls to the left, what they do to the right; live in JupyterLab and Voila, else a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from ripple.analysis.headline import headline
from ripple.errors import InputError
from ripple.reports.escape import html_text, label
from ripple.reports.publish import report_folder
from ripple.reports.what_if.answers import Question
from ripple.reports.what_if.choices import deals_of, scenario_of
from ripple.reports.what_if.controls import Controls, dropdown
from ripple.reports.what_if.saving import compare_command, save_scenario, shown_path
from ripple.reports.what_if.view import View, view
from ripple.roadmap.model import Roadmap

LOOK = """<style>
.ripple-words p { margin: 0 0 6px; font-size: 14px; line-height: 1.4; }
.ripple-words p:first-child { font-size: 15px; }
.ripple-heading { font-weight: 600; color: #5f6368; line-height: 1.2; padding-top: 6px; }
.ripple-picture { display: block; width: 100%; height: auto; }
.ripple-wrong { color: #b3261e; font-weight: 600; }
.ripple-app .widget-readout { min-width: 122px; overflow: visible; white-space: nowrap; }
.ripple-app .widget-checkbox { height: 24px; }
.ripple-app table { border-collapse: collapse; margin: 4px 0 8px; font-size: 13px; line-height: 1.3; }
.ripple-app td, .ripple-app th { padding: 3px 14px 3px 4px; border-bottom: 1px solid #e3e5e8; text-align: left; }
.ripple-app code { user-select: all; }
</style>"""
WRAPPED = {"display": "flex", "flex_flow": "row wrap"}


class WhatIf:
    """A deal, to be answered by trying: shown where a notebook's cell ends with it.

    In JupyterLab and in Voila it is live. In a report it is what the deal does as it was offered, as text and pictures.
    """

    def __init__(self, question: Question, folder: str | Path | None) -> None:
        self.question, self.folder = question, folder
        self.shown = view(question.offered, question.offered)

    @property
    def live(self) -> "App":
        """The widgets."""
        return App(self.question, self.folder, self.shown)

    @property
    def summary(self) -> dict[str, object]:
        """What a report on the deal as it was offered says first."""
        comparison = self.question.offered.comparison
        told = {"headline": headline(comparison), "deal": self.question.deal.name}
        return {**told, "n": comparison.n, "seed": comparison.seed}

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, Any]:
        bundle = {"text/html": self.shown.html, "text/plain": repr(self)}
        if report_folder() is not None:
            return bundle
        return {**self.live.box._repr_mimebundle_(), **bundle}

    def __repr__(self) -> str:
        return f"What if: {label(self.question.deal.label)}"


def what_if(roadmap: Roadmap, deal: str = "", n: int = 500, seed: int = 0, folder: str | Path | None = None) -> WhatIf:
    """Answers to a deal, to be tried with sliders.

    Args:
        roadmap: The base world.
        deal: The deal; blank: the first that is open.
        n: How many pairs.
        seed: The study's seed.
        folder: Where the roadmap was read from, so that scenarios can be saved there; None: nothing can be saved.

    Raises:
        InputError: There is no such deal.
    """
    return WhatIf(Question(roadmap, deal, n, seed), folder)


class App:
    """The live page. `box` is what to show; the rest is there to be driven by a test.

    Attributes:
        box: The whole page.
        deal: The list of open deals.
        controls: The controls of the deal that is looked at.
        reset: The button that undoes all choices.
        name, replace, save, message: The fields of saving.
    """

    def __init__(self, question: Question, folder: str | Path | None, shown: View) -> None:
        self.question, self.folder = question, folder
        self.words, self.promises, self.slips, self.table = (widgets.HTML() for _ in range(4))
        self.message = widgets.HTML()
        self.name = widgets.Text(
            value="what-if", description="name", style={"description_width": "48px"}, layout={"width": "300px"}
        )
        self.replace = widgets.Checkbox(description="replace", indent=False, layout={"width": "90px"})
        self.save = widgets.Button(description="Save as a scenario", button_style="primary")
        self.save.on_click(lambda _: self._save())
        self.reset = widgets.Button(description="Back to the deal as it was offered", layout={"width": "auto"})
        self.reset.on_click(lambda _: self._another())
        self.deal = self._deals()
        self.side = widgets.VBox(layout={"flex": "0 0 auto"})
        self.controls = self._controls()
        self.promises.layout = {"flex": "65 1 480px", "max_width": "760px"}
        self.slips.layout = {"flex": "39 1 300px", "max_width": "450px"}
        figures = widgets.Box([self.promises, self.slips], layout=WRAPPED)
        saving = [widgets.HBox([self.name, self.replace, self.save]), self.message] if folder is not None else []
        right = widgets.VBox(
            [self.words, figures, self.table, *saving], layout={"flex": "1 1 480px", "margin": "0 0 0 18px"}
        )
        page = widgets.Box([self.side, right], layout=WRAPPED)
        self.box = widgets.VBox([widgets.HTML(LOOK), page])
        self.box.add_class("ripple-app")
        self._show(shown)

    def _deals(self) -> widgets.Dropdown:
        """The open deals, and the one asked for; another one is another question on the same base world."""
        deals = dict.fromkeys([self.question.deal, *deals_of(self.question.roadmap)])
        options = [(label(deal.label), deal.name) for deal in deals]
        chosen = dropdown("deal", options)
        chosen.observe(lambda _: self._another(), "value")
        return chosen

    def _controls(self) -> Controls:
        controls = Controls(self.question.roadmap, self.question.deal)
        controls.on_change(self.redraw)
        self.side.children = (self.deal, controls.box, self.reset)
        return controls

    def _another(self) -> None:
        """Begin anew, with the deal that is picked."""
        self.question = self.question.about(self.deal.value)
        self.controls = self._controls()
        self.redraw()

    def redraw(self) -> None:
        """Show what the choices do, or why they cannot be made."""
        try:
            answer = self.question.answer(self.controls.choices)
        except InputError as error:
            self.words.value = _wrong(error)
            return
        self._show(view(answer, self.question.offered, self.controls.confidence.value))

    def _show(self, shown: View) -> None:
        self.message.value = ""
        self.words.value, self.promises.value = shown.words, shown.promises
        self.slips.value, self.table.value = shown.slips, shown.table

    def _save(self) -> None:
        """Save what is shown, and say what to type to compare it."""
        assert self.folder is not None
        try:
            scenario = scenario_of(self.question.roadmap, self.controls.choices)
            path = save_scenario(self.folder, scenario, self.name.value, replace=self.replace.value)
        except InputError as error:
            self.message.value = _wrong(error)
            return
        command = html_text(compare_command(self.folder, path))
        self.message.value = f"<p>Saved as {html_text(shown_path(path))}. Compare it:<br><code>{command}</code></p>"


def _wrong(error: InputError) -> str:
    return "".join(f'<p class="ripple-wrong">{html_text(problem)}</p>' for problem in error.problems)
