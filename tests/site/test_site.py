"""A static site: every page stands, every link leads to a file of it, every thing has its data beside it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph
import pytest
from helpers_site import make_graph
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

import kg
from kg.errors import KGError
from kg.iri import BASE, TERM
from kg.site.names import entity_file, file_name, page_of, paper_file
from kg.site.search import words

ATOM = "{http://www.w3.org/2005/Atom}"


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def page(site: Path, name: str) -> html.HtmlElement:
    return html.fromstring((site / name).read_bytes())


def test_every_link_leads_to_a_file_of_the_site_or_is_of_the_web(site: Path) -> None:
    seen = set()
    for place in pages(site):
        if place.name == "map.html":
            continue
        for link in html.fromstring(place.read_bytes()).xpath("//@href | //@src | //@action"):
            parts = urlsplit(link)
            if parts.scheme:
                assert parts.scheme in ("http", "https", "data"), (place, link)
                continue
            assert not parts.path.startswith("/"), (place, link)
            if parts.path:
                target = (place.parent / unquote(parts.path)).resolve()
                seen.add(target)
                assert target.is_relative_to(site.resolve()) and target.is_file(), (place, link)
    assert len(seen) > 30


def test_a_page_loads_nothing_from_elsewhere_and_runs_nothing_of_its_own(site: Path) -> None:
    for place in pages(site):
        if place.name == "map.html":
            continue
        found = html.fromstring(place.read_bytes())
        policy = found.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert not found.xpath("//*[@style] | //style | //script[not(@src)] | //iframe | //img | //*[@onerror]"), place
        assert len(found.findall(".//h1")) == 1 and found.findtext(".//title")


def test_each_paper_and_entity_has_a_page_and_its_data(graph: kg.Graph, site: Path) -> None:
    things = [p.iri for p in graph.index.papers()] + [e.iri for e in graph.index.entities()]
    assert len(things) > 8
    for iri in things:
        place = page_of(iri)
        assert (site / f"{place}.html").is_file()
        turtle = {q.triple for q in pyoxigraph.parse((site / f"{place}.ttl").read_bytes(), pyoxigraph.RdfFormat.TURTLE)}
        linked = {q.triple for q in pyoxigraph.parse((site / f"{place}.jsonld").read_bytes(),
                                                     pyoxigraph.RdfFormat.JSON_LD)}  # fmt: skip
        assert turtle == linked and any(t.subject.value == iri for t in turtle)


def test_a_papers_data_hold_its_mentions_and_an_entitys_the_papers_that_name_it(graph: kg.Graph, site: Path) -> None:
    paper = graph.find_paper("2101.00001").iri
    about_paper = (site / f"{paper_file(paper)}.ttl").read_text(encoding="utf-8")
    assert "kg:Mention" in about_paper and "kg:Authorship" in about_paper
    about_moss = (site / f"{entity_file('moss-attention')}.ttl").read_bytes()
    named = {q.subject.value for q in pyoxigraph.parse(about_moss, pyoxigraph.RdfFormat.TURTLE)
             if q.predicate.value == f"{TERM}mentions"}  # fmt: skip
    assert named == {hit.iri for hit in graph.papers("Moss Attention")}


def test_an_entity_page_shows_the_sentence_with_the_mention_marked(site: Path) -> None:
    found = page(site, f"{entity_file('moss-attention')}.html")
    assert found.findtext(".//h1") == "Moss Attention"
    assert "Moss Attention" in [mark.text for mark in found.iter("mark")]
    assert any("arxiv-2101.00001.html" in link for link in found.xpath("//@href"))


def test_texts_of_papers_are_shown_as_text(graph: kg.Graph, site: Path) -> None:
    found = page(site, f"{paper_file(graph.find_paper('2303.00003').iri)}.html")
    assert "<img src=x onerror=alert(1)>" in found.text_content()
    heading = found.xpath("string(//h1)")
    assert "\u202e" not in heading and "\\u202e" in heading and "🦊" in heading and r"$\frac{a}{b}$" in heading
    assert "\u202e" not in found.text_content()
    raw = (site / f"{paper_file(graph.find_paper('2303.00003').iri)}.html").read_bytes()
    assert re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", raw) is None


def test_an_entry_of_the_vocabulary_that_no_paper_names_has_a_page(site: Path) -> None:
    found = page(site, f"{entity_file('petal-score')}.html")
    assert found.findtext(".//h1") == "Petal Score" and "No paper of this graph names it." in found.text_content()


def test_the_lists_hold_every_paper_and_every_entity(graph: kg.Graph, site: Path) -> None:
    entities = page(site, "entities/1.html").xpath("//main//li/a[contains(@class, 'name')]/@href")
    papers = page(site, "papers/1.html").xpath("//main//li/a/@href")
    assert len(entities) == graph.table.entities and len(papers) == graph.table.papers
    assert "latest first" in page(site, "papers/1.html").text_content()
    assert papers[0].endswith("arxiv-2303.00003.html")


def test_the_feed_is_atom_and_tells_of_the_latest_entities_first(graph: kg.Graph, site: Path) -> None:
    feed = etree.parse(site / "feed.xml").getroot()
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")
    assert feed.xpath("a:link[@rel='self']/@href", namespaces={"a": ATOM[1:-1]}) == [
        "https://example.org/papers/feed.xml"
    ]
    dates = [entry.findtext(f"{ATOM}updated") for entry in feed.findall(f"{ATOM}entry")]
    assert dates == sorted(dates, reverse=True) and dates[0] == "2022-02-06T00:00:00Z"
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}id").startswith(BASE)
        assert (site / entry.find(f"{ATOM}link").get("href")).is_file()


def test_the_feed_of_a_second_build_tells_what_came_with_it(tmp_path: Path) -> None:
    first = {"title": "A first paper about ferns", "abstract": "Lantern is used."}
    second = {"title": "A second paper about ferns", "abstract": "Moss Attention is used."}
    make_graph(tmp_path / "graph", [first])
    graph = make_graph(tmp_path / "graph", [first, second])
    graph.site(tmp_path / "site")
    labels = etree.parse(tmp_path / "site" / "feed.xml").xpath("//a:entry/a:title/text()", namespaces={"a": ATOM[1:-1]})
    assert labels == ["Moss Attention"]


@pytest.mark.slow
def test_the_same_graph_gives_the_same_files_by_one_process_and_by_two(
    graph: kg.Graph, site: Path, tmp_path: Path
) -> None:
    graph.site(tmp_path / "again", title="Five papers", address="https://example.org/papers/", workers=2)
    names = {p.relative_to(site) for p in site.rglob("*") if p.is_file()}
    assert names == {p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file()}
    assert [n for n in names if (site / n).read_bytes() != (tmp_path / "again" / n).read_bytes()] == []


@pytest.mark.slow
def test_a_site_is_brought_up_to_date_and_what_the_user_put_there_stays(graph: kg.Graph, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    made = graph.site(folder)
    (folder / "CNAME").write_text("papers.example.org")
    old = folder / "paper" / "00" / "gone.html"
    old.write_text("an earlier paper")
    os.utime(old, (1, 1))
    again = graph.site(folder)
    assert (folder / "CNAME").exists() and not old.exists()
    assert made.files == again.files and not (folder / ".kg-site.json").exists()


def test_a_folder_that_holds_other_things_is_refused(graph: kg.Graph, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("my only copy")
    with pytest.raises(KGError, match="holds other things"):
        graph.site(tmp_path)
    with pytest.raises(KGError, match="is a file"):
        graph.site(tmp_path / "thesis.tex")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_empty_graph_gives_a_site_that_says_so(tmp_path: Path) -> None:
    graph = make_graph(tmp_path / "graph", [{"title": "Nothing in particular here", "abstract": ""}])
    made = graph.site(tmp_path / "site")
    assert (made.papers, made.entities, made.fields) == (1, 0, 0)
    assert "What this paper" in page(tmp_path / "site", "index.html").text_content()
    assert "No two entities" in page(tmp_path / "site", "fields.html").text_content()


@given(st.text(max_size=300))
def test_a_file_name_is_safe_on_every_file_system(key: str) -> None:
    name = file_name(key)
    assert re.fullmatch(r"[a-z0-9.-]{1,60}(_[0-9a-f]{10})?", name)
    assert not name.startswith((".", "-")) and not name.endswith(".")
    assert not re.match(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", name)


@given(st.lists(st.text(alphabet="aAbB-._/ é机", min_size=1, max_size=6), unique=True))
def test_two_things_never_share_a_file(keys: list[str]) -> None:
    names = {key: file_name(key) for key in keys if "_" not in key}
    assert len(set(names.values())) == len(names)


@given(st.text(max_size=80))
def test_words_are_found_whatever_their_case_and_accents(text: str) -> None:
    assert all(word == word.lower() and len(word) <= 24 for word in words(text))
