"""How the folder is put where its addresses lead: a README with rules for servers, and a map for search engines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import urlsplit

from exporter.writers.vocabulary.addresses import JSONLD, TURTLE, Addresses
from exporter.writers.vocabulary.options import Options

MOST = 50_000  # addresses in a file: https://www.sitemaps.org/protocol.html
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemaps(place: str, links: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The files that list all pages, whose links are relative to `place`; of several the first one lists the others."""
    first, *names = sitemap_names(len(links))
    if not names:
        yield first, _sitemap("urlset", "url", place, links)
        return
    yield first, _sitemap("sitemapindex", "sitemap", place, names)
    for number, name in enumerate(names):
        yield name, _sitemap("urlset", "url", place, links[number * MOST : (number + 1) * MOST])


def sitemap_names(count: int) -> list[str]:
    """The names of the files that list so many pages; of several the first one lists the others."""
    parts = -(-count // MOST)
    return ["sitemap.xml", *(f"sitemap-{number}.xml" for number in range(1, parts + 1) if parts > 1)]


def _sitemap(root: str, element: str, place: str, links: Sequence[str]) -> str:
    lines = "".join(f"<{element}><loc>{escape(place + link)}</loc></{element}>\n" for link in links)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SPACE}">\n{lines}</{root}>\n'


def readme(title: str, options: Options, addresses: Addresses) -> str:
    """What to do with the folder, in Markdown."""
    base, place = options.base, options.place
    moved = [(iri.removeprefix(base), addresses.link(iri)) for iri in addresses.moved]
    away = bool(options.site)
    parts = [
        f"# {title}: the pages of a vocabulary\n",
        f"Each IRI of the vocabulary, which begins with `{base}`, has a folder here with a page (`index.html`), and the same\n"
        f"as Turtle (`{TURTLE}`) and JSON-LD (`{JSONLD}`). The pages need no server of their own and no script but for the search.\n",
        f"Put what is in this folder where `{place}` leads, on any host of plain files: GitHub Pages, Netlify, Cloudflare\n"
        "Pages, a bucket, nginx, Apache. Such a host answers the address of a folder with the page in it, with or without a slash\n"
        "at its end.\n",
        "Tell search engines of the sitemap by a line in the host's own `robots.txt`:\n",
        f"```\nSitemap: {place}sitemap.xml\n```\n",
    ]
    if base.endswith("#"):
        parts.append(
            f"What follows a `#` never reaches a server, so each IRI is answered by the page of `{options.document}`, which leads on.\n"
        )
    where = (
        f"where `{base}` is answered, which for w3id.org is your folder in its repository" if away else "in this folder"
    )
    parts += [
        f"## Apache{', as at w3id.org' if away else ''}\n",
        f"As `.htaccess` {where}:\n",
        f"```apache\n{_apache(options, moved)}```\n",
        "A server that asks for RDF is led to the data, any other to the page.\n",
        "## Netlify, Cloudflare Pages\n",
    ]
    if netlify := _netlify(options, moved):
        parts += [f"As `_redirects` at the top of the site that answers `{base}`:\n", f"```\n{netlify}```\n"]
    else:
        parts.append("Nothing is needed.\n")
    parts.append(
        'They cannot look at what is asked for, so programs find the data by the pages\' `link rel="alternate"`.\n'
    )
    parts += _limits(base, addresses)
    return "\n".join(parts)


def _apache(options: Options, moved: Sequence[tuple[str, str]]) -> str:
    """Rules that look at the address as it was asked for, as Apache has decoded what it gives to a rule."""
    path = re.escape(urlsplit(options.document).path.rstrip("/"))
    asked, away = 'RewriteCond %{THE_REQUEST} "^[A-Z]+ ' + path, bool(options.site)
    lines = ["AddType text/turtle .ttl", "AddType application/ld+json .jsonld", "RewriteEngine On"]
    if not away:
        lines += ["RewriteCond %{REQUEST_FILENAME} -f", "RewriteRule ^ - [L]"]
    lines += [f'{asked}/([^ ?]*[^ ?/])/?[ ?]"', "RewriteRule ^ - [E=PAGE:%1/]"]
    for local, folder in moved:
        lines += [f'{asked}/{re.escape(local)}[ ?]"', f"RewriteRule ^ - [E=PAGE:{folder},E=MOVED:1]"]
    for wanted, file in (("text/turtle", TURTLE), (r"application/(ld\+)?json", JSONLD)):
        lines += [
            f"RewriteCond %{{HTTP_ACCEPT}} {wanted}",
            "RewriteCond %{ENV:PAGE} !^note/",
            f"RewriteRule ^ {options.place}%{{ENV:PAGE}}{file} [R=303,L,NE]",
        ]
    if not away:
        lines.append("RewriteCond %{ENV:MOVED} 1")
    lines.append(f"RewriteRule ^ {options.place}%{{ENV:PAGE}} [R=303,L,NE]")
    return "".join(f"{line}\n" for line in lines)


def _netlify(options: Options, moved: Sequence[tuple[str, str]]) -> str:
    path = urlsplit(options.document).path
    rules = [f"{path}{local} {options.place}{folder} 303" for local, folder in moved]
    if options.site:
        rules.append(f"{path}* {options.place}:splat 303")
    return "".join(f"{rule}\n" for rule in rules)


def _limits(base: str, addresses: Addresses) -> Iterator[str]:
    """What a host of plain files does not answer."""
    if not (addresses.moved or addresses.elsewhere or addresses.slashed):
        return
    yield "## What such a host does not answer\n"
    if addresses.moved:
        yield (
            "These IRIs cannot be paths on every system, or are those of others but for capitals; their pages lie in folders of other\n"
            "names, to which the rules above lead:\n"
        )
        yield _list(addresses.moved, addresses)
    if addresses.elsewhere:
        yield f"These IRIs do not begin with `{base}`; whoever has their addresses can lead from there to the pages:\n"
        yield _list(addresses.elsewhere, addresses)
    if addresses.slashed:
        yield (
            "In these IRIs `%2F` stands for a slash that is part of a name; their pages lie in folders within folders. Apache refuses\n"
            "such an address unless `AllowEncodedSlashes On` stands in its own settings:\n"
        )
        yield _list(addresses.slashed, addresses)


def _list(iris: Sequence[str], addresses: Addresses) -> str:
    return "".join(f"- `{iri}`: `{addresses.link(iri)}`\n" for iri in iris)
