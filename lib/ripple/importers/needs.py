"""Links to needs between features: lifted from stories, told in words, and cut where they run in a circle."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from ripple.importers.circles import without_circles
from ripple.importers.evidence import Need, Said, gather, tell_order
from ripple.importers.findings import Findings, counted
from ripple.importers.mapping import Choices
from ripple.importers.records import Issue, Link
from ripple.importers.structure import Structure
from ripple.roadmap.spelling import listed, printable, shown

IN_WORDS = 3
CUT = "left out, since it closes a circle"


@dataclass(frozen=True)
class Needs:
    """The needs of a plan, and what became of each link.

    Attributes:
        kept: The needs, in the order in which they were first said.
        fate: Of each link of each issue, in order: the issue, the link and what it became.
    """

    kept: tuple[Need, ...]
    fate: tuple[tuple[Issue, Link, str], ...]


def find_needs(
    found: Structure,
    choices: Choices,
    findings: Findings,
    day: Callable[[str, str], date | None],
    promised: Collection[str] = (),
) -> Needs:
    """The needs between the features of a plan.

    Args:
        found: The plan.
        choices: What a person decided.
        findings: Where to say what was found.
        day: The day of one of an issue's dates, by key and name.
        promised: The features that deals promise, which make the best examples.
    """
    needs: dict[tuple[str, str], list[Said]] = {}
    judged: list[tuple[Issue, Link, str, Said | None]] = []
    for issue in found.issues.values():
        for link in issue.links:
            word, said = _judge(issue, link, found)
            judged.append((issue, link, word, said))
            if said and word == "need":
                needs.setdefault(_pair(said, found), []).append(said)
    evidence = gather((said for *_, said in judged if said), day)
    every = [Need(feature, other, tuple(links)) for (feature, other), links in needs.items()]
    kept = tuple(without_circles(every, evidence, findings))
    whole = {need.edge for need in kept}
    judged = [(i, link, CUT if said and word == "need" and _pair(said, found) not in whole else word, said)
              for i, link, word, said in judged]  # fmt: skip
    fate = [(issue, link, word) for issue, link, word, _ in judged]
    _tell_fates(fate, findings)
    _tell_edges(kept, found, promised, findings)
    tell_order([said for *_, word, said in judged if said and word != CUT], evidence, choices, findings)
    return Needs(kept, tuple(fate))


def _judge(issue: Issue, link: Link, found: Structure) -> tuple[str, Said | None]:
    """What becomes of a link: a word, and what it says of two issues that are both in the files."""
    other = found.named.get(link.other)
    if other is None:
        return ("points outside" if link.meaning else "no need, points outside"), None
    if not link.meaning:
        return "no need", None
    one, needed = (other, issue.key) if link.meaning == "blocks" else (issue.key, other)
    said = Said(one, needed, link, issue.place)
    if one not in found.home or needed not in found.home:
        return "an end is not in the plan", said
    return ("inside one feature" if found.home[one] == found.home[needed] else "need"), said


def _pair(said: Said, found: Structure) -> tuple[str, str]:
    """The feature that a link makes wait, and the one that it waits for."""
    return found.home[said.issue], found.home[said.needs]


def _tell_fates(fate: list[tuple[Issue, Link, str]], findings: Findings) -> None:
    """Say how each type of link was read, and what became of those that are no needs of the plan."""
    types: dict[str, list[int]] = {}
    for _, link, word in fate:
        counts = types.setdefault(f"{link.said} ({_reading(link)})" if link.meaning else "", [0, 0])
        counts[0] += 1
        counts[1] += word == "need"
    for name, (number, used) in types.items():
        between = f"{used:,} between features" if used else "none between features"
        findings.say("Needs", f"{name}: {counted(number, 'link')}, {between}." if name else "")
    kinds = dict.fromkeys(link.kind for _, link, _ in fate if not link.meaning)
    if kinds:
        findings.say(
            "Needs",
            f"Not read as needs, kept in imported-links.csv: {counted(types[''][0], 'link')} ({listed(kinds)}).",
        )
    unsure = dict.fromkeys(link.kind for _, link, _ in fate if link.meaning and not link.sure)
    if unsure:
        remedy = (
            "If it is the other way round, write `links: {"
            + next(iter(unsure))
            + ": blocks}` (or needs) into the mapping"
        )
        findings.say(
            "Needs", f"The name alone does not settle the direction of {listed(map(shown, unsure))}. {remedy}."
        )
    for word, sentence in FATES.items():
        links = [_short(issue, link) for issue, link, other in fate if other == word]
        section = "Links that point outside" if "outside" in word else "Needs"
        findings.say(section, f"{counted(len(links), 'link')} {sentence}: {listed(links)}." if links else "")


FATES = {
    "points outside": "to issues that are not in these files, so no need of the plan",
    "no need, points outside": "of other types to issues that are not in these files",
    "an end is not in the plan": "with an end that is not in the plan",
    "inside one feature": "between stories of one feature",
}


def _short(issue: Issue, link: Link) -> str:
    """A link in a few words that cannot be read the wrong way round."""
    words = {"blocks": "goes before", "needs": "waits for"}.get(link.meaning, f"({link.kind})")
    return f"{issue.key} {words} {link.other}"


def _reading(link: Link) -> str:
    return "the row goes first, the cell waits" if link.meaning == "blocks" else "the cell goes first, the row waits"


def _tell_edges(kept: tuple[Need, ...], found: Structure, promised: Collection[str], findings: Findings) -> None:
    """Three needs in words, so that a wrong direction strikes the eye: open or promised ones, of many kinds."""
    if not kept:
        findings.say("Needs", "No needs between features: nothing in these files says that one waits for another.")
        return
    n_links = counted(sum(need.n_links for need in kept), "link")
    findings.say("Needs", f"{counted(len(kept), 'need')} between features, from {n_links}.")

    named = frozenset(promised)

    def relevance(need: Need) -> tuple[bool, int]:
        return named.isdisjoint(need.edge), sum(found.status[end] == "done" for end in need.edge)

    best = sorted(kept, key=relevance)
    kinds = {need.links[0].link.said: need for need in reversed(best)}
    chosen = list(dict.fromkeys([*(need for need in best if need in kinds.values()), *best]))[:IN_WORDS]
    findings.say("Needs", "Is this the right way round? If not, set `links:` in the mapping.")
    for need in sorted(chosen, key=relevance):
        findings.say("Needs", _in_words(need, found))


def _in_words(need: Need, found: Structure) -> str:
    said = need.links[0]
    first, then = _called(said.needs, found), _called(said.issue, found)
    return f"  {first} ships first, then {then} can start ({said.place}: {said.link.said} = {said.link.other})."


def _called(key: str, found: Structure) -> str:
    title = printable(found.issues[key].title)[:50]
    part = "" if found.home[key] == key else f", part of {found.home[key]}"
    return f"{key} ({title}{part})" if title or part else key
