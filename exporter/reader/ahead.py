"""What the core begins before anybody asks: it lists a vault's folders and reads its cache, while Python imports what comes next."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

from exporter.reader.batch.core import find_core
from exporter.reader.batch.files import KeptNotes
from exporter.reader.vault.doubt import MOST_FOREIGN, doubt
from exporter.reader.vault.settings import OBSIDIAN

WINDOWS = os.name == "nt"


class Ahead:
    """What was begun for the vault in a folder."""

    def __init__(self, root: Path, cache: Path | None, threads: int, any_folder: bool) -> None:
        """Begin; `cache` is the folder of all caches, `any_folder` says that the folder is read, whatever it is.

        Where there is no folder, or one that is hardly a vault, nothing is begun: `scan` tells it.
        """
        self.kept: KeptNotes | None = None
        self.listing: Any = None  # the core's; None: Python lists the folders
        self.is_stamped = False  # it has the notes' stamps, too
        if not root.is_dir():
            return
        root = root.resolve()
        is_vault = any_folder or (root / OBSIDIAN).is_dir()
        if not is_vault and doubt(root):
            return
        self.kept = KeptNotes(cache, root) if cache else None
        self.is_stamped = self.kept is not None and self.kept.exists
        if (core := find_core()) and not WINDOWS:  # where what looks like a file may be a link
            most = math.inf if is_vault else MOST_FOREIGN  # files at which it is looked whether it is one
            self.listing = core.Listing(root, most, threads, self.is_stamped)
