"""Read a vault of Markdown notes once; write its knowledge map in many formats.

    from exporter import export_vault, read

    export_vault("vault", ["skos", "handbook"], out="out")  # what `mlk-export --format skos --format handbook` does

    knowledge_map, findings, statistics = read("vault")
    for topic in knowledge_map.topics:
        print(topic.title, topic.areas)

docs/library.md has recipes. What this module names is stable: it changes with a new second number of the version, and
CHANGELOG.md says how; what lies in other modules may change at any time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from exporter.version import VERSION as __version__  # noqa: N811 - the name that the language has for it

if TYPE_CHECKING:
    from exporter.errors import DoubtError, ExportError, Finding, OptionError, PreviousError, UsageError
    from exporter.export import export_vault
    from exporter.load import load_vault
    from exporter.model import (
        BROADER,
        IN_AREA,
        MENTIONS,
        NOTHING,
        RELATED,
        REQUIRES,
        VAULT,
        Area,
        Content,
        File,
        KnowledgeMap,
        LearningPath,
        Link,
        Lock,
        Missing,
        Passage,
        Previous,
        Reference,
        Source,
        Step,
        Tag,
        Target,
        Topic,
        Want,
    )
    from exporter.options import load_options
    from exporter.reader import Publish, Reading, ReadOptions, read
    from exporter.reader.statistics import Statistics
    from exporter.saving import LeftError, save
    from exporter.writers import Writer, find

__all__ = [
    "BROADER",
    "IN_AREA",
    "MENTIONS",
    "NOTHING",
    "RELATED",
    "REQUIRES",
    "VAULT",
    "Area",
    "Content",
    "DoubtError",
    "ExportError",
    "File",
    "Finding",
    "KnowledgeMap",
    "LearningPath",
    "LeftError",
    "Link",
    "Lock",
    "Missing",
    "OptionError",
    "Passage",
    "Previous",
    "PreviousError",
    "Publish",
    "ReadOptions",
    "Reading",
    "Reference",
    "Report",
    "Source",
    "Statistics",
    "Step",
    "Tag",
    "Target",
    "Topic",
    "UsageError",
    "Want",
    "Writer",
    "__version__",
    "export_vault",
    "find",
    "load_options",
    "load_vault",
    "read",
    "save",
]
# Where the names lie that are not of the model.
MODULES = {
    "errors": ("DoubtError", "ExportError", "Finding", "OptionError", "PreviousError", "UsageError"),
    "export": ("export_vault",),
    "load": ("load_vault",),
    "run": ("Report",),
    "options": ("load_options",),
    "reader": ("Publish", "ReadOptions", "Reading", "read"),
    "reader.statistics": ("Statistics",),
    "saving": ("LeftError", "save"),
    "writers": ("Writer", "find"),
}


def __getattr__(name: str) -> Any:
    """Fetch a name when it is asked for: every module imports this one, and `--help` must not pay for the reader."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = next((module for module, names in MODULES.items() if name in names), "model")
    value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return value


def __dir__() -> list[str]:
    """The public names, for `help(exporter)` and completion."""
    return __all__
