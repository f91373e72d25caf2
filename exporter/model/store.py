"""What earlier runs have made of notes, kept for views that would make the same again."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Store(Protocol):
    """Bytes by key; whoever puts them says in the key all that they depend on, so that what is there is always right."""

    def get(self, key: str) -> bytes | None:
        """Give what was put under the key by this run or an earlier one; None: it is to be made."""

    def put(self, key: str, value: bytes) -> None:
        """Keep it, if there is a place for it."""


class NoStore:
    """Nothing is kept, as under `--no-cache`."""

    def get(self, key: str) -> bytes | None:
        """Give nothing."""
        return None

    def put(self, key: str, value: bytes) -> None:
        """Keep nothing."""


def get_record(store: Store, key: str, kind: type[T]) -> T | None:
    """Give the record of this kind that was put under the key; None: it is to be made."""
    kept = store.get(key)
    if kept is None:
        return None
    record: T = _decoder(kind).decode(kept)  # type: ignore[arg-type]
    return record


def put_record(store: Store, key: str, record: object) -> None:
    """Keep a record, if there is a place for it."""
    import msgspec

    store.put(key, msgspec.msgpack.encode(record))


@cache
def _decoder(kind: Any) -> Any:
    import msgspec

    return msgspec.msgpack.Decoder(kind)


def key_of(kind: str, *parts: str | bytes) -> str:
    """The key of a kind of thing that depends on these parts alone."""
    return f"{kind} {digest_of(*parts)}"


def digest_of(*parts: str | bytes) -> str:
    """A digest that tells these parts, and where each ends, from all others."""
    from hashlib import blake2b

    pieces: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        pieces += len(data).to_bytes(8, "big"), data
    return blake2b(b"".join(pieces), digest_size=20).hexdigest()


def bytes_of(value: object) -> bytes:
    """Records, texts and numbers as bytes that tell them from all others, for a key."""
    import msgspec

    try:
        return msgspec.msgpack.encode(value)
    except UnicodeEncodeError:  # half a character
        return repr(value).encode("utf-8", "surrogatepass")
