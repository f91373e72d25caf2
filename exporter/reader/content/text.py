"""A note's body as plain Markdown: what is Obsidian's own in it becomes what every Markdown reader knows."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple, Protocol
from urllib.parse import quote, unquote

from exporter.reader.content.places import Piece, lies_in, unread
from exporter.reader.markdown.blocks import Block, Item, blocks, find_closer
from exporter.reader.markdown.inline import DASHES, SCHEME, Mention, shown_text
from exporter.reader.markdown.note import Note
from exporter.reader.markdown.patterns import ATTRIBUTES, BLOCK_ID, BLOCK_WORDS, BOX, JOINT
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.names import is_note
from exporter.regex import regex

IMAGES = frozenset("avif bmp gif jpeg jpg png svg webp".split())
MOST_EMBEDS = 200  # in one text: notes that embed notes that embed notes grow without end
DEEPEST = 20  # notes within notes
MARKS = regex(r"([\\`*_\[\]<>$~|^=#])")
SIZE_AT_END = regex(r"\|\s*(\d{1,5})(?:x\d+)?\s*\Z")
TITLE_AT_END = regex(r"""\s("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))\s*\)\Z""", re.DOTALL)
# A line that stands for one that a dialect has taken out
GONE = regex(rf"^[ \t>]*{JOINT}[ \t]*(?:\n|\Z)", re.MULTILINE)
HEADING = regex(r"\A#{1,6}[ \t]+")
CALLOUT_TITLE = regex(  # its line, above one of the quote that begins what would not end a paragraph
    r"^(?P<lead>[ \t]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t]++|>[ \t]*+)*+)(?:(?<=>)|(?<=>[ \t])|(?<=>[ \t]{2})|(?<=>[ \t]{3}))"
    r"(?P<mark>\[![^\[\]\n]+\])[^\n]*(?=\n(?:[ \t]*+>)++(?:    |\t|[ \t]?(?:(?:-+|=+)[ \t]*$|\d|<|[^\n]*\|)))",
    re.MULTILINE,
)
NO_QUOTE = regex(r"[^>\s]")
TARGET = regex(  # [name]: target; or a block of code, so that nothing in it is one
    r"^ {0,3}(?:(?P<fence>`{3,}|~{3,})[^\n]*(?:\n(?! {0,3}(?P=fence))[^\n]*)*+(?:\n[^\n]*)?"
    r"|\[(?P<label>(?!\^)[^\[\]\n]{1,200})\]:[ \t]*(?P<to><(?P<angled>[^<>\n]+)>|(?P<bare>[^\s<\[][^\s]*))[^\n]*$)",
    re.MULTILINE,
)
LABEL = regex(r"(?<![\[\\])\[([^\[\]\n]{1,200})\]")  # [name], which may name a target
FOOTNOTE_TEXT = regex(  # a definition's: lines up to a blank one, and those behind that are indented
    r"[^\n]*(?:\n(?! {0,3}\[\^[^\]\n]+\]:|[ \t]*$|#{1,6} )[^\n]+|(?:\n[ \t]*)+\n(?: {4}|\t)[^\n]*)*", re.MULTILINE
)
BELOW_FOOTNOTE = regex(r" {0,3}\[\^[^\[\]\n]+\]:")
MARKS_OF_LINE = regex(r"^[ \t>]*(?:#{1,6}[ \t]+|[-*+][ \t]+)?")
BLOCK = regex(
    r"[ \t]*(?:#{1,6}[ \t]|[-*+>|][ \t]|\d{1,9}[.)][ \t]|```|~~~|\$\$|<)|.*\n[ \t]*(?:[-*+>|#]|\d{1,9}[.)]|```|~~~)",
    re.DOTALL,
)
BLOCK_MARK = regex(r"\A(\d{1,9})(?=[.)](?:\s|\Z))|\A()(?=[-+*](?:\s|\Z)|[#>]|[-=]{2})")
BAR = regex(r"(?<!\\)\|")
NEWLINE = regex(r"\n[ \t>]*")
# Marks of quotes, of a list, of a task
LEAD = regex(rf"([ \t>]*)((?:[-*+]|\d{{1,9}}[.)])[ \t]+)?(?:{BOX.pattern})?")


