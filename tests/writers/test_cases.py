"""What notes of other people's kinds say is in all three books, in its order: HTML, callouts, footnotes, tasks, embeds, queries.

Each case is a note after a public report, with the words that a book must have and those that it must not have, written
down by hand. White space and quotation marks are the book's own matter.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from command import lay
from lxml import etree
from writers.books import made
from writers.handbook.test_handbook import Book, png
from writers.test_signs import plain, read_epub

from exporter import Finding, ReadOptions, read
from exporter.writers.handbook import Options

pytestmark = pytest.mark.book

TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
BOOKS = ("handbook", "epub", "docx")
CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "Html": (
        """
<details><summary>Hintqa</summary>Count the edgesqa.</details>

<center>Centred wordsqa, see [[Salt]].</center>

<div style="color:red">
Red wordsqa
</div>

<table><tr><td>Adaqa</td><td>36qa</td></tr></table>

<p align="center"><img src="logo.png" alt="A logo"></p>

<details>
<summary>Why it risesqa</summary>
The gas is caughtqa.

Seen only **below** a blankqa.

## A headingqa

</details>

<p>A paragraphqa of HTML</p>
and a line that follows it at onceqa.

<ol start="4"><li>fourqa<li>fiveqa<ul><li>belowqa</ul></ol>

<blockquote>quotedqa</blockquote><dl><dt>Termqa<dd>Meaningqa</dl>

<pre>
keptqa &lt;b&gt;
</pre>

- <div>itemqa</div>

> <div>quoteqa</div>

Before <div>blockqa in a line</div> after. <hr>

<b>unclosedqa

1 < 2qa and a <- b

<details><summary>neverqa closed</summary>

The endqa.
""",
        [
            "Hintqa Count the edgesqa. Centred wordsqa, see",
            "Red wordsqa Adaqa36qa",
            "Why it risesqa The gas is caughtqa. Seen only below a blankqa.",
            "A headingqa A paragraphqa of HTML and a line that follows it at onceqa.",
            "Termqa Meaningqa",
            "keptqa <b>",
            "Before blockqa in a line after.",
            "unclosedqa 1 < 2qa and a <- b neverqa closed The endqa.",
            *("fourqa", "fiveqa", "belowqa", "quotedqa", "itemqa", "quoteqa"),
        ],
        ["<details>", "</summary>", "<td>", "&lt;"],
    ),
    "Inline html": (
        """
x<sup>2qb</sup>, H<sub>2qb</sub>O, <u>underqb</u> <mark>markqb</mark> <kbd>Ctrlqb</kbd> <s>goneqb</s> <del>delqb</del> <b>boldqb</b>
<i>itqb</i> <code>a<b</code> one<br>twoqb <span style="color:red">spanqb</span> <a href="https://example.org/qb">siteqb</a>
<a href="Html.md">localqb</a> <font color=red>fontqb</font> &amp; <!-- hiddenqb --> <script>scriptqb</script>

| Thing | Parts |
|---|---|
| Bikeqb | <ul><li>wheelqb</li><li>chainqb</li></ul> |
| Twoqb<br>linesqb | <b>boldqb **both**</b> |

<table>
<thead><tr><th>Headqb <b>one</b></th><th colspan="2">Spanqb</th></tr></thead>
<tr><td rowspan=2>R1qb</td><td>c1qb</td><td>c2qb</td></tr>
<tr><td>d1qb</td><td><table><tr><td>nestedqb</td></tr></table></td></tr>
<tr>
<td>

**Markdownqb** cell

</td>
</tr>
<caption>Captionqb</caption>
</table>

<script>
alert("runqb")
</script>

<style>
.x { color: styleqb }
</style>
""",
        [
            "x2qb, H2qbO, underqb markqb Ctrlqb goneqb delqb boldqb itqb",
            "one twoqb spanqb siteqb",
            "fontqb &",
            *("localqb", "Bikeqb", "wheelqb", "chainqb", "Twoqb", "linesqb", "boldqb both", "Captionqb"),
            *("Headqb one", "Spanqb", "R1qb", "c1qb", "c2qb", "d1qb", "nestedqb", "Markdownqb cell"),
        ],
        ["hiddenqb", "scriptqb", "runqb", "styleqb", "<b>boldqb", "</li>"],
    ),
    "Callouts": (
        """
