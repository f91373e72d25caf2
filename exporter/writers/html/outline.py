"""The map in words, the equal of its drawing: the learning paths, and areas with their topics."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from exporter.model import KnowledgeMap, LearningPath
from exporter.views.body.text import label, printable, title_of
from exporter.views.translations import Translations

FEW = 200  # topics of a map whose areas are open from the start


def paths(knowledge_map: KnowledgeMap, words: Translations) -> Iterator[str]:
    """Each learning path, whose steps the script gives boxes to tick."""
    for number, path in enumerate(knowledge_map.paths):
        if path.steps:
            yield from _path(knowledge_map, path, f"__path-{number}", words)


def _path(knowledge_map: KnowledgeMap, path: LearningPath, name: str, words: Translations) -> Iterator[str]:
    title = escape(printable(path.title).strip() or words["web_path"])
    yield f'<section class="path" aria-labelledby="{name}"><h2 id="{name}">{title}</h2><p class="progress"></p><ol>'
    for step in path.steps:
        text = escape(printable(step.text))
        topics = [*dict.fromkeys(step.topics)]
        if not topics:
            yield f"<li>{text}</li>"
            continue
        titles = {title_of(knowledge_map.topic[id]) for id in topics}
        said = "" if len(topics) == 1 and printable(step.text).strip() in titles else f"<p>{text}</p>"
        items = (_item(knowledge_map, id) for id in topics)
        yield f"<li>{said}<ul>{''.join(items)}</ul></li>"
    yield "</ol></section>"


def outline(knowledge_map: KnowledgeMap, no_area: str) -> Iterator[str]:
    """Areas within one another, each with its topics; behind them those that are in none."""
    opened = " open" if len(knowledge_map.topics) <= FEW else ""
    seen: set[str] = set()
    # what is yet to come, the next one last: an area, or words as they are
    waiting: list[tuple[str, str]] = [("area", area.id) for area in reversed(knowledge_map.areas_in(None))]
    while waiting:
        kind, id = waiting.pop()
        if kind == "words":
            yield id
            continue
        if id in seen:
            continue
        seen.add(id)
        members = [topic for topic in knowledge_map.topics_in(id) if topic.id not in knowledge_map.area]
        inner = [area.id for area in knowledge_map.areas_in(id)]
        count = len(members) + len(inner)
        title = title_of(knowledge_map.topic[id])
        yield f"<li><details{opened}><summary>{escape(title)}{f' <small>{count}</small>' if count else ''}</summary><ul>"
        yield _item(knowledge_map, id)
        yield from (_item(knowledge_map, topic.id) for topic in members)
        waiting.append(("words", "</ul></details></li>"))
        waiting += [("area", each) for each in reversed(inner)]
    loose = knowledge_map.topics_in(None)
    if loose and not seen:
        yield from (_item(knowledge_map, topic.id) for topic in loose)
    elif loose:
        items = "".join(_item(knowledge_map, topic.id) for topic in loose)
        yield f"<li><details{opened}><summary>{escape(no_area)} <small>{len(loose)}</small></summary><ul>{items}</ul></details></li>"


def _item(knowledge_map: KnowledgeMap, id: str) -> str:
    topic = knowledge_map.topic[id]
    unwritten = "" if topic.note else " class=unwritten"
    return f"<li><a href=#{label(id)}{unwritten}>{escape(title_of(topic))}</a></li>"
