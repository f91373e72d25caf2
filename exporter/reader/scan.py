"""Which files the vault has, and reading them; the only part of the reader that touches the disk."""

from __future__ import annotations

import json
import math
import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop
from pathlib import Path
from unicodedata import normalize

from exporter.errors import ExportError, Finding
from exporter.model import Source
from exporter.reader.resolve import key

# What Obsidian shows: obsidian.md/help/file-formats, "Accepted file formats"
NOTE = "md"
CANVAS = "canvas"
ATTACHMENTS = frozenset(
    "avif bmp gif jpeg jpg png svg webp flac m4a mp3 ogg wav webm 3gp mkv mov mp4 ogv pdf base canvas".split()
)
OURS = ".manifest.json"  # a folder with this file is output of ours, and no part of the vault
SETTINGS = ".obsidian/app.json"
MEGABYTE = 1_000_000
MOST_FILTERS = 1000  # that Obsidian's settings may name, so that they cannot make a run endless
MOST_PATTERNS = 100  # of these, regular expressions
UNLINKABLE = re.compile(r"\A\s|[#^\[\]|\n]")  # in a file's name: no [[link]] can hold it
WINDOWS = os.name == "nt"
# O_NONBLOCK: a named pipe must not hang the run; O_NOFOLLOW: a link may lead out of the vault
FLAGS = os.O_RDONLY
for _name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOFOLLOW", "O_BINARY", "O_NOINHERIT"):
    FLAGS |= getattr(os, _name, 0)


class TooLargeError(OSError):
    """A note above the limit `largest_note` of vault.toml."""


@dataclass(frozen=True)
class Vault:
    """The files below a folder, as sorted paths relative to it with "/"."""

    root: Path
    notes: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    ignored: tuple[str, ...] = ()  # notes that a filter hides: no topics, but links may lead to them
    canvases: tuple[str, ...] = ()  # of the attachments, those whose links count
    excluded: dict[str, str] = field(default_factory=dict)  # what is not in `notes`, a folder with "/" at its end: why
    links: dict[str, str] = field(default_factory=dict)  # path of a link to a folder outside: that folder
    largest: float = math.inf  # bytes; a larger note is not read
    _folders: dict[str, str] = field(default_factory=dict, repr=False, compare=False)  # seen to lie in the vault

    def read(self, path: str, largest: float | None = None) -> bytes:
        """Read a file of the vault, and nothing outside it; `largest` is in bytes, for a note the vault's own.

        Raises:
            TooLargeError: it is larger than that.
            OSError: it cannot be read, is no ordinary file, or lies outside the vault.
        """
        folder, _, name = path.rpartition("/")
        prefix = self._folders.get(folder) or self._enter(folder, path)
        if not name or name[0] == "." or (WINDOWS and _foreign(name)):
            raise PermissionError(f"{path!r} is not part of the vault")
        if largest is None:
            largest = self.largest if name[-3:] in (".md", ".MD", ".Md", ".mD") else math.inf
        return _read(prefix + name, path, largest)

    def unread(self, path: str, error: OSError) -> Finding:
        """Account for a note that `read` could not give, and tell it."""
        if isinstance(error, TooLargeError):
            self.excluded[path] = "too large"
            return Finding(Source(path, 1), "large-note", str(error))
        self.excluded[path] = "cannot be read"
        message = f"cannot be read: {error.strerror or error}; left out"
        return Finding(Source(path, 1), "unreadable-note", message)

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """Time of change (ns), size (bytes) and inode of each note, for a cache; without those that are gone."""
        found = {}
        lstat, last, prefix = os.lstat, None, ""
        for path in self.notes:
            folder, _, name = path.rpartition("/")
            try:
                if folder != last:
                    prefix, last = self._folders.get(folder) or self._enter(folder, path), folder
                status = lstat(prefix + name)
            except OSError:  # told when it is read
                continue
            found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found

    def _enter(self, folder: str, path: str) -> str:
        """The real path of a folder with "/", if it lies where the vault's files do and no link leads there unseen."""
        if folder and any(not part or part[0] == "." or (WINDOWS and _foreign(part)) for part in folder.split("/")):
            raise PermissionError(f"{path!r} is not part of the vault")
        link = folder
        while link and link not in self.links:
            link = link.rpartition("/")[0]
        wanted = os.path.join(self.links.get(link, self.root), folder[len(link) :].lstrip("/")).rstrip("/")  # noqa: PTH118
        try:
            real = os.path.realpath(os.path.join(self.root, folder), strict=True)  # noqa: PTH118
        except ValueError as error:  # NUL in the path, or what no file's name can hold
            raise FileNotFoundError(f"{path!r} is no path") from error
        if os.path.normcase(real).rstrip("/") != os.path.normcase(wanted):
            raise PermissionError(f"{path} lies outside the vault")
        prefix = self._folders[folder] = f"{real.rstrip('/')}/"
        return prefix


