"""What can be wrong: a Finding is told and the work goes on, and its level says how much it matters; an ExportError ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath
from typing import Any, Literal, NamedTuple

from exporter.model import Source

Level = Literal["error", "warning", "note"]  # what is worst first
# The level of each code, unless [findings] of mappings/vault.toml says another; docs/findings.md has them, too.
CODES: dict[Level, str] = {
    # something of the vault is lost
    "error": "bad-canvas bad-name bad-yaml large-note missing-characters no-file not-downloaded not-utf8 nul-bytes"
    " unclosed-comment unreadable-folder unreadable-note unreadable-shard unwritable-lock",
    # somebody should look
    "warning": "ambiguous-link area-circle area-disagreement assumed-language bad-alias bad-filter bad-id bad-settings"
    " bad-tag bad-title circular-footnote diagram-as-source drawing-embed duplicate-id empty-map empty-path endless-macro"
    " excluded-embed foreign-mapping formula-as-source hidden-map kept-file long-id loose-footnote missing-block missing-file"
    " missing-heading missing-note missing-picture no-pdf-standard note-as-source order-property path-gap path-order"
    " path-repeat plain-relation property-twice requires-circle same-name-but-case scarce-memory skos-address skos-base"
    " skos-circle skos-empty skos-iri skos-language skos-lock skos-match skos-notation skos-property skos-same-label skos-self"
    " svg-png symbolic-link too-many-implied two-maps typst-warning unknown-area unknown-relation unlinkable-name unquoted-link"
    " unread-format unread-section unstable-pages unused-filter vocabulary-site",
    # what a format cannot say, or the vault does not: nothing is wrong
    "note": "arrow-not-drawn canvas-deleted canvas-hidden canvas-kept canvas-left canvas-relayout dead-link empty-heading folder-as-note json-value map-link mention-not-drawn no-map not-in-book opml-alias opml-character"
    " opml-depth opml-html opml-link opml-picture opml-property opml-prose opml-query opml-reader opml-reference opml-task"
    " picture-without-words raw-html several-volumes skos-alias"
    " skos-alone skos-gone skos-metadata skos-no-definition skos-redundant skos-related skos-relation skos-repeated-step"
    " skos-title summary-not-shown svg-left-out unknown-rule unread-query vocabulary-elsewhere vocabulary-moved vocabulary-slash wide-table",
}
_make: Callable[..., Any] = tuple.__new__  # faster than a named tuple's own, and there may be tens of thousands
LEVELS = {code: level for level, codes in CODES.items() for code in codes.split()}


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


class PreviousError(ExportError):
    """What a writer has made before, and a person has changed since, cannot be built upon: the format is left as it is."""

    def __init__(self, path: str, line: int, message: str) -> None:
        """Take the path of the file below the writer's own folder, the line, and what is wrong with it and what to do."""
        super().__init__(message)
        self.path, self.line = path, line


class DoubtError(UsageError):
    """The folder is hardly the vault that was meant; who is sure may have it read."""

    def __init__(self, folder: PurePath, why: str, hint: str = "name the folder that holds your notes") -> None:
        """Take the folder, why it is in doubt, and what else to do than to insist."""
        super().__init__(f"{folder}: {why}; {hint}, or read this one with --any-folder")
        self.doubt = f"{folder}: {why}"


def pluralize(number: int, noun: str) -> str:
    """A number and its noun: "1 finding", "2 findings", "2 notes with placeholders"."""
    word, of, rest = noun.partition(" with ")
    return f"{number} {noun}" if number == 1 else f"{number} {word}s{of}{rest}"


class _Fields(NamedTuple):
    source: Source
    code: str
    message: str
    level: Level
    formats: tuple[str, ...]


class Finding(_Fields):
    """One flaw of the vault, or one thing that a format cannot say, at its place.

    `code` is stable, "missing-note": docs/findings.md explains each. `message` says in one line what to do and why. `level`
    is that of the code, unless one is given; of a code that is not ours, "note". `formats` are those that it was found in
    writing; where there is none, it is about the vault itself.
    """

    __slots__ = ()

    def __new__(
        cls, source: Source, code: str, message: str, level: Level | None = None, formats: tuple[str, ...] = ()
    ) -> Finding:
        """Take the place, the code and the message; whoever runs writers says the formats."""
        finding: Finding = _make(cls, (source, code, message, level or LEVELS.get(code, "note"), formats))
        return finding

    def __str__(self) -> str:
        return f"{self.source}: {self.level}: {self.message} [{self.code}]"


def tell_all(problems: Iterable[tuple[Source, tuple[str, str]]]) -> Iterator[Finding]:
    """The findings of places, each with a code of ours and a message; of thousands it is quicker than one by one."""
    return (_make(Finding, (source, code, message, LEVELS[code], ())) for source, (code, message) in problems)
