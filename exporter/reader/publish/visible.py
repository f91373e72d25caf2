"""The vault as it may be seen: without hidden notes, without hidden parts of others, without what leads to them.

All that stands behind gets only this: names that there are, what notes say, and a vault that gives redacted bytes. So
no text, no table and no finding can hold what is hidden, whoever writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, compress, count, repeat
from typing import Any, NamedTuple

from exporter.errors import ExportError, Finding, pluralize
from exporter.model import Secrets, Source
from exporter.outline import heading_key
from exporter.reader.batch import entries
from exporter.reader.batch.cache import merge
from exporter.reader.batch.columns import (
    HOLDS_ADDRESS,
    HOLDS_BRACKETS,
    HOLDS_CALLOUT,
    ODD_TAGS,
    OWN,
    Notes,
    Vocabulary,
    canonical_name,
)
from exporter.reader.batch.core import find_core
from exporter.reader.batch.late import settle
from exporter.reader.batch.notes import Work, read_some
from exporter.reader.batch.read import read_columns
from exporter.reader.batch.resolve import Names, renumber, resolve
from exporter.reader.markdown.note import decode
from exporter.reader.markdown.record import EMBED, EXTERNAL
from exporter.reader.meaning.interpret import Meaning
from exporter.reader.names import folder_of, is_note, key, name_of
from exporter.reader.options import Publish, ReadOptions
from exporter.reader.publish.redaction import Parts, Redactor, cut, fold_names
from exporter.reader.publish.selection import Rules, Selection, find_left_out, names_of, select
from exporter.reader.publish.torn import guess, guess_tags
from exporter.reader.vault.canvas import Canvas
from exporter.reader.vault.files import DRAWING, Memory, Vault
from exporter.regex import regex

MARKS = "#-*+.)0123456789 \t"  # of headings and items
ADDRESS = regex(r"file:|obsidian:(?:///|//vault/|.*(?:file|path)=)", re.IGNORECASE | re.ASCII | re.DOTALL)
QUOTED = regex(r"'([^'\n]+)'")  # a path that a finding names


class View(NamedTuple):
    """What was read of a vault, or what may be seen of it."""

    vault: Vault
    names: Names  # of all files
    notes: Notes
    canvases: Mapping[str, Canvas]  # by path
    findings: list[Finding]  # of the reading
    nameless: frozenset[str] = frozenset()  # keys of what is hidden and has no file: the map makes no topic of it
    secrets: Secrets | None = None  # what must stand in no output; None: nothing is hidden


def hide(
    view: View,
    work: Work,
    options: ReadOptions,
    map_path: str,
    find_maps: Callable[[], Collection[str]],
    understand: Callable[[], Meaning],
) -> View:
    """Take out of a view what is not to be seen, and what is no topic.

    Args:
        view: what was read.
        work: reads notes as they are.
        options: what is hidden, among others.
        map_path: the map; "": there is none.
        find_maps: gives the maps that it leads to, where something is hidden.
        understand: gives the meaning of all notes, where rules need it.

    Raises:
        ExportError: everything is hidden.
        OptionError: a rule is none.
    """
    rules = Rules(options.publish)
    parts = parts_of(rules, options.publish)
    linked = _read_linked(view, work)
    told = [view.notes, linked]
    cut_notes = [find_cut(notes, parts, work.vault.read) for notes in told]
    cut_paths = {path for notes in cut_notes for path in notes}
    seen = [
        as_judged(notes, some, work.vault.read, work.vocabulary) for notes, some in zip(told, cut_notes, strict=True)
    ]
    selection = select(rules, seen, view.names.paths, map_path, understand)
    left_out = {} if options.all_notes else find_left_out(view.notes, map_path)
    view = view._replace(findings=[*view.findings, *selection.findings])
    if selection.hidden or selection.nameless or cut_paths:
        cut_paths -= selection.hidden.keys()
        view = Hiding(view, work, linked, parts, selection, cut_paths, {map_path, *find_maps()}).view(left_out)
    elif left_out:
        view = renumber_files(view, {}, left_out)
    return view._replace(findings=[*view.findings, *tell_embeds(view)])


def tell_embeds(view: View) -> Iterator[Finding]:
    """Tell the embeds of drawings, and of notes that `exclude` names: their text is not shown."""
    shut = {path for path in view.vault.excluded if not view.vault.may_show(path)}
    if not shut:
        return
    paths = view.names.paths
    closed = [number for number, path in enumerate(paths) if path in shut]
    rows = filter(lambda row: view.notes.flags[row] & EMBED, view.notes.links_to(closed))
    for note, row in view.notes.rows(rows):
        name = view.notes.targets[row]
        source = Source(view.notes.paths[note], view.notes.lines[row])
        why = view.vault.excluded[paths[view.notes.files[row]]]
        if why == DRAWING:
            message = f"{name!r} is a drawing, whose picture is not in the note; export it as SVG or PNG and embed that"
            yield Finding(source, "drawing-embed", message)
        else:
            message = (
                f"{name!r} is {why}, so its text is not shown here; take the embed out, or the note out of `exclude`"
            )
            yield Finding(source, "excluded-embed", message)


def _read_linked(view: View, work: Work) -> Notes:
    """The notes that are no topics and that links of others lead to, straight or by others of them: embeds show these."""
    first, behind = len(view.vault.notes), len(view.vault.notes) + len(view.vault.ignored)
    wide = work._replace(vault=replace(view.vault, notes=(*view.vault.notes, *view.vault.ignored), memory=Memory()))
    linked = Notes()
    known: list[int] = []
    files: Iterable[int] = view.notes.files if behind > first else ()
    while new := sorted({file for file in files if first <= file < behind}.difference(known)):
        known += new
        row = len(linked.files)
        for batch in wide.read_all(new):
            linked.add(batch.columns, batch.paths, batch.stamps)
        linked.files, linked.rivals = resolve(linked, known, work.names)
        files = linked.files[row:]
    return linked


def parts_of(rules: Rules, publish: Publish) -> Parts:
    """Which parts of notes are hidden."""
    return Parts(
        {rule.name for rule in [*rules.hide, *rules.marks] if rule.kind == "tag"},
        {heading_key(title) for title in publish.sections},
        {kind.strip().lower() for kind in publish.callouts},
        {canonical_name(name) for name in publish.properties},
    )


def find_cut(notes: Notes, parts: Parts, read: Callable[[str], bytes]) -> dict[str, bytes]:
    """The notes that have hidden parts, by path: what is left of each."""
    numbers = set(entries.find(notes.traits, HOLDS_CALLOUT))
    if parts.sections:
        numbers.update(compress(count(), notes.headings))
    for number in entries.find(notes.headings, "#") if parts.tags else ():
        headings = notes.headings[number].lower()
        if any(f"#{tag}" in headings for tag in parts.tags):
            numbers.add(number)
    if parts.properties:
        names = entries.words(notes.keys) | entries.property_names(notes.properties)
        names = {name for name in names if canonical_name(name) in parts.properties}
        for name in names:
            numbers.update(number for number, _ in entries.property_values(notes.properties, name))
        numbers.update(entries.with_nested(notes.properties))
        numbers.update(note for note, _ in notes.rows(compress(count(), map(names.__contains__, notes.keys))))
        if not OWN.isdisjoint(parts.properties):
            numbers.update(range(len(notes.paths)))
    left: dict[str, bytes] = {}
    for number in sorted(numbers):
        try:
            text, _ = decode(read(notes.paths[number]))
        except OSError:  # a finding of the reading
            continue
        if (cut_text := cut(text, parts)[0]) != text:
            left[notes.paths[number]] = cut_text.encode(errors="replace")
    return left


def as_judged(
    notes: Notes, cut_notes: Mapping[str, bytes], read: Callable[[str], bytes], vocabulary: Vocabulary
) -> Notes:
    """What notes say to the rules that hide: not in their hidden parts, and what it may mean that nobody can read."""
    return _with_guesses(_with_tags(notes, cut_notes, vocabulary), read)


def _with_tags(notes: Notes, cut_notes: Mapping[str, bytes], vocabulary: Vocabulary) -> Notes:
    """What notes say, without the tags that stand in their hidden parts: these hide the part alone."""
    if not cut_notes:
        return notes
    tags = {
        number: read_columns([cut_notes[path]], vocabulary).tags[0]
        for number, path in enumerate(notes.paths)
        if path in cut_notes
    }
    return replace(notes, tags=entries.change(notes.tags, tags))


def _with_guesses(notes: Notes, read: Callable[[str], bytes]) -> Notes:
    """What notes say, with what properties may have meant that nobody can read."""
    properties, tags = {}, {}
    for number in entries.find(notes.traits, ODD_TAGS):
        for _, text in _read(read, notes.paths[number]):
            values = guess(text)
            tags[number] = [*notes.tags[number], *((1, tag) for tag in guess_tags(values))]
            properties[number] = {**values, **notes.properties[number]}
    if not tags:
        return notes
    return replace(
        notes, properties=entries.change(notes.properties, properties), tags=entries.change(notes.tags, tags)
    )


class Hiding:
    """Makes the view without what is hidden."""

    def __init__(
        self,
        view: View,
        work: Work,
        linked: Notes,
        parts: Parts,
        selection: Selection,
        cut_paths: Collection[str],
        maps: Collection[str],
        called: Mapping[str, tuple[str, ...]] | None = None,
        renamed: Mapping[str, Collection[int]] | None = None,
    ) -> None:
        """Find the notes that lead to what is hidden.

        Args:
            view: what was read.
            work: reads notes as they are.
            linked: notes that are no topics and are shown by others.
            parts: which parts of notes are hidden.
            selection: which notes are hidden.
            cut_paths: the notes that have such parts.
            maps: the notes whose lists say what there is.
            called: what each hidden file is called; None: these notes say it.
            renamed: further notes whose headings lead to what is hidden, and their lines that do.
        """
        self.before, self.work, self.linked = view, work, linked
        self.hidden = selection.hidden
        self.original = replace(view.vault, memory=Memory())
        self.called = names_of((view.notes, linked), self.hidden) if called is None else {**called}
        for path, names in self.called.items():
            if is_note(path) and (place := view.vault.dialect.place(path)) != path:
                self.called[path] = (*names, place.removesuffix(".md"))
        self.called[""] = selection.nameless
        self.nameless = {key(name) for names in self.called.values() for name in names if name}
        self.redactor = Redactor(
            view.names,
            {path: fold_names(names) for path, names in self.called.items()},
            self.nameless,
            parts,
            maps,
            {},
            cut_paths,
            frozenset(),
            self.original.read,
            work.vocabulary.told,
        )
        others = renamed or {}
        self.lines = self._find_lines(view.notes) | self._find_lines(linked)
        self.renamed = self._find_renamed(self.lines)
        all_renamed = self.renamed.union(others)
        self.redactor = replace(self.redactor, lines={**others, **self.lines}, renamed=all_renamed)
        if all_renamed:  # links to their headings may name what is hidden, too
            self.redactor.lines = {**others, **self._find_lines(view.notes), **self._find_lines(linked)}
        self.affected = self.redactor.lines.keys() | set(cut_paths)

    def view(self, left_out: Mapping[str, str]) -> View:
        """What may be seen; notes that are `left_out` are no topics."""
        view, hidden = self.before, self.hidden
        if not any(path not in hidden for path in view.vault.notes):
            total, why = pluralize(len(view.vault.notes), "note"), min(hidden.values())
            raise ExportError(
                f"{view.vault.root}: nothing is left to be published of {total}; one is {why}; change [publish]"
            )
        view.vault.memory.forget([*hidden, *self.affected])
        vault = replace(view.vault, redact=self.redactor)
        view = renumber_files(view._replace(vault=vault), hidden, left_out, self.affected, self.work)
        view = view._replace(
            canvases={path: self.redact_canvas(path, canvas) for path, canvas in view.canvases.items()},
            nameless=frozenset(self.nameless),
        )
        if orphans := self._find_orphans(view):
            hidden.update(dict.fromkeys(orphans, "only hidden notes use it"))
            view = renumber_files(view, hidden, {})
        return view._replace(secrets=self.secrets(view))

    def _find_lines(self, notes: Notes) -> dict[str, set[int]]:
        """The lines with links to something hidden, by the note's path."""
        redactor, targets = self.redactor, notes.targets
        closed = self.hidden.keys() | set(redactor.cut_paths) | set(redactor.renamed)
        numbers = list(compress(count(), map(closed.__contains__, self.before.names.paths)))
        leading, names, addresses = find_hidden(notes, numbers)
        rows = [
            *leading,
            *(row for row in names if redactor.names_hidden(targets[row])),
            *(row for row in addresses if redactor.names_hidden_file(targets[row])),
        ]
        lines: dict[str, set[int]] = {}
        for note, row in notes.rows(sorted(rows)):
            if notes.paths[note] not in self.hidden:
                lines.setdefault(notes.paths[note], set()).add(notes.lines[row])
        looks: dict[int, list[Callable[[str, str], bool]]] = {}
        for number in {*entries.find(notes.traits, HOLDS_BRACKETS), *self._find_naming(notes)}:
            looks.setdefault(number, []).append(redactor.has_hidden_property)
        for number in entries.find(notes.traits, HOLDS_ADDRESS):
            looks.setdefault(number, []).append(redactor.has_hidden_address)
        for number in sorted(looks):
            path = notes.paths[number]
            if path not in self.hidden and any(
                look(text, path) for _, text in _read(self.original.read, path) for look in looks[number]
            ):
                lines.setdefault(path, set())
        return lines

    def _find_naming(self, notes: Notes) -> Iterator[int]:
        """The numbers of the notes with properties that name a hidden file."""
        for number in entries.naming(notes.properties, self.redactor.file_names):
            if _hold_hidden_file(notes.properties[number].values(), notes.paths[number], self.redactor):
                yield number

    def _find_renamed(self, lines: Mapping[str, Collection[int]]) -> frozenset[str]:
        """The notes with links in headings, of those that are redacted."""
        return frozenset(
            path
            for notes in (self.before.notes, self.linked)
            for number, path in enumerate(notes.paths)
            if path in lines and "[" in notes.headings[number]
        )

    def redact_canvas(self, path: str, canvas: Canvas) -> Canvas:
        """A canvas without its links to what is hidden."""
        links = [
            link
            for link in canvas.links
            if link.mention.external
            or self.redactor.called_if_hidden(link.mention.target, link.mention.anchor, path) is None
        ]
        arrows = [
            arrow
            for arrow in canvas.arrows
            if all(
                self.redactor.called_if_hidden(each.target, each.anchor, path) is None
                for each in (arrow.start, arrow.end)
            )
            and not any(name in key(arrow.label) for name in self.nameless if name)
        ]
        return canvas._replace(links=links, arrows=arrows)

    def _find_orphans(self, view: View) -> set[str]:
        """The attachments that only what is hidden used."""
        before, changed = self.before, self.hidden.keys() | self.affected
        only = {
            path
            for notes in (before.notes, self.linked)
            for path in used(notes, before.names.paths, lambda note: note in changed)
            if not is_note(path) and path not in self.hidden
        }
        if not only:
            return only
        for notes, paths in ((view.notes, view.names.paths), (self.linked, before.names.paths)):
            path_of = {number: path for number, path in enumerate(paths) if path in only}
            only.difference_update(
                path_of[notes.files[row]]
                for note, row in notes.rows(notes.links_to(path_of))
                if notes.paths[note] not in self.hidden
            )
        for path, canvas in view.canvases.items():
            for _, link in canvas.links:
                if (
                    link.target
                    and not link.external
                    and (file := view.names.find(link.target, folder_of(path))[0]) >= 0
                ):
                    only.discard(view.names.paths[file])
        return only

    def _without_entries(self, text: str) -> str:
        """The map without the lines that are but the name of something hidden: they say it to the reader alone."""
        return "\n".join(line for line in text.split("\n") if key(line.strip(MARKS)) not in self.nameless)

    def secrets(self, view: View) -> Secrets:
        """What must stand in no output."""
        original, redactor = self.original, self.redactor
        names = [(path, name) for path, names in self.called.items() for name in names[bool(path) :] if name]

        def texts() -> Iterator[tuple[str, str]]:
            for path in original.in_order(filter(is_note, self.hidden)):
                yield from _read(original.read, path)
            for path in redactor.cut_paths:
                yield from ((path, piece) for piece in redactor.what_is_cut(path))

        def show(path: str) -> str:
            text = "".join(text for _, text in _read(view.vault.read, path))
            return self._without_entries(text) if path in redactor.maps else text

        def state(path: str) -> str:
            return view.vault.state(path) if path in notes and path not in redactor.maps else ""

        linked = (path for path in self.linked.paths if path not in self.hidden)
        notes = Shown((*view.vault.in_order(view.vault.notes), *linked), show)
        visible = chain(notes, map(name_of, notes), view.vault.attachments, [str(view.vault.root.name)])
        return Secrets(names, texts(), visible, notes, state)


