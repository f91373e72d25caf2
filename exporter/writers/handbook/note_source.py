"""Notes' files in Typst, with what may fail in them kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exporter.errors import Finding
from exporter.model import Store
from exporter.views.body import TOO_MUCH, as_source, pandoc
from exporter.views.body.body import Body
from exporter.views.body.pandoc import Node
from exporter.writers.handbook.formula import to_typst
from exporter.writers.handbook.text import code_literal, literal
from exporter.writers.handbook.typst_code import emit
from exporter.writers.handbook.typst_tree import Formula, Fragment, TypstTree

NAMES = (
    "address", "again", "anchor", "answer", "bound", "boxed", "callout", "captioned", "cited", "defined", "displayed", "ending", "fitted",
    "formula", "goto", "held", "horizontalrule", "lead", "mention", "missing", "picture", "pieces", "question", "ragged", "review", "ruled",
    "section", "tabular", "tall", "task", "tasks",
    "web",
)  # fmt: skip
IMPORT = f'#import "book.typ": {", ".join(NAMES)}\n'


class NoteSource:
    """A file of Typst: a note's text or, elsewhere in the book, its opening and the answers to its questions."""

    def __init__(self, name: str, number: int, body: Body, blocks: list[Node], labels: Sequence[str]) -> None:
        self.name = f"{name}-{number}.typ"
        self.number = number  # of the note
        self.body, self.source = body, body.text
        self.blocks, self.labels = blocks, labels
        self.head = IMPORT
        if body.language:
            language, region = body.language
            self.head += f"#set text(lang: {literal(language)}, region: {literal(region) if region else 'none'})\n"
        self.as_source = body.too_deep  # printed as Markdown, since it cannot be typeset
        self.pieces: list[object] = []  # Typst, or a Fragment
        self.apart = False  # fragments in contexts of their own, so that what is wrong in one does not hide the next

    def compose(self) -> None:
        """Make the pieces from the blocks.

        Raises:
            RecursionError: they are nested too deeply.
        """
        if not self.as_source:
            emit(self.blocks, self.pieces.append)

    def typst(self) -> str:
        """What the file says."""
        if self.as_source:
            return f"{self.anchors()}#raw(block: true, {code_literal(self.source)})\n"
        return f"{self.head}#{''.join(map(self._code, self.pieces))}\n"

    def _code(self, piece: object) -> str:
        return f"context {{{piece}}}" if self.apart and isinstance(piece, Fragment) else str(piece)

    def anchors(self) -> str:
        """A file to which all links into it still lead."""
        return IMPORT + "".join(f"#anchor({literal(label)});" for label in self.labels)

    def fragment_at(self, line: int, column: int) -> Fragment | None:
        """The formula or picture that stands at this place of the file; lines from 1, columns from 0."""
        if self.as_source:
            return None
        lines = self.typst().split("\n")
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column
        end = len(self.head) + 1
        for piece in self.pieces:
            end += len(self._code(piece))
            if offset < end:
                return piece if isinstance(piece, Fragment) else None
        return None

    def give_up(self, reason: str) -> Finding:
        """Have the note printed as its Markdown, and say so."""
        self.as_source = True
        return as_source(self.body.topic, reason)


def compose(bodies: Sequence[Body], trees: Sequence[TypstTree], store: Store) -> tuple[list[NoteSource], list[Finding]]:
    """The files of each body, and what pandoc does not understand."""
    sources: list[NoteSource] = []
    findings: list[Finding] = []
    for number, body in enumerate(bodies):
        names = [name for name in body.names if body.too_deep or name not in body.opening_names]
        sources.append(NoteSource("note", number, body, body.blocks, names))
        if body.opening and not body.too_deep:
            sources.append(NoteSource("opening", number, body, body.opening, body.opening_names))
        if body.answers:
            sources.append(NoteSource("answers", number, body, body.answers, body.answer_names))
    for source in sources:
        try:
            source.compose()
        except RecursionError:
            findings.append(source.give_up(TOO_MUCH))
    return sources, findings + list(_set_formulas([tree for tree in trees if not tree.body.too_deep], store))


def _set_formulas(trees: Sequence[TypstTree], store: Store) -> Iterator[Finding]:
    """Give each formula its Typst; those that pandoc does not understand are refused."""
    formulas = [(tree, part) for tree in trees for part in tree.fragments if isinstance(part, Formula)]
    different = list(dict.fromkeys((formula.display, formula.tex) for _, formula in formulas))
    mathml = dict(zip(different, pandoc.formulas_to_mathml(different, store), strict=True))
    for tree, formula in formulas:
        made = mathml[formula.display, formula.tex] or ""
        formula.typst = to_typst(made, formula.alt, formula.display, formula.heading)
        if not formula.typst:
            yield refuse(tree.body, formula, "pandoc does not know all of it")


def refuse(body: Body, fragment: Fragment, reason: str) -> Finding:
    """Have the words printed for a formula or picture, and say so."""
    fragment.refused = True
    message = f"{fragment.name} cannot be typeset ({reason}) and is printed as its words; fix it"
    return Finding(body.locate(*fragment.thing) or body.topic.source, fragment.code, message)
