"""The code of the bundled vault's notes."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

VAULT = Path(__file__).parent.parent.parent / "vault"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ILLUSTRATIVE = "*Illustrative"  # begins the paragraph above code that is not run


class Block(NamedTuple):
    """One block of code, and what stands around it."""

    note: str
    line: int
    language: str
    code: str
    above: str  # the paragraph right above
    output: str | None  # what the note says that it prints

    @property
    def is_illustrative(self) -> bool:
        return self.above.startswith(ILLUSTRATIVE)


def notes() -> list[Path]:
    return sorted(VAULT.rglob("*.md"))


def blocks(*languages: str) -> Iterator[Block]:
    """All blocks in these languages."""
    for path in notes():
        text = path.read_text(encoding="utf-8")
        matches = list(FENCE.finditer(text))
        for match, following in zip_longest(matches, matches[1:]):
            if match[1] in languages:
                output = None
                if following and following[1] == "output" and not text[match.end() : following.start()].strip():
                    output = following[2]
                above = text[: match.start()].rstrip().rpartition("\n\n")[2]
                yield Block(path.stem, text.count("\n", 0, match.start()) + 1, match[1], match[2], above, output)
