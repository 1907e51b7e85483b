"""The start page, the fields with a page for each, and the map: what is measured on the graph as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.analyze.bridges import Bridge, Side, bridges_of
from kg.analyze.clusters import Cluster, clusters_of
from kg.analyze.partition import partition
from kg.describe import Neighbour, stats
from kg.pages import render
from kg.report import body, report, style
from kg.site.addresses import SiteAddresses
from kg.site.thing import Fields
from kg.store import Generation, Index, MentionTable
from kg.view import render_map
from kg.view.survey import survey

if TYPE_CHECKING:
    from kg.site.folder import SiteFolder

__all__ = ["front"]

_TERMS = 15
_BRIDGES = 60
_TOP = 16
_MAPPED = 100_000


def front(generation: Generation, site: SiteFolder, title: str) -> tuple[Fields, Callable[[Index], None]]:
    """Measures the graph.

    :return: the field of each entity; and what writes the pages, to be called when the others are there
    """
    import numpy as np

    index, table = Index(generation.index), MentionTable.open(generation.mentions)
    keep = np.ones(len(table), dtype=np.bool_)
    found = partition(index, table, keep)
    clusters = clusters_of(index, table, found, keep, top=_TERMS)
    joined = bridges_of(found, index, table, keep, top=_BRIDGES, evidence=1)
    of = np.full(table.entities, -1, dtype=np.int32)
    nodes = np.flatnonzero(found.labels >= 0)
    of[found.projection.entities[nodes]] = found.labels[nodes]
    papers = np.ones(table.papers, dtype=np.bool_)
    counts = stats(generation, index, table, keep, papers, _TOP)
    members = [found.projection.entities[found.members(c.id)].tolist() for c in clusters]
    index.close()

    def pages(index: Index) -> None:
        at = SiteAddresses("", title, "Fields")
        site.write("fields.html", render("clusters", at, clusters=clusters))
        for cluster, rows in zip(clusters, members, strict=True):
            site.write(f"field/{cluster.id}.html", _field(index, title, cluster, rows, joined))
        site.write("map.html", render_map(survey(index, table, keep, _MAPPED, found=found)))
        told = report(generation, index, table, found=found)
        site.write("static/report.css", style())
        start = SiteAddresses("", title)
        site.write("index.html", render("start", start, stats=counts, body=body(told, start.thing)))

    return Fields(tuple(c.name for c in clusters), of), pages


def _field(index: Index, title: str, cluster: Cluster, rows: list[int], joined: list[Bridge]) -> str:
    members = [Neighbour(e.iri, e.label, e.type, e.papers) for e in index.entities(rows)]
    across: list[tuple[Bridge, list[Side]]] = [
        (bridge, [s for s in bridge.sides if s.cluster != cluster.id][:3])
        for bridge in joined
        if any(s.cluster == cluster.id for s in bridge.sides)
    ]
    at = SiteAddresses("../", title, "Fields")
    return render("cluster", at, cluster=cluster, members=members, bridges=across[:12], all_clusters="../fields.html")
