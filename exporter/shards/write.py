"""The third stage: a shard's columns and the skeleton -> its lines in each format, and its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import starmap
from typing import Any, NamedTuple

import msgspec

from exporter.errors import Finding, Level
from exporter.model import NOTHING, File, KnowledgeMap, Missing, Source, Store, no_collection
from exporter.reader.batch.files import blocks_of, to_blocks
from exporter.reader.content.content import read_lead
from exporter.shards.flat import mapped
from exporter.shards.known import Understood, understand
from exporter.shards.parse import Notes, Parsed, Reading, load, work_key
from exporter.shards.shard import Contents
from exporter.shards.store import Store as Files

Told = tuple[Source, str, str, Level, tuple[str, ...]]  # a finding
FOLDER, DECIDED, LEADS = "parts", "decided", "leads"  # of the work folder


class Format(NamedTuple):
    """A format that is to be written."""

    name: str
    module: str  # of its writer
    program: str  # names this, if somebody else has installed it
    options: Any


class Writing(NamedTuple):
    """How all shards are to be written."""

    reading: Reading
    skeleton: str  # its digest
    formats: tuple[Format, ...]
    relations: dict[str, str]  # the kind of link that a word makes

    def key(self, of: str, parsed: Parsed | None) -> str:
        """The name of what is made of a shard, or of the head, for a format; "": of what is found in it.

        It begins with the digest of the skeleton: with another one, nobody needs it any more.
        """
        format_ = [(each.program, each.options) for each in self.formats if each.name == of]
        shard = (parsed.listing.name, parsed.key) if parsed else ()
        return f"{self.skeleton}-{work_key(self.reading.program, of, format_, shard, sorted(self.relations.items()))}"


class Task(NamedTuple):
    """A shard to be written."""

    number: int  # from 0
    parsed: Parsed


class Made(msgspec.Struct, array_like=True):
    """What a format has of a shard; what is in its files stands behind it."""

    paths: list[str]  # of the files
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
        return f"{DECIDED}/{self._key}-{work_key(key)}"


@no_collection()
def write(writing: Writing, task: Task) -> bool:
    """Write the lines of a shard, unless they are there; gives whether they were."""
    work = Files(writing.reading.work)
    names = {"": writing.key("", task.parsed)} | {
        each.name: writing.key(each.name, task.parsed) for each in writing.formats
    }
    left = [of for of, key in names.items() if not work.has(f"{FOLDER}/{key}")]
    if not left:
        return True
    skeleton = mapped(work, writing.skeleton)
    said = load(work, task.parsed.key)
    contents = _contents(writing.reading, task.parsed, said)
    understood = understand(task.number, said, skeleton, contents, writing.relations)
    for of in left:
        if not of:
            parts = [msgspec.msgpack.encode(found(understood))]
        else:
            format_ = next(each for each in writing.formats if each.name == of)
            parts = make(work, format_, understood.knowledge_map, writing.key(of, None))
        work.write(f"{FOLDER}/{names[of]}", parts)
    return False


def _contents(reading: Reading, parsed: Parsed, said: Notes) -> Contents:
    """The notes of a shard by path, as they may be seen."""
    return Contents(Files(reading.shards), [parsed.listing], said.stored.redacted, {*said.paths})


class Leads(msgspec.Struct, array_like=True):
    """Which notes of a shard have a first paragraph."""

    have: bytes  # for each note 1 if it has one
    was_done: bool = False


def find_leads(reading: Reading, parsed: Parsed) -> Leads:
    """Look which notes of a shard have a first paragraph, unless it is known."""
    work, key = Files(reading.work), f"{LEADS}/{parsed.key}"
    if work.has(key):
        return Leads(work.read(key), was_done=True)
    said = load(work, parsed.key)
    contents = _contents(reading, parsed, said)
    have = bytes(bool(read_lead(contents.get(path, b""))) for path in said.paths)
    work.write(key, [have])
    return Leads(have)


def make(work: Files, format_: Format, knowledge_map: KnowledgeMap, decided: str) -> list[bytes]:
    """What a format makes of the map of a shard, for who takes it apart by `apart`."""
    knowledge_map.shared.clear()
    knowledge_map.shared[Store] = Decisions(work, decided)
    made, contents = Made([], []), []
    writer: Any = import_module(format_.module)
    for thing in writer.write(knowledge_map, format_.options, NOTHING):
        if isinstance(thing, File):
            made.paths.append(thing.path)
            contents.append(to_bytes(thing.content))
        elif isinstance(thing, Finding):
            made.findings.append(plain(thing._replace(formats=(format_.name,))))
    return [*to_blocks([msgspec.msgpack.encode(made), *contents])]


def apart(data: bytes) -> Iterator[File | Finding]:
    """What `make` has made of a shard."""
    head, *contents = blocks_of(memoryview(data))
    made = msgspec.msgpack.decode(head, type=Made)
    yield from map(File, made.paths, map(bytes, contents))
    yield from starmap(Finding, made.findings)


def plain(finding: Finding) -> Told:
    """A finding as it is kept."""
    return finding.source, finding.code, finding.message, finding.level, finding.formats


def to_bytes(content: str | bytes | Iterable[str] | Iterable[bytes]) -> bytes:
    """What a file holds."""
    parts: Any = [content] if isinstance(content, str | bytes) else [*content]
    return "".join(parts).encode() if parts and isinstance(parts[0], str) else b"".join(parts)


def found(understood: Understood) -> Found:
    """What was found in a shard, as it is kept."""
    findings = [*map(plain, understood.findings)]
    return Found(findings, understood.missing, addresses(understood.knowledge_map), understood.links)


def addresses(knowledge_map: KnowledgeMap) -> dict[str, Address]:
    """What the topics of a part name outside the vault."""
    least: dict[str, Address] = {}
    for topic, title, url, source in knowledge_map.own("references"):
        least[url] = first(least.get(url), Address((not title, topic, source), title))
    return least


def first(known: Address | None, other: Address) -> Address:
    """The one of two that says what an address is called."""
    return other if known is None or other.rank < known.rank else known
