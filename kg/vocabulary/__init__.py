"""The vocabulary: SKOS files -> :class:`Vocabulary`, its labels found in text, its rules checked."""

from kg.vocabulary.check import check
from kg.vocabulary.concepts import Concept, builtin_files, expand, read, serialise
from kg.vocabulary.index import Found, Vocabulary, load

__all__ = ["Concept", "Found", "Vocabulary", "builtin_files", "check", "expand", "load", "read", "serialise"]
