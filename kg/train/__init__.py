"""Training of the learned parts: annotated papers -> the tables of ``kg/extract/models``."""

from kg.train.config import Config, read_config
from kg.train.documents import Document, documents
from kg.train.fast import Sources, learn_sources, shipped_sources, train, write

__all__ = [
    "Config",
    "Document",
    "Sources",
    "documents",
    "learn_sources",
    "read_config",
    "shipped_sources",
    "train",
    "write",
]
