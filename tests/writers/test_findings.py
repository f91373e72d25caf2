"""What a book cannot show is told once, whatever the number of formats, at the line of the file where it stands."""

from pathlib import Path

import pytest
from command import lay

from exporter import export_vault, read
from exporter.model import Source

pytestmark = pytest.mark.book

HOST = r"""---
title: Host
aliases: [<foo>, gone.png]
---

# Host

`<foo>` is code, and so is `$\foo{x}$`

```html
<foo> ![](gone.png) {{toc}} [^loose]:
```

%% <foo> %% <!-- <foo> --> then <foo>words</foo> and ![[gone.svg]] ![a](sub/not%20there.png) <bar>x</bar>

![[Embedded#Part]]

| a | b |
|---|---|
| $\foo{a \| b}$ | <baz>y</baz> |

> A quote.
> $$
> \begin{aligned}
> \foo{x} &= 1
> \end{aligned}
> $$
> $$
> \begin{aligned}
> \foo{y} &= 1
> \end{aligned}
> $$

[^loose]: Nobody cites it.
[^round]: Cites[^round] itself.

See[^round] [paper](paper.pdf), [app](obsidian://open?x=1) and [the app once more](obsidian://open?x=1).

- An item with a drawing:

  ```tikz
  \draw (0,0);
  ```

![A dot](wordless.png)

Inline `= this.file.name`, {{toc}} and ![[Table.base]].

<p>Words<br>
<img src="sub/drawn.png"></p>

![](wordless.png)

TABLE
HEAD
-----

The letter 龘 is in no font.
"""
HOST = HOST.replace("TABLE\n", f"{'|a' * 31}|\n{'|-' * 31}|\n{'|b' * 31}|\n")
EMBEDDED = (
    "# Embedded\n\nNot shown: ![[gone3.png]]\n\n## Part\n\n<qux>q</qux> ![[gone2.gif]]\n\n## End\n\n[^1]: Loose.\n"
)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from base64 import b64decode

    files = {
        "Host.md": HOST,
        "Embedded.md": EMBEDDED,
        "paper.pdf": b"",
        "Table.base": b"",
        "wordless.png": b64decode(PNG),
    }
    return lay(tmp_path_factory.mktemp("told"), {f"vault/{path}": data for path, data in files.items()}) / "vault"


def test_each_at_its_line_and_once(vault: Path, tmp_path: Path) -> None:
    findings = export_vault(vault, ["handbook", "epub", "docx"], tmp_path).findings
    codes = {
        "raw-html",
        "not-in-book",
        "circular-footnote",
        "loose-footnote",
        "dead-link",
        "wide-table",
        "missing-picture",
    }
    codes |= {"picture-without-words", "formula-as-source", "missing-characters"}
    told = [(*found.source, found.code) for found in findings if found.code in codes]
    lines = HOST.split("\n")

    def line(words: str) -> int:
        (number,) = (number for number, text in enumerate(lines, 1) if words in text)
        return number

    assert sorted(told) == sorted(
        [
            ("Host.md", line("then <foo>"), "raw-html"),
            ("Embedded.md", 7, "raw-html"),
            ("Host.md", line("drawn.png"), "missing-picture"),
            ("Host.md", line("{a \\| b}"), "formula-as-source"),
            ("Host.md", line("\\foo{x} &=") - 2, "formula-as-source"),
            ("Host.md", line("\\foo{y} &=") - 2, "formula-as-source"),
            ("Host.md", line("[^loose]: Nobody"), "loose-footnote"),
            ("Embedded.md", 11, "loose-footnote"),
            ("Host.md", line("[^round]: Cites"), "circular-footnote"),
            ("Host.md", line("(paper.pdf)"), "dead-link"),
            ("Host.md", line("```tikz"), "not-in-book"),
            ("Host.md", line("![](wordless.png"), "picture-without-words"),
            ("Host.md", line("|a|a"), "wide-table"),
            ("Host.md", line("龘"), "missing-characters"),
        ]
    )
    said = {found.code: found.message for found in findings if found.source.file == "Host.md"}
    assert f"<foo>, <bar>, <baz> (line {line('<baz>')});" in said["raw-html"]
    assert f"query (Dataview) (line {line('= this.file')})" in said["not-in-book"]


def test_of_many_a_few_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    from writers.books import made

    (tmp_path / "a.md").write_text("Words.\n\n" + "\n\n".join(f"<tag{n}>x</tag{n}>" for n in range(40)))
    (finding,) = made("docx", read(tmp_path).knowledge_map)[1]
    assert finding.source == Source("a.md", 3)
    assert "<tag0>, <tag1> (line 5), <tag2> (line 7), <tag3> (line 9), <tag4> (line 11) and 35 more;" in finding.message


@pytest.mark.parametrize(
    ("kind", "words", "place"),
    [
        ("link", "paper.pdf", "(paper.pdf)"),
        ("link", "obsidian://open?x=1", "(obsidian://open?x=1)"),
        ("picture", "sub/drawn.png", "drawn.png"),
        ("picture", "paper.pdf", None),  # which is only linked
        ("picture", "gone", None),
        ("wordless", "wordless.png", "![](wordless.png)"),
        ("tag", "fo", None),
        ("tag", "body", None),
        ("code", "\\draw (0,0);", "```tikz"),
        ("code", "\\draw", None),
        ("code", "= this.file.name", "`= this"),
        ("formula", "\\foo", None),
        ("formula", "\\foo{x}", None),
        ("footnote", "LOOSE", "[^loose]: Nobody"),
        ("footnote", "gone", None),
        ("table", "2", "| a | b |"),
        ("table", "7", None),
        ("text", "{{toc", "{{toc}} and"),
        ("text", "{{to", None),
        ("words", "龘", "龘"),
        ("words", "<foo>", "aliases"),
    ],
)
def test_a_place_is_right_or_unknown(kind: str, words: str, place: str | None, vault: Path) -> None:
    knowledge_map = read(vault).knowledge_map
    found = knowledge_map.locate(knowledge_map.find("Host")[0].id, kind, words)  # type: ignore[arg-type]
    if place is None:
        assert found is None
    else:
        assert found and found.file == "Host.md"
        assert place in HOST.split("\n")[found.line - 1]
