"""A shard as a small vault: its own notes, and of others those that it links to, as the skeleton knows them.

The reader's own `Topics` and `Links` understand it; what the whole vault has decided they are told.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, count, starmap
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from exporter.errors import Finding
from exporter.model import IN_AREA, KnowledgeMap, Link, Missing, Part
from exporter.model.part import BY_TOPIC
from exporter.reader.batch import entries
from exporter.reader.batch.columns import BY_NOTE, Notes, choose
from exporter.reader.batch.core import find_core
from exporter.reader.batch.resolve import Names
from exporter.reader.content.content import VaultContent
from exporter.reader.meaning.areas import Areas
from exporter.reader.meaning.folders import Folders
from exporter.reader.meaning.links import Links
from exporter.reader.meaning.missing import Near
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import name_of, slug
from exporter.reader.publish.visible import View, tell_embeds
from exporter.shards import parse
from exporter.shards.flat import OUTLINE, Filing, Owners, Skeleton, Slice
from exporter.shards.parse import columns_of
from exporter.shards.shard import ShardVault


class Understood(NamedTuple):
    """What was understood of a shard."""

    knowledge_map: KnowledgeMap
    findings: list[Finding]
    missing: list[Missing]  # what links of its texts lead to and is not there
    links: tuple[int, int, int, int]  # how many there are, and of these resolved, unresolved, external


def understand(
    number: int, said: parse.Notes, skeleton: Skeleton, contents: Mapping[str, bytes], relations: Mapping[str, str]
) -> Understood:
    """Understand one shard.

    Args:
        number: of the shard, from 0.
        said: what its notes say.
        skeleton: what the whole vault has decided.
        contents: its notes by path.
        relations: the kind of link that a word makes.
    """
    head, slice_ = skeleton.head, skeleton.slice(number)
    own = [each for first, behind in slice_.notes for each in range(first, behind)]
    numbers = [each for first, behind in slice_.numbers for each in range(first, behind)]
    every = array("i", range(len(said.columns.lines)))
    all_ = SimpleNamespace(**columns_of(said.columns), files=skeleton.files(number), rows=every)
    columns = dict(choose(all_, _nothing(all_), own, by_link=["files", "rows"]))
    rows = columns.pop("rows")  # of each link: its number among all of the shard

    def place_of(row: int) -> int:
        return bisect_left(rows, row)

    chosen = {*rows}
    rivals = {place_of(row): several for row, several in slice_.rivals.items() if row in chosen}
    others = sorted({*columns["files"], *chain.from_iterable(rivals.values())}.difference(numbers, (-1,)))
    paths = [said.paths[each] for each in own]
    notes, names, ends = _small_vault(paths, columns, rivals, numbers, others, skeleton)
    notes.titles = entries.change(notes.titles, dict(slice_.titles)) if slice_.titles else notes.titles
    map_number = numbers.index(head.map_number) if head.map_number in numbers else -1
    topics = KnownTopics(notes, map_number, ends[: len(notes.paths)], skeleton, slice_)
    areas = Areas(tuple(head.origins), topics)
    filings = [(each, each.link) for each in starmap(Filing, zip(*slice_.said, strict=True))]
    areas.filings.said.update(((each.start, each.end), (each.origin, link)) for each, link in filings)
    areas.filings.by_folder.update(slice_.by_folder)
    links = KnownLinks(topics, areas, names, relations, Near(names.of(())))
    links.known_kinds = {place_of(row): kind for row, kind in slice_.kinds}
    links.known_ends = {place_of(row): end for row, end in slice_.ends}
    links.others = slice_.others
    links.__dict__["_ends"] = ends
    links.read()
    vault = _vault_of(len(numbers) + bisect_left(others, head.notes), names, skeleton, contents)
    filed = areas.by_topic()
    content = KnownContent(vault, names, notes, topics.ids, topics.ghosts)
    content.ends = ends
    content.said = {link: each.sentence for each, link in filings if each.origin == "map"}
    own_ids = [id_ for id_ in ends[: len(numbers)] if id_ is not None]
    knowledge_map = ShardMap(
        head.title,
        language=head.language,
        source=head.source,
        topics=tuple(topics.topic(id_, filed.get(id_, ())) for id_ in own_ids),
        areas=tuple(slice_.areas),
        links=tuple(links.table()),
        references=links.references(()),
        implied=tuple(slice_.implied),
        content=content,
        part=Part(number + 1, frozenset(own_ids)),
    )
    view = View(vault, names, notes, {}, [])
    findings = [*links.findings, *tell_embeds(view)]
    return Understood(
        knowledge_map,
        [finding for finding in findings if finding.code not in TOLD_ONCE],
        [*links.missing],
        (links.total, links.resolved, links.unresolved, links.external),
    )


class ShardMap(KnowledgeMap):
    """The map of a shard, all of whose records are its own."""

    def own(self, table: str) -> Iterable[Any]:
        """The records of a table, if it is one that each shard has some of."""
        records: Iterable[Any] = getattr(self, table) if table in BY_TOPIC else ()
        return records


class KnownContent(VaultContent):
    """The texts of a shard's notes; the sentences of lists that file them, in whichever shard, are known."""

    said: Mapping[Link, str | None] = {}  # None: it is the link's text
    ends: Sequence[str | None] = ()  # the topic of each file

    @cached_property
    def _ids(self) -> dict[str, str | None]:
        return dict(zip(self._names.paths, self.ends, strict=False))

    def sentence(self, link: Link) -> str:
        """Give the sentence in which a link stands."""
        if link.kind != IN_AREA or link not in self.said:
            return VaultContent.sentence(self, link)  # quicker than by `super`, for each of all links
        sentence = self.said[link]
        return link.text if sentence is None else sentence


