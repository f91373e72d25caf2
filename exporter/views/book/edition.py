"""What a book is called and what is in it: the options of all its formats, and what follows from them and the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from exporter.errors import ExportError
from exporter.model import KnowledgeMap
from exporter.views.body.text import language_of, printable
from exporter.views.body.translations import TRANSLATIONS
from exporter.views.book.back_matter import glossary
from exporter.views.book.plan import Data, Plan


@dataclass(frozen=True)
class Options:
    """What `mappings/handbook.toml` may say."""

    title: str = ""  # "": the map's
    author: str = ""  # on the title page and in the file's properties
    date: str = ""  # ISO 8601, on the title page; "": none, and the file's properties say when a note was changed last
    contents_depth: int = 2  # levels: 1 parts, 2 chapters, 3 headings of the notes
    order: Literal["map", "path"] = "map"  # of the parts and, within them, of the chapters
    backlinks: bool = True  # each chapter ends with those that link to it
    glossary: bool = True  # at the end, from the definitions
    line_breaks: bool = True  # a line that ends ends in print, too, as Obsidian shows it
    # of the PDF alone:
    paper: Literal["a4", "a5", "us-letter"] = "a4"
    two_sided: bool = True  # margins for binding, and parts begin on a right page
    new_pages: bool = False  # each chapter on a new page; else short ones follow one another
    font_size: float = 10.5  # points
    page_numbers: bool = True  # links print "(p. 12)"
    volume_pages: int = 1500  # about; a longer book is cut, as Typst needs some 3 MB of memory for a page
    bibliography: bool = True  # addresses of the web are numbered and listed at the end, else in footnotes
    index: bool = True  # at the very end: titles, other names and tags, with the pages that mention them


class Edition:
    """A book of a knowledge map."""

    def __init__(self, knowledge_map: KnowledgeMap, options: Options) -> None:
        """Plan it.

        Raises:
            ExportError: an option makes no sense.
        """
        if options.volume_pages < 1:
            raise ExportError("handbook: volume_pages must be at least 1")
        if options.contents_depth < 1 or not 4 <= options.font_size <= 40:
            raise ExportError("handbook: contents_depth must be at least 1 and font_size between 4 and 40 points")
        self.map, self.options = knowledge_map, options
        self.language, self.region = language_of(knowledge_map.language) or ("en", None)
        self.words = TRANSLATIONS.get(self.language, TRANSLATIONS["en"])
        self.title = printable(options.title or knowledge_map.title).strip() or self.words["handbook"]
        self.summary = printable(knowledge_map.summary)
        self.author = printable(options.author)
        self.date = _date(options.date)
        self.timestamp = int(self.date.timestamp()) if self.date else knowledge_map.changed()  # seconds since 1970
        self.plan = Plan(knowledge_map, self.words, options.backlinks, options.order == "path")
        counts = {
            "topics": len(knowledge_map.topics),
            "areas": len(knowledge_map.areas),
            "links": len(knowledge_map.links),
        }
        about = "imprint_map" if knowledge_map.source.file else "imprint"
        self.made = self.words[about].format(
            map=printable(knowledge_map.source.file.rpartition("/")[2].removesuffix(".md")), **counts
        )
        self.glossary: list[Data] = glossary(knowledge_map) if options.glossary else []


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise ExportError(f"handbook: date {text!r} is no date; write it as 2026-01-31") from error
