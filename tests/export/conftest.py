"""Little graphs for the tests of exports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path

import pytest
from export_graphs import VOCABULARY, Make, little_papers, written

from kg.model import Extraction, Paper
from kg.store import Generation
from kg.vocabulary import Concept


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a graph of papers with their extractions; each time another one."""
    numbers = count()

    def make(
        papers: Sequence[tuple[Paper, Extraction]], vocabulary: Sequence[Concept] = VOCABULARY, order: int = 1
    ) -> Generation:
        return written(tmp_path / f"generation-{next(numbers)}", papers[::order], vocabulary)

    return make


@pytest.fixture(scope="session")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The little papers as a graph."""
    return written(tmp_path_factory.mktemp("graph") / "generation", little_papers(), VOCABULARY)
