"""What the report says, and that every statement of it leads to papers and sentences."""

from __future__ import annotations

import json
import random
import re
import warnings
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from helpers_papers import make, write_lines, write_vocabulary
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

import kg
from kg import Graph
from kg.analyze import Evidence
from kg.build import build
from kg.errors import KGError
from kg.model import TYPES
from kg.report import Report, body, render, report, to_json, to_markdown
from kg.report.questions import KINDS, question
from kg.report.words import excerpt, happened
from kg.store import GraphFolder

HOSTILE = '<script>hacked()</script> "><img src=x onerror=hacked()> & `code` *star* [a](javascript:hacked) | $x$'


@pytest.fixture(scope="module")
def graph(demo_graph: Path) -> Graph:
    return kg.open(demo_graph)


@pytest.fixture(scope="module")
def made(graph: Graph) -> Report:
    return report(graph.generation, graph.index, graph.table)


def proofs(value: Any) -> Iterator[dict[str, Any]]:
    """Every sentence in a report as JSON."""
    if isinstance(value, dict):
        if "sentence_start" in value:
            yield value
        for inner in value.values():
            yield from proofs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from proofs(inner)


class Page(HTMLParser):
    """Ids, links and everything that would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))


# Content


def test_every_sentence_stands_in_its_paper_at_its_place(graph: Graph, made: Report) -> None:
    found = list(proofs(json.loads(to_json(made))))
    assert len(found) > 50
    for proof in found:
        paper = graph.find_paper(proof["paper"])
        text = paper.title if proof["field"] == "title" else paper.abstract
        assert text[proof["sentence_start"] :].startswith(proof["sentence"])
        assert 0 <= proof["start"] < proof["end"] <= len(proof["sentence"])


def test_every_paper_that_a_statement_leads_to_is_listed_once(made: Report) -> None:
    assert [p.number for p in made.papers] == list(range(1, len(made.papers) + 1))
    assert len({p.iri for p in made.papers}) == len(made.papers)
    assert all(p.sentences for p in made.papers)


def test_each_part_says_something_of_the_sample(made: Report) -> None:
    assert made.figures.papers == 163
    assert len(made.clusters) > 3
    assert {c.id for c in made.clusters} == {t.cluster for t in made.map.themes}
    assert made.bridges
    assert made.change is not None
    assert made.change.rising
    assert made.change.new
    assert [t.type for t in made.figures.types] == list(TYPES)
    for kind in made.figures.types:
        counts = [n.papers for n in kind.top]
        assert counts == sorted(counts, reverse=True)


ENDINGS = ("bark", "leaf", "root", "seed", "bud", "stem", "cone", "twig", "sap", "wood", "thorn", "bloom")
FIELDS = {stem: [stem + ending for ending in ENDINGS] for stem in ("Larch", "Alder", "Hazel", "Rowan")}


@pytest.fixture(scope="module")
def parted(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Four fields, of which all but Larch and Alder meet in papers."""
    folder, draw = tmp_path_factory.mktemp("parted"), random.Random(1)
    head = "@prefix kg: <https://w3id.org/kg-papers/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
    concepts = (
        f'<https://w3id.org/kg-papers/concept/{name.lower()}> a kg:Method ; skos:prefLabel "{name}" ; '
        f'skos:definition "Of {stem}." .'
        for stem, names in FIELDS.items()
        for name in names
    )
    (folder / "trees.ttl").write_text("\n".join([head, *concepts]))
    named = [draw.sample(names, 6) for names in FIELDS.values() for _ in range(40)]
    for one, other in combinations(FIELDS, 2):
        if (one, other) != ("Larch", "Alder"):
            named += [[*draw.sample(FIELDS[one], 4), *draw.sample(FIELDS[other], 4)] for _ in range(12)]
    records = [
        {"title": f"A study of trees, part {n}", "abstract": f"We use {' and '.join(names)}."}
        for n, names in enumerate(named)
    ]
    make(folder / "graph", [write_lines(folder / "papers.jsonl", records)], str(folder / "trees.ttl"))
    return kg.open(folder / "graph")


