"""Links as the hub has them: from the body, from properties and from inline fields; wrong ones are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice, repeat

from exporter.errors import Finding, pluralize, tell_all
from exporter.model import BROADER, IN_AREA, MENTIONS, Link, Missing, Reference, Source, Table, Want, make_record
from exporter.reader.batch.columns import canonical_name
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.inline import Mention, shown_text
from exporter.reader.markdown.record import EXTERNAL, QUIET, TAGGED
from exporter.reader.meaning.areas import Areas
from exporter.reader.meaning.missing import RELATIVE, Lacking, Near, path_of
from exporter.reader.meaning.rows import Parts, Rows, range_of, survey
from exporter.reader.meaning.suggestions import Suggestions, index_names
from exporter.reader.meaning.topics import Topics
from exporter.reader.meaning.vocabulary import NARROWER
from exporter.reader.names import folder_of, key
from exporter.reader.vault.canvas import Canvas

SLIP = 2  # letters that a slip changes at most
Place = int | Source  # of a link: its number, or where it stands


class Links:
    """Reads the links of all notes and canvases."""

    def __init__(
        self,
        topics: Topics,
        areas: Areas,
        names: Names,
        relations: Mapping[str, str],
        near: Near,
    ) -> None:
        """Take what links mean.

        Args:
            topics: which topic each note is, and which names have one without a note.
            areas: is told what properties and fields file.
            names: which file a name means.
            relations: the kind of link that a property or field makes, by its canonical name.
            near: the names near those that no file has.
        """
        self.topics, self.areas, self.names = topics, areas, names
        self.notes, self.map_number = topics.notes, topics.map_number
        self.findings: list[Finding] = []
        self._relations = relations
        # By a link's number, in order: the kind that a word gives it; "": it is in no row, as it files its topic or is turned
        self.kinds: dict[int, str] = {}
        self.ends_at: dict[int, str] = {}  # by a link's number: the topic without a note that it names
        self.others: list[Link] = []  # that start at no link of their own note: those that are turned round, arrows
        self.size = 0  # of the table, without what `areas` files
        self.total = self.resolved = self.unresolved = self.external = 0  # links of all notes and canvases
        self._of_notes = self.counts
        self.lacking = Lacking(topics, names, near)
        self.parts = Parts(self.notes)
        self._kind_of: dict[str, str] = {}  # a property's or field's name: the kind of link that it makes
        self._unknown: dict[str, list[Source]] = {}  # by what is not known of them: links that lead nowhere
        self._unknown_words: dict[str, list[Place]] = {}  # none of `relations`: the links that they make

    def read(self) -> None:
        """Look at the links of every note: tell what is wrong, and file what a link files."""
        notes, files = self.notes, self.notes.files
        rows = self.rows
        self.size, self.external = rows.size, rows.external
        self.total = len(files) - rows.tagged
        words = [row for row in rows.plain if files[row] < 0 and not notes.flags[row] & (EXTERNAL | TAGGED)]
        self.resolved = self.total - self.external - sum(map(len, rows.nowhere.values())) - len(words)
        self._read_missing(rows.nowhere)
        for row in words:
            self._read_words(row)
        for row, part in rows.lacking:
            self._tell_anchor(files[row], notes.anchors[row], part, self._source(row))
        self._read_words_of_links(rows.keyed)
        for row, rivals in notes.rivals.items():
            self._tell_rivals(files[row], rivals, notes.targets[row], self._source(row))
        map_rows = range_of(notes, self.map_number)
        # without a target it leads to a part of the map's own
        to_map = [row for row in rows.to_map if row not in map_rows or notes.targets[row]]
        if to_map:
            links = "1 link leads" if len(to_map) == 1 else f"{len(to_map)} links lead"
            message = f"{links} to the map itself, which is no topic; left out of every table"
            self.findings.append(Finding(self._source(to_map[0]), "map-link", message))
        self._of_notes = self.counts

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many links there are, and of these resolved, unresolved and external."""
        return self.total, self.resolved, self.unresolved, self.external

    @property
    def drawn(self) -> tuple[int, ...]:
        """The same of canvases alone."""
        return tuple(all_ - of_notes for all_, of_notes in zip(self.counts, self._of_notes, strict=True))

    @cached_property
    def rows(self) -> Rows:
        """Which links of notes are odd."""
        return survey(self.notes, [end is not None for end in self._ends], self.map_number)

    def _read_missing(self, nowhere: Mapping[str, list[int]]) -> None:
        """Links that lead to no file, by what they name: it may be a topic that has no note."""
        topics, keys, note_of = self.topics, self.notes.keys, self.rows.note_of
        is_keyed = {*self.rows.keyed}.__contains__
        unknown: dict[str, list[int]] = {}
        lacking: list[tuple[str, list[int]]] = []  # by the path that they mean
        problems: dict[int, tuple[str, str]] = {}
        for name, rows in nowhere.items():
            end = topics.ghosts.get(key(name)) if topics.ghosts else None
            lost = rows
            if end:  # those of the map lead to what it names itself
                lost = [row for row in rows if topics.ids[note_of[row]] is None]
                self.ends_at.update((row, end) for row in rows if topics.ids[note_of[row]] is not None)
            else:
                lacking += self._by_path(name, rows) if name.startswith(RELATIVE) else [(name, rows)]
                for row in filter(is_keyed, rows):
                    self._kind(keys[row], row)  # of a kind is what is wanted, too
            self.unresolved += len(lost)
            if lost and (why := self.names.dialect.unknown(name)):
                unknown.setdefault(why, []).extend(lost)
            elif lost:
                code, message = self.lacking.describe(name)
                message = f"{message}; here it is a topic without a note" if end else message
                problems.update(dict.fromkeys(lost, (code, message)))
        told = sorted(problems)
        self.findings += tell_all(zip(self._sources(told), map(problems.__getitem__, told), strict=True))
        for name, rows in sorted(lacking, key=lambda each: each[1][0]):  # the first names it
            if lacked := self.lacking.of(name):
                lacked.rows.extend(rows)
        self._unknown = {why: list(self._sources(sorted(rows))) for why, rows in unknown.items()}
        self.resolved += len(self.ends_at)
        self.size += len(self.ends_at)

    def _by_path(self, target: str, rows: Iterable[int]) -> Iterator[tuple[str, list[int]]]:
        """Links with the same relative path by what it means in their folders."""
        by_path: dict[str, list[int]] = {}
        for row in rows:
            folder = folder_of(self.notes.paths[self.rows.note_of[row]])
            by_path.setdefault(path_of(folder, target), []).append(row)
        yield from by_path.items()

    def _read_words(self, row: int) -> None:
        """Plain words where a link is meant, and which are no file's name: they may name a topic."""
        notes, target = self.notes, self.notes.targets[row]
        start = self.topics.ids[self.rows.note_of[row]]
        name = key(target)
        end = self.topics.ghosts.get(name) or self.topics.words.get(name)
        end = end or (target if target in self.topics else None)
        if end is not None and start not in (None, end):
            self.resolved += 1
            self.size += 1
            self.ends_at[row] = end
            return
        self.total -= 1
        if not notes.flags[row] & QUIET:
            message = f'{notes.keys[row]}: {target!r} is no link, nor the name of another note; write "[[{target}]]" in quotes'
            self.findings.append(Finding(self._source(row), "plain-relation", message))

    def _read_words_of_links(self, keyed: Iterable[int]) -> None:
        """Links that stand in a property or a field, whose name gives them their kind."""
        notes, ids, files, ends = self.notes, self.topics.ids, self.notes.files, self._ends
        note_of = self.rows.note_of
        for row in keyed:
            start = ids[note_of[row]]
            end = ends[files[row]] or self.ends_at.get(row)
            if start is None or end is None or end == start:
                continue
            kind = self._kind(notes.keys[row], row)
            if kind != NARROWER and not self._files(kind, end):
                self.kinds[row] = BROADER if kind == IN_AREA else kind
                continue
            link = self._file(Link(start, kind, end, notes.texts[row], notes.anchors[row], self._source(row)))
            self.kinds[row] = link.kind if link and kind != NARROWER else ""
            if link is None:
                self.size -= 1
            elif kind == NARROWER:
                self.others.append(link)

    def tell_unknown(self) -> Iterator[Finding]:
        """Tell once for all such links what is not known of them; once all are read."""
        for why, sources in self._unknown.items():
            links = "1 link leads" if len(sources) == 1 else f"{len(sources)} links lead"
            yield Finding(sources[0], "unknown-rule", f"{links} nowhere: {why}")

    def ends_of(self, kind: str) -> Iterator[tuple[str, str, Place]]:
        """Where the links of properties and fields that are of one kind begin, end and stand, in the order of the notes."""
        yield from ((*self._ends_of(row), row) for row, its in self.kinds.items() if its == kind)
        yield from ((link.start, link.end, link.source) for link in self.others if link.kind == kind)

    def source(self, place: Place) -> Source:
        """Where a link stands."""
        return self._source(place) if isinstance(place, int) else place

    def typed(self) -> Iterator[Link]:
        """The links that are of a kind, in the order of the notes; those that file a topic are not among them."""
        rows = (self._link(row) for row, kind in self.kinds.items() if kind not in ("", MENTIONS))
        return chain(rows, (link for link in self.others if link.kind != MENTIONS))

    def _link(self, row: int) -> Link:
        """The record of a link that is in a row."""
        notes, kind, (start, end) = self.notes, self.kinds.get(row, MENTIONS), self._ends_of(row)
        link: Link = make_record(Link, (start, kind, end, notes.texts[row], notes.anchors[row], self._source(row)))
        return link

    def _ends_of(self, row: int) -> tuple[str, str]:
        """The topics at which a link in a row begins and ends."""
        start, end = self.topics.ids[self.rows.note_of[row]], self.ends_at.get(row) or self._ends[self.notes.files[row]]
        assert start and end  # it leads from a topic to another one
        return start, end

    def _source(self, row: int) -> Source:
        return Source(self.notes.paths[self.rows.note_of[row]], self.notes.lines[row])

    def _sources(self, rows: Sequence[int]) -> Iterator[Source]:
        """The places of many links."""
        notes = map(self.rows.note_of.__getitem__, rows)
        places = zip(map(self.notes.paths.__getitem__, notes), map(self.notes.lines.__getitem__, rows), strict=True)
        return map(make_record, repeat(Source), places)

    def read_canvas(self, path: str, canvas: Canvas) -> None:
        """Look at the links of a canvas, which is no topic: they stand in no table."""
        self.findings += (Finding(Source(path, line), code, message) for line, code, message in canvas.problems)
        for line, link in canvas.links:
            source, target = Source(path, line), link.target
            self.total += 1
            if link.external:
                self.external += 1
                continue
            in_node = not link.end  # the file of a node
            number, *rivals = self.find_drawn(path, link)
            if number < 0 and (in_node or key(target) not in self.topics.ghosts):
                want = Want(None, MENTIONS, shown_text(link).removeprefix("/"), link.anchor, source)
                if lacked := self.lacking.of(path_of(folder_of(path), target)):
                    lacked.drawn.append(want)
                self._tell_missing(target[1:] if in_node else target, source, in_node)
                continue
            self.resolved += 1
            if rivals:
                self._tell_rivals(number, rivals, target, source)
            if number >= 0 and link.anchor and (part := self.parts.missing(number, link.anchor)):
                self._tell_anchor(number, link.anchor, part, source)
        self._read_arrows(path, canvas)

    def _read_arrows(self, path: str, canvas: Canvas) -> None:
        """The arrows between notes, whose labels say of which kind they are; what notes say themselves is said."""
        said = {(link.start, link.kind, link.end) for link in self.typed()} if canvas.arrows else set()
        said |= {(start, IN_AREA, end) for start, end in self.areas.filings} if canvas.arrows else set()
        for arrow in canvas.arrows:
            start, end = (self._ends[self.find_drawn(path, each)[0]] for each in (arrow.start, arrow.end))
            if not (start and end) or start == end:
                continue
            source = Source(path, arrow.line)
            link = Link(start, self._kind(arrow.label, source), end, arrow.label, "", source)
            if link.kind != NARROWER and not said.isdisjoint(
                [link[:3], (start, IN_AREA, end)][: 1 + (link.kind == BROADER)]
            ):
                continue
            typed = self._file(link)
            if typed and typed[:3] not in said:
                said.add(typed[:3])
                self.others.append(typed)
                self.size += 1

    def find_drawn(self, path: str, link: Mention) -> tuple[int, ...]:
        """The numbers of the files that a link of a canvas means; that of a node names an exact path (rule L8)."""
        numbers = self.names.find(link.target, folder_of(path)) if link.target else (self._numbers[path],)
        exact = link.end or numbers[0] < 0 or key(self.names.paths[numbers[0]]) == key(link.target[1:])
        return numbers if exact else (-1,)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {path: number for number, path in enumerate(self.names.paths)}

    @cached_property
    def _ends(self) -> list[str | None]:
        """The topic of each file; the last entry is found by -1, which is no file."""
        ids = self.topics.ids
        return [*ids, *[None] * (len(self.names.paths) - len(ids) + 1)]

    def table(self) -> Iterator[Link]:
        """All links, by the topic that they start at and then by place."""
        filed: dict[str, list[Link]] = {}
        for link in chain((link for _, link in self.areas.filings.values()), self.others):
            filed.setdefault(link.start, []).append(link)
        by_start: dict[str, list[Link]] = {}
        notes, ids, ends, row = self.notes, self.topics.ids, self._ends, 0
        kinds, special = self.kinds, self.kinds.keys() | self.ends_at.keys()
        rows = zip(notes.lines, notes.anchors, notes.texts, notes.files, strict=True)
        for note, (start, path, size) in enumerate(zip(ids, notes.paths, notes.counts, strict=True)):
            links: list[Link] = []
            for line, anchor, text, file in islice(rows, size):
                if row in special:
                    links += [self._link(row)] if kinds.get(row) != "" else []
                elif (end := ends[file]) is not None and file != note:
                    source = make_record(Source, (path, line))
                    links.append(make_record(Link, (start, MENTIONS, end, text, anchor, source)))
                row += 1
            if links and start is not None:
                by_start[start] = links
        for start in sorted({*by_start, *filed}):
            links = [*filed.get(start, ()), *by_start.get(start, ())]
            if start in filed and (len(filed[start]) > 1 or links[0].source > links[-1].source):
                links.sort(key=lambda link: link.source)
            yield from links

    @property
    def missing(self) -> Table[Missing]:
        """What links name and nobody has written; what most notes want comes first."""
        return self.lacking.table(self._want)

    def _want(self, row: int) -> Want:
        notes, word = self.notes, self.notes.keys[row]
        kind = self.meaning(word) if word else MENTIONS
        start = self.topics.ids[self.rows.note_of[row]]
        kind = BROADER if kind == IN_AREA else kind
        return Want(start, kind, notes.texts[row], notes.anchors[row], self._source(row))

    def references(self, of_map: Sequence[Reference]) -> Table[Reference]:
        """What the notes and the map name outside the vault, by topic and then by place; the map's own are given."""
        return Table(self.rows.references + len(of_map), lambda: self._references(of_map))

    def _references(self, of_map: Sequence[Reference]) -> list[Reference]:
        notes = self.notes
        references = list(of_map)
        rows = zip(notes.lines, notes.targets, notes.texts, notes.flags, strict=True)
        for start, path, size in zip(self.topics.ids, notes.paths, notes.counts, strict=True):
            for line, target, text, flag in islice(rows, size):
                if flag & EXTERNAL and start is not None:
                    references.append(make_record(Reference, (start, text, target, make_record(Source, (path, line)))))
        references.sort(key=lambda reference: (reference.topic, reference.source))
        return references

    def _file(self, link: Link) -> Link | None:
        """A link that has a kind, unless it files its topic under an area; what lies under its start is turned round."""
        if link.kind == NARROWER:
            title = self.topics.title(link.start)
            link = link._replace(start=link.end, kind=BROADER, end=link.start, text=title, anchor="")
        if self._files(link.kind, link.end):
            self.areas.add(link.end, link.source)
            self.areas.file(link.start, link.end, "properties", link.source, link.text)
            return None
        return link._replace(kind=BROADER) if link.kind == IN_AREA else link

    def _files(self, kind: str, end: str) -> bool:
        """Whether a link files the topic at which it starts.

        "up" makes an area of what it names only where no map says what the areas are.
        """
        if kind != IN_AREA and (kind != BROADER or (self.map_number >= 0 and end not in self.areas.areas)):
            return False
        return "properties" in self.areas.origins

    def meaning(self, name: str) -> str:
        """The kind of link that a word means."""
        word = canonical_name(name)
        return self._relations.get(word, word)

    def _kind(self, name: str, place: Place) -> str:
        """The kind of link that a word makes."""
        kind = self._kind_of.get(name)
        if kind is None:
            kind = self._kind_of[name] = self.meaning(name)
            if canonical_name(name) not in self._relations:
                self._unknown_words[kind] = []
        if kind in self._unknown_words:
            self._unknown_words[kind].append(place)
        return kind

    def tell_unknown_words(self) -> Iterator[Finding]:
        """Tell the words that are kinds of their own, and nearly one that is known: they may be slips."""
        known = Suggestions(lambda: index_names([word for word in self._relations if "_" not in word]), {})
        for word, places in self._unknown_words.items():
            if places and (near := known.near(word)) and abs(len(near[0]) - len(word)) <= SLIP:
                message = f"{word!r} makes {pluralize(len(places), 'link')} of a kind of its own; nearest: {near[0]}"
                hint = "write that, or say under [relations] of vault.toml what it means"
                yield Finding(min(map(self.source, places)), "unknown-relation", f"{message}; {hint}")

    def _tell_missing(self, name: str, source: Source, file: bool) -> None:
        """Tell a link of a canvas that leads to no file; `file`: the name is the path of one."""
        self.unresolved += 1
        if why := self.names.dialect.unknown(name):
            self._unknown.setdefault(why, []).append(source)
        else:
            self.findings.append(Finding(source, *self.lacking.describe(name, file)))

    def _tell_rivals(self, number: int, rivals: Sequence[int], name: str, source: Source) -> None:
        path = self.names.paths[number]
        others = ", ".join([self.names.paths[rival] for rival in rivals[:3]])
        message = f"{name!r} may be {path} or {others}; {path} is taken; write the link with its folder"
        self.findings.append(Finding(source, "ambiguous-link", message))

    def _tell_anchor(self, number: int, anchor: str, part: str, source: Source) -> None:
        path = self.notes.paths[number]
        owner = "this note" if path == source.file else path
        message = f"{owner} has no {part} {anchor!r}; fix the link or the {part}"
        self.findings.append(Finding(source, "missing-block" if part == "block" else "missing-heading", message))
