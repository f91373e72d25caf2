"""Why a note has this id, these areas, these links: each line with its place and the rule that decided. For people."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from exporter.errors import ExportError
from exporter.model import MENTIONS, Source
from exporter.reader import Evidence, Reading, ReadOptions, understand
from exporter.reader.batch.columns import canonical
from exporter.reader.batch.resolve import Names
from exporter.reader.markdown.note import parse
from exporter.reader.markdown.record import EXTERNAL
from exporter.reader.names import NOTE, folder_of, is_note, key, name_of, slug

BY = {
    "map": "the map lists it there",
    "properties": "a property or field says so",
    "folders": "its folder",
    "tags": "its tag",
}
Line = tuple[Source, str]


def explain(
    wanted: str,
    root: Path,
    mapping: ReadOptions | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: Path | None = None,
) -> list[str]:
    """Explain the note, or the topic without a note, that `wanted` names.

    Raises:
        ExportError: as `read` does, or there is none of this name, or several.
    """
    reading, known = understand(root, mapping or ReadOptions(), tick, workers, cache)
    explained = _Explained(reading, known)
    found = explained.find(wanted, root)
    if len(found) > 1:
        raise ExportError(f"{wanted!r} may be any of {', '.join(sorted(found))}; name one by its path or id")
    if not found:
        near = known.understood.links.near_notes.to(wanted.removesuffix(NOTE))
        hint = f"nearest: {', '.join(near)}" if near else "name it by its path, name, alias or id"
        raise ExportError(f"no note or topic is named {wanted!r}; {hint}")
    return [f"{source.below(root)}: {text}" for source, text in explained.lines(found[0])]


def rule(names: Names, target: str, folder: str, found: Sequence[int]) -> str:
    """Why a link in a note of this folder means the first of these files, with the rules of docs/conformance.md."""
    if not target:
        return "the note itself (R1)"
    if target.startswith(("./", "../")):
        return "this exact path from the note's folder (R6)"
    if target.startswith("/"):
        return "this exact path from the vault's root (R7)"
    path, wanted = key(names.paths[found[0]]), key(target)
    whole = f"/{path}".endswith(f"/{wanted}")
    why = " by its whole file name (R4)" if whole else ""
    if not whole:
        wanted += NOTE
    called = names.called(wanted.rpartition("/")[2])
    ending = [number for number in called if f"/{key(names.paths[number])}".endswith(f"/{wanted}")]
    if path == wanted and (len(ending) > 1 or "/" in wanted):
        return f"the exact path (R8){why}"
    if len(ending) == 1:
        return ("the only file of this name (R5)" if "/" not in wanted else "the only path that ends so (R9)") + why
    beside = [number for number in ending if key(names.paths[number]).rpartition("/")[0] == key(folder)]
    steps = [f"of {len(ending)} the one in the note's own folder (R10)"] if beside else []
    if len(found) > 1:
        rivals = ", ".join(names.paths[number] for number in found[1:4])
        steps.append(f"the first by name of {len(found)} equally short paths (R12), before {rivals}")
    elif len(beside) != 1:
        steps.append(f"the shortest path of {len(beside or ending)} (R11)")
    return ", then ".join(steps) + why


class _Explained:
    """The lines about one note."""

    def __init__(self, reading: Reading, known: Evidence) -> None:
        self.vault, self.names, self.canvases, understood = known
        self.map, self.findings = reading.knowledge_map, reading.findings
        self.topics, self.areas, self.links = understood.topics, understood.areas, understood.links
        self.notes = self.links.notes
        self.ends = list(accumulate(self.notes.counts))  # of each note's links

    # -- which one ------------------------------------------------------------------------------------------

    def find(self, wanted: str, root: Path) -> list[str]:
        """The paths of notes, or ids of topics without one, that are named so: by path, id, name, or title and alias."""
        notes = [path for path in self.names.paths if is_note(path)]
        paths = dict.fromkeys([*notes, *self.vault.excluded])
        given = [wanted]
        for top in (root.absolute(), self.vault.root):
            for file in (Path(wanted).absolute(), Path(os.path.realpath(wanted))):
                if file.is_relative_to(top):
                    given.append(file.relative_to(top).as_posix())
        for path in given:
            for spelled in (path, path + NOTE, f"{path}/"):
                if spelled in paths:
                    return [spelled]
            folder = path
            while folder := folder.rpartition("/")[0]:
                if f"{folder}/" in paths:
                    return [f"{folder}/"]
        if wanted in self.topics:
            number = self.topics.numbers.get(wanted)
            return [wanted if number is None else self.notes.paths[number]]
        name = key(wanted.removesuffix(NOTE))
        if found := [path for path in paths if key(path).removesuffix(NOTE).rpartition("/")[2] == name]:
            return found
        if found := [path for path in paths if key(path) in (name, name + NOTE)]:
            return found
        if not name:
            return []
        titles = zip(self.notes.paths, self.notes.titles, self.notes.aliases, strict=True)
        found = [path for path, title, aliases in titles if name in {key(other) for other in (title, *aliases)}]
        return found or [id_ for id_ in [self.topics.ghosts.get(name)] if id_]

    # -- what is said -----------------------------------------------------------------------------------------

    def lines(self, wanted: str) -> Iterator[Line]:
        """All lines about a note, by its path, or about a topic without one, by its id."""
        if wanted in self.topics.others:
            yield from self._ghost(wanted)
            return
        if why := self.vault.excluded.get(wanted):
            what = "what lies in this folder is" if wanted.endswith("/") else "this note is"
            yield Source(wanted.rstrip("/"), 1), f"{what} no topic: {why}"
            if wanted in self.names.paths:
                yield from self._links_to([self.names.paths.index(wanted)], None)
            return
        number = self.notes.paths.index(wanted)
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
        yield from (
            (found.source, f"{found.message} [{found.code}]") for found in self.findings if found.source.file == wanted
        )

    def _map(self, number: int) -> Line:
        path, mapping = self.notes.paths[number], self.links.mapping
        line, why = 1, "vault.toml names it" if mapping.map else "it has the vault's name"
        tags = {tag.lower() for tag in mapping.map_tags}
        for place, tag in self.notes.tags[number]:
            if tag.lower() in tags and not mapping.map:
                line, why = place, f"it has the tag #{tag}"
                break
        return Source(path, line), f"this note is the map, and no topic ({why})"

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
        lines = {canonical(name): line for name, line in note.properties.lines.items()}
        asked = self.notes.ids[number]
        own, place = (asked[0], asked[1]) if asked else (slug(name_of(path)), 1)
        origin = "the property `id`" if asked else "the file's name"
        if id_ == own:
            yield Source(path, place), f"id: {id_} ({origin})"
        elif own:
            taken = f"{origin} gives {own!r}, which {self.notes.paths[self.topics.numbers[own]]} has"
            yield Source(path, place), f"id: {id_} ({taken}; so a hash of the path marks it)"
        else:
            yield Source(path, place), f"id: {id_} ({origin} has neither letter nor digit; a hash of the path marks it)"
        title = self.topics.title(id_)
        values = {canonical(name): value for name, value in note.properties.values.items()}
        if isinstance(values.get("title"), str) and values["title"].strip():
            yield Source(path, lines.get("title", 1)), f"title: {title} (the property `title`)"
        elif self.notes.titles[number]:
            yield Source(path, note.line(note.headings[0].start)), f"title: {title} (the heading that opens the note)"
        else:
            yield Source(path, 1), f"title: {title} (the file's name)"
        for alias in self.notes.aliases[number]:
            yield Source(path, lines.get("aliases", 1)), f"alias: {alias} (no target of links: R13)"

    def _areas(self, id_: str) -> Iterator[Line]:
        if area := self.areas.areas.get(id_):
            above = f"in the area {area.parent}" if area.parent else "at the top"
            yield area.source, f"is an area itself, {above}"
        filed = self.areas.of_topics().get(id_, ())
        order = ", ".join(self.areas.origins)
        for place, home in enumerate(filed):
            origin, link = self.areas.filed[id_, home]
            rank = "its home" if not place else f"behind {filed[0]}, as areas come from: {order}"
            yield link.source, f"area: {home} ({BY[origin]}; {rank})"
        for topic, other, origin, source in self.areas.outvoted:
            if topic == id_:
                first = self.areas.filed[id_, other][0] if (id_, other) in self.areas.filed else ""
                yield source, f"area: {other} ({BY[origin]}; filed there already, by: {first})"
        if not filed and id_ not in self.areas.areas:
            yield self.topics.topic(id_, ()).source, f"area: none (areas come from: {order})"

    def _tags(self, number: int) -> Iterator[Line]:
        path = self.notes.paths[number]
        if not self.notes.tags[number]:
            return
        note = parse(self.vault.read(path))
        body = note.line(note.properties.end)
        for line, written in self.notes.tags[number]:
            tag = self.topics.tag(written)
            where = "the property `tags`" if note.properties.end and line < body else "in the text"
            under = f"; under {tag.parent}" if tag.parent else ""
            spelled = "" if tag.id == written else f"; first spelled so at {tag.source}"
            yield Source(path, line), f"tag: {tag.id} ({where}{under}{spelled})"

    def _links(self, number: int) -> Iterator[Line]:
        notes = self.notes
        path = notes.paths[number]
        end = self.ends[number]
        for row in range(end - notes.counts[number], end):
            yield Source(path, notes.lines[row]), f"{self._shown(row)} -> {self._goal(row, path)}"

    def _shown(self, row: int) -> str:
        notes = self.notes
        anchor = f"#{notes.anchors[row]}" if notes.anchors[row] else ""
        word = f"{notes.keys[row]}: " if notes.keys[row] else ""
        written = f"[[{notes.targets[row]}{anchor}]]"
        return f"link {word}{notes.targets[row] if notes.flags[row] & EXTERNAL else written}"

    def _goal(self, row: int, path: str) -> str:
        notes, target = self.notes, self.notes.targets[row]
        if notes.flags[row] & EXTERNAL:
            return "leads out of the vault"
        number = notes.files[row]
        if number < 0:
            id_ = self.topics.ghosts.get(key(target))
            if id_ and path != self.map.source.file:
                return f"{id_}, a topic without a note ({self.topics.others[id_].source} names it)"
            return f"nothing: {self.links.lacking(target)[1]}" + ("; here it is a topic without a note" if id_ else "")
        file = self.names.paths[number]
        why = rule(self.names, target, folder_of(path), (number, *notes.rivals.get(row, ())))
        parts = [f"{file}: {why}"]
        if number >= len(notes.paths):
            ignored = self.vault.excluded.get(file)
            parts.append(f"no topic: {ignored}" if ignored else "an attachment")
        elif self.topics.ids[number] is None:
            parts.append("the map, and no topic" if file == self.map.source.file else "not read")
        if notes.anchors[row] and (what := self.links.lacks(number, notes.anchors[row])):
            parts.append(f"it has no {what} {notes.anchors[row]!r}")
        made = self.links.made.get(row)
        if made and made.kind not in (MENTIONS, canonical(notes.keys[row])):
            parts.append(f"a link of the kind {made.kind}")
        elif row in self.links.made and notes.keys[row] and not made:
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
                yield Source(start, notes.lines[row]), f"links here: {self._shown(row).removeprefix('link ')}"
        for path, canvas in self.canvases.items():
            for line, link in canvas.links:
                if not link.external:
                    file = self.links.drawn(path, link)[0]
                    if file in numbers or (ghost and file < 0 and ghosts.get(key(link.target)) == ghost):
                        written = f"[[{link.target}]]" if link.end else "a node"
                        yield Source(path, line), f"links here: {written} of the canvas"

    def _steps(self, id_: str) -> Iterator[Line]:
        for path in self.map.paths:
            for place, step in enumerate(path.steps, 1):
                if id_ in step.topics:
                    yield step.source, f"step {place} of {len(path.steps)} of {path.title!r}: {step.text}"
