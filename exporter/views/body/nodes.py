"""Nodes of pandoc's tree: what one reads of them, their headings, and two wants of pandoc's Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from exporter.outline import Outline
from exporter.views.body.pandoc import Node
from exporter.views.body.text import printable

PARAGRAPHS = ("Para", "Plain")
MARKINGS = ("Emph", "Strong", "Strikeout", "Underline", "Superscript", "Subscript")
BLANKS = ("Space", "SoftBreak", "LineBreak")
DEEPEST_HEADING = 6
QUESTION = re.compile(r"\[!(?:question|help|faq)\]-", re.IGNORECASE)  # folded: see Transformation.callout
BRACKET = re.compile("[()（）]")


class Anchors:
    """The headings of one text by what links call them (rules S1 and S2), and the labels to which links then lead."""

    def __init__(self, levels: list[int], texts: list[str], labels: list[str]) -> None:
        self._outline, self._labels = Outline(levels, texts), labels

    def find(self, anchor: str) -> str:
        """The label of the heading that an anchor names; "" where it names none."""
        match = self._outline.find(anchor)
        return self._labels[match[0]] if match else ""

    def labels(self) -> list[str]:
        """All of them, in their order."""
        return [*filter(None, self._labels)]


def name_headings(blocks: list[Node], name: str, top_level: int) -> Anchors:
    """Give each heading its level in the book and its label; those without words, which the book leaves out, get none."""
    headings = [(heading, title_text(heading["c"][2])) for heading in _headings(blocks)]
    levels = [heading["c"][0] for heading, _ in headings]
    highest = min((level for level, (_, text) in zip(levels, headings, strict=True) if text), default=1)
    labels: list[str] = []
    level, number = top_level - 1, 0
    for heading, text in headings:
        labels.append(f"{name}__{number}" if text else "")
        if text:
            # no level is left out on the way down: screen readers and PDF/UA count on it
            level = min(heading["c"][0] - highest + top_level, level + 1, DEEPEST_HEADING)
            heading["c"][:2] = [level, [labels[-1], [], []]]
            number += 1
    return Anchors(levels, [text for _, text in headings], labels)


def title_text(inlines: list[Node]) -> str:
    """What one reads of a heading; "" where it is nothing but a picture."""
    return stringify(inlines).strip() if stringify(inlines, pictures=False).strip() else ""


def _headings(blocks: list[Node]) -> Iterator[Node]:
    waiting = blocks[::-1]
    while waiting:
        block = waiting.pop()
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "Header":
            yield block
        elif kind == "BlockQuote":
            waiting += content[::-1]
        elif kind == "Div":
            waiting += content[1][::-1]
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            waiting += [inner for item in items for inner in item][::-1]


def stringify(inlines: Iterable[Node], pictures: bool = True) -> str:
    """What one reads of the nodes, with or without what stands for pictures."""
    text = []
    waiting = list(inlines)[::-1]
    while waiting:
        node = waiting.pop()
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind == "Str":
            text.append(content)
        elif kind in ("Code", "Math"):
            text.append(content[1])
        elif kind in BLANKS:
            text.append(" ")
        elif kind == "Link" or (kind == "Image" and pictures):
            waiting += content[1][::-1]
        elif kind in MARKINGS:
            waiting += content[::-1]
        elif kind == "Span":
            waiting += content[1][::-1]
    return printable("".join(text))


def cut(inlines: list[Node], start: int, end: int) -> list[Node]:
    """The nodes from one letter of what one reads of them to another."""
    return list(_pieces(inlines, start, end))


def _pieces(inlines: list[Node], start: int, end: int) -> Iterator[Node]:
    position = 0
    for node in inlines:
        text = stringify([node])
        begin, stop = max(start - position, 0), end - position
        position += len(text)
        if (text and begin >= len(text)) or stop < bool(text):  # what has no letters, as a footnote, stays at the end
            continue
        if not begin and stop >= len(text):
            yield node
        elif node["t"] == "Str":
            yield string(text[begin:stop])
        elif node["t"] in ("Emph", "Strong"):
            yield {"t": node["t"], "c": cut(node["c"], begin, stop)}


def string(text: str) -> Node:
    """Words of ours."""
    return {"t": "Str", "c": text}


def join_strings(inlines: Iterable[Node]) -> Iterator[Node]:
    """The nodes with words and the spaces between them as one."""
    for words, nodes in groupby(inlines, lambda node: node["t"] in ("Str", "Space")):
        if not words:
            yield from nodes
        elif text := "".join(node.get("c", " ") for node in nodes):
            yield string(text)


def mark_bracketed(inlines: list[Node]) -> None:
    """Mark the links that stand within parentheses, which may begin and end in other nodes."""
    if not any(node["t"] == "Link" or node["t"] in (*MARKINGS, "Span") for node in inlines):
        return
    links: list[Node] = []
    opened: list[int] = []  # for each parenthesis, how many links stand before it
    waiting = inlines[::-1]
    while waiting:
        node = waiting.pop()
        kind: str = node["t"]
        if kind == "Str":
            for sign in BRACKET.findall(node["c"]):
                if sign in "(（":
                    opened.append(len(links))
                elif opened:
                    for link in links[opened.pop() :]:
                        link["bracketed"] = True
        elif kind == "Link":
            links.append(node)
        elif kind in MARKINGS:
            waiting += node["c"][::-1]
        elif kind == "Span":
            waiting += node["c"][1][::-1]


def drop_empty_headings(blocks: list[Node]) -> tuple[list[Node], list[str]]:
    """The blocks without headings that have nothing below them; mere headings are all kept.

    Returned, too, are the words of those below which the note has nothing, either: not of one above questions, which
    move to the note's end. One before another heading is dropped where all between them moves elsewhere; else it may be
    of a note embedded there.
    """
    if all(block["t"] == "Header" for block in blocks):
        return blocks, []
    kept: list[Node] = []
    dropped: list[str] = []
    next_level = 0  # of the heading behind; the end is higher than any
    moved = False  # whether something moves from between
    for block in reversed(blocks):
        if block["t"] != "Header":
            kept.append(block)
            moved = _moves(block)
            next_level = next_level if moved else DEEPEST_HEADING + 1
        elif title_text(block["c"][2]) and (next_level == 0 or (moved and next_level <= block["c"][0])):
            if not moved:
                dropped.append(title_text(block["c"][2]))
        else:
            kept.append(block)
            next_level, moved = block["c"][0], False
    return kept[::-1], dropped[::-1]


def _moves(block: Node) -> bool:
    """Whether it is a question that goes to the note's end, or a list of nothing else."""
    if block["t"] in ("BulletList", "OrderedList"):
        items = block["c"] if block["t"] == "BulletList" else block["c"][1]
        return all(item and all(map(_moves, item)) for item in items)
    if block["t"] != "BlockQuote" or not block["c"] or block["c"][0]["t"] not in PARAGRAPHS:
        return False
    inlines = block["c"][0]["c"]
    more = len(block["c"]) > 1 or any(node["t"] in BLANKS[1:] for node in inlines)
    return bool(more and QUESTION.match(stringify(inlines[:1])))


