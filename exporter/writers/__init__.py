"""What a writer is, and how one is found.

A writer is a module. Built in: whatever lies in this folder. From elsewhere: an entry point of the group
"mlk_export.writers" whose value is a module. docs/writers.md has a whole one.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

from exporter.errors import ExportError, Finding
from exporter.model import File, KnowledgeMap, Lock, Previous

GROUP = "mlk_export.writers"


class Writer(Protocol):
    """The whole contract. The module's name is the format's, "_" for "-"; its docstring's first line is its help.

    A module that has `MAPPING` obeys the mapping and the --set of the format so named instead of its own. One whose
    mapping holds keys for others names these in `KEYS_OF_OTHERS`.
    """

    @property
    def Options(self) -> type[Any]:  # noqa: N802 - a class
        """A frozen dataclass with a default for each field: what `mappings/NAME.toml` may say.

        Its method `check`, if it has one, raises OptionError for a value that makes no sense.
        """

    def write(self, knowledge_map: KnowledgeMap, options: Any, previous: Previous) -> Iterable[File | Finding | Lock]:
        """Yield what is made and a finding for each thing that the format cannot say.

        Pure: no clock, no network, no disk (a program may be called that has neither); equal arguments give
        equal files. Content may be an iterator, which is drained once, after `write` has gone on.
        """


def built_in() -> dict[str, str]:
    """The formats of this package and the module of each; imports none of them."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return {name.replace("_", "-"): f"{__name__}.{name}" for name in modules}


def names() -> dict[str, str]:
    """The formats that can be written here, by name: the built-in ones and those installed beside them.

    Raises:
        ExportError: two writers have one name.
    """
    modules = built_in()
    for entry in entry_points(group=GROUP):
        if modules.setdefault(entry.name, entry.value) != entry.value:
            raise ExportError(
                f"two writers are named {entry.name!r}: {modules[entry.name]} and {entry.value}; uninstall one of them"
            )
    return dict(sorted(modules.items()))


def find(name: str) -> Writer:
    """Import the one writer that is asked for.

    Raises:
        ExportError: no such format, the writer's own dependency is not installed, or it is no writer.
    """
    modules = names()
    if name not in modules:
        near = get_close_matches(name, modules, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ExportError(f"unknown format {name!r}; {hint}known: {', '.join(modules)}, all")
    try:
        module = import_module(modules[name])
    except ImportError as error:
        raise ExportError(
            f"format {name!r} cannot be used: {error}; install what is missing, then try again"
        ) from error
    for part in ("Options", "write", "__doc__"):
        if not getattr(module, part, None):
            raise ExportError(f"format {name!r}: the module {modules[name]} has no {part}, so it is no writer")
    try:
        inspect.signature(module.write).bind(None, None, None)
    except TypeError as error:
        raise ExportError(
            f"format {name!r}: {modules[name]}.write must take (knowledge_map, options, previous); "
            "it was made for another version of mlk-export: update it, or add the third argument (docs/writers.md)"
        ) from error
    return cast(Writer, module)


def mapping_of(name: str, module: object) -> str:
    """The name of the mapping and the --set that a format, or a loader, obeys."""
    return str(getattr(module, "MAPPING", name))


def keys_of_others(name: str, module: Any) -> set[str]:
    """The keys of its mapping that only others obey: the writer whose mapping it is, or one that shares it.

    Raises:
        ExportError: there is no writer of that mapping's name.
    """
    owner: Any = find(mapping_of(name, module))
    keys = {*owner.Options.__dataclass_fields__, *getattr(owner, "KEYS_OF_OTHERS", ())}
    return keys - {*module.Options.__dataclass_fields__}
