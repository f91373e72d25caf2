"""What programs call a heading in an address: `#set-up-the-server`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from unicodedata import category, normalize

from exporter.outline import Outline
from exporter.reader.markdown.patterns import ATTRIBUTES
from exporter.reader.markdown.plain_text import to_text

OWN_ID = re.compile(r"#([\w:.-]+)")
RUNS = re.compile(r"[-\s]+")
NO_LETTER = re.compile(r"\A[\W\d_]+")
SELECTOR = "\ufe0f"  # that the sign before it is an emoji: GitHub keeps it, and nobody can see it


def slugs_of(levels: str, headings: str) -> dict[str, str]:
    """How addresses name the headings of a note: the anchor by which Obsidian finds each.

    The ids that headings have themselves come first (`## Set up {#server}`), then what GitHub calls them, then Python-Markdown
    (MkDocs), kramdown (Jekyll) and others. Of headings that read alike the second is "setup-1", or "setup_1".
    """
    texts = headings.split("\n")[: len(levels)]
    anchors = anchors_of(levels, texts)
    slugs: dict[str, str] = {}
    shown = []
    for text, anchor in zip(texts, anchors, strict=True):
        attributes = ATTRIBUTES.search(text)
        if attributes and (own := OWN_ID.search(attributes[0])):
            slugs.setdefault(own[1].lower(), anchor)
        shown.append(to_text(ATTRIBUTES.sub("", text)))
    for kind in zip(*map(_slugs, shown), strict=True):
        taken: dict[str, int] = {}
        for slug, anchor in zip(kind, anchors, strict=True):
            number = taken[slug] = taken.get(slug, -1) + 1
            for spelled in (f"{slug}-{number}", f"{slug}_{number}") if number else (slug,):
                slugs.setdefault(spelled, anchor)
    return slugs


def anchors_of(levels: str, texts: Sequence[str]) -> list[str]:
    """The anchor that means each heading by Obsidian's rules: its words, behind those above it where others read alike."""
    outline = Outline([int(level) for level in levels], texts)
    anchors = []
    for number, text in enumerate(texts):
        anchor = plain = text.replace("#", " ").strip()
        if (outline.find(plain) or (number,))[0] != number:
            anchor = "#".join([texts[above].replace("#", " ").strip() for above in outline.lineage(number)])
            if (outline.find(anchor) or (-1,))[0] != number:
                anchor = plain  # two that nothing tells apart
        anchors.append(anchor)
    return anchors


def _slugs(text: str) -> Iterator[str]:
    """What a heading of these words is called: by GitHub, by it without what nobody sees, and by others."""
    letters = [each for each in text.lower() if each.isalnum() or each in "-_ " or category(each)[0] == "M"]
    github = "".join(letters).replace(" ", "-")
    yield github
    yield github.replace(SELECTOR, "")
    unseen = RUNS.sub("-", github.replace(SELECTOR, "")).strip("-")
    yield unseen  # GitLab, and Python-Markdown with letters of all scripts
    ascii_only = normalize("NFKD", text).encode("ascii", "ignore").decode()
    yield RUNS.sub("-", re.sub(r"[^\w\s-]", "", ascii_only).strip().lower())  # Python-Markdown
    yield NO_LETTER.sub("", github)  # kramdown: from the first letter on
