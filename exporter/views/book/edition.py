"""What a book is called and what is in it: the options of all its formats, and what follows from them and the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from exporter.errors import OptionError
from exporter.model import KnowledgeMap
from exporter.views.body.text import language_of, printable
from exporter.views.body.translations import TRANSLATIONS
from exporter.views.book.date import timestamp
from exporter.views.book.plan import Plan


@dataclass(frozen=True)
class BookOptions:
    """What `mappings/handbook.toml` may say of every format of the book."""

    title: str = ""  # "": the map's
    author: str = ""  # on the title page and in the file's properties
    date: str = ""  # ISO 8601, on the title page; "": none, and the file's properties have the notes' own
    contents_depth: int = 2  # levels: 1 parts, 2 chapters, 3 headings of the notes
    order: Literal["map", "path"] = "map"  # of the parts and, within them, of the chapters
    backlinks: bool = True  # each chapter ends with those that link to it
    glossary: bool = True  # at the end: the terms that notes define
    line_breaks: bool = True  # a line that ends ends in print, too, as Obsidian shows it

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            OptionError: with the option's name and what it must look like.
        """
        if self.contents_depth < 1:
            raise OptionError("contents_depth", f"'contents_depth' must be at least 1, not {self.contents_depth}")
        try:
            _date(self.date)
        except ValueError as error:
            raise OptionError("date", f"'date' must be a day such as 2026-01-31, not {self.date!r}") from error


class Edition:
    """A book of a knowledge map."""

    def __init__(self, knowledge_map: KnowledgeMap, options: BookOptions) -> None:
        """Plan it.

        Raises:
            OptionError: an option makes no sense.
        """
        options.check()
        self.map, self.options = knowledge_map, options
        self.language, self.region = language_of(knowledge_map.language) or ("en", None)
        self.words = TRANSLATIONS.get(self.language, TRANSLATIONS["en"])
        self.title = printable(options.title or knowledge_map.title).strip() or self.words["handbook"]
        self.summary = printable(knowledge_map.summary)
        self.author = printable(options.author)
        self.date = _date(options.date)
        self.plan = Plan(knowledge_map, self.words, options.backlinks, options.order == "path")
        # seconds since 1970
        self.timestamp = int(self.date.timestamp()) if self.date else timestamp(knowledge_map, self.plan.notes)
        counts = {
            "topics": len(knowledge_map.topics),
            "areas": len(knowledge_map.areas),
            "links": len(knowledge_map.links),
        }
        about = "imprint_map" if knowledge_map.source.file else "imprint"
        self.imprint = self.words[about].format(
            map=printable(knowledge_map.source.file.rpartition("/")[2].removesuffix(".md")), **counts
        )


def _date(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
