"""The knowledge map as a book: notes' bodies as pandoc's trees, the order in which they stand, and what stands around.

Markdown -> pandoc's tree -> a `Transformation`, pandoc's own or that of a format.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from exporter.errors import Finding
from exporter.model import Topic
from exporter.views.document import pandoc
from exporter.views.document.body import Body
from exporter.views.document.edition import Edition, language_of
from exporter.views.document.nodes import name_headings
from exporter.views.document.text import label, printable
from exporter.views.document.transformation import Anchors, Transformation

T = TypeVar("T", bound=Transformation)


def read(edition: Edition, in_parts: int = 3) -> tuple[list[Body], list[Finding]]:
    """The notes of the book, in its order, and those that cannot be read.

    A chapter's headings begin at level 3, those in a part's opening at level `in_parts`.
    """
    bodies: list[Body] = []
    findings: list[Finding] = []
    for topic, number in zip(edition.plan.notes, edition.plan.numbers, strict=True):
        text = ""
        try:
            text = edition.map.text(topic.id)
        except OSError as error:
            message = f"its text is not in the book: {error.strerror or error}"
            findings.append(Finding(topic.source, "unreadable-note", message))
        own = topic.properties
        level = in_parts if topic.id in edition.map.area else 3
        bodies.append(Body(topic, number, printable(text), level, language_of(own.get("lang") or own.get("language"))))
    return bodies, findings


def transform(
    bodies: Sequence[Body], hard_line_breaks: bool, make: Callable[[Body, Anchors], T]
) -> tuple[list[T], list[Finding]]:
    """Fill the bodies; gives the transformations that made their blocks, and what is lost."""
    made: list[T] = []
    findings: list[Finding] = []
    trees = pandoc.parse([body.text for body in bodies], hard_line_breaks)
    for body, tree in zip(bodies, trees, strict=True):
        body.headings = name_headings(tree or [], label(body.topic.id), body.top_level)
        body.names = list(body.headings.values())
    anchors = {body.topic.id: body.headings for body in bodies}
    for body, tree in zip(bodies, trees, strict=True):
        transformation = make(body, anchors)
        made.append(transformation)
        try:
            body.blocks = transformation.blocks(tree or [])
            transformation.ask()
        except RecursionError:
            tree = None
        findings += transformation.losses.findings()
        if tree is None:
            body.too_deep = True
            findings.append(as_source(body.topic, "it is nested too deeply"))
    return made, findings


def as_source(topic: Topic, reason: str) -> Finding:
    """Say that a note is printed as its Markdown."""
    message = f"the note cannot be typeset ({reason}) and is printed as its Markdown source; make it simpler"
    return Finding(topic.source, "note-as-source", message)
