"""The last stage: what shards have made, put together: parts in order, findings in order, counts."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from importlib import import_module
from itertools import chain, groupby
from pathlib import PurePosixPath
from typing import Any, NamedTuple, overload

import msgspec

from exporter.errors import Finding
from exporter.findings import Rules, once
from exporter.model import NOTHING, File, KnowledgeMap, Link, Lock, Missing, Part, Store, Topic
from exporter.reader.content.content import VaultContent
from exporter.reader.meaning.interpret import Meaning
from exporter.reader.meaning.missing import rank
from exporter.reader.names import key
from exporter.shards.skeleton import Whole
from exporter.shards.store import Store as Files
from exporter.shards.write import FOLDER, Address, Decisions, Found, Leads, Task, Writing, addresses, apart, first


class Counts(NamedTuple):
    """What became of the links of all shards."""

    links: int
    resolved: int
    unresolved: int
    external: int


class HeadContent(VaultContent):
    """The texts of the notes that the head reads; of all others it is known whether they have a first paragraph."""

    find_leads: Callable[[], Container[str | None]] = frozenset  # the paths of the notes that have one

    @cached_property
    def _leads(self) -> Container[str | None]:
        return self.find_leads()

    def lead(self, topic: Topic) -> str:
        """Give a mark where there is a first paragraph, for who counts what has none."""
        return "." if topic.note in self._leads else ""


@dataclass(frozen=True)
class HeadMap(KnowledgeMap):
    """The map of the whole vault, without the mentions of topics that have a note."""

    meaning: Meaning | None = None
    all_addresses: Callable[[], dict[str, str]] = dict

    def own(self, table: str) -> Iterable[Any]:
        """The records that are to be written with the head, without making all of a large table for these few."""
        return self._of_no_note[table] if table in self._of_no_note else super().own(table)

    def filings(self) -> Iterable[Link]:
        """The links that file topics, without making all others."""
        assert self.meaning
        return (link for _, link in self.meaning.areas.filings.values())

    def links_from(self, id: str) -> tuple[Link, ...]:
        """The links that start at a topic; all are made only for one that has a note."""
        if self.meaning and id in self.meaning.topics.others:
            return self._links_of_no_note.get(id, ())
        return super().links_from(id)

    @cached_property
    def _links_of_no_note(self) -> dict[str, tuple[Link, ...]]:
        by_start = groupby(self._of_no_note["links"], lambda link: link.start)
        return {start: tuple(links) for start, links in by_start}

    @cached_property
    def _of_no_note(self) -> dict[str, list[Any]]:
        """The topics that have no note, and what starts at them: they are filed, or arrows of canvases do."""
        assert self.meaning
        topics, areas, links = self.meaning.topics, self.meaning.areas, self.meaning.links
        filings = [(topic, area) for topic, area in areas.filings if topic in topics.others]
        start = [areas.filings[pair][1] for pair in filings]
        start += [link for link in links.others if link.start in topics.others]
        filed = areas.by_topic()
        return {
            "topics": [topics.topic(id_, filed.get(id_, ())) for id_ in topics.others],
            "links": sorted(start, key=lambda link: (link.start, link.source)),
        }

    def addresses(self) -> dict[str, str]:
        """What all notes name outside the vault; known once all shards are written."""
        return self.all_addresses()


class Later(Sequence[Missing]):
    """A table that is known once all shards are written."""

    def __init__(self, make: Callable[[], list[Missing]]) -> None:
        """Take what makes it."""
        self._make = make

    @cached_property
    def _rows(self) -> list[Missing]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> Missing: ...

    @overload
    def __getitem__(self, index: slice) -> list[Missing]: ...

    def __getitem__(self, index: int | slice) -> Missing | list[Missing]:
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Missing]:
        return iter(self._rows)


class Head:
    """What is written once: what a format decides with the whole vault in view, and its own files, behind all shards."""

    def __init__(
        self,
        whole: Whole,
        writing: Writing,
        work: Files,
        tasks: Sequence[Task],
        find_leads: Callable[[], Sequence[Leads]],
    ) -> None:
        """Have each format decide.

        Args:
            whole: what was understood of the vault.
            writing: how it is to be written.
            work: where parts lie.
            tasks: all shards.
            find_leads: looks which notes of each shard have a first paragraph, if a format asks.
        """
        self._whole, self._writing, self._work, self._tasks = whole, writing, work, tasks
        meaning, view = whole.meaning, whole.view
        content = HeadContent(view.vault, view.names, view.notes, meaning.topics.ids, meaning.topics.ghosts)

        def paths() -> frozenset[str]:
            leads = find_leads()
            origins = zip(whole.bones.notes.paths, whole.bones.origins, strict=True)
            return frozenset(path for path, (shard, number) in origins if leads[shard].have[number])

        content.find_leads = paths
        fields = {name: getattr(meaning.knowledge_map, name) for name in KnowledgeMap.__dataclass_fields__}
        part = Part(0, meaning.topics.others, whole.shards)
        fields |= {"content": content, "part": part, "missing": Later(self._missing)}
        self.knowledge_map = HeadMap(**fields, meaning=meaning, all_addresses=self._addresses)
        self._begun: dict[str, Iterator[File | Finding | Lock]] = {}
        for format_ in writing.formats:
            self.knowledge_map.shared[Store] = Decisions(work, writing.key(format_.name, None))
            writer: Any = import_module(format_.module)
            made = iter(writer.write(self.knowledge_map, format_.options, NOTHING))
            first = [thing for thing in (next(made, None),) if thing is not None]  # before it yields, it has decided
            self._begun[format_.name] = chain(first, made)

    def files(self, of: str) -> Iterator[File | Finding | Lock]:
        """All files of a format: those of the head, then each shard's, a part each; and what it cannot say."""
        for thing in self._begun[of]:
            if not isinstance(thing, File):
                yield thing._replace(formats=(of,)) if isinstance(thing, Finding) else thing
            else:
                yield thing._replace(path=thing.path if thing.once else part_name(thing.path, 0))
        for task in self._tasks:
            for thing in apart(self._part(of, task)):
                yield thing._replace(path=part_name(thing.path, task.number + 1)) if isinstance(thing, File) else thing

    def findings(self, rules: Rules) -> list[Finding]:
        """The flaws of the vault, sorted by file and line, each once."""
        of_shards = ([Finding(*each) for each in found.findings] for found in self._found)
        all_ = (self._whole.findings, *of_shards)
        found = merge(*(sorted(rules.apply(findings)) for findings in all_))
        return once(found)

    def counts(self) -> Counts:
        """What became of all links, those of canvases among them."""
        totals = [found.links for found in self._found]
        links = self._whole.meaning.links
        return Counts._make(map(sum, zip(links.drawn, *totals, strict=True)))

    @cached_property
    def _found(self) -> list[Found]:
        return [msgspec.msgpack.decode(self._part("", task), type=Found) for task in self._tasks]

    def _part(self, of: str, task: Task) -> bytes:
        return self._work.read(f"{FOLDER}/{self._writing.key(of, task.parsed)}")

    def _addresses(self) -> dict[str, str]:
        least: dict[str, Address] = addresses(self.knowledge_map)
        for found in self._found:
            for url, address in found.addresses.items():
                least[url] = first(least.get(url), address)
        return {url: address.title or url for url, address in least.items()}

    def _missing(self) -> list[Missing]:
        """What links of all shards and canvases lead to and is not there; what most notes want comes first."""
        of_shards = (missing for found in self._found for missing in found.missing)
        return join(of_shards, self._whole.meaning.links.lacking.drawn())


def join(of_notes: Iterable[Missing], drawn: Iterable[Missing]) -> list[Missing]:
    """One record for what several parts miss, in the order of the table; the first note that does names it."""
    same: dict[tuple[str, bool], list[Missing]] = {}
    for missing in (*sorted(of_notes, key=lambda each: each.source), *drawn):
        same.setdefault((key(missing.name), missing.note), []).append(missing)
    rows = []
    for (_, note), parts in same.items():
        wants = sorted((want for part in parts for want in part.wanted_by), key=lambda want: want.source)
        rows.append(Missing(parts[0].name, note, tuple(wants), wants[0].source))
    return sorted(rows, key=rank)


def part_name(path: str, number: int) -> str:
    """The name of a part of a file: "links.csv" becomes "links-00003.csv"."""
    place = PurePosixPath(path)
    return str(place.with_name(f"{place.stem}-{number:05d}{place.suffix}"))
