"""The hub: what a vault says (KnowledgeMap) and what is made of it (File). Imports nothing of ours but `regex`.

records.py: flat records that name one another by id, named tuples, as a million of them must cost little;
knowledge_map.py: the tables of them, which can be compared, sorted, pickled and dumped as they stand; table.py: tables
made on demand; content.py: the vault's files, read on demand; passage.py: what a text is made of; output.py: what writers yield and are given; secrets.py: what
none of it may say; store.py: what earlier runs have made; part.py: which part of a vault in shards is to be written; language.py: which language a text is in.

Text in it is valid Unicode: the reader lets no half of a character (a lone surrogate) in, so every text can be saved as
UTF-8. A map that somebody makes by hand may hold some; `replace_surrogates` is for writers that want to be safe of that.
"""

from exporter.model.content import Content, Locatable, NoContent
from exporter.model.knowledge_map import KnowledgeMap
from exporter.model.language import Languages, spread, usual_language
from exporter.model.output import NOTHING, File, Lock, Previous, replace_surrogates
from exporter.model.part import Part
from exporter.model.passage import Passage, PassageKind, Target, nest
from exporter.model.records import (
    BROADER,
    IN_AREA,
    MENTIONS,
    RELATED,
    REQUIRES,
    VAULT,
    Area,
    LearningPath,
    Link,
    Missing,
    Reference,
    Source,
    Step,
    Tag,
    Topic,
    Want,
    make_record,
)
from exporter.model.secrets import Secrets
from exporter.model.store import NoStore, Store, bytes_of, digest_of, get_record, key_of, put_record
from exporter.model.table import Table, no_collection

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
    "File",
    "KnowledgeMap",
    "Languages",
    "LearningPath",
    "Link",
    "Locatable",
    "Lock",
    "Missing",
    "NoContent",
    "NoStore",
    "Part",
    "Passage",
    "PassageKind",
    "Previous",
    "Reference",
    "Secrets",
    "Source",
    "Step",
    "Store",
    "Table",
    "Tag",
    "Target",
    "Topic",
    "Want",
    "bytes_of",
    "digest_of",
    "get_record",
    "key_of",
    "make_record",
    "nest",
    "no_collection",
    "put_record",
    "replace_surrogates",
    "spread",
    "usual_language",
]
