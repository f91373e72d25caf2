"""The order of words in an index, and under which letter each stands: for books and pages."""

import unicodedata

SIGNS = "=([{<\"'“”‘’«»„…–—-*_ "


def sort_key(name: str) -> str:
    """What words of an index are sorted by: without regard to case, accents and signs before them but a tag's."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    key = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return key if key.startswith("#") else key.lstrip(SIGNS) or key


def letter_of(key: str) -> str:
    """Under which a word with this key stands; "" for what begins with a digit or a sign."""
    first = key[:1].upper()
    return first if first.isalpha() else ""
