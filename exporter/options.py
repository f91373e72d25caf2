"""TOML files of `mappings/` into frozen dataclasses; an unknown key or a wrong type is an error."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from exporter.errors import ExportError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
WORDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    dict: "a table",
}


def load_options(folder: Path, name: str, shape: type[T], settings: Iterable[str] = ()) -> T:
    """Read `folder/NAME.toml` as a `shape`; what the file does not say keeps the shape's default.

    A field whose metadata say "kept" gets the text of `folder/NAME.lock`, "" where there is none yet.
    `settings` are entries of this run, "KEY=VALUE" with the value in TOML; they win over the file.

    Raises:
        ExportError: broken TOML, an unknown key, a value of the wrong type; with file and line.
    """
    file = folder / f"{name}.toml"
    try:
        data = file.read_bytes() if file.exists() else b""
    except OSError as error:
        raise ExportError(f"{file}:1: cannot be read: {error.strerror}; make it a file that can be read") from error
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ExportError(f"{file}:{line}: byte 0x{data[error.start]:02X} is not UTF-8; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(text.splitlines())  # "at end of document"
        raise ExportError(f"{file}:{line}: not TOML: {error}") from error
    values = _checked(table, shape, lambda key: f"{file}:{_line_of(key, text)}")
    for setting in settings:
        told = f"--set {name}.{setting}"
        for key, value in _checked(_setting(name, setting), shape, lambda key, told=told: told).items():
            old = values.get(key, getattr(shape(), key))
            values[key] = old | value if isinstance(value, dict) else value
    kept = [field.name for field in fields(shape) if field.metadata.get("kept")]
    if kept and file.exists():  # who has no mapping publishes nothing, so there is nothing to be kept
        values[kept[0]] = _kept(lock_file(folder, name))
    return shape(**values)


def lock_file(folder: Path, name: str) -> Path:
    """The file in which is kept what the writer NAME must not forget (`model.Lock`)."""
    return folder / f"{name}.lock"


def _kept(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ExportError(f"{file}: cannot be read: {error}; restore it from your backup") from error


def _setting(name: str, setting: str) -> dict[str, Any]:
    try:
        return tomllib.loads(setting)
    except tomllib.TOMLDecodeError as error:
        raise ExportError(
            f"--set {name}.{setting}: not TOML ({error}); write --set {name}.KEY=VALUE, text in quotes: --set '{name}.KEY=\"text\"'"
        ) from error


def _checked(table: dict[str, Any], shape: type[T], place: Any) -> dict[str, Any]:
    hints = get_type_hints(shape)
    known = [field.name for field in fields(shape) if not field.metadata.get("kept")]
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
            raise ExportError(f"{place(key)}: unknown key {key!r}; {hint}")
    return {key: _fit(value, hints[key], key, place(key)) for key, value in table.items()}


def _fit(value: Any, hint: Any, key: str, place: str) -> Any:
    """The value as the hint wants it: lists become tuples, whole numbers may stand for numbers."""
    kind, inner = get_origin(hint) or hint, get_args(hint)
    if kind is Literal:
        if value not in inner:
            near = get_close_matches(str(value), [str(word) for word in inner], n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(map(str, inner))}"
            raise ExportError(f"{place}: {key!r} cannot be {value!r}; {hint}")
        return value
    if kind is tuple and isinstance(value, list):
        return tuple(_fit(item, inner[0], f"{key}[{number}]", place) for number, item in enumerate(value))
    if kind is dict and isinstance(value, dict):
        return {name: _fit(item, inner[1], f"{key}.{name}", place) for name, item in value.items()}
    if kind is float and type(value) is int:
        return float(value)
    if kind in (tuple, dict) or type(value) is not kind:
        raise ExportError(f"{place}: {key!r} must be {WORDS[kind]}, not {value!r}")
    return value


def _line_of(key: str, text: str) -> int:
    name = rf"[\"']?{re.escape(key)}[\"']?[ \t]*"
    found = re.search(rf"^[ \t]*(?:{name}[=.]|\[+[ \t]*{name}[\].])", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
