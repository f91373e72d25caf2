"""OPML 2.0 outline for outliners and mind maps: the learning path, then each area with its topics.

The format: https://opml.org/spec2.opml. A topic stands wherever the map puts it: under a step of the path,
under each of its areas, or among the topics in no area, which come last. Each place shows the same title and
note and has the same `mlk:id`, for an outline cannot point from one place to another. `mlk:note` is the note's
file; a topic without it has not been written yet.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Literal, NamedTuple
from urllib.parse import quote

from exporter.errors import Finding, OptionError, pluralize
from exporter.model import IN_AREA, NOTHING, Area, File, KnowledgeMap, LearningPath, Previous, Source, Topic

NAMESPACE = "urn:mlk-export:opml"  # names that are not of OPML have to stand in a namespace
SPECIFICATION = "http://opml.org/spec2.opml"  # goes into the head's `docs`
DEPTH = 64  # outlines within outlines; some readers refuse more

JSON = "the format json has them"  # the hint of most findings
REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
SPECIAL = re.compile("[" + "".join(REFERENCES) + "]")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # https://www.w3.org/TR/xml/#charsets
HTML = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
BLOCK = re.compile(r"^([-*+]\s+|(?=[-*+#>=]|[0-9]+[.)](\s|$)))")  # begins a block where a note is taken as Markdown


@dataclass(frozen=True)
class Options:
    """What `mappings/opml.toml` may say."""

    text: Literal["plain", "html"] = "plain"  # what the reader takes titles and notes for
    link: str = ""  # address of a topic's note with {id} or {note} in it; "": no links
    no_area: str = "Further topics"  # title over the topics that are in no area

    def check(self) -> None:
        """Refuse a link that would be the same for all topics.

        Raises:
            OptionError: it names neither.
        """
        if self.link and "{id}" not in self.link and "{note}" not in self.link:
            raise OptionError("link", f"'link' must have {{id}} or {{note}} in it, not be {self.link!r}")


class _Line(NamedTuple):
    """One outline; what follows with a higher level lies within it."""

    level: int  # counted from 1
    text: str
    topic: Topic | None = None
    path: LearningPath | None = None


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield `knowledge-map.opml` and one finding for each kind of thing that an outline cannot say."""
    options.check()
    yield File("knowledge-map.opml", _document(knowledge_map, options))
    yield from _unsaid(knowledge_map, options)


def _document(knowledge_map: KnowledgeMap, options: Options) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    root = _attributes(("version", "2.0"), ("xml:lang", knowledge_map.language), ("xmlns:mlk", NAMESPACE))
    yield f"<opml{root}>\n"
    yield f"  <head>\n    <title>{_escape(knowledge_map.title)}</title>\n"
    yield f"    <docs>{SPECIFICATION}</docs>\n"
    if knowledge_map.summary:
        yield f"    <mlk:summary>{_escape(knowledge_map.summary)}</mlk:summary>\n"
    yield "  </head>\n  <body>\n"
    end = _Line(1, "")  # closes what is open
    for line, following in pairwise(chain(_lines(knowledge_map, options), [end])):
        leaf = following.level <= line.level
        yield f"{_indent(line.level)}<outline{_outline(knowledge_map, options, line, leaf)}{'/' if leaf else ''}>\n"
        for level in range(line.level - 1, following.level - 1, -1):
            yield f"{_indent(level)}</outline>\n"
    yield "  </body>\n</opml>\n"


def _lines(knowledge_map: KnowledgeMap, options: Options) -> Iterator[_Line]:
    """All outlines from top to bottom; at least one, as the specification wants it."""
    for path in knowledge_map.paths:
        yield _Line(1, path.title, path=path)
        for step in path.steps:
            yield _Line(2, step.text)
            for id in step.topics:
                yield _topic_line(3, knowledge_map.topic[id])
    for level, area in _areas(knowledge_map):
        shown = min(level, DEPTH - 1)
        yield _topic_line(shown, knowledge_map.topic[area.id])
        for topic in knowledge_map.topics_in(area.id):
            role = knowledge_map.area.get(topic.id)
            if role is None or role.parent != area.id:  # else it comes below, with all that lies in it
                yield _topic_line(shown + 1, topic)
    loose = knowledge_map.topics_in(None)
    if loose:
        yield _Line(1, options.no_area)
        for topic in loose:
            yield _topic_line(2, topic)
    if not knowledge_map.topics and not knowledge_map.paths:
        yield _Line(1, knowledge_map.title)


def _areas(knowledge_map: KnowledgeMap) -> Iterator[tuple[int, Area]]:
    """Each area before those within it, with its level; no recursion, for a chain may be long."""
    stack = [(1, area) for area in reversed(knowledge_map.areas_in(None))]
    while stack:
        level, area = stack.pop()
        yield level, area
        stack += [(level + 1, inner) for inner in reversed(knowledge_map.areas_in(area.id))]


def _topic_line(level: int, topic: Topic) -> _Line:
    return _Line(level, topic.title if _xml_safe(topic.title).strip() else topic.id, topic)


