"""A book that needs more memory than there may be is cut into volumes, between parts and, in long ones, chapters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from exporter.views.document.body import Body
from exporter.views.document.plan import Data

LETTERS = 1800  # of Markdown on a page, so that the number of pages can be told before they are set
OPENING = 0.25  # of a page: what stands above a chapter's text and below it


@dataclass
class Volume:
    """What stands in one volume."""

    parts: list[Data] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)  # numbers of bodies
    labels: list[str] = field(default_factory=list)  # to which links lead
    pages: float = 0  # about


def cut(parts: Sequence[Data], bodies: Sequence[Body], most: int) -> list[Volume]:
    """Volumes of about so many pages at most."""
    volumes = [Volume()]
    for part in parts:
        for piece in _pieces(part, bodies, most):
            pages = sum(_pages(topic, bodies) for topic in (piece, *piece["chapters"]))
            if volumes[-1].parts and volumes[-1].pages + pages > most:
                volumes.append(Volume())
            volume = volumes[-1]
            volume.parts.append(piece)
            volume.pages += pages
            volume.labels += [entry["label"] for entry in piece["entries"] if entry["kind"] == "unwritten"]
            for topic in (piece, *piece["chapters"]):
                volume.labels.append(topic["label"])
                if topic["body"] is not None:
                    volume.notes.append(topic["body"])
                    volume.labels += bodies[topic["body"]].names
    return volumes


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
    return OPENING + (len(bodies[topic["body"]].text) / LETTERS if topic["body"] is not None else 0)
