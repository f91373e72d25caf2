"""A note's body as plain Markdown: what is Obsidian's own in it becomes what every Markdown reader knows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import quote

from exporter.errors import ExportError
from exporter.model import Link, Topic
from exporter.reader.inline import Mention, shown
from exporter.reader.note import Note, decode, lead, parse
from exporter.reader.plain import plain
from exporter.reader.resolve import Names, key
from exporter.reader.scan import NOTE, Vault
from exporter.reader.sentence import Sentences

IMAGES = frozenset("avif bmp gif jpeg jpg png svg webp".split())
MOST_EMBEDS = 200  # in one text: notes that embed notes that embed notes grow without end
DEEPEST = 20  # notes within notes
MOST_KEPT = 2  # notes: that of the last link, and the map, which files topics between their own links
LAST_SECOND = 253402300799  # of the year 9999, after which no date can be written
MARKS = re.compile(r"([\\`*_\[\]<>$~|^=#])")
SIZE_AT_END = re.compile(r"\|\s*(\d{1,5})(?:x\d+)?\s*\Z")
LAST_TAGS = re.compile(r"(?:(?:^|\s)#[\w/-]+)+\Z")
LEAD = re.compile(r"([ \t>]*)((?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:\[.\][ \t]+)?")  # marks of quotes, of a list, of a task


class VaultContent:
    """The bodies and attachments of a vault, read from its files when somebody asks (`model.Content`)."""

    def __init__(self, vault: Vault, names: Names) -> None:
        self._vault = vault
        self._names = names
        self.ids: Mapping[str, str | None] = {}  # path of a note: Topic.id; known once the vault is understood
        self.ghosts: Mapping[str, str] = {}  # key of a name that no note has: Topic.id
        self._sentences: dict[str, Sentences] = {}  # by path, the last one last

    def text(self, topic: Topic) -> str:
        """See `KnowledgeMap.text`."""
        return _Rendering(self).note(topic.note or "").strip("\n") + "\n"

    def lead(self, topic: Topic) -> str:
        """See `KnowledgeMap.lead`."""
        return LAST_TAGS.sub("", plain(lead(self._vault.read(topic.note or ""))))

    def sentence(self, link: Link) -> str:
        """See `KnowledgeMap.sentence`."""
        path, line = link.source
        if not link.text or path.rpartition(".")[2].lower() != NOTE:
            return ""
        sentences = self._sentences.pop(path, None) or Sentences(decode(self._vault.read(path))[0])
        self._sentences[path] = sentences
        if len(self._sentences) > MOST_KEPT:
            del self._sentences[next(iter(self._sentences))]
        return sentences.of(line, link.text, link.anchor)

    def file(self, path: str) -> bytes:
        """See `KnowledgeMap.file`."""
        return self._vault.read(path)

    def changed(self) -> int:
        """See `KnowledgeMap.changed`."""
        given = os.environ.get("SOURCE_DATE_EPOCH", "")
        if given and not (given.isascii() and given.isdecimal()):
            raise ExportError(f"SOURCE_DATE_EPOCH is {given!r}, which is no number; set it to seconds since 1970")
        changes = (stamp[0] // 10**9 for stamp in self._vault.stamps() if stamp)
        return min(max(0, int(given) if given else max(changes, default=0)), LAST_SECOND)

    def target(self, link: Mention, source: str) -> tuple[str | None, str | None]:
        """The file and the topic that a link means; either may be missing."""
        path = self._names.resolve(link.target, source).path
        return path, self.ids.get(path) if path else self.ghosts.get(key(link.target))

    def parsed(self, path: str) -> Note:
        """Read and parse a note of the vault."""
        return parse(self._vault.read(path))


class _Rendering:
    """One text in the making: which notes it is within, how many it has embedded."""

    def __init__(self, content: VaultContent) -> None:
        self.content = content
        self.within: list[str] = []
        self.embedded = 0

    def note(self, path: str, anchor: str = "") -> str:
        note = self.content.parsed(path)
        number = self.embedded
        start, end = (note.headings[0].end if note.opens else note.properties.end), len(note.text)
        if anchor:
            start, end = note.section(anchor) or (start, end)
        self.within.append(path)
        edits = [(a, b, "") for a, b in note.comments]
        for link in note.mentions:
            if start <= link.start < end:
                edits += self._external(note, link) if link.external else self._link(note, link, path)
        if len(self.within) > 1:  # footnotes of two notes may have one name
            edits += [(a, a, f"{number}-") for a, _ in note.footnotes]
        self.within.pop()
        return _edited(note.text, sorted(edits), start, end)

    def _link(self, note: Note, link: Mention, source: str) -> list[tuple[int, int, str]]:
        """What changes about a link; the text of a Markdown link stays, as there may be images in it."""
        path, topic = self.content.target(link, source)
        kind = path.rpartition(".")[2].lower() if path else ""
        if link.embed and kind in IMAGES:
            alt = link.text if link.text_end else _escaped(link.text)
            return [(link.start, link.end, f"![{alt}](<file:{quote(path or '')}{_width(note.text, link)}>)")]
        if link.embed and kind == NOTE and (text := self._embed(note, link, path or "")) is not None:
            return [(link.start, link.end, text)]
        to = ""
        if topic is not None:
            anchor = f"#{quote(link.anchor, safe='')}" if link.anchor else ""
            to = f"](<topic:{quote(topic, safe='')}{anchor}>)"
        elif path and kind != NOTE:
            to = f"](<file:{quote(path)}>)"
        elif not path:
            to = f"](<missing:{quote(link.target, safe='')}>)"
        if link.text_end and link.text and not link.embed:
            return [(link.start, link.start + 1, "[" if to else ""), (link.text_end, link.end, to)]
        words = link.text if link.text_end and link.text else _escaped(shown(link))
        return [(link.start, link.end, f"[{words}{to}" if to else words)]

    def _external(self, note: Note, link: Mention) -> list[tuple[int, int, str]]:
        """What changes about a link to a URL: the size of an image goes, and the brackets of [[obsidian://...]]."""
        if link.embed and link.text_end and note.text.startswith(link.text, link.start + 2):
            return [(link.start + 2 + len(link.text), link.text_end, "")]
        if not link.text_end and note.text[link.start] == "[":
            return [(link.start, link.end, f"[{_escaped(shown(link))}](<{link.target}>)")]
        return []

    def _embed(self, note: Note, link: Mention, path: str) -> str | None:
        """An embedded note's text, each line with the marks of the list or quote that it stands in; None: it stays a link."""
        if path in self.within or len(self.within) > DEEPEST or self.embedded >= MOST_EMBEDS:
            return None
        line = note.text.rfind("\n", 0, link.start) + 1
        line_end = note.text.find("\n", link.end)
        lead = LEAD.fullmatch(note.text, line, link.start)
        if not lead or note.text[link.end : line_end if line_end >= 0 else None].strip():
            return None  # within a sentence
        self.embedded += 1
        try:
            text = self.note(path, link.anchor).strip("\n")
        except OSError:  # told when the vault was read
            return ""
        item = lead[2] or ""
        newline = f"\n{lead[1]}{' ' * len(item)}"
        text = text.replace("\n", newline)
        return text if item else f"{newline}{text}{newline}"


def _width(text: str, link: Mention) -> str:
    """How wide an image is to be, as a fragment; "" where the link does not say (rule L1)."""
    shown = text[link.start + 2 : link.text_end or link.end - 2]
    found = SIZE_AT_END.search(shown if "|" in shown or not link.text_end else f"|{shown}")
    return f"#width={found[1]}" if found else ""


def _escaped(text: str) -> str:
    return MARKS.sub(r"\\\1", text)


def _edited(text: str, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
    parts, position = [], start
    for begin, stop, new in edits:
        if position <= begin and stop <= end:
            parts += [text[position:begin], new]
            position = stop
    parts.append(text[position:end])
    return "".join(parts)
