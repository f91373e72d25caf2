"""A note's body as plain Markdown: links to topics and attachments, embeds, footnotes, and what is taken out."""

import re
from pathlib import Path

import pytest
from command import lay
from hypothesis import given, settings
from hypothesis import strategies as st
from marks import examples
from reader.generated import markdown

from exporter import ReadOptions, read

OTHERS = {"Other note.md": "other\n", "p/q r.png": b"", "doc.pdf": b"", "folder/Deep.md": "---\nid: x/y\n---\ndeep\n"}


def text(folder: Path, body: str, **notes: str) -> str:
    """The text of the topic `n`, whose note has this body, in a vault with further notes."""
    lay(folder, {**OTHERS, "n.md": body, **{f"{name}.md": note for name, note in notes.items()}})
    return read(folder, ReadOptions(map="-"))[0].text("n")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # to topics
        ("[[Other note]]", "[Other note](<topic:other-note>)"),
        ("[[Other note|a *b*]]", "[a \\*b\\*](<topic:other-note>)"),
        ("[[Other note#A b#^c]]", "[Other note \\> A b \\> \\^c](<topic:other-note#A%20b%23%5Ec>)"),
        ("[[folder/Deep]]", "[folder/Deep](<topic:x%2Fy>)"),
        ("[a *b*](Other%20note.md)", "[a *b*](<topic:other-note>)"),
        ("[](Other%20note.md#c)", "[Other note.md \\> c](<topic:other-note#c>)"),
        ("[[#H]]\n# H", "[H](<topic:n#H>)\n# H"),
        ("- ![[Other note]] inline", "- other inline"),
        ("[![[Other note]]](https://b.org)", "[[Other note](<topic:other-note>)](https://b.org)"),
        (
            "[a][o] ![b][p]\n\n[o]: Other%20note.md#c\n[p]: <p/q r.png>",
            "[a][o] ![b][p]\n\n[o]: <topic:other-note#c>\n[p]: <file:p/q%20r.png>",
        ),
        (
            "```\n[o]: Other%20note.md\n```\n\n[o]: Other%20note.md",
            "```\n[o]: Other%20note.md\n```\n\n[o]: <topic:other-note>",
        ),
        (
            "```\n[o]: Other%20note.md\n```\n\n[p]: no.md\n[q]: https://b.org",
            "```\n[o]: Other%20note.md\n```\n\n[p]: no.md\n[q]: https://b.org",
        ),
        # to attachments
        ("![[q r.png]]", "![](<file:p/q%20r.png>)"),
        ("![[q r.png|alt|90]]", "![alt](<file:p/q%20r.png#width=90>)"),
        ("![[q r.png|90x40]] ![[q r.png|9a]]", "![](<file:p/q%20r.png#width=90>) ![9a](<file:p/q%20r.png>)"),
        ("![a [b]|90](<p/q r.png>)", "![a [b]](<file:p/q%20r.png#width=90>)"),
        ("![90](<p/q r.png>) ![a 90](<p/q r.png>)", "![](<file:p/q%20r.png#width=90>) ![a 90](<file:p/q%20r.png>)"),
        ("![[doc.pdf#page=3]]", "[doc.pdf \\> page=3](<file:doc.pdf>)".replace("page=3", "page\\=3")),
        ("![d|9](doc.pdf) [e](doc.pdf)", "[d](<file:doc.pdf>) [e](<file:doc.pdf>)"),
        ("[![[q r.png]]](Other%20note.md)", "[![](<file:p/q%20r.png>)](<topic:other-note>)"),
        ("[![a](p/q%20r.png)](https://b.org)", "[![a](<file:p/q%20r.png>)](https://b.org)"),
        (
            "| a |\n|---|\n| ![b\\|40](<p/q r.png>) ![c\\|40](https://d.org/e.png) ![f\\|g h](<p/q r.png>) ![i\\|40](no.png) |",
            "| a |\n|---|\n| ![b](<file:p/q%20r.png#width=40>) ![c](https://d.org/e.png) ![f\\|g h](<file:p/q%20r.png>) [i](<missing:no.png>) |",
        ),
        # to nowhere
        (
            "[[Nowhere]] [[No/where#c|a_b]] ![[no.png]]",
            "[Nowhere](<missing:Nowhere>) [a\\_b](<missing:No%2Fwhere>) [no.png](<missing:no.png>)",
        ),
        ("[a ![[q r.png]] b](no.md)", "[a ![](<file:p/q%20r.png>) b](<missing:no.md>)"),
        ("[](no.md) ![a](no.png)", "[no.md](<missing:no.md>) [a](<missing:no.png>)"),
        # out of the vault
        ("[a](https://b.org) <https://c.org>", "[a](https://b.org) <https://c.org>"),
        ("![a|90](https://b.org/c.png) ![90x80](ftp://d)", "![a](https://b.org/c.png) ![](ftp://d)"),
        ("[[obsidian://open?a=b|c]]", "[c](<obsidian://open?a=b>)"),
        # what is gone
        ("a %%b [[Other note]]%% c <!-- d --> e", "a  c  e"),
        ("a\n\n%%\n[[Other note]]\n%%\n\nb", "a\n\n\n\nb"),
        ("<!--\na\n\n[[Other note]]", ""),
        ("a ^b\n\nc ^b\n\n^d", "a\n\nc"),
        ("# n\n\na\n# b\n", "a\n# b"),
        ("n\n===\na", "a"),
        ("a\n\n# n", "a\n\n# n"),
        ("---\nb: 1\n---\n# n\na", "a"),
        # what stays
        (
            "`[[Other note]]` $[[Other note]]$\n\n    [[Other note]]",
            "`[[Other note]]` $[[Other note]]$\n\n    [[Other note]]",
        ),
        ("> [!tip] a\n> ==b== #c [^1]\n\n[^1]: d", "> [!tip] a\n> ==b== #c [^1]\n\n[^1]: d"),
    ],
)
def test_text(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == f"{expected}\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a\n\n![[e]]\n\nb", "a\n\n\nfirst\n\n- one\n- two\n\n\n\n## H\n\nunder\n\n## I\n\nlast\n\n\nb"),
        ("a\n![[e#H]]\nb", "a\n\n## H\n\nunder\n\nb"),
        ("![[e#^id]]", "first"),
        ("![[e#^list]]", "- one\n- two"),
        ("![](e.md#I)", "## I\n\nlast"),
        ("- ![[e#H]]\n- b", "- ## H\n  \n  under\n- b"),
        ("12. ![[e#H]]", "12. ## H\n    \n    under"),
        ("- [ ] ![[e#H]]", "- [ ] ## H\n  \n  under"),
        ("- a\n\n  ![[e#H]]\n", "- a\n\n  \n  ## H\n  \n  under"),
        ("> a\n> ![[e#H]]\n> b", "> a\n> \n> ## H\n> \n> under\n> \n> b"),
        ("> - ![[e#H]]", "> - ## H\n>   \n>   under"),
        ("a ![[e#^id]] b", "a first b"),
        ("> - a ![[e#^id]] b", "> - a first b"),
        ("a ![[e#^list]] b", "a \n\n- one\n- two\n\n b"),
        ("| a |\n|---|\n| ![[e#^list]] |", "| a |\n|---|\n| one<br>two |"),
        ("# n\n\n## a ![[e#^id]]", "## a [e \\> \\^id](<topic:e#%5Eid>)"),
    ],
)
def test_embeds(tmp_path: Path, body: str, expected: str) -> None:
    note = "# e\n\nfirst ^id\n\n- one\n- two\n\n^list\n\n## H\n\nunder\n\n## I\n\nlast\n"
    assert text(tmp_path, body, e=note).rstrip() == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a^[b *c*]. d", "a[^n.0]. d\n\n[^n.0]: b *c*"),
        ("a^[b [[Other note|o]] ^[c] d]", "a[^n.0]\n\n[^n.0]: b [o](<topic:other-note>) [^n.1] d\n\n[^n.1]: c"),
        ("`a^[b]` \\^[c] x^2^ ^[] a^[d](e.md)", "`a^[b]` \\^[c] x^2^ ^[] a^[d](<missing:e.md>)"),
        ("> a^[b\n> c]", "> a[^n.0]\n\n[^n.0]: b c"),
        ("a^[1. b] c^[- d] e^[*f*]", "a[^n.0] c[^n.1] e[^n.2]\n\n[^n.0]: 1\\. b\n\n[^n.1]: \\- d\n\n[^n.2]: *f*"),
        ("a^[b]\n\n```\nc", "a[^n.0]\n\n```\nc\n```\n\n[^n.0]: b"),
        ("a[^1]\n\n[^1]: b\n[c]: https://d", "a[^1]\n\n[^1]: b\n\n[c]: https://d"),
    ],
)
def test_inline_footnotes_become_footnotes(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == f"{expected}\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("> [!a] b\n> | c |\n> |---|", "> [!a] b\n>\n> | c |\n> |---|"),
        ("> [!a]\n> 3. c\n> 4. d", "> [!a]\n>\n> 3. c\n> 4. d"),
        ("> [!a] b\n> ---\n> c", "> [!a] b\n>\n> ---\n> c"),
        ("> [!a] b\n> <i>\n> c", "> [!a] b\n>\n> <i>\n> c"),
        ("> [!a] b\n>     c", "> [!a] b\n>\n>     c"),
        ("- x\n  > [!a] b\n  > | c |\n  > |---|", "- x\n  > [!a] b\n  >\n  > | c |\n  > |---|"),
        ("> > [!a] b\n> > | c |\n> > |---|", "> > [!a] b\n> >\n> > | c |\n> > |---|"),
        ("- > [!a] b\n  > | c |\n  > |---|", "- > [!a] b\n  >\n  > | c |\n  > |---|"),
        ("> [!a] b\n> words\n> - c", "> [!a] b\n> words\n> - c"),
        ("```\n> [!a] b\n> | c |\n```", "```\n> [!a] b\n> | c |\n```"),
    ],
)
def test_a_callout_begins_anew_below_its_title(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == f"{expected}\n"


def test_a_part_brings_the_footnotes_and_targets_that_it_cites(tmp_path: Path) -> None:
    note = "a[^1] [x][T] ^p\n\nb[^2]\n\n[^1]: one[^3] [[Other note]]\n\n    more\n[^2]: two\n[^3]: three^[four]\n\n[t]: Other%20note.md\n"
    assert text(tmp_path, "![[e#^p]]\n\nc[^1]\n\n[^1]: host", e=note) == (
        "a[^1-1] [x][1-T]\n\n\nc[^1]\n\n[^1]: host\n\n"
        "[^1-1]: one[^1-3] [Other note](<topic:other-note>)\n\n    more\n\n[^1-3]: three[^1.0]\n\n[1-t]: <topic:other-note>\n\n"
        "[^1.0]: four\n"
    )


def test_targets_of_an_embedded_note_are_none_of_its_hosts(tmp_path: Path) -> None:
    note = "[a][1] [1] [1][] ![1] [1](u) [[1]] \\[1] `[1]` [2][1]\n\n```\n[1]\n```\n\n[1]: https://a.b/\n[2]: <https://c.d/>\n"
    assert text(tmp_path, "[h][1]\n\n![[e]]\n\n[1]: https://h.i/\n", e=note) == (
        "[h][1]\n\n\n"
        "[a][1-1] [1][1-1] [1][1-1] ![1][1-1] [1](<missing:u>) [1](<missing:1>) \\[1] `[1]` [2][1-1]\n\n```\n[1]\n```\n\n"
        "[1-1]: https://a.b/\n[1-2]: <https://c.d/>\n\n\n[1]: https://h.i/\n"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("![[#S]]\n\nr ^r\n\n# S\n\ns", "# S\n\ns\n\n\nr\n\n# S\n\ns"),
        ("![[n#^r]]\n\nr[^1] ^r\n\n[^1]: f", "r[^1]\n\n\nr[^1]\n\n[^1]: f"),
        ("# n\n\n## S\n\n![[#S]]", "## S\n\n[S](<topic:n#S>)"),
        ("![[#S]]\n\n# S\n\nb[^1]\n\n[^1]: f", "# S\n\nb[^1]\n\n\n# S\n\nb[^1]\n\n[^1]: f"),
    ],
)
def test_parts_of_the_note_itself(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == f"{expected}\n"


def test_two_notes_that_show_parts_of_one_another(tmp_path: Path) -> None:
    assert text(tmp_path, "a ^a\n\n![[e]]", e="b\n\n![[n#^a]]") == "a\n\n\nb\n\n\na\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("![[e#^k]]", "knead\n- by hand\n  - long\n- by machine"),
        ("- ![[e#^k]]", "- knead\n  - by hand\n    - long\n  - by machine"),
        ("![[e#^two]]", "two\n\nits second"),
        ("![[e#^task]]", "- [ ] task\n  - sub"),
        ("![[e#^leaf]]", "long"),
    ],
)
def test_an_item_comes_with_what_lies_in_it(tmp_path: Path, body: str, expected: str) -> None:
    note = (
        "- mix\n- knead ^k\n  - by hand\n    - long ^leaf\n  - by machine\n- rest\n\n1. one\n2. two ^two\n\n   its second\n3. three\n\n"
        "x\n\n- [ ] task ^task\n  - sub\n"
    )
    assert text(tmp_path, body, e=note).rstrip() == expected


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("a\n\n```js\ncode", "a\n\n```js\ncode\n```"),
        ("a\n\n~~~~\n~~~", "a\n\n~~~~\n~~~\n~~~~"),
        ("<script>\na\n\nb", "<script>\na\n\nb\n</pre>"),
        ("a <!-- b\n\n<!-- c\nd", "a <!-- b\n\n"),
        ("a\n\n%%\nb", "a\n\n"),
        ("<?a\n\nb", "<?a\n\nb\n?>"),
        ("- ```\n  code", "- ```\n  code"),
    ],
)
def test_what_an_embedded_note_leaves_open_ends_with_it(tmp_path: Path, note: str, shown: str) -> None:
    assert text(tmp_path, "![[e]]\n\nhost", e=note).strip("\n") == f"{shown.strip()}\n\n\nhost"


