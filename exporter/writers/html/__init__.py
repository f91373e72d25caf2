"""The map as one page for a browser: map, outline, learning path, search and every text, offline.

One file, out/html/knowledge-map.html, that asks for nothing, whether it is opened from a disk or lies on a server. document.py
puts it together from page/, whose scripts and style sheet are in packed/ with short names: outline.py, the map in words; drawing.py,
as a picture, by plan.py or plane.py; articles.py, its topics; texts.py, what their notes say, by tree.py; data.py, all of it for the
script, and for other programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.languages import language_or_english, words_in
from exporter.writers.html.articles import Articles
from exporter.writers.html.document import document
from exporter.writers.html.texts import Texts

FILE = "knowledge-map.html"


@dataclass(frozen=True)
class Options:
    """What mappings/html.toml may say."""

    text: bool = True  # what the notes say; else titles, summaries and links alone
    no_area: str = ""  # over the topics that are in no area; "": "Further topics", in the vault's language
    line_breaks: bool = True  # a line that ends ends on the page, too, as Obsidian shows it


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield the page, and a finding for each thing of the notes that is not on it."""
    words = words_in(language_or_english(knowledge_map.language)[0])
    texts = Texts(knowledge_map, options.line_breaks, {**words, "unprinted": words["web_unprinted"]})
    if options.text:
        yield from texts.make()
    articles = Articles(knowledge_map, texts, words)
    yield File(FILE, document(knowledge_map, articles, words, options.no_area or words["further"]))
