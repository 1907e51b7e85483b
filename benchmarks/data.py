"""The papers that benchmarks read: the shared corpora where they are, and a folder for what is made of them."""

from __future__ import annotations

import gzip
import itertools
import os
from pathlib import Path

__all__ = ["corpus", "take"]


def corpus(name: str) -> Path:
    """A file of the shared corpora.

    :raises SystemExit: if they are not there
    """
    root = Path(os.environ.get("KG_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared")
    path = root / "corpus" / name
    if not path.exists():
        raise SystemExit(f"{path}: not there; set KG_TEST_DATA to the folder of the shared test data")
    return path


def take(name: str, count: int, folder: Path) -> Path:
    """The first records of a corpus of JSON Lines, as a file of their own."""
    out = folder / f"{count}.jsonl"
    with gzip.open(corpus(name), "rt", encoding="utf-8") as lines, out.open("w", encoding="utf-8") as file:
        file.writelines(itertools.islice(lines, count))
    return out