def test_a_drawing_is_an_attachment(tmp_path: Path) -> None:
    drawing = "---\nexcalidraw-plugin: parsed\n---\n# Excalidraw Data\n"
    assert (
        text(tmp_path, "![[d.excalidraw]]", **{"d.excalidraw": drawing}) == "[d.excalidraw](<file:d.excalidraw.md>)\n"
    )


def test_links_of_an_embedded_note_begin_at_its_own_folder(tmp_path: Path) -> None:
    notes = {"a/e": "[[./f]] ![[p.png]]\n", "a/f": "", "b/f": ""}
    lay(tmp_path, {"a/p.png": b"", "b/p.png": b""})
    assert text(tmp_path, "![[e]]", **notes) == "[./f](<topic:f>) ![](<file:a/p.png>)\n"


def test_notes_that_embed_one_another(tmp_path: Path) -> None:
    assert text(tmp_path, "a\n\n![[e]]", e="b\n\n![[n]]\n\n![[e]]") == "a\n\n\nb\n\n[n](<topic:n>)\n\n[e](<topic:e>)\n"


def test_chains_and_trees_of_embeds_end(tmp_path: Path) -> None:
    chain = {f"c{n}": f"{n}\n\n![[c{n + 1}]]" for n in range(400)}
    long = text(tmp_path, "![[c0]]", **chain)
    assert 10 < long.count("\n\n") < 100 and long.rstrip().endswith(">)")
    tree = {f"t{n}": f"![[t{n + 1}]]\n\n" * 4 for n in range(30)}
    assert len(text(tmp_path / "tree", "![[t0]]", **tree)) < 100_000