class Resolver(Protocol):
    """What a text asks of its vault: `content.VaultContent`, which says what these are."""

    def parse_note(self, path: str) -> Note:
        """Read and parse a note."""

    def is_titled(self, path: str, note: Note) -> bool:
        """Whether the heading that opens a note is its title."""

    def is_drawing(self, path: str) -> bool:
        """Whether a note has no text."""

    def may_show(self, path: str) -> bool:
        """Whether other notes may show the text of this one."""

    def target(self, link: Mention, source: str) -> tuple[str | None, str | None]:
        """The file and the topic that a link means."""

    def anchor(self, path: str, anchor: str) -> str:
        """An anchor as it names a heading that the text shows."""

    def written_anchor(self, path: str, anchor: str) -> str:
        """An anchor as it names a heading that is written."""


def render(content: Resolver, path: str) -> str:
    """The text of a note, with what it embeds."""
    text = _Rendering(content).whole(path)
    return (GONE.sub("", text).replace(JOINT, "") if JOINT in text else text).strip("\n") + "\n"


def list_pieces(content: Resolver, path: str) -> list[Piece]:
    """What of which notes that text shows, in order.

    Raises:
        OSError: the note is gone.
    """
    rendering = _Rendering(content)
    rendering.whole(path)
    return [Piece(part.path, rendering.notes[part.path], part.start, part.end) for part in rendering.parts]


class _Part(NamedTuple):
    """What of a note is shown: all of it, or the section or block that a link names."""

    path: str
    start: int
    end: int


