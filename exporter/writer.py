"""What a writer is, how one is found and run, and how its files reach the disk.

A writer is a module. Built in: whatever lies in `exporter/writers/`. From elsewhere: an entry point of the
group "mlk_export.writers" whose value is a module.
"""

from __future__ import annotations

import hashlib
import json
import pkgutil
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, cast

from exporter import writers
from exporter.errors import ExportError, Finding
from exporter.model import File, KnowledgeMap, Lock, Source
from exporter.options import lock_file

GROUP = "mlk_export.writers"
MANIFEST = ".manifest.json"  # in out/NAME/: what was written there, so that stale files can go and others stay
STAGING = ".mlk-export-"  # in out/: begins the names of the folders in which runs prepare their files
KILLED = 24 * 60 * 60  # seconds after which such a folder is no run's any more


class Writer(Protocol):
    """The whole contract. The module's name is the format's, "_" for "-"; its docstring's first line is its help.

    A module that has `MAPPING` obeys the mapping and the --set of the format so named instead of its own.
    """

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class
        """A frozen dataclass with a default for each field: what `mappings/NAME.toml` may say."""

    def write(self, knowledge_map: KnowledgeMap, options: Any) -> Iterable[File | Finding | Lock]:
        """Yield what is made and a finding for each thing that the format cannot say.

        Pure: no clock, no network, no disk (a program may be called that has neither); equal arguments give
        equal files. Content may be an iterator, which is drained once, after `write` has gone on.
        """


def built_in() -> dict[str, str]:
    """The formats of this package and the module of each; imports none of them."""
    found = (module.name for module in pkgutil.iter_modules(writers.__path__))
    return {name.replace("_", "-"): f"{writers.__name__}.{name}" for name in found}


def names() -> dict[str, str]:
    """The formats that can be written here, by name: the built-in ones and those installed beside them.

    Raises:
        ExportError: two writers have one name.
    """
    found = built_in()
    for entry in entry_points(group=GROUP):
        if found.setdefault(entry.name, entry.value) != entry.value:
            raise ExportError(
                f"two writers are named {entry.name!r}: {found[entry.name]} and {entry.value}; uninstall one of them"
            )
    return dict(sorted(found.items()))


def find(name: str) -> Writer:
    """Import the one writer that is asked for.

    Raises:
        ExportError: no such format, or the writer's own dependency is not installed.
    """
    known = names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ExportError(f"unknown format {name!r}; {hint}known: {', '.join(known)}, all")
    try:
        module = import_module(known[name])
    except ImportError as error:
        raise ExportError(
            f"format {name!r} cannot be used: {error}; install what is missing, then try again"
        ) from error
    for part in ("Options", "write", "__doc__"):
        if not getattr(module, part, None):
            raise ExportError(f"format {name!r}: the module {known[name]} has no {part}, so it is no writer")
    return cast(Writer, module)


