"""A note's body as plain Markdown: what is Obsidian's own in it becomes what every Markdown reader knows."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import quote

from exporter.errors import ExportError
from exporter.model import Link, Topic
from exporter.outline import Outline, heading_key
from exporter.reader.batch.columns import Notes
from exporter.reader.batch.late import Parts
from exporter.reader.batch.resolve import Names
from exporter.reader.content.sentences import Sentences
from exporter.reader.markdown.inline import Mention, shown_text
from exporter.reader.markdown.note import Note, decode, lead, parse
from exporter.reader.markdown.patterns import ATTRIBUTES, BLOCK_ID, BLOCK_WORDS, BOX, JOINT
from exporter.reader.markdown.plain_text import LAST_TAGS, MARKED, to_text
from exporter.reader.names import is_note, key
from exporter.reader.vault.files import Vault

IMAGES = frozenset("avif bmp gif jpeg jpg png svg webp".split())
MOST_EMBEDS = 200  # in one text: notes that embed notes that embed notes grow without end
DEEPEST = 20  # notes within notes
MOST_KEPT = 2  # notes: that of the last link, and the map, which files topics between their own links
LAST_SECOND = 253402300799  # of the year 9999, after which no date can be written
MARKS = re.compile(r"([\\`*_\[\]<>$~|^=#])")
SIZE_AT_END = re.compile(r"\|\s*(\d{1,5})(?:x\d+)?\s*\Z")
# A line that stands for one that a dialect has taken out
GONE = re.compile(rf"^[ \t>]*{JOINT}[ \t]*(?:\n|\Z)", re.MULTILINE)
HEADING = re.compile(r"\A#{1,6}[ \t]+")
# Marks of quotes, of a list, of a task
LEAD = re.compile(rf"([ \t>]*)((?:[-*+]|\d{{1,9}}[.)])[ \t]+)?(?:{BOX.pattern})?")


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
        self._ids = dict(zip(notes.paths, ids, strict=True))
        self._sentences: dict[str, Sentences] = {}  # by path, the last one last
        self._headings: dict[str, _Headings] = {}  # by path

    def text(self, topic: Topic) -> str:
        """Read a topic's note as plain Markdown: see `KnowledgeMap.text`."""
        text = _Rendering(self).note(topic.note or "")
        return (GONE.sub("", text).replace(JOINT, "") if JOINT in text else text).strip("\n") + "\n"

    def lead(self, topic: Topic) -> str:
        """Read the first paragraph of a topic's note as plain text: see `KnowledgeMap.lead`."""
        return LAST_TAGS.sub("", to_text(lead(self._vault.read(topic.note or ""))))

    def sentence(self, link: Link) -> str:
        """Read the sentence in which a link stands: see `KnowledgeMap.sentence`."""
        path, line = link.source
        if not link.text or not is_note(path):
            return ""
        sentences = self._sentences.pop(path, None) or Sentences(decode(self._vault.read(path))[0])
        self._sentences[path] = sentences
        if len(self._sentences) > MOST_KEPT:
            del self._sentences[next(iter(self._sentences))]
        return sentences.of(line, link.text, link.anchor)

    def file(self, path: str) -> bytes:
        """Read an attachment, by its path: see `KnowledgeMap.file`."""
        return self._vault.read(path)

    def last_change(self) -> int:
        """Tell when a note was changed last, in seconds since 1970: see `KnowledgeMap.last_change`."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if epoch and not (epoch.isascii() and epoch.isdecimal()):
            raise ExportError(f"SOURCE_DATE_EPOCH is {epoch!r}, which is no number; set it to seconds since 1970")
        changes = (stamp[0] // 10**9 for stamp in self._vault.stamps() if stamp)
        return min(max(0, int(epoch) if epoch else max(changes, default=0)), LAST_SECOND)

    def target(self, link: Mention, source: str) -> tuple[str | None, str | None]:
        """The file and the topic that a link means; either may be missing."""
        path = self._names.resolve(link.target, source).path
        return path, self._ids.get(path) if path else self._ghosts.get(key(link.target))

    def may_show(self, path: str) -> bool:
        """Whether other notes may show the text of this one."""
        return self._vault.may_show(path)

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
            headings = self._headings[path] = _Headings(self.parse_note(path))
        return headings.translate(anchor)

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

    def __init__(self, note: Note) -> None:
        self._hidden = 1 if note.opens else 0  # the one that opens the note is its title
        self._texts = [
            to_text(ATTRIBUTES.sub("", BLOCK_ID.sub("", heading.text))).replace("#", " ") for heading in note.headings
        ]
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


class _Rendering:
    """One text in the making: which notes it is within, how many it has embedded."""

    def __init__(self, content: VaultContent) -> None:
        self.content = content
        self.within: list[str] = []
        self.embedded = 0

    def note(self, path: str, anchor: str = "") -> str:
        note = self.content.parse_note(path)
        number = self.embedded
        start, end = (note.headings[0].end if note.opens else note.properties.end), len(note.text)
        if anchor:
            start, end = note.section(anchor) or (start, end)
        self.within.append(path)
        edits = [(a, b, "") for a, b in note.comments]
        for heading in note.headings:
            if match := ATTRIBUTES.search(heading.text):
                begin = note.text.find(match[0], heading.start, heading.end)
                edits.append((begin, begin + len(match[0]), ""))
        for link in note.mentions:
            if start <= link.start < end:
                edits += self._edit_external(note, link) if link.external else self._edit_link(note, link, path)
        if len(self.within) > 1:  # footnotes of two notes may have one name
            edits += [(a, a, f"{number}-") for a, _ in note.footnotes]
        self.within.pop()
        return _apply_edits(note.text, sorted(edits), start, end)

    def _edit_link(self, note: Note, link: Mention, source: str) -> list[tuple[int, int, str]]:
        """The edits that a link needs; the text of a Markdown link stays, as there may be images in it."""
        path, topic = self.content.target(link, source)
        to_note = path is not None and is_note(path)
        if link.embed and path and path.rpartition(".")[2].lower() in IMAGES:
            alt = link.text if link.text_end else _escape(link.text)
            return [(link.start, link.end, f"![{alt}](<file:{quote(path or '')}{_width(note.text, link)}>)")]
        if link.embed and to_note and (text := self._embed(note, link, path or "")) is not None:
            return [(link.start, link.end, text)]
        to = ""
        if topic is not None:
            anchor_shown = self.content.anchor(path, link.anchor) if path and link.anchor else link.anchor
            anchor = f"#{quote(anchor_shown, safe='')}" if anchor_shown else ""
            to = f"](<topic:{quote(topic, safe='')}{anchor}>)"
        elif path and not to_note:
            to = f"](<file:{quote(path)}>)"
        elif not path:
            to = f"](<missing:{quote(link.target, safe='')}>)"
        if link.text_end and link.text and not link.embed:
            return [(link.start, link.start + 1, "[" if to else ""), (link.text_end, link.end, to)]
        words = link.text if link.text_end and link.text else _escape(shown_text(link))
        if link.text == BLOCK_WORDS and path and link.anchor[:1] == "^":
            words = self._block(path, link.anchor) or words
        return [(link.start, link.end, f"[{words}{to}" if to else words)]

    def _block(self, path: str, anchor: str) -> str:
        """The words of a block; "": they are not to be shown, or there is none."""
        if not self.content.may_show(path):
            return ""
        try:
            note = self.content.parse_note(path)
        except OSError:  # a finding of the reading
            return ""
        start, end = note.section(anchor) or (0, 0)
        return _escape(to_text(HEADING.sub("", BLOCK_ID.sub("", note.text[start:end].rstrip()))))

    def _edit_external(self, note: Note, link: Mention) -> list[tuple[int, int, str]]:
        """The edits that a link to a URL needs: the size of an image goes, and the brackets of [[obsidian://...]]."""
        if link.embed and link.text_end and note.text.startswith(link.text, link.start + 2):
            return [(link.start + 2 + len(link.text), link.text_end, "")]
        if not link.text_end and note.text[link.start] == "[":
            return [(link.start, link.end, f"[{_escape(shown_text(link))}](<{link.target}>)")]
        return []

    def _embed(self, note: Note, link: Mention, path: str) -> str | None:
        """An embedded note's text, each line with the marks of the list or quote that it stands in; None: it stays a link."""
        if (
            not self.content.may_show(path)
            or path in self.within
            or len(self.within) > DEEPEST
            or self.embedded >= MOST_EMBEDS
        ):
            return None
        line = note.text.rfind("\n", 0, link.start) + 1
        line_end = note.text.find("\n", link.end)
        lead = LEAD.fullmatch(note.text, line, link.start)
        if not lead or note.text[link.end : line_end if line_end >= 0 else None].strip():
            return None  # within a sentence
        self.embedded += 1
        try:
            text = self.note(path, self.content.written_anchor(path, link.anchor)).strip("\n")
        except OSError:  # a finding of the reading
            return ""
        item = lead[2] or ""
        newline = f"\n{lead[1]}{' ' * len(item)}"
        text = text.replace("\n", newline)
        return text if item else f"{newline}{text}{newline}"


def _width(text: str, link: Mention) -> str:
    """How wide an image is to be, as a fragment; "" where the link does not say (rule L1)."""
    words = text[link.start + 2 : link.text_end or link.end - 2]
    match = SIZE_AT_END.search(words if "|" in words or not link.text_end else f"|{words}")
    return f"#width={match[1]}" if match else ""


def _escape(text: str) -> str:
    return MARKS.sub(r"\\\1", text)


def _apply_edits(text: str, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
    parts, position = [], start
    for begin, stop, new in edits:
        if position <= begin and stop <= end:
            parts += [text[position:begin], new]
            position = stop
    parts.append(text[position:end])
    return "".join(parts)
