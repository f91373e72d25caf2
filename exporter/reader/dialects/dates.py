"""Names that are dates, by a format as Logseq has it (Joda's, https://www.joda.org/joda-time/apidocs/): "MMM do, yyyy". Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from exporter.regex import regex

MONTHS = (
    "January February March April May June July August September October November December".split()
)  # Logseq's names are English ones
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
TOKEN = regex(r"'([^']*)'|(yyyy|yy|MMMM|MMM|MM|M|do|dd|d|E+|e)|(.)", re.DOTALL)
PATTERNS = {
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<short>\d\d)",
    "MMMM": rf"(?P<name>{'|'.join(MONTHS)})",
    "MMM": rf"(?P<name>{'|'.join(month[:3] for month in MONTHS)})",
    "MM": r"(?P<month>\d\d)",
    "M": r"(?P<month>\d\d?)",
    "do": r"(?P<day>\d\d?)(?:st|nd|rd|th)",
    "dd": r"(?P<day>\d\d)",
    "d": r"(?P<day>\d\d?)",
    "EEEE": "|".join(DAYS).join(("(?:", ")")),
    "E": "|".join(day[:3] for day in DAYS).join(("(?:", ")")),
    "e": r"\d",
}


@cache
def _pattern(form: str) -> re.Pattern[str] | None:
    """What a name in this format looks like; None: nothing, as it says some part of the date twice."""
    parts = [
        PATTERNS.get(token) or PATTERNS["EEEE" if len(token) > 3 else "E"] if token else re.escape(literal or other)
        for literal, token, other in TOKEN.findall(form)
    ]
    try:
        return re.compile("".join(parts), re.IGNORECASE)
    except re.error:
        return None


def read_date(name: str, form: str) -> date | None:
    """The date that a name is in this format; None: it is none."""
    pattern = _pattern(form)
    match = pattern.fullmatch(name) if pattern else None
    if not match:
        return None
    said = match.groupdict()
    word = (said.get("name") or "").capitalize()
    month = next((number for number, month in enumerate(MONTHS, 1) if word and month.startswith(word)), 0)
    try:
        year = said.get("year") or f"20{said['short']}"
        return date(int(year), month or int(said["month"]), int(said["day"]))
    except (KeyError, TypeError, ValueError):  # no such day, or the format says too little
        return None


def write_date(day: date, form: str) -> str:
    """A date in this format."""
    return "".join(literal or other or _part(day, token) for literal, token, other in TOKEN.findall(form))


def _part(day: date, token: str) -> str:
    if token == "do":
        ending = "th" if 10 < day.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
        return f"{day.day}{ending}"
    if token[0] == "E":
        return DAYS[day.weekday()][: None if len(token) > 3 else 3]
    if token[:3] == "MMM":
        return MONTHS[day.month - 1][: None if len(token) > 3 else 3]
    if token[0] == "y":
        return f"{day.year:04}"[-len(token) :]
    number = {"M": day.month, "d": day.day, "e": day.isoweekday()}[token[0]]
    return f"{number:02}" if len(token) > 1 else str(number)
