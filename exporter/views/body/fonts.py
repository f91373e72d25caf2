"""Fonts for what Typst's own lack: Chinese, Japanese, Korean and emoji, of the extra `fonts`."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

EMOJI, HAN = "deckr_fonts", "justmytype_intl_cjk"  # packages of fonts, which need not be imported
SIGNS = re.compile("[\U0001f000-\U0001faff\ufe0f\u200d\u20e3]+")
TRADITIONAL = re.compile("zh-(hant|tw|hk|mo)", re.IGNORECASE)


def folders(language: str = "") -> list[Path]:
    """Where those are that are installed; characters that several have are taken from the first.

    Chinese, Japanese and Korean share characters, but write them differently: the language (BCP 47) comes first.
    """
    first = {"ja": "jp", "ko": "kr"}.get(language[:2].lower(), "tc" if TRADITIONAL.match(language) else "sc")
    names = dict.fromkeys([first, "sc", "jp", "kr", "tc"])
    return [*_inside(HAN, *(f"fonts/ofl/notosans{name}" for name in names)), *_inside(EMOJI, "fonts")]


def _inside(package: str, *folders: str) -> list[Path]:
    spec = find_spec(package)
    return [
        Path(location, folder) for location in (spec and spec.submodule_search_locations) or () for folder in folders
    ]


def without_emoji(value: Any) -> Any:
    """The same without signs that no font of Typst's own has, in titles and other words of the map."""
    if isinstance(value, str):
        return " ".join(SIGNS.sub("", value).split()) or "–" if SIGNS.search(value) else value
    if isinstance(value, dict):
        return {key: without_emoji(each) for key, each in value.items()}
    return [without_emoji(each) for each in value] if isinstance(value, list | tuple) else value
