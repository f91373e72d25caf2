"""Every page number that the handbook of the bundled vault prints, read by two programs: pdfium and poppler.

A number stands for a heading, and the heading must stand there. What was compared is counted.
"""

import re
import shutil
import subprocess
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from ctypes import c_long, create_string_buffer
from pathlib import Path
from typing import NamedTuple

import pytest
from pypdfium2 import PdfDest, PdfDocument, raw

from exporter import KnowledgeMap
from exporter.model import Topic

OPENING = r"(PART [IVXLC]+\s+|CHAPTER \d+\s+)?"  # above a title
RANGE = r"\d+(?:–\d+)?"
Place = tuple[int, tuple[float, ...]]  # a page from 1, and where on it


class Link(NamedTuple):
    """Of one place in the book to another."""

    page: int
    words: str
    after: str  # right of the words, on their line
    goal: Place


def place(found: PdfDest) -> Place:
    return found.get_index() + 1, tuple(found.get_view()[1])


def links(pdf: PdfDocument) -> Iterator[Link]:
    for number, page in enumerate(pdf, 1):
        text, position, link = page.get_textpage(), raw.c_int(), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page, position, link):
            destination = raw.FPDFLink_GetDest(pdf, link)
            if destination:  # an address has none
                raw.FPDFLink_GetAnnotRect(link, box := raw.FS_RECTF())
                boxes = [(box.left, box.bottom, box.right, box.top)]
                for part in range(raw.FPDFLink_CountQuadPoints(link)):  # one for each line and font, or none
                    raw.FPDFLink_GetQuadPoints(link, part, corners := raw.FS_QUADPOINTSF())
                    boxes[part:] = [(corners.x1, corners.y3, corners.x2, corners.y1)]
                words = "".join(text.get_text_bounded(x + 1, y + 2, right - 1, top - 2) for x, y, right, top in boxes)
                _, y, right, top = boxes[-1]
                after = text.get_text_bounded(right, y + 2, page.get_width(), top - 2)
                yield Link(number, words.strip(), after.strip(), place(PdfDest(destination, pdf)))


def headings(pdf: PdfDocument, written: list[Topic]) -> dict[Place, str]:
    """The titles of parts and chapters, by where they stand: of a topic as its name in the file says, else by bookmark."""
    title = {topic.id: topic.title for topic in written}
    found = {place(mark.get_dest()): mark.get_title() for mark in pdf.get_toc(max_depth=1)}
    for number in range(raw.FPDF_CountNamedDests(pdf)):
        destination = raw.FPDF_GetNamedDest(pdf, number, buffer := create_string_buffer(1000), size := c_long(1000))
        name = buffer.raw[: size.value].decode("utf-16-le").rstrip("\0")
        if name in title:
            found[place(PdfDest(destination, pdf))] = title[name]
    return found


def test_each_printed_number_is_that_of_the_headings_page(
    handbook: Path, bundled: KnowledgeMap, written: list[Topic]
) -> None:
    pdf = PdfDocument(handbook)
    title = headings(pdf, written)
    first = {title[goal]: goal[0] for goal in title}
    compared: Counter[str] = Counter()
    reached = set()
    for link in links(pdf):
        if link.page >= first["Index"]:
            kind, number = "index", re.fullmatch(rf"()({RANGE}),?", link.words)
        elif link.page < first["The map"]:
            kind, number = "contents", re.search(r"(\D)(\d+|[ivx]+)$", link.words)
        elif number := re.search(r"(p\.\s+)(\d+)\)?$", link.words):
            kind = "reference"
        else:
            kind, number = "row of a part", re.fullmatch(r"(— .* )?(\d+)", link.after) if link.goal in title else None
        if number:
            compared[kind] += 1
            goal, (_, height, _) = link.goal
            assert number[2].partition("–")[0] == pdf.get_page_label(goal - 1), link
            if link.goal in title:
                reached.add(link.goal)
                page = pdf[goal - 1]
                below = page.get_textpage().get_text_bounded(0, 0, page.get_width(), height)
                assert re.match(OPENING + words_of(title[link.goal]), below), (link, below[:80])
    assert reached == set(title)
    assert len(title) == len(written) + 8  # how to, map, path, further topics, answers, glossary, references, index
    assert compared["contents"] == len(title)
    assert compared["row of a part"] == sum(len(topic.areas) or 1 for topic in written if topic.id not in bundled.area)
    assert compared["reference"] > len(bundled.links)
    assert compared["index"] > 5 * len(written)


def words_of(title: str) -> str:
    """A pattern for a title that may be broken into lines."""
    return r"\s+".join(map(re.escape, title.split()))


@pytest.fixture(params=["pdfium", "poppler"])
def pages(request: pytest.FixtureRequest, handbook: Path, require: Callable[[bool, str], None]) -> list[str]:
    """The text of each page as a program reads it."""
    if request.param == "pdfium":
        return [page.get_textpage().get_text_range().replace("\r", "") for page in PdfDocument(handbook)]
    require(shutil.which("pdftotext") is not None, "pdftotext (apt install poppler-utils)")
    done = subprocess.run(["pdftotext", "-raw", handbook, "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")[:-1]


def test_each_page_prints_its_own_number(pages: list[str], handbook: Path, written: list[Topic]) -> None:
    labels = [PdfDocument(handbook).get_page_label(number) for number in range(len(pages))]
    assert labels[:3] == ["i", "ii", "iii"]
    assert labels[labels.index("1") :] == [str(number) for number in range(1, len(pages) - labels.index("1") + 1)]
    bare = ["i", "ii"]  # title and imprint
    numbered = [
        (label, page.split("\n"))
        for label, page in zip(labels, pages, strict=True)
        if page.strip() and label not in bare
    ]
    assert len(numbered) > len(written)
    for number, lines in numbered:
        lines = [line for line in lines if line.strip()]
        assert number in re.findall(r"\w+", f"{lines[0]} {lines[-1]}")


def test_each_page_in_the_index_leads_to_the_topic(pages: list[str], handbook: Path, written: list[Topic]) -> None:
    pdf = PdfDocument(handbook)
    title = headings(pdf, written)
    stands = {(known, page) for (page, _), known in title.items()}
    starts = sorted((page, -height, known) for (page, (_, height, _)), known in title.items())
    for link in links(pdf):  # to a chapter, or a heading in it
        goal, (_, height, _) = link.goal
        *_, known = starts[bisect_right(starts, (goal, -height, "\uffff")) - 1]
        stands.add((known, link.page))
    there = {(known, int(label)) for known, page in stands if (label := pdf.get_page_label(page - 1)).isdecimal()}
    index = next(page for (page, _), known in title.items() if known == "Index")
    text = "\n".join(pages[index - 1 :])
    for topic in written:
        said = re.search(rf"^{words_of(topic.title)},\s+({RANGE}(?:,\s+{RANGE})*)", text, re.MULTILINE)
        assert said, topic
        for first, last in re.findall(r"(\d+)(?:–(\d+))?", said[1]):
            assert {(topic.title, page) for page in range(int(first), int(last or first) + 1)} <= there
