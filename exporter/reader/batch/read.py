"""The bytes of many notes -> what they say, in columns: by the compiled core, or in Python, with the same result. Pure but for `read_files`."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from exporter.reader.batch import full
from exporter.reader.batch.columns import (
    BY_LINK,
    BY_NOTE,
    EMPTY,
    HOLDS_BRACKETS,
    NO_WORDS,
    ODD_TAGS,
    Columns,
    Vocabulary,
    canonical_name,
)
from exporter.reader.batch.core import find_core
from exporter.reader.batch.properties import FrontMatter, add_fields
from exporter.reader.batch.traits import SHORTEST, callout_of, is_empty, may_have, traits_of
from exporter.reader.markdown.front_matter import read_properties
from exporter.reader.markdown.note import decode
from exporter.reader.markdown.plain_text import heading_to_text
from exporter.reader.markdown.record import PLAIN, QUIET, LinkRow, NoteRecord, record_of
from exporter.reader.markdown.relations import Word, find_lines, name_links
from exporter.reader.vault.files import FLAGS


def read_columns(
    batch: Iterable[bytes], vocabulary: Vocabulary = NO_WORDS, callouts: frozenset[str] = frozenset()
) -> Columns:
    """Read notes, with these words for their links: by the compiled core, where it is there.

    Notes in which a callout of one of the kinds `callouts` may stand are marked.

    Nothing that stands in a note raises an exception: what is wrong stands in `problems`.
    """
    notes = list(batch)
    core = find_core()
    if not core:
        return _read_in_python(notes, vocabulary, callouts)
    said = core.read_columns(notes, *_words(vocabulary, callouts))
    return _complete(said, notes.__getitem__, vocabulary, callouts)


class Files(NamedTuple):
    """Notes that the core is to open."""

    index: Any  # the core's, of paths
    numbers: Sequence[int]  # of the notes among these
    places: Mapping[str, str]  # the real folders, with "/" at the end, by path; in others nothing is opened
    largest: float  # bytes; a larger note is not opened
    room: int  # bytes of notes that are kept, with what each takes beside its own


class Slice(NamedTuple):
    """What the core has read of some files."""

    columns: Columns
    stamps: array[int]  # of each note time of change (ns), size (bytes), inode; zeros: not known
    data: list[tuple[int, bytes]]  # notes that are kept, by place


def read_files(
    core: ModuleType,
    files: Files,
    threads: int,
    read: Callable[[int], bytes],
    tick: Callable[[int], None],
    vocabulary: Vocabulary,
    callouts: frozenset[str],
) -> Slice:
    """Have the core read the notes in these files by threads.

    `read` gives the bytes of the note at a place; it is asked for those that the core leaves to Python, when `tick` was told of all
    others.
    """
    words = _words(vocabulary, callouts)
    index, numbers, places, largest, room = files
    said, stamps, data = core.read_files(index, numbers, places, FLAGS, largest, room, threads, *words, tick)
    return Slice(_complete(said, read, vocabulary, callouts), array("q", stamps), data)


def _words(vocabulary: Vocabulary, callouts: frozenset[str]) -> tuple[list[str], list[Word], list[str]]:
    """What the core is told of the words that matter."""
    return [*vocabulary.told], [*vocabulary.words], [*callouts]


def _complete(
    said: tuple[Any, Any, Any], read: Callable[[int], bytes], vocabulary: Vocabulary, callouts: frozenset[str]
) -> Columns:
    """The columns that the core gave, with what it is not sure of read here, and what few notes have."""
    by_name, bodies, doubts = said
    for name in ("counts", "lines", "flags"):
        by_name[name] = array("i", by_name[name])
    columns = Columns(**by_name, doubts=Counter(reason for _, reason in doubts))
    callout = callout_of(callouts) if callouts else None
    traits, keys = by_name["traits"], by_name["keys"]
    for number, text, start, first, behind, opens in bodies:
        headings = columns.headings[number]
        traits[number] = traits_of(text, start, headings, callout) + traits[number]
        if vocabulary.words:
            links = list(zip(*(getattr(columns, column)[first:behind] for column in BY_LINK), strict=True))
            record = NoteRecord(columns.levels[number], headings, opens, links, [], [], [])
            for row, link in enumerate(name_links(text, start, record, vocabulary.words), first):
                keys[row] = link[5]
    if doubts:
        numbers = [number for number, _ in doubts]
        columns.fill(numbers, _read_in_python(map(read, numbers), vocabulary, callouts))
    return columns


def _read_in_python(batch: Iterable[bytes], vocabulary: Vocabulary, callouts: frozenset[str]) -> Columns:
    columns = Columns()
    said: list[tuple[Any, ...]] = []  # an entry a note
    rows: list[LinkRow] = []
    spellings: dict[str, str] = {}  # properties' names: their canonical spelling
    callout = callout_of(callouts) if callouts else None
    for number, data in enumerate(batch):
        text, problems = decode(data)
        properties = read_properties(text)
        record = record_of(full.read(text, [], properties))
        title, id_, rest = "", None, {}
        aliases: tuple[str, ...] = ()
        traits, links = "", record.links
        utf8 = text.encode(errors="replace") if problems else data
        special = bool(find_core()) or may_have(utf8, vocabulary.words, bool(callouts))
        if special:
            traits = traits_of(text, properties.end, record.headings, callout)
            if vocabulary.words:
                links = name_links(text, properties.end, record, vocabulary.words, _find_lines)
        if record.unclosed:
            message = "the comment that begins here has no end, so what follows is hidden from every reader; close it"
            problems.append((record.unclosed, "unclosed-comment", message))
        tags = record.tags
        problems += properties.problems
        if properties.values:
            front_matter = FrontMatter(properties, vocabulary, spellings)
            if special:
                front_matter.keep_digits()
            title, id_, aliases, rest = front_matter.title, front_matter.id, front_matter.aliases, front_matter.rest
            tags, links = front_matter.tags + tags, front_matter.links + links
            problems += front_matter.problems
            if front_matter.holds_brackets:
                traits += HOLDS_BRACKETS
            if front_matter.odd_tags:
                traits += ODD_TAGS
        elif properties.problems:
            traits += ODD_TAGS
        if record.fields:
            add_fields(rest, record.fields, properties.values)
            links = links + [
                (line, words, "", words, PLAIN | QUIET, name)
                for line, name, words in record.fields
                if words and canonical_name(name) in vocabulary.told
            ]
        if not title and record.opens:
            title = heading_to_text(record.headings.partition("\n")[0])
        if not links and len(text) - properties.end < SHORTEST and is_empty(text[properties.end :]):
            traits += EMPTY
        blocks = "\n".join(record.blocks)
        said.append((title, id_, aliases, tags, rest, record.levels, record.headings, blocks, traits, len(links)))
        rows += links
        if problems:
            columns.problems += [(number, *problem) for problem in problems]
    for names, table in ((BY_NOTE, said), (BY_LINK, rows)):
        for name, column in zip(names, zip(*table, strict=True), strict=bool(table)):
            setattr(columns, name, list(column))
    return columns


def _find_lines(text: str, words: tuple[Word, ...]) -> Iterable[int]:
    """What `relations.find_lines` does, by the core where that is sure."""
    core = find_core()
    lines = _kinds(core, words).find_lines(text) if core else None
    return find_lines(text, words) if lines is None else lines


@cache
def _kinds(core: ModuleType, words: tuple[Word, ...]) -> Any:
    return core.Kinds([*words])
