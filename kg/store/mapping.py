"""The one mapping to triples: papers, entities, mentions, statements, provenance -> lines of N-Quads.

What papers say stands in the default graph; the vocabulary, the curator's decisions and the provenance each in a named
graph. The ontology declares every term used here (a test compares the two).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from kg.iri import (
    BASE,
    GRAPHS,
    PREFIXES,
    TERM,
    concept_iri,
    decision_iri,
    extractor_iri,
    mention_iri,
    statement_iri,
)
from kg.model import Extraction, Mention, Origin, Paper, Predicate, Role
from kg.resolve.decisions import Decisions, line_of
from kg.resolve.entities import Entity
from kg.vocabulary import Concept

__all__ = [
    "RELATION_TERMS",
    "ROLE_TERMS",
    "accepted_quads",
    "build_quads",
    "content_quad",
    "decision_quads",
    "entity_quads",
    "extractor_quads",
    "literal",
    "paper_quads",
    "provenance_quads",
    "vocabulary_quads",
]

ROLE_TERMS: Mapping[Role, str] = {
    "introduces": "introduces",
    "uses": "uses",
    "studies": "studies",
    "evaluates_on": "evaluatesOn",
    "compares_with": "comparesWith",
    "mentions": "mentions",
}
RELATION_TERMS: Mapping[Predicate, str] = {
    "is_a": "isA",
    "extends": "extends",
    "part_of": "partOf",
    "used_for": "usedFor",
    "evaluated_on": "testedOn",
    "outperforms": "outperforms",
    "compared_with": "contrastedWith",
}

_XSD = PREFIXES["xsd"]
_INTEGER = f"^^<{_XSD}integer>"
_A = f"<{PREFIXES['rdf']}type>"
_DATE = {4: "gYear", 7: "gYearMonth", 10: "date"}
# What canonical N-Quads escape, of the characters that a graph can hold.
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x7f": "\\u007F"}
_TO_ESCAPE = re.compile(r'[\\"\n\r\t\x7f]')


def literal(text: str) -> str:
    r"""A plain literal in N-Triples.

    >>> print(literal('a "b"\n'))
    "a \"b\"\n"
    """
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(lambda m: _ESCAPES[m.group()], text)
    return f'"{text}"'


def _typed(value: str, datatype: str) -> str:
    return f'"{value}"^^<{_XSD}{datatype}>'


def _integer(value: int) -> str:
    return f'"{value}"{_INTEGER}'


@cache
def _decimal(value: float) -> str:
    """Two decimals at most, in the canonical form that XSD 1.1 gives xsd:decimal, and the store keeps.

    >>> _decimal(0.9), _decimal(0.85), _decimal(1.0)
    ('"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>', '"0.85"^^<http://www.w3.org/2001/XMLSchema#decimal>', \
'"1"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    """
    return _typed(f"{value:.2f}".rstrip("0").rstrip("."), "decimal")


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms of the ontology, ready to be written."""

    def __getitem__(self, name: str) -> str:
        return f"<{TERM}{name}>"


_KG = _Terms()
_PAPER, _MENTION, _STATEMENT, _AUTHORSHIP = (_KG[n] for n in ("Paper", "Mention", "Statement", "Authorship"))
_MENTIONS, _IN_PAPER, _OF_ENTITY, _FIELD = (_KG[n] for n in ("mentions", "inPaper", "ofEntity", "field"))
_START, _END, _SURFACE, _MATCH = (_KG[n] for n in ("start", "end", "surface", "matchKind"))
_SENTENCE_START, _SENTENCE_END, _CONFIDENCE = (_KG[n] for n in ("sentenceStart", "sentenceEnd", "confidence"))
_SUBJECT, _PREDICATE, _OBJECT, _STATED_IN = (_KG[n] for n in ("subject", "predicate", "object", "statedIn"))
_EVIDENCE, _POLARITY, _EXTRACTED_BY = (_KG[n] for n in ("evidence", "polarity", "extractedBy"))
_ROLES = {role: _KG[term] for role, term in ROLE_TERMS.items()}
_RELATIONS = {predicate: _KG[term] for predicate, term in RELATION_TERMS.items()}
_FIELDS = {"title": literal("title"), "abstract": literal("abstract")}


def paper_quads(iri: str, paper: Paper, extraction: Extraction, extractor: str) -> Iterator[str]:
    """All that a paper says, in the default graph.

    :param extractor: the extractor's version string
    """
    p = f"<{iri}>"
    yield f"{p} {_A} {_PAPER} ."
    yield f"{p} <{PREFIXES['dcterms']}title> {literal(paper.title)} ."
    if paper.abstract:
        yield f"{p} <{PREFIXES['dcterms']}abstract> {literal(paper.abstract)} ."
    for identifier in paper.identifiers:
        yield f"{p} <{PREFIXES['dcterms']}identifier> {literal(identifier)} ."
    if paper.issued:
        yield f"{p} <{PREFIXES['dcterms']}issued> {_typed(paper.issued, _DATE[len(paper.issued)])} ."
        yield f"{p} {_KG['year']} {_integer(int(paper.issued[:4]))} ."
    if paper.venue:
        yield f"{p} {_KG['venue']} {literal(paper.venue)} ."
    if paper.url:
        yield f"{p} <{PREFIXES['schema']}url> {literal(paper.url)} ."
    for position, author in enumerate(paper.authors, start=1):
        a = f"<{iri.replace('/paper/', '/authorship/', 1)}/{position}>"
        yield f"{p} {_KG['authorship']} {a} ."
        yield f"{a} {_A} {_AUTHORSHIP} ."
        yield f"{a} {_KG['position']} {_integer(position)} ."
        yield f"{a} <{PREFIXES['foaf']}name> {literal(author.name)} ."
        if author.identifier:
            yield f"{a} <{PREFIXES['dcterms']}identifier> {literal(author.identifier)} ."
    hashes = {"title": _hash(paper.title), "abstract": _hash(paper.abstract)}
    yield f"{p} {_KG['titleHash']} {literal(hashes['title'])} ."
    yield f"{p} {_KG['abstractHash']} {literal(hashes['abstract'])} ."
    yield f"{p} {_EXTRACTED_BY} <{extractor_iri(extractor)}> ."
    for entity in extraction.entities:
        concept = concept_iri(entity.slug)
        e = f"<{concept}>"
        yield f"{p} {_MENTIONS} {e} ."
        places = [mention_iri(iri, m.field, hashes[m.field], m.start, m.end) for m in entity.mentions]
        for place, mention in zip(places, entity.mentions, strict=True):
            yield from _mention(f"<{place}>", p, e, mention)
        if entity.role != "mentions":
            role = _ROLES[entity.role]
            s = f"<{statement_iri(iri, iri, entity.role, concept)}>"
            yield f"{p} {role} {e} ."
            yield f"{s} {_A} {_STATEMENT} ."
            yield f"{s} {_SUBJECT} {p} ."
            yield f"{s} {_PREDICATE} {role} ."
            yield f"{s} {_OBJECT} {e} ."
            yield f"{s} {_STATED_IN} {p} ."
            yield f"{s} {_EVIDENCE} <{places[entity.evidence]}> ."
            yield f"{s} {_CONFIDENCE} {_decimal(entity.role_confidence)} ."
    for relation in extraction.relations:
        one, two = concept_iri(relation.subject), concept_iri(relation.object)
        s = f"<{statement_iri(iri, one, relation.predicate, two)}>"
        yield f"{s} {_A} {_STATEMENT} ."
        yield f"{s} {_SUBJECT} <{one}> ."
        yield f"{s} {_PREDICATE} {_RELATIONS[relation.predicate]} ."
        yield f"{s} {_OBJECT} <{two}> ."
        yield f"{s} {_STATED_IN} {p} ."
        yield f"{s} {_FIELD} {_FIELDS[relation.field]} ."
        yield f"{s} {_SENTENCE_START} {_integer(relation.start)} ."
        yield f"{s} {_SENTENCE_END} {_integer(relation.end)} ."
        yield f"{s} {_CONFIDENCE} {_decimal(relation.confidence)} ."
        yield f'{s} {_POLARITY} "{"negative" if relation.negated else "positive"}" .'
        if relation.asserted and not relation.negated:
            yield f"<{one}> {_RELATIONS[relation.predicate]} <{two}> ."


def _mention(m: str, p: str, e: str, mention: Mention) -> tuple[str, ...]:
    # A tuple: a generator within a generator takes twice the time, and most lines of a graph come from here.
    return (
        f"{m} {_A} {_MENTION} .",
        f"{m} {_IN_PAPER} {p} .",
        f"{m} {_OF_ENTITY} {e} .",
        f"{m} {_FIELD} {_FIELDS[mention.field]} .",
        f'{m} {_START} "{mention.start}"{_INTEGER} .',
        f'{m} {_END} "{mention.end}"{_INTEGER} .',
        f"{m} {_SURFACE} {literal(mention.surface)} .",
        f'{m} {_SENTENCE_START} "{mention.sentence_start}"{_INTEGER} .',
        f'{m} {_SENTENCE_END} "{mention.sentence_end}"{_INTEGER} .',
        f'{m} {_MATCH} "{mention.match}" .',
        f"{m} {_CONFIDENCE} {_decimal(mention.confidence)} .",
    )


def entity_quads(entity: Entity) -> Iterator[str]:
    """An entity that the vocabulary does not hold, in the default graph; what it holds stands in its own."""
    if not entity.known:
        e = f"<{concept_iri(entity.slug)}>"
        yield f"{e} {_A} {_KG['Entity']} ."
        yield f"{e} {_A} {_KG['Candidate']} ."
        yield f"{e} {_A} {_KG[entity.type]} ."
        yield f"{e} <{PREFIXES['skos']}prefLabel> {literal(entity.label)} ."


def vocabulary_quads(concepts: Iterable[Concept]) -> Iterator[str]:
    """The vocabulary, in its graph."""
    skos, graph = PREFIXES["skos"], f"<{GRAPHS['vocabulary']}>"
    scheme = f"<{BASE}vocabulary>"
    yield f"{scheme} {_A} <{skos}ConceptScheme> {graph} ."
    for concept in concepts:
        e = f"<{concept_iri(concept.slug)}>"
        for kind in (_KG["Entity"], f"<{skos}Concept>", _KG[concept.type or "Concept"]):
            yield f"{e} {_A} {kind} {graph} ."
        yield f"{e} <{skos}inScheme> {scheme} {graph} ."
        yield f"{e} <{skos}prefLabel> {literal(concept.label)} {graph} ."
        for key, texts in (
            (f"<{skos}altLabel>", concept.aliases),
            (f"<{skos}hiddenLabel>", concept.hidden),
            (f"<{skos}definition>", (concept.definition,) if concept.definition else ()),
            (_KG["cue"], concept.cues),
        ):
            for text in texts:
                yield f"{e} {key} {literal(text)} {graph} ."
        if concept.match_case:
            yield f"{e} {_KG['matchCase']} {_typed('true', 'boolean')} {graph} ."
        for key, ends in (
            (f"<{skos}broader>", concept.broader),
            (f"<{skos}related>", concept.related),
            (_KG["extends"], concept.extends),
            (_KG["partOf"], concept.part_of),
            (_KG["notSameAs"], concept.not_same_as),
        ):
            for end in ends:
                yield f"{e} {key} <{concept_iri(end)}> {graph} ."
        for key, iris in (
            (f"<{skos}exactMatch>", concept.exact_match),
            (f"<{skos}closeMatch>", concept.close_match),
            (f"<{skos}broadMatch>", concept.broad_match),
            (_KG["introducedIn"], concept.introduced_in),
        ):
            for iri in iris:
                yield f"{e} {key} <{iri}> {graph} ."


def accepted_quads(entity: Entity) -> Iterator[str]:
    """An entity that the vocabulary does not hold and the curator accepted, in the graph of decisions."""
    e, graph, skos = f"<{concept_iri(entity.slug)}>", f"<{GRAPHS['decisions']}>", PREFIXES["skos"]
    for kind in (_KG["Entity"], f"<{skos}Concept>", _KG[entity.type]):
        yield f"{e} {_A} {kind} {graph} ."
    yield f"{e} <{skos}prefLabel> {literal(entity.label)} {graph} ."


def decision_quads(decisions: Decisions) -> Iterator[str]:
    """What the curator decided, in its graph: each line, and of each IRI that is no more in use what took its place."""
    graph = f"<{GRAPHS['decisions']}>"
    for decision in decisions.kept:
        d = f"<{decision_iri(line_of(decision))}>"
        place, _, value = decision.where.partition(":")
        yield f"{d} {_A} {_KG['Decision']} {graph} ."
        yield f"{d} {_KG['content']} {literal(line_of(decision).rstrip())} {graph} ."
        yield f"{d} {_KG['decisionKind']} {literal(decision.kind)} {graph} ."
        yield f"{d} {_KG['decidesOn']} <{concept_iri(decision.entity)}> {graph} ."
        if decision.into:
            yield f"{d} {_KG['decidesFor']} <{concept_iri(decision.into)}> {graph} ."
        if place == "paper":
            yield f"{d} {_KG['decidesInPaper']} <{value}> {graph} ."
        elif place == "surface":
            yield f"{d} {_KG['decidesSurface']} {literal(value)} {graph} ."
        if decision.note:
            yield f"{d} <{PREFIXES['rdfs']}comment> {literal(decision.note)} {graph} ."
    for slug, now in decisions.became.items():
        e = f"<{concept_iri(slug)}>"
        yield f'{e} <{PREFIXES["owl"]}deprecated> "true"^^<{_XSD}boolean> {graph} .'
        if now:
            yield f"{e} <{PREFIXES['dcterms']}isReplacedBy> <{concept_iri(now)}> {graph} ."


def extractor_quads(version: str, vocabulary: str) -> Iterator[str]:
    """What read the papers, in the default graph."""
    x = f"<{extractor_iri(version)}>"
    yield f"{x} {_A} {_KG['Extractor']} ."
    yield f"{x} {_KG['version']} {literal(version)} ."
    yield f"{x} {_KG['vocabularyHash']} {literal(vocabulary)} ."


def provenance_quads(iri: str, records: Iterable[tuple[str, Iterable[Origin]]]) -> Iterator[str]:
    """Where a paper's records were read, in the provenance graph."""
    graph = f"<{GRAPHS['provenance']}>"
    for key, origins in records:
        r = f"<{BASE}record/{key[:24]}>"
        yield f"<{iri}> <{PREFIXES['prov']}wasDerivedFrom> {r} {graph} ."
        yield f"{r} {_A} {_KG['SourceRecord']} {graph} ."
        for origin in origins:
            o = f"<{BASE}origin/{_hash(f'{key} {origin.file} {origin.format} {origin.position}')[:24]}>"
            yield f"{r} {_KG['origin']} {o} {graph} ."
            yield f"{o} {_KG['file']} {literal(origin.file)} {graph} ."
            yield f"{o} {_KG['format']} {literal(origin.format)} {graph} ."
            yield f"{o} {_KG['position']} {_integer(origin.position)} {graph} ."


def content_quad(key: str, body: str) -> str:
    """What a source record says, in the provenance graph, so that a graph can be had back from its statements.

    :param body: the record's content as JSON, whose hash is its key
    """
    return f"<{BASE}record/{key[:24]}> {_KG['content']} {literal(body)} <{GRAPHS['provenance']}> ."


def build_quads(number: str, started: str, ended: str, version: str, papers: int) -> Iterator[str]:
    """The build itself, in the provenance graph."""
    graph, prov = f"<{GRAPHS['provenance']}>", PREFIXES["prov"]
    b = f"<{BASE}build/{number}>"
    yield f"{b} {_A} <{prov}Activity> {graph} ."
    yield f"{b} <{prov}startedAtTime> {_typed(started, 'dateTime')} {graph} ."
    yield f"{b} <{prov}endedAtTime> {_typed(ended, 'dateTime')} {graph} ."
    yield f"{b} <{prov}used> <{extractor_iri(version)}> {graph} ."
    yield f"{b} {_KG['papers']} {_integer(papers)} {graph} ."


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
