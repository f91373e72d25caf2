"""The programs beside Obsidian whose notes are read by their own rules, and which of them a vault was written for.

dialect.py: what a dialect may say, and Obsidian's own. A file for each other: docs.py: folders of documentation, Foam's
among them; dendron.py: Dendron; logseq.py: Logseq (logseq_text.py: its text; edn.py: its settings; dates.py: days as it
writes them). slugs.py: what they call headings in addresses; signs.py: by which files they are known.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, NamedTuple

from exporter.reader.dialects.dialect import AllNotes, Batch, Dialect, Folder, Index
from exporter.reader.dialects.signs import DENDRON, DENDRONS, LOGSEQ

__all__ = ["DIALECTS", "AllNotes", "Batch", "Dialect", "Folder", "Index", "choose"]

OBSIDIAN = ".obsidian"  # the folder of its settings, and the vault's sign


class _Entry(NamedTuple):
    """Where a dialect is; it is imported for a vault that may have it."""

    module: str
    default: str  # what it is without any settings
    find: str = ""  # how it is found; "": by its signs alone
    signs: tuple[str, ...] = ()  # one of these files is there, where it is; none: it has to be looked for

    def find_in(self, folder: Folder) -> Dialect | None:
        """The dialect, if the folder has its settings."""
        if self.signs and not any(map(folder.has, self.signs)):
            return None
        dialect: Dialect | None = self._get(self.find)(folder) if self.find else self.make()
        return dialect

    def make(self) -> Dialect:
        """The dialect without any settings."""
        dialect: Dialect = self._get(self.default)()
        return dialect

    def _get(self, name: str) -> Any:
        return getattr(import_module(f"{__name__}.{self.module}"), name)


# By what `dialect` of the mapping calls each. The first that is found counts: Logseq's and Dendron's settings say more than
# Obsidian's, which opens any folder; who publishes a vault as documentation still writes it for Obsidian.
DIALECTS = {
    "logseq": _Entry("logseq", "Logseq", "find", (LOGSEQ,)),
    "dendron": _Entry("dendron", "Dendron", "find", (*DENDRONS, f"../{DENDRON}")),
    "obsidian": _Entry("dialect", "Dialect", signs=(OBSIDIAN,)),
    "foam": _Entry("docs", "Foam", "find_foam"),
    "docs": _Entry("docs", "Docs", "find"),
}


def choose(name: str, folder: Folder) -> Dialect:
    """The dialect of this name, with what its settings say; "": the one whose settings are there, else `docs.Plain`."""
    if name:
        entry = DIALECTS[name]
        return replace(entry.find_in(folder) or entry.make(), sign="")
    for entry in DIALECTS.values():
        if dialect := entry.find_in(folder):
            both = type(dialect) is not Dialect and folder.has(OBSIDIAN)
            return replace(dialect, beside=OBSIDIAN) if both else dialect
    from exporter.reader.dialects.docs import Plain

    return Plain(vault=folder.name)
