"""Which statements an export holds, as sorted lines: the one stream that every RDF format is written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from kg.errors import GraphError, KGError
from kg.export.registry import Options
from kg.export.sorting import LineSorter
from kg.iri import BASE, CONCEPT, GRAPHS, PREFIXES, TERM
from kg.store import Generation, open_store

if TYPE_CHECKING:
    from pyoxigraph import DefaultGraph, NamedNode, Store

__all__ = ["CHOICES", "chosen", "node", "read_failure", "sorted_statements"]

#: The graphs that can be picked; the papers' is the default graph of the store.
CHOICES = tuple(GRAPHS)

_Keep = Callable[[bytes], bool]
_HEAVY = tuple(f"<{BASE}{kind}/".encode() for kind in ("mention", "statement"))
_STEP = 1 << 15


def chosen(options: Options, default: Sequence[str]) -> tuple[str, ...]:
    """The graphs to write, in the order of :data:`CHOICES`.

    :param default: those that the format writes unless asked; a light export leaves provenance out of them
    :raises KGError: if a graph is asked for that there is not

    >>> chosen(Options(graphs=("provenance", "papers")), CHOICES), chosen(Options(light=True), CHOICES)
    (('papers', 'provenance'), ('papers', 'vocabulary', 'decisions'))
    """
    if options.graphs is None:
        return tuple(g for g in CHOICES if g in default and not (options.light and g == "provenance"))
    for name in options.graphs:
        if name not in GRAPHS:
            raise KGError(f"no graph is called {name!r}", hint=f"there are {', '.join(CHOICES)}")
    return tuple(g for g in CHOICES if g in options.graphs)


@contextmanager
def sorted_statements(
    generation: Generation, graphs: Sequence[str], options: Options, *, named: bool
) -> Iterator[Iterator[bytes]]:
    """The statements of some graphs as lines of canonical N-Triples, or N-Quads, sorted by their bytes, each once.

    A line that begins with the same subject as another stands beside it, so that writers can group them.

    :param named: whether a line ends with the name of its graph (the papers' graph has none)
    :raises GraphError: if the store cannot be read
    :raises KGError: if temporary files cannot be written
    """
    from pyoxigraph import RdfFormat

    total = int(generation.manifest["triples"]) if len(graphs) > 1 else None
    with LineSorter(options.scratch) as sorter:
        done = 0
        try:
            store = open_store(generation.store)
            for name in graphs:
                suffix = f"<{GRAPHS[name]}> .\n".encode() if named and name != "papers" else b".\n"
                sink = _Sink(sorter, suffix, _filter(store, name) if options.light else None, options, done, total)
                store.dump(cast("IO[bytes]", sink), RdfFormat.N_TRIPLES, from_graph=node(name))
                done = sink.done
        except OSError as error:
            raise read_failure(generation, error) from error
        yield sorter.lines()


def read_failure(generation: Generation, error: OSError) -> GraphError:
    """That a store cannot be read, and what to do."""
    return GraphError(
        f"its store cannot be read ({error})",
        where=str(generation.path),
        hint="build the graph again with `kg build --replace SOURCE…`",
    )


def node(name: str) -> NamedNode | DefaultGraph:
    """What the store calls a graph of :data:`CHOICES`."""
    from pyoxigraph import DefaultGraph, NamedNode

    return DefaultGraph() if name == "papers" else NamedNode(GRAPHS[name])


class _Sink:
    """What the store dumps into: cuts the bytes into lines and hands them on."""

    def __init__(
        self, sorter: LineSorter, suffix: bytes, keep: _Keep | None, options: Options, done: int, total: int | None
    ) -> None:
        self._sorter = sorter
        self._suffix = suffix
        self._keep = keep
        self._options = options
        self._rest = b""
        self._told = self.done = done
        self._total = total

    def write(self, data: bytes) -> int:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        self.done += len(lines)
        if self._keep is not None:
            lines = [line for line in lines if self._keep(line)]
        # Each line ends with " .", and a name goes before the full stop.
        self._sorter.add([line[:-1] + self._suffix for line in lines])
        if self.done - self._told >= _STEP:
            self._told = self.done
            self._options.tell("read", self.done, self._total)
        return len(data)

    def flush(self) -> None:
        """Nothing is held that a flush could move: the store ends its last line."""


def _filter(store: Store, graph: str) -> _Keep:
    """Which lines of a graph a light export holds."""
    if graph == "papers":
        return lambda line: not line.startswith(_HEAVY)
    if graph != "vocabulary":
        return lambda line: True
    kept = _occurring(store)
    concept = f"<{CONCEPT}".encode()

    def keep(line: bytes) -> bool:
        subject, _, end = line[:-2].split(b" ", 2)
        return all(term in kept for term in (subject, end) if term.startswith(concept))

    return keep


def _occurring(store: Store) -> set[bytes]:
    """The vocabulary's entities that a paper names, and all that those are narrower than."""
    from pyoxigraph import DefaultGraph, NamedNode

    kind, entity, mentions = (NamedNode(i) for i in (f"{PREFIXES['rdf']}type", f"{TERM}Entity", f"{TERM}mentions"))
    broader, vocabulary = NamedNode(f"{PREFIXES['skos']}broader"), NamedNode(GRAPHS["vocabulary"])
    waiting = [
        quad.subject
        for quad in store.quads_for_pattern(None, kind, entity, vocabulary)
        if next(store.quads_for_pattern(None, mentions, quad.subject, DefaultGraph()), None) is not None
    ]
    kept: set[object] = set(waiting)
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), broader, None, vocabulary):
            if quad.object not in kept and isinstance(quad.object, NamedNode):
                kept.add(quad.object)
                waiting.append(quad.object)
    return {str(node).encode() for node in kept}
