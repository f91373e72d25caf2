"""The bodies and attachments of a vault, read when somebody asks. What takes them apart is imported then: few runs ask for a text."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

from exporter.errors import ExportError
from exporter.model import Link, Locatable, Passage, Source, Topic
from exporter.outline import Outline, heading_key
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.core import find_core
from exporter.reader.batch.full import parse
from exporter.reader.batch.late import Parts
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import Mention
from exporter.reader.markdown.note import Note, decode, lead
from exporter.reader.markdown.patterns import BLOCK_ID
from exporter.reader.markdown.plain_text import LAST_TAGS, MARKED, heading_to_text, to_text
from exporter.reader.names import is_note, key
from exporter.reader.vault.files import DRAWING, Vault

if TYPE_CHECKING:
    from exporter.reader.content.places import Places
    from exporter.reader.content.sentences import CompiledSentences, Sentences

MOST_KEPT = 2  # notes: that of the last link, and the map, which files topics between their own links


def read_lead(data: bytes) -> str:
    """The first paragraph of a note that holds a sentence, as plain text; "" where it begins otherwise."""
    core = find_core()
    said: str | None = core.read_lead(data) if core else None
    return LAST_TAGS.sub("", to_text(lead(data))) if said is None else said


class VaultContent:
    """The bodies and attachments of a vault, read from its files when somebody asks (`model.Content`)."""

    def __init__(
        self, vault: Vault, names: Names, notes: Notes, ids: Sequence[str | None], ghosts: Mapping[str, str]
    ) -> None:
        """Take what is known of the vault.

        Args:
            vault: gives the files.
            names: finds what a link means.
            notes: what they say.
            ids: Topic.id of each; None: it is the map, or was not read.
            ghosts: Topic.id by the key of a name that no note has.
        """
        self._vault, self._names, self._notes, self._ghosts = vault, names, notes, ghosts
        self._topics = ids
        self._sentences: dict[str, Sentences | CompiledSentences] = {}  # by path, the last one last
        self._headings: dict[str, _Headings] = {}  # by path
        self._places: dict[str, Places] = {}  # of the last note that something was told of

    @cached_property
    def _ids(self) -> dict[str, str | None]:
        """Topic.id by path; made when somebody asks for a text."""
        return dict(zip(self._notes.paths, self._topics, strict=True))

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled and copied: all but the sentences of the last notes, which may be the core's."""
        return {**self.__dict__, "_sentences": {}}

    def restrict(self, ids: Collection[str]) -> VaultContent:
        """The same where these topics alone are there: links to others are their words."""
        content = copy(self)
        content._ids = {path: id_ if id_ in ids else None for path, id_ in self._ids.items()}
        content._ghosts = {name: id_ for name, id_ in self._ghosts.items() if id_ in ids}
        return content

    def text(self, topic: Topic) -> str:
        """Read a topic's note as plain Markdown: see `KnowledgeMap.text`."""
        from exporter.reader.content.text import render

        return render(self, topic.note or "")

    def passages(self, topic: Topic) -> tuple[Passage, ...]:
        """Read the parts of a topic's text: see `KnowledgeMap.passages`."""
        from exporter.reader.content.passages import read_passages

        return read_passages(self.text(topic), topic.title)

    def locate(self, topic: Topic, kind: Locatable, words: str) -> Source | None:
        """Find where something of a topic's text stands: see `KnowledgeMap.locate`."""
        from exporter.reader.content.places import Places
        from exporter.reader.content.text import list_pieces

        path = topic.note or ""
        if path not in self._places:
            try:
                pieces = list_pieces(self, path)
            except OSError:  # it was there when its text was read
                return None
            self._places = {path: Places(pieces, lambda link, source: self.target(link, source)[0])}
        return self._places[path].find(kind, words)

    def lead(self, topic: Topic) -> str:
        """Read the first paragraph of a topic's note as plain text: see `KnowledgeMap.lead`."""
        return read_lead(self._vault.read(topic.note or ""))

    def sentence(self, link: Link) -> str:
        """Read the sentence in which a link stands: see `KnowledgeMap.sentence`."""
        path, line = link.source
        if not link.text or not is_note(path):
            return ""
        sentences = self._sentences.pop(path, None) or self._read_sentences(path)
        self._sentences[path] = sentences
        if len(self._sentences) > MOST_KEPT:
            del self._sentences[next(iter(self._sentences))]
        return sentences.of(line, link.text, link.anchor)

    def _read_sentences(self, path: str) -> Sentences | CompiledSentences:
        from exporter.reader.content.sentences import CompiledSentences, Sentences

        data = self._vault.read(path)
        core = find_core()
        return CompiledSentences(data, core) if core else Sentences(decode(data)[0])

    def file(self, path: str) -> bytes:
        """Read an attachment, by its path: see `KnowledgeMap.file`."""
        return self._vault.read(path)

    def state(self, path: str) -> str:
        """What tells that a note says what it has said before: see `KnowledgeMap.state`."""
        return self._vault.state(path)

    def source_date_epoch(self) -> int | None:
        """Read SOURCE_DATE_EPOCH: see `KnowledgeMap.source_date_epoch`."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if epoch and not (epoch.isascii() and epoch.isdecimal()):
            raise ExportError(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number; set it to seconds since 1970")
        return int(epoch) if epoch else None

    def target(self, link: Mention, source: str) -> tuple[str | None, str | None]:
        """The file and the topic that a link means; either may be missing."""
        path = self._names.resolve(link.target, source).path
        return path, self._ids.get(path) if path else self._ghosts.get(key(link.target))

    def may_show(self, path: str) -> bool:
        """Whether other notes may show the text of this one."""
        return self._vault.may_show(path)

    def is_drawing(self, path: str) -> bool:
        """Whether this note is one, whose text is no text."""
        return self._vault.excluded.get(path, "").startswith(DRAWING)

    def parse_note(self, path: str) -> Note:
        """Read and parse a note of the vault."""
        return parse(self._vault.read(path))

    def anchor(self, path: str, anchor: str) -> str:
        """An anchor of a link to this note, as it names the same heading among those that the note's text shows.

        Links name headings as these are written, the text shows what is to be read: `## About [[Rye|dark]] flour`.
        """
        number = self._numbers.get(path)
        anchor = self.written_anchor(path, anchor)
        if number is None or anchor.startswith("^"):
            return anchor
        written = self._notes.headings[number]
        if "#" not in anchor and "^" not in written and "{" not in written and not MARKED.search(written):
            first = written.partition("\n")[0]
            if self._notes.levels[number][:1] != "1" or heading_key(first) != heading_key(anchor):
                return anchor
        headings = self._headings.get(path)
        if headings is None:
            headings = self._headings[path] = _Headings(note := self.parse_note(path), self.is_titled(path, note))
        return headings.translate(anchor)

    def is_titled(self, path: str, note: Note) -> bool:
        """Whether the heading that opens a note is its title, which is no part of its text; a property may say another one."""
        number = self._numbers.get(path)
        if not note.opens or number is None:  # of a note that is no topic nobody has asked for a title
            return note.opens
        title = self._notes.titles[number]
        return heading_key(title) == heading_key(heading_to_text(note.headings[0].text))

    def written_anchor(self, path: str, anchor: str) -> str:
        """An anchor of a link to this note as Obsidian would have it, where a dialect has another."""
        return self._parts.anchor(self._numbers.get(path, -1), anchor) if self._names.dialect.names_parts else anchor

    @cached_property
    def _parts(self) -> Parts:
        return Parts(self._notes, self._names.dialect, self._vault.read)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self._notes.paths)}


class _Headings:
    """The headings of a note, as written and as its text shows them."""

    def __init__(self, note: Note, is_titled: bool) -> None:
        self._hidden = int(is_titled)  # the first, which is the note's title
        self._texts = [heading_to_text(BLOCK_ID.sub("", heading.text)).replace("#", " ") for heading in note.headings]
        levels = [heading.level for heading in note.headings]
        self._written = Outline(levels, [heading.text for heading in note.headings])
        self._shown = Outline(levels[self._hidden :], self._texts[self._hidden :])

    def translate(self, anchor: str) -> str:
        """The anchor as it is, if it will do; "" for the title; what the note has not stays."""
        written = self._written.find(anchor)
        if written is None:
            return anchor
        number = written[0] - self._hidden
        if number < 0:
            return ""
        if self._leads_to(anchor, number):
            return anchor
        words = [self._texts[above + self._hidden] for above in self._shown.lineage(number)]
        paths = ["#".join(words[start:]) for start in reversed(range(len(words)))]  # the shortest first
        return next((path for path in paths if self._leads_to(path, number)), words[-1])

    def _leads_to(self, anchor: str, number: int) -> bool:
        shown = self._shown.find(anchor)
        return shown is not None and shown[0] == number
