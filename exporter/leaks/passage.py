"""A piece of an output: where it stands and what it says, with all escapes resolved."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

UNSEARCHED = "it cannot be searched for what is hidden, so nothing was saved"


class Part(IntEnum):
    """What kind of text it is, as not everything in it would be a secret told."""

    TEXT = 1  # somebody reads it: all is searched for
    MARK = 2  # ids, addresses, classes: no single words, as those are the program's
    STYLE = 3  # styles, fonts, settings: no names at all
    LINES = 4  # things below one another, as if they were read on: nothing short


class Passage(NamedTuple):
    """What is searched as one."""

    place: str  # "handbook/handbook.pdf: page 3"
    text: str
    line: int = 0  # of the file on which it begins; 0: it has none
    part: Part = Part.TEXT
    follows: bool = False  # it goes on where the last one of its part ended

    def at(self, line: int) -> str:
        """The place of a line of it, counted from 0."""
        return f"{self.place}:{self.line + line}" if self.line else self.place
