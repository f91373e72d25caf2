"""What mappings/handbook.toml may say: of the book in every format, and of the PDF alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from exporter.errors import OptionError
from exporter.views.book.edition import BookOptions

WIDTHS = {"a4": 243.0, "a5": 155.0, "us-letter": 251.0}  # millimetres: of a plan on a page on its side
FONT_SIZES = (4, 40)  # points: smaller ones cannot be read, larger ones leave no line whole


@dataclass(frozen=True)
class Options(BookOptions):
    """What `mappings/handbook.toml` may say."""

    paper: Literal["a4", "a5", "us-letter"] = "a4"
    two_sided: bool = False  # margins for binding, and parts begin on a right page
    new_pages: bool = False  # each chapter on a new page; else short ones follow one another
    paragraphs: Literal["auto", "indent", "space"] = (
        "auto"  # how one is told from the next; "auto": short ones by space
    )
    font_size: float = 10.5  # points
    page_numbers: bool = True  # links print "(p. 12)"
    volume_pages: int = 1500  # about; a longer book is cut, as Typst needs some 3 MB of memory for a page
    plan: bool = True  # the map as an underground plan, on a page of its own behind the contents
    index: bool = True  # at the very end: titles, other names and tags, with the pages that mention them

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            OptionError: with the option's name and what it must look like.
        """
        super().check()
        least, most = FONT_SIZES
        if not least <= self.font_size <= most:
            raise OptionError(
                "font_size", f"'font_size' must be between {least} and {most} points, not {self.font_size:g}"
            )
        if self.volume_pages < 1:
            raise OptionError("volume_pages", f"'volume_pages' must be at least 1, not {self.volume_pages}")
