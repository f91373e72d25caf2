"""What becomes of the nodes of pandoc's tree: links, pictures, callouts, questions, task lists, headings, diagrams.

Made fit for all of pandoc's writers. A format that draws things its own way does so in a subclass.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import unquote

from exporter.model import Topic
from exporter.views.body.address import web_address
from exporter.views.body.body import Body
from exporter.views.body.captions import CAPTION, FIGURE, TABLE, Caption, join_captions, own_words
from exporter.views.body.marks import reference, unmark
from exporter.views.body.nodes import (
    BLANKS,
    MARKINGS,
    PARAGRAPHS,
    Anchors,
    begin_with,
    drop_breaks,
    join_lists,
    join_strings,
    mark_highlights,
    string,
    stringify,
    take_section,
    title_text,
    to_inlines,
)
from exporter.views.body.omissions import MOST_COLUMNS, Omissions
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.terms import Term, mark_terms
from exporter.views.body.text import label, printable, title_of
from exporter.views.body.unprinted import MACRO, of_code, of_file, of_language, split_macros
from exporter.views.translations import CALLOUTS, Translations

CALLOUT = re.compile(r"\[!([^\[\]|]+)(?:\|[^\[\]]*)?\]([+-]?)")  # what stands behind the bar is for a style sheet
SPACE: Node = {"t": "Space"}
BOX = re.compile(r"(☐|☒|\[(.)\])(?: |\Z)")  # pandoc makes some of what it knows: "[ ]", "[x]"
WIDE = 7  # columns of a table that is set smaller
HIGHEST = 800  # CSS pixels of a picture, as a page of paper holds it
# Pages that Obsidian shows as if they were pictures (https://help.obsidian.md/embed-web-pages)
PLAYER = re.compile(
    r"https?://(?:www\.|m\.|mobile\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be|twitter\.com|x\.com|vimeo\.com)/",
    re.IGNORECASE,
)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
ADDRESS_END = re.compile(r"[?#].*\Z", re.DOTALL)
DEEPEST_NOTE = 8  # footnotes within footnotes
BRACKETS, ANSWER = "brackets", "answer"
OBJECTIVES = frozenset(  # headings of what one will be able to do
    (
        "objectives", "outcomes", "learning objectives", "learning outcomes", "learning goals", "what you will learn",
        "what you'll learn", "what you’ll learn", "lernziele", "was sie lernen", "was du lernst",
    )
)  # fmt: skip
AGAIN = "again"  # the class of a further mark of a footnote
LONGEST_WORDS = 2000  # characters for a diagram, that somebody may have read out


def _numbered(words: str) -> Node:
    """What a figure or a table is called, before its caption."""
    return {"t": "Strong", "c": [string(words)]}


def capitalize(name: str) -> str:
    """What somebody called a kind of callout, as a name: "my API" keeps its capitals, "NOTE" shouts."""
    return name.capitalize() if name.isupper() else name[:1].upper() + name[1:]


class Transformation:
    """The tree of one note made fit for a format; what was left out is kept."""

    highest = HIGHEST  # of its pictures

    def __init__(
        self,
        body: Body,
        topics: Mapping[str, Topic],
        anchors: Mapping[str, Anchors],
        pictures: Pictures,
        translations: Translations,
    ) -> None:
        """Take what the tree is made fit with.

        Args:
            body: the note.
            topics: those that links can lead to, by id.
            anchors: by Topic.id, the headings of the notes that are there.
            pictures: gives the files of pictures and diagrams.
            translations: the words that we say.
        """
        self.body, self.topics, self.anchors, self.pictures = body, topics, anchors, pictures
        self.translations = translations
        self.omissions = Omissions(body.locate, body.topic.source, body.left_out)
        self.questions: list[tuple[list[Node], list[Node]]] = []  # and what is to be answered
        self.formulas: dict[str, str] = {}  # as the note has them, by their TeX
        self.within: list[str] = []  # the footnotes, headings, answers and brackets around
        self.noted: set[int] = set()  # footnotes, by number, that are printed or about to be
        self.open_notes: list[int] = []  # those that are being made
        self.missing_targets: dict[str, None] = {}  # of links to what the vault does not have
        self.addresses: list[tuple[str, str]] = []  # of the web, with the words of the link

    def whole(self, blocks: list[Node]) -> list[Node]:
        """The note as the book has it; at its end the footnotes that nothing in it cites."""
        blocks = self._number(mark_terms(blocks, self.body.topic.title))
        if self.body.opens_part:
            opening, blocks = take_section(blocks, OBJECTIVES)
            headings = [block["c"] for block in opening if block["t"] == "Header"]
            names, outside = [attributes[0] for _, attributes, _ in headings], len(self.body.names)
            for content in headings[::-1]:
                content[0] += self.body.top_level - headings[0][0]
            self.body.opening = self.blocks(opening)
            self.body.opening_names = names + self.body.names[outside:]
        made = self.blocks(blocks)
        for number, written in self.body.footnotes.labels.items():
            if number not in self.noted:
                self.omissions.loose_footnotes.setdefault(printable(written))
                self.noted.add(number)
                mark = [{"t": "Superscript", "c": self.words(printable(written))}, SPACE]
                made += begin_with(mark, self.blocks(self.body.footnotes.blocks[number]))
        return made

    def _number(self, blocks: list[Node]) -> list[Node]:
        """The blocks with their figures and tables numbered, each kind by itself; those that are not in the book are not."""
        text = self.body.text
        if not ("![" in text or "|" in text or "<" in text or "mermaid" in text):
            return blocks
        blocks, captions = join_captions(blocks, self._own_caption)
        counts = {FIGURE: 0, TABLE: 0}
        for caption in captions:
            if caption.numbered:
                counts[caption.kind] += 1
                caption.number = counts[caption.kind]
        return blocks

    def _own_caption(self, block: Node) -> list[Node] | None:
        """The words of a paragraph that is a picture, or of a diagram; None where it is not drawn in the book."""
        if block["t"] == "CodeBlock":
            return [] if self.pictures.diagram(printable(block["c"][1]))[0] else None
        _, words, (address, title) = block["c"][0]["c"]
        path = self._picture_of(address)
        if not path or not self.pictures.file(path):
            return None
        if title.strip():
            return [string(title)]
        return words if own_words(stringify(words), path) else []

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
        return {"t": "Div", "c": [["", ["minor"], []], [{"t": "Para", "c": [{"t": "Strong", "c": [string(words)]}]}]]}

    def question(self, number: str, names: tuple[str, str], question: list[Node]) -> list[Node]:
        """A question, which leads to its answer; `names` are the labels of both."""
        link = self.mention(names[1], [{"t": "Strong", "c": [string(number)]}])
        return [{"t": "Div", "c": [[names[0], ["question"], []], [{"t": "Para", "c": [*link, SPACE, *question]}]]}]

    def answer(self, number: str, names: tuple[str, str], answer: list[Node]) -> list[Node]:
        """An answer, which leads back to its question."""
        link = self.mention(names[0], [{"t": "Strong", "c": [string(number)]}])
        return [{"t": "Div", "c": [[names[1], ["answer"], []], begin_with([*link, SPACE], answer)]}]

    def box(self, done: bool) -> list[Node]:
        """The box of a task, which may be ticked."""
        return [string("☒" if done else "☐"), SPACE]

    def tasks(self, items: list[list[Node]]) -> list[Node]:
        """A list of bullets all of whose items have a box."""
        return [{"t": "BulletList", "c": items}]

    def footnote(self, name: str, blocks: list[Node]) -> list[Node]:
        """A footnote; other marks lead to it by its name, if it has one."""
        note = {"t": "Note", "c": blocks}
        return [{"t": "Span", "c": [[name, [], []], [note]]}] if name else [note]

    def footnote_again(self, name: str) -> list[Node]:
        """A further mark of a footnote; its number is known when all stand in their order."""
        return [{"t": "Superscript", "c": [{"t": "Link", "c": [["", [AGAIN], []], [string("*")], [f"#{name}", ""]]}]}]

    def aligned(self, side: str, direction: str, blocks: list[Node]) -> list[Node]:
        """Blocks that are to stand at a side, or read in a direction; "" is as all else."""
        attributes = [["dir", direction]] if direction else []
        return [{"t": "Div", "c": [["", [side] if side else [], attributes], blocks]}]

    def captioned(self, name: str, caption: list[Node], below: bool, blocks: list[Node]) -> list[Node]:
        """A picture or a diagram with its caption; links lead to it by its name."""
        return [{"t": "Figure", "c": [[name, [], []], [None, [{"t": "Plain", "c": caption}]], blocks]}]

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """A table whose cells and caption are made already."""
        if columns >= WIDE:
            return [{"t": "Div", "c": [["", ["wide"], []], [table]]}]
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
        self.missing_targets.setdefault(target)
        return [{"t": "Span", "c": [["", ["missing"], []], body]}]

    def address(self, target: str) -> str:
        """The target of a link that leads out of the book, "" where it leads nowhere."""
        return web_address(target)

    def web(self, address: str, body: list[Node], text: str) -> list[Node]:
        """A link that leads out of the book; the text is what one reads of its body."""
        self.addresses.append((address, text))
        return [{"t": "Link", "c": [["", [], []], body, [address, ""]]}]

    def defined(self, term: Term) -> list[Node]:
        """The place of a term, to which glossary and index lead by its label."""
        return self.place(term.label)

    def place(self, name: str) -> list[Node]:
        """What nobody sees, and links lead to."""
        return [{"t": "Span", "c": [[name, [], []], []]}]

    def picture(self, file: str, alt: str, caption: str, path: str, alone: bool, width: int) -> list[Node]:
        """A picture among the words, or alone on its line and so with its caption below; 0 px wide: its own width."""
        shown, own_width = self.pictures.everywhere(file, width)
        if not shown:
            self.omissions.pictures[path] = self.pictures.reasons[file]
            return [{"t": "Emph", "c": [string(alt)]}]
        width = self.pictures.fit(shown, width or own_width, self.highest)
        size = [["width", f"{width}px"]] if width else []
        return [{"t": "Image", "c": [["", [], size], [string(alt)], [shown, caption]]}]

    # ---- blocks ----

    def blocks(self, blocks: list[Node]) -> list[Node]:
        """The note's blocks as the book has them."""
        return [made for block in join_lists(blocks) for made in self._block(block)]

    def _block(self, block: Node) -> list[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        match kind:
            case "Para" | "Plain":
                return [self.paragraph(kind, content)]
            case "Header":
                if title_text(content[2]):
                    return [self._heading(*content)]
                return [self.paragraph("Para", content[2])] if content[2] else []  # a picture
            case "Captioned":
                return self._captioned(content)
            case "CodeBlock":
                (_, classes, _), code = content
                return self._code(printable(classes[0]) if classes else "", printable(code))
            case "Div":
                (_, classes, attributes), inner = content
                if classes == [CAPTION]:
                    return self.blocks(inner)
                return self.aligned(classes[0] if classes else "", dict(attributes).get("dir", ""), self.blocks(inner))
            case "BlockQuote":
                return self._quote(content)
            case "BulletList":
                items, boxes = self._items(content)
                if not items:
                    return []
                return self.tasks(items) if boxes == len(items) else [{"t": kind, "c": items}]
            case "OrderedList":
                items, _ = self._items(content[1])
                return [{"t": kind, "c": [content[0], items]}] if items else []
            case "Table":
                _, _, columns, (_, head), bodies, (_, foot) = content
                rows = [*head, *(row for body in bodies for row in body[2] + body[3]), *foot]
                if len(columns) > MOST_COLUMNS:
                    self.omissions.wide_tables.setdefault(len(columns))
                    items = [self.blocks([block for cell in cells for block in cell[4]]) for _, cells in rows]
                    return [{"t": "BulletList", "c": items}]
                for _, cells in rows:
                    for cell in cells:
                        cell[4] = self.blocks(cell[4])
                return self.table(len(columns), len(rows), block)
        return [block] if content is None else []  # pandoc's other kinds do not come from this Markdown

    def _captioned(self, caption: Caption) -> list[Node]:
        """A figure or a table with its number."""
        name, words = "", self._inlines(caption.words)
        if caption.number:
            name = f"{label(self.body.topic.id)}__{caption.kind[0]}{caption.number}"
            self.body.names.append(name)
            number = f"{self.body.number}.{caption.number}".lstrip(".")
            words = [_numbered(f"{self.translations[caption.kind]} {number}"), SPACE, *words]
        if caption.kind == TABLE and len(caption.block["c"][2]) <= MOST_COLUMNS:
            side = ["below"] if caption.below else []
            caption.block["c"][:2] = [[name, side, []], [None, [{"t": "Plain", "c": words}]]]
            return self._block(caption.block)
        if caption.block["t"] in PARAGRAPHS:
            blocks = [{"t": "Plain", "c": self._image(caption.block["c"][0]["c"], alone=False, captioned=True)}]
        elif caption.block["t"] == "CodeBlock":
            blocks = self._code("mermaid", printable(caption.block["c"][1]), alone=False)
        else:
            blocks = self._block(caption.block)
        return self.captioned(name, words, caption.below, blocks)

    def _code(self, language: str, code: str, alone: bool = True) -> list[Node]:
        if unprinted := of_language(language):
            return [{"t": "Para", "c": self._unprinted(*unprinted, code)}]
        if language != "mermaid":
            return self.code(language, code)
        file, width = self.pictures.diagram(code)
        if not file:
            self.omissions.diagrams.setdefault(code, self.pictures.reasons[code])
            return self.code(language, code)
        words = " ".join(code.split())
        alt = f"Diagram: {words if len(words) <= LONGEST_WORDS else f'{words[:LONGEST_WORDS]}…'}"
        return [{"t": "Para", "c": self.picture(file, alt, "", words[:40], alone, width)}]

    def paragraph(self, kind: str, inlines: list[Node]) -> Node:
        """A paragraph of the note as the book has it."""
        if len(inlines) == 1 and inlines[0]["t"] == "Image":
            return {"t": kind, "c": self._image(inlines[0]["c"], alone=True)}
        return {"t": kind, "c": self._inlines(inlines)}

    def _heading(self, level: int, attributes: list[str], inlines: list[Node]) -> Node:
        self.within.append("heading")
        title = self._inlines(inlines)
        self.within.pop()
        if not attributes[0] or ANSWER in self.within:  # in a footnote, or behind all chapters: no section there
            return {
                "t": "Para",
                "c": [*(self.place(attributes[0]) if attributes[0] else ()), {"t": "Strong", "c": title}],
            }
        return self.section(level, attributes[0], title)

    def _quote(self, blocks: list[Node]) -> list[Node]:
        inlines = blocks[0]["c"] if blocks and blocks[0]["t"] in PARAGRAPHS else []
        line = next((number for number, node in enumerate(inlines) if node["t"] in BLANKS[1:]), len(inlines))
        first = list(join_strings(inlines[:line]))
        match = CALLOUT.match(first[0]["c"]) if first and first[0]["t"] == "Str" else None
        if not match:
            return [{"t": "BlockQuote", "c": self.blocks(blocks)}]
        title = [string(first[0]["c"][match.end() :].lstrip(" ")), *first[1:]]
        body = [{"t": "Para", "c": inlines[line + 1 :]}] if inlines[line + 1 :] else []
        said = printable(match[1]).strip()
        kind = CALLOUTS.get(said.lower(), "")
        name = self.translations.get(f"callout_{said.lower()}") or capitalize(said)
        outside = len(self.body.names)
        folded = kind == "question" and match[2] == "-"  # to be thought about before one looks
        self.within += [ANSWER] * folded
        text, content = stringify(title).strip(), self.blocks([*body, *blocks[1:]])
        del self.within[len(self.within) - folded :]
        words = self._inlines(title) if text else [string(name)]
        if folded and content:
            self.body.answer_names += self.body.names[outside:]
            del self.body.names[outside:]
            self.questions.append((words if text else [string(self.translations["callout_question"])], content))
            return []
        return self.callout(kind, "" if text.casefold() in ("", name.casefold()) else name, words, content)

    def _items(self, items: list[list[Node]]) -> tuple[list[list[Node]], int]:
        """The items of a list, and how many of them are tasks; any sign but a blank is a tick, as in Obsidian."""
        made: list[list[Node]] = []
        boxes = 0
        for item in items:
            words = list(join_strings(item[0]["c"])) if item and item[0]["t"] in PARAGRAPHS else []
            box = BOX.match(words[0]["c"]) if words and words[0]["t"] == "Str" else None
            if not box:
                blocks = self.blocks(item)
                made += [blocks] if blocks or not item else []  # of a folded question nothing stays
                continue
            boxes += 1
            rest = [string(words[0]["c"][box.end() :]), *words[1:]]
            blocks = self.blocks([{**item[0], "c": rest}, *item[1:]])
            made.append(begin_with(self.box(box[1] != "☐" and box[2] != " "), blocks))
        return made, boxes

    # ---- inlines ----

    def _inlines(self, inlines: list[Node]) -> list[Node]:
        nodes = split_macros(mark_highlights(drop_breaks(inlines)))
        return list(join_strings(made for node in nodes for made in self._inline(node)))

    def _inline(self, node: Node) -> list[Node]:
        kind: str = node["t"]
        content: Any = node.get("c")
        match kind:
            case "Str":
                return self.words(printable(content))
            case "Term":
                return self._term(content)
            case "Macro":
                return self._unprinted(MACRO, content, "{{" + content)
            case "Span":
                (_, _, attributes), inner = content
                inlines = self._inlines(inner)
                direction = dict(attributes).get("dir")
                return (
                    [{"t": "Span", "c": [["", [], [["dir", direction]]], inlines]}]
                    if direction
                    else self.highlight(inlines)
                )
            case "Code":
                code = printable(content[1])
                unprinted = of_code(code)
                return self._unprinted(*unprinted, code) if unprinted else [self.code_span(code)]
            case "Math":
                tex, display = printable(content[1]).strip(), content[0]["t"] == "DisplayMath"
                if tex and (anchor := node.get("anchor", "")):
                    self.body.names.append(anchor)
                return self.formula(display, tex, node.get("source", tex), node.get("anchor", "")) if tex else []
            case "Link":
                body = self._inlines(content[1])
                self.within += [BRACKETS] * (bracketed := "bracketed" in node)
                made = self._link(body, stringify(content[1]), content[2][0])
                del self.within[len(self.within) - bracketed :]
                return made
            case "Image":
                return self._image(content, alone=False)
            case "Note":
                return self._note(content)
            case _ if kind in MARKINGS:
                return [{"t": kind, "c": self._inlines(content)}]
        return [node] if content is None else []  # pandoc's other kinds do not come from this Markdown

    def _term(self, term: Term) -> list[Node]:
        term.label = f"{label(self.body.topic.id)}__d{len(self.body.terms) + 1}"
        term.name, term.definition = self._inlines(term.name), self._inlines(term.definition)
        self.body.terms.append(term)
        self.body.names.append(term.label)
        return self.defined(term)

    def _note(self, number: int) -> list[Node]:
        footnotes = self.body.footnotes
        if number in self.open_notes:
            self.omissions.circular_footnotes.setdefault(printable(footnotes.labels[number]))
        inside, several = "footnote" in self.within, footnotes.marks[number] > 1
        name = f"{label(self.body.topic.id)}__n{number}" if several else ""
        if number in self.noted or (inside and number in footnotes.cited):
            return self.footnote_again(name) if number in footnotes.cited else []
        if len(self.open_notes) >= DEEPEST_NOTE:  # it is printed at the end
            return [{"t": "Superscript", "c": self.words(printable(footnotes.labels[number]))}]
        given = footnotes.blocks[number]
        if several and "heading" in self.within:  # which a book repeats: it has a footnote of its own
            given, name = deepcopy(given), ""
        else:
            self.noted.add(number)
        around = [*self.within]
        self.within += ["footnote", *([BRACKETS] if inside else [])]
        self.open_notes.append(number)
        blocks = self.blocks(given)
        self.open_notes.pop()
        self.within = around
        return [string(" ("), *to_inlines(blocks), string(")")] if inside else self.footnote(name, blocks)

    def _unprinted(self, kind: str, name: str, written: str) -> list[Node]:
        """What stands for something that a book can neither run nor draw, and is written so."""
        self.omissions.unprinted.setdefault(f"{kind} ({name})", written)
        words = self.translations["unprinted"].format(self.translations[f"unprinted_{kind}"], name)
        return [{"t": "Emph", "c": self.words(words)}]

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
        if not SCHEME.match(target) and not target.startswith("#"):
            notes = {topic.note: id for id, topic in self.topics.items()}
            for place in self._places(target):
                if place in notes:
                    return self.mention(label(notes[place]), body)
        if target.startswith("#"):  # to nothing in this note, or the reader would have named the topic
            return body
        unprinted = of_file(unquote(rest, errors="replace")) if scheme == "file" else None
        if unprinted:
            return self._unprinted(unprinted[0], f"{unprinted[1]}, {text}", unquote(target, errors="replace"))
        address = self.address(target)
        if not address:
            self.omissions.dead_links.setdefault(unquote(target, errors="replace").removeprefix("file:")[:100])
            return body
        return self.web(address, body, text)

    def _places(self, address: str) -> list[str]:
        """Where a file of the vault may lie that HTML names: beside the note, else from the vault's top."""
        path = unquote(ADDRESS_END.sub("", address), errors="replace")
        folder = posixpath.dirname(self.body.topic.note or "")
        return [] if not path else [posixpath.normpath(posixpath.join(folder, path)).lstrip("/"), path.lstrip("/")]

    def _picture_of(self, address: str) -> str:
        """The path in the vault of a picture that is of it; "" for another."""
        address = printable(address)
        if address.startswith("file:"):
            return unquote(address.removeprefix("file:").partition("#width=")[0], errors="surrogatepass")
        if SCHEME.match(address):
            return ""
        return next((place for place in self._places(address) if self.pictures.file(place)), "")

    def _image(self, content: Any, alone: bool, captioned: bool = False) -> list[Node]:
        attributes, inlines, (address, caption) = content
        if captioned:  # with its notes
            inlines, caption = [node for node in inlines if node["t"] != "Note"], ""
        notes = self._inlines([node for node in inlines if node["t"] == "Note"])  # of what it shows
        if notes:
            words = [node for node in inlines if node["t"] != "Note"]
            return [*self._image([attributes, words, content[2]], alone and bool(caption)), *notes]
        file, _, width = printable(address).removeprefix("file:").partition("#width=")
        path, said = unquote(file, errors="surrogatepass"), stringify(inlines).strip()
        name = path.rpartition("/")[2]
        if not SCHEME.match(
            address
        ):  # of HTML; what is not there may be hidden, so that its name is no word of the book
            width, name = dict(attributes[2]).get("width", ""), ""
            path = next((place for place in self._places(address) if self.pictures.file(place)), path)
        elif PLAYER.match(address):  # no picture, and no name is its last part
            return self._link([string(said or address)], said or address, address)
        elif not address.startswith("file:"):
            self.omissions.pictures[address[:100]] = "only pictures of the vault are printed; save it there"
            body = [string(said or name)]
            return self._link(body, said or name, address) if web_address(address) else body
        file = self.pictures.file(path)
        if not file:
            self.omissions.pictures[path] = self.pictures.reasons[path]
            return [{"t": "Emph", "c": [string(said or name)]}] if said or name else []
        if not said:
            self.omissions.unsaid_pictures.setdefault(path)
        alt = said or caption or self.translations["picture_in"].format(title_of(self.body.topic))
        return self.picture(file, alt, caption, path, alone, int(width or 0))
