"""What a writer of somebody else may say of its lines, and what it is called with then."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import cutting
import pytest
from cutting import cut, packed, whole

from exporter import File, Finding, KnowledgeMap, Previous, writers
from exporter.errors import UsageError


@dataclass(frozen=True)
class Options:
    whole: bool = False


class Titles(ModuleType):
    """Titles of all topics, each with the number of topics that there are."""

    Options = Options
    by_topic: object = True

    @staticmethod
    def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> Iterator[File | Finding]:
        count = len(knowledge_map.topics) if knowledge_map.is_head else int(knowledge_map.store.get("count") or 0)
        if knowledge_map.is_head:
            knowledge_map.store.put("count", str(count).encode())
            yield File("about.txt", "all\n", once=True)
        yield File("titles.txt", (f"{topic.title} of {count}\n" for topic in knowledge_map.own("topics")))
        yield from (Finding(topic.source, "theirs", topic.title) for topic in knowledge_map.own("topics"))


@pytest.fixture
def titles(monkeypatch: pytest.MonkeyPatch) -> Titles:
    module, find, names = Titles("titles", "Titles, a line each."), writers.find, writers.names
    monkeypatch.setitem(sys.modules, "titles", module)
    monkeypatch.setattr(writers, "find", lambda name: module if name == "titles" else find(name))
    monkeypatch.setattr(writers, "names", lambda: names() | {"titles": "titles"})
    return module


def test_a_writer_of_somebody_else(titles: Titles, tmp_path: Path) -> None:
    vault = cutting.write_vault(tmp_path / "vault", cutting.SPLIT)
    ordinary = whole(vault, tmp_path / "whole", ["titles"])
    exported = cut(packed(vault, tmp_path / "packed", 4), tmp_path / "out", ["titles"])
    cutting.hold_to_one_another(ordinary, exported)
    assert exported.lines["titles/about.txt"] == ["all"]
    assert (tmp_path / "out" / "titles" / "about.txt").exists()
    assert len([*(tmp_path / "out" / "titles").glob("titles-*.txt")]) == 6


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (None, "titles is made of the whole vault at once"),
        (lambda options: "whole = true", "titles cannot be cut so: set whole = true"),
    ],
)
def test_one_that_does_not_say_it(says: object, told: str, titles: Titles, tmp_path: Path) -> None:
    vault = cutting.write_vault(tmp_path / "vault", cutting.SPLIT)
    shards = packed(vault, tmp_path / "packed", 2)
    titles.by_topic = says
    with pytest.raises(UsageError, match=told):
        cut(shards, tmp_path / "out", ["titles"])
