"""The mappings that a vault begins with: every option with its explanation, and beside it what was found in the vault.

The templates lie in mappings/ of this package, one for each mapping; what was found goes into that of the vault. They say
nothing but defaults, so a vault is understood after `init` as it was before.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from exporter.console import HARMFUL
from exporter.errors import ExportError, pluralize
from exporter.options import MAPPINGS, OptionsFile, find_mappings, lies_here
from exporter.outline import heading_key
from exporter.reader import Evidence, Reading, ReadOptions, understand
from exporter.reader.batch.columns import Notes, canonical_name
from exporter.reader.markdown.note import parse
from exporter.reader.markdown.plain_text import to_text
from exporter.reader.meaning.map_note import Section, sections
from exporter.reader.meaning.maps import Material, map_candidates
from exporter.reader.names import folder_of, name_of
from exporter.reader.options import Publish
from exporter.reader.publish.rules import fit_notes, parse_rules
from exporter.reader.statistics import find_orders
from exporter.reader.vault.conventions import LEFT_OUT

FEWEST = 3  # notes that have a property before it is proposed
SHOWN = 5  # notes that are named where there may be many
MAP_WORDS = frozenset("dashboard home index map moc start übersicht".split())  # in the names of notes that list others
PRIVATE = frozenset(  # folders that are often nobody else's business, by their names without numbers and signs
    "clients confidential contacts diaries diary familie family finance finances finanzen gesundheit health intern"
    " internal journal journaling journals kontakte kunden medical money passwords passwörter personal persönlich privat"
    " private privates privé secret secrets steuern tagebuch tagebücher tax taxes therapie therapy vertraulich".split()
)


class Beginning(NamedTuple):
    """What was done: the mappings that were written, and those that were there and stay as they are."""

    folder: Path
    written: list[Path]
    kept: list[Path]


def begin(
    vault: Path,
    mappings: Path | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
    workers: int = 0,
    cache: Path | None = None,
    any_folder: bool = False,
) -> Beginning:
    """Look at a vault and write its mappings.

    They go to the folder `mappings`, else to the one that the vault has already, else to the vault's own, `.mlk-export`.

    Raises:
        DoubtError: the folder is hardly a vault, and neither `any_folder` nor its vault.toml says that it is.
        ExportError: there is no vault, its vault.toml is wrong, or the folder cannot be written.
    """
    old = find_mappings(vault)
    if not any(old.glob("*.toml")) or (old == Path("mappings") and not lies_here(vault)):
        old = vault / MAPPINGS
    folder = mappings or old
    file = OptionsFile(folder, "vault")
    options = file.load(ReadOptions)
    with file.locate_errors():
        everything = replace(
            options, publish=Publish(marks=(), callouts=()), any_folder=any_folder or options.any_folder
        )
        reading, evidence = understand(vault, everything, tick, workers, cache)
    beginning = Beginning(folder, [], [])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in templates().items():
            path = folder / f"{name}.toml"
            if path.exists() or path.is_symlink():
                beginning.kept.append(path)
                continue
            if name == "vault":
                text = fill_in(text, reading, evidence, options)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            beginning.written.append(path)
    except OSError as error:
        hint = "name another folder with --mappings"
        raise ExportError(f"{error.filename or folder}: cannot be written: {error.strerror}; {hint}") from error
    return beginning


def templates() -> dict[str, str]:
    """The text of each mapping by its name: "vault" first, as all begins with it, then those of the formats."""
    found = (file for file in files(__package__).joinpath("mappings").iterdir() if file.name.endswith(".toml"))
    texts = {file.name.removesuffix(".toml"): file.read_text(encoding="utf-8") for file in found}
    return dict(sorted(texts.items(), key=lambda item: (item[0] != "vault", item[0])))


def fill_in(template: str, reading: Reading, evidence: Evidence, options: ReadOptions) -> str:
    """The vault's mapping, with what was found in remarks behind the options that are about it."""
    notes = evidence.meaning.topics.notes
    text = template
    for option, remarks in (
        ("map", _tell_map(reading, evidence, options)),
        ("topic_headings", _tell_headings(reading, evidence, options)),
        ("exclude", _tell_left_out(evidence)),
        ("dialect", [f"Found: {line}." for line in [reading.statistics.dialect] if line]),
        ("see-also", _tell_properties(evidence, options)),
        ("hide", _tell_private_folders(notes.paths)),
        ("marks", _tell_marks(notes, options.publish.marks)),
    ):
        text = _add_behind(text, option, remarks)
    return text


def _add_behind(text: str, option: str, remarks: Iterable[str]) -> str:
    """Put remarks behind the line of an option, or its lines, which stand in every template."""
    before, line, behind = re.split(
        rf"(^(?:# )?{option} = (?:\[\n(?:#? .*\n)+(?:# )?\]|.*)\n)", text, maxsplit=1, flags=re.MULTILINE
    )
    return before + line + "".join(f"# {remark}\n" for remark in remarks) + behind


