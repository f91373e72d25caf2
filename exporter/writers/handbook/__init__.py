"""Study handbook as PDF: a part per area, a chapter per topic, links with page numbers.

Made by pandoc (https://pandoc.org) and Typst (https://typst.app/docs), both from pip; PDF/A-2a and PDF/UA-1 where
the notes allow it. Pure but for pandoc, a program that reads the notes in a temporary folder.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from exporter.errors import ExportError, Finding
from exporter.model import File, KnowledgeMap, Source
from exporter.views.document import Body, read, transform
from exporter.views.document.back import glossary, index
from exporter.views.document.picture import Pictures
from exporter.views.document.plan import Plan
from exporter.views.document.text import printable
from exporter.views.document.words import WORDS
from exporter.writers.handbook.markup import Markup
from exporter.writers.handbook.press import Press
from exporter.writers.handbook.sheet import Sheet, compose


@dataclass(frozen=True)
class Options:
    """What `mappings/handbook.toml` may say."""

    title: str = ""  # "": the map's
    author: str = ""  # on the title page and in the file's properties
    date: str = ""  # ISO 8601, on the title page; "": none, and the file's properties say 1970
    paper: Literal["a4", "a5", "us-letter"] = "a4"
    two_sided: bool = True  # margins for binding, and parts begin on a right page
    new_pages: bool = False  # each chapter on a new page; else short ones follow one another
    font_size: float = 10.5  # points
    contents_depth: int = 2  # levels: 1 parts, 2 chapters, 3 headings of the notes
    page_numbers: bool = True  # links print "(p. 12)"
    backlinks: bool = True  # each chapter ends with those that link to it
    glossary: bool = True  # at the end, from the definitions
    index: bool = True  # at the very end: titles, other names and tags, with the pages that mention them
    line_breaks: bool = True  # a line that ends ends in print, too, as Obsidian shows it


def write(knowledge_map: KnowledgeMap, options: Options) -> Iterator[File | Finding]:
    """Plan the book, compose its notes, press it.

    Raises:
        ExportError: an option makes no sense, pandoc is not installed, the book cannot be typeset at all.
    """
    language, _, region = knowledge_map.language.partition("-")
    language = language.lower() if language.isascii() and language.isalpha() and len(language) in (2, 3) else "en"
    words = WORDS.get(language, WORDS["en"])
    date = _date(options.date)
    if options.contents_depth < 1 or not 4 <= options.font_size <= 40:
        raise ExportError("handbook: contents_depth must be at least 1 and font_size between 4 and 40 points")
    plan = Plan(knowledge_map, words, options.backlinks)

    bodies: list[Body] = []
    yield from read(knowledge_map, plan, bodies)
    title = printable(options.title or knowledge_map.title).strip() or words["handbook"]
    book = {
        "title": title,
        "summary": printable(knowledge_map.summary),
        "author": printable(options.author),
        "date": {"year": date.year, "month": date.month, "day": date.day} if date else None,
        "lang": language,
        "region": region.upper() if len(region) == 2 and region.isascii() and region.isalpha() else None,
        "paper": options.paper,
        "two_sided": options.two_sided,
        "new_pages": options.new_pages,
        "font_size": options.font_size,
        "contents_depth": options.contents_depth,
        "page_numbers": options.page_numbers,
        "words": words,
        "paths": plan.paths,
        "parts": plan.parts,
        "glossary": glossary(knowledge_map) if options.glossary else [],
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
    yield from press.missing_in(_texts(knowledge_map, title, bodies))
    yield File("handbook.pdf", press.pdf)


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise ExportError(f"handbook: date {text!r} is no date; write it as 2026-01-31") from error


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
