"""Formulas: pandoc's MathML as Typst's math, in which each sign is an escape or a string, so none can be a name.

The MathML: https://www.w3.org/TR/mathml-core/; the functions: https://typst.app/docs/reference/math/. Marks, which
say what MathML cannot, are explained in views/body/marks.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, ParseError, fromstring

from exporter.views.body.marks import decode
from exporter.writers.handbook.text import literal

NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
DEEPEST = 40  # levels of functions: Typst gives up at some more
NOTHING = "#none"
APPLICATION = "\u2061"
BARS = "|‖∣∥"  # which do not say whether they open or close
BAR = {"∣": "|", "∥": "‖"}  # that grows
LIMITS = {"lim", "inf", "sup", "min", "max", "Pr", "det", "gcd", "lim inf", "lim sup"}
OVER = {"⏞": "overbrace", "⎴": "overbracket", "⏜": "overparen", "¯": "overline", "‾": "overline", "\u0305": "overline"}
UNDER = {"⏟": "underbrace", "⎵": "underbracket", "⏝": "underparen", "_": "underline", "\u0332": "underline", "\u0333": "underline"}  # fmt: skip
STYLES = {"display", "inline", "script", "sscript"}
SIZES = {"120%": "1.2em", "180%": "1.8em", "240%": "2.4em", "300%": "3em"}  # as TeX's \big to \Bigg
ALIGNED = {"left": "& {}", "right": "{} &"}
ATTACHED = {"msub": "b", "msup": "t", "msubsup": "bt", "munder": "b", "mover": "t", "munderover": "bt"}
LETTER_WIDTH = 0.6  # em
TALL = 20  # rows: an array that has more may not fit on the page
LONG_TEXT = 30  # letters
WIDE = 14  # em: a formula that is wider may not fit, in a list or a callout
HELD = 12  # em: what cannot break and is wider may not fit on a line of its own


def to_typst(mathml: str, alt: str, display: bool, heading: bool = False) -> str:
    """An expression of Typst's for a formula; "" where pandoc does not know all of it, or it is nested too deeply.

    In a heading it is not measured, as it would be no words.
    """
    if not mathml.startswith("<math"):
        return ""
    try:
        root = fromstring(mathml)
    except (ParseError, RecursionError):
        return ""
    semantics = root[0] if len(root) else root
    nodes = [semantics[0]] if semantics.tag == f"{NAMESPACE}semantics" else [semantics]
    writer = _Writer()
    try:
        if any(map(_is_long, parts := list(_parted(nodes)))):
            formula = f"formula({literal(alt)}, {{{_sentence(writer, parts)}}})"
            return f"block({formula})" if display else formula
        if not display:
            body = writer.group(nodes)
            held = not heading and any(_unbreakable(node) > HELD for node in nodes)
            return f"{'held' if held else 'formula'}({literal(alt)}, ${body}$)"
        return _displayed(writer, nodes, literal(alt))
    except RecursionError:
        return ""


def _sentence(writer: _Writer, nodes: list[Element]) -> str:
    """A formula that holds a sentence: its words break as those around it do."""
    return ";".join(
        f"[ ];{';'.join(literal(_text(node).strip()) for node in part)};[ ]" if long else f"${writer.group(part)}$"
        for long, group in groupby(nodes, _is_long)
        if (part := list(group))
    )


def _displayed(writer: _Writer, nodes: list[Element], alt: str) -> str:
    if tall := writer.tall(nodes):
        return f"formula({alt}, {tall})"
    lines = writer.lines(nodes)
    several = " \\ " in lines
    large = max(map(_width, nodes)) > WIDE or any(
        len(table) > TALL for node in nodes for table in node.iter(f"{NAMESPACE}mtable")
    )
    if not writer.tags and not several and not large:
        return f"formula({alt}, $ {lines} $)"
    widest = max(map(_unbreakable, nodes))
    return f"displayed({alt}, {str(several).lower()}, {widest:.1f}em, tag => $ {lines} $)"


class _Writer:
    """One formula on its way."""

    def __init__(self) -> None:
        self.tags = False
        self.depth = 0

    def tall(self, nodes: Sequence[Element]) -> str:
        """A long array alone as a table, which pages may part; "" where the formula is none."""
        nodes = list(_flat(nodes))
        mark = _mark(nodes[0]) if len(nodes) == 2 else []
        if mark[:1] != ["array"] or _name(nodes[1]) != "mtable" or len(nodes[1]) < TALL:
            return ""
        return self._ruled("tall", nodes[1], mark)

    def lines(self, nodes: Sequence[Element]) -> str:
        """A formula on lines of its own: an environment's rows are its lines, which pages may part."""
        children = list(_flat(nodes))
        marked = [child for child in children if not _is_tag(child)]
        tag = "".join(f" {self.tag(child, '')}" for child in children if _is_tag(child))
        if len(marked) == 1 and _name(marked[0]) == "mtable":
            return self.rows(marked[0]) + tag
        return (self.row(marked) or NOTHING) + tag

    def rows(self, table: Element) -> str:
        """The rows of `align`, `gather` and their like."""
        lines = []
        columns, ways = _columns(table)
        three = ways == ["right", "center", "left"]  # eqnarray, whose middle holds the relation
        columns -= three
        for row in table:
            cells, tags = [], ""
            given = [list(_flat(cell)) for cell in row]
            for number, inner in enumerate(
                [*given[:1], [each for cell in given[1:] for each in cell]] if three else given
            ):
                text = self.row([child for child in inner if not _is_tag(child)])
                alone = text if columns == 1 else ""
                tags += "".join(f" {self.tag(child, alone)}" for child in inner if _is_tag(child))
                cells.append(_join([text, "#h(2em)" if number % 2 and number + 1 < columns else ""]))
            if columns > 1:
                cells += [""] * (columns - len(cells))
                tags = f" &{tags}" if tags and columns % 2 == 0 else tags
            lines.append("&".join(cells) + tags)
        return " \\ ".join(lines)

    def tag(self, node: Element, row: str) -> str:
        """A number at the margin; a row is given where it is as wide as it is itself."""
        self.tags = True
        return f"#tag(${self.row(list(node)[1:])}${f', row: $ {row} $' if row else ''})"

    def row(self, nodes: Iterable[Element]) -> str:
        """What stands side by side."""
        nodes = list(nodes)
        if nodes and (mark := _mark(nodes[0])):
            return self.marked(mark, nodes[1:])
        if any(_is_fence(node) for node in nodes):
            return self.fenced(nodes)
        made: list[str] = []
        word = ""
        for node in nodes:
            letter = _upright_letter(node)
            if word and not letter:
                made.append(_word(word))
                word = ""
            if letter:
                word += letter
            else:
                made.append(self.node(node))
        if word:
            made.append(_word(word))
        return _join(made)

    def fenced(self, nodes: Sequence[Element]) -> str:
        """What grows with what it holds."""
        parts: list[str] = []
        inside: list[Element] = []
        for number, node in enumerate(nodes):
            if not _is_fence(node):
                inside.append(node)
                continue
            parts.append(self.row(inside))
            inside = []
            sign = _escape(BAR.get(_text(node), _text(node)))
            inner = node.get("form") == "infix" or 0 < number < len(nodes) - 1
            parts.append(f"mid({sign})" if inner else f'class("fence", {sign})' if _text(node) in "/\\↑↓⇑⇓↕⇕" else sign)
        parts.append(self.row(inside))
        before = "" if _is_fence(nodes[0]) else "#h(0pt)"  # else a bracket that does not grow would
        after = "" if _is_fence(nodes[-1]) else "#h(0pt)"
        return f"lr({_join([before, *parts, after])})"

    def marked(self, mark: list[str], nodes: Sequence[Element]) -> str:
        """What a mark says of all that follows in its group."""
        name, *arguments = mark
        if name == "array":
            tables = [node for node in _flat(nodes) if _name(node) == "mtable"]
            return self.table(tables[0], arguments) if len(tables) == 1 else self.row(nodes)
        body = self.row(nodes) or NOTHING
        if name in STYLES:
            return f"{name}({body})"
        if name == "color":
            return f"#text(fill: rgb({literal(arguments[0])}), ${body}$)"
        if name == "ref":
            return f"#link(label({literal(arguments[0])}), ${body}$)"
        if name == "vphantom":
            return f"#box(width: 0pt, hide(${body}$))"
        return body

    def node(self, node: Element) -> str:
        """One element."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise RecursionError
        made = self._node(_name(node), node)
        self.depth -= 1
        return made

    def _node(self, kind: str, node: Element) -> str:
        match kind:
            case "mi":
                return _identifier(_text(node), node.get("mathvariant"))
            case "mn":
                return literal(_text(node))
            case "mtext":
                return literal(_text(node).strip()) if _text(node).strip() else ""
            case "mo":
                return _operator(node)
            case "mspace":
                return f"#h({node.get('width', '0em')})"
            case "mrow":
                return self._grouped(node)
            case "mfrac":
                return self._fraction(node)
            case "mstyle":
                style = "display" if node.get("displaystyle") == "true" else "inline"
                return f"{style}({self.group(node)})"
            case "msqrt":
                return f"sqrt({self.group(node)})"
            case "mroot":
                return f"root({self.group([node[1]])}, {self.group([node[0]])})"
            case "mphantom":
                return f"#hide(${self.group(node)}$)"
            case "menclose":
                return self._enclosed(node)
            case "mtable":
                return self.table(node, [])
        if kind in ATTACHED:
            return self._attached(kind, node)
        return self.group(node)

    def group(self, nodes: Iterable[Element]) -> str:
        """An argument."""
        return self.row(nodes) or NOTHING

    def _grouped(self, node: Element) -> str:
        children = list(node)
        if len(children) == 2 and _text(children[1]) == APPLICATION and _name(children[0]) == "mi":
            return _named(_text(children[0]))
        if len(children) == 3 and _text(children[0]) + _text(children[2]) == "()":
            fraction = children[1]
            if _name(fraction) == "mfrac" and fraction.get("linethickness") == "0":
                return f"binom({self.group([fraction[0]])}, {self.group([fraction[1]])})"
        return self.row(children)

    def _fraction(self, node: Element) -> str:
        upper, lower = self.group([node[0]]), self.group([node[1]])
        if node.get("linethickness") == "0":
            return f"mat(delim: #none, row-gap: #.3em, {upper}; {lower})"
        return f"frac({upper}, {lower})"

    def _enclosed(self, node: Element) -> str:
        body = self.group(node)
        notation = node.get("notation", "")
        if notation == "box":
            return f"#boxed($ {body} $.body)"
        cross = "cross: #true, " if " " in notation else "inverted: #true, " if notation.startswith("down") else ""
        return f"cancel({cross}{body})"

    def _attached(self, kind: str, node: Element) -> str:
        base, *scripts = node
        if kind in ("mover", "munder") and _name(scripts[0]) == "mo" and scripts[0].get("accent") == "true":
            sign = _text(scripts[0])
            function = (OVER if kind == "mover" else UNDER).get(sign)
            return f"{function}({self.group([base])})" if function else f"accent({self.group([base])}, {_escape(sign)})"
        inner = self.group([base])
        if kind in ("munder", "mover", "munderover"):
            arrow = _name(base) == "mo" and len(_text(base)) == 1 and "\u2190" <= _text(base) <= "\u21ff"
            inner = f"limits(stretch({inner}))" if arrow else f"limits({inner})"
        places = zip(ATTACHED[kind], scripts, strict=True)
        return f"attach({inner}, {', '.join(f'{place}: {self.group([script])}' for place, script in places)})"

    def table(self, table: Element, about: Sequence[str]) -> str:
        """Rows within a formula: of a matrix, an array, or `aligned`. A mark says its kind, and where an array has rules."""
        kind, across, down = (*about, "", "", "")[:3]
        if across or down:
            return "#" + self._ruled("ruled", table, about)
        rows = [list(row) for row in table]
        columns, ways = _columns(table)
        if not kind and ways[:2] == ["right", "left"]:
            return self._aligned(rows, columns)
        style = "script({})" if kind == "small" else "display({})" if kind == "display" else "inline({})"
        cells = [[self._cell(row, number, ways[number], style) for number in range(columns)] for row in rows]
        body = "; ".join(map(", ".join, cells)) or NOTHING
        if kind == "small":
            return f"mat(delim: #none, column-gap: #.35em, row-gap: #.05em, {body})"
        return f"mat(delim: #none, column-gap: #1em, row-gap: #.55em, {body})"

    def _cell(self, row: Sequence[Element], number: int, way: str, style: str) -> str:
        body = self.row(row[number]) if number < len(row) else ""
        return ALIGNED.get(way, "{}").format(style.format(body)) if body else NOTHING

    def _aligned(self, rows: list[list[Element]], columns: int) -> str:
        lines = []
        for row in rows:
            cells = [f"display({text})" if (text := self.row(cell)) else "" for cell in row] + [""] * (
                columns - len(row)
            )
            pairs = [" & ".join(cells[number : number + 2]) for number in range(0, columns, 2)]
            lines.append(", ".join(pairs))
        return f"mat(delim: #none, column-gap: #2em, row-gap: #.6em, {'; '.join(lines)})"

    def _ruled(self, function: str, table: Element, about: Sequence[str]) -> str:
        columns, ways = _columns(table)
        rows = [[*row, *[()] * (columns - len(row))] for row in table]
        cells = [f"${self.row(cell) or NOTHING}$" for row in rows for cell in row]
        rules = (
            "(" + "".join(f"{place}," for place in each.split(",") if place.isdecimal()) + ")" for each in about[-2:]
        )
        return f"{function}(({', '.join(ways)},), {', '.join(rules)}, {', '.join(cells)})"


def _columns(table: Element) -> tuple[int, list[str]]:
    """How many there are, and how they stand."""
    longest = max(table, key=len, default=())
    return max(1, len(longest)), [cell.get("columnalign", "center") for cell in longest] or ["center"]


def _join(parts: Iterable[str]) -> str:
    """The parts, without blanks beside a string, which would be printed."""
    made = ""
    for part in filter(None, parts):
        made += part if not made or '"' in (made[-1], part[0]) else f" {part}"
    return made


def _name(node: Element) -> str:
    return node.tag.removeprefix(NAMESPACE)


def _text(node: Element) -> str:
    return node.text or ""


def _flat(nodes: Iterable[Element]) -> Iterator[Element]:
    """The nodes, those of a row that only holds them instead of it."""
    nodes = list(nodes)
    while len(nodes) == 1 and _name(nodes[0]) == "mrow" and not (len(nodes[0]) and _is_fence(nodes[0][0])):
        nodes = list(nodes[0])
    return iter(nodes)


def _mark(node: Element) -> list[str]:
    return decode(_text(node)) if _name(node) == "mtext" else []


def _is_tag(node: Element) -> bool:
    return _name(node) == "mrow" and len(node) > 0 and _mark(node[0])[:1] == ["tag"]


def _is_fence(node: Element) -> bool:
    return _name(node) == "mo" and node.get("stretchy") == "true" and not node.get("minsize")


def _escape(text: str) -> str:
    return " ".join(
        character if character.isascii() and character.isalnum() else f"\\u{{{ord(character):x}}}" for character in text
    )


def _upright_letter(node: Element) -> str:
    upright = _name(node) == "mi" and node.get("mathvariant") == "normal" and len(_text(node)) == 1
    return _text(node) if upright and _text(node).isalpha() else ""


def _word(letters: str) -> str:
    return literal(letters) if len(letters) > 1 else f"upright({_escape(letters)})"


def _parted(nodes: Iterable[Element]) -> Iterator[Element]:
    """The nodes of rows within rows, of which nothing else is to be known."""
    for node in nodes:
        if _name(node) == "mrow" and len(node) and not _mark(node[0]) and not any(map(_is_fence, node)):
            yield from _parted(node)
        else:
            yield node


def _is_long(node: Element) -> bool:
    return _name(node) == "mtext" and len(_text(node)) > LONG_TEXT


def _named(name: str) -> str:
    name = name if name not in ("limsup", "liminf") else f"lim {name[3:]}"
    return f"op({literal(name)}{', limits: #true' if name in LIMITS else ''})"


def _identifier(text: str, variant: str | None) -> str:
    if not text:
        return ""
    if len(text) > 1:
        return _named(text) if text.isalpha() else literal(text)
    if text.isalnum():
        return _escape(text)
    return f'class("normal", {_escape(text)})'


def _operator(node: Element) -> str:
    text, form = _text(node), node.get("form")
    if text in ("", APPLICATION):
        return ""
    if len(text) > 1 or text.isalnum():
        return _named(text) if text.isalpha() else f'class("relation", {literal(text)})'
    kind = {"prefix": "opening", "postfix": "closing"}.get(form or "")
    sign = _escape(text)
    if size := node.get("minsize"):
        return f'class("{kind or "normal"}", lr(size: #{SIZES.get(size, "1.2em")}, {sign}))'
    if text in BARS and kind:
        return f'class("normal", {sign})'
    return f'class("{kind}", {sign})' if kind else sign


def _width(node: Element) -> float:
    """About how wide, in em."""
    kind = _name(node)
    if kind in ("mfrac", "munder", "mover", "munderover"):
        return max(map(_width, node), default=0)
    if kind == "mtable":
        return max((sum(map(_width, row)) + 2 * len(row) for row in node), default=0)
    if kind == "mspace" or _mark(node):
        return 0.5
    return len(_text(node)) * LETTER_WIDTH + sum(map(_width, node)) * (0.7 if kind.startswith("ms") else 1)


def _unbreakable(node: Element) -> float:
    """How wide the widest part is that a line cannot break, in em."""
    if _name(node) in ("mrow", "semantics"):
        return max(map(_unbreakable, node), default=0)
    return _width(node)
