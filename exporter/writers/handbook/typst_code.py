"""A note's tree as Typst in code mode, where every text is a string: no sign of it can mean anything.

The language: https://typst.app/docs/reference/syntax/
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exporter.views.body.nodes import PARAGRAPHS, join_strings
from exporter.views.body.pandoc import Node
from exporter.writers.handbook.text import BREAK, breakable, literal

LONGEST_WORD = 60  # letters: what may be longer may break
MOST_ITEMS = 20  # of a list in one piece: all of it is set anew for each footnote in it
NOTHING = "[]"
SPACE = "[ ]"  # it vanishes at the edge of a line and beside another, which one within a string does not
NO_HEAD = 'show table.cell.where(y: 0): set text(weight: "regular")'  # a first row that is as any other
FUNCTIONS = {
    "Emph": "emph",
    "Strong": "strong",
    "Strikeout": "strike",
    "Underline": "underline",
    "Superscript": "super",
    "Subscript": "sub",
}
ALIGNMENTS = {"AlignLeft": "left", "AlignCenter": "center", "AlignRight": "right"}
NUMBERINGS = {"LowerRoman": "i", "UpperRoman": "I", "LowerAlpha": "a", "UpperAlpha": "A"}
DELIMITERS = {"OneParen": "{})", "TwoParens": "({})"}
Argument = str | Sequence[Node]  # code, or what is to be emitted
Piece = object  # code, as `str` gives it once all is known
Write = Callable[[Piece], None]


def call(function: str, *arguments: Argument) -> Node:
    """Within a paragraph: a function of Typst's or of the design's, with code or nodes for its arguments."""
    return {"t": "Call", "c": (function, arguments)}


def call_block(function: str, *arguments: Argument) -> Node:
    """The same between paragraphs."""
    return {"t": "CallBlock", "c": (function, arguments)}


def note(blocks: list[Node], name: str, opaque: bool) -> Node:
    """A footnote, to which marks lead by its name, if it has one; an opaque one is no word of the text around it."""
    before, after = ("[#", f"#label({literal(name)})]") if name else ("context " * opaque, "")
    return {"t": "Note", "c": (before, blocks, after)}


def expression(piece: Piece) -> Node:
    """Within a paragraph: code as it stands."""
    return {"t": "Expression", "c": piece}


def expression_block(piece: Piece) -> Node:
    """The same between paragraphs."""
    return {"t": "ExpressionBlock", "c": piece}


def emit(nodes: Sequence[Node], write: Write) -> None:
    """Write one expression for these blocks, or for these inlines, in pieces.

    Raises:
        RecursionError: they are nested too deeply.
    """
    if not nodes:
        write(NOTHING)
        return
    write("{")
    last = ""
    for node in join_strings(nodes):
        kind: str = node["t"]
        if last:
            paragraphs = last in PARAGRAPHS and kind in PARAGRAPHS
            write("\nparbreak()\n" if paragraphs or "Para" in (last, kind) else "\n")
        _emit(kind, node.get("c"), write)
        last = kind
    write("}")


def _emit(kind: str, content: Any, write: Write) -> None:
    match kind:
        case "Str":
            _words(content, write)
        case "Space" | "SoftBreak":
            write(SPACE)
        case "LineBreak":
            write("linebreak()")
        case "Para" | "Plain":
            emit(content, write)
        case "Expression" | "ExpressionBlock":
            write(content)
        case "Call" | "CallBlock":
            function, arguments = content
            _call(function, arguments, write)
        case "Note":
            before, blocks, after = content
            write(before)
            _call("footnote", [blocks], write)
            write(after)
        case "Span":
            (_, _, attributes), inlines = content
            _call("text", [*(f"{name}: {value}" for name, value in attributes), inlines], write)
        case "BlockQuote":
            _call("quote", ["block: true", content], write)
        case "BulletList":
            _list("list", content, lambda number: [_tight(content)], write)
        case "OrderedList":
            (start, style, delimiter), items = content
            pattern = literal(DELIMITERS.get(delimiter["t"], "{}.").format(NUMBERINGS.get(style["t"], "1")))
            options = [_tight(items), f"numbering: {pattern}"]
            _list("enum", items, lambda number: [*options, f"start: {start + number}"], write)
        case "Table":
            _table(content, write)
        case "HorizontalRule":
            write("horizontalrule")
        case _:
            _call(FUNCTIONS[kind], [content], write)


def _call(function: str, arguments: Sequence[Argument], write: Write) -> None:
    write(f"{function}(")
    for argument in arguments:
        if isinstance(argument, str):
            write(argument)
        else:
            emit(argument, write)
        write(",")
    write(")")


def _list(function: str, items: Sequence[list[Node]], options: Callable[[int], list[str]], write: Write) -> None:
    """A list, in pieces where it is long; `options` are those of the piece that begins with the item of this number."""
    pieces: list[list[Argument]] = [
        [*options(start), *items[start : start + MOST_ITEMS]] for start in range(0, len(items), MOST_ITEMS)
    ]
    if len(pieces) == 1:
        _call(function, pieces[0], write)
    else:
        _call("pieces", [[call_block(function, *piece)] for piece in pieces], write)


def _words(text: str, write: Write) -> None:
    """Text, in which a word that may be longer than a line can break without a character that says so."""
    pieces = breakable(text.strip(" ")).split(BREAK) if len(text) > LONGEST_WORD else [text.strip(" ")]
    words = [literal(piece) for piece in pieces if piece]
    if text[:1] == " ":
        write(f"{SPACE};" if words else SPACE)
    write(";box();".join(words))
    if words and text[-1:] == " ":
        write(f";{SPACE}")


def _tight(items: Sequence[list[Node]]) -> str:
    """Whether the items have no space between them, as the note's have none."""
    return f"tight: {str(all(block['t'] != 'Para' for item in items for block in item)).lower()}"


def _table(content: Any, write: Write) -> None:
    (name, classes, _), (_, caption), columns, (_, head), bodies, (_, foot) = content
    alignments = ",".join(ALIGNMENTS.get(alignment["t"], "auto") for alignment, _ in columns)
    if not head:
        write(f"{{{NO_HEAD}\n")
    write("figure(kind: table,")
    if caption:  # the table has a block of its own, as else it would stand at the caption's left edge
        write(f"caption: figure.caption(position: {'bottom' if classes else 'top'},")
        emit([*([call("anchor", literal(name))] if name else []), *caption[0]["c"]], write)
        write("),")
    write(f"align(center,{'block(' * bool(caption)}table(columns: {len(columns)}, align: ({alignments},),")
    if head:
        write("table.header(")
        _cells(head, write)
        write("),table.hline(),")
    for rows in (*(body[2] + body[3] for body in bodies), foot):
        _cells(rows, write)
    write(")" * (3 + bool(caption)) + "}" * (not head))


def _cells(rows: Any, write: Write) -> None:
    for _, cells in rows:
        for cell in cells:
            emit(cell[4], write)
            write(",")
