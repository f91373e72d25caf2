"""A process that calls Typst for another one (compiler.py), until it is ended: requests come in, answers go out.

A script that knows nothing but Typst, so that it starts at once.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import sys
from typing import Any


def _serve() -> None:
    import typst

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks is interrupted, and ends this
    answers = sys.stdout.buffer
    with contextlib.suppress(EOFError):  # nobody asks any more
        while True:
            seconds, function, arguments, settings = pickle.load(sys.stdin.buffer)
            _allow(seconds)
            try:
                made: Any = getattr(typst, function)(*arguments, **settings)
                if function == "compile_with_warnings":
                    made = made[0], [str(warning) for warning in made[1]]
                answer: Any = (made,)
            except BaseException as error:  # a panic is no Exception
                answer = None, str(error), getattr(error, "diagnostic", "")
            pickle.dump(answer, answers)
            answers.flush()


def _allow(seconds: int) -> None:
    """Give this request so many seconds of CPU."""
    with contextlib.suppress(ImportError):  # on Windows
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        highest = resource.getrlimit(resource.RLIMIT_CPU)[1]
        most = int(used) + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most if highest < 0 else min(most, highest), highest))


if __name__ == "__main__":
    _serve()
