"""Targets of links that lead out of the vault, as a book may hold them."""

import re
from urllib.parse import urlsplit, urlunsplit

HOST = re.compile(r"([^@\[\]/]*@)?(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:\d*)?")
NO_ADDRESS = re.compile(r"[\x00-\x20\"#<>\[\\\]^`{|}\x7f]|%(?![0-9A-Fa-f]{2})")  # beyond the host
LONGEST_ADDRESS = 2000  # characters; Typst refuses from 8000 on


def web_address(target: str, programs: frozenset[str] = frozenset()) -> str:
    """The target of a link as an IRI of the web or of mail, or that one of these programs opens, named by their schemes.

    https://www.rfc-editor.org/rfc/rfc3987. It is "" where it is none, or too long.
    """
    try:
        scheme, host, *rest = urlsplit(target)
    except ValueError:
        return ""
    of_web = scheme in ("http", "https") and HOST.fullmatch(host)
    if not (of_web or scheme in programs or (scheme == "mailto" and rest[0] and not host)):
        return ""
    address = urlunsplit((scheme, host, *(NO_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", part) for part in rest)))
    return address if len(address) <= LONGEST_ADDRESS else ""
