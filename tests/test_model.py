"""The hub by itself: finding topics, what is to be learnt before, what is pickled, text that can be saved."""

import os
import pickle
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps import link, topic

from exporter import MENTIONS, REQUIRES, KnowledgeMap, Previous, ReadOptions, Source, read
from exporter.model import VAULT, Languages

NAMED = KnowledgeMap(
    topics=(
        topic("soil", title="Soil", aliases=("Earth",), note="a/Ground note.md"),
        topic("sand", title="Sand", aliases=("earth", "Größe")),
        topic("earth", title="Planet", note="p.md"),
        topic("nobody", title="Nobody's", note=None),
    )
)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("soil", ["soil"]),
        ("Soil", ["soil"]),
        ("SOIL", ["soil"]),
        ("ground note", ["soil"]),
        ("  Ground   Note ", ["soil"]),
        ("earth", ["earth"]),  # an id comes before names
        ("Earth", ["soil", "sand"]),
        ("gro\u0308ße", ["sand"]),
        ("nobody's", ["nobody"]),
        ("a/Ground note", []),
        ("", []),
    ],
)
def test_topics_are_found_by_id_title_note_and_alias(name: str, ids: list[str]) -> None:
    assert [topic.id for topic in NAMED.find(name)] == ids


def requiring(*pairs: str) -> KnowledgeMap:
    """A map of topics in this order, "ab" for: a requires b."""
    ids = sorted(set("".join(pairs)))
    links = [link(start, REQUIRES, end) for start, end in pairs]
    return KnowledgeMap(topics=tuple(map(topic, ids)), links=(*links, link(ids[0], MENTIONS, ids[-1])))


@pytest.mark.parametrize(
    ("pairs", "id", "before"),
    [
        (("ab", "bc", "cd"), "a", "dcb"),
        (("ac", "ab", "bd", "cd"), "a", "dbc"),
        (("ab", "bc", "ca"), "a", "cb"),
        (("ab", "ba"), "b", "a"),
        (("aa",), "a", ""),
        (("ab",), "b", ""),
        (("ab", "ab"), "a", "b"),
    ],
)
def test_prerequisites_come_in_an_order_to_learn_them(pairs: tuple[str, ...], id: str, before: str) -> None:
    assert "".join(topic.id for topic in requiring(*pairs).prerequisites(id)) == before


@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")).filter(lambda pair: pair[0] < pair[1]))
)
def test_what_is_required_stands_before_what_requires_it(pairs: list[tuple[str, str]]) -> None:
    knowledge_map = requiring("az", *map("".join, pairs))
    order = [topic.id for topic in knowledge_map.prerequisites("a")]
    assert len(order) == len(set(order))
    reached = {"a"}
    for _ in "abcdefgz":
        reached |= {end for start, end in [("a", "z"), *pairs] if start in reached}
    assert set(order) == reached - {"a"}
    assert all(order.index(end) < order.index(start) for start, end in pairs if start in order)


def test_a_chain_of_many_is_no_recursion() -> None:
    ids = [f"{number:05}" for number in range(20_000)]
    links = tuple(link(start, REQUIRES, end) for start, end in pairwise(ids))
    knowledge_map = KnowledgeMap(topics=tuple(map(topic, ids)), links=links)
    assert [topic.id for topic in knowledge_map.prerequisites(ids[0])] == ids[:0:-1]


def test_what_views_share_is_not_pickled_and_belongs_to_one_map() -> None:
    knowledge_map = KnowledgeMap(title="T")
    knowledge_map.shared["x"] = lambda: "cannot be pickled"
    again = pickle.loads(pickle.dumps(knowledge_map))
    assert again == knowledge_map
    assert again.shared == {}
    assert KnowledgeMap(title="T").shared == {}


