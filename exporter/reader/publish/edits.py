"""Edits of a text: what they are, doing them, and the hole that something leaves. Pure."""

from __future__ import annotations

from collections.abc import Collection

Edit = tuple[int, int, str]  # start, end, what comes in its place

AROUND = frozenset(
    ("**", "__", "==", "~~", "()", '""', "“”", "„“", "«»", "‘’")
)  # marks that need something between them
NO_WORD_BEFORE = frozenset("-+*>#.)]|:\n\t ")  # marks that need the blank behind them


def apply(text: str, edits: Collection[Edit], start: int = 0, end: int | None = None) -> str:
    """The text, or a part of it, after these edits; one within another, which began before, is dropped."""
    parts, position = [], start
    end = len(text) if end is None else end
    for begin, stop, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if (begin >= position or stop > position) and stop <= end:
            parts += [text[position : max(begin, position)], new]
            position = stop
    return "".join([*parts, text[position:end]])


def hole(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of something that goes, with the marks that would stand around nothing, and one blank or comma beside it."""
    while start and text[start - 1] + text[end : end + 1] in AROUND:
        start, end = start - 1, end + 1
    before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
    if before[-1:] in ("", "\n", "(") or (before[-1:] == " " and before[0] in NO_WORD_BEFORE):
        opens = before[-1:] in ("", "\n")
        return start, end + (2 if behind == ", " else opens and behind[:1] == " ")
    if before == ", " and behind[:1] in "\n.,;:!?)":
        return start - 2, end
    return start - (before[-1] == " " and behind[:1] in " \n.,;:!?)"), end
