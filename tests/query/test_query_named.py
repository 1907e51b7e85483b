"""The named queries: each gives the answer that the small graph holds; parameters are typed and bound, never pasted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixture import PAPERS, lines, resolve, small_store
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from kg.errors import QueryError
from kg.query import NamedQuery, all_queries, bind, load, run
from kg.query.formats import plain, shorten

BETA, GAMMA = "paper:doi/10.1000/beta", "paper:title/711bfcac501ed9819dd7bbd0"
ALPHA, DELTA, BARE = "paper:arxiv/2101.00001", "paper:acl/2024.tst-main.1", "paper:title/8c4c5aba96e6fc004050dc5f"
COMPARED = "DeltaNet is compared with BetaNet by hit rate on MiniBench."
BEATS = "On ToySet and MiniBench, BetaNet outperforms AlphaNet."
DENIED = "GammaTune does not outperform DeltaNet."

# Name of the query -> values of its parameters, and the rows (without the parameters) in their order.
ANSWERS: dict[str, tuple[dict[str, str], Any]] = {
    "authors-on": ({"entity": "AlphaNet"}, [("Bo Berg", 2), ("Ada Ahl", 1)]),
    "candidates": ({}, [("concept:deltanet", "DeltaNet", "kg:Model", 2)]),
    "co-occurring": (
        {"entity": "GammaTune", "type": "Model"},
        [
            ("concept:alphanet", "AlphaNet", 1),
            ("concept:betanet", "BetaNet", 1),
            ("concept:deltanet", "DeltaNet", 1),
        ],
    ),
    "datasets-of-task": (
        {"task": "Picture Sorting"},
        [("concept:minibench", "MiniBench", 1), ("concept:toyset", "ToySet", 1)],
    ),
    "entities-of-year": (
        {"year": "2022", "type": "Dataset"},
        [("concept:minibench", "MiniBench", 1), ("concept:toyset", "ToySet", 1)],
    ),
    "entity-by-year": ({"entity": "GammaTune"}, [(2022, 1, 0, 1, 0), (2023, 1, 0, 1, 0)]),
    "ever-compared": ({"one": "BetaNet", "two": "AlphaNet"}, True),
    "evidence": (
        {"entity": "GammaTune"},
        [
            (BETA, "abstract", "GammaTune", "BetaNet extends AlphaNet with GammaTune.", 0.9),
            (GAMMA, "abstract", "GammaTune", "Naïve 机器 use GammaTune for picture sorting on MiniBench.", 0.9),
            (GAMMA, "abstract", "GammaTune", DENIED, 0.9),
            (BARE, "title", "GammaTune", "A title of GammaTune alone", 0.9),
        ],
    ),
    "evidence-of-pair": (
        {"one": "BetaNet", "two": "AlphaNet"},
        [(BETA, "abstract", "BetaNet extends AlphaNet with GammaTune."), (BETA, "abstract", BEATS)],
    ),
    "extensions": (
        {"entity": "AlphaNet"},
        [("concept:betanet", "BetaNet", None, None), ("concept:betanet", "BetaNet", BETA, 0.8)],
    ),
    "first-paper": ({"entity": "GammaTune"}, [(BETA, "BetaNet", "2022-06")]),
    "homonyms": (
        {},
        [("PS", "concept:parcel-service", "Parcel Service"), ("PS", "concept:picture-sorting", "Picture Sorting")],
    ),
    "introduced-since": (
        {"since": "2022-06", "type": "Model"},
        [
            ("concept:deltanet", "DeltaNet", DELTA, "DeltaNet: a net for Sorting", "2024-02-10"),
            ("concept:betanet", "BetaNet", BETA, "BetaNet", "2022-06"),
        ],
    ),
    "links-between": (
        {"one": "AlphaNet", "two": "DeltaNet"},
        [
            ("concept:minibench", "MiniBench", 1, 2),
            ("concept:betanet", "BetaNet", 1, 1),
            ("concept:gammatune", "GammaTune", 1, 1),
            ("concept:hit-rate", "Hit Rate", 1, 1),
            ("concept:picture-sorting", "Picture Sorting", 1, 1),
        ],
    ),
    "methods-of-task": (
        {"task": "Picture Sorting"},
        [("concept:alphanet", "AlphaNet", 1), ("concept:gammatune", "GammaTune", 1)],
    ),
    "metrics-of-task": ({"task": "Sorting"}, [("concept:hit-rate", "Hit Rate", 1)]),
    "narrower": ({"entity": "Sorting"}, [("concept:picture-sorting", "Picture Sorting", 2)]),
    "neighbourhood": (
        {"entity": "BetaNet"},
        {
            ("concept:deltanet", "kg:contrastedWith", "concept:betanet"),
            ("concept:betanet", "kg:outperforms", "concept:alphanet"),
            ("concept:betanet", "kg:extends", "concept:alphanet"),
            ("concept:betanet", "rdf:type", "kg:Model"),
            ("concept:betanet", "rdf:type", "kg:Entity"),
            ("concept:betanet", "rdf:type", "skos:Concept"),
            ("concept:betanet", "skos:prefLabel", "BetaNet"),
        },
    ),
    "never-compared": (
        {"papers": "2", "type": "Model"},
        [("concept:alphanet", "AlphaNet", "concept:deltanet", "DeltaNet", 1)],
    ),
    "new-entities": (
        {"since": "2022"},
        [
            ("concept:minibench", "MiniBench", "2022-06", 3),
            ("concept:betanet", "BetaNet", "2022-06", 2),
            ("concept:deltanet", "DeltaNet", "2023", 2),
            ("concept:gammatune", "GammaTune", "2022-06", 2),
            ("concept:sorting", "Sorting", "2024-02-10", 1),
        ],
    ),
    "outperforms": ({"entity": "AlphaNet"}, [("concept:betanet", "BetaNet", BETA, BEATS, 0.8)]),
    "paper-entities": (
        {"paper": "doi:10.1000/beta"},
        [
            ("concept:betanet", "BetaNet", "kg:introduces", 3),
            ("concept:alphanet", "AlphaNet", "kg:comparesWith", 2),
            ("concept:gammatune", "GammaTune", "kg:uses", 1),
            ("concept:minibench", "MiniBench", "kg:evaluatesOn", 1),
            ("concept:toyset", "ToySet", "kg:evaluatesOn", 1),
        ],
    ),
    "papers-in-role": (
        {"entity": "BetaNet", "role": "compares_with"},
        [(DELTA, "DeltaNet: a net for Sorting", "2024-02-10")],
    ),
    "papers-introducing": (
        {"entity": "AlphaNet"},
        [(ALPHA, "AlphaNet: Picture Sorting made simple", "2021-01-05", 0.85)],
    ),
    "papers-of-author": (
        {"author": "ADA"},
        [
            ("Ada Ahl", DELTA, "DeltaNet: a net for Sorting", "2024-02-10"),
            ("Ada Ahl", ALPHA, "AlphaNet: Picture Sorting made simple", "2021-01-05"),
        ],
    ),
    "papers-using": (
        {"entity": "GammaTune"},
        [(GAMMA, "Tuning for Picture Sorting in naïve 机器", "2023"), (BETA, "BetaNet", "2022-06")],
    ),
    "papers-without-abstract": ({}, [(BARE, "A title of GammaTune alone", None)]),
    "provenance": ({"paper": "doi:10.1000/beta"}, [("a.bib", "bibtex", 2, "test-1-0123456789ab-fedcba9876543210")]),
    "shared-datasets": ({"one": "AlphaNet", "two": "DeltaNet"}, [("concept:minibench", "MiniBench", 1, 2)]),
    "similar-papers": (
        {"paper": "doi:10.1000/beta"},
        [
            (ALPHA, "AlphaNet: Picture Sorting made simple", 2, 1.0),
            (DELTA, "DeltaNet: a net for Sorting", 2, pytest.approx(1 / 2 + 1 / 3)),
            (GAMMA, "Tuning for Picture Sorting in naïve 机器", 2, pytest.approx(2 / 3)),
            (BARE, "A title of GammaTune alone", 1, pytest.approx(1 / 3)),
        ],
    ),
    "statements": (
        {"entity": "DeltaNet"},
        [
            ("DeltaNet", "kg:contrastedWith", "BetaNet", "positive", DELTA, COMPARED, 0.8),
            ("GammaTune", "kg:outperforms", "DeltaNet", "negative", GAMMA, DENIED, 0.8),
            ("DeltaNet", "kg:testedOn", "MiniBench", "positive", DELTA, COMPARED, 0.8),
        ],
    ),
    "statements-denied": ({}, [("GammaTune", "kg:outperforms", "DeltaNet", GAMMA, DENIED)]),
    "tasks-of": ({"entity": "GammaTune"}, [("concept:picture-sorting", "Picture Sorting", 1)]),
    "top-entities": ({"type": "Dataset"}, [("concept:minibench", "MiniBench", 3), ("concept:toyset", "ToySet", 2)]),
    "venues-of": ({"entity": "AlphaNet"}, [("Journal of Order", 2)]),
    "vocabulary-unused": (
        {},
        [
            ("concept:miss-rate", "Miss Rate"),
            ("concept:parcel-service", "Parcel Service"),
            ("concept:shuffling", "Shuffling"),
        ],
    ),
}


def ask(name: str, values: dict[str, str]) -> Any:
    query = load(name)
    result = run(small_store(), query.text, bindings=bind(query, values, resolve))
    if result.kind == "ask":
        return bool(result)
    if result.kind == "graph":
        return {tuple(shown(term) for term in (t.subject, t.predicate, t.object)) for t in result.triples()}
    kept = [i for i, name in enumerate(result.variables) if name not in result.bound]
    return [tuple(shown(row[i]) for i in kept) for row in result.rows()]


def shown(term: Any) -> Any:
    value = plain(term)
    return shorten(value) if isinstance(value, str) else value


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_named_query_gives_what_the_graph_holds(name: str) -> None:
    values, expected = ANSWERS[name]
    assert ask(name, values) == expected


def test_every_named_query_has_a_test_and_there_are_at_least_25() -> None:
    names = {q.name for q in all_queries()}
    assert names == set(ANSWERS)
    assert len(names) >= 25


@pytest.mark.parametrize("query", all_queries(), ids=lambda q: q.name)
def test_a_named_query_is_described_and_its_example_is_complete(query: NamedQuery) -> None:
    assert query.title != query.name
    assert query.description.endswith(".")
    assert all(p.description for p in query.parameters)
    assert set(query.example) <= {p.name for p in query.parameters}
    bind(query, query.example, lambda kind, name: "http://example.org/thing")


@pytest.mark.parametrize("query", all_queries(), ids=lambda q: q.name)
def test_a_named_query_is_valid_in_the_standard_dataset_too(query: NamedQuery) -> None:
    terms = bind(query, query.example, lambda kind, name: "http://example.org/thing")
    result = run(small_store(), query.text, bindings=terms, union=False)
    if result.kind == "select":
        assert result.bound == {p.name for p in query.parameters}
        list(result.rows())


def test_what_was_never_compared_is_a_no() -> None:
    assert ask("ever-compared", {"one": "AlphaNet", "two": "DeltaNet"}) is False


def test_any_type_is_every_type() -> None:
    assert len(ask("co-occurring", {"entity": "GammaTune"})) == 6


def test_a_date_of_a_year_compares_with_one_of_a_day() -> None:
    found = ask("introduced-since", {"since": "2022", "type": "any"})
    assert [row[1] for row in found] == ["DeltaNet", "BetaNet"]


@given(st.text(alphabet='AadhlBoerg "\\}{?#<>.\n', max_size=6))
def test_a_value_is_text_whatever_it_holds(author: str) -> None:
    names = {a.name for paper, _ in PAPERS for a in paper.authors}
    assert {row[0] for row in ask("papers-of-author", {"author": author})} == {
        name for name in names if author.lower() in name.lower()
    }


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("papers-using", {}, "missing parameter entity (entity: what is used); for example entity=LoRA"),
        ("papers-using", {"entity": " "}, "papers-using: entity: the value is empty"),
        ("papers-using", {"entty": "x"}, 'unknown parameter "entty"; did you mean entity?'),
        ("introduced-since", {"since": "2024-02-30"}, '"2024-02-30" is no date; write 2024, 2024-05 or 2024-05-31'),
        ("introduced-since", {"since": "2024-1"}, "is no date"),
        ("introduced-since", {"since": "٢٠٢٤"}, "is no date"),
        ("introduced-since", {"since": "2024", "type": "Metod"}, 'unknown value "metod"; did you mean method?'),
        ("papers-in-role", {"entity": "BetaNet", "role": "dances"}, "one of introduces, uses"),
        ("candidates", {"papers": "many"}, '"many" is no whole number'),
    ],
)
def test_a_wrong_parameter_is_told_in_one_line(name: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError) as error:
        bind(load(name), values, resolve)
    assert message in str(error.value)


def test_a_query_of_another_name_is_suggested() -> None:
    with pytest.raises(QueryError, match="did you mean papers-using"):
        load("paper-using")


@pytest.mark.parametrize("name", ["", "../kg", "papers-using\0", "/etc/passwd"])
def test_a_name_that_is_none_reads_no_file(name: str) -> None:
    with pytest.raises(QueryError, match="no named query"):
        load(name)


def test_a_file_of_the_user_is_a_named_query(tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text(
        "# title: Mine\n# param: n integer=3 a number\nSELECT ?n ?o { ?o kg:year 2021 }\n", encoding="utf-8"
    )
    query = load(path)
    assert (query.name, query.title) == ("mine", "Mine")
    assert bind(query, {}, resolve) == {"n": Literal(3)}


def test_a_file_without_a_header_has_no_parameters(tmp_path: Path) -> None:
    path = tmp_path / "plain.rq"
    path.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    assert bool(run(small_store(), load(path).text))


@pytest.mark.parametrize("header", ["entity", "entity thing what", "2x entity what"])
def test_a_header_that_is_wrong_is_told_with_its_line(tmp_path: Path, header: str) -> None:
    path = tmp_path / "wrong.rq"
    path.write_text(f"# title: Wrong\n# param: {header}\nASK {{}}\n", encoding="utf-8")
    with pytest.raises(QueryError, match=r"wrong\.rq:2: no parameter"):
        load(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"none\.rq: cannot be read"):
        load(tmp_path / "none.rq")


def test_the_small_graph_says_nothing_twice() -> None:
    assert len(small_store()) == len(set(lines()))
