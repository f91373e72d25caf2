"""What becomes of the nodes of pandoc's tree: links, pictures, callouts, task boxes, headings, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from exporter.errors import Finding
from exporter.model import Topic
from exporter.writers.handbook.formula import tidy
from exporter.writers.handbook.nodes import BLANKS, heading_key, highlighted, plain, raw, raw_block, unbroken
from exporter.writers.handbook.pandoc import Node
from exporter.writers.handbook.picture import Pictures
from exporter.writers.handbook.text import code_literal, label, literal, printable

Anchors = Mapping[str, Mapping[str, str]]  # Topic.id: a heading, as `heading_key` gives it: its label

CALLOUT = re.compile(r"\[!([\w-]+)\][+-]?")
BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][\w-]*")
QUOTE_MARKS = re.compile("([\"'])")  # left to Typst, which knows those of the language
BOXES = {"☐": "false", "☒": "true"}
PRINTED_SCHEMES = ("http:", "https:", "mailto:")
LONGEST_ADDRESS = 2000  # characters; Typst refuses from 8000 on


@dataclass
class Insert:
    """A formula or a picture: its Typst, which may be refused, and what stands there then."""

    name: str  # as a finding says it
    code: str  # of that finding
    typst: str
    plain: str
    refused: bool = False

    def __str__(self) -> str:
        return self.plain if self.refused else self.typst


class Transformation:
    """The tree of one note made fit for the book; `inserts` and what was left out are kept."""

    def __init__(self, topic: Topic, edge: str, topics: frozenset[str], anchors: Anchors, pictures: Pictures) -> None:
        self.topic, self.edge, self.topics, self.anchors, self.pictures = topic, edge, topics, anchors, pictures
        self.inserts: list[Insert] = []
        self.tags: dict[str, None] = {}  # of HTML, in their order
        self.dead_links: dict[str, None] = {}
        self.lost_pictures: dict[str, str] = {}  # and why
        self.printed: set[str] = set()  # addresses
        self.within: list[str] = []  # the footnotes and headings around

    def findings(self) -> Iterator[Finding]:
        """What of the note is not in the book."""
        if self.tags:
            yield self._finding("raw-html", f"HTML is left out: {', '.join(self.tags)}; write it as Markdown")
        if self.dead_links:
            links = ", ".join(self.dead_links)
            yield self._finding("dead-link", f"printed without their goal, which paper cannot reach: {links}")
        for path, reason in self.lost_pictures.items():
            yield self._finding("missing-picture", f"the picture {path!r} is not in the book: {reason}")

    def _finding(self, code: str, message: str) -> Finding:
        return Finding(self.topic.source, code, message)

    # ---- blocks ----

    def blocks(self, blocks: list[Node]) -> list[Node]:
        """The note's blocks as the book has them."""
        return [made for block in blocks for made in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        match kind:
            case "Para" | "Plain":
                return [self._paragraph(kind, content)]
            case "Header":
                return [self._heading(*content)] if plain(content[2]).strip() else []
            case "CodeBlock":
                (_, classes, _), code = content
                language = literal(classes[0]) if classes else "none"
                return [raw_block(f"#raw(block: true, lang: {language}, {code_literal(code)})")]
            case "RawBlock":
                self._drop(content[1])
                return []
            case "BlockQuote":
                return self._quote(content)
            case "BulletList":
                return self._list(content)
            case "OrderedList":
                return [{"t": kind, "c": [content[0], [self.blocks(item) for item in content[1]]]}]
            case "Table":
                _, _, columns, (_, head), bodies, (_, foot) = content
                rows = [*head, *(row for body in bodies for row in body[2] + body[3]), *foot]
                for _, cells in rows:
                    for cell in cells:
                        cell[4] = self.blocks(cell[4])
                return [raw_block(f"#tabular({len(columns)}, {len(rows)})["), block, raw_block("]")]
        return [block]

    def _paragraph(self, kind: str, inlines: list[Node]) -> Node:
        if len(inlines) == 1 and inlines[0]["t"] == "Image":
            return {"t": kind, "c": self._image(inlines[0]["c"], alone=True)}
        return {"t": kind, "c": self._inlines(inlines)}

    def _heading(self, level: int, attributes: list[str], inlines: list[Node]) -> Node:
        self.within.append("heading")
        body = self._inlines(inlines)
        self.within.pop()
        if not attributes[0]:  # in a footnote
            return {"t": "Para", "c": [{"t": "Strong", "c": body}]}
        return {"t": "Plain", "c": [raw(f"#section({level}, {literal(attributes[0])})["), *body, raw("];")]}

    def _quote(self, blocks: list[Node]) -> list[Node]:
        first = blocks[0]["c"] if blocks and blocks[0]["t"] == "Para" else []
        found = CALLOUT.match(first[0]["c"]) if first and first[0]["t"] == "Str" else None
        if not found:
            return [{"t": "BlockQuote", "c": self.blocks(blocks)}]
        line = next((number for number, node in enumerate(first) if node["t"] in BLANKS[1:]), len(first))
        title = [{"t": "Str", "c": first[0]["c"][found.end() :]}, *first[1:line]]
        if not plain(title).strip():
            title = [{"t": "Str", "c": found[1].capitalize()}]
        body = [{"t": "Para", "c": first[line + 1 :]}] if first[line + 1 :] else []
        opening = [raw(f"#callout({literal(found[1].lower())}, ["), *self._inlines(title), raw("])[")]
        return [{"t": "Plain", "c": opening}, *self.blocks([*body, *blocks[1:]]), raw_block("]")]

    def _list(self, items: list[list[Node]]) -> list[Node]:
        boxes = 0
        made = []
        for item in items:
            first = item[0]["c"] if item and item[0]["t"] in ("Para", "Plain") else []
            box = BOXES.get(first[0]["c"]) if first and first[0]["t"] == "Str" else None
            blocks = self.blocks(item)
            if box:
                boxes += 1
                blocks[0]["c"][:2] = [raw(f"#task({box});")]
            made.append(blocks)
        block = {"t": "BulletList", "c": made}
        return [raw_block("#tasks["), block, raw_block("]")] if boxes == len(items) else [block]

    # ---- inlines ----

    def _inlines(self, inlines: list[Node]) -> list[Node]:
        return [made for node in highlighted(unbroken(inlines)) for made in self._inline(node)]

    def _inline(self, node: Node) -> list[Node]:
        kind: str = node["t"]
        content: Any = node.get("c")
        match kind:
            case "Str":
                pieces = QUOTE_MARKS.split(printable(content))
                return [raw(piece) if piece in "\"'" else {"t": "Str", "c": piece} for piece in pieces if piece]
            case "Emph" | "Strong" | "Strikeout":
                return [{"t": kind, "c": self._inlines(content)}]
            case "Code":
                return [raw(f"#raw({code_literal(content[1])});")]
            case "Math":
                return self._formula(content[0]["t"], content[1])
            case "Link":
                return self._link(self._inlines(content[1]), plain(content[1]), content[2][0])
            case "Image":
                return self._image(content, alone=False)
            case "Note":
                self.within.append("footnote")
                blocks = self.blocks(content)
                self.within.pop()
                return [{"t": kind, "c": blocks}]
            case "RawInline" if content[0] == "html":
                if BREAK_TAG.fullmatch(content[1]):
                    return [{"t": "LineBreak"}]
                self._drop(content[1])
                return []
        return [node]

    def _drop(self, html: str) -> None:
        if not html.startswith("<!--"):
            for tag in TAG.findall(html) or [html[:20]]:
                self.tags.setdefault(f"{tag.replace('/', '')}>")

    def _formula(self, kind: str, tex: str) -> list[Node]:
        tex = printable(tex).strip()
        if not tex:
            return []
        shown = "block: true, " if kind == "DisplayMath" else ""
        opening = f"#formula({literal(' '.join(tex.split()))})["  # pandoc's formula follows
        insert = Insert(f"the formula ${tex}$", "formula-as-source", opening, f"#raw({shown}{code_literal(tex)});")
        return self._insert(insert, [{"t": "Math", "c": [{"t": kind}, tidy(tex)]}])

    def _insert(self, insert: Insert, nodes: list[Node]) -> list[Node]:
        mark = raw(f"/*{self.edge}:{len(self.inserts)}*/")
        self.inserts.append(insert)
        return [mark, *nodes, mark]

    def _link(self, body: list[Node], text: str, target: str) -> list[Node]:
        scheme, _, rest = target.partition(":")
        if scheme == "topic":
            id, _, anchor = rest.partition("#")
            id = unquote(id, errors="surrogatepass")
            if id not in self.topics:
                return body
            name = self.anchors.get(id, {}).get(heading_key(unquote(anchor, errors="replace")), label(id))
            call = f"#link(label({literal(name)}))[" if "heading" in self.within else f"#mention({literal(name)})["
            return [raw(call), *body, raw("];")]
        if target.startswith("#"):  # to nothing in this note, or the reader would have named the topic
            return body
        if not target.lower().startswith(PRINTED_SCHEMES) or len(target) > LONGEST_ADDRESS:
            self.dead_links.setdefault(unquote(target, errors="replace")[:100])
            return body
        address = literal(target)
        link = [raw(f"#web({address})["), *body, raw("];")]
        said = text in (target, target.removeprefix("mailto:"))
        if said or target in self.printed or "heading" in self.within:
            return link
        self.printed.add(target)
        if "footnote" in self.within:
            return [*link, raw(f" (#link({address}))")]
        return [*link, raw(f"#footnote(link({address}));")]

    def _image(self, content: Any, alone: bool) -> list[Node]:
        _, inlines, (address, caption) = content
        path = unquote(address.removeprefix("file:"), errors="surrogatepass")
        alt = plain(inlines) or path.rpartition("/")[2]
        if not address.startswith("file:"):
            self.lost_pictures[address[:100]] = "only pictures of the vault are printed; save it there"
            body = [{"t": "Str", "c": alt}]
            return self._link(body, alt, address) if address.lower().startswith(PRINTED_SCHEMES) else body
        file = self.pictures.file(path)
        if not file:
            self.lost_pictures[path] = self.pictures.reasons[path]
            return [{"t": "Emph", "c": [{"t": "Str", "c": alt}]}]
        drawn = f"image({literal(file)}, alt: {literal(alt)})"
        typst = f"#picture({drawn}, {literal(caption)});" if alone else f"#box({drawn});"
        return self._insert(Insert(f"the picture {path!r}", "missing-picture", typst, f"#emph({literal(alt)});"), [])
