"""What earlier runs have made of notes, kept for views that would make the same again."""

from __future__ import annotations

from typing import Protocol


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
