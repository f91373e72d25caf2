"""A page of Logseq -> the Markdown that Obsidian would have for it, line for line, so that places stay. Pure.

Logseq's own descriptions: docs.logseq.com, "Properties", "Built-in Properties", "Headings", "Macros", and its parser's
(github.com/logseq/mldoc). A page is a tree of blocks. Those with headings, and the first that is a sentence, are taken out of the
list, and what lies below them moves to the margin; all others stay items. The first block's properties become front matter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from exporter.reader.markdown.lead import find_lead
from exporter.reader.markdown.patterns import AND, BLOCK_ID, BLOCK_WORDS, JOINT
from exporter.regex import regex

UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
QUERY = "%%query%%"  # stands for one
BULLET = regex(r"([ \t]*)-(?:[ \t]+|$)(.*)")
HEADING = regex(r"#{1,6}(?:[ \t]|$)")
# github.com/logseq/logseq, `valid-property-name?`; a key of a keyboard or an address is none
PROPERTY = regex(r"([^\s:#\[\]{}()\"^|,;`/\\][^\s:#\[\]{}()\"^|,;`]*)::(?:[ \t]+(.*))?$")
SYSTEM = frozenset(  # that say how Logseq shows a page or a block
    "id custom-id background-color background-image heading collapsed created-at updated-at last-modified-at"
    " query-table query-properties query-sort-by query-sort-desc ls-type hl-type hl-page hl-stamp hl-color hl-value"
    " icon filters exclude-from-graph-view template-including-parent todo doing now later done banner"
    " card-last-interval card-repeats card-last-reviewed card-next-schedule card-ease-factor card-last-score".split()
)
NAMES = {"alias": "aliases", "tag": "tags"}  # properties: what they are called here
NO_TAG = regex(r"[\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{|}~\[\]\\\s]+")  # see `inline.TAG`
LEVELS = tuple("123456")  # of headings; others follow the tree
NUMBERED = "logseq.order-list-type"
MARKER = regex(r"(TODO|DOING|NOW|LATER|WAIT|WAITING|STARTED|IN-PROGRESS|DONE|CANCELED|CANCELLED)(?=\s|$)[ \t]*")
BOXES = {"DONE": "[x]", "CANCELED": "[-]", "CANCELLED": "[-]"}
PLANNED = regex(r"(?:SCHEDULED|DEADLINE|CLOSED):[ \t]*[<\[]")
DRAWER = regex(r":[A-Za-z_-]+:$")
FENCE = regex(r"(`{3,}|~{3,})")
ORG = regex(r"#\+BEGIN_(\w+)[ \t]*(.*)$", re.IGNORECASE)
INLINE = regex(
    r"(?P<code>(?P<ticks>`++).{1,2000}?(?<!`)(?P=ticks)(?!`))"
    rf"|\{{\{{[ \t]*embed[ \t]+(?:\[\[(?P<whole>[^\[\]\n]+)\]\]|\(\((?P<whole_block>{UUID})\)\))[ \t]*\}}\}}"
    r"|\{\{\{?[ \t]*(?P<macro>[A-Za-z][\w-]*)(?P<arguments>[^{}\n]*)\}\}\}?"
    rf"|!\[(?P<alt>[^\[\]\n]*)\]\((?P<picture>[^()\s]*)\)\{{:(?P<size>[^{{}}\n]*)\}}"
    rf"|\[(?P<label>[^\[\]\n]*)\]\((?:\[\[(?P<labelled>[^\[\]\n]+)\]\]|\(\((?P<labelled_block>{UUID})\)\))\)"
    rf"|\(\((?P<block>{UUID})\)\)"
    r"|#\[\[(?P<tag>[^\[\]\n]+)\]\]|\[\[(?P<page>[^\[\]\n#]*#[^\[\]\n]*)\]\]"
    r"|\[#[A-C]\][ \t]*|\^\^(?P<mark>[^\^\n]+)\^\^"
)
MAY_BE_INLINE = regex(r"\{\{|\}|\(\(|\[\[[^\[\]#]*#|#\[|\[#|\]\(\[\[|\^\^")
SENTENCE = regex(
    r"(?![-*+\[>])(?:[^`]|`[^`]*`)*(?:[.!?][\"')\]”’»*_]*(?:\s|\Z)|[。！？])|(?:\S+\s+){3}"
)  # at the head of a page
HEIGHT, WIDTH = regex(r":?height[ \t]+(\d+)"), regex(r":?width[ \t]+(\d+)")
ADDRESS = regex(r"https?://[^\s<>]+")
SHOWN = frozenset("video youtube vimeo bilibili tweet twitter audio pdf iframe img".split())  # macros of an address
CLOZE = regex(r"cloze|c\d+")
GONE = frozenset(
    "query function renderer cards namespace embed youtube-timestamp zotero-imported-file zotero-linked-file".split()
)
REFERENCE = regex(r"#?\[\[([^\[\]]+)\]\]|#([^\s,#\[\]]+)")
BETWEEN = regex(r"[\s,;&]+")
ITEM = regex(r"\s*((?:\[\[[^\[\]]*\]\]|[^,\[]|\[)+)")  # of words with commas between
PLAIN = regex("[a-z]+(?:-[a-z]+)*")
NUMBER = regex(r"-?\d+(?:\.\d+)?|true|false")


def rewrite(text: str) -> str:
    """The page's text as Obsidian would have it, with as many lines."""
    return _Page(text).read()


