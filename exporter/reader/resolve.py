"""Which file a link means: Obsidian's rules R1 to R24 of docs/conformance.md, and they alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from unicodedata import normalize


class Target(NamedTuple):
    """What a link points to."""

    path: str | None  # a file of the vault, or None
    rivals: tuple[str, ...] = ()  # further files that the link may as well mean; the choice is arbitrary


def key(name: str) -> str:
    """What names are compared by: NFC and lower case, not case folding ("ß" is not "ss")."""
    return name.lower() if name.isascii() else normalize("NFC", normalize("NFC", name).lower())


class Names:
    """The index of a vault's files by name."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._files: dict[str, list[tuple[str, str]]] = {}  # key of the file's name: (key of the path, path)
        self._known: dict[tuple[str, str], Target] = {}
        for path in paths:
            path_key = key(path)
            self._files.setdefault(path_key.rpartition("/")[2], []).append((path_key, path))

    def resolve(self, target: str, source: str) -> Target:
        """The file that `target`, a link's path without its anchor, means in the note `source`."""
        if not target:
            return Target(source)  # [[#Heading]]
        folder = source.rpartition("/")[0]
        found = self._known.get((target, folder))
        if found is None:
            found = self._known[target, folder] = self._resolve(key(target), key(folder))
        return found

    def _resolve(self, target: str, folder: str) -> Target:
        exact = target.startswith(("/", "./", "../"))
        path = target.removeprefix("/") if not target.startswith(".") or not exact else _joined(folder, target)
        # a name with a dot may be a whole file name; otherwise, or if there is none, it is a note's
        whole = self._find(path, folder, exact) if "." in path.rpartition("/")[2] else Target(None)
        return whole if whole.path is not None else self._find(f"{path}.md", folder, exact)

    def _find(self, path: str, folder: str, exact: bool) -> Target:
        """The file of this path; unless it must be exact, one whose path ends so, first in the folder, then anywhere."""
        files = self._files.get(path.rpartition("/")[2], [])
        if len(files) == 1 and "/" not in path and not exact:
            return Target(files[0][1])
        at_root = [file for file in files if file[0] == path]
        if at_root or exact:
            return _best(at_root)
        ending = [file for file in files if file[0].endswith(f"/{path}")]
        beside = [file for file in ending if file[0].rpartition("/")[0] == folder]
        return _best(beside or ending)


def _best(files: list[tuple[str, str]]) -> Target:
    """The shortest path; among equally short ones the first by name, as Obsidian's own choice is not stable."""
    if not files:
        return Target(None)
    shortest = min(len(path) for _, path in files)
    first, *rivals = sorted(path for _, path in files if len(path) == shortest)
    return Target(first, tuple(rivals))


def _joined(folder: str, relative: str) -> str:
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
