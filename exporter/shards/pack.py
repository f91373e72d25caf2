"""A folder of notes -> shards: Parquet files of paths and content, cut by the sorted paths, so that each is the same again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from exporter.errors import Finding, UsageError
from exporter.reader.dialects import Dialect
from exporter.reader.options import ReadOptions
from exporter.reader.vault.files import MEGABYTE, Vault
from exporter.reader.vault.scan import scan
from exporter.reader.vault.settings import OBSIDIAN
from exporter.shards.shard import CANVAS, CONTENT, ENDING, NAME, PATH
from exporter.shards.store import Store

NOTES = 20_000  # in a shard: some 50 MB, and a second of work
OTHERS = f"files{ENDING}"  # the shard of what is no note
LEVEL = 3  # of Zstandard


def pack(
    root: Path,
    store: Store,
    options: ReadOptions,
    notes: int = NOTES,
    tick: Callable[[str, int, int], None] = lambda stage, done, total: None,
) -> tuple[list[str], list[Finding]]:
    """Pack the vault in a folder; gives the names of the shards, and what was found in listing its files.

    All notes go into shards of so many each. Of attachments the names alone are packed, of canvases and of Obsidian's own
    settings the content, too, since they say what is a topic. Shards of an earlier pack that are too many go.

    Raises:
        ExportError: the folder cannot be read, or the shards not written.
    """
    vault = scan(
        root,
        options.largest_note,
        (),
        options.follow_links,
        all_notes=True,
        any_folder=options.any_folder,
        dialect=options.dialect,
    )
    refuse_dialect(vault)
    paths = sorted((*vault.notes, *vault.ignored))
    names = []
    for number, first in enumerate(range(0, len(paths), notes)):
        name = f"notes-{number:05d}{ENDING}"
        some = paths[first : first + notes]
        store.write(name, _table(vault, some, [_read(vault, path) for path in some]))
        names.append(name)
        tick("packing", min(first + notes, len(paths)), len(paths))
    settings = sorted(_settings(vault.root))
    others = [*settings, *vault.attachments]
    contents = [(vault.root / path).read_bytes() for path in settings]
    store.write(
        OTHERS,
        _table(
            vault,
            others,
            [*contents, *(_read(vault, path) if path.lower().endswith(CANVAS) else None for path in vault.attachments)],
        ),
    )
    for name in store.names(ENDING):
        if name not in (*names, OTHERS) and name.startswith("notes-"):
            store.remove(name)
    return [*names, OTHERS], vault.findings


def refuse_dialect(vault: Vault) -> None:
    """Refuse a vault whose notes are to be read by other rules than Obsidian's.

    Raises:
        UsageError: its settings say so.
    """
    if vault.dialect.sign and type(vault.dialect) is not Dialect:
        raise UsageError(
            f"{vault.root}: is {vault.dialect.called()}, as {vault.dialect.sign} is there, and shards are read by Obsidian's "
            'rules alone; set dialect = "obsidian" in vault.toml, or export without --shards'
        )


def _read(vault: Vault, path: str) -> bytes | None:
    try:
        return vault.read(path)
    except OSError as error:
        vault.findings.append(vault.leave_out(path, error))
        return None


def _settings(root: Path) -> Iterator[str]:
    """The files of Obsidian's settings that say something of notes."""
    folder = root / OBSIDIAN
    if folder.is_dir() and not folder.is_symlink():
        for file in (*folder.glob("*.json"), *folder.glob("plugins/*/data.json")):
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= MEGABYTE:
                yield file.relative_to(root).as_posix()


def _table(vault: Vault, paths: Sequence[str], contents: Sequence[bytes | None]) -> Iterator[bytes]:
    """The bytes of a shard."""
    import pyarrow
    from pyarrow.parquet import write_table

    schema = pyarrow.schema(
        [(PATH, pyarrow.large_string()), (CONTENT, pyarrow.large_binary())],
        metadata={NAME: vault.root.name.encode(errors="replace")},
    )
    columns = [pyarrow.array(values, field.type) for values, field in zip((paths, contents), schema, strict=True)]
    sink: Any = pyarrow.BufferOutputStream()
    write_table(
        pyarrow.Table.from_arrays(columns, schema=schema),
        sink,
        compression="zstd",
        compression_level=LEVEL,
        use_dictionary=False,
    )
    yield sink.getvalue().to_pybytes()
