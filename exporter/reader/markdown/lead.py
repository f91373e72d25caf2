"""The words with which a note begins, if they are a sentence: what others say that it is about. Pure.

No sentence are the title of a callout, tags, fields, queries of Dataview, links, addresses and times that stand alone, and
words that end in a colon or a dash: they announce something. What follows them is looked at then.
"""

from __future__ import annotations

from exporter.reader.markdown.blocks import Block, Item, blocks
from exporter.reader.markdown.inline import read_inline
from exporter.reader.markdown.patterns import AND, BLOCK_ID, CALLOUT, FOOTNOTE_DEFINITION
from exporter.reader.markdown.plain_text import to_text
from exporter.regex import regex

QUERY = regex(r"`+\s*\$?=")  # of Dataview, within a line: `= this.x`, `$= dv...`
ADDRESS = regex(r"(?:[A-Za-z][A-Za-z0-9+.-]+://|www\.)\S+")
TABLE = regex(r"\||[^\n]*\|[^\n]*\n[ \t]*:?-+:?[ \t]*\|")
LABEL = regex(r"[^.:：!?…。！？]{1,60}[:：][\W\d_]*")  # "up:", "Date: 2020-01-01"
ANNOUNCES = tuple(":：–—-")
STOP = regex(r"[.!?…][\"')\]”’»*_]*(?=\s)|[。！？]")
WORD = regex(r"[^\W\d_]")


def find_lead(text: str, start: int) -> str:
    """The first paragraph from this offset on that holds a sentence, as written, above every heading but the title's.

    A list that says something ends the search: what follows it is no beginning any more.
    """
    headings = items = 0
    for block in blocks(text, start):
        if isinstance(block, Item):
            items += 1
        elif block.kind == "heading":
            headings += 1
            if block.level > 1 or headings > 1:
                break
        elif block.kind == "text":
            sentences = _sentences(block.content)
            if sentences and items and _in_list(text, block):
                break
            if sentences:
                return sentences
    return ""


def _in_list(text: str, block: Block) -> bool:
    """Whether a block that comes behind a list lies in it."""
    return block.before is None and text[text.rfind("\n", 0, block.start) + 1 : block.start].strip(" \t") != ">"


def _sentences(content: str) -> str:
    """What of a paragraph is said in sentences; "": nothing."""
    if content.startswith("[!") and CALLOUT.match(content):
        content = content.partition("\n")[2]
    if "^" in content:
        content = BLOCK_ID.sub("", content)
    if not content or TABLE.match(content) or FOOTNOTE_DEFINITION.match(content):
        return ""
    lines = list(filter(None, map(str.strip, _without_fields(content).split("\n"))))
    while len(lines) > 1 and not lines[1][0].islower() and not _says(lines[0]):
        del lines[0]
    words = "\n".join(lines)
    if to_text(words).endswith(ANNOUNCES):
        words = words[: max((match.end() for match in STOP.finditer(words)), default=0)]
    return words if words and _says(words) else ""


def _says(words: str) -> bool:
    """Whether words are more than links, tags, addresses and the label before them."""
    inline = read_inline(words)
    links = [(link.start, link.end) for link in inline.mentions]
    links += [(start, start + 1 + len(tag)) for start, tag in inline.tags]
    if LABEL.fullmatch(to_text(ADDRESS.sub("", _without(words, links)))):
        return False
    bare = to_text(ADDRESS.sub("", _without(words, links + inline.masked)))
    return WORD.search(AND.sub("", bare)) is not None


def _without_fields(content: str) -> str:
    """A paragraph without its fields, the queries in it, and what it embeds."""
    if "::" not in content and "`" not in content and "![" not in content:
        return content
    inline = read_inline(content)
    spans = [(link.start, link.end) for link in inline.mentions if link.embed]
    spans += [(start, end) for start, end in inline.masked if QUERY.match(content, start)]
    for field in inline.fields:
        begin = content.rfind("\n", 0, field.start) + 1
        if content[field.end : field.end + 1] in ("]", ")"):
            opener = max(content.rfind("[", begin, field.start), content.rfind("(", begin, field.start))
            spans.append((opener, field.end + 1))
        else:
            spans.append((begin, (content + "\n").index("\n", field.end)))
    return _without(content, spans)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in sorted(spans):
        parts.append(text[position:start])
        position = max(position, end)
    return "".join([*parts, text[position:]])
