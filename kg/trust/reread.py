"""Compares each part of a generation with the others: files, papers, entities, relations, and what is left over.

Papers come one by one, in the order of their IRIs, each with all that is said of it: memory does not grow with the
graph. What no paper accounts for is looked for only where the counts differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from kg.iri import GRAPHS, PREFIXES, TERM, extractor_iri
from kg.model import FIELDS, ROLES, TYPES
from kg.records import Records
from kg.store import EntityRow, Generation, Index, MentionTable, open_store
from kg.store.mapping import RELATION_TERMS
from kg.trust.paper import PaperCheck, Thing, wrong_mention, wrong_statement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyoxigraph import QuerySolutions, Store

__all__ = ["CHECKS", "Finding", "Reread"]

#: What is checked, in the order of the report.
CHECKS: Mapping[str, str] = {
    "paper": "is typed, has the title, abstract and data that the index has, and what read it is there",
    "hash": "the hash of title and abstract is that of the text",
    "mention": "its text is at its offsets, in a sentence of that field; its IRI fits; paper and entity are there",
    "statement": "its role or relation is there, with evidence in this paper; its IRI fits; no relation stands without",
    "role": "each role has its statement and kg:mentions beside it, each kg:mentions a mention",
    "entity": "is typed and labelled as in the index, with the same counts",
    "table": "the mention table holds the same mentions, entities and roles",
    "record": "the hash of each source record fits, and its paper's text comes from one of its records",
    "file": "the counts and revisions of the files are those of the manifest, and nothing stands there besides",
}
_RELATIONS = frozenset(TERM + term for term in RELATION_TERMS.values())
_COMMON = 1 << 16
_CHUNK = 1 << 20
_A = f"{PREFIXES['rdf']}type"
_LABEL = f"{PREFIXES['skos']}prefLabel"
_ABOUT = f"SELECT ?s ?p ?o {{ ?s <{TERM}%s> %s ; ?p ?o }}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: which of :data:`CHECKS` says so, of what, and why."""

    check: str
    iri: str
    reason: str