def test_footnotes_of_embedded_notes_get_other_names(tmp_path: Path) -> None:
    note = "x[^1]\n\n[^1]: y"
    rendered = text(tmp_path, "a[^1]\n\n![[e]]\n\n![[f]]\n\n[^1]: b", e=note, f=note)
    assert [rendered.count(label) for label in ("[^1]", "[^1-1]", "[^2-1]")] == [2, 2, 2]


def test_parts_of_one_note_share_its_footnotes(tmp_path: Path) -> None:
    note = "a[^1] ^a\n\nb[^1][^2] ^b\n\n[^1]: one\n[^2]: two\n"
    assert (
        text(tmp_path, "![[e#^a]]\n\n![[e#^b]]", e=note)
        == "a[^1-1]\n\n\n\nb[^1-1][^1-2]\n\n\n[^1-1]: one\n\n[^1-2]: two\n"
    )
    assert (
        text(tmp_path, "![[e#^a]]\n\n![[e]]", e=note).split()
        == "a[^1-1] a[^1-1] b[^1-1][^1-2] [^1-2]: two [^1-1]: one".split()
    )
    assert text(tmp_path, "![[e]]\n\n![[e]]", e=note).count("one") == 1


def test_footnotes_in_line_have_names_of_their_own_however_notes_lie_in_one_another(tmp_path: Path) -> None:
    rendered = text(tmp_path, "a^[x]\n\n![[#P]]\n\n![[e]]\n\n# P\n\nb^[y]\n\n![[f]]\n", e="c^[z] ![[f]]", f="d^[v]")
    marks = re.findall(r"\[\^([\d.n]+)\](?!:)", rendered)
    assert len(marks) == len(set(marks)) == len(re.findall(r"^\[\^([\d.n]+)\]:", rendered, re.MULTILINE))


