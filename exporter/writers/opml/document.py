"""Lines as an OPML document: https://opml.org/spec2.opml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from exporter.model import KnowledgeMap
from exporter.views import about
from exporter.views.date import CREATED, KEYS, moments
from exporter.writers.opml.lines import DEPTH, Line, rfc_822
from exporter.writers.opml.losses import Losses
from exporter.writers.opml.profiles import Attributes, Profile
from exporter.writers.opml.xml_text import escape

NAMESPACE = "urn:mlk-export:opml"  # names that are not of OPML have to stand in a namespace
SPECIFICATION = "http://opml.org/spec2.opml"  # goes into the head's `docs`
INCLUSION = ".opml"  # an address with this in it is taken for another outline
INDENTS = ["  " * (level + 1) for level in range(DEPTH + 1)]
END = Line(1, "")  # closes what is open


def document(
    knowledge_map: KnowledgeMap, title: str, lines: Iterable[Line], profile: Profile, losses: Losses
) -> Iterator[str]:
    """The text of one file; a line that would lie too deep stands beside the one above, which is counted."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    root = _attributes((("version", "2.0"), ("xml:lang", knowledge_map.language), ("xmlns:mlk", NAMESPACE)))
    yield f"<opml{root}>\n  <head>\n"
    for name, value in _head(knowledge_map, title):
        yield f"    <{name}>{escape(value)}</{name}>\n" if value or name == "title" else ""
    yield "  </head>\n  <body>\n"
    for line, following in pairwise(chain(_complete(lines, profile), [END])):
        level, next_level = min(line.level, DEPTH), min(following.level, DEPTH)
        leaf = next_level <= level
        note = f' _note="{escape(line.note)}"' if line.note else ""
        attributes = _attributes(line.attributes) if line.attributes else ""
        yield f'{INDENTS[level]}<outline text="{escape(line.text)}"{note}{attributes}{"/>" if leaf else ">"}\n'
        if level < line.level:
            losses.count("depth", knowledge_map.source)
        for closed in range(level - 1, next_level - 1, -1):
            yield f"{INDENTS[closed]}</outline>\n"
    yield "  </body>\n</opml>\n"


def _head(knowledge_map: KnowledgeMap, title: str) -> Iterator[tuple[str, str]]:
    """What is said of the whole, in the specification's order; each once."""
    properties = knowledge_map.properties
    created = next(moments(properties, CREATED), None)
    modified = next(moments(properties, [key for key in KEYS if key.startswith(("modified", "updated", "last"))]), None)
    name, addresses = about.name_and_addresses(about.value(knowledge_map, "creator"))
    mails = [match[1] for each in addresses if (match := about.MAIL.fullmatch(each))]
    yield "title", title
    yield "dateCreated", rfc_822(created) if created else ""
    yield "dateModified", rfc_822(modified) if modified else ""
    yield "ownerName", name
    yield "ownerEmail", mails[0] if mails else ""
    yield "docs", SPECIFICATION
    yield "mlk:summary", knowledge_map.summary


def _complete(lines: Iterable[Line], profile: Profile) -> Iterator[Line]:
    """The lines with their links as attributes where these are kept, on leaves alone; else as lines of the note.

    Where no note is read, its lines are outlines, and so is each link.
    """
    for line, following in pairwise(chain(lines, [END])):
        if not line.links and (profile.notes or not line.note):
            yield line
            continue
        links = line.links
        alone = following.level <= line.level and len(links) == 1 and (profile.notes or not line.note)
        if profile.urls and alone and INCLUSION not in links[0][1].lower():
            yield line._replace(links=(), attributes=(("type", "link"), ("url", links[0][1]), *line.attributes))
        elif profile.notes:
            note = "\n".join(filter(None, (line.note, *(_say(words, url) for words, url in links))))
            yield line._replace(note=note, links=())
        else:
            yield line._replace(note="", links=())
            yield from (Line(line.level + 1, text) for text in line.note.split("\n") if text)
            for words, url in links:
                if INCLUSION in url.lower():
                    yield Line(line.level + 1, _say(words, url))
                else:
                    yield Line(line.level + 1, words or url, attributes=(("type", "link"), ("url", url)))


def _say(words: str, url: str) -> str:
    return url if words in ("", url) else f"{words}: {url}"


def _attributes(pairs: Attributes) -> str:
    """Those that have a value."""
    text, marks = "", 0
    for name, value in pairs:
        if value:
            text += f' {name}="{value}"'
            marks += 2
    if text.isprintable() and text.count('"') == marks and not ("&" in text or "<" in text or ">" in text):
        return text  # nearly always
    return "".join([f' {name}="{escape(value)}"' for name, value in pairs if value])
