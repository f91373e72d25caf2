"""Study handbook as PDF: a part per area, a chapter per topic, links with page numbers.

Made by pandoc (https://pandoc.org) and Typst (https://typst.app/docs), both from pip; PDF/A-2a and PDF/UA-1 where
the notes allow it. Pure but for pandoc, a program that reads the notes in a temporary folder.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous, Source
from exporter.version import VERSION
from exporter.views.body import transform
from exporter.views.body.body import Body
from exporter.views.body.picture import Pictures
from exporter.views.body.text import label, title_of
from exporter.views.book.back_matter import index, sortable
from exporter.views.book.bodies import Bodies
from exporter.views.book.edition import Edition, Options
from exporter.views.book.plan import roman
from exporter.writers.handbook.note_source import NoteSource, compose
from exporter.writers.handbook.typesetting import Typesetter
from exporter.writers.handbook.typst_tree import TypstTree
from exporter.writers.handbook.volumes import Volume, cut, elsewhere, told

ROUNDS = 5  # in which volumes tell one another their pages; in the last nothing has moved
FONTS = "Libertinus Serif, New Computer Modern Math, DejaVu Sans Mono"
__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Plan the book, compose its notes, press it.

    Raises:
        ExportError: an option makes no sense, pandoc is not installed, the book cannot be typeset at all.
    """
    edition = Edition(knowledge_map, options)
    references: dict[str, tuple[int, str]] = {}
    bodies = Bodies(edition, in_parts=2)  # where a heading is what a chapter is
    yield from bodies.unreadable()
    with TemporaryDirectory(prefix="handbook-") as name:
        folder = Path(name)
        pictures = Pictures(knowledge_map.file, folder)
        markups, findings = transform(
            bodies, bodies.trees(), lambda body, anchors: TypstTree(body, edition, anchors, pictures, references)
        )
        yield from findings
        sheets, findings = compose(bodies, markups)
        yield from findings
        volumes = cut(edition.plan.parts, bodies, options.volume_pages)
        yield from _printed(edition, volumes, markups, sheets, references, folder)


def _printed(
    edition: Edition, volumes: Sequence[Volume], markups: Sequence[TypstTree], sheets: Sequence[NoteSource],
    references: Mapping[str, tuple[int, str]], folder: Path,
) -> Iterator[File | Finding]:  # fmt: skip
    """The volumes, set again until each knows the pages of the others; most books are one."""
    source, several = edition.map.source, len(volumes) > 1
    yield from told(volumes, source)
    design = {file: pkgutil.get_data(__name__, file) or b"" for file in ("book.typ", "chart.typ")}
    home = {note: number for number, volume in enumerate(volumes) for note in volume.notes}
    presses = [
        Typesetter(design, folder, [sheet for sheet in sheets if home[sheet.number] == number], edition)
        for number in range(len(volumes))
    ]
    books = [
        {
            **_front(edition),
            **_volume(edition, volumes, number),
            **_back(edition, volumes, number, markups, references),
        }
        for number in range(len(volumes))
    ]
    pages = {name: page for volume in volumes for name, page in volume.labels.items()}  # about, until they are known
    known: set[Finding] = set()
    for _ in range(ROUNDS):
        moved = False
        for number, (press, book) in enumerate(zip(presses, books, strict=True)):
            texts = (json.dumps(book), *press.texts().values()) if several else ()
            places = elsewhere(volumes, number, texts, pages)
            if book.get("elsewhere") == places:
                continue
            moved, book["elsewhere"] = True, places
            for finding in press.run(book):
                if finding not in known:
                    known.add(finding)
                    yield finding
            if several:
                pages |= press.places()
        if not moved:
            break
    else:
        yield Finding(source, "unstable-pages", "numbers of pages in other volumes may be wrong")
    presses[0].missing.update(*(press.missing for press in presses))
    yield from presses[0].missing_in(_texts(edition, [markup.body for markup in markups]))
    for number, press in enumerate(presses, 1):
        yield File(f"handbook-{number}.pdf" if several else "handbook.pdf", press.pdf)


def _front(edition: Edition) -> dict[str, Any]:
    """What book.json says of the book as a whole."""
    options, date = edition.options, edition.date
    return {
        "title": edition.title,
        "summary": edition.summary,
        "author": edition.author,
        "date": {"year": date.year, "month": date.month, "day": date.day} if date else None,
        "lang": edition.language,
        "region": edition.region,
        "paper": options.paper,
        "two_sided": options.two_sided,
        "new_pages": options.new_pages,
        "font_size": options.font_size,
        "contents_depth": options.contents_depth,
        "page_numbers": options.page_numbers,
        "words": edition.words,
        "made": edition.made,
        "colophon": edition.words["colophon"].format(version=VERSION, fonts=FONTS),
    }


def _volume(edition: Edition, volumes: Sequence[Volume], number: int) -> dict[str, Any]:
    """What it says of this volume."""
    several = len(volumes) > 1
    return {
        "volume": [roman(number + 1), roman(len(volumes))] if several else None,
        "paths": [] if number else edition.plan.paths,
        "parts": volumes[number].parts,
        "labels": list(volumes[number].labels) if several else [],
    }


def _back(
    edition: Edition, volumes: Sequence[Volume], number: int, markups: Sequence[TypstTree],
    references: Mapping[str, tuple[int, str]],
) -> dict[str, list[Any]]:  # fmt: skip
    """What it says of what follows the parts; each list may be empty."""
    volume = volumes[number]
    own = [markups[note] for note in volume.notes]
    cited = set[str]().union(*(markup.cited for markup in own))
    named = set(volume.labels).union(*(markup.mentioned for markup in own))
    groups = index(edition.map) if edition.options.index else []
    if len(volumes) > 1:
        for group in groups:
            group["entries"] = [e for e in group["entries"] if named & {e["label"], *e["topics"]}]
    return {
        "answers": [
            {"number": body.number, "title": title_of(body.topic), "label": label(body.topic.id), "body": note}
            for note in volume.notes
            if (body := markups[note].body).answers
        ],
        "glossary": edition.glossary if number == len(volumes) - 1 else [],
        "references": [[place, title, address] for address, (place, title) in references.items() if address in cited],
        "missing": sorted({goal for markup in own for goal in markup.lost}, key=sortable),
        "index": [group for group in groups if group["entries"]],
    }


def _texts(edition: Edition, bodies: Sequence[Body]) -> Iterator[tuple[Source, str]]:
    """All that is printed, by where it stands in the vault."""
    text = {body.topic.id: body.text for body in bodies}
    yield edition.map.source, edition.title + edition.map.summary
    for path in edition.map.paths:
        yield path.source, path.title
        for step in path.steps:
            yield step.source, step.text
    for topic in edition.map.topics:
        words = [topic.title, topic.summary, *topic.aliases, edition.map.definition(topic.id), text.get(topic.id, "")]
        yield topic.source, "".join(words)