def page_link(name: str, words: str = "") -> str:
    """A link to a page; Obsidian takes what follows a "#" for a heading."""
    name, words = name.strip(), words or (name if "#" in name else "")
    return f"[[{name.replace('#', '%23')}{f'|{words}' if words else ''}]]"


def tag_of(name: str) -> str:
    """A page's name as a tag of Obsidian's."""
    return NO_TAG.sub("-", name).strip("-/")


def block_link(id_: str, words: str = BLOCK_WORDS) -> str:
    """A link to a block, whose page only all pages together tell."""
    return f"[[(({id_.lower()}))#^{id_.lower()}|{words}]]"


def inline(text: str) -> str:
    """A line's text with links, macros and marks as Obsidian has them; what is code stays."""
    if not MAY_BE_INLINE.search(text):
        return text
    return INLINE.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "code":
        return match[0]
    if kind == "whole":
        return f"!{page_link(match[kind])}"
    if kind == "whole_block":
        return f"!{block_link(match[kind])}"
    if kind == "arguments":
        return _macro(match["macro"].lower(), match["arguments"].strip(), match[0])
    if kind == "size":
        width, height = WIDTH.search(match[kind]), HEIGHT.search(match[kind])
        size = f"|{width[1]}{f'x{height[1]}' if height else ''}" if width else ""
        return f"![{match['alt']}{size}]({match['picture']})"
    if kind == "labelled":
        return page_link(match[kind], match["label"])
    if kind == "labelled_block":
        return block_link(match[kind], match["label"] or BLOCK_WORDS)
    if kind == "block":
        return block_link(match[kind])
    if kind == "tag":
        return page_link(match[kind], f"#{match[kind]}")
    if kind == "page":
        return page_link(*match[kind].split("|", 1)) if match[kind].find("|") > 0 else page_link(match[kind])
    return f"=={match['mark']}==" if kind == "mark" else ""


def _macro(name: str, arguments: str, written: str) -> str:
    if name in SHOWN:
        address = ADDRESS.search(arguments)
        return f"<{address[0]}>" if address else arguments
    if CLOZE.fullmatch(name):
        return arguments
    if name == "query":
        return QUERY
    return "" if name in GONE else written


@dataclass
class _Block:
    """A block of the page: a line that begins with a dash, or a heading, and what belongs to it."""

    first: int  # its first line
    indent: int  # characters before its dash
    cut: int  # of these, how many are gone
    inner: int  # characters before the text of its further lines, as written
    inner_cut: int  # of these, how many are gone
    lifted: bool = False  # out of the list
    words: bool = False  # it says something
    id: str = ""
    last: int = -1  # the last line of its first paragraph
    open: bool = True  # that paragraph may go on


