"""Paths of a vault's files, and how names are compared: the ground of the reader. Pure."""

from __future__ import annotations

import re
from unicodedata import category, combining, digit, normalize

from exporter.regex import regex

NOTE = ".md"  # how a note's name ends, in capitals or not
NO_WORD = regex(r"[\W_]+")
MARKS = ("Mn", "Mc")  # of Unicode: they have no room of their own, or stand beside a letter
MAY_BE_MARK = regex(r"[^\w\x00-\u02ff]")
VARIANTS = regex("[\ufe00-\ufe0f]")  # of a sign's shape, an emoji's mostly: marks to Unicode, and no part of a word
DIGITS = regex(r"\d+")
# Signs stand before digits and letters, in the order of Unicode's collation: https://www.unicode.org/charts/collation/
SIGNS = {ord(sign): chr(number) for number, sign in enumerate("\t _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$", 2)}


def is_note(path: str) -> bool:
    """Whether a file is a note, by its name."""
    return path[-3:].lower() == NOTE


def folder_of(path: str) -> str:
    """The path of the folder that a file lies in; "" for the vault's own."""
    return path[: max(path.rfind("/"), 0)]


def lies_within(folder: str, relative: str) -> str | None:
    """The path that a relative one means in a folder; None: it leads out of the vault."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def name_of(path: str) -> str:
    """What a link calls the note: its file's name without the ending."""
    return path[path.rfind("/") + 1 : path.rfind(".")]


def key(name: str) -> str:
    """What names are compared by: NFC and lower case, not case folding ("ß" is not "ss"); a blank that breaks no line is one."""
    if name.isascii():
        return name.lower()
    name = normalize("NFC", normalize("NFC", name).lower())
    return name.replace("\xa0", " ").replace("\u202f", " ")  # no-break spaces, which nobody can tell from others


def natural_key(name: str) -> str:
    """What names are sorted by, as Obsidian's list of files does: 2 before 10, whatever the case and the accents."""
    name = name.casefold().translate(SIGNS)
    if not name.isascii():
        letters = [each for each in normalize("NFKD", name) if not combining(each)]
        # other signs, and emojis, stand behind those of ASCII
        name = "".join([f"/{each}" if not each.isascii() and category(each)[0] in "PSZ" else each for each in letters])
    return DIGITS.sub(_countable, name)


def _countable(match: re.Match[str]) -> str:
    """A number that is compared by its length first."""
    digits = match[0] if match[0].isascii() else "".join([str(digit(each)) for each in match[0]])
    digits = digits.lstrip("0")
    return f"0{chr(min(len(digits), 0x10FFFF))}{digits}"


def slug(name: str) -> str:
    """A name as an id: letters and digits of any script in lower case, the rest as single hyphens.

    A mark belongs to the letter before it: without its vowel signs a word of Hindi, Thai or Arabic is another one.
    """
    if name.isascii():
        return NO_WORD.sub("-", name.lower()).strip("-")
    name = normalize("NFC", name).lower()
    if not MAY_BE_MARK.search(name):
        return NO_WORD.sub("-", name).strip("-")
    words = [""]
    for character in VARIANTS.sub("", name):
        if character.isalnum() or (words[-1] and category(character) in MARKS):
            words[-1] += character
        elif words[-1]:
            words.append("")
    return "-".join(filter(None, words))
