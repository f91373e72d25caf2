"""A PDF as text: its pages by pdfium; titles, addresses, bookmarks and alternative texts as the strings of its objects.

https://pdfa.org/resource/iso-32000-2/; what cannot be read is an error, for it might say anything.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from exporter.errors import ExportError
from exporter.leaks import markup
from exporter.leaks.passage import UNSEARCHED, Part, Passage
from exporter.leaks.words import BREAK, UNSPACED, resolve

STREAM = re.compile(rb"\bstream\r?\n(.*?)\bendstream\b", re.DOTALL)
STRING = re.compile(
    rb"(?:/([A-Za-z]+)\s*)?(?:\(((?:[^()\\]|\\.|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\))*)\)|<([0-9A-Fa-f\s]*)>)",
    re.DOTALL,
)
KIND = re.compile(rb"/Type\s*/(ObjStm|Metadata|EmbeddedFile)\b")  # of streams that are more than a page or a font
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPES = {b"n": b"\n", b"r": b" ", b"t": b" ", b"b": b" ", b"f": b" ", b"\n": b"", b"\r": b"", b"\r\n": b""}
# Strings that somebody reads; all others are addresses, names of places and the like.
SHOWN = b"Title Author Subject Keywords Alt ActualText Contents T TU E F UF Desc Label".split()
LARGEST = 1 << 28  # bytes that a stream may have when it is inflated
HYPHEN = re.compile("[\ufffe\x02](?:\r?\n)?")  # what pdfium has for a hyphen and the end of its line
# As Typst sets it, a line that is read on ends with a space or a hyphen, but for scripts that have neither.
PARAGRAPH_END = re.compile(rf"(?<![\s\u2010\u2011-])(?<!{UNSPACED.pattern})\r?\n")
EDGE = 12  # lines at the end of a page and the start of the next one that are read together
HEADINGS = range(3)  # lines there that may be a running head or foot


def passages(place: str, data: bytes) -> Iterator[Passage]:
    """What a PDF says, page by page, and besides.

    Raises:
        ExportError: it is damaged or encrypted.
    """
    yield from _strings(place, data)
    yield from _pages(place, data)


def _pages(place: str, data: bytes) -> Iterator[Passage]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ExportError(f"{place}: cannot be opened: {error}; {UNSEARCHED}") from error
    with document:
        last: list[str] = []
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            said = HYPHEN.sub("-\n", text.get_text_range().replace("\0", " "))
            text.close()
            page.close()
            lines = said.splitlines()
            # Short things only where no paragraph ends in them: the titles of a list stand in any order.
            yield Passage(f"{place}: page {number}", PARAGRAPH_END.sub(rf"\g<0>{BREAK}", said))
            yield Passage(f"{place}: page {number}", said, part=Part.LINES)
            if last and lines:
                yield Passage(f"{place}: page {number - 1}", BREAK.join(_across(last, lines)), part=Part.LINES)
            last = lines[-EDGE:] or last


def _across(before: list[str], after: list[str]) -> Iterator[str]:
    """What is read from one page to the next, whichever lines are a running foot or head."""
    for foot in HEADINGS:
        for head in HEADINGS:
            yield "\n".join([*before[: len(before) - foot], *after[head:EDGE]])


def _strings(place: str, data: bytes) -> Iterator[Passage]:
    """What the objects outside of the pages say."""
    objects, end = [], 0
    for stream in STREAM.finditer(data):
        objects.append(data[end : stream.start()])
        end = stream.end()
        head = objects[-1][max(objects[-1].rfind(b" obj"), 0) :]
        if kind := KIND.search(head):
            inflated = _inflate(place, head, stream[1])
            if kind[1] == b"ObjStm":
                objects.append(inflated)
            else:
                text = inflated.decode("utf-8", "replace")
                yield from (each._replace(line=0) for each in markup.passages(place, 1, text, all_shown=False))
    objects.append(data[end:])
    if any(b"/Encrypt" in part for part in objects):
        raise ExportError(f"{place}: is encrypted; {UNSEARCHED}")
    yield from _of_objects(place, b"\n".join(objects))


def _inflate(place: str, head: bytes, data: bytes) -> bytes:
    if b"/Filter" not in head:
        return data
    try:
        inflater = zlib.decompressobj()
        inflated = inflater.decompress(data, LARGEST)
        if b"/FlateDecode" in head and not inflater.unconsumed_tail:
            return inflated
    except zlib.error:
        pass
    raise ExportError(f"{place}: has objects that cannot be opened; {UNSEARCHED}")


def _of_objects(place: str, data: bytes) -> Iterator[Passage]:
    said: dict[Part, list[str]] = {Part.TEXT: [], Part.MARK: []}
    for key, literal, hexadecimal in STRING.findall(data):
        if literal or hexadecimal:
            text = _decode(ESCAPE.sub(_escape, literal) if literal else _bytes(hexadecimal))
            said[Part.TEXT if key in SHOWN else Part.MARK].append(text.replace("\0", " "))
    for part, texts in said.items():
        if texts:
            yield Passage(f"{place}: outside of the pages", resolve(BREAK.join(texts)), part=part)


def _escape(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 255]) if escape[:1].isdigit() and escape[:1] < b"8" else ESCAPES.get(escape, escape)


def _bytes(hexadecimal: bytes) -> bytes:
    digits = b"".join(hexadecimal.split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _decode(text: bytes) -> str:
    """A string of a PDF: UTF-16 or UTF-8 where it says so, else Latin-1 or nearly."""
    if text[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return text.decode("utf-16", "replace")
    return text[3:].decode("utf-8", "replace") if text[:3] == b"\xef\xbb\xbf" else text.decode("latin1")
