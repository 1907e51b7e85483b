"""Network science over a graph of papers: plain functions of the mention table, of matrices, of networkx graphs."""

from kg.analyze.backbone import disparity, tail, validated
from kg.analyze.bridges import Bridge, Side, bridges, bridges_of
from kg.analyze.brokerage import betweenness, constraint, cut_points, effective_size, participation
from kg.analyze.bursts import Burst, bursts
from kg.analyze.central import MEASURES, Central, Measure, authorities, central, core_number, eigenvector, pagerank
from kg.analyze.clusters import Cluster, PaperRef, Term, Theme, callon, clusters, clusters_of
from kg.analyze.communities import METHODS, Method, communities, modularity
from kg.analyze.compare import Comparison, Shared, compare
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.evolution import Event, EventKind, Evolution, Flow, Stage, evolution, overlap
from kg.analyze.gaps import Closer, Gap, Unmet, gaps, gaps_of, quasi_independent
from kg.analyze.graphs import on_graph, to_matrix
from kg.analyze.links import Link, links_between
from kg.analyze.nullmodel import Ties, rewired, ties, votes
from kg.analyze.partition import Partition, partition
from kg.analyze.paths import EvidencePath, Step, evidence_paths, shortest_paths
from kg.analyze.projection import WEIGHTS, Matrix, Projection, Weight, cooccurrence, npmi, reweight, to_networkx
from kg.analyze.similarity import bipartite_to_networkx, paper_similarity, papers_to_networkx
from kg.analyze.slices import TimeSlice, equal_cuts, time_slices
from kg.analyze.terms import log_odds, title
from kg.analyze.thematic import MappedTheme, ThematicMap, thematic_map, themes
from kg.analyze.trends import ORDERS, Meeting, New, News, Order, Surge, Trend, Trends, new, trends

__all__ = [
    "MEASURES",
    "METHODS",
    "ORDERS",
    "WEIGHTS",
    "Bridge",
    "Burst",
    "Central",
    "Closer",
    "Cluster",
    "Comparison",
    "Event",
    "EventKind",
    "Evidence",
    "EvidencePath",
    "Evolution",
    "Flow",
    "Gap",
    "Link",
    "MappedTheme",
    "Matrix",
    "Measure",
    "Meeting",
    "Method",
    "New",
    "News",
    "Order",
    "PaperRef",
    "Partition",
    "Projection",
    "Sentences",
    "Shared",
    "Side",
    "Stage",
    "Step",
    "Surge",
    "Term",
    "ThematicMap",
    "Theme",
    "Ties",
    "TimeSlice",
    "Trend",
    "Trends",
    "Unmet",
    "Weight",
    "authorities",
    "betweenness",
    "bipartite_to_networkx",
    "bridges",
    "bridges_of",
    "bursts",
    "callon",
    "central",
    "clusters",
    "clusters_of",
    "communities",
    "compare",
    "constraint",
    "cooccurrence",
    "core_number",
    "cut_points",
    "disparity",
    "effective_size",
    "eigenvector",
    "equal_cuts",
    "evidence_paths",
    "evolution",
    "gaps",
    "gaps_of",
    "links_between",
    "log_odds",
    "modularity",
    "new",
    "npmi",
    "on_graph",
    "overlap",
    "pagerank",
    "paper_similarity",
    "papers_to_networkx",
    "participation",
    "partition",
    "quasi_independent",
    "reweight",
    "rewired",
    "shortest_paths",
    "tail",
    "thematic_map",
    "themes",
    "ties",
    "time_slices",
    "title",
    "to_matrix",
    "to_networkx",
    "trends",
    "validated",
    "votes",
]
