"""The folder of each page: the path of its IRI, so that a host of plain files answers it, on every file system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256
from itertools import count
from unicodedata import normalize
from urllib.parse import quote, unquote

PAGE, TURTLE, JSONLD = "index.html", "index.ttl", "index.jsonld"
OF_PAGES = (PAGE, TURTLE, JSONLD)  # in the folder of each
LONGEST = 200  # bytes of a folder's name; most file systems take 255
# What Windows does not take (https://learn.microsoft.com/windows/win32/fileio/naming-a-file), and hosts do not show
UNFIT = re.compile(
    r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]|[. ]\Z|\A[. ]|\A(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|\Z)',
    re.IGNORECASE,
)
NO_SLUG = re.compile(r"[^a-z0-9]+")
SLUG = 40  # characters
ROOMS = ("agent", "note", "path", "tag")  # folders of what is no concept of the map


class Addresses:
    """Gives each IRI a folder that no other has, whatever case and accents mean to the disk.

    One that cannot have the path of its IRI gets a folder of another name, and rules lead there (`moved`).
    """

    def __init__(self, base: str, iris: Iterable[str], own: Iterable[str]) -> None:
        """Take the IRIs, the most important first, and the names of other files at the top."""
        self.base = base
        self.moved: list[str] = []  # below the base, but not at its path
        self.elsewhere: list[str] = []  # not below the base
        self.slashed: list[str] = []  # with "%2F", which not every server takes for a part of a path
        self._folders: dict[str, str] = {}
        self._own = {*map(_fold, own)}
        self._spelling: dict[tuple[str, ...], tuple[str, ...]] = {}  # of folders, by how a disk compares them
        self._taken: set[tuple[str, ...]] = set()
        for iri in iris:
            self._folders[iri] = self._place(iri)

    def __contains__(self, iri: object) -> bool:
        return iri in self._folders

    def folder(self, iri: str) -> str:
        """The folder of a page, which ends with "/"; "" is the top."""
        return self._folders[iri]

    def link(self, iri: str) -> str:
        """The same as an address relative to the top."""
        return quote(self._folders[iri])

    def _place(self, iri: str) -> str:
        parts = _parts(iri.removeprefix(self.base)) if iri.startswith(self.base) else None
        if parts is None or not self._claim(parts):
            (self.moved if iri.startswith(self.base) else self.elsewhere).append(iri)
            parts = self._other(iri)
        elif "%2f" in iri.lower():
            self.slashed.append(iri)
        return "".join(f"{part}/" for part in parts)

    def _other(self, iri: str) -> tuple[str, ...]:
        room, is_below, _ = iri.removeprefix(self.base).partition("/")
        above = (room,) if is_below and room in ROOMS else ()
        slug = NO_SLUG.sub("-", unquote(iri.rstrip("/").rpartition("/")[2]).lower()).strip("-")[:SLUG]
        for salt in count():
            digest = sha256(f"{iri}{salt or ''}".encode(errors="surrogatepass")).hexdigest()[:8]
            parts = (*above, f"{slug or 'page'}-{digest}")
            if self._claim(parts):
                return parts
        raise AssertionError("there is always a free name")

    def _claim(self, parts: tuple[str, ...]) -> bool:
        """Take a folder, unless it is taken, or a folder or file above it is written otherwise."""
        key = tuple(map(_fold, parts))
        above = [(key[:length], parts[:length]) for length in range(1, len(parts) + 1)]
        if key in self._taken or self._own.intersection(key[:1]) or {*OF_PAGES}.intersection(key):
            return False
        if any(self._spelling.get(folded, written) != written for folded, written in above):
            return False
        self._taken.add(key)
        self._spelling.update(above)
        return True


def _parts(local: str) -> tuple[str, ...] | None:
    """The folders that a path means to a server, which decodes it; None: some system cannot have one of them."""
    if "?" in local or "#" in local:
        return None  # a server does not see what follows
    try:
        decoded = unquote(local, errors="strict")
    except UnicodeDecodeError:
        return None
    parts = tuple(decoded.removesuffix("/").split("/")) if decoded else ()
    fits = all(part and not UNFIT.search(part) and len(part.encode()) <= LONGEST for part in parts)
    return parts if fits else None


def _fold(name: str) -> str:
    return normalize("NFC", normalize("NFC", name).casefold())