def scan(root: Path, largest: float = math.inf, exclude: Sequence[str] = ()) -> Vault:
    """List the vault's notes and attachments; hidden files and folders are not in a vault.

    Links to folders are followed as Obsidian does: where they lead to what is neither in the vault nor followed
    already (rule V2). Notes that Obsidian's excluded files or `exclude` name, by the start of the path or a
    /regular expression/, are `ignored` (rule V1). `largest` is the size in MB above which a note is not read.

    Raises:
        ExportError: no such folder, it cannot be listed, it holds no note, or `exclude` cannot be understood.
    """
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "no such folder"
        raise ExportError(f"{root}: {what}; name the folder that holds your notes with --vault")
    root = root.resolve()
    listing = _Listing()
    try:
        listing.walk(str(root), "")
    except OSError as error:
        raise ExportError(f"{root}: cannot be read: {error.strerror}; mend its permissions") from error
    links = listing.follow(str(root))
    listing.leave_out_bad_names()
    notes, attachments = sorted(listing.notes), tuple(sorted(listing.attachments))
    if not notes:
        raise ExportError(f"{root}: no notes here; a vault is a folder with Markdown files, whose names end in .md")
    canvases = [path for path in attachments if path[-7:].lower() == f".{CANVAS}"]
    hidden: dict[str, str] = {}
    if filters := [*_excludes(exclude), *_obsidian_filters(str(root), listing.tell)]:
        hidden = _hidden(filters, notes, canvases, listing.tell)
        listing.excluded |= {path: why for path, why in hidden.items() if path[-3:].lower() == ".md"}
    ignored = tuple(path for path in notes if path in hidden) if hidden else ()
    if len(ignored) == len(notes):
        raise ExportError(f"{root}: every note is excluded, {notes[0]} for one: {hidden[notes[0]]}")
    listing.tell_same_names(notes)
    if hidden:
        notes = [path for path in notes if path not in hidden]
        canvases = [path for path in canvases if path not in hidden]
    listing.tell_unlinkable([*notes, *attachments])
    return Vault(
        root,
        tuple(notes),
        attachments,
        listing.findings,
        ignored,
        tuple(canvases),
        listing.excluded,
        links,
        largest * MEGABYTE,
    )


