"""The pages of an e-book that an earlier run has made: pandoc is given their headings and labels alone, and its pages are put in.

A page is what pandoc would make again if its blocks, its number, where its links lead and all that is said of the book are what
they were; so a book has the same bytes whether it had them or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from struct import pack_into, unpack_from
from typing import NamedTuple
from zipfile import ZipFile

from exporter.model import Store, key_of
from exporter.views.body import pandoc
from exporter.views.body.pandoc import Node

NAME = re.compile(r"EPUB/text/ch(\d+)\.xhtml")  # of a page in pandoc's archive
LABEL = re.compile(rb'\["([^"\\]+)",\[')  # in the tree as JSON only attributes are a word and a list
TARGET = re.compile(rb'"#([^"\\]+)"')  # of a link within the book
HEADER, IMAGE, MATH = (b'"t":"%s"' % kind for kind in (b"Header", b"Image", b"Math"))


class Page(NamedTuple):
    """What begins with a heading that begins a page."""

    blocks: list[Node]
    json: bytes
    labels: list[bytes]

    def is_plain(self) -> bool:
        """Whether it may be left out: pictures are numbered through the book, and headings must be seen for the contents."""
        headings = sum(block["t"] == "Header" for block in self.blocks)
        return IMAGE not in self.json and self.json.count(HEADER) == headings

    def outline(self) -> list[Node]:
        """What the rest of the book has of it: headings, labels, and whether there are formulas."""
        blocks = [block for block in self.blocks if block["t"] == "Header"]
        own = {block["c"][1][0] for block in blocks}
        blocks += [
            {"t": "Div", "c": [[name, [], []], []]} for name in map(bytes.decode, self.labels) if name not in own
        ]
        math = {"t": "Para", "c": [{"t": "Math", "c": [{"t": "InlineMath"}, "x"]}]}
        return [*blocks, math] if MATH in self.json else blocks


class Pages:
    """Renders a book as `pandoc.render` does, and keeps its pages."""

    def __init__(self, store: Store, level: int, files: Mapping[str, bytes]) -> None:
        """Take the level of the headings that begin a page, and the files that the arguments will name."""
        self.store, self.level = store, level
        self.files = [each for name, data in sorted(files.items()) for each in (name, data)]

    def render(
        self,
        blocks: list[Node],
        about: Mapping[str, str | list[str]],
        folder: Path,
        arguments: Sequence[str],
        timestamp: int,
    ) -> tuple[bytes, set[str]]:
        """The book, and the formulas that pandoc left as TeX."""
        pages = [_page(group) for group in _split(blocks, self.level)]
        number_of = {label: number for number, page in enumerate(pages) for label in page.labels}
        book = [pandoc.program(), json.dumps([dict(about), *arguments]), *self.files]
        keys = []
        for number, page in enumerate(pages):
            ends = sorted({(end, number_of.get(end, -1)) for end in TARGET.findall(page.json)})
            keys.append(key_of("page", *book, str(number), page.json, repr(ends)))
        kept = [self.store.get(key) if page.is_plain() else None for key, page in zip(keys, pages, strict=True)]
        given = [
            block
            for page, record in zip(pages, kept, strict=True)
            for block in (page.blocks if record is None else page.outline())
        ]
        data, refused = pandoc.render(given, about, folder, arguments, timestamp)
        archive = _Archive(data)
        if len(archive.pages) != len(pages):  # another pandoc may cut otherwise
            return pandoc.render(blocks, about, folder, arguments, timestamp) if any(kept) else (data, refused)
        words = [json.dumps(tex, ensure_ascii=False).encode("utf-8", "surrogatepass") for tex in refused]
        for name, key, page, record in zip(archive.pages, keys, pages, kept, strict=True):
            if record is not None:
                archive.replace(name, record)
            elif page.is_plain() and not any(tex in page.json for tex in words):  # whose formulas are to be told
                self.store.put(key, archive.records[name])
        return archive.data() if any(kept) else data, refused


def _split(blocks: Sequence[Node], level: int) -> list[list[Node]]:
    pages: list[list[Node]] = []
    for block in blocks:
        if not pages or (block["t"] == "Header" and block["c"][0] <= level):
            pages.append([])
        pages[-1].append(block)
    return pages


def _page(blocks: list[Node]) -> Page:
    data = json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Page(blocks, data, LABEL.findall(data))


class _Archive:
    """A ZIP file as the records that it has of each file, which are copied as they are: https://pkware.com/appnote."""

    def __init__(self, data: bytes) -> None:
        with ZipFile(BytesIO(data)) as archive:
            infos, self._end = archive.infolist(), archive.start_dir
        bounds = [*(info.header_offset for info in infos), self._end]
        self._whole = data
        self.records = {
            info.filename: data[start:end] for info, start, end in zip(infos, bounds, bounds[1:], strict=False)
        }
        matches = filter(None, map(NAME.fullmatch, self.records))
        self.pages = [match[0] for match in sorted(matches, key=lambda match: int(match[1]))]

    def replace(self, name: str, record: bytes) -> None:
        """Put in another record, with the time of the one that is there."""
        self.records[name] = record[:10] + self.records[name][10:14] + record[14:]

    def data(self) -> bytes:
        """The file, whose directory says where each record is and how large."""
        directory = bytearray(self._whole[self._end :])
        place = offset = 0
        for record in self.records.values():
            directory[place + 16 : place + 28] = record[14:26]  # check sum, sizes
            pack_into("<I", directory, place + 42, offset)
            offset += len(record)
            place += 46 + sum(unpack_from("<3H", directory, place + 28))
        pack_into("<I", directory, place + 16, offset)  # of the directory itself
        return b"".join([*self.records.values(), directory])