def test_questions_are_about_what_no_paper_mentions_together(parted: Graph) -> None:
    made = report(parted.generation, parted.index, parted.table)
    assert {made.gaps[0].one_name[:5], made.gaps[0].other_name[:5]} == {"Larch", "Alder"}
    asked = [q for gap in made.gaps for q in gap.questions]
    assert asked
    for ask in asked:
        assert ask.about.one_label in ask.text
        assert ask.about.other_label in ask.text
        one, other = ({p.iri for p in parted.papers(e)} for e in (ask.about.one, ask.about.other))
        assert one
        assert other
        assert not one & other


def test_a_question_is_the_same_whichever_thing_comes_first() -> None:
    assert {frozenset(k) for k in KINDS} == {frozenset((a, b)) for a in TYPES for b in TYPES}
    for one in TYPES:
        for other in TYPES:
            if one != other:
                assert question("A", one, "B", other) == question("B", other, "A", one)


def test_the_report_keeps_to_the_filters(graph: Graph) -> None:
    narrow = json.loads(graph.report(format="json", filters=kg.Filters(since="2022")))
    assert 0 < narrow["figures"]["papers"] < 163
    assert narrow["figures"]["first"] >= "2022"
    assert all(p["issued"] >= "2022" for p in narrow["papers"])
    few = json.loads(graph.report(format="json", filters=kg.Filters(types=("Dataset",))))
    assert [t["type"] for t in few["figures"]["types"]] == ["Dataset"]


