"""Answers questions about a store over standard input and output, one a line; see :mod:`kg.serve.engine`.

It runs the library's own way in (:func:`kg.query.run`), in a process that may be killed at any moment.
"""

from __future__ import annotations

import secrets
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from kg.errors import QueryError
from kg.iri import BASE

if TYPE_CHECKING:
    from pyoxigraph import Store

    from kg.query import Result
    from kg.query.engine import Term

__all__ = ["READY", "main"]

#: Said on the output when the first question may come.
READY = b"ready\n"


class _Full(Exception):
    """The answer is longer than it may be."""


class _Sink(BytesIO):
    """Takes bytes up to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            super().write(data[: self._most - self.tell()])
            raise _Full
        return super().write(data)


def main(store: Path, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until there are no more questions."""
    from kg.store import open_store

    opened = open_store(store)
    # What the first question needs is loaded before it is asked: that is not the question's own work.
    _check("ASK {}")
    answers.write(READY)
    answers.flush()
    for line in questions:
        asked = orjson.loads(line)
        error, graph, body, whole = None, False, b"", True
        try:
            if asked["check"]:
                _check(asked["text"])
            else:
                graph, body, whole = _answer(opened, asked["text"], asked["bindings"], asked["bytes"])
        except QueryError as wrong:
            error = str(wrong)
        head = {"error": error, "graph": graph, "size": len(body), "whole": whole}
        answers.write(orjson.dumps(head) + b"\n" + body)
        answers.flush()


def _check(text: str) -> None:
    """Raises :class:`QueryError` where the text is no query or calls another host; evaluates nothing.

    A variable of a name that nobody can know is bound, so that the engine stops between parsing and evaluation.
    """
    from pyoxigraph import Literal, Store

    from kg.query import run

    nowhere = f"kg_{secrets.token_hex(8)}"
    try:
        run(Store(), text, bindings={nowhere: Literal("")}, base_iri=BASE)
    except QueryError as error:
        if nowhere not in error.what:
            raise


def _answer(store: Store, text: str, bindings: dict[str, str], most: int) -> tuple[bool, bytes, bool]:
    from pyoxigraph import QueryResultsFormat, RdfFormat, serialize

    from kg.query import run

    result: Result = run(store, text, bindings={k: _term(v) for k, v in bindings.items()}, base_iri=BASE)
    sink, whole, answer = _Sink(most), True, result.answer
    stream: Any = answer
    try:
        if result.kind == "graph":
            serialize(result.triples(), sink, RdfFormat.N_TRIPLES)
        else:
            stream.serialize(sink, QueryResultsFormat.JSON)
    except _Full:
        whole = False
    except RuntimeError as error:
        raise QueryError(f"the evaluation failed: {error}") from error
    return result.kind == "graph", sink.getvalue(), whole


def _term(text: str) -> Term:
    """A term from its N-Triples."""
    from pyoxigraph import RdfFormat, parse

    quad = next(iter(parse(f"<urn:s> <urn:p> {text} .", RdfFormat.N_TRIPLES)))
    term: Term = quad.object
    return term


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