> [!note|right wide] Besideqc the text
> bodyqc

> [!my own API] Mineqc *too* $x^2$ [[Html|linkqc]]
> ownqc

> [!important]
> Wear glovesqc.

> [!CAUTION] Hotqc
> thing

> [!missing]
> The lidqc.

> [!info] Pricesqc
> | p | q |
> |---|---|
> | 1qc | 2 |

> [!tip] Cut hereqc
> ---
> lineqc

> [!example] Stepsqc
> 3. thirdqc
> 4. fourthqc

> [!question|card]- What does it costqc?
> | pq | qq |
> |---|---|
> | 11qc | 22 |

> [!bug]+ Codeqc
> ```py
> print("qc")
> ```
> > [!warning] Nestedqc
> > <div>innerqc</div>
>
> end of bugqc

> [!success]

> [!failure]- Only a titleqc

- listqc
  > [!abstract] Belowqc
  > | a | b |
  > | - | - |
  > | 5qc | 2 |
""",
        [
            "Note Besideqc the text bodyqc",
            "My own API Mineqc too",
            "linkqc",
            "Important Wear glovesqc. Caution Hotqc thing Missing The lidqc.",
            "Cut hereqc lineqc",
            "thirdqc",
            "fourthqc",
            "What does it costqc?",
            'print("qc")',
            "Warning Nestedqc innerqc end of bugqc",
            "Success Failure Only a titleqc",
            *("Pricesqc", "1qc", "11qc", "5qc", "ownqc"),
        ],
        ["[!", "|right", "|---", "| - |", "|p|"],
    ),
    "Footnotes": (
        """
Firstqd[^a], againqd[^a], thirdqd[^A]. Andqd[^b]. Ibid oneqd[^i] ibid twoqd[^j]. *Emphqd*[^k](qd)

A claimqd^[Smith 2020qd, **p. 5**, with [[Html]]^[innermostqd].] goes on. Code `x^[noqd]` and `[^a]`.

## Resultsqd[^h]

Selfqd[^self] circleqd[^c1].

```
[^a]: codeqd [^a]
```

| a | b |
|---|---|
| cellqd[^cell] | otherqd^[in a cellqd] |

![A captionqd[^cap]](logo.png)

> [!note] Titleqd[^t]
> textqd^[in
> a quoteqd] moreqd[^b]

- itemqd^[1. like a listqd]

[^a]: One textqd.
[^b]: Has a noteqd of its own[^c].
[^c]: INNERqd, and its own[^d].
[^d]: INNERMOSTqd
[^h]: HEADFOOTqd.
[^self]: And makes gasqd, see also [^self].
[^c1]: seeqd [^c2]
[^c2]: back toqd [^c1]
[^cap]: CAPFOOTqd
[^t]: TITLEFOOTqd
[^i]: Ibidqd.
[^j]: Ibidqd.
[^k]: Kqd
[^cell]: CELLFOOTqd
[^unused]: UNUSEDqd words

    second paragraphqd
[qdref]: https://example.org

[^src]: Bakerqd, 1990
Bread is oldqd.[^src]
""",
        [
            "Has a noteqd of its own (INNERqd, and its own (INNERMOSTqd).)",
            "Smith 2020qd, p. 5, with Html",
            "innermostqd",
            "Code x^[noqd] and [^a].",
            "[^a]: codeqd [^a]",
            "in a quoteqd",
            "1. like a listqd",
            "unused UNUSEDqd words second paragraphqd",
            "src Bakerqd, 1990 Bread is oldqd.",
            *("One textqd", "HEADFOOTqd.", "CAPFOOTqd", "TITLEFOOTqd", "CELLFOOTqd", "in a cellqd", "Kqd", "(qd)"),
            *("And makes gasqd", "seeqd (back toqd"),
        ],
        ["^[Smith", "[^b]", "[^c1]", "[^self]", "qdref"],
    ),
    "Tasks": (
        """
