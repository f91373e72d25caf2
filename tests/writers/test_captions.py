"""Figures and tables have the same numbers and captions in every book; what is no caption stays where it is."""

import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from writers.books import made
from writers.handbook.test_handbook import Book, of, png, read

from exporter import read as read_vault
from exporter.model import KnowledgeMap
from exporter.views.body.captions import own_words

pytestmark = pytest.mark.book
__all__ = ["read"]  # a fixture
HTML = "{http://www.w3.org/1999/xhtml}"
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"
PICTURE = "![](<file:p.png>)"
CAPTIONED = {  # the caption as it is printed, by what the note has
    "![A *tree* of $n$ leaves](<file:p.png>)": "Figure 1.1 A tree of",
    '![x](<file:p.png> "The title")': "Figure 1.1 The title",
    f"{PICTURE}\n*Right below*": "Figure 1.1 Right below",
    f"{PICTURE}\n\nFigure: From the next paragraph": "Figure 1.1 From the next paragraph",
    f"{PICTURE}\n\n**Fig. 7.** The author's": "Fig. 7. The author’s",
    f"{PICTURE}{{#fig-x}}\n\n*Figure: In italics* ": "Figure 1.1 In italics",
    '<figure><img src="p.png"><figcaption>Of <b>HTML</b></figcaption></figure>': "Figure 1.1 Of HTML",
    f"Table: By pandoc\n\n{TABLE}": "Table 1.1 By pandoc",
    f"{TABLE}\n\n: By pandoc, below {{#tbl-x}}": "Table 1.1 By pandoc, below",
    f"{TABLE}\n: A row that is none": "Table 1.1 A row that is none",
    f"*Table 3.2: By hand*\n\n{TABLE}": "Table 3.2: By hand",
    f"**Tabelle 4**: Von Hand\n\n{TABLE}": "Tabelle 4: Von Hand",
    "<table><caption>Of HTML</caption><tr><td>1</td></tr></table>": "Table 1.1 Of HTML",
    f"> [!note] Box\n> {PICTURE}\n> *In a box*": "Figure 1.1 In a box",
    "- Item\n\n  ![In an item](<file:p.png>)": "Figure 1.1 In an item",
}
PLAIN = [  # no caption of anything
    f"Table 1 shows nothing.\n\n{TABLE}",
    f"The costs:\n\n{TABLE}",
    f"**Costs**\n\n{TABLE}",
    f"{PICTURE}\n\n*A paragraph in italics.*",
    "Words ![in a line](<file:p.png>) go on.",
    "![image](<file:p.png>)",
    "![P](<file:p.png>)",
    f"Figure: alone\n\nText.\n\n{TABLE}",
    "| a |\n|---|\n| ![in a cell](<file:p.png>) |",
]


def captions_of_epub(data: bytes) -> list[str]:
    with ZipFile(BytesIO(data)) as archive:
        pages = [ElementTree.fromstring(archive.read(name)) for name in archive.namelist() if "/text/ch" in name]
    tags = (HTML + "figcaption", HTML + "caption")
    for page in pages:  # of a formula the TeX, too
        for formula in page.iter("{http://www.w3.org/1998/Math/MathML}annotation"):
            formula.text = ""
    return [" ".join("".join(each.itertext()).split()) for page in pages for each in page.iter() if each.tag in tags]


def captions_of_docx(data: bytes) -> list[str]:
    styles = ("Image Caption", "Table Caption")
    document = Document(BytesIO(data))
    paragraphs = [
        Paragraph(each, document._body) for each in document.element.body.iter(qn("w:p"))
    ]  # those in boxes, too
    return [each.text for each in paragraphs if each.style and each.style.name in styles]


def captions_of_pdf(book: Book) -> list[str]:
    """What the structure for screen readers says is a caption."""
    text = subprocess.run(["pdfinfo", "-struct-text", book.file], capture_output=True, text=True, check=True).stdout
    parts = re.split(r"^( *)Caption\b.*\n", text, flags=re.MULTILINE)
    found = []
    for depth, rest in zip(parts[1::2], parts[2::2], strict=True):
        below = re.split(rf"^ {{0,{len(depth)}}}[A-Z]", rest, maxsplit=1, flags=re.MULTILINE)[0]
        found.append("".join(re.findall(r'"(.*)"', below)))
    return found


def note(text: str) -> KnowledgeMap:
    return of({"a": f"Before.\n\n{text}\n\nBehind."}, {"p.png": png()})


