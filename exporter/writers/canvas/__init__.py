"""JSON Canvas: the map as cards, groups and arrows, for Obsidian and other canvas programs.

Format: https://jsoncanvas.org/spec/1.0/. What stands there and where is the view `plane`; pages.py: the canvases, each
one a Page of page.py; names.py: their files; cards.py: what a card says; options.py: what may be wished for. They are
brought up to date in place: update.py: the files; merge.py: what stays and what changes, by base.py, which remembers what
was written, and renaming.py; placing.py, room.py: where what is new goes; document.py: a canvas as data.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.plane.layout import snap
from exporter.writers.canvas.options import Options
from exporter.writers.canvas.pages import pages
from exporter.writers.canvas.update import Update

__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the canvases, brought up to date where they stand already, and a finding for each kind of thing left out.

    Raises:
        OptionError: a length of the options is too small.
        PreviousError: a canvas that somebody has changed cannot be read.
    """
    options.check()
    yield from Update(options, previous, snap(options.gap)).files(pages(knowledge_map, options))
