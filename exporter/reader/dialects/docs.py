"""Folders of documentation (MkDocs, Docusaurus, Jekyll, Hugo, mdBook, VitePress) and Foam's: Markdown links as addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from exporter.reader.dialects.dialect import Dialect, Folder


@dataclass(frozen=True)
class Plain(Dialect):
    """No settings are here: Obsidian's rules, and where they find nothing those of documentation."""


@dataclass(frozen=True)
class Docs(Plain):
    """A program that makes a site of the folder: a link is first an address, relative to its note."""

    CALLED: ClassVar[str] = "documentation"


@dataclass(frozen=True)
class Foam(Plain):
    """Foam (https://foamnotes.com): wikilinks as Obsidian has them, Markdown links as VS Code has them."""

    CALLED: ClassVar[str] = "a Foam workspace"


def find(folder: Folder) -> Docs | None:
    """The documentation whose settings are here."""
    return None


def find_foam(folder: Folder) -> Foam | None:
    """The Foam workspace whose settings are here."""
    return None
