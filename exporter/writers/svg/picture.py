"""The plan as a picture of dots, by Typst (https://typst.app/docs/reference/visualize/image/)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import east_asian_width

from exporter.errors import Finding, pluralize
from exporter.model import File, KnowledgeMap
from exporter.views.body.fonts import folders

PICTURE = "knowledge-map.png"
POINTS = 960  # the width of the page that it is drawn on
CODE = f"""#set page(width: {POINTS}pt, height: auto, margin: 0pt)
#image("plan.svg", width: 100%)"""


def draw_dots(svg: str, width: int, knowledge_map: KnowledgeMap) -> Iterator[File | Finding]:
    """The picture, so many pixels wide; a finding where there is no Typst, or it has no font for some signs."""
    try:
        import typst
    except ImportError as error:
        message = f"there is no PNG, as Typst is missing ({error}): pip install typst"
        yield Finding(knowledge_map.source, "svg-png", message)
        return
    compile: Any = typst.compile  # whose type hints want more than it does
    files = {"main.typ": CODE.encode(), "plan.svg": svg.encode()}
    fonts = folders(knowledge_map.language)
    ppi = 72 * width / POINTS
    yield File(PICTURE, compile(files, format="png", ppi=ppi, font_paths=fonts, ignore_system_fonts=True))
    signs = {sign for sign in svg if east_asian_width(sign) in "WF"}
    if signs and not fonts:
        message = (
            f"the PNG has boxes for {pluralize(len(signs), 'sign')} without a font: pip install 'mlk-export[fonts]'"
        )
        yield Finding(knowledge_map.source, "svg-png", message)
