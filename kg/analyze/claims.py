"""What papers state of two entities: which one is said to outperform the other, and in which sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

from kg.analyze.evidence import Evidence, Sentences
from kg.iri import PREFIXES
from kg.model import FIELDS, Field
from kg.store import Index

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions, Store

__all__ = ["Claim", "Compared", "claims"]

#: The relations by which texts set two entities against each other.
Compared: TypeAlias = Literal["outperforms", "compared_with"]

_KG = PREFIXES["kg"]
_TERMS: dict[str, Compared] = {f"{_KG}outperforms": "outperforms", f"{_KG}contrastedWith": "compared_with"}
_QUERY = """
SELECT ?subject ?predicate ?object ?paper ?field ?from ?to ?confidence ?polarity WHERE {
  VALUES (?subject ?object) { (<%(one)s> <%(other)s>) (<%(other)s> <%(one)s>) }
  VALUES ?predicate { <%(kg)soutperforms> <%(kg)scontrastedWith> }
  ?statement <%(kg)ssubject> ?subject ; <%(kg)sobject> ?object ; <%(kg)spredicate> ?predicate ;
    <%(kg)sstatedIn> ?paper ; <%(kg)sfield> ?field ; <%(kg)ssentenceStart> ?from ; <%(kg)ssentenceEnd> ?to ;
    <%(kg)sconfidence> ?confidence ; <%(kg)spolarity> ?polarity .
}
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of a paper about two entities, by IRI and label.

    ``relation`` is outperforms (the subject, the object) or compared_with. ``denied`` where the text denies or hedges
    it; ``confidence`` is the probability that the statement was read rightly.
    """

    subject: str
    subject_label: str
    relation: Compared
    object: str
    object_label: str
    denied: bool
    confidence: float
    evidence: Evidence


def claims(store: Store, index: Index, sentences: Sentences, one: int, other: int) -> list[Claim]:
    """What papers state of two entities.

    Parameters
    ----------
    store : pyoxigraph.Store
        Of the same generation as the index.
    index : Index
    sentences : Sentences
        Papers that name neither entity in a mention that counts are left out.
    one, other : int
        Rows of the entities.

    Returns
    -------
    list of Claim
        Who outperforms whom first, what is affirmed before what is denied, then the surer.
    """
    rows = {entity.iri: entity for entity in index.entities([one, other])}
    if len(rows) < 2:
        return []
    first, second = rows
    found = []
    answers = store.query(_QUERY % {"one": first, "other": second, "kg": _KG})
    for answer in cast("QuerySolutions", answers):
        subject, relation, target, paper, field, start, end, confidence, polarity = (term.value for term in answer)
        row = index.find_paper(paper)
        if row is None:
            continue
        ends = rows[subject], rows[target]
        proof = sentences.stretch(row.row, [e.row for e in ends], _field(field), int(start), int(end))
        if proof is not None:
            found.append(
                Claim(
                    subject=subject,
                    subject_label=ends[0].label,
                    relation=_TERMS[relation],
                    object=target,
                    object_label=ends[1].label,
                    denied=polarity == "negative",
                    confidence=float(confidence),
                    evidence=proof,
                )
            )
    found.sort(
        key=lambda c: (
            c.relation != "outperforms", c.denied, -c.confidence, c.evidence.paper, c.evidence.sentence_start,
            c.subject,
        )
    )  # fmt: skip
    return found


def _field(name: str) -> Field:
    return next(f for f in FIELDS if f == name)
