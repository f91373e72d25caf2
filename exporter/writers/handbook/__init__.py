"""Study handbook as PDF: a part per area, a chapter per topic, links with page numbers.

Made by pandoc (https://pandoc.org) and Typst (https://typst.app/docs), both from pip; PDF/A-2a and PDF/UA-1 where
the notes allow it. Pure but for pandoc, a program that reads the notes in a temporary folder.

options.py: what the mapping may say; typst_tree.py: what becomes of a note's tree, with formula.py and text.py;
typst_code.py: the tree as Typst's code; note_source.py: the notes' files in Typst; volumes.py: where a long book is cut; book_data.py: what book.typ, the design,
reads of the book, and chart.typ and cover.typ draw; typesetting.py: the run of Typst, by compiler.py in a process of its own,
typst_server.py.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous, Source, key_of
from exporter.views.body import tell, transform
from exporter.views.body.body import Body
from exporter.views.body.fonts import folders, without_emoji
from exporter.views.body.formulas import vault_macros
from exporter.views.body.picture import Pictures
from exporter.views.book import drawing
from exporter.views.book.bibliography import Bibliography
from exporter.views.book.bodies import Bodies
from exporter.views.book.edition import Edition
from exporter.views.book.result import digest_folder, recall, remember
from exporter.views.book.underground import Underground, draw_plan
from exporter.writers.handbook.book_data import book_data
from exporter.writers.handbook.note_source import NoteSource, compose
from exporter.writers.handbook.options import WIDTHS, Options
from exporter.writers.handbook.typesetting import STANDARDS, Typesetter
from exporter.writers.handbook.typst_tree import TypstTree
from exporter.writers.handbook.volumes import Volume, cut, find_elsewhere, tell_volumes

ROUNDS = 5  # in which volumes tell one another their pages; in the last nothing has moved
PDF = "handbook.pdf"  # of a book of one volume
__all__ = ["Options", "write"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Plan the book, compose its notes, typeset it.

    Raises:
        ExportError: an option makes no sense, pandoc is not installed, the book cannot be typeset at all.
    """
    edition = Edition(knowledge_map, options)
    references = Bibliography(knowledge_map, edition.words["more"])
    bodies = Bodies(edition, in_parts=2, openings=True)  # where a heading is what a chapter is
    yield from bodies.unreadable()
    with TemporaryDirectory(prefix="handbook-") as name:
        folder = Path(name)
        pictures = Pictures(knowledge_map.file, folder)
        trees = transform(
            bodies,
            bodies.trees(),
            vault_macros(knowledge_map),
            lambda body, anchors: TypstTree(body, edition, anchors, pictures, references, options.bibliography),
        )
        pictures.workshop.close()
        yield from tell(bodies)
        if options.bibliography:
            references.add_notes(edition.plan.notes)
        sources, findings = compose(bodies, trees, knowledge_map.store)
        yield from findings
        volumes = cut(edition.plan.parts, bodies, options.volume_pages)
        yield from tell_volumes(volumes, knowledge_map.source)
        plan = draw_plan(knowledge_map, WIDTHS[options.paper]) if options.plan else None
        said = plan.said if plan else ""
        books = [
            book_data(edition, options, volumes, number, trees, references, said) for number in range(len(volumes))
        ]
        typesetters = _typesetters(edition, volumes, sources, plan, folder)
        key = _key(edition, books, typesetters)
        before = recall(knowledge_map.store, key, previous)
        if before and all(_digest(knowledge_map, file) == digest for file, _, _, _, digest in before[1]):
            files, told = before
            yield from (Finding(Source(file, int(line)), code, message) for file, line, code, message, _ in told)
        else:
            told = []
            for finding in chain(
                _typeset(knowledge_map.source, volumes, books, typesetters),
                _tell_missing(edition, bodies, typesetters),
            ):
                file, line = finding.source
                told.append([file, str(line), finding.code, finding.message, _digest(knowledge_map, file)])
                yield finding
            names = [f"handbook-{number}.pdf" for number in range(1, len(volumes) + 1)] if volumes[1:] else [PDF]
            files = {name: typesetter.pdf for name, typesetter in zip(names, typesetters, strict=True)}
            remember(knowledge_map.store, key, files, told)
        yield from (File(name, pdf) for name, pdf in files.items())


