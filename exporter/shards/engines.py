"""Which engines there are."""

from __future__ import annotations

from typing import Any

from exporter.errors import UsageError
from exporter.shards.pool import Engine, Pool, here


def find_engine(name: str | Engine[Any, Any]) -> Engine[Any, Any]:
    """The engine of this name, or one that somebody brings; "": processes of this machine.

    Raises:
        UsageError: there is none.
    """
    if callable(name):
        return name
    if name == "ray":
        from exporter.shards.cluster import connect

        return connect()
    engines: dict[str, Engine[Any, Any]] = {"": Pool(), "pool": Pool(), "here": here}
    if name not in engines:
        raise UsageError(
            f"no engine {name!r}; known: pool (processes of this machine), here (this one), ray (a cluster)"
        )
    return engines[name]
