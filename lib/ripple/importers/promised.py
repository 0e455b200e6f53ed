"""What deals name as promised: keys and titles of features, in the columns that hold them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ripple.importers.cleaning import normal
from ripple.importers.findings import Findings, counted
from ripple.importers.there import There
from ripple.roadmap.spelling import alike, listed, printable, shown

KEY = re.compile(r"(?<![\w-])[^\W_][\w.-]{0,80}-\d{1,12}(?![\w-])")
BETWEEN = re.compile(r"(\s*(?:[;,|\r\n]|\band\b|&|\+)\s*)", re.IGNORECASE)
TELLING = frozenset(
    ("issue key", "issue keys", "jira key", "jira keys", "jira issue", "jira issues", "linear issue", "linear issues",
     "github issue", "github issues", "roadmap item", "roadmap items", "roadmap", "promise", "promises", "promised",
     "promised feature", "promised features", "what we promised", "what was promised", "feature", "features")
)  # fmt: skip
"""Headings, in `normal` form, that say by themselves that a column names features."""

MOST_PARTS = 8
NO_PROMISE = {
    "unknown": ("key", "that no feature has, so no promise", "Correct the key, or export the issue too"),
    "part": ("key", "of a part of a feature, so no promise", "Name the feature itself"),
    "unread": ("text", "that is no key and no title of a feature, so no promise", "Write the feature's key"),
    "twice": ("title", "that several features have, so no promise", "Write the feature's key"),
    "lost": ("feature", "named by a deal that is lost, so no promise", ""),
}
"""Why a name is no promise: what it is, what is wrong with it, and the remedy."""


@dataclass(frozen=True)
class Named:
    """What a cell of a deal names.

    Attributes:
        column: The heading, as written.
        text: What is written there.
        feature: The feature that it means, or blank.
        by: Whether it is the `key` or the `title` of a feature; else why it is no promise.
    """

    column: str
    text: str
    feature: str
    by: str


@dataclass
class PromiseReader:
    """Finds the features that deals name, and counts what it could not find.

    Attributes:
        there: The roadmap.
        column: The heading, in `normal` form, that a person named; blank: whatever column names a feature by its key.
    """

    there: There
    column: str = ""
    keys: dict[str, str] = field(init=False)
    titles: dict[str, str] = field(init=False)
    parts: dict[str, tuple[str, str]] = field(init=False)
    projects: set[str] = field(init=False)
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {alike(name): name for name in self.there.features}
        self.parts = {alike(key): (key, feature) for key, feature in self.there.parts.items()}
        self.projects = {key.rpartition("-")[0] for key in (*self.keys, *self.parts) if KEY.fullmatch(key)}
        self.titles = {}
        for name, title in self.there.features.items():
            for text in {alike(title), alike(_bare(title))} - {""}:
                self.titles[text] = "" if self.titles.get(text, name) != name else name

    def columns(self, rows: Iterable[Mapping[str, str]]) -> list[str]:
        """The columns from which promises come: the one that a person named, or those that name features."""
        cells = ((column, text) for row in rows for column, text in row.items())
        if self.column:
            return list(dict.fromkeys(column for column, _ in cells if normal(column) == self.column))
        found: dict[str, None] = {}
        for column, text in cells:
            if column not in found and (normal(column) in TELLING or self._has_key(text)):
                found[column] = None
        return list(found)

    def _has_key(self, text: str) -> bool:
        return any(alike(key) in self.keys for key in KEY.findall(text))

    def by_title(self, rows: Iterable[Mapping[str, str]]) -> tuple[str, str]:
        """A column in which a piece of a text is the title of a feature, and that title; blank where there is none."""
        for row in rows:
            for column, text in row.items():
                for piece in BETWEEN.split(text):
                    if self.titles.get(alike(_bare(piece))):
                        return column, _bare(piece)
        return "", ""

    def named(self, row: Mapping[str, str], columns: Sequence[str]) -> list[Named]:
        """What a row names: features, and what looks like one; each once.

        Args:
            row: Its texts by column.
            columns: The columns from which promises come.
        """
        found: dict[str, Named] = {}
        for column in columns:
            for named in self._in_cell(column, row.get(column, "")):
                found.setdefault(alike(named.feature or named.text), named)
        for column in () if self.column else (name for name in row if name not in columns):
            for key in KEY.findall(row[column]):
                if meant := self._key(column, key):
                    found.setdefault(alike(key), meant)
        return list(found.values())

    def _in_cell(self, column: str, text: str) -> Iterator[Named]:
        """What a cell of a column of promises names: whole titles, then keys in what is between them."""
        pieces = BETWEEN.split(text)
        at = 0
        while at < len(pieces):
            end = next((end for end in range(min(len(pieces), at + 2 * MOST_PARTS), at, -2)
                        if self._whole("".join(pieces[at:end]))), 0)  # fmt: skip
            written = _bare("".join(pieces[at : end or at + 1]))
            if end:
                feature = self.keys.get(alike(written)) or self.titles[alike(written)]
                by = "key" if alike(written) in self.keys else "title" if feature else "twice"
                yield Named(column, written, feature, by)
            elif keys := KEY.findall(written):
                yield from filter(None, (self._key(column, key) for key in keys))
            elif self.column and any(character.isalnum() for character in written):
                yield Named(column, written, "", "unread")
            at = (end or at + 1) + 1

    def _whole(self, text: str) -> bool:
        """Whether a text is the name or the title of a feature, with nothing beside it."""
        return alike(_bare(text)) in self.titles or alike(_bare(text)) in self.keys

    def _key(self, column: str, key: str) -> Named | None:
        """What a key means; None if it does not look like one of the roadmap's trackers."""
        name = alike(key)
        if name in self.keys:
            return Named(column, key, self.keys[name], "key")
        if name in self.parts:
            return Named(column, key, "", "part")
        return Named(column, key, "", "unknown") if name.rpartition("-")[0] in self.projects else None

    def count(self, named: Named, deal: str, *, lost: bool) -> bool:
        """Count what a deal names; whether it is a promise."""
        by = "lost" if lost and named.feature else named.by
        self.counts.setdefault(named.column, Counter())[by] += 1
        if by not in NO_PROMISE:
            return True
        part_of = self.parts.get(alike(named.text), ("", ""))[1] if by == "part" else ""
        text = f"{printable(named.text)}{f', part of {part_of}' if part_of else ''}"
        self.refused.setdefault(by, []).append(f"{text} for {deal}")
        return False

    def tell(self, findings: Findings, columns: Sequence[str]) -> None:
        """Say from which columns promises came, how many, and what of them is none."""
        for column in columns:
            counts = self.counts.get(column, Counter())
            titles, texts = counts["title"] + counts["twice"], counts["unread"]
            keys = sum(counts.values()) - titles - texts
            parts = [f"{counts['key']:,} of {counted(keys, 'key')}"] if keys else []
            parts += [f"{counts['title']:,} of {counted(titles, 'title')}"] if titles else []
            parts += [f"{counted(texts, 'text')} not read"] if texts else []
            findings.say("Plan", f"Promises from {shown(column)}: {', '.join(parts) or 'none'}.")
        for why, names in self.refused.items():
            noun, what, remedy = NO_PROMISE[why]
            sentence = f"{counted(len(names), noun)} {what} ({listed(names)})."
            findings.say("Not in the plan", f"{sentence} {remedy}." if remedy else sentence)


def _bare(text: str) -> str:
    """A text without the marks of a list around it.

    >>> _bare(' - "Sign-up" ')
    'Sign-up'
    """
    return text.strip(" \t\u00a0-*\u2022\"'.:")
