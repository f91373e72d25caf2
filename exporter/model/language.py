"""The language of a text, as far as its letters say it for sure; where they do not, that of the vault holds.

The script must be that of most letters. A script that one language has says it. Of one that several have, letters that
only one of these has say it (Kana: Japanese; ї: Ukrainian; پ: Persian); a text without such letters is in the language that
a fifth of the vault's texts in this script are in by their letters, else in the script's first (Han: Chinese; Cyrillic: Russian),
unless a letter speaks against it. Latin letters say nothing; of a whole vault its small words do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from exporter.regex import regex


class Script(NamedTuple):
    """A script, and how its languages are told from one another."""

    letters: str  # as a class of a regular expression has them
    languages: str  # written in it; the first is meant where nothing tells another
    telling: tuple[tuple[str, str], ...] = ()  # languages, and what in a text only they have
    strange: str = r"(?!)"  # what none of the languages above has
    weight: int = 1  # letters of an alphabet that one character stands for


SCRIPTS = {
    "Hang": Script("\u1100-\u11ff\u3130-\u318f\uac00-\ud7af", "ko", weight=3),
    "Hani": Script(
        "\u3005\u3041-\u3096\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f",
        "zh ja ko yue lzh",
        (("ja", "[\u3041-\u3096\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f]"),),
        weight=3,
    ),
    "Cyrl": Script(
        "\u0400-\u052f",
        "ru uk be bg sr mk kk ky tg mn tt ba cv",
        (
            ("be", "ў|і.*[ыэ]|[ыэ].*і"),
            ("uk", "[іїєґ]"),
            ("sr", "[ђћ]"),
            ("mk", "[ѓѕќ]"),
            ("ru", "[ыэё]"),
            ("bg", "ъ(?![еёюя])"),
        ),
        "(?![а-яёіїєґўђћѓѕќ])[\u0400-\u052f]",
    ),
    "Arab": Script(
        "\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
        "ar fa ur ps ckb ug sd ku",
        (("ur", "[ٹڈڑںےہ]"), ("ar", "[ةىيك]"), ("fa", "[پچژگکی]")),
        "[ټځڅډړږښۍېێڕڵۆەڭۇۈۋڄڃڇڏ]",
    ),
    "Deva": Script("\u0900-\u097f", "hi mr ne sa", (("mr", "ळ"),)),
    "Beng": Script("\u0980-\u09ff", "bn as", (("as", "[ৰৱ]"),)),
    "Hebr": Script("\u0590-\u05ff\ufb1d-\ufb4f", "he yi", (("yi", "[װױײ]"),)),
    "Grek": Script("\u0370-\u03ff\u1f00-\u1fff", "el grc"),
    "Armn": Script("\u0530-\u058f", "hy"),
    "Guru": Script("\u0a00-\u0a7f", "pa"),
    "Gujr": Script("\u0a80-\u0aff", "gu"),
    "Orya": Script("\u0b00-\u0b7f", "or"),
    "Taml": Script("\u0b80-\u0bff", "ta"),
    "Telu": Script("\u0c00-\u0c7f", "te"),
    "Knda": Script("\u0c80-\u0cff", "kn"),
    "Mlym": Script("\u0d00-\u0d7f", "ml"),
    "Sinh": Script("\u0d80-\u0dff", "si"),
    "Thai": Script("\u0e00-\u0e7f", "th"),
    "Laoo": Script("\u0e80-\u0eff", "lo"),
    "Tibt": Script("\u0f00-\u0fff", "bo dz"),
    "Mymr": Script("\u1000-\u109f", "my"),
    "Geor": Script("\u10a0-\u10ff\u1c90-\u1cbf", "ka"),
    "Ethi": Script("\u1200-\u137f", "am ti"),
    "Khmr": Script("\u1780-\u17ff", "km"),
}
LATIN = regex("[A-Za-z\u00c0-\u024f]+")
OTHERS = regex(f"[{''.join(script.letters for script in SCRIPTS.values())}]+")
LETTERS = regex("|".join(f"(?P<{key}>[{script.letters}]+)" for key, script in SCRIPTS.items()))
MOST_WEIGHT = max(script.weight for script in SCRIPTS.values())
SHARE = 5  # one of so many texts in a script
# Small words by which languages in Latin letters are told, one that several have for each of them
SMALL_WORDS = {
    "en": "the of and to in is for with how what from your are an by on as it that this",
    "de": "der die das und des von zu mit für im ist ein eine auf bei den dem nicht als wie zur zum über",
    "fr": "le la les des du et une pour dans avec est sur aux par ce que qui un de en",
    "es": "el los las del y una para con por en que es un la de al como",
    "pt": "o os as do da dos das e uma para com em não no na um de que ao como",
    "it": "il lo gli della dei delle di e una per con nel del nella che un la è le alla dal",
    "nl": "de het een van en voor met op is te dat niet naar bij uit hoe",
    "pl": "i w na z do nie się jest dla jak po od co o przez",
    "sv": "och i att en ett för med på av är som till inte den det om",
    "tr": "ve bir için ile bu da de nasıl ne olarak",
}
FEWEST = 20  # small words of a language; from fewer nothing is concluded
LEAD = 1.5  # times as many as of the next one
MOST, FEW = 2000, 500  # texts that are looked at: by their letters, by their words


class Languages:
    """The languages of a vault's texts."""

    def __init__(self, texts: Iterable[str], language: str) -> None:
        """Take what is known.

        Args:
            texts: of the vault, as its titles, by which doubtful ones are judged.
            language: the vault's; "": nobody says it.
        """
        self._texts, self.language = texts, language
        self._primary = language.replace("_", "-").partition("-")[0].lower()

    def of(self, text: str) -> str:
        """The language of a text; that of the vault where its letters do not say another."""
        key = "" if text.isascii() else _script_of(text)
        if not key:
            return self.language
        script = SCRIPTS[key]
        languages = script.languages.split()
        known = {languages[0], *(language for language, _ in script.telling)}
        told = _told(script, text)
        if self._primary in languages and (not told or self._primary not in known or told == self._primary):
            return self.language
        return told or self.usual.get(key, "") or ("" if _is_strange(script, text) else languages[0]) or self.language

    @cached_property
    def usual(self) -> dict[str, str]:
        """By script, the language that enough of the vault's texts in it are in by their letters."""
        told: dict[str, Counter[str]] = {}
        for text in self._texts:
            if not text.isascii() and (key := _script_of(text)):
                told.setdefault(key, Counter())[_told(SCRIPTS[key], text)] += 1
        usual = {}
        for key, counts in told.items():
            total = counts.total()
            del counts[""]
            if counts:
                language, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
                usual[key] = language if count * SHARE >= total else ""
        return usual


