"""JSON Canvas: the map as cards, groups and arrows, for Obsidian and other canvas programs.

Format: https://jsoncanvas.org/spec/1.0/. What stands there and where is the view `plane`; pages.py: the canvases, each
one a Page of page.py; names.py: their files; cards.py: what a card says; options.py: what may be wished for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.writers.canvas.options import Options
from exporter.writers.canvas.page import Page
from exporter.writers.canvas.pages import pages

__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the canvases, and a finding for each kind of thing that they leave out.

    Raises:
        OptionError: a length of the options is too small.
    """
    options.check()
    for made in pages(knowledge_map, options):
        yield File(made.path, _text(made)) if isinstance(made, Page) else made


def _text(page: Page) -> Iterator[str]:
    """The text of the file as Obsidian writes it: tabs, one node or edge a line, so that differences stay small."""
    yield '{\n\t"nodes":['
    yield from _lines(page.nodes)
    yield '],\n\t"edges":['
    yield from _lines(page.edges)
    yield "]"
    if page.metadata:
        yield f',\n\t"metadata":{json.dumps(page.metadata, ensure_ascii=False, separators=(",", ":"))}'
    yield "\n}"


def _lines(things: Iterable[Mapping[str, str | int]]) -> Iterator[str]:
    before = "\n\t\t"
    for thing in things:
        yield before + json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
        before = ",\n\t\t"
    if before[0] == ",":
        yield "\n\t"
