"""What must stand in no output: for who looks whether it does."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Secrets(NamedTuple):
    """What is hidden, and what may be read; texts are given anew each time that they are asked for."""

    names: Iterable[tuple[str, str]]  # path of a hidden file, and something that it is called
    texts: Callable[[], Iterable[tuple[str, str]]]  # path, and Markdown that nobody may read
    visible: Callable[[], Iterable[str]]  # Markdown that everybody may read
