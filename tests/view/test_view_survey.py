"""The map of a real graph: what stands in it is what the graph says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import kg
from kg.graph import Filters, Graph
from kg.model import FIELDS, ROLES, TYPES
from kg.view.atlas import Atlas
from kg.view.survey import survey


@pytest.fixture(scope="module")
def graph(demo_graph: Path) -> Graph:
    return kg.open(demo_graph)


@pytest.fixture(scope="module")
def atlas(graph: Graph) -> Atlas:
    return survey(graph.index, graph.table, graph.keep())


def test_every_entity_is_on_the_map_with_its_type_and_papers(graph: Graph, atlas: Atlas) -> None:
    assert list(atlas.iris) == [row.iri for row in graph.index.each_entity()]
    for i, row in enumerate(graph.index.each_entity()):
        assert (atlas.labels[i], TYPES[atlas.types[i]], atlas.papers[i]) == (row.label, row.type, row.papers)


def test_clusters_are_those_of_analyze(graph: Graph, atlas: Atlas) -> None:
    found = graph.clusters()
    assert atlas.names == tuple(cluster.name for cluster in found)
    number = {iri: i for i, iri in enumerate(atlas.iris)}
    for cluster in found:
        assert {int(atlas.clusters[number[iri]]) for iri in cluster.members} == {cluster.id}


def test_links_tell_how_many_papers_name_both_and_the_strongest_come_first(graph: Graph, atlas: Atlas) -> None:
    papers = [{hit.iri for hit in graph.papers(iri)} for iri in atlas.iris]
    for (a, b), shared in list(zip(atlas.ends.tolist(), atlas.shared.tolist(), strict=True))[:200]:
        assert len(papers[a] & papers[b]) == shared
    assert len({tuple(pair) for pair in atlas.ends.tolist()}) == len(atlas.ends)


def test_papers_roles_years_and_sentences_are_those_of_the_graph(graph: Graph, atlas: Atlas) -> None:
    told = atlas.details
    assert told is not None
    for i in np.argsort(-atlas.papers)[:15].tolist():
        view = graph.entity(atlas.iris[i], limit=10_000)
        refs = told.refs[told.refs[:, 0] == i]
        assert [(told.papers[p][0], ROLES[r]) for _, p, r in refs.tolist()] == [(h.title, h.role) for h in view.listed]
        assert {r: n for r, n in zip(ROLES, told.roles[i].tolist(), strict=True) if n} == dict(view.roles)
        assert {(y, n) for _, y, n in told.years[told.years[:, 0] == i].tolist()} == set(view.years)
        quote, start, end = told.told[i].tolist()
        paper, _, sentence = told.quotes[quote]
        assert told.papers[paper][0] in {h.title for h in view.listed}
        assert 0 <= start < end <= len(sentence)


def test_a_link_brings_a_sentence_that_names_both_ends_where_there_is_one(graph: Graph, atlas: Atlas) -> None:
    told, table = atlas.details, graph.table
    assert told is not None
    row = {entity.iri: entity.row for entity in graph.index.each_entity()}
    place: dict[tuple[int, int, int], dict[int, set[tuple[int, int]]]] = {}
    for i in range(len(table)):
        start = int(table.sentence_start[i])
        key = (int(table.paper[i]), int(table.field[i]), start)
        span = (int(table.start[i]) - start, int(table.end[i]) - start)
        place.setdefault(key, {}).setdefault(int(table.entity[i]), set()).add(span)
    texts: dict[tuple[str, str, str], dict[int, set[tuple[int, int]]]] = {}
    for (number, field, start), named in place.items():
        paper = graph.index.paper(number)
        text = getattr(paper, FIELDS[field])
        ends = table.sentence_end[(table.paper == number) & (table.field == field) & (table.sentence_start == start)]
        texts[paper.title, FIELDS[field], text[start : int(ends[0])]] = named
    assert len(told.joined) == len(atlas.ends)
    for (a, b), (quote, *span) in zip(atlas.ends.tolist(), told.joined.tolist(), strict=True):
        one, other = row[atlas.iris[a]], row[atlas.iris[b]]
        if quote < 0:
            assert not any(one in named and other in named for named in place.values())
            continue
        number, field, sentence = told.quotes[quote]
        named = texts[told.papers[number][0], field, sentence]
        assert other in named
        assert tuple(span) in named[one]


def test_filters_and_a_limit_leave_the_rest_out(graph: Graph) -> None:
    only = survey(graph.index, graph.table, graph.keep(Filters(types=("Dataset",))))
    assert {TYPES[t] for t in only.types} == {"Dataset"}
    most = survey(graph.index, graph.table, graph.keep(), limit=50)
    assert len(most.labels) == 50
    assert "50 of" in most.subtitle
    assert min(most.papers) >= sorted((row.papers for row in graph.index.each_entity()), reverse=True)[49]


def test_the_same_graph_gives_the_same_page(graph: Graph, tmp_path: Path) -> None:
    page = graph.view(all=True, limit=200, out=tmp_path / "map.html")
    assert graph.view(all=True, limit=200) == page == (tmp_path / "map.html").read_text(encoding="utf-8")


def test_a_map_of_nothing_is_a_page_that_says_so(graph: Graph) -> None:
    nothing = survey(graph.index, graph.table, graph.keep(Filters(min_confidence=1.01)))
    assert len(nothing.labels) == 0
