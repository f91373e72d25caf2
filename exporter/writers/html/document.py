"""The page: style, map, outline, articles, data and script in one file that asks for nothing.

Its security policy (https://www.w3.org/TR/CSP3/) lets run what has the hash of our own script, and nothing else; pictures are data.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from exporter.model import KnowledgeMap, Store, Topic, replace_surrogates
from exporter.version import VERSION
from exporter.views.body.text import label, printable
from exporter.views.languages import direction_of, language_or_english
from exporter.views.translations import Translations
from exporter.views.web import read_asset, source_of
from exporter.writers.html import data
from exporter.writers.html.articles import Articles
from exporter.writers.html.drawing import colours, draw_map
from exporter.writers.html.outline import outline, paths

LIVE = 'document.body.classList.add("live")'  # before there are texts, or all would be laid out
SAID = ("found", "before", "know", "route", "close", "done", "progress")  # words that the script says
PLACE = re.compile(r"\{\{(\w+)\}\}")
WHOLE = 2_000_000  # characters of articles that stand in the page as they are; more are opened when they are read
CHUNK = 200_000  # characters of a chunk of articles


def document(knowledge_map: KnowledgeMap, articles: Articles, words: Translations, no_area: str) -> str:
    """The whole page."""
    language, region = language_or_english(knowledge_map.language)
    title = printable(knowledge_map.title).strip() or words["plan"]
    drawing = draw_map(knowledge_map, no_area)
    chunks = _chunks(knowledge_map.topics, articles)
    where = {topic.id: number for number, chunk in enumerate(chunks) for topic in chunk}
    style = _file("packed/page.css").rstrip() + colours(drawing) + drawing.style
    script = _file(f"packed/{'canvas' if drawing.numbers else 'svg'}.js").rstrip()
    said = {name.removeprefix("web_"): escape(text) for name, text in words.items() if name.startswith("web_")}
    parts = {
        **said,
        "language": "-".join(filter(None, (language, region))),
        "direction": direction_of(language),
        "live": LIVE,
        "live_hash": source_of(LIVE),
        "script_hash": source_of(script),
        "style_hash": source_of(style),
        "version": VERSION,
        "title": escape(title),
        "summary": escape(printable(knowledge_map.summary)),
        "style": style,
        "script": script,
        "map": drawing.svg or "<canvas></canvas>",
        "paths": "\n".join(paths(knowledge_map, words)),
        "outline": "".join(outline(knowledge_map, no_area)),
        "about": _about(knowledge_map, words),
        "articles": "" if chunks else "\n".join(map(articles.article, knowledge_map.topics)),
        "chunks": "".join(
            f'<script type="text/plain" id="__chunk-{number}">{_deflate(chunk, articles, knowledge_map.store)}</script>\n'
            for number, chunk in enumerate(chunks)
        ),
        "data": data.document(
            knowledge_map,
            where,
            words={name: words[f"web_{name}"] for name in SAID},
            **({"plane": drawing.numbers} if drawing.numbers else {}),
        ),
    }
    return replace_surrogates(PLACE.sub(lambda match: parts[match[1]], _file("page/page.html")))


def _about(knowledge_map: KnowledgeMap, words: Translations) -> str:
    """What is shown before a topic is chosen."""
    summary = printable(knowledge_map.summary).strip()
    counts = words["web_counts"].format(
        topics=len(knowledge_map.topics), areas=len(knowledge_map.areas), links=len(knowledge_map.links)
    )
    told = [f"<p>{escape(summary)}</p>" if summary else "", f"<p>{counts}</p>", f"<p>{words['web_how_to']}</p>"]
    return "\n".join(filter(None, told))


def _chunks(topics: Sequence[Topic], articles: Articles) -> list[list[Topic]]:
    """Topics in parts whose articles have about the same size, in their order; none where all articles stand in the page."""
    sizes = [articles.size(topic) for topic in topics]
    if sum(sizes) <= WHOLE:
        return []
    chunks: list[list[Topic]] = []
    filled = CHUNK
    for topic, size in zip(topics, sizes, strict=True):
        if filled >= CHUNK:
            chunks.append([])
            filled = 0
        chunks[-1].append(topic)
        filled += size
    return chunks


def _deflate(chunk: Sequence[Topic], articles: Articles, store: Store) -> str:
    """The articles by the names of their elements, as JSON, made small: https://www.rfc-editor.org/rfc/rfc1950."""
    key = articles.key(chunk)
    made = store.get(key)
    if made is None:
        text = json.dumps(
            {label(topic.id): articles.article(topic) for topic in chunk}, ensure_ascii=False, separators=(",", ":")
        )
        made = b64encode(zlib.compress(replace_surrogates(text).encode()))
        store.put(key, made)
    return made.decode()


def _file(name: str) -> str:
    return read_asset(__name__, name)
