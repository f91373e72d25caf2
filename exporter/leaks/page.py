"""What a page of HTML holds in itself: pictures as data, and articles that its script opens when they are read."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator

PICTURE = re.compile(r"data:image/([\w.+-]+);base64,([A-Za-z0-9+/=]*)")  # https://www.rfc-editor.org/rfc/rfc2397
CHUNK = re.compile(r'(?<=<script type="text/plain" id="__chunk-)(\d+">)([A-Za-z0-9+/=]*)')
LARGEST = 1 << 28  # bytes of a chunk's articles
DRAWN = "svg+xml"  # the kind of pictures that are text


def unpack(markup: str) -> Iterator[str]:
    """The markup without what is packed in it, then all of that which is text.

    Raises:
        ValueError: something cannot be opened.
    """
    yield PICTURE.sub("", CHUNK.sub(r"\1", markup))
    for kind, data in PICTURE.findall(markup):
        if kind == DRAWN:
            yield b64decode(data, validate=True).decode("utf-8", "replace")
    for _, data in CHUNK.findall(markup):
        for article in json.loads(_inflate(b64decode(data, validate=True))).values():
            yield from unpack(article)


def _inflate(data: bytes) -> bytes:
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(data, LARGEST)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not opened.eof:
        raise ValueError("it ends too early, or holds too much")
    return content
