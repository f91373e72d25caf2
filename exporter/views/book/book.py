"""The whole book as one pandoc tree, for formats that pandoc writes: paths, parts, chapters, glossary."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from exporter.errors import ExportError, Finding
from exporter.model import NOTHING, Previous, key_of
from exporter.views.alphabet import sort_key
from exporter.views.body import TOO_MUCH, as_source, pandoc, tell, transform
from exporter.views.body.body import Body
from exporter.views.body.formulas import vault_macros
from exporter.views.body.halving import FAILURES
from exporter.views.body.nodes import Anchors, string
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.text import label, printable, title_of
from exporter.views.body.transformation import Transformation
from exporter.views.book.archive import rewrite
from exporter.views.book.back_matter import GlossaryEntry, glossary
from exporter.views.book.bibliography import Bibliography, Work
from exporter.views.book.blocks import (
    SPACE,
    bullets,
    div,
    emph,
    figure,
    header,
    link,
    links,
    minor,
    ordered,
    para,
    plain,
    span,
    strong,
    web,
)
from exporter.views.book.bodies import Bodies
from exporter.views.book.drawing import Kind, draw_charts
from exporter.views.book.edition import Edition
from exporter.views.book.finish import finish
from exporter.views.book.plan import Data, roman
from exporter.views.book.result import digest_folder, recall, remember
from exporter.views.languages import RTL, direction_of


class Book:
    """A book on its way through pandoc. What a format has its own way, it says in a subclass."""

    drawn: Kind = "svg"  # its small maps
    page_level = 0  # of the headings that begin a file of its own, whose footnotes count from 1; 0: none does

    def __init__(self, edition: Edition, file: str = "", previous: Previous = NOTHING) -> None:
        """Take what it is called below `out/`, and what an earlier run has left there."""
        self.edition, self.words = edition, edition.words
        self.file, self.previous = file, previous
        self.bodies = Bodies(edition, openings=True)
        self.trees: list[Transformation] = []
        self.charts: dict[str, str] = {}  # by the label of the part: a file
        self.data = b""

    def make(self, arguments: Sequence[str], files: Mapping[str, bytes] = {}) -> Iterator[Finding]:
        """Have pandoc write it, and tell what is not in it.

        Args:
            arguments: pandoc's.
            files: those that the arguments name.
        """
        edition = self.edition
        yield from self.bodies.unreadable()
        with TemporaryDirectory(prefix="handbook-") as name:
            folder = Path(name)
            pictures = Pictures(edition.map.file, folder)
            self.trees = transform(
                self.bodies,
                self.bodies.trees(),
                vault_macros(edition.map),
                lambda body, anchors: self.tree(body, anchors, pictures),
            )
            pictures.workshop.close()
            yield from tell(self.bodies)
            charts = draw_charts(edition, self.drawn)
            self.charts = {part: f"chart-{number}.{self.drawn}" for number, part in enumerate(charts, 1)}
            drawings = {self.charts[part]: chart for part, chart in charts.items()}
            for file, data in {**files, **drawings}.items():
                (folder / file).write_bytes(data)
            try:
                refused = self._render(arguments, folder)
            except FAILURES:
                yield from self._give_up(arguments)
                refused = self._render_rest(arguments, folder)
        for tree in self.trees:
            for tex, source in tree.formulas.items():
                if tex in refused:
                    yield tree.omissions.formula_as_source(source)

    def tree(self, body: Body, anchors: Mapping[str, Anchors], pictures: Pictures) -> Transformation:
        """What becomes of a note."""
        return Transformation(body, self.edition.map.topic, anchors, pictures, self.words)

    def about(self) -> dict[str, str | list[str]]:
        """What the file says of the book, as pandoc wants it."""
        edition = self.edition
        return {
            "title": edition.title,
            "toc-title": self.words["contents"],
            "author": edition.author,
            "date": edition.date.date().isoformat() if edition.date else "",
            "lang": "-".join(filter(None, [edition.language, edition.region])),
            "dir": self.direction,
            "page-progression-direction": self.direction,
            "description": edition.summary,
            "identifier": f"urn:uuid:{uuid5(NAMESPACE_URL, json.dumps([edition.map.source.file, edition.title]))}",
        }

    def arrange(self, blocks: list[Node]) -> list[Node]:
        """The whole tree as the format wants it."""
        return blocks

    def render(self, blocks: list[Node], folder: Path, arguments: Sequence[str]) -> tuple[bytes, set[str]]:
        """What pandoc makes of the tree, and the formulas that it does not know."""
        return pandoc.render(blocks, self.about(), folder, arguments, self.edition.timestamp)

    def change(self, name: str, data: bytes) -> bytes:
        """A file of pandoc's archive as the format wants it."""
        return data

    @property
    def direction(self) -> str:
        """How the book is read, where that is from the right; else ""."""
        return RTL if direction_of(self.edition.language) == RTL else ""

    def _render(self, arguments: Sequence[str], folder: Path) -> set[str]:
        """Have it written; gives the formulas that pandoc does not know."""
        depth = f"--toc-depth={self.edition.options.contents_depth}"
        # for a template, which does not see what is meta
        page = [f"--variable=dir={self.direction}"] if self.direction else []
        blocks = [*self.blocks()]
        finish(blocks, self.page_level, self.direction)
        blocks = self.arrange(blocks)
        given = [depth, *page, *arguments]
        tree = json.dumps([blocks, self.about(), given, self.edition.timestamp], ensure_ascii=False)
        key = key_of("book", pandoc.program(), tree, digest_folder(folder))
        store = self.edition.map.store
        if before := recall(store, key, self.previous):
            self.data, refused = before[0][self.file], {tex for (tex,) in before[1]}
        else:
            data, refused = self.render(blocks, folder, given)
            self.data = rewrite(data, self.change)
            remember(store, key, {self.file: self.data}, [[tex] for tex in sorted(refused)])
        return refused

    def _give_up(self, arguments: Sequence[str]) -> Iterator[Finding]:
        """Have the notes that pandoc refuses printed as their Markdown."""
        to = next(argument.removeprefix("--to=") for argument in arguments if argument.startswith("--to="))
        trees = [[*body.opening, *body.blocks, *body.answers] for body in self.bodies]
        for body, borne in zip(self.bodies, pandoc.borne(trees, to), strict=True):
            if not borne and not body.too_deep:
                body.too_deep = True
                yield as_source(body.topic, TOO_MUCH)

    def _render_rest(self, arguments: Sequence[str], folder: Path) -> set[str]:
        try:
            return self._render(arguments, folder)
        except FAILURES as error:
            message = f"pandoc cannot write the book: {error}; leave notes out, or report it"
            raise ExportError(message) from error

    def blocks(self) -> Iterator[Node]:
        """All blocks of the book; chapters begin with a heading of level 2, all else with one of level 1."""
        plan = self.edition.plan
        answered = [body for body in self.bodies if body.answers and not body.too_deep]
        missing = self._missing()
        if plan.notes or plan.paths:
            yield header(1, "__how-to", [string(self.words["how_to"])], "preface")
            said = {
                "how_to_path": plan.paths, "how_to_builds": True, "how_to_questions": answered, "how_to_missing": missing,
            }  # fmt: skip
            yield bullets([para([string(self.words[line])])] for line, there in said.items() if there)
        for path in plan.paths:
            yield header(1, path["label"], [string(path["title"])])
            yield ordered(map(self._step, path["steps"]))
        for part in plan.parts:
            yield from self._part(part)
            for chapter in part["chapters"]:
                yield header(2, chapter["label"], _title(chapter, str), "chapter")
                yield from self._introduction(chapter)
                yield from self._text(chapter)
        if answered:
            yield header(1, "__answers", [string(self.words["answers"])], "appendix")
        for body in answered:
            title = [span("number", [string(body.number)]), SPACE] if body.number else []
            yield minor([link(label(body.topic.id), [*title, string(title_of(body.topic))])])
            yield from body.answers
        entries = glossary(self.edition.map, self.bodies) if self.edition.options.glossary else []
        if entries:
            yield header(1, "__glossary", [string(self.words["glossary"])], "glossary")
            yield {"t": "DefinitionList", "c": [self._definition(entry) for entry in entries]}
        works = self._works()
        if works:
            yield header(1, "__references", [string(self.words["references"])], "bibliography")
            yield bullets(map(_work, works))
        if missing:
            yield header(1, "__missing", [string(self.words["missing"])], "appendix")
            yield para([string(self.words["missing_linked"])])
            yield bullets(
                [plain([string(printable(target)), SPACE, string("–"), SPACE, *links(topics)])]
                for target, topics in missing.items()
            )

    def _works(self) -> list[Work]:
        """What of the web the notes link to, each work once, by who wrote it or what it is called."""
        if not self.edition.options.bibliography:
            return []
        bibliography = Bibliography(self.edition.map, self.words["more"])
        for tree in self.trees:
            for address, words in tree.addresses if not tree.body.too_deep else ():
                if words not in (address, address.removeprefix("mailto:")):
                    bibliography.cite(address, words)
        bibliography.add_notes(self.edition.plan.notes)
        return sorted(bibliography.works(), key=lambda work: sort_key(work.authors or work.title or work.printed()[0]))

    def _missing(self) -> dict[str, list[list[str]]]:
        """What notes link to and nobody has written, with these notes."""
        wanted: dict[str, list[list[str]]] = {}
        for tree in self.trees:
            for target in {} if tree.body.too_deep else tree.missing_targets:
                wanted.setdefault(target, []).append([label(tree.body.topic.id), title_of(tree.body.topic)])
        return {target: wanted[target] for target in sorted(wanted, key=lambda name: (sort_key(name), name))}

    def _part(self, part: Data) -> Iterator[Node]:
        """A part's opening: what is in it, and only then the text of its note."""
        yield header(1, part["label"], _title(part, roman), "part")
        if part["summary"]:
            yield div("summary", [para([string(part["summary"])])])
        yield from self._introduction(part)
        if part["body"] is not None and not self.bodies[part["body"]].too_deep:
            yield from self.bodies[part["body"]].opening
        if part["entries"]:
            yield minor([strong(self.words["in_part"])])
            yield bullets(self._entries(part["entries"]))
        if file := self.charts.get(part["label"]):
            yield figure(file, part["chart"]["alt"], part["chart"]["caption"])
        yield from self._text(part)

    def _introduction(self, topic: Data) -> Iterator[Node]:
        """What stands between a title and its text: other names, the definition, what to read before and besides."""
        if topic["aliases"]:
            yield div("aliases", [para([emph(f"{self.words['also']} {', '.join(topic['aliases'])}")])])
        if topic["definition"]:
            yield div("definition", [para([emph(topic["definition"])])])
        for word, topics in topic["links"]:
            yield _line(word, topics)
        if topic["objectives"]:
            yield minor([strong(self.words["objectives"])])
            yield bullets([plain([string(objective)])] for objective in topic["objectives"])

    def _text(self, topic: Data) -> Iterator[Node]:
        """A topic's text, and who links to it."""
        if topic["body"] is not None:
            yield from self._body(self.bodies[topic["body"]])
        for line in topic["backlinks"]:
            yield _line(line["word"], line["topics"], line["more"])

    def _body(self, body: Body) -> list[Node]:
        if body.too_deep:
            anchors = [div("", [], name) for name in body.names]
            return [*anchors, {"t": "CodeBlock", "c": [["", [], []], body.text]}]
        if not body.language:
            return body.blocks
        attributes = [["lang", "-".join(filter(None, body.language))]]
        direction = direction_of(body.language[0])
        if direction != direction_of(self.edition.language):
            attributes.append(["dir", direction])
        return [{"t": "Div", "c": [["", [], attributes], body.blocks]}]

    def _entries(self, entries: Sequence[Data]) -> Iterator[list[Node]]:
        """A line each; those that have no chapter and of which nothing is said share one."""
        bare: dict[str, list[Data]] = {}
        for entry in entries:
            if entry["kind"] == "unwritten" and not entry["summary"]:
                bare.setdefault(entry["place"], []).append(entry)
            else:
                yield self._entry(entry)
        for place, several in bare.items():
            names = [[span("unwritten", [string(each["title"])], each["label"])] for each in several]
            apart = [node for name in names for node in (SPACE, string("·"), SPACE, *name)][3:]
            yield [plain([*apart, SPACE, emph(f"— {place}")])]

    def _entry(self, entry: Data) -> list[Node]:
        title = string(entry["title"])
        unwritten = entry["kind"] == "unwritten"
        line = [span("unwritten", [title], entry["label"])] if unwritten else [link(entry["label"], [title])]
        if entry["number"]:
            line = [span("number", [string(str(entry["number"]))]), SPACE, *line]
        if entry["place"]:
            line += [SPACE, emph(f"— {entry['place']}")]
        return [plain([*line, *([{"t": "LineBreak"}, string(entry["summary"])] if entry["summary"] else [])])]

    def _step(self, step: Data) -> list[Node]:
        """A box to tick, and what to read for it."""
        topics = [
            [
                plain([link(topic["label"], [string(topic["title"])])]),
                *([_line(self.words["requires"], topic["requires"])] if topic["requires"] else []),
            ]
            for topic in step["topics"]
        ]
        return [para([string("☐"), SPACE, string(step["text"])]), *([bullets(topics)] if topics else [])]

    def _definition(self, entry: GlossaryEntry) -> list[Any]:
        also = f"{self.words['also']} {', '.join(entry.aliases)}"
        aliases = [SPACE, emph(f"({also})")] if entry.aliases else []
        term = entry.term
        name, said = (term.name, term.definition) if term else ([string(entry.title)], [string(entry.definition)])
        if entry.continues:
            said = [string("… "), *said]
        return [[link(entry.label, name), *aliases], [[para(deepcopy(said))]]]


def _title(topic: Data, numeral: Callable[[int], str]) -> list[Node]:
    number = topic["number"]
    numbered = [span("number", [string(numeral(number))]), SPACE] if number else []
    return [*numbered, string(topic["title"])]


def _line(word: str, topics: Sequence[Sequence[str]], more: str = "") -> Node:
    rest = [SPACE, string(more)] if more else []
    return div("links", [para([strong(f"{word}:"), SPACE, *links(topics), *rest])])


def _work(work: Work) -> list[Node]:
    """Who wrote it, when, what it is called, and where it is."""
    by = " ".join(filter(None, [work.authors, f"({work.year})" if work.year else ""]))
    title = [emph(work.title)] if work.title else []
    said = [*([string(f"{by}:"), SPACE] if by else []), *title]
    places = [node for address in work.printed() for node in (SPACE, web(address, printable(address)))]
    return [plain([*said, *(places if said else places[1:])])]
