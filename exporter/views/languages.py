"""Languages of notes: their tags, how they are read, and what we say in them."""

import re

from exporter.views.translations import TRANSLATIONS, Translations

TAG = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?(?![A-Za-z0-9])")
ENGLISH = "en"
RTL = "rtl"
FROM_THE_RIGHT = frozenset("ar arc ckb dv fa he iw ps sd syr ug ur yi".split())


def language_of(tag: object) -> tuple[str, str | None] | None:
    """Language and region of a tag as BCP 47 has it, "de-AT" or "zh-Hant-TW"; None for what is none.

    https://www.rfc-editor.org/rfc/rfc5646
    """
    match = TAG.match(tag) if isinstance(tag, str) else None
    return (match[1].lower(), match[2] and match[2].upper()) if match else None


def language_or_english(tag: object) -> tuple[str, str | None]:
    """The same, or English where nothing is said."""
    return language_of(tag) or (ENGLISH, None)


def direction_of(language: str) -> str:
    """How a language is read."""
    return RTL if language in FROM_THE_RIGHT else "ltr"


def words_in(language: str) -> Translations:
    """The words that we say ourselves; in a language that we do not speak, English."""
    return TRANSLATIONS.get(language, TRANSLATIONS[ENGLISH])
