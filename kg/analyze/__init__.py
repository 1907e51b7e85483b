"""Network science over a graph of papers: plain functions of the mention table, of matrices, of networkx graphs."""

from kg.analyze.affinity import affinity
from kg.analyze.agreement import RESOLUTIONS, Resolution, adjusted_mutual_information, adjusted_rand, scan
from kg.analyze.backbone import disparity, tail, validated
from kg.analyze.backtest import Backtest, Tested, backtest
from kg.analyze.between import Link, links_between
from kg.analyze.bridges import Bridge, Side, bridges, bridges_of
from kg.analyze.brokerage import betweenness, constraint, cut_edges, cut_points, effective_size, participation
from kg.analyze.bursts import Burst, bursts
from kg.analyze.central import MEASURES, Central, Measure, authorities, central, core_number, eigenvector, pagerank
from kg.analyze.claims import Claim, Compared, claims
from kg.analyze.clusters import Cluster, PaperRef, Part, Term, Theme, callon, clusters, clusters_of
from kg.analyze.communities import METHODS, Method, communities, hierarchy, modularity
from kg.analyze.compare import Comparison, Shared, compare
from kg.analyze.evidence import Evidence, Sentences
from kg.analyze.evolution import Event, EventKind, Evolution, Flow, Stage, evolution, overlap
from kg.analyze.gaps import Closer, Gap, Unmet, gaps, gaps_of, nearness, quasi_independent
from kg.analyze.graphs import on_graph, to_matrix
from kg.analyze.links import MissingLink, links
from kg.analyze.logistic import Logistic, logistic
from kg.analyze.network import PREDICTORS, Predictor
from kg.analyze.nullmodel import Ties, rewired, ties, votes
from kg.analyze.partition import Partition, least_papers, partition
from kg.analyze.paths import EvidencePath, Step, evidence_paths, shortest_paths
from kg.analyze.projection import WEIGHTS, Matrix, Projection, Weight, cooccurrence, npmi, reweight, to_networkx
from kg.analyze.proximity import (
    adamic_adar,
    common_neighbours,
    factorised,
    katz,
    personalised_pagerank,
    preferential_attachment,
    resource_allocation,
    spectrum,
)
from kg.analyze.ranking import Ranking, ranking
from kg.analyze.resolutions import resolutions
from kg.analyze.semantic_rank import relatedness, semantic_rank
from kg.analyze.similarity import bipartite_to_networkx, paper_similarity, papers_to_networkx
from kg.analyze.slices import TimeSlice, equal_cuts, time_slices
from kg.analyze.terms import log_odds, title
from kg.analyze.thematic import MappedTheme, ThematicMap, thematic_map, themes
from kg.analyze.trends import ORDERS, Meeting, New, News, Order, Surge, Trend, Trends, new, trends

__all__ = [
    "MEASURES",
    "METHODS",
    "ORDERS",
    "PREDICTORS",
    "RESOLUTIONS",
    "WEIGHTS",
    "Backtest",
    "Bridge",
    "Burst",
    "Central",
    "Claim",
    "Closer",
    "Cluster",
    "Compared",
    "Comparison",
    "Event",
    "EventKind",
    "Evidence",
    "EvidencePath",
    "Evolution",
    "Flow",
    "Gap",
    "Link",
    "Logistic",
    "MappedTheme",
    "Matrix",
    "Measure",
    "Meeting",
    "Method",
    "MissingLink",
    "New",
    "News",
    "Order",
    "PaperRef",
    "Part",
    "Partition",
    "Predictor",
    "Projection",
    "Ranking",
    "Resolution",
    "Sentences",
    "Shared",
    "Side",
    "Stage",
    "Step",
    "Surge",
    "Term",
    "Tested",
    "ThematicMap",
    "Theme",
    "Ties",
    "TimeSlice",
    "Trend",
    "Trends",
    "Unmet",
    "Weight",
    "adamic_adar",
    "adjusted_mutual_information",
    "adjusted_rand",
    "affinity",
    "authorities",
    "backtest",
    "betweenness",
    "bipartite_to_networkx",
    "bridges",
    "bridges_of",
    "bursts",
    "callon",
    "central",
    "claims",
    "clusters",
    "clusters_of",
    "common_neighbours",
    "communities",
    "compare",
    "constraint",
    "cooccurrence",
    "core_number",
    "cut_edges",
    "cut_points",
    "disparity",
    "effective_size",
    "eigenvector",
    "equal_cuts",
    "evidence_paths",
    "evolution",
    "factorised",
    "gaps",
    "gaps_of",
    "hierarchy",
    "katz",
    "least_papers",
    "links",
    "links_between",
    "log_odds",
    "logistic",
    "modularity",
    "nearness",
    "new",
    "npmi",
    "on_graph",
    "overlap",
    "pagerank",
    "paper_similarity",
    "papers_to_networkx",
    "participation",
    "partition",
    "personalised_pagerank",
    "preferential_attachment",
    "quasi_independent",
    "ranking",
    "relatedness",
    "resolutions",
    "resource_allocation",
    "reweight",
    "rewired",
    "scan",
    "semantic_rank",
    "shortest_paths",
    "spectrum",
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
