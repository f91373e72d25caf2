"""Which files the vault has, and reading them; the only part of the reader that touches the disk."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from exporter.errors import DoubtError, ExportError, Finding, UsageError, pluralize
from exporter.model import VAULT, Source
from exporter.reader.dialects import Dialect, Folder, choose
from exporter.reader.names import NOTE, folder_of, is_note, key
from exporter.reader.options import ReadOptions
from exporter.reader.vault.conventions import Conventions, Rule
from exporter.reader.vault.doubt import FOREIGN, MOST_FILES, MOST_FOREIGN, doubt
from exporter.reader.vault.files import MEGABYTE, Memory, Vault, read_file
from exporter.reader.vault.filters import APP, Filters
from exporter.reader.vault.plugins import read_plugins
from exporter.reader.vault.settings import OBSIDIAN, Problem
from exporter.regex import regex

# What Obsidian shows: obsidian.md/help/file-formats, "Accepted file formats"
CANVAS = "canvas"
ATTACHMENTS = frozenset(
    "avif bmp gif jpeg jpg png svg webp flac m4a mp3 ogg wav webm 3gp mkv mov mp4 ogv pdf base canvas".split()
)
MANIFEST = ".manifest.json"  # a folder with this file is output of ours, and no part of the vault
DEPENDENCIES = "node_modules"  # a folder of what others wrote: Obsidian shows it, but nobody means it
NOT_HERE = "not downloaded"
CLOUD = ".icloud"  # how the name of a file ends, ".Note.md.icloud", that only iCloud has yet
DATABASE = "db.sqlite"  # Logseq's file, where it keeps the notes in one
MOST_HINTS = 20  # filters for which a near folder is sought
HIDDEN = regex(r"\.[^./]")  # how a filter begins that names what is no part of a vault anyway
NOT_UTF8 = regex("[\ud800-\udfff]")  # how Python shows what is wrong in a file's name
JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT: Windows' other link to a folder


def scan(
    root: Path,
    largest: float = math.inf,
    exclude: Sequence[str] = (),
    follow_links: bool = True,
    memory: int = 0,
    *,
    all_notes: bool = False,
    any_folder: bool = False,
    dialect: str = "obsidian",
    listing: Any = None,
    is_stamped: bool = False,
) -> Vault:
    """List the vault's notes and attachments; hidden files and folders are not in a vault.

    Links to folders are followed as Obsidian does, unless `follow_links` is false: where they lead to what is neither
    in the vault nor followed already (rule V2). Notes that Obsidian's excluded files or `exclude` name are `ignored`
    (rule V1), and so are those that are no topics by convention (rule V4), unless `all_notes` is true. A folder that is
    hardly a vault is read if `any_folder` is true. `largest` is the size in MB above which a note is not read, `memory`
    how many bytes of notes are kept once they were read, `dialect` the name of one, or "" to find it, `listing` the
    folders as the core has begun to list them, with the notes' stamps if it `is_stamped`.

    Raises:
        DoubtError: the folder is hardly a vault.
        UsageError: no such folder, or it holds no note.
        ExportError: it cannot be listed, or none of its notes can be read.
        OptionError: `exclude` cannot be understood.
    """
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "no such folder"
        raise UsageError(f"{root}: {what}; name the folder that holds your notes")
    if b'"files"' in _Root(root.resolve()).read(MANIFEST)[:20]:  # else it is somebody else's
        raise UsageError(f"{root}: holds what mlk-export has made, not notes; name the folder that holds your notes")
    filters = Filters(exclude)
    root = root.resolve()
    if not any_folder and (what := doubt(root)):
        raise DoubtError(root, f"is {what}, hardly a vault")
    found = _Listing(root, any_folder or (root / OBSIDIAN).is_dir())
    found.core, found.is_stamped = listing, is_stamped
    found.walk("")
    found.follow(follow_links)
    found.doubt()
    if not found.notes and NOT_HERE in found.excluded.values():
        raise ExportError(f"{root}: its notes lie in iCloud and not on this machine; download them and run again")
    if not found.notes and DATABASE in map(str.lower, found.others.get("sqlite", ())):
        message = "is a Logseq graph in a database, which is not read; export it as Markdown, and name that folder"
        raise ExportError(f"{root}: {message}")
    if not found.notes:
        raise UsageError(f"{root}: no notes here; a vault is a folder with Markdown files, whose names end in .md")
    settings = root / OBSIDIAN
    read = partial(_read_settings, root)
    known = read if settings.is_dir() and not settings.is_symlink() else _no_settings
    vault = _sort_out(found, filters, read, known, _Root(root), dialect, all_notes)
    return replace(vault, links=found.followed, largest=largest * MEGABYTE, memory=Memory(memory))


def scan_names(
    name: str,
    paths: Iterable[str],
    settings: Mapping[str, bytes],
    options: ReadOptions,
    findings: Iterable[Finding] = (),
) -> Vault:
    """The vault of this name whose files are known by name alone, as `scan` would have it; none is read.

    `settings` are the files of settings by path, ".obsidian/app.json"; `findings` what was found in making the list.

    Raises:
        UsageError: there is no note.
        ExportError: every note is excluded.
        OptionError: `exclude` cannot be understood.
    """
    listing = _Listing(Path(name), sure=True)
    for path in paths:
        if is_note(path):
            listing.notes.append(path)
        elif path.rpartition(".")[2].lower() in ATTACHMENTS:
            listing.attachments.append(path)
    listing.findings.extend(findings)
    if not listing.notes:
        raise UsageError(
            f"{name}: no notes here; a shard has the paths of notes, whose names end in .md, and their content"
        )

    def read(path: str) -> bytes:
        try:
            return settings[path]
        except KeyError:
            raise FileNotFoundError(path) from None

    folder = _Packed(name, settings)
    known = read if folder.has(OBSIDIAN) else _no_settings
    filters = Filters(options.exclude)
    vault = _sort_out(listing, filters, read, known, folder, options.dialect, options.all_notes)
    return replace(vault, largest=options.largest_note * MEGABYTE)


def _sort_out(
    listing: _Listing,
    filters: Filters,
    read_app: Callable[[str], bytes],
    read: Callable[[str], bytes],
    folder: Folder,
    dialect: str,
    all_notes: bool,
) -> Vault:
    """Which of the files that were listed are topics, as filters and the vault's own settings say."""
    notes, attachments = sorted(listing.notes), sorted(listing.attachments)
    listing.tell_settings(APP, filters.add_obsidians(partial(read_app, APP)))
    canvases = [path for path in attachments if path[-7:].lower() == f".{CANVAS}"]
    hidden_paths = filters.find_hidden([*notes, *canvases])
    if filters.unused:  # they may be meant for what is no note
        filters.find_hidden([*attachments, *listing.excluded])
        listing.tell_unused(filters.unused, notes)
    shown = [path for path in notes if path not in hidden_paths] if hidden_paths else notes
    if not shown:
        raise ExportError(f"{listing.root}: every note is excluded, {notes[0]} for one: {hidden_paths[notes[0]]}")
    spoken = choose(dialect, folder)
    listing.tell_unread(spoken.UNREAD)
    left_out = {} if all_notes else _find_left_out(listing, shown, read, spoken)
    plugins = read_plugins(read)
    for file, problem in plugins.problems:
        listing.tell_settings(file, [problem])
    if left_out:
        hidden_paths |= {path: rule.reason for path, rule in left_out.items()}
        shown = [path for path in shown if path not in left_out]
    ignored = sorted(path for path in hidden_paths if is_note(path))
    return Vault(
        listing.root,
        tuple(shown),
        tuple(attachments),
        listing.findings,
        tuple(ignored),
        tuple(path for path in canvases if path not in hidden_paths),
        listing.excluded | {path: hidden_paths[path] for path in ignored},
        {path: rule.settings for path, rule in left_out.items()},
        plugins=plugins,
        dialect=spoken,
        listing=listing.core if listing.is_stamped else None,
    )


