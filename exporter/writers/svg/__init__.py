"""The map as an underground plan in SVG: areas are lines, topics stations; for a wall, a slide or a README.

SVG 1.1 without scripts, fonts or anything from elsewhere (https://www.w3.org/TR/SVG11/). What is shown and where is the
view `plan`, which draws it, too; picture.py turns it into a PNG.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exporter.errors import Finding, OptionError, pluralize
from exporter.model import NOTHING, File, KnowledgeMap, Previous
from exporter.views.plan.drawing import Looks, draw
from exporter.views.plan.sheet import Page, Sheet, lay_out
from exporter.writers.svg.picture import draw_dots

FILE = "knowledge-map.svg"


@dataclass(frozen=True)
class Options:
    """What mappings/svg.toml may say."""

    page: Page = "a3"  # landscape
    theme: Looks = "auto"  # auto: as the reader's system has it
    no_area: str = ""  # over the topics that are in no area; "": "Further topics", in the vault's language
    link: str = ""  # address of a topic's note with {id} or {note} in it; "": no links
    png: bool = False  # a picture of dots, too
    png_width: int = 2400  # pixels

    def check(self) -> None:
        """Refuse a link that would be the same for all topics, and a picture that is none.

        Raises:
            OptionError: with the option's name.
        """
        if self.link and "{id}" not in self.link and "{note}" not in self.link:
            raise OptionError("link", f"'link' must have {{id}} or {{note}} in it, not be {self.link!r}")
        if not 100 <= self.png_width <= 10_000:
            raise OptionError("png_width", f"'png_width' must be from 100 to 10000 pixels, not {self.png_width}")


def write(knowledge_map: KnowledgeMap, options: Options, previous: Previous = NOTHING) -> Iterator[File | Finding]:
    """Yield the plan, a picture of it if it is wanted, and a finding for what has no room on it."""
    options.check()
    sheet = lay_out(knowledge_map, options.page, options.no_area)
    svg = draw(knowledge_map, sheet, options.page, options.theme, options.link)
    yield File(FILE, svg)
    if options.png:
        yield from draw_dots(svg, options.png_width, knowledge_map)
    yield from _unsaid(knowledge_map, sheet)


def _unsaid(knowledge_map: KnowledgeMap, sheet: Sheet) -> Iterator[Finding]:
    """What is left out, in one finding."""
    network, plan = sheet.plan.network, sheet.plan
    left = {
        "area": network.areas_left,
        "topic": network.topics_left,
        "stop": network.stops_left,
        "path section": plan.broken,
        "prerequisite": network.needs_left,
        "branch line": len(network.branches) - len(plan.branches),
        "further path": max(len(knowledge_map.paths) - 1, 0),
    }
    told = [pluralize(number, noun) for noun, number in left.items() if number]
    if told:
        yield Finding(
            knowledge_map.source,
            "svg-left-out",
            f"a page has no room for all: {', '.join(told)} left out; export a part, as with --area, or take the format json",
        )
