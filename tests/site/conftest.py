"""A site of papers of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers_site import make_graph

import kg


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    return make_graph(tmp_path_factory.mktemp("site") / "graph")


@pytest.fixture(scope="session")
def site(graph: kg.Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site of these papers."""
    folder = tmp_path_factory.mktemp("site") / "site"
    graph.site(folder, title="Five papers", address="https://example.org/papers")
    return folder
