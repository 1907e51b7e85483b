"""Checks a graph, or RDF files that someone edited, against the SHACL shapes of ``ontology/shapes.ttl``.

pySHACL works on a graph in memory and takes about a millisecond a node, so that a store is handed to it in parts: some
papers with all that they say, then some entities, then what belongs to no paper. A part holds the nodes to be checked
with all their triples, those of the nodes that they lead to, and those that lead to them where a shape looks that way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg.errors import KGError
from kg.iri import PREFIXES, TERM
from kg.resources import ontology

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import NamedNode, Quad, Store

__all__ = ["Violation", "validate"]

# Papers or other nodes of one part: a few thousand nodes with what they say, some 50 MB.
PART = 100
_A = f"{PREFIXES['rdf']}type"
_DC = PREFIXES["dcterms"]
_SH = "http://www.w3.org/ns/shacl#"
#: What belongs to a paper: predicate, and whether it leads from the paper or to it.
_OWN = (("inPaper", False), ("statedIn", False), ("authorship", True))


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that breaks a shape: what it is, what is wrong there, and which paper, entity and sentence it is about."""

    node: str
    kind: str
    message: str
    path: str | None
    value: str | None
    paper: str | None
    title: str | None
    entity: str | None
    sentence: str | None
    severity: str


def validate(
    store: Store,
    report: Callable[[Violation], None],
    progress: Callable[[str, int, int | None], None] | None = None,
    *,
    sample: int | None = None,
    part: int = PART,
) -> int:
    """Checks every node that a shape is about.

    :param report: is called with each violation
    :param sample: papers to check at most, spread evenly over the graph; None checks all, and all entities
    :param part: papers that are held in memory at a time
    :return: how many nodes were checked
    :raises KGError: if pySHACL is not installed
    """
    shapes = _Shapes()
    graph = _Graph(store)
    total = graph.count("Paper")
    step = 1 if sample is None else max(1, -(-total // max(sample, 1)))
    tell = progress or (lambda step, done, total: None)
    checked = done = 0
    papers = islice(graph.of_class("Paper"), 0, None, step)
    while batch := list(islice(papers, part)):
        checked += _check(graph, shapes, [n for paper in batch for n in (paper, *graph.belonging(paper))], report)
        done += len(batch)
        tell("validate", done, -(-total // step))
    if sample is not None:
        return checked
    rest = (
        node
        for place, name in enumerate(shapes.classes)
        for node in graph.of_class(name)
        if not graph.in_paper(node, name) and not any(graph.is_a(node, before) for before in shapes.classes[:place])
    )
    while batch := list(islice(rest, part * 20)):
        checked += _check(graph, shapes, batch, report)
    return checked


class _Shapes:
    """The shapes, each told its nodes one by one instead of by class.

    pySHACL has options for this, but one looks through a list for every node, and the other forgets nested shapes.
    """

    def __init__(self) -> None:
        try:
            import pyshacl
        except ImportError as error:
            raise KGError("pySHACL is not installed", hint="pip install 'kg-papers[validate]'") from error
        import rdflib

        self._validate = pyshacl.validate
        self._graph = rdflib.Graph().parse(ontology() / "shapes.ttl")
        self._class, self._node = rdflib.URIRef(f"{_SH}targetClass"), rdflib.URIRef(f"{_SH}targetNode")
        self._targets = sorted((str(kind), shape) for shape, kind in self._graph.subject_objects(self._class))
        self._graph.remove((None, self._class, None))
        self.inverse = sorted(str(p) for p in self._graph.objects(None, rdflib.URIRef(f"{_SH}inversePath")))

    @property
    def classes(self) -> list[str]:
        """The classes that shapes are about."""
        return [kind for kind, _ in self._targets]

    def validate(self, data: rdflib.Graph, kinds: Mapping[str, Iterable[str]]) -> rdflib.Graph | None:
        """The results of validation where something does not conform.

        :param kinds: the nodes to be checked, by class
        """
        import rdflib

        for kind, shape in self._targets:
            for node in kinds.get(kind, ()):
                self._graph.add((shape, self._node, rdflib.URIRef(node)))
        conforms, results, _ = self._validate(data, shacl_graph=self._graph, inference="none", advanced=False)
        self._graph.remove((None, self._node, None))
        return None if conforms else results


class _Graph:
    """A store as one graph, the union of all of its graphs."""

    def __init__(self, store: Store) -> None:
        from pyoxigraph import NamedNode

        self.store = store
        self.node: type[NamedNode] = NamedNode

    @cached_property
    def _type(self) -> NamedNode:
        return self.node(_A)

    def _class(self, name: str) -> NamedNode:
        return self.node(name if ":" in name else TERM + name)

    def count(self, name: str) -> int:
        """How many nodes are of a class."""
        return sum(1 for _ in self.of_class(name))

    def of_class(self, name: str) -> Iterator[Any]:
        """The nodes of a class, each once: a store gives the same triple of two graphs twice."""
        last = None
        for quad in self.store.quads_for_pattern(None, self._type, self._class(name), None):
            if quad.subject != last:
                last = quad.subject
                yield last

    def about(self, node: Any) -> Iterator[Quad]:
        """The triples that begin with a node."""
        return iter(self.store.quads_for_pattern(node, None, None, None))

    def leading(self, predicate: str, node: Any) -> Iterator[Any]:
        """The nodes that a predicate leads from to a node."""
        for quad in self.store.quads_for_pattern(None, self.node(predicate), node, None):
            yield quad.subject

    def belonging(self, paper: Any) -> Iterator[Any]:
        """The mentions, statements, authorships and source records of a paper."""
        for name, outwards in _OWN:
            if outwards:
                for quad in self.store.quads_for_pattern(paper, self.node(TERM + name), None, None):
                    yield quad.object
            else:
                yield from self.leading(TERM + name, paper)
        for quad in self.store.quads_for_pattern(paper, self.node(f"{PREFIXES['prov']}wasDerivedFrom"), None, None):
            yield quad.object

    def in_paper(self, node: Any, name: str) -> bool:
        """Whether the node was checked with its paper."""
        name = name.removeprefix(TERM)
        if name == "Paper":
            return True
        own = {"Mention": "inPaper", "Statement": "statedIn"}
        if name in own:
            papers: Iterable[Any] = (
                q.object for q in self.store.quads_for_pattern(node, self.node(TERM + own[name]), None, None)
            )
        elif name == "Authorship":
            papers = self.leading(f"{TERM}authorship", node)
        elif name == "SourceRecord":
            papers = self.leading(f"{PREFIXES['prov']}wasDerivedFrom", node)
        else:
            return False
        return any(self.is_a(paper, "Paper") for paper in papers)

    def is_a(self, node: Any, name: str) -> bool:
        """Whether a node is of a class."""
        from pyoxigraph import Literal

        if isinstance(node, Literal):
            return False
        return next(self.store.quads_for_pattern(node, self._type, self._class(name), None), None) is not None

    def value(self, node: Any, predicate: str) -> str | None:
        """The first value of a predicate."""
        quad = next(self.store.quads_for_pattern(node, self.node(predicate), None, None), None)
        return None if quad is None else str(getattr(quad.object, "value", quad.object))


def _check(graph: _Graph, shapes: _Shapes, nodes: list[Any], report: Callable[[Violation], None]) -> int:
    """Validates some nodes; returns how many a shape is about."""
    data, kinds = _part(graph, shapes, nodes)
    for node in nodes:
        if not isinstance(node, graph.node):
            message = "it has no IRI: a blank node can neither be cited nor checked"
            report(Violation(str(node), _kind(graph, node), message, None, None, severity="Violation",
                             **_place(graph, node)))  # fmt: skip
    focus = {node: kind for kind in reversed(shapes.classes) for node in kinds.get(kind, ())}
    results = shapes.validate(data, kinds)
    if results is not None:
        for violation in _violations(graph, results, focus):
            report(violation)
    return len(focus)


def _part(graph: _Graph, shapes: _Shapes, nodes: list[Any]) -> tuple[rdflib.Graph, dict[str, list[str]]]:
    """The triples that the shapes of those nodes can look at, and the nodes by class."""
    import rdflib
    from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

    triples: dict[Triple, None] = {}
    kinds: dict[str, list[str]] = {}
    ends: dict[Any, None] = {}

    wanted = dict.fromkeys(n for n in nodes if isinstance(n, NamedNode | BlankNode))
    for node in wanted:
        for quad in graph.about(node):
            triples[quad.triple] = None
            if quad.predicate.value == _A and isinstance(quad.object, NamedNode) and isinstance(node, NamedNode):
                listed = kinds.setdefault(quad.object.value, [])
                if not listed or listed[-1] != node.value:
                    listed.append(node.value)
            elif isinstance(quad.object, NamedNode | BlankNode):
                ends[quad.object] = None
        for predicate in shapes.inverse:
            for start in graph.leading(predicate, node):
                triples[Triple(start, graph.node(predicate), node)] = None
                ends[start] = None
    for end in ends:
        if end not in wanted:
            triples.update((quad.triple, None) for quad in graph.about(end))
    data = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return rdflib.Graph().parse(data=data, format="nt"), kinds


def _violations(graph: _Graph, results: rdflib.Graph, kinds: Mapping[str, str]) -> Iterator[Violation]:
    import rdflib

    def term(name: str) -> rdflib.URIRef:
        return rdflib.URIRef(_SH + name)

    found = []
    for _, result in results.subject_objects(term("result")):

        def say(name: str, result: Any = result) -> str | None:
            value = results.value(result, term(name))
            return None if value is None else str(value)

        node = say("focusNode") or ""
        found.append(
            Violation(
                node=node,
                kind=kinds.get(node, "").removeprefix(TERM),
                message=say("resultMessage") or (say("sourceConstraintComponent") or "").removeprefix(_SH),
                path=_short(say("resultPath")),
                value=say("value"),
                severity=(say("resultSeverity") or "").removeprefix(_SH),
                **_place(graph, graph.node(node)),
            )
        )
    yield from sorted(found, key=lambda v: (v.paper or "", v.node, v.path or "", v.message, v.value or ""))


def _kind(graph: _Graph, node: Any) -> str:
    return (graph.value(node, _A) or "").removeprefix(TERM)


def _short(iri: str | None) -> str | None:
    for prefix, base in PREFIXES.items():
        if iri and iri.startswith(base):
            return f"{prefix}:{iri.removeprefix(base)}"
    return iri


def _place(graph: _Graph, node: Any) -> dict[str, str | None]:
    """The paper, the entity and the sentence that a node is about, as far as the graph tells."""
    paper = node if graph.is_a(node, "Paper") else None
    for name in ("inPaper", "statedIn"):
        if paper is None and (iri := graph.value(node, TERM + name)):
            paper = graph.node(iri)
    for predicate in (f"{TERM}authorship", f"{PREFIXES['prov']}wasDerivedFrom"):
        paper = paper or next(graph.leading(predicate, node), None)
    named = graph.value(node, f"{TERM}ofEntity") or graph.value(node, f"{TERM}object")
    entity = graph.node(named) if named and ":" in named else node
    proof = graph.value(node, f"{TERM}evidence")
    return {
        "paper": None if paper is None else str(paper.value),
        "title": None if paper is None else graph.value(paper, f"{_DC}title"),
        "entity": graph.value(entity, f"{PREFIXES['skos']}prefLabel") or named,
        "sentence": _sentence(graph, graph.node(proof) if proof and ":" in proof else node, paper),
    }


def _sentence(graph: _Graph, node: Any, paper: Any) -> str | None:
    name, left, right = (graph.value(node, TERM + n) for n in ("field", "sentenceStart", "sentenceEnd"))
    text = graph.value(paper, _DC + name) if paper is not None and name in ("title", "abstract") else None
    if not text or not (left or "").isdigit() or not (right or "").isdigit():
        return None
    return text[int(left or 0) : int(right or 0)] or None
