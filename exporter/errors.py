"""What can be wrong: a Finding is told and the work goes on; an ExportError ends it."""

from typing import NamedTuple

from exporter.model import Source


class ExportError(Exception):
    """Something that the user can mend: the command line shows the message and no traceback."""


class Finding(NamedTuple):
    """One flaw of the vault, or one thing that a format cannot say, at its place."""

    source: Source
    code: str  # stable; docs/findings.md explains each: "missing-note"
    message: str  # what is wrong and what to do, in one line

    def __str__(self) -> str:
        return f"{self.source}: {self.message} [{self.code}]"
