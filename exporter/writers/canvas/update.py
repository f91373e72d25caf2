"""The canvases that are made, and those that stand there: files that are brought up to date, with backups; and what is told.

A canvas that somebody has changed is replaced only by what was made of that very version, and is kept as `NAME.canvas.bak`: as a
person has left it last, for a run after which nobody has changed anything makes no backup. Where notes are hidden, a backup says
no more of ours than the canvas itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import PurePosixPath

from exporter.errors import Finding, PreviousError, pluralize
from exporter.model import File, Previous, Source
from exporter.writers.canvas import base as bases
from exporter.writers.canvas.base import Base
from exporter.writers.canvas.document import CanvasError, Document, Thing, lines, parse
from exporter.writers.canvas.merge import Merge, ends
from exporter.writers.canvas.options import Options
from exporter.writers.canvas.page import Page
from exporter.writers.canvas.placing import PLACE

ENDING = ".canvas"
BACKUP = ".bak"  # behind the name of a canvas
HINT = "mend it, or take it back from a backup; --relayout draws it anew and keeps it as {}"
NOTHING_THERE = Document()


class Update:
    """One run over all canvases."""

    def __init__(self, options: Options, previous: Previous, gap: int) -> None:
        """Take what stands there, and the room between two cards in px."""
        self._options, self._previous, self._gap = options, previous, gap
        kept = previous.files.get(bases.FILE)
        self._was = bases.parse(kept) if kept is not None else {}
        self._bases: dict[str, Base] = {}
        self._paths: set[str] = set()

    def files(self, pages: Iterable[Page | Finding]) -> Iterator[File | Finding]:
        """Yield the canvases, their backups, and what must be known of them in the next run.

        Raises:
            PreviousError: a canvas cannot be read.
        """
        for page in pages:
            if isinstance(page, Page):
                self._paths.add(page.path)
                yield from self._page(page)
            else:
                yield page
        files = self._previous.files
        for path in sorted(path for path in files if path.endswith(ENDING) and path not in self._paths):
            yield from self._leftover(path)
        for path in sorted(path for path in files if path.endswith(BACKUP) and path not in self._paths):
            if self._is_clean(path.removesuffix(BACKUP)):
                yield File(path, files[path], files[path])
        yield File(bases.FILE, bases.lines(self._bases), files.get(bases.FILE))

    def _page(self, page: Page) -> Iterator[File | Finding]:
        """A canvas that is made, merged with what stands there."""
        path, data = page.path, self._previous.files.get(page.path)
        if data is None:
            fresh = self._merge(page, NOTHING_THERE, Base())
            yield self._file(path, fresh)
            return
        try:
            old = parse(data)
        except CanvasError as error:
            hint = HINT.format(PurePosixPath(path + BACKUP).name)
            if not self._options.relayout or self._previous.is_hidden:
                raise PreviousError(path, error.line, f"{error}; {hint}") from error
            yield from self._replace(path, data, data, self._merge(page, NOTHING_THERE, Base()))
            return
        was = self._was.get(path)
        if not old.nodes or (was is None and path in self._previous.as_written):  # emptied, or of an earlier version
            old, was = Document(edges=old.edges, others=old.others) if not old.nodes else NOTHING_THERE, Base()
        merge = self._merge(page, old, was or Base())
        if self._options.relayout and merge.touched:
            afresh = self._merge(page, NOTHING_THERE, Base())
            yield from self._replace(path, data, self._backup(data, old, afresh, was), afresh)
            return
        yield from self._write(path, data, old, merge, was)
        yield from self._tell(path, merge)

    def _leftover(self, path: str) -> Iterator[File | Finding]:
        """A canvas that is no longer made: what is a person's on it stays."""
        data, was = self._previous.files[path], self._was.get(path)
        if was is None and path in self._previous.as_written:
            return
        try:
            old = parse(data)
        except CanvasError:
            return  # whoever made it so keeps it
        merge = self._merge(Page(path, [], [], {}, {}), old, was or Base())
        says_name = self._previous.is_hidden is not None and path in self._previous.as_written
        if not merge.document.nodes and (says_name or not merge.touched):
            return  # its area may be hidden, and its name is that of the area
        self._paths.add(path)
        yield from self._write(path, data, old, merge, was)
        name = PurePosixPath(path).name
        what = f"holds what you have put there, which stays; delete {name} if you need it no more"
        if not merge.document.nodes:
            what = f"is empty now, and the next run removes it; as you left it, it is kept as {name}{BACKUP}"
        yield Finding(self._place(path), "canvas-left", f"this canvas is no longer made; it {what}")

    def _merge(self, page: Page, old: Document, was: Base) -> Merge:
        return Merge(page, old, was, self._gap, self._is_hidden)

    def _is_hidden(self, file: str) -> bool:
        """Whether the file of a card, as Obsidian finds it, is one of a hidden note."""
        folder = self._options.vault.strip("/")
        path = file.removeprefix(f"{folder}/") if folder else file
        return self._previous.is_hidden is not None and self._previous.is_hidden(path)

    # ---------- files ----------

    def _write(self, path: str, data: bytes, old: Document, merge: Merge, was: Base | None) -> Iterator[File]:
        """The file, as it is if nothing changes, and a backup of what a person has left there."""
        if merge.document.content == old.content:
            merge.base.written = was.written if was else ""
            self._bases[path] = merge.base
            yield File(path, data, data)
            return
        left = {thing.id for thing in [*merge.document.nodes, *merge.document.edges]}
        loses = any(thing.id not in left for thing in [*old.nodes, *old.edges])
        if merge.touched and (loses or was is None or _sum([data]) != was.written):
            yield self._keep(path, self._backup(data, old, merge, was))
        yield self._file(path, merge, data)

    def _replace(self, path: str, data: bytes, backup: bytes, merge: Merge) -> Iterator[File | Finding]:
        """The canvas drawn anew; what stood there is kept."""
        yield self._keep(path, backup)
        yield self._file(path, merge, data)
        name = PurePosixPath(path).name + BACKUP
        yield Finding(
            self._place(path), "canvas-relayout", f"this canvas is laid out anew; as you left it, it is kept as {name}"
        )

    def _file(self, path: str, merge: Merge, data: bytes | None = None) -> File:
        """A canvas that is written anew, in the place of one that said `data`."""
        self._bases[path] = merge.base
        merge.base.written = _sum(part.encode() for part in lines(merge.document))
        return File(path, lines(merge.document), data)

    def _keep(self, path: str, data: bytes) -> File:
        self._paths.add(path + BACKUP)
        return File(path + BACKUP, data, self._previous.files.get(path + BACKUP))

    def _backup(self, data: bytes, old: Document, merge: Merge, was: Base | None) -> bytes:
        """What stands there; where notes are hidden, with what ours says now."""
        if not self._previous.is_hidden:
            return data
        known = {*(was.nodes if was else ()), *(was.edges if was else ()), *merge.base.nodes, *merge.base.edges}
        now = {thing.id: thing for thing in [*merge.document.nodes, *merge.document.edges]}
        gone = known - now.keys()

        def say(things: list[Thing]) -> list[Thing]:
            return [
                now[thing.id].change({key: thing.get(key) for key in PLACE}) if thing.id in now else thing
                for thing in things
                if gone.isdisjoint({thing.id, *ends(thing)})
            ]

        return "".join(lines(Document(say(old.nodes), say(old.edges), old.others))).encode()

    def _is_clean(self, path: str) -> bool:
        """Whether the backup of an earlier run says nothing that may be hidden by now."""
        was, now = self._was.get(path), self._bases.get(path)
        if not self._previous.is_hidden:
            return True
        return (
            was is not None
            and now is not None
            and all(id in now.nodes and now.nodes[id].content == node.content for id, node in was.nodes.items())
            and all(
                id in now.edges and now.edges[id].get("label") == edge.get("label") for id, edge in was.edges.items()
            )
        )

    # ---------- what is told ----------

    def _place(self, path: str, line: int = 1) -> Source:
        return Source(f"{self._previous.folder}/{path}" if self._previous.folder else path, line)

    def _tell(self, path: str, merge: Merge) -> Iterator[Finding]:
        for thing in merge.kept:
            message = "what this shows is gone from the vault, but you have changed it, so it stays; delete it if you need it no more"
            yield Finding(self._place(path, merge.document.line(thing)), "canvas-kept", message)
        if merge.hidden:
            message = (
                f"{pluralize(len(merge.hidden), 'card')} of hidden notes taken off, whatever you had done with them"
            )
            yield Finding(self._place(path), "canvas-hidden", message)
        if merge.deleted:
            message = (
                f"cards and arrows that you have deleted stay deleted ({merge.deleted}); --relayout draws all anew"
            )
            yield Finding(self._place(path), "canvas-deleted", message)


def _sum(parts: Iterable[bytes]) -> str:
    """The digest of a file."""
    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:16]