def _outline(knowledge_map: KnowledgeMap, options: Options, line: _Line, leaf: bool) -> str:
    """The attributes of one outline."""
    text = f' text="{_escape(_as_text(line.text, options))}"'  # it has to be there, be it empty
    if line.topic is None:
        return text + _attributes(("mlk:path", line.path.id if line.path else ""))
    topic = line.topic
    note = _note(knowledge_map.definition(topic.id), topic.summary)
    link = _link(options.link, topic)
    linked = leaf and bool(link) and not link.lower().endswith(".opml")  # that would be an inclusion
    if link and not linked:  # readers keep the attribute on leaves alone
        note = f"{note}\n{link}".strip()
    return text + _attributes(
        ("_note", _as_text(note, options)),
        ("type", "link" if linked else ""),
        ("url", link if linked else ""),
        ("category", _category(knowledge_map, topic)),
        ("mlk:id", topic.id),
        ("mlk:note", topic.note or ""),
    )


def _as_text(text: str, options: Options) -> str:
    """Text in the reader's language; in HTML a "<" has to be written as "&lt;" before XML escapes it once more."""
    return html.escape(text, quote=False) if options.text == "html" else text


def _note(*parts: str) -> str:
    """Plain text of which no line begins a heading or a list: some readers take a note as Markdown."""
    lines = [_xml_safe(line).strip() for part in parts for line in part.splitlines()]
    return "\n".join(BLOCK.sub("• ", line, count=1) for line in lines)


def _link(template: str, topic: Topic) -> str:
    """The topic's address; none for a topic that has no note."""
    if not template or topic.note is None:
        return ""
    safe = "" if "?" in template else "/"  # within a query a path has to be one word
    id, note = (quote(_xml_safe(part), safe=safe) for part in (topic.id, topic.note))
    return template.replace("{id}", id).replace("{note}", note)


def _category(knowledge_map: KnowledgeMap, topic: Topic) -> str:
    """Areas as paths of titles from the top, "/Area/Inner area", then tags, which have no slash in front."""
    paths = ["/" + "/".join(reversed(list(_upwards(knowledge_map, id)))) for id in topic.areas]
    tags = ["/".join(map(_word, tag.split("/"))) for tag in topic.tags]
    return ",".join(paths + tags)


def _upwards(knowledge_map: KnowledgeMap, id: str) -> Iterator[str]:
    for _ in range(DEPTH):
        yield _word(knowledge_map.topic[id].title)
        parent = knowledge_map.area[id].parent
        if parent is None:
            return
        id = parent


def _word(text: str) -> str:
    """Text without the separators of categories."""
    return " ".join(text.replace(",", " ").replace("/", " ").split())


def _unsaid(knowledge_map: KnowledgeMap, options: Options) -> Iterator[Finding]:
    """One finding for each kind of thing that is left out or may be misread, at the first of its kind."""
    links = [link for link in knowledge_map.links if link.kind != IN_AREA]
    kinds = ", ".join(dict.fromkeys(repr(link.kind) for link in links))
    what = f"between topics left out, as an outline only nests: {kinds}"
    yield from _count((link.source for link in links), "opml-link", "link", what, JSON)
    topics = knowledge_map.topics
    aliased = (topic.source for topic in topics if topic.aliases)
    yield from _count(aliased, "opml-alias", "topic", "without aliases", JSON)
    further = (topic.source for topic in topics if not {"definition", "description"}.issuperset(topic.properties))
    yield from _count(further, "opml-property", "topic", "without further properties", JSON)
    outside = (reference.source for reference in knowledge_map.references)
    yield from _count(outside, "opml-reference", "link", "to the web left out", JSON)
    unfit = (source for source, text in _texts(knowledge_map) if UNFIT.search(text))
    yield from _count(
        unfit, "opml-character", "text", "without characters that XML forbids", "delete them in the notes"
    )
    if options.text == "plain":
        tagged = (source for source, text in _texts(knowledge_map) if HTML.search(text))
        hint = 'where the reader hides it, set text = "html" in opml.toml'
        yield from _count(tagged, "opml-html", "text", "with what looks like HTML", hint)
    deep = (area.source for level, area in _areas(knowledge_map) if level >= DEPTH)
    what = f"below level {DEPTH - 1} beside the area above, not in it"
    yield from _count(deep, "opml-depth", "area", what, "nest them less deeply")


def _texts(knowledge_map: KnowledgeMap) -> Iterator[tuple[Source, str]]:
    for topic in knowledge_map.topics:
        yield topic.source, "\n".join((topic.id, topic.title, topic.summary, knowledge_map.definition(topic.id)))
    for path in knowledge_map.paths:
        yield path.source, path.title
        for step in path.steps:
            yield step.source, step.text


def _count(sources: Iterable[Source], code: str, noun: str, what: str, hint: str) -> Iterator[Finding]:
    """One finding for all sources, at the first."""
    sources = list(sources)
    if sources:
        yield Finding(sources[0], code, f"{pluralize(len(sources), noun)} {what}; {hint}")


def _indent(level: int) -> str:
    return "  " * (level + 1)


def _attributes(*pairs: tuple[str, str]) -> str:
    """Those that have a value."""
    return "".join(f' {name}="{_escape(value)}"' for name, value in pairs if value)


def _escape(text: str) -> str:
    """Text as a value of an attribute or as the content of an element; line breaks survive as references."""
    return SPECIAL.sub(lambda match: REFERENCES[match[0]], _xml_safe(text))


def _xml_safe(text: str) -> str:
    """Text that XML can hold."""
    return UNFIT.sub(lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else "", text)