def _key(edition: Edition, books: Sequence[dict[str, object]], typesetters: Sequence[Typesetter]) -> str:
    """All that the volumes depend upon."""
    settings = [version("typst"), edition.timestamp, STANDARDS, *map(str, typesetters[0].fonts)]
    texts = [list(typesetter.texts().items()) for typesetter in typesetters]
    design = [data for _, data in sorted(typesetters[0].files.items())]
    folder = digest_folder(typesetters[0].folder)
    return key_of("handbook", json.dumps([settings, books, texts], ensure_ascii=False), folder, *design)


def _digest(knowledge_map: KnowledgeMap, file: str) -> str:
    """What a note says, even where the book shows nothing of it: what is told of it names a line."""
    try:
        return key_of("note", knowledge_map.file(file))
    except OSError:  # it is the vault as a whole
        return ""


def _typesetters(
    edition: Edition, volumes: Sequence[Volume], sources: Sequence[NoteSource], plan: Underground | None, folder: Path
) -> list[Typesetter]:
    """One for each volume, with the notes that stand in it."""
    design = {"book.typ": pkgutil.get_data(__name__, "book.typ") or b"", **drawing.design()}
    if plan:
        design["plan.svg"] = (plan.svg if folders(edition.language) else without_emoji(plan.svg)).encode()
    volume_of = {note: number for number, volume in enumerate(volumes) for note in volume.notes}
    return [
        Typesetter(
            design, folder, [source for source in sources if volume_of[source.number] == number], edition, volume.pages
        )
        for number, volume in enumerate(volumes)
    ]


def _typeset(
    source: Source, volumes: Sequence[Volume], books: Sequence[dict[str, object]], typesetters: Sequence[Typesetter]
) -> Iterator[Finding]:
    """Set the volumes, again until each knows the pages of the others; most books are one."""
    several = len(volumes) > 1
    pages = {name: page for volume in volumes for name, page in volume.labels.items()}  # about, until they are known
    findings: set[Finding] = set()
    for _ in range(ROUNDS):
        moved = False
        for number, (typesetter, book) in enumerate(zip(typesetters, books, strict=True)):
            texts = (json.dumps(book), *typesetter.texts().values()) if several else ()
            elsewhere = find_elsewhere(volumes, number, texts, pages)
            if book.get("elsewhere") == elsewhere:
                continue
            moved, book["elsewhere"] = True, elsewhere
            for finding in typesetter.run(book):
                if finding not in findings:
                    findings.add(finding)
                    yield finding
            pages |= typesetter.pages
        if not moved:
            return
    yield Finding(source, "unstable-pages", "numbers of pages in other volumes may be wrong")


def _tell_missing(edition: Edition, bodies: Sequence[Body], typesetters: Sequence[Typesetter]) -> Iterator[Finding]:
    """Tell the characters that no font of any volume has."""
    first = typesetters[0]
    first.missing.update(*(typesetter.missing for typesetter in typesetters))
    yield from first.tell_missing(_texts(edition, bodies))


def _texts(edition: Edition, bodies: Sequence[Body]) -> Iterator[tuple[Callable[[str], Source], str]]:
    """All that is printed, by where a character of it stands in the vault."""
    text = {body.topic.id: body.text for body in bodies}

    def at(source: Source, id: str = "") -> Callable[[str], Source]:
        return lambda character: (edition.map.locate(id, "words", character) if id else None) or source

    yield at(edition.map.source), edition.title + edition.map.summary
    for path in edition.map.paths:
        yield at(path.source), path.title
        for step in path.steps:
            yield at(step.source), step.text
    for topic in edition.map.topics:
        words = [topic.title, topic.summary, *topic.aliases, edition.map.definition(topic.id), text.get(topic.id, "")]
        yield at(topic.source, topic.id), "".join(words)
