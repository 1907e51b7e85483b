"""Papers that are about the same things, and the network of papers and entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp  # type: ignore[import-untyped]
from numpy.typing import NDArray

from kg.analyze.affinity import nearest
from kg.analyze.projection import Matrix, Projection
from kg.store import Index, MentionTable

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

__all__ = ["bipartite_to_networkx", "paper_similarity", "papers_to_networkx"]


def paper_similarity(projection: Projection, *, neighbours: int = 10, least: float = 0.05, most: int = 1000) -> Matrix:
    """How much papers are about the same: the cosine of their entities, the rarer the weightier.

    Parameters
    ----------
    projection : Projection
    neighbours : int
        Most similar papers kept of each.
    least : float
        Similarity below which two papers have nothing to do with each other.
    most : int
        Entities that more papers name make no two of them similar: they say little, and would cost most.

    Returns
    -------
    csr_array of float64, shape (papers of the table, papers of the table)
        Symmetric, empty diagonal: a pair is in it if either counts the other among its nearest.

    Notes
    -----
    Weights are inverse document frequencies. Rows are multiplied in blocks and cut to ``neighbours`` at once, so that
    memory stays linear in the number of papers.

    References
    ----------
    G. Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval", Information Processing &
    Management 24 (1988).
    """
    rarity = np.log((projection.total + 1) / np.maximum(projection.papers, 1))
    rarity[projection.papers > most] = 0
    vectors = sp.csr_array(projection.incidence @ sp.diags_array(rarity))
    return nearest(vectors, neighbours, least=least)


def papers_to_networkx(similarity: Matrix, index: Index) -> nx.Graph:
    """A network of similar papers for networkx: nodes are IRIs with ``title`` and ``issued``, edges have ``weight``.

    Papers without a similar one are not in it.
    """
    import networkx as nx

    rows = np.flatnonzero(np.diff(similarity.indptr)).tolist()
    graph = nx.Graph()
    iri = {}
    for paper in index.papers(rows):
        iri[paper.row] = paper.iri
        graph.add_node(paper.iri, iri=paper.iri, title=paper.title, issued=paper.issued)
    upper = sp.triu(similarity, k=1, format="coo")
    graph.add_edges_from(
        (iri[i], iri[j], {"weight": w})
        for i, j, w in zip(upper.row.tolist(), upper.col.tolist(), upper.data.tolist(), strict=True)
    )
    return graph


def bipartite_to_networkx(
    projection: Projection, table: MentionTable, index: Index, keep: NDArray[np.bool_] | None = None
) -> nx.Graph:
    """The network of papers and entities for networkx.

    Nodes are IRIs with ``bipartite`` (0 for a paper with ``title`` and ``issued``, 1 for an entity with ``label``,
    ``type`` and ``papers``); edges have ``mentions``, how often the paper names the entity.
    """
    import networkx as nx

    graph = nx.Graph(papers=projection.total)
    entities = index.entities(projection.entities.tolist())
    for entity, papers in zip(entities, projection.papers.tolist(), strict=True):
        graph.add_node(
            entity.iri, bipartite=1, iri=entity.iri, label=entity.label, type=entity.type, papers=papers
        )  # fmt: skip
    named = sp.coo_array(projection.incidence)
    iri = {}
    for paper in index.papers(np.unique(named.row).tolist()):
        iri[paper.row] = paper.iri
        graph.add_node(paper.iri, bipartite=0, iri=paper.iri, title=paper.title, issued=paper.issued)
    rows = slice(None) if keep is None else keep
    width = max(table.entities, 1)
    key, mentions = np.unique(table.paper[rows].astype(np.int64) * width + table.entity[rows], return_counts=True)
    at = np.searchsorted(key, named.row.astype(np.int64) * width + projection.entities[named.col])
    graph.add_edges_from(
        (iri[i], entities[j].iri, {"mentions": m})
        for i, j, m in zip(named.row.tolist(), named.col.tolist(), mentions[at].tolist(), strict=True)
    )
    return graph
