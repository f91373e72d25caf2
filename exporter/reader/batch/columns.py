"""The bytes of many notes -> what they say, in columns. Pure: the same in this process, in another, or from a cache.

A column is a sequence with one entry a note, or one a link: a list, or buffers of the compiled core (texts as Arrow lays
them out, words by number, arrays of int32) that look like one. So a million notes need no million objects, and what was
read can be kept for the next run as it stands.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, chain
from types import ModuleType
from typing import Any, NamedTuple

from exporter.reader.batch.core import find_core
from exporter.reader.batch.resolve import Files
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.inline import TAG, Mention, mention
from exporter.reader.markdown.note import decode, parse, read
from exporter.reader.markdown.plain_text import heading_to_text, to_text
from exporter.reader.markdown.record import PLAIN, QUIET, LinkRow, NoteRecord, link_row, record_of
from exporter.reader.markdown.relations import Word, name_links, pattern
from exporter.reader.vault.files import FLAGS
from exporter.regex import regex

NESTED = frozenset((list, dict))
GONE = {"tag": ("tags", "bad-tag"), "alias": ("aliases", "bad-alias")}  # properties that Obsidian has read up to 1.8
OWN = {"title", "tags", "aliases", "id"}  # properties that are fields of the topic
# Traits of a note: see `Columns.traits`
HOLDS_CALLOUT, HOLDS_BRACKETS, HOLDS_ADDRESS, ODD_TAGS, PLACEHOLDERS, EMPTY = "!", "[", "<", "#", "{", "0"
ELEMENT = regex(r"<[a-z][a-z0-9]*\b[^<>]*?\s(?:href|src|data|poster)\s*=", re.IGNORECASE)
TAG_BEGIN = regex(r"</?[A-Za-z]")
OBSIDIAN_FILE = regex(r"obsidian:(?:///|//vault/|//[^\s<>\"'()\[\]`]*\b(?:file|filepath|path)=)")
WIDEST = 5000  # characters of a tag, or of the name of a target
PLACEHOLDER = regex(r"\{\{\s*(?:title|date|time)\b[^{}\n]*\}\}|<%[-_*+~]?\s*\S")  # of core Templates, of Templater
CODE = regex(r"`[^`\n]*`")
SHORTEST = 300  # characters: a longer body is not empty
# Of an entry such as `{type: requires, target: "[[X]]"}`: the names of both, and of the properties that list such
KINDS = ("type", "rel", "relation", "kind", "predicate", "relationship", "relation_type", "link_type")
ENDS = ("target", "to", "object", "note")
TARGETS = frozenset("target to note link object topic page name value values items list targets notes links".split())
LISTS = frozenset("relationships relationship relations relation edges connections".split())
RELATION_LISTS = LISTS | {"links"}
LONGEST_KIND = 60  # characters
LONG_NUMBER = regex(r"(?<![\w.+-])[+-]?\d{18,}(?![\w.])")  # YAML's parser rounds what is no 64-bit number
PROPERTY_LINK = regex(r"\s*\[\[((?:[^\[\]\n]|\](?!\])|\[(?!\[))+)\]\]\s*")  # nothing else may stand in the value


UNQUOTED = "unquoted-link"  # a problem that is told once for all notes


@dataclass(slots=True)
class Columns:
    """What the notes of a batch say, in their order."""

    # An entry a note
    titles: Sequence[str] = field(default_factory=list)  # the property `title`, else the heading that opens it, else ""
    ids: list[tuple[str, int] | None] = field(default_factory=list)  # the property `id`, and its line
    aliases: list[tuple[str, ...]] = field(default_factory=list)
    tags: list[list[tuple[int, str]]] = field(default_factory=list)  # line and tag; those of the properties first
    properties: list[dict[str, Any]] = field(default_factory=list)  # without what became a field or a link
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


@dataclass(slots=True)
class Notes(Columns):
    """What all notes of a vault say, and where their links lead; a note's number is its index in `paths`."""

    paths: list[str] = field(default_factory=list)
    files: list[int] = field(default_factory=list)  # an entry a link: the number of its file; -1: there is none
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

    def add(self, more: Columns, paths: Sequence[str], files: Files, stamps: array[int]) -> None:
        """Put the notes of a batch behind these."""
        note, row = len(self.counts), len(self.files)
        for name in (*BY_NOTE, *BY_LINK):
            if column := getattr(self, name):
                column.extend(getattr(more, name))
            else:  # it becomes of the kind that the reading makes
                setattr(self, name, getattr(more, name))
        self.problems.extend((number + note, line, code, text) for number, line, code, text in more.problems)
        self.doubts += more.doubts
        self.stamps.extend(stamps)
        self.paths.extend(paths)
        self.files.extend(files.files)
        self.rivals.update((link + row, rivals) for link, rivals in files.rivals.items())


