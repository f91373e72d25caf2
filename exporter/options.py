"""TOML files of `mappings/`, and entries of one run, into frozen dataclasses; what is wrong is told with file and line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from exporter.errors import ExportError, OptionError, UsageError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

TOML_HINTS = {  # by words of the parser, which are not for who has never seen TOML
    " twice": "the table stands further up, too; put these lines below its first [...]",
    "Cannot overwrite": "the key stands further up, too; keep one of the two lines",
    "Expected '=' after": "write key = value, and # before a remark",
    "Invalid value": 'a text stands in quotes: key = "text"',
}
T = TypeVar("T", bound="DataclassInstance")
MAPPINGS = ".mlk-export"  # the vault's own folder of mappings, in it; Obsidian shows none that begins with a dot
WORDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    dict: "a table",
}


def load_options(folder: Path, name: str, shape: type[T], settings: Sequence[str] = ()) -> T:
    """Read `folder/NAME.toml` as a `shape`; what the file does not say keeps the shape's default.

    `settings` are entries of this run, "KEY=VALUE"; they win over the file. A text may stand as it is, all else is TOML.

    Raises:
        ExportError: broken TOML, an unknown key, a value of the wrong type or that makes no sense; with file and line.
    """
    return OptionsFile(folder, name, settings).load(shape)


def find_mappings(vault: Path) -> Path:
    """The folder of mappings that a vault has: its own, else the one here, which need not be there.

    They go with the vault, wherever the command is run: what is to be hidden is said in them.
    """
    places = [vault / MAPPINGS, vault / "mappings", Path("mappings")]
    return next((folder for folder in places if any(folder.glob("*.toml"))), places[-1])


def lies_here(vault: Path) -> bool:
    """Whether a vault is this folder or lies in it, so that `mappings` here can be its own."""
    return vault.resolve().is_relative_to(Path.cwd())


def shorter(folder: Path) -> Path:
    """A folder as seen from here or from the root, whichever is shorter to read."""
    try:
        from_here = Path(os.path.relpath(folder))
    except ValueError:  # on another drive of Windows
        return folder
    return min(from_here, folder, key=lambda path: len(str(path)))


def typed(word: object) -> str:
    """A word as it is typed: in quotes, if it holds blanks."""
    return f'"{word}"' if " " in str(word) else str(word)


def find_strangers(files: Iterable[Path], names: Collection[str]) -> Iterator[str]:
    """Tell the mappings that nobody obeys: their names may be slips."""
    for file in files:
        if file.stem not in names:
            yield f"{file}: nothing obeys a mapping of this name; {_hint(file.stem, sorted(names), '{}.toml'.format)}"


class OptionsFile:
    """`folder/NAME.toml`, which need not be there, and the entries of this run, which win over it."""

    def __init__(self, folder: Path, name: str, settings: Sequence[str] = ()) -> None:
        """Read both.

        Raises:
            ExportError: one cannot be read, or is not TOML.
        """
        self._file, self._name = folder / f"{name}.toml", name
        self._text, self._table = _read(self._file)
        self._settings = [(setting, *_split(name, setting)) for setting in settings]

    def load(self, shape: type[T], others: Collection[str] = ()) -> T:
        """Give the options; `others` are keys that the file may hold for somebody else.

        Raises:
            ExportError: an unknown key, a value of the wrong type, or one that the options' own `check` refuses.
        """
        options = shape()
        entries = _check_table(self._table, shape, others, self._source_in_file)
        options = replace(options, **{key: _merge(getattr(options, key), value) for key, value in entries.items()})
        for setting, path, text in self._settings:
            source = f"--set {self._name}.{setting}"
            try:
                table = _parse(source, path, text, shape)
                entries = _check_table(table, shape, others, lambda key, source=source: source)
            except ExportError as error:
                raise UsageError(str(error)) from error
            options = replace(
                options, **{key: _merge(getattr(options, key), value, add=True) for key, value in entries.items()}
            )
        with self.locate_errors():
            getattr(options, "check", lambda: None)()
        return options

    def words(self, without: str = "") -> str:
        """What the values say that an output may repeat: no remarks, and not the table `without`, a line each."""
        return "\n".join(_words({key: value for key, value in self._table.items() if key != without}))

    @contextmanager
    def locate_errors(self) -> Iterator[None]:
        """Say where the value stands that an OptionError is about."""
        try:
            yield
        except OptionError as error:
            source = self.source_of(error.key)
            kind = UsageError if source.startswith("--set ") else ExportError
            raise kind(f"{source}: {error}") from error

    def source_of(self, key: str) -> str:
        """Where an option gets its value: "mappings/skos.toml:3", or the entry of this run that says it."""
        first = key.partition(".")[0]
        setting = next((setting for setting, path, _ in self._settings[::-1] if first == path[0]), None)
        return f"--set {self._name}.{setting}" if setting else self._source_in_file(key)

    def _source_in_file(self, key: str) -> str:
        return f"{self._file}:{_line_of(key.partition('[')[0], self._text)}"


class Settings:
    """The entries of one run, `NAME.KEY=VALUE`, by the name of their mapping."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Take them apart.

        Raises:
            UsageError: one is not of this form.
        """
        self._of: dict[str, list[str]] = {}
        for entry in entries:
            name, dot, rest = entry.partition(".")
            if not dot or "=" not in rest:
                raise UsageError(f"{entry!r} is not NAME.KEY=VALUE, as in skos.base=https://...")
            self._of.setdefault(name, []).append(rest)

    def __getitem__(self, name: str) -> Sequence[str]:
        return self._of.get(name, ())

    def add(self, key: str, value: str, shapes: Mapping[str, type[Any]], flag: str) -> None:
        """Add `KEY=VALUE` for each name whose shape knows the key, or has one with it as `obeys`; the flag is the user's word.

        Raises:
            UsageError: none knows it.
        """
        knowing = [
            (name, each.name)
            for name, shape in shapes.items()
            for each in fields(shape)
            if key in (each.name, each.metadata.get("obeys"))
        ]
        if not knowing:
            raise UsageError(f"{flag} does not go with {', '.join(shapes)}")
        for name, own_key in knowing:
            self._of.setdefault(name, []).append(f"{own_key}={value}")

    def check_names(self, names: Collection[str], shaped_by: Mapping[str, str]) -> None:
        """Refuse an entry for what this run does not read or write; `shaped_by` tells of formats whose mapping they obey.

        Raises:
            UsageError: there is one.
        """
        for name, entries in self._of.items():
            if name not in names:
                known, owner = ", ".join(sorted(names)), shaped_by.get(name, name)
                hint = (
                    f"{name} is shaped by {owner}: --set {owner}.{entries[0]}" if owner != name else f"known: {known}"
                )
                raise UsageError(f"--set {name}.{entries[0]}: this run has no {name!r}; {hint}")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    else:
        yield str(value)


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    """The text of a file and what it says; of one that is not there, nothing."""
    if not file.exists():
        return "", {}
    import tomllib

    try:
        data = file.read_bytes()
    except OSError as error:
        raise ExportError(f"{file}:1: cannot be read: {error.strerror}; make it a file that can be read") from error
    try:
        text = data.decode("utf-8-sig")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ExportError(f"{file}:{line}: byte 0x{data[error.start]:02X} is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())  # "at end of document"
        hint = next((hint for word, hint in TOML_HINTS.items() if word in str(error)), "")
        raise ExportError(f"{file}:{line}: not TOML: {error}{hint and f'; {hint}'}") from error


def _split(name: str, setting: str) -> tuple[list[str], str]:
    """The parts of a setting's key, and its value as it was typed."""
    import tomllib

    for equals in re.finditer("=", setting):  # a key in quotes may hold one
        key = setting[: equals.start()]
        parts = [part.strip() for part in key.split(".")]
        if '"' in key or "'" in key:
            try:
                table: Any = tomllib.loads(f"{key}=0")
            except tomllib.TOMLDecodeError:
                continue
            parts = []
            while isinstance(table, dict):
                ((part, table),) = table.items()
                parts.append(part)
        if all(parts):
            return parts, setting[equals.end() :].strip()
        break
    raise UsageError(f"--set {name}.{setting}: the key cannot be read; write --set {name}.KEY=VALUE")


