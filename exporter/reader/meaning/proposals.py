"""Which properties could be the order of a vault, though nothing says so: many notes have them, few things are meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from exporter.reader.batch.columns import canonical_name, texts
from exporter.reader.batch.entries import property_values
from exporter.reader.batch.resolve import Names
from exporter.reader.meaning.rows import Rows
from exporter.reader.meaning.topics import Topics
from exporter.reader.meaning.words import WORDS
from exporter.reader.names import folder_of, key
from exporter.regex import regex

FEWEST = 5  # notes that have the property
SHARE = 5  # of so many topics one at least has it; twice as many where its name is usual for it
HEAD = 600  # bytes of a note's text in which a line like a field is looked for
LINE = regex(  # `upstream: [[X]]`, with one colon
    r"^[ \t>*_#-]*([^\W\d_][\w -]{0,30}?)[*_]*:[*_]*[ \t]*\[\[([^\[\]|#\n]+)", re.MULTILINE
)
USUAL = frozenset(  # names of properties whose plain words say where a note belongs
    "area areas category categories class classes course courses domain domains field group module part project section subject"
    " subjects theme themes topic topics unit up upstream parent parents"
    " bereich bereiche fach fächer kategorie kategorien kurs thema themen gebiet"
    " catégorie catégories cours domaine matière rubrique sujet thème"
    " asignatura categoría categorías curso materia tema temas área"
    " categoria categorie corso argomento argomenti assunto disciplina categorias"
    " onderwerp vak kategoria kategorie temat przedmiot"
    " категория категории курс область предмет раздел тема категорія розділ"
    " 分类 类别 主题 领域 课程 カテゴリ カテゴリー 分類 分野 科目 분류 카테고리 주제 과목".split()
)


class Proposal(NamedTuple):
    """A property, a field or a line that could file notes."""

    word: str  # in the spelling of `canonical_name`
    notes: int  # that have it
    areas: int  # that it would make


def propose(topics: Topics, relations: Mapping[str, str], rows: Rows) -> list[Proposal]:
    """The properties and fields that could file notes, the likeliest first; what is a relation already is none."""
    notes, keyed = topics.notes, rows.keyed
    meant: dict[str, dict[int, set[str]]] = {}  # by property: what each note means by it
    words = [notes.keys[row] for row in keyed]
    linked = {name: word for name in set(words) if (word := canonical_name(name)) not in relations}
    if linked:
        for row, name in zip(keyed, words, strict=True):
            number = rows.note_of[row]
            if name in linked and topics.ids[number] and (end := topics.of_file(notes.files[row])):
                meant.setdefault(linked[name], {}).setdefault(number, set()).add(end)
    names = {name: canonical_name(name) for name in topics.property_names}
    worded = {name: word for name, word in names.items() if word in USUAL and word not in relations}
    for name, word in worded.items():
        for number, value in property_values(notes.properties, name):
            if topics.ids[number]:
                said = {*map(_key, texts(value))} - {""}
                if said:
                    meant.setdefault(word, {}).setdefault(number, set()).update(said)
    return _likely(meant, len(topics.numbers))


def propose_lines(
    topics: Topics, names: Names, relations: Mapping[str, str], read: Callable[[str], bytes]
) -> list[Proposal]:
    """The words before one colon and a link, at the head of notes' texts, that could file these."""
    meant: dict[str, dict[int, set[str]]] = {}
    for number in topics.numbers.values():
        path = topics.notes.paths[number]
        try:
            text = read(path)
        except OSError:  # a finding of the reading
            continue
        start = max(text.find(b"\n---", 3), 0) if text.startswith(b"---\n") else 0
        for name, target in LINE.findall(text[start : start + HEAD].decode(errors="replace")):
            word = canonical_name(name)
            if word not in relations and (end := topics.of_file(names.find(target.strip(), folder_of(path))[0])):
                meant.setdefault(word, {}).setdefault(number, set()).add(end)
    return _likely(meant, len(topics.numbers))


@lru_cache(10_000)  # many notes say the same
def _key(text: str) -> str:
    """The key of words that may be a name; "" of others."""
    text = text.strip()
    return key(text) if WORDS.fullmatch(text) else ""


def _likely(meant: Mapping[str, Mapping[int, set[str]]], topics: int) -> list[Proposal]:
    """What could be an order, of what notes mean by each property."""
    likely = []
    for word, of_notes in meant.items():
        notes, areas = len(of_notes), len(set(chain.from_iterable(of_notes.values())))
        usual = word in USUAL
        enough = topics // (2 * SHARE if usual else SHARE)
        if notes >= max(FEWEST, enough) and 2 <= areas <= (notes * 3 // 4 if usual else notes // 3):
            likely.append(Proposal(word, notes, areas))
    return sorted(likely, key=lambda each: (each.word not in USUAL, -each.notes, each.word))
