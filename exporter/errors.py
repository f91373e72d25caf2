"""What can be wrong: a Finding is told and the work goes on; an ExportError ends it."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from exporter.model import Source


class ExportError(Exception):
    """Something that the user can fix: the command line shows the message and no traceback."""


class UsageError(ExportError):
    """What was asked for is wrong, whatever the vault holds: a format, a key, a folder, or how they go together."""


class OptionError(ExportError):
    """A wrong value of an option; whoever knows where the value stands puts the place before the message."""

    def __init__(self, key: str, message: str) -> None:
        """Take the option's name, "base" or "prefixes.wd", and what is wrong and how to write it."""
        super().__init__(message)
        self.key = key


class DoubtError(UsageError):
    """The folder is hardly the vault that was meant; who is sure may have it read."""

    def __init__(self, folder: PurePath, why: str) -> None:
        """Take the folder and why it is in doubt."""
        hint = "name the folder that holds your notes, or read this one with --any-folder"
        super().__init__(f"{folder}: {why}; {hint}")
        self.doubt = f"{folder}: {why}"


def pluralize(number: int, noun: str) -> str:
    """A number and its noun: "1 finding", "2 findings", "2 notes with placeholders"."""
    word, of, rest = noun.partition(" with ")
    return f"{number} {noun}" if number == 1 else f"{number} {word}s{of}{rest}"


class Finding(NamedTuple):
    """One flaw of the vault, or one thing that a format cannot say, at its place."""

    source: Source
    code: str  # stable; docs/findings.md explains each: "missing-note"
    message: str  # what is wrong and what to do, in one line

    def __str__(self) -> str:
        return f"{self.source}: {self.message} [{self.code}]"

    def below(self, vault: PurePath) -> Finding:
        """The finding with a path that an editor can open: that of the vault before its own."""
        return self._replace(source=self.source.below(vault))