def _parse(source: str, path: Sequence[str], text: str, shape: type[Any]) -> dict[str, Any]:
    """What a setting says, as a table: a text as it stands or in quotes, as the shell left them; all else is TOML."""
    import tomllib

    hint = _type_at(shape, path)
    kind = get_origin(hint) or hint
    is_text = hint is str or (kind is Literal and all(isinstance(word, str) for word in get_args(hint)))
    value: Any = text
    try:
        table = tomllib.loads(f"value={text}")
        if len(table) == 1 and (isinstance(table["value"], str) or not is_text):
            value = table["value"]
    except tomllib.TOMLDecodeError as error:
        if hint is not None and not is_text:
            words = f"['{text}']" if re.fullmatch(r"[^\[\]'\",]+", text) else "['one', 'two']"
            example = (
                words if kind is tuple else "12" if kind in (int, float) else "true" if kind is bool else "{ KEY = 1 }"
            )
            written = f'write --set "{source.removeprefix("--set ").partition("=")[0]}={example}"'
            raise UsageError(f"{source}: {path[-1]!r} must be {WORDS.get(kind, 'a table')}; {written}") from error
    for key in reversed(path):
        value = {key: value}
    return dict(value)


def _type_at(shape: Any, path: Sequence[str]) -> Any:
    """The type that an option's value has; None: there is no such option."""
    for key in path:
        if is_dataclass(shape) and isinstance(shape, type):
            shape = get_type_hints(shape).get(key)
        else:
            shape = get_args(shape)[1] if get_origin(shape) is dict else None
    return shape


