"""Study handbook as EPUB, for readers of e-books: a part per area, a chapter per topic, formulas as MathML.

EPUB 3 (https://www.w3.org/TR/epub-33/) by pandoc. mappings/handbook.toml speaks for it; nothing in it is loaded from
the network. pages.py: what of it an earlier run has made.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.body import pandoc
from exporter.views.book.book import Book
from exporter.views.book.edition import BookOptions as Options
from exporter.views.book.edition import Edition
from exporter.writers.epub.pages import Pages

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "handbook"  # whose mapping and --set it obeys
FILE = "handbook.epub"
STYLE = "book.css"
PAGE = "page.html"  # pandoc's own, with the direction of the text
PAGE_LEVEL = 2  # of the headings that begin one
ARGUMENTS = ["--to=epub3", f"--split-level={PAGE_LEVEL}", "--mathml", f"--css={STYLE}", f"--template={PAGE}"]
HTML = b'xml:lang="$lang$"$endif$'


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the book, and a finding for each thing that is not in it.

    Raises:
        ExportError: an option makes no sense, or pandoc is not installed.
    """
    book = Book(Edition(knowledge_map, options), FILE, previous)
    page = pandoc.own_template("epub3").replace(HTML, HTML + b'$if(dir)$ dir="$dir$"$endif$')
    files = {STYLE: pkgutil.get_data(__name__, STYLE) or b"", PAGE: page}
    pages = Pages(knowledge_map.store, PAGE_LEVEL, files)
    yield from book.make(ARGUMENTS, files, page_level=PAGE_LEVEL, render=pages.render)
    yield File(FILE, book.data)