class _Rendering:
    """One text in the making: what it is within, how many notes it has embedded, what it has cited of them."""

    def __init__(self, content: Resolver) -> None:
        self.content = content
        self.within: list[_Part] = []
        self.parts: list[_Part] = []  # all that it shows
        self.embedded = 0
        self.notes: dict[str, Note] = {}  # those that it is made of, by path
        self.prefixes: dict[str, str] = {}  # of the labels of their footnotes, by path
        self.defined: set[tuple[str, int]] = set()  # footnotes and targets that it has, by path and place
        self.definitions: list[str] = []  # those that stand behind all else

    def whole(self, path: str) -> str:
        note = self.notes[path] = self.content.parse_note(path)
        text = self.part(note, self.named(note, path, ""))
        return "\n\n".join([_close(text), *self.definitions]) if self.definitions else text

    def named(self, note: Note, path: str, anchor: str) -> _Part:
        """What an anchor names; where it names nothing, or nothing is named, all but the title."""
        section = note.section(anchor) if anchor else None
        if section is None:
            titled = self.content.is_titled(path, note)
            return _Part(path, note.headings[0].end if titled else note.properties.end, len(note.text))
        start, end = section
        if anchor.startswith("^") and (item := _item(note, start)):
            start, end = item.start if BOX.match(note.text, item.text) else start, item.end  # a task keeps its box
        return _Part(path, start, end)

    def part(self, note: Note, part: _Part) -> str:
        path, start, end = part
        own = not self.within or path == self.within[0].path  # its footnotes are in the text already
        embedded, number = bool(self.within), self.embedded
        prefix = "" if own else self.prefixes.setdefault(path, f"{number}-")
        self.within.append(part)
        self.parts.append(part)
        edits = [(max(a, start), min(b, end), "") for a, b in note.comments if a < end and b > start]
        edits += [(a, b, "") for a, b in note.comments if not start <= a < end]
        for heading in note.headings:
            if match := ATTRIBUTES.search(heading.text):
                begin = note.text.find(match[0], heading.start, heading.end)
                edits.append((begin, begin + len(match[0]), ""))
        edits += _separate_titles(note.text, start, end)
        cited = _Cited(note, start, end) if embedded else None
        definitions: list[tuple[int, int]] = []
        known: list[tuple[int, int]] = []  # which it holds, and the text has already
        if cited:
            held = [(a, b) for a, b in cited.footnotes if start <= a < end]
            known = sorted((a, b) for a, b in held if own or (path, a) in self.defined)
            edits += [(a, b, "") for a, b in known]
            definitions = [(a, b) for a, b in cited.definitions if not own and (path, a) not in self.defined]
            self.defined.update((path, a) for a, _ in (*definitions, *held))
        pieces = sorted([(start, end), *definitions])
        for link in note.mentions:
            if lies_in(pieces, link.start):
                edits += self._edit_external(note, link) if link.external else self._edit_link(note, link, path)
        edits += [(a, a, prefix) for a, _ in note.footnotes if prefix]
        inline = [(a, b) for a, b in sorted(note.inline_footnotes) if lies_in(pieces, a) and not lies_in(known, a)]
        labels = [f"{number if embedded else 'n'}.{count}" for count in range(len(inline))]
        edits += [(a, b, f"[^{label}]") for (a, b), label in zip(inline, labels, strict=True)]
        edits += self._edit_targets(note, path)
        edits += _rename_targets(note, prefix) if prefix else []
        self.within.pop()
        edits.sort()
        for begin, stop in definitions:
            self.definitions.append(_apply_edits(note.text, edits, begin, stop).strip("\n"))
        for (a, b), label in zip(inline, labels, strict=True):
            self.definitions.append(f"[^{label}]: {_one_line(_apply_edits(note.text, edits, a + 2, b - 1))}")
        text = _apply_edits(note.text, edits, start, end)
        return _without_indent(note, start, text) if embedded else text

    def _edit_targets(self, note: Note, path: str) -> list[tuple[int, int, str]]:
        """The edits that definitions of targets need, [name]: Note.md, which lead to files of the vault."""
        edits = []
        for match in _targets(note.text):
            if BELOW_FOOTNOTE.match(note.text, note.text.rfind("\n", 0, max(match.start() - 1, 0)) + 1, match.start()):
                edits.append((match.start(), match.start(), "\n"))  # else it is a line of the footnote
            target = match["angled"] or match["bare"]
            if SCHEME.match(target) or target.startswith(("#", "//")):
                continue
            name, _, anchor = unquote(target).partition("#")
            to, topic = self.content.target(Mention(0, 0, name, anchor, "", False, False), path)
            if topic is not None:
                edits.append(
                    (match.start("to"), match.end("to"), f"<topic:{quote(topic, safe='')}{self._anchor(to, anchor)}>")
                )
            elif to and not is_note(to):
                edits.append((match.start("to"), match.end("to"), f"<file:{quote(to)}>"))
        return edits

    def _anchor(self, path: str | None, anchor: str) -> str:
        shown = self.content.anchor(path, anchor) if path and anchor else anchor
        return f"#{quote(shown, safe='')}" if shown else ""

    def _edit_link(self, note: Note, link: Mention, source: str) -> list[tuple[int, int, str]]:
        """The edits that a link needs; the text of a Markdown link stays, as there may be images in it."""
        path, topic = self.content.target(link, source)
        to_note = path is not None and is_note(path)
        if link.embed and path and path.rpartition(".")[2].lower() in IMAGES:
            alt = link.text if link.text_end else _escape(link.text)
            title = _title(note.text, link)
            return [(link.start, link.end, f"![{alt}](<file:{quote(path or '')}{_width(note.text, link)}>{title})")]
        if link.embed and to_note and (text := self._embed(note, link, source, path or "")) is not None:
            return [(link.start, link.end, text)]
        to = ""
        if link.embed and path and self.content.is_drawing(path):
            to = f"](<file:{quote(path)}>)"
        elif topic is not None:
            to = f"](<topic:{quote(topic, safe='')}{self._anchor(path, link.anchor)}>)"
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

    def _embed(self, note: Note, link: Mention, source: str, path: str) -> str | None:
        """An embedded note's text, each line with the marks of the list or quote that it stands in; None: it stays a link."""
        if not self.content.may_show(path) or len(self.within) > DEEPEST or self.embedded >= MOST_EMBEDS:
            return None
        line = note.text.rfind("\n", 0, link.start) + 1
        line_end = note.text.find("\n", link.end)
        before, behind = note.text[line : link.start], note.text[link.end : line_end if line_end >= 0 else None]
        if before.lstrip(" \t>").startswith("#") or before.endswith("["):
            return None  # in a heading, in the words of a link
        try:
            shown = self.notes.get(path) or self.content.parse_note(path)
        except OSError:  # a finding of the reading
            return ""
        self.notes[path] = shown
        part = self.named(shown, path, self.content.written_anchor(path, link.anchor))
        if part in self.within or (path == source and part.start <= link.start < part.end):
            return None  # it shows itself
        self.embedded += 1
        text = _close(self.part(shown, part).strip("\n"))
        lead = LEAD.match(note.text, line, link.start)
        item = (lead[2] or "") if lead else ""
        newline = f"\n{lead[1] if lead else ''}{' ' * len(item)}"
        if lead and lead.end() == link.start and not behind.strip():
            text = text.replace("\n", newline)
            return text if item else f"{newline}{text}{newline}"
        if _in_table(note.text, link.start):
            lines = [MARKS_OF_LINE.sub("", each).strip() for each in text.split("\n")]
            return "<br>".join(BAR.sub(r"\\|", each) for each in lines if each)
        if "\n\n" not in text and not BLOCK.match(text):
            return text.replace("\n", " ")
        return f"{newline}{newline}{text.replace(chr(10), newline)}{newline}{newline}"


