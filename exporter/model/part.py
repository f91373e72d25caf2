"""A part of a map: what is written of a vault in shards at a time."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from typing import NamedTuple

BY_TOPIC = (
    "topics",
    "areas",
    "links",
    "references",
    "implied",
)  # tables whose records begin with the id of their topic


class Part(NamedTuple):
    """Which part of a vault in shards is to be written: that of a shard, or the head, which has what lies in none."""

    number: int  # of the shard, from 1; 0: the head
    ids: Container[str]  # the topics whose records are written
    shards: Sequence[Collection[str]] = ()  # the head's: the topics of each shard, so that it can decide for them
