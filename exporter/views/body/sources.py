"""The texts of notes, and pandoc's trees of them: made once for all formats of a run."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from exporter.model import KnowledgeMap
from exporter.views.body.footnotes import number_marks
from exporter.views.body.pandoc import Node, Trees
from exporter.views.body.text import mark_escapes, printable


class Sources:
    """The notes of some topics, in their order."""

    def __init__(self, knowledge_map: KnowledgeMap, ids: tuple[str, ...], hard_line_breaks: bool) -> None:
        self.texts: list[str] = []  # Markdown
        self.unreadable: dict[str, OSError] = {}  # by Topic.id: these have no text
        self._hard_line_breaks, self._store = hard_line_breaks, knowledge_map.store
        for id in ids:
            text = ""
            try:
                text = text_of(knowledge_map, id)
            except OSError as error:
                self.unreadable[id] = error
            self.texts.append(printable(text))
        marked = [number_marks(mark_escapes(text)) for text in self.texts]
        self._marked = [text for text, _ in marked]
        self.marks = [marks for _, marks in marked]  # of footnotes

    @cached_property
    def _trees(self) -> Trees:
        return Trees(self._marked, self._hard_line_breaks, self._store)

    def trees(self) -> Iterator[list[Node] | None]:
        """Each note's blocks, to be changed at will; None where pandoc gives up on one."""
        return iter(self._trees)


def sources_of(knowledge_map: KnowledgeMap, ids: tuple[str, ...], hard_line_breaks: bool) -> Sources:
    """The notes of these topics; those that another format of this run has asked for already are not made again."""
    key = Sources, ids, hard_line_breaks
    sources = knowledge_map.shared.get(key)
    if not isinstance(sources, Sources):
        sources = knowledge_map.shared[key] = Sources(knowledge_map, ids, hard_line_breaks)
    return sources


def text_of(knowledge_map: KnowledgeMap, id: str) -> str:
    """The Markdown of a topic's note, read once in a run.

    Raises:
        OSError: the note cannot be read.
    """
    key = text_of, id
    text = knowledge_map.shared.get(key)
    if not isinstance(text, str):
        text = knowledge_map.shared[key] = knowledge_map.text(id)
    return text
