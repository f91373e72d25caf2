"""One file of Obsidian's settings -> what it says, with lines: it may hold anything, and none of it ends a run. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

OBSIDIAN = ".obsidian"  # the folder with them
T = TypeVar("T")
Problem = tuple[int, str, str]  # line, code, message
Key = str | int  # a name in an object, a place in a list
WORDS = {str: "a text", bool: "true or false", dict: "an object", list: "a list"}


class Settings:
    """The settings in a JSON file; nothing, where it is not there, or cannot be read."""

    def __init__(self, path: str, read: Callable[[], bytes], unknown: str) -> None:
        """Read them; `unknown` is what nobody knows if that fails."""
        self.path, self.text, self.there = path, "", True
        self.values: Any = None
        self.problems: list[Problem] = []
        self._unknown = unknown
        try:
            self.text = read().decode("utf-8-sig")
            self.values = json.loads(self.text) if self.text.strip() else {}
        except FileNotFoundError:
            self.there = False
        except (OSError, ValueError, RecursionError) as error:
            why = str(getattr(error, "strerror", None) or error).rstrip(",")
            message = f"cannot be read, so {unknown}; set it anew in Obsidian ({why:.100})"
            self.problems.append((getattr(error, "lineno", 1), "bad-settings", message))

    def get(self, kind: type[T], *keys: Key) -> T | None:
        """The value below these keys; None where it is not there, or is something else, which is a problem."""
        value = self.values
        for depth, key in enumerate(keys):
            if not self._check(value, list if isinstance(key, int) else dict, keys[:depth]):
                return None
            value = value[key] if isinstance(key, int) else value.get(key)
        return value if self._check(value, kind, keys) else None

    def tell(self, keys: Sequence[Key], message: str) -> None:
        """Add what is wrong with the value below these keys, once."""
        at = 0
        for key in keys:
            if isinstance(key, str):
                at = max(at, self.text.find(json.dumps(key, ensure_ascii=False), at))
        name = ".".join(map(str, keys)) or "what it says"
        problem = self.text.count("\n", 0, at) + 1, "bad-settings", f"{name:.100} {message}; {self._unknown}"
        if problem not in self.problems:
            self.problems.append(problem)

    def _check(self, value: object, kind: type[Any], keys: Sequence[Key]) -> bool:
        if value is not None and not isinstance(value, kind):
            self.tell(keys, f"must be {WORDS[kind]}")
        return isinstance(value, kind)
