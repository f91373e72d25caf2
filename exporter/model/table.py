"""Tables whose records are made when somebody asks, and how so many are made fast."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, overload

V = TypeVar("V")


@contextmanager
def no_collection(long: bool = False) -> Iterator[None]:
    """Pause the garbage collector: what is built here is all kept, and looking through it again and again costs a third.

    `long`: it is so much, and kept so long, that it is not even looked through when the collector goes on.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if long:
            gc.freeze()
            gc.unfreeze()  # makes old what was young
        if enabled:
            gc.enable()


class Table(Sequence[V]):
    """A table whose records are made when somebody first asks for one; how many there will be is known before.

    A run that only checks a vault never makes the million links that a writer would need.
    """

    def __init__(self, size: int, make: Callable[[], Iterable[V]]) -> None:
        self._size = size
        self._make: Callable[[], Iterable[V]] | None = make
        self._rows: tuple[V, ...] = ()

    @property
    def rows(self) -> tuple[V, ...]:
        """All records."""
        if self._make:
            with no_collection():
                self._rows = tuple(self._make())
            self._make = None  # what they were made from is needed no more
            assert len(self._rows) == self._size
        return self._rows

    @overload
    def __getitem__(self, index: int) -> V: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[V, ...]: ...

    def __getitem__(self, index: int | slice) -> V | tuple[V, ...]:
        return self.rows[index]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[V]:
        return iter(self.rows)

    def __eq__(self, other: object) -> bool:
        return self.rows == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.rows)

    def __repr__(self) -> str:
        return repr(self.rows)

    def __reduce__(self) -> tuple[type, tuple[tuple[V, ...]]]:
        return tuple, (self.rows,)
