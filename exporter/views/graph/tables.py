"""The tables of a property graph: which labels, types and properties there are, and what the mapping may say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from exporter.errors import OptionError
from exporter.model import IN_AREA

SOURCE, RUN, DIGEST, SINCE = "_source", "_run", "_digest", "_since"  # properties by which loads know their own


Type = Literal["text", "integer", "float", "boolean", "date", "localdatetime", "datetime"]


class Column(NamedTuple):
    """A property: its name and what it holds; a row's None leaves it out. A text that is not `blank` is never empty."""

    name: str
    type: Type = "text"
    many: bool = False  # a list of it
    blank: bool = False  # an empty text is something else than none


@dataclass(frozen=True)
class Nodes:
    """Nodes of one label; the first column is their id."""

    label: str
    columns: tuple[Column, ...]
    roles: tuple[str, ...] = ()  # further labels


@dataclass(frozen=True)
class Relationships:
    """Relationships of one type; a row begins with the ids of start and end."""

    type: str
    start: str  # label
    end: str  # label
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()  # columns that tell two relationships between the same nodes apart
    kind: str | None = None  # the vault's own word, where it is a link; always a part of the key


Table = Nodes | Relationships
Scalar = str | int | float | bool | date  # of dates, datetime is one
Value = Scalar | tuple[str, ...] | tuple[int, ...] | tuple[float, ...] | tuple[bool, ...] | tuple[date, ...] | None
Values = tuple[Value, ...]
Row = tuple[Table, Values]

ID = Column("id")
TITLE = Column("title", blank=True)
ALIASES = Column("aliases", many=True)
POSITION = Column("position", "integer")
FILE_AND_LINE = (Column("file"), Column("line", "integer"))
TEXT = Column("text")
KIND = Column("kind", blank=True)  # of a link, the vault's own word
# A topic links to another as often as its text names it; the graph has one relationship for all of them, with their
# number and the words of the first, for whoever asks about a graph asks whether two topics are linked, and each
# path would be found many times over.
LINK = (*FILE_AND_LINE, Column("text"), Column("anchor"), Column("sentence"), Column("count", "integer"))

IMPLIED = Column("implied", "boolean")  # of a link that follows from others, where such are asked for

TOPIC = (
    ID,
    TITLE,
    Column("summary"),
    Column("definition"),
    ALIASES,
    Column("note"),
    POSITION,
    *FILE_AND_LINE,
)
CAPTION = Column("title")  # what a picture of the graph writes on a node; each has one
TAG = Nodes("Tag", (ID, CAPTION, *FILE_AND_LINE))
PATH = Nodes("LearningPath", (ID, TITLE, Column("steps", many=True), *FILE_AND_LINE))
REFERENCE = Nodes("Reference", (ID, CAPTION))
MISSING = Nodes("Missing", (ID, CAPTION, *FILE_AND_LINE))
COMMON = "Knowledge"  # every node has this label
LABELS = ("Topic", "Tag", "LearningPath", "Reference", "Missing")  # and one of these
AREA, NOTE = "Area", "Note"  # what a topic can be besides
RESERVED_LABELS = {COMMON, AREA, NOTE, *LABELS}

HAS_TAG = Relationships("HAS_TAG", "Topic", "Tag", (POSITION, *FILE_AND_LINE))
WIDER_TAG = Relationships("BROADER", "Tag", "Tag", FILE_AND_LINE)
STEP = Relationships(
    "STEP",
    "LearningPath",
    "Topic",
    (POSITION, Column("order", "integer"), Column("text"), *FILE_AND_LINE),
    ("position",),
)
NEXT = Relationships("NEXT", "Topic", "Topic", (Column("path"), POSITION, *FILE_AND_LINE), ("path", "position"))
REFERS_TO = Relationships(
    "REFERS_TO", "Topic", "Reference", (*FILE_AND_LINE, Column("text"), Column("count", "integer"))
)
LINKS_TO = "LINKS_TO"  # the type of a kind that gives no name of its own
# They mean something, so no other kind may be called so.
RESERVED_TYPES = {"HAS_TAG", "IN_AREA", "NEXT", "REFERS_TO", "STEP"}

NAME = re.compile("[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Options:
    """What `mappings/neo4j.toml` says to all who make this graph."""

    source: str = ""  # marks what this vault has written; "": the map's title, or "vault" where it has none
    with_text: bool = False  # each note's Markdown as the property `text`
    missing: bool = False  # notes that links lead to and nobody has written, as nodes
    labels: dict[str, str] = field(default_factory=dict)  # tag, or "property: value": label of the topics that have it
    types: dict[str, str] = field(default_factory=dict)  # kind of link, the vault's word: type of relationship

    def check(self) -> None:
        """Refuse what would make no graph.

        Raises:
            OptionError: a name that no label or type can have, or that means something else already.
        """
        for rule, label in self.labels.items():
            key = f"labels.{rule}"
            if rule.startswith(":"):
                raise OptionError(key, f"{key!r} names no property; write it before the colon, as in 'type: person'")
            _check_name(key, label, RESERVED_LABELS)
        for kind, type_ in self.types.items():
            key = f"types.{kind}"
            if kind == IN_AREA:
                raise OptionError(key, f"{key!r}: lying in an area is always IN_AREA; remove this line")
            _check_name(key, type_, RESERVED_TYPES)


def _check_name(key: str, name: str, reserved: set[str]) -> None:
    if not NAME.fullmatch(name) or name in reserved:
        allowed = f"letters, digits and '_', and none of {', '.join(sorted(reserved))}"
        raise OptionError(key, f"{key!r} cannot be {name!r}; choose {allowed}")
