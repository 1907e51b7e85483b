"""The nouns that pass between the folders. Frozen, typed, without input or output.

Offsets are 0-based, end exclusive, and count Unicode code points of the field as stored.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "FIELDS",
    "PREDICATES",
    "ROLES",
    "TYPES",
    "Author",
    "EntityType",
    "Extraction",
    "Field",
    "Match",
    "Mention",
    "Origin",
    "Paper",
    "PaperEntity",
    "Predicate",
    "Problem",
    "Relation",
    "Role",
]

EntityType = Literal["Method", "Model", "Task", "Dataset", "Metric", "Concept"]
Role = Literal["introduces", "uses", "studies", "evaluates_on", "compares_with", "mentions"]
Field = Literal["title", "abstract"]
Match = Literal["label", "alias", "abbreviation", "pattern", "model"]
Predicate = Literal["is_a", "extends", "part_of", "used_for", "evaluated_on", "outperforms", "compared_with"]

TYPES: tuple[EntityType, ...] = get_args(EntityType)
ROLES: tuple[Role, ...] = get_args(Role)
FIELDS: tuple[Field, ...] = get_args(Field)
PREDICATES: tuple[Predicate, ...] = get_args(Predicate)


@dataclass(frozen=True, slots=True)
class Author:
    """An author as a source names them; ``identifier`` is an ORCID IRI where the source gives one."""

    name: str
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was read: the file as the user named it, the format, and the position in it.

    ``position`` is the line for line-based formats, else the number of the record, both from 1.
    """

    file: str
    format: str
    position: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A record or file that could not be read, for the summary: one line says it all."""

    file: str
    position: int | None
    reason: str

    def __str__(self) -> str:
        place = self.file if self.position is None else f"{self.file}:{self.position}"
        return " ".join(f"{place}: {self.reason}".split())


@dataclass(frozen=True, slots=True)
class Paper:
    """One source record about a paper, as its source gives it.

    ``identifiers`` are normalised and sorted: ``arxiv:2106.09685`` (no version), ``doi:10.1145/…`` (lower case),
    ``acl:2021.acl-long.1``. ``issued`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``. ``id`` is the record's own id,
    empty where it has none.
    """

    title: str
    abstract: str
    origin: Origin
    id: str = ""
    identifiers: tuple[str, ...] = ()
    authors: tuple[Author, ...] = ()
    issued: str | None = None
    venue: str | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """The text that offsets of a whole paper count in: title, newline, abstract."""
        return f"{self.title}\n{self.abstract}"

    @property
    def text_hash(self) -> str:
        """SHA-256 of title, NUL, abstract, hexadecimal: the key of an extraction."""
        return hashlib.sha256(f"{self.title}\0{self.abstract}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a paper names an entity, with the sentence that holds it (offsets in the same field)."""

    field: Field
    start: int
    end: int
    surface: str
    sentence_start: int
    sentence_end: int
    match: Match
    confidence: float


@dataclass(frozen=True, slots=True)
class PaperEntity:
    """An entity as one paper names it.

    ``slug`` is the vocabulary's where ``known``, else made from the normalised name.
    ``evidence`` is the index in ``mentions`` of the mention whose sentence decided the role.
    """

    slug: str
    name: str
    type: EntityType
    known: bool
    role: Role
    role_confidence: float
    confidence: float
    evidence: int
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two entities of one paper (slugs), stated in one stretch of a field.

    ``asserted`` where it is sure enough, and not denied, to stand as a triple of its own beside the statement.
    """

    subject: str
    predicate: Predicate
    object: str
    field: Field
    start: int
    end: int
    confidence: float
    negated: bool = False
    asserted: bool = False


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one paper's text says, read without a look at any other paper. Sorted by first mention."""

    entities: tuple[PaperEntity, ...] = ()
    relations: tuple[Relation, ...] = ()