def test_with_enough_dates_the_fields_have_a_history(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.report.change._SLICE", 50)
    found = report(graph.generation, graph.index, graph.table)
    assert found.change is not None
    assert found.change.evolution is not None
    assert len(found.change.evolution.stages) == 3
    html, text = render(found), to_markdown(found)
    assert 'class="evolution"' in html
    assert 0 < len(found.change.events) <= 6
    assert set(found.change.events) <= set(found.change.evolution.events)
    assert "continuation" not in {event.kind for event in found.change.events}
    for event in found.change.events:
        assert escape(happened(event)) in html
        assert (event.after_names or event.before_names)[0].split(" · ")[0] in text


def test_what_rises_grows_surely(made: Report) -> None:
    assert made.change is not None
    for riser in made.change.rising:
        assert riser.growth > 1
        assert riser.z >= 2
        assert riser.named.evidence is not None


# HTML


def test_every_reference_leads_somewhere_on_the_page(made: Report) -> None:
    page = Page(render(made))
    assert len(set(page.ids)) == len(page.ids)
    inner = [link for link in page.links if link.startswith("#")]
    assert len(inner) > 100
    assert {link.removeprefix("#") for link in inner} <= set(page.ids)


def test_the_page_fetches_and_runs_nothing_of_others(made: Report) -> None:
    html = render(made)
    page = Page(html)
    assert not set(page.tags) & {"img", "iframe", "object", "embed", "video", "audio", "base", "form"}
    assert [dict(page.attributes).get("src")] == [None]
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_the_same_graph_gives_the_same_bytes(graph: Graph, made: Report) -> None:
    again = report(graph.generation, graph.index, graph.table)
    assert render(again) == render(made)
    assert to_markdown(again) == to_markdown(made)
    assert to_json(again) == to_json(made)


def test_the_parts_stand_in_another_page_with_its_links(made: Report) -> None:
    parts = body(made, lambda iri: f"/here/{iri.rsplit('/', 1)[1]}")
    assert [s.id for s in parts.sections] == [
        "short", "named", "fields", "bridges", "gaps", "change", "method", "sources",
    ]  # fmt: skip
    assert 'href="/here/' in next(s.html for s in parts.sections if s.id == "named")
    assert all("<html" not in s.html for s in parts.sections)


# Markdown


def test_markdown_says_the_same_with_footnotes(made: Report) -> None:
    text = to_markdown(made)
    used, told = set(re.findall(r"\[\^(\d+)\](?!:)", text)), set(re.findall(r"^\[\^(\d+)\]:", text, re.M))
    assert used == told == {str(p.number) for p in made.papers}
    for cluster in made.clusters:
        assert cluster.name.split(" · ")[0].replace("*", "\\*") in text


def test_a_person_reads_it_in_five_minutes(made: Report) -> None:
    text = to_markdown(made).split("## Papers and sentences")[0]
    words = re.findall(r"[^\W\d_][\w'-]*", re.sub(r"\[\^\d+\]", "", text))
    assert len(words) < 1300


@given(st.lists(st.text("ab,", min_size=1, max_size=9), min_size=1, max_size=60), st.data())
def test_an_excerpt_is_a_part_of_the_sentence_around_the_mention(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    sentence = " ".join(words)
    start = len(" ".join(words[:at])) + (at > 0)
    proof = Evidence("p", "t", None, "abstract", 0, sentence, start, start + len(words[at]))
    before, mention, after = excerpt(proof, 10)
    assert mention == words[at]
    assert sentence[:start].endswith(before.removeprefix("… "))
    assert sentence[start + len(mention) :].startswith(after.removesuffix(" …"))
    assert len(f"{before}{mention}{after}".split()) <= 10 + 4
    assert (before.startswith("… "), after.endswith(" …")) != (False, False) or before + mention + after == sentence


# Strange corpora

ABSTRACT = "We propose Lantern, with Moss Attention, for Leaf Classification on FernBank, by Petal Score."
STRANGE = {
    "one paper": [{"title": "One Paper about Lanterns", "abstract": ABSTRACT, "date": "2021-06-17"}],
    "one paper without a date": [{"title": "One Paper about Lanterns", "abstract": ABSTRACT}],
    "no entities": [{"title": f"Nothing much, number {n}", "abstract": "It was so."} for n in range(12)],
    "identical papers": [{"title": "The very same paper of them all", "abstract": ABSTRACT} for _ in range(30)],
    "papers alike": [
        {"title": f"Paper {n} of a series about nothing else", "abstract": ABSTRACT, "year": 2020} for n in range(40)
    ],
    "no dates": [
        {"title": f"Paper {n} of a series on {w}", "abstract": f"{ABSTRACT} We use the {w}."}
        for n in range(40)
        for w in ("SAGE Segmenter", "Bark Transformer")
    ],
    "a long abstract": [{"title": "A Very Long Paper", "abstract": " ".join([ABSTRACT] * 7200), "date": "2020"}],
    "hostile": [
        {"title": f"{HOSTILE} {n}", "abstract": f"{ABSTRACT} {HOSTILE}", "url": "javascript:hacked()", "year": 2010 + n}
        for n in range(12)
    ],
}


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n == "a long abstract" else n for n in STRANGE]
)
def test_strange_corpora_get_a_clear_answer(name: str, tmp_path: Path) -> None:
    write_lines(tmp_path / "papers.jsonl", STRANGE[name])
    vocabulary = [write_vocabulary(tmp_path / "small.ttl")]
    sources = [str(tmp_path / "papers.jsonl")]
    build(GraphFolder(tmp_path / "graph"), sources, profile="vocabulary", vocabulary=vocabulary, builtin=False)
    graph = kg.open(tmp_path / "graph")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html, text, data = (graph.report(format=form) for form in ("html", "markdown", "json"))
    found = json.loads(data)
    page = Page(html)
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)
    assert "<script>hacked" not in html
    assert "javascript:" not in {link.split("hacked")[0] for link in page.links}
    assert not re.search(r"(?<!\\)<script>", text)
    assert found["summary"]
    assert found["figures"]["papers"] == len({p["title"] for p in STRANGE[name]})
    if "date" not in STRANGE[name][0] and "year" not in STRANGE[name][0]:
        assert "date" in found["no_change"]
    if name == "no entities":
        assert "nothing that is known here" in found["summary"][0]["text"]
        assert found["clusters"] == []


def test_a_report_in_no_known_form_says_which_there_are(graph: Graph) -> None:
    with pytest.raises(KGError, match="a report is not written as 'word'; there are html, markdown, json"):
        graph.report(format="word")
