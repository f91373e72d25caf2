"""Which IRI each note has had: an IRI that was published is never given to something else and never lost.

https://www.w3.org/TR/cooluris/ and https://www.w3.org/TR/skos-reference/#concepts. The lock is a text to be kept with the
vault; a line for each concept, sorted, so that it can be compared and merged.
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


class _Lock(msgspec.Struct):
    about: str
    concepts: list[Entry]


def parse(text: str) -> list[Entry]:
    """Read the entries of a lock; an empty text has none.

    Raises:
        ExportError: it is damaged; to go on without it would give published names away.
    """
    if not text.strip():
        return []
    try:
        entries = msgspec.json.decode(text, type=_Lock).concepts
    except msgspec.DecodeError as error:
        raise ExportError(f"skos.lock: is damaged ({error}); restore it from your backup or fix it") from error
    seen: set[str] = set()
    for entry in entries:
        if entry.iri in seen:
            raise ExportError(f"skos.lock: {entry.iri!r} stands twice; remove the line of one of the two")
        seen.add(entry.iri)
    return entries


def dump(entries: Iterable[Entry]) -> Iterator[str]:
    """Yield the text of a lock with these entries."""
    yield f'{{"about": "{ABOUT}",\n"concepts": ['
    comma = ""
    for entry in sorted(entries, key=lambda entry: entry.iri):
        yield f"{comma}\n{msgspec.json.encode(entry).decode()}"
        comma = ","
    yield "\n]}\n"


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
