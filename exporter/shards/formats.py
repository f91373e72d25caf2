"""Which formats can be cut: a writer says that its lines depend on one topic each, or what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from exporter.errors import UsageError
from exporter.writers import Writer

PART = "a part of the vault without --shards (--area, --tag, --only)"
INSTEAD = {  # of a writer that does not say it, by the format's name: what to do
    "handbook": f"{PART}, or volumes of it",
    "epub": PART,
    "docx": PART,
    "canvas": "one canvas an area without --shards (--area)",
    "svg": PART,
    "html": PART,
    "opml": "one outline an area without --shards (--area)",
    "vocabulary": PART,
    "neo4j": "neo4j-bulk, which neo4j-admin imports",
}


def refuse_whole(chosen: Mapping[str, Writer], options: Mapping[str, Any]) -> None:
    """Refuse what cannot be cut, each by its name, and say what to do instead.

    Raises:
        UsageError: there is such a format.
    """
    told = []
    for name, writer in chosen.items():
        says = getattr(writer, "by_topic", None)
        if says is None:
            told.append(f"{name} is made of the whole vault at once: take {INSTEAD.get(name, PART)}")
        elif says is not True and (instead := says(options[name])):
            told.append(f"{name} cannot be cut so: set {instead}")
    if told:
        raise UsageError(f"--shards: {'; '.join(told)}")