class _Listing:
    """What was found so far."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.attachments: list[str] = []
        self.links: list[str] = []  # to folders
        self.excluded: dict[str, str] = {}
        self.findings: list[Finding] = []

    def tell(self, path: str, code: str, message: str, line: int = 1) -> None:
        self.findings.append(Finding(Source(path.encode(errors="replace").decode(), line), code, message))

    def leave_out(self, path: str, why: str) -> None:
        """Account for a note, or a folder with "/" at its end, that is not read."""
        self.excluded[os.fsencode(path).decode(errors="backslashreplace")] = why

    def walk(self, real: str, top: str) -> None:
        """List the real folder, which is `top` in the vault, and those below; OSError if it cannot be listed itself."""
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                below = self._list(real + (folder[len(top) :] if top or not folder else f"/{folder}"), folder)
            except OSError as error:
                if folder == top:
                    raise
                self.unreadable(folder, error)
                continue
            folders += sorted(below, reverse=True)  # in order: sorting nearly sorted paths is cheap

    def unreadable(self, folder: str, error: OSError) -> None:
        self.leave_out(f"{folder}/", "cannot be read")
        self.tell(folder, "unreadable-folder", f"cannot be read: {error.strerror}; its notes are left out")

    def _list(self, real: str, folder: str) -> list[str]:
        """Note the files of one folder; gives the folders in it."""
        with os.scandir(real) as found:
            entries = list(found)
        names: list[str] = []
        others: list[os.DirEntry[str]] = []
        for entry in entries:
            name = entry.name
            if name[-3:] == ".md" and name[0] != "." and entry.is_file(follow_symlinks=False):
                names.append(name)
            elif name[0] != ".":
                others.append(entry)
            elif name == OURS and folder:
                self.leave_out(f"{folder}/", "output of mlk-export")
                return []
        prefix = f"{folder}/" if folder else ""
        below = [path for entry in others if (path := self._other(entry, prefix))]
        names.sort()
        self.notes += [prefix + name for name in names] if prefix else names
        return below

    def _other(self, entry: os.DirEntry[str], prefix: str) -> str:
        """Note what is no plain "name.md"; gives the path if it is a folder."""
        _, dot, kind = entry.name.rpartition(".")
        kind = kind.lower() if dot else ""
        path = prefix + entry.name
        if entry.is_symlink() or (WINDOWS and _is_junction(entry)):
            if _leads_to_folder(entry):
                self.links.append(path)
            elif kind == NOTE or kind in ATTACHMENTS:
                self.tell(path, "symbolic-link", "is a symbolic link, which is not followed; put the file itself here")
                if kind == NOTE:
                    self.leave_out(path, "symbolic link")
        elif entry.is_dir(follow_symlinks=False):
            if not _is_utf8(entry.name):
                self.leave_out_bad_name(f"{path}/")
                return ""
            if kind == NOTE:
                self.tell(path, "folder-as-note", "is a folder, not a note; its notes are read")
            return path
        elif not entry.is_file(follow_symlinks=False):
            if kind == NOTE:
                self.tell(path, "no-file", "is no ordinary file; left out")
                self.leave_out(path, "no ordinary file")
        elif kind == NOTE:
            self.notes.append(path)
        elif kind in ATTACHMENTS:
            self.attachments.append(path)
        return ""

    def follow(self, root: str) -> dict[str, str]:
        """Walk the folders that links lead to, by sorted path; gives for each the real folder."""
        followed: dict[str, str] = {}
        known = [("the vault itself", _lineage(root))] if self.links else []
        while self.links:
            heapify(self.links)
            link = heappop(self.links)
            if not _is_utf8(link):
                self.leave_out_bad_name(f"{link}/")
                continue
            at = link  # which may lie below a link that is followed
            while at and at not in followed:
                at = at.rpartition("/")[0]
            try:
                real = os.path.realpath(f"{followed[at] if at else root}/{link[len(at) :]}", strict=True)
                lineage = _lineage(real)
                other = next((name for name, its in known if its[0] in lineage or lineage[0] in its), None)
                if other is None:
                    self.walk(real, link)
            except OSError as error:
                self.unreadable(link, error)
                continue
            if other is None:
                followed[link] = real
                known.append((f"what {link!r} leads to", lineage))
                if link[-3:].lower() == ".md":
                    self.tell(link, "folder-as-note", "is a folder, not a note; its notes are read")
            else:
                message = f"is a symbolic link to a folder that holds {other} or lies in it; it is not followed"
                self.tell(link, "symbolic-link", f"{message}, and what it leads to is not read twice")
                self.leave_out(f"{link}/", "symbolic link")
        return followed

    def leave_out_bad_name(self, path: str) -> None:
        self.tell(path.removesuffix("/"), "bad-name", "the name is not UTF-8; left out until it is renamed")
        if path.endswith("/") or path[-3:].lower() == ".md":
            self.leave_out(path, "name not UTF-8")

    def leave_out_bad_names(self) -> None:
        for paths in (self.notes, self.attachments):
            if not _is_utf8("\0".join(paths)):
                for path in paths:
                    if not _is_utf8(path):
                        self.leave_out_bad_name(path)
                paths[:] = filter(_is_utf8, paths)

    def tell_unlinkable(self, paths: Iterable[str]) -> None:
        """Tell the names that no link can hold; looking at all of them at once costs next to nothing."""
        text = "/" + "\0/".join(paths)
        if not any(mark in text for mark in ("#", "^", "[", "]", "|", "\n")) and not re.search(r"/\s", text):
            return
        for path in text[1:].split("\0/"):
            if found := UNLINKABLE.search(path.rpartition("/")[2]):
                message = f"no link can name this file, because of the {found[0]!r} in its name; rename it"
                self.tell(path, "unlinkable-name", message)

    def tell_same_names(self, notes: list[str]) -> None:
        """Tell each note whose path differs from another's by case or normal form alone."""
        text = "\0".join(notes)
        keys = text.lower().split("\0") if text.isascii() else [key(path) for path in notes]
        if len(set(keys)) == len(notes):
            return
        first: dict[str, str] = {}
        for path, its_key in zip(notes, keys, strict=True):
            if (other := first.setdefault(its_key, path)) != path:
                message = (
                    f"differs from {other!r} by case or Unicode form alone: a link means but one of them; rename one"
                )
                self.tell(path, "same-name-but-case", message)


