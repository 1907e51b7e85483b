"""The SPARQL 1.1 Protocol for queries: a request -> what is asked, or why it is not answered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from kg.errors import KGError
from kg.iri import BASE, PREFIXES

__all__ = [
    "DATASET", "PROLOGUE", "Asked", "WrongRequest", "mentions_service", "names_dataset", "nests_too_deep", "read",
    "unshifted",
]  # fmt: skip

#: Stands before each query, on a line of its own.
PROLOGUE = f"BASE <{BASE}> " + " ".join(f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items()) + "\n"

_FIELDS = 200
#: The parameters that say which graphs are asked.
DATASET = ("default-graph-uri", "named-graph-uri")
# What a query is made of, so far as FROM has to be told from the same letters in a name, a text or a comment.
_TOKEN = re.compile(
    r"#[^\r\n]*"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r'|"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?:[^'\\\r\n]|\\.)*+'"
    r"|[?$@]\w+"
    r"|[\w.-]*:[\w.:%\\-]*"
    r"|(?P<word>\w+)"
    r"|(?P<bracket>[(){}\[\]])",
    re.DOTALL,
)
_OPENING = "({["


class WrongRequest(KGError):
    """A request that the protocol does not have, with the status that says so."""

    def __init__(self, status: int, what: str, *, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with its dataset, and the format that a parameter asks for; ``query`` is None where none was sent."""

    query: str | None
    dataset: tuple[tuple[str, str], ...] = ()
    format: str | None = None


def read(method: str, address: bytes, content_type: str | None, body: bytes) -> Asked:
    """What a request asks.

    :param address: the query string of the address
    :raises WrongRequest: where the protocol does not allow it, or it is an update

    >>> read("GET", b"query=ASK%20%7B%7D&default-graph-uri=urn:a", None, b"")
    Asked(query='ASK {}', dataset=(('default-graph-uri', 'urn:a'),), format=None)
    >>> read("POST", b"", "application/sparql-update", b"CLEAR ALL")
    Traceback (most recent call last):
    kg.serve.protocol.WrongRequest: updates are refused: the graph is read-only; change it with `kg build`
    """
    fields = _fields(address)
    if method == "POST":
        media, _, rest = (content_type or "").partition(";")
        media = media.strip().lower()
        charset = re.search(r"charset\s*=\s*\"?([\w-]+)", rest, re.IGNORECASE)
        if charset and charset.group(1).lower() not in ("utf-8", "utf8"):
            raise WrongRequest(415, f"the charset {charset.group(1)} is not read", hint="send UTF-8")
        if media == "application/sparql-update":
            _refuse_update()
        if media == "application/sparql-query":
            fields += [("query", _text(body))]
        elif media == "application/x-www-form-urlencoded":
            fields += _fields(body)
        else:
            raise WrongRequest(
                415, "the body has no content type that SPARQL is sent with",
                hint="send application/sparql-query, or a form with the field query",
            )  # fmt: skip
    names = [name for name, _ in fields]
    if "update" in names:
        _refuse_update()
    if names.count("query") > 1:
        raise WrongRequest(400, "there is more than one query", hint="send one")
    if any(name.startswith("using-") for name in names):
        raise WrongRequest(400, "using-graph-uri is for updates, which are refused")
    wanted = dict(reversed(fields))
    return Asked(
        query=wanted.get("query"),
        dataset=tuple((name, value) for name, value in fields if name in DATASET and value),
        format=wanted.get("format") or wanted.get("output"),
    )


def names_dataset(query: str) -> bool:
    """Whether a query says with FROM which graphs it asks.

    >>> names_dataset("SELECT * FROM <urn:g> {}"), names_dataset("SELECT ?from { ?from a:from 'FROM <a>' } # FROM <a>")
    (True, False)
    """
    if not re.search("from", query, re.IGNORECASE):
        return False
    return any((m.group("word") or "").upper() == "FROM" for m in _TOKEN.finditer(query))


def nests_too_deep(query: str, most: int) -> bool:
    """Whether brackets stand in each other deeper than so many levels.

    >>> nests_too_deep("ASK { { ?s ?p '(((' } }", 2), nests_too_deep("ASK { { { ?s ?p ?o } } }", 2)
    (False, True)
    """
    if sum(map(query.count, _OPENING)) <= most:
        return False
    depth = 0
    for token in _TOKEN.finditer(query):
        if bracket := token.group("bracket"):
            depth += 1 if bracket in _OPENING else -1
            if depth > most:
                return True
    return False


def mentions_service(query: str) -> bool:
    """Whether the letters of SERVICE stand anywhere in a query: then a parser has to say what they mean there."""
    return re.search("service", query, re.IGNORECASE) is not None


def unshifted(message: str) -> str:
    """An engine's message with the line as the user counts it, without the prologue's.

    >>> unshifted("error at 2:6: expected ...")
    'error at 1:6: expected ...'
    """
    return re.sub(r"^error at (\d+):", lambda m: f"error at {max(1, int(m.group(1)) - 1)}:", message)


def _refuse_update() -> None:
    raise WrongRequest(400, "updates are refused: the graph is read-only", hint="change it with `kg build`")


def _fields(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS, encoding="utf-8"
        )
    except ValueError as error:
        raise WrongRequest(
            400, "the parameters cannot be read", hint=f"send at most {_FIELDS}, in UTF-8, percent-encoded"
        ) from error


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongRequest(400, "the query is not in UTF-8") from error
