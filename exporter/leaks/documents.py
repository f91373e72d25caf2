"""Any output as pieces and their passages: what a file is by its first bytes and its ending, and what it says.

What is text, or nobody knows, is read in chunks; archives are opened, whatever lies in them. Pictures, fonts and sound
are passed over.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, cast
from zlib import crc32

from exporter.errors import ExportError
from exporter.leaks import markup, page, pdf
from exporter.leaks.passage import UNSEARCHED, Part, Passage
from exporter.leaks.words import BREAK, resolve, unquote_strings
from exporter.model import key_of

CHUNK = 1 << 20  # characters that are read at once
LEAST, MOST = 1 << 16, 1 << 18  # characters of a piece of a text
OVERLAP = 1 << 12  # characters of the piece before that a piece begins with, so that what lies on the border is in one
BORDER, RARE = 64, 16  # a piece ends before so many characters whose checksum is a multiple of this
DEPTH = 4  # archives in archives
RATIO, ALLOWED = 200, 1 << 26  # an archive may grow so many times, or to so many bytes
PASSED_OVER: tuple[bytes, ...] = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
    b"\0\0\1\0",
    b"OTTO",
    b"wOFF",
)
PASSED_OVER += (b"wOF2", b"\0\1\0\0", b"true", b"ttcf", b"ID3", b"\xff\xfb", b"OggS", b"fLaC", b"\x1aE\xdf\xa3")
UNREADABLE = (b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0")
KINDS = {".pdf": "a PDF", ".zip": "a ZIP", ".epub": "a ZIP", ".docx": "a ZIP", ".parquet": "Parquet", ".gz": "gzip"}
MARKUP = frozenset(".xml .xhtml .html .htm .svg .opml .rdf .owl .opf .ncx .rels .xmp .graphml".split())
PAGES = (".html", ".htm")
QUOTES = {".csv": '"', ".cypher": "'", ".cql": "'"}
QUOTES |= dict.fromkeys((".json", ".canvas", ".jsonld", ".ttl", ".trig", ".nt", ".nq", ".ndjson", ".jsonl"), '"')
# In our Cypher one string has the fields of many rows. Text has no line's end there, and the others mostly beside a space.
FIELD_END = re.compile(r"[|\t\x1c-\x1f~^](?:(?<![~^])|(?<=[^\s~^][~^])[~^]*(?=[^\s~^]))")
PLAIN = frozenset(".md .markdown .txt .css .typ .tex".split())
STYLES = frozenset("styles.xml theme1.xml fontTable.xml numbering.xml settings.xml webSettings.xml".split())  # Word's


class Piece(NamedTuple):
    """A part of a file; nothing is read on from one to the next."""

    key: str  # pieces with the same one say the same
    passages: Iterator[Passage]  # to be asked for before the next piece is


def pieces(place: str, file: Path) -> Iterator[Piece]:
    """Yield what a file says; `place` is what it is called. Passages raise the same.

    Raises:
        ExportError: it cannot be opened: damaged, encrypted, of a kind that is not known.
        OSError: it cannot be read.
    """
    yield Piece(key_of("place", place), iter([Passage(place, resolve(place))]))
    with file.open("rb") as stream:
        head = _head(stream)
        if _kind(place, file.name, head):
            digest = file_digest(stream, "blake2b").digest()
            stream.seek(0)
            yield Piece(key_of("file", place, digest), _opened(place, file.name, stream, 0))
        elif not _is_passed_over(file.name, head):
            yield from _text(place, file.name, stream, head, 0)


def _head(stream: IO[bytes]) -> bytes:
    head = stream.read(1024)
    stream.seek(0)
    return head


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _opened(place: str, name: str, stream: IO[bytes], depth: int) -> Iterator[Passage]:
    head = _head(stream)
    kind = _kind(place, name, head)
    if kind and depth == DEPTH:
        raise ExportError(f"{place}: lies too deep in archives; {UNSEARCHED}")
    if kind == "a ZIP":
        yield from _archive(place, stream, depth)
    elif kind == "a PDF":
        yield from pdf.passages(place, stream.read())
    elif kind == "Parquet":
        yield from _parquet(place, stream)
    elif kind == "gzip":
        yield from _gzip(place, name, stream, depth)
    elif not _is_passed_over(name, head):
        for piece in _text(place, name, stream, head, depth):
            yield from piece.passages


def _kind(place: str, name: str, head: bytes) -> str | None:
    """What it is; None: a text, or nothing to be read.

    Raises:
        ExportError: it is not what its ending says.
    """
    kind = _kind_of(head)
    ending = _ending(name)
    if KINDS.get(ending, kind) != kind or head.startswith(UNREADABLE):
        raise ExportError(f"{place}: is no {ending[1:]} that can be opened; {UNSEARCHED}")
    return kind


def _kind_of(head: bytes) -> str | None:
    if head[:4] in (b"PK\3\4", b"PK\5\6"):
        return "a ZIP"
    if b"%PDF-" in head:
        return "a PDF"
    return "Parquet" if head[:4] == b"PAR1" else "gzip" if head[:2] == b"\x1f\x8b" else None


def _is_passed_over(name: str, head: bytes) -> bool:
    """Whether it is a picture, a font or sound, which no text that begins alike is."""
    ending = _ending(name)
    if ending in PLAIN or ending in QUOTES or ending in MARKUP:
        return False
    is_text = b"\0" not in head and "\ufffd" not in head[:1020].decode("utf-8", "replace")[:-1]
    return not is_text and (head.startswith(PASSED_OVER) or head[4:8] == b"ftyp")


# ---------- text ----------


def _text(place: str, name: str, stream: IO[bytes], head: bytes, depth: int) -> Iterator[Piece]:
    ending = _ending(name)
    is_markup = ending in MARKUP or head.lstrip()[:5].lower() in (b"<?xml", b"<html", b"<!doc")
    part = Part.STYLE if depth and PurePosixPath(name).name in STYLES else Part.TEXT
    if ending in PAGES:
        yield from _page(place, stream, part)
        return
    for line, text in _cut(stream, head, "<" if is_markup else "\n"):
        if is_markup:
            all_shown = not depth or ending == ".svg"
            said = markup.passages(place, line, text.replace("\0", " "), all_shown, part)
        else:
            said = _said(place, ending, line, text, part)
        yield Piece(key_of(f"text {ending}", text), said)


def _said(place: str, ending: str, line: int, text: str, part: Part) -> Iterator[Passage]:
    """What a piece of a text says."""
    if quote := QUOTES.get(ending):
        said = unquote_strings(text.replace('""', "'") if ending == ".csv" else text, quote)
        said = FIELD_END.sub(BREAK, said).replace("\n", f"\n{BREAK}") if quote == "'" else said
        yield Passage(place, resolve(said), line, part)
        return
    yield Passage(place, resolve(text.replace("\0", " ")), line, part)
    if ending not in PLAIN and "\\" in text:  # who knows what it is to say
        yield Passage(place, resolve(unquote_strings(text, "\0")), line, part)


def _page(place: str, stream: IO[bytes], part: Part) -> Iterator[Piece]:
    """A page of HTML in pieces, with what is packed in it."""
    text = stream.read().decode("utf-8-sig", "replace")
    for line, piece in page.cut(text):
        yield Piece(key_of("markup", piece), markup.passages(place, line, piece.replace("\0", " "), True, part))
    for packed in page.find_packed(text):
        yield Piece(key_of("packed", *packed), _packed(place, packed, part))


def _packed(place: str, packed: page.Packed, part: Part) -> Iterator[Passage]:
    try:
        for piece in page.unpack(packed):
            yield from markup.passages(place, 0, piece.replace("\0", " "), True, part)
    except ValueError as error:
        raise ExportError(f"{place}: what is packed in it cannot be opened: {error}; {UNSEARCHED}") from error


def _cut(stream: IO[bytes], head: bytes, mark: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that begin where `mark` stands, if they can, with the lines on which they begin.

    Where they end, what stands there says, so that behind a change all are soon what they were (content-defined chunking).
    """
    encoding = "utf-16" if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    buffer, line, start, more = "", 1, 0, True  # `start`: of the next piece's own, behind what it begins with
    while more or start < len(buffer):
        while more and len(buffer) < start + MOST + BORDER:
            new = text.read(CHUNK)
            buffer, more = buffer + new, bool(new)
        end = _border(buffer, start, mark)
        yield line, buffer[:end]
        again = max(buffer.find(mark, max(end - OVERLAP, 0), end), 0) or max(end - OVERLAP, 0)
        line += buffer.count("\n", 0, again)
        buffer, start = buffer[again:], end - again


