"""Plain RDF files asked like a graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from kg.errors import QueryError
from kg.query import data_store, run

TURTLE = '@prefix e: <http://example.org/> .\ne:a e:knows e:b ; e:name "naïve" .\n'
FORMATS = {
    "ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD, "rdf": RdfFormat.RDF_XML,
}  # fmt: skip


def data(format: RdfFormat) -> bytes:
    quads = parse(TURTLE, RdfFormat.TURTLE)
    triples = (q.triple for q in quads)
    found = serialize(triples, format=format)
    assert found is not None
    return found


@pytest.mark.parametrize("extension", [*FORMATS, "TTL"])
def test_a_file_is_read_by_its_extension(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"data.{extension}"
    path.write_bytes(data(FORMATS[extension.lower()]))
    assert len(data_store([path])) == 2


@pytest.mark.parametrize("extension", FORMATS)
def test_a_file_without_an_extension_is_read_by_its_content(tmp_path: Path, extension: str) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"\n" + data(FORMATS[extension]) if extension != "rdf" else data(FORMATS[extension]))
    assert len(data_store([path])) == 2


def test_several_files_make_one_store_and_their_blank_nodes_stay_apart(tmp_path: Path) -> None:
    for name in ("one.ttl", "two.ttl"):
        (tmp_path / name).write_text("_:x <http://example.org/p> 1 .", encoding="utf-8")
    assert len(data_store([tmp_path / "one.ttl", str(tmp_path / "two.ttl")])) == 2


def test_named_graphs_are_asked_as_one_unless_the_standard_dataset_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "data.nq"
    path.write_text("<http://a> <http://b> <http://c> <http://g> .\n", encoding="utf-8")
    store = data_store([path])
    assert run(store, "ASK { ?s ?p ?o }")
    assert not run(store, "ASK { ?s ?p ?o }", union=False)


def test_a_relative_iri_is_one_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text("<#it> <http://example.org/p> 1 .", encoding="utf-8")
    ((subject,),) = run(data_store([path]), "SELECT ?s { ?s ?p ?o }").rows()
    assert subject is not None
    assert subject.value == f"{path.as_uri()}#it"  # type: ignore[union-attr]


def test_a_broken_file_is_told_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix e: <http://example.org/> .\ne:a e:b .\n", encoding="utf-8")
    with pytest.raises(QueryError, match=r"broken\.ttl:2:\d+: no readable RDF: "):
        data_store([path])


@pytest.mark.parametrize(
    ("name", "content"), [("x.jsonld", b'{"@id": '), ("x.rdf", b"<rdf:RDF"), ("x.ttl", b"\xff\xfe")]
)
def test_what_is_no_rdf_is_told_with_its_file(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(QueryError, match=name.replace(".", r"\.")):
        data_store([tmp_path / name])


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"none\.ttl: cannot be read"):
        data_store([tmp_path / "none.ttl"])
    with pytest.raises(QueryError, match="cannot be read"):
        data_store([tmp_path])
