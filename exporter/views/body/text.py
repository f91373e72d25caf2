"""Text of the vault as a book may hold it, and the names by which links within the book find things."""

import re
from collections.abc import Mapping

from exporter.model import BROADER, RELATED, REQUIRES, Topic, replace_surrogates

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
ESCAPED = re.compile(r"\\([\s\S])")
MARK = "\uffff"  # no character, and not printable
NEWLINE = re.compile("\r\n|[\r\u2028\u2029]")
NAME = re.compile("[A-Za-z][A-Za-z0-9.-]*")
UNNAMED = re.compile(rb"^[^A-Za-z]|[^A-Za-z0-9.-]")


def printable(text: str) -> str:
    """The text without control characters and invisible marks; half a character becomes U+FFFD."""
    if text.isprintable():  # nor a line's end
        return text
    return replace_surrogates(UNPRINTABLE.sub("", NEWLINE.sub("\n", text)))


def mark_escapes(markdown: str) -> str:
    """The Markdown with a mark behind each "=", "[" and "{" that a backslash makes plain, so that pandoc's tree shows which are.

    They begin what pandoc does not know: ==highlights==, callouts, "[!note]", macros. `printable` takes the marks out.
    """
    if "\\=" in markdown or "\\[" in markdown or "\\{" in markdown:
        return ESCAPED.sub(lambda match: match[0] + MARK * (match[1] in "=[{"), markdown)
    return markdown


def label(id: str) -> str:
    """The topic's name within the book: an NCName, as XML wants it (https://www.w3.org/TR/xml-names/#NT-NCName).

    Each other byte is "_" and two hexadecimal digits, so that "__" is free for what lies within a topic or in none.
    """
    if NAME.fullmatch(id):  # as most are
        return id
    data = id.encode("utf-8", "surrogatepass")
    return UNNAMED.sub(lambda byte: b"_" + byte[0].hex().encode(), data).decode() or "_x"


def title_of(topic: Topic) -> str:
    """The topic's title as the book prints it; there is always something to point at."""
    return printable(topic.title).strip() or "–"


def other_names(topic: Topic) -> list[str]:
    """The topic's aliases as the book prints them: each once, and none that is its title but for capitals."""
    names = {title_of(topic).casefold(): ""}
    for alias in topic.aliases:
        name = printable(alias).strip()
        names.setdefault(name.casefold(), name)
    return list(filter(None, names.values()))


def kind_in_words(kind: str, words: Mapping[str, str]) -> str:
    """The kind of a link in our words; a kind of the vault's own speaks for itself."""
    known = kind in (REQUIRES, RELATED, BROADER)
    return words[kind] if known else printable(kind[:1].upper() + kind[1:])
