"""Notes' files in Typst, with what may fail in them kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from exporter.errors import Finding
from exporter.model import Topic
from exporter.views.body import as_source, pandoc
from exporter.views.body.body import Body
from exporter.views.body.pandoc import Node
from exporter.writers.handbook.formula import fix
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

    def fragment_at(self, line: int, column: int) -> Fragment | None:
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


def compose(bodies: Sequence[Body], trees: Sequence[TypstTree]) -> tuple[list[NoteSource], list[Finding]]:
    """The files of each body, and what pandoc does not understand."""
    pairs: list[tuple[NoteSource, TypstTree]] = []
    findings: list[Finding] = []
    for number, (body, tree) in enumerate(zip(bodies, trees, strict=True)):
        pairs.append((NoteSource("note", number, body, body.blocks, body.names), tree))
        if body.answers:
            pairs.append((NoteSource("answers", number, body, body.answers, body.answer_names), tree))
    texts = pandoc.to_typst([[] if source.as_source else source.blocks for source, _ in pairs])
    for (source, tree), text in zip(pairs, texts, strict=True):
        source.pieces = list(_pieces(text or "", tree))
        if text is None:
            findings.append(source.give_up("it is nested too deeply"))
    for tree in trees:
        for fragment in tree.fragments:
            if fragment.refused:
                findings.append(refuse(tree.body.topic, fragment, "pandoc does not know all of it"))
    return [source for source, _ in pairs], findings


def refuse(topic: Topic, fragment: Fragment, reason: str) -> Finding:
    """Have the words printed for a formula or picture, and say so."""
    fragment.refused = True
    message = f"{fragment.name} cannot be typeset ({reason}) and is printed as its words; fix it"
    return Finding(topic.source, fragment.code, message)


def _pieces(text: str, tree: TypstTree) -> Iterator[str | Fragment]:
    """The text with its fragments taken out; a formula that pandoc did not understand is refused."""
    mark = rf"/\*{tree.edge}:"
    start = 0
    for match in re.finditer(rf"{mark}(\d+)\*/(.*?){mark}\1\*/", text, re.DOTALL):
        fragment = tree.fragments[int(match[1])]
        if match[2]:
            fragment.typst += f"{fix(match[2])}];"
            fragment.refused = not match[2].startswith("$")
        yield text[start : match.start()]
        yield fragment
        start = match.end()
    yield text[start:]
