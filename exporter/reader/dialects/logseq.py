"""Logseq (https://docs.logseq.com): what its pages are called, and where its links lead; logseq_text.py reads their text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import ClassVar
from urllib.parse import unquote

from exporter.reader.dialects.dates import read_date, write_date
from exporter.reader.dialects.dialect import Batch, Dialect, Folder, Index
from exporter.reader.dialects.edn import read_edn
from exporter.reader.dialects.logseq_text import QUERY, rewrite, tag_of
from exporter.reader.dialects.signs import LOGSEQ
from exporter.reader.markdown.inline import read_inline
from exporter.reader.markdown.record import TAGGED, LinkRow, link_row
from exporter.reader.names import folder_of, key, name_of
from exporter.regex import regex

FOLDER = "logseq/"  # with its settings, and its copies of pages
DATES = ("MMM do, yyyy", "yyyy-MM-dd", "yyyy_MM_dd")  # names that are days in every graph
ESCAPED = regex(r"%[0-9A-Fa-f]{2}")
ASSET = regex(r"(?:\.{0,2}/)*(assets/.*)")  # wherever its page lies
BLOCK = regex(r"\(\(([0-9a-f-]{36})\)\)")
FILE = regex(r"\.{0,2}/|assets/")  # how a name begins that is a file's
TITLE = regex(rb"^(?:---\x1e)?[\"']?title[\"']?\s*:", re.IGNORECASE | re.MULTILINE)
WORDS = regex(r"(?:---\x1e)?(?!title:)[^\s:]+: \"(.*)\"")  # a property that is a text
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # its marks: Logseq does not read it, either
PLACEHOLDERS = "{"  # a trait of `batch.columns`: a note that waits for words


@dataclass(frozen=True)
class Logseq(Dialect):
    """A graph of Logseq that is a folder of Markdown files."""

    CALLED: ClassVar[str] = "a Logseq graph"
    UNREAD: ClassVar[Mapping[str, str]] = {"org": "Org-mode file"}
    MAPS: ClassVar[tuple[str, ...]] = ("contents",)
    MARKS: ClassVar[tuple[str, ...]] = ("public: false",)
    LEVELS_ARE_NOTES: ClassVar[bool] = True
    TAGS_ARE_LINKS: ClassVar[bool] = True
    legacy: bool = False  # how files are named: "A.B" and "A%2FB" for the page A/B, not "A___B"
    journals: str = "journals/"  # the folder of the days
    day_file: str = "yyyy_MM_dd"  # the format of their files' names
    day_title: str = "MMM do, yyyy"  # that of their pages' names
    hidden: tuple[str, ...] = ()  # starts of the paths that Logseq does not read

    def page(self, path: str) -> str:
        """What a page is called whose properties say nothing else (github.com/logseq/logseq, `title-parsing`)."""
        name = name_of(path)
        if self.legacy and "___" not in name:  # of those who never chose, many have both
            name = unquote(name.replace(".", "/"))
        else:
            name = ESCAPED.sub(_unescape, name.replace("___", "/"))
        name = "/".join(filter(None, name.split("/")))
        day = self._day(name)
        return write_date(day, self.day_title) if day else name

    def rewrite(self, path: str, data: bytes) -> bytes:
        """A page as Obsidian would have it; bytes that are no UTF-8 stay, and are told where they are read."""
        if data[:2] in UTF_16:
            return data
        text = data.decode(errors="surrogateescape").removeprefix("\ufeff").replace("\r\n", "\n")
        return rewrite(text).encode(errors="surrogateescape")

    def amend(self, batch: Batch, paths: Sequence[str], data: Sequence[bytes]) -> None:
        """Name the pages, and make links of their tags, as Logseq does."""
        rows = iter(zip(batch.lines, batch.targets, batch.anchors, batch.texts, batch.flags, batch.keys, strict=True))
        titles, traits, counts, links = list(batch.titles), list(batch.traits), list(batch.counts), []
        for number, (path, note) in enumerate(zip(paths, data, strict=True)):
            head = note[: note.find(note[3:4] + b"---\n", 4)] if note[:3] == b"---" else b""
            if not (titles[number] and TITLE.search(head)):  # else it is a heading, which is no name
                titles[number] = self.page(path)
            if "template" in batch.properties[number]:
                traits[number] += PLACEHOLDERS
            if (query := note.find(QUERY.encode())) >= 0:
                line = note.count(b"\n", 0, query) + 1
                message = "a query of Logseq is not read: what it would list is not here"
                batch.problems.append((number, line, "unread-query", message))
            own = [next(rows) for _ in range(batch.counts[number])]
            last = head.count(b"\n") + 1 if head else 0
            more = [
                (line, f"#{tag}", "", f"#{tag}", TAGGED, "tags" * (line <= last)) for line, tag in batch.tags[number]
            ]
            if b"[[" in head:
                more += _links_in_words(head.decode(errors="replace"))
            if more:
                own = sorted([*own, *more], key=itemgetter(0))
                counts[number] = len(own)
            links += own
        batch.titles, batch.traits, batch.counts = titles, traits, counts
        if links:
            batch.lines, batch.targets, batch.anchors, batch.texts, batch.flags, batch.keys = map(
                list, zip(*links, strict=True)
            )

    def place(self, path: str) -> str:
        """A page A/B lies in A, wherever its file lies."""
        return f"{self.page(path)}.md"

    def places(self, batch: Batch, paths: Sequence[str]) -> list[str]:
        """Pages by their names, each level in one spelling."""
        spelled = {key(title): title for title in reversed(batch.titles) if "/" not in title}
        places = []
        for title in batch.titles:
            if "/" in title:
                level = ""
                for part in title.split("/"):
                    level = f"{level}/{part}" if level else part
                    level = spelled.setdefault(key(level), level)
                title = level
            places.append(f"{title}.md")
        return places

    def find(self, names: Index, target: str, folder: str) -> tuple[int, ...]:
        """The file of an asset, from the graph's own folder, or of a day; `[[page#heading]]` is Obsidian's page."""
        if match := ASSET.fullmatch(target):
            return (names.at(match[1]),)
        page, _, heading = target.partition("%23")
        if page and heading and _key(target) not in names.further:
            return names.find(page, folder)
        day = self._day(target)
        return (names.at(f"{self.journals}{write_date(day, self.day_file)}.md") if day else -1,)

    def names(self, batch: Batch, paths: Sequence[str]) -> Mapping[str, str]:
        """The pages by their names, by their aliases, by these as tags; and by the ids of their blocks."""
        names: dict[str, str] = {}
        for title, path in zip(batch.titles, paths, strict=True):
            names.setdefault(_key(title), path)
        for aliases, path in zip(batch.aliases, paths, strict=True):
            for alias in aliases:
                names.setdefault(_key(alias), path)
        for name, path in list(names.items()):
            names.setdefault(f"#{tag_of(name.replace('%23', '#'))}", path)
        for ids, path in zip(batch.blocks, paths, strict=True):
            if ids:
                names.update(dict.fromkeys([f"(({id_}))" for id_ in ids.split("\n")], path))
        return names

    def left_out(self, path: str) -> str:
        """What is a day's, a template, or what Logseq itself does not read."""
        if path.startswith((FOLDER, *self.hidden)):
            return "unlisted note"
        in_journals = folder_of(path) == self.journals.rstrip("/")
        day = in_journals and (self._day(name_of(path)) or read_date(name_of(path), self.day_file))
        return "daily note" if day else ""

    def unknown(self, target: str) -> str:
        """A page is there as soon as it is linked to; a day, too."""
        if BLOCK.fullmatch(target):
            return "they mean blocks that are not here; those of daily notes are not read"
        return "" if FILE.match(target) else "these pages have no text yet, which is right in Logseq"

    def _day(self, name: str) -> date | None:
        if not name[:1].isalnum() or not any(map(str.isdigit, name)):
            return None
        return next((day for form in (self.day_title, *DATES) if (day := read_date(name, form))), None)