class _Cited:
    """The footnotes and targets that a part of a note cites and does not hold."""

    def __init__(self, note: Note, start: int, end: int) -> None:
        text = note.text
        self.footnotes = list(self._footnotes(note))  # all of the note's, with what they say
        by_label: dict[str, tuple[int, int]] = {}
        for a, b in self.footnotes:
            by_label.setdefault(text[text.index("[^", a) + 2 : text.index("]:", a)].casefold(), (a, b))
        marks = sorted(note.footnotes)
        needed: dict[tuple[int, int], None] = {}
        waiting = [(start, end)]
        while waiting:
            begin, stop = waiting.pop()
            for a, b in marks[bisect_left(marks, (begin,)) : bisect_left(marks, (stop,))]:
                cited = by_label.get(text[a:b].casefold())
                if cited and cited not in needed and not start <= cited[0] < end:
                    needed[cited] = None
                    waiting.append(cited)
        self.definitions = [*needed]
        said = text[start:end].casefold()
        for match in _targets(text):
            if not start <= match.start() < end and f"[{match['label'].casefold()}]" in said:
                self.definitions.append(match.span())

    @staticmethod
    def _footnotes(note: Note) -> Iterator[tuple[int, int]]:
        for start, end in note.footnotes:
            line = note.text.rfind("\n", 0, start) + 1
            if note.text.startswith("]:", end) and not note.text[line : start - 2].strip(" "):
                match = FOOTNOTE_TEXT.match(note.text, line)
                yield line, match.end() if match else end


def _item(note: Note, start: int) -> Item | None:
    """The list item whose first words begin here."""
    for item in note.items:
        box = BOX.match(note.text, item.text)
        if start in (item.text, box.end() if box else -1):
            return item
    return None


