"""Texts that are known to hurt somebody: quotes, escapes, comments, control characters, half characters, long ones."""

from hypothesis import given, settings
from hypothesis import strategies as st

HOSTILE = [
    "\\u0027}) DETACH DELETE n //",
    "\\u005c\\u0027",
    "C:\\users\\",
    "\\",
    "\\\\'",
    "'",
    "''",
    '"',
    "`",
    "``; :exit",
    "\n:begin\n",
    "a\r\nb\rc\n",
    "// no comment",
    "/* never closed",
    "**/ ; ]]> --",
    "\x00",
    "a\x00b",
    "".join(map(chr, range(0x20))),
    "\x7f\x85\u2028\u2029\ufeff\ufffe\uffff",
    "\ufeffbyte order mark",
    "|a||b|",
    "\t\t",
    ";",
    "$parameter {0} {name} %s",
    "emoji 👩‍👩‍👧 😀",
    "\U00010000\U0010ffff\ue000\ue001",
    "עברית ‮ right to left",
    "e\u0301 é ß İ ı",
    "\ud83d half an emoji",
    "\ud83d\ude00",
    "null",
    "true",
    "1e5",
    " ",
    "long " * 900,
]


def hostile_texts() -> list[str]:
    """Those that are known to hurt, and what hypothesis finds; all are loaded in one go."""
    texts = dict.fromkeys(HOSTILE)
    pieces = st.sampled_from(
        ["\\", "'", '"', "`", "u0027", "\\u", ";", "//", "/*", "*/", "\n", "\t", "|", "\0", "é", "{"]
    )

    @settings(max_examples=200, database=None, derandomize=True)
    @given(st.text(st.characters(codec=None)) | st.lists(pieces).map("".join))
    def collect(text: str) -> None:
        texts[text] = None

    collect()
    return list(texts)
