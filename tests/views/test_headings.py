"""Which heading a link leads to: in PDF, EPUB and DOCX the one that the reader finds (rules S1 and S2)."""

import io
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from command import lay
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDest, PdfDocument, raw

from exporter import File, KnowledgeMap, ReadOptions, find, read
from exporter.outline import Outline, heading_key
from exporter.reader.markdown.note import parse
from exporter.views.body.nodes import name_headings, stringify
from exporter.views.body.sources import sources_of

pytestmark = pytest.mark.book

HEADINGS = """# Week

Words.

## Monday

### Tasks

Mill the grain.

## Tuesday

### Tasks

Bake the bread.

## दिन

day

## दान

gift

## C# and F#: 100 % `code_span` (new!)

code

## About [[Rye|dark]] flour, [salt](https://example.org/salt) and ![[crumb.png|a crumb]]

links

## The area $\\pi r^2$ of a **loaf** ==baked== <b>well</b> %%hidden%% &amp; more ^loaf

formula

## G#

sharp

## Week

again
"""
# what a link says behind the note's name, and the words of the heading that it means; "": the note itself
ANCHORS = {
    "Monday#Tasks": "Tasks/Mill the grain.",
    "Tuesday#Tasks": "Tasks/Bake the bread.",
    "Tasks": "Tasks/Mill the grain.",
    "Week#Tuesday#Tasks": "Tasks/Bake the bread.",
    "दान": "दान/gift",
    "दिन": "दिन/day",
    "c and f  100 code_span new": "C# and F#: 100 % code_span (new!)/code",
    "C# and F#: 100 % `code_span` (new!)": "",
    "G#": "G#/sharp",
    "About Rye dark flour, salt https //example.org/salt and ! crumb.png a crumb": "About dark flour/links",
    "Week#The area $\\pi r 2$ of a loaf baked b well b hidden & amp; more loaf": "The area/formula",
    "Week": "",
    "Nothing": "",
}
UNKNOWN = ("Nothing", "C# and F#: 100 % `code_span` (new!)")  # a "#" within the words leads further down


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeMap:
    """A note with all kinds of headings, pages apart, and one whose links name them, each with its own words."""
    filler = "\n\n".join(["Nothing to see here. " * 60] * 8)
    week = re.sub(r"(?m)^(## )", rf"{filler}\n\n\1", HEADINGS)
    links = "\n\n".join(f"[word{number}](<Week.md#{anchor}>)" for number, anchor in enumerate(ANCHORS))
    files = {"Week.md": week, "Links.md": links, "Rye.md": "", "crumb.png": PIXEL}
    return read(lay(tmp_path_factory.mktemp("week"), files), ReadOptions(map="-")).knowledge_map


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


def made(name: str, knowledge_map: KnowledgeMap) -> bytes:
    writer = find(name)
    things = writer.write(knowledge_map, writer.Options(), None)  # type: ignore[arg-type]
    (content,) = (thing.content for thing in things if isinstance(thing, File))
    assert isinstance(content, bytes)
    return content


def is_right(anchor: str, text: str) -> bool:
    """Whether the text that begins where a link leads is that of the heading which it means."""
    title, _, words = ANCHORS[anchor].partition("/")
    text = " ".join(text.split())
    if not title:
        return "Week" in text[:60]
    first = title.partition("[")[0].split()[0]
    return text.find(first) in range(4) and words in text[:400]


def test_the_reader_finds_them() -> None:
    note = parse(HEADINGS.encode())
    for anchor, goal in ANCHORS.items():
        part = note.section(anchor)
        assert (part is None) == (anchor in UNKNOWN), anchor
        if part and goal:
            assert goal.partition("/")[2] in HEADINGS[slice(*part)], anchor


