"""Pictures and diagrams that were made to do harm, and how diagrams look where they were not."""

import base64
import random
import re
import socket
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from extras import extra
from PIL import Image, ImageCms
from writers.handbook.test_handbook import XHTML, Book, make, of, png, read  # noqa: F401 - a fixture
from writers.handbook.test_print_standards import tags

from exporter.errors import Finding
from exporter.model import File
from exporter.views.body import picture, workshop
from exporter.views.body.picture import Pictures
from exporter.writers import docx, epub
from exporter.writers.handbook import Options

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}">{1}</svg>'
FLOW = "graph LR\n  A[Read the vault] --> B[Write the book]"
LINUX = sys.platform == "linux"
linux = pytest.mark.skipif(not LINUX, reason="only Linux holds a process to its memory")


def why_not(data: bytes, folder: Path) -> str:
    """Why the picture is not in the book, or ""; told at once."""
    start = time.monotonic()
    pictures = Pictures({"p": data}.__getitem__, folder)
    name = pictures.file("p")
    assert time.monotonic() - start < 15  # seconds
    return "" if name else pictures.reasons["p"]


# ---------- pictures ----------


def bomb(width: int, height: int) -> bytes:
    """A PNG of one colour, a bit for each pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compressobj()
    row = b"\0" + bytes((width + 7) // 8)
    data = b"".join(pixels.compress(row) for _ in range(height)) + pixels.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


HEADERS = {
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0) + bytes(4),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(10) + b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 60_000, 60_000)
    + b"\x01\x01\x11\0",
    "gif": b"GIF89a" + struct.pack("<HHBBB", 40_000, 20_000, 0x80, 0, 0) + bytes(20),
    "gif, the largest": b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0x80, 0, 0) + bytes(20),
    "webp": b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0" + bytes(40),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADERS)
def test_a_picture_of_too_many_pixels_is_not_decoded(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop.Workshop, "check", lambda *_, **__: pytest.fail("decoded"))
    assert why_not(HEADERS[name], tmp_path) == "it has more than 100 million pixels; make it smaller"


def test_the_limit_is_the_number_of_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "LARGEST", 16)
    assert why_not(bomb(4, 4), tmp_path) == ""
    assert "pixels" in why_not(bomb(17, 1), tmp_path)


def test_a_note_is_told_of_its_bomb() -> None:
    _, (finding,) = make(of({"a": "![A bomb](<file:b.png>)"}, {"b.png": HEADERS["png"]}))
    assert (finding.code, finding.source.file) == ("missing-picture", "a.md")
    assert (
        finding.message
        == "the picture 'b.png' is not in the book: it has more than 100 million pixels; make it smaller"
    )


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
USES = "".join(f'<g id="u{n}">{f"""<use href="#u{n - 1}"/>""" * 10}</g>' for n in range(1, 10))
HOSTILE = {
    "entities": f'<!DOCTYPE svg [<!ENTITY e0 "ha">{ENTITIES}]>' + SVG.format(9, "<text>&e9;</text>"),
    "a billion uses": SVG.format(9, f'<defs><g id="u0"><rect/></g>{USES}</defs><use href="#u9"/>'),
    "depth": SVG.format(9, "<g>" * 100_000 + "</g>" * 100_000),
    "a file": SVG.format(9, '<image href="/etc/passwd"/>'),
    "another file": SVG.format(9, '<image href="../../../../../../etc/passwd"/>'),
    "no UTF-8": SVG.format(9, "<text>\udcff</text>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_svg_that_means_harm_is_refused_at_once(name: str, tmp_path: Path) -> None:
    assert why_not(HOSTILE[name].encode("utf-8", "surrogateescape"), tmp_path).startswith("only intact")


def test_an_svg_reaches_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        for body in (
            f'<image href="{address}"/>',
            f'<style>@import url({address});</style><rect fill="url({address})"/>',
        ):
            why_not(SVG.format(9, body).encode(), tmp_path)
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


@linux
@pytest.mark.parametrize("depth", [1, 2])
def test_a_bomb_within_an_svg_takes_only_a_process_with_it(depth: int, tmp_path: Path) -> None:
    data, kind = bomb(50_000, 50_000), "png"
    for _ in range(depth):
        uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        data, kind = SVG.format(9, f'<image width="9" height="9" href="{uri}"/>').encode(), "svg+xml"
    assert why_not(data, tmp_path) == workshop.TOO_MUCH


def test_an_svg_that_is_drawn_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "PATIENCE", 2)
    noise = '<filter id="f"><feTurbulence numOctaves="1000000" baseFrequency="0.05"/></filter>'
    data = SVG.format(1000, f'{noise}<rect width="1000" height="1000" filter="url(#f)"/>').encode()
    assert why_not(data, tmp_path) == workshop.TOO_MUCH


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (1_000_000_000, 1)])
def test_an_svg_of_any_size_is_a_picture_of_at_most_4000_pixels(width: int, height: int, tmp_path: Path) -> None:
    data = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"><rect/></svg>'.encode()
    pictures = Pictures({"p": data}.__getitem__, tmp_path)
    shown, _ = pictures.everywhere(pictures.file("p"))
    drawn = (tmp_path / shown).read_bytes()
    assert max(struct.unpack(">II", drawn[16:24])) == 4000


@linux
def test_an_svg_that_takes_too_much_to_draw_is_its_words_in_an_e_book() -> None:
    endless = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1000000000"><rect/></svg>'
    told, book = list(epub.write(of({"a": "![A line](<file:p.svg>)"}, {"p.svg": endless}), Options()))
    assert isinstance(told, Finding)
    assert told.message == f"the picture 'p.svg' is not in the book: {workshop.TOO_MUCH}"
    with unzipped(iter([book])) as pages:
        assert any(b"<em>A line</em>" in pages.read(name) for name in pages.namelist())
        assert sum(name.endswith((".svg", ".png")) for name in pages.namelist()) == 1  # the cover


def test_an_svg_is_as_wide_in_an_e_book_as_it_is_itself(tmp_path: Path) -> None:
    pictures = Pictures({"p": SVG.format(120, "<rect/>").encode(), "q": png()}.__getitem__, tmp_path)
    assert pictures.everywhere(pictures.file("p"))[1] == 120
    assert pictures.everywhere(pictures.file("q"))[1] == 0  # nothing is said


def test_one_hostile_svg_among_forty_takes_none_with_it(tmp_path: Path) -> None:
    good = {f"{n}.svg": SVG.format(n + 9, "<rect/>").encode() for n in range(40)}
    data, kind = bomb(50_000, 50_000), "png"
    uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    bad = {"20.svg": SVG.format(9, f'<image width="9" height="9" href="{uri}"/>').encode()} if LINUX else {}
    bad["30.svg"] = HOSTILE["depth"].encode()
    pictures = Pictures((good | bad).__getitem__, tmp_path)
    starts: list[int] = []
    start = pictures.workshop._start
    pictures.workshop._start = lambda: starts.append(1) or start()  # type: ignore[method-assign, func-returns-value]
    drawn = [path for path in good if pictures.file(path)]
    assert drawn == [path for path in good if path not in bad]
    assert pictures.reasons.keys() == bad.keys()
    assert len(starts) == (3 if LINUX else 1)  # a first, one that shows whose fault it is, one for the rest
    assert [pictures.everywhere(pictures.file(path))[1] for path in drawn] == [int(path[:-4]) + 9 for path in drawn]


def test_the_process_ends_with_who_started_it(tmp_path: Path) -> None:
    pictures = Pictures({"p": png()}.__getitem__, tmp_path)
    assert pictures.file("p")
    process = pictures.workshop._process
    assert process and process.poll() is None
    del pictures
    assert process.poll() is not None


# ---------- pictures in e-books ----------


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no format makes small."""
    chance = random.Random(width)
    return Image.frombytes(mode, (width, height), chance.randbytes(width * height * len(mode)))


