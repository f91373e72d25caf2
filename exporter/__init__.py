"""Read a vault of Markdown notes once; write its knowledge map in many formats.

knowledge_map, findings = read(Path("vault"))
writer = find("skos")
save({"skos": writer.write(knowledge_map, writer.Options())}, Path("out"))
"""

from exporter.errors import ExportError, Finding
from exporter.model import Area, File, KnowledgeMap, LearningPath, Link, Reference, Source, Step, Tag, Topic
from exporter.reader import VaultMapping, read
from exporter.writer import find, save

__all__ = [
    "Area",
    "ExportError",
    "File",
    "Finding",
    "KnowledgeMap",
    "LearningPath",
    "Link",
    "Reference",
    "Source",
    "Step",
    "Tag",
    "Topic",
    "VaultMapping",
    "find",
    "read",
    "save",
]