def test_epub(week: KnowledgeMap) -> None:
    with zipfile.ZipFile(io.BytesIO(made("epub", week))) as book:
        pages = {Path(name).name: book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml")}
    targets = {word: target for target, word in re.findall(r'href="([^"]*)"[^>]*>(word\d+)<', " ".join(pages.values()))}
    for number, anchor in enumerate(ANCHORS):
        page, _, name = targets[f"word{number}"].partition("#")
        text = pages[page] if page else next(text for text in pages.values() if f'id="{unquote(name)}"' in text)
        _, _, behind = text.partition(f'id="{unquote(name)}"')
        assert is_right(anchor, re.sub("<[^>]*>", " ", behind.partition(">")[2])), anchor


def test_docx(week: KnowledgeMap) -> None:
    body = Document(io.BytesIO(made("docx", week))).element.body
    starts = {mark.get(qn("w:name")): mark for mark in body.iter(qn("w:bookmarkStart"))}
    paragraphs = [*body.iter(qn("w:p"))]
    texts = ["".join(node.text or "" for node in paragraph.iter(qn("w:t"), qn("m:t"))) for paragraph in paragraphs]
    order = {node: number for number, node in enumerate(body.iter())}
    for link in body.iter(qn("w:hyperlink")):
        words = "".join(node.text or "" for node in link.iter(qn("w:t")))
        if re.fullmatch(r"word\d+", words):
            anchor = [*ANCHORS][int(words.removeprefix("word"))]
            mark = order[starts[link.get(qn("w:anchor"))]]
            first = next(n for n, paragraph in enumerate(paragraphs) if order[[*paragraph.iter()][-1]] > mark)
            assert is_right(anchor, " ".join(texts[first : first + 3])), anchor


def test_pdf_prints_the_page_of_the_heading(week: KnowledgeMap) -> None:
    pdf = PdfDocument(made("handbook", week))
    seen = set()
    for page in pdf:
        text, position, link = page.get_textpage(), raw.c_int(), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, position, link):
            destination = raw.FPDFLink_GetDest(pdf, link)
            raw.FPDFLink_GetAnnotRect(link, box := raw.FS_RECTF())
            words = text.get_text_bounded(box.left, box.bottom, box.right, box.top)
            if destination and (match := re.match(r"word(\d+)\s+\(p\.\s+(\d+)\)", words)):
                anchor = [*ANCHORS][int(match[1])]
                target = PdfDest(destination, pdf)
                number, (_, top, _) = target.get_index(), target.get_view()[1]
                assert match[2] == pdf.get_page_label(number), anchor
                below = pdf[number].get_textpage().get_text_bounded(0, 0, page.get_width(), top + 2)
                if ANCHORS[anchor]:
                    assert is_right(anchor, re.sub(r"^CHAPTER \d+", "", below)), (anchor, below[:200])
                seen.add(anchor)
    assert seen == set(ANCHORS)


PIECES = st.sampled_from(
    ["a", "B c", "ü", "दिन", "C#", "1.", "[[x]]", "[[x|y z]]", "[w](https://e.org)", "`k_m`", "$n^2$", "*e*", "_f_",
     "<i>g</i>", "%%h%%", "&amp;", "\\*", "(p)", "q: r", "~~s~~", "==t==", "#u", "^v", "🙂"]
)  # fmt: skip
TITLES = st.lists(PIECES, min_size=1, max_size=3).map(" ".join)
NOTES = st.lists(st.tuples(st.integers(1, 4), TITLES), min_size=1, max_size=7)


@given(NOTES)
@example([(1, "a"), (1, "🙂"), (2, "a")])  # whose slugs are alike
@settings(deadline=None, max_examples=300)
def test_the_books_find_what_the_reader_finds(
    tmp_path_factory: pytest.TempPathFactory, headings: list[tuple[int, str]]
) -> None:
    """For each heading, by its own words and by those of all that it stands under; words of two headings alike apart."""
    body = "\n\n".join(f"{'#' * level} {title}\n\nunder {number}" for number, (level, title) in enumerate(headings))
    outline = Outline([level for level, _ in headings], [title for _, title in headings])
    anchors = {
        "#".join(headings[above][1].replace("#", " ") for above in outline.lineage(number))
        for number in range(len(headings))
    } | {title for _, title in headings}
    named = [anchor for anchor in sorted(anchors) if heading_key(anchor) and anchor[0] != "^"]  # a block
    links = "\n\n".join(f"[w{number}](<n.md#{anchor.translate(ESCAPED)}>)" for number, anchor in enumerate(named))
    folder = lay(tmp_path_factory.mktemp("v"), {"n.md": body + "\n", "l.md": links, "x.md": ""})
    knowledge_map = read(folder, ReadOptions(map="-")).knowledge_map
    note = parse((folder / "n.md").read_bytes())
    tree, _ = sources_of(knowledge_map, ("n", "l"), False).trees()
    assert tree is not None
    labels = name_headings(tree, "n", 3)
    shown = [stringify(node["c"][2]).strip() for node in tree if node["t"] == "Header"]
    texts = knowledge_map.text("l")
    for number, anchor in enumerate(named):
        target = re.search(rf"\[w{number}\]\(<topic:n(?:#([^>]*))?>\)", texts)
        part = note.section(anchor)
        if target is None or part is None:
            continue
        label = labels.find(unquote(target[1] or "")) if target[1] else ""
        written = next(n for n, heading in enumerate(note.headings) if heading.start == part[0])
        if written == 0 and note.opens:
            assert label == ""
            continue
        title = shown[written - note.opens]
        if not heading_key(title):
            continue  # nothing that a link could name is left of it
        printed = [*filter(None, shown)]
        alike = {f"n__{k}" for k, other in enumerate(printed) if heading_key(other) == heading_key(title)}
        assert label in alike, (anchor, body)  # which of those that read alike no link can say


ESCAPED = str.maketrans({"<": "\\<", ">": "\\>", "\\": "\\\\", "%": "%25"})
