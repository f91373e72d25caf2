"""The second stage, and the only one that sees all shards: what is global, decided once by the reader's own code.

`interpret` understands the skeleton as it would the vault: every note is in it, but only the links that stand in
properties and fields, and those from and to what may be maps. What it decides goes into one flat file (flat.py).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, compress, count
from operator import ne
from types import SimpleNamespace
from typing import Any, NamedTuple

import msgspec

from exporter.errors import ExportError, Finding
from exporter.model import Link, Secrets, no_collection
from exporter.reader.batch import entries
from exporter.reader.batch.columns import BY_LINK, BY_NOTE, Columns, Notes, choose, put_behind
from exporter.reader.batch.core import find_core
from exporter.reader.batch.resolve import Files, Names, links_to, renumber, resolve
from exporter.reader.content.content import VaultContent
from exporter.reader.meaning.interpret import Meaning, interpret
from exporter.reader.meaning.maps import Material, possible_maps
from exporter.reader.meaning.topics import Topics
from exporter.reader.names import key, name_of, slug
from exporter.reader.options import ReadOptions
from exporter.reader.publish.visible import View, renumber_files
from exporter.reader.vault import canvas
from exporter.reader.vault.files import TooLargeError
from exporter.shards import flat
from exporter.shards.flat import Filing, Head, Slice
from exporter.shards.parse import Parsed, load
from exporter.shards.shard import ShardVault
from exporter.shards.store import Store


class Bones(NamedTuple):
    """What the whole vault knows of its notes: all, with some of their links."""

    notes: Notes  # sorted by path
    names: Names  # of all files
    origins: list[tuple[int, int]]  # of each note: the number of its shard, from 0, and its own there
    rows: list[int]  # of each link: its number among all of its shard
    links: list[Files]  # of each shard: where all its links lead, by the numbers of the names
    anchored: set[int]  # the numbers of files of which links of other shards name a part
    others: Notes  # those that are no topics, without links
    rest: Any  # of all shards: paths, and by their numbers `judged`; `cut`, `redacted`


@dataclass(frozen=True)
class Whole:
    """What was understood of the whole vault, and what each shard is told of it."""

    view: View
    meaning: Meaning
    bones: Bones
    findings: list[Finding]
    shards: list[list[str]]  # the topics of each
    digest: str  # of the flat file, which is so called
    size: int  # of it, in bytes

    @cached_property
    def shard_of(self) -> dict[str, int]:
        """The number of the shard of each topic that has a note, from 0."""
        return {id_: number for number, ids in enumerate(self.shards) for id_ in ids}


class Visible(NamedTuple):
    """What of a vault may be seen, and what was found in finding that out."""

    vault: ShardVault
    parsed: list[Parsed]
    canvases: dict[str, canvas.Canvas]
    nameless: frozenset[str]  # keys of what is hidden and has no file
    left_out: dict[str, str]  # notes that are no topics for what they say, and why
    findings: list[Finding]
    secrets: Secrets | None  # what must stand in no output; None: nothing is hidden
    made: tuple[set[str], set[str]] = (set(), set())  # on the way: names of what is left of shards, and of what hides


def make_skeleton(name: str, visible: Visible, bones: Bones, work: Store, options: ReadOptions, most: int) -> Whole:
    """Understand the vault by its skeleton, and write that.

    Args:
        name: what the vault is called.
        visible: what of it may be seen.
        bones: what its notes say.
        work: where what was made lies.
        options: how the vault is to be understood.
        most: bytes that the flat file may have.

    Raises:
        ExportError: it would have more.
    """
    with no_collection(long=True):
        view = View(visible.vault, bones.names, bones.notes, visible.canvases, visible.findings, visible.nameless)
        if visible.left_out:
            view = renumber_files(view, {}, visible.left_out)
            view = view._replace(vault=replace(view.vault, hidden=visible.vault.hidden))
        meaning = interpret(material_of(name, view), options, nearest=False)
    return _write(view, meaning, bones, visible.parsed, work, most)


def material_of(name: str, view: View) -> Material:
    """What is to be understood."""
    return Material(name, view.notes, view.canvases, view.names, view.vault.read, view.nameless)


@no_collection(long=True)
def gather(parsed: Sequence[Parsed], work: Store, vault: ShardVault, options: ReadOptions) -> Bones:
    """Put what all shards say together, without the links that nobody but their own shard needs.

    Notes that cannot be read become findings of the vault and are left out.
    """
    names = Names([*vault.notes, *vault.ignored, *vault.attachments], vault.dialect)
    number_of = {path: number for number, path in enumerate(names.paths)}
    all_ = SimpleNamespace(paths=[], origins=[], problems=[], lost=[], judged=[], cut=[], redacted={})
    for shard, each in enumerate(parsed):
        notes = load(work, each.key)
        first = len(all_.paths)
        all_.paths += notes.paths
        all_.origins += [(shard, number) for number in range(len(notes.paths))]
        all_.problems += [(number + first, *rest) for number, *rest in notes.columns.problems]
        all_.lost += [(number + first, why) for number, why in notes.stored.lost]
        all_.judged += [(number + first, *rest) for number, *rest in notes.stored.judged]
        all_.cut += notes.stored.cut
        all_.redacted |= notes.stored.redacted
        for name in BY_NOTE:
            put_behind(all_, name, getattr(notes.columns, name))
    at = {path: number for number, path in enumerate(all_.paths)}
    origins = [at[path] for path in vault.notes]  # the others are no topics
    maps = _find_maps(all_, origins, vault, names, options)
    all_.rows, counts, links = [], [], []
    anchored: set[int] = set()
    for each in parsed:
        notes = load(work, each.key)
        numbers = [number_of[path] for path in notes.paths]
        links.append(resolve(notes.columns, numbers, names))
        anchored.update({*compress(links[-1].files, notes.columns.anchors)}.difference(numbers))
        rows = _choose_rows(notes.columns, numbers, maps, links[-1])
        ends = [*accumulate(notes.columns.counts)]
        behind = [bisect_left(rows, end) for end in ends]
        counts += [here - before for here, before in zip(behind, [0, *behind], strict=False)]
        all_.rows += rows
        for name in BY_LINK:
            column = getattr(notes.columns, name)
            put_behind(all_, name, entries.choose(column, column[:0], [*entries.stretches_of(rows)]))
    all_.counts = array("i", counts)
    new = SimpleNamespace(**{name: getattr(all_, name)[:0] for name in (*BY_NOTE, *BY_LINK, "origins", "rows")})
    columns = dict(choose(all_, new, origins, "origins", by_link=["rows"]))
    where, rows = columns.pop("origins"), columns.pop("rows")
    place = {origin: number for number, origin in enumerate(origins)}
    problems = sorted((place[number], *rest) for number, *rest in all_.problems if number in place)
    chosen = Notes(**columns, paths=[*vault.notes], problems=problems)
    for number, why in all_.lost:
        if number in place:
            error = TooLargeError(why) if why.endswith("too many,") else OSError(why)
            vault.findings.append(vault.leave_out(all_.paths[number], error))
    chosen.lost = frozenset(place[number] for number, _ in all_.lost if number in place)
    chosen.files, chosen.rivals = resolve(chosen, range(len(chosen.paths)), names)
    return Bones(chosen, names, where, rows, links, anchored, _others(all_, [at[path] for path in vault.ignored]), all_)


def _others(all_: SimpleNamespace, origins: list[int]) -> Notes:
    """What notes say that are no topics, without their links."""
    columns = {
        name: entries.choose(getattr(all_, name), getattr(all_, name)[:0], [*entries.stretches_of(origins)])
        for name in BY_NOTE
    }
    return Notes(**columns, paths=[all_.paths[origin] for origin in origins])


def _find_maps(
    all_: SimpleNamespace, origins: list[int], vault: ShardVault, names: Names, options: ReadOptions
) -> set[int]:
    """The numbers of the notes that may be maps."""
    tags = entries.choose(all_.tags, all_.tags[:0], [*entries.stretches_of(origins)])
    material = Material(str(vault.root), Notes(tags=tags, paths=[*vault.notes]), {}, names, vault.read)
    return possible_maps(material, options)


def _choose_rows(columns: Columns, numbers: list[int], maps: set[int], links: Files) -> list[int]:
    """The links of a shard that others must know of: those of a kind, and those from and to what may be maps."""
    rows = {*compress(count(), columns.keys)}
    if maps:
        rows.update(links_to(links.files, maps))
        ends = [0, *accumulate(columns.counts)]
        for number in compress(count(), map(maps.__contains__, numbers)):
            rows.update(range(ends[number], ends[number + 1]))
    return sorted(rows)


def _write(view: View, meaning: Meaning, bones: Bones, parsed: Sequence[Parsed], work: Store, most: int) -> Whole:
    """Write the flat file, and keep what the head is made of."""
    notes, topics = view.notes, meaning.topics
    place = {path: number for number, path in enumerate(bones.notes.paths)}
    numbers = [place[path] for path in notes.paths]  # of each note: its number among the bones
    shards: list[list[str]] = [[] for _ in parsed]
    for number, id_ in zip(numbers, topics.ids, strict=True):
        if id_ is not None:
            shards[bones.origins[number][0]].append(id_)
    file = flat.Writer()
    slices = _Slices(meaning, bones, numbers, shards, _sentences(view, meaning))
    head = Head(
        str(view.vault.root),
        meaning.knowledge_map.title,
        meaning.knowledge_map.language,
        meaning.knowledge_map.source,
        len(notes.paths),
        topics.map_number,
        [*meaning.areas.origins],
        sorted(topics.nameless),
    )
    file.add("head", msgspec.msgpack.encode(head))
    file.add_table("ghosts", topics.ghosts)
    file.add_table("closed", {path: why for path, why in view.vault.excluded.items() if not view.vault.may_show(path)})
    for number, links in enumerate(_renumber_links(bones, view.names)):
        file.add_packed(f"slice {number}", msgspec.msgpack.encode(slices.of(number, links.rivals)))
        file.add_packed(f"files {number}", links.files.tobytes())
    _add_columns(file, view, topics, {bones.names.paths[number] for number in bones.anchored if number >= 0})
    if file.size > most:
        raise ExportError(
            f"{view.vault.root}: the skeleton of {len(notes.paths):,} notes has {file.size:,} bytes, and {most:,} fit here; "
            "take machines with more memory, or pack a part of the vault"
        )
    name, size = flat.save(file, work)
    findings = sorted([*view.vault.findings, *view.findings, *meaning.findings])
    return Whole(view, meaning, bones, findings, shards, name, size)


def _renumber_links(bones: Bones, names: Names) -> list[Files]:
    """Where the links of each shard lead, by the numbers of these names, which are the same in another order."""
    if names is bones.names:
        return bones.links
    number_of = {path: number for number, path in enumerate(names.paths)}
    numbers = [*map(number_of.__getitem__, bones.names.paths), -1]  # the last: of a link that leads nowhere
    return [
        Files(
            renumber(files, numbers),
            {row: tuple(numbers[rival] for rival in several) for row, several in rivals.items()},
        )
        for files, rivals in bones.links
    ]


def _sentences(view: View, meaning: Meaning) -> dict[Link, str | None]:
    """The sentences in which lists of notes file topics, list by list, as no shard has them all; None: it is the link's text."""
    topics = meaning.topics
    content = VaultContent(view.vault, view.names, view.notes, topics.ids, topics.ghosts)
    filed = (link for origin, link in meaning.areas.filings.said.values() if origin == "map")
    pairs = ((link, content.sentence(link)) for link in sorted(filed, key=lambda link: link.source))
    return {link: None if sentence == link.text else sentence for link, sentence in pairs}