def take_section(blocks: list[Node], titles: Collection[str]) -> tuple[list[Node], list[Node]]:
    """The first section whose heading reads as one of these, in small letters, and all other blocks."""
    for start, block in enumerate(blocks):
        if block["t"] == "Header" and title_text(block["c"][2]).casefold().rstrip(":") in titles:
            ends = (n for n in range(start + 1, len(blocks)) if _ends(blocks[n], block["c"][0]))
            end = next(ends, len(blocks))
            return blocks[start:end], blocks[:start] + blocks[end:]
    return [], blocks


def _ends(block: Node, level: int) -> bool:
    """Whether it ends a section of that level."""
    return block["t"] == "Header" and int(block["c"][0]) <= level


def rows_of(table: Node) -> Iterator[Any]:
    """The cells of each row: attributes, alignment, how many rows and columns it spans, blocks."""
    *_, (_, head), bodies, (_, foot) = table["c"]
    for rows in (head, *(rows for body in bodies for rows in body[2:]), foot):
        for _, cells in rows:
            yield cells


def with_columns(table: Node, numbers: list[int]) -> Node:
    """A table of these columns alone; no cell may span several."""

    def cut(rows: Any) -> Any:
        return [[attributes, [cells[number] for number in numbers]] for attributes, cells in rows]

    attributes, caption, columns, (of_head, head), bodies, (of_foot, foot) = table["c"]
    bodies = [[*body[:2], *map(cut, body[2:])] for body in bodies]
    columns = [columns[number] for number in numbers]
    return {"t": "Table", "c": [attributes, caption, columns, [of_head, cut(head)], bodies, [of_foot, cut(foot)]]}


