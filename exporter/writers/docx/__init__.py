"""Study handbook as DOCX, to be edited on in a word processor: a part per area, a chapter per topic.

Office Open XML (https://ecma-international.org/publications-and-standards/standards/ecma-376/) by pandoc.
mappings/handbook.toml speaks for it. styles.py: the boxes of callouts, as styles of Word's.
"""

from __future__ import annotations

from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.body import pandoc
from exporter.views.book.book import Book
from exporter.views.book.edition import BookOptions as Options
from exporter.views.book.edition import Edition
from exporter.writers.docx.styles import mark, reference

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "handbook"  # whose mapping and --set it obeys
FILE = "handbook.docx"
REFERENCE = "reference.docx"
ARGUMENTS = ["--to=docx", "--toc", f"--reference-doc={REFERENCE}"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the book, and a finding for each thing that is not in it.

    Raises:
        ExportError: an option makes no sense, or pandoc is not installed.
    """
    book = Book(Edition(knowledge_map, options), FILE, previous)
    yield from book.make(ARGUMENTS, {REFERENCE: reference(pandoc.own_file(REFERENCE))}, mark)
    yield File(FILE, book.data)