BY_NOTE = ("titles", "ids", "aliases", "tags", "properties", "levels", "headings", "blocks", "traits", "counts")
BY_LINK = ("lines", "targets", "anchors", "texts", "flags", "keys")


def choose(
    old: Any, new: Any, origins: Sequence[int], *by_note: str, by_link: Sequence[str] = ()
) -> Iterator[tuple[str, Any]]:
    """Columns by name of those notes of two `Columns` whose numbers are `origins`; the new ones are numbered on.

    `by_note` and `by_link` name further columns that both have.
    """
    stretches = [*_stretches(origins)]
    rows = [0, *accumulate(chain(old.counts, new.counts))]
    for names, places in (
        ((*BY_NOTE, *by_note), stretches),
        ((*BY_LINK, *by_link), [(rows[first], rows[behind]) for first, behind in stretches]),
    ):
        for name in names:
            first_part, second_part = getattr(old, name), getattr(new, name)
            size = len(first_part)
            chosen = first_part[:0]
            for first, behind in places:
                chosen.extend(first_part[first:behind])
                if behind > size:
                    chosen.extend(second_part[max(first - size, 0) : behind - size])
            yield name, chosen


def _stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The numbers as stretches that follow one another: the first of each, and the one behind its last."""
    first = behind = -1
    for number in numbers:
        if number != behind:
            if behind > first:
                yield first, behind
            first = number
        behind = number + 1
    if behind > first:
        yield first, behind


class Vocabulary(NamedTuple):
    """The words that make links of a kind."""

    kinds: Mapping[str, str] = {}  # of properties and fields, as `canonical_name` has them
    told: frozenset[str] = frozenset()  # of these, the properties whose values have to be links
    words: tuple[Word, ...] = ()  # in the text of a note


NO_WORDS = Vocabulary()


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


class Slice(NamedTuple):
    """What the core has read of some files."""

    columns: Columns
    stamps: array[int]  # of each note time of change (ns), size (bytes), inode; zeros: not known
    data: list[bytes]  # the notes themselves, if they are to be kept


def read_files(
    core: ModuleType,
    paths: Sequence[str],
    largest: float,
    keep: bool,
    threads: int,
    read: Callable[[int], bytes],
    vocabulary: Vocabulary,
    callouts: frozenset[str],
) -> Slice:
    """Have the core read the notes in these files, as many of the first as it can in a short time, by threads.

    `read` gives the bytes of the note of a number; it is asked for those that the core leaves to Python.
    """
    words = _words(vocabulary, callouts)
    said, stamps, data = core.read_files(paths, FLAGS, largest, keep, threads, *words)
    return Slice(_complete(said, read, vocabulary, callouts), array("q", stamps), data)


def _words(vocabulary: Vocabulary, callouts: frozenset[str]) -> tuple[list[str], list[Word], bool]:
    """What the core is told of the words that matter."""
    return [*vocabulary.told], [*vocabulary.words], bool(callouts)


def _complete(
    said: tuple[Any, Any, Any], read: Callable[[int], bytes], vocabulary: Vocabulary, callouts: frozenset[str]
) -> Columns:
    """The columns that the core gave, with what it is not sure of read here, and what few notes have."""
    by_name, bodies, doubts = said
    for name in ("counts", "lines", "flags"):
        by_name[name] = array("i", by_name[name])
    columns = Columns(**by_name, doubts=Counter(reason for _, reason in doubts))
    callout = _callout_of(callouts) if callouts else None
    traits, keys = by_name["traits"], by_name["keys"]
    for number, text, start, first, behind, opens in bodies:
        headings = columns.headings[number]
        traits[number] = _traits_of(text, start, headings, callout) + traits[number]
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
    callout = _callout_of(callouts) if callouts else None
    for number, data in enumerate(batch):
        text, problems = decode(data)
        properties = read_properties(text)
        record = record_of(read(text, properties, []))
        title, id_, rest = "", None, {}
        aliases: tuple[str, ...] = ()
        traits, links = "", record.links
        special = _is_special(data, vocabulary, callouts)
        if special:
            traits = _traits_of(text, properties.end, record.headings, callout)
            if vocabulary.words:
                links = name_links(text, properties.end, record, vocabulary.words)
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
            _add_fields(rest, record.fields, properties.values)
            links = links + [
                (line, words, "", words, PLAIN | QUIET, name)
                for line, name, words in record.fields
                if words and canonical_name(name) in vocabulary.told
            ]
        if not title and record.opens:
            title = heading_to_text(record.headings.partition("\n")[0])
        if not links and len(text) - properties.end < SHORTEST and _is_empty(text[properties.end :]):
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


def _is_special(data: bytes, vocabulary: Vocabulary, callouts: frozenset[str]) -> bool:
    """Whether a note's text may give it a trait, or its links a kind."""
    signs = _trait_signs(vocabulary.words, bool(callouts))
    return signs.search(data) is not None or data[:1] > b"\xfd"  # UTF-16


