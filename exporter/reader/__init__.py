"""A vault -> (KnowledgeMap, findings): the only room that knows Markdown and Obsidian.

Its wings, in the order of the work: vault/: which files there are; markdown/: what one note says; batch/: what all notes
say, and where their links lead; publish/: what of it may be seen; meaning/: the tables of the hub; content/: the notes'
texts, when somebody asks. dialects/: other programs' rules, where they are not Obsidian's.
Its own files: ahead.py: what the core begins while Python imports the rest; understanding.py: the wings in their order; reading.py: what
comes of it; names.py: paths, and how names are compared; digests.py: digests; options.py: how a vault is to be understood;
statistics.py: what became of every note and link; part.py: a part of what was read; explain.py: why a note has its id, areas and links, and what to read before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from os import PathLike
from pathlib import Path

from exporter.model import no_collection
from exporter.reader.ahead import Ahead
from exporter.reader.batch.core import processors
from exporter.reader.options import Publish, ReadOptions
from exporter.reader.reading import Evidence, Reading

__all__ = ["Evidence", "Publish", "ReadOptions", "Reading", "read", "understand"]


def read(
    root: str | PathLike[str],
    options: ReadOptions | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: str | PathLike[str] | None = None,
    memory: int = 0,
) -> Reading:
    """Read the vault in the folder `root`: scan, parse, resolve, interpret.

    A note that cannot be read becomes a finding and is left out; the others are read.

    Args:
        root: the folder with the notes.
        options: how they are to be understood.
        tick: is told now and then how many notes were read, and of how many.
        workers: how many threads of the compiled core read the notes; 0: as many as there are processors. The result is the same.
        cache: the folder in which it is kept what was read, so that the next run reads only what has changed.
        memory: bytes of notes that are kept for who asks for their texts.

    Raises:
        DoubtError: the folder is hardly a vault, and `any_folder` is not set.
        UsageError: there is no such folder, or it holds no note.
        ExportError: it cannot be read.
        OptionError: an option names what is not there, or makes no sense.
    """
    return understand(Path(root), options or ReadOptions(), tick, workers, Path(cache) if cache else None, memory)[0]


@no_collection(long=True)
def understand(
    root: Path,
    options: ReadOptions,
    tick: Callable[[int, int], None],
    workers: int,
    cache: Path | None,
    memory: int = 0,
) -> tuple[Reading, Evidence]:
    """Read the vault as `read` does, and keep what is known of it."""
    start, threads = time.time_ns(), workers or processors()
    ahead = Ahead(root, cache, threads, options.any_folder)
    from exporter.reader import understanding  # which takes a while, and the core is at work meanwhile

    return understanding.understand(root, options, ahead, start, threads, tick, memory)
