"""What stands on the pages, in which order, and that their data are those of the format skos."""

import json
import re
from base64 import b64encode
from dataclasses import fields
from hashlib import sha256
from itertools import pairwise

import pytest
from command import lay, mlk_export
from rdflib import RDF, SKOS, BNode, Graph, URIRef
from writers.skos.test_skos import AREAS
from writers.vocabulary.site import (
    PLACE,
    data_in,
    facts,
    graph,
    pages,
    parse,
    same,
    shown,
    targets,
    text,
    vocabulary_graph,
    without_lists,
    write,
)

from exporter import KnowledgeMap, OptionError
from exporter.model import MENTIONS, RELATED, REQUIRES, LearningPath, Previous, Reference, Source, Step
from exporter.testing import link, make_map, run_writer, sample_map, topic
from exporter.writers import skos, vocabulary
from exporter.writers.vocabulary import Options, rules
from exporter.writers.vocabulary.facts import PLACED
from exporter.writers.vocabulary.words import ENGLISH, GERMAN

HERE = Source("Map.md", 1)
TREES = make_map(
    topic("oak", title="Oak", areas=("trees",), aliases=("Quercus", "OAK"), tags=("wood/hard", "tall"), properties={
        "title@de": "Eiche", "title@ar": "بلوط", "definition": "A tree.", "definition@de": "Ein Baum.", "misspellings": "Oke",
        "scopeNote": "Any of them.", "example": "That one.", "exactMatch": "wd:Q12004", "created": "2024-01-31",
        "source": "https://example.com/book",
    }, summary="The map's words."),
    topic("elm", title="Elm", areas=("trees",)),
    topic("ash", title="Ash", areas=("trees", "wood")),
    links=[link("oak", RELATED, "ash"), link("oak", RELATED, "elm"), link("oak", REQUIRES, "wood"), link("oak", MENTIONS, "elm")],
    parents={"plants": None, "trees": "plants", "wood": None},
    paths=(LearningPath("walk", "A walk", (Step("", ("elm", "oak"), HERE), Step("Last", ("ash",), HERE)), HERE),),
    references=(Reference("oak", "x", "https://example.com/oak", HERE), Reference("oak", "x", "javascript:alert(1)", HERE)),
    title="Trees & more", language="en", properties={"creator": "Ada", "publisher": "Kew <https://kew.example/>"},
)  # fmt: skip


@pytest.fixture(scope="module")
def trees() -> dict[str, bytes]:
    return write(TREES)


# ---------- data ----------


@pytest.mark.slow
@pytest.mark.parametrize(
    "knowledge_map", [TREES, AREAS, sample_map(), KnowledgeMap()], ids=["trees", "areas", "sample", "none"]
)
@pytest.mark.parametrize("base", [PLACE, "https://example.org/vault#"])
def test_all_data_together_are_the_vocabulary(knowledge_map: KnowledgeMap, base: str) -> None:
    files = write(knowledge_map, base=base)
    whole = vocabulary_graph(knowledge_map, base=base)
    beside = {
        ending: [data.decode() for path, data in files.items() if path.endswith(ending)]
        for ending in (".ttl", ".jsonld")
    }
    assert same(without_lists(graph(beside[".ttl"], "turtle")), without_lists(whole))
    assert same(without_lists(graph(beside[".jsonld"], "json-ld")), without_lists(whole))
    inside = [each for page in pages(files).values() for each in data_in(page)]
    assert len(inside) == len(beside[".jsonld"])
    assert same(without_lists(graph(inside, "json-ld")), without_lists(whole))


def test_each_page_says_of_its_own_what_skos_says_of_it(trees: dict[str, bytes]) -> None:
    whole = vocabulary_graph(TREES)
    for subject in {*whole.subjects()}:
        if not str(subject).startswith(PLACE) or subject == URIRef(PLACE):
            continue
        folder = str(subject).removeprefix(PLACE).replace("%2F", "/").rstrip("/") + "/"
        expected = Graph()
        for triple in whole.triples((subject, None, None)):
            expected.add(triple)
            if isinstance(triple[2], BNode):
                expected += whole.cbd(triple[2])
        own = graph([trees[f"{folder}index.ttl"].decode()], "turtle")
        if (subject, RDF.type, SKOS.ConceptScheme) in whole:
            assert {*own.triples((subject, None, None))} == {*expected}
        else:
            assert same(own, expected)
        page = parse(trees[f"{folder}index.html"])
        inside = graph(data_in(page), "json-ld")
        assert {*inside.predicate_objects(subject)} >= {
            pair for pair in own.predicate_objects(subject) if not isinstance(pair[1], BNode)
        }


