"""A note's body as plain Markdown: what is Obsidian's own in it becomes what every Markdown reader knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from exporter.model import Topic
from exporter.reader.note import Heading, Mention, Note, parse, shown
from exporter.reader.resolve import Names, key
from exporter.reader.scan import NOTE, Vault

IMAGES = frozenset(["avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "webp"])
MOST_EMBEDS = 200  # in one text: notes that embed notes that embed notes grow without end
MARKS = re.compile(r"([\\`*_\[\]<>$~|^=#])")
PUNCTUATION = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]+")
LEAD = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[.\][ \t]+)?)?")


def heading_key(text: str) -> str:
    """What headings are compared by: without punctuation, in lower case (rule S2 of docs/conformance.md)."""
    return " ".join(PUNCTUATION.sub(" ", text).split()).lower()


def title_heading(note: Note) -> Heading | None:
    """The level-1 heading that opens the body and names the note."""
    first = note.headings[0] if note.headings else None
    opens = first and first.level == 1 and not note.text[note.properties.end : first.start].strip()
    return first if opens else None


def section(note: Note, anchor: str) -> tuple[int, int] | None:
    """Start and end of what `anchor` names: "Heading", "Heading#Sub-heading" or "^block"; None: there is no such part."""
    if anchor.startswith("^"):
        found = note.block_ids.get(anchor[1:].lower())
        return found[:2] if found else None
    start, end = note.properties.end, len(note.text)
    level = 0
    for part in anchor.split("#"):
        for heading in note.headings:
            if (
                start <= heading.start < end
                and heading.level > level
                and heading_key(heading.text) == heading_key(part)
            ):
                start, level = heading.start, heading.level
                later = (h.start for h in note.headings if h.start > start and h.level <= level)
                end = min(next(later, end), end)
                break
        else:
            return None
    return start, end


class VaultContent:
    """The bodies and attachments of a vault, read from its files when somebody asks (`model.Content`)."""

    def __init__(self, vault: Vault, names: Names, ids: Mapping[str, str], ghosts: Mapping[str, str]) -> None:
        self._vault = vault
        self._names = names
        self._ids = ids  # path of a note: Topic.id
        self._ghosts = ghosts  # key of a name that no note has: Topic.id

    def text(self, topic: Topic) -> str:
        """See `KnowledgeMap.text`."""
        return _Rendering(self).note(topic.note or "").strip("\n") + "\n"

    def file(self, path: str) -> bytes:
        """See `KnowledgeMap.file`."""
        return self._vault.read(path)

    def target(self, link: Mention, source: str) -> tuple[str | None, str | None]:
        """The file and the topic that a link means; either may be missing."""
        path = self._names.resolve(link.target, source).path
        return path, self._ids.get(path) if path else self._ghosts.get(key(link.target))

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
        title = title_heading(note)
        start, end = (title.end if title else note.properties.end), len(note.text)
        if anchor:
            start, end = section(note, anchor) or (start, end)
        self.within.append(path)
        edits = [(a, b, "") for a, b in note.comments]
        edits += [(mark, mark_end, "") for _, _, mark, mark_end in note.block_ids.values()]
        edits += [(link.start, link.end, self._link(note, link, path)) for link in note.mentions]
        if len(self.within) > 1:  # footnotes of two notes may have one name
            edits += [(a, a, f"{number}-") for a, _ in note.footnotes]
        self.within.pop()
        return _edited(note.text, sorted(edits), start, end)

    def _link(self, note: Note, link: Mention, source: str) -> str:
        raw = note.text[link.start : link.end]
        if link.external:
            return raw
        wiki = raw.lstrip("!").startswith("[[")
        words = _escaped(shown(link)) if wiki else link.text
        path, topic = self.content.target(link, source)
        kind = path.rpartition(".")[2].lower() if path else ""
        if link.embed and kind in IMAGES:
            alt = _escaped(link.text) if wiki else link.text
            return f"![{alt}](<file:{quote(path or '')}>)"
        if link.embed and kind == NOTE and path not in self.within and self.embedded < MOST_EMBEDS:
            line = note.text.rfind("\n", 0, link.start) + 1
            line_end = note.text.find("\n", link.end)
            lead = note.text[line : link.start]
            if LEAD.fullmatch(lead) and not note.text[link.end : line_end if line_end >= 0 else None].strip():
                return self._embed(path or "", link.anchor, lead)
        if topic is not None:
            anchor = f"#{quote(link.anchor, safe='')}" if link.anchor else ""
            return f"[{words}](<topic:{quote(topic, safe='')}{anchor}>)"
        if path and kind != NOTE:
            return f"[{words}](<file:{quote(path)}>)"
        return words

    def _embed(self, path: str, anchor: str, lead: str) -> str:
        """An embedded note's text, each line with the marks of the list or quote that it stands in."""
        self.embedded += 1
        try:
            text = self.note(path, anchor).strip("\n")
        except OSError:  # told when the vault was read
            return ""
        if not lead.strip():
            return f"\n{text}\n"
        lead = re.sub(r"[^>\s]", " ", lead)
        return text.replace("\n", f"\n{lead}")


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
