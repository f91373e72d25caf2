"""Every word of a note is in its chapter of all three books: notes of two public vaults, read by a tokenizer of its own.

The tokenizer knows no Markdown but what stands in `UNPRINTED`, the reasons for which words of a file are no words of a book.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from lxml import etree
from test_vaults import unpacked  # noqa: F401 - fixture
from writers.books import made
from writers.test_signs import read_epub

from exporter import KnowledgeMap, read
from exporter.writers.handbook import Options

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
pytestmark = [pytest.mark.slow, pytest.mark.book]

LONGEST = {"help-en": 1000, "hub": 150}  # notes of a vault: the longest
QUERIES = "dataview|dataviewjs|base|tasks|query|tracker|tikz|chart|excalidraw|mermaid"
UNPRINTED = {
    "front matter": (r"\A---\n[\s\S]*?\n---[ \t]*(?:\n|\Z)", "\n"),
    "the heading that opens a note, which is its title": (r"\A\s*# [^\n]*", "\n"),
    "comments": (r"^%%[^\n]*%%[ \t]*$|%%[^`]*?%%|<!--[\s\S]*?-->", "\n"),
    "queries and drawings": (rf"^([ \t>]*)(`{{3,}}|~{{3,}})[ \t]*(?:{QUERIES})\b[\s\S]*?^[ \t>]*\2[ \t]*$", "\n"),
    "the language of code": (r"^[ \t>]*(?:[-*+][ \t]+|\d+\.[ \t]+)?(?:`{3,}|~{3,})[^\n]*$", "\n"),
    "formulas, which are set": (r"\$\$[\s\S]*?\$\$|\$[^\s$](?:[^$\n]*[^\s$])?\$(?!\d)", "\n"),
    "embeds": (r"!\[\[[^\]\n]*\]\]", "\n"),
    "pictures": (r"!\[[^\]\n]*\]\((?:<[^>\n]*>|[^()\n]|\([^()\n]*\))*\)", "\n"),
    "targets below": (r"^ {0,3}\[[^\]\n^][^\]\n]*\]:[^\n]*$", "\n"),
    "the labels of footnotes": (r"\[\^[^\]\s]+\]:?", "\n"),
    "the kinds of callouts": (r"^([ \t>]*)\[![^\]\n]*\][+-]?", r"\1"),
    "the target of a link that has words": (r"\[\[[^\]|\n]*\|([^\]\n]*)\]\]", "\n\\1\n"),
    "the target of a Markdown link": (r"\]\((?:<[^>\n]*>|[^()\n]|\([^()\n]*\))*\)", "\n"),
    "tags of HTML and their attributes": (r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>", "\n"),
    "addresses": (r"<?\b[a-z][a-z+.-]*://[^\s)>\]|]*>?", "\n"),
    "macros, of which the name is printed": (r"\{\{[^{}\n]*\}\}", "\n"),
    "the numbers of lists, which each program counts itself": (r"^[ \t>]*(?:[-*+][ \t]+)*\d{1,9}[.)](?=[ \t]|$)", "\n"),
    "the names of blocks": (r"(?:^|[ \t])\^[A-Za-z0-9-]+[ \t]*$", "\n"),
}


def runs(text: str) -> Iterator[list[str]]:
    """The words of a note that stand together, by letters and digits alone."""
    for pattern, instead in UNPRINTED.values():
        text = re.sub(pattern, instead, text, flags=re.MULTILINE)
    for run in re.split(r"[\n`*_=~\[\]|<>\\#]", text):
        if words := re.findall(r"[^\W_]+", unescape(run)):
            yield words


def squeeze(text: str) -> str:
    return "".join(re.findall(r"[^\W_]", text.casefold()))


def name_of(number: int) -> str:
    """A title that stands nowhere else, and is one word that no book divides."""
    return f"Zq{number:04}qz"


def chapters(text: str) -> dict[int, str]:
    """The chapters of a book by the numbers in their titles, which each page of the PDF repeats; answers are theirs, too."""
    parts: defaultdict[int, list[str]] = defaultdict(list)
    pieces = re.split(r"[Zz][Qq](\d{4})[Qq][Zz]", text)
    for number, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[int(number)].append(piece)
    return {number: squeeze(" ".join(part)) for number, part in parts.items()}


def read_pdf(data: bytes) -> str:
    with pypdfium2.PdfDocument(BytesIO(data)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def read_docx(data: bytes) -> str:
    """The text with each footnote at its mark."""
    document = Document(BytesIO(data))
    (part,) = (part for part in document.part.package.iter_parts() if part.partname.endswith("/footnotes.xml"))
    notes = {note.get(f"{W}id"): "".join(note.itertext()) for note in etree.fromstring(part.blob)}
    pieces = document.element.body.iter(f"{W}t", f"{W}footnoteReference")
    return " ".join(piece.text or notes.get(piece.get(f"{W}id"), "") for piece in pieces)


READERS: dict[str, Callable[[bytes], str]] = {"handbook": read_pdf, "epub": read_epub, "docx": read_docx}
OPTIONS = Options(
    index=False, glossary=False, backlinks=False, page_numbers=False, volume_pages=100_000,
    new_pages=True, two_sided=False, font_size=7,  # fewer pages take less memory
)  # fmt: skip
# Letters that no font of the handbook has, as is told, or that are read from the right: their order is a viewer's matter
OTHER_SCRIPT = re.compile("[^\u0000-\u052f\u1e00-\u214f]")


@pytest.fixture(scope="module")
def shown(unpacked: Callable[[str], Path]) -> Callable[[str], tuple[KnowledgeMap, list[str]]]:  # noqa: F811
    """The longest notes of a vault as chapters without anything beside their texts, and the texts of their files."""

    @cache
    def shown(vault: str) -> tuple[KnowledgeMap, list[str]]:
        folder = unpacked(vault)
        reading = read(folder)
        notes = [
            (topic, (folder / topic.note).read_text("utf-8")) for topic in reading.knowledge_map.topics if topic.note
        ]
        notes = sorted(notes, key=lambda note: -len(note[1].encode()))[: LONGEST[vault]]
        bare = {"aliases": (), "areas": (), "summary": "", "properties": {}}
        topics = tuple(topic._replace(title=name_of(number), **bare) for number, (topic, _) in enumerate(notes))
        hidden = {Path(path).stem for path in reading.statistics.hidden}  # the text around links to them is, too
        texts = [
            "\n".join(line for line in text.split("\n") if not any(name in line for name in hidden))
            for _, text in notes
        ]
        return KnowledgeMap(title="Words", topics=topics, content=reading.knowledge_map.content), texts

    return shown


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("vault", LONGEST)
def test_every_word_of_a_note_is_in_its_chapter(
    vault: str, name: str, shown: Callable[[str], tuple[KnowledgeMap, list[str]]]
) -> None:
    knowledge_map, texts = shown(vault)
    printed = chapters(READERS[name](made(name, knowledge_map, OPTIONS)[0]))
    assert len(printed) == len(texts) == {"help-en": 172, "hub": 150}[vault]
    told = [together for text in texts for together in runs(text)]
    assert sum(map(len, told)) > {"help-en": 80_000, "hub": 150_000}[vault]
    lost: dict[str | None, list[str]] = {}
    for number, (topic, text) in enumerate(zip(knowledge_map.topics, texts, strict=True)):
        for words in runs(text):
            # in the PDF one by one, as its pages end within sentences
            pieces = (
                [word for word in words if not OTHER_SCRIPT.search(word)] if name == "handbook" else ["".join(words)]
            )
            lost.setdefault(topic.note, []).extend(piece for piece in pieces if squeeze(piece) not in printed[number])
    assert {note: words for note, words in lost.items() if words} == {}


def test_what_is_lost_would_be_found() -> None:
    text = (
        "---\ntitle: x\n---\n# Title\n\nOne *two* [three](https://x.y/four) `five`[^6]\n\n> [!note]- Seven\n1. eight\n"
    )
    assert list(runs(text)) == [["One"], ["two"], ["three"], ["five"], ["Seven"], ["eight"]]
    parts = chapters("Contents Zq0000qz Zq0001qz Zq0000qz One two Zq0001qz thr-\nee")
    assert parts == {0: "onetwo", 1: "three"}
