"""The set of records and extractions -> papers and entities with identity. The only step that looks across papers."""

from kg.resolve.decisions import (
    DECISIONS,
    NO_DECISIONS,
    Decision,
    DecisionKind,
    Decisions,
    append_decisions,
    read_decisions,
    settle,
)
from kg.resolve.entities import Entities, Entity, entity_of
from kg.resolve.papers import Conflict, Identities, identify, identify_together, keys, merge
from kg.resolve.relink import relink
from kg.resolve.termhood import Term, TermScore, rank_terms

__all__ = [
    "DECISIONS",
    "NO_DECISIONS",
    "Conflict",
    "Decision",
    "DecisionKind",
    "Decisions",
    "Entities",
    "Entity",
    "Identities",
    "Term",
    "TermScore",
    "append_decisions",
    "entity_of",
    "identify",
    "identify_together",
    "keys",
    "merge",
    "rank_terms",
    "read_decisions",
    "relink",
    "settle",
]
