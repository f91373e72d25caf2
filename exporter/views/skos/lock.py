"""Which IRI each note has had: an IRI that was published is never given to something else and never lost.

https://www.w3.org/TR/cooluris/ and https://www.w3.org/TR/skos-reference/#concepts. The lock is a text to be kept with the
vault; a line for each concept, sorted, so that it can be compared, and merged line by line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from hashlib import blake2b

import msgspec
from msgspec.json import encode
from msgspec.structs import replace

from exporter.errors import ExportError
from exporter.model import IN_AREA, KnowledgeMap, Topic, replace_surrogates

ABOUT = "The IRI of each concept that was ever written. Keep this file with your notes; mlk-export writes it."


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A concept that was written before."""

    iri: str  # what follows the base, or a whole IRI
    title: str
    id: str = ""  # Topic.id, percent-encoded; "": as `iri`
    note: str = ""  # path; "": it had none
    mark: str = ""  # of what the note says, to know it again under another name
    deprecated: bool = msgspec.field(default=False, name="gone")  # no note is this concept any more
    replaced_by: str = msgspec.field(default="", name="by")  # what has taken its place; as `iri`


def parse(text: str, notes: Collection[str] = ()) -> list[Entry]:
    """Read the entries of a lock, one a line; a line that begins with "#" is a remark.

    Two branches may have been merged line by line, so that several lines are of one IRI. `notes`, the paths of those that
    there are now, decide between them.

    Raises:
        ExportError: it is damaged, or it cannot be told whose an IRI is; to go on would give published names away.
    """
    lines: dict[str, list[tuple[int, Entry]]] = {}  # by IRI, with their numbers
    decode = msgspec.json.Decoder(Entry).decode
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.startswith("#"):
            try:
                entry = decode(line)
            except msgspec.DecodeError as error:
                message = f"is damaged ({error}); restore it from your backup or fix it"
                raise ExportError(f"skos.lock:{number}: {message}") from error
            lines.setdefault(entry.iri, []).append((number, entry))
    return [same[0][1] if len(same) == 1 else _merge(same, notes) for same in lines.values()]


def _merge(lines: list[tuple[int, Entry]], notes: Collection[str]) -> Entry:
    """The one entry that lines of the same IRI mean.

    As git joins changes that lie side by side, a line of before may stand beside what a branch has made of it. All but
    the note and what has taken its place is made anew by the next run; the mark, in dispute, marks nothing.
    """
    there = [line for line in lines if line[1].note in notes] or lines
    entries = [entry for _, entry in there]
    is_note = entries[0].note in notes
    deprecated = all(entry.deprecated for entry in entries) if is_note else any(entry.deprecated for entry in entries)
    entries = sorted(
        (entry for entry in entries if entry.deprecated == deprecated),
        key=lambda entry: (entry.replaced_by, encode(entry)),
    )
    if len({entry.note for _, entry in there}) > 1 or len({entry.replaced_by for entry in entries} - {""}) > 1:
        (first, entry), (second, _), *_ = there
        message = f"{entry.iri!r} stands in line {first}, too, and that says something else"
        raise ExportError(f"skos.lock:{second}: {message}; remove one of the two lines")
    return replace(entries[-1], mark=entries[-1].mark if len({entry.mark for entry in entries}) == 1 else "")


def dump(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the text of a lock with these entries."""
    yield f"# {ABOUT}\n"
    for entry in sorted(entries, key=lambda entry: entry.iri):
        yield f"{encode(entry).decode()}\n"


def mark(knowledge_map: KnowledgeMap, topic: Topic) -> str:
    """A short digest of what a note says beside its name; "" where it says too little to be known by."""
    links = [link[1:5] for link in knowledge_map.links_from(topic.id) if link.kind != IN_AREA]
    urls = [reference.url for reference in knowledge_map.references_of(topic.id)]
    if not (topic.note and (links or urls)):
        return ""
    description = repr(
        (links, urls, topic.tags, topic.aliases, sorted(topic.properties.items(), key=lambda item: item[0]))
    )
    return blake2b(replace_surrogates(description).encode(), digest_size=6).hexdigest()
