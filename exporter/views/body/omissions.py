"""What of a note is not in the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from exporter.errors import Finding
from exporter.model import Source

MOST_COLUMNS = 30  # of a table: of more, none is wide enough for a word


@dataclass
class Omissions:
    """All of it, to be told at once; dictionaries keep the order of the note."""

    source: Source
    tags: dict[str, None]  # of HTML
    unprinted: dict[str, None] = field(default_factory=dict)  # queries, drawings, macros
    circular_footnotes: dict[str, None] = field(default_factory=dict)  # labels
    loose_footnotes: dict[str, None] = field(default_factory=dict)  # labels
    dead_links: dict[str, None] = field(default_factory=dict)
    wide_tables: list[int] = field(default_factory=list)  # their columns
    pictures: dict[str, str] = field(default_factory=dict)  # and why
    unsaid_pictures: dict[str, None] = field(default_factory=dict)
    diagrams: dict[str, None] = field(default_factory=dict)  # why

    def findings(self) -> Iterator[Finding]:
        """One of each kind, but for pictures and diagrams."""
        if self.tags:
            yield self.finding(
                "raw-html",
                f"HTML that a book cannot show: {', '.join(self.tags)}; its words stay; write it as Markdown",
            )
        if self.unprinted:
            message = f"a book cannot run or draw these: {', '.join(self.unprinted)}; each is named where it stands"
            yield self.finding("not-in-book", message)
        if self.circular_footnotes:
            labels = ", ".join(f"[^{label}]" for label in self.circular_footnotes)
            yield self.finding(
                "circular-footnote", f"footnotes that cite themselves: {labels}; take that mark out of them"
            )
        if self.loose_footnotes:
            labels = ", ".join(f"[^{label}]" for label in self.loose_footnotes)
            message = f"footnotes that nothing cites are printed at the end: {labels}; put the mark where it belongs"
            yield self.finding("loose-footnote", message)
        if self.dead_links:
            links = ", ".join(self.dead_links)
            yield self.finding("dead-link", f"printed without their target, which a book cannot reach: {links}")
        if self.wide_tables:
            message = (
                f"a table of {max(self.wide_tables):,} columns is too wide for a page: each row is printed as a list"
            )
            yield self.finding("wide-table", f"{message}; use {MOST_COLUMNS} at most")
        if self.unsaid_pictures:
            names = ", ".join(map(repr, self.unsaid_pictures))
            message = f"pictures without words for those who cannot see them: {names}; write ![what it shows](...)"
            yield self.finding("picture-without-words", message)
        for path, reason in self.pictures.items():
            yield self.finding("missing-picture", f"the picture {path!r} is not in the book: {reason}")
        for reason in self.diagrams:
            yield self.finding("diagram-as-source", f"a diagram is printed as its source: {reason}")

    def finding(self, code: str, message: str) -> Finding:
        """Something about this note."""
        return Finding(self.source, code, message)
