"""The application that serves a graph over HTTP, and the server that runs it."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.serve.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from kg.serve.site import Site

__all__ = ["app_of", "make_app", "serve"]

_CONNECTIONS = 512
_GRACE = 10


def make_app(path: str | Path, limits: Limits | None = None) -> ASGIApp:
    """The ASGI application that serves the graph in a folder; it opens the graph when it starts up.

    :raises KGError: on start-up, if there is no graph or no SPARQL server
    """
    from kg.serve.site import Site

    return app_of(Site(path, limits or Limits()))


def app_of(site: Site) -> ASGIApp:
    """The ASGI application of a site."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware
    from starlette.routing import Route

    from kg.pages import STATIC
    from kg.serve.api import Api
    from kg.serve.guard import Guard
    from kg.serve.pages import Pages
    from kg.serve.replies import Gone, told
    from kg.serve.sparql import CUT_HEADER, Sparql

    allowed = site.limits
    pages, api = Pages(site), Api(site)
    sparql = Sparql(site, pages)

    def on_error(request: Request, error: Exception) -> Response:
        return told(request, error, allowed, pages.failure)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await site.open()
            yield
        finally:
            await site.close()

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    app = Starlette(
        routes=[
            # The first is found first, and programs ask more often than people do.
            Route("/sparql", sparql, methods=every),
            Route("/", pages.home),
            Route("/entity/{slug}", pages.entity),
            Route("/paper/{path:path}", pages.paper),
            Route("/vocabulary", pages.vocabulary),
            Route("/search", pages.search),
            Route("/sparql/", sparql, methods=every),
            *(Route(o.path.replace("{path}", "{path:path}"), o.__call__, methods=["GET"]) for o in api.operations),
            Route("/openapi.json", api.description),
            Route("/.well-known/void", sparql.dataset),
            Route("/void", sparql.dataset),
            *(Route(f"/static/{name}", partial(_file, file)) for name, file in STATIC.items()),
        ],
        middleware=[
            Middleware(
                CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["Accept", "Content-Type", "User-Agent"], expose_headers=[CUT_HEADER, "Retry-After"],
            )
        ],
        exception_handlers={KGError: on_error, HTTPException: on_error, Gone: on_error},
        lifespan=lifespan,
    )  # fmt: skip
    app.router.redirect_slashes = False
    return Guard(app, allowed)


async def _file(file: Path, request: Request) -> Response:
    """One of the pages' own files; a browser asks again only whether it has changed."""
    from starlette.responses import FileResponse

    return FileResponse(file)


def serve(
    path: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 7878,
    limits: Limits | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves the graph in a folder until the process is told to end (SIGTERM, SIGINT).

    :param port: 0 for one that the system chooses
    :param ready: called with the address when the server answers
    :raises KGError: if there is no graph, the port is taken, or the server's packages are missing
    """
    try:
        import httptools
        import starlette
        import uvicorn

        _ = httptools, starlette
    except ImportError as error:
        raise KGError(f"the package {error.name} is missing", hint='run `pip install "kg-papers[serve]"`') from error
    from kg.serve.engine import binary
    from kg.serve.heads import bounded
    from kg.store import GraphFolder

    GraphFolder(path).current()
    binary()
    app = make_app(path, limits)
    listening = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, limit_concurrency=_CONNECTIONS, lifespan="on",
        timeout_keep_alive=15, timeout_graceful_shutdown=_GRACE, ws="none", http=bounded(), proxy_headers=False,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started and ready is not None:
                ready(address)

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self._told, number)
            yield

        def _told(self, number: int) -> None:
            # Asked once, it lets running requests end; asked twice, it does not.
            self.force_exit = self.should_exit
            self.should_exit = True

    server = Server(config)
    with listening:
        # Not uvloop: it forks where asyncio does not, and a fork of this process stops all requests for a while.
        asyncio.run(server.serve(sockets=[listening]))
    if not server.started:
        raise KGError("the server did not start; its messages say why")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
    except OSError as error:
        raise KGError(f"cannot listen on {host} ({error.strerror})", hint="name another with --host") from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        found.close()
        raise KGError(
            f"cannot listen on {host} port {port} ({error.strerror})", hint="name another with --port"
        ) from error
    return found
