"""What mappings/canvas.toml may say."""

from __future__ import annotations

from dataclasses import dataclass

from exporter.errors import OptionError

# px; smaller ones cannot be read. So few cards on a canvas would make it many
LEAST = {"card_width": 160, "card_height": 60, "gap": 40, "most_cards": 20}


@dataclass(frozen=True)
class Options:
    """What mappings/canvas.toml may say."""

    vault: str = ""  # the vault's folder within the one that Obsidian opens; "": they are the same
    folder: str = "canvas"  # the folder of the canvases within the one that Obsidian opens
    most_cards: int = 100  # on a canvas; a map of more has an overview and a canvas for each area
    summaries: bool = True  # a card has the map's words where the note does not say them; False: it shows the note
    mentions: int = 0  # plain links drawn at one card, at most; typed links are all drawn
    no_area: str = "Other topics"  # the group of topics that are in no area
    others: str = "Other canvases"  # the group of cards that lead there
    legend: str = "Legend"  # the group that says what the arrows mean; "": none
    leads_to: str = "leads to"  # what the legend calls `requires`, which is drawn from what is required
    card_width: int = 260  # px; lengths are rounded up to the grid of 20
    card_height: int = 120  # px
    gap: int = 80  # px between cards; a file card shows its name in it
    relayout: bool = False  # lay all out anew, whatever a person has moved, added or deleted; the backup has it

    def check(self) -> None:
        """Refuse lengths with which a card cannot be read, and canvases of few cards.

        Raises:
            OptionError: with the option's name and its least value.
        """
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise OptionError(name, f"{name!r} must be {least} or more, not {getattr(self, name)}")
