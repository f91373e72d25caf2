"""Which words make links of which kind: those of the mapping, and those of plugins where it does not say otherwise. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from exporter.model import IN_AREA, RELATED, REQUIRES
from exporter.reader.batch.columns import Vocabulary, canonical_name
from exporter.reader.markdown.relations import ANY, Word, key_of
from exporter.reader.options import Implied, ReadOptions
from exporter.reader.vault.plugins import PluginWords

NARROWER = "narrower"  # in [relations]: what the link leads to lies under where it starts


class Meanings(NamedTuple):
    """The words, and what is told of them."""

    options: ReadOptions  # with the words of plugins among its relations
    vocabulary: Vocabulary
    from_plugins: dict[str, dict[str, list[str]]]  # by file: by kind, "" for their own, the words that plugins add


def gather(options: ReadOptions, plugins: PluginWords) -> Meanings:
    """Gather the words; no hidden property is one of those that the text of a note may say."""
    relations = {canonical_name(word): kind for word, kind in options.relations.items()}
    from_plugins: dict[str, dict[str, list[str]]] = {}
    for word, (kind, file) in plugins.kinds.items():
        name = canonical_name(word)
        if name not in relations:
            relations[name] = kind or name
            from_plugins.setdefault(file, {}).setdefault(kind, []).append(word)
    told = frozenset(canonical_name(word) for word in options.relations if options.relations[word] != NARROWER)
    hidden = {key_of(name) for name in options.publish.properties}
    words = {
        **dict.fromkeys(("relations", "relationships"), (ANY, True)),  # as Basic Memory has it
        **{key_of(heading): (REQUIRES, True) for heading in options.requires_headings},
        **{key_of(heading): (RELATED, True) for heading in options.related_headings},
        **{key_of(word): (word, kind != IN_AREA) for word, kind in relations.items()},
    }
    for word in [word for word in relations if "-" in word]:
        relations.setdefault(word.replace("-", "_"), relations[word])
    spoken = tuple(Word(said, *word) for said, word in sorted(words.items()) if said and said not in hidden)
    implied = replace(
        options.implied,
        inverse={**plugins.inverse, **options.implied.inverse},
        symmetric=(*options.implied.symmetric, *plugins.symmetric),
        transitive=(*options.implied.transitive, *plugins.transitive),
    )
    options = replace(options, relations=relations, implied=_in_kinds(implied, relations))
    return Meanings(options, Vocabulary(relations, told, spoken), from_plugins)


def _in_kinds(implied: Implied, relations: Mapping[str, str]) -> Implied:
    """The rules by kinds alone; what says that a wider topic leads back to a narrower one says nothing new."""

    def kind(word: str) -> str:
        name = canonical_name(word)
        return relations.get(name, name)

    pairs = {kind(one): kind(other) for one, other in implied.inverse.items()}
    return replace(
        implied,
        inverse={one: other for one, other in pairs.items() if NARROWER not in (one, other)},
        symmetric=tuple(dict.fromkeys(map(kind, implied.symmetric))),
        transitive=tuple(dict.fromkeys(map(kind, implied.transitive))),
    )