class Reread:
    """A generation, open to be checked; ``checked`` and ``wrong`` count by check."""

    def __init__(
        self, generation: Generation, index: Index, records: Records, report: Callable[[Finding], None]
    ) -> None:
        from functools import lru_cache

        from pyoxigraph import DefaultGraph, NamedNode

        self.generation, self.index, self.records, self.report = generation, index, records, report
        self.manifest = generation.manifest
        self.store: Store = open_store(generation.store)
        self.table = MentionTable.open(generation.mentions)
        self.checked = dict.fromkeys(CHECKS, 0)
        self.wrong = dict.fromkeys(CHECKS, 0)
        self.triples = len(self.store)
        self.accounted = 0
        self.default, self.node = DefaultGraph(), NamedNode
        self.vocabulary, self.provenance = NamedNode(GRAPHS["vocabulary"]), NamedNode(GRAPHS["provenance"])
        self.decisions, self.in_scheme = NamedNode(GRAPHS["decisions"]), NamedNode(f"{PREFIXES['skos']}inScheme")
        self.extractor = extractor_iri(self.manifest["extractor"])
        self.is_entity = lru_cache(_COMMON)(self._is_entity)
        self.entity_of_row = lru_cache(_COMMON)(self._entity_of_row)

    def say(self, check: str, iri: str, reason: str) -> None:
        """Reports a finding."""
        self.wrong[check] += 1
        self.report(Finding(check, iri, reason))

    def expect(self, check: str, iri: str, reason: str, true: bool) -> None:
        """Checks one thing, and reports it where it does not hold."""
        self.checked[check] += 1
        if not true:
            self.say(check, iri, reason)

    def files(self) -> None:
        """The counts and revisions, and whether SQLite finds its files sound."""
        name, table = self.generation.path.name, self.table
        columns = {len(column) for column in (table.entity, table.role, table.field, table.start, table.end,
                   table.sentence_start, table.sentence_end, table.confidence)}  # fmt: skip
        self.expect("file", name, "the columns of its mention table differ in length", columns == {len(table)})
        if columns != {len(table)}:
            raise ValueError("the columns of its mention table differ in length")
        revisions = {self.manifest["revision"], self.index.revision, MentionTable.revision(self.generation.mentions)}
        self.expect("file", name, "index or mention table is of another build than the store", len(revisions) == 1)
        for what, told, found in (
            ("triples in its store", self.manifest["triples"], self.triples),
            ("mentions in its table", self.manifest["mentions"], len(table)),
            ("papers in its table", self.manifest["papers"], table.papers),
            ("entities in its table", self.manifest["entities"], table.entities),
            ("source records", self.manifest["records"], len(self.records)),
        ):
            self.expect("file", name, f"{told:,} {what} by its manifest, {found:,} there", told == found)
        damage = self.index.damage()
        self.expect("file", name, f"its index is damaged: {damage}", not damage)
        for key, reason in self.records.damaged():
            self.say("record", key, reason)
        self.checked["record"] += len(self.records)

    def papers(self, start: int, stop: int | None) -> int:
        """Each paper of the index from row to row with all that is said of it; returns how many."""
        import numpy as np

        last = self.table.papers if stop is None else stop
        bounds = np.searchsorted(self.table.paper, np.arange(start, last + 1))
        count = 0
        for row in self.index.each_paper(start, stop):
            count += 1
            paper = PaperCheck(row, self._things(row.iri, "inPaper"), self._things(row.iri, "statedIn"))
            self._paper(paper)
            if row.row < last:
                self._table(paper, int(bounds[row.row - start]), int(bounds[row.row - start + 1]))
        return count

    def all_papers(self, count: int) -> None:
        """Whether index, mention table and store have the same papers; ``count`` is what the index has."""
        name = self.generation.path.name
        in_order = all(bool((part[1:] >= part[:-1]).all()) for part in _parts(self.table.paper))
        self.expect("table", name, "its rows are not in the order of the papers", in_order)
        self.expect("paper", name, f"its index holds {count:,} papers", count == self.table.papers)
        typed = self._of_type("Paper")
        if typed != count:
            for quad in self.store.quads_for_pattern(None, self.node(_A), self.node(f"{TERM}Paper"), self.default):
                iri = str(getattr(quad.subject, "value", quad.subject))
                if not self._indexed(iri):
                    self.say("paper", iri, "stands in the store, not in the index")

    def _of_type(self, name: str) -> int:
        return self._count(f"?x a <{TERM}{name}>")

    def _count(self, pattern: str) -> int:
        found = cast("QuerySolutions", self.store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"))
        return int(str(getattr(next(found)[0], "value", 0)))

    def _indexed(self, iri: str) -> bool:
        found = self.index.find_paper(iri)
        return found is not None and found.iri == iri

    def _things(self, paper: str, link: str) -> dict[str, Thing]:
        """The mentions or statements of a paper: IRI to predicate to value; a predicate that stands twice is marked."""
        found: dict[str, Thing] = {}
        last, thing = "", Thing()
        # The node's own text holds no character that could end it; a query is faster here than a pattern.
        for one in cast("QuerySolutions", self.store.query(_ABOUT % (link, self.node(paper)))):
            subject, predicate, value = one[0].value, one[1].value, one[2].value
            if subject != last:
                last = subject
                thing = found.setdefault(last, Thing())
            thing.add(predicate, value)
            self.accounted += 1
        return found

    def _paper(self, paper: PaperCheck) -> None:
        iri = paper.iri
        node = self.node(iri)
        derived: list[str] = []
        for quad in self.store.quads_for_pattern(node, None, None, self.default):
            paper.said.add(quad.predicate.value, getattr(quad.object, "value", ""))
            self.accounted += 1
        for author in paper.said.values(f"{TERM}authorship"):
            thing = Thing()
            for quad in self.store.quads_for_pattern(self.node(author), None, None, self.default):
                thing.add(quad.predicate.value, getattr(quad.object, "value", ""))
                self.accounted += 1
            paper.authors.append(thing)
        for quad in self.store.quads_for_pattern(node, self.node(f"{PREFIXES['prov']}wasDerivedFrom"), None, None):
            derived.append(getattr(quad.object, "value", ""))
        self._all("paper", iri, paper.wrong_data(self.extractor))
        self._all("hash", iri, paper.wrong_hashes(), 2)
        for mention, thing in paper.mentions.items():
            reasons = wrong_mention(mention, thing, paper)
            if thing.of and not self.is_entity(thing.of):
                reasons = [*reasons, "its entity is not in the graph"]
            self._all("mention", mention, reasons)
        for statement, thing in paper.statements.items():
            self._all("statement", statement, wrong_statement(statement, thing, paper))
        self._all("role", iri, paper.wrong_roles(), len(paper.roles) + len(paper.named))
        self._records(paper, derived)

    def _all(self, check: str, iri: str, reasons: list[str], count: int = 1) -> None:
        self.checked[check] += count
        for reason in reasons:
            self.say(check, iri, reason)

    def _is_entity(self, iri: str) -> bool:
        kinds = {q.object.value for q in self.store.quads_for_pattern(self.node(iri), self.node(_A), None, None)}  # type: ignore[union-attr]
        labels = self.store.quads_for_pattern(self.node(iri), self.node(_LABEL), None, None)
        return f"{TERM}Entity" in kinds and next(labels, None) is not None

    def _records(self, paper: PaperCheck, derived: list[str]) -> None:
        texts = set()
        for record in derived:
            found = self.records.starting(record.rsplit("/", 1)[-1])
            texts |= {(r.title, r.abstract) for _, r in found}
            origins = sum(1 for _ in self.store.quads_for_pattern(
                self.node(record), self.node(f"{TERM}origin"), None, self.provenance))  # fmt: skip
            if len(found) != 1:
                self.say("record", record, f"is not among the source records, though {paper.iri} was made from it")
            elif origins != len(set(self.records.origins(found[0][0]))):
                self.say("record", record, "its origins in the graph are not those of the source record")
        if (paper.title, paper.abstract) not in texts:
            self.say("record", paper.iri, "its text is that of none of its source records")

    def _table(self, paper: PaperCheck, left: int, right: int) -> None:
        table = self.table
        part = slice(left, right)
        rows = {
            (_at(FIELDS, f), s, e, ss, se, c, self.entity_of_row(n), _at(ROLES, r))
            for f, s, e, ss, se, c, n, r in zip(
                *(column[part].tolist() for column in (
                    table.field, table.start, table.end, table.sentence_start, table.sentence_end, table.confidence,
                    table.entity, table.role,
                )), strict=True,
            )
        }  # fmt: skip
        stored = paper.rows()
        self.checked["table"] += max(len(rows), len(stored))
        for row in sorted(rows ^ stored):
            where = "in the table, not in the store" if row in rows else "in the store, not in the table"
            self.say("table", paper.iri, f"{row[0]} {row[1]}–{row[2]} of {row[6]} as {row[7]}: {where}")

    def _entity_of_row(self, row: int) -> str:
        try:
            return self.index.entity(row).iri
        except KeyError:
            return f"row {row}"

    def entities(self) -> None:
        """Each entity of the index with its type, its label and its counts."""
        import numpy as np

        size = self.table.entities
        mentions, papers = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
        last = (-1, -1)
        for one, paper in zip(_parts(self.table.entity), _parts(self.table.paper), strict=True):
            sound = one < size
            mentions += np.bincount(one[sound], minlength=size)
            # The mentions of one entity in one paper stand together.
            first = np.ones(len(one), dtype=np.bool_)
            first[1:] = (one[1:] != one[:-1]) | (paper[1:] != paper[:-1])
            first[:1] = [(int(p), int(e)) != last for p, e in zip(paper[:1], one[:1], strict=True)]
            papers += np.bincount(one[first & sound], minlength=size)
            last = next(((int(p), int(e)) for p, e in zip(paper[-1:], one[-1:], strict=True)), last)
        count = 0
        for entity in self.index.each_entity():
            count += 1
            counted = entity.row < size and (int(papers[entity.row]), int(mentions[entity.row]))
            self._all("entity", entity.iri, self._entity(entity, counted))
        self.expect("entity", self.generation.path.name, f"its index holds {count:,} entities", count == size)
        for quad in self.store.quads_for_pattern(None, self.node(_A), self.node(f"{TERM}Extractor"), self.default):
            self.accounted += sum(1 for _ in self.store.quads_for_pattern(quad.subject, None, None, self.default))

    def _entity(self, entity: EntityRow, counted: tuple[int, int] | bool) -> list[str]:
        thing = Thing()
        # What the curator accepted stands with the decisions, what else is known in the vocabulary.
        listed = next(self.store.quads_for_pattern(self.node(entity.iri), self.in_scheme, None, self.vocabulary), None)
        graph = self.default if not entity.known else self.vocabulary if listed else self.decisions
        for quad in self.store.quads_for_pattern(self.node(entity.iri), None, None, graph):
            thing.add(quad.predicate.value, getattr(quad.object, "value", ""))
            self.accounted += not entity.known and quad.predicate.value not in _RELATIONS
        kinds = set(thing.values(_A))
        reasons = []
        if f"{TERM}Entity" not in kinds or kinds & {TERM + t for t in TYPES} != {TERM + entity.type}:
            reasons.append(f"is not typed as the {entity.type} that the index has")
        if thing.values(_LABEL) != [entity.label]:
            reasons.append(f"its label is not the index's “{entity.label}”")
        if counted != (entity.papers, entity.mentions):
            reasons.append(f"{entity.papers} papers and {entity.mentions} mentions by the index, other in the table")
        return reasons

    def relations(self) -> None:
        """Each relation between two entities that the papers' graph asserts, with a statement that says so."""
        for iri in sorted(_RELATIONS):
            for quad in self.store.quads_for_pattern(None, self.node(iri), None, self.default):
                self.accounted += 1
                parts = f"<{TERM}subject> {quad.subject} ; <{TERM}predicate> <{iri}> ; <{TERM}object> {quad.object}"
                stated = f"{{ ?s {parts} ; <{TERM}polarity> 'positive' }}"
                reason = f"{iri} {quad.object} is asserted, and no paper states it"
                self.expect("statement", str(quad.subject), reason, bool(self.store.query(f"ASK {stated}")))

    def strays(self) -> None:
        """What stands in the papers' graph and belongs to no paper, entity or extractor of it."""
        count = self._count("?s ?p ?o")
        self.checked["file"] += 1
        if count == self.accounted:
            return
        last = None
        stray = 0
        for quad in self.store.quads_for_pattern(None, None, None, self.default):
            if quad.subject != last:
                last = quad.subject
                if not self._belongs(last):
                    stray += 1
                    self.say("file", str(getattr(last, "value", last)), "belongs to no paper of the graph")
        if not stray:
            name = self.generation.path.name
            self.say("file", name, f"its papers' graph holds {count:,} triples, {self.accounted:,} are accounted for")

    def _belongs(self, subject: object) -> bool:
        if not isinstance(subject, self.node):
            return False
        if self._indexed(subject.value):
            return True
        for quad in self.store.quads_for_pattern(subject, None, None, self.default):
            name, value = quad.predicate.value.removeprefix(TERM), getattr(quad.object, "value", "")
            if name in ("inPaper", "statedIn") and self._indexed(value):
                return True
            if name == _A and value == f"{TERM}Extractor":
                return True
            if quad.predicate.value in _RELATIONS or (name == _A and value == f"{TERM}Candidate"):
                found = self.index.find_entity(subject.value)
                return found is not None and found.iri == subject.value
        link = self.node(f"{TERM}authorship")
        owners = self.store.quads_for_pattern(None, link, subject, self.default)
        return any(self._indexed(str(getattr(q.subject, "value", ""))) for q in owners)


def _at(names: Sequence[str], number: int) -> str:
    return names[number] if number < len(names) else f"number {number}"


def _parts(column: NDArray[np.uint32]) -> Iterator[NDArray[np.uint32]]:
    """A column in parts that memory can hold."""
    for start in range(0, max(len(column), 1), _CHUNK):
        yield column[start : start + _CHUNK]
