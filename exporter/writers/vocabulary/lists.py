"""Many things on one page: the tree of a scheme, the steps of a path, the index by letter and that of the search."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import NamedTuple
from unicodedata import name

from exporter.rdf.terms import Literal
from exporter.views.alphabet import letter_of, sort_key
from exporter.views.web import embed, read_asset
from exporter.writers.vocabulary.addresses import PAGE
from exporter.writers.vocabulary.page import Pages
from exporter.writers.vocabulary.resources import ALT, HIDDEN, PREF, Kind, Resource

OPEN = 300  # concepts that are shown of the tree; what lies deeper is to be unfolded
DEEPEST = 12  # levels of the tree; what lies deeper is on the pages above it
HAN = "\u6f22"  # under which all that begins with such a character stands, as there are thousands of them
SCRIPT = "search.js"


class Entry(NamedTuple):
    """A line of the index by letter."""

    key: str
    label: Literal
    iri: str


class Lists:
    """Makes the lists of all pages."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.resources, self.markup = pages, pages.resources, pages.markup

    # ---------- of a scheme or a path ----------

    def tree(self, scheme: Resource, folder: str) -> str:
        """The concepts of a scheme below one another, in the map's order; each is unfolded where it stands first."""
        number = len(self.resources.concepts(scheme.iri))
        if not number:
            return ""
        heading = f"<h2>{self.markup.word('concepts')} <small>({number})</small></h2>"
        tree = "".join(self._branch(scheme, folder, self._levels(scheme)))
        return f'<section class="tree">\n{heading}\n{tree}</section>\n'

    def _levels(self, scheme: Resource) -> int:
        """How many levels of the tree are unfolded: as many as are not too long."""
        shown, level = dict.fromkeys(scheme.below), list(scheme.below)
        for levels in range(1, DEEPEST + 1):
            level = [below for iri in level for below in self.resources.of[iri].below if below not in shown]
            shown |= dict.fromkeys(level)
            if len(shown) > OPEN:
                return levels
        return DEEPEST

    def _branch(self, resource: Resource, folder: str, levels: int) -> Iterator[str]:
        of, link = self.resources.of, self.pages.link
        shown: set[str] = set()
        ways = [iter(resource.below)]
        yield "<ul>\n"
        while ways:
            iri = next(ways[-1], None)
            if iri is None:
                ways.pop()
                yield "</ul>\n" + ("</details></li>\n" if ways else "")
                continue
            below = of[iri].below
            count = self.markup.word("narrower_count", len(below))
            if not below:
                yield f"<li>{link(iri, folder)}</li>\n"
            elif iri in shown or len(ways) == DEEPEST:
                yield f"<li>{link(iri, folder)} <small>{count}</small></li>\n"
            else:
                is_open = " open" if len(ways) < levels else ""
                yield f"<li>{link(iri, folder)}\n<details{is_open}><summary>{count}</summary>\n<ul>\n"
                ways.append(iter(below))
            shown.add(iri)

    def collections(self, folder: str) -> str:
        """The learning paths."""
        paths = [self.pages.link(path.iri, folder) for path in self.resources.are(Kind.COLLECTION)]
        if not paths:
            return ""
        return f'<section id="paths">\n<h2>{self.markup.word("paths")}</h2>\n<ul>{_lines(paths)}</ul>\n</section>\n'

    def steps(self, path: Resource, folder: str) -> str:
        """The members of a path, in its order."""
        members = _lines([self.pages.link(iri, folder) for iri in path.below])
        heading = f"<h2>{self.markup.word('members')} <small>({len(path.below)})</small></h2>"
        return f"<section>\n{heading}\n<ol>{members}</ol>\n</section>\n" if members else ""

    def anchors(self, base: str) -> str:
        """All addresses that differ in what stands behind a "#", for a server is never told which of them is meant."""
        lines = "".join(
            f'<li id="{escape(iri.removeprefix(base))}">{self.pages.link(iri, "")}</li>\n'
            for iri in self.resources.of
            if iri.startswith(base) and iri != base and iri in self.pages.addresses
        )
        if not lines:
            return ""
        return f'<section class="anchors">\n<h2>{self.markup.word("addresses")}</h2>\n<ul>\n{lines}</ul>\n</section>\n'

    # ---------- by letter ----------

    def letters(self) -> str:
        """All preferred and other labels, in all languages, by their first letters."""
        entries = sorted(self._entries(), key=lambda entry: (_letter(entry.key) != "", entry))
        groups = [(letter, [*lines]) for letter, lines in groupby(entries, lambda entry: _letter(entry.key))]
        titles = [escape(letter) or self.markup.word("other") for letter, _ in groups]
        jumps = "".join(f'<li><a href="#letter-{number}">{title}</a></li>' for number, title in enumerate(titles))
        lists = "".join(
            f'<section id="letter-{number}">\n<h2>{title}</h2>\n<ul class="many">\n{"".join(map(self._line, lines))}</ul>\n</section>\n'
            for number, (title, (_, lines)) in enumerate(zip(titles, groups, strict=True))
        )
        main = f'<h1>{self.markup.word("all_labels")}</h1>\n<nav class="letters" aria-label="{self.markup.say("letters")}"><ul>{jumps}</ul></nav>\n{lists}'
        return self.pages.whole("", Literal(self.markup.phrase("letters")), main)

    def _entries(self) -> Iterator[Entry]:
        for resource in self.resources.are(Kind.CONCEPT):
            if resource.scheme != self.resources.vocabulary.tag_scheme:
                for kind in (PREF, ALT):
                    for label in resource.labels.get(kind, ()):
                        yield Entry(sort_key(label.text), label, resource.iri)

    def _line(self, entry: Entry) -> str:
        link, label = self.pages.link(entry.iri, ""), self.resources.of[entry.iri].label
        if entry.label == label:
            return f"<li>{link}</li>\n"
        return f"<li>{self.markup.text(entry.label)} <small>{self.markup.word('see')}</small> {link}</li>\n"

    # ---------- search ----------

    def search(self) -> str:
        """The page of the search, which holds its index, as a page on a disk may ask for no other file."""
        markup = self.markup
        words = {key: markup.phrase(key) for key in ("hits", "no_hit", "first_hits")}
        lines = ",\n".join(map(self._index_line, self._findable_resources()))
        main = (
            f"<h1>{markup.word('search')}</h1>\n"
            f'<form role="search"><label for="q">{markup.word("search_for")}</label>\n'
            '<input type="search" id="q" name="q" autocomplete="off"></form>\n'
            f'<noscript><p>{markup.word("search_script")}</p></noscript>\n<p id="told" role="status"></p>\n<ol id="found"></ol>\n'
            f'<script type="application/json" id="words">{embed(_json(words))}</script>\n'
            f'<script type="application/json" id="index">[\n{embed(lines)}\n]</script>\n'
        )
        return self.pages.whole(
            "", Literal(markup.phrase("search")), main, script=read_asset(__name__, SCRIPT), query=False
        )

    def _findable_resources(self) -> list[Resource]:
        """What can be found: of equal hits the first one is the one that stands first in the map."""
        vocabulary = self.resources.vocabulary
        schemes = [scheme.iri for scheme in self.resources.are(Kind.SCHEME)]
        assert schemes[0] == vocabulary.scheme
        concepts = [concept for scheme in schemes for concept in self.resources.concepts(scheme)]
        return [*concepts, *self.resources.are(Kind.COLLECTION)]

    def _index_line(self, resource: Resource) -> str:
        """Address, label, its marks, what it lies in, and all other labels."""
        label, of = resource.label, self.resources.of
        others = [each.text for kind in (PREF, ALT, HIDDEN) for each in resource.labels.get(kind, ()) if each != label]
        above = of[resource.above[0]].label.text if resource.above else ""
        language = label.language if self.markup.marks(label) else ""
        address = self.pages.addresses.link(resource.iri) + PAGE
        return _json([address, label.text, language, above, *dict.fromkeys(others)])


def _lines(values: list[str]) -> str:
    return "".join(f"<li>{value}</li>\n" for value in values)


def _letter(key: str) -> str:
    return HAN if name(key[:1], "").startswith("CJK") else letter_of(key)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
