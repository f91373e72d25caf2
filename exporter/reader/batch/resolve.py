"""Which file a link means: Obsidian's rules R1 to R24 of docs/conformance.md, and a dialect's where these end. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, compress, count
from typing import Any, NamedTuple, Protocol

from exporter.errors import Finding
from exporter.model import Source
from exporter.reader.batch.core import find_core
from exporter.reader.dialects import Dialect
from exporter.reader.digests import blake2b
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.names import NOTE, folder_of, is_note, key
from exporter.regex import regex

UNKNOWN = -2
UNLINKABLE = regex(r"\A\s|[#^\[\]|\n]")  # in a file's name: no [[link]] can hold it
OBSIDIAN = Dialect()


class Target(NamedTuple):
    """The file that a link means, and those that it may as well mean."""

    path: str | None  # a file of the vault, or None
    rivals: tuple[str, ...] = ()  # further files that the link may as well mean; the choice is arbitrary


class Linked(Protocol):
    """Links in columns, as `columns.Columns` has them."""

    targets: Sequence[str]
    flags: Sequence[int]  # EXTERNAL: it leads out of the vault
    counts: Sequence[int]  # of links, an entry a note


class Files(NamedTuple):
    """What the links of some notes point to, as numbers in `Names.paths`."""

    files: array[int]  # int32, an entry a link; -1: no file
    rivals: dict[int, tuple[int, ...]]  # a link's index in `files`: further files that it may as well mean


class Index:
    """A vault's files by name, and Obsidian's rules; a file is its number. `native/src/resolve.rs` is its other half."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._files: dict[str, int | list[int]] = {}  # key of the file's name
        for number, path in enumerate(paths):
            name = key(path[path.rfind("/") + 1 :])
            others = self._files.setdefault(name, number)
            if isinstance(others, list):
                others.append(number)
            elif others != number:
                self._files[name] = [others, number]

    def joined(self) -> bytes:
        """All paths as UTF-8, a NUL behind each."""
        return "".join(f"{path}\0" for path in self._paths).encode(errors="surrogatepass")

    def holding(self, word: str) -> list[int]:
        """The numbers of the files in whose paths a word of ASCII stands, in any case."""
        return [number for number, path in enumerate(self._paths) if word in path.lower()]

    def namesakes(self) -> list[list[int]]:
        """The numbers of the files of each name that several have."""
        return [numbers for numbers in self._files.values() if isinstance(numbers, list)]

    def unlinkable(self) -> list[int]:
        """The numbers of the files whose names no link can hold."""
        return [number for number, path in enumerate(self._paths) if UNLINKABLE.search(path[path.rfind("/") + 1 :])]

    @cached_property
    def exactly(self) -> dict[str, int]:
        """Names as links may spell them: the only file that each can mean."""
        exactly: dict[str, int] = {}
        for name, only in self._files.items():
            if isinstance(only, int):
                path = self._paths[only]
                spelled = path[path.rfind("/") + 1 :]
                if name.endswith(NOTE):
                    spelled = spelled[:-3]
                    if "." in spelled and name[:-3] in self._files:
                        continue  # a whole file name comes before a note's
                if spelled and spelled[0] != ".":
                    exactly[spelled] = only
        return exactly

    def exact(self, target: str) -> int | None:
        """The number of the only file that a name which is spelled like its own can mean."""
        return self.exactly.get(target)

    def at(self, path: str) -> int:
        """The number of the file of exactly this path, whatever its case; -1: there is none."""
        return self._find(key(path), "", exact=True)[0]

    def numbers_of(self, name: str) -> list[int]:
        """The numbers of the files of this name, whatever folder they lie in."""
        numbers = self._files.get(key(name), [])
        return [numbers] if isinstance(numbers, int) else numbers

    def folders(self, numbers: Iterable[int]) -> list[str]:
        """The folders in which these files lie, each once."""
        return list(dict.fromkeys(folder_of(self._paths[number]) for number in numbers))

    def by_rules(self, target: str, folder: str) -> tuple[int, ...]:
        """The number of the file that a link in this folder means to Obsidian, and of those that it may as well mean; or -1."""
        target, folder = key(target), key(folder)
        exact = target.startswith(("/", "./", "../"))
        path = target.removeprefix("/") if not target.startswith(".") or not exact else _join(folder, target)
        # a name with a dot may be a whole file name; otherwise, or if there is none, it is a note's
        as_full_name = self._find(path, folder, exact) if "." in path.rpartition("/")[2] else (-1,)
        return as_full_name if as_full_name[0] >= 0 else self._find(path + NOTE, folder, exact)

    def _find(self, path: str, folder: str, exact: bool) -> tuple[int, ...]:
        """The file of this path; unless it must be exact, one whose path ends so, first in the folder, then anywhere."""
        numbers = self._files.get(path.rpartition("/")[2], [])
        if isinstance(numbers, int):
            if "/" not in path and not exact:
                return (numbers,)
            numbers = [numbers]
        files = [(key(self._paths[number]), number) for number in numbers]
        at_root = [file for file in files if file[0] == path]
        if at_root or exact:
            return self._best(at_root)
        ending = [file for file in files if file[0].endswith(f"/{path}")]
        beside = [file for file in ending if file[0].rpartition("/")[0] == folder]
        return self._best(beside or ending)

    def _best(self, files: list[tuple[str, int]]) -> tuple[int, ...]:
        """The shortest path; among equally short ones the first by name, as Obsidian's own choice is not stable."""
        if not files:
            return (-1,)
        shortest = min(len(self._paths[number]) for _, number in files)
        best = sorted((self._paths[number], number) for _, number in files if len(self._paths[number]) == shortest)
        return tuple(number for _, number in best)


