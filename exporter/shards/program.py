"""What makes the parts: whatever of the program may change their bytes."""

from __future__ import annotations

import os
import platform
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from exporter.model import digest_of
from exporter.reader.batch.core import VARIABLE

PACKAGE = Path(__file__).parents[1]
SUFFIXES = (".py", ".so", ".pyd")


@cache
def digest_program() -> str:
    """Names this program, its core, the YAML parser and Python: the same wherever the same is installed, since it is by content."""
    parser = find_spec("yaml12")
    places = [PACKAGE, *map(Path, (parser and parser.submodule_search_locations) or ())]
    return digest_of(
        platform.python_version(), os.environ.get(VARIABLE, ""), *(part for each in places for part in _sources(each))
    )


def digest_writer(module: Any) -> str:
    """Names a writer that somebody else has installed; "": it is one of this program, or nobody knows where it stands."""
    file = getattr(module, "__file__", None)
    if not file or module.__name__.startswith("exporter."):
        return ""
    place = Path(file)
    return digest_of(*(_sources(place.parent) if hasattr(module, "__path__") else [place.read_bytes()]))


def _sources(package: Path) -> list[str | bytes]:
    """Names and contents of the files of a package that are run."""
    files = sorted(file for file in package.rglob("*") if file.suffix in SUFFIXES)
    return [part for file in files for part in (str(file.relative_to(package)), file.read_bytes())]