@pytest.mark.parametrize("text", CAPTIONED)
def test_a_caption_has_its_number_in_every_book(text: str, read: Callable[[bytes], Book]) -> None:
    said = CAPTIONED[text]
    book = read(made("handbook", note(text))[0])
    printed = " ".join(book.text.split())
    assert printed.count(said) == 1
    assert "{#" not in printed
    plain = said.replace("’", "'")
    (of_epub,) = captions_of_epub(made("epub", note(text))[0])
    (of_docx,) = captions_of_docx(made("docx", note(text))[0])
    assert of_epub.replace("’", "'").startswith(plain)
    assert of_docx.replace("’", "'").startswith(plain)
    if shutil.which("pdfinfo"):
        (of_pdf,) = captions_of_pdf(book)
        assert of_pdf.startswith(said)


@pytest.mark.parametrize("name", ["handbook", "epub", "docx"])
def test_a_caption_keeps_its_footnotes_and_links(name: str, read: Callable[[bytes], Book]) -> None:
    captions = f"![A tree[^1]](<file:p.png>)\n\nTable: See [b](<topic:b>)[^2]\n\n{TABLE}\n: {{#tbl-x}}\n"
    texts = {"a": f"{captions}\n[^1]: Firstnote.\n\n[^2]: Secondnote.", "b": "Text."}
    data, findings = made(name, of(texts, {"p.png": png()}))
    assert findings == []
    if name == "handbook":
        text = read(data).text
    else:
        with ZipFile(BytesIO(data)) as archive:
            files = [file for file in archive.namelist() if file.endswith(("html", "document.xml", "footnotes.xml"))]
            text = "".join(archive.read(file).decode() for file in files)
    assert text.count("Firstnote") == text.count("Secondnote") == 1
    assert "Figure 1.1" in text
    assert "Table 1.1" in text


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_caption_stays_in_its_place(text: str, read: Callable[[bytes], Book]) -> None:
    book = read(made("handbook", note(text))[0])
    assert not re.search(r"(Figure|Table) 1\.1", book.text)
    printed = book.text[book.text.index("Before.") : book.text.index("Behind.")].split()
    words = re.sub(r"!\[.*?\)|[*|]|-{3}", " ", text).split()
    assert [word for word in printed if word in words] == words
    assert captions_of_epub(made("epub", note(text))[0]) == []


def test_each_kind_is_numbered_by_itself_and_by_its_chapter(read: Callable[[bytes], Book]) -> None:
    figures = "\n\n".join(f"![Tree {name}](<file:p.png>)\n\nTable: Costs {name}\n\n{TABLE}" for name in "AB")
    missing = "![Nobody has it](<file:none.png>)"
    knowledge_map = of({"a": f"{missing}\n\n{figures}", "b": f"{PICTURE}\n\n{figures}"}, {"p.png": png()})
    expected = [
        f"{kind} {chapter}.{number} {word} {name}"
        for chapter in (1, 2)
        for number, name in enumerate("AB", 1)
        for kind, word in (("Figure", "Tree"), ("Table", "Costs"))
    ]
    text = " ".join(read(made("handbook", knowledge_map)[0]).text.split())
    assert [text.index(each) for each in expected] == sorted(text.index(each) for each in expected)
    assert captions_of_epub(made("epub", knowledge_map)[0]) == expected
    assert sorted(captions_of_docx(made("docx", knowledge_map)[0])) == sorted(expected)


@pytest.mark.parametrize(
    ("said", "path", "own"),
    [
        ("A binary tree", "tree.png", True),
        ("tree", "tree.png", False),
        ("Tree.png", "img/tree.png", False),
        ("my-tree 2", "My Tree.png", False),
        ("Pasted image 2024", "a.png", False),
        ("Untitled 3", "a.png", False),
        ("100", "a.png", False),
        ("center", "a.png", False),
        ("木", "a.png", True),
        ("", "a.png", False),
    ],
)
def test_words_of_a_pictures_own(said: str, path: str, own: bool) -> None:
    assert own_words(said, path) == own


def test_the_title_of_a_picture_in_a_vault_is_its_caption(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(png())
    (tmp_path / "A.md").write_text(
        "![Depth 3](p.png \"A 'small' tree\")\n\n![x|50](p.png 'Of \"words\"')\n\n![y](p.png)\n"
    )
    text = read_vault(tmp_path).knowledge_map.text("a")
    assert text.split("\n\n") == [
        "![Depth 3](<file:p.png> \"A 'small' tree\")",
        "![x](<file:p.png#width=50> 'Of \"words\"')",
        "![y](<file:p.png>)\n",
    ]
