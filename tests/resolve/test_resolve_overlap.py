"""Real papers that stand in a file twice, from arXiv and from the ACL Anthology."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.paper_identity import measure, read_pairs


@pytest.mark.slow
def test_papers_of_two_sources_become_one(shared: Path) -> None:
    figures = measure(read_pairs(shared / "corpus" / "overlap-arxiv-acl.jsonl.gz"))
    assert figures.precision == 1.0
    assert figures.recall >= 0.985
