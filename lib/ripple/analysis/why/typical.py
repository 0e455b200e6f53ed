"""One feature's chain in words: what it waited for, step by step, in the replication that is most like the mean."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ripple.analysis.comparison import Comparison
from ripple.analysis.replications import calendar_of, replay
from ripple.analysis.why.chains import WAITS, Links, chain_of, links_of
from ripple.analysis.words import counted, listed, number
from ripple.engine.work_arrays import PRACTICES, RETROFIT, REWORK
from ripple.roadmap.model import Roadmap

MOST_NAMED = 3
SHORT = 0.05
"""Weeks below which a step is not worth a word."""

WAITED = {
    "lag": "the lag after {before}",
    "date": "its own date",
    "signing": "a signing",
    "discovery": "a gap to come to light",
    "people": "an engineer to come",
}


@dataclass(frozen=True, eq=False)
class Typical:
    """The chain of one feature with the deal, in one replication.

    Attributes:
        comparison: The two worlds.
        feature: Whose chain it is.
        replication: The one whose slip is nearest to the mean.
    """

    comparison: Comparison
    feature: str
    replication: int

    @property
    def slip(self) -> float:
        """The feature's slip in this replication, in weeks."""
        return float(self.comparison.slips[self.feature][self.replication])

    @cached_property
    def steps(self) -> pd.DataFrame:
        """The chain from the plan's start to the ship: one row a step; neighboring stretches of one work are one.

        Columns: start, end (dates), weeks, what, team, deal (the customer for whom it is done, if it is for a new
        deal), engineer_weeks (of the stretches on the chain).
        """
        world, calendar = self.comparison.alternative, calendar_of(self.comparison.alternative.roadmap)
        links = links_of(replay(world, self.replication))
        feature = world.features.index(self.feature)
        rows: list[list[object]] = []
        if not np.isnan(links.trace.ships[feature]):
            for begin, end, effort, *what in _pieces(links, links.ship(feature), self.comparison):
                if rows and rows[-1][3:] == what:
                    rows[-1][1] = end
                    rows[-1][2] = float(rows[-1][2]) + effort  # type: ignore[arg-type]
                else:
                    rows.append([begin, end, effort, *what])
        frame = pd.DataFrame(rows, columns=["begin", "until", "engineer_weeks", "what", "team", "deal"])
        frame["weeks"] = frame["until"] - frame["begin"]
        frame["start"] = [calendar.day(week).isoformat() for week in frame["begin"]]
        frame["end"] = [calendar.ship_date(week).isoformat() for week in frame["until"]]
        return frame[["start", "end", "weeks", "what", "team", "deal", "engineer_weeks"]]

    @property
    def sentence(self) -> str:
        """What the feature waited for because of the deal."""
        title = self.comparison.alternative.roadmap.feature_named[self.feature].label
        waits = self.steps[(self.steps["deal"] != "") & (self.steps["weeks"] >= SHORT)]
        lead = f"{title} ships {number(abs(self.slip))} weeks {'later' if self.slip >= 0 else 'earlier'}"
        if not len(waits):
            return f"{lead}: none of the deal's work is on its chain; the order of other work has changed."
        by_work = waits.groupby(["team", "what"], sort=False)["weeks"].sum().sort_values(ascending=False, kind="stable")
        more = len(by_work) - MOST_NAMED
        by_team: dict[str, list[str]] = {}
        for (team, what), length in list(by_work.items())[:MOST_NAMED]:
            by_team.setdefault(team, []).append(f"{number(length)} weeks while it was {what}")
        parts = [f"for {team} {listed(waits_)}" for team, waits_ in by_team.items()]
        rest = f", besides {counted(more, 'shorter wait')}" if more > 0 else ""
        return f"{lead}. It waited {', '.join(parts)}{rest}."


