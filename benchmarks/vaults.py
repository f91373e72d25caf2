"""Synthetic vaults: the same bytes for the same number of notes."""

import random
from pathlib import Path

WORDS = (
    "tensor kernel loop tile cache schedule operator graph memory layout thread warp vector matrix bound compute pass "
    "dialect lowering fusion tuning cost model search precision scale buffer stride access register"
).split()


def make(folder: Path, notes: int) -> None:
    """Write `notes` notes of about 1.8 kB: properties, headings, lists, code, a table, six links; a map of 20 areas."""
    chance = random.Random(notes)
    names = [f"{chance.choice(WORDS).title()} {chance.choice(WORDS)} {number}" for number in range(notes)]
    folder.mkdir(parents=True)
    for number, name in enumerate(names):
        place = folder / f"part-{number % 50:02}"
        place.mkdir(exist_ok=True)
        (place / f"{name}.md").write_text(_note(chance, names, number), encoding="utf-8")
    areas = names[:20]
    lines = ["# The map", "", "## Core Areas", *(f"- [[{area}]] - about {area.lower()}" for area in areas), ""]
    lines += ["## Learning Path", *(f"{k}. See [[{name}]]" for k, name in enumerate(names[20:60], start=1)), ""]
    lines += ["## Key Topics by Area"]
    for k, area in enumerate(areas):
        lines += [f"### {area}", *(f"- [[{name}]] - words" for name in names[20 + k : min(notes, 1020) : 20]), ""]
    (folder / "Map.md").write_text("\n".join([*lines, "#index", ""]), encoding="utf-8")


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=14)).capitalize() + "."


def _note(chance: random.Random, names: list[str], number: int) -> str:
    links = [chance.choice(names) for _ in range(6)]
    tags = chance.sample(WORDS, 2)
    head = (
        f'---\ntags: [{tags[0]}, topic/{tags[1]}]\naliases: [Alias {number}]\nrequires: "[[{links[0]}]]"\n---\n'
        if number % 10 < 7
        else ""
    )
    body = [
        head + _sentence(chance),
        f"{_sentence(chance)} See [[{links[1]}]] and [[{links[2]}|these words]]. {_sentence(chance)}",
        "## Why",
        f"{_sentence(chance)} {_sentence(chance)} It builds on [text]({links[3].replace(' ', '%20')}.md) #{tags[0]}",
        f"- {_sentence(chance)}\n- [[{links[4]}]]: {_sentence(chance)}\n  - {_sentence(chance)}",
        "```python\nfor i in range(10):\n    print(i)  # [[no link]]\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "## How",
        f"> [!note] {_sentence(chance)}\n> {_sentence(chance)} [[{links[5]}]]",
        f"%% {_sentence(chance)} %%",
        f"{_sentence(chance)} {_sentence(chance)} {_sentence(chance)} {_sentence(chance)} ^block",
    ]
    return "\n\n".join(body) + "\n"
