"""Turtle in order, from the store's own Turtle: its blocks are sorted, and what stands in each.

The bytes are those that a writer of Turtle gives for the statements sorted as lines of N-Triples. That way the store
would write each IRI out, and all of it be sorted, read again and shortened again; so it is a third faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from kg.export.registry import Options
from kg.export.sorting import LineSorter
from kg.export.statements import node, read_failure
from kg.store import Generation, open_store

if TYPE_CHECKING:
    from pyoxigraph import Store

__all__ = ["write_turtle"]

_END, _NEXT, _ALSO = b" .\n", b" ;\n\t", b" , "
# Stands for the line ends in a block while it is one line; the store escapes control characters in literals.
_BREAK = b"\x01"
_STEP = 1 << 15
_BATCH = 500
_XSD = b"^^<http://www.w3.org/2001/XMLSchema#%s>"
_TYPE = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_OBJECT = re.compile(rb'"(?:[^"\\]|\\.)*+"(?:@[\w-]+|\^\^(?:<[^>]*>|[^ ]+))?|[^ ]+')
_NUMBERS = ((rb"[+-]?\d+", b"integer"), (rb"[+-]?\d*\.\d+", b"decimal"), (rb"[+-]?[\d.]+[eE][+-]?\d+", b"double"))

_Order = Callable[[list[bytes]], Sequence[bytes]]


def write_turtle(
    generation: Generation, options: Options, out: BinaryIO, graphs: Sequence[str], labels: Mapping[str, str]
) -> int:
    """Writes some graphs as one, sorted; how many statements.

    :param labels: prefixes of the file
    :raises GraphError: if the store cannot be read
    """
    words = _Words(labels)
    with LineSorter(options.scratch) as sorter:
        sink = _Sink(sorter, words, options, int(generation.manifest["triples"]) if len(graphs) > 1 else None)
        try:
            store = open_store(generation.store)
            for name in graphs:
                _dump(store, name, sink, labels)
        except OSError as error:
            raise read_failure(generation, error) from error
        out.write(b"".join(sorted(sink.header)))
        return _write(sorter.lines(), words, out, options)


def _write(lines: Iterator[bytes], words: _Words, out: BinaryIO, options: Options) -> int:
    """Writes the blocks in order; how many statements."""
    count = told = 0
    blocks = _blocks(lines, words)
    while batch := list(islice(blocks, _BATCH)):
        text = b"".join([block for block, _ in batch])
        count += len(batch) + text.count(_BREAK) + sum([more for _, more in batch])
        out.write(text.replace(_BREAK, _NEXT))
        if count - told >= _STEP:
            told = count
            options.tell("write", count, None)
    return count


def _dump(store: Store, name: str, sink: _Sink, labels: Mapping[str, str]) -> None:
    from pyoxigraph import RdfFormat

    prefixes = dict(labels)
    store.dump(cast("IO[bytes]", sink), RdfFormat.TURTLE, from_graph=node(name), prefixes=prefixes)


class _Words(dict[bytes, bytes]):
    """Terms of Turtle -> the same in N-Triples, by which they are sorted."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        boolean = _XSD % b"boolean"
        super().__init__({b"a": _TYPE, b"true": b'"true"' + boolean, b"false": b'"false"' + boolean})
        self._labels = {name.encode(): iri.encode() for name, iri in labels.items()}

    def written_out(self, term: bytes) -> bytes:
        """A term in N-Triples."""
        label, colon, local = term.partition(b":")
        if colon and label in self._labels:
            return b"<%b%b>" % (self._labels[label], local.replace(b"\\", b""))
        if term.startswith((b"<", b"_:")):
            return term
        if term.startswith(b'"'):
            end = term.rindex(b'"') + 1
            if term[end : end + 2] != b"^^":
                return term
            return term[: end + 2] + self.written_out(term[end + 2 :])
        if term in self:
            return self[term]
        kind = next(kind for pattern, kind in _NUMBERS if re.fullmatch(pattern, term))
        return b'"' + term + b'"' + _XSD % kind

    def __missing__(self, predicate: bytes) -> bytes:
        # Predicates are few, and each comes again with every subject.
        self[predicate] = self.written_out(predicate)
        return self[predicate]