def test_a_file_declares_what_it_uses_and_no_more(trees: dict[str, bytes]) -> None:
    turtle = trees["elm/index.ttl"].decode()
    assert re.findall(r"@prefix (\w+):", turtle) == ["prov", "rdfs", "skos", "vault"]
    context = json.loads(trees["elm/index.jsonld"])["@context"]
    assert "broader" in context and "memberList" not in context and "dct" not in context


# ---------- what is shown ----------


def test_a_concept_in_the_order_of_vocabularies(trees: dict[str, bytes]) -> None:
    page = parse(trees["oak/index.html"])
    assert text(page.find(".//title")) == "Oak – Trees & more"  # type: ignore[arg-type]
    assert [text(step) for step in page.find(".//nav[@class='trails']").iter("li")] == [
        "Trees & more",
        "plants",
        "trees",
    ]  # type: ignore[union-attr]
    said = facts(page)
    assert list(said) == [
        "Broader", "Related", "Requires", "Mentions", "In other languages", "Other labels", "Scope note", "Example", "Tags",
        "Learning paths", "Exactly matching", "See also", "Source", "Created", "In the vocabulary", "Made from", "Address (IRI)",
        "As data",
    ]  # fmt: skip
    assert said["Related"] == ["Elm", "Ash"]  # as the map has them, not as their IRIs
    assert said["Broader"] == ["trees"] and said["Requires"] == ["wood"]
    assert said["In other languages"] == ["بلوط ar", "Eiche de"] and said["Other labels"] == ["Quercus"]
    assert said["Scope note"] == ["The map's words.", "Any of them."] and said["Example"] == ["That one."]
    assert said["Tags"] == ["tall", "wood/hard"]
    assert said["Learning paths"] == ["A walk: 2 of 3; before it: Elm; after it: Ash"]
    assert said["Exactly matching"] == ["http://www.wikidata.org/entity/Q12004"]
    assert said["Created"] == ["2024-01-31"] and said["Address (IRI)"] == [f"{PLACE}oak"]
    definitions = [text(each) for each in page.iter("p") if each.get("class") == "definition"]
    assert definitions == ["A tree.", "Ein Baum. de"]


def test_each_text_says_its_language_and_direction(trees: dict[str, bytes]) -> None:
    page = parse(trees["oak/index.html"])
    assert (page.get("lang"), page.get("dir")) == ("en", "ltr")
    marks = {text(each): (each.get("lang"), each.get("dir")) for each in page.iter("span") if each.get("lang")}
    assert marks == {"بلوط": ("ar", "rtl"), "Eiche": ("de", None), "Ein Baum.": ("de", None)}
    arabic = parse(
        write(make_map(topic("a", title="بلوط", properties={"title@en": "Oak"}), title="ش", language="ar"))[
            "a/index.html"
        ]
    )
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    marks = {text(each): (each.get("lang"), each.get("dir")) for each in arabic.iter("span") if each.get("lang")}
    assert marks["Oak"] == marks["Concept"] == ("en", "ltr")


def test_what_we_say_is_said_in_the_language_of_the_vault() -> None:
    page = parse(write(make_map(topic("a"), language="de"))["a/index.html"])
    assert "Begriff" in shown(page) and not page.findall(".//span[@lang='en']")
    assert ENGLISH.keys() == GERMAN.keys()
    assert {re.split("[#/]", name)[-1] for name in PLACED} <= ENGLISH.keys()


def test_what_is_below_stands_in_the_order_of_the_map(trees: dict[str, bytes]) -> None:
    assert facts(parse(trees["trees/index.html"]))["Narrower"] == ["Oak", "Elm", "Ash"]
    tree = parse(trees["index.html"]).find(".//section[@class='tree']")
    assert tree is not None
    assert [text(each) for each in tree.iter("a")] == ["plants", "trees", "Oak", "Elm", "Ash", "wood", "Ash"]
    path = parse(trees["path/walk/index.html"]).find(".//main/section/ol")
    assert path is not None and [text(each) for each in path.iter("li")] == ["Elm", "Oak", "Ash"]


