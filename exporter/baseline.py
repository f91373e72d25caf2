"""A baseline: the findings that somebody knows of, in a file, so that only what is new is told and fails."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from exporter.errors import ExportError, Finding, UsageError
from exporter.options import typed
from exporter.telling import identity

# Lines that begin with none of a code's letters are remarks, and what git leaves where both sides have added lines.
HEAD = "# Findings that are known: mlk-export check --baseline tells what is new. Sorted, an entry a line; by --write-baseline.\n"


class Comparison(NamedTuple):
    """What a baseline makes of findings."""

    new: list[Finding]
    known: int  # findings that stand in it
    gone: int  # entries of it that are no finding any more


def compare(file: Path, findings: Iterable[Finding]) -> Comparison:
    """Take out what the baseline knows.

    Raises:
        UsageError: there is no such file, or it is no baseline.
        ExportError: it cannot be read.
    """
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError as error:
        raise UsageError(f"{file}: no such baseline; write one with --write-baseline {typed(file)}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{file}: cannot be read as a baseline: {error}") from error
    if not text.startswith(HEAD[:20]):
        raise UsageError(f"{file}:1: is no baseline; write one with --write-baseline, to a file of its own")
    entries = {line for line in text.splitlines() if line[:1].isalnum()}
    told = [(finding, identity(finding)) for finding in findings]
    new = [finding for finding, entry in told if entry not in entries]
    return Comparison(new, len(told) - len(new), len(entries - {entry for _, entry in told}))


def write(file: Path, findings: Iterable[Finding]) -> int:
    """Write the baseline anew; gives how many entries it has.

    Raises:
        UsageError: the file is something else.
        ExportError: it cannot be written.
    """
    entries = sorted({identity(finding) for finding in findings})
    try:
        if file.exists() and not file.read_bytes().startswith(HEAD[:20].encode()):
            raise UsageError(f"{file}: is no baseline, so it is left as it is; name a file of its own")
        file.write_bytes("".join([HEAD, *(f"{entry}\n" for entry in entries)]).encode())
    except OSError as error:
        raise ExportError(f"{file}: cannot be written: {error.strerror}; name another file") from error
    return len(entries)
