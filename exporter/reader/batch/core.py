"""The compiled core, `exporter._native`, which is made of native/: whether it is there, and whether it is wanted."""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

from exporter.errors import ExportError

CORE = "exporter._native"
MOST_THREADS = 8  # that pay: putting together what they read is one's work
VARIABLE = "MLK_EXPORT_CORE"  # in the environment: who reads the notes, "python" or "compiled"; else who is there


def find_core() -> ModuleType | None:
    """The core, where notes are to be read by it.

    Raises:
        ExportError: it is asked for and is not there, or what is asked for is nothing that could be.
    """
    wanted = os.environ.get(VARIABLE, "")
    if wanted == "python":
        return None
    if wanted not in ("", "compiled"):
        raise ExportError(f"{VARIABLE} is {wanted!r}; set it to python or compiled, or leave it out")
    core, reason = _load()
    if wanted and not core:
        raise ExportError(
            f"the compiled core is not there ({reason}); install again where Rust is, or unset {VARIABLE}"
        )
    return core


def describe_core() -> str:
    """Whether the core is used: "yes", or "no" and why."""
    try:
        return "yes" if find_core() else f"no ({_load()[1] or f'{VARIABLE} is python'})"
    except ExportError as error:
        return f"no ({error})"


def _load() -> tuple[ModuleType | None, str]:
    try:
        return import_module(CORE), ""
    except ImportError as error:
        return None, "it was not built: Rust was not there" if error.name == CORE else str(error)


def processors() -> int:
    """How many threads may work at once."""
    return min(count_processors(), MOST_THREADS)


def count_processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
