"""Study handbook as EPUB, for readers of e-books: a part per area, a chapter per topic, formulas as MathML.

EPUB 3 (https://www.w3.org/TR/epub-33/) by pandoc. mappings/handbook.toml speaks for it; nothing in it is loaded from
the network.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.book.book import Book
from exporter.views.book.edition import BookOptions as Options
from exporter.views.book.edition import Edition

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "handbook"  # whose mapping and --set it obeys
STYLE = "book.css"
ARGUMENTS = ["--to=epub3", "--split-level=2", "--mathml", f"--css={STYLE}"]


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the book, and a finding for each thing that is not in it.

    Raises:
        ExportError: an option makes no sense, or pandoc is not installed.
    """
    book = Book(Edition(knowledge_map, options))
    yield from book.make(ARGUMENTS, {STYLE: pkgutil.get_data(__name__, STYLE) or b""})
    yield File("handbook.epub", book.data)
