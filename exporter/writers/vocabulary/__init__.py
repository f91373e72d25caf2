"""Static pages of the SKOS vocabulary: one for each IRI, at its path, with its data inside and beside, and a search.

What is told is what `skos` tells (https://www.w3.org/TR/skos-reference/), in the order in which Skosmos and SkoHub show it;
mappings/skos.toml speaks for both, and so does skos.lock. The pages are read without scripts, from a host of plain files or
from a disk; docs/vocabulary.md says how they come to answer the IRIs.

options.py: where the folder lies; addresses.py: the folder of each page; resources.py: what pages say of one another; words.py:
our own words; markup.py: HTML; page.py: what stands around a page; facts.py: what stands on it; lists.py: trees and indexes;
rules.py: README and sitemap; style.css, search.js.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from exporter.errors import Finding
from exporter.model import NOTHING, File, KnowledgeMap, Lock, Previous
from exporter.rdf.excerpt import jsonld_of, turtle_of
from exporter.rdf.jsonld import jsonld
from exporter.rdf.terms import Record
from exporter.rdf.turtle import turtle
from exporter.views.skos import Part
from exporter.views.skos.vocabulary import Vocabulary
from exporter.views.web import read_asset
from exporter.writers.vocabulary.addresses import JSONLD, PAGE, TURTLE, Addresses
from exporter.writers.vocabulary.facts import Facts
from exporter.writers.vocabulary.lists import Lists
from exporter.writers.vocabulary.options import Options
from exporter.writers.vocabulary.page import LETTERS, SEARCH, STYLE, Pages
from exporter.writers.vocabulary.resources import Kind, Resource, Resources, kind_of
from exporter.writers.vocabulary.rules import readme, sitemap_names, sitemaps

__all__ = ["MAPPING", "Options", "write"]

MAPPING = "skos"  # whose mapping and --set it obeys
README, JEKYLL = "README.md", ".nojekyll"  # GitHub Pages looks for the second one, so as to leave files alone
OF_HOSTS = ("_redirects", "_headers", "robots.txt", "404.html")  # which whoever publishes the folder may put there
REDIRECTS = ("https://w3id.org/", "http://w3id.org/", "https://purl.org/", "http://purl.org/")  # where nothing can lie


def write(
    knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING
) -> Iterator[File | Finding | Lock]:
    """Yield the page of each thing with its data, the indexes, and what the folder cannot answer.

    Raises:
        ExportError: an option that makes no valid RDF, or a lock that is damaged.
    """
    vocabulary = Vocabulary(knowledge_map, options, previous.lock)
    resources = Resources(vocabulary)
    schemes = [scheme.iri for scheme in resources.are(Kind.SCHEME)]
    others = [each.iri for each in resources.of.values() if each.iri not in schemes and _has_page(each, options)]
    own = (STYLE, LETTERS, SEARCH, README, JEKYLL, *OF_HOSTS, *sitemap_names(len(schemes) + len(others) + 1))
    addresses = Addresses(options.base, [*schemes, *others], own)
    pages = Pages(resources, addresses, options.place)
    yield from _resources(pages, options)
    lists = Lists(pages)
    yield File(LETTERS, lists.letters())
    yield File(SEARCH, lists.search())
    yield File(STYLE, read_asset(__name__, STYLE))
    links = [addresses.link(iri) for iri in (*schemes, *others)]
    yield from (File(name, text) for name, text in sitemaps(options.place, [*links, LETTERS]))
    yield File(README, readme(pages.scheme.label.text, options, addresses))
    yield File(JEKYLL, "GitHub Pages serves these files as they are, since this one is here.\n")
    yield from vocabulary.findings
    yield from _tell_limits(knowledge_map, options, addresses)
    if vocabulary.iris.lock:
        yield Lock(vocabulary.iris.lock)


def _has_page(resource: Resource, options: Options) -> bool:
    """Whether it is ours to speak of: all but people who have an IRI of their own."""
    return resource.kind is not Kind.AGENT or resource.iri.startswith(options.base)


def _resources(pages: Pages, options: Options) -> Iterator[File]:
    """Each page, and what stands beside it; that of a scheme has all of its concepts beside it."""
    resources, facts, lists = pages.resources, Facts(pages), Lists(pages)
    written: set[str] = set()
    for part in resources.parts:
        of_scheme: list[Record] = []
        for record in part.records():
            resource, kind = resources.of[record.subject], kind_of(record)
            if record.subject == part.iri or kind is Kind.AGENT:
                of_scheme.append(record)
            if (
                resource.kind is kind
                and kind is not Kind.SCHEME
                and resource.iri in pages.addresses
                and resource.iri not in written
            ):
                written.add(resource.iri)
                folder = pages.addresses.folder(resource.iri)
                further = lists.steps(resource, folder) if kind is Kind.COLLECTION else ""
                data = jsonld_of([record], part.prefixes)
                main = facts.main(resource, record, further)
                yield File(folder + PAGE, pages.of_resource(resource, main, data, facts.definition(record)))
                yield File(folder + TURTLE, turtle_of([record], part.prefixes))
                yield File(folder + JSONLD, data)
        yield from _scheme(pages, facts, lists, part, of_scheme, options)
    for iri, made in resources.made_of.items():
        note = resources.of[iri]
        yield File(pages.addresses.folder(iri) + PAGE, pages.of_resource(note, facts.of_note(note, made), ""))


def _scheme(
    pages: Pages, facts: Facts, lists: Lists, part: Part, records: Sequence[Record], options: Options
) -> Iterator[File]:
    resources, resource = pages.resources, pages.resources.of[part.iri]
    folder, is_first = pages.addresses.folder(part.iri), resource is pages.scheme
    further = lists.tree(resource, folder) + (lists.collections(folder) if is_first else "")
    holds_all = is_first and options.base.endswith("#")  # as one document answers all IRIs
    end = lists.anchors(options.base) if holds_all else ""
    main = facts.main(resource, records[0], further) + end
    data = jsonld_of(records, part.prefixes)
    yield File(folder + PAGE, pages.of_resource(resource, main, data, facts.definition(records[0])))
    beside = resources.parts if holds_all else [part]
    prefixes = {namespace: prefix for each in beside for namespace, prefix in each.prefixes.items()}
    yield File(folder + TURTLE, turtle(chain.from_iterable(each.records() for each in beside), prefixes))
    yield File(folder + JSONLD, jsonld(chain.from_iterable(each.records() for each in beside), prefixes))


def _tell_limits(knowledge_map: KnowledgeMap, options: Options, addresses: Addresses) -> Iterator[Finding]:
    """Which IRIs a host of plain files does not answer."""
    source = knowledge_map.source
    if options.base.startswith(REDIRECTS) and not options.site:
        message = f"no page can lie at {options.base}; say where the folder will, by site = 'https://...' in skos.toml"
        yield Finding(source, "vocabulary-site", message)
    if options.base.endswith("#"):
        return  # a server is asked for one page alone
    for iris, code, what, hint in (
        (
            addresses.moved,
            "vocabulary-moved",
            "cannot be a folder on every system",
            "another `id` helps, or the rules in README.md",
        ),
        (
            addresses.elsewhere,
            "vocabulary-elsewhere",
            f"does not begin with {options.base}",
            "whoever has the address can lead to the page",
        ),
        (
            addresses.slashed,
            "vocabulary-slash",
            "has a slash in a name, as %2F, which Apache refuses unless told otherwise",
            "README.md says how",
        ),
    ):
        if iris:
            more = f", as {len(iris) - 1} more" if len(iris) > 1 else ""
            yield Finding(source, code, f"{iris[0]} {what}{more}; {hint}")
