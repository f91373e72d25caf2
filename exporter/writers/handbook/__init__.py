"""Study handbook as PDF: a part per area, a chapter per topic, links with page numbers.

Made by pandoc (https://pandoc.org) and Typst (https://typst.app/docs), both from pip; PDF/A-2a and PDF/UA-1 where
the notes allow it. Pure but for pandoc, a program that reads the notes in a temporary folder.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exporter.errors import Finding
from exporter.model import File, KnowledgeMap, Source
from exporter.views.document import read, transform
from exporter.views.document.back import index, sortable
from exporter.views.document.body import Body
from exporter.views.document.edition import Edition, Options
from exporter.views.document.picture import Pictures
from exporter.views.document.text import label, title_of
from exporter.writers.handbook.markup import Markup
from exporter.writers.handbook.press import Press
from exporter.writers.handbook.sheet import Sheet, compose

LETTERS = 1800  # of Markdown on a page, so that the number of pages can be told before they are set
MANY_PAGES = 1500
MEMORY = 2.1  # MB that Typst needs for a page (measured)
FONTS = "Libertinus Serif, New Computer Modern Math, DejaVu Sans Mono"
__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options) -> Iterator[File | Finding]:
    """Plan the book, compose its notes, press it.

    Raises:
        ExportError: an option makes no sense, pandoc is not installed, the book cannot be typeset at all.
    """
    edition = Edition(knowledge_map, options)
    bodies: list[Body] = []
    markups: list[Markup] = []
    sheets: list[Sheet] = []
    references: dict[str, tuple[int, str]] = {}
    yield from read(edition, bodies, in_parts=2)  # where a heading is what a chapter is
    with TemporaryDirectory(prefix="handbook-") as name:
        folder = Path(name)
        pictures = Pictures(knowledge_map.file, folder)
        yield from transform(
            bodies, options.line_breaks, markups,
            lambda body, anchors: Markup(body, edition, anchors, pictures, references),
        )  # fmt: skip
        yield from compose(bodies, markups, sheets)
        book = {**_front(edition), **_back(edition, markups, references)}
        files = {name: pkgutil.get_data(__name__, name) or b"" for name in ("book.typ", "chart.typ")}
        files["book.json"] = json.dumps(book, ensure_ascii=False).encode()
        pages = sum(len(body.text) for body in bodies) // LETTERS + len(bodies) // 4
        if pages > MANY_PAGES:
            yield Finding(
                knowledge_map.source, "large-book",
                f"the handbook will have some {pages:,} pages, for which Typst needs {pages * MEMORY / 1000:.0f} GB of memory;"
                " where that is not there, export a part of the vault",
            )  # fmt: skip
        press = Press(files, folder, sheets, knowledge_map.source, edition.timestamp, knowledge_map.language)
        yield from press.run()
    yield from press.missing_in(_texts(knowledge_map, edition.title, bodies))
    yield File("handbook.pdf", press.pdf)


def _front(edition: Edition) -> dict[str, Any]:
    """What book.json says of the book as a whole, its paths and its parts."""
    options, date, plan = edition.options, edition.date, edition.plan
    return {
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
        "made": edition.made,
        "colophon": edition.words["colophon"].format(version=version("mlk-export"), fonts=FONTS),
        "paths": plan.paths,
        "parts": plan.parts,
    }


def _back(
    edition: Edition, markups: Sequence[Markup], references: Mapping[str, tuple[int, str]]
) -> dict[str, list[Any]]:
    """What book.json says of what follows the parts; each list may be empty."""
    bodies = [(number, markup.body) for number, markup in enumerate(markups)]
    return {
        "answers": [
            {"number": body.number, "title": title_of(body.topic), "label": label(body.topic.id), "body": number}
            for number, body in bodies
            if body.answers
        ],
        "glossary": edition.glossary,
        "references": [[title, address] for address, (_, title) in references.items()],
        "missing": sorted({goal for markup in markups for goal in markup.lost}, key=sortable),
        "index": index(edition.map) if edition.options.index else [],
    }


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
