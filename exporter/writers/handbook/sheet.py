"""Notes' files in Typst, with what may fail in them kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exporter.errors import Finding
from exporter.views.document import Body, pandoc
from exporter.writers.handbook.formula import mend
from exporter.writers.handbook.markup import Insert, Markup
from exporter.writers.handbook.text import code_literal, literal

IMPORT = '#import "book.typ": anchor, callout, formula, horizontalrule, mention, picture, section, tabular, task, tasks, web\n'


class Sheet:
    """One note: its text and, elsewhere in the book, the answers to its questions."""

    def __init__(self, body: Body) -> None:
        self.topic, self.text = body.topic, body.text
        self.names = list(body.headings.values())  # to which links lead
        self.as_source = body.too_deep  # printed as Markdown, since it cannot be typeset
        self.pieces: list[str | Insert] = []

    def typst(self) -> str:
        """The note's file."""
        if self.as_source:
            return f'{self.anchors()}#raw(block: true, lang: "md", {code_literal(self.text)})\n'
        return IMPORT + "".join(map(str, self.pieces))

    def anchors(self) -> str:
        """A file to which all links to the note's headings still lead."""
        return IMPORT + "".join(f"#anchor({literal(name)});" for name in self.names)

    def insert_at(self, line: int, column: int) -> Insert | None:
        """The formula or picture that stands at this place of the file; lines from 1, columns from 0."""
        if self.as_source:
            return None
        lines = self.typst().split("\n")
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column
        end = len(IMPORT)
        for piece in self.pieces:
            end += len(str(piece))
            if offset < end:
                return piece if isinstance(piece, Insert) else None
        return None

    def give_up(self, reason: str) -> Finding:
        """Have the note printed as its Markdown, and say so."""
        self.as_source = True
        message = f"the note cannot be typeset ({reason}) and is printed as its Markdown source; make it simpler"
        return Finding(self.topic.source, "note-as-source", message)

    def refuse(self, insert: Insert, reason: str) -> Finding:
        """Have the words printed for a formula or picture, and say so."""
        insert.refused = True
        message = f"{insert.name} cannot be typeset ({reason}) and is printed as its words; mend it"
        return Finding(self.topic.source, insert.code, message)


def compose(bodies: Sequence[Body], markups: Sequence[Markup], sheets: list[Sheet]) -> Iterator[Finding]:
    """Fill the list with a sheet for each body; tell what pandoc does not understand."""
    sheets += map(Sheet, bodies)
    texts = pandoc.to_typst([[] if body.too_deep else body.blocks for body in bodies])
    for sheet, markup, text in zip(sheets, markups, texts, strict=True):
        sheet.pieces = list(_pieces(text or "", markup))
        if sheet.as_source or text is None:
            yield sheet.give_up("it is nested too deeply")
            continue
        for insert in markup.inserts:
            if insert.refused:
                yield sheet.refuse(insert, "pandoc does not know all of it")


def _pieces(text: str, markup: Markup) -> Iterator[str | Insert]:
    """The text with its inserts taken out; a formula that pandoc did not understand is refused."""
    mark = rf"/\*{markup.edge}:"
    start = 0
    for found in re.finditer(rf"{mark}(\d+)\*/(.*?){mark}\1\*/", text, re.DOTALL):
        insert = markup.inserts[int(found[1])]
        if found[2]:
            insert.typst += f"{mend(found[2])}];"
            insert.refused = not found[2].startswith("$")
        yield text[start : found.start()]
        yield insert
        start = found.end()
    yield text[start:]