1. [ ] firstqe
2. [x] secondqe
3. [/] thirdqe

- [ ] openqe
- [-] droppedqe
- [?] askqe [[Html]]
- plainqe
  - [>] nestedqe
- [ ]

* [b] bookmarkqe

> - [!] quoteqe
> 1. [ ] urgentqe

> [!todo] Listqe
> - [~] calloutqe

- [x]noqe
""",
        ["firstqe", "droppedqe", "nestedqe", "bookmarkqe", "quoteqe", "urgentqe", "calloutqe", "[x]noqe"],
        ["[ ]", "[-]", "[/]", "[?]", "[>]", "[b]", "[!]", "[~]"],
    ),
    "Embeds": (
        """
Host textqf[^1].

![[Guest]]

- item
  ![[Guest#^blk]]

In a lineqf ![[Guest#^blk]] it goes onqf.

| cell | b |
|---|---|
| ![[Guest#Third]] | x |

![[#Summary]]

![[#^rule]]

![[Steps#^knead]]

![[Open]]

Host goes onqf. See [refqf][o] and ![picqf][pic].

![[Open html]]

Host afterqf.

Feed it every dayqf. ^rule

## Summary

A starterqf of flour.

## ![[logo.png|bannerqf]]

[^1]: HOSTqf.

[o]: Guest.md
[pic]: logo.png
""",
        [
            "In a lineqf Textqg",
            "it goes onqf.",
            "Thirdqg",
            "Host goes onqf. See refqf",
            "Host afterqf.",
            "A starterqf of flour. Feed it every dayqf. kneadqh",
            *("by handqh", "ten minutesqh", "HOSTqf.", "GUEST-ONEqg", "GUEST-TWOqg", "OPENFOOTqi"),
        ],
        ["[^", "][o]", "[o]:", "[pic]", "```", "neverqj"],
    ),
    "Guest": (
        "## First\nTextqg[^1] with [refqg][rr]. ^blk\n\n## Second\nMoreqg[^2].\n\n## Third\n\nThirdqg\n\n- itemqg\n\n"
        "[^1]: GUEST-ONEqg^[inlineqg].\n[^2]: GUEST-TWOqg.\n[rr]: https://example.org/rr\n",
        ["Textqg", "inlineqg", "refqg"],
        ["[rr]"],
    ),
    "Steps": ("- mixqh\n- kneadqh ^knead\n  - by handqh\n    - ten minutesqh\n- restqh\n", ["mixqh"], []),
    "Open": ("wordsqi[^o]\n\n[^o]: OPENFOOTqi\n\n```js\nopen codeqi", ["wordsqi", "open codeqi"], []),
    "Open html": (
        "wordsqj\n\n<div><details>\nin divqj\n\n<!-- comment open\nneverqj seen",
        ["wordsqj in divqj"],
        ["neverqj"],
    ),
    "Queries": (
        """
```dataview
TABLE xqk
```

```dataviewjs
dv.list([qk])
```

```base
viewsqk: []
```

```tasks
not doneqk
```

```tikz
\\drawqk (0,0);
```

Inlineqk `= this.file.nameqk` and `$= dv.currentqk()` but `= 5qk` and {{titleqk}}, \\{{keptqk}}, {{c1::clozeqk}}.

![[X.base]]

![[Oven.excalidraw]]
""",
        [
            "[query: Dataview – not in this book]",
            "[query: Bases – not in this book]",
            "[query: Tasks – not in this book]",
            "[drawing: TikZ – not in this book]",
            "but = 5qk and [macro: titleqk – not in this book], {{keptqk}}, {{c1::clozeqk}}.",
            "[query: Bases, X.base – not in this book]",
            "[drawing: Excalidraw, Oven.excalidraw – not in this book]",
        ],
        ["xqk", "listqk", "viewsqk", "doneqk", "drawqk", "nameqk", "currentqk", "doorqk", "{{titleqk"],
    ),
}
DRAWING = "---\nexcalidraw-plugin: parsed\n---\n# Excalidraw Data\n\n## Text Elements\ndoorqk ^a1b2c3d4\n"


def read_docx(data: bytes) -> str:
    with ZipFile(BytesIO(data)) as book:
        return "".join(
            "".join(etree.fromstring(book.read(f"word/{name}.xml")).itertext(TEXT))
            for name in ("document", "footnotes")
        )


READERS = {"epub": read_epub, "docx": read_docx}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[bytes, str, list[Finding]]]:
    """Each book of all cases: the file, its words, what is told."""
    files = {f"{name}.md": text for name, (text, *_) in CASES.items()}
    vault = lay(
        tmp_path_factory.mktemp("cases"), {**files, "logo.png": png(), "X.base": b"", "Oven.excalidraw.md": DRAWING}
    )
    knowledge_map = read(vault, ReadOptions(map="-")).knowledge_map
    books: dict[str, tuple[bytes, str, list[Finding]]] = {}

    def printed(name: str) -> tuple[bytes, str, list[Finding]]:
        if name not in books:
            data, findings = made(name, knowledge_map, Options(new_pages=True))
            text = READERS[name](data) if name in READERS else Book(data, vault).text
            books[name] = data, plain(text).casefold(), findings
        return books[name]

    return printed


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("case", CASES)
def test_a_book_says_what_the_note_says(
    case: str, name: str, printed: Callable[[str], tuple[bytes, str, list[Finding]]]
) -> None:
    _, said, unsaid = CASES[case]
    _, text, _ = printed(name)
    text = text.replace("☐", "").replace("☒", "")
    assert [words for words in said if plain(words).casefold() not in text] == []
    if case not in ("Footnotes", "Embeds"):  # Footnotes has code that looks like such
        assert [words for words in unsaid if plain(words).casefold() in text] == []


@pytest.mark.parametrize("name", BOOKS)
def test_what_a_book_cannot_show_is_told_once(
    name: str, printed: Callable[[str], tuple[bytes, str, list[Finding]]]
) -> None:
    told = {(finding.source.file, finding.code): finding.message for finding in printed(name)[2]}
    assert set(told) == {
        ("Inline html.md", "raw-html"),
        ("Footnotes.md", "circular-footnote"),
        ("Footnotes.md", "loose-footnote"),
        ("Queries.md", "not-in-book"),
    }
    assert len(printed(name)[2]) == len(told)
    assert "[^self], [^c1];" in told["Footnotes.md", "circular-footnote"]
    assert "[^unused], [^src];" in told["Footnotes.md", "loose-footnote"]
    assert "query (Dataview), query (Bases), query (Tasks), drawing (TikZ)" in told["Queries.md", "not-in-book"]
    assert "<script>, <style>;" in told["Inline html.md", "raw-html"]


def test_marks_of_one_footnote_have_one_number(
    printed: Callable[[str], tuple[bytes, str, list[Finding]]], tmp_path: Path
) -> None:
    data, text, _ = printed("handbook")
    assert text.count("onetextqd.") == 1
    book = Book(data, tmp_path)
    (first, again, third) = (
        book.text.partition(word)[2][:2].strip("., ") for word in ("Firstqd", "againqd", "thirdqd")
    )
    assert first == again == third != ""
    assert "Resultsqd" in [title for title, _ in _bookmarks(book)]
    epub = printed("epub")[1]
    assert epub.count("onetextqd.") == 1
    assert "firstqd1,againqd1,thirdqd1.andqd2.ibidoneqd3ibidtwoqd4." in epub


def _bookmarks(book: Book) -> list[tuple[str, int]]:
    with book.pdf.open_outline() as outline:
        waiting = [*outline.root]
        found = []
        while waiting:
            item = waiting.pop()
            found.append((str(item.title), 0))
            waiting += item.children
    return found
