"""Study handbook as PDF: a part per area, a chapter per topic, links with page numbers.

Made by pandoc (https://pandoc.org) and Typst (https://typst.app/docs), both from pip; PDF/A-2a and PDF/UA-1 where
the notes allow it. Pure but for pandoc, a program that reads the notes in a temporary folder.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from exporter.errors import Finding
from exporter.model import File, KnowledgeMap, Source
from exporter.views.document import Body, read, transform
from exporter.views.document.back import index
from exporter.views.document.edition import Edition, Options
from exporter.views.document.picture import Pictures
from exporter.writers.handbook.markup import Markup
from exporter.writers.handbook.press import Press
from exporter.writers.handbook.sheet import Sheet, compose

__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options) -> Iterator[File | Finding]:
    """Plan the book, compose its notes, press it.

    Raises:
        ExportError: an option makes no sense, pandoc is not installed, the book cannot be typeset at all.
    """
    edition = Edition(knowledge_map, options)
    date, plan = edition.date, edition.plan
    bodies: list[Body] = []
    yield from read(edition, bodies, in_parts=2)  # where a heading is what a chapter is
    book = {
        "title": edition.title,
        "summary": edition.summary,
        "author": edition.author,
        "date": {"year": date.year, "month": date.month, "day": date.day} if date else None,
        "lang": edition.language,
        "region": edition.region,
        "paper": options.paper,
        "two_sided": options.two_sided,
        "new_pages": options.new_pages,
        "font_size": options.font_size,
        "contents_depth": options.contents_depth,
        "page_numbers": options.page_numbers,
        "words": edition.words,
        "paths": plan.paths,
        "parts": plan.parts,
        "glossary": edition.glossary,
        "index": index(knowledge_map) if options.index else [],
    }
    design = pkgutil.get_data(__name__, "book.typ") or b""
    given = {"book.typ": design, "book.json": json.dumps(book, ensure_ascii=False).encode()}
    with TemporaryDirectory(prefix="handbook-") as name:
        folder = Path(name)
        pictures, topics = Pictures(knowledge_map.file, folder), frozenset(knowledge_map.topic)
        markups: list[Markup] = []
        yield from transform(
            bodies, options.line_breaks, markups, lambda body, anchors: Markup(body, topics, anchors, pictures)
        )
        sheets: list[Sheet] = []
        yield from compose(bodies, markups, sheets)
        press = Press(given, folder, sheets, knowledge_map.source, int(date.timestamp()) if date else 0)
        yield from press.run()
    yield from press.missing_in(_texts(knowledge_map, edition.title, bodies))
    yield File("handbook.pdf", press.pdf)


def _texts(knowledge_map: KnowledgeMap, title: str, bodies: list[Body]) -> Iterator[tuple[Source, str]]:
    """All that is printed, by where it stands in the vault."""
    body = {body.topic.id: body.text for body in bodies}
    yield knowledge_map.source, title + knowledge_map.summary
    for path in knowledge_map.paths:
        yield path.source, path.title
        for step in path.steps:
            yield step.source, step.text
    for topic in knowledge_map.topics:
        words = [topic.title, topic.summary, *topic.aliases, knowledge_map.definition(topic.id), body.get(topic.id, "")]
        yield topic.source, "".join(words)
