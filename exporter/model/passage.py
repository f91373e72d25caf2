"""What stands in a note's text, part by part: for who shows notes as an outline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

# A table is the row of its head, with the other rows in it; a "callout" is its title; a formula stands alone; a footnote lies
# in what cites it
PassageKind = Literal[
    "heading", "item", "task", "paragraph", "callout", "table", "row", "code", "formula", "footnote"
]  # fmt: skip


class Target(NamedTuple):
    """A link in a passage: which of its words lead where."""

    start: int  # offset in `Passage.text`
    end: int
    to: str  # "topic:ID#anchor", "file:PATH" or "missing:NAME", percent-encoded as in `KnowledgeMap.text`; else an address


class Passage(NamedTuple):
    """A heading, a list item, a paragraph or another part of a note's text; what follows with a higher level lies in it."""

    level: int  # from 1
    kind: PassageKind
    text: str  # plain text on one line; of code its lines
    targets: tuple[Target, ...] = ()  # the links in it, by place
    mark: str = ""  # what stands in the box of a task, " " if nothing; the language of code; the type of a callout
    number: int | None = None  # of an item of a numbered list
    pictures: int = 0  # how many stand in it


def nest(passages: Iterable[Passage], wanted: Iterable[bool]) -> Iterator[Passage]:
    """Those that are wanted, each one level below the one that it lies in; what lay in another lies where that stood."""
    levels: list[int] = []  # of what is open, as given
    for passage, wants in zip(passages, wanted, strict=True):
        while levels and levels[-1] >= passage.level:
            levels.pop()
        if wants:
            levels.append(passage.level)
            yield passage._replace(level=len(levels)) if passage.level != len(levels) else passage
