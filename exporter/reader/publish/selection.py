"""Which notes are hidden, and which are no topics for what they say. Pure: from what the notes say, before it has a meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from exporter.errors import Finding
from exporter.model import VAULT
from exporter.reader.batch import entries
from exporter.reader.batch.columns import EMPTY, PLACEHOLDERS, Notes, canonical_name
from exporter.reader.meaning.interpret import Meaning
from exporter.reader.names import is_note, key, name_of
from exporter.reader.options import Publish
from exporter.reader.publish.rules import Rule, fit_notes, fit_paths, parse_rules
from exporter.reader.vault import conventions

UNTITLED = frozenset(  # what Obsidian calls a new note, in the languages that it speaks; behind it there may be a number
    "untitled|unbenannt|sans titre|sin título|senza titolo|senza nome|sem título|naamloos|bez nazwy|bez názvu|namnlös"
    "|uden titel|uten navn|uten tittel|nimetön|névtelen|fără titlu|adsız|başlıksız|без названия|без назви|未命名|無題|無題のファイル"
    "|제목 없음|무제|무제 파일|بدون عنوان|không có tiêu đề|tanpa judul".split("|")
)


class Selection(NamedTuple):
    """What is hidden, and why."""

    hidden: dict[str, str]  # path of a note or another file: the rule that hides it
    nameless: tuple[str, ...]  # titles of topics without a note that are hidden
    findings: list[Finding]  # rules that fit nothing


class Rules:
    """The rules of `[publish]`, parsed."""

    def __init__(self, options: Publish) -> None:
        """Parse them.

        Raises:
            OptionError: one is none.
        """
        self.hide = parse_rules("hide", options.hide)
        self.marks = parse_rules("marks", options.marks)
        self.only = [
            parse_rules(name, texts) for name, texts in (("only", options.only), ("only", options.only_now)) if texts
        ]

    @property
    def need_meaning(self) -> bool:
        """Whether areas have to be known, or topics without a note may be hidden."""
        return bool(self.only) or any(rule.kind == "area" for rule in [*self.hide, *self.marks])


def select(
    rules: Rules, told: Sequence[Notes], files: Sequence[str], map_path: str, understand: Callable[[], Meaning]
) -> Selection:
    """Choose what is hidden.

    Args:
        rules: what hides, and what alone is published.
        told: what notes say: those of the vault, and further ones that links lead to.
        files: the paths of all files.
        map_path: the map, which `only` does not hide.
        understand: gives the meaning of all notes, where rules need it.
    """
    meaning = understand() if rules.need_meaning else None
    used: set[Rule] = set()
    hidden: dict[str, str] = {}
    ghosts: set[str] = set()
    for path, rule in _fit([*rules.hide, *rules.marks], told, files, meaning, ghosts):
        used.add(rule)
        if path:
            hidden.setdefault(path, f"hidden by {rule.text!r}")
    for group in rules.only:
        chosen_ghosts: set[str] = set()
        chosen = {map_path}
        for path, rule in _fit(group, told, files, meaning, chosen_ghosts):
            used.add(rule)
            chosen.add(path)
        words = " or ".join(repr(rule.text) for rule in group)
        for path in filter(is_note, files):
            if path not in chosen:
                hidden.setdefault(path, f"hidden, as only {words} is published")
        if meaning:
            ghosts |= meaning.topics.others.keys() - chosen_ghosts
    nameless = sorted({meaning.topics.title(id_) for id_ in ghosts}) if meaning else []
    asked = [("hide", rule) for rule in rules.hide] + [("only", rule) for group in rules.only for rule in group]
    findings = [
        Finding(
            VAULT,
            "unused-filter",
            f"the rule {rule.text!r} (`{option}` in [publish], or --{option}) fits nothing{_nearest(rule, told, files, meaning, hidden)}; "
            "fix it or take it out",
        )
        for option, rule in asked
        if rule not in used
    ]
    return Selection(hidden, tuple(nameless), findings)


def _nearest(
    rule: Rule, told: Sequence[Notes], files: Iterable[str], meaning: Meaning | None, hidden: Mapping[str, str]
) -> str:
    """A hint at the rule that reads most like this one and would hide something more: a slip of the keys hides nothing."""
    seen = [
        (properties, [tag for _, tag in written])
        for notes in told
        for path, properties, written in zip(notes.paths, notes.properties, notes.tags, strict=True)
        if path not in hidden
    ]
    wanted = rule.name.rstrip("/")
    rules: dict[str, str] = {}  # as it could have been written: what is compared
    if rule.kind == "path":
        paths = [path for path in files if path not in hidden]
        folders = {f"{parent}/" for path in paths for parent in PurePosixPath(path).parents if parent.name}
        is_whole = "/" in wanted
        for path in [*folders, *(() if rule.name.endswith("/") else paths)]:
            rules[path] = path.rstrip("/") if is_whole else PurePosixPath(path).name
    elif rule.kind == "tag":
        rules = {f"#{tag}": tag for _, tags in seen for tag in tags}
    elif rule.kind == "area" and meaning:
        rules = {f"[[{title}]]": title for title in map(meaning.topics.title, meaning.areas.areas)}
    else:
        pairs = [pair for properties, _ in seen for pair in properties.items()]
        rules = {f"{name}: {rule.value}".rstrip(": "): canonical_name(name) for name, _ in pairs}
        if rule.name in rules.values():  # so it is the value that no note has
            wanted = rule.value
            rules = {f"{name}: {value}": str(value) for name, value in pairs if canonical_name(name) == rule.name}
    from difflib import get_close_matches

    texts = {key(name): text for text, name in sorted(rules.items())}
    near = get_close_matches(key(wanted), texts, n=1)
    return f"; nearest: {texts[near[0]]!r}" if near else ""


def _fit(
    rules: Sequence[Rule], told: Sequence[Notes], files: Sequence[str], meaning: Meaning | None, ghosts: set[str]
) -> Iterator[tuple[str, Rule]]:
    """Each file that a rule fits; ids of topics without a note go into `ghosts`, and "" stands for them."""
    yield from fit_paths(rules, files)
    for notes in told:
        yield from ((notes.paths[number], rule) for number, rule in fit_notes(rules, notes))
    for rule in rules:
        if rule.kind == "area" and meaning:
            for id_ in _topics_in(rule.name, meaning):
                number = meaning.topics.numbers.get(id_)
                if number is None:
                    ghosts.add(id_)
                    yield "", rule
                else:
                    yield told[0].paths[number], rule


def _topics_in(name: str, meaning: Meaning) -> set[str]:
    """The ids of what has this name, and of all that is filed below it."""
    topics, areas = meaning.topics, meaning.areas.areas
    file = meaning.links.names.find(name, "")[0]
    of_file = topics.of_file(file) if file >= 0 else None
    wanted = key(name)
    found = {of_file} if of_file else {id_ for id_ in topics if wanted in (id_, *map(key, topics.names(id_)))}
    inside = set(found)
    while more := {id_ for id_, area in areas.items() if area.parent in inside} - inside:
        inside |= more
    return inside | {topic for topic, area in meaning.areas.filings if area in inside}


def find_left_out(notes: Notes, map_path: str) -> dict[str, str]:
    """The notes that are no topics for what they say, and what they are instead: boards, drawings, what nobody has filled in."""
    empty = [number for number in entries.find(notes.traits, EMPTY) if _is_untitled(name_of(notes.paths[number]))]
    why = dict.fromkeys(empty, conventions.EMPTY)  # what comes last counts
    why |= dict.fromkeys(entries.find(notes.traits, PLACEHOLDERS), conventions.PLACEHOLDER)
    for name, kind in (("kanban-plugin", conventions.BOARD), ("excalidraw-plugin", conventions.DRAWING)):
        why |= dict.fromkeys([number for number, _ in entries.property_values(notes.properties, name)], kind)
    left_out = {notes.paths[number]: why[number] for number in sorted(why)}
    left_out.pop(map_path, None)
    return left_out if len(left_out) < len(notes.paths) else {}


def _is_untitled(name: str) -> bool:
    words, _, number = name.lower().rpartition(" ")
    return (words if words and number.isdecimal() else name.lower()) in UNTITLED


def names_of(told: Iterable[Notes], hidden: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """What each hidden file is called: its title, its aliases, its name and path."""
    called: dict[str, tuple[str, ...]] = {path: (path, path.rpartition("/")[2]) for path in hidden}
    for notes in told:
        number_of = {path: number for number, path in enumerate(notes.paths)}
        for path in number_of.keys() & hidden.keys():
            number = number_of[path]
            names = (path, path.removesuffix(".md"), name_of(path), notes.titles[number], *notes.aliases[number])
            called[path] = names
    return called