def _check_table(
    table: Mapping[str, Any], shape: type[T], others: Collection[str], source: Callable[..., str]
) -> dict[str, Any]:
    """The entries that are of this shape, as its types want them; unknown keys are refused, and those of others left out."""
    hints = get_type_hints(shape)
    known = [field.name for field in fields(shape) if field.metadata.get("key", True)]
    for key in table:
        if key not in known and key not in others:
            raise ExportError(f"{source(key)}: unknown key {key!r}; {_hint(key, [*known, *others])}")
    return {key: _fit(value, hints[key], key, source) for key, value in table.items() if key in known}


def _merge(old: Any, value: Any, add: bool = False) -> Any:
    """The new value of an option: what a table of options does not say stays; `add`: so it does in any table."""
    if is_dataclass(old) and not isinstance(old, type):
        return replace(old, **value)
    return old | value if add and isinstance(value, dict) else value


def _fit(value: Any, hint: Any, key: str, source: Callable[[str], str]) -> Any:
    """The value as the hint wants it: lists become tuples, whole numbers may stand for numbers.

    A table of options stays one: of those that it says.
    """
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        return _check_table(value, kind, (), lambda name: source(f"{key}.{name}"))
    if kind is Union:
        hint = next(each for each in inner if (get_origin(each) is dict) == isinstance(value, dict))
        return _fit(value, hint, key, source)
    if kind is Literal:
        if value not in inner:
            raise ExportError(f"{source(key)}: {key!r} cannot be {value!r}; {_hint(str(value), [*map(str, inner)])}")
        return value
    if kind is tuple and isinstance(value, list):
        return tuple(_fit(item, inner[0], f"{key}[{number}]", source) for number, item in enumerate(value))
    if kind is dict and isinstance(value, dict):
        return {name: _fit(item, inner[1], f"{key}.{name}", source) for name, item in value.items()}
    if kind is float and type(value) is int:
        return float(value)
    if kind in (tuple, dict) or type(value) is not kind:
        raise ExportError(f"{source(key)}: {key!r} must be {WORDS.get(kind, 'a table')}, not {value!r}")
    return value


def _hint(word: str, known: Sequence[str], quote: Callable[[str], str] = repr) -> str:
    """What may have been meant; where nothing is near, all that is known."""
    from difflib import get_close_matches

    near = get_close_matches(word, known, n=1)
    return f"did you mean {quote(near[0])}?" if near else f"known: {', '.join(known) or 'none'}"


def _line_of(key: str, text: str) -> int:
    """The line of a key; of "table.key" that of the inner one, where the table says it."""
    outer, _, inner = key.partition(".")
    match = re.search(rf"^[ \t]*(?:{_key_pattern(outer)}[=.]|\[+[ \t]*{_key_pattern(outer)}[\].])", text, re.MULTILINE)
    if match and inner:
        pattern = re.compile(rf"(?:^|[{{,.])[ \t]*{_key_pattern(inner)}=", re.MULTILINE)
        match = pattern.search(text, match.end() - 1) or match
    return text.count("\n", 0, match.end()) + 1 if match else 1


def _key_pattern(key: str) -> str:
    """A pattern for a key as TOML may write it."""
    return rf"[\"']?{re.escape(key)}[\"']?[ \t]*"
