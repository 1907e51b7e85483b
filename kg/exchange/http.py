"""What asking and pushing share: a client of HTTP that says who asks, and what a server's refusal means."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from kg.errors import KGError, QueryError

if TYPE_CHECKING:
    import httpx

__all__ = ["Login", "client", "refusal", "unreachable"]

#: Name and password.
Login = tuple[str, str]
_SAID = 300


def client(login: Login | None, timeout: float) -> httpx.Client:
    """A client that answers a server's question for a password in the way that it asks: Basic or Digest.

    :param timeout: seconds that a server may take to say anything
    """
    import httpx

    import kg

    class Answers(httpx.Auth):
        """Tells the password only to a server that asks for it."""

        requires_response_body = True

        def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
            answer = yield request
            if answer.status_code != 401 or login is None:
                return
            asked = answer.headers.get("www-authenticate", "").lower()
            inner: httpx.Auth = httpx.DigestAuth(*login) if "digest" in asked else httpx.BasicAuth(*login)
            yield from inner.auth_flow(request)

    return httpx.Client(
        auth=Answers() if login else None, timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        headers={"user-agent": f"kg/{kg.__version__}"}, follow_redirects=True,
    )  # fmt: skip


def unreachable(url: str, error: Exception, wrong: type[KGError] = QueryError) -> KGError:
    """The error of a server that does not answer."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return wrong(f"the server does not answer ({reason})", where=shown(url), hint="check the address")


def refusal(url: str, status: int, body: str, wrong: type[KGError] = QueryError) -> KGError:
    """The error of a server that refuses, with the first of what it says."""
    hints = {
        401: "give --user NAME, and the password in KG_PASSWORD",
        403: "this user may not",
        404: "check the address: there is no such service at it",
        405: "check the address: there is no such service at it",
    }
    text = re.sub(r"<[^>]+>", " ", body) if body.lstrip().startswith("<") else body
    said = " ".join(text.split())[:_SAID]
    return wrong(
        f"the server answers {status}{f': {said}' if said else ''}", where=shown(url), hint=hints.get(status, "")
    )


def shown(url: str) -> str:
    """An address without the password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", url)
