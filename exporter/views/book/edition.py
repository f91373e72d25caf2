"""What a book is called and what is in it: the options of all its formats, and what follows from them and the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from exporter.errors import OptionError
from exporter.model import KnowledgeMap
from exporter.views.about import day_of, license_name, name_and_addresses, value, values
from exporter.views.body.address import web_address
from exporter.views.body.text import printable
from exporter.views.book.cover import cover
from exporter.views.book.plan import Plan
from exporter.views.date import timestamp
from exporter.views.languages import language_or_english, words_in


@dataclass(frozen=True)
class BookOptions:
    """What `mappings/handbook.toml` may say of every format of the book."""

    title: str = ""  # "": the map's
    # On the title page: "" takes what the map note's properties say, if they do
    author: str = ""  # in the file's properties, too
    edition: str = ""  # "2.0": which one this is
    date: str = ""  # ISO 8601
    license: str = ""  # its name or its address
    contents_depth: int = 2  # levels: 1 parts, 2 chapters, 3 headings of the notes
    order: Literal["map", "path"] = "map"  # of the parts and, within them, of the chapters
    backlinks: bool = True  # each chapter ends with those that link to it
    glossary: bool = True  # at the end: the terms that notes define
    bibliography: bool = True  # the works of the web that are linked to, at the end; else, in the PDF, in footnotes
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
        self.language, self.region = language_or_english(knowledge_map.language)
        self.words = words_in(self.language)
        self.title = printable(options.title or knowledge_map.title).strip() or self.words["handbook"]
        self.summary = printable(knowledge_map.summary)
        self.author = _one_line(options.author or ", ".join(_authors(knowledge_map)))
        self.number = _one_line(options.edition or value(knowledge_map, "version"))  # of the edition, "2.0"
        license = options.license or value(knowledge_map, "license")
        self.license = _one_line(license_name(license))
        self.license_address = web_address(license)  # "": it has none
        given = _date(options.date)
        self.date = given or _day(knowledge_map)
        self.plan = Plan(knowledge_map, self.words, options.backlinks, options.order == "path")
        # seconds since 1970
        self.timestamp = int(given.timestamp()) if given else timestamp(knowledge_map, self.plan.notes)
        counts = {
            "topics": len(knowledge_map.topics),
            "areas": len(knowledge_map.areas),
            "links": len(knowledge_map.links),
        }
        about = "imprint_map" if knowledge_map.source.file else "imprint"
        self.imprint = self.words[about].format(
            map=printable(knowledge_map.source.file.rpartition("/")[2].removesuffix(".md")), **counts
        )
        self.cover = cover(knowledge_map, self.plan.part_number, self.plan.home)


def _authors(knowledge_map: KnowledgeMap) -> list[str]:
    """Those whom the map note names, without their addresses."""
    named = map(name_and_addresses, values(knowledge_map, "creator"))
    return [name or addresses[0] for name, addresses in named if name or addresses]


def _day(knowledge_map: KnowledgeMap) -> datetime | None:
    """When the map note says that this was published, or changed last."""
    days = (day_of(value(knowledge_map, said)) for said in ("issued", "modified"))
    day = next(filter(None, days), None)
    return _date(day.isoformat()) if day else None


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _date(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
