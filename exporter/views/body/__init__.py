"""A note's text as a tree that is fit for any format: Markdown -> pandoc's tree -> a `Transformation`, or one of a format's own.

sources.py: the notes' texts and pandoc's trees of them, made once for all formats of a run; pandoc.py calls the program, in
batches by halving.py, held by limits.py and hold.py.
body.py: one note on its way, its HTML read by html.py and its footnotes apart by footnotes.py; transformation.py: what
becomes of each node, by nodes.py, captions.py, terms.py, address.py, text.py, unprinted.py and, for what is drawn, picture.py,
workshop.py and fonts.py; columns.py: how wide a table wants to be;
omissions.py: what is lost. translations.py: the words that we say.
formulas.py: all formulas of a note as pandoc knows them, by tex.py, with commands.py, macros.py, chemistry.py and
colours.py; marks.py: what they say to the PDF alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from exporter.errors import Finding
from exporter.model import VAULT, Topic, no_collection
from exporter.views.body.body import Body
from exporter.views.body.footnotes import take_footnotes
from exporter.views.body.formulas import rewrite_formulas
from exporter.views.body.html import read_html
from exporter.views.body.macros import Macro
from exporter.views.body.nodes import Anchors, drop_empty_headings, name_headings
from exporter.views.body.pandoc import Node
from exporter.views.body.text import label
from exporter.views.body.transformation import Transformation

SHOWN = 5  # headings that a finding names
T = TypeVar("T", bound=Transformation)

TOO_MUCH = "it is nested too deeply, or takes too much time or memory"


@no_collection()
def transform(
    bodies: Sequence[Body],
    trees: Iterable[list[Node] | None],
    macros: Mapping[str, Macro],
    make: Callable[[Body, Mapping[str, Anchors]], T],
) -> list[T]:
    """Fill the bodies from their trees; None stands for one that pandoc gave up. The macros are the vault's.

    `make` gives the transformation for a body, with the labels of all headings to which its links may lead.

    Returns:
        The transformations that made the bodies' blocks; what is lost stands in `Body.findings`.
    """
    transformations: list[T] = []
    trees = [_prepare(body, tree, macros) for body, tree in zip(bodies, trees, strict=True)]
    anchors: dict[str, Anchors] = {}
    for body, tree in zip(bodies, trees, strict=True):
        anchors[body.topic.id] = own = name_headings(tree or [], label(body.topic.id), body.top_level)
        body.names = own.labels()
    for body, tree in zip(bodies, trees, strict=True):
        transformation = make(body, anchors)
        transformations.append(transformation)
        try:
            body.blocks = transformation.whole(tree or [])
            transformation.ask()
        except RecursionError:
            tree = None
        body.findings += transformation.omissions.findings()
        if tree is None:
            body.too_deep = True
            body.findings.append(as_source(body.topic, TOO_MUCH))
    return transformations


def tell(bodies: Sequence[Body]) -> Iterator[Finding]:
    """What of the bodies is lost."""
    for body in bodies:
        yield from body.findings
    yield from tell_empty_headings((heading, body.topic.title) for body in bodies for heading in body.empty_headings)


def tell_empty_headings(named: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Say once which headings are left out, each with the title of its topic."""
    titles = list(named)
    if titles:
        some = ", ".join(f"{heading!r} of {title!r}" for heading, title in titles[:SHOWN])
        more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
        message = f"headings with nothing below them are left out: {some}{more}; write what belongs there"
        yield Finding(VAULT, "empty-heading", message)


def _prepare(body: Body, tree: list[Node] | None, macros: Mapping[str, Macro]) -> list[Node] | None:
    """The tree with its HTML and formulas read and its footnotes apart; None where it is nested too deeply."""
    try:
        if tree and "<" in body.text:
            tree = read_html(tree, body.left_out)
        if tree and "$" in body.text:
            body.findings += rewrite_formulas(tree, body, macros)
        if tree:
            tree, body.footnotes = take_footnotes(tree, body.marks)
            tree, body.empty_headings = drop_empty_headings(tree)
    except RecursionError:
        return None
    return tree


def as_source(topic: Topic, reason: str) -> Finding:
    """Say that a note is printed as its Markdown."""
    message = f"the note cannot be typeset ({reason}) and is printed as its Markdown source; make it simpler"
    return Finding(topic.source, "note-as-source", message)