class Names:
    """The index of a vault's files by name, with a dialect's rules; a file is its number in the list that this is made of."""

    def __init__(self, paths: Iterable[str], dialect: Dialect = OBSIDIAN) -> None:
        self.paths = list(paths)
        self.dialect = dialect
        self.further: Mapping[str, str] = {}  # paths by names that only the notes tell: see `Dialect.names`
        self.core = find_core()
        self.index: Index = self.core.Index(self.paths) if self.core else Index(self.paths)
        self.at, self.numbers_of, self.by_rules = self.index.at, self.index.numbers_of, self.index.by_rules

    @cached_property
    def digest(self) -> bytes:
        """What the links' targets depend upon: the names of all files, in 16 bytes."""
        return digest(self.index.joined())

    def __reduce__(self) -> tuple[Any, ...]:
        """What another process makes it of."""
        return Names, (self.paths, self.dialect), {"further": self.further}

    def resolve(self, target: str, source: str) -> Target:
        """The file that `target`, a link's path without its anchor, means in the note `source`."""
        if not target:
            return Target(source)  # [[#Heading]]
        first, *rivals = self.find(target, folder_of(source))
        return Target(self.paths[first] if first >= 0 else None, tuple(self.paths[rival] for rival in rivals))

    def of(self, paths: Iterable[str]) -> Names:
        """The index of other files of the same vault."""
        names = Names(paths, self.dialect)
        names.further = self.further
        return names

    def find(self, target: str, folder: str) -> tuple[int, ...]:
        """The number of the file that a link in this folder means, and of those that it may as well mean; or -1."""
        number = None if self.dialect.asks_first else self.index.exact(target)
        if number is not None:
            return (number,)
        numbers = self.dialect.first(self, target, folder)
        if numbers[0] < 0:
            numbers = self.by_rules(target, folder)
        if numbers[0] < 0:
            numbers = self.dialect.find(self, target, folder)
        if numbers[0] < 0 and (further := self.further.get(key(target))):
            return (self.at(further),)
        return numbers


def digest(data: bytes) -> bytes:
    """A digest of 16 bytes."""
    return blake2b(data, 16)


def tell_odd_names(names: Names, ignored: Iterable[str]) -> Iterator[Finding]:
    """Tell the names that no link can hold, but those of ignored notes, and paths that differ by case or normal form alone."""
    left_out = set(ignored)
    for number in names.index.unlinkable():
        if (path := names.paths[number]) not in left_out and (match := UNLINKABLE.search(path[path.rfind("/") + 1 :])):
            message = f"no link can name this file, because of the {match[0]!r} in its name; rename it"
            yield Finding(Source(path, 1), "unlinkable-name", message)
    for numbers in names.index.namesakes():
        first: dict[str, str] = {}  # by what paths are compared by
        for path in sorted([path for number in numbers if is_note(path := names.paths[number])]):
            if (other := first.setdefault(key(path), path)) != path:
                why = "by case or Unicode form alone: a link means but one of them; rename one"
                yield Finding(Source(path, 1), "same-name-but-case", f"differs from {other!r} {why}")


def resolve(columns: Linked, notes: Sequence[int], names: Names) -> Files:
    """Which file each link of some notes means; `notes` are the numbers of these in `names.paths`. Pure."""
    targets, dialect = columns.targets, names.dialect
    rivals: dict[int, tuple[int, ...]] = {}
    if names.core:
        is_alone = type(dialect) is Dialect  # nobody but Obsidian is to be asked
        before = None if type(dialect).first is Dialect.first else dialect.first_for
        columns_of_links = (targets, columns.flags, columns.counts, notes)
        asked = (before, not dialect.asks_first, not is_alone)
        data, several, unknown = names.core.resolve(names.index, *columns_of_links, *asked)
        files = array("i", data)
        rivals = {link: tuple(others) for link, others in several}
        if is_alone:
            return Files(files, rivals)
    else:
        exactly: Mapping[str, int] = {} if dialect.asks_first else names.index.exactly
        flags = columns.flags
        known = zip(targets, flags, strict=True)
        files = array("i", [-1 if flag & EXTERNAL else exactly.get(target, UNKNOWN) for target, flag in known])
        unknown = [link for link, file in enumerate(files) if file == UNKNOWN]
    seen: dict[tuple[str, str], tuple[int, ...]] = {}
    ends = list(accumulate(columns.counts))
    note = 0
    for link in unknown:
        while ends[note] <= link:
            note += 1
        target = targets[link]
        path = names.paths[notes[note]]
        folder = folder_of(path)
        numbers = seen.get((target, folder)) if target else (notes[note],)
        if numbers is None:
            numbers = seen[target, folder] = names.find(target, folder)
        files[link] = numbers[0]
        if len(numbers) > 1:
            rivals[link] = numbers[1:]
    return Files(files, rivals)


def links_to(links: Sequence[int], files: Iterable[int]) -> list[int]:
    """The links, by number, that lead to one of these files; where each leads stands in `links`."""
    if core := find_core():
        return core.links_to(links, set(files))  # type: ignore[no-any-return]
    return list(compress(count(), map(set(files).__contains__, links)))


def nowhere(links: Sequence[int], targets: Sequence[str], beginning: str) -> set[str]:
    """The targets that begin so, of links that lead to no file of the vault."""
    if core := find_core():
        return core.nowhere(links, targets, beginning)  # type: ignore[no-any-return]
    return {target for target in compress(targets, map((-1).__eq__, links)) if target.startswith(beginning)}


def renumber(links: Sequence[int], numbers: Sequence[int]) -> array[int]:
    """Where links lead by the new number of each file; the last of `numbers` is for links that lead nowhere."""
    core = find_core()
    return array("i", core.renumber(links, numbers) if core else map(numbers.__getitem__, links))


def _join(folder: str, relative: str) -> str:
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
