"""Which folders are hardly the vault that was meant, so that nobody reads a whole disk by mistake."""

from __future__ import annotations

import os
import re
from pathlib import Path

from exporter.reader.vault.settings import OBSIDIAN
from exporter.regex import regex

SYSTEM = frozenset(
    "/Applications /Library /System /Volumes /bin /boot /dev /etc /lib /lib64 /proc /run /sbin /sys /tmp /usr /var"
    " /usr/tmp /var/tmp".split()
)
TEMPORARY = (
    "TMPDIR",
    "TEMP",
    "TMP",
)  # in the environment, as `tempfile.gettempdir` asks for them, which takes long to import
WINDOWS = regex(r"[A-Z]:\\(?:Windows|Program Files(?: \(x86\))?|ProgramData)", re.IGNORECASE)
# Folders of what a package manager brings, and others wrote
FOREIGN = regex(r"(?:\A|/)(?:site-packages|dist-packages|bower_components|vendor|third_party|gems|Pods)(?:/|\Z)")
DEPENDENCIES = ("node_modules", "site-packages", "dist-packages", "bower_components")  # nobody's notes by their names
MOST_FOREIGN = 20_000  # notes in them
MOST_FILES = 200_000


def doubt(root: Path) -> str:
    """What a folder is that is hardly a vault; "" for one that may well be one, and for what holds Obsidian's settings.

    `root` is a real path.
    """
    if (root / OBSIDIAN).is_dir():
        return ""
    if root.parent == root:
        return "the root of a drive"
    try:
        home = Path.home().resolve()
    except RuntimeError:  # nobody knows where it is
        home = root / OBSIDIAN
    if root == home:
        return "your home folder"
    if root == home.parent:
        return "the folder of all home folders"
    place = str(root)
    if place in SYSTEM or place.removeprefix("/private") in SYSTEM or (place[1:2] == ":" and WINDOWS.fullmatch(place)):
        return "a folder of the system"
    if place in {os.path.realpath(folder) for name in TEMPORARY if (folder := os.environ.get(name))}:
        return "the folder of temporary files"
    return "a folder of dependencies" if root.name in DEPENDENCIES else ""


def vault_around(folder: Path) -> Path | None:
    """The vault that a folder is a part of, by its real path; None: it is a vault itself, or part of none."""
    real = folder.resolve()
    if (real / OBSIDIAN).is_dir():
        return None
    return next((above for above in real.parents if (above / OBSIDIAN).is_dir()), None)
