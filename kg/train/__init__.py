"""Training of the learned parts: annotated papers -> the parts of ``kg/extract/models``."""

from kg.train.config import Config, read_config
from kg.train.documents import Document, documents, readings
from kg.train.fast import Sources, Trained, learn_sources, shipped_sources, train, write

__all__ = [
    "Config",
    "Document",
    "Sources",
    "Trained",
    "documents",
    "learn_sources",
    "read_config",
    "readings",
    "shipped_sources",
    "train",
    "write",
]