def _traits_of(text: str, end: int, headings: str, callout: re.Pattern[str] | None) -> str:
    """The traits that a note has by its text; its body begins at `end`."""
    traits = HOLDS_CALLOUT if callout and callout.search(text) else ""
    if holds_address(text):
        traits += HOLDS_ADDRESS
    if _has_placeholders(text, end, headings):
        traits += PLACEHOLDERS
    return traits


@cache
def _trait_signs(words: tuple[Word, ...], callouts: bool) -> Any:
    """What a note must have for its text to give it a trait, or links a kind: one pass, as few notes have any."""
    import re2

    options = re2.Options()
    options.case_sensitive, options.never_capture, options.log_errors = False, True, False
    line = "(?:^\ufeff?|\\n)[ \\t>]*".encode()  # a byte order mark may come before the first
    signs = (
        *([rb"\[!"] if callouts else ()),
        rb"\{\{|<%",  # placeholders
        rb"\d{18}",  # a number of many digits
        OBSIDIAN_FILE.pattern.encode(),
        rb"\b(?:href|src|data|poster)(?:[\s\v\x1c-\x1f\x{85}]|\pZ)*=",
        line + rb"\[[^\[]*\]:",  # a definition of a target
        line + rb"</?[a-z](?:[^\n]|\n[^\n])*\n?\[\[",  # HTML up to a blank line, and a link in it
        *([pattern(words).encode()] if words else ()),
    )
    return re2.compile(b"|".join(signs), options)


@cache
def _callout_of(kinds: frozenset[str]) -> re.Pattern[str]:
    """How a callout of one of these kinds begins."""
    return re.compile(rf"\[!\s*(?:{'|'.join(map(re.escape, sorted(kinds)))})\s*[|\]]", re.IGNORECASE)


def holds_address(text: str) -> bool:
    """Whether addresses may stand in a note that are no links: in HTML, in definitions of targets, Obsidian's own."""
    return bool(
        ("obsidian:" in text and OBSIDIAN_FILE.search(text))
        or ("]:" in text and _defines_target(text))
        or ("<" in text and _html_holds_address(text))
    )


def _html_holds_address(text: str) -> bool:
    """Whether an element of HTML has an address, or a block that it begins, up to a blank line, what a link looks like."""
    behind = 0  # the last block
    for match in TAG_BEGIN.finditer(text):
        start = match.start()
        end = text.find(">", start, start + WIDEST)
        if text.find("=", start, end if end >= 0 else start + WIDEST) >= 0 and ELEMENT.match(text, start):
            return True
        if start >= behind and not text[text.rfind("\n", behind, start) + 1 : start].strip(" \t>"):
            behind = text.find("\n\n", start)
            behind = behind if behind >= 0 else len(text)
            if text.find("[[", start, behind) >= 0:
                return True
    return False


