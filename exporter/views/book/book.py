"""The whole book as one pandoc tree, for formats that pandoc writes: paths, parts, chapters, glossary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from subprocess import CalledProcessError
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from exporter.errors import Finding
from exporter.views.body import as_source, pandoc, transform
from exporter.views.body.body import Body
from exporter.views.body.formulas import vault_macros
from exporter.views.body.nodes import string
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.text import RTL, direction_of, title_of
from exporter.views.body.transformation import AGAIN, Transformation
from exporter.views.book.bodies import Bodies
from exporter.views.book.edition import Edition
from exporter.views.book.plan import Data, roman

SPACE: Node = {"t": "Space"}


class Book:
    """A book on its way through pandoc."""

    def __init__(self, edition: Edition) -> None:
        self.edition, self.words = edition, edition.words
        self.bodies = Bodies(edition)
        self.data = b""
        self.style: Callable[[list[Node]], None]
        self.page_level = 0

    def make(
        self,
        arguments: Sequence[str],
        files: Mapping[str, bytes] = {},
        style: Callable[[list[Node]], None] = lambda blocks: None,
        page_level: int = 0,
    ) -> Iterator[Finding]:
        """Have pandoc write it, and tell what is not in it.

        Args:
            arguments: pandoc's.
            files: those that the arguments name.
            style: gives the finished tree what this format wants.
            page_level: of the headings that begin a file of its own, whose footnotes count from 1; 0: none does.
        """
        self.style, self.page_level = style, page_level
        edition = self.edition
        yield from self.bodies.unreadable()
        with TemporaryDirectory(prefix="handbook-") as name:
            folder = Path(name)
            pictures = Pictures(edition.map.file, folder)
            transformations, findings = transform(
                self.bodies,
                self.bodies.trees(),
                vault_macros(edition.map),
                lambda body, anchors: Transformation(body, edition.map.topic, anchors, pictures, edition.words),
            )
            yield from findings
            for file, data in files.items():
                (folder / file).write_bytes(data)
            try:
                refused = self._render(arguments, folder)
            except (CalledProcessError, RecursionError):
                yield from self._give_up()
                refused = self._render(arguments, folder)
        for transformation in transformations:
            for tex, source in transformation.formulas.items():
                if tex in refused:
                    message = (
                        f"the formula ${' '.join(source.split())}$ cannot be typeset (pandoc does not know all of it)"
                    )
                    yield transformation.omissions.finding(
                        "formula-as-source", f"{message} and is printed as its words; fix it"
                    )

    def _render(self, arguments: Sequence[str], folder: Path) -> set[str]:
        """Have it written; gives the formulas that pandoc does not know."""
        edition = self.edition
        direction = RTL if direction_of(edition.language) == RTL else ""
        about = {
            "title": edition.title,
            "toc-title": self.words["contents"],
            "author": edition.author,
            "date": edition.date.date().isoformat() if edition.date else "",
            "lang": "-".join(filter(None, [edition.language, edition.region])),
            "dir": direction,
            "page-progression-direction": direction,
            "description": edition.summary,
            "identifier": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps([edition.map.source.file, edition.title]))}",
        }
        depth = f"--toc-depth={edition.options.contents_depth}"
        page = [f"--variable=dir={direction}"] if direction else []  # for a template, which does not see what is meta
        blocks = [*self.blocks()]
        _finish(blocks, self.page_level, direction)
        self.style(blocks)
        self.data, refused = pandoc.render(blocks, about, folder, [depth, *page, *arguments], edition.timestamp)
        return refused

    def _give_up(self) -> Iterator[Finding]:
        """Have the notes that pandoc refuses printed as their Markdown."""
        for body, text in zip(self.bodies, pandoc.to_typst([body.blocks for body in self.bodies]), strict=True):
            if text is None:
                body.too_deep = True
                yield as_source(body.topic, "it is nested too deeply")

    def blocks(self) -> Iterator[Node]:
        """All blocks of the book; chapters begin with a heading of level 2, all else with one of level 1."""
        for path in self.edition.plan.paths:
            yield _header(1, path["label"], [string(path["title"])])
            yield _ordered_list(map(self._step, path["steps"]))
        for part in self.edition.plan.parts:
            yield _header(1, part["label"], self._title(part, roman))
            if part["summary"]:
                yield _div("summary", [_para([string(part["summary"])])])
            yield from self._opening(part)
            if part["entries"]:
                yield _para([_strong(self.words["in_part"])])
                yield {"t": "BulletList", "c": [self._entry(entry) for entry in part["entries"]]}
            for chapter in part["chapters"]:
                yield _header(2, chapter["label"], self._title(chapter, str))
                yield from self._opening(chapter)
        answered = [body for body in self.bodies if body.answers and not body.too_deep]
        if answered:
            yield _header(1, "__answers", [string(self.words["answers"])])
        for body in answered:
            title = [_span("number", [string(body.number)]), SPACE, string(title_of(body.topic))]
            yield _para([{"t": "Strong", "c": title}])
            yield from body.answers
        if self.edition.glossary:
            yield _header(1, "__glossary", [string(self.words["glossary"])])
            yield {"t": "DefinitionList", "c": [self._definition(entry) for entry in self.edition.glossary]}

    def _title(self, topic: Data, numeral: Any) -> list[Node]:
        number = topic["number"]
        numbered = [_span("number", [string(numeral(number))]), SPACE] if number else []
        return [*numbered, string(topic["title"])]

    def _opening(self, topic: Data) -> Iterator[Node]:
        """All that stands below a title, down to who links to it."""
        if topic["aliases"]:
            yield _div("aliases", [_para([_emph(f"{self.words['also']} {', '.join(topic['aliases'])}")])])
        if topic["definition"]:
            yield _div("definition", [_para([_emph(topic["definition"])])])
        for word, topics in topic["links"]:
            yield self._line(word, topics)
        if topic["body"] is not None:
            yield from self._text(self.bodies[topic["body"]])
        for line in topic["backlinks"]:
            yield self._line(line["word"], line["topics"], line["more"])

    def _text(self, body: Body) -> list[Node]:
        if body.too_deep:
            anchors = [_div("", [], name) for name in body.names]
            return [*anchors, {"t": "CodeBlock", "c": [["", ["markdown"], []], body.text]}]
        if not body.language:
            return body.blocks
        attributes = [["lang", "-".join(filter(None, body.language))]]
        direction = direction_of(body.language[0])
        if direction != direction_of(self.edition.language):
            attributes.append(["dir", direction])
        return [{"t": "Div", "c": [["", [], attributes], body.blocks]}]

    def _line(self, word: str, topics: Sequence[Sequence[str]], more: str = "") -> Node:
        links: list[Node] = []
        for name, title in topics:
            links += [*([SPACE, string("·"), SPACE] if links else []), _link(name, [string(title)])]
        rest = [SPACE, string(more)] if more else []
        return _div("links", [_para([_strong(f"{word}:"), SPACE, *links, *rest])])

    def _entry(self, entry: Data) -> list[Node]:
        title = string(entry["title"])
        unwritten = entry["kind"] == "unwritten"
        line = [_span("unwritten", [title], entry["label"])] if unwritten else [_link(entry["label"], [title])]
        if entry["place"]:
            line += [SPACE, _emph(f"— {entry['place']}")]
        return [_plain([*line, *([{"t": "LineBreak"}, string(entry["summary"])] if entry["summary"] else [])])]

    def _step(self, step: Data) -> list[Node]:
        links = [[_plain([_link(topic["label"], [string(topic["title"])])])] for topic in step["topics"]]
        return [_para([string(step["text"])]), *([{"t": "BulletList", "c": links}] if links else [])]

    def _definition(self, entry: Data) -> list[Any]:
        also = f"{self.words['also']} {', '.join(entry['aliases'])}"
        aliases = [SPACE, _emph(f"({also})")] if entry["aliases"] else []
        return [[_link(entry["label"], [string(entry["title"])]), *aliases], [[_para([string(entry["definition"])])]]]


def _finish(blocks: list[Node], page_level: int, direction: str) -> None:
    """Give further marks of a footnote the number of the first one; code is read from the left, whatever stands around it."""
    numbers: dict[str, int] = {}  # by name
    again: list[tuple[Node, str]] = []
    count = 0
    waiting: list[Any] = blocks[::-1]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node[::-1]
        elif isinstance(node, dict):
            kind: str = node["t"]
            content: Any = node.get("c")
            if kind == "Header" and content[0] <= page_level:
                count = 0
            if kind == "CodeBlock" and direction:
                node |= {"t": "Div", "c": [["", [], [["dir", "ltr"]]], [{"t": kind, "c": content}]]}
            elif kind == "Note":
                count += 1
            elif kind == "Span" and content[1] and content[1][0]["t"] == "Note":
                numbers[content[0][0]] = count + 1
            elif kind == "Link" and content[0][1] == [AGAIN]:
                again.append((node, content[2][0][1:]))
            waiting.append(content)
    for node, name in again:
        node["c"][1] = [string(str(numbers[name]) if name in numbers else "*")]


def _header(level: int, name: str, title: list[Node]) -> Node:
    return {"t": "Header", "c": [level, [name, [], []], title]}


def _ordered_list(items: Iterator[list[Node]]) -> Node:
    return {"t": "OrderedList", "c": [[1, {"t": "Decimal"}, {"t": "Period"}], list(items)]}


def _div(kind: str, blocks: list[Node], name: str = "") -> Node:
    return {"t": "Div", "c": [[name, [kind] if kind else [], []], blocks]}


def _span(kind: str, inlines: list[Node], name: str = "") -> Node:
    return {"t": "Span", "c": [[name, [kind], []], inlines]}


def _link(name: str, inlines: list[Node]) -> Node:
    return {"t": "Link", "c": [["", [], []], inlines, [f"#{name}", ""]]}


def _para(inlines: list[Node]) -> Node:
    return {"t": "Para", "c": inlines}


def _plain(inlines: list[Node]) -> Node:
    return {"t": "Plain", "c": inlines}


def _strong(text: str) -> Node:
    return {"t": "Strong", "c": [string(text)]}


def _emph(text: str) -> Node:
    return {"t": "Emph", "c": [string(text)]}