TOLD_ONCE = ("map-link",)  # of all links together, by the whole vault


class KnownTopics(Topics):
    """The topics of a small vault, whose names the whole one has decided."""

    def __init__(self, notes: Notes, map_number: int, ids: list[str | None], skeleton: Skeleton, slice_: Slice) -> None:
        """Take what was decided."""
        self.notes, self.map_number, self.ids = notes, map_number, ids
        self.nameless, self.findings = frozenset(skeleton.head.nameless), []
        self.folders = Folders([], ())
        self.numbers = {id_: number for number, id_ in enumerate(ids) if id_ is not None}
        self.others, self.words, self.tags = {}, {}, {}
        self.ghosts: Any = skeleton.ghosts
        self.summaries = slice_.summaries
        self.tag_ids = {tag: tag for tag in entries.first_tags(notes.tags)} | slice_.tags
        self.__dict__["alias_owners"] = Owners(skeleton)


class KnownLinks(Links):
    """The links of a small vault; of which kind those are that have one, the whole vault has decided."""

    known_kinds: dict[int, str]  # by a link's number
    known_ends: dict[int, str]  # the topic without a note that plain words mean

    def _read_words(self, row: int) -> None:
        """Plain words: what they mean is known."""
        if end := self.known_ends.get(row):
            self.resolved += 1
            self.ends_at[row] = end
        else:
            self.total -= 1

    def _read_words_of_links(self, keyed: Iterable[int]) -> None:
        """What gives links their kinds is known."""
        self.kinds = self.known_kinds


def _nothing(columns: Any) -> Any:
    """Columns without an entry, of the same kinds."""
    return SimpleNamespace(**{name: column[:0] for name, column in vars(columns).items()})


def _small_vault(
    paths: list[str],
    columns: dict[str, Any],
    rivals: Mapping[int, tuple[int, ...]],
    own: Sequence[int],
    others: Sequence[int],
    skeleton: Skeleton,
) -> tuple[Notes, Names, list[str | None]]:
    """The notes of a shard with those of which it names parts; its files, further ones behind these; the topic of each, last of none."""
    named = {file for file, anchor in zip(columns["files"], columns["anchors"], strict=True) if anchor}
    further = [number for number in others if number in named and number < skeleton.head.notes]
    numbers = [*own, *further, *sorted({*others}.difference(further))]
    names = Names([*paths, *skeleton.paths(numbers[len(own) :])])
    place_of = dict(zip((*numbers, -1), (*range(len(numbers)), -1), strict=True))
    columns["files"] = array("i", map(place_of.__getitem__, columns["files"]))
    notes = Notes(**columns, paths=names.paths[: len(own) + len(further)])
    notes.rivals = {row: tuple(map(place_of.__getitem__, several)) for row, several in rivals.items()}
    blank: dict[str, Any] = {"ids": None, "aliases": (), "tags": [], "properties": {}, "counts": 0}
    outlines = dict(zip(OUTLINE, zip(*map(skeleton.outline, further), strict=True), strict=False))
    for name in BY_NOTE:
        added = [*outlines.get(name, [blank.get(name, "")] * len(further))]
        column = getattr(notes, name)
        new = array("i", added) if isinstance(column, array) else added
        setattr(notes, name, entries.choose(column, new, [(0, len(notes.paths))]))
    core, topics = find_core(), names.paths[: len(own) + bisect_left(others, skeleton.head.notes)]
    ends: list[str | None] = [*core.slugs(topics)] if core else [slug(name_of(path)) for path in topics]
    for place in compress(count(), map(skeleton.odd.__getitem__, numbers[: len(topics)])):
        ends[place] = skeleton.id(numbers[place])
    return notes, names, [*ends, *[None] * (len(numbers) - len(topics) + 1)]


def _vault_of(topics: int, names: Names, skeleton: Skeleton, contents: Mapping[str, bytes]) -> ShardVault:
    """The files of a small vault, of which the first are topics, for who reads the texts of its notes."""
    notes, rest = names.paths[:topics], names.paths[topics:]
    closed = {path: why for path in rest if (why := skeleton.closed.get(path))}
    return ShardVault(Path(skeleton.head.vault), tuple(notes), tuple(rest), excluded=closed, contents=contents)
