"""Runs every benchmark, or those named: ``python -m benchmarks [NAME…] [--smoke]``."""

from __future__ import annotations

import importlib
import sys

NAMES = ("startup", "build", "view", "map", "layout", "paper_identity", "analyze", "scale", "keys", "interop", "terms")


def main(arguments: list[str]) -> int:
    """Prints the figures of each benchmark; ``--smoke`` runs them on little data, to see that they work."""
    smoke = "--smoke" in arguments
    wanted = [a for a in arguments if not a.startswith("-")] or list(NAMES)
    for name in wanted:
        if name not in NAMES:
            print(f"no benchmark {name!r}: one of {', '.join(NAMES)}", file=sys.stderr)
            return 2
        print(f"\n## {name}\n", flush=True)
        importlib.import_module(f"benchmarks.{name}").run(smoke=smoke)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
