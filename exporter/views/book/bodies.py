"""The notes of a book, in its order."""

from __future__ import annotations

from collections.abc import Iterator

from exporter.errors import Finding
from exporter.views.body.body import Body
from exporter.views.body.pandoc import Node
from exporter.views.body.sources import sources_of
from exporter.views.body.text import title_of
from exporter.views.book.edition import Edition

SHOWN = 5  # titles that a finding names


class Bodies(list[Body]):
    """The bodies, whose trees are yet to be transformed."""

    def __init__(self, edition: Edition, in_parts: int = 3, openings: bool = False) -> None:
        """Read the notes. A chapter's headings begin at level 3, those in a part's text at level `in_parts`.

        With `openings`, what one will be able to do after a part stands in `Body.opening` instead of the text.
        """
        super().__init__()
        plan = edition.plan
        self._source, self._unprinted = edition.map.source, list(plan.unprinted.values())
        ids = tuple(topic.id for topic in plan.notes)
        self._sources = sources_of(edition.map, ids, edition.options.line_breaks)
        given = zip(plan.notes, plan.numbers, self._sources.texts, self._sources.marks, strict=True)
        for topic, number, text, marks in given:
            is_part = topic.id in edition.map.area
            level = in_parts if is_part else 3
            body = Body.of(edition.map, topic, number, text, level, marks)
            body.opens_part = openings and is_part
            self.append(body)

    def trees(self) -> Iterator[list[Node] | None]:
        """Each note's blocks; None where pandoc gives up on one."""
        return self._sources.trees()

    def unreadable(self) -> Iterator[Finding]:
        """Tell the notes that cannot be read, and those that hold nothing for a book."""
        if self._unprinted:
            titles = [title_of(topic) for topic in self._unprinted]
            some = ", ".join(titles[:SHOWN]) + (f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else "")
            message = "notes that hold nothing but queries or drawings, which a book cannot run, are no chapters"
            yield Finding(self._source, "not-in-book", f"{message}: {some}; their parts list them")
        for body in self:
            if error := self._sources.unreadable.get(body.topic.id):
                message = f"its text is not in the book: {error.strerror or error}"
                yield Finding(body.topic.source, "unreadable-note", message)
