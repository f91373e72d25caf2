"""The text of a visible note without what is hidden: parts of its own, and what leads to hidden notes. Pure.

Lines keep their numbers: what goes leaves its line breaks.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from exporter.outline import heading_key
from exporter.reader.batch.columns import canonical_name
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.blocks import Block, Item, blocks
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.inline import TAG, Mention, mention, shown_text
from exporter.reader.markdown.note import Note, decode, read
from exporter.reader.markdown.patterns import BOX
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.names import NOTE, folder_of, key

Edit = tuple[int, int, str]  # start, end, what comes in its place
CALLOUT = re.compile(r"\[!\s*([^\]|\n]+?)\s*(?:\|[^\]\n]*)?\]")
QUOTE = re.compile(r"((?:[ \t]*>)*)[ \t]*")  # the marks of quotes that a line begins with
NO_PARAGRAPH = re.compile(r"#{1,6}(?:[ \t]|$)|(?P<fence>```|~~~)|([-*_][ \t]*){3,}$")  # no lazy line goes on with it
ITEM = re.compile(r"[-+*][ \t]|\d{1,9}[.)][ \t]")
PROPERTY_LINK = re.compile(
    r"""(?P<quote>["'])?(?(quote)[ \t]*)"""
    r"!?(?:\[\[(?P<wiki>[^\[\]\n]+)\]\]|\[(?P<text>[^\[\]\n]*)\]\((?P<url>[^()\n]+)\))"
    r"(?(quote)[ \t]*(?P=quote))"
)
ABOUT = re.compile(r"[*_~=\s]*(?:$|[-–—:(|])")  # what is left of an item that was about what it began with
EMPHASIS = "*_~= \t"
MARKERS = ("- ", "* ", "+ ")  # of items at the margin
NO_QUOTE = re.compile(r"[^>\s]")
NO_WORD_BEFORE = frozenset("-+*>#.)]|:\n\t ")  # marks that need the blank behind them


class Parts(NamedTuple):
    """Which parts of a note are hidden."""

    tags: Collection[str] = ()  # in lower case: what stands below a heading with one of them
    sections: Collection[str] = ()  # heading keys
    callouts: Collection[str] = ()  # kinds, in lower case
    properties: Collection[str] = ()  # in the spelling of `canonical_name`

    def hides_heading(self, text: str) -> bool:
        """Whether what stands below a heading of this text, as written, is hidden."""
        tags = [match[1].lower() for match in TAG.finditer(text)] if self.tags and "#" in text else []
        if any(tag == hidden or tag.startswith(f"{hidden}/") for tag in tags for hidden in self.tags):
            return True
        return bool(self.sections) and heading_key(to_text(text)) in self.sections


@dataclass
class Redactor:
    """Takes out of notes what is hidden."""

    names: Names  # of all files, the hidden ones among them
    called: Mapping[str, Collection[str]]  # path of a hidden file: what it is called, folded
    nameless: Collection[str]  # keys of names that no file has, and that mean something hidden
    parts: Parts
    map: str  # path of the map; "": there is none
    lines: Mapping[str, Collection[int]]  # by path of a note that is to be redacted: those with links to what is hidden
    cut_paths: Collection[str]  # the notes that have parts to be hidden
    read: Callable[[str], bytes]  # gives a note as it is
    _outlines: dict[str, tuple[Note, Note]] = field(default_factory=dict)

    def __call__(self, path: str, data: bytes) -> bytes:
        """The note without what is hidden, in UTF-8."""
        if path not in self.cut_paths and path not in self.lines:
            return data
        text, _ = decode(data)
        if path in self.cut_paths:
            text, _ = cut(text, self.parts)
        if path in self.lines:
            text = self._redact_links(path, text)
        return text.encode(errors="replace")

    def what_is_cut(self, path: str) -> list[str]:
        """The parts of a note that are hidden."""
        return cut(decode(self.read(path))[0], self.parts)[1]

    def called_if_hidden(self, target: str, anchor: str, path: str) -> Collection[str] | None:
        """What a link of a note means is called, folded, if it is hidden; else None."""
        number = self.names.find(target, folder_of(path))[0] if target else -1
        file = self.names.paths[number] if number >= 0 else path if not target else ""
        if not file:
            return (
                (_fold(target), _fold(target.removesuffix(NOTE).rpartition("/")[2]))
                if self.names_hidden(target)
                else None
            )
        if file in self.called:
            return self.called[file]
        if anchor and file in self.cut_paths and self._is_cut(file, anchor):
            return (_fold(anchor), _fold(anchor.rpartition("#")[2]), _fold(f"{target} > {anchor.replace('#', ' > ')}"))
        return None

    def names_hidden(self, target: str) -> bool:
        """Whether a link that leads to no file means something hidden: by an alias, or a topic without a note."""
        name = key(target).removesuffix(NOTE)
        return name in self.nameless or name.rpartition("/")[2] in self.nameless

    def has_hidden_property(self, text: str, path: str) -> bool:
        """Whether a note's properties lead to something hidden."""
        return any(self._edit_properties(text[: read_properties(text).end], path))

    def _is_cut(self, path: str, anchor: str) -> bool:
        """Whether an anchor names a part of a note that is hidden."""
        if path not in self._outlines:
            text, _ = decode(self.read(path))
            self._outlines[path] = _parse(text), _parse(cut(text, self.parts)[0])
        before, after = self._outlines[path]
        if (section := before.section(anchor)) is not None:
            left = after.section(anchor)
            if anchor.startswith("^") and left:  # the id of a block that is gone may name the one before it now
                return before.text[slice(*section)] != after.text[slice(*left)]
            return left is None
        headings = {heading_key(heading.text) for heading in before.headings}
        headings -= {heading_key(heading.text) for heading in after.headings}
        return heading_key(anchor.replace("#", " ")) in headings

    def _redact_links(self, path: str, text: str) -> str:
        properties = read_properties(text)
        head = list(self._edit_properties(text[: properties.end], path))
        if not head and path != self.map and (lines := self._redact_items(path, text, properties.end)):
            return lines
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        places = [starts[line - 1] for line in sorted(self.lines[path]) if line <= len(starts)]

        def has_link(block: Block) -> bool:
            k = bisect_left(places, text.rfind("\n", 0, block.start) + 1)
            return path == self.map or (k < len(places) and places[k] <= block.end)

        note = read(text, properties, [], has_link)
        return apply(text, head + self._edit_body(note, path))

    def _redact_items(self, path: str, text: str, start: int) -> str | None:
        """The text, if each line with such a link is an item of a list by itself, as in long lists: they need no other."""
        lines = text.split("\n")
        numbers = sorted(line - 1 for line in self.lines[path])
        first = text.count("\n", 0, start)
        for number in numbers:
            follower = lines[number + 1] if number + 1 < len(lines) else ""
            if number < first or lines[number][:2] not in MARKERS or follower[:2] != lines[number][:2]:
                return None
        for number in numbers:
            note = read(lines[number], Properties(), [])
            lines[number] = apply(note.text, self._edit_body(note, path))
        return "\n".join(lines)

    def _edit_body(self, note: Note, path: str) -> list[Edit]:
        text, edits = note.text, list[Edit]()
        links = [link for link in note.mentions if not link.external]
        hidden: list[Mention] = []
        gone: list[Mention] = []  # those of which no word stays
        for link in links:
            called = self.called_if_hidden(link.target, link.anchor, path)
            if called is not None:
                hidden.append(link)
                words = link.text if link.text_end or link.text else shown_text(link)
                if link.embed or not link.text or _fold(to_text(words)) in called:
                    gone.append(link)
                    edits.append((*_with_blank(text, link.start, link.end), ""))
                elif link.text_end:
                    edits += [(link.start, link.start + 1, ""), (link.text_end, link.end, "")]
                else:
                    edits.append((link.start, link.end, words))
        if hidden:
            edits += self._edit_items(note, path, links, hidden, gone, edits)
            edits += _edit_headings(note, edits)
        return edits

    def _edit_properties(self, raw: str, path: str) -> Iterator[Edit]:
        """Take links to what is hidden out of a note's head, where a value that is one becomes null."""
        for match in PROPERTY_LINK.finditer(raw):
            if match["wiki"]:
                link = mention(match["wiki"], 0, 0, embed=False)
                target, anchor, words = link.target, link.anchor, link.text
            else:
                target, _, anchor = unquote(match["url"].strip(" <>")).partition("#")
                words = match["text"]
            called = self.called_if_hidden(target, anchor, path)
            if called is not None:
                whole = match["quote"] or _stands_alone(raw, match.start(), match.end())
                yield match.start(), match.end(), "null" if whole else words if _fold(words) not in called else ""

    def _edit_items(
        self, note: Note, path: str, links: list[Mention], hidden: list[Mention], gone: list[Mention], edits: list[Edit]
    ) -> Iterator[Edit]:
        """Take list items out that were about what is hidden; of one that holds others, the words alone."""
        edits = sorted(edits)
        starts, link_starts = [edit[0] for edit in edits], [link.start for link in links]
        first_gone = {link.start for link in gone}
        hidden_starts = {link.start for link in hidden}
        for number, item in enumerate(note.items):
            child = note.items[number + 1] if number + 1 < len(note.items) else None
            end = child.start if child and child.parent == number else item.end
            within = links[bisect_left(link_starts, item.text) : bisect_left(link_starts, end)]
            if not any(link.start in hidden_starts for link in within):
                continue
            own = edits[bisect_left(starts, item.text) : bisect_left(starts, end)]
            words = apply(note.text, own, item.text, end)
            box = BOX.match(words)
            words = words[box.end() if box else 0 :]
            head = note.text[item.text : within[0].start].removeprefix(box[0] if box else "").strip(EMPHASIS)
            about = (not head and within[0].start in first_gone and ABOUT.match(words)) or not words.strip()
            if about or (path == self.map and all(link.start in hidden_starts for link in within)):
                begin = item.text if end != item.end else item.start
                yield begin, end, _breaks(note.text[begin:end]) + _indent(note.text, end, end != item.end)


def cut(text: str, parts: Parts) -> tuple[str, list[str]]:
    """A note's text without its hidden parts, and these."""
    properties = read_properties(text)
    pieces: list[str] = []
    if parts.properties:
        text, values = _cut_properties(text, properties, parts.properties)
        pieces += values
    edits = list(_find_parts(_parse(text), parts))
    pieces += [text[start:end] for start, end, _ in edits]
    return apply(text, edits), pieces


def apply(text: str, edits: Collection[Edit], start: int = 0, end: int | None = None) -> str:
    """The text, or a part of it, after these edits; one within another, which began before, is dropped."""
    parts, position = [], start
    end = len(text) if end is None else end
    for begin, stop, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if begin >= position and stop <= end:
            parts += [text[position:begin], new]
            position = stop
    return "".join([*parts, text[position:end]])


def fold_names(names: Collection[str]) -> frozenset[str]:
    """Names as the words of links are compared with them."""
    return frozenset(_fold(name) for name in names if name.strip())


def _fold(words: str) -> str:
    return key(" ".join(words.split()))


def _parse(text: str) -> Note:
    return read(text, read_properties(text), [])


def _breaks(text: str) -> str:
    return "\n" * text.count("\n")


def _with_blank(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of something that goes, with one of the blanks around it."""
    behind_word = start > 1 and text[start - 1] == " " and text[start - 2] not in NO_WORD_BEFORE
    if start == 0 or text[start - 1] == "\n":
        return start, end + (text[end : end + 1] == " ")
    return start - (behind_word and text[end : end + 1] in " \n.,;:!?)"), end


def _indent(text: str, at: int, wanted: bool) -> str:
    """What stands before this offset on its line."""
    return text[text.rfind("\n", 0, at) + 1 : at] if wanted else ""


def _stands_alone(raw: str, start: int, end: int) -> bool:
    """Whether a link in YAML is all that its value, or its item of a list, says."""
    return bool(re.search(r"[:\[,-][ \t]*$", raw[:start].rpartition("\n")[2])) and bool(
        re.match(r"[ \t]*(?:[\],}]|\n|$)", raw[end : end + 200])
    )


def _edit_headings(note: Note, edits: list[Edit]) -> Iterator[Edit]:
    """Take a heading out that said nothing else; of one with "#" the marks stay, so that what follows keeps its place."""
    underlined = [heading for heading in note.headings if note.text[heading.start] != "#"]
    for heading in underlined:
        own = [edit for edit in edits if heading.start <= edit[0] < heading.end]
        if own:
            words = apply(note.text, own, heading.start, heading.end).strip().strip("=-").strip()
            if not words:
                yield heading.start, heading.end, _breaks(note.text[heading.start : heading.end])


def _find_parts(note: Note, parts: Parts) -> Iterator[Edit]:
    """The sections, callouts and fields that are hidden, and the line breaks that stay of each."""
    text = note.text
    for number, heading in enumerate(note.headings):
        if not (number == 0 and note.opens) and parts.hides_heading(heading.text):
            later = (other.start for other in note.headings[number + 1 :] if other.level <= heading.level)
            end = next(later, len(text))
            yield heading.start, end, _breaks(text[heading.start : end])
    if parts.callouts and "[!" in text:
        yield from _find_callouts(text, note.properties.end, parts.callouts)
    for each in note.fields:
        if canonical_name(each.key) in parts.properties:
            line = text.rfind("\n", 0, each.start) + 1
            start, end = text.rfind(each.key, line, each.start), each.end
            if text[start - 1 : start] in ("[", "(") and text[end : end + 1] in ("]", ")"):
                start, end = start - 1, end + 1
            yield start, end, _breaks(text[start:end])


def _find_callouts(text: str, position: int, kinds: Collection[str]) -> Iterator[Edit]:
    """Take callouts of these kinds out; what stays of each line are the marks of the quotes that it lies in."""
    for block in blocks(text, position):
        if isinstance(block, Item) or not _is_callout(block, kinds):
            continue
        line = text.rfind("\n", 0, block.start) + 1
        before = text[line : block.start]
        depth = before.count(">")
        if not depth:
            continue  # words alone, no quote
        start, end = line + before.rfind(">"), text.find("\n", block.start)
        lazy, fence = True, False  # whether a line without the marks would go on with this one; whether it is code
        while 0 <= end < len(text) - 1:
            stop = text.find("\n", end + 1)
            following = text[end + 1 : stop if stop >= 0 else len(text)]
            marks = QUOTE.match(following)
            quoted, rest = (marks[1].count(">"), following[marks.end() :]) if marks else (0, following)
            other = NO_PARAGRAPH.match(rest)
            if quoted < depth and (not lazy or not rest or other or ITEM.match(rest)):
                break
            fence ^= bool(other and other["fence"])
            lazy = bool(rest) and not fence and not other
            end = stop
        end = end if end >= 0 else len(text)
        outer = NO_QUOTE.sub(" ", text[line:start]) if depth > 1 else ""
        yield start, end, f"\n{outer}" * text.count("\n", start, end)


def _is_callout(block: Block, kinds: Collection[str]) -> bool:
    match = CALLOUT.match(block.content) if block.kind == "text" else None
    return bool(match) and match[1].strip().lower() in kinds if match else False


def _cut_properties(text: str, properties: Properties, names: Collection[str]) -> tuple[str, list[str]]:
    """The text without some of its properties, and these; where they have no lines of their own, all are written anew."""
    doomed = [name for name in properties.values if canonical_name(name) in names]
    if not doomed:
        return text, []
    lines = text[: properties.end].split("\n")
    begins = [*sorted(properties.lines.values()), properties.raw.count("\n") + 3]  # the last: that of the closing "---"
    pieces: list[str] = []
    for name in doomed:
        if first := properties.lines.get(name):
            last = next(line for line in begins if line > first)
            pieces += lines[first - 1 : last - 1]
            lines[first - 1 : last - 1] = [""] * (last - first)
    cut_text = "\n".join(lines) + text[properties.end :]
    left = {name: value for name, value in properties.values.items() if name not in doomed}
    if read_properties(cut_text).values != left:
        head = json.dumps(left, ensure_ascii=False, default=str)
        cut_text = f"---\n{head}\n{_breaks(properties.raw)}---\n{text[properties.end :]}"
        pieces = [f"{name}: {properties.values[name]}" for name in doomed]
    return cut_text, pieces
