"""A small graph, built once, and copies of it to be damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers_papers import make, write_lines, write_vocabulary

from kg.store import GraphFolder

RECORDS: list[dict[str, Any]] = [
    {
        "title": "Moss Attention for Leaf Classification",
        "abstract": "We propose MossNet, a network with Moss Attention. MossNet outperforms Lantern on FernBank.",
        "arxiv": "2101.00001",
        "authors": ["Ada One", "Bea Two"],
        "date": "2021-06-17",
        "venue": "Garden Letters",
        "url": "https://example.org/moss",
    },
    {
        "title": "Lantern: a model that glows",
        "abstract": "Lantern uses the Bark Transformer (BT). BT is trained on FernBank. Naïve 机器 help FernBank.",
        "arxiv": "2102.00002",
        "year": "2021",
    },
    {"title": "Notes on FernBank without a text", "abstract": "", "doi": "10.1000/notes"},
]


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a graph of three papers, to be read only."""
    folder = tmp_path_factory.mktemp("trust")
    source = write_lines(folder / "papers.jsonl", RECORDS)
    make(folder / "graph", [source], write_vocabulary(folder / "names.ttl"))
    return folder / "graph"


@pytest.fixture
def copied(pristine: Path, tmp_path: Path) -> Callable[[], GraphFolder]:
    """Makes a copy of that graph, to be damaged."""
    return lambda: GraphFolder(shutil.copytree(pristine, tmp_path / "graph"))
