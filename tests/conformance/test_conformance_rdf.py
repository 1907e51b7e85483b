"""The W3C's RDF 1.1 suites through the reader of ``kg query --data``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conformance.w3c_suite import Known, known_failures
from helpers_cli import ROOT
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, parse

from kg.errors import QueryError
from kg.query import data_store

FORMATS = {"rdf-n-triples": 70, "rdf-n-quads": 87, "rdf-turtle": 313, "rdf-trig": 356, "rdf-xml": 166}
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
BASE = "https://w3c.github.io/rdf-tests/rdf/rdf11/"


def verdicts(folder: Path) -> Iterator[tuple[str, str]]:
    """Case -> how it went, for the suite of one format."""
    base = f"{BASE}{folder.name}/"
    entries: dict[str, dict[str, Any]] = defaultdict(dict)
    for quad in parse(path=str(folder / "manifest.ttl"), base_iri=f"{base}manifest.ttl"):
        entries[str(quad.subject)][quad.predicate.value] = quad.object
    for node, entry in entries.items():
        kind = entry[TYPE].value if TYPE in entry else ""
        if "rdftest#Test" not in kind:
            continue
        file = folder / entry[f"{MANIFEST}action"].value.removeprefix(base)
        result = entry.get(f"{MANIFEST}result") if "Eval" in kind else None
        expected = folder / result.value.removeprefix(base) if result else None
        yield (
            f"rdf11/{folder.name}/{node.strip('<>').split('#')[-1]}",
            verdict(folder, file, expected, "Negative" in kind),
        )


def verdict(suite: Path, file: Path, expected: Path | None, negative: bool) -> str:
    try:
        store = data_store([file])
    except QueryError:
        return "passed" if negative else "refused"
    if negative:
        return "accepted"
    if expected is None:
        return "passed"
    # The reader resolves against the file's own place, the suite against its address in the web.
    place = suite.absolute().as_uri()
    text = expected.read_text(encoding="utf-8").replace(f"{BASE}{suite.name}/", f"{place}/")
    wanted = Store()
    wanted.extend(parse(text, RdfFormat.N_QUADS))
    return "passed" if canonical(store) == canonical(wanted) else "answer"


def canonical(store: Store) -> Dataset:
    dataset = Dataset(store)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize("name", FORMATS)
def test_the_reader_passes_every_case_of_a_format_but_the_listed_ones(name: str, shared: Path) -> None:
    known, found = known_failures(), list(verdicts(shared / "conformance" / "w3c" / "rdf" / "rdf11" / name))
    assert len(found) == FORMATS[name]
    assert [(i, how) for i, how in found if how != known.get(i, Known("passed", "")).verdict] == []
    page = (ROOT / "docs" / "reference" / "conformance.md").read_text(encoding="utf-8")
    assert f"{sum(how == 'passed' for _, how in found)} | {len(found)} |" in page
