"""Shards as they lie in a folder or a bucket: Parquet files of paths and content, and what of them can be no note's."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from exporter.errors import ExportError, Finding, UsageError
from exporter.model import Source
from exporter.reader.names import is_note
from exporter.reader.vault.files import MEGABYTE, TooLargeError, Vault
from exporter.shards.store import Store

ENDING = ".parquet"
PATH, CONTENT = "path", "content"
SETTINGS = ".obsidian/"  # the files of settings that a shard may hold begin so
CANVAS = ".canvas"
NAME = b"mlk-export.vault"  # among a file's own metadata: what the vault's folder was called
KEPT = 2  # shards whose notes are held for who asks for one by its path
ODD = "\\", ":", "//", "/.", "/\0", "\0/", "\0.", "\0\0"  # between NULs, paths without these are fine


class Listing(NamedTuple):
    """What one shard holds, by its paths."""

    name: str  # of its file
    paths: tuple[str, ...]  # in its own order; "": a row that is no file of a vault


class Listings(NamedTuple):
    """All shards, and what was found in looking at their paths."""

    vault: str  # what the vault is called
    shards: list[Listing]
    settings: dict[str, bytes]  # by path
    canvases: dict[str, bytes]
    findings: list[Finding]


def list_shards(store: Store) -> Listings:
    """Look at the paths of all shards; their notes are not read.

    Raises:
        UsageError: there is none, or one lacks a column or has one of another type.
        ExportError: a path stands twice.
    """
    names = store.names(ENDING)
    if not names:
        raise UsageError(
            f"{store.place}: no shards here (*{ENDING}); make them with: mlk-export pack FOLDER --to PLACE"
        )
    vault = store.place.rstrip("/").rpartition("/")[2]
    shards: list[Listing] = []
    settings: dict[str, bytes] = {}
    canvases: dict[str, bytes] = {}
    findings: list[Finding] = []
    shard_of: dict[str, str] = {}
    for name in names:
        try:
            file, paths = _read_paths(store, name)
        except BadShardError as error:
            findings.append(unreadable(name, error))
            continue
        vault = (file.schema_arrow.metadata or {}).get(NAME, b"").decode(errors="replace") or vault
        told, kept = _check(name, paths)
        findings += told
        for path in filter(None, kept):
            if path in shard_of:
                where = f"in {shard_of[path]} and in {name}" if shard_of[path] != name else f"twice in {name}"
                raise ExportError(f"{store.place}: {path!r} stands {where}; a vault has each path once: pack it again")
            shard_of[path] = name
        shards.append(Listing(name, kept))
        wanted = [row for row, path in enumerate(kept) if path.startswith(SETTINGS) or path.lower().endswith(CANVAS)]
        if wanted:
            contents = _to_bytes(file.read(columns=[CONTENT]).column(0))
            for row in wanted:
                (canvases if kept[row].lower().endswith(CANVAS) else settings)[kept[row]] = contents[row] or b""
    return Listings(vault, shards, settings, canvases, findings)


def unreadable(name: str, error: Exception) -> Finding:
    """That a shard is left out."""
    reason = str(error).split("\n")[0].strip()
    message = f"this shard cannot be read and is left out, with all its notes ({reason}); write it again"
    return Finding(Source(name, 1), "unreadable-shard", message)


class BadShardError(Exception):
    """A shard is no whole Parquet file."""


def _read_paths(store: Store, name: str) -> tuple[Any, list[str | bytes | None]]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(store.open(name))
        check_columns(store, name, file.schema_arrow)
        return file, to_texts(file.read(columns=[PATH]).column(0))
    except (pyarrow.ArrowException, OSError) as error:
        raise BadShardError(str(error)) from error


def check_columns(store: Store, name: str, schema: Any) -> None:
    """Refuse a shard without the two columns.

    Raises:
        UsageError: one lacks, or is of another type.
    """
    from pyarrow import types

    texts = (types.is_string, types.is_large_string)
    for column, kinds, what in (
        (PATH, texts, "a text"),
        (CONTENT, (*texts, types.is_binary, types.is_large_binary), "bytes or a text"),
    ):
        index = schema.get_field_index(column)
        if index < 0:
            raise UsageError(f"{store.place}/{name}: has no column {column!r}; a shard has `path` and `content`")
        kind = schema.field(index).type
        kind = kind.value_type if types.is_dictionary(kind) else kind
        if not any(is_kind(kind) for is_kind in kinds):
            raise UsageError(f"{store.place}/{name}: the column {column!r} is {kind}; it must be {what}")


def to_texts(column: Any) -> list[str | bytes | None]:
    """The texts of a column; what is not UTF-8 as bytes."""
    try:
        return column.to_pylist()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return [_text(cell) for cell in column]


def _text(cell: Any) -> str | bytes | None:
    try:
        return cell.as_py()  # type: ignore[no-any-return]
    except UnicodeDecodeError:
        return bytes(cell.as_buffer())


def _to_bytes(column: Any) -> list[bytes | None]:
    import pyarrow

    return column.cast(pyarrow.large_binary()).to_pylist()  # type: ignore[no-any-return]


def _check(name: str, paths: Sequence[str | bytes | None]) -> tuple[list[Finding], tuple[str, ...]]:
    """The paths that can be files of a vault, "" for others, and a finding for each of these that was meant to be one."""
    texts = [path for path in paths if isinstance(path, str)]
    text = "\0".join(["", *texts, ""])
    if text.count("\0") == len(paths) + 1 and not any(odd in text for odd in ODD):
        return [], tuple(texts)
    findings: list[Finding] = []
    kept: list[str] = []
    for row, path in enumerate(paths, 1):
        why = _why_not(path)
        if why:
            shown = path if isinstance(path, str) else repr(path)
            message = (
                f"row {row}: the path {shown!r} {why}, so it is left out; write it relative to the vault, with '/'"
            )
            findings.append(Finding(Source(name, row), "bad-name", message))
        hidden = isinstance(path, str) and not why and _is_hidden(path)
        kept.append(path if isinstance(path, str) and not why and not hidden else "")
    return findings, tuple(kept)


def _why_not(path: str | bytes | None) -> str:
    """Why a path is none in a vault; "": it is one."""
    if path is None or path == "":
        return "is empty"
    if isinstance(path, bytes):
        return "is not UTF-8"
    if "\0" in path or "\\" in path:
        return "is no file's"
    if path[0] == "/" or path[1:2] == ":" or not {"", ".", ".."}.isdisjoint(path.split("/")):
        return "leads out of the vault, or is no plain path"
    return ""


def _is_hidden(path: str) -> bool:
    """Whether a path is of no vault, as one part begins with a dot; of Obsidian's settings it is known."""
    return not path.startswith(SETTINGS) and any(part[0] == "." for part in path.split("/"))


