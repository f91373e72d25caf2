"""What pages of the web share, whoever writes them: files that lie beside a module, scripts by their hash, JSON within HTML."""

from __future__ import annotations

import pkgutil
from base64 import b64encode
from hashlib import sha256


def read_asset(package: str, name: str) -> str:
    """A file that lies beside a module, whatever git has made of its line ends: a browser does not hash those of Windows."""
    return (pkgutil.get_data(package, name) or b"").decode().replace("\r\n", "\n")


def source_of(text: str) -> str:
    """A script or a style sheet as a security policy allows it: https://www.w3.org/TR/CSP3/#grammardef-hash-source."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def embed(json: str) -> str:
    """JSON as an element `script` can hold it: nothing in it ends the element or begins a comment."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
