"""What HTTP alone costs: one route of Starlette under uvicorn that gives back the bytes that were put there.

Run as ``python -m benchmarks.bare``; it says its address on standard error and ends with SIGTERM.
"""

from __future__ import annotations

import asyncio
import socket
import sys

__all__ = ["main"]


def main() -> None:
    """Serves until it is told to end."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    held = b""

    async def route(request: Request) -> Response:
        nonlocal held
        body = await request.body()
        if request.method == "PUT":
            held = body
        return Response(held, media_type="application/sparql-results+json")

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listening:
        listening.bind(("127.0.0.1", 0))
        app = Starlette(routes=[Route("/sparql", route, methods=["PUT", "POST"])])
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", loop="asyncio", http="httptools")
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr, flush=True)
        asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


if __name__ == "__main__":
    main()
