"""The notes' pictures are what their numbers say, can be read in print, and have words for those who cannot see them."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from notes.blocks import VAULT

from figures.__main__ import FOLDER, draw_all
from figures.drawing import BLACK, BLUE, GREY, LIGHT, WHITE

WIDEST = 600  # px: as wide as the text of a page
SMALLEST = 11  # px of a label: 8 points
SVG = "{http://www.w3.org/2000/svg}"
PICTURE = re.compile(r"^!\[([^\]]*)\]\(([^)]*)\)(?:\n\*(.*)\*)?", re.MULTILINE)

PICTURES = sorted(FOLDER.glob("*.svg"))


def test_all_are_as_they_are_drawn() -> None:
    drawn = dict(draw_all())
    assert sorted(drawn) == [path.name for path in PICTURES]
    for path in PICTURES:
        assert path.read_text(encoding="utf-8") == drawn[path.name], f"{path.name}: python -m figures"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_can_be_printed(path: Path) -> None:
    root = ElementTree.parse(path).getroot()
    assert float(root.attrib["width"]) <= WIDEST
    assert all(float(text.attrib["font-size"]) >= SMALLEST for text in root.iter(f"{SVG}text"))
    colours = {part.attrib[name] for part in root.iter() for name in ("fill", "stroke") if name in part.attrib}
    assert colours <= {BLACK, GREY, LIGHT, BLUE, WHITE, "none"}


@pytest.mark.parametrize("path", sorted(VAULT.rglob("*.md")), ids=lambda path: path.stem)
def test_a_picture_has_words_and_a_caption(path: Path) -> None:
    for words, _, caption in PICTURE.findall(path.read_text(encoding="utf-8")):
        assert len(words) >= 60, f"words that replace the picture: {words!r}"
        assert len(caption) >= 20, f"a caption that says what to see: {words!r}"


def test_every_picture_stands_in_a_note() -> None:
    shown = {Path(name).name for path in VAULT.rglob("*.md") for _, name, _ in PICTURE.findall(path.read_text("utf-8"))}
    assert {path.name for path in PICTURES} <= shown