def _without_indent(note: Note, start: int, text: str) -> str:
    """The text of what began within its line, as an item does, without the indentation of its further lines."""
    first = note.text[note.text.rfind("\n", 0, start) + 1 : start].expandtabs(4)
    if not first or "\n" not in text:
        return text
    lines = text.split("\n")
    marks = first[: len(first) - len(first.lstrip(" >"))] if ">" in first else ""
    for number, line in enumerate(lines[1:], 1):
        line = line.removeprefix(marks.rstrip()) if marks else line
        wide = line.expandtabs(4) if "\t" in line[: len(first)] else line
        room = min(len(first) - len(marks.rstrip()), len(wide) - len(wide.lstrip(" ")))
        lines[number] = wide[room:]
    return "\n".join(lines)


def _separate_titles(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """A blank line behind the title of each callout below which something begins that would not end a paragraph."""
    if "[!" not in text:
        return []
    edits = []
    begins: set[int] | None = None
    for match in CALLOUT_TITLE.finditer(text, start, end):
        if begins is None:  # of paragraphs: in code there is no callout
            begins = {block.start for block in blocks(text, start) if isinstance(block, Block)}
        if match.start("mark") in begins:
            edits.append((match.end(), match.end(), "\n" + NO_QUOTE.sub(" ", match["lead"]).rstrip()))
    return edits


def _targets(text: str) -> list[re.Match[str]]:
    """The definitions of targets."""
    return [match for match in TARGET.finditer(text) if match["label"]] if "]:" in text else []


def _rename_targets(note: Note, prefix: str) -> list[tuple[int, int, str]]:
    """The edits after which an embedded note's targets are none of its host's, and lead where they led: [words][1-name]."""
    targets = _targets(note.text)
    if not targets:
        return []
    silent = unread(note)
    begins = {match.start("label") for match in targets}
    edits = [(begin, begin, prefix) for begin in begins]
    names = {match["label"].casefold() for match in targets}
    text = note.text
    for match in LABEL.finditer(text):
        start, end = match.span()
        if match[1].casefold() not in names or start + 1 in begins or lies_in(silent, start):
            continue
        if text[start - 1 : start] == "]":  # [words][name]
            edits.append((start + 1, start + 1, prefix))
        elif text.startswith("[]", end):
            edits.append((end, end + 2, f"[{prefix}{match[1]}]"))
        elif not text.startswith(("(", "["), end):
            edits.append((end, end, f"[{prefix}{match[1]}]"))
    return edits


def _in_table(text: str, position: int) -> bool:
    """Whether a place lies in a table."""
    start = text.rfind("\n\n", 0, position) + 1
    end = text.find("\n\n", position)
    return DASHES.search(text[start : end if end >= 0 else None]) is not None


def _close(text: str) -> str:
    """The text with what ends the code or HTML that it leaves open."""
    closer = find_closer(text) if "```" in text or "~~~" in text or "<" in text else ""
    return f"{text}\n{closer}" if closer else text


def _one_line(text: str) -> str:
    """The words of a footnote, none of which begins a list, a heading or a quote."""
    words = " ".join(NEWLINE.sub(" ", text).split())
    return BLOCK_MARK.sub(r"\1\\", words, count=1)


def _title(text: str, link: Mention) -> str:
    """What stands behind the address of an image in Markdown, which is its caption, with the space before it."""
    match = TITLE_AT_END.search(text, link.text_end, link.end) if link.text_end else None
    return f" {match[1]}" if match else ""


def _width(text: str, link: Mention) -> str:
    """How wide an image is to be, as a fragment; "" where the link does not say (rule L1)."""
    words = text[link.start + 2 : link.text_end or link.end - 2]
    match = SIZE_AT_END.search(words if "|" in words or not link.text_end else f"|{words}")
    return f"#width={match[1]}" if match else ""


def _escape(text: str) -> str:
    return MARKS.sub(r"\\\1", text)


def _apply_edits(text: str, edits: list[tuple[int, int, str]], start: int, end: int) -> str:
    parts, position = [], start
    for begin, stop, new in edits[bisect_left(edits, (start,)) :]:
        if begin > end:
            break
        if position <= begin and stop <= end:
            parts += [text[position:begin], new]
            position = stop
    parts.append(text[position:end])
    return "".join(parts)
