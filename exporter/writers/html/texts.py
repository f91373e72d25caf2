"""The notes' texts as HTML. What an earlier run has made of a note is taken from the store if nothing on which it depends is another."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import unquote

from exporter.errors import Finding
from exporter.model import KnowledgeMap, Source, Topic, bytes_of, digest_of, get_record, key_of, put_record
from exporter.views.body import TOO_MUCH, as_source, pandoc, tell_empty_headings, transform
from exporter.views.body.body import Body
from exporter.views.body.formulas import vault_macros
from exporter.views.body.pandoc import Node
from exporter.views.body.picture import Pictures
from exporter.views.body.sources import sources_of
from exporter.views.body.text import printable
from exporter.views.translations import Translations
from exporter.writers.html.tree import FOLDER, WebTree

HEADINGS = 3  # the level of the highest in a note: its title has the one before
SEEN = "looks"  # the key of what was seen of notes: what it depends on stands in it
# What may bring something that is not of the note: embeds, pictures
FOREIGN = re.compile(rb"!\[|<(?:img|image|svg|picture|source|video|audio|iframe|object|embed)\b", re.IGNORECASE)
EMBED = re.compile(rb"!\[\[([^\[\]|#]*)[^\[\]]*\]\]")  # of a note, or of a file
HTML_LINK = re.compile(rb"<a\b|<area\b", re.IGNORECASE)
WEB = re.compile(rb"!\[[^\[\]]*\]\(<?https?:", re.IGNORECASE)  # begins a picture that is not the vault's
FILE = re.compile(r"<file:([^>#]*)")  # in a text
PICTURE = re.compile(f' src="{FOLDER}([^"]*)"')
TYPES = {"png": "png", "jpg": "jpeg", "gif": "gif", "webp": "webp", "svg": "svg+xml"}  # of pictures
# pandoc names the lines of code, in each text alike
LINE = re.compile(r'<span id="cb\d+-\d+"><a href="#cb\d+-\d+" aria-hidden="true" tabindex="-1"></a>')
CODE = re.compile(r'<div class="sourceCode" id="cb\d+">')
TEX = '<span class="math '  # begins a formula that pandoc does not know


class Text(NamedTuple):
    """What is made of a note."""

    html: str
    sentences: list[str]  # of the links that start at it, in the order of the table
    language: tuple[str, str | None] | None  # and region, where it is not the map's
    empty_headings: list[str]
    findings: list[tuple[str, str, str, int]]  # code, message, file, line


class Look(NamedTuple):
    """What a note's bytes say at first sight."""

    digest: str
    is_foreign: bool  # it brings something that is no note
    embeds: list[str]  # the names of notes, or of files, that it embeds
    has_html_link: bool

    @staticmethod
    def at(data: bytes) -> Look:
        """Look at a note."""
        embeds = [name for name in EMBED.findall(data) if name] if b"![[" in data else []
        rest = WEB.sub(b"", EMBED.sub(b"", data)) if b"![" in data else data
        return Look(
            digest_of(data),
            bool(FOREIGN.search(rest)),
            [_stem(name.decode("utf-8", "replace")) for name in embeds],
            bool(HTML_LINK.search(data)),
        )