class Shown(Mapping[str, str]):
    """What notes say to everybody, by path, read whenever it is asked for."""

    def __init__(self, paths: Iterable[str], show: Callable[[str], str]) -> None:
        self._paths, self._show = dict.fromkeys(paths), show

    def __getitem__(self, path: str) -> str:
        if path not in self._paths:
            raise KeyError(path)
        return self._show(path)

    def __contains__(self, path: object) -> bool:
        return path in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def find_hidden(notes: Notes, hidden: Sequence[int]) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Links by number: those that lead to one of these files; those to no file, which may be names; those to addresses of files."""
    if core := find_core():
        return core.find_hidden(notes.files, notes.flags, notes.targets, hidden)  # type: ignore[no-any-return]
    nowhere = list(compress(count(), map((-1).__eq__, notes.files)))
    return (
        list(compress(count(), map(set(hidden).__contains__, notes.files))),
        [row for row in nowhere if not notes.flags[row] & EXTERNAL],
        [row for row in nowhere if ADDRESS.match(notes.targets[row])],
    )


def _read(read: Callable[[str], bytes], path: str) -> Iterator[tuple[str, str]]:
    """A note's path and text; of one that cannot be read, nothing."""
    try:
        yield path, decode(read(path))[0]
    except OSError:
        return


def _hold_hidden_file(values: Iterable[Any], path: str, redactor: Redactor) -> bool:
    """Whether properties of a note, as deep as they go, name a hidden file, as its ending tells."""
    for value in values:
        if type(value) is str:
            if "." in value and redactor.is_hidden_file(value, path):
                return True
        elif type(value) is list or type(value) is dict:
            inner = value.values() if type(value) is dict else value
            if _hold_hidden_file(inner, path, redactor):
                return True
    return False


