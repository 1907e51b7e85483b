"""Servers of others, on this machine, and a graph to send to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from exchange_graphs import PAPERS, Oxigraph, oxigraph_server
from helpers_papers import make, write_lines, write_vocabulary


@pytest.fixture(scope="session")
def little(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph of three papers from four records, with a vocabulary of its own; to be read only."""
    folder = tmp_path_factory.mktemp("exchange")
    source = write_lines(folder / "papers.jsonl", PAPERS)
    make(folder / "graph", [source], write_vocabulary(folder / "names.ttl"))
    return folder / "graph"


@pytest.fixture
def oxigraph() -> Oxigraph:
    """Starts a real server on a folder, with its options; gives its address."""
    return oxigraph_server
