"""The W3C's SPARQL suites, asked of anything that answers queries: the library, the command line, a server.

Whoever wants to run them writes an asker, a function of one :class:`Question`:

    def ask(question: Question) -> bytes:
        ...  # the answer in question.form; Refused where the query is not accepted

    assert unexpected(run_suite(ask, cases(folder)), known_failures()) == []
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urljoin
from urllib.request import url2pathname

from conformance.w3c_answers import normalised, read, same
from pyoxigraph import NamedNode, Quad, Store

from kg.query import data_store

__all__ = [
    "FORMS",
    "Asker",
    "Case",
    "Known",
    "Outcome",
    "Question",
    "Refused",
    "cases",
    "known_failures",
    "run_suite",
    "unexpected",
]

Kind = Literal["evaluation", "positive", "negative"]
#: ``form``: right but for the lexical form of literals; ``order``: right but for the order of rows; ``accepted``: a
#: query that is no SPARQL was answered; ``unreadable``: the answer is not of the form asked for.
Verdict = Literal["passed", "form", "order", "answer", "unreadable", "refused", "accepted"]

#: Form of an answer -> its media type, and the name that ``kg query --format`` has for it.
FORMS = {
    "srj": ("application/sparql-results+json", "json"),
    "srx": ("application/sparql-results+xml", "xml"),
    "csv": ("text/csv", "csv"),
    "tsv": ("text/tab-separated-values", "tsv"),
    "nt": ("application/n-triples", "ntriples"),
}

_KINDS: dict[str, Kind] = {
    "QueryEvaluationTest": "evaluation", "CSVResultFormatTest": "evaluation",
    "PositiveSyntaxTest": "positive", "PositiveSyntaxTest11": "positive",
    "NegativeSyntaxTest": "negative", "NegativeSyntaxTest11": "negative",
}  # fmt: skip


class Refused(Exception):
    """The query was not accepted, or its evaluation failed; the message is that of :class:`kg.errors.QueryError`."""

    @property
    def parsed(self) -> bool:
        """Whether the query is SPARQL, but calls a function that the engine does not have."""
        return "unknown function <" in str(self)


@dataclass(frozen=True, slots=True)
class Question:
    """A query with the dataset that it is about.

    ``base_iri`` is what relative IRIs of the query mean; ``default`` are the files of the default graph, ``named``
    those of a named graph each, which is called by the file's own ``file:`` IRI. ``form`` is a key of :data:`FORMS`.
    """

    query: str
    base_iri: str
    default: tuple[Path, ...]
    named: tuple[Path, ...]
    form: str

    def with_base(self) -> str:
        """The query with its base IRI said in the text, for askers that have no other way to say it."""
        return f"BASE <{self.base_iri}>\n{self.query}"

    def store(self) -> Store:
        """The dataset, read by the product's own reader."""
        store = data_store(self.default)
        for path in self.named:
            graph = NamedNode(path.as_uri())
            store.extend(Quad(quad.subject, quad.predicate, quad.object, graph) for quad in data_store([path]))
        return store


class Asker(Protocol):
    """What is under test."""

    def __call__(self, question: Question, /) -> bytes:
        """The answer in ``question.form``.

        :raises Refused: if the query is not accepted
        """


@dataclass(frozen=True, slots=True)
class Case:
    """A test of the suites. ``id`` is its folder and name, ``suite`` is ``sparql10``, ``sparql11`` or ``sparql12``."""

    id: str
    suite: str
    kind: Kind
    question: Question
    expected: Path | None

    @property
    def group(self) -> str:
        """The folder of the case within its suite."""
        return self.id.split("/")[1]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went, and what was answered where it did not pass."""

    case: Case
    verdict: Verdict
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A failure that is not ours: how the case fails, and why."""

    verdict: str
    cause: str


