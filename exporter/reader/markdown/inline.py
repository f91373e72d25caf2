"""The text of a block -> links, tags, fields and comments: CommonMark's inlines and Obsidian's own. Pure.

In linear time, whatever the text: what was looked for in vain is not looked for again. What stands in code,
HTML or a formula says nothing. Positions are offsets into the note's text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple
from urllib.parse import unquote

from exporter.reader.markdown import html
from exporter.reader.markdown.blocks import Block
from exporter.reader.markdown.patterns import ATTRIBUTES, BLOCK_ID, FOOTNOTE, TASK
from exporter.regex import regex

# A tag's body; what ends it was read in Obsidian 1.x (obsidian-help issue 816)
TAG = regex(r"#([^\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s]+)")
_PARENTHESES = r"\((?:[^\s()\\\x00-\x1f]++|\\.)*+\)"
for _ in range(4):  # parentheses in a destination may be nested; five deep is enough for any URL
    _PARENTHESES = rf"\((?:[^\s()\\\x00-\x1f]++|\\.|{_PARENTHESES})*+\)"
TARGET = regex(  # what follows the "]" of a Markdown link: (destination "title"), CommonMark 6.3
    rf"\([ \t]*+\n?+[ \t]*+(?:<((?:[^<>\n\\]++|\\.)*+)>|((?!<)(?:[^\s()\\\x00-\x1f]++|\\.|{_PARENTHESES})++))?+"
    r"(?:[ \t\n]++(?:\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+'|\((?:[^()\\]++|\\.)*+\)))?+[ \t]*+\n?+[ \t]*+\)"
)
AUTOLINK = regex(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
DECLARATION = regex(r"<![A-Za-z]")
UNFINISHED = regex(r"<[A-Za-z/!?]")  # a tag, or a declaration, which may end on a later line
SCHEME = regex(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters at least: "C:" is a drive
ESCAPE = regex(r"\\([!-/:-@\[-`{-~])")
SIZE = regex(r"\d+(?:x\d+)?")
FOOTNOTE_ANCHOR = regex(r"#\[\^[^\[\]|]+$")  # of [[note#[^1]]], up to the first "]]"
BRACKETS = regex(r"\\.|[\[\]()]")
# Behind "::" stands a blank, a link or nothing: "std::vector" is no field
FIELD = regex(  # on a line of its own: marks, the key of words and emoji, marks
    r"(?:\d+[.)][ \t]+)?[^\w:\[\](){}`#|<>\n]*+(\w[\w \t/\u200d\u203c-\u2bff\ufe0f\U0001f000-\U0001faff-]{0,120}?)"
    r"[*_~]*[ \t]*::(?=\s|\[\[|$)[ \t]*"
)
BRACKET_FIELD = regex(r"[\[(]([^:\[\](){}|\n]{1,120})::(?=[\s\])]|\[\[)[ \t]*")
MARKS = regex(r"[*~=]+|\b_+|_+\b")  # of emphasis, around a field's key
LONGEST = 32_768  # characters of a line that Dataview reads
DEEPEST = 10  # brackets around an image: each of images within images has the text of all that it holds
MARKS_BEFORE = "_|*~="  # that may end a token, before a tag
LONGEST_ADDRESS = 2_000
BLANK = regex(r"\s")
DASHES = regex(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*\|", re.MULTILINE)  # below a table's head
INTERESTING = regex(r"[\\`$<\[\]#%]")


class Mention(NamedTuple):
    """A link or an embed as written."""

    start: int  # of "[", or of "!" for an embed
    end: int  # behind the last bracket
    target: str  # before the "#"; percent-decoded for a Markdown link
    anchor: str  # behind the first "#", without it
    text: str  # what is shown: after "|" or between the brackets; "" where nothing was said
    embed: bool
    external: bool  # to a URL: not a matter of the vault
    text_end: int = 0  # of a Markdown link: where the text between its brackets ends


class Field(NamedTuple):
    """A Dataview field `key:: value` (https://blacksmithgu.github.io/obsidian-dataview/annotation/add-metadata/)."""

    start: int  # of the value
    end: int
    key: str
    task: bool = False  # on the line of a task: what it says is not of the note


def ends_token(text: str, i: int) -> bool:
    """Whether a mark before a "#" may end a token: no sign within a bare address, no single "=" or "~"."""
    mark = text[i - 1]
    if mark in "=~" and text[max(i - 2, 0) : i] != 2 * mark:
        return False
    scheme = text.rfind("://", max(i - LONGEST_ADDRESS, 0), i)
    return scheme < 0 or BLANK.search(text, scheme, i) is not None


def mention(inner: str, start: int, end: int, embed: bool) -> Mention:
    """Take the inside of `[[...]]` apart."""
    target, bar, text = inner.partition("|")
    if bar and target.endswith("\\"):  # "\\|" within a table
        target, text = target[:-1], text.replace("\\|", "|")
    if not target.strip() and bar:  # "[[|x]]": the bar is part of the name
        target, text = inner, ""
    path, _, anchor = target.strip().partition("#")
    text = without_size(text.strip()) if embed else text.strip()
    return Mention(start, end, path.strip(), anchor.strip(), text, embed, path.startswith("obsidian://"))


def destination(match: re.Match[str]) -> tuple[str, str, bool] | None:
    """Path, anchor and whether it leads out of the vault, of a match of TARGET; None: it names nothing."""
    url = match[1] or match[2]
    if not url:
        return None
    if "\\" in url:
        url = ESCAPE.sub(r"\1", url)
    if SCHEME.match(url) or url.startswith("//"):
        return url, "", True
    path, _, anchor = unquote(url).partition("#")
    return path, anchor, False


def shown_text(link: Mention) -> str:
    """What the reader of the note sees: the words given, else "note > heading"; a footnote's label is no word."""
    if link.text:
        return link.text
    parts = [part for part in (link.target, *link.anchor.split("#")) if part and not part.startswith("[^")]
    return " > ".join(parts)


def without_size(text: str) -> str:
    """The words for an embed: "a|100", "100x80" and "100" tell a size."""
    words, _, size = text.rpartition("|")
    return words.removesuffix("\\") if SIZE.fullmatch(size.strip()) else text  # "\\|" within a table


class Inline:
    """Reads one block after the other, and gathers what they say."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.tags: list[tuple[int, str]] = []
        self.fields: list[Field] = []
        self.comments: list[tuple[int, int]] = []
        self.footnotes: list[tuple[int, int]] = []
        self.inline_footnotes: list[tuple[int, int]] = []

    def read(self, block: Block) -> None:
        """Read a block that may say something."""
        text = block.content
        match = INTERESTING.search(text)
        self.unclosed: set[str] = set()  # what begins in this block and would end behind it, if it went on
        self.masked: list[tuple[int, int]] = []  # code, HTML, formulas and links of this block
        if match:
            mentions = len(self.mentions)
            self._scan(block, match)
            if len(self.mentions) - mentions > 1:  # a link around an image is found after it
                self.mentions[mentions:] = sorted(self.mentions[mentions:])
        if "::" in text:
            self._fields(block)

    def _scan(self, block: Block, first: re.Match[str]) -> None:
        self.text = text = block.content
        self.at = block.offset
        self.table: bool | None = None  # whether it is one; None: nobody knows yet
        behind_heading = ATTRIBUTES.search(text) if block.kind == "heading" and "{" in text else None
        self.attributes = behind_heading.start() if behind_heading else len(text)
        self.next: dict[str, int] = {}  # where a closer stands next; behind the text: nowhere
        self.ticks: dict[int, list[int]] = {}  # length of a run of backticks: where such runs begin
        brackets: list[tuple[int, bool]] = []  # "[" that may open a Markdown link; whether an image's
        dead = 0  # so many of them can open none any more: no link within a link
        comment = 0  # end of the %%comment%% that this is in
        blind = 0  # a tag may begin here, although no space is before: another token just ended
        escaped = -1  # behind the last escaped character
        position = 0
        for match in INTERESTING.finditer(text, first.start()):
            i = match.start()
            if i < position:
                continue
            character = match[0]
            position = i + 1
            if character == "[":  # and "]": in the order of how frequent they are
                image = i > 0 and text[i - 1] == "!" and i != escaped
                after = text[position : i + 2]
                if after == "[":
                    position = self._wikilink(i, image)
                    if position > i + 1 and not image:
                        dead = len(brackets)
                elif after == "^" and (mark := FOOTNOTE.match(text, i)):
                    self.footnotes.append((self.at(i + 2), self.at(mark.end() - 1)))
                    position = mark.end()
                if position == i + 1:
                    brackets.append((i, image))
                    blind = position
            elif character == "]":
                if not brackets:
                    if text.startswith("(", position):
                        self.unclosed.add("]")
                    continue
                start, image = brackets.pop()
                depth = len(brackets)
                alive = depth < DEEPEST if image else depth >= dead
                target = TARGET.match(text, position) if alive else None
                if alive and not target and text.startswith("(", position):
                    self.unclosed.add("]")
                if depth < dead:
                    dead = depth
                if target and self._markdown_link(start, image, i, target):
                    position = target.end()
                    self.masked.append((i, position))
                    if not image:
                        dead = depth
                elif start and text[start - 1] == "^" and text[start - 2 : start - 1] != "\\" and i > start + 1:
                    self.inline_footnotes.append((self.at(start - 1), self.at(i) + 1))
            elif character == "\\":
                position = blind = escaped = i + 2
            elif character == "`":
                position = self._code(i)
            elif character == "$":
                position = self._formula(i)
            elif character == "<":
                position = self._angle(i)
            elif character == "#":
                position = blind = self._tag(i, blind)
            elif text.startswith("%", position):  # "%%"
                position = i + 2
                if i >= comment and block.kind != "comment" and (end := self._find("%%", position)) >= 0:
                    comment = end + 2
                    self.comments.append((self.at(i), self.at(comment)))

    def _find(self, closer: str, start: int) -> int:
        """Like str.find, but linear over the whole block: what was found or not is remembered."""
        index = self.next.get(closer, -1)
        if index < start:
            index = self.text.find(closer, start)
            self.next[closer] = index if index >= 0 else len(self.text)
        return index if index < len(self.text) else -1

    def _code(self, i: int) -> int:
        text = self.text
        if not self.ticks:
            for run in re.finditer("`+", text):
                self.ticks.setdefault(run.end() - run.start(), []).append(run.start())
        end = i + 1
        while end < len(text) and text[end] == "`":
            end += 1
        closers = self.ticks.get(end - i, [])
        k = bisect_left(closers, end)
        if k == len(closers):
            self.unclosed.add("`")
            return end
        close = closers[k] + end - i
        self.masked.append((i, close))
        return close

    def _formula(self, i: int) -> int:
        text = self.text
        if text.startswith("$$", i):
            end = self._find("$$", i + 2)
            if end < 0:
                self.unclosed.add("$")
                return i + 2
            self.masked.append((i, end + 2))
            return end + 2
        # inline: no space just inside, no digit just behind (the price of $5 and $6 is no formula)
        end = self._find("$", i + 1)
        while end > 0 and text[end - 1] == "\\":
            end = self._find("$", end + 1)
        if end < 0:
            self.unclosed.add("$")
        if end <= i + 1 or text[i + 1].isspace() or text[end - 1].isspace() or text[end + 1 : end + 2].isdigit():
            return i + 1
        if 0 <= self._find("\n\n", i) < end:  # in a %%comment%%
            return i + 1
        self.masked.append((i, end + 1))
        return end + 1

    def _angle(self, i: int) -> int:
        text = self.text
        if text.startswith("<!--", i):
            end = self._find("-->", i + 4)
            if end < 0:
                self.unclosed.add("<")
                return i + 4
            end += 3
            self.comments.append((self.at(i), self.at(end)))
        elif match := AUTOLINK.match(text, i):
            end = match.end()
            self.mentions.append(Mention(self.at(i), self.at(end), match[1], "", "", False, True))
        elif match := html.TAG.match(text, i):
            end = match.end()
        else:  # an instruction, a section or a declaration
            closer = "?>" if text.startswith("<?", i) else "]]>" if text.startswith("<![CDATA[", i) else ">"
            end = self._find(closer, i + 2)
            if end < 0 or (closer == ">" and not DECLARATION.match(text, i)):
                if UNFINISHED.match(text, i):
                    self.unclosed.add("<")
                return i + 1
            end += len(closer)
        self.masked.append((i, end))
        return end

    def _tag(self, i: int, blind: int) -> int:
        before = self.text[i - 1] if i else " "
        # only behind a space, or where another token just ended: #a#b, _#a_, |#a|, [#a](u), \[#a
        if not (before.isspace() or i == blind or before in MARKS_BEFORE):
            return i + 1
        if not before.isspace() and i != blind and not ends_token(self.text, i):
            return i + 1
        if before == "|" and not self._is_row(i):
            return i + 1
        if i > self.attributes:
            return i + 1
        match = TAG.match(self.text, i)
        if not match:
            return i + 1
        body = match[1].rstrip("/")
        if before in "_*~=" and body.endswith(before):  # the emphasis that began before it
            body = body.rstrip(before)
        if body and not body.isdigit():
            self.tags.append((self.at(i), body))
        return match.end()

    def _is_row(self, i: int) -> bool:
        """Whether a line of the block is the row of a table: a bar begins it, or a line of dashes stands in the block."""
        if self.text.startswith("|", self.text.rfind("\n", 0, i) + 1):
            return True
        if self.table is None:
            self.table = DASHES.search(self.text) is not None
        return self.table

    def _wikilink(self, i: int, embed: bool) -> int:
        end = self._find("]]", i + 2)
        if end < 0 or 0 <= self._find("\n", i + 2) < end or 0 <= self._find("[[", i + 1) < end:
            return i + 1  # no line break inside; nested: the inner one is the link
        inner = self.text[i + 2 : end]
        if not inner.strip():
            return i + 1
        if self.text.startswith("]", end + 2) and FOOTNOTE_ANCHOR.search(inner):
            end += 1
            inner += "]"
        begin = self.at(i - embed)  # of the "!", if there is one: a boolean as a number, as this runs for each link
        self.mentions.append(mention(inner, begin, self.at(end + 2), embed))
        self.masked.append((i, end + 2))
        return end + 2

    def _markdown_link(self, start: int, image: bool, close: int, target: re.Match[str]) -> bool:
        to = destination(target)
        if not to:
            return False
        path, anchor, external = to
        text = self.text[start + 1 : close]
        if image:
            text = without_size(text)
        begin, end = self.at(start - image), self.at(target.end())
        self.mentions.append(Mention(begin, end, path, anchor, text, image, external, self.at(close)))
        return True

    def _fields(self, block: Block) -> None:
        hidden: list[tuple[int, int]] = []  # `masked` without what lies in another
        for begin, end in sorted(self.masked):
            if not hidden or begin >= hidden[-1][1]:
                hidden.append((begin, end))

        def add(match: re.Match[str], end: int, task: bool) -> bool:
            """Add a field, unless it stands in code or in a link; gives whether it does not."""
            start = position + match.start(1)
            k = bisect_right(hidden, (start, len(block.content))) - 1
            if k >= 0 and hidden[k][1] > start:
                return False
            if key := MARKS.sub("", match[1]).strip():
                value_start = match.end()
                self.fields.append(Field(block.offset(position + value_start), block.offset(position + end), key, task))
            return True

        position = 0
        for line in block.content.split("\n"):
            if "::" in line and len(line) <= LONGEST:
                task = TASK.match(line) is not None
                closers = _closers(line)
                ends = {"[": 0, "(": 0}  # of the last field in such brackets: one within it is part of its value
                bracketed = False
                for match in BRACKET_FIELD.finditer(line):
                    opener = match.start()
                    if opener in closers and opener >= ends[line[opener]] and add(match, closers[opener], task):
                        ends[line[opener]] = closers[opener]
                        bracketed = True
                if not (bracketed or task) and (field_match := FIELD.match(line)):
                    add(field_match, _value_end(line, field_match, block, position), task)
            position += len(line) + 1


def _value_end(line: str, match: re.Match[str], block: Block, position: int) -> int:
    """Where the value of a field on its own line ends: before the end of a comment, and before the block's id."""
    if block.kind == "comment" or "%%" in line[: match.start(1)]:
        end = line.find("%%", match.end())
        if end >= 0:
            return end
    last = position + len(line) == len(block.content)
    mark = BLOCK_ID.search(line, match.end() - 1) if last and "^" in line else None
    return max(mark.start(), match.end()) if mark else len(line)


def _closers(line: str) -> dict[int, int]:
    """Where each bracket and parenthesis of a line is closed; the two kinds do not mind one another."""
    closers: dict[int, int] = {}
    opened: dict[str, list[int]] = {"]": [], ")": []}
    for match in BRACKETS.finditer(line):
        if match[0] == "[":
            opened["]"].append(match.start())
        elif match[0] == "(":
            opened[")"].append(match.start())
        elif opened.get(match[0]):
            closers[opened[match[0]].pop()] = match.start()
    return closers


def read_inline(text: str) -> Inline:
    """What a text says that is one block: a title, a cell, the words of an item."""
    inline = Inline()
    inline.read(Block("text", 0, len(text), text, 0, None, [(0, len(text))]))
    return inline
