"""What of a note is not in the book."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from exporter.errors import Finding
from exporter.model import Locatable, Source

MOST_COLUMNS = 30  # of a table: of more, none is wide enough for a word
MOST_NAMED = 5  # things of one kind in one finding; the others are counted
MOST_PLACES = 30  # that are looked for
PREFIX = re.compile(r"\A\[\^\d+-")  # of the label of an embedded note's footnote
Thing = tuple[Locatable, str]  # what to look for, to know the line


@dataclass
class Omissions:
    """All of it, to be told at once; dictionaries keep the order of the note."""

    locate: Callable[[Locatable, str], Source | None]
    source: Source  # of the note, where nobody knows the line
    tags: dict[str, None]  # of HTML
    unprinted: dict[str, str] = field(default_factory=dict)  # queries, drawings, macros, and how each is written
    circular_footnotes: dict[str, None] = field(default_factory=dict)  # labels
    loose_footnotes: dict[str, None] = field(default_factory=dict)  # labels
    dead_links: dict[str, None] = field(default_factory=dict)
    wide_tables: dict[int, None] = field(default_factory=dict)  # their columns
    pictures: dict[str, str] = field(default_factory=dict)  # and why
    unsaid_pictures: dict[str, None] = field(default_factory=dict)
    diagrams: dict[str, str] = field(default_factory=dict)  # and why

    def findings(self) -> Iterator[Finding]:
        """One of each kind, reason and file, as there may be other notes in this one, at the line of the first of them."""
        tags: dict[str, Thing] = {tag: ("tag", tag.strip("<>")) for tag in self.tags}
        for names, source in self._places(tags):
            message = f"HTML that a book cannot show: {names}; its words stay; write it as Markdown"
            yield Finding(source, "raw-html", message)
        for names, source in self._places({name: _written(words) for name, words in self.unprinted.items()}):
            message = f"a book cannot run or draw these: {names}; each is named where it stands"
            yield Finding(source, "not-in-book", message)
        for names, source in self._places(_footnotes(self.circular_footnotes)):
            message = f"footnotes that cite themselves: {names}; take that mark out of them"
            yield Finding(source, "circular-footnote", message)
        for names, source in self._places(_footnotes(self.loose_footnotes)):
            message = f"footnotes that nothing cites are printed at the end: {names}; put the mark where it belongs"
            yield Finding(source, "loose-footnote", message)
        dead: dict[str, Thing] = {link: ("link", link) for link in self.dead_links}
        for names, source in self._places(dead):
            yield Finding(source, "dead-link", f"printed without their target, which a book cannot reach: {names}")
        if self.wide_tables:
            most = max(self.wide_tables)
            message = f"a table of {most:,} columns is too wide for a page: each row is printed as a list"
            yield self.finding("wide-table", f"{message}; use {MOST_COLUMNS} at most", ("table", str(most)))
        for names, source in self._places(_pictures(self.unsaid_pictures, "wordless")):
            message = f"pictures without words for those who cannot see them: {names}; write ![what it shows](...)"
            yield Finding(source, "picture-without-words", message)
        for reason, paths in _by_reason(self.pictures):
            for names, source in self._places(_pictures(paths)):
                yield Finding(source, "missing-picture", f"{_are('the picture', names)} not in the book: {reason}")
        for reason, codes in _by_reason(self.diagrams):
            diagrams: dict[str, Thing] = {code: ("code", code) for code in codes}
            for names, source in self._places(diagrams, _first_words):
                message = f"{_are('the diagram', names)} printed as source: {reason}"
                yield Finding(source, "diagram-as-source", message)

    def formula_as_source(self, source: str) -> Finding:
        """A formula of the note that pandoc does not know; the source is as the note has it."""
        message = f"the formula ${' '.join(source.split())}$ cannot be typeset (pandoc does not know all of it)"
        return self.finding("formula-as-source", f"{message} and is printed as its words; fix it", ("formula", source))

    def finding(self, code: str, message: str, thing: Thing) -> Finding:
        """Something about one thing of this note."""
        return Finding(self.locate(*thing) or self.source, code, message)

    def _places(
        self, things: Mapping[str, Thing], name: Callable[[str], str] = lambda key: key
    ) -> Iterator[tuple[str, Source]]:
        """For each file that holds some: what they are, the others than the first with their lines, and its place."""
        groups: dict[str, list[tuple[str, Source | None]]] = {}
        for number, (key, thing) in enumerate(things.items()):
            place = self.locate(*thing) if number < MOST_PLACES else None
            groups.setdefault(place.file if place else self.source.file, []).append((key, place))
        for file, group in groups.items():
            first = next(filter(None, (place for _, place in group)), self.source)
            names = [_named(name(key), file == self.source.file, place, first) for key, place in group[:MOST_NAMED]]
            more = len(group) - len(names)
            yield ", ".join(names) + f" and {more:,} more" * (more > 0), first


def _named(name: str, own: bool, place: Source | None, first: Source) -> str:
    """A thing and its line, if that is not the first one's; a footnote of another note by the label that it has there."""
    name = name if own else PREFIX.sub("[^", name)
    return f"{name} (line {place.line})" if place and place.line != first.line else name


def _are(what: str, names: str) -> str:
    """The things as the subject of a sentence."""
    several = ", " in names or " more" in names
    return f"{what}s {names} are" if several else f"{what} {names} is"


def _first_words(code: str) -> str:
    """The first line of a diagram."""
    return repr(next(filter(str.strip, code.split("\n")), "").strip()[:40])


def _written(words: str) -> Thing:
    """What to look for: {{a macro}} is text, the name of a file is a link, all else is code."""
    if words.startswith("file:"):
        return "link", words.removeprefix("file:")
    return ("text" if words.startswith("{{") else "code"), words


def _footnotes(labels: Mapping[str, None]) -> dict[str, Thing]:
    return {f"[^{label}]": ("footnote", label) for label in labels}


def _pictures(paths: Iterable[str], kind: Literal["picture", "wordless"] = "picture") -> dict[str, Thing]:
    return {repr(path): (kind, path) for path in paths}


def _by_reason(things: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for reason in dict.fromkeys(things.values()):
        yield reason, [thing for thing, why in things.items() if why == reason]
