"""What becomes of the nodes of pandoc's tree: links, pictures, callouts, questions, task lists, headings, diagrams.

Made fit for all of pandoc's writers. A format that draws things its own way does so in a subclass.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any
from urllib.parse import unquote

from exporter.views.body.address import web_address
from exporter.views.body.body import Body
from exporter.views.body.marks import reference, unmark
from exporter.views.body.nodes import (
    BLANKS,
    PARAGRAPHS,
    Anchors,
    drop_breaks,
    join_strings,
    mark_highlights,
    string,
    stringify,
)
from exporter.views.body.omissions import MOST_COLUMNS, Omissions
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.text import label, printable
from exporter.views.body.translations import CALLOUTS, Translations

CALLOUT = re.compile(r"\[!([\w-]+)\]([+-]?)")
SPACE: Node = {"t": "Space"}
BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][\w-]*")
BOXES = {"☐": False, "☒": True}
LONGEST_WORDS = 2000  # characters for a diagram, that somebody may have read out


class Transformation:
    """The tree of one note made fit for a format; what was left out is kept."""

    def __init__(
        self,
        body: Body,
        topics: Container[str],
        anchors: Mapping[str, Anchors],
        pictures: Pictures,
        translations: Translations,
    ) -> None:
        """Take what the tree is made fit with.

        Args:
            body: the note.
            topics: the ids of those that links can lead to.
            anchors: by Topic.id, the headings of the notes that are there.
            pictures: gives the files of pictures and diagrams.
            translations: the words that we say.
        """
        self.body, self.topics, self.anchors, self.pictures = body, topics, anchors, pictures
        self.translations = translations
        self.omissions = Omissions(body.topic.source)
        self.questions: list[tuple[list[Node], list[Node]]] = []  # and what is to be answered
        self.formulas: dict[str, str] = {}  # as the note has them, by their TeX
        self.within: list[str] = []  # the footnotes and headings around

    def ask(self) -> None:
        """Put the note's questions at its end, and the answers to where the book has them."""
        name = label(self.body.topic.id)
        if self.questions:
            self.body.blocks.append(self.review(self.translations["questions"]))
        for number, (question, answer) in enumerate(self.questions, 1):
            names = f"{name}__q{number}", f"{name}__a{number}"
            printed = f"{self.body.number}.{number}".lstrip(".")
            self.body.names.append(names[0])
            self.body.answer_names.append(names[1])
            self.body.blocks += self.question(printed, names, question)
            self.body.answers += self.answer(printed, names, answer)

    # ---- what a format may draw its own way ----

    def section(self, level: int, name: str, title: list[Node]) -> Node:
        """A heading, to which links lead by its name."""
        return {"t": "Header", "c": [level, [name, [], []], title]}

    def code(self, language: str, code: str) -> list[Node]:
        """A block of code; the language is "" where the note names none."""
        return [{"t": "CodeBlock", "c": [["", [language] if language else [], []], code]}]

    def code_span(self, code: str) -> Node:
        """Code within a line."""
        return {"t": "Code", "c": [["", [], []], code]}

    def callout(self, kind: str, name: str, title: list[Node], body: list[Node]) -> list[Node]:
        """A box with a title; the kind is one of Obsidian's, or "", its name is "" where the title says it."""
        named = [{"t": "Span", "c": [["", ["kind"], []], [string(name)]]}, SPACE] if name else []
        opening = {"t": "Para", "c": [*named, {"t": "Strong", "c": title}]}
        return [{"t": "Div", "c": [["", ["callout", kind or "note"], []], [opening, *body]]}]

    def review(self, words: str) -> Node:
        """What stands between a note and its questions."""
        return {"t": "Para", "c": [{"t": "Strong", "c": [string(words)]}]}

    def question(self, number: str, names: tuple[str, str], question: list[Node]) -> list[Node]:
        """A question, which leads to its answer; `names` are the labels of both."""
        link = self.mention(names[1], [{"t": "Strong", "c": [string(number)]}])
        return [{"t": "Div", "c": [[names[0], ["question"], []], [{"t": "Para", "c": [*link, SPACE, *question]}]]}]

    def answer(self, number: str, names: tuple[str, str], answer: list[Node]) -> list[Node]:
        """An answer, which leads back to its question."""
        link = self.mention(names[0], [{"t": "Strong", "c": [string(number)]}])
        return [{"t": "Div", "c": [[names[1], ["answer"], []], [{"t": "Para", "c": link}, *answer]]}]

    def tasks(self, items: list[tuple[bool | None, list[Node]]]) -> list[Node]:
        """A list in which some items have a box, which may be ticked; None: no box."""
        for done, blocks in items:
            if done is not None:
                blocks[0]["c"][:0] = [string("☒" if done else "☐"), SPACE]
        return [{"t": "BulletList", "c": [blocks for _, blocks in items]}]

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """A table whose cells are made already."""
        return [table]

    def words(self, text: str) -> list[Node]:
        """Text within a line."""
        return [string(text)]

    def highlight(self, body: list[Node]) -> list[Node]:
        """Highlighted text."""
        return [{"t": "Span", "c": [["", ["mark"], []], body]}]

    def formula(self, display: bool, tex: str, source: str, anchor: str) -> list[Node]:
        """A formula in TeX, on a line of its own or not; the source is as the note has it, links lead to the anchor."""
        place, words = reference(tex)
        if place:
            return [{"t": "Link", "c": [["", [], []], [string(words)], [f"#{place}", ""]]}]
        tex = unmark(tex)
        self.formulas.setdefault(tex, source)
        made = {"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, tex]}
        return [{"t": "Span", "c": [[anchor, [], []], [made]]}] if anchor else [made]

    def mention(self, name: str, body: list[Node]) -> list[Node]:
        """A link within the book, to a topic or a heading."""
        return [{"t": "Link", "c": [["", [], []], body, [f"#{name}", ""]]}]

    def missing(self, target: str, body: list[Node]) -> list[Node]:
        """A link to what the vault does not have."""
        return [{"t": "Span", "c": [["", ["missing"], []], body]}]

    def web(self, address: str, body: list[Node], text: str) -> list[Node]:
        """A link that leads out of the book; the text is what one reads of its body."""
        return [{"t": "Link", "c": [["", [], []], body, [address, ""]]}]

    def picture(self, file: str, alt: str, caption: str, path: str, alone: bool, width: int) -> list[Node]:
        """A picture among the words, or alone on its line and so with its caption below; 0 px wide: its own width."""
        file, own_width = self.pictures.everywhere(file)
        size = [["width", f"{width or own_width}px"]] if width or own_width else []
        return [{"t": "Image", "c": [["", [], size], [string(alt)], [file, caption]]}]

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
                return [self._heading(*content)] if stringify(content[2]).strip() else []
            case "CodeBlock":
                (_, classes, _), code = content
                return self._code(printable(classes[0]) if classes else "", printable(code))
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
                if len(columns) > MOST_COLUMNS:
                    self.omissions.wide_tables.append(len(columns))
                    return self._list([[block for cell in cells for block in cell[4]] for _, cells in rows])
                for _, cells in rows:
                    for cell in cells:
                        cell[4] = self.blocks(cell[4])
                return self.table(len(columns), len(rows), block)
        return [block] if content is None else []  # pandoc's other kinds do not come from this Markdown

    def _code(self, language: str, code: str) -> list[Node]:
        if language != "mermaid":
            return self.code(language, code)
        file, width = self.pictures.diagram(code)
        if not file:
            self.omissions.diagrams.setdefault(self.pictures.reasons[code])
            return self.code(language, code)
        words = " ".join(code.split())
        alt = f"Diagram: {words if len(words) <= LONGEST_WORDS else f'{words[:LONGEST_WORDS]}…'}"
        return [{"t": "Para", "c": self.picture(file, alt, "", words[:40], alone=True, width=width)}]

    def _paragraph(self, kind: str, inlines: list[Node]) -> Node:
        if len(inlines) == 1 and inlines[0]["t"] == "Image":
            return {"t": kind, "c": self._image(inlines[0]["c"], alone=True)}
        return {"t": kind, "c": self._inlines(inlines)}

    def _heading(self, level: int, attributes: list[str], inlines: list[Node]) -> Node:
        self.within.append("heading")
        title = self._inlines(inlines)
        self.within.pop()
        if not attributes[0]:  # in a footnote
            return {"t": "Para", "c": [{"t": "Strong", "c": title}]}
        return self.section(level, attributes[0], title)

    def _quote(self, blocks: list[Node]) -> list[Node]:
        first = blocks[0]["c"] if blocks and blocks[0]["t"] == "Para" else []
        match = CALLOUT.match(first[0]["c"]) if first and first[0]["t"] == "Str" else None
        if not match:
            return [{"t": "BlockQuote", "c": self.blocks(blocks)}]
        line = next((number for number, node in enumerate(first) if node["t"] in BLANKS[1:]), len(first))
        title = [string(first[0]["c"][match.end() :]), *first[1:line]]
        body = [{"t": "Para", "c": first[line + 1 :]}] if first[line + 1 :] else []
        kind = CALLOUTS.get(match[1].lower(), "")
        name = self.translations[f"callout_{kind}"] if kind else match[1].capitalize()
        text, content = stringify(title).strip(), self.blocks([*body, *blocks[1:]])
        words = self._inlines(title) if text else [string(name)]
        if kind == "question" and match[2] == "-" and content:  # folded: to be thought about before one looks
            self.questions.append((words, content))
            return []
        return self.callout(kind, "" if text.casefold() in ("", name.casefold()) else name, words, content)

    def _list(self, items: list[list[Node]]) -> list[Node]:
        made: list[tuple[bool | None, list[Node]]] = []
        for item in items:
            first = item[0]["c"] if item and item[0]["t"] in PARAGRAPHS else []
            done = BOXES.get(first[0]["c"]) if first and first[0]["t"] == "Str" else None
            if done is not None:
                item = [{**item[0], "c": first[2:]}, *item[1:]]
            made.append((done, self.blocks(item)))
        if any(done is not None for done, _ in made):
            return self.tasks(made)
        return [{"t": "BulletList", "c": [blocks for _, blocks in made]}]

    # ---- inlines ----

    def _inlines(self, inlines: list[Node]) -> list[Node]:
        return list(join_strings(made for node in mark_highlights(drop_breaks(inlines)) for made in self._inline(node)))

    def _inline(self, node: Node) -> list[Node]:
        kind: str = node["t"]
        content: Any = node.get("c")
        match kind:
            case "Str":
                return self.words(printable(content))
            case "Emph" | "Strong" | "Strikeout":
                return [{"t": kind, "c": self._inlines(content)}]
            case "Span":
                return self.highlight(self._inlines(content[1]))
            case "Code":
                return [self.code_span(printable(content[1]))]
            case "Math":
                tex, display = printable(content[1]).strip(), content[0]["t"] == "DisplayMath"
                if tex and (anchor := node.get("anchor", "")):
                    self.body.names.append(anchor)
                return self.formula(display, tex, node.get("source", tex), node.get("anchor", "")) if tex else []
            case "Link":
                return self._link(self._inlines(content[1]), stringify(content[1]), content[2][0])
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
        return [node] if content is None else []  # pandoc's other kinds do not come from this Markdown

    def _drop(self, html: str) -> None:
        if not html.startswith("<!--"):
            for tag in TAG.findall(html) or [html[:20]]:
                self.omissions.tags.setdefault(f"{tag.replace('/', '')}>")

    def _link(self, body: list[Node], text: str, target: str) -> list[Node]:
        target = printable(target)
        scheme, _, rest = target.partition(":")
        if scheme == "topic":
            id, _, anchor = rest.partition("#")
            id = unquote(id, errors="surrogatepass")
            if id not in self.topics:
                return body
            headings = self.anchors.get(id)
            name = headings.find(unquote(anchor, errors="replace")) if headings and anchor else ""
            return self.mention(name or label(id), body)
        if scheme == "missing":
            return self.missing(unquote(rest, errors="replace"), body)
        if target.startswith("#"):  # to nothing in this note, or the reader would have named the topic
            return body
        address = web_address(target)
        if not address:
            self.omissions.dead_links.setdefault(unquote(target, errors="replace")[:100])
            return body
        return self.web(address, body, text)

    def _image(self, content: Any, alone: bool) -> list[Node]:
        _, inlines, (address, caption) = content
        file, _, width = printable(address).removeprefix("file:").partition("#width=")
        path = unquote(file, errors="surrogatepass")
        alt = stringify(inlines).strip() or path.rpartition("/")[2]
        if not address.startswith("file:"):
            self.omissions.pictures[address[:100]] = "only pictures of the vault are printed; save it there"
            body = [string(alt)]
            return self._link(body, alt, address) if web_address(address) else body
        file = self.pictures.file(path)
        if not file:
            self.omissions.pictures[path] = self.pictures.reasons[path]
            return [{"t": "Emph", "c": [string(alt)]}]
        if not stringify(inlines).strip():
            self.omissions.unsaid_pictures.setdefault(path)
        return self.picture(file, alt, caption, path, alone, int(width or 0))
