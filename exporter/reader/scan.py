"""Which files the vault has; the only part of the reader that touches the disk."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from exporter.errors import ExportError, Finding
from exporter.model import Source

# What Obsidian shows: obsidian.md/help/file-formats, "Accepted file formats"
NOTE = "md"
ATTACHMENTS = frozenset(
    "avif bmp gif jpeg jpg png svg webp flac m4a mp3 ogg wav webm 3gp mkv mov mp4 ogv pdf base canvas".split()
)
OURS = ".manifest.json"  # a folder with this file is output of ours, and no part of the vault
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Vault:
    """The files below a folder, as sorted paths relative to it with "/"."""

    root: Path
    notes: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)  # folders that were seen to lie in the vault

    def read(self, path: str) -> bytes:
        """Read a file of the vault, and nothing outside it.

        Raises:
            OSError: it cannot be read, is no ordinary file, or lies outside the vault.
        """
        if path.startswith("/") or any(part.startswith(".") for part in path.split("/")):
            raise PermissionError(f"{path} is not part of the vault")
        try:
            folder = path.rpartition("/")[0]
            if folder not in self.inside:
                if not (self.root / folder).resolve().is_relative_to(self.root):
                    raise PermissionError(f"{path} lies outside the vault")
                self.inside.add(folder)
            with FileIO(f"{self.root}/{path}", opener=_open) as stream:
                if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    raise PermissionError(f"{path} is no ordinary file")
                return stream.readall()
        except ValueError as error:  # NUL in the path, or what no file's name can hold
            raise FileNotFoundError(f"{path!r} is no path") from error


def scan(root: Path, largest: float) -> Vault:
    """List the vault's notes and attachments; hidden files and folders are not in a vault.

    Links are not followed, so nothing outside the vault is read. `largest` is the size in MB above which
    a note is left out.

    Raises:
        ExportError: no such folder, it cannot be listed, or it holds no note.
    """
    if not root.is_dir():
        what = "is a file, not a folder" if root.exists() else "no such folder"
        raise ExportError(f"{root}: {what}; name the folder that holds your notes with --vault")
    root = root.resolve()
    notes: list[str] = []
    attachments: list[str] = []
    findings: list[Finding] = []

    def tell(path: str, code: str, message: str) -> None:
        findings.append(Finding(Source(path, 1), code, message))

    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(root / folder))
        except OSError as error:
            if not folder:
                raise ExportError(f"{root}: cannot be read: {error.strerror}; mend its permissions") from error
            tell(folder, "unreadable-folder", f"cannot be read: {error.strerror}; its notes are left out")
            continue
        if any(entry.name == OURS for entry in entries) and folder:
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            kind = entry.name.rpartition(".")[2].lower() if "." in entry.name else ""
            if not path.isprintable() and any("\ud800" <= character <= "\udfff" for character in path):
                name = path.encode(errors="replace").decode()
                tell(name, "bad-name", "the name is not UTF-8; left out until it is renamed")
            elif entry.is_symlink():
                if kind == NOTE or kind in ATTACHMENTS or _leads_to_folder(entry):
                    tell(path, "symbolic-link", "is a symbolic link, which is not followed; put the file itself here")
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
                if kind == NOTE:
                    tell(path, "folder-as-note", "is a folder, not a note; its notes are read")
            elif not entry.is_file(follow_symlinks=False):
                if kind == NOTE:
                    tell(path, "no-file", "is no ordinary file; left out")
            elif kind == NOTE:
                if (size := _size(entry) / MEGABYTE) > largest:
                    message = f"has {size:.1f} MB and is left out; the limit is `largest_note` in vault.toml"
                    tell(path, "large-note", message)
                else:
                    notes.append(path)
            elif kind in ATTACHMENTS:
                attachments.append(path)
    if not notes:
        raise ExportError(f"{root}: no notes here; a vault is a folder with Markdown files, whose names end in .md")
    return Vault(root, tuple(sorted(notes)), tuple(sorted(attachments)), findings)


def _open(path: str, flags: int) -> int:
    # O_NONBLOCK: a named pipe must not hang the run; O_NOFOLLOW: a link may lead out of the vault
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # it leads to itself
        return False


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:  # gone since it was listed: told when it is read
        return 0
