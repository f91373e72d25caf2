"""What a front matter may have meant that is no YAML, has no end, or has tags as nobody reads them any more. Pure.

For rules alone, and to be on the safe side: who wrote `private: true` wants the note hidden, whatever else is wrong.
"""

from __future__ import annotations

from exporter.regex import regex

MOST_LINES = 200
LINE = regex(r"\s*(?:- )?\s*[\"']?(?P<key>[^\s:\"'#\[\]{}-][^:\"'\[\]{}]*?)[\"']?\s*:(?P<value>.*)")
ITEM = regex(r"\s*-\s+(?P<value>.*)")
COMMENT = regex(r"(?:^|\s)#\s.*")
APART = regex(r"[\s,]+")
MARKS = "\"'[]{}, \t"


def guess(text: str) -> dict[str, list[str]]:
    """The properties that a note's head seems to have, by their names in lower case, line by line."""
    values: dict[str, list[str]] = {}
    lines = text.split("\n", MOST_LINES + 1)[1 : MOST_LINES + 1]
    last: list[str] = []
    for line in lines:
        if line.strip() in ("---", "..."):
            break
        line = COMMENT.sub("", line)
        if match := LINE.fullmatch(line):
            last = values.setdefault(match["key"].strip().lower(), [])
        elif not (match := ITEM.fullmatch(line)):
            continue
        last += [part.strip(MARKS) for part in match["value"].split(",") if part.strip(MARKS)]
    return values


def guess_tags(values: dict[str, list[str]]) -> list[str]:
    """The tags among them, wherever they were ever looked for."""
    words = [word for name in ("tags", "tag") for value in values.get(name, ()) for word in APART.split(value)]
    return [tag for word in words if (tag := word.removeprefix("#").strip("/"))]