def _defines_target(text: str) -> bool:
    """Whether a line begins as the definition of a link's target does: "[name]: "."""
    at = -1
    while (at := text.find("]:", at + 1)) >= 0:
        begin = text.rfind("[", max(at - WIDEST, 0), at)
        if (
            begin >= 0
            and text[begin + 1] not in "^]"
            and not text[text.rfind("\n", 0, begin) + 1 : begin].strip(" \t>")
        ):
            return True
    return False


def _has_placeholders(text: str, end: int, headings: str) -> bool:
    """Whether a note waits for words: in its properties, a heading, or at the head of its body, which begins at `end`."""
    return bool(
        PLACEHOLDER.search(text, 0, end)
        or PLACEHOLDER.search(CODE.sub("", headings))
        or text[end : end + SHORTEST].lstrip().startswith("<%")
    )


def _is_empty(body: str) -> bool:
    """Whether a note's body says nothing but what headings say."""
    return all(not line.strip() or line.startswith(("# ", "## ")) for line in body.split("\n"))


def canonical_name(name: str) -> str:
    """A property's or field's name as relations are named: "See  Also" is "see-also"."""
    return "-".join(name.lower().split())


class FrontMatter:
    """What a note's properties say: fields of the topic, links, and the rest, which stay properties."""

    def __init__(self, properties: Properties, vocabulary: Vocabulary, names: dict[str, str]) -> None:
        self.properties, self.kinds = properties, vocabulary.kinds
        self.title = ""
        self.id: tuple[str, int] | None = None
        self.aliases: tuple[str, ...] = ()
        self.tags: list[tuple[int, str]] = []
        self.links: list[LinkRow] = []
        self.rest: dict[str, Any] = {}
        self.problems: list[tuple[int, str, str]] = []
        self.holds_brackets = False  # in the words of a property, which may be links
        self.odd_tags = False  # there are words for tags that Obsidian takes for none, as "a, b" since its 1.9
        for name, value in properties.values.items():
            spelling = names.get(name)
            if spelling is None:
                spelling = names[name] = canonical_name(name)
            if spelling in GONE and value:
                new, code = GONE[spelling]
                message = f"Obsidian reads `{name}` no longer, nor is it read here; name it `{new}`"
                self.problems.append((properties.lines.get(name, 1), code, message))
            if spelling == "tags":
                self._add_tags(name, value)
            elif spelling == "tag":
                self.odd_tags = True
                self.rest[name] = value
            elif spelling == "title":
                self.holds_brackets |= "[" in str(value)
                self.title = self.title or " ".join("".join(self._words(name, value)[:1]).split())
            elif spelling == "aliases":
                aliases = [alias.strip() for alias in self._words(name, value)]
                self.holds_brackets |= any("[" in alias for alias in aliases)
                self.aliases = tuple(dict.fromkeys([*self.aliases, *filter(None, aliases)]))
            elif spelling == "id":
                self._read_id(name, value)
            elif spelling in vocabulary.told or (type(value) is str and "[" in value) or type(value) in NESTED:
                self._add_value(name, value, spelling in vocabulary.told)
            else:
                self.rest[name] = value  # as nearly all are

    def keep_digits(self) -> None:
        """Take whole numbers that are too long for a number as the words that they are, with all their digits."""
        digits = {float(number): number for number in LONG_NUMBER.findall(self.properties.raw)}
        if digits:
            self.rest = _with_digits(self.rest, digits)

    def _words(self, name: str, value: Any) -> list[str]:
        """The texts of a property, numbers and truth values as they were written; what is none is told."""
        words = []
        for item in value if isinstance(value, list) and name.lower() != "title" else [value]:
            if isinstance(item, str):
                words.append(item)
            elif isinstance(item, int | float):
                words.append(self.properties.written(name, item))
            elif item is None:
                if line := self.properties.comment_of(name):
                    message = f"{name}: what begins with '#' is a comment to YAML; put it in quotes"
                    self.problems.append((line, "bad-title" if name.lower() == "title" else "bad-alias", message))
                    break
            else:
                message = f"{name}: an item is no text to YAML; put it in quotes"
                line = self.properties.line_of(name, next(iter(item), "") if isinstance(item, dict) else "")
                self.problems.append((line, "bad-title" if name.lower() == "title" else "bad-alias", message))
        return words

    def _add_tags(self, name: str, value: Any) -> None:
        if (value is None or (isinstance(value, list) and None in value)) and (
            line := self.properties.comment_of(name)
        ):
            message = f"{name}: what begins with '#' is a comment to YAML; write the tag without it, or in quotes"
            self.problems.append((line, "bad-tag", message))
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str | None):
                written = self.properties.written(name, item) if isinstance(item, int | float) else "an item"
                message = f"{name}: {written} is no tag; a tag is a word with a letter"
                self.problems.append((self.properties.line_of(name, written), "bad-tag", message))
        for text in texts(value):
            tag = text.strip().removeprefix("#").strip("/")
            if TAG.fullmatch(f"#{tag}") and not tag.isdigit():
                self.tags.append((self.properties.line_of(name, text), tag))
                continue
            self.odd_tags = True
            if text.strip():
                words = text.replace(",", " ").replace("#", " ").split()
                several = "," in text or "#" in text.strip()[1:]
                hint = f"write a list, [{', '.join(words)}]" if several else "a tag is one word with a letter"
                message = f"{name}: {text.strip()!r} is no tag; {hint}"
                self.problems.append((self.properties.line_of(name, text), "bad-tag", message))

    def _read_id(self, name: str, value: Any) -> None:
        line = self.properties.lines.get(name, 1)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            self.id = str(value).strip(), line
        elif value is not None:
            self.problems.append((line, "bad-id", "the property `id` must be one word; the file's name is taken"))

    def _add_value(self, name: str, value: Any, relation: bool) -> None:
        links = 0
        for text in texts(value):
            link = _property_link(text) if "[" in text else None
            if link:
                self.links.append(link_row(link, self.properties.line_of(name, text.strip()), name))
                links += not link.external
                continue
            self.holds_brackets |= "[" in text
            if relation:
                self._add_plain(name, text, name)
        if relation:
            for number in value if isinstance(value, list) else [value]:
                if isinstance(number, int | float) and not isinstance(number, bool):
                    self._add_plain(name, self.properties.written(name, number), name, PLAIN | QUIET)
        if isinstance(value, list):
            for target in self._unquoted_links(name, value, relation):
                line = self.properties.line_of(name, target)
                self.links.append(link_row(mention(target, 0, 0, embed=False), line, name))
                self.problems.append((line, UNQUOTED, f'{name}: "[[{target}]]"'))
                links += 1
        if isinstance(value, dict) or (isinstance(value, list) and not NESTED.isdisjoint(map(type, value))):
            self.holds_brackets |= "[" in str(value)[1:]
            for leaf in self._leaves(value, (name,)):
                self._add_leaf(name, *leaf)
        if isinstance(value, list) and None in value:  # an item without a word says nothing
            value = [item for item in value if item is not None]
        if not links or links < (len(value) if isinstance(value, list) else 1):
            self.rest[name] = _without_brackets(value)

    def _unquoted_links(self, name: str, value: list[Any], relation: bool) -> Iterator[str]:
        """The names in `up: [[Note]]`, which is a list in a list to YAML, and in a list of such; a number may be a relation's."""
        for item in [value, *value]:
            inner = item[0] if isinstance(item, list) and len(item) == 1 else None
            words = inner[0] if isinstance(inner, list) and len(inner) == 1 else None
            if relation and isinstance(words, int | float):
                words = self.properties.written(name, words)
            if isinstance(words, str) and f"[[{words}" in self.properties.raw:  # else it is in quotes, or a list
                yield words

    def _add_plain(self, name: str, text: str, key: str, flags: int = PLAIN) -> None:
        """Add what may be a note's name, where a link is meant."""
        if text := text.strip():
            self.links.append((self.properties.line_of(name, text), text, "", text, flags, key))

    def _leaves(self, value: Any, keys: tuple[str, ...], within: bool = False) -> Iterator[tuple[Any, str, bool]]:
        """What stands in a property within others, the word that says of which kind a link is, and whether it must be one.

        That is what an entry says of its kind, as in `{type: requires, target: "[[X]]"}`; else of the keys that lead to it
        the innermost that is a known word, else the innermost that names anything.
        """
        if isinstance(value, list):
            for item in value:
                if within or type(item) in NESTED:
                    yield from self._leaves(item, keys, within=True)
        elif isinstance(value, dict):
            names = {*map(canonical_name, keys)}
            kind = kind_of_entry(value)
            if names.isdisjoint(RELATION_LISTS) and canonical_name(kind) not in self.kinds:
                kind = ""
            end = next((end for end in ENDS if end in value), "") if not names.isdisjoint(LISTS) else ""
            for key, item in value.items():
                if kind and canonical_name(key) in TARGETS:
                    must = canonical_name(key) == end
                    yield from ((each, kind, must) for each in (item if isinstance(item, list) else [item]))
                elif not (kind and canonical_name(key) in KINDS):
                    yield from self._leaves(item, (*keys, key), within=True)
        else:
            known = (key for key in reversed(keys) if canonical_name(key) in self.kinds)
            named = (key for key in reversed(keys) if canonical_name(key) not in TARGETS)
            yield value, next(known, next(named, keys[0])), False

    def _add_leaf(self, name: str, value: Any, key: str, must: bool) -> None:
        """Add what stands in a property within others, if it is a link."""
        if not isinstance(value, str):
            return
        link = _property_link(value) if "[" in value else None
        if link:
            self.links.append(link_row(link, self.properties.line_of(name, value.strip()), key))
        elif must and "://" not in value:
            self._add_plain(name, value, key)


