"""Becomes another program, one that cannot outlive the server or take all of the machine.

Run as a script: ``launch.py PARENT MEMORY PROGRAM ARGUMENT…``. It stands between fork and exec, where code of the
server's own threads must not run.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> None:
    """Replaces this process by the program.

    :param arguments: process id of the parent, bytes of memory, program and its arguments
    """
    parent, memory, *command = arguments
    # Ctrl-C in a terminal is for the server, which then ends its children itself.
    os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        # The parent died before its death could be noticed.
        sys.exit(1)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Data rather than address space: what a store maps into memory is the file system's to take back.
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
