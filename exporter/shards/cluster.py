"""Ray as an engine: a task for each shard, on this machine or a cluster (https://docs.ray.io/en/latest/ray-core/tasks.html)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from exporter.errors import ExportError, UsageError
from exporter.shards.pool import TRIES, Engine

T = TypeVar("T")
R = TypeVar("R")


def connect() -> Engine[Any, Any]:
    """Go to the cluster at RAY_ADDRESS, else begin one of this machine.

    Raises:
        UsageError: Ray is not installed.
        ExportError: no cluster answers.
    """
    try:
        import ray
    except ImportError as error:
        raise UsageError("the engine ray needs Ray: pip install 'mlk-export[ray]'") from error
    address = os.environ.get("RAY_ADDRESS") or "local"
    here: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"} if address == "local" else {}
    try:
        ray.init(address=address, log_to_driver=False, ignore_reinit_error=True, **here)
    except (ConnectionError, RuntimeError, TimeoutError) as error:
        raise ExportError(f"Ray at {address}: {error}; look at RAY_ADDRESS, or unset it for this machine") from error
    return tasks


def tasks(stage: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[int, R]]:
    """A task for each shard; Ray does again what a killed worker was at.

    Raises:
        ExportError: it is killed again and again, or what the stage itself raises.
    """
    import ray

    task: Any = ray.remote(max_retries=TRIES)(_call)
    numbers = {task.remote(stage, item): number for number, item in enumerate(items)}
    waiting = [*numbers]
    while waiting:
        done, waiting = ray.wait(waiting)
        for each in done:
            try:
                yield numbers[each], ray.get(each)
            except ray.exceptions.RayTaskError as error:
                raise error.cause if isinstance(error.cause, Exception) else error from None
            except ray.exceptions.RayError as error:
                message = f"Ray: {str(error).splitlines()[0]}; start again: what is done is not done again"
                raise ExportError(message) from error


def _call(stage: Callable[[T], R], item: T) -> R:
    """What a worker does: the stage, by a name that can be sent."""
    return stage(item)