def typical(comparison: Comparison, feature: str) -> Typical:
    """The chain of a feature in the replication that is most like the mean.

    Of those with the feature's most frequent wave when it slips, it is the one whose slip is nearest to the mean slip
    (the first of several).
    """
    slips = comparison.slips[feature]
    waves = comparison.alternative.why["waves"][:, comparison.alternative.features.index(feature)]
    slipping = np.flatnonzero(slips > 0) if (slips > 0).any() else np.arange(len(slips))
    found, counts = np.unique(waves[slipping], return_counts=True)
    usual = slipping[waves[slipping] == found[counts.argmax()]]
    return Typical(comparison, feature, int(usual[np.abs(slips[usual] - slips.mean()).argmin()]))


def _pieces(links: Links, link: int, comparison: Comparison) -> list[tuple[float, float, float, str, str, str]]:
    """The chain's links from the start on: begin, end, effort, what it was, whose team, for which deal."""
    pieces = []
    for item in reversed(chain_of(links, link)):
        is_work = item < links.n_segments
        begin = float(links.trace.segments[item, 2]) if is_work else links.event(item)[0]
        if links.wait[item] > 0:
            pieces.append((begin - float(links.wait[item]), begin, 0.0, *_wait(links, item, comparison)))
        if is_work:
            end, effort = links.trace.segments[item, [3, 5]].tolist()
            pieces.append((begin, end, effort, *_work(links, item, comparison)))
    return [piece for piece in pieces if piece[1] > piece[0]]


def _wait(links: Links, item: int, comparison: Comparison) -> tuple[str, str, str]:
    before = int(links.before[item]) - links.n_segments
    roadmap, features = comparison.alternative.roadmap, links.trace.plan.features
    name = roadmap.feature_named[features[before]].label if before >= 0 else ""
    return "waiting for " + WAITED[WAITS[int(links.wait_kind[item])]].format(before=name), "", ""


def _work(links: Links, item: int, comparison: Comparison) -> tuple[str, str, str]:
    """What a stretch of work was, who did it, and for which new deal."""
    trace, roadmap = links.trace, comparison.alternative.roadmap
    plan, work = trace.plan, int(trace.story_work[int(trace.segments[item, 4])])
    category, team = int(trace.work_category[work]), plan.teams[int(trace.work_team[work])]
    label = roadmap.team_named[team].title or team
    feature = plan.features[int(trace.work_feature[work])] if category != PRACTICES else ""
    title = roadmap.feature_named[feature].label if feature else ""
    if category == RETROFIT:
        gap = work - plan.n_own
        deal = plan.deals[int(plan.gap_deal[gap])]
        what = f"closing {roadmap.deal_named[deal].label}'s gap '{gap_words(roadmap, plan.gaps[gap])}'"
    elif category == REWORK:
        deal = plan.deals[trace.reworks[work - len(plan.work_team)].deal]
        what = f"redoing {title} for {roadmap.deal_named[deal].label}"
    elif category == PRACTICES:
        deal, what = "", trace.work_entity[work]
    else:
        deal, what = _promiser(comparison, feature), f"building {title}"
    return what, label, roadmap.deal_named[deal].label if deal in comparison.view.deals else ""


def _promiser(comparison: Comparison, feature: str) -> str:
    """The new deal that promises a feature or brings it in, if any."""
    if feature not in comparison.view.features:
        return ""
    promises = comparison.alternative.roadmap.promises
    promising = [p.deal for p in promises if p.feature == feature and p.deal in comparison.view.deals]
    return (promising or sorted(comparison.view.deals))[0]


def gap_words(roadmap: Roadmap, gap: str) -> str:
    """A gap's name as words, without the name of its deal.

    >>> from types import SimpleNamespace
    >>> gaps = {"acme-token-exchange": SimpleNamespace(deal="acme")}
    >>> gap_words(SimpleNamespace(gap_named=gaps), "acme-token-exchange")
    'token exchange'
    """
    words = gap.removeprefix(roadmap.gap_named[gap].deal).replace("-", " ").strip()
    return words or gap
