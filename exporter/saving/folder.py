"""The folder of one format: what stands there, what is about to, and how that is put in its place or left."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from exporter.errors import ExportError, Finding
from exporter.model import File, Source

MANIFEST = ".manifest.json"  # in out/NAME/: what was written there, so that stale files can go and others stay
STAGING = ".mlk-export-"  # in out/: begins the names of the folders in which runs prepare their files
WAITS = (0.1, 0.3, 0.6)  # seconds: so long virus scanners and indexers may hold a file
BLOCK = 1 << 20  # bytes


def read_manifest(folder: Path) -> dict[str, list[str]]:
    """What was written into a folder, by path: the SHA-256 of each version that may be there.

    Where it is damaged, nothing there is known to be ours.
    """
    manifest = folder / MANIFEST
    with suppress(OSError):
        return parse_manifest(manifest.read_bytes()) if manifest.exists() else {}
    return {}


def parse_manifest(data: bytes) -> dict[str, list[str]]:
    """The same, of what stands in the manifest."""
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        return {path: [str(digest) for digest in digests] for path, digests in json.loads(data)["files"].items()}
    return {}


def is_inside(folder: Path, path: str) -> bool:
    """Whether there is an ordinary file of this path, and no link leads out of the folder to it."""
    file = folder / path
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())


def is_aside(path: str) -> bool:
    """Whether a file is not what was asked for, but what a writer keeps beside it: hidden, or a backup."""
    name = PurePosixPath(path).name
    return name.startswith(".") or name.endswith(".bak")


def is_as_written(file: Path, digests: Collection[str]) -> bool:
    """Whether a file is one of these versions, whatever git or an editor has made of its line ends."""
    try:
        return _digest(file) in digests or _digest(file, as_text=True) in digests
    except OSError:
        return False


class Folder:
    """`out/NAME/`: what stands there, what is about to."""

    def __init__(self, name: str, out: Path, staging: Path) -> None:
        self.out, self.folder, self.staging, self.aside = out, out / name, staging / name, staging / f"{STAGING}{name}"
        self.made: dict[str, str] = {}  # path: SHA-256 of what is to be written
        self.bases: dict[str, str] = {}  # path: SHA-256 of the one version that it may replace
        self.same: set[str] = set()  # paths whose file stands there already, to the byte
        self.kept: list[Finding] = []
        self.staging.mkdir()
        self.old = read_manifest(self.folder)

    def stage(self, file: File) -> None:
        """Write a file where it waits until all are made."""
        path = PurePosixPath(file.path)
        if not path.parts or path.is_absolute() or ".." in path.parts or path.parts[0] == MANIFEST:
            raise ExportError(
                f"{self.folder.name}: {file.path!r} is no path below {self.folder}; the writer has to be fixed"
            )
        target = self.staging / path
        if target.exists() or any(str(parent) in self.made for parent in path.parents):
            raise ExportError(f"{self.folder.name}: {file.path!r} is written twice; the writer has to be fixed")
        target.parent.mkdir(parents=True, exist_ok=True)
        from hashlib import sha256  # with all of OpenSSL, which a check does not need

        digest = sha256()
        with target.open("wb") as stream:
            for part in [file.content] if isinstance(file.content, str | bytes) else file.content:
                data = part if isinstance(part, bytes) else part.encode()
                digest.update(data)
                stream.write(data)
        self.made[str(path)] = digest.hexdigest()
        if file.based_on is not None:
            self.bases[str(path)] = sha256(file.based_on).hexdigest()

    def look_out(self, overwrite: bool) -> None:
        """Refuse to go on where a file of somebody else would be overwritten."""
        if not self.folder.resolve().is_relative_to(self.out.resolve()):
            hint = "remove the link or choose another folder with --out"
            raise ExportError(f"{self.folder}: leads out of {self.out}; {hint}")
        root, outside = self.folder.resolve(), set[Path]()
        for folder in sorted(self._folders()):
            if (folder.exists() or folder.is_symlink()) and not folder.is_dir():
                raise ExportError(f"{folder}: a file stands where a folder is to be made; move it away")
            if not folder.resolve().is_relative_to(root):
                outside.add(folder)
        for path, digest in self.made.items():
            target = self.folder / path
            if target.is_symlink() or target.parent in outside:
                raise ExportError(f"{target}: is, or lies behind, a link; remove the link, then export again")
            if target.exists() and not target.is_file():
                raise ExportError(f"{target}: a folder stands where a file is to be written; move it away")
            try:
                there = _digest(target) if target.exists() else ""
                ours = [digest, *self.old.get(path, [])]
                if there == digest:
                    self.same.add(path)
                elif overwrite:
                    continue
                elif path in self.bases:
                    if there != self.bases[path]:
                        raise ExportError(f"{target}: was changed while this run was under way; export again")
                elif there and there not in ours and _digest(target, as_text=True) not in ours:
                    changed = "was changed" if path in self.old else "was made"
                    hint = "move it away or delete it, then export again; --overwrite replaces it"
                    raise ExportError(f"{target}: {changed} by somebody else; {hint}")
            except OSError as error:
                raise _refused(target, error) from error

    def _folders(self) -> set[Path]:
        """The folders that files are to be written into, and those above them up to the format's own."""
        folders = {
            parent for path in {PurePosixPath(path).parent for path in self.made} for parent in (path, *path.parents)
        }
        return {self.folder, *(self.folder / folder for folder in folders)}

    def commit(self) -> list[Path]:
        """Rename what is new, remove what is stale; a run that is killed in between is healed by the next one.

        Returns:
            Where what was asked for is now.

        Raises:
            ExportError: the disk refuses; all is as it was.
        """
        stale = {path: digests for path, digests in self.old.items() if path not in self.made}
        targets = {path: self.folder / path for path in self.made}
        made = [target for path, target in targets.items() if not is_aside(path)]
        if self.same == self.made.keys() and self.old == {path: [digest] for path, digest in self.made.items()}:
            return made  # nothing is written, so that whoever watches this folder has no work
        replaced: list[tuple[Path, Path | None]] = []  # a file and where it lies that stood there before
        folders = {*self._folders(), *self.folder.parents}
        new_folders = sorted((folder for folder in folders if not folder.exists()), reverse=True)
        manifest = self.folder / MANIFEST
        here = manifest
        try:
            before = manifest.read_bytes() if manifest.exists() else None
            self.folder.mkdir(exist_ok=True)
            self._remember(
                {**self.old, **{path: [digest, *self.old.get(path, [])] for path, digest in self.made.items()}}
            )
            try:
                for path, here in targets.items():
                    if path not in self.same:
                        here.parent.mkdir(parents=True, exist_ok=True)
                        replaced.append((here, self._keep_aside(here, len(replaced))))
                        _replace(self.staging / path, here)
            except BaseException:
                self._restore(replaced, before, new_folders)
                raise
            here = manifest
            left = {path: digests for path, digests in stale.items() if not self._remove(path, digests)}
            self._remember(left | {path: [digest] for path, digest in self.made.items()})
        except OSError as error:
            raise _refused(here, error) from error
        return made

    def _keep_aside(self, target: Path, number: int) -> Path | None:
        """Keep what stands there until all is in its place: under a second name, which costs nothing, else as a copy."""
        if not target.exists():
            return None
        self.aside.mkdir(exist_ok=True)
        aside = self.aside / str(number)
        try:
            aside.hardlink_to(target)
        except OSError:  # not every disk has them
            import shutil

            shutil.copy2(target, aside)
        return aside

    def _restore(
        self, replaced: Sequence[tuple[Path, Path | None]], manifest: bytes | None, new_folders: Sequence[Path]
    ) -> None:
        """Put back what stood there before."""
        for target, aside in reversed(replaced):
            with suppress(OSError):
                if aside:
                    aside.replace(target)
                else:
                    target.unlink(missing_ok=True)
        with suppress(OSError):
            if manifest is None:
                (self.folder / MANIFEST).unlink()
            else:
                (self.folder / MANIFEST).write_bytes(manifest)
        for folder in new_folders:
            with suppress(OSError):
                folder.rmdir()

    def _remove(self, path: str, digests: list[str]) -> bool:
        """Remove what is no longer written; gives whether nothing of ours is left there."""
        target = self.folder / path
        if not is_inside(self.folder, path):
            return True
        source = Source(str(target.absolute()), 1)
        try:
            if not {_digest(target), _digest(target, as_text=True)}.intersection(digests):
                message = "no longer written, but changed by somebody: left as it is"
                self.kept.append(Finding(source, "kept-file", message))
                return True
            target.unlink()
        except OSError as error:
            message = f"no longer written, but cannot be removed: {error.strerror}; the next run tries again"
            self.kept.append(Finding(source, "kept-file", message))
            return False
        for folder in target.relative_to(self.folder).parents:
            if folder.name and not any((self.folder / folder).iterdir()):
                (self.folder / folder).rmdir()
        return True

    def _remember(self, files: dict[str, list[str]]) -> None:
        new = self.staging / MANIFEST
        new.write_text(json.dumps({"files": dict(sorted(files.items()))}, indent=1) + "\n", newline="\n")
        _replace(new, self.folder / MANIFEST)


def _replace(new: Path, target: Path) -> None:
    """Put a file in its place; what holds the one that is there may let it go in a moment."""
    for wait in WAITS:
        try:
            new.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    new.replace(target)


def _refused(target: Path, error: OSError) -> ExportError:
    """That a file cannot be put in its place, by its true name."""
    hint = "make room or choose another folder with --out"
    if isinstance(error, PermissionError):
        hint = "is it open in another program? close it there, or make its folder writable, then export again"
    return ExportError(f"{target}: cannot be written: {error.strerror or error}; {hint}")


def _digest(file: Path, as_text: bool = False) -> str:
    r"""The SHA-256 of a file; `as_text` with "\n" for line ends, whatever git or an editor has made of them."""
    from hashlib import file_digest, sha256

    with file.open("rb") as stream:
        if not as_text:
            return file_digest(stream, "sha256").hexdigest()
        digest, end = sha256(), b""
        while block := stream.read(BLOCK):
            block = end + block
            end = b"\r" if block.endswith(b"\r") else b""
            digest.update(block.removesuffix(end).replace(b"\r\n", b"\n"))
        digest.update(end)
        return digest.hexdigest()
