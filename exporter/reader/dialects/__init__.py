"""The programs beside Obsidian whose notes are read by their own rules, and which of them a vault was written for.

dialect.py: what a dialect may say, and Obsidian's own. A file for each other: docs.py: folders of documentation, Foam's
among them; dendron.py: Dendron; logseq.py: Logseq (logseq_text.py: its text; edn.py: its settings; dates.py: days as it
writes them). slugs.py: what they call headings in addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from exporter.reader.dialects import dendron, docs, logseq
from exporter.reader.dialects.dialect import AllNotes, Batch, Dialect, Folder, Index

__all__ = ["DIALECTS", "AllNotes", "Batch", "Dialect", "Folder", "Index", "choose"]

OBSIDIAN = ".obsidian"  # the folder of its settings, and the vault's sign
Find = Callable[[Folder], "Dialect | None"]


def _find_obsidian(folder: Folder) -> Dialect | None:
    return Dialect() if folder.has(OBSIDIAN) else None


# By what `dialect` of the mapping calls each: how it is found, and what it is without any settings. The first that is
# found counts: Logseq's and Dendron's settings say more than Obsidian's, which opens any folder; who publishes a vault
# as documentation still writes it for Obsidian.
DIALECTS: dict[str, tuple[Find, Callable[[], Dialect]]] = {
    "logseq": (logseq.find, logseq.Logseq),
    "dendron": (dendron.find, dendron.Dendron),
    "obsidian": (_find_obsidian, Dialect),
    "foam": (docs.find_foam, docs.Foam),
    "docs": (docs.find, docs.Docs),
}


def choose(name: str, folder: Folder) -> Dialect:
    """The dialect of this name, with what its settings say; "": the one whose settings are there, else `docs.Plain`."""
    if name:
        find, default = DIALECTS[name]
        return replace(find(folder) or default(), sign="")
    for find, _ in DIALECTS.values():
        if dialect := find(folder):
            both = type(dialect) is not Dialect and folder.has(OBSIDIAN)
            return replace(dialect, beside=OBSIDIAN) if both else dialect
    return docs.Plain(vault=folder.name)
