"""The third stage: a shard's columns and the skeleton -> its lines in each format, and its findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from exporter import writers
from exporter.errors import Finding, Level
from exporter.model import NOTHING, File, KnowledgeMap, Missing, Source, Store
from exporter.shards.flat import mapped
from exporter.shards.known import Understood, understand
from exporter.shards.parse import Parsed, Reading, load, work_key
from exporter.shards.shard import Contents
from exporter.shards.store import Store as Files

Told = tuple[Source, str, str, Level, tuple[str, ...]]  # a finding
FOLDER, DECIDED = "parts", "decided"  # of the work folder


class Format(NamedTuple):
    """A format that is to be written."""

    name: str
    options: Any


class Writing(NamedTuple):
    """How all shards are to be written."""

    reading: Reading
    skeleton: str  # its digest
    formats: tuple[Format, ...]
    relations: dict[str, str]  # the kind of link that a word makes

    def key(self, of: str, parsed: Parsed | None) -> str:
        """The name of what is made of a shard, or of the head, for a format; "": of what is found in it."""
        options = [repr(format_.options) for format_ in self.formats if format_.name == of]
        shard = (parsed.listing.name, parsed.key) if parsed else ()
        return work_key("part", of, self.skeleton, shard, options, sorted(self.relations.items()))


class Task(NamedTuple):
    """A shard to be written."""

    number: int  # from 0
    parsed: Parsed


class Made(msgspec.Struct, array_like=True):
    """What a format has of a shard."""

    files: dict[str, bytes]
    findings: list[Told]


class Address(msgspec.Struct, array_like=True, frozen=True):
    """A reference to something outside the vault: of those to the same, the least says what it is called."""

    rank: tuple[bool, str, Source]  # whether it has no title, topic, place
    title: str


class Found(msgspec.Struct, array_like=True):
    """What was found in a shard."""

    findings: list[Told]
    missing: list[Missing]
    addresses: dict[str, Address]
    links: tuple[int, int, int, int]  # all, resolved, unresolved, external


class Decisions:
    """What a writer has decided with the head of a map before it, for the maps of the shards (`KnowledgeMap.store`)."""

    def __init__(self, work: Files, key: str) -> None:
        """Take where it lies: under the name of the head's part."""
        self._work, self._key = work, key

    def get(self, key: str) -> bytes | None:
        """What was decided under a key; None: nothing was."""
        name = self._name(key)
        return self._work.read(name) if self._work.has(name) else None

    def put(self, key: str, value: bytes) -> None:
        """Keep it for the shards."""
        self._work.write(self._name(key), [value])

    def _name(self, key: str) -> str:
        return f"{DECIDED}/{work_key(self._key, key)}"


def write(writing: Writing, task: Task) -> bool:
    """Write the lines of a shard, unless they are there; gives whether they were."""
    work = Files(writing.reading.work)
    names = {"": writing.key("", task.parsed)} | {
        each.name: writing.key(each.name, task.parsed) for each in writing.formats
    }
    left = [of for of, key in names.items() if not work.has(f"{FOLDER}/{key}")]
    if not left:
        return True
    bones = mapped(work, writing.skeleton)
    said = load(work, task.parsed.key)
    more = {**bones.head.maps, **said.stored.redacted}
    contents = Contents(Files(writing.reading.shards), [task.parsed.listing], more, {*said.paths})
    understood = understand(task.number, said, bones, contents, writing.relations)
    for of in left:
        if of:
            options = next(each.options for each in writing.formats if each.name == of)
            made: Any = make(work, of, options, understood.knowledge_map, writing.key(of, None))
        else:
            made = found(understood)
        work.write(f"{FOLDER}/{names[of]}", [msgspec.msgpack.encode(made)])
    return False


def make(work: Files, name: str, options: Any, knowledge_map: KnowledgeMap, decided: str) -> Made:
    """What a format makes of the map of a shard."""
    knowledge_map.shared.clear()
    knowledge_map.shared[Store] = Decisions(work, decided)
    made = Made({}, [])
    for thing in writers.find(name).write(knowledge_map, options, NOTHING):
        if isinstance(thing, File):
            made.files[thing.path] = to_bytes(thing.content)
        elif isinstance(thing, Finding):
            made.findings.append(plain(thing._replace(formats=(name,))))
    return made


def plain(finding: Finding) -> Told:
    """A finding as it is kept."""
    return finding.source, finding.code, finding.message, finding.level, finding.formats


def to_bytes(content: str | bytes | Iterable[str] | Iterable[bytes]) -> bytes:
    """What a file holds."""
    parts = [content] if isinstance(content, str | bytes) else content
    return b"".join(part if isinstance(part, bytes) else part.encode() for part in parts)


def found(understood: Understood) -> Found:
    """What was found in a shard, as it is kept."""
    return Found(
        [*map(plain, understood.findings)],
        understood.missing,
        addresses(understood.knowledge_map),
        understood.links,
    )


def addresses(knowledge_map: KnowledgeMap) -> dict[str, Address]:
    """What the topics of a part name outside the vault."""
    least: dict[str, Address] = {}
    for topic, title, url, source in knowledge_map.own("references"):
        least[url] = first(least.get(url), Address((not title, topic, source), title))
    return least


def first(known: Address | None, other: Address) -> Address:
    """The one of two that says what an address is called."""
    return other if known is None or other.rank < known.rank else known