class _Listing:
    """The vault's files in the making, and what is wrong with them."""

    def __init__(self, root: Path, sure: bool) -> None:
        self.root, self.sure = root, sure  # that it is a vault
        self.core: Any = None  # the core's, of the folders; None: Python lists them
        self.is_stamped = False  # it has stamps
        self.files = 0  # and folders, whatever they are
        self.next_look = math.inf if sure else MOST_FOREIGN  # files at which it is looked whether it is one
        self.notes: list[str] = []
        self.attachments: list[str] = []
        self.others: dict[str, list[str]] = {}  # files that are neither, by their ending
        self.links: list[str] = []  # to folders, not looked at yet
        self.followed: dict[str, str] = {}  # link: the real folder
        self.excluded: dict[str, str] = {}
        self.findings: list[Finding] = []

    def tell(self, path: str, code: str, message: str, line: int = 1) -> None:
        self.findings.append(Finding(Source(path.encode(errors="replace").decode(), line), code, message))

    def leave_out(self, path: str, why: str, code: str = "", message: str = "") -> None:
        """Count what is not read as excluded, if it is a note or a folder ("/" at its end); a code makes it a finding."""
        if path[-1] == "/" or is_note(path):
            self.excluded[os.fsencode(path).decode(errors="backslashreplace")] = why
        if code:
            self.tell(path.removesuffix("/"), code, message)

    def tell_settings(self, path: str, problems: Iterable[Problem]) -> None:
        for line, code, message in problems:
            self.tell(path, code, message, line)

    def tell_unused(self, filters: Iterable[str], notes: Iterable[str]) -> None:
        """Tell the entries of `exclude` that hide nothing: who wrote them believes that they do."""
        from difflib import get_close_matches

        paths = {PurePosixPath(folder) for folder in set(map(folder_of, notes)) if folder}
        paths |= {parent for path in paths for parent in path.parents if parent.name}
        by_name = {key(name): f"{path}/" for path in sorted(paths) for name in (path.name, str(path))}
        for number, text in enumerate(filters):
            if HIDDEN.match(text):
                continue  # what it names is hidden already
            seek = text[0] != "/" and number < MOST_HINTS
            near = get_close_matches(key(text).rstrip("/"), by_name, n=1) if seek else []
            hint = f"; nearest folder: {by_name[near[0]]!r}" if near else ""
            message = f"{text!r}, in `exclude` of vault.toml, fits no file{hint}; fix it or take it out"
            self.findings.append(Finding(VAULT, "unused-filter", message))

    def tell_unread(self, kinds: Mapping[str, str]) -> None:
        """Tell once for each kind of notes that they are not read: what they are by their ending."""
        for kind, what in kinds.items():
            if paths := sorted(self.others.get(kind, ())):
                verb, them = ("is", "it") if len(paths) == 1 else ("are", "them")
                message = f"{pluralize(len(paths), what)} {verb} not read; save {them} as Markdown to have {them}, too"
                self.tell(paths[0], "unread-format", message)

    def walk(self, top: str) -> None:
        """List a folder of the vault and those below."""
        folders = [top]
        while folders:
            folder = folders.pop()
            try:
                folders += sorted(self._list(folder), reverse=True)  # in order: sorting nearly sorted paths is cheap
            except OSError as error:
                if not folder:
                    raise ExportError(f"{self.root}: cannot be read: {error.strerror}; fix its permissions") from error
                self._unreadable(folder, error)

    def follow(self, enabled: bool) -> None:
        """Walk the folders that links lead to, by sorted path; or count the links as excluded, if that is not enabled."""
        lineages = [("the vault itself", _lineage(self.root))]
        while self.links:
            self.links.sort(reverse=True)  # those below the one that was followed last are new
            link = self.links.pop()
            if not enabled:
                self.leave_out(f"{link}/", "symbolic link")
                continue
            try:
                real = os.path.realpath(self.root / link, strict=True)
                lineage = _lineage(Path(real))
            except OSError as error:
                self._unreadable(link, error)
                continue
            if other := next((name for name, inodes in lineages if inodes[0] in lineage or lineage[0] in inodes), None):
                message = f"is a symbolic link to a folder that holds {other} or lies in it; it is not followed"
                message += ", and what it leads to is not read twice"
                self.leave_out(f"{link}/", "symbolic link", "symbolic-link", message)
                continue
            lineages.append((f"what {link!r} leads to", lineage))
            self.followed[link] = real
            self.walk(link)

    def doubt(self) -> None:
        """Stop where what was listed so far is no vault; at times, and at the end, is often enough."""
        if self.sure or self.files <= MOST_FOREIGN:
            return
        foreign = [path for path in self.notes if FOREIGN.search(path)]
        why = ""
        if len(foreign) > MOST_FOREIGN:
            why = f"more than {MOST_FOREIGN:,} notes lie in folders of dependencies, {foreign[0]!r} for one"
        elif self.files > MOST_FILES:
            why = f"more than {MOST_FILES:,} files lie in it"
        if why:
            raise DoubtError(self.root, f"has no folder {OBSIDIAN}, and {why}: hardly a vault")
        self.next_look = min(2 * self.files, MOST_FILES)

    def _list(self, folder: str) -> list[str]:
        """Note the files of one folder; gives the folders in it."""
        notes, entries = self._take_notes(folder)
        if is_note(folder):
            self.tell(
                folder,
                "folder-as-note",
                "is a folder, not a note, and its notes are read; rename it if it was a mistake",
            )
        self.files += len(notes) + len(entries)
        if self.files > self.next_look:
            self.doubt()
        others: list[os.DirEntry[str]] = []
        for entry in entries:
            name = entry.name
            if name[0] != ".":
                others.append(entry)
            elif name == MANIFEST and folder:
                self.leave_out(f"{folder}/", "output of mlk-export")
                return []
            elif name.endswith(CLOUD):
                self._cloud(f"{folder}/{name[1:-7]}".lstrip("/"))
        self.notes += notes
        prefix = f"{folder}/" if folder else ""
        return [path for entry in others if self._is_folder(entry, path := prefix + entry.name)]

    def _take_notes(self, folder: str) -> tuple[list[str], list[os.DirEntry[str]]]:
        """The paths of the plain notes in a folder, in order, and the entries that need a closer look."""
        real, prefix = f"{self.root}/{folder}", f"{folder}/" if folder else ""
        if self.core and (found := self.core.list(folder)):
            notes, names = found
            if not names:
                return notes, []
            left = set(names)
            with os.scandir(real) as iterator:
                return notes, [entry for entry in iterator if entry.name in left]
        notes, entries = [], []
        with os.scandir(real) as iterator:
            for entry in iterator:
                name = entry.name
                is_plain = name[-3:] == NOTE and name[0] != "." and entry.is_file(follow_symlinks=False)
                if is_plain and (name.isascii() or not NOT_UTF8.search(name)):
                    notes.append(prefix + name)
                else:
                    entries.append(entry)
        notes.sort()
        return notes, entries

    def _cloud(self, path: str) -> None:
        """Tell a file that lies in iCloud and not here."""
        _, _, kind = path.rpartition(".")
        if is_note(path) or kind.lower() in ATTACHMENTS:
            message = "lies in iCloud and not on this machine; download it (Finder: Download Now) and run again"
            self.leave_out(path, NOT_HERE, "not-downloaded", message)

    def _is_folder(self, entry: os.DirEntry[str], path: str) -> bool:
        """Note what is no plain "name.md"; gives whether it is a folder to be listed."""
        _, dot, kind = entry.name.rpartition(".")
        note, attachment = is_note(entry.name), bool(dot) and kind.lower() in ATTACHMENTS
        link = entry.is_symlink()
        if sys.platform == "win32":
            link = link or entry.stat(follow_symlinks=False).st_reparse_tag == JUNCTION
        folder = os.path.isdir(entry.path) if link else entry.is_dir()  # noqa: PTH112 - a link may lead to itself
        if not (folder or note or attachment):
            self.others.setdefault(kind.lower(), []).append(path)
            return False
        if not entry.name.isascii() and NOT_UTF8.search(entry.name):
            message = "is left out until it is renamed, as its name is not UTF-8"
            self.leave_out(f"{path}/" if folder else path, "name not UTF-8", "bad-name", message)
        elif folder and entry.name == DEPENDENCIES:
            self.leave_out(f"{path}/", "folder of dependencies")
        elif link and folder:
            self.links.append(path)
        elif link:
            message = "is a symbolic link, which is not followed; put the file itself here"
            self.leave_out(path, "symbolic link", "symbolic-link", message)
        elif folder:
            return True
        elif entry.is_file():
            (self.notes if note else self.attachments).append(path)
        elif note:
            self.leave_out(
                path,
                "no ordinary file",
                "no-file",
                "is left out, as it is no ordinary file; remove it, or put a note in its place",
            )
        return False

    def _unreadable(self, folder: str, error: OSError) -> None:
        message = f"cannot be read, so its notes are left out; fix its permissions ({error.strerror})"
        self.leave_out(f"{folder}/", "cannot be read", "unreadable-folder", message)


