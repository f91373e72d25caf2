"""Which pictures, tables and diagrams have a caption: words that are surely one, by what authors write in Markdown.

A picture's own words, or its title; `<figcaption>` and `<caption>`; `Table: words` and `: words` as pandoc and Quarto have
them; a line in italics right below a picture; a paragraph that begins with "Figure 1:" or **Table 2.** beside one, whose
number is the author's. Whatever else stands there stays a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exporter.views.body.nodes import BLANKS, PARAGRAPHS, cut, stringify
from exporter.views.body.pandoc import Node

FIGURE, TABLE = "figure", "table"
CAPTION = "caption"  # the class of a Div that HTML says is one
LONGEST = 600  # letters
# Before a caption's words, as people write it: what it is, its number, a sign. "Table 1 shows" has no sign, and is none.
LABEL = re.compile(
    r"(?:(?P<table>tab(?:le|\.|elle|la|leau|ella|ela|el)?|таблица|表)"
    r"|(?P<figure>fig(?:ure|\.|ura|uur|ur)?|abb(?:ildung|\.)|diagram(?:me)?|diagrama|рис(?:унок|\.)|図|图))"
    r"[ \u00a0]*(?P<number>(?:[A-Z][.-]?)?\d+(?:[.-]\d+)*[a-z]?)?[ \u00a0]*(?P<sign>[:：.]|[–—-](?=\s)|\Z)\s*",
    re.IGNORECASE,
)
PANDOCS = re.compile(r":\s+")  # before the caption of a table
ATTRIBUTES = re.compile(r"\s*\{\s*(?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s{}\"']+))(?:\s[^{}]*)?\}\s*\Z")
NO_LETTER = re.compile(r"[\W\d_]+")
# Words that programs and themes put where a picture's own would stand
PLACEHOLDERS = frozenset(
    "alt alttext image img picture photo pic figure fig screenshot untitled pastedimage pastedgraphic screenshotfrom drawing diagram bild foto"
    " center centre left right inline invert inv banner cover wide small medium large floatleft floatright".split()
)


@dataclass
class Caption:
    """A caption and what it is of; its number is known when all of the note are."""

    kind: str  # FIGURE or TABLE
    block: Node
    words: list[Node]
    below: bool  # where the note has it
    numbered: bool  # by us; else its words begin with the author's own number
    number: int = 0


def own_words(said: str, path: str) -> bool:
    """Whether what is said of a picture is more than its file's name, or what stands there where nobody has said anything."""
    bare = NO_LETTER.sub("", said).casefold()
    name = path.rpartition("/")[2]
    names = (NO_LETTER.sub("", each).casefold() for each in (name, name.rpartition(".")[0]))
    return bool(bare) and bare not in PLACEHOLDERS and bare not in names


def join_captions(
    blocks: list[Node], caption_of: Callable[[Node], list[Node] | None]
) -> tuple[list[Node], list[Caption]]:
    """The blocks with each figure and its caption as one node, `Captioned`, and all of these in their order.

    Args:
        blocks: a note's.
        caption_of: of a paragraph that is a picture, or of a diagram, its own words, of which there may be none; None: it
            is not in the book.
    """
    captions: list[Caption] = []
    return _join(blocks, caption_of, captions), captions


def _join(blocks: list[Node], caption_of: Callable[[Node], list[Node] | None], captions: list[Caption]) -> list[Node]:
    made: list[Node] = []
    number = 0
    while number < len(blocks):
        block = blocks[number]
        number += 1
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "BlockQuote":
            block["c"] = _join(content, caption_of, captions)
        elif kind == "Div" and content[0][1] != [CAPTION]:
            content[1] = _join(content[1], caption_of, captions)
        elif kind in ("BulletList", "OrderedList"):
            for item in content if kind == "BulletList" else content[1]:
                item[:] = _join(item, caption_of, captions)
        elif kind == "Table":
            above, below = _beside(TABLE, made, blocks[number : number + 3])
            last = None if above or below else _last_row(block)
            if words := above or below or last:
                number += bool(below)
                if above:
                    made.pop()
                block = _captioned(captions, TABLE, block, words, not above)
        elif (kind in PARAGRAPHS and _has_picture(content)) or (
            kind == "CodeBlock" and content[0][1][:1] == ["mermaid"]
        ):
            picture, own = _split(block) if kind in PARAGRAPHS else (block, [])
            said = caption_of(picture) if picture else None
            if picture and said is not None:
                above, below = ([], []) if own else _beside(FIGURE, made, blocks[number : number + 3])
                if words := own or above or below or said:
                    number += bool(below)
                    if above and not below:
                        made.pop()
                    block = _captioned(captions, FIGURE, picture, words, own or below or not above)
        made.append(block)
    return made


