"""Text of the vault on its way into Typst: what no font can show goes, what Typst would run is quoted."""

import re
from urllib.parse import quote

from exporter.model import Topic, whole

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
NEWLINE = re.compile("\r\n|[\r\u2028\u2029]")
ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
LONG_WORD = re.compile(r"\S{30,}")
JOINT = re.compile(r"[._/:,(=-]|\w{16}")  # after which a long word may go on in the next line


def printable(text: str) -> str:
    """The text without control characters and invisible marks; half a character becomes U+FFFD."""
    return whole(UNPRINTABLE.sub("", NEWLINE.sub("\n", text)))


def literal(text: str) -> str:
    """The text as a string of Typst's: nothing in it is run (https://typst.app/docs/reference/foundations/str/)."""
    return f'"{printable(text).translate(ESCAPES)}"'


def code_literal(code: str) -> str:
    """The code as a string of Typst's, in which words that may be longer than a line can break."""
    return LONG_WORD.sub(lambda word: JOINT.sub("\\g<0>\u200b", word[0]), literal(code))


def label(id: str) -> str:
    """The topic's name within the PDF; "#" is free for what lies within a topic."""
    return quote(id, safe="", errors="surrogatepass") or "#"


def title_of(topic: Topic) -> str:
    """The topic's title as the book prints it; there is always something to point at."""
    return printable(topic.title).strip() or "–"
