"""What a run may not say: given by the reader, which knows what is hidden, to the check of what was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Secrets(NamedTuple):
    """What nobody may read, and what everybody may; the texts are gone through once."""

    # Path of a hidden note or file, and what it is called: title, alias, file name; "" and the title of what has no file
    names: Sequence[tuple[str, str]]
    # path, and Markdown as written that nobody may read: a hidden note, a section, a callout, a property's value
    texts: Iterable[tuple[str, str]]
    # What may be read: the Markdown of visible notes without their hidden parts, their names, the values of the mappings.
    visible: Iterable[str]
