"""Network science over a graph of papers: plain functions of the mention table, of matrices, of networkx graphs."""

from kg.analyze.backbone import disparity, validated
from kg.analyze.bridges import Bridge, Side, bridges, bridges_of
from kg.analyze.brokerage import betweenness, constraint, cut_points, effective_size, participation
from kg.analyze.central import MEASURES, Central, Measure, authorities, central, core_number, eigenvector, pagerank
from kg.analyze.clusters import Cluster, PaperRef, Term, Theme, callon, clusters, clusters_of
from kg.analyze.communities import METHODS, Method, communities, modularity
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.graphs import on_graph, to_matrix
from kg.analyze.nullmodel import Ties, rewired, ties, votes
from kg.analyze.partition import Partition, partition
from kg.analyze.projection import WEIGHTS, Matrix, Projection, Weight, cooccurrence, npmi, reweight, to_networkx
from kg.analyze.terms import log_odds, title

__all__ = [
    "MEASURES",
    "METHODS",
    "WEIGHTS",
    "Bridge",
    "Central",
    "Cluster",
    "Evidence",
    "Matrix",
    "Measure",
    "Method",
    "PaperRef",
    "Partition",
    "Projection",
    "Sentences",
    "Side",
    "Term",
    "Theme",
    "Ties",
    "Weight",
    "authorities",
    "betweenness",
    "bridges",
    "bridges_of",
    "callon",
    "central",
    "clusters",
    "clusters_of",
    "communities",
    "constraint",
    "cooccurrence",
    "core_number",
    "cut_points",
    "disparity",
    "effective_size",
    "eigenvector",
    "log_odds",
    "modularity",
    "npmi",
    "on_graph",
    "pagerank",
    "participation",
    "partition",
    "reweight",
    "rewired",
    "ties",
    "title",
    "to_matrix",
    "to_networkx",
    "validated",
    "votes",
]
