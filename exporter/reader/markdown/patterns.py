"""Marks of Obsidian and Dataview that several files of this wing look for: patterns alone."""

import re

from exporter.regex import regex

# What a line's text may stand behind; nothing of it is given back, which would take time without end
MARKERS = r"[ \t>]*+(?:(?:[-+*]|\d{1,9}[.)])[ \t]++(?:>[ \t]*+)*+)*+"
_BOX = r"\[[^\n]\]"
BOX = regex(rf"{_BOX}[ \t]+")  # of a task, behind its marker: "[ ] ", "[x] "
TASK = regex(rf"(?:[-*+][ \t]+|\d+[.)][ \t]+)?{_BOX}[ \t]")  # a line that is one, with its marker or without
CALLOUT = regex(r"\[![^\[\]\n]+\][+-]?(?:\s+|\Z)")  # "[!note]- ": what its title stands behind
_LABEL = r"[^\s\[\]^]"
FOOTNOTE = regex(rf"\[\^({_LABEL}{{1,200}})\]")  # the mark of one: "[^1]"
FOOTNOTE_DEFINITION = regex(rf"\[\^{_LABEL}+\]:")  # what its text stands behind: "[^1]:"
BLOCK_ID = regex(r"(?:^|\s)\^([A-Za-z0-9-]+)[ \t]*$")  # at the end of a line: " ^id"
# Behind a heading, as many a program has it: "{ #id .class }"
ATTRIBUTES = regex(r"(?<![ \t])[ \t]++\{:?[ \t]*[#.][\w:-][^{}\n]*\}[ \t]*\Z")
AND = regex(r"\b(?:and|or|und|oder|et|ou|y|e|o|en|of|och|og|i|и|или)\b", re.IGNORECASE)  # between links
# What a dialect has put in a line's place that no reader is to see; at the ends of front matter, in that of a line's end
JOINT = "\x1e"
BLOCK_WORDS = "\u2026"  # what a dialect has put for the words of a link to a block that are the block's own
