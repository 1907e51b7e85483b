"""The map in a browser, against a bare canvas of the same nodes and links and against vis-network without physics.

All pages hold the same places; each opens in headless Chromium as a reader's browser would, one after the other in one
run. The first frame counts from the start of the navigation until the drawing stands; dragging is two seconds of
moving the view at every frame that the browser takes. Beside it: the time of the layout, of writing the page, and the
size of the file; and how long pyvis takes to build the same graph.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from kg.view import render_map
from kg.view.atlas import Atlas
from kg.view.spread import spread

_SIZES = ((10_000, 30_000), (50_000, 150_000), (100_000, 300_000))
_ROUNDS = 3
_VIS = 50_000
"""Nodes from which on vis-network is left out: it needs minutes."""


def graph(nodes: int, links: int, seed: int = 0) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Links in clusters of some 400 nodes, of uneven degree; and the cluster of each node."""
    draw = np.random.default_rng(seed)
    count = max(2, nodes // 400)
    cluster = np.sort(draw.integers(0, count, nodes))
    first = np.searchsorted(cluster, np.arange(count))
    size = np.bincount(cluster, minlength=count)
    one = draw.integers(0, nodes, 3 * links)
    # The square favours a cluster's first nodes: hubs.
    inside = first[cluster[one]] + (draw.random(3 * links) ** 2 * size[cluster[one]]).astype(np.int64)
    other = np.where(draw.random(3 * links) < 0.9, inside, draw.integers(0, nodes, 3 * links))
    ends = np.column_stack([np.minimum(one, other), np.maximum(one, other)])
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    draw.shuffle(ends)
    return ends[:links], cluster


def atlas(nodes: int, links: int) -> tuple[Atlas, float]:
    """A made-up map, and how long its layout took."""
    ends, cluster = graph(nodes, links)
    begun = time.perf_counter()
    place = spread(nodes, ends, np.ones(len(ends)), cluster)
    took = time.perf_counter() - begun
    degree = np.bincount(ends.ravel(), minlength=nodes)
    made = Atlas(
        "Benchmark", f"{nodes} nodes", [f"Concept number {i}" for i in range(nodes)],
        [f"https://example.org/concept/{i}" for i in range(nodes)], np.arange(nodes) % 6, degree, cluster,
        tuple(f"Cluster {c} · Field {c}" for c in range(int(cluster.max()) + 1)), place, ends, np.ones(len(ends)),
    )  # fmt: skip
    return made, took


def run(*, smoke: bool = False) -> None:
    """Prints a table."""
    sizes = ((400, 1200),) if smoke else _SIZES
    with tempfile.TemporaryDirectory() as folder:
        rows = [_pages(nodes, links, Path(folder), smoke) for nodes, links in sizes]
        _measure(rows, 1 if smoke else _ROUNDS)
    _pyvis(*sizes[0])


def _pages(nodes: int, links: int, folder: Path, smoke: bool) -> dict[str, Any]:
    made, layout = atlas(nodes, links)
    begun = time.perf_counter()
    html = render_map(made)
    writing = time.perf_counter() - begun
    pages = {"kg": html, "bare canvas": _bare(made)}
    if nodes < _VIS:
        pages["vis-network"] = _vis(made)
    paths = {}
    for name, page in pages.items():
        paths[name] = folder / f"{name.replace(' ', '-')}-{nodes}.html"
        paths[name].write_text(page, encoding="utf-8")
    return {"nodes": nodes, "links": links, "layout": layout, "writing": writing, "mb": len(html) / 1e6, "pages": paths}


def _measure(rows: list[dict[str, Any]], rounds: int) -> None:
    from playwright.sync_api import sync_playwright

    head = (
        "nodes",
        "links",
        "layout s",
        "written s",
        "file MB",
        "page",
        "first frame ms",
        "of the bare one",
        "frames/s",
    )
    print(f"| {' | '.join(head)} |")
    print("|---|---|---|---|---|---|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("KG_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
        )
        for row in rows:
            seen: dict[str, list[tuple[float, float]]] = {name: [] for name in row["pages"]}
            for _ in range(rounds):
                for name, path in row["pages"].items():
                    seen[name].append(_once(browser, path))
            floor = statistics.median(first for first, _ in seen["bare canvas"])
            for name, figures in seen.items():
                first = statistics.median(f for f, _ in figures)
                rate = statistics.median(r for _, r in figures)
                own = (
                    [f"{row['layout']:.1f}", f"{row['writing']:.2f}", f"{row['mb']:.1f}"] if name == "kg" else [""] * 3
                )
                told = [str(row["nodes"]), str(row["links"]), *own, name, f"{first:.0f}", f"{first / floor:.1f}"]
                print(f"| {' | '.join(told)} | {rate:.0f} |", flush=True)
        browser.close()


def _once(browser: Any, path: Path) -> tuple[float, float]:
    """First frame in milliseconds, frames a second while dragging."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    tab = context.new_page()
    tab.set_default_timeout(180_000)
    tab.add_init_script(_WATCH)
    tab.goto(path.as_uri())
    tab.wait_for_function("() => window.seen && (window.kgMap || window.bench)")
    first = tab.evaluate("() => window.seen")
    rate = tab.evaluate(_DRAG)
    context.close()
    return float(first), float(rate)


# A canvas records what it is told and paints later: to read a pixel back makes it paint.
_WATCH = """(() => {
  const look = () => {
    const drawn = performance.getEntriesByName("kg-first-frame").length;
    const canvas = window.bench?.canvas ?? (drawn && document.querySelector("#sheet"));
    if (!canvas) return requestAnimationFrame(look);
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
    window.seen = performance.now();
  };
  requestAnimationFrame(look);
})()"""

_DRAG = """() => new Promise((done) => {
  const move = window.bench?.move ?? ((t) => { kgMap.view.x = 0.2 * Math.sin(t / 300); kgMap.draw(true); });
  let [frames, start] = [0, 0];
  const step = (now) => {
    start ||= now;
    move(now - start);
    frames += 1;
    if (now - start < 2000) requestAnimationFrame(step);
    else done((frames - 1) * 1000 / (now - start));
  };
  requestAnimationFrame(step);
})"""


def _columns(made: Atlas) -> str:
    return json.dumps({
        "x": np.round(made.place[:, 0].astype(float), 4).tolist(),
        "y": np.round(made.place[:, 1].astype(float), 4).tolist(),
        "c": made.clusters.tolist(), "w": made.papers.tolist(), "e": made.ends.tolist(),
    })  # fmt: skip


def _bare(made: Atlas) -> str:
    """The floor: lines and circles on a 2D canvas, one path a colour, without names, clusters, search or anything."""
    return f"""<!DOCTYPE html><meta charset="utf-8"><style>body{{margin:0}}</style>
<canvas id="c" width="1280" height="800"></canvas>
<script type="application/json" id="d">{_columns(made)}</script>
<script>
const d = JSON.parse(document.getElementById("d").textContent), ctx = document.getElementById("c").getContext("2d");
const hues = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"];
const most = d.w.reduce((a, b) => Math.max(a, b), 1);
let ox = 0;
function draw() {{
  ctx.clearRect(0, 0, 1280, 800);
  const X = (i) => 640 + ox + d.x[i] * 560, Y = (i) => 400 + d.y[i] * 560;
  ctx.strokeStyle = "rgba(120,130,130,.15)"; ctx.beginPath();
  for (const [a, b] of d.e) {{ ctx.moveTo(X(a), Y(a)); ctx.lineTo(X(b), Y(b)); }}
  ctx.stroke();
  hues.forEach((hue, h) => {{
    ctx.fillStyle = hue; ctx.beginPath();
    for (let i = 0; i < d.x.length; i++) if (d.c[i] % 6 === h) {{
      const r = 1 + 3 * Math.sqrt(d.w[i] / most); ctx.moveTo(X(i) + r, Y(i)); ctx.arc(X(i), Y(i), r, 0, 6.3);
    }}
    ctx.fill();
  }});
}}
draw();
window.bench = {{ canvas: ctx.canvas, move(t) {{ ox = 100 * Math.sin(t / 300); draw(); }} }};
</script>"""


def _vis(made: Atlas) -> str:
    """vis-network as pyvis ships it, physics off, with the same places."""
    from kg.view.page import _vis_network

    script, style = _vis_network()
    return f"""<!DOCTYPE html><meta charset="utf-8">
<style>body{{margin:0}} #n{{width:1280px;height:800px}} {style}</style>
<div id="n"></div><script type="application/json" id="d">{_columns(made)}</script><script>{script}</script><script>
const d = JSON.parse(document.getElementById("d").textContent);
const nodes = d.x.map((x, id) => ({{ id, x: x * 2000, y: d.y[id] * 2000, shape: "dot", size: 6 }}));
const edges = d.e.map(([from, to], id) => ({{ id, from, to }}));
const network = new vis.Network(document.getElementById("n"), {{ nodes, edges }},
  {{ physics: false, edges: {{ smooth: false }}, layout: {{ improvedLayout: false }} }});
network.once("afterDrawing", () => {{
  const scale = network.getScale(), at = (t) => ({{ x: 200 * Math.sin(t / 300), y: 0 }});
  const move = (t) => network.moveTo({{ position: at(t), scale }});
  window.bench = {{ canvas: document.querySelector("canvas"), move }};
}});
network.redraw();
</script>"""


def _pyvis(nodes: int, links: int) -> None:
    """Writing the page apart from its layout: ours, and pyvis' add_node and add_edge of the same graph."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    made, _ = atlas(nodes, links)
    ours = []
    for _ in range(3):
        begun = time.perf_counter()
        render_map(made)
        ours.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    net = Network()
    for i, label in enumerate(made.labels):
        net.add_node(i, label=label)
    for a, b in made.ends.tolist():
        net.add_edge(a, b)
    theirs = time.perf_counter() - begun
    print("\n| nodes | links | kg: page s | pyvis: add_node, add_edge s | ratio |\n|---|---|---|---|---|")
    mine = statistics.median(ours)
    print(f"| {nodes} | {links} | {mine:.2f} | {theirs:.1f} | {theirs / mine:.0f} |", flush=True)
