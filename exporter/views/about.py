"""What the map note's properties say of the vault as a work: who made it, which edition it is, under which licence."""

from __future__ import annotations

import re
from datetime import date

from exporter.model import KnowledgeMap
from exporter.rdf.terms import one_line, web_iri

NAMES = {  # of properties
    "creator": ("creator", "author", "authors"),
    "publisher": ("publisher",),
    "license": ("license", "licence", "rights"),
    "version": ("version", "edition"),
    "created": ("created", "date created"),
    "issued": ("issued", "published", "date published", "date"),
    "modified": ("modified", "updated", "date modified"),
    "description": ("description", "definition"),
    "prefix": ("prefix", "preferredNamespacePrefix"),
}
ADDRESS = re.compile(r"\s*<([^<>]+)>")
MAIL = re.compile(r"(?:mailto:)?([^@\s:/]+@[^@\s:/]+)")
LINK = re.compile(r"\[\[(?:[^\[\]]*[|/])?([^\[\]|/]+)\]\]")  # to somebody's own note
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.DOTALL)
# Addresses of licences that say their names: https://spdx.org/licenses/ and https://creativecommons.org/licenses/
LICENSE = re.compile(r"https?://(?:www\.)?(?:spdx|opensource)\.org/licenses?/([\w.+-]+?)(?:\.html)?/?")
COMMONS = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/([\d.]+)(?:/.*)?")


def values(knowledge_map: KnowledgeMap, said: str) -> list[str]:
    """All values of the first property of the map note that says this, a key of NAMES, and has one."""
    names = [name.lower() for name in NAMES[said]]
    for name, value in knowledge_map.properties.items():
        listed = value if isinstance(value, list) else [value]
        texts = [str(each).strip() for each in listed if isinstance(each, str | int | float | date)]
        if name.lower() in names and any(texts):
            return [LINK.sub(r"\1", text) for text in texts if text]
    return []


def value(knowledge_map: KnowledgeMap, said: str) -> str:
    """The first of them; "" where nothing is said."""
    return next(iter(values(knowledge_map, said)), "")


def name_and_addresses(text: str) -> tuple[str, list[str]]:
    """Who is named as "Name <IRI> <mail>", of which any part may be missing."""
    text = one_line(text)
    addresses = ADDRESS.findall(text)
    name = ADDRESS.sub("", text).strip()
    return ("", [name]) if not addresses and (web_iri(name) or MAIL.fullmatch(name)) else (name, addresses)


def license_name(text: str) -> str:
    """What people call a licence that is given by its address; any other text as it is."""
    if match := LICENSE.fullmatch(text):
        return match[1]
    if match := COMMONS.fullmatch(text):
        code, version = match.groups()
        return f"{'CC0' if code == 'zero' else f'CC {code.upper()}'} {version}"
    return text


def day_of(text: str) -> date | None:
    """The day that a text names, perhaps with an hour."""
    match = DAY.fullmatch(text.strip())
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None
