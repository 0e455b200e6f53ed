"""The sliders, lists and ticks of the what-if page, and the choices that they stand at."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import ipywidgets as widgets

from ripple.analysis.words import percent
from ripple.reports.escape import html_text, label
from ripple.reports.what_if.choices import Choices, day_of, known_practices
from ripple.reports.what_if.view import CONFIDENCE
from ripple.roadmap.model import Deal, Roadmap

FRONT, OWN = "front", "own"
EARLIER, LATER = -12, 78
"""Weeks by which a due date can be moved."""
LATEST_SIGNING = 52
MOST_ENGINEERS = 8
LARGEST = 3.0
MONTHS = 24
WORDS = 34
STYLE = {"description_width": "104px"}
WIDE = {"width": "auto"}


class Controls:
    """The controls for one deal; `box` is what to show, `choices` is what they say.

    Attributes:
        box: All controls, one below the other.
        confidence: The slider of the probability with which a date is to be kept.
    """

    def __init__(self, roadmap: Roadmap, deal: Deal) -> None:
        self.roadmap, self.deal = roadmap, deal
        self.signs = _slider("signs", _days(roadmap, deal.signs, range(LATEST_SIGNING + 1)), 0)
        self.due = {
            promise.feature: _slider(
                _title(roadmap, promise.feature), _days(roadmap, promise.due, range(EARLIER, LATER + 1)), 0
            )
            for promise in roadmap.promises_of(deal.name)
        }
        self.place = dropdown("place", _places(roadmap, deal))
        self.learn = dropdown("gaps known", _moments(roadmap, deal))
        self.retrofit = widgets.FloatSlider(
            1.0, min=0.0, max=LARGEST, step=0.25, description="retrofits", readout_format=".0%", **_look()
        )
        self.team = dropdown("team", [(label(team.title or team.name, WORDS), team.name) for team in roadmap.teams])
        self.engineers = widgets.IntSlider(0, min=0, max=MOST_ENGINEERS, description="engineers more", **_look())
        self.start = _slider("from", _months(roadmap), _months(roadmap)[2][1])
        self.overtime = _tick("nights and weekends on fire drills", value=True)
        self.practices = {name: _tick(f"{label(name, WORDS)} from the start") for name in known_practices(roadmap)}
        self.confidence = _slider("how sure", [(percent(p / 100), p / 100) for p in range(50, 100, 5)], CONFIDENCE)
        self.box = widgets.VBox(list(self._children()), layout={"width": "384px"})

    def _children(self) -> Iterable[widgets.Widget]:
        yield self.signs
        yield from (_heading("Due dates"), *self.due.values()) if self.due else ()
        yield from (_heading("Place in the queue"), self.place)
        yield from (_heading("Gaps"), self.learn, self.retrofit) if self.roadmap.gaps_of(self.deal.name) else ()
        yield from (_heading("People"), self.team, self.engineers, self.start, self.overtime)
        yield from (_heading("Practices"), *self.practices.values(), _heading("Reading"), self.confidence)

    @property
    def choices(self) -> Choices:
        """What the controls stand at."""
        engineers = self.engineers.value if self.roadmap.teams else 0
        return Choices(
            self.deal.name,
            signs=self.signs.value,
            due={feature: slider.value for feature, slider in self.due.items() if slider.value},
            promoted=self.place.value == (FRONT, ""),
            behind=self.place.value[1],
            learn=self.learn.value,
            retrofit=self.retrofit.value,
            team=self.team.value if engineers else "",
            engineers=engineers,
            start=self.start.value if engineers else "",
            overtime=self.overtime.value,
            practices=tuple(name for name, tick in self.practices.items() if tick.value),
        )

    def on_change(self, act: Callable[[], None]) -> None:
        """Act whenever a person moves a control."""
        single = (self.signs, self.place, self.learn, self.retrofit, self.team, self.engineers, self.start)
        for control in (*single, *self.due.values(), self.overtime, *self.practices.values(), self.confidence):
            control.observe(lambda _: act(), "value")


def _places(roadmap: Roadmap, deal: Deal) -> list[tuple[str, tuple[str, str]]]:
    """In front when it signs, where its features stand, or behind a feature, in the order of the queue."""
    own = {promise.feature for promise in roadmap.promises_of(deal.name)}
    others = [one for one in sorted(roadmap.features, key=lambda one: one.rank) if one.name not in own]
    behind = [(f"behind {label(one.label, WORDS)}", (OWN, one.name)) for one in others if one.status != "done"]
    first = [("to the front when it signs", (FRONT, "")), ("where its features stand", (OWN, ""))]
    return _distinct([*first, *(behind if own else [])])


def _moments(roadmap: Roadmap, deal: Deal) -> list[tuple[str, str]]:
    """When product may learn of the deal's gaps."""
    moments = (("when sales began", deal.opened), ("at the demo", deal.demo_on), ("on the day offered", deal.signs))
    dated = [(name, day_of(roadmap, week)) for name, week in moments if week is not None]
    return [("as the tables say", ""), *((f"{name}, {day}", day) for name, day in dated)]


def _days(roadmap: Roadmap, week: float, shifts: Iterable[int]) -> list[tuple[str, int]]:
    """Days that lie so many weeks from a week, with the weeks."""
    return [(day_of(roadmap, week + by) + (f" ({by:+d})" if by else ""), by) for by in shifts]


def _months(roadmap: Roadmap) -> list[tuple[str, str]]:
    """The Mondays every four weeks from the start."""
    days = [(roadmap.start + timedelta(weeks=4 * month)).isoformat() for month in range(MONTHS)]
    return [(day, day) for day in days]


def _title(roadmap: Roadmap, feature: str) -> str:
    found = roadmap.feature_named.get(feature)
    return label(found.label if found else feature, 16)


def _distinct(options: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The options under names that differ: a list picks by name."""
    names: set[str] = set()
    unique = []
    for name, value in options:
        shown = name
        while shown in names:
            shown += "'"
        names.add(shown)
        unique.append((shown, value))
    return unique


def _slider(name: str, options: Sequence[tuple[str, Any]], value: object) -> widgets.SelectionSlider:
    return widgets.SelectionSlider(options=_distinct(options), value=value, description=name, **_look())


def dropdown(name: str, options: Sequence[tuple[str, Any]]) -> widgets.Dropdown:
    """A list to pick from; options of the same name are told apart."""
    return widgets.Dropdown(options=_distinct(options), description=name, style=STYLE, layout=WIDE)


def _tick(name: str, *, value: bool = False) -> widgets.Checkbox:
    return widgets.Checkbox(value=value, description=name, indent=False, layout=WIDE)


def _look() -> dict[str, Any]:
    return {"continuous_update": False, "style": STYLE, "layout": WIDE}


def _heading(words: str) -> widgets.HTML:
    return widgets.HTML(f'<div class="ripple-heading">{html_text(words)}</div>')
