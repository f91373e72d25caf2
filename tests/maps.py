"""Knowledge maps with all that is hard about one; exporter.testing makes the simple ones."""

from texts import hostile_texts

from exporter.model import (
    IN_AREA,
    MENTIONS,
    REQUIRES,
    Area,
    KnowledgeMap,
    LearningPath,
    Link,
    Missing,
    Reference,
    Source,
    Step,
    Tag,
    Want,
)
from exporter.testing import link, topic

HERE = Source("Map.md", 1)
# Of every type that YAML has, and what is hard about it.
PROPERTIES = {
    "empty": "",
    "nothing": None,
    "whole": -7,
    "largest": 2**63 - 1,
    "smallest": -(2**63),
    "larger": 2**63,
    "number": 0.1,
    "tiny": 5e-324,
    "huge": 1.7976931348623157e308,
    "minus zero": -0.0,
    "infinite": float("-inf"),
    "yes": True,
    "no": False,
    "text that is a number": "1",
    "no items": [],
    "one empty item": [""],
    "words": ["a", "", "b|c"],
    "wholes": [1, -2],
    "numbers": [0.5, 1e300],
    "flags": [True, False],
    "gaps": [1, None, 2],
    "mixed": [1, "a", True, 2.5, {"k": [None]}, None],
    "day": "2024-02-29",
    "first day": "0001-01-01",
    "no day": "2023-02-29",
    "month": "2024-02",
    "moment": "2024-02-29T10:00",
    "moment with a space": "2024-02-29 23:59:59.123456",
    "too fine": "2024-02-29T10:00:00.1234567",
    "moment here": "2024-02-29T10:00:00+05:30",
    "moment there": "2024-02-29T10:00Z",
    "days": ["2024-02-29", None, "2024-03-01"],
    "moments": ["2024-02-29T10:00", "2024-03-01 10:00:01"],
    "days and words": ["2024-02-29", "later"],
    "days and moments": ["2024-02-29", "2024-02-29T10:00"],
    "table": {"inner": {"deep": 1, "none": None}, "list": ["x"]},
    "empty table": {},
    "definition": "What it\nis.",
    "title": "a title of its own",
    "property_title": "another",
    "property_free": "kept",
    "_run": "mine",
    "": "nameless",
    "back`tick; 'quote'": 1,
    "größe 数": 2,
}


def hostile_map() -> KnowledgeMap:
    """Each hostile text in every place where a text can stand; topics, tags and references are numbered."""
    texts = hostile_texts()
    assert len(texts) > 150
    topics = tuple(
        topic(
            f"{n} {text}",
            title=text,
            summary=text,
            note=text,
            aliases=(text, "", text),
            tags=(f"{n} {text}",),
            properties={"value": text, "list": [text, text], "definition": text},
        )
        for n, text in enumerate(texts)
    )
    ids = [known.id for known in topics]
    return KnowledgeMap(
        title=texts[0] + "\ud800",
        topics=topics,
        tags=tuple(Tag(id_, None, HERE) for id_ in ids),
        links=tuple(Link(id_, MENTIONS, ids[0], text, text, HERE) for id_, text in zip(ids, texts, strict=True)),
        paths=(LearningPath("p", "P", tuple(Step(text, (), HERE) for text in texts), HERE),),
        references=tuple(Reference(id_, text, id_, HERE) for id_, text in zip(ids, texts, strict=True)),
    )


def hostile_names(texts: list[str]) -> KnowledgeMap:
    """The texts as names of properties, whose values are their numbers, and as kinds of links."""
    names = [f"n{number} {text}" for number, text in enumerate(texts)]
    return KnowledgeMap(
        topics=(topic("a", properties={name: number for number, name in enumerate(names)}), topic("b")),
        links=tuple(link("a", name, "b") for name in names),
    )


def wants(id_: str | None, *kinds: str) -> tuple[Want, ...]:
    """Links from a topic, or from the map, to what is missing."""
    return tuple(
        Want(id_, kind, f"{kind} {number}", "", Source("a.md", number)) for number, kind in enumerate(kinds, 3)
    )


def rich_map() -> KnowledgeMap:
    """All there can be: areas in areas, a path that comes back, properties of one name and two types, ids for many."""
    steps = (("Start", ("a",)), ("Both", ("a", "b")), ("Rest a while", ()), ("Back", ("a", "b")))
    odd = {"odd": float("nan"), "(braces) {too}": ["x", "", "y"], "[0]:long": 1, "a\x1fb": "\x1f", " ": 0.5}
    odd |= {"(odd)": float("nan"), "(odds)": [float("-inf"), 0.1, float("inf")]}
    return KnowledgeMap(
        title="Rich",
        topics=(
            topic("a", areas=("b",), tags=("t/u",), properties=PROPERTIES),
            topic("b", note="", tags=("t",), properties={"whole": "text", "words": [1, 2]}),
            topic("c", areas=("b", "d"), aliases=("\x1f", "C"), title="", properties=odd),
            topic("d", areas=("b",), aliases=("",), properties={"words": ["a\x1fb", "c"]}),
            topic("é" * 2_501),
        ),
        areas=(Area("b", None, HERE), Area("d", "b", HERE)),
        tags=(Tag("t", None, HERE), Tag("t/u", "t", HERE)),
        links=(
            link("a", MENTIONS, "b", 3, "first", "Heading"),
            link("a", MENTIONS, "b", 5, "second"),
            link("a", MENTIONS, "a", 8),
            link("a", REQUIRES, "c", 9),
            link("a", "inspired by", "c", 10),
            link("a", "Inspired-By", "c", 10),
            link("a", "", "d"),
            link("a", IN_AREA, "b"),
            link("c", IN_AREA, "b"),
            link("c", IN_AREA, "d"),
            link("a", MENTIONS, "é" * 2_501),
        ),
        paths=(LearningPath("p", "", tuple(Step(text, ids, Source("", 0)) for text, ids in steps), HERE),),
        references=(
            Reference("a", "R", "https://example.org/", HERE),
            Reference("b", "", "https://example.org/", HERE),
            Reference("b", "", "https://example.org/nameless", HERE),
        ),
        missing=(
            Missing(
                "Wish", True, (*wants("a", MENTIONS, REQUIRES, MENTIONS), *wants(None, MENTIONS), *wants("c", "")), HERE
            ),
            Missing("wish.png", False, wants("a", MENTIONS), HERE),
            Missing("Map only", True, wants(None, MENTIONS), HERE),
        ),
    )
