"""What [findings] of vault.toml makes of findings: another level, or none; by code, and by the folder of the note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from glob import escape
from typing import Literal

from exporter.errors import CODES, LEVELS, Finding, Level, OptionError

Wish = Literal["error", "warning", "note", "off"]
Wishes = Mapping[str, Wish | dict[str, Wish]]  # a code: its level; or a folder: the codes in it and their levels
GLOB = set("*?")


class Rules:
    """Which level a finding has; of several rules that fit, the last one, and those of folders come last."""

    def __init__(self, wishes: Wishes) -> None:
        """Take the table.

        Raises:
            OptionError: it names a code that there is not.
        """
        self._everywhere = [(_code(key), wish) for key, wish in wishes.items() if isinstance(wish, str)]
        self._in = [
            (_folder(folder), _code(key), wish)
            for folder, table in wishes.items()
            if not isinstance(table, str)
            for key, wish in table.items()
        ]
        self._of_code = cache(self._wish)

    def apply(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that are wanted, with the level that is wanted."""
        if not (self._everywhere or self._in):
            yield from findings
            return
        for finding in findings:
            wish = self._of_code(finding.code)
            for folder, code, here in self._in:
                if fnmatchcase(finding.code, code) and fnmatchcase(finding.source.file, folder):
                    wish = here
            if wish is None:
                yield finding
            elif wish != "off":
                yield finding._replace(level=wish)

    def _wish(self, code: str) -> Wish | None:
        return next((wish for pattern, wish in reversed(self._everywhere) if fnmatchcase(code, pattern)), None)


def _folder(word: str) -> str:
    """A pattern of paths: "Daily/" is all that lies below that folder."""
    if not word.endswith("/"):
        return word
    return f"{word if GLOB & set(word) else escape(word)}*"


def _code(word: str) -> str:
    """A code or a pattern of codes; those of other people's writers are known by patterns alone."""
    if word not in LEVELS and not GLOB & set(word):
        from difflib import get_close_matches

        near = get_close_matches(word, LEVELS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "docs/findings.md has all; a pattern, 'skos-*', names several"
        raise OptionError(f"findings.{word}", f"no finding has the code {word!r}; {hint}")
    return word


class Flaws:
    """Findings, each flaw once, however many formats have found it: one finding that names them all."""

    def __init__(self) -> None:
        self._findings: dict[tuple[object, ...], Finding] = {}

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings.values())

    def add(self, findings: Iterable[Finding]) -> list[Finding]:
        """Take findings; gives those of flaws that were not there."""
        new = []
        for finding in findings:
            flaw = finding[:3]
            known = self._findings.get(flaw)
            if known is None:
                new.append(flaw)
                self._findings[flaw] = finding
            elif known.formats != finding.formats:
                formats = tuple(dict.fromkeys(known.formats + finding.formats))
                self._findings[flaw] = known._replace(formats=formats)
        return [self._findings[flaw] for flaw in new]


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Each flaw once."""
    return Flaws().add(findings)


def failing(findings: Iterable[Finding], strict: Level) -> list[Finding]:
    """The findings that fail a run: those of this level and of worse ones."""
    worst = list(CODES)
    return [finding for finding in findings if worst.index(finding.level) <= worst.index(strict)]
