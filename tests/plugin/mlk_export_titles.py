"""Titles of all topics as plain text, one a line."""

from collections.abc import Iterator
from dataclasses import dataclass

from exporter import File, Finding, KnowledgeMap, Lock, OptionError, Previous

FILE = "titles.txt"


@dataclass(frozen=True)
class Options:
    """What `mappings/titles.toml` may say."""

    bullet: str = ""  # stands before each title
    longest: int = 200  # characters of a title; more are cut off

    def check(self) -> None:
        """Refuse a length that leaves nothing."""
        if self.longest < 1:
            raise OptionError("longest", f"'longest' must be at least 1, not {self.longest}")


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous) -> Iterator[File | Finding | Lock]:
    """Yield `titles.txt`, which keeps the lines that a person added; and tell what is cut off or new."""
    titles = [f"{options.bullet}{topic.title[: options.longest]}" for topic in knowledge_map.topics]
    before = previous.files.get(FILE)
    written = (previous.lock or "").split("\n")  # by the last run: other lines are somebody else's
    theirs = [line for line in (before or b"").decode().splitlines() if line not in (*written, *titles)]
    yield File(FILE, (f"{line}\n" for line in (*titles, *theirs)), based_on=before)
    yield Lock("\n".join(titles))
    for topic in knowledge_map.topics:
        if len(topic.title) > options.longest:
            yield Finding(topic.source, "title-cut", f"{topic.title!r} is cut off; shorten it, or raise `longest`")
