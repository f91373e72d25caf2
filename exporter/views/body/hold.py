"""A script that holds itself to a limit, then becomes the program that it is given: only a process can do that to itself.

It stands alone and imports next to nothing, as it starts before each program.
"""

import os
import resource
import signal
import sys

DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG: https://man7.org/linux/man-pages/man2/prctl.2.html


def become(parent: str, seconds: str, memory: str, *program: str) -> None:
    """Become the program, which may take these seconds of CPU and bytes of memory, and ends with the process `parent`."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != int(parent):  # it has ended already
        sys.exit(1)
    for kind, most in ((resource.RLIMIT_CPU, int(seconds)), (resource.RLIMIT_DATA, int(memory))):
        highest = resource.getrlimit(kind)[1]
        if most and (highest == resource.RLIM_INFINITY or most < highest):
            try:  # noqa: SIM105 - what would suppress it is an import
                resource.setrlimit(kind, (most, highest))
            except (ValueError, OSError):  # a system may know the limit and not hold to it, as macOS
                pass
    os.execv(program[0], program)


if __name__ == "__main__":
    become(*sys.argv[1:])
