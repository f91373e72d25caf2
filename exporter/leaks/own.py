"""What the program says itself, whatever the vault holds: it betrays nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)  # of Typst and CSS
ROOMS = ("rdf", "views", "writers", "outline.py", "version.py")  # where the words of outputs stand
# What pandoc and Typst write besides.
OF_OTHERS = (
    "pandoc Typst Normal.dotm Microsoft Word Words Characters Paragraphs Lines Pages false true textual none"
    " alternativeText readingOrder structuralNavigation tableOfContents begin separate end HYPERLINK PAGEREF TOC"
    " mimetype application epub+zip container content package nav toc title_page text styles media cover META-INF EPUB"
    " xml xhtml html svg css docx pdf png jpeg default",
    "Table of Contents",
    "Title Page",
    "List of Figures",
    "List of Tables",
)


@cache
def own_texts() -> tuple[str, ...]:
    """The texts in our source that may be written: no comments, no docstrings; templates whole; names of files."""
    ours = (text for room in ROOMS for text in _texts(files("exporter") / room))
    return (*OF_OTHERS[0].split(), *OF_OTHERS[1:], *dict.fromkeys(ours))


def _texts(here: Traversable) -> Iterator[str]:
    if here.name.startswith("_") and not here.name.endswith(".py"):
        return
    yield here.name
    if here.is_dir():
        for inside in here.iterdir():
            yield from _texts(inside)
    elif here.name.endswith(".py"):
        tree = ast.parse(here.read_text(encoding="utf-8"))
        comments = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in comments:
                yield node.value
    else:
        yield COMMENT.sub("", here.read_text(encoding="utf-8"))
