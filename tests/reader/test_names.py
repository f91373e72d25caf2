"""Ids from names, in scripts of all kinds."""

from pathlib import Path

import pytest
from command import lay

from exporter import ReadOptions, read
from exporter.reader.names import slug

# words that differ in their vowel signs or accents alone: Hindi, Thai, Yoruba, Arabic, Hebrew, Tamil, Burmese
NAMES = ["दिन", "दान", "दीन", "गीत", "กิน", "กัน", "ẹ̀kọ́", "ẹ́kọ", "عِلم", "عَلَم", "סֵפֶר", "סָפַר", "பாடம்", "படம்", "ကို", "ကု"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Tensor Languages", "tensor-languages"),
        ("C++ / C#_notes (2)", "c-c-notes-2"),
        ("Größe & Maß", "größe-maß"),
        ("e\u0301tude", "étude"),
        ("数学 入門", "数学-入門"),
        ("हिन्दी में", "हिन्दी-में"),
        ("Zoë’s ❤️ list", "zoë-s-list"),
        ("1️⃣ First", "1-first"),
        ("️ x", "x"),
        ("\u0301x", "x"),  # a mark that belongs to nothing
        ("…", ""),
        ("--", ""),
        ("İstanbul", "i\u0307stanbul"),
    ],
)
def test_an_id_is_the_words_in_lower_case(name: str, id: str) -> None:
    assert slug(name) == id


def test_words_that_differ_are_ids_that_differ(tmp_path: Path) -> None:
    lay(tmp_path, {f"{name}.md": f"[[{other}]]" for name, other in zip(NAMES, NAMES[1:] + NAMES[:1], strict=True)})
    knowledge_map, findings, _ = read(tmp_path, ReadOptions(map="-", language="en"))
    assert {topic.title: topic.id for topic in knowledge_map.topics} == {name: slug(name) for name in NAMES}
    assert len({topic.id for topic in knowledge_map.topics}) == len(NAMES)
    assert len(knowledge_map.links) == len(NAMES)
    assert findings == []
