"""Text as XML can hold it."""

from __future__ import annotations

import re

REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
SPECIAL = re.compile("[" + "".join(REFERENCES) + "]")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # https://www.w3.org/TR/xml/#charsets


def escape(text: str) -> str:
    """Text as a value of an attribute or as the content of an element; line breaks survive as references."""
    if text.isprintable() and not ("&" in text or '"' in text or "<" in text or ">" in text):  # faster than a pattern
        return text
    return SPECIAL.sub(lambda match: REFERENCES[match[0]], xml_safe(text))


def xml_safe(text: str) -> str:
    """Text that XML can hold."""
    if text.isprintable():
        return text
    return UNFIT.sub(lambda match: "\ufffd" if "\ud800" <= match[0] <= "\udfff" else "", text)
