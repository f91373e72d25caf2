"""The words that the book itself says, by language; a language that is not here speaks English."""

ENGLISH = {
    "handbook": "Handbook",
    "contents": "Contents",
    "part": "Part",
    "chapter": "Chapter",
    "page": "p.",
    "also": "also:",
    "see": "see",
    "in_part": "In this part",
    "unwritten": "not written yet",
    "further": "Further topics",
    "topics": "Topics",
    "requires": "Builds on",
    "related": "Related",
    "broader": "Belongs to",
    "date": "[day padding:none] [month repr:long] [year]",  # as Typst's datetime.display wants it
}
GERMAN = {
    "handbook": "Handbuch",
    "contents": "Inhalt",
    "part": "Teil",
    "chapter": "Kapitel",
    "page": "S.",
    "also": "auch:",
    "see": "siehe",
    "in_part": "In diesem Teil",
    "unwritten": "noch nicht geschrieben",
    "further": "Weitere Themen",
    "topics": "Themen",
    "requires": "Setzt voraus",
    "related": "Verwandt",
    "broader": "Gehört zu",
    "date": "[day padding:none].[month padding:none].[year]",
}
WORDS = {"en": ENGLISH, "de": GERMAN}
