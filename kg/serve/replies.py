"""Responses that several rooms of the server give: errors in the form that a client reads, JSON, and long bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import KGError, NotFoundError, QueryError
from kg.query import printable
from kg.serve.engine import Crashed, Refused, Unavailable
from kg.serve.limits import Limits
from kg.serve.negotiation import best
from kg.serve.pool import Busy, Places, TooSlow
from kg.serve.protocol import WrongRequest
from kg.serve.waiting import Ticks

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

__all__ = ["Gone", "JsonResponse", "Long", "failed", "told", "while_there"]

T = TypeVar("T")
_PIECE = 256 * 1024
# Seconds after which it is looked whether the client of a query is still there.
_MOMENT = 0.05
_STATUS: tuple[tuple[type[KGError], int], ...] = (
    (Busy, 503),
    (Unavailable, 503),
    (TooSlow, 504),
    (Crashed, 400),
    (Refused, 400),
    (QueryError, 400),
    (NotFoundError, 404),
)
_REASONS = {404: "there is no such page", 405: "this method is not for this address"}


class Gone(Exception):
    """The client has gone; nobody waits for the answer."""


class JsonResponse(Response):
    """A value as JSON; dataclasses as objects."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The bytes of the body."""
        import orjson

        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY, default=str)


class Long(Response):
    """A body that may be long: sent in pieces, and counted among what is being sent.

    :param places: where it is counted
    :raises Busy: if too much is being sent at present
    """

    def __init__(
        self, places: Places, body: bytes, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> None:
        if places.sending + len(body) > places.limits.answers:
            raise Busy("too many long answers are being sent", hint="try again in a moment")
        super().__init__(b"", headers={**(headers or {}), "content-length": str(len(body))}, **options)
        self._places, self._long = places, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        self._places.sending += len(self._long)
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            body = self._long if scope["method"] != "HEAD" else b""
            start = 0
            while len(body) - start > _PIECE:
                await send({"type": "http.response.body", "body": body[start : start + _PIECE], "more_body": True})
                start += _PIECE
            await send({"type": "http.response.body", "body": body[start:], "more_body": False})
        finally:
            self._places.sending -= len(self._long)


def failed(error: Exception, limits: Limits) -> tuple[int, str, Mapping[str, str]]:
    """Status, text and headers that say what went wrong."""
    if isinstance(error, HTTPException):
        return error.status_code, _REASONS.get(error.status_code, error.detail), dict(error.headers or {})
    if isinstance(error, WrongRequest):
        return error.status, printable(str(error)), {"Allow": "GET, HEAD, POST"} if error.status == 405 else {}
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return status, printable(str(error)), {"Retry-After": str(limits.retry)} if status == 503 else {}


def told(request: Request, error: Exception, limits: Limits, page: Callable[[int, str], str]) -> Response:
    """What went wrong as a page for a person, as JSON under ``/api`` and of ``/health``, else as a line of text.

    :param page: makes the page from status and text
    """
    if isinstance(error, Gone):
        return Response(status_code=499)
    status, text, headers = failed(error, limits)
    if request.url.path.startswith("/api") or request.url.path == "/health":
        return JsonResponse({"error": text}, status_code=status, headers=dict(headers))
    offered = ("text/plain", "text/html") if request.url.path.startswith("/sparql") else ("text/html", "text/plain")
    if best(request.headers.get("accept"), offered) == "text/html":
        return Response(page(status, text), status, dict(headers), "text/html")
    return Response(f"{text}\n", status, dict(headers), "text/plain")


async def while_there(request: Request, work: Awaitable[T], ticks: Ticks) -> T:
    """The result of some work, given up when the client goes away.

    :param ticks: what looks after it
    :raises Gone: then
    """
    me, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert me is not None
    watch: asyncio.Task[None] | None = None
    gone = False
    begun = loop.time()

    def left(task: asyncio.Task[None]) -> None:
        nonlocal gone
        if not task.cancelled():
            gone = True
            me.cancel()

    def look() -> None:
        nonlocal watch
        # Most work has ended before anyone would leave.
        if loop.time() - begun < _MOMENT:
            return
        ticks.discard(look)
        watch = asyncio.create_task(_gone(request))
        watch.add_done_callback(left)

    ticks.add(look)
    try:
        return await work
    except asyncio.CancelledError:
        if gone and me.uncancel() == 0:
            raise Gone from None
        raise
    finally:
        ticks.discard(look)
        if watch is not None:
            watch.remove_done_callback(left)
            watch.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
