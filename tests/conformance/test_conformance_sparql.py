"""The W3C's SPARQL suites through the library and the command line; what the lists and the page say of them."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path
from uuid import uuid4

import pytest
from conformance.w3c_suite import (
    FORMS,
    Asker,
    Case,
    Outcome,
    Question,
    Refused,
    cases,
    known_failures,
    run_suite,
    unexpected,
)
from helpers_cli import ROOT, process
from pyoxigraph import QueryResultsFormat, QueryTriples, RdfFormat, Store

from kg.errors import QueryError
from kg.query import run, write

SUITES = ("sparql10", "sparql11", "sparql12")
TITLES = {"evaluation": "evaluation", "positive": "syntax, to be accepted", "negative": "syntax, to be refused"}
# What a store alone does not do: other rows of the page's table.
APART = {"entailment": "entailment regimes", "service": "federation, evaluation", "syntax-fed": "federation, syntax"}


def ask_library(question: Question) -> bytes:
    out = BytesIO()
    try:
        result = run(question.store(), question.query, union=False, base_iri=question.base_iri)
        # A case of syntax has no answer to compare, so that its form may not fit.
        fitting = question.form if (result.kind == "graph") == (question.form == "nt") else None
        write(result, FORMS[fitting or ("nt" if result.kind == "graph" else "srj")][1], out)
    except QueryError as error:
        raise Refused(str(error)) from error
    return out.getvalue()


def ask_oxigraph(question: Question) -> bytes:
    """The engine alone, without a line of ours between the query and the answer."""
    rows = {"srj": "JSON", "srx": "XML", "csv": "CSV", "tsv": "TSV", "nt": "JSON"}[question.form]
    try:
        answer = question.store().query(question.query, base_iri=question.base_iri)
        if isinstance(answer, QueryTriples):
            data = answer.serialize(format=RdfFormat.N_TRIPLES)
        else:
            data = answer.serialize(format=getattr(QueryResultsFormat, rows))
    except (SyntaxError, ValueError, RuntimeError, OSError) as error:
        raise Refused(str(error)) from error
    return data or b""


def ask_process(folder: Path, question: Question) -> bytes:
    """The command line, given the files of the default graph."""
    path = folder / f"{uuid4().hex}.rq"
    path.write_text(question.query, encoding="utf-8", newline="")
    data = [part for file in question.default for part in ("--data", str(file))]
    ran = process(
        "query", *data, "--file", str(path), "--standard-dataset", "--format", FORMS[question.form][1], cwd=folder
    )
    if ran.code:
        raise Refused(ran.message)
    return ran.out.encode()


def for_the_command_line(folder: Path) -> Iterator[Case]:
    """Cases of one default graph and no relative IRI, a group at a time: the first of each, the second of each, …"""
    groups: dict[str, list[Case]] = {}
    for case in cases(folder):
        asked = case.question
        if case.kind != "evaluation" or not asked.default or asked.named or asked.form == "csv":
            continue
        try:
            run(Store(), asked.query)
        except QueryError:
            continue
        groups.setdefault(f"{case.suite}/{case.group}", []).append(case)
    for turn in range(max(map(len, groups.values()))):
        yield from (group[turn] for group in groups.values() if turn < len(group))


@pytest.fixture(scope="session")
def w3c(shared: Path) -> Path:
    return shared / "conformance" / "w3c"


@pytest.fixture(scope="module")
def outcomes(w3c: Path) -> list[Outcome]:
    """All cases through the library."""
    return list(run_suite(ask_library, cases(w3c)))


@pytest.mark.parametrize("suite", SUITES)
def test_the_library_passes_every_case_but_the_listed_ones(suite: str, outcomes: list[Outcome]) -> None:
    chosen = [outcome for outcome in outcomes if outcome.case.suite == suite]
    assert len(chosen) > 200
    assert unexpected(chosen, known_failures()) == []


def test_every_listed_case_is_one_of_the_suites(w3c: Path) -> None:
    listed = {name for name in known_failures() if not name.startswith("rdf11/")}
    assert listed <= {case.id for case in cases(w3c)}


def test_what_the_library_fails_the_engine_alone_fails_in_the_same_way(w3c: Path) -> None:
    # SERVICE is not the engine's to fail: asked, it would look for the other host.
    known = {name: known for name, known in known_failures().items() if not known.cause.startswith("SERVICE")}
    assert unexpected(run_suite(ask_oxigraph, (c for c in cases(w3c) if c.id in known)), known) == []


@pytest.mark.slow
def test_the_command_line_passes_the_cases_of_one_default_graph(w3c: Path, tmp_path: Path) -> None:
    count = None if os.environ.get("KG_SOAK") else 20
    chosen = list(islice(for_the_command_line(w3c), count))
    assert len(chosen) >= 20
    ask: Asker = partial(ask_process, tmp_path)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda case: next(run_suite(ask, [case])), chosen))
    assert unexpected(found, known_failures()) == []


def test_every_update_of_the_suites_is_refused(w3c: Path) -> None:
    rows = [json.loads(line) for line in (w3c / "sparql_index.jsonl").read_text(encoding="utf-8").splitlines()]
    updates = [row["query"] for row in rows if "Update" in row["type"]]
    assert len(updates) > 100
    for name in updates:
        store = Store()
        with pytest.raises(QueryError):
            run(store, (w3c / name).read_text(encoding="utf-8"), base_iri="http://example.org/")
        assert len(store) == 0


@pytest.mark.parametrize("form", ["srj", "srx", "tsv"])
def test_an_answer_says_the_same_in_every_form(form: str, w3c: Path) -> None:
    rows = [case for case in cases(w3c) if case.kind == "evaluation" and case.question.form in ("srj", "srx", "tsv")]
    # TSV has no form for the answer to ASK.
    asked = [
        replace(case, question=replace(case.question, form=form))
        for case in rows
        if form != "tsv" or "ASK" not in case.question.query.upper()
    ]
    assert len(asked) > 400
    assert unexpected(run_suite(ask_library, asked), known_failures()) == []


def test_a_wrong_answer_and_an_undeserved_refusal_are_noticed(w3c: Path) -> None:
    def nothing(question: Question) -> bytes:
        return b'{"head": {"vars": ["other"]}, "results": {"bindings": []}}'

    def refuse(question: Question) -> bytes:
        raise Refused("the query is empty")

    chosen = [case for case in cases(w3c) if case.question.form == "srj"]
    assert {o.verdict for o in run_suite(nothing, chosen) if o.case.kind == "evaluation"} == {"answer"}
    assert {o.verdict for o in run_suite(refuse, chosen) if o.case.kind != "negative"} == {"refused"}


def test_a_function_that_the_engine_lacks_is_named() -> None:
    with pytest.raises(QueryError, match=r"unknown function <http://example\.org/distance>"):
        run(Store(), "PREFIX x: <http://example.org/> SELECT (x:distance(1, 2) AS ?d) { }")


def test_the_page_gives_the_figures_and_lists_every_deviation(outcomes: list[Outcome]) -> None:
    page = (ROOT / "docs" / "reference" / "conformance.md").read_text(encoding="utf-8")
    total: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        case = outcome.case
        row = f"SPARQL 1.{case.suite[-1]}", APART.get(case.group, TITLES[case.kind])
        total[row] += 1
        passed[row] += outcome.verdict == "passed"
    table = [f"| {suite} | {what} | {passed[suite, what]} | {n} |" for (suite, what), n in sorted(total.items())]
    assert [line for line in table if line not in page] == []
    told = {name for name, known in known_failures().items() if f"`{name}`" not in page or known.cause not in page}
    assert told == set()
