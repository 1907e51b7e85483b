"""The set of records and extractions -> papers and entities with identity. The only step that looks across papers."""

from kg.resolve.entities import Entities, Entity
from kg.resolve.papers import Conflict, Identities, identify, merge

__all__ = ["Conflict", "Entities", "Entity", "Identities", "identify", "merge"]
