"""A part of a vault: some areas, or what has some tags, with all that is known of it; the rest is as if nobody had asked for it.

That is no privacy (publish/ hides): what the notes of the part say of others stays, as words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from exporter.errors import UsageError, pluralize
from exporter.model import KnowledgeMap, LearningPath, Missing, Topic
from exporter.reader.content.content import VaultContent
from exporter.reader.markdown.record import EXTERNAL, PLAIN, TAGGED
from exporter.reader.names import key
from exporter.reader.reading import Evidence, Reading
from exporter.reader.statistics import Statistics

SHOWN = 5  # names that are told where none is near


def take_part(reading: Reading, evidence: Evidence, areas: Sequence[str], tags: Sequence[str]) -> Reading:
    """Keep what lies in one of these areas, at any depth, and has one of these tags, or one below it; () takes any.

    The areas that hold what has a tag stay, so that it has its order. Links stay where both ends do; the text of a link to
    the rest stays as words. Steps of learning paths stay if one of their topics does. The findings are those in notes of the part.

    Raises:
        UsageError: nothing is called so, or nothing fits.
    """
    whole = reading.knowledge_map
    chosen_areas = [_find_area(whole, name) for name in areas]
    chosen_tags = [_find_tag(whole, name) for name in tags]
    within = evidence.meaning.areas.within(area.id for area in chosen_areas) if areas else set(whole.topic)
    if tags:
        tagged = {topic.id for topic in whole.topics if any(_has_tag(topic, tag) for tag in chosen_tags)} & within
        within &= tagged | set(_areas_around(whole, tagged))
    names = [*(f"the area {topic.title!r}" for topic in chosen_areas), *(f"#{tag}" for tag in chosen_tags)]
    if not within:
        raise UsageError(f"{' and '.join(names)}: no note fits; name fewer of them")
    part = _restrict(whole, within)
    if len(names) == 1 and areas:
        part = replace(part, title=chosen_areas[0].title, summary=chosen_areas[0].summary)
    else:
        told = ", ".join([*(topic.title for topic in chosen_areas), *(f"#{tag}" for tag in chosen_tags)])
        part = replace(part, title=f"{whole.title}: {told}")
    notes = {topic.note for topic in part.topics}
    findings = [finding for finding in reading.findings if finding.source.file in notes]
    return Reading(part, findings, _count(reading, evidence, part, " and ".join(names)))


def _find_area(whole: KnowledgeMap, name: str) -> Topic:
    name = name.strip().removeprefix("[[").removesuffix("]]").partition("|")[0].strip()
    found = [topic for topic in whole.find(name) if topic.id in whole.area]
    if len(found) > 1:
        raise UsageError(f"--area {name}: may be any of {', '.join(topic.id for topic in found)}; name one by its id")
    if not found:
        what = "is no area" if whole.find(name) else "no area is called so"
        titles = [whole.topic[area.id].title for area in whole.areas]
        raise UsageError(f"--area {name}: {what}; {_near(name, titles)}")
    return found[0]


def _find_tag(whole: KnowledgeMap, name: str) -> str:
    wanted = name.strip().strip("#/").casefold()
    tag = next((tag.id for tag in whole.tags if tag.id.casefold() == wanted), None)
    if tag is None:
        raise UsageError(f"--tag {name}: no note has this tag; {_near(wanted, [tag.id for tag in whole.tags])}")
    return tag


def _near(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    spelled = {each.casefold(): each for each in reversed(known)}
    if near := get_close_matches(name.casefold(), spelled, n=SHOWN):
        return f"nearest: {', '.join(spelled[each] for each in near)}"
    more = ", ..." if len(known) > SHOWN else ""
    return f"known: {', '.join(known[:SHOWN])}{more}" if known else "there is none"


def _has_tag(topic: Topic, tag: str) -> bool:
    return any(f"{each}/".startswith(f"{tag}/") for each in topic.tags)


def _areas_around(whole: KnowledgeMap, ids: Iterable[str]) -> Iterator[str]:
    """The areas in which topics lie, and those in which these lie."""
    seen: set[str] = set()
    waiting = [area for id_ in ids for area in (*whole.topic[id_].areas, id_)]
    while waiting:
        area = waiting.pop()
        if area in whole.area and area not in seen:
            seen.add(area)
            yield area
            waiting += filter(None, [whole.area[area].parent])


def _restrict(whole: KnowledgeMap, ids: Collection[str]) -> KnowledgeMap:
    """The tables with these topics, and nothing that names another."""
    topics = [
        topic._replace(areas=tuple(area for area in topic.areas if area in ids))
        for topic in whole.topics
        if topic.id in ids
    ]
    areas = [area for area in whole.areas if area.id in ids]
    parents = {tag.id: tag.parent for tag in whole.tags}
    used: set[str | None] = {tag for topic in topics for tag in topic.tags}
    while more := {parents.get(tag) for tag in used if tag} - used:
        used |= more
    return KnowledgeMap(
        whole.title,
        whole.summary,
        whole.language,
        whole.source,
        whole.properties,
        topics,
        [area if area.parent in ids else area._replace(parent=None) for area in areas],
        [tag for tag in whole.tags if tag.id in used],
        [link for link in whole.links if link.start in ids and link.end in ids],
        list(_paths(whole.paths, ids)),
        [reference for reference in whole.references if reference.topic in ids],
        [link for link in whole.implied if link.start in ids and link.end in ids],
        list(_missing(whole.missing, ids)),
        whole.content.restrict(ids) if isinstance(whole.content, VaultContent) else whole.content,
    )


def _paths(paths: Iterable[LearningPath], ids: Collection[str]) -> Iterator[LearningPath]:
    for path in paths:
        steps = [
            step._replace(topics=tuple(id_ for id_ in step.topics if id_ in ids))
            for step in path.steps
            if any(id_ in ids for id_ in step.topics)
        ]
        if steps:
            yield path._replace(steps=tuple(steps))


def _missing(missing: Iterable[Missing], ids: Collection[str]) -> Iterator[Missing]:
    for each in missing:
        if wanted_by := tuple(want for want in each.wanted_by if want.topic in ids):
            yield each._replace(wanted_by=wanted_by, source=wanted_by[0].source)


def _count(reading: Reading, evidence: Evidence, part: KnowledgeMap, called: str) -> Statistics:
    """The numbers of the part: its notes, and the links in them."""
    meaning, notes = evidence.meaning, evidence.meaning.topics.notes
    written = [topic for topic in part.topics if topic.note]
    counts = Counter(_links(evidence, {topic.note for topic in written if topic.note}))
    filings = meaning.areas.filings.items()
    filed = dict.fromkeys((topic, why) for (topic, area), (why, _) in filings if {topic, area} <= part.topic.keys())
    told = f"a part: {called}, {len(written)} of {pluralize(len(notes.paths), 'note')}"
    return reading.statistics._replace(
        notes=len(written),
        topics=len(written),
        map=0,
        excluded={},
        hidden={},
        links=sum(counts.values()),
        resolved=counts["resolved"],
        unresolved=counts["unresolved"],
        external=counts["external"],
        filed=dict(Counter(why for _, why in filed).most_common()),
        orders=(),
        from_plugins={},
        part=told,
    )


def _links(evidence: Evidence, paths: Collection[str]) -> Iterator[str]:
    """What becomes of each link in these notes, as the account of the whole vault has it."""
    topics, notes = evidence.meaning.topics, evidence.meaning.topics.notes
    row = 0
    for path, size in zip(notes.paths, notes.counts, strict=True):
        for each in range(row, row + size) if path in paths else ():
            flags, target = notes.flags[each], notes.targets[each]
            if flags & EXTERNAL:
                yield "external"
            elif notes.files[each] >= 0:
                yield "resolved"
            elif not flags & TAGGED:
                known = key(target) in topics.ghosts or (
                    flags & PLAIN and (key(target) in topics.words or target in topics)
                )
                if known or not flags & PLAIN:  # plain words that name nothing are no link
                    yield "resolved" if known else "unresolved"
        row += size
