"""The text of a visible note without what is hidden: parts of its own, and what leads to hidden notes. Pure.

Lines keep their numbers: what goes leaves its line breaks.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from exporter.outline import heading_key
from exporter.reader.batch import full
from exporter.reader.batch.columns import canonical_name
from exporter.reader.batch.properties import LISTS, kind_of_entry
from exporter.reader.batch.resolve import Names
from exporter.reader.batch.traits import OBSIDIAN_FILE, holds_address
from exporter.reader.markdown.blocks import Block, Item, blocks
from exporter.reader.markdown.front_matter import Properties, read_properties
from exporter.reader.markdown.inline import SCHEME, TAG, Field, Mention, mention, shown_text
from exporter.reader.markdown.note import Note, decode
from exporter.reader.markdown.patterns import BOX, FOOTNOTE
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.names import NOTE, folder_of, key
from exporter.reader.publish.edits import Edit, apply, hole
from exporter.reader.publish.markup import edit_markup
from exporter.regex import regex

CALLOUT = regex(r"\[!\s*([^\]|\n]+?)\s*(?:\|[^\]\n]*)?\]")
QUOTE = regex(r"((?:[ \t]*>)*)[ \t]*")  # the marks of quotes that a line begins with
NO_PARAGRAPH = regex(r"#{1,6}(?:[ \t]|$)|(?P<fence>```|~~~)|([-*_][ \t]*){3,}$")  # no lazy line goes on with it
ITEM = regex(r"[-+*][ \t]|\d{1,9}[.)][ \t]")
PROPERTY_LINK = regex(
    r"""(?P<quote>["'])?(?(quote)[ \t]*)"""
    r"!?(?:\[\[(?P<wiki>[^\[\]\n]+)\]\]|\[(?P<text>[^\[\]\n]*)\]\((?P<url>[^()\n]+)\))"
    r"(?(quote)[ \t]*(?P=quote))"
)
ABOUT = regex(r"[*_~=\s]*(?:$|[-–—:(|])")  # what is left of an item that was about what it began with
EMPHASIS = "*_~= \t"
MARKERS = ("- ", "* ", "+ ")  # of items at the margin
FOOTNOTE_BEGIN = regex(r"^[ \t>]*\[\^([^\[\]\s]+)\]:", re.MULTILINE)
FOOTNOTE_TEXT = regex(r"^\[\^(?P<label>[^\[\]\s]+)\]:(?P<text>[^\n]*)(?!\n[ \t]+\S)$", re.MULTILINE)  # of one line
MOST_ENDING = 8  # characters of a file's ending
NO_QUOTE = regex(r"[^>\s]")


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
    maps: Collection[str]  # paths of the notes whose lists say what there is
    lines: Mapping[str, Collection[int]]  # by path of a note that is to be redacted: those with links to what is hidden
    cut_paths: Collection[str]  # the notes that have parts to be hidden
    renamed: Collection[str]  # those whose headings may name what is hidden
    read: Callable[[str], bytes]  # gives a note as it is
    told: frozenset[str] = frozenset()  # properties in which a name alone is a link
    _maps: dict[str, tuple[bytes, bytes]] = field(
        default_factory=dict, init=False
    )  # before and after: they are read again
    _outlines: dict[str, tuple[Note, Note, Note]] = field(default_factory=dict, init=False)
    _parts: dict[str, Mapping[str, str]] = field(default_factory=dict, init=False)  # by path: as a dialect names them
    file_names: Collection[str] = field(default=frozenset(), init=False)  # keys of those of hidden files

    def __post_init__(self) -> None:
        """Gather what is asked of every property."""
        self.file_names = {key(path.rpartition("/")[2]) for path in self.called}

    def __call__(self, path: str, data: bytes) -> bytes:
        """The note without what is hidden, in UTF-8."""
        if not self.changes(path):
            return data
        if path in self.maps and (known := self._maps.get(path)) and known[0] == data:
            return known[1]
        text, _ = decode(data)
        if path in self.cut_paths:
            text, _ = cut(text, self.parts)
        if path in self.lines:
            text = self._redact_links(path, text)
        left = text.encode(errors="replace")
        if path in self.maps:
            self._maps[path] = data, left
        return left

    def changes(self, path: str) -> bool:
        """Whether anything of the note goes."""
        return path in self.cut_paths or path in self.lines

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
        of_anchor = [anchor, anchor.rpartition("#")[2], anchor.lstrip("^"), f"{target} > {anchor.replace('#', ' > ')}"]
        if file in self.called:
            return {*self.called[file], *map(_fold, of_anchor)} if anchor else self.called[file]
        if anchor and (file in self.cut_paths or file in self.renamed) and self._is_cut(file, anchor):
            return {*map(_fold, of_anchor)}
        return None

    def _is_hidden(self, tag: str, path: str) -> bool:
        """Whether a tag that is a link means something hidden."""
        return self.names_hidden(tag) or self.called_if_hidden(f"#{tag}", "", path) is not None

    def names_hidden(self, target: str) -> bool:
        """Whether a link that leads to no file means something hidden: by an alias, or a topic without a note."""
        spellings = {key(target), key(unquote(target).replace("\\", "/").partition("?")[0].strip())}
        names = {name.removesuffix(NOTE) for name in spellings}
        return any(name in self.nameless or name.rpartition("/")[2].strip() in self.nameless for name in names)

    def has_hidden_property(self, text: str, path: str) -> bool:
        """Whether a note's properties lead to something hidden."""
        properties = read_properties(text)
        return bool(self._edit_head(Note(text, properties), path))

    def _is_cut(self, path: str, anchor: str) -> bool:
        """Whether an anchor names a part of a note that is hidden, or a heading by words that are."""
        if path not in self._outlines:
            text, _ = decode(self.read(path))
            left = cut(text, self.parts)[0]
            before, after = full.read(text), full.read(left)
            self._outlines[path] = before, after, after
            if path in self.lines:
                self._outlines[path] = before, after, full.read(self._redact_links(path, left))
        before, after, shown = self._outlines[path]
        if self.names.dialect.names_parts and before.section(anchor) is None:
            if path not in self._parts:
                self._parts[path] = self.names.dialect.anchors(before)
            anchor = self._parts[path].get(anchor.lower(), anchor)
        if anchor.startswith("^"):  # the id of a block that is gone may name the one before it now
            here, there = before.section(anchor), after.section(anchor)
            return here is not None and (there is None or before.text[slice(*here)] != after.text[slice(*there)])
        if before.section(anchor) is not None:
            return shown.section(anchor) is None
        headings = {
            heading_key(words) for heading in before.headings for words in (heading.text, TAG.sub("", heading.text))
        }
        headings -= {heading_key(heading.text) for heading in shown.headings}
        return any(heading_key(words) in headings for words in (anchor.replace("#", " "), *anchor.split("#")))

    def _redact_links(self, path: str, text: str) -> str:
        properties = read_properties(text)
        head = self._edit_head(Note(text, properties), path)
        if not head and not holds_address(text) and (lines := self._redact_items(path, text, properties.end)):
            return lines
        note = full.read(text, [], properties)
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
            note = full.read(lines[number], [], Properties())
            lines[number] = apply(note.text, self._edit_body(note, path))
        return "\n".join(lines)

    def _edit_body(self, note: Note, path: str) -> list[Edit]:
        text, edits = note.text, list[Edit]()
        links = [inward for link in note.mentions if (inward := self._inward(link))]
        hidden: list[Mention] = []
        gone: list[Mention] = []  # those of which no word stays
        for link in links:
            called = self.called_if_hidden(link.target, link.anchor, path)
            if called is not None:
                hidden.append(link)
                words = link.text if link.text_end or link.text else shown_text(link)
                if link.embed or not link.text or _fold(to_text(words).removeprefix("#")) in called:
                    gone.append(link)
                    edits.append((*hole(text, link.start, link.end), ""))
                elif link.text_end:
                    edits += [(link.start, link.start + 1, ""), (link.text_end, link.end, "")]
                else:
                    edits.append((link.start, link.end, words))
        if self.names.dialect.TAGS_ARE_LINKS:
            edits += (
                (*hole(text, start, start + 1 + len(tag)), "") for start, tag in note.tags if self._is_hidden(tag, path)
            )
        edits += edit_markup(text, note.properties.end, lambda url: self._called_of_url(url, path))
        if hidden:
            edits += _edit_fields(note, gone, edits)
            edits += _edit_footnotes(note, gone, edits)
            edits += self._edit_items(note, path, links, hidden, gone, edits)
            edits += _edit_headings(note, edits)
        return edits

    def _inward(self, link: Mention) -> Mention | None:
        """A link as one within the vault; None: it leads out of it."""
        if not link.external:
            return link
        inside = self._path_of(link.target)
        return link._replace(target=inside[0], anchor=inside[1], external=False) if inside else None

    def names_hidden_file(self, url: str) -> bool:
        """Whether an address that leads out of the vault, `obsidian://` or `file:`, leads to a hidden file of it."""
        inside = self._path_of(url)
        return bool(inside and self.called_if_hidden(*inside, "") is not None)

    def _path_of(self, url: str) -> tuple[str, str] | None:
        """The file that an `obsidian://` or `file:` address means, with the anchor, if that may be one of the vault."""
        if url[:5].lower() != "file:" and not OBSIDIAN_FILE.match(url[:9].lower() + url[9:]):
            return None
        try:
            address = urlsplit(url)
        except ValueError:
            return None
        query = parse_qs(address.query)
        name = next((query[word][0] for word in ("file", "filepath", "path") if word in query), unquote(address.path))
        name, _, anchor = name.partition("#")
        steps = name.replace("\\", "/").strip("/").split("/")
        targets = ["/" + "/".join(steps[first:]) for first in range(len(steps))]
        if address.scheme == "obsidian":  # which finds a note by its name, too
            targets.append(steps[-1])
        return next(
            (
                (target, anchor or unquote(address.fragment))
                for target in targets
                if self.names.find(target, "")[0] >= 0
            ),
            None,
        )

    def _called_of_url(self, url: str, path: str) -> Collection[str] | None:
        """What an address in HTML, or in the definition of a target, means is called if it is hidden; else None."""
        target, _, anchor = unquote(url).partition("#")
        if SCHEME.match(url):
            inside = self._path_of(url)
            if not inside:
                return None
            target, anchor = inside
        return self.called_if_hidden(target, anchor, path)

    def has_hidden_address(self, text: str, path: str) -> bool:
        """Whether a note leads to something hidden by HTML or by the definition of a target."""
        return any(edit_markup(text, 0, lambda url: self._called_of_url(url, path)))

    def _edit_head(self, note: Note, path: str) -> list[Edit]:
        """Take what is hidden out of the properties; where links are spelled as only YAML reads them, these are written anew."""
        properties = note.properties
        edits = list(self._edit_properties(note.text[: properties.end], path))
        values = read_properties(apply(note.text[: properties.end], edits)).values if properties.values else {}
        left = {
            name: self._without_hidden(value, path, canonical_name(name) in self.told | LISTS)
            for name, value in values.items()
        }
        left = {name: value for name, value in left.items() if self._without_hidden(name, path) == name}
        if self.names.dialect.TAGS_ARE_LINKS and isinstance(tags := left.get("tags"), list):
            left["tags"] = [tag for tag in tags if not (isinstance(tag, str) and self._is_hidden(tag, path))]
        return edits if left == values else [(0, properties.end, _head_of(left, properties))]

    def _without_hidden(self, value: Any, path: str, named: bool = False) -> Any:
        """A property's value without links to what is hidden, and without the names of hidden files; `named`: of notes, too."""
        if isinstance(value, dict):
            return {
                name: self._without_hidden(item, path, named or canonical_name(name) in LISTS)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._without_hidden(item, path, named) for item in value]
        if not isinstance(value, str):
            return value
        if self.is_hidden_file(value, path) or (named and self.called_if_hidden(value.strip(), "", path) is not None):
            return None
        edits = list(self._edit_properties(value, path))
        left = (
            apply(value, [(start, end, "" if new == "null" else new) for start, end, new in edits]) if edits else value
        )
        return left if left.strip() or not edits else None

    def is_hidden_file(self, value: str, path: str) -> bool:
        """Whether the words of a property are the name of a hidden file, with its ending, as for a picture."""
        if "." not in value or key(value.strip().rpartition("/")[2]) not in self.file_names:
            return False
        ending = value.strip().rpartition(".")[2]
        if not 0 < len(ending) <= MOST_ENDING or "\n" in value or value.strip() == ending:
            return False
        number = self.names.find(value.strip(), folder_of(path))[0]
        return (
            number >= 0
            and self.names.paths[number] in self.called
            and key(self.names.paths[number]).endswith(key(ending))
        )

    def _edit_properties(self, raw: str, path: str) -> Iterator[Edit]:
        """Take links to what is hidden out of a note's head, where a value that is one becomes null."""
        for match in PROPERTY_LINK.finditer(raw):
            if match["wiki"]:
                link = mention(match["wiki"], 0, 0, embed=False)
                target, anchor, words = link.target, link.anchor, link.text
            else:
                target, anchor, words = "", "", match["text"]
            url = match["url"].strip(" <>") if match["url"] else ""
            called = self._called_of_url(url, path) if url else self.called_if_hidden(target, anchor, path)
            if called is not None:
                whole = match["quote"] or _stands_alone(raw, match.start(), match.end())
                if whole or (words and _fold(words) not in called):
                    yield match.start(), match.end(), "null" if whole else words
                else:
                    yield *hole(raw, match.start(), match.end()), ""

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
            if about or (path in self.maps and all(link.start in hidden_starts for link in within)):
                begin = item.text if end != item.end else item.start
                yield begin, end, _breaks(note.text[begin:end]) + _indent(note.text, end, end != item.end)


def cut(text: str, parts: Parts) -> tuple[str, list[str]]:
    """A note's text without its hidden parts, and these."""
    properties = read_properties(text)
    pieces: list[str] = []
    if parts.properties:
        text, values = _cut_properties(text, properties, parts.properties)
        pieces += values
    edits = list(_find_parts(full.read(text), parts))
    pieces += [text[start:end] for start, end, _ in edits]
    left = apply(text, edits)
    gone = {match[1] for piece in pieces for match in FOOTNOTE_BEGIN.finditer(piece)}
    gone -= {match[1] for match in FOOTNOTE_BEGIN.finditer(left)}
    if gone:
        edits += ((*match.span(), "") for match in FOOTNOTE.finditer(text) if match[1] in gone)
        left = apply(text, edits)
    return left, pieces


def fold_names(names: Collection[str]) -> frozenset[str]:
    """Names as the words of links are compared with them."""
    return frozenset(_fold(name) for name in names if name.strip())


def _fold(words: str) -> str:
    return key(" ".join(words.split()))


def _breaks(text: str) -> str:
    return "\n" * text.count("\n")


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


def _edit_fields(note: Note, gone: Collection[Mention], edits: Collection[Edit]) -> Iterator[Edit]:
    """Take fields out of whose value nothing is left."""
    for each in note.fields:
        own = [edit for edit in edits if each.start <= edit[1] and edit[0] < each.end]
        if any(each.start <= link.start < each.end for link in gone):
            value = apply(
                note.text, [(max(a, each.start), min(b, each.end), new) for a, b, new in own], each.start, each.end
            )
            if not value.strip(" \t,"):
                start, end = _place_of(note.text, each)
                yield *hole(note.text, start, end), ""


def _edit_footnotes(note: Note, gone: Collection[Mention], edits: Collection[Edit]) -> Iterator[Edit]:
    """Take footnotes out of whose text nothing is left, and their marks."""
    for match in FOOTNOTE_TEXT.finditer(note.text, note.properties.end):
        start, end = match.start("text"), match.end()
        if any(start <= link.start < end for link in gone):
            own = [(max(a, start), b, new) for a, b, new in edits if start <= b and a < end]
            if not apply(note.text, own, start, end).strip():
                yield match.start(), match.end(), ""
                for mark in re.finditer(re.escape(f"[^{match['label']}]"), note.text):
                    if not match.start() <= mark.start() < match.end():
                        yield mark.start(), mark.end(), ""


def _find_parts(note: Note, parts: Parts) -> Iterator[Edit]:
    """The sections, callouts and fields that are hidden, and the line breaks that stay of each."""
    text = note.text
    for number, heading in enumerate(note.headings):
        if not (number == 0 and note.opens) and parts.hides_heading(heading.text):
            later = (other.start for other in note.headings[number + 1 :] if other.level <= heading.level)
            behind = next(later, None)
            end = len(text) if behind is None else text.rfind("\n", 0, behind) + 1
            yield _section(text, heading.start, end)
    if parts.callouts and "[!" in text:
        yield from _find_callouts(text, note.properties.end, parts.callouts)
    for each in note.fields:
        if canonical_name(each.key) in parts.properties:
            start, end = _place_of(text, each)
            yield start, end, _breaks(text[start:end])


def _section(text: str, start: int, end: int) -> Edit:
    """A section that goes, of a heading that begins at `start`; in a quote it ends with that, whose marks stay."""
    line = text.rfind("\n", 0, start) + 1
    depth = text[line:start].count(">")
    if not depth:
        return start, end, _breaks(text[start:end])
    stop = text.find("\n", start) + 1 or end
    while stop < end and (marks := QUOTE.match(text, stop)) and marks[1].count(">") >= depth:
        stop = text.find("\n", stop) + 1 or end
    goes_on = text[stop - 1] == "\n"  # with a line that has its marks
    return start, stop, f"\n{'>' * depth}" * (text.count("\n", start, stop) - goes_on) + "\n" * goes_on


def _place_of(text: str, each: Field) -> tuple[int, int]:
    """Where a field stands, with its key and the brackets or marks around it."""
    line = text.rfind("\n", 0, each.start) + 1
    start, end = text.rfind(each.key, line, each.start), each.end
    while start > line and text[start - 1] in "*_~=":
        start -= 1
    if text[start - 1 : start] in ("[", "(") and text[end : end + 1] in ("]", ")"):
        start, end = start - 1, end + 1
    return start, end


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


def _head_of(values: Mapping[str, Any], properties: Properties) -> str:
    """A front matter with these values, on as many lines."""
    mark = properties.mark
    return f"---{mark}{json.dumps(values, ensure_ascii=False, default=str)}{_breaks(properties.raw)}{mark}---\n"


def _cut_properties(text: str, properties: Properties, names: Collection[str]) -> tuple[str, list[str]]:
    """The text without some of its properties, and these; where they have no lines of their own, all are written anew."""
    pieces: list[str] = []
    left = {name: _without_names(value, names, pieces) for name, value in properties.values.items()}
    doomed = [name for name in properties.values if canonical_name(name) in names]
    if not (doomed or pieces):
        return text, []
    left = {name: value for name, value in left.items() if name not in doomed}
    lines = text[: properties.end].split("\n")
    # The last: the line behind the YAML
    begins = [*sorted(properties.lines.values()), properties.raw.count("\n") + 1 + properties.first]
    for name in doomed:
        if first := properties.lines.get(name):
            last = next(line for line in begins if line > first)
            pieces += lines[first - 1 : last - 1]
            lines[first - 1 : last - 1] = [""] * (last - first)
    cut_text = "\n".join(lines) + text[properties.end :]
    if read_properties(cut_text).values != left:
        cut_text = _head_of(left, properties) + text[properties.end :]
        pieces += [f"{name}: {properties.values[name]}" for name in doomed]
    return cut_text, pieces


def _without_names(value: Any, names: Collection[str], pieces: list[str]) -> Any:
    """A property's value without those within it, and entries of a kind, that have such a name; these go to `pieces`."""
    if isinstance(value, list):
        items = [_without_names(item, names, pieces) for item in value]
        return [item for item, before in zip(items, value, strict=True) if item is not None or before is None]
    if not isinstance(value, dict):
        return value
    if canonical_name(kind_of_entry(value)) in names:
        pieces.append(str(value))
        return None
    doomed = [name for name in value if canonical_name(name) in names]
    pieces += [f"{name}: {value[name]}" for name in doomed]
    return {name: _without_names(item, names, pieces) for name, item in value.items() if name not in doomed}
