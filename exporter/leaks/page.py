"""What a page of HTML holds in itself: pictures as data, and articles that its script opens when they are read."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple

PICTURE = re.compile(r"data:image/([\w.+-]+);base64,([A-Za-z0-9+/=]*)")  # https://www.rfc-editor.org/rfc/rfc2397
CHUNK = re.compile(r'(<script type="text/plain" id="__chunk-\d+">)([A-Za-z0-9+/=]*)')
LARGEST = 1 << 28  # bytes of a chunk's articles
# Ends before a page's articles and scripts, and behind these: what changes by itself
PIECE = re.compile(r"\n(?=<(?:article|script)\b)|</script>(?=\n)")
DRAWN, ARTICLES = "svg+xml", "chunk"  # the kinds of what is packed and is text


class Packed(NamedTuple):
    """Something that a page holds in base64."""

    kind: str  # of picture, as its type says; or ARTICLES
    data: str


def cut(page: str) -> Iterator[tuple[int, str]]:
    """The page without what is packed in it, by articles and scripts, each with the number of its first line."""
    bare = PICTURE.sub("", CHUNK.sub(r"\1", page))
    line, start = 1, 0
    for end in (*(match.end() for match in PIECE.finditer(bare)), len(bare)):
        yield line, bare[start:end]
        line, start = line + bare.count("\n", start, end), end


def find_packed(page: str) -> Iterator[Packed]:
    """What is packed in a page and is text."""
    for kind, data in PICTURE.findall(page):
        if kind == DRAWN:
            yield Packed(kind, data)
    for _, data in CHUNK.findall(page):
        yield Packed(ARTICLES, data)


def unpack(packed: Packed) -> Iterator[str]:
    """The markup that is packed, and in this in turn.

    Raises:
        ValueError: it cannot be opened.
    """
    data = b64decode(packed.data, validate=True)
    if packed.kind != ARTICLES:
        yield data.decode("utf-8", "replace")
        return
    for article in json.loads(_inflate(data)).values():
        yield from (piece for _, piece in cut(article))
        for inner in find_packed(article):
            yield from unpack(inner)


def _inflate(data: bytes) -> bytes:
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(data, LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not opened.eof:
        raise ValueError("it ends too early, or holds too much")
    return content
