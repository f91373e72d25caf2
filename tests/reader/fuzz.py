"""Look for notes that break the reader, led by the coverage of its code (https://github.com/google/atheris).

pip install atheris
python tests/reader/fuzz.py FOLDER -max_total_time=3600     # look; what is new goes into FOLDER
python tests/reader/fuzz.py FOLDER -merge=1 OTHER           # only as many as are needed for the same coverage
python tests/reader/fuzz.py --pack FOLDER                   # write corpus.json, which test_corpus.py reads
"""

import json
import os
import sys
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus.json"
LARGEST = 2000  # bytes of a note: a longer one says nothing that a shorter one does not


def corpus() -> list[bytes]:
    """The notes that reach all that was ever reached."""
    return [text.encode("latin-1") for text in json.loads(CORPUS.read_text(encoding="ascii"))]


def check(data: bytes) -> None:
    """Read a note; fails if that raises."""
    from exporter import ReadOptions
    from exporter.reader.batch.read import read_columns
    from exporter.reader.meaning.vocabulary import gather
    from exporter.reader.vault.plugins import PluginWords

    read_columns([data], gather(ReadOptions(), PluginWords({}, {}, [], [], [])).vocabulary)


def _pack(folder: Path) -> None:
    notes = sorted({file.read_bytes() for file in folder.iterdir()}, key=lambda note: (len(note), note))
    texts = [note.decode("latin-1") for note in notes]  # a character a byte
    CORPUS.write_text(json.dumps(texts, indent=0) + "\n", encoding="ascii")


def _look() -> None:
    import atheris

    os.environ["MLK_EXPORT_CORE"] = (
        "python"  # the definition; tests/reader/test_native.py holds the core to what is found
    )
    with atheris.instrument_imports(include=["exporter"]):
        import exporter.reader.batch.columns  # noqa: F401
    program = f"{sys.executable} {sys.argv[0]}"  # which it runs again to merge
    atheris.Setup([program, *sys.argv[1:], f"-max_len={LARGEST}"], check)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--pack"]:
        _pack(Path(sys.argv[2]))
    else:
        _look()
