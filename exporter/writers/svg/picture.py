"""The plan as a picture of dots, by Typst (https://typst.app/docs/reference/visualize/image/)."""

from __future__ import annotations

from typing import Any

from exporter.errors import Finding
from exporter.model import KnowledgeMap
from exporter.views.body.fonts import folders

POINTS = 960  # the width of the page that it is drawn on
CODE = f"""#set page(width: {POINTS}pt, height: auto, margin: 0pt)
#image("plan.svg", width: 100%)"""


def turn_into_png(svg: str, width: int, knowledge_map: KnowledgeMap) -> bytes | Finding:
    """The picture, so many pixels wide; a finding where there is no Typst."""
    try:
        import typst
    except ImportError as error:
        return Finding(
            knowledge_map.source, "svg-png", f"there is no PNG, as Typst is missing ({error}): pip install typst"
        )
    compile: Any = typst.compile  # whose type hints want more than it does
    files = {"main.typ": CODE.encode(), "plan.svg": svg.encode()}
    fonts = folders(knowledge_map.language)
    return bytes(compile(files, format="png", ppi=72 * width / POINTS, font_paths=fonts, ignore_system_fonts=True))
