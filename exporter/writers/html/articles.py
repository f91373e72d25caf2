"""A topic as an article: what it is called, where it belongs, what it builds on, its text, and who speaks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from html import escape
from urllib.parse import quote

from exporter.model import IN_AREA, MENTIONS, RELATED, REQUIRES, KnowledgeMap, Link, Topic, bytes_of, key_of
from exporter.views.body.text import kind_in_words, label, other_names, printable, title_of
from exporter.views.languages import direction_of, language_or_english
from exporter.views.translations import Translations
from exporter.writers.html.texts import Text, Texts

SAID = 3  # sentences of one topic about another
A_LINK = 200  # characters that one takes, with its sentence; and an article around them


class Articles:
    """Makes the articles."""

    def __init__(self, knowledge_map: KnowledgeMap, texts: Texts, words: Translations) -> None:
        self.map, self.texts, self.words = knowledge_map, texts.by_topic, words
        self._keys = texts.keys
        self._direction = direction_of(language_or_english(knowledge_map.language)[0])
        self._links: dict[str, str] = {}  # by Topic.id: most are linked to often
        self._order = {topic.id: number for number, topic in enumerate(knowledge_map.topics)}

    def article(self, topic: Topic) -> str:
        """All that the page says of a topic."""
        return "".join(self._parts(topic))

    def size(self, topic: Topic) -> int:
        """About how many characters an article has."""
        text = self.texts.get(topic.id)
        ends = len(self.map.links_to(topic.id)) + len(self.map.links_from(topic.id))
        return (len(text.html) if text else 0) + A_LINK * (ends + 1)

    def key(self, topics: Iterable[Topic]) -> str:
        """All that the articles of some topics depend on."""
        return key_of("articles", self._frame, bytes_of([self._said_of(topic) for topic in topics]))

    def _said_of(self, topic: Topic) -> tuple[object, ...]:
        """What an article depends on.

        Links without their lines, which any edit above them moves; titles of those topics alone that it names, in the map's order.
        """
        id, text = topic.id, self.texts.get(topic.id)
        links_from = [(link.kind, link.end) for link in self.map.links_from(id)]
        links_to = [(link.start, link.kind, self._sentence(link)) for link in self.map.links_to(id)]
        around, inside = self._around(topic), self._inside(topic)
        named = {id, *topic.areas, *around, *inside}
        named.update([end for _, end in links_from], [start for start, _, _ in links_to])
        titles = [self._titles[number] for number in sorted(map(self._order.__getitem__, named))]
        shown = topic.aliases, topic.tags, topic.summary, self.map.definition(id), topic.areas, bool(topic.note)
        return id, shown, links_from, links_to, around, inside, titles, self._keys.get(id) or text

    @cached_property
    def _titles(self) -> list[tuple[str, str]]:
        return [(topic.id, topic.title) for topic in self.map.topics]

    @cached_property
    def _frame(self) -> str:
        """What all articles depend on: our own words, and the direction of the page's."""
        return key_of("frame", bytes_of((self._direction, sorted(self.words.items()))))

    def _parts(self, topic: Topic) -> Iterator[str]:
        name = label(topic.id)
        text = self.texts.get(topic.id)
        yield f'<article id="{name}"{self._language(text)} aria-labelledby="{name}__title">'
        yield "".join(self._crumbs(topic))
        yield f'<h2 id="{name}__title">{escape(title_of(topic))}</h2>'
        if names := other_names(topic):
            yield f'<p class="also">{self.words["also"]} {escape(", ".join(names))}</p>'
        if topic.tags:
            tags = (
                f'<li><a href="#?q={quote(f"#{printable(tag)}", safe="")}">#{escape(printable(tag))}</a></li>'
                for tag in topic.tags
            )
            yield f'<ul class="tags" aria-label="{self.words["web_tags"]}">{"".join(tags)}</ul>'
        definition = printable(self.map.definition(topic.id))
        for said in dict.fromkeys(filter(None, (definition, printable(topic.summary)))):
            yield f'<p class="definition">{escape(said)}</p>'
        yield "".join(self._relations(topic))
        if text and text.html:
            yield f'<div class="text">\n{text.html}\n</div>'
        elif not topic.note:
            yield f'<p class="unwritten">{self.words["unwritten"]}</p>'
        yield "".join(self._backlinks(topic))
        yield "</article>"

    def _language(self, text: Text | None) -> str:
        if not text or not text.language:
            return ""
        language, region = text.language
        direction = direction_of(language)
        turned = f' dir="{direction}"' if direction != self._direction else ""
        return f' lang="{"-".join(filter(None, (language, region)))}"{turned}'

    def _crumbs(self, topic: Topic) -> Iterator[str]:
        """The way to the topic's home."""
        if around := self._around(topic):
            items = "".join(f"<li>{self._link(id)}</li>" for id in reversed(around))
            yield f'<nav aria-label="{self.words["broader"]}"><ol class="crumbs">{items}</ol></nav>'

    def _around(self, topic: Topic) -> list[str]:
        """The areas around the topic's home, the innermost first."""
        area = topic.areas[0] if topic.areas and topic.id not in self.map.area else None
        if topic.id in self.map.area:
            area = self.map.area[topic.id].parent
        around: dict[str, None] = {}
        while area and area not in around:
            around[area] = None
            area = self.map.area[area].parent
        return [*around]

    def _inside(self, topic: Topic) -> list[str]:
        """What is filed in the topic, if it is an area: topics, then areas."""
        if topic.id not in self.map.area:
            return []
        topics, areas = self.map.topics_in(topic.id), self.map.areas_in(topic.id)
        return [*(each.id for each in topics), *(each.id for each in areas)]

    def _relations(self, topic: Topic) -> Iterator[str]:
        """Typed links from the topic and to it, and what is filed in it, in the map's order."""
        rows: dict[str, dict[str, None]] = {}
        for link in self.map.links_from(topic.id):
            if link.kind not in (IN_AREA, MENTIONS) and link.end != topic.id:
                rows.setdefault(kind_in_words(link.kind, self.words), {})[link.end] = None
        for link in self.map.links_to(topic.id):
            if link.kind == RELATED and link.start != topic.id:
                rows.setdefault(kind_in_words(RELATED, self.words), {})[link.start] = None
        first = kind_in_words(REQUIRES, self.words)
        ordered = {word: self._sort(rows[word]) for word in sorted(rows, key=lambda word: word != first)}
        needing = {link.start for link in self.map.links_to(topic.id) if link.kind == REQUIRES} - {topic.id}
        if needing:
            ordered[self.words["by_requires"]] = self._sort(needing)
        others = dict.fromkeys(area for area in topic.areas[1:] if area != topic.id)
        if others:
            ordered[self.words["web_also_in"]] = [*others]
        if inside := self._inside(topic):
            ordered[self.words["topics"]] = [*dict.fromkeys(inside)]
        if ordered:
            rows_made = (
                f"<dt>{escape(word)}</dt><dd>{', '.join(map(self._link, ids))}</dd>" for word, ids in ordered.items()
            )
            yield f'<dl class="relations">{"".join(rows_made)}</dl>'

    def _backlinks(self, topic: Topic) -> Iterator[str]:
        """Who mentions the topic, each with the sentences that do."""
        sentences: dict[str, dict[str, None]] = {}
        for link in self.map.links_to(topic.id):
            if link.kind == MENTIONS and link.start != topic.id:
                said = sentences.setdefault(link.start, {})
                if sentence := self._sentence(link):
                    said[sentence] = None
        if not sentences:
            return
        items = []
        for id in self._sort(sentences):
            quotes = "".join(f"<q>{escape(each)}</q>" for each in [*sentences[id]][:SAID])
            items.append(f"<li>{self._link(id)}{quotes}</li>")
        yield f'<section class="backlinks"><h3>{self.words["by_mentions"]}</h3><ul>{"".join(items)}</ul></section>'

    def _sentence(self, link: Link) -> str:
        """What stands around a link; "" where that is the link alone, as an item of a list that says nothing of it."""
        sentence = self._sentences.get(id(link), "")
        return sentence if sentence != link.text else ""

    @cached_property
    def _sentences(self) -> dict[int, str]:
        """Sentences by the identities of links, which the map holds: a record's own hash is that of all its fields."""
        given = (zip(self.map.links_from(topic), text.sentences, strict=True) for topic, text in self.texts.items())
        return {id(link): sentence for pairs in given for link, sentence in pairs}

    def _sort(self, ids: Iterable[str]) -> list[str]:
        return sorted(ids, key=self._order.__getitem__)

    def _link(self, id: str) -> str:
        link = self._links.get(id)
        if link is None:
            link = self._links[id] = f'<a href="#{label(id)}">{escape(title_of(self.map.topic[id]))}</a>'
        return link
