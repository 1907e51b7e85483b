"""JSON Lines, JSON and CSL-JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers_sources import papers_of
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Author
from kg.sources import read


def record(number: int, **more: Any) -> dict[str, Any]:
    people = [{"id": "a", "name": "Jane Doe"}, {"id": "b", "name": "Richard Roe"}]
    return {
        "id": f"r{number}",
        "title": f"Title {number}",
        "abstract": f"Abstract {number}.",
        "authors": people,
        **more,
    }


def one(**fields: Any) -> Any:
    papers, problems = papers_of(json.dumps({"title": "On Trees", **fields}))
    assert problems == []
    return papers[0]


@pytest.mark.parametrize(
    ("name", "count"),
    [
        pytest.param("arxiv-20k", 20_566, marks=pytest.mark.slow),
        pytest.param("venues", 25_198, marks=pytest.mark.slow),
        pytest.param("acl-half", 11_965, marks=pytest.mark.slow),
        ("overlap-arxiv-acl", 2_338),
    ],
)
def test_the_shared_corpora_are_read_whole_without_a_problem(shared: Path, name: str, count: int) -> None:
    problems: list[object] = []
    papers = read([str(shared / f"corpus/{name}.jsonl.gz")], problems.append)
    assert sum(bool(p.title and p.authors and p.issued) or not p.authors for p in papers) == count
    assert problems == []


def test_every_shared_arxiv_and_anthology_record_has_its_identifier(shared: Path) -> None:
    schemes = [
        {i.split(":")[0] for i in p.identifiers}
        for p in read([str(shared / "corpus/overlap-arxiv-acl.jsonl.gz")], print)
    ]
    assert all({"arxiv", "acl"} & found for found in schemes)


def test_an_arxiv_snapshot_record_gives_first_version_date_readable_text_and_names() -> None:
    paper = one(
        id="0704.0001",
        title="Trees of\n  $P^2$ and {BERT}",
        abstract='  By M\\"uller,\n50\\% \\emph{better}.\n',
        authors='J. M\\"uller and others',
        authors_parsed=[['M\\"uller', "J.", ""]],
        categories="cs.CL math.CO",
        doi="10.1103/PhysRevD.76.013009",
        update_date="2008-11-26",
        **{"journal-ref": "J. Trees 1 (2007)"},
        versions=[{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, {"version": "v2", "created": "x"}],
    )
    assert (paper.title, paper.abstract) == ("Trees of P² and BERT", "By Müller, 50% better.")
    assert paper.identifiers == ("arxiv:0704.0001", "doi:10.1103/physrevd.76.013009")
    assert (paper.issued, paper.venue, paper.authors) == ("2007-04-02", "J. Trees 1 (2007)", (Author("J. Müller"),))


@pytest.mark.parametrize(
    ("given_id", "identifier"),
    [
        ("1808.096", "1808.09600"),
        ("1911.0580100000002", "1911.05801"),
        ("1810.1076899999998", "1810.10769"),
        ("910.011", "0910.0110"),
        (1911.05801, "1911.05801"),
        ("cs/9810011", "cs/9810011"),
        ("2106.09685v3", "2106.09685"),
    ],
)
def test_an_arxiv_id_that_went_through_a_number_is_restored(given_id: object, identifier: str) -> None:
    assert one(id=given_id, categories="cs.CL").identifiers == (f"arxiv:{identifier}",)


@pytest.mark.parametrize("given_id", ["1808.096", "sc97fbf0052", "1234.5678", "17", "A1"])
def test_an_id_that_is_no_identifier_is_only_the_records_own(given_id: str) -> None:
    paper = one(id=given_id)
    assert (paper.id, paper.identifiers) == (given_id, ())


def test_a_plain_record_is_kept_character_for_character() -> None:
    title, abstract = " A  {B} \\emph{c}\u0007 $d$ ", "x\n\ny\t~z -- \u0000\u2028 "
    paper = one(title=title, abstract=abstract)
    assert (paper.title, paper.abstract) == (title, abstract)


@given(st.text().filter(str.strip), st.text())
def test_any_text_of_a_plain_record_comes_out_as_it_went_in(title: str, abstract: str) -> None:
    papers, problems = papers_of(json.dumps({"title": title, "abstract": abstract}))
    kept = abstract if abstract.strip() else ""
    assert ([(p.title, p.abstract) for p in papers], problems) == ([(title, kept)], [])


def test_a_semantic_scholar_record_gives_its_external_identifiers() -> None:
    ids = {"ArXiv": "2106.09685", "DOI": "10.1234/X", "ACL": "2021.acl-long.1", "CorpusId": 5}
    paper = one(paperId="ab12", externalIds=ids, publicationDate=None, year=2021, journal={"name": "J. Trees"})
    assert paper.identifiers == ("acl:2021.acl-long.1", "arxiv:2106.09685", "doi:10.1234/x")
    assert (paper.issued, paper.venue, paper.id) == ("2021", "J. Trees", "ab12")


def test_an_openalex_record_gives_text_from_its_index_and_orcids() -> None:
    record = {
        "id": "https://openalex.org/W1",
        "display_name": "On Trees",
        "doi": "https://doi.org/10.1234/AB",
        "publication_year": 2020,
        "publication_date": "2020-05-06",
        "abstract_inverted_index": {"grow": [1, 3], "We": [0], "and": [2]},
        "authorships": [{"author": {"display_name": "Jane Doe", "orcid": "https://orcid.org/0000-0002-1825-0097"}}],
        "primary_location": {
            "landing_page_url": "https://arxiv.org/abs/2005.00001",
            "source": {"display_name": "J. Trees"},
        },
    }
    (paper,), _ = papers_of(json.dumps({"meta": {"count": 1}, "results": [record]}))
    assert (paper.title, paper.abstract, paper.issued, paper.venue) == (
        "On Trees",
        "We grow and grow",
        "2020-05-06",
        "J. Trees",
    )
    assert paper.identifiers == ("arxiv:2005.00001", "doi:10.1234/ab")
    assert paper.authors == (Author("Jane Doe", "https://orcid.org/0000-0002-1825-0097"),)


def test_csl_json_gives_parts_of_dates_names_and_container() -> None:
    entry = {
        "id": "doe2020",
        "type": "article-journal",
        "title": "On Trees",
        "abstract": "We grow.",
        "DOI": "10.1234/X",
        "author": [{"family": "Doe", "given": "Jane"}, {"literal": "Tree Team"}],
        "issued": {"date-parts": [[2020, 5]]},
        "container-title": "J. Trees",
        "URL": "https://x.org/a",
        "note": "arXiv:2005.00001 [cs]",
    }
    (paper,), problems = papers_of(json.dumps([entry]))
    assert problems == []
    assert (paper.origin.format, paper.issued, paper.venue, paper.url) == (
        "csl-json",
        "2020-05",
        "J. Trees",
        "https://x.org/a",
    )
    assert paper.identifiers == ("arxiv:2005.00001", "doi:10.1234/x")
    assert [author.name for author in paper.authors] == ["Jane Doe", "Tree Team"]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda r: r,
        lambda r: {"papers": r},
        lambda r: {"total": 9, "data": r},
        lambda r: {"message": {"items": r}},
        lambda r: {"features": [{"name": "title"}], "rows": [{"row_idx": 0, "row": x} for x in r]},
        lambda r: {"mine": r},
        lambda r: {f"k{i}": x for i, x in enumerate(r)},
        lambda r: {"hits": {"hits": [{"_source": x} for x in r]}},
    ],
)
def test_records_are_found_in_any_usual_wrapping(wrap: Any, indent: int | None) -> None:
    papers, problems = papers_of(json.dumps(wrap([record(i) for i in range(3)]), indent=indent))
    assert [paper.title for paper in papers] == ["Title 0", "Title 1", "Title 2"]
    assert problems == []


def test_json_broken_on_line_7_costs_that_line_alone() -> None:
    lines = [json.dumps(record(i)) for i in range(1, 11)]
    lines[6] = lines[6][:-9]
    papers, problems = papers_of("\n".join(lines))
    assert ([p.origin.position for p in papers], [p.position for p in problems]) == ([1, 2, 3, 4, 5, 6, 8, 9, 10], [7])


BREAKS = {
    "an unclosed string": lambda s, at: s[: at - 1] + s[at:],
    "an unopened object": lambda s, at: s[:at] + s[at:].replace("}", "", 1),
    "an unclosed list": lambda s, at: s[:at] + s[at:].replace("]", "", 1),
    "a bad escape": lambda s, at: s[:at] + "\\q" + s[at:],
    "a missing colon": lambda s, at: s[:at] + s[at:].replace(":", "", 1),
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("kind", BREAKS)
def test_an_array_broken_in_the_middle_loses_the_broken_record_only(kind: str, indent: int | None) -> None:
    whole = json.dumps([record(i) for i in range(6)], indent=indent)
    papers, problems = papers_of(BREAKS[kind](whole, whole.index("Title 3")))
    assert [paper.id for paper in papers] == ["r0", "r1", "r2", "r4", "r5"]
    assert [problem.position for problem in problems] == [4]


def test_an_array_that_is_cut_gives_the_records_before_the_cut() -> None:
    whole = json.dumps([record(i) for i in range(6)])
    papers, problems = papers_of(whole[: whole.index("Title 3")])
    assert ([paper.id for paper in papers], len(problems)) == (["r0", "r1", "r2"], 1)


def test_half_a_surrogate_pair_is_replaced_and_reported() -> None:
    (paper,), (problem,) = papers_of('{"title": "T\\ud800", "abstract": "\\ud83c\\udf33"}')
    assert (paper.title, paper.abstract) == ("T\ufffd", "🌳")
    assert (problem.position, "surrogate" in problem.reason) == (1, True)


def test_bytes_that_are_no_utf8_are_replaced_and_reported_with_their_line() -> None:
    papers, (problem,) = papers_of(b'{"title": "A"}\n{"title": "B\xff"}\n')
    assert ([p.title for p in papers], problem.position) == (["A", "B\ufffd"], 2)


def test_a_record_without_title_is_reported_and_one_without_abstract_is_a_paper() -> None:
    papers, problems = papers_of('{"abstract": "a"}\n{"title": " "}\n{"title": "T", "abstract": null}\n')
    assert ([(p.title, p.abstract) for p in papers], [p.position for p in problems]) == ([("T", "")], [1, 2])


def test_a_line_of_fifty_megabytes_costs_itself() -> None:
    papers, problems = papers_of(b'{"title":"' + b"x" * 50_000_000 + b'"}\n{"title":"U"}\n')
    assert ([p.title for p in papers], [p.position for p in problems]) == (["U"], [1])


@pytest.mark.parametrize(
    "data", ["[" * 100_000, '{"title":' * 5_000 + "1" + "}" * 5_000, '[{"title":' + "[" * 900 + "]" * 900 + "}]"]
)
def test_deep_nesting_is_a_problem_not_a_crash(data: str) -> None:
    papers, problems = papers_of(data)
    assert (papers, len(problems)) == ([], 1)


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_a_broken_record_that_opens_with_other_keys_than_the_rest_costs_itself_alone(indent: int | None) -> None:
    good = [{"title": f"On Trees of Kind {n}", "abstract": "We grow.", "authors": [{"name": "Jane"}]} for n in range(4)]
    records: list[dict[str, object]] = [good[0], good[1], {"key": 1, "title": "Broken", "notes": "@"}, *good[2:]]
    text = json.dumps(records, indent=indent).replace('"@"', "[}")
    papers, problems = papers_of(text if indent is not None else text.replace("}, {", "},\n{"))
    assert [p.title for p in papers] == [f"On Trees of Kind {n}" for n in range(4)]
    assert len(problems) == 1