def find(folder: Folder) -> Logseq | None:
    """The graph whose settings are here."""
    if not folder.has(LOGSEQ):
        return None
    said = read_edn(folder.read(LOGSEQ).decode(errors="replace"))

    def text(name: str, default: str) -> str:
        value = said.get(name)
        return value if isinstance(value, str) and value else default

    hidden = said.get(":hidden")
    return Logseq(
        sign=LOGSEQ,
        legacy=said.get(":file/name-format") != ":triple-lowbar",
        journals=f"{text(':journals-directory', Logseq.journals).strip('/')}/",
        day_file=text(":journal/file-name-format", Logseq.day_file),
        day_title=text(":journal/page-title-format", Logseq.day_title),
        hidden=tuple(
            path.lstrip("/")
            for path in (hidden if isinstance(hidden, list) else ())
            if isinstance(path, str) and path.strip("/")
        ),
    )


def _links_in_words(head: str) -> Iterator[LinkRow]:
    """The links within the words of properties, which are no typed ones."""
    for line, text in enumerate(head.split("\n"), 1):
        if words := WORDS.match(text):
            yield from (link_row(link, line, "") for link in read_inline(words[1]).mentions)


def _key(name: str) -> str:
    """What a page's name is compared by, as links have it."""
    return key(name.strip().strip("/").replace("#", "%23"))


def _unescape(match: re.Match[str]) -> str:
    """A character of ASCII by its number; half of another one stays."""
    character = chr(int(match[0][1:], 16))
    return character if character.isascii() else match[0]
