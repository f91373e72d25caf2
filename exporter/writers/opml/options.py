"""What `mappings/opml.toml` may say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from exporter.errors import OptionError
from exporter.writers.opml.profiles import PROFILES, Profile


@dataclass(frozen=True)
class Options:
    """What `mappings/opml.toml` may say."""

    # the program that is to open the outline
    reader: Literal["any", "omnioutliner", "workflowy", "dynalist", "logseq", "freeplane", "xmind", "strict"] = "any"
    depth: Literal["topics", "headings", "lists", "all"] = "lists"  # how far the outline goes into the notes
    files: Literal["one", "areas"] = "one"  # "areas": one for each area at the top, and an index
    text: Literal["auto", "plain", "html", "markdown"] = (
        "auto"  # what the program takes a text for; "auto": as it is known to
    )
    link: str = ""  # address of a topic's note with {id} or {note} in it; "": no links
    no_area: str = "Further topics"  # title over the topics that are in no area

    def check(self) -> None:
        """Refuse a link that would be the same for all topics, or that a strict reader refuses.

        Raises:
            OptionError: it names neither; it is no address of the web.
        """
        if self.link and "{id}" not in self.link and "{note}" not in self.link:
            raise OptionError("link", f"'link' must have {{id}} or {{note}} in it, not be {self.link!r}")
        if self.link and self.profile.web and not self.link.lower().startswith(("http://", "https://")):
            raise OptionError(
                "link", f"'link' must begin with http:// or https:// where reader = \"strict\", not be {self.link!r}"
            )

    @property
    def profile(self) -> Profile:
        """What the program that is to open the outline understands."""
        profile = PROFILES[self.reader]
        return profile if self.text == "auto" else replace(profile, markup=self.text)