def stored(picture: Image.Image, kind: str, **settings: object) -> bytes:
    stream = BytesIO()
    picture.save(stream, kind, **settings)
    return stream.getvalue()


def shown(data: bytes, folder: Path) -> tuple[bytes, int]:
    """What EPUB and DOCX have of a picture, and the width that they are told."""
    pictures = Pictures({"p": data}.__getitem__, folder)
    file, width = pictures.everywhere(pictures.file("p"))
    return (folder / file).read_bytes(), width


def test_a_picture_that_a_page_can_show_stays_as_it_is(tmp_path: Path) -> None:
    for number, data in enumerate((stored(noise(1654, 40), "PNG"), stored(noise(40, 2338), "JPEG"))):
        (folder := tmp_path / str(number)).mkdir()
        assert shown(data, folder) == (data, 0)


def test_a_large_photo_is_made_as_small_as_a_page(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # it lies on its right side
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = stored(noise(3000, 2000), "JPEG", exif=exif, dpi=(300, 300), icc_profile=profile)
    made, _ = shown(data, tmp_path)
    again = Image.open(BytesIO(made))
    assert (again.format, again.size) == ("JPEG", (1559, 2338))  # and stands
    assert 0x0112 not in again.getexif()
    assert again.info["icc_profile"] == profile
    assert again.info["dpi"] == pytest.approx((234, 234), abs=1)  # as large on paper as before
    assert len(made) < len(data)
    (second := tmp_path / "again").mkdir()
    assert shown(data, second)[0] == made


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(mode: str, tmp_path: Path) -> None:
    given = Image.new("RGBA", (4000, 1000), (0, 0, 0, 0))
    given.paste(noise(2000, 1000, "RGBA").convert("RGB"), (0, 0))
    if mode == "P":
        given = given.quantize()
    data = stored(given.convert(mode), "PNG")
    again = Image.open(BytesIO(shown(data, tmp_path)[0]))
    if mode != "P":
        assert again.size == (1654, 414)
    clear = again.convert("RGBA").getchannel("A")
    assert (clear.getpixel((again.width - 9, 300)), clear.getpixel((9, 300))) == (0, 255)


def test_a_picture_that_is_to_be_narrow_has_two_pixels_for_each_that_a_note_wants(tmp_path: Path) -> None:
    pictures = Pictures({"p": stored(noise(1200, 900), "PNG")}.__getitem__, tmp_path)
    sizes = [Image.open(tmp_path / pictures.everywhere(pictures.file("p"), width)[0]).size for width in (0, 300, 900)]
    assert sizes == [(1200, 900), (625, 469), (1200, 900)]


def test_a_moving_gif_still_moves(tmp_path: Path) -> None:
    frames = [Image.new("L", (3000, 9), shade) for shade in (0, 255)]
    data = stored(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert shown(data, tmp_path) == (data, 0)


@pytest.mark.parametrize(
    ("mode", "lossless", "kind"), [("RGB", False, "JPEG"), ("RGB", True, "PNG"), ("RGBA", False, "PNG")]
)
def test_a_webp_is_a_picture_that_word_shows_and_no_larger_than_it_was(
    mode: str, lossless: bool, kind: str, tmp_path: Path
) -> None:
    made, width = shown(stored(noise(300, 200, mode), "WEBP", lossless=lossless), tmp_path)
    again = Image.open(BytesIO(made))
    assert (again.format, again.size, width) == (kind, (300, 200), 300)


def test_a_drawing_of_few_colours_is_not_made_larger(tmp_path: Path) -> None:
    data = stored(noise(2400, 2400, "L").convert("1"), "PNG")  # a bit for each pixel
    assert shown(data, tmp_path)[0] == data


def test_the_books_have_the_small_picture(tmp_path: Path) -> None:
    photo = stored(noise(3000, 2000), "JPEG")
    for writer, folder in ((epub, "EPUB/media/"), (docx, "word/media/")):
        with unzipped(writer.write(of({"a": "![Noise](<file:p.jpg>)"}, {"p.jpg": photo}), Options())) as book:
            names = [name for name in book.namelist() if name.startswith(folder) and name.endswith(".jpg")]
            assert [Image.open(BytesIO(book.read(name))).size for name in names] == [(1654, 1103)]


# ---------- diagrams ----------


@pytest.fixture
def merman(require: Callable[[bool, str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = extra("diagrams", require)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", str(folder))  # of the process that draws


def block(source: str) -> str:
    return f"Text before it.\n\n```mermaid\n{source}\n```\n\n"


def test_without_merman_a_diagram_is_code_and_the_note_is_told_once(
    read: Callable[[bytes], Book],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(picture, "find_spec", lambda name: None)
    data, (finding,) = make(of({"a": block(FLOW) + block("pie\n  title Pets")}))
    assert (finding.code, finding.source.file) == ("diagram-as-source", "a.md")
    assert finding.message.endswith("pip install 'mlk-export[diagrams]'")
    assert "A[Read the vault] --> B[Write the book]" in read(data).text


@pytest.mark.usefixtures("merman")
def test_a_diagram_is_drawn_with_words_as_large_as_the_text(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    data, findings = make(of({"a": block(FLOW)}))
    assert findings == []  # and so the standards hold
    book = read(data)
    assert "-->" not in book.text
    (figure,) = (tag for tag in tags(book.pdf.Root.StructTreeRoot) if tag.S == "/Figure")
    assert str(figure.Alt) == "Diagram: graph LR A[Read the vault] --> B[Write the book]"
    assert 0.9 < height(book, "vault") / height(book, "before") < 1.1


@pytest.mark.usefixtures("merman")
def test_a_diagram_wider_or_higher_than_the_page_fits_it(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    steps = " --> ".join(f"S{n}[Step {n}]" for n in range(40))
    data, findings = make(of({"a": block(f"graph LR\n{steps}") + block(f"graph TD\n{steps}")}))
    assert findings == []
    words = [word for page in read(data).words for word in page if word[2] == "Step"]
    assert len(words) == 80
    assert all(50 < x < 540 and 50 < y < 790 for x, y, _ in words)  # A4 is 595 by 842 points


def height(book: Book, word: str) -> float:
    """Of the letters of a word, in points."""
    boxes = ElementTree.fromstring(book._pdftotext("-bbox")).iter(f"{XHTML}word")
    return next(float(box.attrib["yMax"]) - float(box.attrib["yMin"]) for box in boxes if box.text == word)


@pytest.mark.usefixtures("merman")
def test_epub_and_docx_have_the_diagram_too() -> None:
    knowledge_map = of({"a": block(FLOW)})
    alt = "Diagram: graph LR A[Read the vault] --&gt; B[Write the book]"
    with unzipped(epub.write(knowledge_map, Options())) as book:
        pages = b"".join(book.read(name) for name in book.namelist() if name.endswith(".xhtml")).decode()
        (image,) = re.findall("<img[^>]*>", pages)
        assert f'alt="{alt}"' in image
        assert re.search(r'width="2\d\d"', image)  # CSS pixels
        assert sum(name.endswith(".png") for name in book.namelist()) == 2  # with the cover
    with unzipped(docx.write(knowledge_map, Options())) as book:
        assert f'descr="{alt}"' in book.read("word/document.xml").decode()


def unzipped(things: Iterator[File | Finding]) -> zipfile.ZipFile:
    (file,) = things  # and no finding
    assert isinstance(file, File)
    assert isinstance(file.content, bytes)
    return zipfile.ZipFile(BytesIO(file.content))


@pytest.mark.usefixtures("merman")
def test_what_is_wrong_with_a_diagram_is_told(read: Callable[[bytes], Book]) -> None:  # noqa: F811
    broken = ["graph TD\n  A -->", "no diagram", 'graph TD\n  A["$$x^2$$"]', "graph TD\n  A" + " --> A" * 9000]
    data, findings = make(of({"a": "".join(map(block, [FLOW, *broken]))}))
    assert [finding.code for finding in findings] == ["diagram-as-source"] * 4
    reasons = [
        "it cannot be drawn (Diagram parse error",
        "No Mermaid diagram type detected); fix it",
        "`math`",
        "50,000",
    ]
    for finding, reason in zip(findings, reasons, strict=True):
        assert reason in finding.message
    assert "no diagram" in read(data).text


EVIL = "http://evil.example/"
HARMFUL = {
    "clicks": f'graph TD\n  A --> B\n  click A "javascript:alert(1)"\n  click B href "{EVIL}"',
    "HTML": f'graph TD\n  A["<img src={EVIL} onerror=alert(1)><script src={EVIL}></script>"] --> B',
    "pictures": f'graph TD\n  A@{{ img: "{EVIL}a.png" }}\n  B@{{ img: "file:///etc/passwd" }}',
    "directives": f'%%{{init: {{"themeCSS": "@import url({EVIL})", "fontFamily": "url({EVIL})"}}}}%%\ngraph TD\n  A --> B\n'
    f"  style A fill:url({EVIL})",
}


@pytest.mark.usefixtures("merman")
@pytest.mark.parametrize("name", HARMFUL)
def test_a_diagram_loads_and_runs_nothing(name: str, tmp_path: Path, read: Callable[[bytes], Book]) -> None:  # noqa: F811
    file, _ = Pictures(lambda path: b"", tmp_path).diagram(HARMFUL[name])
    drawn = (tmp_path / file).read_text(encoding="utf-8")
    assert not re.search(r"<script|<img|<image[^>]* (xlink:)?href|javascript:|@import|passwd|on\w+=", drawn)
    assert not re.search(rf"(?<!<a xlink:href=\"){EVIL}", drawn)  # a link, which no format keeps
    data, _ = make(of({"a": block(HARMFUL[name])}))
    assert not any("evil" in str(goal) for _, goal, _ in read(data).links())


TOO_MUCH = {
    "edges": f"graph TD\n{' & '.join(f'a{n}' for n in range(3000))} --> {' & '.join(f'b{n}' for n in range(3000))}",
    "nodes": "graph TD\n" + "-->".join(f"n{n}" for n in range(6000)),
    "days": "gantt\n  dateFormat YYYY-MM-DD\n  excludes weekends\n  a :2000-01-01, 9999999d",
    "depth": "mindmap\n" + "\n".join(" " * n + "n" for n in range(300)),
    "directives": "%%{init: " + '{"a":' * 8000 + "1" + "}" * 8000 + "}%%\ngraph TD\n  A --> B",
}


@linux  # for the memory
@pytest.mark.usefixtures("merman")
@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_diagram_that_would_never_end_does(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop, "PATIENCE", 3)
    pictures = Pictures(lambda path: b"", tmp_path)
    assert pictures.diagram(TOO_MUCH[name]) == ("", 0)
    assert pictures.reasons[TOO_MUCH[name]]


@pytest.mark.usefixtures("merman")
def test_a_diagram_is_drawn_alike_each_time(tmp_path: Path) -> None:
    drawn = []
    for number in range(2):
        (folder := tmp_path / str(number)).mkdir()
        file, _ = Pictures(lambda path: b"", folder).diagram("mindmap\n  root\n    a\n    b\n      c")
        drawn.append((folder / file).read_bytes())
    assert drawn[0] == drawn[1]