def _border(text: str, start: int, mark: str) -> int:
    """Where the piece that begins there ends."""
    last = start + MOST
    if len(text) <= start + LEAST:
        return len(text)
    end = text.find(mark, start + LEAST, last)
    while end >= 0 and crc32(text[end : end + BORDER].encode("utf-8", "surrogatepass")) % RARE:
        end = text.find(mark, end + 1, last)
    if end < 0 and len(text) > last:
        end = max(text.rfind(mark, start + LEAST, last), text.rfind(" ", start + LEAST, last))
        return last if end < 0 else end
    return len(text) if end < 0 else end


# ---------- archives and tables ----------


def _archive(place: str, stream: IO[bytes], depth: int) -> Iterator[Passage]:
    limit = max(stream.seek(0, io.SEEK_END) * RATIO, ALLOWED)
    try:
        with zipfile.ZipFile(stream) as archive:
            yield Passage(place, archive.comment.decode("utf-8", "replace"))
            for member in archive.infolist():
                inside = f"{place}: {member.filename}"
                yield Passage(inside, resolve(member.filename), part=Part.MARK)
                limit -= member.file_size  # zipfile gives no more than this
                if limit < 0:
                    raise ExportError(f"{place}: holds much more than it seems to; {UNSEARCHED}")
                if member.flag_bits & 1:
                    raise ExportError(f"{inside}: is encrypted; {UNSEARCHED}")
                if not member.is_dir():
                    with archive.open(member) as opened:
                        yield from _opened(inside, member.filename, opened, depth + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        raise ExportError(f"{place}: cannot be opened: {error}; {UNSEARCHED}") from error


def _gzip(place: str, name: str, stream: IO[bytes], depth: int) -> Iterator[Passage]:
    try:
        with gzip.open(stream) as opened:
            yield from _opened(place, name.removesuffix(".gz"), cast(IO[bytes], opened), depth + 1)
    except (zlib.error, EOFError, OSError) as error:
        raise ExportError(f"{place}: cannot be opened: {error}; {UNSEARCHED}") from error


def _parquet(place: str, stream: IO[bytes]) -> Iterator[Passage]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise ExportError(f'{place}: needs pyarrow: pip install "mlk-export[parquet]"; {UNSEARCHED}') from error
    try:
        table = ParquetFile(stream)
        yield Passage(
            place, BREAK.join([*table.schema_arrow.names, *map(str, (table.metadata.metadata or {}).values())])
        )
        row = 1
        for batch in table.iter_batches(1024):
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                values = (str(value) for value in column.to_pylist() if value is not None)
                yield Passage(f"{place}: {name} of rows {row} to {row + len(batch) - 1}", resolve(BREAK.join(values)))
            row += len(batch)
    except (ArrowException, OSError) as error:
        raise ExportError(f"{place}: cannot be opened: {error}; {UNSEARCHED}") from error
