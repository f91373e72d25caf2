"""One note in full, each thing with its place: by the compiled core, where it is there. Pure."""

from __future__ import annotations

from itertools import starmap

from exporter.reader.batch.core import find_core
from exporter.reader.markdown import note, plain_text
from exporter.reader.markdown.blocks import Item
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.inline import Field, Mention
from exporter.reader.markdown.note import BlockId, Heading, Note, decode


def parse(data: bytes) -> Note:
    """Read one note's bytes, as `note.parse` does."""
    return read(*decode(data))


def read(text: str, problems: list[tuple[int, str, str]] | None = None, properties: Properties | None = None) -> Note:
    """Read a note's text, in which these `problems` are known already, and maybe its properties. `native/src/note.rs` is the other half of this."""
    properties = properties or read_properties(text)
    core = find_core()
    said = core.read_note(text, properties.end) if core else None
    if not said:
        return note.read(text, properties, problems or [])
    headings, items, mentions, tags, fields, blocks, comments, footnotes, inline_footnotes, unclosed = said
    return Note(
        text,
        properties,
        [*map(Heading._make, headings)],
        [*starmap(Item, items)],
        [*map(Mention._make, mentions)],
        tags,
        [*map(Field._make, fields)],
        {id_: BlockId(start, end) for id_, start, end in reversed(blocks)},  # the first of several counts
        comments,
        footnotes,
        inline_footnotes,
        [*(problems or []), *properties.problems],
        unclosed,
    )


def to_text(markdown: str) -> str:
    """Inline Markdown as plain text, as `plain_text.to_text` has it."""
    core = find_core() if plain_text.MARKED.search(markdown) else None
    said: str | None = core.to_text(markdown) if core else None
    return plain_text.to_text(markdown) if said is None else said
