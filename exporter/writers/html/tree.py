"""What becomes of a note's tree on a page of the web: an answer opens below its question, footnotes end the note."""

from __future__ import annotations

from typing import Any

from exporter.views.body.address import web_address
from exporter.views.body.nodes import PARAGRAPHS, begin_with, string
from exporter.views.body.pandoc import Node
from exporter.views.body.text import label
from exporter.views.body.transformation import SPACE, Transformation

FOLDER = "pictures/"  # before the name of a picture's file, until the file itself is put in

PROGRAMS = frozenset(("obsidian", "zotero", "tel"))  # that a browser asks before it starts them


def raw(html: str) -> Node:
    """HTML of ours."""
    return {"t": "RawBlock", "c": ["html", html]}


class WebTree(Transformation):
    """A note."""

    def whole(self, blocks: list[Node]) -> list[Node]:
        """The note; its footnotes are kept for its end."""
        self._footnotes: list[list[Node]] = []
        self._numbers: dict[str, int] = {}  # of footnotes that several marks cite, by name
        return super().whole(blocks)

    def ask(self) -> None:
        """Put questions with their answers at the note's end, and footnotes behind them."""
        super().ask()
        self.body.answers.clear()  # which stand with their questions
        if self._footnotes:
            items = [self._at_end(number, blocks) for number, blocks in enumerate(self._footnotes, 1)]
            style: Any = [1, {"t": "Decimal"}, {"t": "Period"}]
            listed = {"t": "OrderedList", "c": [style, items]}
            attributes = ["", ["footnotes"], [["role", "doc-endnotes"]]]
            self.body.blocks.append({"t": "Div", "c": [attributes, [{"t": "HorizontalRule"}, listed]]})

    def question(self, number: str, names: tuple[str, str], question: list[Node]) -> list[Node]:
        """A question, whose answer opens below it."""
        asked = {"t": "Para", "c": [{"t": "Strong", "c": [string(number)]}, SPACE, *question]}
        _, answer = self.questions[int(number.rpartition(".")[2]) - 1]
        summary = raw(f"<details><summary>{self.translations['web_answer']}</summary>")
        shown = {"t": "Div", "c": [[names[1], ["answer"], []], answer]}
        return [{"t": "Div", "c": [[names[0], ["question"], []], [asked, summary, shown, raw("</details>")]]}]

    def address(self, target: str) -> str:
        """Of the web, or what the reader's machine opens with another program."""
        return web_address(target, PROGRAMS)

    def footnote(self, name: str, blocks: list[Node]) -> list[Node]:
        """The mark of a footnote; others find its number by its name, if it has one."""
        self._footnotes.append(blocks)
        number = len(self._footnotes)
        if name:
            self._numbers[name] = number
        mark = self._mark(f"{label(self.body.topic.id)}__fr{number}", number)
        return [{"t": "Span", "c": [[name, [], []], [mark]]}] if name else [mark]

    def footnote_again(self, name: str) -> list[Node]:
        """A further mark."""
        number = self._numbers.get(name)
        return [self._mark("", number)] if number else super().footnote_again(name)

    def table(self, columns: int, rows: int, table: Node) -> list[Node]:
        """A table that scrolls where it is wider than the page, by keys, too."""
        for column in table["c"][2]:
            column[1] = {"t": "ColWidthDefault"}
        return [{"t": "Div", "c": [["", ["scroll"], [["tabindex", "0"]]], super().table(columns, rows, table)]}]

    def picture(self, file: str, alt: str, caption: str, path: str, alone: bool, width: int) -> list[Node]:
        """A picture; of a browser an SVG can ask nothing as long as it is one."""
        shown, own_width = (file, 0) if file.endswith(".svg") else self.pictures.everywhere(file, width)
        if not shown:
            self.omissions.pictures[path] = self.pictures.reasons[file]
            return [{"t": "Emph", "c": [string(alt)]}]
        attributes = [["loading", "lazy"], *([["width", str(width or own_width)]] if width or own_width else [])]
        return [{"t": "Image", "c": [["", [], attributes], [string(alt)], [FOLDER + shown, caption]]}]

    def _mark(self, name: str, number: int) -> Node:
        attributes = [name, ["footnote-ref"], [["role", "doc-noteref"]]]
        target = f"#{label(self.body.topic.id)}__fn{number}"
        return {"t": "Superscript", "c": [{"t": "Link", "c": [attributes, [string(str(number))], [target, ""]]}]}

    def _at_end(self, number: int, blocks: list[Node]) -> list[Node]:
        """A footnote, which leads back to its mark."""
        name = label(self.body.topic.id)
        back = {
            "t": "Link",
            "c": [["", [], [["role", "doc-backlink"]]], [string("↩\ufe0e")], [f"#{name}__fr{number}", ""]],
        }
        place = {"t": "Span", "c": [[f"{name}__fn{number}", [], []], []]}
        blocks = begin_with([place], blocks)
        if blocks[-1]["t"] in PARAGRAPHS:
            blocks[-1]["c"] += [SPACE, back]
        else:
            blocks.append({"t": "Para", "c": [back]})
        return blocks