def read_notes(store: Store, listing: Listing, data: bytes | None = None) -> dict[str, bytes | None]:
    """The notes of a shard by path, sorted; None: there is no content, as of a file that nobody could read.

    `data` is the shard's file, if it was read already.

    Raises:
        BadShardError: it is no whole Parquet file.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    try:
        source = pyarrow.BufferReader(data) if data is not None else store.open(listing.name)
        contents = _to_bytes(ParquetFile(source).read(columns=[CONTENT]).column(0))
    except (pyarrow.ArrowException, OSError) as error:
        raise BadShardError(str(error)) from error
    pairs = zip(listing.paths, contents, strict=True)
    return dict(sorted((path, note) for path, note in pairs if is_note(path) and path[0] != "."))


@dataclass(frozen=True)
class ShardVault(Vault):
    """A vault whose notes come from shards, and nothing from the disk."""

    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)  # of notes, by path

    def in_order(self, paths: Iterable[str]) -> Iterable[str]:
        """Paths by their shards, as a shard is read as a whole."""
        return self.contents.in_order(paths) if isinstance(self.contents, Contents) else paths

    def read(self, path: str, largest: float | None = None) -> bytes:
        """Read a file of the vault.

        Raises:
            TooLargeError: it is larger than that.
            OSError: it is not here, or nobody may see it.
        """
        if (remembered := self.memory.notes.get(path)) is not None:
            return remembered
        data = None if path in self.hidden else self.contents.get(path)
        if data is None:
            raise FileNotFoundError(f"{path!r} is not in this shard")
        if len(data) > (self.largest if largest is None else largest):
            raise TooLargeError(f"has {len(data) / MEGABYTE:.3g} MB, too many,")
        return self.redact(path, data) if self.redact and is_note(path) else data


class Contents(Mapping[str, bytes]):
    """The notes of all shards by path, read from the shards when somebody asks; the last shards are kept."""

    def __init__(
        self, store: Store, listings: Iterable[Listing], more: Mapping[str, bytes], only: Container[str] | None = None
    ) -> None:
        """Take where the shards are, which, and files that are known otherwise; `only` those of these paths are there."""
        self._store, self._more = store, more
        paths = ((path, listing) for listing in listings for path in listing.paths if is_note(path))
        self._listings = {path: listing for path, listing in paths if only is None or path in only}
        self._tables: dict[str, dict[str, bytes]] = {}  # by shard, the last one last

    def __getitem__(self, path: str) -> bytes:
        if (known := self._more.get(path)) is not None:
            return known
        listing = self._listings[path]
        if listing.name not in self._tables:
            notes = read_notes(self._store, listing)
            self._tables[listing.name] = {path: data for path, data in notes.items() if data is not None}
            if len(self._tables) > KEPT:
                del self._tables[next(iter(self._tables))]
        return self._tables[listing.name][path]

    def in_order(self, paths: Iterable[str]) -> list[str]:
        """Paths by their shards; what is known otherwise comes first."""
        return sorted(paths, key=lambda path: self._listings[path].name if path in self._listings else "")

    def __iter__(self) -> Iterator[str]:
        return iter([*self._more, *self._listings])

    def __len__(self) -> int:
        return len(self._more) + len(self._listings)

    def __contains__(self, path: object) -> bool:
        return path in self._more or path in self._listings
