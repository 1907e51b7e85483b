"""A page's nodes and edges as vis-network data and options, built with pyvis, and all the rest that the page tells."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import Any

from kg.model import ROLES
from kg.view.layout import positions, radii
from kg.view.payload import KINDS, Edge, Evidence, Node, Page

__all__ = ["network", "record"]

_HEAVY = 3000
"""Edges from which on they are left out while the view moves, or it would stutter."""


def network(page: Page) -> dict[str, Any]:
    """``nodes``, ``edges`` and ``options`` as vis-network takes them; nodes and edges are numbered as in the page.

    Colours, shapes and labels are not in it: the page draws those itself, so that a change of theme, of the colouring
    or of the zoom touches no data.
    """
    from pyvis.edge import Edge as VisEdge  # type: ignore[import-untyped]
    from pyvis.network import Network  # type: ignore[import-untyped]

    place = {iri: (x, y) for iri, x, y in page.places} or positions(page.nodes, page.edges)
    number = {node.iri: i for i, node in enumerate(page.nodes)}
    net: Any = Network(cdn_resources="in_line")
    net.nodes = [
        {"id": i, "x": place[node.iri][0], "y": place[node.iri][1], "size": size}
        for i, (node, size) in enumerate(zip(page.nodes, radii(page.nodes), strict=True))
    ]
    widths = _widths([edge.weight for edge in page.edges])
    # Not by add_edge: it looks through all edges for each new one.
    net.edges = [
        VisEdge(
            number[edge.source],
            number[edge.target],
            edge.directed,
            id=i,
            width=width,
            **({"smooth": curve} if curve else {}),
        ).options
        for i, (edge, width, curve) in enumerate(zip(page.edges, widths, _curves(page.edges), strict=True))
    ]
    net.options = _options(len(page.edges) > _HEAVY)
    nodes, edges, *_, options = net.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def record(page: Page) -> dict[str, Any]:
    """Everything the page knows, as JSON types: :func:`network` and the texts that its panels show.

    A paper's title, year and address are told once, and referred to by number.
    """
    papers: dict[tuple[str, str, int | None, str | None], int] = {}
    addresses = {ref.iri: ref.url for node in page.nodes for ref in node.papers}
    number = {node.iri: i for i, node in enumerate(page.nodes)}
    return {
        "title": page.title,
        "subtitle": page.subtitle,
        "noun": page.noun,
        "groups": page.groups,
        "empty": page.empty,
        "focus": None if page.focus is None else number[page.focus],
        "clusters": list(page.clusters),
        "types": list(KINDS),
        "roles": list(ROLES),
        "network": network(page),
        "nodes": [_node(node, papers, addresses) for node in page.nodes],
        "edges": [
            {
                "source": number[edge.source],
                "target": number[edge.target],
                "weight": edge.weight,
                "kind": edge.kind,
                "directed": edge.directed,
                "papers": list(edge.papers),
                "evidence": [_proof(proof, addresses) for proof in edge.evidence],
            }
            for edge in page.edges
        ],
        "papers": [{"title": title, "year": year, "url": url} for _, title, year, url in papers],
    }


def _node(
    node: Node, papers: dict[tuple[str, str, int | None, str | None], int], addresses: dict[str, str | None]
) -> dict[str, Any]:
    roles = dict(node.roles)
    if not roles:
        for ref in node.papers:
            roles[ref.role] = roles.get(ref.role, 0) + 1
    return {
        "iri": node.iri,
        "label": node.label,
        "type": node.type,
        "weight": node.weight,
        "cluster": node.cluster,
        "definition": node.definition,
        "aliases": list(node.aliases),
        "count": max(node.paper_count, len({ref.iri for ref in node.papers})),
        "papers": [
            [papers.setdefault((ref.iri, ref.title, ref.year, ref.url), len(papers)), ref.role] for ref in node.papers
        ],
        "evidence": [_proof(proof, addresses) for proof in node.evidence],
        "years": [list(pair) for pair in node.years],
        "roles": roles,
        "facts": [list(pair) for pair in node.facts],
        "url": node.url,
    }


def _proof(proof: Evidence, addresses: dict[str, str | None]) -> list[Any]:
    return [proof.title, proof.field, proof.sentence, proof.start, proof.end, addresses.get(proof.paper)]


def _widths(weights: list[float]) -> list[float]:
    least, most = min(weights, default=0.0), max(weights, default=0.0)
    if least == most:
        return [1.0] * len(weights)
    return [round(0.8 + 4.2 * math.sqrt((weight - least) / (most - least)), 2) for weight in weights]


def _curves(edges: tuple[Edge, ...]) -> list[dict[str, Any] | None]:
    """A bend for every further edge between the same two nodes, or they would hide each other."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    curves: list[dict[str, Any] | None] = []
    for edge in edges:
        pair = (min(edge.source, edge.target), max(edge.source, edge.target))
        turn = "curvedCW" if edge.source == pair[0] else "curvedCCW"
        bend = 0.18 * seen[pair]
        curves.append({"enabled": True, "type": turn, "roundness": round(bend, 2)} if bend else None)
        seen[pair] += 1
    return curves


def _options(heavy: bool) -> dict[str, Any]:
    return {
        "autoResize": True,
        "layout": {"improvedLayout": False, "randomSeed": 7},
        "nodes": {"shape": "custom", "borderWidth": 0},
        "edges": {
            "smooth": False,
            "selectionWidth": 1.5,
            "hoverWidth": 1,
            "arrows": {"to": {"scaleFactor": 0.55}},
            "arrowStrikethrough": False,
        },
        "interaction": {
            "hover": True,
            "hideEdgesOnDrag": heavy,
            "hideEdgesOnZoom": heavy,
            "keyboard": {"enabled": True, "bindToWindow": False},
            "tooltipDelay": 150,
            "zoomSpeed": 0.7,
        },
        "physics": {
            "enabled": False,
            "stabilization": False,
            "solver": "forceAtlas2Based",
            "forceAtlas2Based": {
                "gravitationalConstant": -60,
                "springLength": 90,
                "springConstant": 0.04,
                "avoidOverlap": 0.8,
            },
            "maxVelocity": 30,
            "timestep": 0.35,
        },
    }
