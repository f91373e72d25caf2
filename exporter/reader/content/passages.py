"""A note's text as `KnowledgeMap.text` gives it -> the headings, items and paragraphs that it is made of, nested. Pure.

What is nested: sections by their headings, whatever levels these skip; lists; what lies in an item or a callout; a list in
the paragraph that announces it; the rows of a table; a footnote in what cites it first. Nothing is empty: what lies in a
part without words lies where that stood.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from exporter.model import Passage, PassageKind, Target, nest
from exporter.outline import heading_key
from exporter.reader.content.paragraph import BEGIN, BREAK, END, MARK, remove_marks
from exporter.reader.markdown.blocks import Block, Item, blocks
from exporter.reader.markdown.inline import DASHES, Mention, read_inline
from exporter.reader.markdown.patterns import BLOCK_ID, BOX, CALLOUT, FOOTNOTE_DEFINITION
from exporter.reader.markdown.plain_text import MARKED, to_text
from exporter.regex import regex

ANNOUNCES = (":", "：")  # at the end of a paragraph: the list behind it lies in it
BOLD = regex(r"(\*\*|__)(?!\s)(?:(?!\1).)+\1")  # a paragraph that is a heading in all but name
NUMBER = regex(r"\d{1,9}")
UNSEEN = regex(r"<(script|style|svg|iframe|audio|video|object)\b.*?(?:</\1>|\Z)", re.IGNORECASE | re.DOTALL)
NOWHERE = regex(r"\[([^\[\]]*)\]\(\)")  # a link without an address
BLANKS_BEFORE = regex(r"[ \t>]*")


def read_passages(text: str, title: str) -> tuple[Passage, ...]:
    """The parts of a text, from top to bottom; a first heading that only says the title again is none."""
    reader = _Reader(text)
    for part in list(blocks(text, 0, whole=True)):  # an item knows its end when all are read
        reader.take(part)
    made = reader.made
    first = next((k for k, passage in enumerate(made) if passage.kind == "heading"), None)
    if first is not None and heading_key(made[first].text) == heading_key(title):
        made[first] = made[first]._replace(text="")
    passages = [*reader.with_footnotes()]
    return tuple(nest(passages, [bool(passage.text.strip()) for passage in passages]))


class _Words(NamedTuple):
    """What a text says, without marks."""

    text: str
    targets: tuple[Target, ...] = ()
    footnotes: tuple[str, ...] = ()  # labels that it cites
    pictures: int = 0


class _Open(NamedTuple):
    """What the next part may lie in."""

    end: int  # offset behind it
    level: int
    announced: bool = False  # it is a paragraph, in which a list may lie and nothing else
    quote: int = 0  # of a callout: how many ">" are before it


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.made: list[Passage] = []
        self.cited: list[tuple[str, ...]] = []  # labels of footnotes, for each of those made
        self.footnotes: dict[str, _Words] = {}  # by label
        self.headings: list[int] = []  # levels of those that are open, as written
        self.open: list[_Open] = []
        self.numbers: dict[int, int] = {}  # by level: of the last item of a numbered list
        self.quotes: dict[int, int] = {}  # by how many ">": where the last quote ends that was looked for
        self.bare = -1  # the item whose words are to come
        self.announcing = -1  # the paragraph in which a list that comes now lies
        self.code = -1  # so many were made when the last of them was code by its indentation
        self.code_end = 0

    def take(self, part: Block | Item) -> None:
        """Add what a block or an item says."""
        while self.open and self.open[-1].end <= part.start:
            self.open.pop()
        if isinstance(part, Item):
            self._item(part)
            return
        if self.open and self.open[-1].announced:
            self.open.pop()
        self.announcing = -1
        match part.kind:
            case "heading":
                self._heading(part)
            case "text":
                self._text(part)
            case "code":
                self._code(part)
            case "formula":
                self._add("formula", _Words(" ".join(part.content.split())))
            case "html":
                self._add("paragraph", _words(UNSEEN.sub(" ", part.content)))
        self.bare = -1

    def with_footnotes(self) -> Iterator[Passage]:
        """All that was made, a footnote behind what cites it first."""
        told: set[str] = set()
        for passage, labels in zip(self.made, self.cited, strict=True):
            yield passage
            for label in labels:
                if (said := self.footnotes.get(label)) and label not in told:
                    told.add(label)
                    yield Passage(passage.level + 1, "footnote", said.text, said.targets, pictures=said.pictures)

    @property
    def level(self) -> int:
        """Of what is added now."""
        return (self.open[-1].level if self.open else len(self.headings)) + 1

    def _add(self, kind: PassageKind, words: _Words, mark: str = "", level: int = 0) -> None:
        """Add a part, here if no level is given."""
        level = level or self.level
        self.numbers = {above: number for above, number in self.numbers.items() if above < level}
        self.made.append(Passage(level, kind, words.text, words.targets, mark, None, words.pictures))
        self.cited.append(words.footnotes)

    def _fill(self, words: _Words, kind: PassageKind) -> None:
        """Give the item that was begun its words."""
        item = self.made[self.bare]
        self.made[self.bare] = item._replace(kind=kind, text=words.text, targets=words.targets, pictures=words.pictures)
        self.cited[self.bare] = words.footnotes

    def _item(self, item: Item) -> None:
        if self.announcing >= 0:
            end = self.open[-1].end if self.open else sys.maxsize
            self.open.append(_Open(end, self.made[self.announcing].level, announced=True))
            self.announcing = -1
        level = self.level
        self.numbers = {above: number for above, number in self.numbers.items() if above <= level}
        number = None
        if item.ordered:
            written = NUMBER.match(self.text, item.start)
            number = self.numbers.get(level, int(written[0]) - 1 if written else 0) + 1
            self.numbers[level] = number
        else:
            self.numbers.pop(level, None)
        box = BOX.match(self.text, item.text)
        mark = box[0][1] if box else ""
        self.bare = len(self.made)
        self.made.append(Passage(level, "task" if mark else "item", "", (), mark, number))
        self.cited.append(())
        self.open.append(_Open(item.end, level))

    def _heading(self, block: Block) -> None:
        words = _words(block.content)
        if self.bare >= 0:  # "- # Heading"
            self._fill(words, "heading")
            return
        if self.open or ">" in self._before(block):
            self._add("heading", words)
            return
        while self.headings and self.headings[-1] >= block.level:
            self.headings.pop()
        self._add("heading", words)
        self.headings.append(block.level)

    def _text(self, block: Block) -> None:
        content = block.content
        if self.bare >= 0 and (box := BOX.match(content)):
            content = content[box.end() :]
        if definition := FOOTNOTE_DEFINITION.match(content):
            label = content[2 : definition.end() - 2].casefold()
            self.footnotes.setdefault(label, _words(content[definition.end() :]))
        elif content.startswith("[!") and ">" in self._before(block) and (callout := CALLOUT.match(content)):
            self._callout(block, callout)
        else:
            self._prose(content)

    def _callout(self, block: Block, match: re.Match[str]) -> None:
        """Its title, or its type where it has none, with the rest of the quote in it."""
        kind = match[0].partition("|")[0].strip("[!] \t\n+-")
        title, _, rest = block.content[match[0].find("]") + 1 :].partition("\n")
        words = _words(title.lstrip("+-"))
        depth = self._before(block).count(">")
        if self.open and self.open[-1].quote == depth:  # a second one in the same quote
            self.open.pop()
        level = self.level
        self._add("callout", words if words.text else words._replace(text=kind.capitalize()), kind)
        self.open.append(_Open(self._end_of_quote(block, depth), level, quote=depth))
        self.bare = -1
        if rest.strip():
            self._prose(rest)

    def _prose(self, content: str) -> None:
        """The words of the item that was begun, or a paragraph; or a table, with the lines above it."""
        dashes = DASHES.search(content) if "|" in content else None
        if dashes and dashes.start():
            above = content[: dashes.start()].rstrip("\n").split("\n")
            if above[:-1]:
                self._prose("\n".join(above[:-1]))
            level = self.level
            self._add("table", _row(above[-1]))
            for line in content[dashes.start() :].split("\n")[1:]:
                self._add("row", _row(line), level=level + 1)
            return
        words = _words(content)
        if self.bare >= 0:
            self._fill(words, self.made[self.bare].kind)
            return
        self._add("paragraph", words)
        if words.text.endswith(ANNOUNCES) or BOLD.fullmatch(content.strip()):
            self.announcing = len(self.made) - 1

    def _code(self, block: Block) -> None:
        lines = block.content.split("\n")
        if block.content.startswith(("```", "~~~")):
            mark = lines.pop(0).lstrip("`~").strip(" \t{}.").partition(" ")[0]
            indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
            self._add("code", _Words("\n".join(line[indent:].rstrip() for line in lines).strip("\n")), mark)
        elif self.code == len(self.made) and not self.text[self.code_end : block.start].strip():
            before, breaks = self.made[-1], "\n" * self.text.count("\n", self.code_end, block.start)
            self.made[-1] = before._replace(text=f"{before.text}{breaks}{block.content}")
        else:
            self._add("code", _Words(block.content))
            self.code = len(self.made)
        self.code_end = block.end

    def _before(self, block: Block) -> str:
        """What stands on its line before a block."""
        return self.text[self.text.rfind("\n", 0, block.start) + 1 : block.start]

    def _end_of_quote(self, block: Block, depth: int) -> int:
        end = self.quotes.get(depth, 0)
        if end <= block.start:  # else it lies in the quote that was looked for
            end = self.text.find("\n", block.start) + 1
            while end and (marks := BLANKS_BEFORE.match(self.text, end)) and marks[0].count(">") >= depth:
                end = self.text.find("\n", end) + 1
            self.quotes[depth] = end = end or len(self.text)
        return end


def _row(line: str) -> _Words:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return _words(" | ".join(cell.strip() for cell in cells) if any(map(str.strip, cells)) else "")


def _words(markdown: str) -> _Words:
    """Markdown of one block as plain text, and where its links stand in that."""
    if "^" in markdown:
        markdown = BLOCK_ID.sub("", markdown)  # of a block that was embedded
    if "]()" in markdown and "`" not in markdown:
        markdown = NOWHERE.sub(r"\1", markdown)
    if not MARKED.search(markdown):
        return _Words(" ".join(markdown.split()))
    text = MARK.sub("", markdown)
    inline = read_inline(text)
    footnotes = tuple(text[start:end].casefold() for start, end in inline.footnotes)
    pictures = sum(link.embed for link in inline.mentions)
    edits = [(a, b, " ") for a, b in inline.masked if text[a] == "<" and BREAK.match(text, a)]
    links = [link for link in inline.mentions if not link.embed and (link.text.strip() or not link.text_end)]
    for link in links:
        if link.text_end:
            begin = link.start + 1 + len(link.text) - len(link.text.lstrip())  # no blank between mark and words
            end = link.start + 1 + len(link.text.rstrip())
            edits += [(begin, begin, BEGIN), (end, end, END)]
        else:
            edits.append((link.start, link.end, f"[[x|{BEGIN}{link.text or link.target}{END}]]"))
    plain, _, spans = remove_marks(to_text(_edit(text, edits)))
    if len(spans) != len(links):  # a mark was lost where `to_text` reads otherwise
        return _Words(to_text(markdown), (), footnotes, pictures)
    targets = tuple(
        Target(start, end, _address(link)) for link, (start, end) in zip(links, spans, strict=True) if start < end
    )
    if not plain and pictures:
        plain = ", ".join(filter(None, (_file_name(link) for link in inline.mentions if link.embed)))
    return _Words(plain, targets, footnotes, pictures)


def _address(link: Mention) -> str:
    return f"{link.target}#{link.anchor}" if link.anchor else link.target


def _file_name(link: Mention) -> str:
    return unquote(re.split(r"[?#]", link.target, maxsplit=1)[0]).rpartition("/")[2].removeprefix("file:")


def _edit(text: str, edits: list[tuple[int, int, str]]) -> str:
    parts, position = [], 0
    for begin, end, new in sorted(edits):
        if begin >= position:
            parts += [text[position:begin], new]
            position = end
    return "".join([*parts, text[position:]])
