"""How files reach the disk: all or nothing, never over what somebody else made; and what an earlier run left there."""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from exporter.errors import ExportError, Finding
from exporter.model import File, Lock, Previous, Source
from exporter.options import MAPPINGS, lies_here

MANIFEST = ".manifest.json"  # in out/NAME/: what was written there, so that stale files can go and others stay
STAGING = ".mlk-export-"  # in out/: begins the names of the folders in which runs prepare their files
KILLED = 24 * 60 * 60  # seconds after which such a folder is no run's any more
REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS)  # nobody but who owns the folder can do anything about it
CONFLICT = re.compile("^(?:<{7}|>{7})", re.MULTILINE)


def previous(out: Path, name: str, folders_of_locks: Sequence[Path] = ()) -> Previous:
    """What the writer NAME has made before below `out/NAME/`, and its lock, which lies in one of `folders_of_locks`.

    Raises:
        ExportError: the lock cannot be read; so does reading a file of it.
    """
    return Previous(_Files(out / name), read_lock(folders_of_locks, name) if folders_of_locks else None)


def save(
    made: Mapping[str, Iterable[File | Finding | Lock]],
    out: Path,
    folders_of_locks: Sequence[Path] = (),
    tell: Callable[[Sequence[Finding]], None] = lambda findings: None,
    inspect: Callable[[Sequence[tuple[str, Path]]], None] | None = None,
) -> list[Path]:
    """Write the files of each format below `out/NAME/` and remove what an earlier run left there.

    All is written beside its place first and renamed when everything was made, so that a failing run leaves
    `out` as it was, and a file is never half there. Files that this program did not write, or that somebody
    changed since, are neither removed nor overwritten, but for the version that a file says it is based on.
    What a writer must not forget is kept in one of `folders_of_locks`, if there are any.

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
            if folders_of_locks and (refusal := keep_lock(lock, folders_of_locks, name)):
                tell([refusal])
    except OSError as error:
        raise ExportError(f"{error.filename or out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # where nothing was written, they are empty
            for made_folder in made_now:
                made_folder.rmdir()
    return paths


def lock_folders(vault: Path, mappings: Path | None) -> list[Path]:
    """The folders in which the locks of a vault may lie: where a new one is made, then where earlier runs have made one.

    That is beside the mappings that are obeyed, else in the vault's own folder for them. An old lock is found wherever
    it is, so that nobody's names change as mappings come and go; the one in `mappings` here only for a vault that lies
    here, since it may be another's.
    """
    folders = [mappings] if mappings else []
    folders += [vault / MAPPINGS, vault / "mappings"]
    if lies_here(vault):
        folders.append(Path("mappings"))
    return folders


def keep_lock(lock: Lock, folders: Sequence[Path], name: str) -> Finding | None:
    """Write `NAME.lock` to the folder that has it, else to the first one; it is never half there.

    Returns:
        A finding where the folder must not be written.

    Raises:
        OSError: something else is wrong.
    """
    file = _lock_file(folders, name)
    data = lock.content.encode()
    try:
        if not file.exists() or file.read_bytes() != data:
            file.parent.mkdir(exist_ok=True)
            new = file.with_name(f".{file.name}.new")
            if new.is_symlink() or new.is_file():  # of a run that was killed; a link in a vault may lead anywhere
                new.unlink()
            with new.open("xb") as stream:
                stream.write(data)
            new.replace(file)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        message = (
            f"cannot be written: {error.strerror}; so a note that is renamed will have another name in {name!r}; "
            "make the folder writable, or name another one with --mappings"
        )
        return Finding(Source(str(file.absolute()), 1), "unwritable-lock", message)
    return None


def read_lock(folders: Sequence[Path], name: str) -> str:
    """What the writer NAME must not forget; "" where it has said nothing yet.

    Raises:
        ExportError: it cannot be read, or was merged and has a conflict.
    """
    file = Path(f"{name}.lock")
    try:
        file = _lock_file(folders, name)
        text = file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{file}: cannot be read: {error}; restore it from your backup") from error
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        hint = "keep the lines of both sides, and remove those that begin with <<<<<<<, ======= and >>>>>>>"
        raise ExportError(f"{file}:{line}: a merge has left a conflict; {hint}")
    return _to_lines(text)


def withhold(lock: str, is_hidden: Callable[[str, str], bool]) -> tuple[str, list[str]]:
    """Take out of a lock the lines about what is hidden: JSON objects; `is_hidden` is asked for their "note" and "title".

    Returns:
        The lock without them, for a writer who must not know of these notes; and the lines, for `restore`.
    """
    kept: list[str] = []
    withheld: list[str] = []
    for line in _lines(lock):
        hidden = line.startswith("{") and is_hidden(_said(line, "note") or "", _said(line, "title") or "")
        (withheld if hidden else kept).append(line)
    return ("".join(kept), withheld) if withheld else (lock, [])


def restore(lock: str, withheld: Iterable[str]) -> str:
    """Put lines that were withheld back into the lock that a writer has made without them, each at its place.

    A line whose IRI another line has by now is dropped. The writer, who did not know of it, has just given this IRI to a
    note that can be seen, and whoever reads what was written holds on to that; the note that was hidden is in nobody's
    hands. It gets an IRI of its own, should it be shown again. The other way round a published name would change.
    """
    lines = _lines(lock)
    taken = {_said(line, "iri") for line in lines} - {None}
    back = [line for line in withheld if _said(line, "iri") not in taken]
    # what is no entry stays on top
    return "".join(sorted(lines + back, key=lambda line: _said(line, "iri") or "")) if back else lock


def _lines(lock: str) -> list[str]:
    r"""The lines of a lock, each with "\n" at its end; what else Python takes for an end of lines may stand in a name."""
    return [f"{line}\n" for line in lock.removesuffix("\n").split("\n")]


def _said(line: str, key: str) -> str | None:
    """What a line of a lock says under a key, if it is a JSON object and says a text."""
    with suppress(ValueError):
        entry = json.loads(line) if line.startswith("{") else None
        value = entry.get(key) if isinstance(entry, dict) else None
        return value if isinstance(value, str) else None
    return None


def _to_lines(lock: str) -> str:
    """A lock as it is today, an entry a line; the first ones were one JSON document, which no merge by lines leaves whole."""
    with suppress(ValueError):
        document = json.loads(lock)
        if isinstance(document, dict) and document.keys() == {"about", "concepts"}:
            entries = (json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in document["concepts"])
            return "".join(f"{line}\n" for line in (f"# {document['about']}", *entries))
    return lock


def _lock_file(folders: Sequence[Path], name: str) -> Path:
    files = [folder / f"{name}.lock" for folder in folders]
    return next((file for file in files if file.exists()), files[0])


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
