"""Paragraph styles of the book in Word, which its readers may change there: boxes for callouts, and what stands around a text.

The document that pandoc takes them from is its own with these added
(https://pandoc.org/MANUAL.html#option--reference-doc).
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from exporter.views.body.pandoc import Node

HUES = {
    "note": "1F4E79", "abstract": "00697A", "info": "1F4E79", "todo": "1F4E79", "tip": "00697A", "success": "1A7F37", "question": "8A6100",
    "warning": "A85B00", "failure": "B3261E", "danger": "B3261E", "bug": "B3261E", "example": "6639BA", "quote": "707070",
}  # fmt: skip
DEEPEST = 3  # callouts within callouts that have an indentation of their own
INDENT = 240  # twentieths of a point, for each callout around
BOXES = {"definition": "Definition Box"}
BOX = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="{name}"/><w:basedOn w:val="BodyText"/><w:qFormat/>'
    '<w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="6" w:color="{hue}"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/><w:spacing w:before="60" w:after="60"/>'
    '<w:ind w:left="{indent}" w:right="{indent}"/></w:pPr></w:style>'
)
PAPER = 0xFF
TINT = 0.93  # of white in what lies behind the words


def mark(blocks: list[Node], depth: int = 0, style: str = "") -> None:
    """Name the style of each box, and of the paragraphs of lists in it, which pandoc would take out of it."""
    for block in blocks:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "Div":
            (_, classes, attributes), inner = content
            own, below = "", depth
            if classes[:1] == ["callout"]:
                own, below = _name(classes[1], min(depth + 1, DEEPEST)), depth + 1
            elif classes:
                own = BOXES.get(classes[0], "")
            if own:
                attributes.append(["custom-style", own])
            mark(inner, below, own or style)
        elif kind in ("BulletList", "OrderedList"):
            for item in content if kind == "BulletList" else content[1]:
                if style:
                    item[:] = [{**inner, "t": "Para"} if inner["t"] == "Plain" else inner for inner in item]
                mark(item, depth, style)
        elif kind == "BlockQuote":
            mark(content, depth, style)


def reference(document: bytes) -> bytes:
    """The document with our styles, the same bytes each time."""
    styles = [_style(_name(kind, depth), hue, depth) for kind, hue in HUES.items() for depth in range(1, DEEPEST + 1)]
    styles += [_style(name, HUES["note"], 1) for name in BOXES.values()]
    made = BytesIO()
    with ZipFile(BytesIO(document)) as given, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in given.namelist():
            data = given.read(name)
            if name == "word/styles.xml":
                data = data.replace(b"</w:styles>", "".join(styles).encode() + b"</w:styles>")
            archive.writestr(ZipInfo(name), data)
    return made.getvalue()


def _name(kind: str, depth: int) -> str:
    return f"Callout {kind.capitalize()}" + f" {depth}" * (depth > 1)


def _style(name: str, hue: str, depth: int) -> str:
    colours = [int(hue[start : start + 2], 16) for start in (0, 2, 4)]
    fill = "".join(f"{round(colour + (PAPER - colour) * TINT):02X}" for colour in colours)
    return BOX.format(id=name.replace(" ", ""), name=name, hue=hue, fill=fill, indent=INDENT * depth)
