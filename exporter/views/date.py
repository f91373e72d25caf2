"""When notes were written, and a book of them made, as their properties say: the same whenever and wherever they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from exporter.model import KnowledgeMap, Topic

# Properties that say when a note was written, the one that says it best first; blanks, "_" and "-" do not count
KEYS = (
    "issued", "published", "datepublished", "date", "modified", "updated", "datemodified", "lastmodified", "lastmod",
    "lastupdated", "updatedat", "created", "datecreated", "createdat",
)  # fmt: skip
CREATED = ("created", "datecreated", "createdat", "date")  # when it was begun
BLANKS = re.compile(r"[\s_-]+")
UNDATED = 315_532_800  # 1980-01-01, the first day that a ZIP archive can say, and so EPUB and DOCX
LAST_SECOND = 253_402_300_799  # of the year 9999, after which no date can be written


def timestamp(knowledge_map: KnowledgeMap, notes: Iterable[Topic]) -> int:
    """Seconds since 1970, UTC: of SOURCE_DATE_EPOCH, else of the map's properties, else the newest of these notes'.

    https://reproducible-builds.org/specs/source-date-epoch/

    Raises:
        ExportError: SOURCE_DATE_EPOCH is no number.
    """
    epoch = knowledge_map.source_date_epoch()
    if epoch is None:
        own = moments(knowledge_map.properties)
        said = next(own, None) or max((each for topic in notes for each in moments(topic.properties)), default=None)
        epoch = int(said.timestamp()) if said else UNDATED
    return min(max(0, epoch), LAST_SECOND)


def moments(properties: Any, keys: Sequence[str] = KEYS) -> Iterator[datetime]:
    """The moments that properties tell, in the order of the keys, the best of them first; without a zone they are UTC."""
    for name in _dated(tuple(properties), tuple(keys)):
        values = properties[name]
        for value in values if isinstance(values, list | tuple) else (values,):
            if moment := _moment(value):
                yield moment


@lru_cache(maxsize=1000)  # many notes have the same properties
def _dated(names: tuple[str, ...], keys: tuple[str, ...]) -> list[str]:
    """The names of properties that are such keys, in the order of the keys; of two that are one key, the first."""
    given = {fold(name): name for name in reversed(names)}
    return [given[key] for key in keys if key in given]


def fold(name: str) -> str:
    """A property's name as it is compared: without blanks, "_", "-" and capitals."""
    return BLANKS.sub("", name).lower()


def _moment(value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:  # words, or the 30th of February
            return None
    if not isinstance(value, datetime) or not 1 < value.year < 9999:  # else another zone has no such year
        return None
    return value.replace(tzinfo=value.tzinfo or UTC)