def join_lists(blocks: list[Node]) -> list[Node]:
    """The blocks with lists that stand below one another as one: pandoc begins another where tasks begin or end."""
    made: list[Node] = []
    for block in blocks:
        if made and block["t"] == made[-1]["t"] == "BulletList":
            made[-1] = {"t": "BulletList", "c": [*made[-1]["c"], *block["c"]]}
        else:
            made.append(block)
    return made


def begin_with(mark: list[Node], blocks: list[Node]) -> list[Node]:
    """The blocks with a mark before their first word."""
    if blocks and blocks[0]["t"] in PARAGRAPHS:
        return [{**blocks[0], "c": [*mark, *blocks[0]["c"]]}, *blocks[1:]]
    return [{"t": "Plain", "c": mark}, *blocks]


def to_inlines(blocks: list[Node]) -> list[Node]:
    """The words of blocks where only words may stand; of what is no paragraph, its paragraphs."""
    made: list[Node] = []
    waiting: list[Any] = [blocks]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple):
            waiting += each[::-1]
        elif isinstance(each, dict) and each["t"] in PARAGRAPHS:
            made += [{"t": "Space"}] * bool(made) + each["c"]
        elif isinstance(each, dict) and each["t"] == "CodeBlock":
            made += [{"t": "Space"}] * bool(made) + [{"t": "Code", "c": each["c"]}]
        elif isinstance(each, dict):
            waiting.append(each.get("c"))
    return made


def drop_breaks(inlines: list[Node]) -> list[Node]:
    """The nodes without the line breaks around formulas that have a line of their own."""
    displayed = [node["t"] == "Math" and node["c"][0]["t"] == "DisplayMath" for node in inlines]
    if not any(displayed):
        return inlines
    return [
        node
        for number, node in enumerate(inlines)
        if node["t"] != "LineBreak" or not any(displayed[max(number - 1, 0) : number + 2])
    ]


def mark_highlights(inlines: list[Node]) -> list[Node]:
    """The nodes with ==what is marked== marked."""
    if not any(node["t"] == "Str" and "==" in node["c"] for node in inlines):
        return inlines
    parts: list[Node | None] = []  # None: a "=="
    for node in inlines:
        if node["t"] != "Str":
            parts.append(node)
            continue
        for number, text in enumerate(node["c"].split("==")):
            if number:
                parts.append(None)
            if text:
                parts.append(string(text))
    blank = [part is None or part["t"] in BLANKS for part in parts]
    made: list[Node] = []
    opening = -1
    for number, part in enumerate(parts):
        if part is not None:
            made.append(part)
        elif opening < 0 and not all(blank[number + 1 : number + 2]):
            opening = len(made)
            made.append({"t": "Str", "c": "=="})
        elif opening >= 0 and not blank[number - 1]:
            made[opening:] = [{"t": "Span", "c": [["", ["mark"], []], made[opening + 1 :]]}]
            opening = -1
        else:
            made.append({"t": "Str", "c": "=="})
    return made