class Texts:
    """The texts of all topics that have a note, by Topic.id."""

    def __init__(self, knowledge_map: KnowledgeMap, line_breaks: bool, words: Translations) -> None:
        self.map, self.line_breaks, self.words = knowledge_map, line_breaks, words
        self.by_topic: dict[str, Text] = {}
        self.keys: dict[str, str] = {}  # by Topic.id, all that its text depends on; "": nobody knows
        self._looks: dict[str, Look | None] = {}  # at notes, by Topic.id
        self._has_new_looks = False  # that the store has not

    def make(self) -> Iterator[Finding]:
        """Fill `by_topic`, and tell what is lost."""
        topics = [topic for topic in self.map.topics if topic.note]
        self.keys = {topic.id: self._key(topic) for topic in topics}
        self._keep_looks()
        missing = []
        for topic in topics:
            key = self.keys[topic.id]
            if text := get_record(self.map.store, key, Text) if key else None:
                self.by_topic[topic.id] = text
            else:
                missing.append(topic)
        yield from self._make(missing)
        for topic in missing:
            if (key := self.keys[topic.id]) and topic.id in self.by_topic:
                put_record(self.map.store, key, self.by_topic[topic.id])
        for topic in topics:
            if topic.id in self.by_topic:
                for code, message, file, line in self.by_topic[topic.id].findings:
                    yield Finding(Source(file, line), code, message)
        titles = ((topic, self.by_topic[topic.id]) for topic in topics if topic.id in self.by_topic)
        yield from tell_empty_headings((each, topic.title) for topic, text in titles for each in text.empty_headings)

    # ---- the store ----

    def _key(self, topic: Topic) -> str:
        """All that a note's HTML depends on; "" where the note cannot be read."""
        own = self._look(topic)
        if not own:
            return ""
        ends, wants = self._ends(topic)
        cited = sorted({end for end, anchor, _ in ends if anchor})  # whose headings it names
        parts: list[object] = [topic.id, topic.title, topic.note, own.digest, ends, wants, *map(self._digest, cited)]
        has_html_link = own.has_html_link
        embedded = self._embedded(own)
        if embedded is None:
            with suppress(OSError):
                text = self.map.text(topic.id)
                has_html_link |= bool(HTML_LINK.search(text.encode("utf-8", "surrogatepass")))
                parts += [text, *self._files(text)]
        else:
            for each in embedded:
                said = self._look(each)
                parts += [self._ends(each), said.digest if said else ""]
                has_html_link |= bool(said and said.has_html_link)
        if has_html_link:
            parts.append(self._paths)
        return key_of("web", self._whole, bytes_of(parts))

    def _look(self, topic: Topic) -> Look | None:
        """What is to be known of a note that is read for several; None: it cannot be read."""
        if topic.id not in self._looks:
            self._looks[topic.id] = self._look_at(topic.note) if topic.note else None
        return self._looks[topic.id]

    def _look_at(self, note: str) -> Look | None:
        """What an earlier run has seen, if the note is what it was then."""
        state = self.map.state(note)
        before, look = self._seen.get(note, ("", None))
        if not (state and state == before):
            try:
                look = Look.at(self.map.file(note))
            except OSError:
                return None
            if state:
                self._seen[note] = state, look
                self._has_new_looks = True
        return look

    @cached_property
    def _seen(self) -> dict[str, tuple[str, Look]]:
        """Looks of earlier runs, and of this one, by the path of the note and behind its state then: one record, as all are asked for."""
        return get_record(self.map.store, SEEN, dict[str, tuple[str, Look]]) or {}

    def _keep_looks(self) -> None:
        """Keep looks at the notes that are there for the next run."""
        if self._has_new_looks:
            notes = [topic.note for topic in self.map.topics if topic.note in self._seen]
            with suppress(UnicodeEncodeError):  # a file's name is no text
                put_record(self.map.store, SEEN, {note: self._seen[note] for note in notes})

    def _digest(self, id: str) -> str:
        """What tells the bytes of a topic's note; "" where they cannot be read."""
        look = self._look(self.map.topic[id])
        return look.digest if look else ""

    def _ends(self, topic: Topic) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str]] | None]:
        """Where the links of a note lead, and which lead nowhere: it depends on the names of all notes."""
        ends = [(link.end, link.anchor, link.text) for link in self.map.links_from(topic.id)]
        return ends, self._wants.get(topic.id)

    def _embedded(self, own: Look) -> list[Topic] | None:
        """The notes that a note may embed, and they in turn; None where it brings something else, which only its text tells."""
        if not own.embeds and not own.is_foreign:
            return []
        notes: dict[str, Topic] = {}
        waiting = [own]
        while waiting:
            look = waiting.pop()
            if look.is_foreign:
                return None
            for name in look.embeds:
                topics = self._named.get(name)
                if not topics:
                    return None
                for topic in topics:
                    if topic.id not in notes:
                        notes[topic.id] = topic
                        waiting += filter(None, [self._look(topic)])
        return [*notes.values()]

    @cached_property
    def _named(self) -> dict[str, list[Topic]]:
        """Topics by the names of their notes; which of several a link means, `_ends` tells."""
        named: dict[str, list[Topic]] = {}
        for topic in self.map.topics:
            if topic.note:
                named.setdefault(_stem(topic.note), []).append(topic)
        return named

    @cached_property
    def _wants(self) -> dict[str | None, list[tuple[str, str, str]]]:
        """By Topic.id, what its note links to and is not there."""
        wants: dict[str | None, list[tuple[str, str, str]]] = {}
        for missing in self.map.missing:
            for want in missing.wanted_by:
                wants.setdefault(want.topic, []).append((missing.name, want.anchor, want.text))
        return wants

    @cached_property
    def _paths(self) -> str:
        """All notes, for what HTML links to."""
        return key_of("paths", bytes_of([(topic.id, topic.note) for topic in self.map.topics]))

    @cached_property
    def _whole(self) -> str:
        """What the HTML of each note depends on."""
        made = pandoc.program(), self.line_breaks, self.words["web_answer"], sorted(vault_macros(self.map).items())
        languages = self.map.language, sorted(self.map.languages.usual.items())
        return key_of("all", repr((made, languages, self.map.source.file)))

    def _files(self, text: str) -> Iterator[bytes]:
        for path in dict.fromkeys(FILE.findall(text)):
            with suppress(OSError, ValueError):
                yield self.map.file(unquote(path, errors="surrogatepass"))

    # ---- making ----

    def _make(self, topics: Sequence[Topic]) -> Iterator[Finding]:
        """Make the texts of some topics; tells those that cannot be read."""
        if not topics:
            return
        wanted = {topic.id for topic in topics}
        cited = {link.end for id in wanted for link in self.map.links_from(id) if link.anchor}
        chosen = [topic for topic in self.map.topics if topic.note and topic.id in wanted | cited]
        sources = sources_of(self.map, tuple(topic.id for topic in chosen), self.line_breaks)
        bodies = [
            Body.of(self.map, topic, "", text, HEADINGS, marks)
            for topic, text, marks in zip(chosen, sources.texts, sources.marks, strict=True)
        ]
        with TemporaryDirectory(prefix="html-") as name:
            pictures = Pictures(self.map.file, Path(name))
            trees = transform(
                bodies,
                sources.trees(),
                vault_macros(self.map),
                lambda body, anchors: WebTree(body, self.map.topic, anchors, pictures, self.words),
            )
            pictures.workshop.close()
            made = [tree for tree in trees if tree.body.topic.id in wanted]
            pages = pandoc.to_html([blocks_of(tree.body) for tree in made])
            for tree, page in zip(made, pages, strict=True):
                topic = tree.body.topic
                if error := sources.unreadable.get(topic.id):
                    message = f"its text is not on the page: {error.strerror or error}"
                    yield Finding(topic.source, "unreadable-note", message)
                    continue
                if page is None:
                    tree.body.too_deep = True
                    tree.body.findings.append(as_source(topic, TOO_MUCH))
                    page = pandoc.to_html([blocks_of(tree.body)])[0] or ""
                self._tell_formulas(tree, page)
                self.by_topic[topic.id] = self._text(tree.body, _polish(page, Path(name)))

    def _text(self, body: Body, html: str) -> Text:
        findings = [(each.code, each.message, *each.source) for each in body.findings]
        sentences = []
        for link in self.map.links_from(body.topic.id):
            with suppress(OSError):
                sentences.append(printable(self.map.sentence(link)))
        return Text(html, sentences, body.language, body.empty_headings, findings)

    def _tell_formulas(self, tree: WebTree, page: str) -> None:
        """Say which formulas pandoc does not know."""
        if TEX in page:
            given = [(False, tex) for tex in tree.formulas]
            made = pandoc.formulas_to_mathml(given, self.map.store)
            for source, mathml in zip(tree.formulas.values(), made, strict=True):
                if mathml is None or TEX in mathml:
                    tree.body.findings.append(tree.omissions.formula_as_source(source))


def _stem(path: str) -> str:
    """A note's name without its folder, as links compare it."""
    return normalize("NFC", path.strip().rpartition("/")[2].removesuffix(".md")).casefold()


def blocks_of(body: Body) -> list[Node]:
    """The note, or its Markdown where no tree can be made of it."""
    return [{"t": "CodeBlock", "c": [["", [], []], body.text]}] if body.too_deep else body.blocks


def _polish(page: str, folder: Path) -> str:
    """The page with its pictures in it, and without names of lines."""
    page = CODE.sub('<div class="sourceCode">', LINE.sub("<span>", page))
    page = page.replace("<pre", '<pre tabindex="0"').replace(
        '<input type="checkbox"', '<input type="checkbox" disabled=""'
    )
    return PICTURE.sub(lambda match: f' src="{_data(folder / unquote(match[1]))}"', page)


def _data(file: Path) -> str:
    """A picture as an address of itself: https://www.rfc-editor.org/rfc/rfc2397."""
    kind = TYPES[file.suffix.removeprefix(".")]
    return f"data:image/{kind};base64,{b64encode(file.read_bytes()).decode()}"
