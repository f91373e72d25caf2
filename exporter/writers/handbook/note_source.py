"""Notes' files in Typst, with what may fail in them kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exporter.errors import Finding
from exporter.model import Topic
from exporter.views.body import as_source, pandoc
from exporter.views.body.body import Body
from exporter.views.body.pandoc import Node
from exporter.writers.handbook.formula import mend
from exporter.writers.handbook.text import code_literal, literal
from exporter.writers.handbook.typst_tree import Fragment, TypstTree

NAMES = (
    "anchor", "answer", "callout", "cited", "ending", "fitted", "formula", "goto", "horizontalrule", "mention", "missing", "picture", "question",
    "review", "section", "tabular", "task", "tasks", "web",
)  # fmt: skip
IMPORT = f'#import "book.typ": {", ".join(NAMES)}\n'


class NoteSource:
    """A file of Typst: a note's text or, elsewhere in the book, the answers to its questions."""

    def __init__(self, name: str, number: int, body: Body, blocks: list[Node], labels: Sequence[str]) -> None:
        self.name = f"{name}-{number}.typ"
        self.number = number  # of the note
        self.topic, self.source = body.topic, body.text
        self.blocks, self.labels = blocks, labels
        self.head = IMPORT
        if body.language:
            language, region = body.language
            self.head += f"#set text(lang: {literal(language)}, region: {literal(region) if region else 'none'})\n"
        self.as_source = body.too_deep  # printed as Markdown, since it cannot be typeset
        self.pieces: list[str | Fragment] = []

    def typst(self) -> str:
        """What the file says."""
        if self.as_source:
            return f'{self.anchors()}#raw(block: true, lang: "md", {code_literal(self.source)})\n'
        return self.head + "".join(map(str, self.pieces))

    def anchors(self) -> str:
        """A file to which all links into it still lead."""
        return IMPORT + "".join(f"#anchor({literal(label)});" for label in self.labels)

    def insert_at(self, line: int, column: int) -> Fragment | None:
        """The formula or picture that stands at this place of the file; lines from 1, columns from 0."""
        if self.as_source:
            return None
        lines = self.typst().split("\n")
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column
        end = len(self.head)
        for piece in self.pieces:
            end += len(str(piece))
            if offset < end:
                return piece if isinstance(piece, Fragment) else None
        return None

    def give_up(self, reason: str) -> Finding:
        """Have the note printed as its Markdown, and say so."""
        self.as_source = True
        return as_source(self.topic, reason)


def compose(bodies: Sequence[Body], markups: Sequence[TypstTree]) -> tuple[list[NoteSource], list[Finding]]:
    """The sheets of each body, and what pandoc does not understand."""
    made: list[tuple[NoteSource, TypstTree]] = []
    findings: list[Finding] = []
    for number, (body, markup) in enumerate(zip(bodies, markups, strict=True)):
        made.append((NoteSource("note", number, body, body.blocks, body.names), markup))
        if body.answers:
            made.append((NoteSource("answers", number, body, body.answers, body.answer_names), markup))
    texts = pandoc.to_typst([[] if sheet.as_source else sheet.blocks for sheet, _ in made])
    for (sheet, markup), text in zip(made, texts, strict=True):
        sheet.pieces = list(_pieces(text or "", markup))
        if text is None:
            findings.append(sheet.give_up("it is nested too deeply"))
    for markup in markups:
        for insert in markup.inserts:
            if insert.refused:
                findings.append(refusal(markup.body.topic, insert, "pandoc does not know all of it"))
    return [sheet for sheet, _ in made], findings


def refusal(topic: Topic, insert: Fragment, reason: str) -> Finding:
    """Have the words printed for a formula or picture, and say so."""
    insert.refused = True
    message = f"{insert.name} cannot be typeset ({reason}) and is printed as its words; mend it"
    return Finding(topic.source, insert.code, message)


def _pieces(text: str, markup: TypstTree) -> Iterator[str | Fragment]:
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
