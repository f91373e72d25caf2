"""What programs call a heading in an address: `#set-up-the-server`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category, normalize

from exporter.outline import Outline
from exporter.reader.markdown.note import Note
from exporter.reader.markdown.plain_text import heading_to_text
from exporter.regex import regex

SIGNS = regex(r"[#{}]+")  # no link can hold the first, and none counts: rule S2
RUNS = regex(r"[-\s]+")
NO_LETTER = regex(r"\A[\W\d_]+")
SELECTOR = "\ufe0f"  # that the sign before it is an emoji: GitHub keeps it, and nobody can see it


def slugs_of(headings: Sequence[str]) -> Iterator[tuple[str, int]]:
    """How addresses name the headings of these words, each with the heading's number; the first that has a name counts.

    What GitHub calls them comes first, then Python-Markdown (MkDocs), kramdown (Jekyll) and others. Of headings that read alike
    the second is "setup-1" or "setup_1".
    """
    kinds = zip(*(_slugs(heading_to_text(heading)) for heading in headings), strict=True)
    for kind in kinds:
        taken: dict[str, int] = {}
        for number, slug in enumerate(kind):
            again = taken[slug] = taken.get(slug, -1) + 1
            for spelled in (f"{slug}-{again}", f"{slug}_{again}") if again else (slug,):
                yield spelled, number


def anchors_of(note: Note) -> list[str]:
    """The anchor that means each heading by Obsidian's rules: its words, behind those above it where others read alike."""
    words = [" ".join(SIGNS.sub(" ", heading.text).split()) for heading in note.headings]
    outline = Outline([heading.level for heading in note.headings], words)
    anchors = []
    for number, anchor in enumerate(words):
        lineage = "#".join([words[above] for above in outline.lineage(number)])
        first = outline.find(anchor)
        anchors.append(anchor if not first or first[0] == number or not outline.find(lineage) else lineage)
    return anchors


def github(text: str) -> str:
    """What GitHub calls a heading, by its plain words (https://github.com/Flet/github-slugger)."""
    letters = [each for each in text.lower() if each.isalnum() or each in "-_ " or category(each)[0] == "M"]
    return "".join(letters).replace(" ", "-")


def _slugs(text: str) -> Iterator[str]:
    """What a heading of these words is called: by GitHub, by it without what nobody sees, and by others."""
    slug = github(text)
    yield slug
    yield slug.replace(SELECTOR, "")
    yield RUNS.sub("-", slug.replace(SELECTOR, "")).strip(
        "-"
    )  # GitLab, and Python-Markdown with letters of all scripts
    ascii_only = normalize("NFKD", text).encode("ascii", "ignore").decode()
    yield RUNS.sub("-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())  # Python-Markdown
    yield NO_LETTER.sub("", slug)  # kramdown: from the first letter on
