"""Text as words that can be compared, however it was written, escaped or typeset."""

from __future__ import annotations

import re
import sys
from html.entities import html5
from unicodedata import category, is_normalized, normalize

BREAK = " \0 "  # becomes a word that nothing holds: what stands before it is not read on with what stands behind
# Scripts without spaces between words: each character is a word. Thai, Lao, Myanmar, Hangul, Khmer, Kana, Han.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")  # soft hyphens and their like join
HYPHEN_AT_LINE_END = re.compile("[-\u2010\u2011](?<=\\w[-\u2010\u2011])[ \t]*\r?\n[ \t]*(?=\\w)")
MAY_BE_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u1dff\u20d0-\u20ff\u2cef-\u2cf1\u2de0-\u2dff\u302a-\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f"
    "\U00010000-\U0001dfff]"
)
MARKS = 0x20000  # is added to a mark's code: among rare characters of Chinese
WORD = re.compile(r"[\w\0]+")
ASCII_WORD = re.compile(r"[a-z0-9\0]+")
ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
BACKSLASH = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
SURROGATE = re.compile("[\ud800-\udfff]")


def words(text: str) -> list[str]:
    """The words of a text whose escapes are resolved: no case, no compatibility forms, no hyphens, no marks of any kind."""
    if text.isascii():
        return ASCII_WORD.findall(text.lower())
    text = UNSEEN.sub("", text)
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    text = text.casefold().replace("_", " ")
    if UNSPACED.search(text):
        text = UNSPACED.sub(r" \g<0> ", text)
    return WORD.findall(MAY_BE_MARK.sub(_letter, text))


def _letter(match: re.Match[str]) -> str:
    r"""A combining mark as a letter that nobody writes, since it is no part of \w; what is no mark as it is."""
    character = match[0]
    return chr(ord(character) + MARKS) if category(character)[0] == "M" and character < "\ua6e0" else character


def readable(words: str) -> str:
    """Words as people write them."""
    return "".join(
        chr(ord(c) - MARKS) if c > "\U00020000" and category(chr(ord(c) - MARKS))[0] == "M" else c for c in words
    )


def variants(text: str) -> list[str]:
    """The text; and, where a line ends with a hyphen, also without that: it may be the word's own or the typesetter's."""
    joined = HYPHEN_AT_LINE_END.sub("", text)
    return [text] if joined == text else [text, joined]


def resolve(text: str) -> str:
    """The text with the entities of markup and the percents of addresses resolved; lines stay lines."""
    for _ in range(2):  # what was escaped may have been escaped before
        if "&" in text:
            text = ENTITY.sub(_entity, text)
    return PERCENT.sub(_percent, text) if "%" in text else text


def unquote_strings(text: str, quote: str) -> str:
    """The text with backslashes resolved, and a break where a string begins or ends; lines stay lines."""
    text = text.replace("\0", " ")
    if "\\" not in text:
        return text.replace(quote, BREAK)
    text = re.sub(rf"{BACKSLASH.pattern}|{quote}", _backslash, text, flags=re.DOTALL)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if SURROGATE.search(text) else text


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] != "#":
        return html5.get(f"{name};", match[0])
    return _character(int(name[2:], 16) if name[1] in "xX" else int(name[1:]))


def _percent(match: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(match[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return match[0]
    return text if text.isprintable() else "".join(_character(ord(character)) for character in text)


def _backslash(match: re.Match[str]) -> str:
    escape = match[1]
    if escape is None:
        return BREAK
    if len(escape) > 1:
        return _character(int(escape[1:], 16))
    return escape if escape == "\n" else "\t" if escape == "t" else " " if escape in "nrbf" else escape


def _character(code: int) -> str:
    """The character, but a space for those that would be a line's end or a break; tabs and separators part fields."""
    return " " if (code < 0x20 and code not in (0x09, 0x1C, 0x1D, 0x1E, 0x1F)) or code > sys.maxunicode else chr(code)
