"""What Typst draws of a book that is not the PDF: the small maps of its parts, the picture of the map, a cover.

chart.typ, cover.typ and jacket.typ have the design; words are data to them.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Literal

from exporter.model import get_record, key_of, put_record
from exporter.views.body.fonts import folders, without_emoji
from exporter.views.book.edition import Edition
from exporter.views.book.front import edition_in_words
from exporter.views.book.plan import roman

Kind = Literal["svg", "png"]
PPI = 220.0  # of what is printed; a cover is 1400 pixels wide, as shops want it
COVER_PPI = 1400 / (120 / 25.4)
MOST_PARTS = 12  # that a cover names
ON_PAPER = b"""#set page(width: 140mm, height: auto, margin: 1.5mm, fill: white)
#set text(font: "Libertinus Serif", size: 11pt)
#let data = json("data.json")
"""
CHARTS = ON_PAPER + (
    b'#import "chart.typ": draw-chart\n#show figure.caption: it => text(size: .75em, it.body)\n#for (number, chart) in data.enumerate() {\n'
    b'if number > 0 { pagebreak() }\ndraw-chart(chart, rgb("#1f4e79"), luma(38%), (target, body) => body) }'
)
MAP = ON_PAPER + b'#import "cover.typ": draw-cover\n#draw-cover(data, "", rgb("#1f4e79"), (target, body) => body)'
DESIGN = ("chart.typ", "cover.typ", "jacket.typ")
COVER = b'#import "jacket.typ": draw-jacket\n#draw-jacket(json("data.json"))'


def design() -> dict[str, bytes]:
    """How Typst is to draw all this, in the PDF, too."""
    return {file: pkgutil.get_data(__name__, file) or b"" for file in DESIGN}


def draw_charts(edition: Edition, kind: Kind) -> dict[str, bytes]:
    """The small maps, each by the label of its part."""
    # what a chart is called stands below it, as text
    charts = {part["label"]: part["chart"] | {"caption": ""} for part in edition.plan.parts if part["chart"]}
    return dict(zip(charts, _draw(CHARTS, list(charts.values()), edition, kind), strict=True)) if charts else {}


def draw_map(edition: Edition) -> bytes | None:
    """The picture of the map, as a PNG; None where there is nothing to see."""
    return _draw(MAP, edition.cover, edition, "png")[0] if edition.cover else None


def draw_cover(edition: Edition) -> bytes:
    """The cover of an e-book, as a PNG."""
    parts = [[roman(part["number"] or 0), part["title"]] for part in edition.plan.parts]
    more = len(parts) - MOST_PARTS
    data = {
        "title": edition.title,
        "author": edition.author,
        "lang": edition.language,
        "map": edition.cover,
        "parts": parts[:MOST_PARTS],
        "more": edition.words["more"].format(more) if more > 0 else "",
        "foot": " · ".join(edition_in_words(edition)),
    }
    return _draw(COVER, data, edition, "png", COVER_PPI)[0]


def _draw(page: bytes, data: Any, edition: Edition, kind: Kind, ppi: float = PPI) -> list[bytes]:
    """The pages, unless an earlier run has drawn the same."""
    fonts = folders(edition.map.language)
    data = data if fonts else without_emoji(data)
    files = {"main.typ": page, "data.json": json.dumps(data).encode(), **design()}
    key = key_of("drawing", version("typst"), kind, str(ppi), repr(fonts), *files.values())
    store = edition.map.store
    drawn = get_record(store, key, list[bytes])
    if drawn is None:
        drawn = _compile(files, format=kind, ppi=ppi, font_paths=fonts)
        put_record(store, key, drawn)
    return drawn


def _compile(files: Mapping[str, bytes], **settings: Any) -> list[bytes]:
    import typst

    compile: Any = typst.compile  # whose type hints want more than it does
    made: bytes | list[bytes] = compile(files, ignore_system_fonts=True, **settings)
    return made if isinstance(made, list) else [made]
