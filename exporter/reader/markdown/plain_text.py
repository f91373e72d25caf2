"""Inline Markdown as plain text: for titles, summaries and the words of a step."""

import re

from exporter.reader.markdown.inline import ESCAPE, read_inline, shown_text
from exporter.reader.markdown.patterns import ATTRIBUTES
from exporter.regex import regex

LAST_TAGS = regex(r"(?:(?:^|\s)#[\w/-]+)+\Z")  # of a paragraph, which are no words of it
MARKED = regex(r"[\\`$<%\[&*_~=]")
TOKEN = regex(
    rf"{ESCAPE.pattern}|(&(?:#\d{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)|\*+|_+|~~+|==+"
)
PLACEHOLDER = "\ue000"  # a private character: stands for what must not be read again


def to_text(markdown: str) -> str:
    """Take marks, links and comments out; white space is collapsed.

    Title, summary and step are read as one line, so nothing is known of blocks here.
    """
    if MARKED.search(markdown):
        rest, fragments = _without_inlines(markdown.replace(PLACEHOLDER, ""))
        words = iter(fragments)
        markdown = re.sub(PLACEHOLDER, lambda _: next(words), _without_emphasis(rest))
    elif "  " not in markdown and markdown.isprintable():
        return markdown.strip()
    return " ".join(markdown.split())


def heading_to_text(heading: str) -> str:
    """The same of a heading, without its attributes."""
    return to_text(ATTRIBUTES.sub("", heading))


def _without_inlines(text: str) -> tuple[str, list[str]]:
    """Code, formulas, HTML, comments and links taken out; and the words that stay of them."""
    inline = read_inline(text)
    edits: list[tuple[int, int, str | None]] = [(start, end, None) for start, end in inline.comments]
    edits += [(start - 2, end + 1, None) for start, end in inline.footnotes]
    edits += [(start, end, None) for start, end in inline.inline_footnotes]
    for link in inline.mentions:
        if link.text_end:  # [text](target): its text is read on
            edits += [(link.start, link.start + 1 + link.embed, None), (link.text_end, link.end, None)]
            edits += [(link.start + 1 + link.embed + len(link.text), link.text_end, None)]  # the size of an image
        else:
            edits.append((link.start, link.end, shown_text(link)))
    for start, end in inline.masked:
        if text[start] == "`":
            edits.append((start, end, text[start:end].strip("`").strip()))
        elif text[start] == "$":
            edits.append((start, end, text[start:end]))
        elif text[start] == "<":
            edits.append((start, end, None))
    parts: list[str] = []
    fragments: list[str] = []
    position = 0
    for start, end, words in sorted(edits, key=lambda edit: (edit[0], -edit[1], edit[2] is None)):
        if start >= position:
            parts.append(text[position:start])
            if words is not None:
                parts.append(PLACEHOLDER)
                fragments.append(words)
            position = end
    return "".join([*parts, text[position:]]), fragments


def _without_emphasis(text: str) -> str:
    """Emphasis taken out (CommonMark 6.2, without its rule of three), escapes and entities read."""
    parts: list[str] = []
    openers: dict[str, list[tuple[int, int]]] = {mark: [] for mark in "*_~="}  # index of the part, how many are left
    position = 0
    for match in TOKEN.finditer(text):
        parts.append(text[position : match.start()])
        position = match.end()
        if match[1] or match[2]:
            from html import unescape  # it has a list of all entities, and few notes have one

            parts.append(match[1] or unescape(match[2]))
            continue
        mark, count = match[0][0], len(match[0])
        opens, closes = _flanks(text, match.start(), position, mark)
        while closes and count and openers[mark]:
            part, more = openers[mark].pop()
            used = min(more, count)
            count -= used
            parts[part] = mark * (more - used)
            if more > used:
                openers[mark].append((part, more - used))
        if opens and count:
            openers[mark].append((len(parts), count))
        parts.append(mark * count)
    return "".join([*parts, text[position:]])


def _flanks(text: str, start: int, end: int, mark: str) -> tuple[bool, bool]:
    """Whether a run of marks can open emphasis, and whether it can close it."""
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    word_before, word_after = before.isalnum() or before == PLACEHOLDER, after.isalnum() or after == PLACEHOLDER
    left = not after.isspace() and (word_after or not word_before)
    right = not before.isspace() and (word_before or not word_after)
    if mark == "_":
        return left and not (right and word_before), right and not (left and word_after)
    return left, right
