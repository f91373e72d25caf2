"""Notes to be printed, twice: `vault` with Obsidian's Markdown and a map, `plain` as pandoc reads it by itself.

They are made by a process of their own, `python -m benchmarks.lessons FOLDER COUNT`, for what benchmarks.vaults says.
"""

import random
import re
import sys
from pathlib import Path

from benchmarks.vaults import WORDS, write

AREA = 20  # notes, of which the first is the area's own
LATIN = [word for word in WORDS if max(word) < "Ā"]  # which the fonts of every candidate have
FORMULAS = (
    r"U = \frac{{K}}{{K + {0} + C_{{{1}}}}}",
    r"\sum_{{i=1}}^{{{0}}} x_i^{1} \leq \int_0^{{{0}}} f(t)\,dt",
    r"A_{{{0}}} = \begin{{pmatrix}} a & {1} \\ {0} & d \end{{pmatrix}}",
    r"\hat{{y}} = \sigma\left(W_{{{1}}} x + b\right)^{{{0}}}",
)
WIKILINK = re.compile(r"\[\[([^]|#]*)[^]|]*(?:\|([^]]*))?\]\]")
CALLOUT = re.compile(r"^> \[!(\w+)\]-? (.*)$", re.MULTILINE)


class Lessons:
    """Notes of about 4 kB with 6 links, a table, code, formulas, callouts and questions; the same bytes for the same number."""

    def __init__(self, notes: int) -> None:
        self.chance = random.Random(notes)
        places = [LATIN[(number * 7) % len(LATIN)] for number in range(notes)]
        self.names = [f"{word.title()} {LATIN[n * 31 % len(LATIN)]} {n + 1}" for n, word in enumerate(places)]

    def write(self, folder: Path) -> None:
        """Write each note twice, with one text."""
        vault, plain = folder / "vault", folder / "plain"
        vault.mkdir(parents=True)
        plain.mkdir()
        write(vault / "Map.md", self.map())
        for number, name in enumerate(self.names):
            definition, text = self.sentence(18), self.text(number)
            write(vault / f"{name}.md", f"{self.properties(number, definition)}\n{text}")
            write(plain / f"{number:05}.md", f"# {name} {{#{number_of(name)}}}\n\n*{definition}*\n\n{as_plain(text)}\n")

    def words(self, count: int) -> str:
        return " ".join(self.chance.choices(LATIN, k=count))

    def sentence(self, count: int, link: str = "") -> str:
        """With the link before its full stop."""
        return f"{self.words(count).capitalize()}{link and ' '}{link}."

    def paragraph(self, link: str = "") -> str:
        """Four sentences, with the link in the second."""
        lengths = self.chance.choices(range(7, 16), k=4)
        return " ".join(self.sentence(length, link if place == 1 else "") for place, length in enumerate(lengths))

    def link(self, form: str = "[[{}]]") -> str:
        return form.format(self.chance.choice(self.names))

    def formula(self) -> str:
        return self.chance.choice(FORMULAS).format(self.chance.randrange(2, 99), self.chance.randrange(2, 9))

    def properties(self, number: int, definition: str) -> str:
        lines = ["---", f"aliases: [{self.words(2).title()} {number}]", f"definition: {definition}"]
        if number:
            lines.append(f'requires: "[[{self.names[self.chance.randrange(number)]}]]"')
        return "\n".join([*lines, "---"])

    def text(self, number: int) -> str:
        """What both read, but for wikilinks and callouts; footnotes of all notes differ, as pandoc reads them as one."""
        rows = [f"| {self.words(2)} | {self.words(3)} | {self.chance.random():.3f} |" for _ in range(4)]
        code = [f"    {word}[{place}] = load(base + {place} * stride)" for place, word in enumerate(LATIN[:5])]
        items = [f"- **{self.words(1)}** {self.words(8)}" for _ in range(4)]
        blocks = [
            f"{self.paragraph(self.link())} Let ${self.formula()}$ be given.[^{number}]",
            f"[^{number}]: {self.sentence(10)}",
            "## Use",
            self.paragraph(self.link("[[{}|" + self.words(2) + "]]")),
            "\n".join(["| name | use | share |", "|:---|---|---:|", *rows]),
            self.paragraph(self.link()),
            f"$$\n{self.formula()}\n$$",
            "## Cost",
            self.paragraph(self.link("[[{}#Use]]")),
            "\n".join(["```python", f"def {self.chance.choice(WORDS[:6])}(base, stride):", *code, "```"]),
            "\n".join(items),
            f"> [!note] {self.words(4)}\n> {self.paragraph()}",
            "## Limits",
            self.paragraph(self.link()),
            f"{self.paragraph(self.link())} See [{self.words(2)}](https://example.org/{self.words(1)}).",
        ]
        questions = [f"> [!question]- {self.words(14).capitalize()}?\n> {self.paragraph()}" for _ in range(2)]
        return "\n\n".join([*blocks, *questions]) + "\n"

    def map(self) -> str:
        """The knowledge map: an area for every 20 notes, a path that leads through the areas."""
        areas = self.names[::AREA]
        lines = ["# The map", "", "## Core Areas", *(f"- [[{area}]] - {self.words(4)}" for area in areas), ""]
        lines += ["## Learning Path", *(f"{step}. See [[{area}]]." for step, area in enumerate(areas, 1)), ""]
        lines += ["## Key Topics by Area"]
        for place, area in enumerate(areas):
            topics = self.names[place * AREA + 1 : (place + 1) * AREA]
            lines += [f"### {area}", *(f"- [[{topic}]] - {self.words(4)}" for topic in topics), ""]
        return "\n".join([*lines, "#index", ""])


def as_plain(text: str) -> str:
    """Obsidian's own as Markdown: links to headings of one file, callouts as quotes."""
    text = WIKILINK.sub(lambda found: f"[{found[2] or found[1]}](#{number_of(found[1])})", text)
    return CALLOUT.sub(r"> **\2**\n>", text)


def number_of(name: str) -> str:
    """The name's number, as the identifier of its heading."""
    return f"note-{name.rpartition(' ')[2]}"


if __name__ == "__main__":
    Lessons(int(sys.argv[2])).write(Path(sys.argv[1]))
