"""The works on the web that a book cites, each once, with what the vault says of them: authors, title, year.

A note about a work says its address in a property, as Zotero's, Readwise's and the Web Clipper's notes do; of what has none
the words of the links are the title. Nothing is looked up or guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urldefrag, urlencode, urlsplit

from exporter.model import KnowledgeMap, Topic
from exporter.views.alphabet import sort_key
from exporter.views.body.address import web_address
from exporter.views.body.text import printable, title_of

# Properties, whatever their capitals and what joins their words
ADDRESSES = ("doi", "arxiv", "url", "source", "link", "source url", "document url", "original", "uri")
AUTHORS = ("author", "authors", "creator", "creators")
YEARS = ("year", "published", "issued", "date published", "publication date", "publicationdate", "publish", "date")
TITLES = ("full title",)
SHOWN_AUTHORS = 6
FEWEST_WORDS = 4  # of a title that two works hardly share
MOST_WORDS = 16  # of what a link may say that is a title
SEPARATOR = re.compile("[_-]")
YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format)|ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html)|10\.48550/arxiv[./])/?"
    r"(?P<id>[a-z-]+(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})",
    re.IGNORECASE,
)
ARXIV_ID = re.compile(r"(?:arxiv:)?\s*((?:[a-z-]+(?:\.[a-z]{2})?/)?\d{7}|\d{4}\.\d{4,5})(?:v\d+)?\Z", re.IGNORECASE)
DOI = re.compile(
    r"(?:doi\.org/|/doi/(?:[a-z]+/)?|springer\.com/[a-z]+/|\Adoi:\s*|\A)(10\.\d{4,9}/[^\s?#]+)", re.IGNORECASE
)
PDF = re.compile(r"(?:\.pdf|v\d+|/)+\Z", re.IGNORECASE)
YOUTUBE = re.compile(r"(?:youtu\.be/|youtube\.com/(?:watch\?(?:.*&)?v=|embed/|shorts/))([\w-]{11})")
TRACKING = re.compile(r"utm_\w+|si|fbclid|gclid|mc_[ce]id|igshid", re.IGNORECASE)
SAYS_WHERE = re.compile(
    r"\b(?:here|click|hier|ici|aquí|qui)\b|\A(?:see|learn|read|find out) (?:more|also)\b", re.IGNORECASE
)
# What links say that is no title of anything
SAY_NOTHING = frozenset(
    "here link links source sources website site page web url this paper article post blog video docs documentation details"
    " hier quelle quellen seite artikel ici lien site aquí enlace fuente qui fonte".split()
)


def work_of(address: str) -> str:
    """What an address is of, so that all addresses of a work are equal."""
    address = unquote(address.strip())
    if match := ARXIV.search(address):
        return f"arxiv:{match['id'].lower()}"
    if match := DOI.search(address):
        return f"doi:{PDF.sub('', match[1].lower())}"
    if match := YOUTUBE.search(address):
        return f"youtube:{match[1]}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme.lower() not in ("http", "https"):
        return address.casefold()
    host = parts.netloc.lower().removeprefix("www.")
    query = urlencode(
        [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])]
    )
    path = re.sub(r"/(?:index\.html?)?\Z", "", parts.path)
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""  # of a page that is a program
    return f"{host}{path}{'?' * bool(query)}{query}{fragment}"


def host_of(address: str) -> str:
    """Where something lies, as it is called."""
    try:
        return urlsplit(address).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""


@dataclass
class Work:
    """Something that the book cites."""

    number: int
    addresses: dict[str, None] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)  # of links to it
    note: Topic | None = None  # about it
    authors: str = ""
    year: str = ""
    title: str = ""

    def printed(self) -> list[str]:
        """One address for each place where it is, of several the shortest; of several parts of a page it is the page's."""
        places: dict[str, list[str]] = {}
        for address in self.addresses:
            places.setdefault(work_of(address), []).append(address)
        whole = (each if len(each) == 1 else [urldefrag(address).url for address in each] for each in places.values())
        return [min(addresses, key=len) for addresses in whole]