def test_the_vault_as_a_whole_is_a_place() -> None:
    assert str(VAULT) == ".:1"
    assert str(VAULT.below(Path("notes"))) == "notes:1"
    assert str(Source("a/b.md", 3).below(Path("notes"))) == f"{Path('notes/a/b.md')}:3"
    assert KnowledgeMap().source == VAULT


def test_nothing_was_made_before() -> None:
    assert (dict(Previous().files), Previous().lock) == ({}, None)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are Unicode")
def test_no_half_of_a_character_gets_into_the_hub(tmp_path: Path) -> None:
    """Not by the name of the vault's own folder, nor by what YAML, Markdown or a name of a file can write."""
    vault = Path(os.fsdecode(os.fsencode(tmp_path / "v") + b"\xff"))
    vault.mkdir()
    note = '---\ntitle: "\\ud800"\naliases: ["\\udfff x"]\nkey: "\\ud83d"\n---\n[[%ED%A0%80]] [x](%ED%A0%80.md) &#xD800; #t\n'
    (vault / "a.md").write_text(note)
    (vault / os.fsdecode(b"b\xff.md")).write_text("")
    knowledge_map, findings, _ = read(vault, ReadOptions(map="-"))
    tables = (
        knowledge_map.title,
        knowledge_map.topics,
        knowledge_map.links,
        knowledge_map.references,
        knowledge_map.tags,
    )
    "".join(map(repr, tables)).encode()
    "".join(map(str, (thing for table in tables[1:] for thing in table))).encode()
    knowledge_map.title.encode()
    for each in knowledge_map.topics:
        (each.title + "".join(each.aliases) + knowledge_map.text(each.id)).encode()
    assert findings


@pytest.mark.parametrize(
    ("text", "vault", "titles", "language"),
    [
        ("", "en", (), "en"),
        ("Café", "en", (), "en"),
        ("机器学习", "en", (), "zh"),
        ("茶", "en", (), "zh"),
        ("東京", "en", ("ひらがな", "東京", "大阪", "京都", "奈良"), "ja"),
        ("北京", "en", ("ひらがな", "北京", "上海", "广州", "深圳", "香港"), "zh"),
        ("機械学習のすすめ", "en", (), "ja"),
        ("東京", "ja-JP", (), "ja-JP"),
        ("北京", "zh_Hant", (), "zh_Hant"),
        ("ひらがな", "zh", (), "ja"),
        ("한국어", "en", (), "ko"),
        ("Vim 사용법", "en", (), "ko"),
        ("Beijing (北京)", "en", (), "en"),
        ("Привет", "de", (), "ru"),
        ("Объект", "en", (), "ru"),
        ("Їжак", "en", (), "uk"),
        ("Кава", "en", ("Їжак", "Кава"), "uk"),
        ("Кава", "uk", (), "uk"),
        ("Эхо", "uk", (), "ru"),
        ("Ўсё і ўсе", "en", (), "be"),
        ("Събота", "en", (), "bg"),
        ("Ђаци", "en", (), "sr"),
        ("Ноќ", "en", (), "mk"),
        ("Қазақ", "en", (), "en"),
        ("Қазақ", "kk", (), "kk"),
        ("Эхо", "kk", (), "kk"),
        ("العربية", "en", (), "ar"),
        ("پیام", "en", (), "fa"),
        ("لڑکا", "en", (), "ur"),
        ("שלום", "en", (), "he"),
        ("Ελληνικά", "en", (), "el"),
        ("ภาษาไทย", "en", (), "th"),
        ("বাংলা", "en", (), "bn"),
        ("हिन्दी", "en", (), "hi"),
        ("ქართული", "en", (), "ka"),
        ("Հայերեն", "en", (), "hy"),
        ("தமிழ்", "en", (), "ta"),
        ("π", "en", (), "en"),
        ("β-carotene", "en", (), "en"),
    ],
)
def test_the_language_that_letters_say(text: str, vault: str, titles: tuple[str, ...], language: str) -> None:
    assert Languages(titles, vault).of(text) == language
