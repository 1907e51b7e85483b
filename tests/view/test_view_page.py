"""The page as text: escaping, self-containedness, determinism, speed."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import graphs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from kg.view import Edge, Node, Page, PaperRef, render, write
from kg.view.network import network


def data_of(html: str) -> Any:
    block = LexborHTMLParser(html).css_first("script#kg-data")
    assert block is not None
    return json.loads(block.text())


def test_the_same_page_gives_the_same_bytes() -> None:
    assert render(graphs.plausible()) == render(graphs.plausible())


def test_nothing_in_the_page_points_at_another_host() -> None:
    html = render(graphs.plausible())
    tree = LexborHTMLParser(html)
    sources = [node.attributes[name] or "" for name in ("src", "href") for node in tree.css(f"[{name}]")]
    assert [s for s in sources if not s.startswith(("#", "data:"))] == []
    styles = " ".join(node.text() for node in tree.css("style"))
    assert "@import" not in styles
    assert re.findall(r"url\((?!\s*[\"']?data:)", styles) == []
    assert tree.css("script[src], iframe, object, embed, base") == []


def test_the_policy_allows_exactly_the_scripts_and_styles_of_the_page() -> None:
    tree = LexborHTMLParser(render(graphs.star()))
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]")
    assert policy is not None
    content = policy.attributes["content"] or ""
    assert "unsafe" not in content
    assert "default-src 'none'" in content
    for element in [*tree.css("style"), *tree.css("script:not([type])")]:
        assert base64.b64encode(hashlib.sha256(element.text().encode()).digest()).decode() in content


def test_hostile_texts_stay_data() -> None:
    html = render(graphs.hostile())
    tree = LexborHTMLParser(html)
    assert tree.css("img") == []
    assert len(tree.css("script")) == 4
    labels = [node["label"] for node in data_of(html)["nodes"]]
    assert labels == list(graphs.HOSTILE)


def test_the_page_of_a_broken_string_can_be_written_as_utf8() -> None:
    node = Node("urn:a", "lone \ud800 surrogate", "Method", 1)
    html = render(Page("\udfff title", "\ud800", (node,)))
    assert "\ufffd title" in html
    html.encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_every_text_comes_back_from_the_page_as_it_went_in(label: str, title: str) -> None:
    node = Node("urn:a", label, "Task", 2, papers=(PaperRef("urn:p", title, None, "uses"),), definition=title)
    data = data_of(render(Page(title, label, (node,))))
    assert data["nodes"][0]["label"] == label
    assert data["papers"][0]["title"] == title
    assert data["title"] == title


def test_separators_that_end_a_line_of_javascript_are_escaped() -> None:
    html = render(Page("x", "", (Node("urn:a", "a\u2028b\u2029c<d", "Task", 1),)))
    assert "a\\u2028b\\u2029c\\u003cd" in html


def test_readers_without_javascript_are_told_what_the_page_holds() -> None:
    html = render(graphs.plausible())
    plain = html[html.index("<noscript>") : html.index("</noscript>")]
    assert "<bdi>Low-rank adaptation</bdi> (Method)" in plain
    assert f"{len(graphs.plausible().nodes)} concepts" in plain


def test_a_paper_of_many_concepts_is_told_once() -> None:
    paper = PaperRef("urn:p", "A paper of five", 2024, "uses", "https://example.org/p")
    nodes = tuple(Node(f"urn:{i}", str(i), "Method", 1, papers=(paper,)) for i in range(5))
    assert render(Page("x", "", nodes)).count("A paper of five") == 1


def test_links_between_the_same_two_nodes_do_not_hide_each_other() -> None:
    nodes = (Node("urn:a", "A", "Method", 1), Node("urn:b", "B", "Method", 1))
    edges = (Edge("urn:a", "urn:b", 1), Edge("urn:b", "urn:a", 1, "extends", True))
    first, second = network(Page("x", "", nodes, edges))["edges"]
    assert "smooth" not in first
    assert second["smooth"]["roundness"] > 0
    assert second["arrows"] == "to"


def test_a_weight_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError):
        render(Page("x", "", (Node("urn:a", "A", "Method", 1, years=((2020, float("nan")),)),)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"edges": (Edge("urn:hub", "urn:missing", 1),)}, "urn:missing"),
        ({"focus": "urn:missing"}, "urn:missing"),
        ({"nodes": (Node("urn:hub", "A", "Method", 1),) * 2}, "same IRI"),
        ({"nodes": (Node("urn:hub", "A", "Method", 1, cluster=0),), "edges": ()}, "cluster 0"),
    ],
)
def test_a_page_that_contradicts_itself_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(graphs.star(), **change)


def test_a_page_is_written_whole_and_with_the_usual_rights(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old", encoding="utf-8")
    write(graphs.star(), path)
    assert path.read_text(encoding="utf-8") == render(graphs.star())
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_page_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "page.html"
    taken.mkdir()
    with pytest.raises(OSError):
        write(graphs.star(), taken)
    assert [p.name for p in tmp_path.iterdir()] == ["page.html"]


def test_10000_nodes_and_30000_edges_are_rendered_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    page = graphs.large(10_000, 30_000)
    places = {node.iri: (float(i), 0.0) for i, node in enumerate(page.nodes)}
    monkeypatch.setattr("kg.view.network.positions", lambda nodes, edges: places)
    started = time.process_time()
    render(page)
    assert time.process_time() - started < 10