def _read(real: str, path: str, largest: float) -> bytes:
    """Read an ordinary file of at most `largest` bytes, however it changes meanwhile; messages call it `path`."""
    try:
        if WINDOWS and os.path.islink(real):  # noqa: PTH114 - elsewhere O_NOFOLLOW sees to it
            raise PermissionError(f"{path} is a symbolic link")
        file = os.open(real, FLAGS)
    except ValueError as error:  # NUL in the path, or what no file's name can hold
        raise FileNotFoundError(f"{path!r} is no path") from error
    try:
        status = os.fstat(file)
        size = status.st_size
        if status.st_mode & 0o170000 != 0o100000:  # stat.S_ISREG
            raise PermissionError(f"{path} is no ordinary file")
        if size > largest:
            raise _too_large(size)
        data = os.read(file, size + 1)
        if len(data) == size:
            return data
        parts = [data]  # a short read, or it grows
        size = len(data)
        while data := os.read(file, MEGABYTE):
            parts.append(data)
            size += len(data)
            if size > largest:
                raise _too_large(size)
        return b"".join(parts)
    finally:
        os.close(file)


def _too_large(size: int) -> TooLargeError:
    return TooLargeError(f"has {size / MEGABYTE:.3g} MB and is left out; the limit is `largest_note` in vault.toml")


def _foreign(name: str) -> bool:
    """Whether Windows takes more than a name from it: a path, a drive, a stream."""
    return "\\" in name or ":" in name


def _is_utf8(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Windows' other link to a folder, which `is_symlink` does not see."""
    return getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0) == 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # it leads to itself
        return False


def _lineage(folder: str) -> list[tuple[int, int]]:
    """What identifies a folder, then each that it lies in: by inode, as paths may differ by case or a mount."""
    found = []
    for path in (folder, *map(str, Path(folder).parents)):
        status = os.stat(path)  # noqa: PTH116
        found.append((status.st_dev, status.st_ino))
    return found


# What a filter hides: rule V1


@dataclass(frozen=True)
class _Filter:
    """One entry of Obsidian's excluded files, or of `exclude` in vault.toml."""

    text: str
    why: str  # what is told of a file that it hides
    place: tuple[str, int] | None  # of Obsidian's: file and line
    pattern: _Pattern | None  # of a /regular expression/


