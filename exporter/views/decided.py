"""What a view has decided with the whole vault in view, handed on to who writes some of it: the shards of a vault.

It goes through the store of the map, a piece for each shard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from exporter.errors import ExportError
from exporter.model import KnowledgeMap, get_record, put_record

T = TypeVar("T", bound=msgspec.Struct)


def hand_on(knowledge_map: KnowledgeMap, view: str, pieces: Iterable[msgspec.Struct]) -> None:
    """Put what was decided of each shard, in their order, into the store of the map that is their head."""
    for number, piece in enumerate(pieces, 1):
        put_record(knowledge_map.store, f"{view} {number}", piece)


def take(knowledge_map: KnowledgeMap, view: str, kind: type[T]) -> T:
    """What was decided of the shard whose map this is.

    Raises:
        ExportError: nothing was.
    """
    part = knowledge_map.part
    piece = get_record(knowledge_map.store, f"{view} {part.number}", kind) if part else None
    if piece is None:
        raise ExportError("nothing was decided of this shard; start again")
    return piece