def test_an_embedded_note_that_is_gone(tmp_path: Path) -> None:
    lay(tmp_path, {"n.md": "a\n\n![[e]]\n\nb", "e.md": "x"})
    knowledge_map = read(tmp_path, ReadOptions(map="-")).knowledge_map
    (tmp_path / "e.md").unlink()
    assert knowledge_map.text("n") == "a\n\n\n\nb\n"
    with pytest.raises(FileNotFoundError):
        knowledge_map.text("e")


def test_attachments(tmp_path: Path) -> None:
    lay(tmp_path, {"n.md": "", "p q/ü.png": b"\0\xff"})
    assert read(tmp_path, ReadOptions(map="-"))[0].file("p q/ü.png") == b"\0\xff"


@given(body=markdown, first=markdown, second=markdown)
@settings(deadline=None, max_examples=examples(150))
def test_no_vault_breaks_it(tmp_path_factory: pytest.TempPathFactory, body: str, first: str, second: str) -> None:
    embeds = "\n\n![[f]]\n- ![[n#x|y]]\n\n![[a#^q]]\n"
    folder = lay(
        tmp_path_factory.mktemp("v"),
        {"n.md": body + embeds, "f.md": first + embeds, "a.md": second, "m.md": "[a](f.md)"},
    )
    knowledge_map = read(folder, ReadOptions(map="-")).knowledge_map
    for topic in knowledge_map.topics:
        rendered = knowledge_map.text(topic.id)
        assert rendered.endswith("\n") == (topic.note is not None)


