"""Pictures of the vault and diagrams of its notes, as files that a program may read."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from exporter.views.body.fonts import folders
from exporter.views.body.workshop import DrawingError, Workshop

SIGNS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}  # how a file of each format begins

DRAWN = ("svg", "webp")  # are drawn for e-books
LARGEST = 100_000_000  # pixels: decoded, they take 400 MB of memory, however small their file is
LONGEST = 50_000  # characters of a diagram, as in Mermaid itself
SCALE = 0.87  # CSS pixels for one of Mermaid's: its words, 16 pixels high, are then as large as those around
VIEW_BOX = re.compile(r'<svg[^>]* viewBox="\S+ \S+ ([\d.]+) ')
CSS_PPI, LOWEST_PPI = 96, 72  # of a picture that does not say its own, programs take the one or the other


class Pictures:
    """Each once, by its path in the vault or its source; what cannot be drawn is known by its reason."""

    def __init__(self, read: Callable[[str], bytes], folder: Path) -> None:
        self.read = read
        self.workshop = Workshop(folder)
        self.folder = folder  # all that Typst may read from disk: the compiler takes only text from memory
        self.names: dict[str, str] = {}  # path in the vault: file in the folder, or ""
        self.diagrams: dict[str, tuple[str, int]] = {}  # source: file in the folder, or ""; its width
        # file in the folder, and how wide it is to be: what every program shows, and its own width
        self.shown: dict[tuple[str, int], tuple[str, int]] = {}
        self.reasons: dict[str, str] = {}  # path or source: why it has no file

    def file(self, path: str) -> str:
        """The picture's file in the folder; "" where there is none: then `reasons` says why."""
        if path not in self.names:
            self.names[path] = ""
            try:
                self.names[path] = self._copy(path)
            except DrawingError as error:
                self.reasons[path] = str(error)
        return self.names[path]

    def diagram(self, source: str) -> tuple[str, int]:
        """The file of a diagram in Mermaid, and how wide it should be in CSS pixels; "" where there is none, as for `file`."""
        if source not in self.diagrams:
            self.diagrams[source] = "", 0
            try:
                self.diagrams[source] = self._draw(source)
            except DrawingError as error:
                self.reasons[source] = str(error)
        return self.diagrams[source]

    def everywhere(self, file: str, width: int = 0) -> tuple[str, int]:
        """A file of the folder, or one made from it, that all programs show, PNG, JPEG or GIF, with no more pixels than are seen.

        "" where none can be made: then `reasons` says why, by the file. An SVG may load things from the network or run scripts, and Word shows no WebP: they are drawn here, which may
        make them larger than they are; their own width is told in CSS pixels, else 0.
        """
        if (file, width) not in self.shown:
            self.shown[file, width] = self._show(file, width)
        return self.shown[file, width]

    def fit(self, file: str, width: int, highest: int) -> int:
        """How wide a file of the folder may be drawn, in CSS pixels, that is to be so wide; 0: as it is."""
        import imagesize

        own_width, own_height = imagesize.get(self.folder / file)
        if own_width < 1 or own_height < 1:
            return width
        drawn = width or own_width * CSS_PPI / LOWEST_PPI
        most = highest * own_width / own_height
        return width if drawn <= most else max(1, int(most))

    def _copy(self, path: str) -> str:
        try:
            data = self.read(path)
        except (OSError, ValueError):
            raise DrawingError("it cannot be read; put the file there or fix its name") from None
        kind = _format(data)
        name = f"picture-{len(self.names)}.{kind}"
        (self.folder / name).write_bytes(data)
        try:
            if kind == "svg":
                self.workshop.check_svg(data.decode())
            else:
                _check_size(kind, data)
                self.workshop.check(name, jpeg=kind == "jpg")
        except ValueError:
            raise DrawingError("only intact PNG, JPEG, GIF, WebP and SVG files can be printed; convert it") from None
        return name

    def _show(self, file: str, width: int) -> tuple[str, int]:
        try:
            if file.endswith(".svg"):
                return f"{file}.png", self.workshop.render(file, f"{file}.png", folders())
            made = self.workshop.reduce(file, f"small-{width}-{file}", width)
        except (ValueError, DrawingError) as error:
            if file.rpartition(".")[2] not in DRAWN:  # what Typst takes as it is, a reader may, too
                return file, 0
            self.reasons[file] = str(error) if isinstance(error, DrawingError) else "it cannot be drawn; convert it"
            return "", 0
        return made, self._width(file) if file.endswith(".webp") else 0

    def _width(self, file: str) -> int:
        import imagesize

        return int(imagesize.get(self.folder / file)[0])

    def _draw(self, source: str) -> tuple[str, int]:
        if find_spec("merman") is None:
            raise DrawingError("drawing it needs merman: pip install 'mlk-export[diagrams]'")
        if len(source) > LONGEST:
            raise DrawingError(f"it has more than {LONGEST:,} characters; divide it")
        try:
            svg = self.workshop.draw_mermaid(source)
        except ValueError as error:
            raise DrawingError(f"it cannot be drawn ({error}); fix it") from None
        name = f"diagram-{len(self.diagrams)}.svg"
        (self.folder / name).write_bytes(svg.encode())
        width = VIEW_BOX.match(svg)
        return name, round(float(width[1]) * SCALE) if width else 0


def _format(data: bytes) -> str:
    for sign, kind in SIGNS.items():
        if data.startswith(sign):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "svg" if b"<svg" in data[:4096] else ""


def _check_size(kind: str, data: bytes) -> None:
    import imagesize

    width, height = imagesize.get(BytesIO(data))
    if kind == "gif":  # whose numbers it takes for signed ones
        width, height = width % 65536, height % 65536
    if not kind or width < 1 or height < 1:
        raise ValueError
    if width * height > LARGEST:
        raise DrawingError(f"it has more than {LARGEST // 1_000_000} million pixels; make it smaller")
