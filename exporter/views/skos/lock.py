"""Which IRI each note has had: an IRI that was published is never given to something else and never lost.

https://www.w3.org/TR/cooluris/ and https://www.w3.org/TR/skos-reference/#concepts. The lock is a text to be kept with the
vault; a line for each concept, sorted, so that it can be compared, and merged line by line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec

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


def parse(text: str) -> list[Entry]:
    """Read the entries of a lock, one a line; a line that begins with "#" is a remark.

    Two branches may have been merged: a line that stands twice counts once. Where two lines differ in the mark alone,
    the note was changed on both sides: it is not known by any, until the next run.

    Raises:
        ExportError: it is damaged; to go on without it would give published names away.
    """
    entries: dict[str, tuple[int, Entry]] = {}  # by IRI, with its line
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.DecodeError as error:
            message = f"is damaged ({error}); restore it from your backup or fix it"
            raise ExportError(f"skos.lock:{number}: {message}") from error
        first, other = entries.setdefault(entry.iri, (number, entry))
        if entry != other:
            entry, other = (msgspec.structs.replace(one, mark="") for one in (entry, other))
            if entry != other:
                message = f"{entry.iri!r} stands in line {first}, too, and that says something else"
                raise ExportError(f"skos.lock:{number}: {message}; remove one of the two lines")
            entries[entry.iri] = first, entry
    return [entry for _, entry in entries.values()]


def dump(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the text of a lock with these entries."""
    yield f"# {ABOUT}\n"
    for entry in sorted(entries, key=lambda entry: entry.iri):
        yield f"{msgspec.json.encode(entry).decode()}\n"


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