def _add_columns(file: flat.Writer, view: View, topics: Topics, anchored: Container[str]) -> None:
    """The flat columns: what each shard may look up of all files; of those that are `anchored`, their parts."""
    notes, paths = view.notes, view.names.paths
    core = find_core()
    made = core.slugs(notes.paths) if core else [slug(name_of(path)) for path in notes.paths]
    file.add_paths(paths)
    odd = bytes(map(ne, topics.ids, made))
    file.add("odd", odd)
    file.add_some("ids", ((number, id_) for number in compress(count(), odd) if (id_ := topics.ids[number])))
    named = compress(count(), map(anchored.__contains__, notes.paths))
    outline = notes.levels, notes.blocks, notes.headings
    file.add_some("outlines", ((number, "\0".join(column[number] for column in outline)) for number in named))
    aliases = ((number, alias) for number in compress(count(), notes.aliases) for alias in notes.aliases[number])
    file.add_index("aliases", ((flat.key_hash(key(alias)), number) for number, alias in aliases))


class _Slices:
    """What each shard is told of its own topics."""

    def __init__(
        self,
        meaning: Meaning,
        bones: Bones,
        numbers: list[int],
        shards: list[list[str]],
        sentences: dict[Link, str | None],
    ) -> None:
        """Sort what was decided by shard; `numbers` are those of the notes among the bones."""
        self._slices = [Slice([], [], [], [], {}, [], [], [], [], [], {}, {}, []) for _ in shards]
        topics, areas, links, notes = meaning.topics, meaning.areas, meaning.links, meaning.topics.notes
        shard_of = {id_: number for number, ids in enumerate(shards) for id_ in ids}
        local: list[tuple[int, int]] = []  # of each link: its shard, and its number there
        starts = [0, *accumulate(bones.notes.counts)]
        own: list[list[int]] = [[] for _ in shards]
        there: list[list[int]] = [[] for _ in shards]
        place: list[int] = []  # of each note: its place in its slice
        for number, of_bones in enumerate(numbers):
            shard, its = bones.origins[of_bones]
            place.append(len(own[shard]))
            own[shard].append(its)
            there[shard].append(number)
            local += ((shard, row) for row in bones.rows[starts[of_bones] : starts[of_bones + 1]])
        for slice_, mine, everywhere in zip(self._slices, own, there, strict=True):
            slice_.notes.extend(entries.stretches_of(mine))
            slice_.numbers.extend(entries.stretches_of(everywhere))
        of = self._slices
        for row, kind in links.kinds.items():
            of[local[row][0]].kinds.append((local[row][1], kind))
        for row, end in links.ends_at.items():
            of[local[row][0]].ends.append((local[row][1], end))
        said: list[list[Filing]] = [[] for _ in shards]
        for (topic, _), (origin, link) in areas.filings.said.items():
            if topic in shard_of:
                filing = Filing(origin, topic, link.end, link.text, *link.source, sentences.get(link))
                said[shard_of[topic]].append(filing)
        for slice_, filings in zip(of, said, strict=True):
            slice_.said.extend(map(list, zip(*filings, strict=True)))  # by columns, which are compressed better
        for topic, area in areas.filings.by_folder.items():
            if topic in shard_of:
                of[shard_of[topic]].by_folder.append((topic, area))
        for link in links.others:
            if link.start in shard_of:
                of[shard_of[link.start]].others.append(link)
        for link in meaning.knowledge_map.implied:
            if link.start in shard_of:
                of[shard_of[link.start]].implied.append(link)
        for number in topics.folders.of_note:
            id_ = topics.ids[number]
            if id_ is not None and (title := topics.title(id_)) != notes.titles[number]:
                of[shard_of[id_]].titles.append((place[number], title))
        for id_, summary in topics.summaries.items():
            if id_ in shard_of:
                of[shard_of[id_]].summaries[id_] = summary
        odd = {tag: id_ for tag, id_ in topics.tag_ids.items() if tag != id_}
        for number in entries.with_tags(notes.tags, odd) if odd else ():
            shard = bones.origins[numbers[number]][0]
            of[shard].tags.update((tag, odd[tag]) for _, tag in notes.tags[number] if tag in odd)
        for each in areas.areas.values():
            if each.id in shard_of:
                of[shard_of[each.id]].areas.append(each)

    def of(self, number: int, rivals: dict[int, tuple[int, ...]]) -> Slice:
        """What the shard of this number is told; `rivals`: of its links, those that may as well mean other files."""
        return msgspec.structs.replace(self._slices[number], rivals=rivals)