def _tell_map(reading: Reading, evidence: Evidence, options: ReadOptions) -> Iterator[str]:
    if file := reading.knowledge_map.source.file:
        yield f"Found: {_quote(file)} is the map."
        return
    notes = evidence.meaning.topics.notes
    material = Material(evidence.vault.root.name, notes, {}, evidence.names, evidence.vault.read)
    candidates = [notes.paths[number] for number in map_candidates(material, options)]
    if candidates:
        yield f"Found: {len(candidates)} notes could be the map, so none is taken. Name one:"
    else:
        candidates = [path for path in notes.paths if MAP_WORDS.intersection(_words(name_of(path)))]
        yield "Found: no note is the map. Name one, if there is one" + (", such as:" if candidates else ".")
    for path in candidates[:SHOWN]:
        yield f"map = {_quote(path)}"


def _tell_headings(reading: Reading, evidence: Evidence, options: ReadOptions) -> Iterator[str]:
    """The headings of the map that have no role, each with the option that would give it one."""
    lines = {source.line for source, code, *_ in reading.findings if code == "unread-section"}
    if not lines:
        return
    note = parse(evidence.vault.read(reading.knowledge_map.source.file))
    ordered = {note.line(item.start) for item in note.items if item.ordered}
    proposals: dict[str, list[str]] = {}
    for section in sections(note, options):
        if section.line in lines and section.heading:
            proposals.setdefault(_role(section, ordered), []).append(to_text(section.heading.text))
    yield "Found: headings of the map without a role, so what they list is not read. Give them one:"
    own = {heading_key(to_text(heading.text)) for heading in note.headings}
    for option, titles in proposals.items():
        in_use = [title for title in getattr(options, option) if heading_key(title) in own]
        yield f"{option} = [{', '.join(map(_quote, (*in_use, *titles)))}]"


def _role(section: Section, ordered: set[int]) -> str:
    """The option that a list may belong to: steps are numbered, topics are linked one by one."""
    if section.entries[0].line in ordered:
        return "path_headings"
    return "area_headings" if any(entry.parent for entry in section.entries) else "topic_headings"


def _tell_left_out(evidence: Evidence) -> Iterator[str]:
    """What is no topic by the vault's own settings, by kind and folder."""
    counts = Counter((why, folder_of(path)) for path, why in evidence.vault.excluded.items() if why in LEFT_OUT)
    if counts:
        told = [
            f"{pluralize(count, why)} in {_quote(f'{folder}/') if folder else 'the vault itself'}"
            for (why, folder), count in sorted(counts.items(), key=lambda item: -item[1])
        ]
        yield f"Found, and left out anyway: {', '.join(told[:SHOWN])}{', ...' if told[SHOWN:] else ''}."


def _tell_properties(evidence: Evidence, options: ReadOptions) -> Iterator[str]:
    """Properties that could file notes; and links in many notes that mean nothing yet that every format understands."""
    notes = evidence.meaning.topics.notes
    counts: Counter[str] = Counter()
    row = 0
    for size in notes.counts:
        rows = range(row, row + size)
        counts.update({canonical_name(notes.keys[row]) for row in rows if notes.keys[row] and notes.files[row] >= 0})
        row += size
    orders = find_orders(evidence.vault, evidence.meaning, options.relations, everywhere=True)
    if orders:
        yield "Found: properties and fields that may say where notes belong. Take a line in, together with those above, and each"
        yield "thing that is meant is an area:"
    for word, count, areas in orders:
        yield f'{_quote(word)} = "in_area"  # in {pluralize(count, "note")}, makes {pluralize(areas, "area")}'
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    known = {*options.relations, *(order.word for order in orders)}
    many = [(name, count) for name, count in by_count if count >= FEWEST and name not in known]
    if many:
        yield "Found: properties and fields that are links, each a kind of its own so far. If one means the same as requires,"
        yield "related, broader or in_area, take its line in, together with those above:"
    for name, count in many:
        yield f'{_quote(name)} = "related"  # in {pluralize(count, "note")}'


def _tell_private_folders(paths: Sequence[str]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for path in paths:
        *folders, _ = path.split("/")
        first = next((k for k, name in enumerate(folders, 1) if PRIVATE.intersection([" ".join(_words(name))])), 0)
        if first:
            counts["/".join(folders[:first]) + "/"] += 1
    if counts:
        yield "Found: folders whose names look private. Take this in to hide them:"
        yield "hide = ["
        for folder, count in sorted(counts.items()):
            yield f"    {_quote(folder)},  # {pluralize(count, 'note')}"
        yield "]"


def _tell_marks(notes: Notes, marks: Iterable[str]) -> Iterator[str]:
    """How many notes have each mark now."""
    marked: dict[str, dict[str, None]] = {mark: {} for mark in marks}
    for number, rule in fit_notes(parse_rules("marks", marks), notes):
        marked[rule.text][notes.paths[number]] = None
    for mark, paths in marked.items():
        if not paths:
            continue
        first = ", ".join(map(_quote, islice(paths, SHOWN)))
        yield f"Found: {pluralize(len(paths), 'note')} with {mark!r}: {first}{', ...' if len(paths) > SHOWN else ''}"
    if not any(marked.values()):
        yield "Found: no note with one of these."


def _words(name: str) -> list[str]:
    """The words of a name in lower case, without numbers and signs: "10 - Journal" is ["journal"]."""
    return re.findall(r"[^\W\d_]+", name.casefold())


def _quote(text: str) -> str:
    """A text as TOML has it in quotes; nothing in it ends the line."""
    return HARMFUL.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))
