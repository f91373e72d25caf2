"""Notes' bodies: Markdown -> pandoc's tree -> our transformations -> Typst, with what may fail kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exporter.errors import Finding
from exporter.model import Topic
from exporter.writers.handbook import pandoc
from exporter.writers.handbook.formula import mend
from exporter.writers.handbook.nodes import name_headings
from exporter.writers.handbook.pandoc import Node
from exporter.writers.handbook.picture import Pictures
from exporter.writers.handbook.text import code_literal, label, literal
from exporter.writers.handbook.transformation import Insert, Transformation

IMPORT = '#import "book.typ": anchor, callout, formula, horizontalrule, mention, picture, section, tabular, task, tasks, web\n'


@dataclass
class Body:
    """The text of one note on its way into Typst."""

    topic: Topic
    text: str  # Markdown
    top_level: int  # of its headings, in the book
    as_source: bool = False  # printed as Markdown, since it cannot be typeset
    headings: dict[str, str] = field(default_factory=dict)  # a heading as links name it: its label
    pieces: list[str | Insert] = field(default_factory=list)

    def typst(self) -> str:
        """The note's file in Typst."""
        if self.as_source:
            return f'{self.anchors()}#raw(block: true, lang: "md", {code_literal(self.text)})\n'
        return IMPORT + "".join(map(str, self.pieces))

    def anchors(self) -> str:
        """A file to which all links to the note's headings still lead."""
        return IMPORT + "".join(f"#anchor({literal(name)});" for name in self.headings.values())

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


def compose(
    bodies: Sequence[Body], topics: frozenset[str], pictures: Pictures, hard_line_breaks: bool
) -> Iterator[Finding]:
    """Fill the bodies' headings and pieces; links lead to `topics` and to their headings."""
    trees = pandoc.parse([body.text for body in bodies], hard_line_breaks)
    for body, tree in zip(bodies, trees, strict=True):
        body.headings = name_headings(tree or [], label(body.topic.id), body.top_level)
    anchors = {body.topic.id: body.headings for body in bodies}
    made: list[tuple[Body, Transformation, list[Node]]] = []
    for body, tree in zip(bodies, trees, strict=True):
        transformation = Transformation(body.topic, pandoc.border(body.text), topics, anchors, pictures)
        try:
            made.append((body, transformation, transformation.blocks(tree or [])))
        except RecursionError:
            tree = None
        body.as_source = tree is None
    for (body, transformation, _), markup in zip(made, pandoc.to_typst([blocks for *_, blocks in made]), strict=True):
        body.as_source |= markup is None
        body.pieces = list(_pieces(markup or "", transformation))
        yield from transformation.findings()
        for insert in transformation.inserts:
            if insert.refused:
                yield refusal(body, insert, "pandoc does not know all of it")
    for body in bodies:
        if body.as_source:
            yield as_source(body, "it is nested too deeply")


def as_source(body: Body, reason: str) -> Finding:
    """Have the note printed as its Markdown, and say so."""
    body.as_source = True
    message = f"the note cannot be typeset ({reason}) and is printed as its Markdown source; make it simpler"
    return Finding(body.topic.source, "note-as-source", message)


def refusal(body: Body, insert: Insert, reason: str) -> Finding:
    """Say that a formula or picture is not set."""
    message = f"{insert.name} cannot be typeset ({reason}) and is printed as its words; mend it"
    return Finding(body.topic.source, insert.code, message)


def _pieces(markup: str, transformation: Transformation) -> Iterator[str | Insert]:
    """The markup with its inserts taken out; a formula that pandoc did not understand is refused."""
    mark = rf"/\*{transformation.edge}:"
    start = 0
    for found in re.finditer(rf"{mark}(\d+)\*/(.*?){mark}\1\*/", markup, re.DOTALL):
        insert = transformation.inserts[int(found[1])]
        if found[2]:
            insert.typst += f"{mend(found[2])}];"
            insert.refused = not found[2].startswith("$")
        yield markup[start : found.start()]
        yield insert
        start = found.end()
    yield markup[start:]
