"""How files reach the disk: all or nothing, never over what somebody else made; and what an earlier run left there."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from exporter.errors import ExportError, Finding
from exporter.model import File, Lock, Previous, Source

MANIFEST = ".manifest.json"  # in out/NAME/: what was written there, so that stale files can go and others stay
STAGING = ".mlk-export-"  # in out/: begins the names of the folders in which runs prepare their files
KILLED = 24 * 60 * 60  # seconds after which such a folder is no run's any more


def previous(out: Path, name: str, mappings: Path | None = None) -> Previous:
    """What the writer NAME has made before below `out/NAME/`, and its lock in `mappings`.

    Raises:
        ExportError: the lock cannot be read; so does reading a file of it.
    """
    return Previous(_Files(out / name), read_lock(mappings, name) if mappings else None)


def save(
    made: Mapping[str, Iterable[File | Finding | Lock]],
    out: Path,
    mappings: Path | None = None,
    tell: Callable[[Sequence[Finding]], None] = lambda findings: None,
    inspect: Callable[[Sequence[tuple[str, Path]]], None] | None = None,
) -> list[Path]:
    """Write the files of each format below `out/NAME/` and remove what an earlier run left there.

    All is written beside its place first and renamed when everything was made, so that a failing run leaves
    `out` as it was, and a file is never half there. Files that this program did not write, or that somebody
    changed since, are neither removed nor overwritten, but for the version that a file says it is based on.
    What a writer must not forget is kept in `mappings`.

    Findings are given to `tell` as soon as they are made, since the next thing may take minutes, or more memory than
    there is: the writers' own, and what was left alone.

    `inspect` sees all that was made before any of it is in its place: for each file its path below `out` and where it
    lies until then. What it raises ends the run.

    Returns:
        The paths written, in the writers' order.

    Raises:
        ExportError: a path leaves its folder, a file of somebody else is in the way, the disk refuses.
    """
    paths: list[Path] = []
    locks: dict[str, Lock] = {}
    try:
        made_now = [folder for folder in (out, *out.parents) if not folder.exists()]
        out.mkdir(parents=True, exist_ok=True)
        for left in out.glob(f"{STAGING}*"):
            if time.time() - left.stat().st_mtime > KILLED:
                shutil.rmtree(left, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=out))
    except OSError as error:
        raise ExportError(f"{out}: cannot be written: {error.strerror}; choose another folder with --out") from error
    try:
        folders = []
        for name, things in made.items():
            folder = _Folder(name, out, staging)
            for thing in things:
                if isinstance(thing, Finding):
                    tell([thing])
                elif isinstance(thing, Lock):
                    locks[name] = thing
                else:
                    folder.stage(thing)
            folders.append(folder)
        if inspect:
            inspect(
                [(f"{folder.folder.name}/{path}", folder.staging / path) for folder in folders for path in folder.made]
            )
        for folder in folders:  # before the first rename
            folder.look_out()
        for folder in folders:
            paths += folder.commit()
            if folder.kept:
                tell(folder.kept)
        for name, lock in locks.items():
            if mappings and (mappings / f"{name}.toml").exists():
                keep_lock(lock, mappings, name)
    except OSError as error:
        raise ExportError(f"{error.filename or out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # where nothing was written, they are empty
            for made_folder in made_now:
                made_folder.rmdir()
    return paths


def keep_lock(lock: Lock, mappings: Path, name: str) -> None:
    """Write `mappings/NAME.lock`, unless it says this already; it is never half there."""
    file = _lock_file(mappings, name)
    data = lock.content.encode()
    if not file.exists() or file.read_bytes() != data:
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(data)
        new.replace(file)


def read_lock(mappings: Path, name: str) -> str | None:
    """What the writer NAME must not forget; "" where it has said nothing yet, None where there is no `NAME.toml`.

    Who has no mapping publishes nothing, so there is nothing to be kept.

    Raises:
        ExportError: it cannot be read.
    """
    file = _lock_file(mappings, name)
    try:
        if not file.with_suffix(".toml").exists():
            return None
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{file}: cannot be read: {error}; restore it from your backup") from error


def _lock_file(mappings: Path, name: str) -> Path:
    return mappings / f"{name}.lock"


class _Files(Mapping[str, bytes]):
    """The files that the manifest of a folder names, by path, as they are now; those that are gone are not among them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paths = [path for path in _manifest(folder) if _is_inside(folder, path)]

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


