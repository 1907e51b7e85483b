"""How soon the program answers: ``kg --help`` against importing click, and a query from a cold start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

__all__ = ["ratio", "run", "seconds"]

KG = (sys.executable, "-m", "kg")
HELP = (*KG, "--help")
CLICK = (sys.executable, "-c", "import click")


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    runs = 3 if smoke else 15
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*KG, "demo"], cwd=folder, check=True, capture_output=True)
        graph = f"{folder}/kg-graph"
        print("| what | median s |\n|---|---|")
        for name, command in (
            ("python -c 'import click'", CLICK),
            ("kg --help", HELP),
            ("kg query 'ASK { ?s a kg:Method }'", (*KG, "query", "-g", graph, "ASK { ?s a kg:Method }")),
            (
                "kg query --name papers-using -p entity=LoRA",
                (*KG, "query", "-g", graph, "--name", "papers-using", "-p", "entity=LoRA"),
            ),
            ("kg show LoRA", (*KG, "show", "-g", graph, "LoRA")),
        ):
            print(f"| `{name}` | {seconds(command, runs=runs):.3f} |", flush=True)
    print(f"\n`kg --help` takes {ratio(runs=runs):.2f} times as long as `import click`.")


def seconds(command: Sequence[str], *, runs: int) -> float:
    """The median time of a command, in seconds, after one run that warms the disk's cache."""
    return statistics.median([_once(command) for _ in range(runs + 1)][1:])


def ratio(*, runs: int) -> float:
    """The time of ``kg --help`` over that of importing click: the median of pairs run one after the other.

    Pairs, because a machine that is busy slows both.
    """
    _once(HELP), _once(CLICK)
    return statistics.median(_once(HELP) / _once(CLICK) for _ in range(runs))


def _once(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun
