"""A graph of papers of our own, served inside the test's process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from starlette.testclient import TestClient

from kg.build import build
from kg.serve import Limits, make_app
from kg.store import GraphFolder

HOSTILE = '<script>alert(1)</script> "quoted" & ‮ <img src=x onerror=alert(2)>'
PAPERS = [
    {
        "id": "2101.00001", "title": "Fine-tuning with LoRA", "published": "2021-01-05", "authors": ["Ada Ahl"],
        "abstract": "We use LoRA for fine-tuning a Transformer. LoRA reduces memory on ImageNet. We compare with BERT.",
    },
    {
        "id": "2202.00002", "title": "Transformers on ImageNet", "published": "2022-02-06", "authors": ["Bo Berg"],
        "abstract": "A Transformer is evaluated on ImageNet. Dropout is used. We introduce ZebraFormer, a new model.",
    },
    {
        "id": "2303.00003", "title": f"Dropout {HOSTILE}", "published": "2023-03-07", "authors": [HOSTILE],
        "abstract": f"Dropout is used with BERT on SQuAD. {HOSTILE} LoRA is used with Dropout.",
    },
]  # fmt: skip


def make_graph(folder: Path, papers: list[dict[str, object]] = PAPERS) -> Path:  # type: ignore[assignment]
    """Builds a graph of some papers, or adds them to the one that is there."""
    source = folder.with_suffix(".jsonl")
    source.write_bytes(b"\n".join(orjson.dumps(paper) for paper in papers) + b"\n")
    build(GraphFolder(folder), [str(source)])
    return folder


@pytest.fixture(scope="session")
def graph_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_graph(tmp_path_factory.mktemp("serve") / "graph")


@pytest.fixture(scope="session")
def client(graph_folder: Path) -> Iterator[TestClient]:
    """A client of the application with small limits, so that they are met."""
    limits = Limits(timeout=4, rows=300, concurrency=4, queue=4, memory=256, patience=0.5)
    with TestClient(make_app(graph_folder, limits), raise_server_exceptions=True, follow_redirects=False) as found:
        yield found
