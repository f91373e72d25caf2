"""Study handbook as DOCX, to be edited on in a word processor: a part per area, a chapter per topic.

Office Open XML (https://ecma-international.org/publications-and-standards/standards/ecma-376/) by pandoc.
mappings/handbook.toml speaks for it. page.py: paper, heads and feet; styles.py: what may be changed in Word, and the
document that pandoc takes it from; word_tree.py: what becomes of a note; document.py: the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.body import pandoc
from exporter.views.book.drawing import draw_map
from exporter.views.book.edition import BookOptions, Edition
from exporter.writers.docx.document import MAP, Document
from exporter.writers.docx.page import PAPERS
from exporter.writers.docx.styles import reference

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "handbook"  # whose mapping and --set it obeys
FILE = "handbook.docx"
REFERENCE, TEMPLATE = "reference.docx", "template.openxml"
ARGUMENTS = ["--to=docx", f"--reference-doc={REFERENCE}", f"--template={TEMPLATE}"]
TITLE, BODY = b"$if(title)$", b"$body$"  # of pandoc's own template: all between them stands in our tree


@dataclass(frozen=True)
class Options(BookOptions):
    """What `mappings/handbook.toml` may say."""

    paper: Literal["a4", "a5", "us-letter"] = "a4"


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Give the book, and a finding for each thing that is not in it.

    Raises:
        ExportError: an option makes no sense, or pandoc is not installed.
    """
    edition, page = Edition(knowledge_map, options), PAPERS[options.paper]
    picture = draw_map(edition)
    book = Document(edition, FILE, previous, page, picture is not None)
    before, _, rest = pandoc.own_template("openxml").partition(TITLE)
    files = {
        REFERENCE: reference(pandoc.own_file(REFERENCE), page, book.direction, edition.title),
        TEMPLATE: before + BODY + rest.partition(BODY)[2],
        **({MAP: picture} if picture else {}),
    }
    yield from book.make(ARGUMENTS, files)
    yield File(FILE, book.data)