def _captioned(captions: list[Caption], kind: str, block: Node, words: list[Node], below: object) -> Node:
    words, numbered = _unlabelled(words)
    captions.append(Caption(kind, block, words, bool(below), numbered))
    return {"t": "Captioned", "c": captions[-1]}


def _has_picture(inlines: list[Node]) -> bool:
    return bool(inlines) and inlines[0]["t"] == "Image"


def _split(paragraph: Node) -> tuple[Node | None, list[Node]]:
    """A paragraph's picture, if it is nothing else, and the words of the line below that are its caption."""
    picture, *rest = paragraph["c"]
    alone = {**paragraph, "c": [picture]}
    if not rest or ATTRIBUTES.fullmatch(stringify(rest)):
        return alone, []
    if rest[0]["t"] in BLANKS[1:] and len(rest) > 1:
        line = rest[1:]
        if (len(line) == 1 and line[0]["t"] == "Emph") or _is_caption(FIGURE, line):
            return alone, line[0]["c"] if len(line) == 1 and line[0]["t"] == "Emph" else line
    return None, []


def _beside(kind: str, made: list[Node], rest: list[Node]) -> tuple[list[Node], list[Node]]:
    """The caption above or below a figure; one that stands between two is a table's below it, and a picture's above it."""
    above = _words_of(kind, made[-1]) if made else []
    below = _words_of(kind, rest[0]) if rest else []
    if above and below and rest[0]["t"] == "Div":
        above = []
    elif above and below:
        below = []
    elif (
        below
        and kind == TABLE
        and rest[1:2]
        and rest[1]["t"] == "Table"
        and not (rest[2:] and _words_of(kind, rest[2]))
    ):
        below = []  # it is that of the next table
    return above, below


def _words_of(kind: str, block: Node) -> list[Node]:
    """The words of a block that is surely a caption."""
    content: Any = block.get("c")
    if block["t"] == "Div" and content[0][1] == [CAPTION]:
        return list(content[1][0]["c"]) if len(content[1]) == 1 and content[1][0]["t"] in PARAGRAPHS else []
    if block["t"] not in PARAGRAPHS or not _is_caption(kind, content):
        return []
    return list(content)


def _is_caption(kind: str, inlines: list[Node]) -> bool:
    text = stringify(inlines)
    if kind == TABLE and PANDOCS.match(text) and inlines[0]["t"] == "Str":
        return len(text) <= LONGEST
    match = LABEL.match(text)
    if not match or not match[kind] or len(text) > LONGEST:
        return False
    if not match["number"]:  # "Table: words", and no heading of its own such as "Figure."
        return match["sign"] in (":", "：") and match.end() < len(text)
    return True


def _last_row(table: Node) -> list[Node]:
    """The caption that Markdown took for a row, as nothing parts it from the table: taken out of it."""
    for body in reversed(table["c"][4]):
        rows = body[3]
        if not rows:
            continue
        first, *others = (cell[4] for cell in rows[-1][1])
        if len(first) == 1 and first[0]["t"] in PARAGRAPHS and not any(others) and len(rows) > 1:
            words = first[0]["c"]
            if words and words[0]["t"] == "Str" and PANDOCS.match(stringify(words)):
                rows.pop()
                return list(words)
        return []
    return []


def _unlabelled(words: list[Node]) -> tuple[list[Node], bool]:
    """A caption's words without what only says that it is one, and whether it wants a number."""
    if len(words) == 1 and words[0]["t"] in ("Emph", "Strong") and LABEL.match(stringify(words)):
        words = words[0]["c"]  # of which no word stands out, for all do
    text = stringify(words)
    if attributes := ATTRIBUTES.search(text):
        words = cut(words, 0, attributes.start())
        text = text[: attributes.start()]
    match = PANDOCS.match(text)
    if not match:
        match = LABEL.match(text)
        if match and match["number"]:
            return words, False
        if match and (match["sign"] not in (":", "：") or match.end() == len(text)):
            match = None
    return (cut(words, match.end(), len(text)) if match else words), True
