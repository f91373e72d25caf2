"""Knowledge maps for the formats that are books: a note with all that a note can hold, and what is hard about others."""

from base64 import b64decode
from dataclasses import replace
from linecache import getline
from pathlib import Path

from maps import hostile_map, hostile_names, rich_map
from texts import hostile_texts
from writers.handbook.test_handbook import HOSTILE, filed, of, png, topic

from exporter import Finding, KnowledgeMap, find
from exporter.model import LearningPath, Link, NoContent, Source, Step, Topic
from exporter.testing import run_writer
from exporter.writers.handbook import Options

ROOT = Path(__file__).parent.parent.parent
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}<rect width="9" height="9"/></svg>'
EVIL = (
    "<style>@import url(http://evil.example/a.css);</style><script>fetch('http://evil.example')</script>"
    '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">evil.example</p></foreignObject>'
)
JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP////////////////////////////////////////////////////////////////////////////////"
    "//////wAALCAACAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z"
)
PICTURES = {  # of each kind, and what a book holds of it
    "my pic.png": (png(), "png"),
    "photo.jpg": (b64decode(JPEG), "jpeg"),
    "moving.gif": (b64decode("R0lGODdhAgACAIEAAICAgAAAAAAAAAAAACwAAAAAAgACAAAIBgABCAQQEAA7"), "gif"),
    "small.webp": (b64decode("UklGRhwAAABXRUJQVlA4TA8AAAAvAUAAAAcQBYz+ByKi/wEA"), "png"),
    "drawn.svg": (SVG.format("").encode(), "png"),
    "evil.svg": (SVG.format(EVIL).encode(), "png"),
}
FORMULAS = [r"\sum_{i=1}^n x_i", r"\frac{a}{b} < c", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\int_0^1 x\,dx"]
BLOCKS = r"""
## A heading with `code` & $x^2$

| left | right |
|:--|--:|
| one | **two** |

> [!warning]- Mind the *gap*
> A callout.

> [!question]- Why?
> Because.

- [ ] open
- [x] done

```python
print("<b>", 1 & 2)
```

1. one[^n]
2. ==marked==, ~~gone~~, [site](https://example.org/a?b=1&c=2), [topic](<topic:other#Far%20away>), [me](<topic:blocks>),
   [nobody](<missing:Nobody>)

[^n]: The first note's, with [a link](<topic:other>).
"""


def made(name: str, knowledge_map: KnowledgeMap, options: Options = Options()) -> tuple[bytes, list[Finding]]:  # noqa: B008 - frozen
    """The only file of a format, and what is not in it."""
    output = run_writer(find(name), knowledge_map, options)
    ((path, data),) = output.files.items()
    assert path == f"handbook.{'pdf' if name == 'handbook' else name}"
    return data, output.findings


def everything() -> KnowledgeMap:
    """All that a note can hold."""
    texts = {
        "pictures": "\n\n".join(f"![alt {name}](<file:{name.replace(' ', '%20')}>)" for name in PICTURES),
        "formulas": "\n\n".join([*(f"${tex}$" for tex in FORMULAS[:-1]), f"$${FORMULAS[-1]}$$", r"$\unknown{x}$"]),
        "blocks": BLOCKS,
        "other": "# Far away\n\nText.[^n]\n\n[^n]: The second note's.",
    }
    return of(texts, {name: data for name, (data, _) in PICTURES.items()})


def german() -> KnowledgeMap:
    topics = (topic("baum", title="Der „Baum“", areas=("wald",)), topic("wald", title="Wald", aliases=("Forst",)))
    paths = (LearningPath("p", "Lernpfad", (Step("Zuerst: Bäume", ("baum",), Source("Map.md", 3)),), Source("", 1)),)
    return replace(filed(*topics), language="de-AT", title="Übersicht", paths=paths)


ADDRESSES = """
[a](<https://example.org/a b|{c}>) [b](<mailto:A b@example.org>) [c](<https://exa mple.org/>) [d](https://a[b/)
[e](https://example.org/100%) ![web](https://example.org/x.png)
"""


def hostile_notes() -> KnowledgeMap:
    texts = {**HOSTILE, "addresses": ADDRESSES}
    evil = '#panic() ] " \\ </title>&amp;<script>alert(1)</script> $x$ \ud800 \x00'
    topics = tuple(topic(id, title=f"{evil} {id}", aliases=(evil,), summary=evil) for id in texts)
    links = tuple(Link(id, evil, "loop", evil, "", Source("Map.md", 1)) for id in texts)
    return of(texts, topics=topics, links=links, title=evil, summary=evil)


def contents(knowledge_map: KnowledgeMap, glossary: bool = False) -> list[tuple[str, list[str]]]:
    """The parts and their chapters, by their titles, of a map with paths."""

    def chapters(area: str | None) -> list[str]:
        return [each.title for each in knowledge_map.topics_in(area) if each.note and each.areas[:1] in ((), (area,))]

    asked = any("[!question]-" in knowledge_map.text(each.id) for each in knowledge_map.topics)
    return [
        ("How to use this book", []),
        *((path.title, []) for path in knowledge_map.paths),
        *((knowledge_map.topic[area.id].title, chapters(area.id)) for area in knowledge_map.areas),
        ("Further topics", chapters(None)),
        *[("Answers", [])] * asked,
        *[("Glossary", [])] * glossary,
        *[("References", [])] * bool(knowledge_map.references),
    ]


def is_embed(link: Link) -> bool:
    """Whether a link of our own notes embeds a block or a section: in a book stands what it embeds."""
    return getline(str(ROOT / "vault" / link.source.file), link.source.line).startswith("![[")


class Echo(NoContent):
    """Notes whose text is their path."""

    def text(self, topic: Topic) -> str:
        return topic.note or ""


MAPS = {
    "everything": everything,
    "rich": rich_map,
    "hostile": lambda: replace(hostile_map(), content=Echo()),
    "hostile names": lambda: hostile_names(hostile_texts()),
    "hostile notes": hostile_notes,
    "empty": KnowledgeMap,
    "german": german,
}
