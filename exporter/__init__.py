"""Read a vault of Markdown notes once; write its knowledge map in many formats.

knowledge_map, findings = read(Path("vault"))
writer = find("skos")
save({"skos": writer.write(knowledge_map, writer.Options())}, Path("out"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exporter.errors import ExportError, Finding
    from exporter.model import Area, File, KnowledgeMap, LearningPath, Link, Reference, Source, Step, Tag, Topic
    from exporter.reader import Account, Reading, VaultMapping, read, survey
    from exporter.writer import find, save

__all__ = [
    "Account",
    "Area",
    "ExportError",
    "File",
    "Finding",
    "KnowledgeMap",
    "LearningPath",
    "Link",
    "Reading",
    "Reference",
    "Source",
    "Step",
    "Tag",
    "Topic",
    "VaultMapping",
    "find",
    "read",
    "save",
    "survey",
]
ROOMS = {
    "errors": ("ExportError", "Finding"),
    "reader": ("Account", "Reading", "VaultMapping", "read", "survey"),
    "writer": ("find", "save"),
}


def __getattr__(name: str) -> Any:
    """Fetch a name when it is asked for: every module imports this one, and `--help` must not pay for the reader."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = next((room for room, names in ROOMS.items() if name in names), "model")
    return getattr(import_module(f"{__name__}.{room}"), name)
