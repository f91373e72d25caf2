"""Pictures of the vault, copied to where a program may read them, or as text that needs no file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIGNS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}  # how a file of each format begins

TYPES = {"png": "png", "jpg": "jpeg", "gif": "gif"}  # that all programs show
PPI = 200.0  # pixels per inch of a picture drawn here


class Pictures:
    """Each picture once, by its path in the vault; what cannot be drawn is known by its reason."""

    def __init__(self, read: Callable[[str], bytes], folder: Path) -> None:
        self.read = read
        self.folder = folder  # all that Typst may read from disk: the compiler takes only text from memory
        self.names: dict[str, str] = {}  # path in the vault: file in the folder, or ""
        self.reasons: dict[str, str] = {}  # path in the vault: why it has no file

    def file(self, path: str) -> str:
        """The picture's file in the folder; "" where there is none: then `reasons` says why."""
        if path not in self.names:
            self.names[path] = ""
            try:
                data = self.read(path)
            except (OSError, ValueError):
                self.reasons[path] = "it cannot be read; put the file there or mend its name"
                return ""
            kind = _format(data)
            name = f"picture-{len(self.names)}.{kind}"
            (self.folder / name).write_bytes(data)
            if not kind or not self._can_be_drawn(name):
                self.reasons[path] = "only intact PNG, JPEG, GIF, WebP and SVG files can be printed; convert it"
                return ""
            self.names[path] = name
        return self.names[path]

    def uri(self, file: str) -> str:
        """A file of the folder as a `data:` URL (https://www.rfc-editor.org/rfc/rfc2397): PNG, JPEG or GIF.

        An SVG may load things from the network or run scripts, and Word shows no WebP: they are drawn here.
        """
        import typst

        kind, data = file.rpartition(".")[2], (self.folder / file).read_bytes()
        if kind not in TYPES:
            compile: Any = typst.compile  # whose type hints want more than it does
            page = f'#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#image("{file}")'
            kind, data = (
                "png",
                compile(page.encode(), root=self.folder, ignore_system_fonts=True, format="png", ppi=PPI),
            )
        return f"data:image/{TYPES[kind]};base64,{b64encode(data).decode()}"

    def _can_be_drawn(self, name: str) -> bool:
        """Try it alone: of a broken SVG Typst does not say which note shows it."""
        import typst

        compile: Any = typst.compile  # whose type hints want more than it does
        try:
            compile(f'#image("{name}")'.encode(), root=self.folder, ignore_system_fonts=True)
        except RuntimeError:  # of which TypstError is a kind
            return False
        return True


def _format(data: bytes) -> str:
    for sign, kind in SIGNS.items():
        if data.startswith(sign):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "svg" if b"<svg" in data[:4096] else ""
