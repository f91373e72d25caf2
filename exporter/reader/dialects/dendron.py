"""Dendron (https://wiki.dendron.so): dots in a note's name are levels, links have their words first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from exporter.reader.dialects.dialect import Dialect, Folder


@dataclass(frozen=True)
class Dendron(Dialect):
    """A vault of a Dendron workspace."""

    CALLED: ClassVar[str] = "a Dendron vault"


def find(folder: Folder) -> Dendron | None:
    """The vault whose workspace's settings are here."""
    return None
