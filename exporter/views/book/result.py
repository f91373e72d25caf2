"""A whole book that an earlier run has made of the same, if it still stands where that run has left it.

The store keeps what it was made of, as a key, and what it looks like, as a digest; the book itself lies below `out/`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from exporter.errors import ExportError
from exporter.model import Previous, Store


def recall(store: Store, key: str, previous: Previous) -> tuple[dict[str, bytes], list[list[str]]] | None:
    """The files that were made under the key, and what was told of them; None where one is gone or another."""
    import msgspec

    kept = store.get(key)
    if kept is None:
        return None
    digests, told = msgspec.json.decode(kept, type=tuple[dict[str, str], list[list[str]]])
    files: dict[str, bytes] = {}
    for name, digest in digests.items():
        with suppress(ExportError, KeyError):  # it cannot be read, or is not there
            files[name] = previous.files[name]
        if name not in files or _digest(files[name]) != digest:
            return None
    return files, told


def remember(store: Store, key: str, files: Mapping[str, bytes], told: Sequence[Sequence[str]]) -> None:
    """Keep what the files look like, and what was told of them."""
    import msgspec

    store.put(key, msgspec.json.encode(({name: _digest(data) for name, data in files.items()}, told)))


def digest_folder(folder: Path) -> str:
    """What the files of a folder say, so that a key can name them."""
    files = sorted(file for file in folder.iterdir() if file.is_file())
    return "\n".join(f"{_digest(file.read_bytes())} {file.name}" for file in files)


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=20).hexdigest()
