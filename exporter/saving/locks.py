"""What a writer must not forget from one run to the next: `NAME.lock`, beside the mappings."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from exporter.errors import ExportError, Finding
from exporter.model import Lock, Source
from exporter.options import MAPPINGS, lies_here
from exporter.regex import regex

REFUSALS = (errno.EACCES, errno.EPERM, errno.EROFS)  # nobody but who owns the folder can do anything about it
CONFLICT = regex("^(?:<{7}|>{7})", re.MULTILINE)


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
