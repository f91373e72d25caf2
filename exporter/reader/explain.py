"""Why a note has this id, these areas, these links, and what comes before it: each line with its place. For people."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from exporter.errors import UsageError
from exporter.model import MENTIONS, Source
from exporter.reader import Evidence, Reading, ReadOptions, understand
from exporter.reader.batch.columns import canonical_name
from exporter.reader.batch.full import parse
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.meaning.vocabulary import NARROWER
from exporter.reader.names import NOTE, folder_of, is_note, key, name_of, slug

BY = {
    "map": "the map lists it there",
    "properties": "a property or field says so",
    "folders": "its folder",
    "tags": "its tag",
}
Line = tuple[Source, str]


def explain(
    name: str,
    root: Path,
    options: ReadOptions | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: Path | None = None,
    before: bool = False,
) -> list[Line]:
    """Explain the note, or the topic without a note, that `name` means.

    Args:
        name: its path, its name, an alias, or the topic's id.
        root: the folder of the vault.
        options, tick, workers, cache: as for `read`.
        before: tell instead what has to be known before it, in an order in which it can be learnt; itself last.

    Raises:
        ExportError: as `read` does.
        UsageError: there is none of this name, or several; or nothing can come before it, as it is no topic.
    """
    options = options or ReadOptions()
    explanation = _Explanation(*understand(root, options, tick, workers, cache), options)
    match = explanation.find_one(name, root)
    return list(explanation.way_to(match) if before else explanation.lines(match))


def rule(names: Names, target: str, folder: str, numbers: Sequence[int]) -> str:
    """Why a link in a note of this folder means the first of these files, with the rules of docs/conformance.md."""
    if not target:
        return "the note itself (R1)"
    if names.by_rules(target, folder)[0] != numbers[0]:
        return f"as in {names.dialect.called()} (docs/dialects.md)"
    if target.startswith(("./", "../")):
        return "this exact path from the note's folder (R6)"
    if target.startswith("/"):
        return "this exact path from the vault's root (R7)"
    path, name = key(names.paths[numbers[0]]), key(target)
    by_full_name = f"/{path}".endswith(f"/{name}")
    why = " by its whole file name (R4)" if by_full_name else ""
    if not by_full_name:
        name += NOTE
    same_name = names.numbers_of(name.rpartition("/")[2])
    ending = [number for number in same_name if f"/{key(names.paths[number])}".endswith(f"/{name}")]
    if path == name and (len(ending) > 1 or "/" in name):
        return f"the exact path (R8){why}"
    if len(ending) == 1:
        return ("the only file of this name (R5)" if "/" not in name else "the only path that ends so (R9)") + why
    beside = [number for number in ending if key(names.paths[number]).rpartition("/")[0] == key(folder)]
    steps = [f"of {len(ending)} the one in the note's own folder (R10)"] if beside else []
    if len(numbers) > 1:
        rivals = ", ".join(names.paths[number] for number in numbers[1:4])
        steps.append(f"the first by name of {len(numbers)} equally short paths (R12), before {rivals}")
    elif len(beside) != 1:
        steps.append(f"the shortest path of {len(beside or ending)} (R11)")
    return ", then ".join(steps) + why


def _linked_by(text: str) -> str:
    """What a link means that was copied out of a note or out of Obsidian; else the name before a heading's."""
    parts = urlsplit(text)
    if parts.scheme == "obsidian":
        return next(iter(parse_qs(parts.query).get("file", ())), text)
    links = parse(text.encode(errors="replace")).mentions
    return (links[0].target if len(links) == 1 else text).partition("#")[0].strip()


