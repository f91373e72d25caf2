"""A book that needs more memory than there may be is cut into volumes, between parts and, in long ones, chapters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from exporter.errors import Finding
from exporter.model import Source
from exporter.views.body.body import Body
from exporter.views.body.limits import machine_memory
from exporter.views.book.plan import Data, roman

LETTERS = 2000  # on a page, so that the number of pages can be told before they are set
LINES = 45
OPENING = 0.25  # of a page: what stands above a chapter's text and below it
TARGET = re.compile(r"\]\([^()\s]*\)")  # of a link, which is not printed
LINE = re.compile(r"^.*\S", re.MULTILINE)
PAGE = 3.5e6  # bytes of memory that Typst needs for it
QUOTED = re.compile(r'"([\w.-]+)"')  # among which are the labels, in Typst and in JSON


@dataclass
class Volume:
    """What stands in one volume."""

    parts: list[Data] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)  # numbers of bodies
    labels: dict[str, str] = field(default_factory=dict)  # to which links lead, and about the page
    pages: float = 0  # about


def cut(parts: Sequence[Data], bodies: Sequence[Body], most: int) -> list[Volume]:
    """Volumes of about so many pages at most."""
    volumes = [Volume()]
    for part in parts:
        for piece in _pieces(part, bodies, most):
            topics = (piece, *piece["chapters"])
            if volumes[-1].parts and volumes[-1].pages + sum(_pages(topic, bodies) for topic in topics) > most:
                volumes.append(Volume())
            volume = volumes[-1]
            volume.parts.append(piece)
            names = [entry["label"] for entry in piece["entries"] if entry["kind"] == "unwritten"]
            for topic in topics:
                names.append(topic["label"])
                if topic["body"] is not None:
                    volume.notes.append(topic["body"])
                    names += bodies[topic["body"]].names
                volume.labels |= dict.fromkeys(names, str(int(volume.pages) + 1))
                volume.pages += _pages(topic, bodies)
                names = []
    return volumes


def tell_volumes(volumes: Sequence[Volume], source: Source) -> Iterator[Finding]:
    """Say that there are several, and that the largest is too large for this machine, before it is set."""
    if len(volumes) > 1:
        pages = sum(volume.pages for volume in volumes)
        message = f"the book of some {pages:,.0f} pages is cut into {len(volumes)} volumes"
        yield Finding(source, "several-volumes", f"{message}, as `volume_pages` wants it, so that memory is enough")
    pages, memory = max(volume.pages for volume in volumes), machine_memory()
    if pages * PAGE > memory:
        message = f"some {pages:,.0f} pages need about {pages * PAGE / 1e9:.1f} GB of memory, and there are {memory / 1e9:.1f}"
        most = max(1, int(memory / PAGE / 2))
        yield Finding(source, "scarce-memory", f"{message}: should the run be killed, set `volume_pages` to {most}")


def find_elsewhere(
    volumes: Sequence[Volume], number: int, texts: Iterable[str], pages: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Of the labels that the texts name, those of other volumes: which one, and which page there."""
    named = {name for text in texts for name in QUOTED.findall(text)}
    others = [(roman(other), each) for other, each in enumerate(volumes, 1) if other != number + 1]
    return {name: (other, pages[name]) for other, each in others for name in each.labels if name in named}


def _pieces(part: Data, bodies: Sequence[Body], most: int) -> Iterator[Data]:
    """The part, or it and its continuations, which have its title and further chapters."""
    chapters: list[Data] = []
    pages, number = _pages(part, bodies), 1
    opening = part
    for chapter in part["chapters"]:
        own = _pages(chapter, bodies)
        if chapters and pages + own > most:
            yield {**opening, "chapters": chapters}
            number, chapters, pages = number + 1, [], 0
            rest: Data = {
                "aliases": [],
                "definition": "",
                "objectives": [],
                "summary": "",
                "links": [],
                "backlinks": [],
                "entries": [],
                "body": None,
            }
            opening = {**part, **rest, "chart": None, "label": f"{part['label']}__part-{number}"}
        chapters.append(chapter)
        pages += own
    yield {**opening, "chapters": chapters}


def _pages(topic: Data, bodies: Sequence[Body]) -> float:
    if topic["body"] is None:
        return OPENING
    text = TARGET.sub("]", bodies[topic["body"]].text)
    return OPENING + max(len(text) / LETTERS, len(LINE.findall(text)) / LINES)
