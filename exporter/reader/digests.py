"""Digests as `hashlib` has them, but without all of OpenSSL, which it loads: a short run has no other use for that."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


@cache  # a module that is not there is looked for long
def _find(name: str, *modules: str) -> Callable[..., Any]:
    """A digest of the first module that is there: what Python's own are called differs from version to version."""
    for module in modules:
        try:
            digest: Callable[..., Any] = getattr(import_module(module), name)
        except ImportError:
            continue
        return digest
    raise ImportError(f"there is no {name}")


def blake2b(data: bytes, digest_size: int) -> bytes:
    """BLAKE2b, of so many bytes."""
    digest: bytes = _find("blake2b", "_blake2", "hashlib")(data, digest_size=digest_size).digest()
    return digest


def sha256(data: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    digits: str = _find("sha256", "_sha2", "_sha256", "hashlib")(data).hexdigest()
    return digits
