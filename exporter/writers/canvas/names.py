"""The files of the canvases, by names that every system takes and that people know their areas by."""

from __future__ import annotations

import re
from unicodedata import normalize

from exporter.model import replace_surrogates
from exporter.views.plane.board import identity
from exporter.views.plane.sections import Section

FILE = "knowledge-map.canvas"
# What Windows or a link of Obsidian cannot have in a name, and what nobody sees: controls, and marks that turn the direction
FORBIDDEN = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # on Windows
LONGEST = 120  # bytes of a name; a system takes 255, with what a sync or a backup adds


def files(sections: list[Section]) -> dict[Section, str]:
    """A path for each, the first being the overview; of names that are one on Windows or a Mac, the later has a hash."""
    paths: dict[Section, str] = {}
    taken: set[str] = set()
    for section in sections:
        path = FILE
        if paths:
            folder, name = "paths" if section.key[0] in ("path", "paths") else "areas", _clean(section.name)
            path = f"{folder}/{name}.canvas"
            if path.casefold() in taken:
                path = f"{folder}/{name} {identity(*section.key)}.canvas"
        taken.add(path.casefold())
        paths[section] = path
    return paths


def _clean(name: str) -> str:
    """The name without what cannot be in one."""
    name = " ".join(FORBIDDEN.sub(" ", normalize("NFC", replace_surrogates(name))).split())
    name = name.encode()[:LONGEST].decode(errors="ignore").strip(" .")
    return f"{name}_" if not name or RESERVED.fullmatch(name) else name
