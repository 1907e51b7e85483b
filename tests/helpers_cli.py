"""What the tests of the command line share: running it, as a function or as a process, and reading what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

#: The program as a process runs it: the interpreter of the tests, wherever they run.
KG = (sys.executable, "-m", "kg")
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the program gave."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def message(self) -> str:
        """The one line on standard error, without the program's name.

        :raises AssertionError: if there is another number of lines, or it is not the program's
        """
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("kg: "), self.err
        return lines[0].removeprefix("kg: ")


class Command(Protocol):
    """Runs ``kg`` with arguments in this process; ``stdin`` is what it finds on standard input."""

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> Ran: ...


def environment(**values: str) -> dict[str, str]:
    """The environment of a process: as it is here, less what would change the answer, with this checkout importable."""
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "KG_GRAPH", "KG_TRACEBACK", "PYTHONWARNINGS")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | values


def process(
    *arguments: str,
    cwd: Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    timeout: float = 300,
    preexec_fn: Callable[[], None] | None = None,
) -> Ran:
    """Runs ``kg`` as a process of its own; no run may end in a traceback.

    :param preexec_fn: is called in the child before the program starts
    """
    done = subprocess.run(
        [*KG, *arguments], cwd=cwd, input=stdin, capture_output=True, timeout=timeout,
        env=environment(**(env or {})), preexec_fn=preexec_fn,
    )  # fmt: skip
    ran = Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in ran.err, ran.err
    return ran
