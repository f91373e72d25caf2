"""What stands around each page: its head, where one can go from it, and where it lies."""

from __future__ import annotations

from html import escape

from exporter.rdf.terms import Literal
from exporter.views.web import embed, source_of
from exporter.writers.vocabulary.addresses import JSONLD, PAGE, TURTLE, Addresses
from exporter.writers.vocabulary.markup import Markup
from exporter.writers.vocabulary.resources import Kind, Resource, Resources

STYLE, LETTERS, SEARCH = "style.css", "letters.html", "search.html"
# https://www.w3.org/TR/CSP3/; "file:" is what 'self' would be for a folder that is opened from a disk
POLICY = "default-src 'none'; style-src 'self' file:; img-src data:; form-action 'self' file:; base-uri 'none'"


class Pages:
    """Makes whole pages of what stands on them."""

    def __init__(self, resources: Resources, addresses: Addresses, place: str) -> None:
        """Take what has a page, where, and the address of the folder."""
        self.resources, self.addresses, self.place = resources, addresses, place
        vocabulary = resources.vocabulary
        self.markup = Markup(resources.language)
        self.scheme = resources.of[vocabulary.scheme]
        tabs = [(PAGE, "contents"), (LETTERS, "letters")]
        if resources.are(Kind.COLLECTION):
            tabs.append((f"{PAGE}#paths", "paths"))
        for iri, key in ((vocabulary.tag_scheme, "tags"), (vocabulary.deprecated_scheme, "deprecated_scheme")):
            if iri in resources.of:
                tabs.append((self.addresses.link(iri) + PAGE, key))
        self._tabs = tabs
        self._links: dict[str, tuple[str, ...]] = {}

    def link(self, iri: str, folder: str) -> str:
        """A link from the page of a folder to that of something, with its label; else its address."""
        parts = self._links.get(iri)
        if parts is None:
            parts = self._links[iri] = self._parts(iri)
        return up(folder).join(parts)

    def _parts(self, iri: str) -> tuple[str, ...]:
        """A link without the way to the top; whole, where it leads elsewhere."""
        resource = self.resources.of.get(iri)
        if resource is None:
            return (self.markup.address(iri),)
        classes = "gone" if resource.is_deprecated else ""
        if iri not in self.addresses:
            return (self.markup.link(iri, resource.label, classes),)
        link = self.markup.link(self.addresses.link(iri) + PAGE, resource.label, classes)
        return '<a href="', link.removeprefix('<a href="')

    def of_resource(self, resource: Resource, main: str, data: str, description: str = "") -> str:
        """The page of something in its folder, with what is said of it as JSON-LD inside; "": there is none beside it."""
        folder = self.addresses.folder(resource.iri)
        head = f'<link rel="canonical" href="{escape(self.place + self.addresses.link(resource.iri))}">\n'
        if description:
            head += f'<meta name="description" content="{escape(description)}">\n'
        if data:
            head += f'<link rel="alternate" type="text/turtle" href="{TURTLE}">\n'
            head += f'<link rel="alternate" type="application/ld+json" href="{JSONLD}">\n'
            head += f'<script type="application/ld+json">\n{embed(data)}</script>\n'
        return self.whole(folder, resource.label, main, head)

    def whole(
        self, folder: str, title: Literal, main: str, head: str = "", script: str = "", query: bool = True
    ) -> str:
        """A page.

        Args:
            folder: in which it lies.
            title: of the page.
            main: what stands on it, as HTML.
            head: more for its head.
            script: the one that it runs, at its end.
            query: whether there is a form for the search.
        """
        markup, top = self.markup, up(folder)
        policy = f"{POLICY}; script-src {source_of(script)}" if script else POLICY
        tabs = "".join(f'<li><a href="{top}{address}">{markup.word(key)}</a></li>' for address, key in self._tabs)
        whole = title.text if title == self.scheme.label else f"{title.text} – {self.scheme.label.text}"
        form = (
            f'<form action="{top}{SEARCH}" role="search"><input type="search" name="q" aria-label="{markup.say("search_for")}">'
            f"<button>{markup.word('search')}</button></form>\n"
        )
        return (
            f'<!DOCTYPE html>\n<html lang="{escape(markup.language)}" dir="{markup.direction}">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(whole)}</title>\n"
            f'<link rel="stylesheet" href="{top}{STYLE}">\n<link rel="icon" href="data:,">\n{head}</head>\n<body>\n'
            f'<a class="skip" href="#main">{markup.word("skip")}</a>\n<header>\n'
            f"<p>{markup.link(top + PAGE, self.scheme.label)}</p>\n"
            f'<nav aria-label="{markup.say("contents")}"><ul>{tabs}</ul></nav>\n{form if query else ""}</header>\n'
            f'<main id="main">\n{main}</main>\n'
            + (f"<script>{script}</script>\n" if script else "")
            + "</body>\n</html>\n"
        )


def up(folder: str) -> str:
    """The way from a folder to the top."""
    return "../" * folder.count("/")
