"""Regular expressions that are compiled when they are first used: a run needs few of all that there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Regex:
    """What `re.compile` gives, in the making."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self.pattern, self._flags), name)
        setattr(self, name, value)  # where it is found from now on
        return value


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The same as `re.compile`, at no cost until it is used; a mistake in it is an error only then."""
    return cast("re.Pattern[AnyStr]", _Regex(pattern, flags))