def save(
    made: Mapping[str, Iterable[File | Finding | Lock]], out: Path, mappings: Path | None = None
) -> tuple[list[Path], list[Finding]]:
    """Write the files of each format below `out/NAME/` and remove what an earlier run left there.

    All is written beside its goal first and renamed when everything was made, so that a failing run leaves
    `out` as it was, and a file is never half there. Files that this program did not write, or that somebody
    changed since, are neither removed nor overwritten. What a writer must not forget is kept in `mappings`.

    Returns:
        The paths written, in the writers' order, and the writers' findings and what was left alone.

    Raises:
        ExportError: a path leaves its folder, a file of somebody else is in the way, the disk refuses.
    """
    paths: list[Path] = []
    findings: list[Finding] = []
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
                    findings.append(thing)
                elif isinstance(thing, Lock):
                    locks[name] = thing
                else:
                    folder.stage(thing)
            folders.append(folder)
        for folder in folders:  # before the first rename
            folder.look_out()
        for folder in folders:
            paths += folder.commit()
            findings += folder.kept
        for name, lock in locks.items():
            if mappings:
                keep(lock, mappings, name)
    except OSError as error:
        raise ExportError(f"{error.filename or out}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):  # where nothing was written, they are empty
            for made_folder in made_now:
                made_folder.rmdir()
    return paths, findings


def keep(lock: Lock, mappings: Path, name: str) -> None:
    """Write `mappings/NAME.lock`, unless it says this already; it is never half there."""
    file = lock_file(mappings, name)
    data = lock.content.encode()
    if not file.exists() or file.read_bytes() != data:
        new = file.with_name(f".{file.name}.new")
        new.write_bytes(data)
        new.replace(file)


class _Folder:
    """`out/NAME/`: what stands there, what is about to."""

    def __init__(self, name: str, out: Path, staging: Path) -> None:
        self.goal, self.staging = out / name, staging / name
        if not self.goal.resolve().is_relative_to(out.resolve()):
            raise ExportError(f"{self.goal}: leads out of {out}; remove the link or choose another folder with --out")
        self.made: dict[str, str] = {}  # path: SHA-256 of what is to be written
        self.kept: list[Finding] = []
        self.staging.mkdir()
        manifest = self.goal / MANIFEST
        self.old: dict[str, list[str]] = {}  # damaged: then nothing here is known to be ours, and nothing is touched
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            files = json.loads(manifest.read_text())["files"].items() if manifest.exists() else ()
            self.old = {path: [str(digest) for digest in digests] for path, digests in files}

    def stage(self, file: File) -> None:
        path = PurePosixPath(file.path)
        if not path.parts or path.is_absolute() or ".." in path.parts or path.parts[0] == MANIFEST:
            raise ExportError(
                f"{self.goal.name}: {file.path!r} is no path below {self.goal}; the writer has to be mended"
            )
        target = self.staging / path
        if target.exists() or any(str(parent) in self.made for parent in path.parents):
            raise ExportError(f"{self.goal.name}: {file.path!r} is written twice; the writer has to be mended")
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as stream:
            for part in [file.content] if isinstance(file.content, str | bytes) else file.content:
                data = part if isinstance(part, bytes) else part.encode()
                digest.update(data)
                stream.write(data)
        self.made[str(path)] = digest.hexdigest()

    def look_out(self) -> None:
        """Refuse to go on where a file of somebody else would be overwritten."""
        folders = {self.goal / parent for path in self.made for parent in PurePosixPath(path).parents} | {self.goal}
        for folder in sorted(folders):
            if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
                raise ExportError(f"{folder}: a file stands where a folder is to be made; move it away")
        for path, digest in self.made.items():
            target = self.goal / path
            if target.is_symlink() or not target.resolve().is_relative_to(self.goal.resolve()):
                raise ExportError(f"{target}: is, or lies behind, a link; remove the link, then export again")
            if target.exists() and not target.is_file():
                raise ExportError(f"{target}: a folder stands where a file is to be written; move it away")
            if target.exists() and _digest(target) not in [digest, *self.old.get(path, [])]:
                changed = "was changed" if path in self.old else "was made"
                raise ExportError(f"{target}: {changed} by somebody else; move it away or delete it, then export again")

    def commit(self) -> Iterator[Path]:
        """Rename what is new, remove what is stale; a run that is killed in between is healed by the next one."""
        self.goal.mkdir(exist_ok=True)
        stale = {path: digests for path, digests in self.old.items() if path not in self.made}
        self._remember({**self.old, **{path: [digest, *self.old.get(path, [])] for path, digest in self.made.items()}})
        for path in self.made:
            target = self.goal / path
            target.parent.mkdir(parents=True, exist_ok=True)
            (self.staging / path).replace(target)
            yield target
        for path, digests in stale.items():
            self._remove(path, digests)
        self._remember({path: [digest] for path, digest in self.made.items()})

    def _remove(self, path: str, digests: list[str]) -> None:
        target = self.goal / path
        if not target.is_file() or not target.resolve().is_relative_to(self.goal.resolve()):
            return
        if _digest(target) not in digests:
            place = Source(str(target.absolute()), 1)
            self.kept.append(Finding(place, "kept-file", "no longer written, but changed by somebody: left as it is"))
            return
        target.unlink()
        for folder in target.relative_to(self.goal).parents:
            if folder.name and not any((self.goal / folder).iterdir()):
                (self.goal / folder).rmdir()

    def _remember(self, files: dict[str, list[str]]) -> None:
        new = self.staging / MANIFEST
        new.write_text(json.dumps({"files": dict(sorted(files.items()))}, indent=1) + "\n")
        new.replace(self.goal / MANIFEST)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