def kind_of_entry(entry: Mapping[str, Any]) -> str:
    """The kind in an entry such as `{type: requires, target: "[[X]]"}`; "": it is none."""
    words = {canonical_name(key): value for key, value in entry.items()}
    kind = next((words[key] for key in KINDS if isinstance(words.get(key), str)), "")
    return to_text(kind).strip() if len(kind) <= LONGEST_KIND and not TARGETS.isdisjoint(words) else ""


def _add_fields(properties: dict[str, Any], fields: list[tuple[int, str, str]], front: dict[str, Any]) -> None:
    """Add what fields say to the properties; those of the front matter come first, a field that stands twice is a list."""
    names_in_use = {canonical_name(name) for name in front} | OWN
    values_of: dict[str, tuple[str, list[str | None]]] = {}
    for _, name, value in fields:
        values_of.setdefault(canonical_name(name), (name, []))[1].append(value or None)
    for word, (name, values) in values_of.items():
        if word not in names_in_use:
            properties[name] = values if len(values) > 1 else values[0]


def texts(value: Any) -> list[str]:
    """The texts of a property, which is one of them or a list."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _with_digits(value: Any, digits: Mapping[float, str]) -> Any:
    """A value with these numbers as they were written."""
    if isinstance(value, dict):
        return {name: _with_digits(item, digits) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_digits(item, digits) for item in value]
    return digits.get(value, value) if isinstance(value, float) else value


def _property_link(text: str) -> Mention | None:
    """The link that a property's value is: one `[[link]]` or one Markdown link, and nothing else (rule L7)."""
    if match := PROPERTY_LINK.fullmatch(text):
        return mention(match[1], 0, 0, embed=False)
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith(")"):
        links = parse(stripped.encode(errors="replace")).mentions
        if len(links) == 1 and (links[0].start, links[0].end) == (0, len(stripped)):
            return links[0]
    return None


def _without_brackets(value: Any) -> Any:
    """A property's value without Obsidian's own marks."""
    if isinstance(value, str):
        return to_text(value) if "[[" in value else value
    if isinstance(value, list):
        return [_without_brackets(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_brackets(item) for name, item in value.items()}
    return value
