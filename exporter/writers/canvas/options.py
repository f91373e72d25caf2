"""What mappings/canvas.toml may say."""

from __future__ import annotations

from dataclasses import dataclass

from exporter.errors import OptionError

LEAST = {"card_width": 160, "card_height": 60, "gap": 40}  # px; smaller ones cannot be read


@dataclass(frozen=True)
class Options:
    """What mappings/canvas.toml may say."""

    vault: str = ""  # the vault's folder within the one that Obsidian opens; "": they are the same
    no_area: str = "Other topics"  # the group of topics that are in no area
    mentions: int = 1  # plain links drawn at one card, at most; typed links are all drawn
    card_width: int = 260  # px; lengths are rounded up to the grid of 20
    card_height: int = 120  # px
    gap: int = 80  # px between cards; a file card shows its name in it

    relayout: bool = False  # lay all out anew, whatever a person has moved, added or deleted; the backup has it

    def check(self) -> None:
        """Refuse lengths with which a card cannot be read.

        Raises:
            OptionError: with the option's name and its least value.
        """
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise OptionError(name, f"{name!r} must be {least} or more, not {getattr(self, name)}")
