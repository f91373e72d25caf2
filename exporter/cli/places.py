"""Which folder is meant, and where what is made of it goes."""

from __future__ import annotations

import os
from pathlib import Path

from exporter.errors import UsageError

OBSIDIAN = ".obsidian"  # its folder of settings; as the reader says, for which `--help` must not pay
MANIFEST = ".manifest.json"  # in each folder that saving.py has written
PROJECT = "vault"  # the folder in which a project keeps its notes, as ours does
OUT = Path("out")


def default_vault() -> Path | None:
    """The vault that is here: what Obsidian has opened, else a project's, else loose notes."""
    if Path(OBSIDIAN).is_dir():
        return Path()
    if Path(PROJECT).is_dir():
        return Path(PROJECT)
    return Path() if next(Path().glob("*.md"), None) else None


def find_vault(named: Path | None) -> Path:
    """The vault that was named, else the one that is here.

    Raises:
        UsageError: there is none.
    """
    vault = named or default_vault()
    if vault:
        return vault
    raise UsageError(
        "no vault here: this folder has no folder .obsidian, no folder vault/ and no notes (*.md); "
        "name yours: mlk-export FOLDER"
    )


def is_vault(folder: Path) -> bool:
    """Whether a folder is a vault at first sight: Obsidian has opened it, or notes lie in it."""
    return folder.is_dir() and ((folder / OBSIDIAN).is_dir() or next(folder.glob("*.md"), None) is not None)


def find_output(vault: Path) -> tuple[Path, str]:
    """The folder to write below where nobody has named one, and a word on it where it may surprise.

    Obsidian shows what lies in its vault, so nothing of ours goes there: it goes beside it. What an earlier run has left
    in `out/` here is kept up to date there; and a project, and notes without Obsidian, have `out/` as they always had.
    """
    from exporter.options import lies_here, shorter
    from exporter.reader.vault.doubt import vault_around

    place = Path(os.path.abspath(vault))  # noqa: PTH100 - a vault that is a link lies where the link does
    whole = place if (place / OBSIDIAN).is_dir() else vault_around(place)
    project = place == Path(os.path.abspath(PROJECT))  # noqa: PTH100
    related = lies_here(vault) or Path.cwd().is_relative_to(vault.resolve())
    if project or not whole or (related and _holds_output(OUT)):
        return OUT, ""
    if not os.access(whole.parent, os.W_OK):
        return OUT, f"output: {OUT}{os.sep} here, as {whole.parent} cannot be written; --out names another folder"
    beside = whole.with_name(f"{place.name}-export")
    if not vault.is_absolute():
        beside = shorter(beside)
    return beside, f"output: {beside}{os.sep}, beside the vault; --out names another folder"


def _holds_output(folder: Path) -> bool:
    """Whether an earlier run has written below this folder."""
    return next(folder.glob(f"*/{MANIFEST}"), None) is not None
