"""Pages, linked data and the JSON interface."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
from lxml import html
from starlette.testclient import TestClient

from kg.iri import TERM
from kg.query import all_queries

PAGE = {"accept": "text/html"}
PAGES = ["/", "/entity/lora", "/paper/arxiv/2303.00003", "/vocabulary", "/vocabulary?type=Task", "/search?q=dropout",
         "/search", "/sparql", "/sparql?query=ASK+%7B%7D", "/entity/no-such-thing", "/nowhere"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound_html_with_strict_headers(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = html.fromstring(answer.content)
    assert page.get("lang") == "en" and page.findtext(".//title") and len(page.findall(".//h1")) == 1
    assert page.find(".//main") is not None
    for script in page.iter("script"):
        assert (script.get("src") or "").startswith("/static/") and not (script.text or "").strip()
    assert not page.xpath("//*[@style] | //style | //*[@onclick] | //iframe")
    for field in page.xpath("//input[not(@type='hidden')] | //textarea"):
        assert page.xpath(f"//label[@for='{field.get('id')}']"), field.get("id")


@pytest.mark.parametrize("path", ["/paper/arxiv/2303.00003", "/entity/dropout", "/search?q=dropout",
                                  "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
                                  "/sparql?query=SELECT+%3Ft+%7B+%3Fp+dcterms:title+%3Ft+%7D"])  # fmt: skip
def test_texts_of_papers_and_requests_are_shown_as_text(client: TestClient, path: str) -> None:
    page = html.fromstring(client.get(path, headers=PAGE).content)
    assert page.xpath("//img | //script[not(@src)] | //*[@onerror]") == []
    assert "alert(1)" in page.text_content() or "dropout" in path
    assert "‮" not in page.xpath("string(//h1)")


def test_every_link_of_a_page_leads_somewhere(client: TestClient) -> None:
    seen: set[str] = set()
    for path in ("/", "/entity/lora", "/paper/arxiv/2101.00001", "/search?q=transformer", "/vocabulary?type=Metric"):
        for link in html.fromstring(client.get(path, headers=PAGE).content).xpath("//@href | //@src"):
            if link.startswith("/") and link not in seen and len(seen) < 150:
                seen.add(link)
                assert client.get(link, headers=PAGE).status_code in (200, 308), (path, link)
    assert len(seen) > 50


def test_an_entity_page_tells_what_papers_say_of_it(client: TestClient) -> None:
    page = html.fromstring(client.get("/entity/lora", headers=PAGE).content)
    assert page.findtext(".//h1") == "LoRA"
    assert "LoRA" in [mark.text for mark in page.iter("mark")]
    assert "/paper/arxiv/2101.00001" in page.xpath("//@href")


def test_an_entity_of_the_vocabulary_that_no_paper_names_has_a_page(client: TestClient) -> None:
    served = client.get("/api/entity/adalora").json()
    assert served["papers"] == 0 and served["label"] == "AdaLoRA"
    assert client.get("/entity/adalora", headers=PAGE).status_code == 200


def test_another_name_of_an_entity_leads_to_its_page(client: TestClient) -> None:
    answer = client.get("/entity/Low-Rank%20Adaptation", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (308, "/entity/lora")


def triples_of(answer) -> set[pyoxigraph.Triple]:  # type: ignore[no-untyped-def]
    form = pyoxigraph.RdfFormat.from_media_type(answer.headers["content-type"].split(";")[0])
    return {quad.triple for quad in pyoxigraph.parse(answer.content, form)}


@pytest.mark.parametrize("path", ["/entity/lora", "/paper/arxiv/2101.00001"])
def test_a_thing_is_the_same_graph_in_each_form(client: TestClient, path: str) -> None:
    turtle = client.get(path, headers={"accept": "text/turtle"})
    assert len(triples_of(turtle)) > 10
    for suffix, media in (("ttl", "text/turtle"), ("jsonld", "application/ld+json"), ("nt", "application/n-triples"),
                          ("rdf", "application/rdf+xml")):  # fmt: skip
        other = client.get(f"{path}.{suffix}", headers=PAGE)
        assert other.headers["content-type"].split(";")[0] == media
        assert triples_of(other) == triples_of(turtle), suffix
    by_accept = client.get(path, headers={"accept": "application/ld+json"})
    assert by_accept.headers["content-type"] == "application/ld+json"
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_a_papers_rdf_holds_its_mentions_and_statements(client: TestClient) -> None:
    triples = triples_of(client.get("/paper/arxiv/2101.00001.ttl"))
    types = {t.object.value for t in triples if t.predicate.value.endswith("#type")}
    assert types >= {f"{TERM}{name}" for name in ("Paper", "Mention", "Statement", "Authorship")}


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fgraph.py", "/static//etc/passwd",
     "/paper/../../etc/passwd", "/entity/..%2f..%2fetc%2fpasswd", "/api/query/..%2f..%2fx.rq", "/static/%00"],
)  # fmt: skip
def test_no_path_leads_out(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404), answer.text
    assert "Traceback" not in answer.text and "import" not in answer.text and "root:" not in answer.text


def test_a_query_is_named_by_its_name_never_by_a_file(client: TestClient, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "own.rq").write_text("# title: secret\nASK {}")
    monkeypatch.chdir(tmp_path)
    for name in ("own.rq", "own", str(tmp_path / "own.rq")):
        assert client.get(f"/api/query/{name}").status_code == 404
        page = client.get("/sparql", params={"example": name}, headers=PAGE)
        assert page.status_code == 404 and "secret" not in page.text


@pytest.mark.parametrize("name", [q.name for q in all_queries()])
def test_an_example_asks_what_its_named_query_asks(client: TestClient, name: str) -> None:
    page = html.fromstring(client.get(f"/sparql?example={name}", headers=PAGE).content)
    text = page.xpath("string(//textarea)")
    answer = client.post("/sparql", data={"query": text})
    assert answer.status_code == 200, answer.text
    query = next(q for q in all_queries() if q.name == name)
    named = client.get(f"/api/query/{name}", params=dict(query.example))
    if named.status_code == 200:
        shared = named.json()
        if answer.headers["content-type"].startswith("text/turtle"):
            assert len(shared["rows"]) == len(triples_of(answer))
        elif "boolean" in answer.json():
            assert shared["rows"] == [{"answer": answer.json()["boolean"]}]
        else:
            assert shared["variables"] == answer.json()["head"]["vars"]
            assert len(shared["rows"]) == len(answer.json()["results"]["bindings"])


def test_the_interface_gives_what_the_commands_print(client: TestClient) -> None:
    assert client.get("/api/entity/lora").json()["label"] == "LoRA"
    assert client.get("/api/paper/arxiv/2101.00001").json()["title"] == "Fine-tuning with LoRA"
    assert client.get("/api/search", params={"q": "imagenet"}).json()[0]["kind"] in ("entity", "paper")
    assert client.get("/api/stats").json()["papers"] == 3
    assert client.get("/api/stats", params={"since": "2022", "type": "Method"}).status_code == 200
    assert isinstance(client.get("/api/clusters").json(), list)
    assert isinstance(client.get("/api/bridges").json(), list)
    rows = client.get("/api/query/co-occurring", params={"entity": "Dropout"}).json()["rows"]
    assert {"BERT", "ImageNet"} <= {row["label"] for row in rows}
    assert client.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/entity/nothing-of-that-name", 404), ("/api/paper/arxiv/9999.99999", 404), ("/api/search", 400),
     ("/api/stats?top=0", 400), ("/api/stats?since=2024-13", 400), ("/api/stats?typ=Method", 400),
     ("/api/stats?source=nowhere", 400), ("/api/query/papers-using", 400), ("/api/query/nothing", 404),
     ("/api/query/papers-using?entity=LoRA&entity=BERT", 400), ("/api/nothing", 404)],
)  # fmt: skip
def test_a_wrong_request_of_the_interface_gets_one_line_of_json(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "\n" not in answer.json()["error"]


def test_the_interface_is_described_as_it_is(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    paths = {"/api/entity/{slug}": "/api/entity/lora", "/api/paper/{path}": "/api/paper/arxiv/2101.00001",
             "/api/search": "/api/search?q=lora",
             "/api/query/{name}": "/api/query/papers-using?entity=LoRA"}  # fmt: skip
    for path, operation in described["paths"].items():
        value = client.get(paths.get(path, path)).json()
        schema = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        _fits(value, schema, described["components"]["schemas"])


def _fits(value: object, schema: dict, named: dict) -> None:  # type: ignore[type-arg]
    if "$ref" in schema:
        schema = named[schema["$ref"].rsplit("/", 1)[1]]
    if "anyOf" in schema:
        kinds = [s for s in schema["anyOf"] if (s.get("type") == "null") == (value is None)]
        assert kinds
        return _fits(value, kinds[0], named)
    if "enum" in schema:
        assert value in schema["enum"]
        return None
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict,
             "null": type(None)}  # fmt: skip
    assert isinstance(value, kinds[schema["type"]]), (value, schema)
    if isinstance(value, list):
        inner = schema.get("prefixItems") or [schema["items"]] * len(value)
        for item, kind in zip(value, inner, strict=True):
            _fits(item, kind, named)
    elif isinstance(value, dict) and "properties" in schema:
        assert set(value) == set(schema["properties"])
        for key, kind in schema["properties"].items():
            _fits(value[key], kind, named)
    return None


def test_every_response_names_no_internals(client: TestClient) -> None:
    for path in (*PAGES, "/sparql?query=SELEC", "/api/nothing"):
        text = client.get(path).text
        assert not re.search(r"Traceback|127\.0\.0\.1:\d|site-packages", text), path
