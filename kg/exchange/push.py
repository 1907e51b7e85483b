"""``kg push``: a graph -> any server with the SPARQL 1.1 Graph Store HTTP Protocol, in chunks, resumable.

The statements of each graph go in one order, sorted, so that a count says how far a push came. That count is kept in
the graph's folder after each chunk that the server took; the same push goes on from there. A chunk that comes twice
changes nothing: a graph is a set, and ours has no blank nodes.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from kg.errors import GraphError, KGError
from kg.exchange.http import Login, client, refusal, unreachable
from kg.export.registry import Options
from kg.export.statements import CHOICES, chosen, sorted_statements
from kg.iri import GRAPHS
from kg.store import Generation

if TYPE_CHECKING:
    import httpx

__all__ = ["CHUNK", "PushResult", "push"]

#: Statements that one request takes: some 1.5 MB.
CHUNK = 10_000
_LEAST = 100
_TRIES = 6
_LATER = (408, 425, 429, 500, 502, 503, 504)
# N-Triples is Turtle, which every server of this protocol has to read.
_HEADERS = {"content-type": "text/turtle"}

Progress = Callable[[str, int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push sent. ``before`` statements were there from a push that was cut off."""

    statements: int
    before: int
    requests: int
    seconds: float


@dataclass(slots=True)
class _State:
    """How far a push came: statements that the server took, by graph."""

    place: Path
    revision: str
    done: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, place: Path, revision: str) -> _State:
        """What was kept of the same push of the same generation."""
        try:
            kept = orjson.loads(place.read_bytes())
            if kept["revision"] == revision:
                return cls(place, revision, {str(name): int(count) for name, count in kept["done"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # None, or one that a crash left half written: the push begins anew.
            return cls(place, revision)
        return cls(place, revision)

    def took(self, graph: str, count: int) -> None:
        """Keeps what the server took more."""
        self.done[graph] = self.done.get(graph, 0) + count
        fresh = self.place.with_name(f"{self.place.name}.new")
        fresh.write_bytes(orjson.dumps({"revision": self.revision, "done": self.done}))
        os.replace(fresh, self.place)


def push(
    generation: Generation,
    endpoint: str,
    *,
    light: bool = False,
    graphs: Sequence[str] | None = None,
    into: str | None = None,
    replace: bool = False,
    chunk: int = CHUNK,
    login: Login | None = None,
    timeout: float = 120.0,
    progress: Progress | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> PushResult:
    """Sends a graph.

    :param endpoint: where the server takes graphs (its Graph Store Protocol, not its SPARQL)
    :param light: without mentions, statements and provenance
    :param graphs: which of papers, vocabulary, decisions and provenance; None is all
    :param into: the one graph that takes all; without it, what papers say goes into the default graph, and vocabulary,
        decisions and provenance into those of their names
    :param replace: whether what those graphs hold gives way, rather than stays beside what comes
    :param chunk: statements a request
    :param timeout: seconds that the server may take for a request
    :raises KGError: if the server cannot be reached, or refuses; what it took stays, and the same push goes on there
    """
    begun = time.monotonic()
    options = Options(light=light, graphs=None if graphs is None else tuple(graphs), scratch=generation.path.parents[1])
    names = chosen(options, CHOICES)
    same = f"{endpoint}\n{light}\n{names}\n{into}\n{replace}"
    place = generation.path.parents[1] / f"push-{hashlib.sha256(same.encode()).hexdigest()[:16]}.json"
    state = _State.of(place, str(generation.manifest["revision"]))
    before = sum(state.done.values())
    total = int(generation.manifest["triples"]) if not light and len(names) == len(CHOICES) else None
    sender = _Sender(endpoint, client(login, timeout), pause)
    emptied: set[str] = set()
    try:
        for name in names:
            target = into or ("" if name == "papers" else GRAPHS[name])
            with sorted_statements(generation, (name,), options, named=False) as lines:
                passed = state.done.get(name, 0)
                emptied |= {target} if passed else set()
                for part in _parts(islice(lines, passed, None), sender, chunk):
                    fresh = replace and target not in emptied
                    emptied.add(target)
                    for sent in sender.send(target, part, replace=fresh):
                        state.took(name, sent)
                        if progress is not None:
                            progress("push", sum(state.done.values()), total)
            if replace and target not in emptied:
                sender.clear(target)
    except OSError as error:
        raise GraphError(
            f"how far the push came cannot be kept ({error.strerror or error})", where=str(place)
        ) from error
    except KGError as error:
        count = sum(state.done.values())
        if count:
            error.hint = f"{error.hint + '; ' if error.hint else ''}the same command goes on after {count:,} statements"
        raise
    finally:
        sender.close()
    place.unlink(missing_ok=True)
    return PushResult(sum(state.done.values()), before, sender.requests, time.monotonic() - begun)


def _parts(lines: Iterator[bytes], sender: _Sender, chunk: int) -> Iterator[list[bytes]]:
    while part := list(islice(lines, min(chunk, sender.most))):
        yield part


class _Sender:
    """Sends to one server, again where it is busy, in smaller pieces where one is too large."""

    def __init__(self, endpoint: str, inner: httpx.Client, pause: Callable[[float], None]) -> None:
        self._endpoint = endpoint
        self._client = inner
        self._pause = pause
        self.most = 1 << 30
        self.requests = 0

    def close(self) -> None:
        """Lets go of the connection."""
        self._client.close()

    def address(self, graph: str) -> str:
        """Where a graph is found, by its name; the default graph has none."""
        from urllib.parse import quote

        sign = "&" if "?" in self._endpoint else "?"
        chosen_graph = f"graph={quote(graph, safe='')}" if graph else "default"
        return f"{self._endpoint}{sign}{chosen_graph}"

    def clear(self, graph: str) -> None:
        """Empties a graph that nothing is sent to; one that is not there is empty."""
        answer = self._request("DELETE", graph, b"")
        if answer.status_code >= 400 and answer.status_code != 404:
            raise refusal(self._endpoint, answer.status_code, answer.text, KGError)

    def send(self, graph: str, lines: list[bytes], *, replace: bool) -> Iterator[int]:
        """Sends statements; yields how many each time that the server took some."""
        answer = self._request("PUT" if replace else "POST", graph, b"".join(lines))
        if answer.status_code == 413 and len(lines) > _LEAST:
            self.most = len(lines) // 2
            for start in range(0, len(lines), self.most):
                yield from self.send(graph, lines[start : start + self.most], replace=replace and start == 0)
            return
        if answer.status_code >= 300:
            raise refusal(self._endpoint, answer.status_code, answer.text, KGError)
        yield len(lines)

    def _request(self, method: str, graph: str, body: bytes) -> httpx.Response:
        import httpx

        tried = 0
        while True:
            tried += 1
            self.requests += 1
            wait = min(2.0 ** (tried - 1), 30.0)
            try:
                answer = self._client.request(method, self.address(graph), content=body, headers=_HEADERS)
            except httpx.TransportError as error:
                # One that was never there is not waited for.
                if tried == _TRIES or (self.requests == 1 and isinstance(error, httpx.ConnectError)):
                    raise unreachable(self._endpoint, error, KGError) from error
            except (httpx.InvalidURL, httpx.HTTPError) as error:
                raise unreachable(self._endpoint, error, KGError) from error
            else:
                if answer.status_code not in _LATER or tried == _TRIES:
                    return answer
                asked = answer.headers.get("retry-after", "")
                wait = min(float(asked), 60.0) if asked.isdigit() else wait
            self._pause(wait)
