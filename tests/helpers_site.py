"""Papers of our own, with texts that a page must show and never obey, and a graph of them."""

from __future__ import annotations

from pathlib import Path

from helpers_papers import make, write_lines, write_vocabulary

import kg

HOSTILE = '</script><img src=x onerror=alert(1)> "quoted" & \u202eright to left \x1b[31m $\\frac{a}{b}$ 🦊'
LONG = "very " * 1200 + "long title about Lantern"
PAPERS: list[dict[str, object]] = [
    {
        "id": "2101.00001", "title": "Moss Attention in the dark", "published": "2021-01-05", "authors": ["Ada Ahl"],
        "abstract": "We use Moss Attention for Leaf Classification. Mossy attention reduces cost on FernBank.",
    },
    {
        "id": "2202.00002", "title": "Leaf Classification on FernBank", "published": "2022-02-06",
        "abstract": "A Bark Transformer is evaluated on FernBank. We introduce Lantern, a new model.",
    },
    {
        "id": "2303.00003", "title": f"Lantern {HOSTILE}", "published": "2023-03-07", "authors": [HOSTILE],
        "abstract": f"Lantern is used with a Bark Transformer. {HOSTILE} Moss Attention is used with Lantern.",
    },
    {"title": LONG, "abstract": "Lantern with a Bark Transformer.", "doi": "10.1000/CON_a b<c>"},
    {"title": "con: a paper with the name of a device", "abstract": "Lantern for Leaf Classification."},
]  # fmt: skip


def make_graph(folder: Path, papers: list[dict[str, object]] = PAPERS) -> kg.Graph:
    """A graph of some papers with a small vocabulary, built anew or added to what is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = write_vocabulary(folder.with_suffix(".ttl"))
    make(folder, [write_lines(folder.with_suffix(".jsonl"), papers)], vocabulary, profile="vocabulary")
    return kg.open(folder)
