"""OPML 2.0 outline for outliners and mind maps: the learning path, then each area with its topics and what is in them.

The format: https://opml.org/spec2.opml. `mlk:id` is the topic's id, the same in each place where it stands, and `mlk:note`
its note's file; a topic without it has not been written yet.

profiles.py: the programs that read it, and what each loses; options.py; losses.py: what is left out, told once; passages.py:
which parts of a note are lines; lines.py: the map as lines; document.py: lines as XML; xml_text.py: text as XML holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, count

from exporter.errors import Finding
from exporter.model import NOTHING, Area, File, KnowledgeMap, Previous
from exporter.writers.opml.document import document
from exporter.writers.opml.lines import DEPTH, Line, Lines
from exporter.writers.opml.losses import Losses
from exporter.writers.opml.options import Options

__all__ = ["DEPTH", "Options", "write"]
FILE = "knowledge-map.opml"
UNSAFE = re.compile(r"[^\w.-]+")
LONGEST = 60  # characters of a file's name


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield `knowledge-map.opml`, and a file for each area if asked; and a finding for each kind of thing left out."""
    options.check()
    losses = Losses(knowledge_map, options)
    files = [*_files(knowledge_map, options, losses)]
    for path, title, lines in files:
        yield File(path, losses.watch(document(knowledge_map, title, lines, options.profile, losses)))
    if losses.watched < len(
        files
    ):  # whoever collects first reads the files later: what is left out has to be known now
        losses = Losses(knowledge_map, options)
        for _, title, lines in _files(knowledge_map, options, losses):
            for _ in document(knowledge_map, title, lines, options.profile, losses):
                pass
    yield from losses.findings()


def _files(knowledge_map: KnowledgeMap, options: Options, losses: Losses) -> Iterator[tuple[str, str, Iterator[Line]]]:
    """Each file's path, title and lines; at least one line, as the specification wants it."""
    lines = Lines(knowledge_map, options, losses)
    tops = knowledge_map.areas_in(None)
    if not knowledge_map.topics and not knowledge_map.paths:
        yield FILE, knowledge_map.title, iter([Line(1, options.profile.say(knowledge_map.title))])
    elif options.files == "one" or not tops:
        areas = chain.from_iterable(map(lines.area, tops))
        yield FILE, knowledge_map.title, chain(lines.paths(), areas, lines.rest())
    else:
        paths = _paths(tops)
        included = (lines.included(area, path) for area, path in zip(tops, paths, strict=True))
        yield FILE, knowledge_map.title, chain(lines.paths(), included, lines.rest())
        for area, path in zip(tops, paths, strict=True):
            yield path, knowledge_map.topic[area.id].title, lines.area(area)


def _paths(areas: Sequence[Area]) -> list[str]:
    """A path for each area's file, as every disk takes it; no two alike, be it in capitals."""
    taken: dict[str, str] = {}
    for area in areas:
        stem = UNSAFE.sub("-", area.id).strip("-.")[:LONGEST] or "area"
        name = next(name for name in chain([stem], (f"{stem}-{k}" for k in count(2))) if name.casefold() not in taken)
        taken[name.casefold()] = f"areas/{name}.opml"
    return [*taken.values()]