class _Explanation:
    """The lines about one note."""

    def __init__(self, reading: Reading, evidence: Evidence, options: ReadOptions) -> None:
        self.vault, self.names, self.canvases, meaning, _ = evidence
        self.map, self.findings = reading.knowledge_map, reading.findings
        self.topics, self.areas, self.links = meaning.topics, meaning.areas, meaning.links
        self.notes, self.options = self.links.notes, options
        self.ends = list(accumulate(self.notes.counts))  # of each note's links

    # -- which one ------------------------------------------------------------------------------------------

    def find_one(self, name: str, root: Path) -> str:
        """The path of the note, or the id of the topic without one, that is named so.

        Raises:
            UsageError: there is none, or there are several.
        """
        matches = self.find(name, root)
        if len(matches) > 1:
            raise UsageError(f"{name!r} may be any of {', '.join(sorted(matches))}; name one by its path or id")
        if not matches:
            near = self.links.lacking.near.notes.near(_linked_by(name).removesuffix(NOTE))
            hint = f"nearest: {', '.join(near)}" if near else "name it by its path, name, alias or id"
            raise UsageError(f"no note or topic is named {name!r}; {hint}")
        return matches[0]

    def id_of(self, path_or_id: str) -> str | None:
        """The id of a topic that `find_one` gave; None: the note is none."""
        if path_or_id in self.topics.others:
            return path_or_id
        number = self.notes.paths.index(path_or_id) if path_or_id in self.notes.paths else -1
        return self.topics.of_file(number)

    def way_to(self, path_or_id: str) -> Iterator[Line]:
        """What has to be known before a topic, then itself.

        Raises:
            UsageError: it is none.
        """
        id_ = self.id_of(path_or_id)
        if id_ is None:
            raise UsageError(f"{path_or_id!r} is no topic, so nothing comes before it; `mlk-export explain` says why")
        for topic in (*self.map.prerequisites(id_), self.map.topic[id_]):
            yield topic.source, topic.title if topic.note else f"{topic.title} (no note yet)"

    def find(self, name: str, root: Path) -> list[str]:
        """The paths of notes, or ids of topics without one, that are named so: by path, id, name, title, alias or a link."""
        matches = self._find(name, root)
        if not matches and (target := _linked_by(name)) != name:
            matches = self._find(target, root)
        return matches

    def _find(self, name: str, root: Path) -> list[str]:
        notes = [path for path in self.names.paths if is_note(path)]
        paths = dict.fromkeys([*notes, *self.vault.excluded, *self.vault.hidden])
        spellings = [name]
        for top in (root.absolute(), self.vault.root):
            for file in (Path(name).absolute(), Path(os.path.realpath(name))):
                if file.is_relative_to(top):
                    spellings.append(file.relative_to(top).as_posix())
        for path in spellings:
            for spelled in (path, path + NOTE, f"{path}/"):
                if spelled in paths:
                    return [spelled]
            folder = path
            while folder := folder.rpartition("/")[0]:
                if f"{folder}/" in paths:
                    return [f"{folder}/"]
        if name in self.topics:
            number = self.topics.numbers.get(name)
            return [name if number is None else self.notes.paths[number]]
        key_of_name = key(name.removesuffix(NOTE))
        if matches := [path for path in paths if key(path).removesuffix(NOTE).rpartition("/")[2] == key_of_name]:
            return matches
        if matches := [path for path in paths if key(path) in (key_of_name, key_of_name + NOTE)]:
            return matches
        if not key_of_name:
            return []
        titles = zip(self.notes.paths, self.notes.titles, self.notes.aliases, strict=True)
        matches = [path for path, title, aliases in titles if key_of_name in map(key, (title, *aliases))]
        return matches or [id_ for id_ in [self.topics.ghosts.get(key_of_name)] if id_]

    # -- its lines --------------------------------------------------------------------------------------------

    def lines(self, path_or_id: str) -> Iterator[Line]:
        """All lines about a note, by its path, or about a topic without one, by its id."""
        if path_or_id in self.topics.others:
            yield from self._ghost(path_or_id)
            return
        path = path_or_id
        if reason := self.vault.hidden.get(path):
            yield Source(path, 1), f"nothing of it is published: {reason}"
            return
        if reason := self.vault.excluded.get(path):
            subject = "what lies in this folder is" if path.endswith("/") else "this note is"
            if path in self.vault.settings:
                setting = self.vault.settings[path]
                reason += f" ({f'{setting} says so' if setting else 'by its name'}; --all-notes takes it)"
            yield Source(path.rstrip("/"), 1), f"{subject} no topic: {reason}"
            if path in self.names.paths:
                yield from self._links_to([self.names.paths.index(path)], None)
            return
        number = self.notes.paths.index(path)
        id_ = self.topics.ids[number]
        if id_ is None:
            yield self._map(number)
        else:
            yield from self._name(number, id_)
            yield from self._areas(id_)
        yield from self._tags(number)
        yield from self._links(number)
        yield from self._links_to([number], None)
        if id_ is not None:
            yield from self._steps(id_)
        for finding in self.findings:
            if finding.source.file == path:
                yield finding.source, f"{finding.message} [{finding.code}]"

    def _map(self, number: int) -> Line:
        path, options = self.notes.paths[number], self.options
        line, reason = 1, "vault.toml names it" if options.map else "its name says so, and it lists notes"
        map_tags = {tag.lower() for tag in options.map_tags}
        for line_of_tag, tag in self.notes.tags[number]:
            if tag.lower() in map_tags and not options.map:
                line, reason = line_of_tag, f"it has the tag #{tag}"
                break
        return Source(path, line), f"this note is the map, and no topic ({reason})"

    def _ghost(self, id_: str) -> Iterator[Line]:
        topic = self.topics.others[id_]
        yield topic.source, f"id: {id_} (from the name; nobody has written a note of it)"
        yield topic.source, f"title: {topic.title}"
        yield from self._areas(id_)
        yield from self._links_to([], id_)
        yield from self._steps(id_)

    def _name(self, number: int, id_: str) -> Iterator[Line]:
        path = self.notes.paths[number]
        note = parse(self.vault.read(path))
        lines = {canonical_name(name): line for name, line in note.properties.lines.items()}
        from_property = self.notes.ids[number]
        first_choice, line = from_property or (self.topics.own_id(number), 1)
        origin = "the property `id`" if from_property else "the file's name"
        if self.topics.naming_folder(number):
            origin = "the folder's, for which this note stands"
        elif not from_property and first_choice != slug(name_of(path)):
            origin = "its path, as the file's name says little"
        if id_ == first_choice:
            reason = origin
        elif first_choice:
            owner = self.notes.paths[self.topics.numbers[first_choice]]
            reason = f"{origin} gives {first_choice!r}, which {owner} has; so a hash of the path marks it"
        else:
            reason = f"{origin} has neither letter nor digit; a hash of the path marks it"
        yield Source(path, line), f"id: {id_} ({reason})"
        title = self.topics.title(id_)
        values = {canonical_name(name): value for name, value in note.properties.values.items()}
        if title != (own := self.notes.titles[number] or name_of(path)):
            yield Source(path, 1), f"title: {title} (the folder's name, as the note's own is but {own!r})"
        elif isinstance(values.get("title"), str) and values["title"].strip():
            yield Source(path, lines.get("title", 1)), f"title: {title} (the property `title`)"
        elif self.notes.titles[number] and self.names.dialect.LEVELS_ARE_NOTES:
            yield Source(path, 1), f"title: {title} (its name in {self.names.dialect.called()})"
        elif self.notes.titles[number]:
            yield Source(path, note.line(note.headings[0].start)), f"title: {title} (the heading that opens the note)"
        else:
            yield Source(path, 1), f"title: {title} (the file's name)"
        for alias in self.notes.aliases[number]:
            yield Source(path, lines.get("aliases", 1)), f"alias: {alias} (links need the note's name)"

    def _areas(self, id_: str) -> Iterator[Line]:
        if area := self.areas.areas.get(id_):
            above = f"in the area {area.parent}" if area.parent else "at the top"
            yield area.source, f"is an area itself, {above}"
        areas = self.areas.by_topic().get(id_, ())
        order = ", ".join(self.areas.origins)
        for area_id in areas:
            origin, link = self.areas.filings[id_, area_id]
            rank = "its home" if area_id == areas[0] else f"behind {areas[0]}, as areas come from: {order}"
            yield link.source, f"area: {area_id} ({BY[origin]}; {rank})"
        for topic, other, origin, source in self.areas.outvoted:
            if topic == id_:
                first = self.areas.filings[id_, other][0] if (id_, other) in self.areas.filings else ""
                yield source, f"area: {other} ({BY[origin]}; filed there already, by: {first})"
        if not areas and id_ not in self.areas.areas:
            yield self.topics.topic(id_, ()).source, f"area: none (areas come from: {order})"

    def _tags(self, number: int) -> Iterator[Line]:
        path = self.notes.paths[number]
        if not self.notes.tags[number]:
            return
        note = parse(self.vault.read(path))
        body = note.line(note.properties.end)
        for line, written in self.notes.tags[number]:
            tag = self.topics.tag(written)
            origin = "the property `tags`" if note.properties.end and line < body else "in the text"
            under = f"; under {tag.parent}" if tag.parent else ""
            spelled = "" if tag.id == written else f"; first spelled so at {tag.source}"
            yield Source(path, line), f"tag: {tag.id} ({origin}{under}{spelled})"

    def _links(self, number: int) -> Iterator[Line]:
        notes = self.notes
        path = notes.paths[number]
        end = self.ends[number]
        for row in range(end - notes.counts[number], end):
            yield Source(path, notes.lines[row]), f"{self._link_text(row)} -> {self._target(row, path)}"

    def _link_text(self, row: int) -> str:
        notes = self.notes
        anchor = f"#{notes.anchors[row]}" if notes.anchors[row] else ""
        word = f"{notes.keys[row]}: " if notes.keys[row] else ""
        written = f"[[{notes.targets[row]}{anchor}]]"
        return f"link {word}{notes.targets[row] if notes.flags[row] & EXTERNAL else written}"

    def _target(self, row: int, path: str) -> str:
        notes, target = self.notes, self.notes.targets[row]
        if notes.flags[row] & EXTERNAL:
            return "leads out of the vault"
        number = notes.files[row]
        if number < 0:
            id_ = self.topics.ghosts.get(key(target))
            if id_ and path != self.map.source.file:
                return f"{id_}, a topic without a note ({self.topics.others[id_].source} names it)"
            return f"nothing: {self.links.lacking.describe(target)[1]}" + (
                "; here it is a topic without a note" if id_ else ""
            )
        file = self.names.paths[number]
        why = rule(self.names, target, folder_of(path), (number, *notes.rivals.get(row, ())))
        parts = [f"{file}: {why}"]
        if number >= len(notes.paths):
            ignored = self.vault.excluded.get(file)
            parts.append(f"no topic: {ignored}" if ignored else "an attachment")
        elif self.topics.ids[number] is None:
            parts.append("the map, and no topic" if file == self.map.source.file else "not read")
        if notes.anchors[row] and (part := self.links.parts.missing(number, notes.anchors[row])):
            parts.append(f"it has no {part} {notes.anchors[row]!r}")
        kind = self.links.kinds.get(row)
        if kind and kind not in (MENTIONS, canonical_name(notes.keys[row])):
            parts.append(f"a link of the kind {kind}")
        elif not kind and notes.keys[row] and self.links.meaning(notes.keys[row]) == NARROWER and path != file:
            parts.append("what it leads to lies under this note")
        elif kind == "":
            parts.append("it files the topic there" if path != file else "to itself, so no link")
        return "; ".join(parts)

    def _links_to(self, numbers: list[int], ghost: str | None) -> Iterator[Line]:
        """Which links lead to a file, or to a topic without a note."""
        notes, ghosts = self.notes, self.topics.ghosts
        for row, file in enumerate(notes.files):
            if file in numbers or (
                ghost and file < 0 and not notes.flags[row] & EXTERNAL and ghosts.get(key(notes.targets[row])) == ghost
            ):
                start = notes.paths[bisect_right(self.ends, row)]
                yield Source(start, notes.lines[row]), f"links here: {self._link_text(row).removeprefix('link ')}"
        for path, canvas in self.canvases.items():
            for line, link in canvas.links:
                if not link.external:
                    file = self.links.find_drawn(path, link)[0]
                    if file in numbers or (ghost and file < 0 and ghosts.get(key(link.target)) == ghost):
                        written = f"[[{link.target}]]" if link.end else "a node"
                        yield Source(path, line), f"links here: {written} of the canvas"

    def _steps(self, id_: str) -> Iterator[Line]:
        for path in self.map.paths:
            for number, step in enumerate(path.steps, 1):
                if id_ in step.topics:
                    yield step.source, f"step {number} of {len(path.steps)} of {path.title!r}: {step.text}"
