"""What a run may not say: given by the reader, which knows what is hidden, to the check of what was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple


class Secrets(NamedTuple):
    """What nobody may read, and what everybody may; what is iterable is gone through once."""

    # Path of a hidden note or file, and what it is called: title, alias, file name; "" and the title of what has no file
    names: Sequence[tuple[str, str]]
    # path, and Markdown as written that nobody may read: a hidden note, a section, a callout, a property's value
    texts: Iterable[tuple[str, str]]
    # What may be read: names of visible notes, the values of the mappings
    visible: Iterable[str]
    # The Markdown of visible notes without their hidden parts, by path; each is read when it is asked for
    notes: Mapping[str, str] = {}
    # What tells that such a note says what it has said before, by its path, without reading it; "": it must be read
    state: Callable[[str], str] = lambda path: ""
