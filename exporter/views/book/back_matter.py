"""What stands at the end of the book: the glossary, and what the index has to find the pages of."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Any

from exporter.model import KnowledgeMap
from exporter.views.body.text import label, other_names, printable, title_of

Data = dict[str, Any]  # as book.typ reads it from book.json


def glossary(knowledge_map: KnowledgeMap) -> list[Data]:
    """The topics that are defined, by title."""
    defined = [topic for topic in knowledge_map.topics if knowledge_map.definition(topic.id)]
    return [
        {
            "label": label(topic.id),
            "title": title_of(topic),
            "aliases": other_names(topic),
            "definition": printable(knowledge_map.definition(topic.id)),
        }
        for topic in sorted(defined, key=lambda topic: (sort_key(title_of(topic)), topic.id))
    ]


def index(knowledge_map: KnowledgeMap) -> list[Data]:
    """Titles, other names, which lead to the title, and tags with their topics; by their first letter."""
    entries: list[Data] = []
    tagged: dict[str, list[str]] = {}
    for topic in knowledge_map.topics:
        name, title = label(topic.id), title_of(topic)
        entries.append({"name": title, "label": name, "written": topic.note is not None, "see": None, "topics": []})
        for alias in other_names(topic):
            if sort_key(alias) != sort_key(title):
                entries.append({"name": alias, "label": name, "see": title, "topics": []})
        for tag in topic.tags if topic.note else ():
            tagged.setdefault(tag, []).append(name)
    entries += [
        {"name": f"#{printable(tag)}", "label": None, "see": None, "topics": names} for tag, names in tagged.items()
    ]
    entries.sort(key=lambda entry: (_letter(entry["name"]) != "", sort_key(entry["name"]), entry["name"]))
    return [
        {"letter": letter, "entries": list(group)}
        for letter, group in groupby(entries, key=lambda entry: _letter(entry["name"]))
    ]


def sort_key(name: str) -> str:
    """What words of an index are sorted by: without regard to case and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _letter(name: str) -> str:
    """Under which it stands; "" for what begins with a digit or a sign."""
    first = sort_key(name)[:1].upper()
    return first if first.isalpha() else ""
