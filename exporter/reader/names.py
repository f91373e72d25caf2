"""Paths of a vault's files, and how names are compared: the ground of the reader. Pure."""

from __future__ import annotations

import re
from unicodedata import normalize

NOTE = ".md"  # how a note's name ends, in capitals or not
WORD = re.compile(r"[\W_]+")


def is_note(path: str) -> bool:
    """Whether a file is a note, by its name."""
    return path[-3:].lower() == NOTE


def folder_of(path: str) -> str:
    """The path of the folder that a file lies in; "" for the vault's own."""
    return path[: max(path.rfind("/"), 0)]


def name_of(path: str) -> str:
    """What a link calls the note: its file's name without the ending."""
    return path[path.rfind("/") + 1 : path.rfind(".")]


def key(name: str) -> str:
    """What names are compared by: NFC and lower case, not case folding ("ß" is not "ss")."""
    return name.lower() if name.isascii() else normalize("NFC", normalize("NFC", name).lower())


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script in lower case, the rest as single hyphens."""
    return WORD.sub("-", (name if name.isascii() else normalize("NFC", name)).lower()).strip("-")
