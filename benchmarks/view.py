"""Writing the interactive page, apart from its layout, against pyvis' own way of building the same graph."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from kg.view import Edge, Node, Page, render
from kg.view.layout import positions
from kg.view.network import network


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    print("| nodes | edges | layout s | kg: page s | kg: data alone s | pyvis: add_node, add_edge s | ratio of these |")
    print("|---|---|---|---|---|---|---|")
    render(_page(2, 1))
    for nodes, edges in ((50, 100),) if smoke else ((500, 1500), (2000, 6000)):
        page = _page(nodes, edges)
        begun = time.perf_counter()
        places = positions(page.nodes, page.edges)
        layout = time.perf_counter() - begun
        page = replace(page, places=tuple((iri, x, y) for iri, (x, y) in places.items()))
        begun = time.perf_counter()
        html = render(page)
        whole = time.perf_counter() - begun
        begun = time.perf_counter()
        network(page)
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        net = Network()
        for node in page.nodes:
            net.add_node(node.iri, label=node.label)
        for edge in page.edges:
            net.add_edge(edge.source, edge.target, value=edge.weight)
        theirs = time.perf_counter() - begun
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "page.html").write_text(html, encoding="utf-8")
        print(
            f"| {nodes} | {edges} | {layout:.2f} | {whole:.2f} | {ours:.3f} | {theirs:.2f} | {theirs / ours:.1f} |",
            flush=True,
        )


def _page(nodes: int, edges: int) -> Page:
    draw = random.Random(0)
    made = tuple(Node(f"urn:{i}", f"Node {i}", "Method", float(1 + i % 50)) for i in range(nodes))
    pairs = {tuple(sorted(draw.sample(range(nodes), 2))) for _ in range(edges)}
    return Page("Benchmark", "", made, tuple(Edge(f"urn:{a}", f"urn:{b}", 1.0 + (a + b) % 9) for a, b in sorted(pairs)))
