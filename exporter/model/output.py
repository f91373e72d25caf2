"""What a writer yields, and what it is given of its earlier run."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import NamedTuple

from exporter.regex import regex

SURROGATE = regex("[\ud800-\udfff]")


class Lock(NamedTuple):
    """What a writer wants to be given again by its next run, as `Previous.lock`: names that it must not forget."""

    content: str
    # Of the format whose mapping its writer obeys, since names are theirs in common; "": the writer's own
    name: str = ""


class Previous(NamedTuple):
    """What a writer has made before, as it stands now, whoever has changed it since."""

    files: Mapping[str, bytes] = {}  # by `File.path`; read when somebody asks
    lock: str | None = None  # its last `Lock`; "": there is none yet; None: none can be kept
    as_written: Container[str] = ()  # which of these files nobody has changed since
    folder: str = ""  # in which they lie: for the place of a finding about one of them
    is_hidden: Callable[[str], bool] | None = None  # of a path in the vault; None: nothing is hidden


NOTHING = Previous()  # there was no earlier run


class File(NamedTuple):
    """One file to be written, relative to the writer's own folder under `out/`."""

    path: str  # with "/"; not absolute, no ".."
    content: str | bytes | Iterable[str] | Iterable[bytes]  # text is saved as UTF-8 with "\n"
    # The version in `Previous.files` that this one was made from: it alone is replaced, and whatever else stands there by
    # then is left, with an error; None: what an earlier run of ours has left is replaced, and nothing else.
    based_on: bytes | None = None
    once: bool = False  # of a vault in shards: the head alone has it, under this very name; else it is cut into parts


def replace_surrogates(text: str) -> str:
    """The text with U+FFFD for each lone surrogate: half a character, which no file in UTF-8 can hold."""
    return SURROGATE.sub("\ufffd", text)
