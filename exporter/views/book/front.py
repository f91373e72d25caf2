"""What a title page says, in the book's words."""

from __future__ import annotations

from exporter.views.book.edition import Edition

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_in_words(edition: Edition) -> str:
    """The book's date as its language has it, which says so to Typst; "" where it has none."""
    if not edition.date:
        return ""
    date = edition.date
    words = edition.words["date"]
    for sign, value in (
        ("[day padding:none]", date.day),
        ("[month padding:none]", date.month),
        ("[month repr:long]", MONTHS[date.month - 1]),
        ("[year]", date.year),
    ):
        words = words.replace(sign, str(value))
    return words


def edition_in_words(edition: Edition) -> list[str]:
    """Which edition this is, and of when."""
    number = edition.words["edition"].format(edition.number) if edition.number else ""
    return [line for line in (number, day_in_words(edition)) if line]


def license_in_words(edition: Edition) -> str:
    """Under which licence it is; "" where nothing says so."""
    return edition.words["license"].format(edition.license) if edition.license else ""