def usual_language(titles: Sequence[str], further: Sequence[str] = ()) -> str:
    """The language of a vault: at least half of its titles are in it by their letters, else titles and further texts by their words; "": not told."""
    counts: Counter[str] = Counter()
    if 2 * sum(map(str.isascii, titles)) <= len(titles):  # else no language has half of them
        counts.update(map(Languages(titles, "").of, titles))
    del counts[""]
    by_letters = next((language for language, count in counts.items() if count * 2 >= len(titles)), "")
    return by_letters or _by_words([texts[number] for texts in (titles, further) for number in spread(len(texts), FEW)])


def spread(count: int, most: int = MOST) -> range:
    """The numbers of so many texts at most, from all parts of many: those of one folder may be in another language."""
    return range(0, count, -(-count // most) or 1)


def _by_words(texts: Iterable[str]) -> str:
    """The language in Latin letters whose small words are most, by far."""
    said = Counter(re.findall(r"\w+", "\n".join(texts).lower()))
    counts = sorted((sum(said[word] for word in words.split()), language) for language, words in SMALL_WORDS.items())
    (next_one, _), (most, language) = counts[-2:]
    return language if most >= max(FEWEST, LEAD * next_one) else ""


def _script_of(text: str) -> str:
    """The script of most letters of a text; "": Latin, or a letter alone, as of a formula."""
    others = OTHERS.findall(text)
    latin = sum(map(len, LATIN.findall(text))) if others else 0
    if MOST_WEIGHT * sum(map(len, others)) < max(latin, 2):  # as in most: a few words, or none
        return ""
    counts: Counter[str] = Counter()
    for match in LETTERS.finditer("\n".join(others)):
        key = match.lastgroup or ""
        counts[key] += len(match[0]) * SCRIPTS[key].weight
    key = max(SCRIPTS, key=counts.__getitem__)
    return key if counts[key] > 1 and counts[key] >= latin else ""


def _told(script: Script, text: str) -> str:
    text = text.lower()
    if _is_strange(script, text):
        return ""
    return next((language for language, letters in script.telling if re.search(letters, text, re.DOTALL)), "")


def _is_strange(script: Script, text: str) -> bool:
    return re.search(script.strange, text.lower()) is not None
