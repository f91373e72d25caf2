"""What each program that opens an outline understands, and what it loses; docs/opml.md has the table and where it is from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Markup = Literal["plain", "html", "markdown"]
Attributes = tuple[tuple[str, str], ...]

# How a task begins, by what stands in its box, where no attribute says it
SIGNS: Mapping[str, str] = MappingProxyType({" ": "☐ ", "x": "☑ ", "X": "☑ "})
WORDS_OF_LOGSEQ: Mapping[str, str] = MappingProxyType(
    {" ": "TODO ", "x": "DONE ", "X": "DONE ", "/": "DOING ", "-": "CANCELED ", ">": "LATER "}
)
DONE: Attributes = (("_status", "checked"), ("_complete", "true"), ("complete", "true"))
# Of a note's line: begins a block where the note is taken as Markdown
BLOCK = re.compile(r"^([-*+]\s+|(?=[-*+#>=]|[0-9]+[.)](\s|$)))")
FIRST = frozenset("-*+#>=0123456789")  # characters with which one may
FORMULA = re.compile(r"(\$\$.+?\$\$|\$(?=\S)[^$\n]+?(?<=\S)\$(?!\d))")
MARKS = re.compile(r"[\\`*\[\]<{^]|~~|==|(?<![^\W_])_|_(?![^\W_])|\A[#>](?=[#>\s])|\A[-+](?=\s)")


@dataclass(frozen=True)
class Profile:
    """One program."""

    name: str
    markup: Markup = "plain"  # what it takes a text for
    escapes: bool = True  # in Markdown: a backslash before a mark makes it a letter
    urls: bool = True  # it reads `url`; where it does not, an address is a line of the note
    notes: bool = True  # it reads `_note`; where it does not, the lines of a note are outlines
    done: Attributes = ()  # of a task
    undone: Attributes = ()
    signs: Mapping[str, str] = field(default_factory=dict)  # before a task's words, by what stands in its box
    pages: bool = False  # [[Title]] is a link
    web: bool = False  # of addresses it takes those of the web alone
    loses: str = ""  # what it does not read, for a finding

    def say(self, text: str) -> str:
        """Plain text in its language."""
        if self.markup == "html":
            return html.escape(text, quote=False)
        if self.markup == "markdown" and self.escapes and MARKS.search(text):
            parts = FORMULA.split(text)
            parts[::2] = [MARKS.sub(lambda mark: "\\" + mark[0], part) for part in parts[::2]]
            return "".join(parts)
        return text

    def link(self, words: str, url: str) -> str:
        """Words that lead somewhere, in its language; "" where a text cannot say so."""
        if self.markup == "html":
            return f'<a href="{html.escape(url)}">{self.say(words)}</a>'
        if self.markup == "markdown":
            return url if words == url else f"[{self.say(words)}]({url.replace(' ', '%20').replace(')', '%29')})"
        return ""

    def page(self, words: str, title: str) -> str:
        """Words that lead to a page of this title."""
        if not self.pages or not title or any(mark in title for mark in ("[", "]", "\n")):
            return ""
        return f"[[{title}]]" if words == title else f"[{self.say(words)}]([[{title}]])"

    def note_line(self, line: str) -> str:
        """A line of a note, such that it begins nothing where it is taken as Markdown."""
        return self.say(BLOCK.sub("• ", line, count=1) if line[:1] in FIRST else line)

    def code(self, code: str, language: str) -> str:
        """Code as a note, such that it stays code where that is taken as Markdown."""
        lines = code.split("\n")
        if self.markup == "markdown":
            fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", code))])
            return "\n".join([f"{fence}{language}", *lines, fence])
        return "\n".join(self.say(line) if self.markup == "html" else f"    {line}" for line in lines)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "any": Profile("any", done=DONE, undone=(("_status", "unchecked"),)),
        "omnioutliner": Profile(
            "OmniOutliner",
            urls=False,
            done=(("_status", "checked"),),
            undone=(("_status", "unchecked"),),
            loses="categories and dates are not shown in OmniOutliner",
        ),
        "workflowy": Profile(
            "Workflowy",
            "html",
            urls=False,
            done=(("_complete", "true"),),
            loses="Workflowy reads no categories, dates and title of the outline; an open task is a bullet",
        ),
        "dynalist": Profile(
            "Dynalist",
            "markdown",
            escapes=False,
            urls=False,
            done=(("complete", "true"),),
            loses="Dynalist reads no categories and dates; an open task is an item",
        ),
        "logseq": Profile(
            "Logseq",
            "markdown",
            urls=False,
            signs=WORDS_OF_LOGSEQ,
            pages=True,
            loses="Logseq reads text and notes alone: categories and dates are left out",
        ),
        "freeplane": Profile(
            "Freeplane",
            notes=False,
            signs=SIGNS,
            loses="Freeplane reads text and addresses alone: lines of notes are nodes, tasks begin with a box,"
            " categories and dates are left out",
        ),
        "xmind": Profile(
            "XMind",
            notes=False,
            signs=SIGNS,
            loses="nothing but text is known to be read by XMind: lines of notes are topics, tasks begin with a box",
        ),
        "strict": Profile("strict", notes=False, signs=SIGNS, web=True),
    }
)
