"""The W3C's SPARQL suites over HTTP with the standard dataset: a server on a port, a process for each store."""

from __future__ import annotations

import asyncio
import http.client
import socket
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph
import pytest
import uvicorn
from conformance.w3c_suite import Outcome, Question, Refused, cases, known_failures, run_suite, unexpected

from kg.serve import Limits
from kg.serve.app import app_of
from kg.serve.heads import bounded
from kg.serve.site import Served, Site

MEDIA = {
    "srj": "application/sparql-results+json", "srx": "application/sparql-results+xml", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "nt": "application/n-triples",
}  # fmt: skip


class OneStore(Site):
    """A site that serves a store which is no graph of ours, and then another one."""

    async def open(self) -> None:
        """Opens nothing yet."""
        from kg.serve.pool import Places

        self.places = Places(self.limits)

    async def show(self, store: Path) -> None:
        """Serves a store from now on."""
        graph: Any = SimpleNamespace(generation=SimpleNamespace(store=store), index=SimpleNamespace(close=lambda: None))
        old, self._now = self._now, Served(graph, self.places)
        if old is not None:
            await old.close()


class Server:
    """The application on a port of this machine, in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._site = OneStore(folder, Limits(union=False))
        self._listening = socket.create_server(("127.0.0.1", 0))
        app = app_of(self._site)
        config = uvicorn.Config(app, log_config=None, lifespan="on", http=bounded(), timeout_keep_alive=600)
        self._server = uvicorn.Server(config)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self._ready.wait(30)
        self._client = http.client.HTTPConnection("127.0.0.1", self._listening.getsockname()[1], timeout=60)
        self._shown: tuple[tuple[Path, ...], tuple[Path, ...]] | None = None

    def _run(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._ready.set()
            await self._server.serve(sockets=[self._listening])

        asyncio.run(serve())

    def close(self) -> None:
        """Ends it with all that it started."""
        self._client.close()
        self._server.should_exit = True
        self._thread.join(60)
        self._listening.close()

    def ask(self, question: Question) -> bytes:
        """The answer to a question about its own dataset."""
        if (question.default, question.named) != self._shown:
            place = Path(tempfile.mkdtemp(dir=self._folder))
            store = pyoxigraph.Store(str(place))
            store.extend(question.store())
            store.flush()
            del store
            asyncio.run_coroutine_threadsafe(self._site.show(place), self._loop).result(60)
            self._shown = (question.default, question.named)
        headers = {"content-type": "application/sparql-query", "accept": f"{MEDIA[question.form]}, */*;q=0.1"}
        self._client.request("POST", "/sparql", question.with_base().encode(), headers)
        answer = self._client.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise Refused(body.decode())
        return body


@pytest.fixture(scope="module")
def outcomes(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Outcome]]:
    server = Server(tmp_path_factory.mktemp("stores"))
    try:
        # Those of one dataset after each other, so that one process answers them.
        chosen = sorted(
            cases(shared / "conformance" / "w3c"), key=lambda case: (case.question.default, case.question.named)
        )
        yield list(run_suite(server.ask, chosen))
    finally:
        server.close()


@pytest.mark.slow
@pytest.mark.parametrize("suite", ["sparql10", "sparql11", "sparql12"])
def test_the_server_passes_every_case_but_the_listed_ones(suite: str, outcomes: list[Outcome]) -> None:
    chosen = [outcome for outcome in outcomes if outcome.case.suite == suite]
    assert len(chosen) > 200
    assert unexpected(chosen, known_failures()) == []
