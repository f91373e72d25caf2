"""The formulas of a note, one after the other: what one of them defines holds to the note's end, as in Obsidian."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from exporter.errors import Finding
from exporter.model import KnowledgeMap
from exporter.views.body.body import Body
from exporter.views.body.macros import DEFINERS, EndlessError, Macro, Macros, Stream, tokens
from exporter.views.body.marks import PRIVATE
from exporter.views.body.nodes import BLANKS, PARAGRAPHS
from exporter.views.body.pandoc import Node
from exporter.views.body.tex import Label, Tex, find_labels
from exporter.views.body.text import label, printable

PREAMBLES = ("preamble.sty", "preamble.tex")  # https://github.com/wei2912/obsidian-latex


def vault_macros(knowledge_map: KnowledgeMap) -> Mapping[str, Macro]:
    """The macros of the vault's preamble, which the plugin Extended MathJax reads; none where there is no such file."""
    macros = knowledge_map.shared.get(vault_macros)
    if macros is None:
        macros = knowledge_map.shared[vault_macros] = Macros()
        stream = Stream(tokens(_preamble(knowledge_map)))
        while stream:
            token = stream.next()
            if token in DEFINERS:
                macros.define(token, stream)
    return macros


def _preamble(knowledge_map: KnowledgeMap) -> str:
    for path in PREAMBLES:
        with suppress(OSError):
            return knowledge_map.file(path).decode("utf-8", "replace")
    return ""


def rewrite_formulas(tree: list[Node], body: Body, macros: Mapping[str, Macro]) -> Iterator[Finding]:
    """Make each formula what pandoc knows; a paragraph that only defines is gone. Tells the macros that have no end."""
    formulas, holders = _formulas(tree)
    labels: dict[str, Label] = {}
    for number, formula in enumerate(formulas, 1):
        for name, words in find_labels(formula["c"][1]).items():
            labels[name] = words, formula.setdefault("anchor", f"{label(body.topic.id)}__f{number}")
    tex = Tex(macros, labels)
    endless: dict[str, None] = {}
    for formula in formulas:
        formula["source"] = source = printable(formula["c"][1])
        formula["c"][1] = PRIVATE.sub("", source)
        try:
            formula["c"][1] = tex.rewrite(source)
        except EndlessError as error:
            if str(error) in tex.macros:
                endless.setdefault(str(error))
    for holder in holders:
        holder[:] = [node for node in holder if not _is_empty(node)]
    _drop_items(tree, {id(holder) for holder in holders if not holder})
    if endless:
        message = f"macros without an end, whose formulas are printed as their words: {', '.join(endless)}"
        place = body.locate("text", next(iter(endless))) or body.topic.source
        yield Finding(place, "endless-macro", f"{message}; define them without themselves")


def _drop_items(tree: list[Node], emptied: set[int]) -> None:
    """Take out the items of lists that only defined; of a list of nothing else a block without anything in it remains."""
    waiting: list[Any] = [tree] if emptied else []
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += [inner for inner in each if isinstance(inner, (dict, list))]
        elif isinstance(each.get("c"), list):
            if each["t"] in ("BulletList", "OrderedList"):
                items = each["c"] if each["t"] == "BulletList" else each["c"][1]
                items[:] = [item for item in items if id(item) not in emptied]
                if not items:
                    each |= {"t": "Div", "c": [["", [], []], []]}
            waiting.append(each["c"])


def _is_empty(node: Any) -> bool:
    """Whether a formula or a paragraph has nothing left, once what only defines is gone."""
    if node["t"] == "Math":
        return not node["c"][1]
    if node["t"] not in PARAGRAPHS or not any(each["t"] == "Math" for each in node["c"]):
        return False
    return all(each["t"] in BLANKS or (each["t"] == "Math" and not each["c"][1]) for each in node["c"])


def _formulas(tree: list[Node]) -> tuple[list[Node], list[list[Any]]]:
    """The formulas in their order, and the lists that hold one, or a paragraph with one; the outer come first."""
    formulas: list[Node] = []
    holders: list[list[Any]] = []
    waiting: list[Any] = [tree]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if each.get("t") == "Math":
                formulas.append(each)
            elif isinstance(each.get("c"), list):
                waiting.append(each["c"])
        elif isinstance(each, list):
            if all(isinstance(node, dict) for node in each) and any(
                node.get("t") in ("Math", *PARAGRAPHS) for node in each
            ):
                holders.append(each)
            waiting += [inner for inner in reversed(each) if isinstance(inner, (dict, list))]
    return formulas, holders
