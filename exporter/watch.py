"""What changes in a vault while somebody works on it: batches of paths, as editors, sync programs and git leave them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exporter.errors import ExportError
from exporter.options import MAPPINGS, shorter

if TYPE_CHECKING:
    from watchfiles import Change

STEP, LONGEST = 50, 1_600  # milliseconds without a change that end a batch; and after which it ends anyway
LOOK = 250  # milliseconds after which it is looked whether the folders are still those that are watched
SETTINGS = (".obsidian", ".vscode", ".foam", MAPPINGS)  # hidden folders that say how a vault is read
SAY = (".json", ".toml", ".yaml", ".yml")  # and how the files are called that do
NOISE = ("workspace", "graph.json")  # of Obsidian's settings: what it writes whenever somebody looks at another note

Identities = dict[Path, tuple[int, int]]


def watch(vault: Path, mappings: Path | None, ours: Sequence[Path], poll: bool = False) -> Iterator[list[str] | None]:
    """Yield what has changed since the last time, as paths seen from the vault, sorted.

    The first batch comes as soon as all is watched, mostly empty, so that nothing is missed that changes while it is
    used. None: the vault is gone; once it is back, the next batch names it. `mappings` is the folder that was named; None:
    the vault's own, or `mappings` here. `ours` are folders whose files we write ourselves. `poll` looks at every file
    instead of asking the system, which is told nothing of changes on the disk of another machine.

    Raises:
        ExportError: the system refuses to watch.
    """
    from watchfiles import watch as changes

    places = [vault, mappings or Path("mappings")]
    concerns = _filter(vault, ours)
    before: Identities | None = None
    while True:
        there = _identities(places)
        if vault not in there:
            if before is None or vault in before:
                yield None
            before = there
            time.sleep(LOOK / 1000)
            continue
        anew = [place for place in places if before is not None and before.get(place) != there.get(place)]
        before = there
        batches = changes(
            *_outermost(there),
            watch_filter=concerns,
            debounce=LONGEST,
            step=STEP,
            rust_timeout=LOOK,
            yield_on_timeout=True,
            force_polling=poll or None,  # None: as the environment says
            ignore_permission_denied=True,
        )
        try:
            batch = next(batches)
        except FileNotFoundError:  # it went in this very moment
            continue
        except OSError as error:
            hint = "let the system watch more files, or add --poll, which looks at each of them"
            raise ExportError(f"{vault}: cannot be watched: {error}; {hint}") from error
        yield sorted({*map(str, anew), *(_name(path, vault) for _, path in batch)})
        for batch in batches:
            if _identities(places) != there:
                break  # and a new one finds out; what is in this batch is read with all the rest
            if batch:
                yield sorted({_name(path, vault) for _, path in batch})
        batches.close()


def _identities(places: Sequence[Path]) -> Identities:
    """The folders that are there, and which these are: of one that was made anew the system would tell nothing."""
    found = {}
    for place in places:
        try:
            status = place.stat()
        except OSError:
            continue
        found[place] = status.st_dev, status.st_ino
    return found


def _outermost(places: Iterator[Path] | Identities) -> list[Path]:
    """Absolute paths of folders, without those that lie in another one of them."""
    whole = [Path(os.path.abspath(place)) for place in places]  # noqa: PTH100 - a link stays what it is called
    return [place for place in whole if not any(place != other and place.is_relative_to(other) for other in whole)]


def _filter(vault: Path, ours: Sequence[Path]) -> Callable[[Change, str], bool]:
    """Whether a change may be one of what is read: of a note, a file beside it, a setting or a mapping."""
    root, *made = (os.path.abspath(folder) for folder in (vault, *ours))  # noqa: PTH100

    def concerns(change: Change, path: str) -> bool:
        if path.endswith(".lock") or any(_is_below(path, folder) or _is_below(folder, path) for folder in made):
            return False  # we write these; and the folders around them
        if change.name == "modified" and os.path.isdir(path):  # noqa: PTH112
            return False  # what has changed in it is told, too
        if path != root and not _is_below(path, root):
            return path.endswith(".toml")  # a mapping elsewhere
        parts = Path(path).relative_to(root).parts
        hidden = [part for part in parts if part[0] == "."]
        if not hidden:
            return "node_modules" not in parts
        if len(hidden) > 1 or parts[0] not in SETTINGS:
            return False
        if len(parts) == 1:  # which may have been moved here, and is made for a lock, too
            return change.name == "deleted" or any(_is_setting(file.name) for file in Path(path).rglob("*"))
        return _is_setting(parts[-1])

    return concerns


def _is_setting(name: str) -> bool:
    return name.endswith(SAY) and not name.startswith(NOISE)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _name(path: str, vault: Path) -> str:
    """A path as it is told: from the vault, or, where it lies elsewhere, from here."""
    place, root = Path(path), Path(os.path.abspath(vault))  # noqa: PTH100
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else str(shorter(place))
