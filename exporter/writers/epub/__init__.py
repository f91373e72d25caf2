"""Study handbook as EPUB, for readers of e-books: a part per area, a chapter per topic, formulas as MathML.

EPUB 3 (https://www.w3.org/TR/epub-33/) by pandoc. mappings/handbook.toml speaks for it; nothing in it is loaded from
the network. ebook.py: what this format has its own way; pages.py: what of it an earlier run has made; page.html and book.css: its
pages.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.book.drawing import draw_cover
from exporter.views.book.edition import BookOptions as Options
from exporter.views.book.edition import Edition
from exporter.writers.epub.ebook import Ebook

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "handbook"  # whose mapping and --set it obeys
FILE = "handbook.epub"
STYLE, PAGE, COVER = "book.css", "page.html", "cover.png"
ARGUMENTS = [
    "--to=epub3", f"--split-level={Ebook.page_level}", "--mathml", "--toc", f"--css={STYLE}", f"--template={PAGE}",
    f"--epub-cover-image={COVER}",
]  # fmt: skip


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the book, and a finding for each thing that is not in it.

    Raises:
        ExportError: an option makes no sense, or pandoc is not installed.
    """
    edition = Edition(knowledge_map, options)
    files = {file: pkgutil.get_data(__name__, file) or b"" for file in (STYLE, PAGE)}
    book = Ebook(edition, FILE, previous, files)
    yield from book.make(ARGUMENTS, {**files, COVER: draw_cover(edition)})
    yield File(FILE, book.data)
