"""What many notes say, in columns. Pure: the same in this process, in another, or from a cache.

A column is a sequence with one entry a note, or one a link: a list, or buffers of the compiled core (texts as Arrow lays
them out, words and tags by number, properties as bytes, arrays of int32) that look like one. So a million notes need no million objects, and what was
read can be kept for the next run as it stands.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Any, NamedTuple

from exporter.reader.batch import entries
from exporter.reader.batch.resolve import links_to, nowhere
from exporter.reader.markdown.relations import Word

NESTED = frozenset((list, dict))
OWN = {"title", "tags", "aliases", "id"}  # properties that are fields of the topic
# Traits of a note: see `Columns.traits`
HOLDS_CALLOUT, HOLDS_BRACKETS, HOLDS_ADDRESS, ODD_TAGS, PLACEHOLDERS, EMPTY = "!", "[", "<", "#", "{", "0"
UNQUOTED = "unquoted-link"  # a problem that is told once for all notes


@dataclass(slots=True)
class Columns:
    """What the notes of a batch say, in their order."""

    # An entry a note
    titles: Sequence[str] = field(default_factory=list)  # the property `title`, else the heading that opens it, else ""
    ids: list[tuple[str, int] | None] = field(default_factory=list)  # the property `id`, and its line
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    tags: Sequence[list[tuple[int, str]]] = field(default_factory=list)  # line and tag; those of the properties first
    properties: Sequence[dict[str, Any]] = field(default_factory=list)  # without what became a field or a link
    levels: Sequence[str] = field(default_factory=list)  # of its headings, a digit each
    headings: Sequence[str] = field(default_factory=list)  # their texts, a line each
    blocks: Sequence[str] = field(default_factory=list)  # the ids of its blocks in lower case, a line each
    # Letters: it may hold a callout that is hidden; links within the words of a property; addresses beside its links; tags
    # of its properties are none to Obsidian, or nobody can read these; it is a template; it is empty
    traits: Sequence[str] = field(default_factory=list)
    counts: Sequence[int] = field(default_factory=list)  # how many links it has
    # An entry a link
    lines: Sequence[int] = field(default_factory=list)
    targets: Sequence[str] = field(default_factory=list)  # before the "#"
    anchors: Sequence[str] = field(default_factory=list)  # behind it
    texts: Sequence[str] = field(default_factory=list)  # what is shown, as plain text
    flags: Sequence[int] = field(default_factory=list)  # EMBED, EXTERNAL, PLAIN
    keys: Sequence[str] = field(default_factory=list)  # the property or field in which it stands; "": the running text
    # What is wrong: the number of the note, line, code, message
    problems: list[tuple[int, int, str, str]] = field(default_factory=list)
    # How many notes the core left to Python, by reason
    doubts: Counter[str] = field(default_factory=Counter, compare=False, repr=False)

    def fill(self, numbers: Sequence[int], more: Columns) -> None:
        """Put what was read of the notes of these numbers where they are, and nothing is said of them yet."""
        count = len(self.counts)
        origins = [*range(count)]
        for further, number in enumerate(numbers, count):
            origins[number] = further
        for name, column in choose(self, more, origins):
            setattr(self, name, column)
        self.problems += [(numbers[number], line, code, text) for number, line, code, text in more.problems]

    def extend(self, more: Columns) -> None:
        """Put the notes of another batch behind these."""
        note = len(self.counts)
        for name in (*BY_NOTE, *BY_LINK):
            put_behind(self, name, getattr(more, name))
        self.problems.extend((number + note, line, code, text) for number, line, code, text in more.problems)


@dataclass(slots=True)
class Notes(Columns):
    """What all notes of a vault say, and where their links lead; a note's number is its index in `paths`."""

    paths: list[str] = field(default_factory=list)
    # An entry a link: the number of its file, int32; -1: there is none
    files: array[int] = field(default_factory=lambda: array("i"))
    rivals: dict[int, tuple[int, ...]] = field(default_factory=dict)  # a link's number: files that it may as well mean
    lost: frozenset[int] = frozenset()  # notes that could not be read
    # Three numbers a note: see `Vault.stamps`
    stamps: array[int] = field(default_factory=lambda: array("q"), compare=False, repr=False)

    def rows(self, rows: Iterable[int]) -> Iterator[tuple[int, int]]:
        """Links by their numbers, which come in order, each behind the number of its note."""
        note, ends = 0, list(accumulate(self.counts))
        for row in rows:
            while ends[note] <= row:
                note += 1
            yield note, row

    def links_to(self, files: Collection[int]) -> list[int]:
        """The links, by number, that lead to one of these files."""
        return links_to(self.files, files)

    def nowhere(self, beginning: str) -> set[str]:
        """The targets that begin so, of links that lead to no file of the vault."""
        return nowhere(self.files, self.targets, beginning)

    def add(self, more: Columns, paths: Sequence[str], stamps: array[int]) -> None:
        """Put the notes of a batch behind these; where their links lead is found for all at once."""
        self.extend(more)
        self.doubts += more.doubts
        self.stamps.extend(stamps)
        self.paths.extend(paths)


BY_NOTE = ("titles", "ids", "aliases", "tags", "properties", "levels", "headings", "blocks", "traits", "counts")
BY_LINK = ("lines", "targets", "anchors", "texts", "flags", "keys")


def put_behind(table: Any, name: str, more: Any) -> None:
    """Put a column behind the one that a table has under this name; an empty one becomes of the kind that the reading makes."""
    if column := getattr(table, name, None):
        column.extend(more)
    else:
        setattr(table, name, more)


def choose(
    old: Any, new: Any, origins: Sequence[int], *by_note: str, by_link: Sequence[str] = ()
) -> Iterator[tuple[str, Any]]:
    """Columns by name of those notes of two `Columns` whose numbers are `origins`; the new ones are numbered on.

    `by_note` and `by_link` name further columns that both have.
    """
    stretches = [*entries.stretches_of(origins)]
    rows = [0, *accumulate(chain(old.counts, new.counts))]
    for names, places in (
        ((*BY_NOTE, *by_note), stretches),
        ((*BY_LINK, *by_link), [(rows[first], rows[behind]) for first, behind in stretches]),
    ):
        for name in names:
            yield name, entries.choose(getattr(old, name), getattr(new, name), places)


class Vocabulary(NamedTuple):
    """The words that make links of a kind."""

    kinds: Mapping[str, str] = {}  # of properties and fields, as `canonical_name` has them
    told: frozenset[str] = frozenset()  # of these, the properties whose values have to be links
    words: tuple[Word, ...] = ()  # in the text of a note


NO_WORDS = Vocabulary()


def canonical_name(name: str) -> str:
    """A property's or field's name as relations are named: "See  Also" is "see-also"."""
    return "-".join(name.lower().split())


def texts(value: Any) -> list[str]:
    """The texts of a property, which is one of them or a list."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
