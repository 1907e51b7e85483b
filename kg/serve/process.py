"""A program that the server started: it is limited, watched, and ends with the server."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

__all__ = ["Process"]

_LAUNCH = str(Path(__file__).with_name("launch.py"))
_SAID = 20
_NICE = 5
_CALM_NICE = 15
_SLOW_NICE = 19
_TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A running program with its last words on standard error.

    :param inner: as :func:`start` made it
    """

    def __init__(self, inner: asyncio.subprocess.Process) -> None:
        self.inner = inner
        self.said: deque[str] = deque(maxlen=_SAID)
        self.calmed = False
        self._heard = asyncio.Event()
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, command: Sequence[str], memory: int, *, talks: bool = False) -> Process:
        """Starts a program.

        :param memory: bytes that it may take
        :param talks: whether it is written to and read from
        """
        pipe = asyncio.subprocess.PIPE if talks else asyncio.subprocess.DEVNULL
        inner = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", _LAUNCH, str(os.getpid()), str(memory), *command,
            stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return cls(inner)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.inner.returncode is None

    async def heard(self, words: str, timeout: float) -> bool:
        """Waits until it says the words on standard error; False where it ends or the time is up before."""
        try:
            async with asyncio.timeout(timeout):
                while not any(words in line for line in self.said):
                    if self._listener.done():
                        return False
                    self._heard.clear()
                    await self._heard.wait()
        except TimeoutError:
            return False
        return True

    def worked(self) -> float:
        """Seconds of the processor that it has taken so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.inner.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def ready(self) -> None:
        """Puts it a little behind the server, which has to answer whatever its children compute.

        Until now it was beside it, because somebody may wait for it to start.
        """
        nice = min(os.getpriority(os.PRIO_PROCESS, 0) + _NICE, _SLOW_NICE)
        with suppress(OSError):
            for thread in self._threads():
                os.setpriority(os.PRIO_PROCESS, thread, nice)

    def calm(self) -> None:
        """Lets everything else that the server runs go first, from now on."""
        self.calmed = True
        with suppress(OSError):
            for thread in self._threads():
                os.setpriority(os.PRIO_PROCESS, thread, _CALM_NICE)

    def last(self) -> None:
        """Gives it only what nothing else on the machine wants, from now on."""
        with suppress(OSError):
            for thread in self._threads():
                if sys.platform == "linux":
                    # Not a nice value: whatever wakes up takes the processor from a thread of the idle class at once,
                    # from another one when its slice is over.
                    os.sched_setscheduler(thread, os.SCHED_IDLE, os.sched_param(0))
                else:
                    os.setpriority(os.PRIO_PROCESS, thread, _SLOW_NICE)

    def _threads(self) -> list[int]:
        """What priorities belong to: on Linux each thread, elsewhere the process."""
        tasks = Path(f"/proc/{self.inner.pid}/task")
        return [int(name) for name in os.listdir(tasks)] if tasks.exists() else [self.inner.pid]

    def kill(self) -> None:
        """Ends it at once; :meth:`ended` waits until it is gone."""
        if self.alive:
            # Not by its own method, which would take its exit code away from the one that waits for it.
            with suppress(ProcessLookupError):
                os.kill(self.inner.pid, signal.SIGKILL)

    async def ended(self) -> None:
        """Waits until it has ended and all that it said was read."""
        if self.inner.stdin is not None:
            self.inner.stdin.close()
        await self.inner.wait()
        await self._listener

    async def _listen(self) -> None:
        stream = self.inner.stderr
        assert stream is not None
        try:
            # Read in pieces: a program may say more in a line than a reader of lines takes.
            rest = ""
            while piece := await stream.read(65536):
                *lines, rest = (rest + piece.decode(errors="replace")).split("\n")
                self.said.extend(lines)
                rest = rest[-2000:]
                self._heard.set()
        finally:
            self._heard.set()
