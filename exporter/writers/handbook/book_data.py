"""What book.typ reads of one volume from book.json."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from exporter.version import VERSION
from exporter.views.alphabet import sort_key
from exporter.views.body.body import Body
from exporter.views.body.fonts import folders, without_emoji
from exporter.views.body.nodes import stringify
from exporter.views.body.text import label, title_of
from exporter.views.book.back_matter import glossary, index
from exporter.views.book.bibliography import Bibliography
from exporter.views.book.edition import Edition
from exporter.views.book.plan import roman
from exporter.writers.handbook.options import Options
from exporter.writers.handbook.typst_tree import TypstTree
from exporter.writers.handbook.volumes import Volume

SHORT = 160  # letters: two lines
FONTS = "Libertinus Serif, New Computer Modern Math, DejaVu Sans Mono"


def book_data(
    edition: Edition,
    options: Options,
    volumes: Sequence[Volume],
    number: int,
    trees: Sequence[TypstTree],
    references: Bibliography,
    plan: str,
) -> dict[str, Any]:
    """All that the design has to know of the volume of this number, from 0; `plan` says what the plan shows, "": there is none."""
    data = {
        **_front(edition, options),
        **_volume(edition, volumes, number),
        "plan": "" if number else plan,
        **_back(edition, options, volumes, number, trees, references),
        "spaced": options.paragraphs == "space" or (options.paragraphs == "auto" and _are_short(trees)),
        "empty": [note for note in volumes[number].notes if _is_empty(trees[note].body)],
        "openings": [note for note in volumes[number].notes if trees[note].body.opening],
    }
    return data if folders(edition.language) else without_emoji(data)


def _front(edition: Edition, options: Options) -> dict[str, Any]:
    """What book.json says of the book as a whole."""
    date = edition.date
    return {
        "title": edition.title,
        "summary": edition.summary,
        "author": edition.author,
        "edition": edition.words["edition"].format(edition.number) if edition.number else "",
        "license": edition.words["license"].format(edition.license) if edition.license else "",
        "license_address": edition.license_address,
        "cover": edition.cover,
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
        "made": edition.imprint,
        "colophon": edition.words["colophon"].format(version=VERSION, fonts=FONTS),
    }


def _is_empty(body: Body) -> bool:
    return not body.too_deep and not body.blocks


def _are_short(trees: Sequence[TypstTree]) -> bool:
    """Whether most paragraphs that follow another one are of a line or two: an indent at each makes a page restless."""
    lengths = [
        len(stringify(block["c"]))
        for tree in trees
        for before, block in pairwise(tree.body.blocks)
        if block["t"] == "Para" == before["t"]
    ]
    return sum(length < SHORT for length in lengths) * 2 > len(lengths)


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
    edition: Edition,
    options: Options,
    volumes: Sequence[Volume],
    number: int,
    trees: Sequence[TypstTree],
    references: Bibliography,
) -> dict[str, list[Any]]:
    """What it says of what follows the parts; each list may be empty."""
    volume = volumes[number]
    notes = [trees[note] for note in volume.notes]
    bodies = [tree.body for tree in notes]
    cited = set[int]().union(*(tree.cited for tree in notes))
    chapters = {label(body.topic.id) for body in bodies}
    here = set(volume.labels).union(*(body.names + body.answer_names for body in bodies))
    named = here.union(*(tree.mentioned for tree in notes))
    several = len(volumes) > 1
    entries = glossary(edition.map, bodies) if edition.options.glossary else []
    groups = index(edition.map, bodies) if options.index else []
    return {
        "answers": [
            {"number": body.number, "title": title_of(body.topic), "label": label(body.topic.id), "body": note}
            for note in volume.notes
            if (body := trees[note].body).answers
        ],
        "glossary": [
            {
                "label": entry.label,
                "title": entry.title,
                "aliases": entry.aliases,
                "definition": entry.definition,
                "continues": entry.continues,
                "said": entry.term is not None,
            }
            for entry in entries
            if not several or entry.label in here
        ],
        "references": [
            {
                "number": work.number,
                "authors": work.authors,
                "year": work.year,
                "title": work.title,
                "addresses": work.printed(),
                "chapter": label(work.note.id) if work.note and label(work.note.id) in chapters else None,
            }
            for work in references.works()
            if work.number in cited or (work.note and label(work.note.id) in chapters)
        ],
        "missing": sorted({target for tree in notes for target in tree.missing_targets}, key=sort_key),
        "index": [
            {"letter": letter, "entries": given}
            for letter, entries_of_letter in groups
            if (
                given := [
                    asdict(entry) for entry in entries_of_letter if not several or not named.isdisjoint(entry.labels())
                ]
            )
        ],
    }