class _Page:
    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.above: list[_Block] = []  # the open block, last, and those that it lies in
        self.block = _Block(0, -1, 0, 0, 0)  # before the first one
        self.fence = ""  # what closes the open code
        self.quote = ""  # marks of the open quote
        self.until = ""  # what ends the lines that are left out
        self.dropped = -1  # the indent of a template's block: it, and what lies below it, is left out
        self.beginning = True  # no block but a title came yet

    def read(self) -> str:
        lines = self.lines
        for number in range(self._head(), len(lines)):
            line = lines[number]
            bullet = BULLET.match(line)
            within = self.fence or self.until or self.quote
            if bullet and not (within and len(bullet[1]) > self.block.indent):
                self._begin(number, len(bullet[1]), bullet[2], marked=True)
            elif line[:1] == "#" and not within and HEADING.match(line):
                self._begin(number, 0, line, marked=False)
            else:
                self._go_on(number, line)
        self._end(-1)
        return "\n".join(lines)

    def _head(self) -> int:
        """Make front matter of the first block, if it is properties; gives the line behind it."""
        lines = self.lines
        if lines[0] == "---":
            end = next((number for number, line in enumerate(lines[1:], 2) if line == "---"), 0)
            for number in range(1, end):
                key, colon, value = lines[number].partition(":")
                value = value.removeprefix(":").strip()  # some write "key:: value" there, too
                if colon and (value[:2] in ("[[", "#[") or (key in ("alias", "public") and "[" not in value)):
                    lines[number] = _yaml(NAMES.get(key, key), value)
            return end
        bullet = lines[0].startswith("- ")
        end = 0
        for number, line in enumerate(lines):
            match = PROPERTY.match(line[2:] if bullet and line[:2] == ("  " if number else "- ") else line)
            if not match or (bullet and number and line[:2] != "  "):
                break
            end = number + 1
        follower = lines[end] if end < len(lines) else ""
        if not end or (bullet and follower.strip() and not follower.startswith("-")):
            return 0
        values: dict[str, tuple[int, str]] = {}  # what stands twice is one
        for number in range(end):
            if match := PROPERTY.match(lines[number].removeprefix("- ").strip()):
                key = NAMES.get(match[1].lower(), match[1].lower().replace("_", "-"))
                first, value = values.get(key, (number, ""))
                values[key] = first, ", ".join(filter(None, (value, (match[2] or "").strip())))
        lines[:end] = [""] * end
        for key, (number, value) in values.items():
            lines[number] = _yaml(key, value)
        lines[0] = f"---{JOINT}{lines[0]}"
        lines[end - 1] += f"{JOINT}---"
        return end

    def _begin(self, number: int, indent: int, content: str, *, marked: bool) -> None:
        """A new block, whose dash stands behind so many characters."""
        self._end(indent)
        self.fence = self.quote = self.until = ""
        if 0 <= self.dropped < indent:
            self._remove(number)
            return
        self.dropped = -1
        while self.above and self.above[-1].indent >= indent:
            self.above.pop()
        parent = self.above[-1] if self.above else None
        cut = indent if not parent or parent.lifted else parent.cut
        block = self.block = _Block(number, indent, cut, indent + 2 * marked, cut)
        self.above.append(block)
        if content.startswith("#") and HEADING.match(content):
            block.lifted = indent == cut
            block.words = True
            self.beginning = self.beginning and content[1:2] != "#"
            content = inline(content)
        else:
            marker = MARKER.match(content)
            content = self._text(number, content[marker.end() :] if marker else content)
            content = f"{BOXES.get(marker[1], '[ ]')} {content}" if marker else content
            if self.beginning and content and not content.startswith(JOINT):
                self.beginning = False
                block.lifted = indent == cut and bool(SENTENCE.match(content) and find_lead(content, 0))
        if block.lifted:
            block.inner_cut = block.inner
            self.lines[number] = content
        else:
            self.lines[number] = f"{self.lines[number][cut:indent]}- {content}" if marked else content

    def _go_on(self, number: int, line: str) -> None:
        """A further line of the open block."""
        block = self.block
        if self.dropped >= 0:
            self._remove(number)
            return
        width = len(line) - len(line.lstrip(" \t"))
        base = min(width, block.inner)
        content = line[base:]
        if not self.fence:
            content = self._text(number, content.strip(" \t") if base == width else content)
        elif content.strip() == self.fence or content.strip().upper() == self.fence:
            content, self.fence = (content if self.fence[0] in "`~" else "```"), ""
        elif self.quote:
            content = self.quote + content
        self.lines[number] = line[min(block.inner_cut, base) : base] + content if content else ""

    def _text(self, number: int, content: str) -> str:
        """What a line of the block says, as Obsidian has it."""
        block = self.block
        if self.until:
            if content.upper() == self.until:
                self.until = ""
            return self._say_nothing(number)
        if not content:
            block.open = block.open and number == block.first
            return self.quote.rstrip()
        first = content[0]
        if "::" in content and (match := PROPERTY.match(content)):
            return self._property(number, match[1].lower(), (match[2] or "").strip())
        if first == "#" and (match := ORG.match(content)):
            return self._org(match[1].upper(), match[2])
        if first == "#" and content.upper().startswith("#+END_"):
            self.quote = ""
            return ""
        if (first == ":" and DRAWER.match(content)) or (first in "SDC" and PLANNED.match(content)):
            self.until = ":END:" if first == ":" else ""
            return self._say_nothing(number)
        block.words = True
        if first in "`~" and (fence := FENCE.match(content)) and fence[1] not in content[fence.end() :]:
            self.fence, block.open = fence[1], False
            return self.quote + content
        block.open = block.open and first != "<"  # a paragraph ends where HTML begins
        block.last = number if block.open else block.last
        content = inline(content)
        if content.strip() in ("", QUERY):
            block.words = block.first != number
        return self.quote + content

    def _say_nothing(self, number: int) -> str:
        """A line that no reader is to see; it does not end a paragraph."""
        if self.block.open:
            self.block.last = number
        return JOINT

    def _property(self, number: int, key: str, value: str) -> str:
        """A property of a block is none of its page."""
        block = self.block
        key = key.replace("_", "-")
        if key == "id":
            block.id = value
        elif key == NUMBERED and not block.lifted:
            line = self.lines[block.first]
            self.lines[block.first] = f"{line[: block.indent - block.cut]}1. {line[block.indent - block.cut + 2 :]}"
        elif key == "heading" and value != "false":
            self._make_heading(int(value) if value in LEVELS else min(len(self.above), 6))
        elif key == "template":
            for gone in range(block.first + 1, number):
                self._remove(gone)
            self.lines[block.first] = self._gap(block.first)
            block.id, block.words, self.dropped = "", True, block.indent
        elif key not in SYSTEM and not key.startswith("logseq.") and value:
            block.words = True
            block.last = number if block.open else block.last
            return self.quote + f"{key}: {inline(value)}"
        return self._say_nothing(number)

    def _make_heading(self, level: int) -> None:
        """Make the open block a heading, whose first line is read already."""
        block = self.block
        line, before = self.lines[block.first], block.indent - block.cut
        words = line if block.lifted else line[before + 2 :]
        if not words.startswith("#") and block.inner > block.indent:
            block.lifted = before == 0
            block.inner_cut = block.inner if block.lifted else block.cut
            self.lines[block.first] = f"{'' if block.lifted else f'{line[:before]}- '}{'#' * level} {words}"

    def _org(self, kind: str, rest: str) -> str:
        """What begins a block of Org's: a quote, code, or what nobody is to see."""
        block = self.block
        block.open = False
        if kind in ("QUERY", "COMMENT", "EXPORT"):
            self.until = f"#+END_{kind}"
            return JOINT + QUERY * (kind == "QUERY")
        block.words = True
        if kind in ("SRC", "EXAMPLE"):
            self.fence = f"#+END_{kind}"
            return f"```{rest.strip() if kind == 'SRC' else ''}"
        self.quote = "> "
        return ">" if kind in ("QUOTE", "VERSE", "CENTER") else f"> [!{kind.lower()}]"

    def _end(self, indent: int) -> None:
        """End the open block; the next one's dash stands behind so many characters, -1: there is none."""
        block, lines = self.block, self.lines
        if block.indent < 0 or self.dropped >= 0:
            return
        if not block.words and indent <= block.indent:
            last = max(block.first, block.last)
            query = QUERY * any(QUERY in line for line in lines[block.first : last + 1])
            lines[block.first : last + 1] = [JOINT] * (last + 1 - block.first)
            lines[block.first] = f"{' ' * (block.indent - block.cut)}  {self._gap(block.first)}{query}"
        elif block.id and block.last >= 0 and (block.words or block.last > block.first):
            lines[block.last] += f" ^{block.id.lower()}"
        block.indent = -1 if indent < 0 else block.indent

    def _gap(self, number: int) -> str:
        """What stands for the first line of a block that is gone: the id of a block ends its paragraph, which ends here."""
        return "" if number and BLOCK_ID.search(self.lines[number - 1]) else JOINT

    def _remove(self, number: int) -> None:
        line = self.lines[number]
        self.lines[number] = line[self.block.cut : len(line) - len(line.lstrip(" \t"))] + JOINT


