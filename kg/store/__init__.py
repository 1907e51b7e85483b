"""What was resolved -> a graph folder: triples in Oxigraph, the mention table, the index, in generations."""

from kg.store.cache import Cache
from kg.store.folder import SCHEMA, Build, Generation, GraphFolder
from kg.store.index import EntityRow, Hit, Index, PaperRow
from kg.store.mentions import MentionTable
from kg.store.triples import open_store

__all__ = [
    "SCHEMA",
    "Build",
    "Cache",
    "EntityRow",
    "Generation",
    "GraphFolder",
    "Hit",
    "Index",
    "MentionTable",
    "PaperRow",
    "open_store",
]
