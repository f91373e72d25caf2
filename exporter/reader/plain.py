"""Inline Markdown as plain text: for titles, summaries and the words of a step."""

import re

from exporter.reader.note import mention, shown

WIKILINK = re.compile(r"!?\[\[([^\[\]\n]+)\]\]")
LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:<[^<>\n]*>|[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)")
CODE = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)", re.DOTALL)
COMMENT = re.compile(r"%%.*?%%|<!--.*?-->|</?[A-Za-z][^<>\n]*>|\[\^[^\]\s]+\]", re.DOTALL)
EMPHASIS = re.compile(r"(\*{1,3}|~~|==)(?=\S)(.+?)(?<=\S)\1|(?<!\w)(_{1,3})(?=\S)(.+?)(?<=\S)\3(?!\w)", re.DOTALL)
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
KEPT = re.compile("\ue000(\\d+)\ue001")  # stands for what must not be read again; a private character


def plain(markdown: str) -> str:
    """Take marks, links and comments out; white space is collapsed.

    Title, summary and step are read as one line, so nothing is known of blocks here.
    """
    kept: list[str] = []

    def keep(text: str) -> str:
        kept.append(text)
        return f"\ue000{len(kept) - 1}\ue001"

    text = CODE.sub(lambda found: keep(found[2].strip()), markdown.replace("\ue000", "").replace("\ue001", ""))
    text = ESCAPE.sub(lambda found: keep(found[1]), text)
    text = COMMENT.sub("", text)
    text = WIKILINK.sub(lambda found: keep(shown(mention(found[1], 0, 0, embed=False))), text)
    text = LINK.sub(lambda found: found[1], text)
    while text != (text := EMPHASIS.sub(lambda found: found[2] or found[4], text)):
        pass
    while text != (text := KEPT.sub(lambda found: kept[int(found[1])], text)):
        pass
    return " ".join(text.split())
