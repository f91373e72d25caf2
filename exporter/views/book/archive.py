"""Files of a ZIP archive, as EPUB and DOCX are: the same bytes whenever it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

COMPRESSED = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def rewrite(archive: bytes, change: Callable[[str, bytes], bytes], more: Mapping[str, bytes] = {}) -> bytes:
    """The archive with each file as `change` makes it of its name and content, and with more of them."""
    made = BytesIO()
    with ZipFile(BytesIO(archive)) as given, ZipFile(made, "w", ZIP_DEFLATED) as written:
        for name in given.namelist():
            stored = given.getinfo(name).compress_type == ZIP_STORED or name.lower().endswith(COMPRESSED)
            written.writestr(ZipInfo(name), change(name, given.read(name)), ZIP_STORED if stored else ZIP_DEFLATED)
        for name, content in more.items():
            written.writestr(ZipInfo(name), content)
    return made.getvalue()