def _manifest(folder: Path) -> dict[str, list[str]]:
    """What was written into a folder, by path: the SHA-256 of each version that may be there.

    Where it is damaged, nothing there is known to be ours.
    """
    manifest = folder / MANIFEST
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        files = json.loads(manifest.read_text())["files"].items() if manifest.exists() else ()
        return {path: [str(digest) for digest in digests] for path, digests in files}
    return {}


def _is_inside(folder: Path, path: str) -> bool:
    """Whether there is an ordinary file of this path, and no link leads out of the folder to it."""
    file = folder / path
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


class _Folder:
    """`out/NAME/`: what stands there, what is about to."""

    def __init__(self, name: str, out: Path, staging: Path) -> None:
        self.folder, self.staging = out / name, staging / name
        if not self.folder.resolve().is_relative_to(out.resolve()):
            raise ExportError(f"{self.folder}: leads out of {out}; remove the link or choose another folder with --out")
        self.made: dict[str, str] = {}  # path: SHA-256 of what is to be written
        self.bases: dict[str, str] = {}  # path: SHA-256 of the one version that it may replace
        self.kept: list[Finding] = []
        self.staging.mkdir()
        self.old = _manifest(self.folder)

    def stage(self, file: File) -> None:
        path = PurePosixPath(file.path)
        if not path.parts or path.is_absolute() or ".." in path.parts or path.parts[0] == MANIFEST:
            raise ExportError(
                f"{self.folder.name}: {file.path!r} is no path below {self.folder}; the writer has to be fixed"
            )
        target = self.staging / path
        if target.exists() or any(str(parent) in self.made for parent in path.parents):
            raise ExportError(f"{self.folder.name}: {file.path!r} is written twice; the writer has to be fixed")
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as stream:
            for part in [file.content] if isinstance(file.content, str | bytes) else file.content:
                data = part if isinstance(part, bytes) else part.encode()
                digest.update(data)
                stream.write(data)
        self.made[str(path)] = digest.hexdigest()
        if file.based_on is not None:
            self.bases[str(path)] = hashlib.sha256(file.based_on).hexdigest()

    def look_out(self) -> None:
        """Refuse to go on where a file of somebody else would be overwritten."""
        folders = {self.folder / parent for path in self.made for parent in PurePosixPath(path).parents} | {self.folder}
        for folder in sorted(folders):
            if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
                raise ExportError(f"{folder}: a file stands where a folder is to be made; move it away")
        for path, digest in self.made.items():
            target = self.folder / path
            if target.is_symlink() or not target.resolve().is_relative_to(self.folder.resolve()):
                raise ExportError(f"{target}: is, or lies behind, a link; remove the link, then export again")
            if target.exists() and not target.is_file():
                raise ExportError(f"{target}: a folder stands where a file is to be written; move it away")
            there = _digest(target) if target.exists() else ""
            if path in self.bases:
                if there not in (digest, self.bases[path]):
                    raise ExportError(f"{target}: was changed while this run was under way; export again")
            elif there and there not in [digest, *self.old.get(path, [])]:
                changed = "was changed" if path in self.old else "was made"
                raise ExportError(f"{target}: {changed} by somebody else; move it away or delete it, then export again")

    def commit(self) -> Iterator[Path]:
        """Rename what is new, remove what is stale; a run that is killed in between is healed by the next one."""
        self.folder.mkdir(exist_ok=True)
        stale = {path: digests for path, digests in self.old.items() if path not in self.made}
        self._remember({**self.old, **{path: [digest, *self.old.get(path, [])] for path, digest in self.made.items()}})
        for path in self.made:
            target = self.folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.staging / path).replace(target)
            yield target
        for path, digests in stale.items():
            self._remove(path, digests)
        self._remember({path: [digest] for path, digest in self.made.items()})

    def _remove(self, path: str, digests: list[str]) -> None:
        target = self.folder / path
        if not _is_inside(self.folder, path):
            return
        if _digest(target) not in digests:
            source = Source(str(target.absolute()), 1)
            self.kept.append(Finding(source, "kept-file", "no longer written, but changed by somebody: left as it is"))
            return
        target.unlink()
        for folder in target.relative_to(self.folder).parents:
            if folder.name and not any((self.folder / folder).iterdir()):
                (self.folder / folder).rmdir()

    def _remember(self, files: dict[str, list[str]]) -> None:
        new = self.staging / MANIFEST
        new.write_text(json.dumps({"files": dict(sorted(files.items()))}, indent=1) + "\n")
        new.replace(self.folder / MANIFEST)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
