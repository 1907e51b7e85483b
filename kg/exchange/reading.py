"""What a store says -> the mention table and the index that belong to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg.errors import GraphError
from kg.extract import DEFAULT_PROFILE, PROFILES
from kg.iri import CONCEPT, GRAPHS, PREFIXES, TERM, concept_slug
from kg.model import FIELDS, TYPES, Author, EntityType, Extraction, Mention, Origin, Paper, PaperEntity, Role
from kg.resolve import Entity
from kg.resolve.decisions import Decisions
from kg.store import Generation, PaperRow
from kg.store.index import IndexWriter
from kg.store.mapping import ROLE_TERMS
from kg.store.mentions import MentionWriter
from kg.vocabulary import Concept, read

if TYPE_CHECKING:
    from pyoxigraph import NamedNode, QuerySolutions, Store

__all__ = ["Reading"]

_DC, _FOAF, _SCHEMA, _SKOS, _PROV = (PREFIXES[n] for n in ("dcterms", "foaf", "schema", "skos", "prov"))
_ROLES: Mapping[str, Role] = {TERM + term: role for role, term in ROLE_TERMS.items() if role != "mentions"}
_KINDS: Mapping[str, EntityType] = {TERM + name: name for name in TYPES}
_BATCH = 200
_MENTIONS = """SELECT ?e ?field ?start ?end ?surface ?left ?right ?match ?confidence {
  ?m kg:inPaper ?p ; kg:ofEntity ?e ; kg:field ?field ; kg:start ?start ; kg:end ?end ; kg:surface ?surface ;
     kg:sentenceStart ?left ; kg:sentenceEnd ?right ; kg:matchKind ?match ; kg:confidence ?confidence }"""
_COUNTS = """SELECT ?e (COUNT(?m) AS ?mentions) (COUNT(DISTINCT ?p) AS ?papers) {
  ?m kg:ofEntity ?e ; kg:inPaper ?p } GROUP BY ?e"""
_ACCEPTED = (
    f"SELECT ?e ?label ?kind {{ GRAPH <{GRAPHS['decisions']}> {{ ?e a kg:Entity ; skos:prefLabel ?label ; a ?kind }} }}"
)
_CANDIDATES = "SELECT ?e ?label ?kind { ?e a kg:Candidate ; skos:prefLabel ?label ; a ?kind }"


class Reading:
    """A store read back into what a build writes beside it. Papers come by IRI, entities by slug.

    :param path: the file that the store was loaded from, for errors
    """

    def __init__(self, store: Store, path: Path) -> None:
        self._store = store
        self._path = path
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        self.revision = f"{stamp}-{time.monotonic_ns()}"
        extractors = self._rows("SELECT ?v ?h { ?x a kg:Extractor ; kg:version ?v ; kg:vocabularyHash ?h }")
        found = [(one.value, other.value) for one, other in extractors]
        if len(found) != 1:
            raise self._wrong(f"names {len(found)} extractors, not one")
        self.extractor, self.vocabulary_version = found[0]
        named = self.extractor.split("-")[0]
        self.profile = named if named in PROFILES else DEFAULT_PROFILE
        ends = self._rows(f"SELECT ?t {{ GRAPH <{GRAPHS['provenance']}> {{ ?b prov:endedAtTime ?t }} }}")
        self.built = max((row[0].value for row in ends), default=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        self.iris: list[str] = sorted(row[0].value for row in self._rows("SELECT ?p { ?p a kg:Paper }"))

    def release(self) -> None:
        """Lets go of the store, which closes when nothing refers to it."""
        self.__dict__.pop("_store", None)

    def _wrong(self, reason: str, about: str = "") -> GraphError:
        place = f"{self._path}: {about}" if about else str(self._path)
        return GraphError(reason, where=place, hint="export the graph anew, or mend the file")

    def _rows(self, query: str, **bindings: Any) -> Iterator[Any]:
        from pyoxigraph import Variable

        given = {Variable(name): term for name, term in bindings.items()}
        return cast("QuerySolutions", self._store.query(query, prefixes=PREFIXES, substitutions=given or None))

    def write(
        self, generation: Generation, decisions: Decisions, tell: Callable[[str, int, int | None], None]
    ) -> dict[str, int]:
        """Makes the mention table and the index; returns the counts of the manifest.

        :raises GraphError: if a paper, an entity or a mention lacks what one must have
        """
        index, table = IndexWriter(generation.index), MentionWriter(generation.mentions)
        try:
            rows, known = self._entities(index, table, decisions.merged_into())
            mentions = 0
            waiting: list[PaperRow] = []
            for number, iri in enumerate(self.iris):
                paper, files, formats = self.paper(iri)
                extraction = self._extraction(iri, rows, known)
                mentions += sum(len(e.mentions) for e in extraction.entities)
                table.paper(number, paper.issued, extraction, {slug: row for slug, (row, _) in rows.items()})
                waiting.append(
                    PaperRow(
                        number, iri, paper.title, paper.abstract, paper.issued, paper.venue, paper.url,
                        paper.identifiers, paper.authors, formats, files,
                    )
                )  # fmt: skip
                if len(waiting) >= _BATCH:
                    index.papers(waiting)
                    waiting.clear()
                    tell("index", number, len(self.iris))
            index.papers(waiting)
            index.close(self.revision)
            table.close(self.revision)
        finally:
            index.release()
            table.release()
        return {"papers": len(self.iris), "entities": len(rows), "mentions": mentions}

    def _entities(
        self, index: IndexWriter, table: MentionWriter, merged: Mapping[str, tuple[str, ...]]
    ) -> tuple[dict[str, tuple[int, Entity]], set[str]]:
        counts = {
            concept_slug(e.value): (int(papers.value), int(mentions.value))
            for e, mentions, papers in self._rows(_COUNTS)
        }
        concepts = self.concepts()
        candidates, accepted = self._labelled(_CANDIDATES), self._labelled(_ACCEPTED)
        rows: dict[str, tuple[int, Entity]] = {}
        for number, slug in enumerate(sorted(counts)):
            concept, (papers, mentions) = concepts.get(slug), counts[slug]
            if concept is not None:
                entity = Entity(slug, concept.label, concept.type or "Concept", True, papers, mentions)
            elif slug in candidates or slug in accepted:
                label, kind = accepted.get(slug) or candidates[slug]
                entity = Entity(slug, label, kind, slug in accepted, papers, mentions)
            else:
                raise self._wrong("is mentioned, and has no type or no label", f"{CONCEPT}{slug}")
            table.entity(entity.type)
            index.entity(number, entity, concept, merged.get(slug, ()))
            rows[slug] = (number, entity)
        return rows, set(concepts)

    def _labelled(self, query: str) -> dict[str, tuple[str, EntityType]]:
        """Label and type of entities, by slug."""
        rows = ((one.value, label.value, kind.value) for one, label, kind in self._rows(query))
        return {concept_slug(one): (label, _KINDS[kind]) for one, label, kind in rows if kind in _KINDS}

    def decisions(self) -> list[str]:
        """The lines of the curator's decisions, sorted."""
        graph = f"GRAPH <{GRAPHS['decisions']}> {{ ?d a kg:Decision ; kg:content ?line }}"
        return sorted(row[0].value for row in self._rows(f"SELECT ?line {{ {graph} }}"))

    def concepts(self) -> dict[str, Concept]:
        """The entries of the vocabulary graph, by slug."""
        import tempfile

        from pyoxigraph import NamedNode, RdfFormat

        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "vocabulary.nt"
            self._store.dump(str(place), RdfFormat.N_TRIPLES, from_graph=NamedNode(GRAPHS["vocabulary"]))
            return {concept.slug: concept for concept in read([place])}

    def paper(self, iri: str) -> tuple[Paper, tuple[str, ...], tuple[str, ...]]:
        """What the store says of a paper, and the files and formats that it was read from."""
        said = self._about(iri)
        titles = said.get(f"{_DC}title", [])
        if len(titles) != 1:
            raise self._wrong(f"has {len(titles)} titles, not one", iri)
        authors: list[tuple[int, Author]] = []
        for node in said.get(f"{TERM}authorship", []):
            one = self._about(node)
            position, name = one.get(f"{TERM}position", [""])[0], one.get(f"{_FOAF}name", [""])[0]
            if not position.isdigit() or not name:
                raise self._wrong("is an authorship without place or name", node)
            authors.append((int(position), Author(name, one.get(f"{_DC}identifier", [None])[0])))

        def one_of(predicate: str) -> str | None:
            values = said.get(predicate, [])
            if len(values) > 1:
                raise self._wrong(f"has {len(values)} values of <{predicate}>, not one", iri)
            return values[0] if values else None

        paper = Paper(
            title=titles[0], abstract=one_of(f"{_DC}abstract") or "", origin=Origin("", "", 0),
            identifiers=tuple(sorted(said.get(f"{_DC}identifier", []))),
            authors=tuple(author for _, author in sorted(authors, key=lambda item: item[0])),
            issued=one_of(f"{_DC}issued"), venue=one_of(f"{TERM}venue"), url=one_of(f"{_SCHEMA}url"),
        )  # fmt: skip
        places = [place for record in self.records(iri) for place in self.origins(record)]
        return paper, tuple(sorted({p.file for p in places})), tuple(sorted({p.format for p in places}))

    def records(self, iri: str) -> list[str]:
        """The source records of a paper."""
        graph = self._node(GRAPHS["provenance"])
        found = self._store.quads_for_pattern(self._node(iri), self._node(f"{_PROV}wasDerivedFrom"), None, graph)
        return sorted(quad.object.value for quad in found)  # type: ignore[union-attr]

    def origins(self, record: str) -> list[Origin]:
        """Where a source record was read."""
        query = f"""SELECT ?file ?format ?position {{ GRAPH <{GRAPHS["provenance"]}> {{
            ?r kg:origin ?o . ?o kg:file ?file ; kg:format ?format ; kg:position ?position }} }}"""
        rows = self._rows(query.replace("?r ", f"{self._node(record)} "))
        return sorted((Origin(a.value, b.value, int(c.value)) for a, b, c in rows), key=lambda o: (o.file, o.position))

    def _about(self, iri: str) -> dict[str, list[str]]:
        from pyoxigraph import DefaultGraph

        found: dict[str, list[str]] = {}
        for quad in self._store.quads_for_pattern(self._node(iri), None, None, DefaultGraph()):
            found.setdefault(quad.predicate.value, []).append(str(getattr(quad.object, "value", quad.object)))
        return found

    def _node(self, iri: str) -> NamedNode:
        from pyoxigraph import NamedNode

        return NamedNode(iri)

    def _extraction(self, iri: str, rows: dict[str, tuple[int, Entity]], known: set[str]) -> Extraction:
        """The mentions of a paper, under their entities, these in the order of their first mention."""
        said = self._about(iri)
        role_of = {end: role for predicate, role in _ROLES.items() for end in said.get(predicate, [])}
        found: dict[str, list[Mention]] = {}
        count = 0
        for entity, field, start, end, surface, left, right, match, confidence in self._rows(
            _MENTIONS.replace("?p ;", f"{self._node(iri)} ;")
        ):
            count += 1
            try:
                mention = Mention(
                    field.value, int(start.value), int(end.value), surface.value, int(left.value), int(right.value),
                    match.value, float(confidence.value),
                )  # fmt: skip
                FIELDS.index(mention.field)
            except ValueError as error:
                raise self._wrong(f"has a mention that cannot be read ({error})", iri) from error
            found.setdefault(entity.value, []).append(mention)
        typed = self._rows(f"SELECT (COUNT(*) AS ?n) {{ ?m kg:inPaper {self._node(iri)} }}")
        if int(next(typed)[0].value) != count:
            raise self._wrong("has a mention that lacks one of its values, or has it twice", iri)
        entities = []
        for name, mentions in found.items():
            slug = concept_slug(name)
            if slug not in rows:
                raise self._wrong("mentions what is no entity of the graph", iri)
            entity = rows[slug][1]
            mentions.sort(key=lambda m: (FIELDS.index(m.field), m.start))
            entities.append(
                PaperEntity(
                    slug, entity.label, entity.type, slug in known, role_of.get(name, "mentions"), 0.0, 0.0, 0,
                    tuple(mentions),
                )
            )  # fmt: skip
        entities.sort(key=lambda e: (FIELDS.index(e.mentions[0].field), e.mentions[0].start, e.slug))
        return Extraction(tuple(entities))