class _Sink:
    """What the store dumps into: blocks of a subject, each handed on as one line after the subject's own name."""

    def __init__(self, sorter: LineSorter, words: _Words, options: Options, total: int | None) -> None:
        self._sorter, self._words, self._options, self._total = sorter, words, options, total
        self._rest = b""
        self._done = self._told = 0
        # By the number of predicates: those of the last subject that had as many, each with the space after it.
        self._orders: dict[int, tuple[tuple[bytes, ...], _Order]] = {}
        self.header: set[bytes] = set()

    def write(self, data: bytes) -> int:
        blocks = (self._rest + data).split(_END)
        self._rest = blocks.pop()
        written_out, orders, lines = self._words.written_out, self._orders, []
        for block in blocks:
            subject, _, rest = block.partition(b" ")
            if subject == b"@prefix":
                self.header.add(block + _END)
                continue
            pieces = rest.split(_NEXT)
            # Subjects of a kind have the same predicates, in the store's order: few orders are ever looked for.
            predicates, order = orders.get(len(pieces), ((), _as_they_are))
            if len(predicates) != len(pieces) or not all(map(bytes.startswith, pieces, predicates)):
                predicates = tuple([piece[: piece.index(b" ") + 1] for piece in pieces])
                order = _order(predicates, self._words)
                orders[len(pieces)] = predicates, order
            said = _BREAK.join(order(pieces))
            self._done += len(pieces)
            lines.append(b"%b %b %b\n" % (written_out(subject), subject, said))
        self._sorter.add(lines)
        if self._done - self._told >= _STEP:
            self._told = self._done
            self._options.tell("read", self._done, self._total)
        return len(data)

    def flush(self) -> None:
        """Nothing is held that a flush could move: the store ends its last block."""


def _order(predicates: tuple[bytes, ...], words: _Words) -> _Order:
    """What puts as many pieces in the order of their predicates."""
    if len(predicates) == 1:
        return _as_they_are
    return itemgetter(*sorted(range(len(predicates)), key=lambda place: words[predicates[place][:-1]]))


def _as_they_are(pieces: list[bytes]) -> list[bytes]:
    return pieces


def _blocks(lines: Iterator[bytes], words: _Words) -> Iterator[tuple[bytes, int]]:
    """Blocks in order, each in a line still, and how many objects it has beside one for each predicate."""
    line = next(lines, None)
    while line is not None:
        start = line.index(b" ") + 1
        following = next(lines, None)
        if (following is not None and following.startswith(line[:start])) or _ALSO in line:
            # More than one graph speaks of the subject, or there is more than one object.
            same = [line[start:-1]]
            while following is not None and following.startswith(line[:start]):
                same.append(following[start:-1])
                following = next(lines, None)
            yield _merged(same, words)
        else:
            yield line[start:-1] + _END, 0
        line = following


def _merged(lines: list[bytes], words: _Words) -> tuple[bytes, int]:
    """A block with the objects of each predicate in order and each once, and how many more objects than predicates."""
    subject = lines[0][: lines[0].index(b" ") + 1]
    objects: dict[bytes, list[bytes]] = {}
    for line in lines:
        for piece in line[len(subject) :].split(_BREAK):
            predicate, _, rest = piece.partition(b" ")
            objects.setdefault(predicate, []).append(rest)
    found, count = [], 0
    for predicate in sorted(objects, key=words.__getitem__):
        said = objects[predicate]
        if len(said) > 1 or _ALSO in said[0]:
            terms = {term for rest in said for term in _OBJECT.findall(rest) if term != b","}
            # As in a line of N-Triples, where something follows the object.
            said = sorted(terms, key=lambda term: words.written_out(term) + _END)
        count += len(said) - 1
        found.append(predicate + b" " + _ALSO.join(said))
    return subject + _BREAK.join(found) + _END, count
