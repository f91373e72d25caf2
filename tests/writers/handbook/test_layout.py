"""Long and wide things in the handbook: every word is on the page, in its order, and costs what it is long."""

import re
from collections.abc import Callable

import pytest
from writers.handbook.test_handbook import Book, make, of, read

from exporter.writers.handbook import Options

__all__ = ["read"]  # a fixture

pytestmark = pytest.mark.book
Read = Callable[[bytes], Book]


def table(*rows: list[str]) -> str:
    head, *rest = rows
    return "\n".join(f"|{'|'.join(cells)}|" for cells in (head, ["---"] * len(head), *rest))


def visible(book: Book) -> set[str]:
    """The words that stand on the paper, by poppler's places."""
    return {
        word
        for page, words in zip(book.pdf.pages, book.words, strict=True)
        for x, y, word in words
        if 0 < x < float(page.mediabox[2]) and 0 < y < float(page.mediabox[3])
    }


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [(9, 3, 70), (1, 2, 1500), (40, 2, 3), (3, 3, 3)],
)
def test_a_table_goes_on_on_the_next_page(rows: int, columns: int, words: int, read: Read) -> None:
    cells = [[[f"w{r}x{c}x{n}" for n in range(words)] for c in range(columns)] for r in range(rows)]
    text = table([f"c{c}" for c in range(columns)], *([" ".join(cell) for cell in row] for row in cells))
    data, findings = make(of({"a": text}))
    assert findings == []
    assert {word for row in cells for cell in row for word in cell} <= visible(read(data))


def test_a_low_table_stays_together(read: Read) -> None:
    cells = [[f"r{number}", "words"] for number in range(10)]
    for lines in range(20, 32):  # one of these ends near the foot of the page
        book = read(make(of({"a": "\n\n".join(["line"] * lines) + "\n\n" + table(["a", "b"], *cells)}))[0])
        assert len({number for number, page in enumerate(book.pages) for row, _ in cells if row in page.split()}) == 1


@pytest.mark.parametrize("columns", [12, 13, 24, 30])
def test_a_wide_table_stands_in_parts_with_its_first_column(columns: int, read: Read) -> None:
    heads = [f"head{number}" for number in range(columns)]
    rows = [[f"cell{row}x{number}" for number in range(columns)] for row in range(3)]
    data, findings = make(of({"a": table(heads, *rows)}))
    assert findings == []
    book = read(data)
    printed = [word for page in book.words for _, _, word in page]
    parts = -(-(columns - 1) // 11)
    for first, *others in (heads, *rows):
        assert printed.count(first) == parts
        assert [printed.count(word) for word in others] == [1] * (columns - 1)
    assert {*heads, *(cell for row in rows for cell in row)} <= visible(book)


@pytest.mark.parametrize("bibliography", [True, False])
def test_a_list_of_many_addresses_costs_what_it_is_long(bibliography: bool, read: Read) -> None:
    text = "\n".join(f"{number}. item [link](https://example.org/{number})" for number in range(7, 1007))
    book = read(make(of({"a": text}), Options(bibliography=bibliography))[0])
    numbers = [word for page in book.words for _, _, word in page if word.endswith(".") and word[:-1].isdigit()]
    assert numbers[:1000] == [f"{number}." for number in range(7, 1007)]


def test_what_is_copied_is_what_was_written(read: Read) -> None:
    command = "https://downloads.example.org/tools/releases/latest/install-linux.sh"
    token = "ghp_" + "abcdefghij" * 9
    text = read(make(of({"a": f"Run `{command}`.\n\n```sh\nexport TOKEN={token}\n```\n\nOr {'w' * 200}."}))[0]).text
    assert not {"\u200b", "\u2060", "\u00ad", "\ufeff"} & {*text}
    assert command in text.replace(" ", "")
    assert token in text.replace(" ", "")
    assert "w" * 200 in text.replace(" ", "")


def test_much_code_of_long_words_is_set(read: Read) -> None:
    word = "package.module.Class(argument=value,other=value)"
    block = "\n".join(f"{word}.call{number}({word})" for number in range(300))
    spans = " ".join(f"`{word}[{number}]`" for number in range(300))
    line = f"{word}." * 400
    data, findings = make(of({"a": f"```python\n{block}\n```\n\n{spans}\n\n```\n{line}\n```\n"}))
    assert findings == []
    book = read(data)
    text = re.sub(r"[\s\u200b]", "", book.text)
    whole = [
        *(f"{word}.call{number}({word})" for number in range(300)),
        *(f"{word}[{number}]" for number in range(300)),
    ]
    assert len([each for each in whole if each not in text]) < len(book.pages)  # one may go on on the next page
    assert text.count(f"{word}.") >= 400


def test_an_address_gets_no_hyphens(read: Read) -> None:
    address = "https://docs.example.org/en/latest/reference/configuration/section/introduction/documentation.html"
    for words in range(6):
        text = read(make(of({"a": f"{'See ' * words}{address} for more."}))[0]).text
        assert address in text.replace(" ", "")