def _find_left_out(
    listing: _Listing, notes: Sequence[str], read: Callable[[str], bytes], dialect: Dialect
) -> dict[str, Rule]:
    """The notes that are no topics by convention; none, where all are: then these are what the vault is for."""
    conventions = Conventions(read)
    for file, problem in conventions.problems:
        listing.tell_settings(file, [problem])
    left_out = conventions.find(notes)
    if type(dialect).left_out is not Dialect.left_out:
        for path in notes:
            if why := dialect.left_out(path):
                left_out.setdefault(path, Rule(why, dialect.sign, ""))
    return left_out if len(left_out) < len(notes) else {}


class _Packed:
    """Settings that lie in a shard, for who looks for some of a dialect."""

    def __init__(self, name: str, settings: Mapping[str, bytes]) -> None:
        self.name, self._settings = name, settings

    def has(self, path: str) -> bool:
        return path in self._settings or any(each.startswith(f"{path}/") for each in self._settings)

    def read(self, path: str) -> bytes:
        return self._settings.get(path, b"")


class _Root:
    """The vault's folder, for who looks for settings of a dialect (`dialects.Folder`)."""

    def __init__(self, root: Path) -> None:
        self._root, self.name = root, root.name

    def has(self, path: str) -> bool:
        return os.path.lexists(self._real(path))

    def read(self, path: str) -> bytes:
        real = self._real(path)
        if not path.startswith("../") and os.path.realpath(os.path.dirname(real)) != os.path.dirname(real):  # noqa: PTH120
            return b""  # a link leads out of the vault
        try:
            return read_file(real, path, MEGABYTE)
        except OSError:
            return b""

    def _real(self, path: str) -> str:
        return f"{self._root.parent}/{path[3:]}" if path.startswith("../") else f"{self._root}/{path}"


def _read_settings(root: Path, path: str) -> bytes:
    folder = (root / path).parent
    if os.path.realpath(folder) != str(folder) and (root / path).exists():
        raise PermissionError("its folder is a symbolic link")
    return read_file(f"{root}/{path}", path, MEGABYTE)


def _no_settings(path: str) -> NoReturn:
    raise FileNotFoundError(path)


def _lineage(folder: Path) -> list[tuple[int, int]]:
    """What identifies a folder, then each that it lies in: by inode, as paths may differ by case or a mount."""
    return [(status.st_dev, status.st_ino) for status in map(os.stat, (folder, *folder.parents))]