def test_the_page_of_the_scheme(trees: dict[str, bytes]) -> None:
    page = parse(trees["index.html"])
    said = facts(page)
    assert said["Creator"] == ["Ada"] and said["Publisher"] == ["Kew"] and said["Prefix"] == ["vault"]
    assert [each.get("href") for each in page.iter("a") if text(each) == "Ada"] == ["agent/ada/index.html"]
    assert [each.get("href") for each in page.iter("a") if text(each) == "Kew"] == ["https://kew.example/"]
    assert "Concepts (6)" in shown(page) and [
        text(each) for each in page.find(".//section[@id='paths']").iter("a")
    ] == ["A walk"]  # type: ignore[union-attr]
    tabs = [text(each) for each in page.find(".//header/nav").iter("a")]  # type: ignore[union-attr]
    assert tabs == ["The vocabulary", "A–Z", "Learning paths", "Tags"]
    assert "Ada" in shown(parse(trees["agent/ada/index.html"]))


def test_a_tag_has_a_page_with_what_has_it(trees: dict[str, bytes]) -> None:
    said = facts(parse(trees["tag/wood/hard/index.html"]))
    assert said["Concepts with this tag"] == ["Oak"] and said["Broader"] == ["wood"]
    steps = parse(trees["tag/wood/hard/index.html"]).find(".//nav[@class='trails']")
    assert steps is not None and [text(each) for each in steps.iter("li")] == [
        "Trees & more",
        "Trees & more: tags",
        "wood",
    ]


def test_a_note_has_a_page_with_what_was_made_of_it(trees: dict[str, bytes]) -> None:
    assert facts(parse(trees["note/oak.md/index.html"]))["Made from this note"] == ["Oak", "tall", "wood", "wood/hard"]


def test_what_is_gone_says_what_took_its_place() -> None:
    before = run_writer(vocabulary, make_map(topic("oak"), topic("elm"), topic("ash")), previous=Previous(lock=""))
    output = run_writer(
        vocabulary, make_map(topic("tree", aliases=("oak",)), topic("ash")), previous=Previous(lock=before.lock)
    )
    page = parse(output.files["elm/index.html"])
    assert "Deprecated" in shown(page) and "Replaced by" not in shown(page)
    gone = parse(output.files["deprecated/index.html"])
    assert [each.get("class") for each in gone.iter("a") if text(each) == "elm"] == ["gone"]
    kept = run_writer(
        skos, make_map(topic("tree", aliases=("oak",)), topic("ash")), previous=Previous(lock=before.lock)
    )
    assert kept.lock == output.lock


def test_a_successor_is_a_link() -> None:
    before = run_writer(vocabulary, make_map(topic("oak"), topic("elm")), previous=Previous(lock=""))
    after = make_map(topic("tree", properties={"replaces": "elm"}), topic("oak"))
    files = run_writer(vocabulary, after, previous=Previous(lock=before.lock)).files
    notice = parse(files["elm/index.html"]).find(".//p[@role='note']")
    assert notice is not None and [each.get("href") for each in notice.iter("a")] == ["../tree/index.html"]
    assert facts(parse(files["tree/index.html"]))["Replaces"] == ["elm"]


def test_a_link_of_the_vaults_own_kind_is_shown_by_its_name() -> None:
    knowledge_map = make_map(topic("a"), topic("b"), links=[link("a", "inspired by", "b")])
    page = parse(write(knowledge_map, relations={"inspired by": "https://schema.org/isBasedOn"})["a/index.html"])
    assert facts(page)["isBasedOn"] == ["b"]


def test_hidden_labels_are_for_the_search_alone(trees: dict[str, bytes]) -> None:
    assert "Oke" not in shown(parse(trees["oak/index.html"])) and "Oke" not in shown(parse(trees["letters.html"]))
    assert "Oke" in trees["search.html"].decode()


def test_addresses_that_run_a_program_are_no_links(trees: dict[str, bytes]) -> None:
    page = parse(trees["oak/index.html"])
    assert "javascript:alert(1)" in shown(page)
    assert not [each for each in page.iter("a") if (each.get("href") or "").startswith("javascript")]


def test_the_index_has_each_label_under_its_letter(trees: dict[str, bytes]) -> None:
    page = parse(trees["letters.html"])
    groups = {text(each.find("h2")): [text(line) for line in each.iter("li")] for each in page.iter("section")}  # type: ignore[arg-type]
    assert (
        groups["E"] == ["Eiche see Oak", "Elm"]
        and groups["Q"] == ["Quercus see Oak"]
        and groups["ب"] == ["بلوط see Oak"]
    )
    jumps = page.find(".//nav[@class='letters']")
    assert jumps is not None and [text(each) for each in jumps.iter("a")] == list(groups)
    chinese = parse(
        write(make_map(topic("a", title="数学"), topic("b", title="语言"), topic("c", title="9")))["letters.html"]
    )
    assert [text(each) for each in chinese.iter("h2")] == ["0–9, signs", "漢"]


# ---------- every page ----------


