"""What plugins run or draw in a vault and a book cannot: known by its language, its file or how it begins."""

from __future__ import annotations

import re
from urllib.parse import unquote

from exporter.views.body.nodes import join_strings, string
from exporter.views.body.pandoc import Node

QUERY, DRAWING, MACRO = "query", "drawing", "macro"
LANGUAGES = {
    name: (kind, plugin)
    for kind, plugin, names in (
        (QUERY, "Dataview", "dataview dataviewjs"),
        (QUERY, "Datacore", "datacore datacorejs datacorejsx datacorets datacoretsx"),
        (QUERY, "Bases", "base"),
        (QUERY, "Tasks", "tasks"),
        (QUERY, "Search", "query"),
        (QUERY, "Tracker", "tracker"),
        (DRAWING, "Excalidraw", "excalidraw compressed-json"),
        (DRAWING, "TikZ", "tikz"),
        (DRAWING, "Charts", "chart"),
        (DRAWING, "Desmos", "desmos desmos-graph"),
        (DRAWING, "Function plot", "functionplot"),
        (DRAWING, "Leaflet", "leaflet"),
    )
    for name in names.split()
}
FILES = {"base": (QUERY, "Bases"), "excalidraw": (DRAWING, "Excalidraw"), "excalidraw.md": (DRAWING, "Excalidraw")}
# Of code within a line what can be nothing but Dataview's: `= 5` may be meant as it is written
INLINE_QUERY = re.compile(
    r"\$=.*\bdv\.|=\s*(?:.*\bthis\.\w|\[\[|(?:choice|date|dateformat|default|filter|join|link|elink|sum)\()"
)
EMBED = re.compile(r"!?\[[^\]\n]*\]\(<?(?:file:)?([^()<>\n]+?)(?:#[^()<>\n]*)?>?\)")
FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*([\w-]+)[^\n]*\n.*?^\1[`~]*[ \t]*$", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6}(?:[ \t][^\n]*)?$", re.MULTILINE)
LONGEST = 20_000  # characters of a text that may be nothing but queries
MACRO_CALL = re.compile(r"\{\{[<%]?\s*([A-Za-z_][\w.-]{0,60})(?:\s*\([^{}]{0,200}\))?\s*[%>]?\}\}")


def of_language(language: str) -> tuple[str, str] | None:
    """Whether a block of code in this language is a query or a drawing, and whose; None: it is code."""
    return LANGUAGES.get(language.lower())


def of_file(path: str) -> tuple[str, str] | None:
    """The same for an attachment."""
    name = path.rpartition("/")[2].lower()
    return next((kind for ending, kind in FILES.items() if name.endswith(f".{ending}")), None)


def of_code(code: str) -> tuple[str, str] | None:
    """The same for code within a line."""
    return (QUERY, "Dataview") if INLINE_QUERY.match(code) else None


def nothing_else(text: str) -> bool:
    """Whether the Markdown holds queries or drawings, and nothing but headings besides."""
    if len(text) > LONGEST or not ("](" in text or "```" in text or "~~~" in text):
        return False
    code = FENCE.sub(lambda match: "" if of_language(match[2]) else match[0], text)
    rest = EMBED.sub(lambda match: "" if of_file(unquote(match[1])) else match[0], code)
    return rest != text and not HEADING.sub("", rest).strip()


def split_macros(inlines: list[Node]) -> list[Node]:
    """The nodes with each {{macro}} a `Macro` with its name."""
    if not any(node["t"] == "Str" and "{{" in node["c"] for node in inlines):
        return inlines
    made: list[Node] = []
    for node in join_strings(inlines):
        if node["t"] != "Str":
            made.append(node)
            continue
        pieces = MACRO_CALL.split(node["c"])
        for number, piece in enumerate(pieces):
            if number % 2:
                made.append({"t": "Macro", "c": piece})
            elif piece:
                made.append(string(piece))
    return made
