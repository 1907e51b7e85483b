"""A graph is pushed to a real server whole, in parts, again after it was cut off; and to ones that misbehave."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from exchange_graphs import Oxigraph
from helpers_cli import process
from helpers_papers import dump
from pyoxigraph import RdfFormat, parse

import kg
from kg.errors import KGError
from kg.exchange import push
from kg.iri import GRAPHS
from kg.store import GraphFolder


def held(address: str) -> list[str]:
    """All that a server holds, as sorted lines of N-Quads."""
    answer = httpx.get(f"{address}/store", headers={"accept": "application/n-quads"}, trust_env=False)
    return sorted(answer.text.splitlines())


def test_a_graph_is_pushed_whole_and_a_second_time_changes_nothing(
    little: Path, tmp_path: Path, oxigraph: Oxigraph
) -> None:
    told: list[int] = []
    with oxigraph(tmp_path / "store") as address:
        graph = kg.open(little)
        result = graph.push(f"{address}/store", chunk=50, progress=lambda step, done, total: told.append(done))
        assert held(address) == dump(little, provenance=True)
        assert result.statements == graph.generation.manifest["triples"] == told[-1]
        assert result.requests == len(told) > 5
        graph.push(f"{address}/store")
        assert held(address) == dump(little, provenance=True)
    assert list(little.glob("push-*")) == []


def test_only_what_is_asked_for_goes_into_one_graph(little: Path, tmp_path: Path, oxigraph: Oxigraph) -> None:
    with oxigraph(tmp_path / "store") as address:
        kg.open(little).push(f"{address}/store", graphs=("vocabulary",), into="http://example.org/all?a=b&c#d")
        ending = f" <{GRAPHS['vocabulary']}> ."
        said = [x.removesuffix(ending) for x in dump(little) if x.endswith(ending)]
        assert held(address) == sorted(f"{line} <http://example.org/all?a=b&c#d> ." for line in said)


def test_replacing_empties_what_is_written_to_and_nothing_else(
    little: Path, tmp_path: Path, oxigraph: Oxigraph
) -> None:
    old = "<urn:s> <urn:p> <urn:o> ."
    with oxigraph(tmp_path / "store") as address:
        for graph in ("default", f"graph={GRAPHS['decisions']}", "graph=urn:other"):
            httpx.post(
                f"{address}/store?{graph}", content=old, headers={"content-type": "text/turtle"}, trust_env=False
            )
        kg.open(little).push(f"{address}/store", replace=True, chunk=60)
        assert held(address) == sorted([*dump(little, provenance=True), "<urn:s> <urn:p> <urn:o> <urn:other> ."])


class Between(BaseHTTPRequestHandler):
    """Hands requests on to a server until it was told to stop, and counts them."""

    def handle_any(self) -> None:
        server: Middle = self.server  # type: ignore[assignment]
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server.seen.append((self.command, self.path, len(body)))
        status = server.answer(len(server.seen), body)
        if status == 0:
            self.close_connection = True
            return
        if status == 200:
            answer = httpx.request(self.command, server.target + self.path, content=body,
                                   headers={"content-type": self.headers["content-type"]}, trust_env=False)  # fmt: skip
            status = answer.status_code
        self.send_response(status)
        self.send_header("content-length", "0")
        if status == 503:
            self.send_header("retry-after", "7")
        self.end_headers()

    do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class Middle(ThreadingHTTPServer):
    """A server before another one: ``answer`` says, by the number of a request, what it gets; 200 is handed on."""

    target = ""
    seen: list[tuple[str, str, int]]

    def answer(self, number: int, body: bytes) -> int:
        raise NotImplementedError


@contextmanager
def between(target: str, answer: object) -> Iterator[tuple[str, list[tuple[str, str, int]]]]:
    server = Middle(("127.0.0.1", 0), Between)
    server.target, server.seen, server.answer = target, [], answer  # type: ignore[method-assign, assignment]
    # Oxigraph's solutions may be let go by the thread alone that made them; the collector runs on any thread, and finds
    # those that errors of earlier tests still hold.
    gc.collect()
    gc.disable()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        gc.enable()


@pytest.mark.parametrize("replace", [False, True])
def test_a_push_that_was_cut_off_goes_on_where_it_was(
    little: Path, tmp_path: Path, oxigraph: Oxigraph, replace: bool
) -> None:
    graph = kg.open(little)
    works = [True]
    with (
        oxigraph(tmp_path / "store") as address,
        between(address, lambda number, body: 200 if works[0] and number != 4 else 507) as (url, seen),
    ):
        with pytest.raises(KGError, match="the same command goes on after 150 statements"):
            graph.push(f"{url}/store", chunk=50, replace=replace)
        assert len(held(address)) == 150
        count = len(seen)
        result = graph.push(f"{url}/store", chunk=50, replace=replace)
        assert result.before == 150
        assert result.requests == len(seen) - count
        assert held(address) == dump(little, provenance=True)
        assert list(little.glob("push-*")) == []


def test_a_busy_server_is_waited_for_and_a_small_one_gets_less(
    little: Path, tmp_path: Path, oxigraph: Oxigraph
) -> None:
    waits: list[float] = []

    def answer(number: int, body: bytes) -> int:
        return 503 if number == 1 else 0 if number == 2 else 413 if len(body) > 25_000 else 200

    with oxigraph(tmp_path / "store") as address, between(address, answer) as (url, seen):
        push(GraphFolder(little).current(), f"{url}/store", chunk=400, pause=waits.append)
        assert held(address) == dump(little, provenance=True)
    assert waits == [7.0, 2.0]
    assert max(size for _, _, size in seen[-3:]) <= 25_000


@pytest.mark.parametrize(
    ("status", "message"),
    [(404, "there is no such service at it"), (401, "KG_PASSWORD"), (500, "answers 500")],
)  # fmt: skip
def test_a_refusal_is_one_line(little: Path, status: int, message: str) -> None:
    with between("", lambda number, body: status) as (url, _), pytest.raises(KGError, match=message):
        push(GraphFolder(little).current(), url.replace("//", "//me:secret@"), pause=lambda seconds: None)


def test_a_server_that_is_not_there_is_one_line(little: Path, tmp_path: Path) -> None:
    ran = process("push", "-g", str(little), "http://127.0.0.1:1/store", cwd=tmp_path)
    assert ran.code == 2
    assert ran.message.startswith("http://127.0.0.1:1/store: the server does not answer (")


def test_the_command_says_what_it_sent(little: Path, tmp_path: Path, oxigraph: Oxigraph) -> None:
    with oxigraph(tmp_path / "store") as address:
        ran = process("push", "-g", str(little), f"{address}/store", "--light", "--replace", cwd=tmp_path)
        assert ran.code == 0, ran.err
        lines = held(address)
        assert ran.err.startswith(f"{len(lines)} statements pushed; ")
        light = kg.open(little)
        light.export("nquads", tmp_path / "light.nq", light=True)
        assert lines == sorted((tmp_path / "light.nq").read_text().splitlines())
        assert all(parse("\n".join(lines), RdfFormat.N_QUADS))
