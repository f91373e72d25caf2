"""Which files a vault hides: Obsidian's excluded files, and `exclude` of vault.toml (rule V1 of docs/conformance.md). Pure.

A filter is the start of a path, or a /regular expression/ that is found in it. Case matters; letters are compared in
their composed form, as Obsidian does.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple
from unicodedata import normalize

from exporter.errors import OptionError
from exporter.reader.vault.files import BY_EXCLUDE
from exporter.reader.vault.settings import Problem, Settings
from exporter.regex import regex

APP = ".obsidian/app.json"
LIST = "userIgnoreFilters"  # of it
MOST = 1000  # filters that it may name, so that no settings make a run endless
LARGEST = 2000  # steps of all patterns together, a step about a character: at worst half a millisecond per path
MEMORY = 1_000_000  # bytes that one pattern may use
LOOKS_AROUND = regex(r"\(\?<?[=!]")
_compose = partial(normalize, "NFC")


class BadFilterError(ValueError):
    """A text that cannot be a filter; the message says why."""


class Filter(NamedTuple):
    """The start of a path or a pattern, and why it hides what it fits."""

    start: str  # of a path
    search: Callable[[bytes], object] | None  # of a /pattern/, in a path
    why: str  # the reason that a file which it hides is given


class Filters:
    """All filters in order, first those of vault.toml; of several that hide a file the first is its reason."""

    def __init__(self, exclude: Iterable[str]) -> None:
        """Take the option `exclude`.

        Raises:
            OptionError: one of them is no filter.
        """
        self._filters: list[Filter] = []
        self._size = 0  # of all patterns
        self._excluding: dict[str, str] = {}  # an entry of `exclude`: the reason that it gives
        self.used: set[str] = set()  # the reasons of those that have fitted a path, even if it had another one already
        for text in exclude:
            self._excluding[text] = f"{BY_EXCLUDE} {text!r} in vault.toml"
            try:
                self._add(text, self._excluding[text])
            except BadFilterError as error:
                raise OptionError("exclude", f"{text!r} {error}; fix it, or take it out of `exclude`") from error

    def add_obsidians(self, read: Callable[[], bytes]) -> list[Problem]:
        """Add those of .obsidian/app.json, as `read` gives it; what is wrong hides nothing."""
        settings = Settings(APP, read, "which files Obsidian excludes is not known")
        text, problems = settings.text, settings.problems
        entries = settings.get(list, LIST) or []
        at = max(text.rfind(f'"{LIST}"'), 0)

        def tell(code: str, message: str) -> None:
            problems.append((text.count("\n", 0, at) + 1, code, message))

        for entry in entries[:MOST]:
            if isinstance(entry, str):  # its line: where it stands as Obsidian writes it
                at = max(at, text.find(json.dumps(entry, ensure_ascii=False), at))
            try:
                self._add(entry, f"ignored by Obsidian's filter {entry!r}")
            except BadFilterError as error:
                tell("bad-filter", f"{entry!r:.100} {error}; it hides nothing here")
        if entries[MOST:]:
            tell("bad-filter", f"{entries[MOST]!r:.100} and what follows are too many; they hide nothing here")
        return problems

    def find_hidden(self, paths: Iterable[str]) -> dict[str, str]:
        """The paths that a filter hides, each with the reason."""
        reasons: dict[str, str] = {}
        if not self._filters:
            return reasons
        paths = sorted(paths, key=_compose)
        names = [_compose(path) for path in paths]
        for start, search, why in self._filters:
            if search:
                matches = [path for path, name in zip(paths, names, strict=True) if search(name.encode())]
            else:
                begin = end = bisect_left(names, start)
                while end < len(names) and names[end].startswith(start):
                    end += 1
                matches = paths[begin:end]
            if matches:
                self.used.add(why)
            for path in matches:
                reasons.setdefault(path, why)
        return reasons

    @property
    def unused(self) -> list[str]:
        """The entries of `exclude` that fit no path that was asked for so far."""
        return [text for text, why in self._excluding.items() if why not in self.used]

    def _add(self, text: object, why: str) -> None:
        if not isinstance(text, str) or not text.strip("/"):
            raise BadFilterError("is no text, or an empty one")
        search = None
        if text[0] == text[-1] == "/":
            search, size = search_of(text[1:-1])
            if self._size + size > LARGEST:
                raise BadFilterError("is too large, with the patterns before it")
            self._size += size
        self._filters.append(Filter(_compose(text), search, why))


def search_of(text: str) -> tuple[Callable[[bytes], object], int]:
    """A pattern's search, in linear time whatever it says, and its size (https://github.com/google/re2/wiki/Syntax).

    Raises:
        BadFilterError: it is no pattern, or one that this engine refuses.
    """
    import re2

    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, MEMORY
    try:
        pattern = re2.compile(text.encode(errors="surrogatepass"), options)
    except re2.error as error:
        if LOOKS_AROUND.search(text):
            raise BadFilterError("looks ahead or back, which could take endless time; write it without") from error
        (why,) = error.args
        raise BadFilterError(f"is no pattern: {why.decode(errors='replace'):.100}") from error
    return pattern.search, pattern.programsize