def cases(folder: Path) -> Iterator[Case]:
    """The query cases of the suites, with and without a known failure, in the order of their index.

    :param folder: where ``sparql_index.jsonl`` and the files it names are
    """
    for line in (folder / "sparql_index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kind = _KINDS.get(row["type"])
        if kind is None:
            continue
        path = (folder / row["query"]).absolute()
        text = path.read_bytes().decode()
        expected = (folder / row["result"]).absolute() if kind == "evaluation" else None
        named = [(folder / name).absolute() for name in row.get("graphData", [])]
        if kind == "evaluation":
            # The suites' own harness loads what FROM names.
            found = [Path(url2pathname(urljoin(path.as_uri(), n)[7:])) for n in _from(text)]
            named += [file for file in found if file.is_file() and file not in named]
        question = Question(
            query=text,
            base_iri=path.as_uri(),
            default=tuple((folder / name).absolute() for name in row.get("data", [])),
            named=tuple(named),
            form=_form(expected, text),
        )
        yield Case(f"{row['dir'].removeprefix('sparql/')}/{row['id']}", row["suite"], kind, question, expected)


def run_suite(ask: Asker, chosen: Iterable[Case]) -> Iterator[Outcome]:
    """Asks each case, one after the other."""
    for case in chosen:
        verdict, detail = _judge(ask, case)
        yield Outcome(case, verdict, detail)


def known_failures() -> dict[str, Known]:
    """The list that is kept beside this module, by the id of the case."""
    text = (Path(__file__).parent / "known_failures.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {name: Known(verdict, cause) for name, verdict, cause in rows}


def unexpected(outcomes: Iterable[Outcome], known: Mapping[str, Known]) -> list[str]:
    """One line for each case that fails otherwise than listed, and each that is listed and passes."""
    lines = []
    for outcome in outcomes:
        listed = known.get(outcome.case.id, Known("passed", ""))
        if outcome.verdict != listed.verdict:
            cause = f" ({listed.cause})" if listed.cause else ""
            lines.append(f"{outcome.case.id}: {outcome.verdict}, not {listed.verdict}{cause}. {outcome.detail}".strip())
    return lines


def _judge(ask: Asker, case: Case) -> tuple[Verdict, str]:
    try:
        data = ask(case.question)
    except Refused as refusal:
        rightly = refusal.parsed if case.kind == "positive" else case.kind == "negative" and not refusal.parsed
        return ("passed", "") if rightly else ("refused", str(refusal))
    if case.kind == "negative":
        return "accepted", ""
    if case.expected is None:
        return "passed", ""
    try:
        actual = read(data, case.question.form)
    except (SyntaxError, ValueError) as error:
        return "unreadable", str(error)
    query = case.question.query
    expected = read(case.expected.read_bytes(), case.expected.suffix[1:], case.expected.as_uri())
    # What stands after the last bracket belongs to the query as a whole, not to one within it.
    ordered = re.search(r"ORDER\s+BY", query[query.rfind("}") :], re.IGNORECASE) is not None
    reduced = re.search(r"SELECT\s+REDUCED", query, re.IGNORECASE) is not None
    if same(actual, expected, ordered=ordered, reduced=reduced):
        return "passed", ""
    actual, expected = normalised(actual), normalised(expected)
    if same(actual, expected, ordered=ordered, reduced=reduced):
        return "form", ""
    return "order" if same(actual, expected) else "answer", f"{actual} instead of {expected}"


def _from(query: str) -> list[str]:
    return re.findall(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", query, re.IGNORECASE)


def _form(expected: Path | None, query: str) -> str:
    """The form that the expected answer has; of an RDF graph, which may be a result set, the form that fits."""
    suffix = expected.suffix[1:] if expected else ""
    if suffix in FORMS and suffix != "nt":
        return suffix
    words = re.sub(r"#[^\n]*|<[^>]*>", " ", query)
    return "nt" if re.search(r"\b(?:CONSTRUCT|DESCRIBE)\b", words, re.IGNORECASE) else "srj"
