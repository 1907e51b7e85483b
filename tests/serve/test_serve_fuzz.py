"""Whatever is sent: no fault of ours, no traceback."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)
PREFIX = st.sampled_from(
    ["/", "/entity/", "/paper/", "/api/", "/api/entity/", "/api/paper/", "/api/query/", "/static/"]
)
QUOTED = ANY.map(lambda text: "".join(f"%{byte:02X}" for byte in text.encode()))
FRAGMENT = st.sampled_from(
    ["SELECT", "*", "{", "}", "?s", "?p", "?o", ".", "FROM", "<urn:a>", "<", ">", "SERVICE", '"', "'''", "\\", "#",
     "\n", "FILTER", "(", ")", "BIND", "AS", "VALUES", "kg:Method", "a", "PREFIX", "BASE", "\\u0053", "ASK",
     "CONSTRUCT", "LIMIT", "0", "<<", ">>", "UNION", "INSERT", "DATA", "\0", "\U0001f600"]
)  # fmt: skip
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)


def sound(answer) -> None:  # type: ignore[no-untyped-def]
    assert answer.status_code < 500 or answer.status_code in (503, 504), (answer.request.url, answer.text[:500])
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@SHARED
@given(PREFIX, QUOTED)
def test_any_path(client: TestClient, prefix: str, rest: str) -> None:
    sound(client.get(prefix + rest))


@SHARED
@given(
    st.sampled_from(["/", "/search", "/sparql", "/vocabulary", "/entity/lora", "/api/stats", "/api/search",
                     "/api/entity/lora", "/api/query/papers-using", "/api/query/entities-of-year", "/openapi.json"]),
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from(["q", "query", "example", "type", "limit", "top", "since", "until", "entity",
                                       "source", "min_confidence", "year", "format", "default-graph-uri"]), ANY),
            st.one_of(ANY, st.integers().map(str), st.floats().map(str))),
        max_size=4,
    ),
)  # fmt: skip
@example("/search", [("q", "\0")])
@example("/search", [("q", '" OR *')])
@example("/api/query/papers-using", [("entity", "\0")])
def test_any_parameters(client: TestClient, path: str, params: list[tuple[str, str]]) -> None:
    sound(client.get(path, params=params))


@SHARED
@given(st.lists(FRAGMENT, max_size=14).map(" ".join))
@example("SELECT * FROM <urn:a")
@example("ASK {} \0")
def test_any_query(client: TestClient, query: str) -> None:
    sound(client.post("/sparql", data={"query": query}))


@SHARED
@given(st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"]),
       st.sampled_from(["/", "/sparql", "/sparql/", "/entity/lora", "/api/stats", "/health", "/static/page.css"]),
       st.binary(max_size=200), HEADER, HEADER)  # fmt: skip
def test_any_method_body_and_headers(
    client: TestClient, method: str, path: str, body: bytes, accept: str, kind: str
) -> None:
    sound(client.request(method, path, content=body, headers={"accept": accept, "content-type": kind}))


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"content-length": "99999999"}, 413), ({"content-length": "-1"}, 413), ({"content-encoding": "gzip"}, 415)],
)
def test_a_body_that_is_too_long_or_packed_is_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/sparql", content=b"x", headers=headers)
    assert answer.status_code == status


def test_a_long_address_is_refused(client: TestClient) -> None:
    assert client.get("/search", params={"q": "x" * 20_000}).status_code == 414


def test_a_body_in_pieces_is_counted(client: TestClient) -> None:
    pieces = (b"query=" + b"x" * 100_000 for _ in range(20))
    assert client.post("/sparql", content=pieces).status_code == 413