def used(notes: Notes, paths: Sequence[str], by: Callable[[str], bool]) -> Iterator[str]:
    """The files to which links of some notes lead."""
    row = 0
    for path, size in zip(notes.paths, notes.counts, strict=True):
        if size and by(path):
            yield from (paths[file] for file in set(notes.files[row : row + size]) if file >= 0)
        row += size


def renumber_files(
    view: View,
    hidden: Mapping[str, str],
    left_out: Mapping[str, str],
    affected: Collection[str] = (),
    work: Work | None = None,
) -> View:
    """The view without hidden files, and with notes that are left out as no topics, though links may lead to them.

    Notes that are `affected` by what is hidden are read again by `work`.
    """
    vault, old = view.vault, view.names
    kept = [number for number, path in enumerate(view.notes.paths) if path not in hidden and path not in left_out]
    ignored = sorted(path for path in (*vault.ignored, *left_out) if path not in hidden)
    attachments = [path for path in vault.attachments if path not in hidden]
    names = old.of([*map(view.notes.paths.__getitem__, kept), *ignored, *attachments])
    number_of = dict(zip(names.paths, count()))
    numbers = [*map(number_of.get, old.paths, repeat(-1)), -1]  # the last: of a link that leads nowhere
    notes = replace(
        view.notes,
        files=renumber(view.notes.files, numbers),
        rivals={
            row: found
            for row, rivals in view.notes.rivals.items()
            if (found := tuple(numbers[rival] for rival in rivals if numbers[rival] >= 0))
        },
    )
    folders = set(map(folder_of, hidden))
    for path in names.paths:
        if not folders:
            break
        folders.discard(folder_of(path))
    gone = {f"{folder}/" for folder in folders}.union(hidden)
    excluded = {
        path: why for path, why in {**vault.excluded, **left_out}.items() if path.removesuffix("/") not in hidden
    }
    vault = replace(
        vault,
        notes=tuple(map(view.notes.paths.__getitem__, kept)),
        ignored=tuple(ignored),
        attachments=tuple(attachments),
        canvases=tuple(path for path in vault.canvases if path not in hidden),
        excluded=excluded,
        hidden=dict(sorted(hidden.items())),
        findings=_without(vault.findings, gone),
    )
    lost = {number for number, old_number in enumerate(kept) if old_number in notes.lost} if notes.lost else set()
    fresh, findings = Notes(), view.findings
    if work:
        again = [number for number, path in enumerate(vault.notes) if path in affected]
        fresh, more = read_some(work._replace(vault=vault, names=names), again, 1, lambda done, total: None)
        findings = [finding for finding in findings if finding.source.file not in affected] + more
        lost = lost.difference(again) | fresh.lost
        for number in again:
            kept[number] = -1
    notes = merge(notes, fresh, kept)
    notes.lost = frozenset(lost)
    notes = settle(notes, names, vault.read)
    return view._replace(
        vault=vault,
        names=names,
        notes=notes,
        canvases={path: canvas for path, canvas in view.canvases.items() if path not in hidden},
        findings=_without(findings, gone),
    )


def _without(findings: Iterable[Finding], hidden: set[str]) -> list[Finding]:
    """The findings that are not about something hidden, nor name it: files, and folders that end in "/"."""
    return [
        finding
        for finding in findings
        if finding.source.file not in hidden and hidden.isdisjoint(QUOTED.findall(finding.message))
    ]
