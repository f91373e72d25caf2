"""The text of ONE note -> what it says, with places. Pure: it runs in any process, and its result can be cached.

Two passes in linear time: lines into blocks (CommonMark 0.31, https://spec.commonmark.org/0.31.2/, and
Obsidian's comments and formulas), then each block's text into links, tags and fields. What stands in code,
HTML or a formula says nothing. Positions are offsets into `Note.text`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote

from exporter.reader.blocks import Block, Item, blocks
from exporter.reader.properties import Properties, properties

# A tag's body; what ends it was read in Obsidian 1.x (obsidian-help issue 816)
TAG = re.compile(r"#([^\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s]+)")
TARGET = re.compile(  # what follows the "]" of a Markdown link: (destination "title")
    r"\([ \t]*\n?[ \t]*(?:<((?:[^<>\n\\]|\\.){0,4096})>"
    r"|((?:[^\s()<>\\\x00-\x1f]|\\.|\((?:[^\s()\\]|\\.){0,512}\)){1,4096}))?"
    r"(?:[ \t\n]+(?:\"(?:[^\"\\]|\\.){0,1024}\"|'(?:[^'\\]|\\.){0,1024}'|\((?:[^()\\]|\\.){0,1024}\)))?[ \t]*\n?[ \t]*\)"
)
AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
HTML = re.compile(  # one tag: CommonMark 6.6
    r"</[A-Za-z][A-Za-z0-9-]*\s*>|<[A-Za-z][A-Za-z0-9-]*"
    r"(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]{0,256}(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']{0,4096}'|\"[^\"]{0,4096}\"))?){0,64}\s*/?>"
)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters at least: "C:" is a drive
BLOCK_ID = re.compile(r"(?:^|\s)\^([A-Za-z0-9-]+)[ \t]*$")
FIELD = re.compile(r"(?:[-*+][ \t]+|\d+[.)][ \t]+)?([^\s:\[\](){}`#|>][^:\[\](){}`|\n]{0,120}?)::(?=\s|$)[ \t]*(.*)")
BRACKET_FIELD = re.compile(r"[\[(]([^:\[\](){}|\n]{1,120}?)::[ \t]*")
INTERESTING = re.compile(r"[\\`$<\[\]#%]")
SIZE = re.compile(r"\d+(?:x\d+)?")


class Mention(NamedTuple):
    """A link or an embed as written."""

    start: int  # of "[", or of "!" for an embed
    end: int  # behind the last bracket
    target: str  # before the "#"; percent-decoded for a Markdown link
    anchor: str  # behind the first "#", without it
    text: str  # what is shown: after "|" or between the brackets; "" where nothing was said
    embed: bool
    external: bool  # to a URL: not a matter of the vault


class Heading(NamedTuple):
    """A heading."""

    start: int  # of its line
    end: int  # behind its line, an underline included
    level: int  # 1 to 6
    text: str  # as written


class BlockId(NamedTuple):
    """A block that links can point to, and its mark `^id`."""

    start: int
    end: int
    mark: int
    mark_end: int


class Field(NamedTuple):
    """A Dataview field `key:: value` (https://blacksmithgu.github.io/obsidian-dataview/annotation/add-metadata/)."""

    start: int  # of the value
    end: int
    key: str


@dataclass
class Note:
    """What one note says."""

    text: str  # without a byte order mark, lines ended by "\\n"
    properties: Properties
    headings: list[Heading] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)  # in the body, in order
    tags: list[tuple[int, str]] = field(default_factory=list)  # in the body: offset, tag
    fields: list[Field] = field(default_factory=list)
    block_ids: dict[str, BlockId] = field(default_factory=dict)  # by lower-case id
    comments: list[tuple[int, int]] = field(default_factory=list)  # %%...%% and <!--...-->
    footnotes: list[tuple[int, int]] = field(default_factory=list)  # labels, of marks and of definitions
    intro: str = ""  # the first paragraph above every heading but the title's, as written
    problems: list[tuple[int, str, str]] = field(default_factory=list)  # line, code, message

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def line(self, offset: int) -> int:
        """The line of an offset, counted from 1."""
        return bisect_right(self._lines, offset)


def parse(data: bytes) -> Note:
    """Read one note's bytes; whatever is wrong with them becomes a problem of the note, never an exception."""
    text, problems = decode(data)
    found = properties(text)
    note = Note(text, found, problems=problems + found.problems)
    inline = _Inline(note)
    for block in blocks(text, found.end):
        if isinstance(block, Item):
            note.items.append(block)
            continue
        if block.kind == "heading":
            note.headings.append(Heading(block.start, block.end, block.level, block.content))
        elif block.kind != "text":
            note.comments.append((block.start, block.end))
            if block.kind == "hidden":
                continue
        elif not note.intro and not note.items and [heading.level for heading in note.headings] in ([], [1]):
            note.intro = block.content
        inline.read(block)
    return note