class Bibliography:
    """The works in the order in which they are cited."""

    def __init__(self, knowledge_map: KnowledgeMap, more: str) -> None:
        """Begin one; `more` says that there are further authors, "and {} more"."""
        self._map, self._more = knowledge_map, more
        self._works: dict[str, Work] = {}  # by what work_of says
        self._titles: dict[str, Work] = {}  # by long titles
        self._numbered: list[Work] = []

    def cite(self, address: str, words: str) -> int:
        """The number of the work at an address, of which a link says these words."""
        key = work_of(address)
        work = self._works.get(key)
        if work is None:
            title = sort_key(words) if len(words.split()) >= FEWEST_WORDS else ""
            same = self._titles.get(title) if title else None
            # a paper has the same title in two places, other pages may
            work = same if same and _is_paper(key, *map(work_of, same.addresses)) else self._begin(key)
            self._works[key] = work
            if title:
                self._titles.setdefault(title, work)
        work.addresses.setdefault(address)
        work.words.setdefault(words)
        return work.number

    def add_notes(self, topics: Iterable[Topic]) -> None:
        """Cite what notes are about that name its author, as their text need not say where it is taken from."""
        for topic in topics:
            properties = _lower(topic)
            given = (value for key in ADDRESSES if isinstance(value := properties.get(key), str))
            address = next(filter(None, map(web_address, given)), "")
            if address and self.authors_of(topic):
                self.cite(address, "")

    def works(self) -> list[Work]:
        """All that were cited, with all that is known of them."""
        titles: dict[str, list[Work]] = {}
        for work in self._numbered:
            work.authors, work.year, work.title = self._describe(work)
            titles.setdefault(sort_key(work.title), []).append(work)
        for title, works in titles.items():
            if title and len({host_of(next(iter(work.addresses))) for work in works}) > 1:
                for work in works:
                    work.title += f" ({host_of(next(iter(work.addresses)))})"
        return self._numbered

    def _begin(self, key: str) -> Work:
        self._numbered.append(Work(len(self._numbered) + 1, note=self._notes.get(key)))
        return self._numbered[-1]

    def _describe(self, work: Work) -> tuple[str, str, str]:
        """Authors, year and title."""
        if not work.note:
            address = next(iter(work.addresses))
            titles = [words for words in map(_one_line, work.words) if _is_title(words, address)]
            return "", "", max(titles, key=lambda words: len(words.split()), default="")
        properties = _lower(work.note)
        given = next((said for key in TITLES if isinstance(said := properties.get(key), str) and said.strip()), "")
        return (
            self.authors_of(work.note),
            _year(properties, self.authors_of(work.note)),
            _one_line(given) or title_of(work.note),
        )

    def authors_of(self, topic: Topic) -> str:
        """Who wrote what a note is about, by its properties, and by links in them."""
        properties = _lower(topic)
        names = [name for key in AUTHORS for name in _names(properties.get(key))]
        names += [
            self._map.topic[link.end].title for link in self._map.links_from(topic.id) if link.kind.lower() in AUTHORS
        ]
        names = list(dict.fromkeys(filter(None, map(_one_line, [*names, *self._unwritten.get(topic.id, ())]))))
        if len(names) > SHOWN_AUTHORS + 1:
            names[SHOWN_AUTHORS:] = [self._more.format(len(names) - SHOWN_AUTHORS)]
            return f"{', '.join(names[:-1])} {names[-1]}"
        return ", ".join(names)

    @cached_property
    def _notes(self) -> dict[str, Topic]:
        """The notes that say in a property which work they are about."""
        notes: dict[str, Topic] = {}
        for topic in self._map.topics:
            for key in _works_in(_lower(topic)) if topic.note else ():
                notes.setdefault(key, topic)
        return notes

    @cached_property
    def _unwritten(self) -> dict[str, list[str]]:
        """Authors of whom there is no note, by the topic whose property links to them."""
        names: dict[str, list[str]] = {}
        for missing in self._map.missing:
            for want in missing.wanted_by:
                if want.topic and want.kind.lower() in AUTHORS:
                    names.setdefault(want.topic, []).append(missing.name)
        return names


def _lower(topic: Topic) -> dict[str, Any]:
    return {SEPARATOR.sub(" ", key.lower()): value for key, value in topic.properties.items()}


def _works_in(properties: dict[str, Any]) -> Iterator[str]:
    for key in ADDRESSES:
        given = properties.get(key)
        for value in given if isinstance(given, list) else [given]:
            text = str(value).strip() if isinstance(value, str | float) else ""
            if key == "arxiv" and (match := ARXIV_ID.match(text)):
                yield f"arxiv:{match[1].lower()}"
            elif text.lower().startswith(("http://", "https://")) or DOI.match(text):
                yield work_of(text)


def _names(given: Any) -> Iterator[str]:
    """Names of people in a property: text, a list of them, or of first and last names, as Zotero has them."""
    for each in given if isinstance(given, list) else [given]:
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            parts = (
                each.get(key)
                for key in ("given", "firstName", "first", "family", "lastName", "last", "name", "literal")
            )
            yield " ".join(part for part in parts if isinstance(part, str))


def _year(properties: dict[str, Any], authors: str) -> str:
    """When a work was published; a note's own date is no such year."""
    for key in YEARS:
        if (key != "date" or authors) and (match := YEAR.search(str(properties.get(key) or ""))):
            return match[0]
    return ""


def _is_paper(*keys: str) -> bool:
    return any(key.startswith(("arxiv:", "doi:")) or key.endswith(".pdf") for key in keys)


def _is_title(words: str, address: str) -> bool:
    """Whether a link's words may be what the thing is called: "its repository" is not, "numpy" of numpy.org is."""
    key = words.casefold().strip(" .:")
    if (
        not key
        or key in SAY_NOTHING
        or SAYS_WHERE.search(key)
        or len(words.split()) > MOST_WORDS
        or work_of(words) == work_of(address)
    ):
        return False
    first = next((letter for letter in words if letter.isalnum()), "")
    return bool(first) and (not first.islower() or (len(key.split()[0]) > 2 and key.split()[0] in address.lower()))


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())
