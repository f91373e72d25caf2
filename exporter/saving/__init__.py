"""How files reach the disk: all or nothing, never over what somebody else made; and what an earlier run left there.

folder.py: the folder of one format, and how its files are put in their places; locks.py: what a writer must not forget.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from exporter.errors import ExportError, Finding, PreviousError, UsageError
from exporter.model import File, Lock, Previous
from exporter.saving.folder import MANIFEST, STAGING, Folder, is_as_written, is_inside, parse_manifest, read_manifest
from exporter.saving.locks import keep_lock, lock_folders, read_lock, restore, withhold

__all__ = [
    "MANIFEST",
    "STAGING",
    "LeftError",
    "check_place",
    "keep_lock",
    "lock_folders",
    "parse_manifest",
    "previous",
    "read_lock",
    "read_manifest",
    "restore",
    "save",
    "withhold",
]

KILLED = 24 * 60 * 60  # seconds after which a folder in which a run prepares its files is no run's any more


class LeftError(ExportError):
    """Formats were left as they were, each for what stands in `lines`; all others are written."""

    def __init__(self, paths: list[Path], lines: list[str]) -> None:
        """Take the paths written, and what is wrong with each format that is not."""
        super().__init__("; ".join(lines))
        self.paths, self.lines = paths, lines
        self.report: Any = None  # of the run, where there is one


def previous(out: Path, name: str, folders_of_locks: Sequence[Path] = (), lock_name: str = "") -> Previous:
    """What the writer NAME has made before below `out/NAME/`, and its lock, which lies in one of `folders_of_locks`.

    Args:
        out: the folder below which all formats lie.
        name: of the format.
        folders_of_locks: where locks may lie; none: no lock is kept.
        lock_name: of the format whose lock it is, as `Lock.name`.

    Raises:
        ExportError: the lock cannot be read; so does reading a file of it.
    """
    folder = out / name
    lock = read_lock(folders_of_locks, lock_name or name) if folders_of_locks else None
    return Previous(_Files(folder), lock, as_written=_AsWritten(folder), folder=str(folder.absolute()))


def save(
    made: Mapping[str, Iterable[File | Finding | Lock]],
    out: Path,
    folders_of_locks: Sequence[Path] = (),
    tell: Callable[[Sequence[Finding]], None] = lambda findings: None,
    inspect: Callable[[Sequence[tuple[str, Path]]], None] | None = None,
    overwrite: bool = False,
) -> list[Path]:
    """Write the files of each format below `out/NAME/` and remove what an earlier run left there.

    All is written beside its place first and renamed when everything was made, so that a failing run leaves
    `out` as it was, and a file is never half there. Files that this program did not write, or that somebody
    changed since, are neither removed nor overwritten, but for the version that a file says it is based on, or where
    `overwrite` is true. A format that cannot be put in its place, for such a file or for one that another program holds, is
    left as it was, and the others are written. What a writer must not forget is kept in one of `folders_of_locks`, if
    there are any.

    Findings are given to `tell` as soon as they are made, since the next thing may take minutes, or more memory than
    there is: the writers' own, and what was left alone.

    `inspect` sees all that was made before any of it is in its place: for each file its path below `out` and where it
    lies until then. What it raises ends the run.

    Returns:
        The paths written, in the writers' order.

    Raises:
        LeftError: a file of somebody else is in the way, the disk refuses one, or what was made before cannot be built upon;
            the other formats are written.
        ExportError: a path leaves its folder, the disk refuses to take what is made; nothing is written.
    """
    import shutil

    paths: list[Path] = []
    problems: list[str] = []
    locks: dict[str, Lock] = {}
    try:
        made_now = [folder for folder in (out, *out.parents) if not folder.exists()]
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > KILLED:
                shutil.rmtree(left, ignore_errors=True)
        staging = out / f"{STAGING}{os.urandom(4).hex()}"
        staging.mkdir()  # not by tempfile, whose folders are for this user alone, and on Windows all that was made in them
    except OSError as error:
        raise ExportError(f"{out}: cannot be written: {error.strerror}; choose another folder with --out") from error
    try:
        folders = []
        for name, things in made.items():
            folder = Folder(name, out, staging)
            try:
                for thing in things:
                    if isinstance(thing, Finding):
                        tell([thing])
                    elif isinstance(thing, Lock):
                        locks[name] = thing
                    else:
                        folder.stage(thing)
            except PreviousError as error:
                problems.append(f"{folder.folder / error.path}:{error.line}: {error}")
                locks.pop(name, None)
            else:
                folders.append(folder)
        if inspect:
            inspect(
                [(f"{folder.folder.name}/{path}", folder.staging / path) for folder in folders for path in folder.made]
            )
        for folder in folders:
            try:
                folder.look_out(overwrite)
                paths += folder.commit()
            except ExportError as error:
                problems.append(str(error))
                locks.pop(folder.folder.name, None)
            if folder.kept:
                tell(folder.kept)
        for name, lock in {lock.name or name: lock for name, lock in locks.items()}.items():
            if folders_of_locks and (refusal := keep_lock(lock, folders_of_locks, name)):
                tell([refusal])
    except OSError as error:
        named = str(error.filename or out).replace(str(staging), str(out))  # which is gone when somebody reads this
        raise ExportError(f"{named}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # where nothing was written, they are empty
            for made_folder in made_now:
                made_folder.rmdir()
    if problems:
        raise LeftError(paths, problems)
    return paths


def check_place(out: Path) -> None:
    """Refuse a place where no folder can be, before any work is done.

    Raises:
        UsageError: it is a file, or lies below one.
    """
    there = next((folder for folder in (out, *out.parents) if folder.exists()), None)
    if there and not there.is_dir():
        raise UsageError(f"{out}: cannot be written: {there} is a file; choose another folder with --out")


class _Files(Mapping[str, bytes]):
    """The files that the manifest of a folder names, by path, as they are now; those that are gone are not among them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = [path for path in read_manifest(folder) if is_inside(folder, path)]

    def __getitem__(self, path: str) -> bytes:
        if path not in self._paths:
            raise KeyError(path)
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:
            raise ExportError(f"{self._folder / path}: cannot be read: {error.strerror}; move it away") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


class _AsWritten(Container[str]):
    """The paths whose files are as this program has written them last."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._written = folder, read_manifest(folder)

    def __contains__(self, path: object) -> bool:
        return is_as_written(self._folder / str(path), self._written.get(str(path), []))