def decode(data: bytes) -> tuple[str, list[tuple[int, str, str]]]:
    """Bytes to text: UTF-8, or UTF-16 with its mark; bytes that are neither are replaced and told."""
    problems: list[tuple[int, str, str]] = []
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append((1, "not-utf8", "is UTF-16, which Obsidian does not read; save it as UTF-8"))
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            wrong = f"byte 0x{data[error.start]:02X} is not UTF-8; it is replaced; save the note as UTF-8"
            problems.append((line, "not-utf8", wrong))
            text = data.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n"), problems


def mention(inner: str, start: int, end: int, embed: bool) -> Mention:
    """Take the inside of `[[...]]` apart."""
    target, bar, text = inner.partition("|")
    if bar and target.endswith("\\"):  # "\\|" within a table
        target = target[:-1]
    if not target.strip() and bar:  # "[[|x]]": the raw text is the name
        return Mention(start, end, inner, "", inner, embed, False)
    path, _, anchor = target.strip().partition("#")
    if embed and SIZE.fullmatch(text.strip()):
        text = ""
    return Mention(start, end, path.strip(), anchor.strip(), text.strip(), embed, bool(re.match(r"obsidian:", path)))


def shown(link: Mention) -> str:
    """What the reader of the note sees: the words given, else "note > heading"."""
    parts = [part for part in (link.target, *link.anchor.split("#")) if part]
    return link.text or " > ".join(parts)