def _yaml(key: str, value: str) -> str:
    """A property of the page as a line of YAML; "": it says nothing of the page."""
    if not value or key in SYSTEM or key.startswith("logseq."):
        return ""
    if key == "title":
        return f"title: {_quoted(value)}"
    if key in ("aliases", "tags"):
        names = _names(value)
        if key == "tags":
            names = [tag for tag in map(tag_of, names) if tag and not tag.isdigit()]
        return f"{key}: [{', '.join(map(_quoted, names))}]"
    if NUMBER.fullmatch(value):
        return f"{_quoted(key)}: {value}"
    links = [page_link(match[1] or match[2]) for match in REFERENCE.finditer(value)]
    if links and not BETWEEN.sub("", AND.sub("", REFERENCE.sub("", value))):
        return f"{_quoted(key)}: [{', '.join(map(_quoted, links))}]"
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1]
    return f"{_quoted(key)}: {_quoted(inline(value))}"


def _names(value: str) -> list[str]:
    """Names of pages with commas between, each in brackets or not."""
    names = (match[1].strip().removeprefix("#").removeprefix("[[").removesuffix("]]") for match in ITEM.finditer(value))
    return [name for name in map(str.strip, names) if name]


def _quoted(text: str) -> str:
    """A text as YAML has it; the name of a property as it stands."""
    plain = PLAIN.fullmatch(text) and text not in ("null", "true", "false")
    return text if plain else json.dumps(text, ensure_ascii=False)