@pytest.mark.parametrize("base", [PLACE, "https://example.org/vault#"])
def test_every_link_leads_to_a_file_and_a_place_in_it(base: str) -> None:
    files = write(TREES, base=base)
    documents = pages(files)
    ids = {path: {each.get("id") for each in page.iter()} | {""} for path, page in documents.items()}
    for path, page in documents.items():
        for target, fragment in targets(path, page):
            assert target in files, (path, target)
            assert target not in ids or fragment in ids[target], (path, target, fragment)


def test_every_page_has_what_a_page_has(trees: dict[str, bytes]) -> None:
    for path, page in pages(trees).items():
        assert trees[path].startswith(b"<!DOCTYPE html>\n")
        for once in ("title", "main", "h1", "header", "body/header/nav"):
            assert len(page.findall(f".//{once}" if "/" not in once else once)) == 1, (path, once)
        levels = [int(each.tag[1]) for each in page.iter() if re.fullmatch("h[1-6]", str(each.tag))]
        assert levels[0] == 1 and all(below - above <= 1 for above, below in pairwise(levels)), path
        ids = [each.get("id") for each in page.iter() if each.get("id")]
        assert len(ids) == len(set(ids)), path
        for field in page.iter("input"):
            labels = [each.get("for") for each in page.iter("label")]
            assert field.get("aria-label") or field.get("id") in labels, path


