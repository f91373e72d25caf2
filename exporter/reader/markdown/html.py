"""What HTML looks like within Markdown (https://spec.commonmark.org/0.31.2/#html-blocks): patterns alone."""

import re

from exporter.regex import regex

TAG = regex(  # one HTML tag, CommonMark 6.6; possessive, so that no hostile text takes it long
    r"</[A-Za-z][A-Za-z0-9-]*+\s*+>|<[A-Za-z][A-Za-z0-9-]*+"
    r"(?:\s++[A-Za-z_:][A-Za-z0-9_.:-]*+(?:\s*+=\s*+(?:[^\s\"'=<>`]++|'[^']*+'|\"[^\"]*+\"))?+)*+\s*+/?>"
)
# Blocks, CommonMark 4.6: how one begins, and what ends it (a blank line where nothing else is said)
BLOCKS = (
    (
        regex(r"<(?:script|pre|style|textarea)(?:[\s>]|$)", re.I),
        regex(r"</(?:script|pre|style|textarea)>", re.I),
    ),
    (regex(r"<!--"), regex(r"-->")),
    (regex(r"<\?"), regex(r"\?>")),
    (regex(r"<![A-Za-z]"), regex(r">")),
    (regex(r"<!\[CDATA\["), regex(r"\]\]>")),
    (
        regex(
            r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
            r"|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link"
            r"|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th"
            r"|thead|title|tr|track|ul)(?:\s|/?>|$)",
            re.I,
        ),
        None,
    ),
)
CLOSERS = ("-->", "]]>", "?>", ">", "</pre>")  # one of them ends each that a blank line does not
