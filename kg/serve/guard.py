"""What every request passes and every response carries: sizes, times, strict headers, and no traceback ever."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kg.serve.limits import Limits
from kg.serve.waiting import within

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BODY", "HEADERS", "Guard"]

_log = logging.getLogger("kg.serve")

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Where a scope holds the request's body, which has been read.
BODY = "kg.body"
#: Headers of every response.
HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Guard:
    """ASGI middleware: refuses what is too long, reads a body within its time, adds the headers.

    :param app: what answers a request that passes
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI says."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                own = {name for name, _ in message.get("headers", ())}
                message["headers"] = [*message.get("headers", ()), *(h for h in HEADERS if h[0] not in own)]
            # A reader that takes nothing for so long holds memory, and is let go.
            await within(self._limits.stall, send(message))

        try:
            refused = self._refusal(scope)
            if refused:
                await _say(sent, *refused)
                return
            try:
                body = await within(self._limits.upload, self._body(receive))
            except TimeoutError:
                body = 408
            if isinstance(body, int):
                reason = {413: "the body is too long", 408: "the body did not come in time"}[body]
                await _say(sent, body, reason)
                return
            if body is None:
                return
            scope[BODY] = body
            await self._app(scope, _replayed(body, receive), sent)
        except Exception as error:
            if isinstance(error, TimeoutError | OSError) and started:
                _log.info("a client took no more of its answer: %s", scope["path"])
                raise
            _log.exception("a fault in kg itself, at %s", scope["path"])
            if not started:
                await _say(sent, 500, "a fault in kg itself; the server's log says more")

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        limits = self._limits
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > limits.address:
            return 414, f"the address is longer than {limits.address // 1024} KiB; send the query by POST"
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or int(value[:20]) > limits.body):
                return 413, f"the body is longer than {limits.body // 1024} KiB"
            if name == b"content-encoding" and value.strip().lower() != b"identity":
                return 415, "the body is compressed; send it as it is"
        return None

    async def _body(self, receive: Receive) -> bytes | int | None:
        """All of the body; a status where it is too long, None where the client has gone."""
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            size += len(part)
            if size > self._limits.body:
                return 413
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


async def _say(send: Send, status: int, text: str) -> None:
    """A short response in plain text, after which the connection is closed: the rest of a body may still come."""
    body = f"{text}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