def _excludes(exclude: Sequence[str]) -> Iterator[_Filter]:
    """The filters of vault.toml."""
    for text in exclude:
        try:
            yield _Filter(text, f"excluded by {text!r} in vault.toml", None, _compile(text))
        except _BadPatternError as error:
            raise ExportError(f"vault.toml: exclude: {text!r} {error}; mend it, or take it out") from error


def _obsidian_filters(root: str, tell: Callable[[str, str, str, int], None]) -> list[_Filter]:
    """The filters of Obsidian's settings; what is wrong with them is told, and the others hold."""
    folder = os.path.join(root, os.path.dirname(SETTINGS))  # noqa: PTH118, PTH120
    try:
        if os.path.normcase(os.path.realpath(folder, strict=True)) != os.path.normcase(folder):
            raise PermissionError("its folder is a symbolic link")
        text = _read(os.path.join(root, SETTINGS), SETTINGS, MEGABYTE).decode("utf-8-sig")  # noqa: PTH118
        settings = json.loads(text) if text.strip() else {}
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        why = "it is too large" if isinstance(error, TooLargeError) else getattr(error, "strerror", None) or str(error)
        message = f"cannot be read: {why}; which files Obsidian excludes is not known"
        tell(SETTINGS, "bad-settings", message, getattr(error, "lineno", 1))
        return []
    name = "userIgnoreFilters"
    entries = settings.get(name) if isinstance(settings, dict) else {}
    if entries is None:
        return []
    position = max(text.rfind(f'"{name}"'), 0)
    line = text.count("\n", 0, position) + 1
    if not isinstance(entries, list):
        tell(SETTINGS, "bad-settings", f"{name} is no list of texts; which files Obsidian excludes is not known", line)
        return []
    filters: list[_Filter] = []
    patterns = 0
    for entry in entries:
        if not isinstance(entry, str):
            tell(SETTINGS, "bad-filter", f"an entry of {name} is no text; it hides nothing here", line)
            continue
        found = text.find(json.dumps(entry, ensure_ascii=False), position)
        if found >= 0:  # as it is written there, which is as Obsidian writes it
            line += text.count("\n", position, found)
            position = found
        try:
            one = _Filter(entry, f"ignored by Obsidian's filter {entry!r}", (SETTINGS, line), _compile(entry))
        except _BadPatternError as error:
            tell(SETTINGS, "bad-filter", f"{entry!r:.100} {error}; it hides nothing here", line)
            continue
        patterns += one.pattern is not None
        if len(filters) == MOST_FILTERS or patterns > MOST_PATTERNS:
            tell(
                SETTINGS, "bad-filter", f"{entry!r:.100} and what follows are too many filters; they hide nothing", line
            )
            break
        filters.append(one)
    return filters


def _hidden(
    filters: Iterable[_Filter], notes: list[str], others: list[str], tell: Callable[[str, str, str, int], None]
) -> dict[str, str]:
    """The paths of both sorted lists that a filter hides, and why; of several filters the first."""
    hidden: dict[str, str] = {}
    budget = _Budget()
    folded: dict[str, str] | None = None  # as Obsidian has it: the composed path, where that differs
    for one in filters:
        found: list[str] = []
        try:
            for paths in (notes, others):
                if folded is None and (one.pattern or not one.text.isascii()):
                    both = [*notes, *others]
                    folded = {path: composed for path in both if (composed := normalize("NFC", path)) != path}
                if one.pattern:
                    matches = one.pattern.matches
                    found += [path for path in paths if matches(folded.get(path, path) if folded else path, budget)]
                    continue
                begin = bisect_left(paths, one.text)
                end = bisect_left(paths, True, begin, key=lambda path: not path.startswith(one.text))
                found += paths[begin:end]
                if folded and not one.text.isascii():
                    start = normalize("NFC", one.text)
                    found += [path for path in paths if folded.get(path, path).startswith(start)]
        except _BadPatternError as error:
            if one.place is None:
                raise ExportError(f"vault.toml: exclude: {one.text!r} {error}; mend it, or take it out") from error
            tell(one.place[0], "bad-filter", f"{one.text!r:.100} {error}; it hides nothing here", one.place[1])
            continue
        for path in found:
            hidden.setdefault(path, one.why)
    return hidden