class _Inline:
    """Reads the text of blocks into the note. One per note: it remembers what will not be found any more."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.before = (note.properties.end, note.properties.end)  # the block before this one

    def read(self, block: Block) -> None:
        self.text = text = block.content
        self.at = block.offset
        mentions_before = len(self.note.mentions)
        self.gone: set[str] = set()  # closers that do not come any more in this block
        self.next: dict[str, int] = {}
        position = 0
        brackets: list[tuple[int, bool]] = []  # "[" that may open a Markdown link; whether an image's
        masked: list[tuple[int, int]] = []
        blind = 0  # up to here a tag cannot begin: behind a word
        while found := INTERESTING.search(text, position):
            i = found.start()
            character = text[i]
            position = i + 1
            if character == "\\":
                position = i + 2
                blind = position  # an escaped character ends a token: a tag may follow
            elif character == "`":
                position = self._code(i, masked)
            elif character == "$":
                position = self._formula(i, masked)
            elif character == "<":
                position = self._angle(i, masked)
            elif character == "%":
                if text.startswith("%%", i):
                    position = i + 2
                    if block.kind != "comment" and (end := self._find("%%", position)) >= 0:
                        self.note.comments.append((self.at(i), self.at(end + 2)))
            elif character == "#":
                position = self._tag(i, blind)
                blind = position
            elif character == "[":
                if text.startswith("[[", i):
                    position = self._wikilink(i)
                if position == i + 1:
                    if text.startswith("[^", i):
                        position = self._footnote(i)
                    if position == i + 1:
                        brackets.append((i, i > 0 and text[i - 1] == "!" and not (i > 1 and text[i - 2] == "\\")))
                        blind = position
            elif brackets:  # "]"
                start, image = brackets.pop()
                if (target := TARGET.match(text, i + 1)) and self._markdown_link(start, image, i, target):
                    position = target.end()
                    masked.append((i, position))
                    if not image:  # no link within a link
                        brackets = [bracket for bracket in brackets if bracket[1]]
        self._fields(block, masked)
        self._block_id(block)
        new = self.note.mentions[mentions_before:]
        if len(new) > 1:
            self.note.mentions[mentions_before:] = sorted(new)

    def _find(self, closer: str, start: int) -> int:
        """Like str.find, but linear over the whole block: what was not found once is not looked for again."""
        if closer in self.gone:
            return -1
        known = self.next.get(closer, -1)
        if known < start:
            known = self.next[closer] = self.text.find(closer, start)
            if known < 0:
                self.gone.add(closer)
        return known

    def _code(self, i: int, masked: list[tuple[int, int]]) -> int:
        text = self.text
        end = i
        while end < len(text) and text[end] == "`":
            end += 1
        ticks = text[i:end]
        if ticks in self.gone:
            return end
        close = re.compile(rf"(?<!`){ticks}(?!`)").search(text, end) if len(ticks) <= 80 else None
        if close is None:
            self.gone.add(ticks)
            return end
        masked.append((i, close.end()))
        return close.end()

    def _formula(self, i: int, masked: list[tuple[int, int]]) -> int:
        text = self.text
        if text.startswith("$$", i):
            end = self._find("$$", i + 2)
            if end < 0:
                return i + 2
            masked.append((i, end + 2))
            return end + 2
        # inline: no space just inside, no digit just behind (the price of $5 and $6 is no formula)
        end = self._find("$", i + 1)
        while end > 0 and text[end - 1] == "\\":
            end = self._find("$", end + 1)
        if end <= i + 1 or text[i + 1].isspace() or text[end - 1].isspace() or text[end + 1 : end + 2].isdigit():
            return i + 1
        if "\n\n" in text[i:end]:
            return i + 1
        masked.append((i, end + 1))
        return end + 1

    def _angle(self, i: int, masked: list[tuple[int, int]]) -> int:
        text = self.text
        if text.startswith("<!--", i):
            end = self._find("-->", i + 4)
            if end < 0:
                return i + 4
            end += 3
            self.note.comments.append((self.at(i), self.at(end)))
        elif found := AUTOLINK.match(text, i):
            end = found.end()
            self.note.mentions.append(Mention(self.at(i), self.at(end), found[1], "", "", False, True))
        elif found := HTML.match(text, i):
            end = found.end()
        elif text[i + 1 : i + 2] in ("?", "!") and (end := self._find(">", i + 2) + 1):
            pass  # a declaration or an instruction
        else:
            return i + 1
        masked.append((i, end))
        return end

    def _tag(self, i: int, blind: int) -> int:
        before = self.text[i - 1] if i else " "
        # only behind a space, or where another token just ended: #a#b, _#a_, |#a|, [#a](u), \[#a
        if not (before.isspace() or i == blind or before in "_|*~="):
            return i + 1
        found = TAG.match(self.text, i)
        if not found:
            return i + 1
        body = found[1].rstrip("/")
        if before in "_*~=" and body.endswith(before):  # the emphasis that began before it
            body = body.rstrip(before)
        if body and not body.isdigit():
            self.note.tags.append((self.at(i), body))
        return found.end()

    def _wikilink(self, i: int) -> int:
        text = self.text
        end = self._find("]]", i + 2)
        if end < 0 or i + 2 <= self._find("\n", i + 2) < end:  # no line break inside
            return i + 1
        start = text.rfind("[[", i, end)  # nested: the inner one is the link
        inner = text[start + 2 : end]
        while inner.startswith("["):  # "[[[x]]]"
            inner, start = inner[1:], start + 1
        if inner.strip():
            embed = start > 0 and text[start - 1] == "!" and not (start > 1 and text[start - 2] == "\\")
            self.note.mentions.append(mention(inner, self.at(start - embed), self.at(end + 2), embed))
        return end + 2

    def _footnote(self, i: int) -> int:
        end = self.text.find("]", i, i + 200)
        label = self.text[i + 2 : end]
        if end < 0 or not label or any(character in label for character in " \t\n[^"):
            return i + 1
        self.note.footnotes.append((self.at(i + 2), self.at(end)))
        return end + 1

    def _markdown_link(self, start: int, image: bool, close: int, target: re.Match[str]) -> bool:
        raw = target[1] if target[1] is not None else target[2]
        if not raw:
            return False
        text = self.text[start + 1 : close]
        url = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", raw)
        external = bool(SCHEME.match(url)) or url.startswith("//")
        begin = self.at(start - image)
        if external:
            path, anchor = url, ""
        else:
            if not text and not image:
                return False
            path, _, anchor = unquote(url).partition("#")
        label, _, size = text.rpartition("|")
        if image and SIZE.fullmatch(size.strip() or text.strip()):
            text = label
        self.note.mentions.append(Mention(begin, self.at(target.end()), path, anchor, text, image, external))
        return True

    def _fields(self, block: Block, masked: list[tuple[int, int]]) -> None:
        text = self.text
        if "::" not in text:
            return
        hidden = sorted(masked)

        def visible(position: int) -> bool:
            k = bisect_right(hidden, (position, len(text))) - 1
            return k < 0 or hidden[k][1] <= position

        position = 0
        for line in text.split("\n"):
            if "::" in line:
                self._fields_of(line, position, visible)
            position += len(line) + 1

    def _fields_of(self, line: str, position: int, visible: Any) -> None:
        bracketed = False
        for found in BRACKET_FIELD.finditer(line):
            closer, depth, end = ("]" if line[found.start()] == "[" else ")"), 0, found.end()
            while end < len(line) and (depth or line[end] != closer):
                depth += (line[end] in "[(") - (line[end] in "])")
                end += 1
            if end < len(line) and visible(position + found.start()):
                bracketed = True
                self._field(found[1], position + found.end(), position + end)
        whole = FIELD.match(line) if not bracketed else None
        if whole and visible(position + whole.start(1)):
            self._field(whole[1], position + whole.start(2), position + len(line))

    def _field(self, key: str, start: int, end: int) -> None:
        key = re.sub(r"[*_~=]+", "", key).strip()
        if key:
            self.note.fields.append(Field(self.at(start), self.at(end), key))

    def _block_id(self, block: Block) -> None:
        last = self.text.rpartition("\n")[2]
        if "^" in last and (found := BLOCK_ID.search(last)):
            begin = len(self.text) - len(last) + found.start()
            alone = not self.text[:begin].strip()  # a mark on its own means the block before it
            start, end = self.before if alone else (block.start, block.end)
            self.note.block_ids.setdefault(found[1].lower(), BlockId(start, end, self.at(begin), block.end))
        self.before = (block.start, block.end)


def sections(note: Note) -> Iterator[tuple[Heading, int]]:
    """Each heading with the offset at which its section ends."""
    for k, heading in enumerate(note.headings):
        end = next((later.start for later in note.headings[k + 1 :] if later.level <= heading.level), len(note.text))
        yield heading, end
