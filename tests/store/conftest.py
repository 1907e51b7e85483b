"""A small graph, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers_papers import make, write_lines, write_vocabulary

from kg.store import Generation, GraphFolder, Index, MentionTable

# Modules are searched for doctests, and two of one name cannot be.
collect_ignore = ["conftest.py"]

RECORDS: list[dict[str, Any]] = [
    {
        "title": "Moss Attention for Leaf Classification",
        "abstract": "We propose MossNet, a network with Moss Attention. It outperforms Lantern on FernBank.",
        "arxiv": "2101.00001",
        "doi": "10.1000/Moss",
        "authors": ["Ada One", "Bea Two"],
        "date": "2021-06-17",
    },
    {
        "title": "Lantern: a model that glows",
        "abstract": "Lantern uses the Bark Transformer (BT). BT is trained on FernBank. Classifying leaves is hard.",
        "acl": "P20-1001",
        "year": "2020",
        "venue": "Garden Letters",
    },
    {
        "title": 'A "quoted" title AND (an odd one)',
        "abstract": "Nothing in it but mossy attention.",
        "date": "2021-03",
    },
    {"title": "Undated notes on FernBank", "abstract": "FernBank holds ferns. MossNet reads it."},
]


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a graph of four papers, to be read only."""
    folder = tmp_path_factory.mktemp("store")
    source = write_lines(folder / "papers.jsonl", RECORDS)
    make(folder / "graph", [source], write_vocabulary(folder / "names.ttl"))
    return folder / "graph"


@pytest.fixture(scope="session")
def generation(graph: Path) -> Generation:
    """Its current generation."""
    return GraphFolder(graph).current()


@pytest.fixture(scope="session")
def index(generation: Generation) -> Iterator[Index]:
    """Its index."""
    opened = Index(generation.index)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def table(generation: Generation) -> MentionTable:
    """Its mention table."""
    return MentionTable.open(generation.mentions)