@given(st.text(st.sampled_from("ab [](<>)|\\\n>-#^1."), max_size=30))
@settings(deadline=None)
def test_a_paragraph_is_read_whatever_stands_around_it(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    rendered = text(tmp_path_factory.mktemp("v"), f"a\n\n{words}\n\nx [[Other note]] y\n\n{words}")
    assert "x [Other note](<topic:other-note>) y" in rendered


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("# *Bread*\nx", "x"),
        ("---\ntitle: Bread\n---\n# bread\nx", "x"),
        ("---\ntitle: Bread\n---\n# About rye\nx", "# About rye\nx"),
        ("---\ntitle: Bread\n---\n## Bread\nx", "## Bread\nx"),
    ],
)
def test_the_heading_that_opens_a_note_goes_if_it_is_the_title(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == f"{expected}\n"


def test_a_link_to_a_heading_that_opens_a_note_leads_there_unless_it_is_the_title(tmp_path: Path) -> None:
    notes = {"a": "# Own\nx", "b": "---\ntitle: Bread\n---\n# About rye\nx"}
    assert text(tmp_path, "[[a#Own|o]] [[b#About rye|r]] ![[b]]", **notes) == (
        "[o](<topic:a>) [r](<topic:b#About%20rye>) \n\n# About rye\nx\n"
    )