def _compile(text: str) -> _Pattern | None:
    """The pattern of a /regular expression/; None for the start of a path."""
    if not text.strip("/"):
        raise _BadPatternError("is empty")
    return _Pattern(text[1:-1]) if len(text) > 2 and text[0] == text[-1] == "/" else None


class _BadPatternError(ValueError):
    """A regular expression that is wrong, not known here, or too costly."""


class _Budget:
    """What all patterns together may cost, so that no settings make a run endless; about a second."""

    def __init__(self) -> None:
        self.left = 2_000_000

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise _BadPatternError("takes too long")


Ranges = tuple[tuple[int, int], ...]  # of characters, by their numbers, both ends included
LAST = 0x10FFFF
DIGITS: Ranges = ((48, 57),)
WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
LINE_ENDS: Ranges = ((10, 10), (13, 13), (0x2028, 0x2029))
SPACES: Ranges = (
    *((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029)),
    *((0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
)
CLASSES = {"d": DIGITS, "w": WORDS, "s": SPACES}
CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
COUNT = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}")
HEX = re.compile(r"x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})")
MOST_NODES = 500
DEEPEST = 30  # groups within groups


class _Pattern:
    """A regular expression of JavaScript (ECMA-262, 22.2), matched in linear time whatever it says.

    Python's own means other things by `$`, `\\d` and `(?<name>`, and can be made to take exponential time. What looks
    ahead or back, or at what a group held, cannot be had in linear time and is refused, but for `^(?!...)` at the front.
    """

    def __init__(self, source: str) -> None:
        parser = _Parser(source)
        self._machines = [(wanted, _Machine(tree)) for wanted, tree in parser.parse()]

    def matches(self, path: str, budget: _Budget) -> bool:
        """Whether the pattern is found anywhere in the path."""
        return all(machine.finds(path, budget) is wanted for wanted, machine in self._machines)


@dataclass(frozen=True)
class _Tree:
    """A part of a regular expression."""

    kind: str  # "set", "all" of the parts in order, "any" of the parts, "repeat", or the assertion: ^ $ b B
    parts: tuple[_Tree, ...] = ()
    characters: Ranges = ()
    least: int = 0
    most: int | None = None  # None: any number


class _Parser:
    """The text of a regular expression -> its parts."""

    def __init__(self, source: str) -> None:
        self.source, self.at, self.depth = source, 0, 0
        if len(source) > 1000:
            raise _BadPatternError("is too long")

    def parse(self) -> list[tuple[bool, _Tree]]:
        """What must (True) or must not be found in a path."""
        found = []
        if self.source.startswith(("^(?!", "^(?=")):
            self.at = 1
            while self.next("(?!", "(?="):
                wanted = self.source[self.at - 1] == "="
                found.append((wanted, _Tree("all", (_Tree("^"), self.any()))))
                self.close()
            found.append((True, _Tree("all", (_Tree("^"), self.all()))))
        else:
            found.append((True, self.any()))
        if self.at < len(self.source):
            raise _BadPatternError(f"cannot be understood from {self.source[self.at :]!r:.30} on")
        return found

    def next(self, *texts: str) -> str:
        """Step over one of the texts, if it comes now."""
        for text in texts:
            if self.source.startswith(text, self.at):
                self.at += len(text)
                return text
        return ""

    def close(self) -> None:
        if not self.next(")"):
            raise _BadPatternError("has a bracket that is not closed")

    def any(self) -> _Tree:
        parts = [self.all()]
        while self.next("|"):
            parts.append(self.all())
        return _Tree("any", tuple(parts)) if len(parts) > 1 else parts[0]

    def all(self) -> _Tree:
        parts: list[_Tree] = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            parts.append(self.repeated(self.one()))
        return _Tree("all", tuple(parts))

    def repeated(self, part: _Tree) -> _Tree:
        least = 1
        most: int | None = 1
        if sign := self.next("*", "+", "?"):
            least, most = int(sign == "+"), None if sign != "?" else 1
        elif found := COUNT.match(self.source, self.at):
            self.at = found.end()
            least, most = int(found[1]), int(found[3] or found[1]) if found[3] or not found[2] else None
            if most is not None and most < least:
                raise _BadPatternError(f"repeats {found[0]}, the wrong way round")
        else:
            return part
        self.next("?")  # as few as possible: of no account to whether it is found
        if part.kind in "^$bB":
            raise _BadPatternError("repeats what has no length")
        return _Tree("repeat", (part,), least=least, most=most)

    def one(self) -> _Tree:
        if self.next("("):
            return self.group()
        if sign := self.next("^", "$"):
            return _Tree(sign)
        if self.next("."):
            return _Tree("set", characters=_others(LINE_ENDS))
        if self.next("["):
            return _Tree("set", characters=self.characters())
        if self.next("\\b", "\\B"):
            return _Tree(self.source[self.at - 1])
        if self.source[self.at] in "*+?" or COUNT.match(self.source, self.at):
            raise _BadPatternError("has nothing to repeat")
        return _Tree("set", characters=self.character())

    def group(self) -> _Tree:
        if self.source.startswith(("?=", "?!", "?<=", "?<!"), self.at):
            raise _BadPatternError("looks ahead or back, which is known here only as ^(?!...) at the front")
        if not self.next("?:") and self.next("?"):
            if not (found := re.compile(r"<[A-Za-z_$][\w$]*>").match(self.source, self.at)):
                raise _BadPatternError("has a group of an unknown kind")
            self.at = found.end()
        self.depth += 1
        if self.depth > DEEPEST:
            raise _BadPatternError("has groups within groups too deep")
        part = self.any()
        self.close()
        self.depth -= 1
        return part

    def character(self) -> Ranges:
        """One character as written, or what an escape means."""
        letter = self.source[self.at]
        self.at += 1
        if letter != "\\":
            return ((ord(letter), ord(letter)),)
        if self.at == len(self.source):
            raise _BadPatternError("ends with a backslash")
        letter = self.source[self.at]
        if found := HEX.match(self.source, self.at):
            self.at = found.end()
            number = int(found[1] or found[2], 16)
            return ((number, number),)
        self.at += 1
        if letter.lower() in CLASSES:
            ranges = CLASSES[letter.lower()]
            return ranges if letter.islower() else _others(ranges)
        if letter in CONTROLS and not self.source[self.at : self.at + 1].isdigit():
            return ((CONTROLS[letter], CONTROLS[letter]),)
        if letter.isascii() and letter.isalnum():
            raise _BadPatternError(f"holds \\{letter}, which is not known here")
        return ((ord(letter), ord(letter)),)

    def characters(self) -> Ranges:
        """A [class], whose bracket is open."""
        negated = bool(self.next("^"))
        found: list[tuple[int, int]] = []
        while not self.next("]"):
            if self.at >= len(self.source):
                raise _BadPatternError("has a bracket that is not closed")
            first = ((8, 8),) if self.next("\\b") else self.character()
            if self.source[self.at : self.at + 1] == "-" and self.source[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = ((8, 8),) if self.next("\\b") else self.character()
                if any(len(ends) > 1 or ends[0][0] != ends[0][1] for ends in (first, last)) or last < first:
                    raise _BadPatternError("has a range of characters that is none")
                first = ((first[0][0], last[0][0]),)
            found += first
        return _others(tuple(found)) if negated else tuple(found)


def _others(ranges: Ranges) -> Ranges:
    """All characters but these."""
    found, begin = [], 0
    for first, last in sorted(ranges):
        if begin < first:
            found.append((begin, first - 1))
        begin = max(begin, last + 1)
    return (*found, (begin, LAST)) if begin <= LAST else tuple(found)


class _Machine:
    """A regular expression as a graph of nodes; sets of them become states the first time that a path leads there."""

    def __init__(self, tree: _Tree) -> None:
        self.nodes: list[tuple[str, Ranges, list[int]]] = []  # kind, characters, what follows
        self.start = self._build(tree, self._node("end"))
        self.states: list[tuple[frozenset[int], str]] = []  # nodes, and the character before
        self.numbers: dict[tuple[frozenset[int], str], int] = {}
        self.moves: list[dict[str, int]] = []  # for each state, by character ("": the end): the next; -1: it is found
        self._state(frozenset(), "")

    def finds(self, path: str, budget: _Budget) -> bool:
        state = 0
        for character in path:
            if (next_state := self.moves[state].get(character)) is None:
                next_state = self._move(state, character, budget)
            if next_state < 0:
                return True
            state = next_state
        end = self.moves[state].get("")
        return (self._move(state, "", budget) if end is None else end) < 0

    def _node(self, kind: str, characters: Ranges = (), following: Iterable[int] = ()) -> int:
        if len(self.nodes) == MOST_NODES:
            raise _BadPatternError("is too large")
        self.nodes.append((kind, characters, list(following)))
        return len(self.nodes) - 1

    def _build(self, tree: _Tree, following: int) -> int:
        """The node at which this part begins, when another is to follow."""
        if tree.kind == "all":
            for part in reversed(tree.parts):
                following = self._build(part, following)
            return self._node("fork", (), [following])  # a node even if empty: so the limit of nodes is one of time
        if tree.kind == "any":
            return self._node("fork", (), [self._build(part, following) for part in tree.parts])
        if tree.kind == "repeat":
            (part,) = tree.parts
            begin = following
            if tree.most is None:
                begin = self._node("fork", (), [following])
                self.nodes[begin][2].append(self._build(part, begin))
            for _ in range((tree.most or tree.least) - tree.least):
                begin = self._node("fork", (), [following, self._build(part, begin)])
            for _ in range(tree.least):
                begin = self._build(part, begin)
            return begin
        return self._node(tree.kind, tree.characters, [following])

    def _state(self, nodes: frozenset[int], before: str) -> int:
        """The number of a state; of the character before, only whether there is one and is of a word matters."""
        place = (nodes, before)
        number = self.numbers.get(place)
        if number is None:
            number = self.numbers[place] = len(self.states)
            self.states.append(place)
            self.moves.append({})
        return number

    def _move(self, state: int, character: str, budget: _Budget) -> int:
        """Where the character leads from this state; kept for the next time."""
        nodes, before = self.states[state]
        after = _sort(character)
        waiting, seen = [self.start, *nodes], set()
        reached: set[int] = set()
        result = 0
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            kind, characters, following = self.nodes[node]
            if kind == "end":
                result = -1
            elif kind == "set":
                if character and any(first <= ord(character) <= last for first, last in characters):
                    reached.update(following)
            elif (
                kind == "fork"
                or (kind == "^" and not before)
                or (kind == "$" and not after)
                or (kind in "bB" and ((before == "word") != (after == "word")) == (kind == "b"))
            ):
                waiting += following
        budget.spend(len(seen) + 1)
        if result == 0 and character:
            result = self._state(frozenset(reached), after)
            budget.spend(100 if not self.moves[result] else 0)  # memory counts too
        self.moves[state][character] = result
        return result


def _sort(character: str) -> str:
    """What an assertion wants to know of a character."""
    return ("word" if re.match(r"[A-Za-z0-9_]", character) else "other") if character else ""