def test_no_page_asks_for_anything_or_runs_anything_but_the_search(trees: dict[str, bytes]) -> None:
    for path, page in pages(trees).items():
        policy = next(
            each.get("content") or ""
            for each in page.iter("meta")
            if each.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy and "http" not in policy
        scripts = [each.text or "" for each in page.iter("script") if "json" not in (each.get("type") or "")]
        assert len(scripts) == (path == "search.html")
        for script in scripts:
            assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
        assert not [
            each
            for each in page.iter()
            if {"src", "style"} & {*each.attrib} or any(key.startswith("on") for key in each.attrib)
        ]


def test_the_search_knows_all_labels(trees: dict[str, bytes]) -> None:
    page = parse(trees["search.html"])
    index = json.loads(next(each.text or "" for each in page.iter("script") if each.get("id") == "index"))
    assert ["oak/index.html", "Oak", "", "trees", "بلوط", "Eiche", "Quercus", "OAK", "Oke"] in index
    assert {entry[0] for entry in index} <= trees.keys()
    assert {"A walk", "wood/hard"} <= {entry[1] for entry in index}


# ---------- large and deep ----------


@pytest.mark.slow
def test_what_is_deep_or_has_many_parents_stays_small() -> None:
    """A chain of areas, and lattices in which the ways down double with each level."""

    def size(count: int) -> int:
        chain = {f"c{number}": f"c{number - 1}" if number else None for number in range(count)}
        layers = [
            topic(f"l{number}-{side}", areas=tuple(f"l{number - 1}-{other}" for other in "ab" if number))
            for number in range(count)
            for side in "ab"
        ]
        return sum(map(len, write(make_map(*layers, parents=chain)).values()))

    small, large = size(40), size(80)
    assert large < 2.2 * small


def test_of_a_large_tree_the_top_is_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfolded() -> list[bool]:
        return [each.get("open") is not None for each in parse(write(TREES)["index.html"]).iter("details")]

    assert unfolded() == [True, True, True]
    monkeypatch.setattr("exporter.writers.vocabulary.lists.OPEN", 4)
    assert unfolded() == [True, False, True]


# ---------- around the pages ----------


def test_the_sitemap_has_every_page(trees: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    from lxml import etree

    def addresses(data: bytes) -> list[str]:
        root = etree.fromstring(data)
        assert root.tag in (f"{{{rules.SPACE}}}urlset", f"{{{rules.SPACE}}}sitemapindex")
        return [each.text or "" for each in root.iter(f"{{{rules.SPACE}}}loc")]

    listed = addresses(trees["sitemap.xml"])
    expected = {PLACE + path.removesuffix("index.html") for path in trees if path.endswith("index.html")} | {
        f"{PLACE}letters.html"
    }
    assert sorted(listed) == sorted(expected)
    monkeypatch.setattr(rules, "MOST", 10)
    several = write(TREES, site="https://host.example/x/")
    parts = addresses(several["sitemap.xml"])
    assert parts[0] == "https://host.example/x/sitemap-1.xml" and len(parts) == -(-len(expected) // 10)
    below = [each for part in parts for each in addresses(several[part.removeprefix("https://host.example/x/")])]
    assert sorted(below) == sorted(each.replace(PLACE, "https://host.example/x/") for each in expected)


def test_of_hash_iris_one_page_answers_all() -> None:
    base = "https://example.org/vault#"
    files = write(TREES, base=base)
    ids = {each.get("id") for each in parse(files["index.html"]).iter()}
    whole = vocabulary_graph(TREES, base=base)
    named = {str(subject).removeprefix(base) for subject in whole.subjects() if str(subject).startswith(base)} - {""}
    assert named <= ids
    assert same(graph([files["index.ttl"].decode()], "turtle"), whole)
    assert same(graph([files["index.jsonld"].decode()], "json-ld"), whole)
    assert b'href="https://example.org/vault/oak/"' in files["oak/index.html"]


def test_where_the_folder_lies() -> None:
    output = run_writer(vocabulary, TREES, Options(base="https://w3id.org/trees/"))
    assert [each.code for each in output.findings if each.code.startswith("vocabulary")] == [
        "vocabulary-site",
        "vocabulary-slash",
    ]
    output = run_writer(vocabulary, TREES, Options(base="https://w3id.org/trees/", site="https://host.example/"))
    assert "vocabulary-site" not in [each.code for each in output.findings]
    assert b'<link rel="canonical" href="https://host.example/oak/">' in output.files["oak/index.html"]
    for wrong in ("host.example", "https://host.example", "https://host.example/?", "https://host.example/#/"):
        with pytest.raises(OptionError, match="'site' must be"):
            run_writer(vocabulary, TREES, Options(site=wrong))
    assert {field.name for field in fields(Options)} == {field.name for field in fields(skos.Options)} | set(
        skos.KEYS_OF_OTHERS
    )


def test_rules_for_netlify_lead_to_pages() -> None:
    """The first rule that fits is obeyed, so that for all comes last: https://docs.netlify.com/manage/routing/redirects/"""
    knowledge_map = make_map(topic("CON", note="x.md"), topic("oak"), topic("Oak", note="y.md"))

    def rules_of(**options: str) -> list[list[str]]:
        files = write(knowledge_map, **options)
        blocks = re.findall(r"As `_redirects`.*?```\n(.*?)```", files["README.md"].decode(), re.DOTALL)
        made = [line.split() for block in blocks for line in block.splitlines()]
        for _, target, status in made:
            page = target.removeprefix(options.get("site", PLACE)).replace(":splat", "") + "index.html"
            assert status == "303" and page in files
        return made

    assert [rule[0] for rule in rules_of()] == ["/vault/CON", "/vault/oak"]
    away = rules_of(base="https://trees.example/", site="https://host.example/x/")
    assert [rule[0] for rule in away] == ["/CON", "/oak", "/*"] and away[-1][1] == "https://host.example/x/:splat"
    assert "Nothing is needed." in write(make_map(topic("oak")))["README.md"].decode()


@pytest.mark.slow
def test_pages_and_turtle_have_the_same_iris_however_a_note_is_renamed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """One lock for both, whichever of them is made; and a flaw that both find is told once."""
    vault = lay(tmp_path / "vault", {"Old name.md": "# One\n\nA thing of its own.\n", "Two.md": "[[Old name]]\n"})
    mlk_export("vault", "--format", "vocab", "--out", "out", cwd=tmp_path)
    assert [path.name for path in vault.glob(".mlk-export/*.lock")] == ["skos.lock"]
    (vault / "Old name.md").rename(vault / "New name.md")
    run = mlk_export("vault", "--format", "skos,vocabulary", "--out", "out", cwd=tmp_path)
    assert "old-name" in (tmp_path / "out/skos/knowledge-map.ttl").read_text()
    assert (tmp_path / "out/vocabulary/old-name/index.html").exists()
    assert not (tmp_path / "out/vocabulary/new-name").exists()
    assert len(run.findings) == len(set(run.findings)) and "skos-base" in [each.code for each in run.findings]


@pytest.mark.slow
def test_what_is_hidden_is_in_no_page_and_no_index(tmp_path) -> None:  # type: ignore[no-untyped-def]
    notes = {
        "Oak.md": "A tree. See [[Zqmiller]].\n",
        "Zqmiller.md": "---\nprivate: true\ntags: [zqtag]\naliases: [zqalias]\n---\nZqwords of a doctor.\n",
    }
    lay(tmp_path / "vault", notes)
    run = mlk_export("vault", "--format", "vocabulary", "--out", "out", cwd=tmp_path)
    assert run.code == 0
    made = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(made) > 8 and not [
        path for path in made if "zq" in (path.read_text() + str(path.relative_to(tmp_path))).lower()
    ]
