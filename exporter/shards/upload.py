"""What was made, into an object store: never over what somebody else made there, and the manifest last."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from exporter import saving
from exporter.errors import ExportError
from exporter.shards.store import Store

PIECE = 1 << 22  # bytes that are sent at once


def upload(folder: Path, names: Iterable[str], out: str, overwrite: bool) -> list[Path]:
    """Put the folders of some formats below an address; gives where their files are now.

    What the manifest there says that an earlier run has left is replaced, or removed if it is no longer made. An object
    appears when it is whole, and the manifest is written when all are there: until then it is that of before.

    Raises:
        ExportError: a file of somebody else is in the way, or the store refuses one; the formats before it are there.
    """
    paths: list[Path] = []
    for name in names:
        store = Store(f"{out.rstrip('/')}/{name}")
        new = saving.read_manifest(folder / name)
        old = saving.parse_manifest(store.read(saving.MANIFEST)) if store.has(saving.MANIFEST) else {}
        there = {*store.names()}
        for path in sorted(new):
            if path in there and path not in old and not overwrite:
                hint = "move it away or delete it, then export again; --overwrite replaces it"
                raise ExportError(f"{store.place}/{path}: was made by somebody else; {hint}")
        for path in sorted(new):
            if path not in there or old.get(path) != new[path]:
                store.write(path, _pieces(folder / name / path))
            paths.append(Path(f"{out}/{name}/{path}"))
        for path in sorted(old.keys() - new.keys()):
            store.remove(path)
        store.write(saving.MANIFEST, _pieces(folder / name / saving.MANIFEST))
    return paths


def _pieces(file: Path) -> Iterable[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece
