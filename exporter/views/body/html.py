"""HTML of a note as nodes of pandoc's tree: what its tags mean in a book, and the words of all others.

Tags and Markdown are read together, so that Markdown may stand between tags (CommonMark 4.6 and 6.6); in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import groupby, pairwise
from typing import Any

from exporter.views.body.captions import CAPTION
from exporter.views.body.nodes import string, stringify
from exporter.views.body.pandoc import Node

TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*+)((?:[^\"'<>]++|\"[^\"]*+\"|'[^']*+')*+)>")
ATTRIBUTE = re.compile(r"([^\s=\"'<>/]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++)))?+")
ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>", "<!": ">"}  # of what nobody reads
RAW = {name: re.compile(f"</{name}[^>]*>", re.IGNORECASE) for name in ("script", "style")}
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
MARKS = {
    name: kind
    for kind, names in {
        "Strong": "b strong", "Emph": "i em cite dfn var", "Underline": "u ins", "Strikeout": "s del strike",
        "Superscript": "sup", "Subscript": "sub",
    }.items()
    for name in names.split()
}  # fmt: skip
CODE = frozenset("code kbd samp tt".split())
BLOCKS = frozenset(
    "address article aside blockquote center dd details dialog div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header"
    " hr li main menu nav ol p pre section summary table ul".split()
)
# What an opening tag ends, as its own end may be left out, and how far up it looks
# (https://html.spec.whatwg.org/multipage/syntax.html#optional-tags)
CELLS, SECTIONS = frozenset({"td", "th"}), frozenset({"thead", "tbody", "tfoot", "caption", "colgroup"})
ENDED = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "menu"})),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd"}), frozenset({"dl"}))),
    **dict.fromkeys(CELLS, (CELLS, frozenset({"tr", "table"}))),
    "tr": (CELLS | {"tr", "caption", "colgroup"}, frozenset({"table"})),
    **dict.fromkeys(SECTIONS, (CELLS | SECTIONS | {"tr"}, frozenset({"table"}))),
}
PLAYED = frozenset("audio embed iframe object video".split())  # paper cannot; where it lies is printed
PLAIN = frozenset(
    "abbr bdi bdo big body data font html label picture q rp rt ruby small source span time wbr col input".split()
)
UNREAD = frozenset("datalist head noscript script style template".split())
KNOWN = frozenset({*MARKS, *CODE, *BLOCKS, *CELLS, *SECTIONS, *PLAIN, "a", "br", "img", "mark", "tr"})
INLINES = frozenset(
    "Code Emph Image LineBreak Link Math Note RawInline SoftBreak Space Span Str Strikeout Strong Subscript Superscript Underline".split()
)
BLANK = ("Space", "SoftBreak", "LineBreak")
NUMBERINGS = {"a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
ALIGNMENTS = {"center": "center", "middle": "center", "right": "right"}
STYLE_ALIGNMENT = re.compile(r"text-align\s*:\s*(center|right)", re.IGNORECASE)
STYLE_WIDTH = re.compile(r"(?<![\w-])width\s*:\s*(\d{1,5})(?:px|\s*(?:;|$))", re.IGNORECASE)
WIDTH = re.compile(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*\Z")
DEEPEST = 60  # elements within elements: what is deeper is words
MOST_COLUMNS = 100  # of a table
Attributes = dict[str, str]


def read_html(blocks: list[Node], left_out: dict[str, None]) -> list[Node]:
    """The blocks with nodes for tags; those that mean nothing in a book are added to what is left out.

    Raises:
        RecursionError: the blocks are nested too deeply.
    """
    return _Reader(left_out).blocks(blocks)


class _Reader:
    def __init__(self, left_out: dict[str, None]) -> None:
        self.left_out = left_out

    def blocks(self, blocks: list[Node]) -> list[Node]:
        made = [each for block in blocks for each in ([block] if block["t"] == "RawBlock" else self._within(block))]
        if not any(block["t"] == "RawBlock" for block in made):
            return made
        tree = _Tree(self.left_out)
        for block in made:
            if block["t"] == "RawBlock":
                tree.read(block["c"][1])
            else:
                tree.end_paragraph()
                tree.add(block)
        return _flow(tree.finish())

    def _within(self, block: Node) -> list[Node]:
        """A block of Markdown, with what lies in it."""
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind in ("Para", "Plain"):
            made = self.inlines(content)
            if all(node["t"] in INLINES for node in made):
                return [{"t": kind, "c": made}] if made or not content else []
            return _flow(made, kind)
        if kind == "Header":
            level, attributes, words = content
            made = [node for each in self.inlines(words) for node in ([each] if each["t"] in INLINES else _words(each))]
            return [{"t": kind, "c": [level, attributes, made]}]
        if kind == "BlockQuote":
            return [{"t": kind, "c": self.blocks(content)}]
        if kind == "BulletList":
            return [{"t": kind, "c": [self.blocks(item) for item in content]}]
        if kind == "OrderedList":
            return [{"t": kind, "c": [content[0], [self.blocks(item) for item in content[1]]]}]
        if kind == "Table":
            _, _, _, (_, head), bodies, (_, foot) = content
            for _, cells in (*head, *(row for body in bodies for row in body[2] + body[3]), *foot):
                for cell in cells:
                    cell[4] = self.blocks(cell[4])
        return [block]

    def inlines(self, inlines: list[Node]) -> list[Node]:
        """The words of a paragraph, or of what is within it; blocks, where their tags say so."""
        raw = any(node["t"] == "RawInline" for node in inlines)
        for node in inlines:
            content: Any = node.get("c")
            if node["t"] in ("Emph", "Strong", "Strikeout"):
                node["c"] = self._only_inlines(content)
            elif node["t"] in ("Link", "Image", "Span"):
                content[1] = self._only_inlines(content[1])
            elif node["t"] == "Note" and isinstance(content, list):
                node["c"] = self.blocks(content)
        if not raw:
            return inlines
        tree = _Tree(self.left_out)
        for node in inlines:
            if node["t"] == "RawInline":
                tree.read(node["c"][1])
            else:
                tree.add(node)
        return tree.finish()

    def _only_inlines(self, inlines: list[Node]) -> list[Node]:
        return [node for each in self.inlines(inlines) for node in ([each] if each["t"] in INLINES else _words(each))]


class _Element:
    def __init__(self, name: str, attributes: Attributes) -> None:
        self.name, self.attributes = name, attributes
        self.children: list[Node] = []


class _Tree:
    """Tags in their order, which need not be in order."""

    def __init__(self, left_out: dict[str, None]) -> None:
        self.left_out = left_out
        self.open = [_Element("", {})]

    def read(self, html: str) -> None:
        """Take the tags and words of some HTML."""
        position, length = 0, len(html)
        while position < length:
            at = html.find("<", position)
            if at != position:
                at = length if at < 0 else at
                self._text(html[position:at])
                position = at
                continue
            if match := TAG.match(html, at):
                position = match.end()
                closing, name, attributes = match[1], match[2].lower(), match[3]
                if name not in KNOWN:
                    self.left_out.setdefault(f"<{name}>")
                if closing:
                    self._close(name)
                elif name in RAW and position < length:  # else its text comes as words of Markdown
                    end = RAW[name].search(html, position)
                    position = end.end() if end else length
                else:
                    self._begin(name, attributes)
            elif begin := next((begin for begin in ENDS if html.startswith(begin, at)), None):
                end_at = html.find(ENDS[begin], at + len(begin))
                position = length if end_at < 0 else end_at + len(ENDS[begin])
            else:
                self._text("<")
                position = at + 1

    def add(self, node: Node) -> None:
        """Take a node of Markdown."""
        self.open[-1].children.append(node)

    def end_paragraph(self) -> None:
        """A block begins: a paragraph that is open ends, whatever marks its words."""
        for number in range(len(self.open) - 1, 0, -1):
            name = self.open[number].name
            if name == "p":
                self._shut(number)
            if name not in MARKS and name not in PLAIN:
                return

    def finish(self) -> list[Node]:
        """All that was read; what nothing has ended holds nothing, or it would hold the rest of the note."""
        while len(self.open) > 1:
            element = self.open.pop()
            whole = element.name in ENDED or element.name == "p"
            self.open[-1].children += _made(element) if whole else element.children
        return self.open[0].children

    def _text(self, text: str) -> None:
        text = unescape(text)
        if self.open[-1].name == "pre" or any(element.name == "pre" for element in self.open):
            self.add(string(text))
            return
        words = text.split()
        children = self.open[-1].children
        if text[:1].isspace() and children and children[-1]["t"] not in BLANK:
            children.append({"t": "Space"})
        for number, word in enumerate(words):
            children += [{"t": "Space"}, string(word)] if number else [string(word)]
        if words and text[-1:].isspace():
            children.append({"t": "Space"})

    def _begin(self, name: str, attributes: str) -> None:
        if name in BLOCKS:
            self.end_paragraph()
        ends, barriers = ENDED.get(name, (frozenset(), frozenset()))
        for number in range(len(self.open) - 1, 0, -1) if ends else ():
            if self.open[number].name in barriers:
                break
            if self.open[number].name in ends:
                self._shut(number)
        values = {
            match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
            for match in ATTRIBUTE.finditer(attributes)
        }
        element = _Element(name, values)
        if name in VOID:
            self.open[-1].children += _made(element)
        elif len(self.open) < DEEPEST:
            self.open.append(element)

    def _close(self, name: str) -> None:
        if name == "br":
            self.add({"t": "LineBreak"})
        for number in range(len(self.open) - 1, 0, -1):
            if self.open[number].name == name:
                self._shut(number)
                return

    def _shut(self, number: int) -> None:
        """End the element, and those that are open in it."""
        while len(self.open) > number:
            element = self.open.pop()
            self.open[-1].children += _made(element)


# ---- one element, whose children are made ----


def _made(element: _Element) -> list[Node]:
    """What an element is in a book: inlines, blocks or, for its parent, its part."""
    name, attributes, children = element.name, element.attributes, element.children
    if name in MARKS:
        return _wrap(children, lambda words: {"t": MARKS[name], "c": words})
    if name == "mark":
        return _wrap(children, lambda words: {"t": "Span", "c": [["", ["mark"], []], words]})
    if name in CODE and all(node["t"] in ("Str", "Space", "SoftBreak") for node in children):
        text = stringify(children)
        return [{"t": "Code", "c": [["", [name] if name == "kbd" else [], []], text]}] if text else []
    match name:
        case "a" if attributes.get("href"):
            return _wrap(children, lambda words: _link(words, attributes["href"]))
        case "br":
            return [{"t": "LineBreak"}]
        case "hr":
            return [{"t": "HorizontalRule"}]
        case "img":
            return _image(attributes)
        case "input" if attributes.get("type", "").lower() == "checkbox":
            return [string("☒" if "checked" in attributes else "☐"), {"t": "Space"}]
        case "q":
            return [string('"'), *children, string('"')]
        case "rt":
            return [string("("), *children, string(")")]
        case "p":
            return _aligned(attributes, [_as_paragraph(block) for block in _flow(children)])
        case "summary" | "dt":
            return [_as_paragraph(block) for block in _flow(_wrap(children, lambda words: {"t": "Strong", "c": words}))]
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            words = [node for each in children for node in ([each] if each["t"] in INLINES else _words(each))]
            return [{"t": "Header", "c": [int(name[1]), ["", [], []], _trim(words)]}]
        case "figcaption" if words := _flow(children):
            return [{"t": "Div", "c": [["", [CAPTION], []], words]}]
        case "blockquote":
            return [{"t": "BlockQuote", "c": _flow(children)}]
        case "pre":
            text = _text_of(children)
            return [{"t": "CodeBlock", "c": [["", [], []], text.strip("\n")]}]
        case "ul" | "menu":
            return [{"t": "BulletList", "c": _items(children)}] if _flow(children) else []
        case "ol":
            start = attributes.get("start", "")
            number = int(start) if re.fullmatch(r"\d{1,9}", start, re.ASCII) else 1
            style = {"t": NUMBERINGS.get(attributes.get("type", ""), "Decimal")}
            numbering = [number, style, {"t": "Period"}]
            return [{"t": "OrderedList", "c": [numbering, _items(children)]}] if _flow(children) else []
        case "table":
            return _table(children)
        case "center":
            return _aligned({"align": "center"}, _flow(children))
        case _ if name in UNREAD:
            return []
        case _ if name in PLAYED:
            source = attributes.get("src") or attributes.get("data") or ""
            return [*([_link([string(source)], source), {"t": "Space"}] if source else []), *children]
        case _ if name in ENDED:
            return [{"t": name, "c": (attributes, children)}]
        case _ if name in BLOCKS:
            return _aligned(attributes, _flow(children))
    if attributes.get("dir", "").lower() in ("rtl", "ltr"):
        return _wrap(
            children, lambda words: {"t": "Span", "c": [["", [], [["dir", attributes["dir"].lower()]]], words]}
        )
    return children


def _wrap(children: list[Node], make: Callable[[list[Node]], Node]) -> list[Node]:
    """The children with each run of inlines made one node; blocks stay."""
    made: list[Node] = []
    for inline, nodes in groupby(children, lambda node: node["t"] in INLINES):
        run = list(nodes)
        made += [make(run)] if inline and any(node["t"] not in BLANK for node in run) else run
    return made


def _link(words: list[Node], address: str) -> Node:
    return {"t": "Link", "c": [["", [], []], words, [address.strip(), ""]]}


def _image(attributes: Attributes) -> list[Node]:
    source = attributes.get("src", "").strip()
    if not source:
        return [string(attributes["alt"])] if attributes.get("alt") else []
    width = WIDTH.match(attributes.get("width", "")) or STYLE_WIDTH.search(attributes.get("style", ""))
    size = [["width", width[1]]] if width else []
    alt = attributes.get("alt", "").strip()
    return [{"t": "Image", "c": [["", [], size], [string(alt)] if alt else [], [source, attributes.get("title", "")]]}]


def _aligned(attributes: Attributes, blocks: list[Node]) -> list[Node]:
    styled = STYLE_ALIGNMENT.search(attributes.get("style", ""))
    side = styled[1].lower() if styled else ALIGNMENTS.get(attributes.get("align", "").lower(), "")
    direction = attributes.get("dir", "").lower()
    known = [["dir", direction]] if direction in ("rtl", "ltr") else []
    if blocks and (side or known):
        return [{"t": "Div", "c": [["", [side] if side else [], known], blocks]}]
    return blocks


def _as_paragraph(block: Node) -> Node:
    return {"t": "Para", "c": block["c"]} if block["t"] == "Plain" else block


def _flow(children: list[Node], kind: str = "Plain") -> list[Node]:
    """Blocks; words between them are paragraphs."""
    made: list[Node] = []
    pieces: list[Node] = []

    def end() -> None:
        if words := _trim(pieces):
            made.append({"t": kind, "c": words})
        pieces.clear()

    for child in children:
        if child["t"] in INLINES:
            pieces.append(child)
            continue
        end()
        if child["t"] in ENDED:
            made.extend(_flow(child["c"][1], kind))
        else:
            made.append(child)
    end()
    return [_as_paragraph(block) for block in made] if len(made) > 1 and kind == "Plain" and _beside(made) else made


def _beside(blocks: list[Node]) -> bool:
    """Whether words stand directly below words: then each is a paragraph."""
    kinds = [block["t"] in ("Plain", "Para") for block in blocks]
    return any(a and b for a, b in pairwise(kinds))


def _trim(inlines: list[Node]) -> list[Node]:
    begin, end = 0, len(inlines)
    while begin < end and inlines[begin]["t"] in BLANK:
        begin += 1
    while begin < end and inlines[end - 1]["t"] in BLANK:
        end -= 1
    return inlines[begin:end]


def _words(block: Node) -> list[Node]:
    """The words of a block where only words may stand."""
    text = _text_of([block])
    return [{"t": "Space"}, string(" ".join(text.split())), {"t": "Space"}] if text.strip() else []


def _text_of(value: Any) -> str:
    """All text in nodes, whatever they are."""
    parts: list[str] = []
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if each["t"] == "Str":
                parts.append(each["c"])
            elif each["t"] in ("Code", "CodeBlock", "Math"):
                parts.append(each["c"][1])
            elif each["t"] in BLANK:
                parts.append("\n" if each["t"] == "LineBreak" else " ")
            else:
                waiting.append(each["c"][1] if each["t"] in ENDED else each.get("c"))
        elif isinstance(each, list | tuple):
            waiting += [inner for inner in each if not isinstance(inner, str)][::-1]
    return "".join(parts)


def _items(children: list[Node]) -> list[list[Node]]:
    """The items of a list; what lies in none is one of its own."""
    items: list[list[Node]] = []
    for own, nodes in groupby(children, lambda node: node["t"] == "li"):
        if own:
            items += [_flow(node["c"][1]) for node in nodes]
        elif blocks := _flow(list(nodes)):
            items.append(blocks)
    return items


def _table(children: list[Node]) -> list[Node]:
    """A table whose cells are as many as its widest row has; before it what lies in no cell."""
    outside: list[Node] = []
    head: list[list[list[Node]]] = []
    rows: list[list[list[Node]]] = []
    below: dict[int, int] = {}  # by column: how many further rows the cell above takes
    waiting = [(child, False) for child in reversed(children)]
    while waiting:
        node, in_head = waiting.pop()
        if node["t"] in ("tr", *CELLS):
            cells = node["c"][1] if node["t"] == "tr" else [node]
            row: list[list[Node]] = []
            every_head = True
            for cell in cells:
                if cell["t"] not in CELLS:
                    outside.append(cell)
                    continue
                while below.get(len(row), 0):
                    below[len(row)] -= 1
                    row.append([])
                attributes, inner = cell["c"]
                every_head = every_head and cell["t"] == "th"
                wide, high = _span(attributes.get("colspan")), _span(attributes.get("rowspan"))
                wide = wide if len(row) + wide <= MOST_COLUMNS else 1
                for _ in range(wide):
                    below[len(row)] = high - 1
                    row.append([])
                row[-wide] = _flow(inner)
            if row:
                first = not rows and (in_head or every_head)
                (head if first else rows).append(row)
        elif node["t"] in ("thead", "tbody", "tfoot"):
            waiting += [(child, node["t"] == "thead") for child in reversed(node["c"][1])]
        elif node["t"] == "caption":
            if words := _flow(node["c"][1]):
                outside.append({"t": "Div", "c": [["", [CAPTION], []], words]})
        else:
            outside.append(node)
    before = [_as_paragraph(block) for block in _flow(outside)]
    columns = max(map(len, [*head, *rows]), default=0)
    if not columns:
        return before
    if columns > MOST_COLUMNS:  # filled up, short rows would grow without end
        return [
            *before,
            {"t": "BulletList", "c": [[block for cell in row for block in cell] for row in [*head, *rows]]},
        ]
    empty = ["", [], []]

    def lay(row: list[list[Node]]) -> list[Any]:
        cells = [*row, *[[]] * (columns - len(row))]
        return [empty, [[empty, {"t": "AlignDefault"}, 1, 1, blocks] for blocks in cells]]

    widths = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}] for _ in range(columns)]
    bodies = [[empty, 0, [], [lay(row) for row in rows]]]
    return [
        *before,
        {"t": "Table", "c": [empty, [None, []], widths, [empty, [lay(row) for row in head]], bodies, [empty, []]]},
    ]


def _span(value: str | None) -> int:
    return min(max(int(value), 1), MOST_COLUMNS) if value and re.fullmatch(r"\d{1,9}", value, re.ASCII) else 1
