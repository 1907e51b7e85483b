"""The set of records and extractions -> papers and entities with identity. The only step that looks across papers."""

from kg.resolve.entities import Entities, Entity, entity_of
from kg.resolve.papers import Conflict, Identities, identify, identify_together, keys, merge

__all__ = [
    "Conflict",
    "Entities",
    "Entity",
    "Identities",
    "entity_of",
    "identify",
    "identify_together",
    "keys",
    "merge",
]
